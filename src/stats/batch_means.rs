//! An interval from one long run, when there are no replications to compare.

use super::{Estimate, spread};

/// How many batches the run is cut into: enough for a narrow Student quantile, few enough to stay long
/// (Schmeiser, *Operations Research* 30(3), 1982, finds little gain beyond 30).
pub const BATCHES: usize = 32;

/// The estimate from one run, and whether to believe it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BatchMeans {
    /// Mean of the run, with the interval from its batches; `n` is their number.
    pub estimate: Estimate,
    /// Correlation of neighbouring batch means, −1 to 1; about 0 for batches long enough.
    pub lag_1: f64,
    /// Whether that correlation is too large for chance (one-sided, 5 %): the interval is then too narrow, and
    /// the run too short.
    pub is_correlated: bool,
}

/// Estimates the mean of one long run by [`BATCHES`] non-overlapping batch means.
/// `None` below [`BATCHES`] values, or with a value that is not finite.
///
/// # Formula
/// ```text
/// x̄ ± t·s/√32 over the batch means;    C = 1 − Σ (xᵢ − xᵢ₊₁)² / (2·Σ (xᵢ − x̄)²),    flagged if C > 1.645·√(30/1023)
/// ```
/// - `values`: equally long stretches of the run in the order of time, such as
///   [`BatchSeries::batches`](super::warmup::BatchSeries::batches) after the warm-up. What does not divide into
///   the batches is left out at the front, nearest to the transient.
///
/// # Validity
/// A stationary run whose batches outlast its correlation by far. A flag proves a run too short; its absence
/// proves nothing.
///
/// # Source
/// Law, *Simulation Modeling and Analysis*, 5th ed. (2015), section 9.5.3; the test on `C`: von Neumann,
/// *Ann. Math. Statist.* 12 (1941), used so by Fishman, *Management Science* 24(5) (1978) 510–521.
pub fn batch_means(values: &[f64], level: f64) -> Option<BatchMeans> {
    let size = values.len() / BATCHES;
    if size == 0 {
        return None;
    }
    let counted = &values[values.len() - size * BATCHES..];
    let means: Vec<f64> = counted.chunks_exact(size).map(spread::mean).collect();
    let estimate = Estimate::from_replications(&means, level)?;
    let squares = spread::squared_deviations(&means, estimate.mean);
    let steps = spread::sum(means.windows(2).map(|pair| (pair[1] - pair[0]).powi(2)));
    // A constant series has no correlation.
    let lag_1 = if 0.0 < squares {
        1.0 - steps / (2.0 * squares)
    } else {
        0.0
    };
    let n = BATCHES as f64;
    let is_correlated = 1.645 * ((n - 2.0) / (n * n - 1.0)).sqrt() < lag_1;
    Some(BatchMeans {
        estimate,
        lag_1,
        is_correlated,
    })
}

#[cfg(test)]
mod tests {
    use super::super::coverage::{Ar1, Tally, stream};
    use super::*;

    fn run(correlation: f64, n: usize, name: &str) -> Vec<f64> {
        let mut source = Ar1::new(correlation, stream(0, name));
        (0..n).map(|_| source.draw()).collect()
    }

    #[test]
    fn long_batches_cover_as_often_as_they_say() {
        let mut tally = Tally::default();
        let mut flagged = 0;
        for i in 0..1_000 {
            let got = batch_means(&run(0.8, 32 * 200, &format!("long {i}")), 0.95).unwrap();
            tally.count(got.estimate.covers(0.0));
            flagged += usize::from(got.is_correlated);
        }
        tally.assert_near_95_percent("batch means");
        assert!(
            (20..110).contains(&flagged),
            "{flagged} of 1000 flagged, where 5 % are due"
        );
    }

    /// The decoy: batches as short as the correlation.
    #[test]
    fn short_batches_are_too_narrow_and_are_flagged() {
        let mut tally = Tally::default();
        let mut flagged = 0;
        for i in 0..500 {
            let got = batch_means(&run(0.9, 32 * 4, &format!("short {i}")), 0.95).unwrap();
            tally.count(got.estimate.covers(0.0));
            flagged += usize::from(got.is_correlated);
        }
        assert!(tally.fraction() < 0.8, "covers {}", tally.fraction());
        assert!(450 < flagged, "only {flagged} of 500 flagged");
    }

    #[test]
    fn odd_ends_are_left_out_at_the_front() {
        let mut values = vec![1e9; 31];
        values.extend((0..64).map(|i| f64::from(i / 2)));
        let got = batch_means(&values, 0.95).unwrap();
        assert_eq!((got.estimate.mean, got.estimate.n), (15.5, BATCHES));
        assert!(got.is_correlated, "a ramp: {got:?}");
        assert_eq!(batch_means(&values[..31], 0.95), None);
        assert!(!batch_means(&[7.0; 64], 0.95).unwrap().is_correlated);
    }
}
