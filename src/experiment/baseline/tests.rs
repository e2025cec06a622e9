//! Results held against results, of small experiments and made by hand.

use super::*;
use crate::{
    experiment::{fixture::mm1, run, tests::conducted},
    rng::Seed,
    scenario::{Objective, Replications, Scenario},
    units::SimDuration,
};

fn scenario(seed: u64) -> Scenario {
    let mut scenario = mm1();
    scenario.run.duration = SimDuration::from_secs_f64(1_000.0);
    scenario.run.replications = Replications::Fixed(10);
    scenario.run.seed = Seed(seed);
    scenario
}

fn results(scenario: &Scenario) -> Results {
    conducted(2, |conduct| run(scenario, conduct))
}

/// What a document would keep of results.
fn kept(results: &Results) -> Baseline {
    let measures = results.measures.iter();
    let known = measures.filter_map(|measure| {
        let sample = sample(results, measure)?;
        Some((measure.of.clone(), measure.name.clone(), sample))
    });
    Baseline {
        scenario: results.scenario.clone(),
        digest: results.digest,
        seed: results.seed,
        replications: results.replications,
        measures: known.collect(),
    }
}

fn find<'a>(against: &'a Against, name: &str) -> &'a Change {
    let mut changes = against.changes.iter();
    changes.find(|change| change.measure == name).unwrap()
}

#[test]
fn the_same_experiment_shows_no_change_and_another_seed_none_that_fails() {
    let first = results(&scenario(1));
    let same = against(&first, &kept(&first), 0.0);
    assert!(5 < same.changes.len());
    for change in &same.changes {
        assert_eq!(
            (change.difference.value, change.direction),
            (0.0, Direction::Same),
            "{change:?}"
        );
    }
    let other = against(&results(&scenario(2)), &kept(&first), 0.0);
    assert!(!other.is_worse(), "{other:?}");
}

#[test]
fn slower_servers_are_worse_and_faster_ones_better() {
    let usual = results(&scenario(1));
    let mut changed = scenario(1);
    changed.deployment.services[0].groups[0].speed = 0.9;
    let slow = results(&changed);
    let worse = against(&slow, &kept(&usual), 0.0);
    let mean = find(&worse, "response.mean");
    assert_eq!(
        (mean.direction, mean.gates, mean.fails),
        (Direction::Worse, true, true)
    );
    assert_eq!(find(&worse, "utilisation").direction, Direction::Changed);
    assert_eq!(find(&worse, "throughput").direction, Direction::Same);
    assert!(worse.is_worse());
    let better = against(&usual, &kept(&slow), 0.0);
    assert_eq!(find(&better, "response.mean").direction, Direction::Better);
    assert!(!better.is_worse());
    // Such a worsening was allowed.
    let tolerated = against(&slow, &kept(&usual), 1e3);
    assert_eq!(find(&tolerated, "response.mean").direction, Direction::Worse);
    assert!(!tolerated.is_worse());
}

#[test]
fn only_what_objectives_are_about_must_not_get_worse() {
    let usual = results(&scenario(1));
    let mut changed = scenario(1);
    changed.deployment.services[0].groups[0].speed = 0.9;
    changed.objectives = vec![Objective {
        of: usual.measures[0].of.clone(),
        measure: "throughput".to_owned(),
        bound: 0.001,
        at_least: true,
    }];
    let slow = against(&results(&changed), &kept(&usual), 0.0);
    assert_eq!(find(&slow, "response.mean").direction, Direction::Worse);
    assert!(!slow.is_worse(), "{slow:?}");
    assert!(find(&slow, "throughput").gates);
}

#[test]
fn what_has_no_interval_is_not_compared_and_said_to_be_so() {
    let mut usual = results(&scenario(1));
    let baseline = kept(&usual);
    for measure in &mut usual.measures {
        measure.high = None;
    }
    let against = against(&usual, &baseline, 0.0);
    assert!(against.changes.is_empty() && !against.is_worse());
    assert_eq!(against.untold.len(), 3, "{:?}", against.untold);
}

#[test]
fn of_an_availability_the_missing_share_counts() {
    let by = worsening(Unit::Share, Some(true), 0.999, -0.001);
    assert!((by - 1.0).abs() < 1e-9, "{by}");
    let by = worsening(Unit::Seconds, Some(false), 0.1, 0.01);
    assert!((by - 0.1).abs() < 1e-9, "{by}");
    // Nothing was missing: any loss is more than any tolerance.
    assert_eq!(worsening(Unit::Share, Some(true), 1.0, -1e-6), f64::INFINITY);
}

#[test]
fn it_is_known_of_which_measures_more_is_better() {
    for (name, expected) in [
        ("response.p99.9", Some(false)),
        ("read.p99", Some(false)),
        ("read.throughput", Some(true)),
        ("available.write", Some(true)),
        ("up.11", Some(true)),
        ("durability.mttdl", Some(true)),
        ("durability.loss", Some(false)),
        ("utilisation", None),
        ("in_system.mean", None),
        ("offered", None),
    ] {
        assert_eq!(more_is_better(name), expected, "{name}");
    }
}
