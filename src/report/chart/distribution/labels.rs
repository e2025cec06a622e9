//! Marks on the curves and the labels beside them.

use super::{Curve, DistributionChart, MARKER_RADIUS, MOST_LABELLED};
use crate::report::{
    chart::{
        Objective, Percentile, Unit,
        axis::Axis,
        font::ellipsize,
        format,
        frame::LABEL,
        place::Placer,
        scene::{Point, Rect, Scene, Type},
        style::{self, LIMIT, WHITE},
    },
    number::to_figures,
};

/// A label further than this from its point is tied to it by a line.
const LEADER_FROM: f64 = 17.0;

impl DistributionChart {
    /// Marks percentiles and labels them, but objectives first: their labels have their own place at the top.
    pub(super) fn draw_labels(
        &self,
        scene: &mut Scene,
        plot: Rect,
        (x, y): (&Axis, &Axis),
        placer: &mut Placer,
    ) {
        let marked = |curve: &Curve| -> Vec<(Percentile, Point)> {
            let shown = curve
                .percentiles
                .iter()
                .filter(|p| x.holds(p.value) && y.holds(1.0 - p.share));
            shown
                .map(|&p| (p, (x.place(p.value), y.place(1.0 - p.share))))
                .collect()
        };
        for (index, curve) in self.curves.iter().enumerate() {
            for (_, at) in marked(curve) {
                scene.marker(at, style::marker(index), MARKER_RADIUS, style::color(index));
                placer.take(Rect::around(at, MARKER_RADIUS));
            }
        }
        let limits = || {
            self.objectives
                .iter()
                .filter(|objective| x.holds(objective.value))
        };
        for at in limits().map(|objective| x.place(objective.value)) {
            // A label on a curve of its own colour reads better than one across a limit.
            placer.avoid(&[(at, plot.top), (at, plot.bottom)], 8);
        }
        for objective in limits() {
            draw_limit_label(scene, plot, objective, x.place(objective.value), placer);
        }
        if MOST_LABELLED < self.curves.len() {
            return;
        }
        for (index, curve) in self.curves.iter().enumerate() {
            let style = Type {
                color: style::color(index).deep(),
                ..LABEL
            };
            for (percentile, at) in marked(curve) {
                let value = to_figures(Unit::Seconds, percentile.value, 3);
                let text = format!("{} {value}", format::percentile(percentile.share));
                if let Some(rect) = placer.place_near(at, style.size_of(&text)) {
                    draw_leader(scene, at, rect, style.color);
                    label(scene, &text, rect, style);
                }
            }
        }
    }
}

/// Labels an objective beside its line, as far up as there is room.
fn draw_limit_label(scene: &mut Scene, plot: Rect, objective: &Objective, at: f64, placer: &mut Placer) {
    let style = Type {
        color: LIMIT,
        ..LABEL
    };
    let text = ellipsize(
        style.weight,
        &objective.label,
        style.size,
        plot.width() / 2.0 - 10.0,
    );
    let (width, height) = style.size_of(&text);
    let rows = (0..12).map(|row| plot.top + 3.0 + f64::from(row) * (height + 4.0));
    let rects = rows.flat_map(|top| {
        let rect = |left: f64| Rect {
            left,
            top,
            right: left + width,
            bottom: top + height,
        };
        [rect(at + 6.0), rect(at - 6.0 - width)]
    });
    if let Some(rect) = placer.place(rects) {
        label(scene, &text, rect, style);
    }
}

/// Ties a label that found no room close by to its point.
fn draw_leader(scene: &mut Scene, (x, y): Point, rect: Rect, color: style::Color) {
    let end = (x.clamp(rect.left, rect.right), y.clamp(rect.top, rect.bottom));
    if LEADER_FROM < (end.0 - x).hypot(end.1 - y) {
        scene.rule((x, y), end, color, 1.0);
    }
}

/// Sets a label on a pale ground, so that the grid and lines beneath do not run through it.
fn label(scene: &mut Scene, text: &str, rect: Rect, style: Type) {
    scene.rect(rect.grown(1.0), WHITE, 0.85);
    scene.text_in(text, rect, style);
}
