//! M(t)/G/∞: how many servers a load that varies over the day would keep busy, if there were always enough.

use super::{TheoryError, ensure, ensure_mean_service, numeric};

/// A load whose arrival rate is a line through given points.
///
/// # Formula
/// ```text
/// m(t) = ∫_0^∞ λ(t − u)·P(S > u) du
/// ```
/// the mean of the number in service at time `t`, which is Poisson. It lags behind the rate by about the mean
/// residual service `E[S²]/(2E[S])`. Staffing `m(t) + β·√m(t)` keeps the probability of waiting steady.
///
/// # Validity
/// Poisson arrivals with this rate, any service distribution of finite mean, no waiting. Exact but for the numerical
/// integral (relative error below 1e-9 for smooth distributions). Before the first point and after
/// the last the rate stays as it is there.
///
/// # Source
/// Eick, Massey and Whitt, *Management Science* 39(2), 1993.
#[derive(Clone, Debug)]
pub struct VaryingLoad {
    points: Vec<(f64, f64)>,
}

impl VaryingLoad {
    /// Makes the load from points `(time, rate)`, in seconds and per second, with times that increase.
    pub fn new(points: Vec<(f64, f64)>) -> Result<Self, TheoryError> {
        ensure(!points.is_empty(), "the profile has no point")?;
        let rises = points.windows(2).all(|pair| pair[0].0 < pair[1].0);
        ensure(
            rises && points.iter().all(|p| p.0.is_finite()),
            "the times of the profile do not increase",
        )?;
        let valid = |&(_, rate): &(f64, f64)| rate.is_finite() && 0.0 <= rate;
        ensure(
            points.iter().all(valid),
            "a rate of the profile is negative or not finite",
        )?;
        Ok(Self { points })
    }

    /// Returns the arrival rate at a time, per second.
    pub fn rate(&self, time: f64) -> f64 {
        let after = self.points.partition_point(|&(at, _)| at <= time);
        match (
            after.checked_sub(1).map(|before| self.points[before]),
            self.points.get(after),
        ) {
            (Some((from, rate)), Some(&(to, next))) => rate + (next - rate) * (time - from) / (to - from),
            (Some((_, rate)), None) | (None, Some(&(_, rate))) => rate,
            (None, None) => unreachable!("a profile has a point"),
        }
    }

    /// Returns the offered load at a time, in erlangs, from the mean service time, in seconds, and
    /// `survival(u)` = P(S > u).
    pub fn offered_load(
        &self,
        time: f64,
        mean_service: f64,
        survival: impl Fn(f64) -> f64,
    ) -> Result<f64, TheoryError> {
        ensure_mean_service(mean_service)?;
        // Pieces of the past on which the rate is a line, each cut to lengths that suit the service time.
        let (mut load, mut age, mut served) = (0.0, 0.0, 0.0);
        for &(at, _) in self.points.iter().rev().filter(|&&(at, _)| at < time) {
            while age < time - at {
                let end = (time - at).min(if age == 0.0 { mean_service / 4.0 } else { 2.0 * age });
                load += numeric::integral(age, end, |u| self.rate(time - u) * survival(u));
                served += numeric::integral(age, end, &survival);
                age = end;
            }
        }
        // Before the first point the rate is constant, and what remains of the mean is the area left.
        Ok(load + self.points[0].1 * (mean_service - served).max(0.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::test_support::assert_close;

    fn exponential(u: f64) -> f64 {
        (-u / 2.0).exp()
    }

    /// From nothing the rate rises as t: m(t) = S·(t − S + S·e^(−t/S)) for exponential service.
    #[test]
    fn a_ramp_matches_its_closed_form() {
        let ramp = VaryingLoad::new(vec![(0.0, 0.0), (100.0, 100.0)]).unwrap();
        for t in [0.5_f64, 3.0, 50.0, 99.0] {
            let expected = 2.0 * (t - 2.0 + 2.0 * (-t / 2.0).exp());
            assert_close(ramp.offered_load(t, 2.0, exponential).unwrap(), expected, 1e-9);
        }
        // Constant service counts the arrivals of the last two seconds.
        let last_two = |u: f64| if u < 2.0 { 1.0 } else { 0.0 };
        assert_close(ramp.offered_load(50.0, 2.0, last_two).unwrap(), 98.0, 1e-9);
    }

    #[test]
    fn a_steady_rate_is_the_plain_offered_load() {
        let steady = VaryingLoad::new(vec![(0.0, 3.0), (10.0, 3.0)]).unwrap();
        for t in [-5.0, 0.0, 4.0, 400.0] {
            assert_close(steady.offered_load(t, 2.0, exponential).unwrap(), 6.0, 1e-9);
        }
    }

    #[test]
    fn the_load_solves_its_differential_equation_through_a_kink() {
        // Exponential service: m' = λ(t) − m/S.
        let day = VaryingLoad::new(vec![(0.0, 1.0), (5.0, 9.0), (9.0, 2.0)]).unwrap();
        let load = |t: f64| day.offered_load(t, 2.0, exponential).unwrap();
        for t in [1.0, 6.0, 12.0] {
            let slope = (load(t + 1e-4) - load(t - 1e-4)) / 2e-4;
            assert!((slope - (day.rate(t) - load(t) / 2.0)).abs() < 1e-5, "t = {t}");
        }
        assert_close(day.rate(7.0), 5.5, 1e-15);
    }

    #[test]
    fn a_profile_without_points_or_out_of_order_is_refused() {
        assert!(VaryingLoad::new(vec![]).is_err());
        assert!(VaryingLoad::new(vec![(1.0, 1.0), (1.0, 2.0)]).is_err());
        assert!(VaryingLoad::new(vec![(0.0, -1.0)]).is_err());
        assert!(
            VaryingLoad::new(vec![(0.0, 1.0)])
                .unwrap()
                .offered_load(0.0, 0.0, exponential)
                .is_err()
        );
    }
}
