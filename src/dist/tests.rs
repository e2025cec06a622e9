//! What every kind of distribution must do, asked of one fixture in which every kind has a member.

use super::*;
use crate::{
    config::{Family, Problems, Value, parse},
    rng::Seed,
};

/// The distributions of the registry, each read from its own example.
fn examples() -> Vec<(&'static str, Dist)> {
    let read = |entry: &&crate::config::Entry<Dist>| {
        let problems = Problems::default();
        let text = format!(
            "distribution = \"{}\"\n{}",
            entry.name,
            entry.example.replace(", ", "\n")
        );
        let text = if entry.example.contains(['[', '{']) {
            format!("x = {{ distribution = \"{}\", {} }}", entry.name, entry.example)
        } else {
            format!("[x]\n{text}")
        };
        let node = parse(&text, 0, &problems);
        let dist = Dist::read(node.member("x").unwrap(), &problems);
        (
            entry.name,
            dist.unwrap_or_else(|| panic!("{}: {:?}", entry.name, problems.into_sorted())),
        )
    };
    Dist::entries().iter().map(read).collect()
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
fn a_distribution_is_small() {
    assert!(size_of::<Dist>() <= 32, "{} bytes", size_of::<Dist>());
}

#[test]
fn sampled_means_are_right() {
    for (name, dist) in examples() {
        if name.contains("pareto") {
            continue;
        }
        let mut rng = Seed(2024).replication(0).stream(name);
        let n = 200_000;
        let mean = (0..n).map(|_| dist.sample(&mut rng)).sum::<f64>() / f64::from(n);
        let width = 3.3 * (dist.variance() / f64::from(n)).sqrt() + 1e-12;
        assert!(
            (mean - dist.mean()).abs() < width,
            "{name}: {mean} vs {}",
            dist.mean()
        );
        assert!(
            width < (mean - 1.05 * dist.mean()).abs(),
            "{name} would also accept 5 % more"
        );
    }
}
