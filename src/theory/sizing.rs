//! How many servers it takes.

use statrs::function::erf::erfc;

use super::{
    TheoryError, ensure, ensure_arrival_rate, ensure_service_rate, erlang_b::inverse_blocking, mmc::Mmc,
    numeric,
};

/// Returns the smallest M/M/c that is good enough; it knows its number of servers.
///
/// `accepts` says whether a system will do, as in `|model| model.wait_tail(0.02) <= 0.01`; more servers must never
/// make it worse. Exact; takes time proportional to the answer. An error if no number of servers will do.
///
/// # Source
/// Erlang C, see [`super::mmc`].
pub fn smallest_mmc(
    arrival_rate: f64,
    service_rate: f64,
    accepts: impl Fn(&Mmc) -> bool,
) -> Result<Mmc, TheoryError> {
    ensure_arrival_rate(arrival_rate)?;
    ensure_service_rate(service_rate)?;
    let load = arrival_rate / service_rate;
    ensure(load < 1e9, "the offered load is above a billion erlangs")?;
    for (servers, inverse) in (0..=u32::MAX).zip(inverse_blocking(load)) {
        if load < f64::from(servers) {
            let model = Mmc::from_inverse_blocking(servers, arrival_rate, service_rate, inverse);
            if accepts(&model) {
                return Ok(model);
            }
            // Nobody waits any more, so more servers change nothing.
            ensure(inverse.is_finite(), "no number of servers meets the target")?;
        }
    }
    Err(TheoryError::Domain("no number of servers meets the target"))
}

/// Returns the probability of waiting in a large system staffed with `β` standard deviations of spare servers.
///
/// # Formula
/// ```text
/// P(wait) ≈ 1 / (1 + β·Φ(β)/φ(β)),    c = a + β·√a
/// ```
/// with `Φ` and `φ` the normal distribution function and density.
///
/// # Validity
/// M/M/c with `β > 0`, in the limit of large `a`. For `β` near 1 within 0.05 of
/// Erlang C from `a = 10` on, and within 0.02 from `a = 100` on.
///
/// # Source
/// Halfin and Whitt, *Oper. Res.* 29(3), 1981.
pub fn halfin_whitt(β: f64) -> f64 {
    use std::f64::consts::{FRAC_1_SQRT_2, PI};
    let distribution = 0.5 * erfc(-β * FRAC_1_SQRT_2);
    let density = (-0.5 * β * β).exp() / (2.0 * PI).sqrt();
    (1.0 + β * distribution / density).recip()
}

/// Returns the `β` at which [`halfin_whitt`] gives this probability of waiting, which must be between 0 and 1.
pub fn halfin_whitt_inverse(prob_wait: f64) -> Result<f64, TheoryError> {
    ensure(
        0.0 < prob_wait && prob_wait < 1.0,
        "the probability of waiting is not between 0 and 1",
    )?;
    // At 38 the density is all but the smallest number there is.
    Ok(numeric::root(0.0, 38.0, |β| (halfin_whitt(β) / prob_wait).ln()))
}

/// Returns the number of servers by the square-root rule: `⌈a + β·√a⌉`, with `β` from [`halfin_whitt_inverse`].
///
/// # Validity
/// As [`halfin_whitt`]; from `a = 1` to 10 000 and a probability of waiting from 0.01 to 0.8 at most one server
/// off the exact number (Borst, Mandelbaum and Reiman, *Oper. Res.* 52, 2004, on why it does so well).
pub fn square_root_staffing(load: f64, prob_wait: f64) -> Result<u32, TheoryError> {
    ensure(
        0.0 < load && load < 4e9,
        "the offered load is not positive, or above 4e9 erlangs",
    )?;
    let β = halfin_whitt_inverse(prob_wait)?;
    Ok((load + β * load.sqrt()).ceil() as u32)
}

/// Returns how many replicas an autoscaler that tracks a target asks for.
///
/// # Formula
/// ```text
/// desired = ⌈current · metric/target⌉,    unchanged if |metric/target − 1| ≤ tolerance
/// ```
/// - `metric`, `target`: the measured and the wanted value per replica, in the same unit
/// - `tolerance`: usually 0.1
///
/// # Validity
/// A rule, not a law: it assumes that the metric falls in proportion as replicas are added.
///
/// # Source
/// Kubernetes documentation, "Horizontal Pod Autoscaling", section on the algorithm.
pub fn desired_replicas(current: u32, metric: f64, target: f64, tolerance: f64) -> Result<u32, TheoryError> {
    ensure(
        metric.is_finite() && 0.0 <= metric,
        "the metric is negative or not finite",
    )?;
    ensure(
        target.is_finite() && 0.0 < target,
        "the target is not positive and finite",
    )?;
    let ratio = metric / target;
    if (ratio - 1.0).abs() <= tolerance {
        return Ok(current);
    }
    Ok((f64::from(current) * ratio).ceil() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::{mmc, test_support::assert_close};

    #[test]
    fn the_smallest_system_meets_its_target_and_one_server_less_does_not() {
        let accepts: [&dyn Fn(&Mmc) -> bool; 4] = [
            &|model| model.prob_wait() <= 0.2,
            &|model| model.mean_wait() <= 0.01,
            &|model| model.wait_tail(0.02) <= 0.01,
            &|model| model.response_quantile(0.95) <= 3.2,
        ];
        for accepts in accepts {
            for load in [0.3, 4.0, 99.5] {
                let best = smallest_mmc(load, 1.0, accepts).unwrap();
                assert!(accepts(&best));
                let fewer = best.servers() - 1;
                assert!(
                    Mmc::new(fewer, load, 1.0).map_or(true, |model| !accepts(&model)),
                    "{best:?}"
                );
            }
        }
    }

    /// β = 0.5061 for one half: Halfin and Whitt's function, solved with 30 digits.
    #[test]
    fn the_square_root_rule_matches_its_values_and_its_inverse() {
        assert_close(halfin_whitt(1e-12), 1.0, 1e-11);
        assert_close(halfin_whitt_inverse(0.5).unwrap(), 0.506_054_468_989_181, 1e-10);
        for prob_wait in [1e-9, 0.01, 0.3, 0.99] {
            assert_close(
                halfin_whitt(halfin_whitt_inverse(prob_wait).unwrap()),
                prob_wait,
                1e-10,
            );
        }
    }

    #[test]
    fn the_square_root_rule_is_near_exact_staffing() {
        for load in [1.0, 3.0, 10.0, 42.0, 300.0, 10_000.0] {
            for prob_wait in [0.01, 0.1, 0.5, 0.8] {
                let exact = smallest_mmc(load, 1.0, |model| model.prob_wait() <= prob_wait).unwrap();
                let rule = square_root_staffing(load, prob_wait).unwrap();
                assert!(
                    rule.abs_diff(exact.servers()) <= 1,
                    "{load} erlangs, {prob_wait}: {rule}, {exact:?}"
                );
            }
            let c = (load + load.sqrt()).ceil();
            let error =
                (mmc::prob_wait(c as u32, load).unwrap() - halfin_whitt((c - load) / load.sqrt())).abs();
            assert!(
                load < 10.0 || error < if load < 100.0 { 0.05 } else { 0.02 },
                "{load} erlangs: {error}"
            );
        }
    }

    #[test]
    fn replicas_follow_the_documented_examples() {
        // 200m against 100m doubles, 50m halves; within a tenth nothing happens.
        assert_eq!(desired_replicas(3, 200.0, 100.0, 0.1), Ok(6));
        assert_eq!(desired_replicas(4, 50.0, 100.0, 0.1), Ok(2));
        assert_eq!(desired_replicas(5, 109.0, 100.0, 0.1), Ok(5));
        assert_eq!(desired_replicas(5, 111.0, 100.0, 0.1), Ok(6));
        assert_eq!(desired_replicas(5, 0.0, 100.0, 0.1), Ok(0));
        assert!(desired_replicas(5, 1.0, 0.0, 0.1).is_err() && desired_replicas(5, -1.0, 1.0, 0.1).is_err());
    }

    #[test]
    fn the_edges_are_targets_out_of_reach_and_probabilities_out_of_range() {
        assert!(smallest_mmc(5.0, 1.0, |model| model.mean_response() < 0.9).is_err());
        assert_eq!(smallest_mmc(0.0, 1.0, |_| true).unwrap().servers(), 1);
        assert!(halfin_whitt_inverse(0.0).is_err() && halfin_whitt_inverse(1.0).is_err());
        assert!(square_root_staffing(0.0, 0.5).is_err());
    }
}
