//! Where labels go: beside the point they name, and never on another label or outside the plot.

use super::scene::{Point, Rect};

/// Keeps track of what is taken.
pub(super) struct Placer {
    bounds: Rect,
    taken: Vec<Rect>,
    /// Places on lines, and how bad it is to cover them: a label may, but one that does not is better.
    lines: Vec<(Point, usize)>,
}

impl Placer {
    pub(super) fn new(bounds: Rect) -> Self {
        Self {
            bounds,
            taken: Vec::new(),
            lines: Vec::new(),
        }
    }

    /// Keeps labels off this rectangle.
    pub(super) fn take(&mut self, rect: Rect) {
        self.taken.push(rect);
    }

    /// Makes labels avoid this line where they can, and one of more weight before one of less.
    pub(super) fn avoid(&mut self, line: &[Point], weight: usize) {
        const APART: f64 = 4.0;
        for pair in line.windows(2) {
            let (dx, dy) = (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1);
            let parts = (dx.hypot(dy) / APART).ceil().clamp(1.0, 1_000.0);
            let places = (0..=parts as u32).map(|i| f64::from(i) / parts);
            let places = places.map(|part| (pair[0].0 + dx * part, pair[0].1 + dy * part));
            self.lines.extend(
                places
                    .filter(|place| within(self.bounds, *place))
                    .map(|place| (place, weight)),
            );
        }
    }

    /// Takes and returns the best free one of the rectangles, in order of preference; `None` if none is free.
    pub(super) fn place(&mut self, candidates: impl Iterator<Item = Rect>) -> Option<Rect> {
        let free = candidates.filter(|&rect| {
            self.bounds.contains(rect) && !self.taken.iter().any(|taken| taken.overlaps(rect.grown(1.5)))
        });
        let crossed = |rect: Rect| {
            self.lines
                .iter()
                .filter(|(place, _)| within(rect.grown(2.0), *place))
                .map(|(_, weight)| weight)
                .sum::<usize>()
        };
        let best = free.min_by_key(|&rect| crossed(rect))?;
        self.taken.push(best);
        Some(best)
    }

    /// Like `place`, for a label of this size near a point: first above to the right, then further round and out.
    pub(super) fn place_near(&mut self, point: Point, (width, height): (f64, f64)) -> Option<Rect> {
        let distances = [6.0, 10.0, 16.0, 24.0, 36.0];
        let around = [
            (1, -1),
            (1, 0),
            (1, 1),
            (0, -1),
            (-1, 1),
            (-1, 0),
            (0, 1),
            (-1, -1),
        ];
        let all = distances
            .into_iter()
            .flat_map(|distance| around.map(|direction| (distance, direction)));
        self.place(all.map(|(distance, (x, y))| {
            let start = |side: i32, center: f64, size: f64| match side {
                1 => center + distance,
                -1 => center - distance - size,
                _ => center - size / 2.0,
            };
            let (left, top) = (start(x, point.0, width), start(y, point.1, height));
            Rect {
                left,
                top,
                right: left + width,
                bottom: top + height,
            }
        }))
    }
}

fn within(rect: Rect, (x, y): Point) -> bool {
    rect.left <= x && x <= rect.right && rect.top <= y && y <= rect.bottom
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: Rect = Rect {
        left: 0.0,
        top: 0.0,
        right: 200.0,
        bottom: 100.0,
    };

    #[test]
    fn labels_of_one_point_spread_around_it_until_there_is_no_room() {
        let mut placer = Placer::new(BOUNDS);
        let placed: Vec<Rect> =
            std::iter::from_fn(|| placer.place_near((100.0, 50.0), (50.0, 14.0))).collect();
        assert!((4..40).contains(&placed.len()), "{placed:?}");
        for (i, rect) in placed.iter().enumerate() {
            assert!(BOUNDS.contains(*rect));
            assert!(
                placed[..i].iter().all(|other| !other.overlaps(*rect)),
                "{rect:?} overlaps an earlier one"
            );
        }
    }

    #[test]
    fn a_label_moves_off_a_line_when_it_can() {
        let mut placer = Placer::new(BOUNDS);
        placer.avoid(&[(100.0, 40.0), (200.0, 30.0)], 1);
        let rect = placer.place_near((100.0, 45.0), (50.0, 14.0)).unwrap();
        assert!(rect.top > 40.0 || rect.right < 100.0, "{rect:?} lies on the line");
    }

    #[test]
    fn a_label_would_rather_lie_on_a_light_line_than_across_a_heavy_one() {
        let mut placer = Placer::new(BOUNDS);
        // The light line fills the right, the heavy one stands to the left: only the right is free of the heavy one.
        for height in [10.0, 30.0, 50.0, 70.0, 90.0] {
            placer.avoid(&[(100.0, height), (200.0, height)], 1);
        }
        placer.avoid(&[(90.0, 0.0), (90.0, 100.0)], 100);
        placer.avoid(&[(40.0, 0.0), (40.0, 100.0)], 100);
        let rect = placer.place_near((95.0, 50.0), (70.0, 14.0)).unwrap();
        assert!(90.0 < rect.left, "{rect:?} lies across the heavy line");
    }
}
