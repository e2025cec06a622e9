//! A histogram of thousands of buckets in as few points as a reader can use.

use crate::{experiment::results::Distribution, stats::Histogram};

/// Points of a thinned distribution, at most.
const POINTS: usize = 500;

/// One stretch of a distribution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stretch {
    /// The largest time that belongs to it, in seconds.
    pub(super) seconds: f64,
    /// How many values it holds.
    pub(super) count: u64,
    /// How many values it and those before it hold.
    pub(super) up_to: u64,
}

/// Returns the distribution in stretches of equally many occupied buckets, so that the tail keeps its detail.
pub(super) fn stretches(histogram: &Histogram) -> Vec<Stretch> {
    let buckets: Vec<_> = histogram.buckets().collect();
    let each = buckets.len().div_ceil(POINTS).max(1);
    let largest = histogram.max().unwrap_or(0);
    let mut up_to = 0;
    let stretch = |part: &[crate::stats::histogram::Bucket]| {
        let count = part.iter().map(|bucket| bucket.count).sum();
        up_to += count;
        Stretch {
            seconds: part[part.len() - 1].high.min(largest) as f64 / 1e9,
            count,
            up_to,
        }
    };
    buckets.chunks(each).map(stretch).collect()
}

/// Returns the share of requests that the formula says take longer than this, between the points where it was
/// worked out; `None` outside of them.
pub(super) fn theory_survival(distribution: &Distribution, seconds: f64) -> Option<f64> {
    let points = &distribution.theory;
    let after = points.partition_point(|&(at, _)| at < seconds);
    let &(right, below) = points.get(after)?;
    if after == 0 {
        return (right <= seconds).then_some(below);
    }
    let (left, above) = points[after - 1];
    let place = (seconds - left) / (right - left);
    // Tails fall exponentially, so a straight line through the logarithms errs least.
    if 0.0 < below && 0.0 < above {
        Some(above * (below / above).powf(place))
    } else {
        Some(above + place * (below - above))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn distribution(histogram: Histogram, theory: Vec<(f64, f64)>) -> Distribution {
        Distribution {
            of: "workload.a".to_owned(),
            histogram,
            theory,
            formula: None,
        }
    }

    #[test]
    fn thinning_loses_no_request_and_ends_at_the_largest() {
        let mut histogram = Histogram::new();
        for value in 1..200_000_u64 {
            histogram.record(value * 997);
        }
        let thinned = stretches(&histogram);
        assert!(
            100 < thinned.len() && thinned.len() <= POINTS,
            "{}",
            thinned.len()
        );
        assert_eq!(thinned.iter().map(|part| part.count).sum::<u64>(), 199_999);
        let last = thinned[thinned.len() - 1];
        assert_eq!(
            (last.up_to, last.seconds.to_bits()),
            (199_999, (199_999.0 * 997.0 / 1e9_f64).to_bits())
        );
        assert!(thinned.is_sorted_by(|a, b| a.seconds < b.seconds && a.up_to < b.up_to));
        assert_eq!(stretches(&Histogram::new()), []);
    }

    #[test]
    fn theory_is_read_between_its_points_and_nowhere_else() {
        let theory = (1..=10).map(|i| (f64::from(i), (-f64::from(i)).exp())).collect();
        let curve = distribution(Histogram::new(), theory);
        let got = theory_survival(&curve, 2.5).unwrap();
        assert!(
            (got - (-2.5_f64).exp()).abs() < 1e-12,
            "an exponential is met exactly: {got}"
        );
        assert_eq!(theory_survival(&curve, 1.0), Some((-1.0_f64).exp()));
        assert_eq!(
            (theory_survival(&curve, 0.5), theory_survival(&curve, 10.5)),
            (None, None)
        );
        let step = distribution(Histogram::new(), vec![(0.0, 1.0), (1.0, 0.0)]);
        assert_eq!(theory_survival(&step, 0.25), Some(0.75));
    }
}
