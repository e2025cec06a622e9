//! Curves, their bands, and the names of the percentiles at the right edge.

use super::{Curve, CurvePoint, MARKER_RADIUS};
use crate::report::chart::{
    axis::{Axis, TICK_TYPE},
    frame::Sample,
    scene::{Align, Point, Rect, Scene, Stroke, Type},
    style::{self, MUTED, THEORY_DASH},
};

pub(super) fn draw_curve(
    scene: &mut Scene,
    plot: Rect,
    (index, of): (usize, usize),
    curve: &Curve,
    x: &Axis,
    y: &Axis,
) {
    let edge = |end: fn((f64, f64)) -> f64| {
        let points = curve
            .points()
            .filter_map(move |point| Some((point.seconds, end(point.band?))));
        points
            .map(|(seconds, share)| (x.place(seconds), y.place(share)))
            .collect::<Vec<Point>>()
    };
    let mut band = edge(|band| band.0);
    band.extend(edge(|band| band.1).into_iter().rev());
    scene.area(band, style::color(index), 0.22, plot);
    let map = |point: &CurvePoint| (x.place(point.seconds), y.place(point.slower));
    let points: Vec<Point> = curve.points().map(map).collect();
    if let [only] = points[..] {
        scene.marker(only, style::marker(index), MARKER_RADIUS, style::color(index));
    }
    scene.line(points, measured_stroke(index, of), plot);
    scene.line(
        curve.theory_points().map(map).collect(),
        theory_stroke(index),
        plot,
    );
}

/// Up to four curves differ by their markers, and a full line reads best; of more, neighbours differ by dash as well.
fn measured_stroke(index: usize, of: usize) -> Stroke {
    Stroke {
        color: style::color(index),
        width: 3.0,
        dash: if of <= 4 { &[] } else { style::dash(index) },
    }
}

/// The formula's curve is thinner and darker, so that it stays visible where it lies on the measured one.
pub(super) fn theory_stroke(index: usize) -> Stroke {
    Stroke {
        color: style::color(index).dark(),
        width: 1.6,
        dash: THEORY_DASH,
    }
}

pub(super) fn measured_sample(index: usize, of: usize, curve: &Curve) -> Sample {
    if curve.percentiles.is_empty() {
        Sample::Line(measured_stroke(index, of))
    } else {
        Sample::MarkedLine(measured_stroke(index, of), style::marker(index))
    }
}

/// Names the decades of the share axis on its other side by the percentiles people speak of.
pub(super) fn draw_percentile_axis(scene: &mut Scene, plot: Rect, y: &Axis) {
    for (share, name) in [
        (0.5, "p50"),
        (0.1, "p90"),
        (0.01, "p99"),
        (1e-3, "p99.9"),
        (1e-4, "p99.99"),
        (1e-5, "p99.999"),
    ] {
        if y.holds(share) {
            let style = Type {
                color: MUTED,
                ..TICK_TYPE
            };
            scene.text(name, (plot.right + 8.0, y.place(share)), Align::Left, style);
        }
    }
}
