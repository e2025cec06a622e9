use proptest::prelude::*;

use super::super::coverage::stream;
use super::*;

fn of<const BITS: u32>(values: &[u64]) -> LogLinear<BITS> {
    let mut histogram = LogLinear::new();
    for &value in values {
        histogram.record(value);
    }
    histogram
}

fn contents<const BITS: u32>(histogram: &LogLinear<BITS>) -> (u64, Option<u64>, Option<u64>, Vec<Bucket>) {
    (
        histogram.count(),
        histogram.min(),
        histogram.max(),
        histogram.buckets().collect(),
    )
}

/// Walks every bucket that exists, at both of its ends.
fn check_every_bucket<const BITS: u32>() {
    let buckets = (65 - BITS as usize) << BITS;
    assert_eq!(index_of::<BITS>(u64::MAX), buckets - 1);
    let mut next = 0_u64;
    for index in 0..buckets {
        let (low, high) = bounds_of::<BITS>(index);
        assert_eq!(low, next, "bucket {index} does not follow its neighbour");
        assert_eq!((index_of::<BITS>(low), index_of::<BITS>(high)), (index, index));
        let error = (high - low) as f64 / 2.0 / (low.max(1)) as f64;
        assert!(
            error <= LogLinear::<BITS>::MIDPOINT_ERROR,
            "bucket {index}: {error}"
        );
        assert!(
            low == high || 2 << BITS <= low,
            "bucket {index} is small and not exact"
        );
        next = high.wrapping_add(1);
    }
    assert_eq!(next, 0, "the last bucket ends at the last number");
}

#[test]
fn buckets_tile_all_numbers_within_the_stated_error() {
    check_every_bucket::<9>();
    check_every_bucket::<5>();
}

#[test]
fn the_stated_figures_are_true() {
    const { assert!(Histogram::MIDPOINT_ERROR < 0.001 && CoarseHistogram::MIDPOINT_ERROR < 0.016) };
    let mut widest = Histogram::new();
    widest.record(u64::MAX);
    assert_eq!(widest.counts.len() * 4, 112 * 1024);
    let mut widest = CoarseHistogram::new();
    widest.record(u64::MAX);
    assert!(widest.counts.len() * 4 <= 8 * 1024);
}

#[test]
fn small_values_are_exact() {
    let histogram: Histogram = of(&[3, 1, 4, 1, 5, 9, 2, 6, 1_023]);
    let quantiles = [0.0, 0.1, 0.2, 0.5, 0.9, 1.0].map(|q| histogram.quantile(q).unwrap() as u64);
    assert_eq!(quantiles, [1, 1, 1, 4, 1_023, 1_023]);
}

/// Counts are kept in 32 bits and what they carry; against plain sums of 64.
#[test]
fn counts_beyond_32_bits_are_exact() {
    let most = u64::from(u32::MAX);
    let (mut one, mut other) = (CoarseHistogram::new(), CoarseHistogram::new());
    for n in [most, 1, most, 3 * (most + 1), 5] {
        one.record_n(1_000, n);
    }
    other.record_n(1_000, most);
    other.record_n(7, 2 * (most + 1));
    one.merge(&other);
    let counts: Vec<u64> = one.buckets().map(|bucket| bucket.count).collect();
    let at_1000 = 2 * most + 1 + 3 * (most + 1) + 5 + most;
    assert_eq!(counts, [2 * (most + 1), at_1000]);
    assert_eq!(one.count(), counts.iter().sum::<u64>());
    one.clear();
    one.record(7);
    assert_eq!(one.buckets().map(|bucket| bucket.count).collect::<Vec<_>>(), [1]);
}

#[test]
fn nothing_has_no_quantile() {
    let mut histogram = Histogram::new();
    histogram.record_n(7, 0);
    assert_eq!(
        (histogram.quantile(0.5), histogram.min(), histogram.max()),
        (None, None, None)
    );
    assert!(histogram.is_empty() && histogram.buckets().next().is_none());
}

/// An exponential of mean 20 ms against its sorted values: the tail and the middle alike.
#[test]
fn quantiles_agree_with_sorted_values() {
    let mut source = stream(0, "histogram");
    let mut values: Vec<u64> = (0..200_000)
        .map(|_| (-2e7 * source.open01().ln()) as u64)
        .collect();
    let (fine, coarse): (Histogram, CoarseHistogram) = (of(&values), of(&values));
    values.sort_unstable();
    for q in [0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999] {
        let exact = values[quantile::rank(200_000, q) as usize - 1] as f64;
        let (fine, coarse) = (fine.quantile(q).unwrap(), coarse.quantile(q).unwrap());
        assert!((fine / exact - 1.0).abs() < 1.0 / 512.0, "{q}: {fine} vs {exact}");
        assert!(
            (coarse / exact - 1.0).abs() < 1.0 / 32.0,
            "{q}: {coarse} vs {exact}"
        );
        if (0.1..0.95).contains(&q) {
            // Where buckets are full, interpolation does far better than a bucket's width.
            assert!((fine / exact - 1.0).abs() < 2e-4, "{q}: {fine} vs {exact}");
        }
    }
}

#[test]
fn clearing_leaves_nothing_behind() {
    let mut histogram: Histogram = of(&[5, 1_000_000, 70_000_000_000]);
    histogram.clear();
    assert!(histogram.counts.iter().all(|&count| count == 0));
    histogram.record(42);
    assert_eq!(contents(&histogram), contents(&of::<9>(&[42])));
}

/// Values of every magnitude, not only huge ones.
fn any_value() -> impl Strategy<Value = u64> {
    (any::<u64>(), 0_u32..64).prop_map(|(value, shift)| value >> shift)
}

proptest! {
    #[test]
    fn every_value_lies_in_its_bucket(value in any_value()) {
        let (low, high) = bounds_of::<9>(index_of::<9>(value));
        prop_assert!(low <= value && value <= high);
    }

    #[test]
    fn merging_equals_recording_all(
        one in prop::collection::vec(any_value(), 0..50),
        other in prop::collection::vec(any_value(), 0..50),
    ) {
        let mut merged: Histogram = of(&one);
        merged.merge(&of(&other));
        prop_assert_eq!(contents(&merged), contents(&of::<9>(&[one, other].concat())));
    }

    #[test]
    fn any_quantile_is_within_the_error_of_the_sorted_value(
        mut values in prop::collection::vec(any_value(), 1..200),
        q in 0.0..=1.0_f64,
    ) {
        let histogram: Histogram = of(&values);
        values.sort_unstable();
        let exact = values[quantile::rank(values.len() as u64, q) as usize - 1] as f64;
        let got = histogram.quantile(q).unwrap();
        prop_assert!((got - exact).abs() <= exact / 512.0, "{} vs {}", got, exact);
    }
}
