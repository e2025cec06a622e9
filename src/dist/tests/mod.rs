//! What every kind of distribution must do, asked of one fixture in which every kind has a member.

mod moments;
mod properties;
mod sampling;
mod settings;
mod transform;

use super::*;
use crate::config::{Family, Problems, Value, parse};

/// Reads a distribution as it stands in a scenario.
fn read(text: &str, problems: &Problems) -> Option<Dist> {
    Dist::read(
        parse(&format!("work = {text}"), 0, problems).member("work")?,
        problems,
    )
}

/// The distributions of the registry, each read from its own example.
fn examples() -> Vec<(&'static str, Dist)> {
    let example = |entry: &&'static crate::config::Entry<Dist>| {
        let problems = Problems::default();
        let text = format!("{{ distribution = \"{}\", {} }}", entry.name, entry.example);
        let dist = read(&text, &problems);
        let dist = dist.unwrap_or_else(|| panic!("{}: {:?}", entry.name, problems.into_sorted()));
        (entry.name, dist)
    };
    Dist::entries().iter().map(example).collect()
}

#[test]
fn every_example_is_a_distribution_of_its_own() {
    let all = examples();
    assert_eq!(all.len(), REGISTRY.len());
    for (i, (name, dist)) in all.iter().enumerate() {
        assert!(0.0 < dist.mean() && dist.mean().is_finite(), "{name}: {dist:?}");
        assert!(
            all[..i].iter().all(|(other, same)| name != other && dist != same),
            "{name}"
        );
    }
}

#[test]
fn descriptions_are_short_and_in_units_of_people() {
    let all: Vec<String> = examples().iter().map(|(_, dist)| dist.describe()).collect();
    insta::assert_snapshot!(all.join("\n"), @r#"
    constant 10 ms
    exponential, mean 10 ms
    uniform, 5 ms to 15 ms
    Erlang, 4 stages, mean 10 ms
    gamma, mean 10 ms, cv 0.7
    hyperexponential, mean 10 ms, cv 2
    lognormal, mean 12 ms, cv 1.5
    Weibull, mean 30 d, cv 0.5
    Pareto, mean 10 ms, shape 2.5
    bounded Pareto, 1 ms to 10 s, shape 1.1
    mixture of 90 % exponential, mean 2 ms; 10 % exponential, mean 80 ms
    1 ms and then exponential, mean 9 ms
    empirical, 4 values, mean 14.25 ms, cv 0.679
    "#);
}

#[test]
fn a_constructor_returns_the_simplest_kind_that_is_the_same() {
    let exponential = Dist::exponential(0.01).unwrap();
    assert_eq!(Dist::gamma(0.01, 1.0).unwrap(), exponential);
    assert_eq!(Dist::erlang(0.01, 1).unwrap(), exponential);
    assert_eq!(Dist::weibull(0.01, 1.0).unwrap(), exponential);
    assert_eq!(Dist::hyperexponential(0.01, 1.0).unwrap(), exponential);
    assert_eq!(Dist::mixture([(3.0, exponential.clone())]).unwrap(), exponential);
    assert_eq!(Dist::shifted(0.0, exponential.clone()).unwrap(), exponential);
    assert!(exponential.is_exponential() && !exponential.is_constant());
    let constant = Dist::constant(3.0).unwrap();
    assert_eq!(
        Dist::shifted(1.0, Dist::constant(2.0).unwrap()).unwrap(),
        constant
    );
    assert_eq!(Dist::empirical([3.0, 3.0]).unwrap(), constant);
    assert!(constant.is_constant() && !constant.is_exponential());
}

#[test]
fn a_distribution_is_small() {
    assert!(size_of::<Dist>() <= 32, "{} bytes", size_of::<Dist>());
}

/// Scaling by a power of two is exact, so whatever is asked must scale to the last bit or nearly so.
#[test]
fn scaling_multiplies_everything_by_its_power() {
    for (name, dist) in examples() {
        let twice = dist.scaled(2.0);
        let near = |got: f64, expected: f64, what| {
            // Both may be infinite, and their difference is then not a number.
            let apart = if got.is_finite() {
                (got - expected).abs()
            } else {
                0.0
            };
            let same = got.is_finite() == expected.is_finite() && apart <= 1e-12 * expected.abs();
            assert!(same, "{what} of {name}: {got} vs {expected}");
        };
        near(twice.mean(), 2.0 * dist.mean(), "mean");
        near(twice.variance(), 4.0 * dist.variance(), "variance");
        near(twice.scv(), dist.scv(), "scv");
        near(twice.third_moment(), 8.0 * dist.third_moment(), "third moment");
        near(
            twice.survival(3.0 * dist.mean()),
            dist.survival(1.5 * dist.mean()),
            "survival",
        );
        let s = Complex64::new(0.5, 1.0) / dist.mean();
        let apart = (twice.laplace(s / 2.0) - dist.laplace(s)).norm();
        assert!(apart < 1e-12, "transform of {name}");
        let mut rngs = [(); 2].map(|()| crate::rng::Seed(1).replication(0).stream("scale"));
        near(
            twice.sample(&mut rngs[0]),
            2.0 * dist.sample(&mut rngs[1]),
            "sample",
        );
    }
}
