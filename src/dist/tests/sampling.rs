//! Samples, against the moments and the distribution function that go with them.

use super::{Dist, examples};
use crate::rng::{Seed, Stream};

fn draw(name: &str, dist: &Dist, count: usize) -> Vec<f64> {
    let mut rng = Seed(2024).replication(0).stream(name);
    (0..count).map(|_| dist.sample(&mut rng)).collect()
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len() as f64;
    values.sum::<f64>() / count
}

/// How many standard errors a right mean may be off: once in 10 000 honest samples.
const ERRORS: f64 = 3.9;

#[test]
fn sampled_means_agree() {
    let mut checked = 0;
    for (name, dist) in examples() {
        // Too heavy a tail for a mean of samples to be sharp; the next test but one takes them on.
        if name.contains("pareto") {
            continue;
        }
        let values = draw(name, &dist, 200_000);
        let width = ERRORS * (dist.variance() / values.len() as f64).sqrt() + 1e-12;
        let got = mean(values.iter().copied());
        assert!(
            (got - dist.mean()).abs() < width,
            "{name}: {got} vs {}",
            dist.mean()
        );
        let decoy = 1.05 * dist.mean();
        assert!(width < (got - decoy).abs(), "{name} would also accept 5 % more");
        checked += 1;
    }
    assert_eq!(checked, 11);
}

#[test]
fn sampled_variances_agree() {
    let mut checked = 0;
    for (name, dist) in examples() {
        // The sampled fourth moment below says nothing of a heavy tail, and a constant has no variance to miss.
        if name.contains("pareto") || name == "lognormal" || dist.is_constant() {
            continue;
        }
        let values = draw(name, &dist, 200_000);
        let squares: Vec<f64> = values.iter().map(|x| (x - dist.mean()).powi(2)).collect();
        let got = mean(squares.iter().copied());
        let spread = mean(squares.iter().map(|square| (square - got).powi(2))).sqrt();
        let width = ERRORS * spread / (squares.len() as f64).sqrt() + 1e-15;
        assert!(
            (got - dist.variance()).abs() < width,
            "{name}: {got} vs {}",
            dist.variance()
        );
        let decoy = 1.1 * dist.variance();
        assert!(width < (got - decoy).abs(), "{name} would also accept 10 % more");
        checked += 1;
    }
    assert_eq!(checked, 9);
}

/// The largest distance between the share of sorted samples and the probability, on both sides of every step
/// (Kolmogorov and Smirnov).
fn distance(sorted: &[f64], dist: &Dist) -> f64 {
    let count = sorted.len() as f64;
    let gap = |&x: &f64| {
        let at = sorted.partition_point(|&y| y <= x) as f64 / count - dist.cdf(x);
        let before = sorted.partition_point(|&y| y < x) as f64 / count - dist.cdf(x.next_down());
        at.abs().max(before.abs())
    };
    sorted.iter().map(gap).fold(0.0, f64::max)
}

#[test]
fn samples_follow_the_distribution_function() {
    const COUNT: usize = 20_000;
    // Honest samples exceed this once in 1000 times (Kolmogorov's limit law).
    let limit = 1.95 / (COUNT as f64).sqrt();
    let more = [
        ("gamma of small shape", Dist::gamma(0.01, 2.5).unwrap()),
        ("even weibull", Dist::weibull(0.01, 0.1).unwrap()),
        (
            "flat bounded pareto",
            Dist::bounded_pareto(0.01, 0.1, 0.05).unwrap(),
        ),
        (
            "histogram",
            Dist::histogram([(0.0, 0.01, 5.0), (0.01, 0.05, 3.0), (0.2, 0.3, 1.0)]).unwrap(),
        ),
    ];
    for (name, dist) in examples().into_iter().chain(more) {
        let mut sorted = draw(name, &dist, COUNT);
        sorted.sort_by(f64::total_cmp);
        let apart = distance(&sorted, &dist);
        assert!(apart < limit, "{name}: {apart}");
        let decoy = distance(&sorted, &dist.scaled(1.2));
        assert!(
            limit < decoy,
            "{name} would also pass for one 20 % longer: {decoy}"
        );
    }
}

/// The ziggurat asks for a second word about once in a hundred draws.
#[test]
fn the_first_number_of_a_numbered_stream_is_drawn_alike_with_and_without_the_stream() {
    for dist in [
        Dist::exponential(0.01).unwrap(),
        Dist::lognormal(0.01, 2.0).unwrap(),
    ] {
        for number in 0..20_000 {
            let expected = dist.sample(&mut Stream::numbered(number));
            assert_eq!(dist.sample_numbered(number).to_bits(), expected.to_bits());
        }
    }
}
