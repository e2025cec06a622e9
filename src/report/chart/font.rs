//! The embedded typeface: Inter, in two weights. Where it comes from stands in `assets/fonts/README.md`.

use std::sync::LazyLock;

use ab_glyph::{Font, FontRef, GlyphId, Outline, OutlineCurve};

use super::scene::Point;

/// Which of the two embedded fonts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    SemiBold,
}

/// Height of capital letters, as a part of the font size; texts are centred by it.
pub(super) const CAP_HEIGHT: f64 = 0.73;
/// What hangs below the baseline (g, p, y) and what rises above it (Å), as parts of the font size.
pub(super) const DESCENT: f64 = 0.22;
pub(super) const ASCENT: f64 = 0.80;

static REGULAR: LazyLock<FontRef<'static>> =
    LazyLock::new(|| load(include_bytes!("../../../assets/fonts/Inter-Regular.otf")));
static SEMI_BOLD: LazyLock<FontRef<'static>> =
    LazyLock::new(|| load(include_bytes!("../../../assets/fonts/Inter-SemiBold.otf")));

fn load(bytes: &'static [u8]) -> FontRef<'static> {
    FontRef::try_from_slice(bytes).expect("the embedded font is a valid font")
}

impl Weight {
    fn font(self) -> &'static FontRef<'static> {
        match self {
            Weight::Regular => &REGULAR,
            Weight::SemiBold => &SEMI_BOLD,
        }
    }

    /// Font units in one em.
    fn units(self) -> f64 {
        f64::from(self.font().units_per_em().unwrap_or(1000.0))
    }

    /// Returns the width of one line of text at this font size.
    pub(super) fn width(self, text: &str, size: f64) -> f64 {
        let units: f64 = printable(text)
            .map(|c| self.advance(self.font().glyph_id(c)))
            .sum();
        units * size / self.units()
    }

    fn advance(self, glyph: GlyphId) -> f64 {
        f64::from(self.font().h_advance_unscaled(glyph))
    }

    /// Calls `draw` with every outline of the text, as short straight lines in the units of `size`, from `start` on.
    pub(super) fn outlines(
        self,
        text: &str,
        size: f64,
        start: Point,
        mut draw: impl FnMut(&[(Point, Point)]),
    ) {
        let scale = size / self.units();
        let mut x = start.0;
        let mut lines = Vec::new();
        for c in printable(text) {
            let glyph = self.font().glyph_id(c);
            lines.clear();
            if let Some(outline) = self.font().outline(glyph) {
                flatten(&outline, &mut |from, to| {
                    let place = |p: Point| (x + p.0 * scale, start.1 - p.1 * scale);
                    lines.push((place(from), place(to)));
                });
                draw(&lines);
            }
            x += self.advance(glyph) * scale;
        }
    }
}

/// Returns the text, shortened with an ellipsis where it is wider than `room`.
pub(super) fn ellipsize(weight: Weight, text: &str, size: f64, room: f64) -> String {
    // A name of a megabyte need not be measured to its end.
    let text: String = printable(text).take(400).collect();
    if weight.width(&text, size) <= room {
        return text;
    }
    let mut kept: Vec<char> = text.chars().collect();
    while kept.pop().is_some() {
        let shortened = kept.iter().collect::<String>().trim_end().to_owned() + "…";
        if weight.width(&shortened, size) <= room {
            return shortened;
        }
    }
    String::new()
}

/// Breaks the text at spaces into at most `most` lines no wider than `room`; the last one is shortened if need be.
pub(super) fn wrap(weight: Weight, text: &str, size: f64, room: f64, most: usize) -> Vec<String> {
    let text: String = printable(text).take(1_000).collect();
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if lines_full(weight, line, word, size, room) => lines.push(word.to_owned()),
            Some(line) => *line = format!("{line} {word}"),
            None => lines.push(word.to_owned()),
        }
    }
    if most < lines.len() {
        let rest = lines.split_off(most - 1).join(" ");
        lines.push(rest);
    }
    lines
        .iter()
        .map(|line| ellipsize(weight, line, size, room))
        .collect()
}

fn lines_full(weight: Weight, line: &str, word: &str, size: f64, room: f64) -> bool {
    room < weight.width(line, size) + weight.width(" ", size) + weight.width(word, size)
}

/// A line break or another control character would be drawn as an empty box.
fn printable(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().map(|c| if c.is_control() { ' ' } else { c })
}

/// Cuts curves into straight lines, fine enough for any size a chart uses.
fn flatten(outline: &Outline, line: &mut impl FnMut(Point, Point)) {
    const PARTS: u32 = 8;
    for curve in &outline.curves {
        let (controls, parts) = match *curve {
            OutlineCurve::Line(a, b) => (vec![a, b], 1),
            OutlineCurve::Quad(a, b, c) => (vec![a, b, c], PARTS),
            OutlineCurve::Cubic(a, b, c, d) => (vec![a, b, c, d], PARTS),
        };
        let controls: Vec<Point> = controls
            .iter()
            .map(|p| (f64::from(p.x), f64::from(p.y)))
            .collect();
        let mut previous = controls[0];
        for part in 1..=parts {
            let next = bezier(controls.clone(), f64::from(part) / f64::from(parts));
            line(previous, next);
            previous = next;
        }
    }
}

/// Returns the point at `t` of a Bézier curve by repeated interpolation (de Casteljau, 1959).
fn bezier(mut points: Vec<Point>, t: f64) -> Point {
    while 1 < points.len() {
        let between = |pair: &[Point]| {
            (
                pair[0].0 + (pair[1].0 - pair[0].0) * t,
                pair[0].1 + (pair[1].1 - pair[0].1) * t,
            )
        };
        points = points.windows(2).map(between).collect();
    }
    points[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_fonts_hold_every_sign_the_charts_use() {
        for weight in [Weight::Regular, Weight::SemiBold] {
            for c in "Az09µ≤≥±≈×·–…ρλ%/→✓×Åßé–′".chars() {
                assert_ne!(weight.font().glyph_id(c), GlyphId(0), "{weight:?} lacks {c}");
            }
        }
    }

    #[test]
    fn long_names_end_in_an_ellipsis_and_fit() {
        let name = "a-very-long-service-name".repeat(20);
        let short = ellipsize(Weight::Regular, &name, 14.0, 120.0);
        assert!(short.ends_with('…') && short.chars().count() > 5, "{short}");
        assert!(Weight::Regular.width(&short, 14.0) <= 120.0);
        assert_eq!(ellipsize(Weight::Regular, "short", 14.0, 120.0), "short");
        assert_eq!(ellipsize(Weight::Regular, "short", 14.0, 1.0), "");
    }

    #[test]
    fn wrapped_lines_fit_and_keep_every_word_there_is_room_for() {
        let text = "one two three four five six seven eight";
        let lines = wrap(Weight::Regular, text, 14.0, 100.0, 9);
        assert!(
            lines.len() > 1
                && lines
                    .iter()
                    .all(|line| Weight::Regular.width(line, 14.0) <= 100.0)
        );
        assert_eq!(lines.join(" "), text);
        let cut = wrap(Weight::Regular, text, 14.0, 100.0, 2);
        assert!(cut.len() == 2 && cut[1].ends_with('…'), "{cut:?}");
    }
}
