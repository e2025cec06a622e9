//! Where a sweep looks closer, and what it knows without simulating.

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::{Made, Point, Wanted, Work, line};
use crate::experiment::{Results, theory_only};

/// How close breaks and knees are located, as a share of their value.
const CLOSE: f64 = 0.01;
/// The same between a value that meets an objective and one with more work than can be done: near to that, runs are long, and
/// what breaks there breaks with everything else.
const NEAR: f64 = 0.05;
/// Points at which the formulas are drawn.
const CURVE: usize = 41;

impl Work<'_> {
    /// Returns the points that would tell more closely where objectives break and where the knee is.
    pub(super) fn wanted(&self) -> Vec<Wanted> {
        let axis = &self.axes[0];
        let mut wanted: Vec<Wanted> = Vec::new();
        if axis.scale.is_none() {
            return wanted;
        }
        for (at, slice) in self.slices.iter().enumerate() {
            let points: Vec<&Point> = slice.points.iter().collect();
            let mut gaps: Vec<(usize, usize)> = (0..slice.objectives())
                .filter_map(|objective| line::bracket(&points, objective))
                .map(|bracket| (bracket.low, bracket.high))
                .collect();
            if let Some(knee) = line::knee(&points) {
                gaps.extend([(knee - 1, knee), (knee, knee + 1)]);
            }
            for (low, high) in gaps {
                let ends = points[low].x.zip(points[high].x);
                let both = points[low].results.is_some() && points[high].results.is_some();
                let close = if both { CLOSE } else { NEAR };
                let open = ends.filter(|(low, high)| close * high.abs() < high - low);
                let Some(value) = open.and_then(|(low, high)| axis.between(low, high)) else {
                    continue;
                };
                let new = (at, axis.write(value));
                if !wanted.contains(&new) && slice.points.iter().all(|point| point.value != new.1) {
                    wanted.push(new);
                }
            }
        }
        wanted
    }

    /// Returns where a slice begins or ceases to be too much work, which takes no simulation to know.
    pub(super) fn full(&self, slice: usize) -> Option<f64> {
        let points = &self.slices[slice].points;
        let too_much = |point: &Point| point.results.is_none();
        let pair = points
            .windows(2)
            .find(|pair| too_much(&pair[0]) != too_much(&pair[1]))?;
        let (mut low, mut high) = (pair[0].x?, pair[1].x?);
        let low_is_full = too_much(&pair[0]);
        while 1e-4 * high.abs() < high - low
            && let Some(middle) = self.axes[0].between(low, high)
        {
            let is_full = matches!(
                self.make(slice, &self.axes[0].write(middle)),
                Some(Made::Overloaded(_))
            );
            if is_full == low_is_full {
                low = middle;
            } else {
                high = middle;
            }
        }
        Some(if low_is_full { low } else { high })
    }

    /// What formulas say along a slice.
    pub(super) fn curve(&self, slice: usize) -> Vec<(f64, Results)> {
        let axis = &self.axes[0];
        let (Some(scale), Some((low, high))) = (&axis.scale, axis.ends()) else {
            return Vec::new();
        };
        let steps = (0..CURVE).map(|step| {
            let part = step as f64 / (CURVE - 1) as f64;
            if scale.log {
                low * (high / low).powf(part)
            } else {
                low + part * (high - low)
            }
        });
        let mut steps: Vec<f64> = if scale.whole {
            steps.map(f64::round).collect()
        } else {
            steps.collect()
        };
        steps.dedup();
        steps
            .into_par_iter()
            .filter_map(|x| match self.make(slice, &axis.write(x))? {
                Made::Sound(scenario) => Some((x, theory_only(&scenario))),
                Made::Overloaded(_) => None,
            })
            .collect()
    }
}
