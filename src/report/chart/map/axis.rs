//! The axes of a map: cells reach halfway to their neighbours, and are told by their middle.

use super::{GAP, MapAxis, MapRow};
use crate::report::chart::{
    Unit,
    axis::Axis,
    frame::QUIET,
    scene::{Align, Rect, Scene},
    style::AXIS,
};

const TICK: f64 = 4.0;

impl MapAxis {
    fn scaled(&self, number: f64) -> f64 {
        if self.is_log { number.ln() } else { number }
    }

    fn unscaled(&self, scaled: f64) -> f64 {
        if self.is_log { scaled.exp() } else { scaled }
    }

    /// Returns where cells begin and end: halfway between their middles, and as far outside.
    pub(super) fn edges(&self) -> Vec<f64> {
        let middles: Vec<f64> = self.values.iter().map(|(at, _)| self.scaled(*at)).collect();
        let (Some(first), Some(last)) = (middles.first(), middles.last()) else {
            return Vec::new();
        };
        let half = |pair: Option<&[f64]>| pair.map_or(0.5, |pair| (pair[1] - pair[0]) / 2.0);
        let low = first - half(middles.windows(2).next());
        let high = last + half(middles.windows(2).last());
        let between = middles.windows(2).map(|pair| f64::midpoint(pair[0], pair[1]));
        let edges = std::iter::once(low).chain(between).chain([high]);
        edges.map(|edge| self.unscaled(edge)).collect()
    }

    /// The same for a row, of which it is known where the steady state is lost.
    pub(super) fn edges_of(&self, row: &MapRow) -> Vec<f64> {
        let mut edges = self.edges();
        for (at, pair) in row.cells.windows(2).enumerate() {
            let between = self.values[at].0..=self.values[at + 1].0;
            if let Some(full) = row.full.filter(|full| between.contains(full))
                && pair[0].is_lost != pair[1].is_lost
            {
                edges[at + 1] = full;
            }
        }
        edges
    }

    pub(super) fn axis(&self, from: f64, to: f64) -> Axis {
        let edges = self.edges();
        let (low, high) = edges
            .first()
            .zip(edges.last())
            .map_or((0.0, 1.0), |(low, high)| (*low, *high));
        Axis {
            unit: Unit::Count,
            is_log: self.is_log,
            low,
            high,
            from,
            to,
        }
    }

    /// Returns the names that have room beside one another, with their places.
    fn labelled(&self, axis: &Axis, size_of: impl Fn(&str) -> f64) -> Vec<(f64, &str)> {
        let all = || {
            self.values
                .iter()
                .map(|(at, name)| (axis.place(*at), name.as_str()))
        };
        let chosen = |every: usize| all().step_by(every).collect::<Vec<_>>();
        let fits = |chosen: &Vec<(f64, &str)>| {
            chosen.windows(2).all(|pair| {
                let room = f64::midpoint(size_of(pair[0].1), size_of(pair[1].1)) + GAP;
                room <= (pair[1].0 - pair[0].0).abs()
            })
        };
        let tries = (1..=self.values.len()).map(chosen);
        tries.into_iter().find(fits).unwrap_or_default()
    }

    pub(super) fn draw_below(&self, scene: &mut Scene, axis: &Axis, plot: Rect) {
        let room = plot.left.min(scene.width - plot.right) + plot.width();
        for (at, name) in self.labelled(axis, |name| QUIET.size_of(name).0) {
            scene.rule((at, plot.bottom), (at, plot.bottom + TICK), AXIS, 1.0);
            scene.text_within(name, (at, plot.bottom + 15.0), Align::Center, QUIET, room);
        }
    }

    pub(super) fn draw_left(&self, scene: &mut Scene, axis: &Axis, plot: Rect) {
        let room = plot.left - 8.0;
        for (at, name) in self.labelled(axis, |_| QUIET.size - GAP / 2.0) {
            scene.rule((plot.left - TICK, at), (plot.left, at), AXIS, 1.0);
            scene.text_within(name, (plot.left - 8.0, at), Align::Right, QUIET, room);
        }
    }
}
