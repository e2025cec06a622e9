//! The labels above the plots: flags on poles, which stand where something happened.

use crate::report::chart::{
    font::{Weight, ellipsize},
    scene::{Align, Scene, Stroke, Type},
    style::{INK, LIMIT_DASH, MARGIN, SMALL, WIDTH},
};

/// A label that wants to stand at `x`.
#[derive(Clone, Copy)]
pub(super) struct Flag<'a> {
    pub(super) x: f64,
    pub(super) label: &'a str,
    /// Whether a line ties it to the plots.
    pub(super) has_pole: bool,
}

/// Flags in rows, so that none covers another or another's pole.
pub(super) struct Strip<'a> {
    placed: Vec<Placed<'a>>,
}

struct Placed<'a> {
    flag: Flag<'a>,
    text: String,
    left: f64,
    row: usize,
}

const LINE: f64 = 18.0;
const MOST_ROWS: usize = 6;
/// Space between a pole and its flag, and between a flag and the next pole.
const POLE_GAP: f64 = 5.0;
const LONGEST: f64 = 260.0;
const STYLE: Type = Type {
    weight: Weight::Regular,
    size: SMALL,
    color: INK,
};

impl<'a> Strip<'a> {
    /// Places the flags from right to left, each as low as it may fly. One that finds no room is left out; its line
    /// in the plots remains.
    pub(super) fn new(flags: &[Flag<'a>]) -> Self {
        let mut flags = flags.to_vec();
        flags.sort_by(|a, b| b.x.total_cmp(&a.x));
        // In each row, all is taken from here on to the right: by flags there, and by poles of flags above.
        let mut taken = [WIDTH - MARGIN + POLE_GAP; MOST_ROWS];
        let mut placed = Vec::new();
        for flag in flags {
            let text = ellipsize(STYLE.weight, flag.label, STYLE.size, LONGEST);
            let width = STYLE.size_of(&text).0;
            let left = (flag.x + POLE_GAP).min(WIDTH - MARGIN - width);
            let start = left.min(flag.x);
            let fits = |row: usize| {
                left + width + POLE_GAP <= taken[row]
                    && taken[..row].iter().all(|&end| flag.x + POLE_GAP <= end)
            };
            if let Some(row) = (0..MOST_ROWS).find(|&row| fits(row)) {
                taken[..=row].iter_mut().for_each(|end| *end = end.min(start));
                placed.push(Placed {
                    flag,
                    text,
                    left,
                    row,
                });
            }
        }
        Self { placed }
    }

    pub(super) fn height(&self) -> f64 {
        let rows = self.placed.iter().map(|placed| placed.row + 1).max().unwrap_or(0);
        rows as f64 * LINE
    }

    /// Draws the flags above `bottom`, the upper edge of the first plot.
    pub(super) fn draw(&self, scene: &mut Scene, bottom: f64) {
        for Placed {
            flag,
            text,
            left,
            row,
        } in &self.placed
        {
            let middle = bottom - (*row as f64 + 0.5) * LINE - 1.0;
            if flag.has_pole {
                let stroke = Stroke {
                    color: INK,
                    width: 1.2,
                    dash: LIMIT_DASH,
                };
                let pole = vec![(flag.x, middle - LINE * 0.35), (flag.x, bottom)];
                scene.line(pole, stroke, scene.frame());
            }
            scene.text(text, (*left, middle), Align::Left, STYLE);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_flag_covers_the_pole_of_another() {
        let flag = |i: u32| Flag {
            x: 100.0 + 17.0 * f64::from(i),
            label: "server crashed",
            has_pole: true,
        };
        let strip = Strip::new(&(0..8).map(flag).collect::<Vec<_>>());
        assert!(
            strip.placed.len() >= 6,
            "only {} of 8 found room",
            strip.placed.len()
        );
        for one in &strip.placed {
            let right = one.left + STYLE.size_of(&one.text).0;
            for other in &strip.placed {
                let crosses = one.left < other.flag.x && other.flag.x < right && one.row <= other.row;
                assert!(
                    !crosses,
                    "the pole at {} runs through the flag at {}",
                    other.flag.x, one.left
                );
            }
        }
    }
}
