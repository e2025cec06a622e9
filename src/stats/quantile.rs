//! Confidence intervals for quantiles, and whether there is enough data for one.

use super::Estimate;

/// Fewer observations than this beyond a quantile, in one replication, leave the interval untrustworthy.
pub const MIN_OBSERVATIONS_BEYOND: u64 = 10;

/// Estimates a quantile by sectioning: the pooled quantile, with the spread of the replications' own quantiles.
/// `None` without replications or with a value that is not finite; one replication leaves the width unknown.
///
/// # Formula
/// ```text
/// q ± t·s/√n,    s² = Σ (qᵢ − q)²/(n − 1),    t: Student's quantile at (1 + level)/2, n − 1 degrees
/// ```
/// - `per_replication`: `qᵢ`, the quantile of each replication alone
/// - `pooled`: `q`, the quantile of all replications' observations together; less biased than the mean of the `qᵢ`
///
/// # Validity
/// Replications of about equal length, each with at least [`MIN_OBSERVATIONS_BEYOND`] observations beyond the
/// quantile (see [`observations_beyond`]), better many more. The spread is taken about the pooled quantile, not
/// about the mean, so a bias that the replications share widens the interval instead of hiding.
///
/// # Source
/// Asmussen and Glynn, *Stochastic Simulation* (2007), ch. III; Nakayama, *ACM TOMACS* 24(4) (2014), art. 19.
pub fn sectioned(per_replication: &[f64], pooled: f64, level: f64) -> Option<Estimate> {
    Estimate::around(pooled, per_replication, level)
}

/// Returns how many of `count` observations lie beyond the `q`-quantile, ties aside.
pub fn observations_beyond(count: u64, q: f64) -> u64 {
    if count == 0 { 0 } else { count - rank(count, q) }
}

/// Returns the rank, from 1 to `count`, of the observation that is the `q`-quantile: `⌈q·count⌉`.
pub(super) fn rank(count: u64, q: f64) -> u64 {
    // A product such as 0.07 × 100 may come out a hair above the whole number it stands for.
    let exact = q * count as f64 * (1.0 - 2.0 * f64::EPSILON);
    (exact.ceil() as u64).clamp(1, count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_sits_on_the_pooled_quantile() {
        // Deviations from 10: -1, 1, 3; s² = 11/2, t = 4.303.
        let got = sectioned(&[9.0, 11.0, 13.0], 10.0, 0.95).unwrap();
        assert!(
            (got.half_width - 4.3027 * (5.5_f64 / 3.0).sqrt()).abs() < 1e-3,
            "{got:?}"
        );
        assert_eq!((got.mean, got.n), (10.0, 3));
        assert!(
            Estimate::from_replications(&[9.0, 11.0, 13.0], 0.95)
                .unwrap()
                .half_width
                < got.half_width
        );
    }

    #[test]
    fn no_replication_gives_no_interval() {
        assert_eq!(sectioned(&[], 10.0, 0.95), None);
        assert_eq!(sectioned(&[1.0, 2.0], f64::NAN, 0.95), None);
        assert!(!sectioned(&[10.0], 10.0, 0.95).unwrap().has_interval());
    }

    #[test]
    fn observations_beyond_counts_the_tail() {
        for (count, q, expected) in [
            (1_000, 0.99, 10),
            (999, 0.99, 9),
            (100, 0.07, 93),
            (0, 0.5, 0),
            (1, 0.999, 0),
            (10_000, 0.999, 10),
        ] {
            assert_eq!(observations_beyond(count, q), expected, "{count} at {q}");
        }
    }

    #[test]
    fn ranks_are_those_of_exact_arithmetic() {
        for count in 1..=2_000_u64 {
            for per_mille in 1..=1_000_u64 {
                let expected = (per_mille * count).div_ceil(1_000);
                assert_eq!(
                    rank(count, per_mille as f64 / 1e3),
                    expected,
                    "{per_mille} ‰ of {count}"
                );
            }
        }
    }
}
