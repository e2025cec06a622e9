//! Moments, against numeric integration of the survival function.

use super::{Dist, examples};

/// `∫ g(x)·P(X > x) dx` by the midpoint rule in `ln x`, which is smooth for every kind but those with steps.
fn integrate_survival(dist: &Dist, g: impl Fn(f64) -> f64) -> f64 {
    let (step, mean) = (5e-4, dist.mean());
    let slice = |index: i32| {
        let x = mean * (f64::from(index) * step + step / 2.0).exp();
        g(x) * dist.survival(x) * x * step
    };
    (-60_000..60_000).map(slice).sum()
}

/// Members beside the examples: other regions of the parameters, and the limits of formulas.
fn corners() -> Vec<(&'static str, Dist)> {
    let made = [
        ("gamma of small shape", Dist::gamma(0.01, 2.5)),
        ("nearly constant gamma", Dist::gamma(0.01, 0.05)),
        ("even weibull", Dist::weibull(0.01, 0.05)),
        ("uneven weibull", Dist::weibull(0.01, 2.0)),
        ("uneven lognormal", Dist::lognormal(0.01, 3.0)),
        ("very uneven hyperexponential", Dist::hyperexponential(0.01, 20.0)),
        ("pareto with three moments", Dist::pareto(0.01, 5.0)),
        ("bounded-pareto of shape 1", Dist::bounded_pareto(0.01, 1.0, 1.0)),
        ("bounded-pareto of shape 2", Dist::bounded_pareto(0.01, 1.0, 2.0)),
        ("bounded-pareto of shape 3", Dist::bounded_pareto(0.01, 1.0, 3.0)),
        ("bounded-pareto, flat", Dist::bounded_pareto(0.01, 0.02, 0.01)),
        (
            "histogram",
            Dist::histogram([
                (0.0, 0.01, 5.0),
                (0.01, 0.05, 3.0),
                (0.05, 0.2, 0.0),
                (0.2, 0.3, 1.0),
            ]),
        ),
    ];
    made.into_iter()
        .map(|(name, dist)| (name, dist.unwrap()))
        .collect()
}

#[test]
fn moments_match_the_integral_of_the_survival_function() {
    for (name, dist) in examples().into_iter().chain(corners()) {
        // The midpoint rule misplaces a step by up to half of its own.
        let steps = matches!(dist, Dist::Constant(_) | Dist::Empirical(_));
        let tolerance = if steps { 1e-3 } else { 2e-6 };
        let check = |got: f64, expected: f64, what| {
            let close = (got - expected).abs() < tolerance * expected;
            assert!(close, "{what} of {name}: {got} vs {expected}");
        };
        check(dist.mean(), integrate_survival(&dist, |_| 1.0), "mean");
        let square = dist.variance() + dist.mean().powi(2);
        check(square, integrate_survival(&dist, |x| 2.0 * x), "mean square");
        if dist.third_moment().is_finite() {
            check(
                dist.third_moment(),
                integrate_survival(&dist, |x| 3.0 * x * x),
                "third moment",
            );
        }
    }
}

#[test]
fn mean_and_variation_are_what_was_asked_for() {
    for cv in [0.001, 0.05, 0.3, 0.999, 1.001, 3.0, 30.0, 100.0] {
        let mut all = vec![
            Dist::gamma(0.012, cv).unwrap(),
            Dist::lognormal(0.012, cv).unwrap(),
            Dist::weibull(0.012, cv).unwrap(),
        ];
        all.extend(Dist::hyperexponential(0.012, cv).ok());
        assert_eq!(all.len(), if cv < 1.0 { 3 } else { 4 });
        for dist in all {
            assert!((dist.mean() / 0.012 - 1.0).abs() < 1e-10, "{dist:?}");
            assert!(
                (dist.scv() / (cv * cv) - 1.0).abs() < 1e-8,
                "{dist:?}: {}",
                dist.scv()
            );
        }
    }
    let erlang = Dist::erlang(0.012, 4).unwrap();
    assert!((erlang.scv() - 0.25).abs() < 1e-15, "{}", erlang.scv());
}

/// A Weibull shape of 2 (Rayleigh) has the squared coefficient of variation 4/π − 1.
#[test]
fn the_weibull_shape_is_solved_for() {
    let cv = (4.0 / std::f64::consts::PI - 1.0_f64).sqrt();
    let Dist::Weibull(weibull) = Dist::weibull(1.0, cv).unwrap() else {
        panic!("not Weibull");
    };
    assert!((weibull.shape() - 2.0).abs() < 1e-12, "{}", weibull.shape());
}

#[test]
fn a_heavy_tail_has_infinite_moments_and_says_so() {
    for (shape, scv_is_finite, third_is_finite) in [
        (1.5, false, false),
        (2.0, false, false),
        (2.01, true, false),
        (3.0, true, false),
        (3.01, true, true),
    ] {
        let dist = Dist::pareto(0.01, shape).unwrap();
        assert_eq!(dist.scv().is_finite(), scv_is_finite, "{shape}");
        assert_eq!(dist.third_moment().is_finite(), third_is_finite, "{shape}");
        assert!((dist.mean() - 0.01).abs() < 1e-15, "{shape}");
        let later = Dist::shifted(0.01, dist.clone()).unwrap();
        assert_eq!(later.scv().is_finite(), scv_is_finite, "{shape}");
        let mixed = Dist::mixture([(1.0, dist), (9.0, later)]).unwrap();
        assert_eq!(mixed.scv().is_finite(), scv_is_finite, "{shape}");
    }
}

#[test]
fn a_constant_may_be_zero() {
    let zero = Dist::constant(0.0).unwrap();
    assert_eq!(
        (zero.mean(), zero.scv(), zero.cdf(0.0), zero.cdf(-1e-9)),
        (0.0, 0.0, 1.0, 0.0)
    );
}

/// Incomplete gamma and error functions, worked out with 30 digits where the libraries are at their worst.
#[test]
fn the_survival_function_matches_values_of_high_precision() {
    let lognormal = Dist::lognormal(2.0_f64.sqrt(), 1.0).unwrap();
    // The median is 1 here, so this is half of erfc(0.9).
    let x = (0.9 * (2.0 * 2.0_f64.ln()).sqrt()).exp();
    let cases = [
        (lognormal, x, 0.101_545_893_788_583_9, 1e-11),
        (
            Dist::erlang(25.0, 25).unwrap(),
            25.0,
            0.473_398_468_556_349_4,
            1e-11,
        ),
        (
            Dist::erlang(1e4, 10_000).unwrap(),
            1e4,
            0.498_670_191_660_044_8,
            1e-11,
        ),
        (
            Dist::erlang(1e6, 1_000_000).unwrap(),
            1e6,
            0.499_867_019_239_127_4,
            1e-9,
        ),
        (
            Dist::gamma(0.04, 5.0).unwrap(),
            0.14,
            0.060_172_322_662_601,
            1e-11,
        ),
    ];
    for (dist, x, expected, tolerance) in cases {
        let apart = (dist.survival(x) - expected).abs();
        assert!(apart < tolerance, "{}: {apart}", dist.describe());
        let total = dist.survival(x) + dist.cdf(x);
        assert!((total - 1.0).abs() < 1e-15, "{}: {total}", dist.describe());
    }
}
