//! A tail that is costly to work out, read off a table.

/// Points of the table in a decade of time.
const PER_DECADE: f64 = 8.0;
/// The table ends where the tail is down to this, beyond every percentile that is told.
const LEAST: f64 = 1e-6;
/// Decades of time that a table spans at most.
const DECADES: f64 = 12.0;

/// A tail at certain times, and in between by a smooth and falling curve through its logarithms.
///
/// The times are the same for every table, so that tails with much in common are worked out at the same times.
/// Between two points the curve is a cubic whose slopes keep it falling (Fritsch and Carlson, *SIAM J. Numer. Anal.* 17,
/// 1980); for the smooth tails of queueing times it is off by less than a thousandth of the
/// probability.
#[derive(Clone, Debug)]
pub(super) struct Table {
    at_zero: f64,
    /// The logarithm of the first time, and the step between logarithms.
    first: f64,
    step: f64,
    /// Logarithms of the tail, and their slopes.
    points: Vec<(f64, f64)>,
}

impl Table {
    /// Works out a tail from about a hundredth of a typical time on.
    pub(super) fn of(scale: f64, tail: impl Fn(f64) -> f64) -> Self {
        let step = std::f64::consts::LN_10 / PER_DECADE;
        // Whole steps from one second, so that tables of different scales share their times to the last bit.
        let start = (scale.ln() / step).floor() - 2.0 * PER_DECADE;
        let mut logs: Vec<f64> = Vec::new();
        for at in 0..(DECADES * PER_DECADE) as usize {
            let value = tail(((start + at as f64) * step).exp());
            // Errors of the tail must not make it rise.
            let value = value.ln().min(logs.last().copied().unwrap_or(0.0));
            if !value.is_finite() {
                break;
            }
            logs.push(value);
            if value < LEAST.ln() {
                break;
            }
        }
        let secant = |at: usize| (logs[at + 1] - logs[at]) / step;
        let slope = |at: usize| match at {
            _ if logs.len() < 3 => 0.0,
            0 => secant(0),
            last if last + 1 == logs.len() => (3.0 * secant(last - 1) - secant(last - 2)) / 2.0,
            inner => {
                let (before, after) = (secant(inner - 1), secant(inner));
                let slope = match (inner.checked_sub(2), logs.get(inner + 2)) {
                    (Some(low), Some(high)) => {
                        (8.0 * (logs[inner + 1] - logs[inner - 1]) - (high - logs[low])) / (12.0 * step)
                    }
                    _ => f64::midpoint(before, after),
                };
                // Three times as steep as either side would make it rise.
                slope.clamp(3.0 * before.max(after), 0.0)
            }
        };
        Self {
            at_zero: tail(0.0),
            first: start * step,
            step,
            points: (0..logs.len()).map(|at| (logs[at], slope(at))).collect(),
        }
    }

    /// Returns the tail at a time; `None` beyond the table.
    pub(super) fn at(&self, t: f64) -> Option<f64> {
        if t <= 0.0 {
            return Some(if t < 0.0 { 1.0 } else { self.at_zero });
        }
        let place = (t.ln() - self.first) / self.step;
        if place < 0.0 {
            // Straight from zero to the first point.
            let first = self.points.first()?.0.exp();
            return Some(self.at_zero + (first - self.at_zero) * t / self.first.exp());
        }
        let (low, x) = (place.floor() as usize, place.fract());
        let (&(y0, m0), &(y1, m1)) = (self.points.get(low)?, self.points.get(low + 1)?);
        let (m0, m1) = (m0 * self.step, m1 * self.step);
        let cubic = (2.0 * x - 3.0) * x * x + 1.0;
        let log = y0 * cubic + y1 * (1.0 - cubic) + x * (1.0 - x) * (m0 * (1.0 - x) - m1 * x);
        Some(log.exp())
    }
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
                let got = table.at(t).unwrap();
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
            assert_eq!(table.at(0.0), Some(curve(0.0)));
        }
    }
}
