//! A tail that is costly to work out, read off a table.

use std::cell::RefCell;

/// Points of the table in a decade of time.
const PER_DECADE: f64 = 8.0;
/// The table ends where the tail is down to this, beyond every percentile that is told.
const LEAST: f64 = 1e-6;
/// Decades of time that a table spans at most.
const DECADES: f64 = 12.0;

/// A tail at certain times, and in between by a smooth and falling curve through its logarithms.
///
/// The times are the same for every table, so that tails with much in common are worked out at the same times; each
/// is worked out when it is first asked for. Between two points the curve is a cubic whose slopes keep it falling
/// (Fritsch and Carlson, *SIAM J. Numer. Anal.* 17, 1980); for the smooth tails of queueing times it is off by less
/// than a thousandth of the probability.
pub(super) struct Table<F> {
    tail: F,
    /// The first time, in steps from one second.
    start: f64,
    /// Logarithms of the tail, where they are known.
    known: RefCell<Vec<Option<f64>>>,
}

impl<F: Fn(f64) -> f64> Table<F> {
    /// Makes a table from about a hundredth of a typical time on.
    pub(super) fn of(scale: f64, tail: F) -> Self {
        Self {
            tail,
            // Whole steps from one second, so that tables of different scales share their times to the last bit.
            start: (scale.ln() / step()).floor() - 2.0 * PER_DECADE,
            known: RefCell::new(vec![None; (DECADES * PER_DECADE) as usize]),
        }
    }

    /// The logarithm of the tail at a point of the table; `None` where there is no such point.
    fn log(&self, at: usize) -> Option<f64> {
        let known = *self.known.borrow().get(at)?;
        let log = known.unwrap_or_else(|| {
            let log = (self.tail)(((self.start + at as f64) * step()).exp()).ln();
            self.known.borrow_mut()[at] = Some(log);
            log
        });
        log.is_finite().then_some(log.min(0.0))
    }

    /// Returns P(more than t), from the tail itself beyond the table.
    pub(super) fn at(&self, t: f64) -> f64 {
        if t <= 0.0 {
            return (self.tail)(t);
        }
        let place = t.ln() / step() - self.start;
        if place < 0.0 {
            let (zero, first) = (
                (self.tail)(0.0),
                self.log(0).map_or_else(|| (self.tail)(t), f64::exp),
            );
            // Straight from zero to the first point.
            return zero + (first - zero) * t / (self.start * step()).exp();
        }
        self.between(place.floor() as usize, place.fract())
            .unwrap_or_else(|| (self.tail)(t))
    }

    /// The curve at a part `x` of the way from one point to the next.
    fn between(&self, low: usize, x: f64) -> Option<f64> {
        let (y0, y1) = (self.log(low)?, self.log(low + 1)?);
        if y0 < LEAST.ln() {
            return None;
        }
        // Errors of the tail must not make it rise.
        let y1 = y1.min(y0);
        let before = low.checked_sub(1).and_then(|at| self.log(at));
        let (after, further) = (self.log(low + 2), self.log(low + 3));
        let earlier = low.checked_sub(2).and_then(|at| self.log(at));
        let m0 = slope([earlier, before, Some(y0), Some(y1), after]);
        let m1 = slope([before, Some(y0), Some(y1), after, further]);
        let cubic = (2.0 * x - 3.0) * x * x + 1.0;
        let log = y0 * cubic + y1 * (1.0 - cubic) + x * (1.0 - x) * (m0 * (1.0 - x) - m1 * x);
        Some(log.exp())
    }
}

/// The time between two points, as a logarithm.
fn step() -> f64 {
    std::f64::consts::LN_10 / PER_DECADE
}

/// The rise per step at the middle one of five points, as far as there are any.
fn slope([first, before, here, after, last]: [Option<f64>; 5]) -> f64 {
    let Some(here) = here else { return 0.0 };
    let (before, after) = match (before, after) {
        (Some(before), Some(after)) => (before, after),
        (Some(before), None) => return (here - before).min(0.0),
        (None, Some(after)) => return (after - here).min(0.0),
        (None, None) => return 0.0,
    };
    let slope = match (first, last) {
        (Some(first), Some(last)) => (8.0 * (after - before) - (last - first)) / 12.0,
        _ => (after - before) / 2.0,
    };
    // Three times as steep as either side would make it rise.
    slope.clamp((3.0 * (here - before).max(after - here)).min(0.0), 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_near_what_it_was_made_of_and_falls() {
        type Curve = fn(f64) -> f64;
        let curves: [Curve; 3] = [
            |t| (-t).exp(),
            |t| 0.7 * (1.0 + t).powf(-2.5),
            |t| 0.9 * (-3.0 * t).exp() + 0.1 * (-t / 20.0).exp(),
        ];
        for (at, curve) in curves.iter().enumerate() {
            let table = Table::of(1.0, curve);
            let mut last = 1.0;
            for step in 0..3_000 {
                let t = 1e-4 * 1.006_f64.powi(step);
                let got = table.at(t);
                assert!(
                    (got / curve(t) - 1.0).abs() < 1e-3,
                    "{at}: {got} for {} at {t}",
                    curve(t)
                );
                assert!(got <= last + 1e-12, "{at} rises at {t}");
                last = got;
                if got < 1e-4 {
                    break;
                }
            }
            assert!(last < 1e-4, "{at} ends at {last}");
            assert_eq!(table.at(0.0), curve(0.0));
        }
    }
}
