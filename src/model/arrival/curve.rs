//! A rate that changes in straight lines and repeats, and the exact instants of a Poisson process that follows it.
//!
//! If the rate, summed from the beginning up to `t`, is `Λ(t)`, and `S₁ < S₂ < …` are the instants of a Poisson process
//! of rate 1, then `Λ⁻¹(S₁), Λ⁻¹(S₂), …` are the instants sought (Çinlar, *Introduction to Stochastic Processes*, 1975).
//! Along a straight line `Λ` is a parabola, so the inverse is a square root; no instant is proposed and rejected, as
//! thinning does (Lewis and Shedler, *Naval Research Logistics Quarterly* 26(3), 1979), and none is rounded to a step.

use std::sync::Arc;

use crate::units::{SimDuration, SimTime};

/// A rate over one period.
#[derive(Debug)]
pub(super) struct Curve {
    lines: Vec<Line>,
    period: SimDuration,
    /// The requests of a period.
    area: f64,
}

#[derive(Debug)]
struct Line {
    begin: SimDuration,
    /// In seconds, above zero.
    length: f64,
    /// Requests per second at both ends.
    rates: [f64; 2],
}

impl Line {
    fn slope(&self) -> f64 {
        (self.rates[1] - self.rates[0]) / self.length
    }
    /// The requests from `x` seconds after its beginning to its end.
    fn area_from(&self, x: f64) -> f64 {
        let rate = self.rates[0] + self.slope() * x;
        f64::midpoint(rate, self.rates[1]) * (self.length - x)
    }
    /// Returns how far after `x` the rate sums up to `area`, in seconds.
    fn invert(&self, x: f64, area: f64) -> f64 {
        let (rate, slope) = (self.rates[0] + self.slope() * x, self.slope());
        // The root of `rate·d + slope·d²/2 = area`, in the form that neither cancels nor divides by the slope.
        2.0 * area / (rate + (rate * rate + 2.0 * slope * area).max(0.0).sqrt())
    }
}

impl Curve {
    /// Returns the curve through these points: times and requests per second. Two points at one time are a jump. `None`
    /// unless the times begin at zero and never decrease, and some requests come.
    pub(super) fn new(points: &[(SimDuration, f64)]) -> Option<Self> {
        if points.first()?.0 != SimDuration::ZERO || !points.is_sorted_by_key(|&(since, _)| since) {
            return None;
        }
        let lines: Vec<Line> = points
            .windows(2)
            .filter(|pair| pair[0].0 < pair[1].0)
            .map(|pair| Line {
                begin: pair[0].0,
                length: (pair[1].0 - pair[0].0).as_secs_f64(),
                rates: [pair[0].1, pair[1].1],
            })
            .collect();
        let area: f64 = lines.iter().map(|line| line.area_from(0.0)).sum();
        let period = points.last()?.0;
        (0.0 < area).then_some(Self { lines, period, area })
    }
}

/// A place on a curve that runs on and on, tied to the clock of a run.
pub(super) struct Walk {
    curve: Arc<Curve>,
    /// When the present period began, in nanoseconds of the run's clock; the first may have begun before the run.
    period_begin: i128,
    line: usize,
    /// Seconds since the line's beginning.
    x: f64,
}

impl Walk {
    /// Returns the place at the beginning of a run in which a period begins at `origin`.
    pub(super) fn new(curve: Arc<Curve>, origin: SimTime) -> Self {
        let period = curve.period.as_nanos();
        let phase = (period - origin.as_nanos() % period) % period;
        let line = curve.lines.partition_point(|line| line.begin.as_nanos() <= phase) - 1;
        let since = phase - curve.lines[line].begin.as_nanos();
        Self {
            curve,
            period_begin: -i128::from(phase),
            line,
            x: SimDuration::from_nanos(since).as_secs_f64(),
        }
    }

    /// Moves on until the rate has summed up to `area`; `None` if that is after the end of the clock.
    pub(super) fn advance(&mut self, mut area: f64) -> Option<SimTime> {
        loop {
            let line = &self.curve.lines[self.line];
            let left = line.area_from(self.x);
            if area < left {
                self.x = (self.x + line.invert(self.x, area)).min(line.length);
                let since = line.begin + SimDuration::from_secs_f64(self.x);
                let at = self.period_begin + i128::from(since.as_nanos());
                return u64::try_from(at).ok().map(SimTime::from_nanos);
            }
            area -= left;
            (self.line, self.x) = (self.line + 1, 0.0);
            if self.line == self.curve.lines.len() {
                // Periods without a request are skipped at once, however many.
                let skipped = (area / self.curve.area).floor();
                area -= skipped * self.curve.area;
                let period = i128::from(self.curve.period.as_nanos());
                let passed = (skipped as i128).saturating_add(1).saturating_mul(period);
                self.period_begin = self.period_begin.saturating_add(passed);
                self.line = 0;
                if i128::from(u64::MAX) < self.period_begin {
                    return None;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secs(seconds: f64) -> SimDuration {
        SimDuration::from_secs_f64(seconds)
    }

    /// Up, a jump, silence, down: one of each, 4 + 20 + 0 + 10 requests in 20 s.
    fn bumps() -> Arc<Curve> {
        let points = [
            (0.0, 0.0),
            (4.0, 2.0),
            (4.0, 5.0),
            (8.0, 5.0),
            (8.0, 0.0),
            (10.0, 0.0),
            (20.0, 2.0),
        ];
        let points: Vec<(SimDuration, f64)> = points.iter().map(|&(at, rate)| (secs(at), rate)).collect();
        Arc::new(Curve::new(&points).unwrap())
    }

    /// The summed rate from time zero of the profile, by small steps of the midpoint rule.
    fn summed(from: f64, to: f64) -> f64 {
        let rate = |t: f64| match t.rem_euclid(20.0) {
            t if t < 4.0 => t / 2.0,
            t if t < 8.0 => 5.0,
            t if t < 10.0 => 0.0,
            t => (t - 10.0) / 5.0,
        };
        let steps = 20_000;
        let step = (to - from) / f64::from(steps);
        (0..steps)
            .map(|k| rate(from + (f64::from(k) + 0.5) * step) * step)
            .sum()
    }

    #[test]
    fn the_inverse_agrees_with_a_numeric_sum() {
        let mut walk = Walk::new(bumps(), SimTime::ZERO);
        let mut before = 0.0;
        // Steps that end on every line, pass several at once, and pass whole periods.
        for area in [0.5, 1.0, 2.4, 0.3, 19.0, 0.9, 5.0, 33.0, 70.0, 200.0, 0.01] {
            let at = walk.advance(area).unwrap().as_secs_f64();
            let got = summed(before, at);
            // The numeric sum errs by a step at each jump it passes.
            let tolerance = 1e-6 + (at - before) / 20_000.0 * 5.0 * ((at - before) / 5.0 + 2.0);
            assert!(
                (got - area).abs() < tolerance,
                "{got} from {before} to {at}, not {area}"
            );
            before = at;
        }
    }

    #[test]
    fn before_the_origin_the_curve_runs_backward_in_time() {
        // A period begins at 7 s, so the run begins 13 s into one.
        let mut walk = Walk::new(bumps(), SimTime::from_nanos(7_000_000_000));
        let at = walk.advance(1.0).unwrap().as_secs_f64();
        assert!((summed(13.0, 13.0 + at) - 1.0).abs() < 1e-6, "{at}");
        // And a whole period later the same, to the nanosecond or two that seconds in floating point can tell.
        let again = walk.advance(34.0 - 1e-12).unwrap().as_secs_f64();
        assert!((again - at - 20.0).abs() < 5e-9, "{again}");
    }

    #[test]
    fn a_curve_that_hardly_sends_comes_to_an_end_at_once() {
        let faint = Curve::new(&[(secs(0.0), 1e-290), (secs(1e-9), 0.0)]).unwrap();
        assert_eq!(Walk::new(Arc::new(faint), SimTime::ZERO).advance(1.0), None);
    }

    #[test]
    fn points_that_make_no_curve_are_refused() {
        let bad: [&[(f64, f64)]; 5] = [
            &[],
            &[(0.0, 0.0), (1.0, 0.0)],
            &[(1.0, 5.0), (2.0, 5.0)],
            &[(0.0, 5.0), (2.0, 5.0), (1.0, 5.0)],
            &[(0.0, 5.0), (0.0, 5.0)],
        ];
        for points in bad {
            let curve: Vec<(SimDuration, f64)> = points.iter().map(|&(at, rate)| (secs(at), rate)).collect();
            assert!(Curve::new(&curve).is_none(), "{points:?}");
        }
    }
}
