//! Plane geometry of outlines and lines: what a clip leaves of one and a dash of the other, and the outline of a line.

use std::{
    borrow::Cow,
    f64::consts::{FRAC_PI_2, PI},
};

use super::scene::{Point, Rect};

/// Returns the part of an outline within the clip. Source: Sutherland and Hodgman, *Comm. ACM* 17(1), 1974.
pub(super) fn clipped(outline: &[Point], clip: Rect) -> Vec<Point> {
    let swap = |points: Vec<Point>| points.into_iter().map(|(x, y)| (y, x)).collect::<Vec<_>>();
    let within_x = half(&half(outline, clip.left, 1.0), clip.right, -1.0);
    swap(half(&half(&swap(within_x), clip.top, 1.0), clip.bottom, -1.0))
}

/// Cuts an outline at `x = edge` and keeps the part to the right (`side` 1) or to the left (`side` -1).
fn half(outline: &[Point], edge: f64, side: f64) -> Vec<Point> {
    let inside = |p: Point| 0.0 <= (p.0 - edge) * side;
    let mut kept = Vec::with_capacity(outline.len() + 4);
    for (i, &to) in outline.iter().enumerate() {
        let from = outline[(i + outline.len() - 1) % outline.len()];
        if inside(from) != inside(to) {
            kept.push((edge, from.1 + (to.1 - from.1) * (edge - from.0) / (to.0 - from.0)));
        }
        if inside(to) {
            kept.push(to);
        }
    }
    kept
}

/// Returns the outline of everything within `radius` of a straight line.
pub(super) fn capsule(from: Point, to: Point, radius: f64) -> Vec<Point> {
    const CORNERS: u32 = 8;
    let along = (to.1 - from.1).atan2(to.0 - from.0);
    let half_circle = |center: Point, start: f64| {
        (0..=CORNERS).map(move |i| {
            let angle = start + PI * f64::from(i) / f64::from(CORNERS);
            (center.0 + radius * angle.cos(), center.1 + radius * angle.sin())
        })
    };
    let end = half_circle(to, along - FRAC_PI_2);
    end.chain(half_circle(from, along + FRAC_PI_2)).collect()
}

/// Cuts a line into the pieces its dash leaves; `dash` has the lengths drawn and left out, in turn. The dashes of
/// plotters know one length only.
pub(super) fn dashes<'a>(points: &'a [Point], dash: &[f64]) -> Vec<Cow<'a, [Point]>> {
    if dash.is_empty() {
        return vec![Cow::Borrowed(points)];
    }
    let mut pieces = Vec::new();
    let mut piece: Vec<Point> = points.first().copied().into_iter().collect();
    let (mut index, mut left) = (0, dash[0]);
    for pair in points.windows(2) {
        let (mut from, to) = (pair[0], pair[1]);
        let mut length = (to.0 - from.0).hypot(to.1 - from.1);
        while left < length {
            let part = left / length;
            from = (from.0 + (to.0 - from.0) * part, from.1 + (to.1 - from.1) * part);
            length -= left;
            if index % 2 == 0 {
                piece.push(from);
                pieces.push(Cow::Owned(std::mem::take(&mut piece)));
            } else {
                piece = vec![from];
            }
            index += 1;
            left = dash[index % dash.len()];
        }
        left -= length;
        if index % 2 == 0 {
            piece.push(to);
        }
    }
    pieces.push(Cow::Owned(piece));
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dash_runs_on_around_corners() {
        let corner = [(0.0, 0.0), (5.0, 0.0), (5.0, 6.0)];
        let pieces: Vec<Vec<Point>> = dashes(&corner, &[4.0, 3.0])
            .into_iter()
            .map(Cow::into_owned)
            .collect();
        assert_eq!(
            pieces,
            [vec![(0.0, 0.0), (4.0, 0.0)], vec![(5.0, 2.0), (5.0, 6.0)]]
        );
        assert_eq!(dashes(&corner, &[]), [Cow::Borrowed(&corner[..])]);
    }

    #[test]
    fn a_line_with_round_ends_has_the_area_of_a_rectangle_and_a_disc() {
        let area = |outline: &[Point]| {
            let next = outline.iter().cycle().skip(1);
            let twice: f64 = outline.iter().zip(next).map(|(a, b)| a.0 * b.1 - a.1 * b.0).sum();
            twice / 2.0
        };
        for to in [(30.0, 0.0), (0.0, -30.0), (-18.0, 24.0)] {
            let got = area(&capsule((0.0, 0.0), to, 2.0));
            assert!(
                (got - (30.0 * 4.0 + PI * 4.0)).abs() < 0.4,
                "{got} towards {to:?}"
            );
        }
        // A point is a disc: here a polygon of 16 corners, 2.6 % smaller.
        assert!((area(&capsule((1.0, 1.0), (1.0, 1.0), 2.0)) - PI * 4.0 * 0.9745).abs() < 0.01);
    }

    #[test]
    fn a_clip_cuts_corners_and_drops_what_is_outside() {
        let clip = Rect {
            left: 0.0,
            top: 0.0,
            right: 10.0,
            bottom: 10.0,
        };
        let triangle = [(-10.0, 0.0), (10.0, 0.0), (10.0, 20.0)];
        let mut kept = clipped(&triangle, clip);
        kept.dedup();
        assert_eq!(kept, [(0.0, 10.0), (0.0, 0.0), (10.0, 0.0), (10.0, 10.0)]);
        assert_eq!(clipped(&[(20.0, 0.0), (30.0, 0.0), (30.0, 9.0)], clip), []);
    }
}
