//! Is one variant really better than another? The difference on the very same requests.

use super::{Estimate, spread};

/// How far a variant lies from a baseline, replication by replication.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PairedDifference {
    /// Variant minus baseline, in the unit of the values.
    pub difference: Estimate,
    /// The same as a fraction of the baseline's mean; `None` if that mean is 0.
    pub relative: Option<Estimate>,
}

impl PairedDifference {
    /// Compares two variants whose replication `i` met the same requests (common random numbers).
    /// `None` without replications or with a value that is not finite.
    ///
    /// # Formula
    /// ```text
    /// d̄ ± t·s_d/√n,    dᵢ = vᵢ − bᵢ
    /// r ± t·s_e/(|b̄|·√n),    r = v̄/b̄ − 1,    eᵢ = vᵢ − (1 + r)·bᵢ
    /// ```
    /// # Validity
    /// Replications independent of each other; those of a pair may depend on each other at will, and the more
    /// they do, the narrower the interval. The relative one is linearised: it wants `b̄` known to some 10 %. Both
    /// want replications long enough for means that are not skewed, as [`Estimate::from_replications`] does.
    ///
    /// # Source
    /// Law, *Simulation Modeling and Analysis*, 5th ed. (2015), section 10.2.1; for the ratio Cochran,
    /// *Sampling Techniques*, 3rd ed. (1977), ch. 6.
    pub fn new(baseline: &[f64], variant: &[f64], level: f64) -> Option<Self> {
        assert_eq!(
            baseline.len(),
            variant.len(),
            "every replication needs its partner"
        );
        let apart: Vec<f64> = variant.iter().zip(baseline).map(|(v, b)| v - b).collect();
        let difference = Estimate::from_replications(&apart, level)?;
        let base = spread::mean(baseline);
        let relative = if base == 0.0 {
            None
        } else {
            relative(&apart, baseline, base, level)
        };
        Some(Self { difference, relative })
    }

    /// Whether the interval leaves out 0, so that chance alone does not explain the difference.
    /// Unknown widths never do.
    pub fn is_significant(&self) -> bool {
        !self.difference.covers(0.0)
    }
}

fn relative(apart: &[f64], baseline: &[f64], base: f64, level: f64) -> Option<Estimate> {
    let ratio = spread::mean(apart) / base;
    // The residuals sum to zero, so their own interval has the width that the ratio needs.
    let residuals: Vec<f64> = apart
        .iter()
        .zip(baseline)
        .map(|(d, b)| (d - ratio * b) / base)
        .collect();
    let spread = Estimate::around(0.0, &residuals, level)?;
    ratio.is_finite().then_some(Estimate {
        mean: ratio,
        ..spread
    })
}

/// Returns the level for each of `comparisons` intervals so that all of them hold at once with at least
/// probability `level` (the Bonferroni inequality).
///
/// Against a baseline fixed beforehand there are as many comparisons as other variants. Where the baseline is
/// the best one *as measured*, any pair could have been shown: count all pairs, `k·(k − 1)/2`.
///
/// # Source
/// Dunn, *J. Amer. Statist. Assoc.* 56 (1961) 52–64; Law (2015), section 10.3.
pub fn adjusted_level(level: f64, comparisons: usize) -> f64 {
    assert!(
        0.0 < level && level < 1.0,
        "a level lies between 0 and 1, not at {level}"
    );
    1.0 - (1.0 - level) / comparisons.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_difference_shows_through_a_large_common_swing() {
        let baseline: Vec<f64> = (0..10).map(|i| 100.0 + 20.0 * f64::from(i)).collect();
        let variant: Vec<f64> = baseline
            .iter()
            .enumerate()
            .map(|(i, b)| b - 2.0 - 0.1 * (i % 3) as f64)
            .collect();
        let paired = PairedDifference::new(&baseline, &variant, 0.95).unwrap();
        assert!(
            paired.is_significant() && paired.difference.half_width < 0.1,
            "{paired:?}"
        );
        let alone = Estimate::from_replications(&variant, 0.95).unwrap();
        assert!(
            alone.covers(spread::mean(&baseline)),
            "unpaired it must drown: {alone:?}"
        );
    }

    #[test]
    fn a_constant_ratio_has_no_spread() {
        let (baseline, variant) = ([1.0, 2.0, 4.0], [0.5, 1.0, 2.0]);
        let relative = PairedDifference::new(&baseline, &variant, 0.95)
            .unwrap()
            .relative
            .unwrap();
        assert_eq!((relative.mean, relative.half_width, relative.n), (-0.5, 0.0, 3));
    }

    #[test]
    fn equal_variants_do_not_differ() {
        let paired = PairedDifference::new(&[1.0, 2.0], &[1.0, 2.0], 0.95).unwrap();
        assert!(!paired.is_significant());
        assert!(
            !PairedDifference::new(&[1.0], &[9.0], 0.95)
                .unwrap()
                .is_significant()
        );
        assert_eq!(PairedDifference::new(&[], &[], 0.95), None);
        assert_eq!(
            PairedDifference::new(&[0.0, 0.0], &[1.0, 2.0], 0.95)
                .unwrap()
                .relative,
            None
        );
    }

    #[test]
    fn the_adjusted_level_shares_the_risk() {
        assert!((adjusted_level(0.95, 5) - 0.99).abs() < 1e-12);
        assert_eq!(adjusted_level(0.95, 1).to_bits(), 0.95_f64.to_bits());
        assert_eq!(adjusted_level(0.95, 0).to_bits(), 0.95_f64.to_bits());
    }
}
