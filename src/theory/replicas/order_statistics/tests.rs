use super::*;
use crate::theory::test_support::assert_close;

fn exponential(rate: f64) -> impl Fn(f64) -> f64 {
    move |t: f64| (-rate * t.max(0.0)).exp()
}

/// Two of three at rate 2: 1/6 and then 1/4 of a second; `P(T > t) = 3x² − 2x³` with `x = e^(−2t)`.
#[test]
fn two_of_three_match_exact_fractions() {
    let model = KthExponential::new(2, 3, 2.0).unwrap();
    assert_close(model.mean(), 5.0 / 12.0, 1e-15);
    assert_close(model.variance(), 1.0 / 36.0 + 1.0 / 16.0, 1e-15);
    let x = (-1.0_f64).exp();
    assert_close(model.tail(0.5), 3.0 * x * x - 2.0 * x * x * x, 1e-14);
    assert_close(1.0 - model.tail(model.quantile(0.99)), 0.99, 1e-13);
}

#[test]
fn numeric_moments_agree_with_the_closed_form() {
    for (k, n) in [(1, 1), (1, 5), (3, 5), (5, 5), (11, 16), (40, 60)] {
        let plain = KthExponential::new(k, n, 0.3).unwrap();
        let tail = exponential(0.3);
        let model = KthAnswer::new(k, &[(n, &tail)], 1e3).unwrap();
        let (mean, variance) = model.moments();
        assert_close(mean, plain.mean(), 1e-11);
        assert_close(variance, plain.variance(), 1e-9);
        assert_close(model.quantile(0.9), plain.quantile(0.9), 1e-11);
    }
}

/// Uniform answers: the k-th of n is Beta(k, n − k + 1).
#[test]
fn uniform_answers_match_the_beta_distribution() {
    let tail = |t: f64| (1.0 - t).clamp(0.0, 1.0);
    for (k, n) in [(1_u32, 2_u32), (2, 3), (4, 6)] {
        let (mean, variance) = KthAnswer::new(k, &[(n, &tail)], 1.0).unwrap().moments();
        let (a, b) = (f64::from(k), f64::from(n - k + 1));
        assert_close(mean, a / (a + b), 1e-9);
        assert_close(variance, a * b / ((a + b).powi(2) * (a + b + 1.0)), 1e-9);
    }
}

/// Five different replicas: every set of those that have answered, one by one.
#[test]
fn different_replicas_agree_with_all_subsets() {
    let rates = [0.2, 1.0, 1.5, 3.0, 8.0];
    let tails: Vec<_> = rates.iter().map(|&rate| exponential(rate)).collect();
    let groups: Vec<(u32, Tail<'_>)> = tails.iter().map(|tail| (1, tail as Tail<'_>)).collect();
    for k in 1..=5_u32 {
        let model = KthAnswer::new(k, &groups, 1.0).unwrap();
        let t = 0.6;
        let subsets = (0..32_u32).filter(|answered| answered.count_ones() < k);
        let brute: f64 = subsets
            .map(|answered| -> f64 {
                let one = |(i, rate): (usize, &f64)| {
                    let not_yet = (-rate * t).exp();
                    if answered >> i & 1 == 1 {
                        1.0 - not_yet
                    } else {
                        not_yet
                    }
                };
                rates.iter().enumerate().map(one).product()
            })
            .sum();
        assert_close(model.tail(t), brute, 1e-14);
    }
    // The first of all is exponential with all rates together; order does not matter.
    let first = KthAnswer::new(1, &groups, 1.0).unwrap();
    assert_close(first.moments().0, 1.0 / 13.7, 1e-11);
}

/// One replica near and two far away: the second answer is the first of the far ones, as good as always.
#[test]
fn a_majority_over_regions_waits_for_the_nearest_other_region() {
    let (near, far) = (
        |t: f64| {
            if t < 0.001 {
                1.0
            } else {
                (-(t - 0.001) * 5e3).exp()
            }
        },
        |t: f64| {
            if t < 0.070 {
                1.0
            } else {
                (-(t - 0.070) * 5e2).exp()
            }
        },
    );
    let model = KthAnswer::new(2, &[(1, &near), (2, &far)], 0.01).unwrap();
    assert_close(model.moments().0, 0.071, 1e-10);
    assert_close(model.quantile(0.5), 0.070 + 2.0_f64.ln() / 1e3, 1e-9);
}

#[test]
fn rare_and_endless_times_keep_their_meaning() {
    let rare = KthExponential::new(1, 100, 1.0).unwrap();
    assert_close(rare.tail(6.0), (-600.0_f64).exp(), 1e-12);
    // Pareto answers of shape 1/2 have no mean, the first of three has one, and no variance.
    let tail = |t: f64| t.max(1.0).powf(-0.5);
    assert!(
        KthAnswer::new(2, &[(2, &tail)], 1.0)
            .unwrap()
            .moments()
            .0
            .is_infinite()
    );
    let (mean, variance) = KthAnswer::new(1, &[(3, &tail)], 1.0).unwrap().moments();
    assert_close(mean, 3.0, 1e-10);
    assert!(variance.is_infinite());
}

#[test]
fn the_edges_are_none_all_and_more_than_all() {
    assert!(KthExponential::new(0, 3, 1.0).is_err() && KthExponential::new(4, 3, 1.0).is_err());
    assert!(KthExponential::new(1, 1, 0.0).is_err());
    let tail = exponential(1.0);
    assert!(KthAnswer::new(0, &[(1, &tail)], 1.0).is_err());
    assert!(KthAnswer::new(2, &[(1, &tail)], 1.0).is_err() && KthAnswer::new(1, &[], 1.0).is_err());
    assert!(KthAnswer::new(1, &[(1, &tail)], 0.0).is_err());
    let last = KthExponential::new(3, 3, 1.0).unwrap();
    assert!(last.tail(0.0) == 1.0 && last.tail(-1.0) == 1.0 && last.quantile(0.0) == 0.0);
    // A constant is a step and nothing else.
    let constant = |t: f64| if t < 0.3 { 1.0 } else { 0.0 };
    let (mean, variance) = KthAnswer::new(2, &[(3, &constant)], 1.0).unwrap().moments();
    assert_close(mean, 0.3, 1e-10);
    assert!(variance < 1e-10);
    // All answers there at once.
    let at_once = |_: f64| 0.0;
    assert_eq!(
        KthAnswer::new(1, &[(2, &at_once)], 1.0).unwrap().moments(),
        (0.0, 0.0)
    );
}
