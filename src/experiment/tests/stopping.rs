//! When measuring begins, and when there are enough replications.

use super::*;
use crate::model::balancer::least_connections::{self, Ties};

/// Fifty of a hundred servers are busy in the long run; filling up takes seconds, which an empty start would miss.
#[test]
fn a_run_that_starts_empty_is_not_biased() {
    let mut scenario = scenario(random::plan(), 50.0, 100, 17);
    scenario.run.duration = SimDuration::from_secs_f64(100.0);
    scenario.run.replications = Replications::Fixed(300);
    scenario.deployment.services[0].work = Dist::exponential(1.0).unwrap();
    scenario.deployment.services[0].queue.at = QueuePlace::Balancer;
    let utilisation = |warmup| {
        let mut scenario = scenario.clone();
        scenario.run.warmup = warmup;
        let results = conducted(2, |conduct| run(&scenario, conduct));
        (
            results.warmup.as_secs_f64(),
            value(&results, "service.web", "utilisation"),
        )
    };
    let (warmup, (mean, low, high)) = utilisation(None);
    assert!(
        (8.0..20.0).contains(&warmup),
        "ten responses of a second, not {warmup} s"
    );
    assert!(low <= 0.5 && 0.5 <= high, "{mean} ({low} to {high})");
    let (_, (mean, _, high)) = utilisation(Some(SimDuration::ZERO));
    assert!(
        high < 0.5,
        "without a warm-up it ought to show: {mean} (to {high})"
    );
}

#[test]
fn a_fiftieth_of_the_run_is_cut_off_at_least() {
    let scenario = scenario(random::plan(), 10.0, 10, 17);
    let results = conducted(2, |conduct| run(&scenario, conduct));
    assert_eq!(results.warmup, SimDuration::from_secs_f64(4.0));
}

fn compared(policies: Vec<Policy>, precision: f64) -> Comparison {
    let variants: Vec<Variant> = policies
        .into_iter()
        .map(|policy| {
            let mut scenario = scenario(policy, 850.0, 10, 5);
            scenario.run.duration = SimDuration::from_secs_f64(60.0);
            scenario.run.replications = Replications::Until {
                precision,
                first: 5,
                cap: 400,
            };
            Variant {
                label: scenario.deployment.services[0].balancer.name.to_owned(),
                scenario,
            }
        })
        .collect();
    compared_as_usual(&variants)
}

#[test]
fn a_hopeless_variant_does_not_drive_the_replications() {
    let precision = 0.03;
    let alone = compared(vec![least_connections::plan(Ties::Oldest)], precision);
    let beside = compared(
        vec![random::plan(), least_connections::plan(Ties::Oldest)],
        precision,
    );
    let counts = [&alone, &beside].map(|comparison| comparison.variants[0].results.replications);
    // The warm-ups differ, and so do the numbers, a little.
    assert!(
        5 < counts[0] && counts[1] <= 2 * counts[0] && counts[1] < 200,
        "{counts:?}"
    );
    let (mean, low, high) = value(&beside.variants[0].results, "workload.shoppers", "response.mean");
    assert!(
        (high - low) / 2.0 <= precision * mean,
        "the best itself is precise"
    );
    let hopeless = beside.ranking().places[1].difference.unwrap();
    assert!(hopeless.is_significant());
    assert!(precision < hopeless.relative.unwrap().half_width, "{hopeless:?}");
    assert!(beside.notes.is_empty(), "{:?}", beside.notes);
}

/// With exponential work it does not matter who wins a tie, but the responses differ from run to run.
#[test]
fn a_tie_ends_when_the_difference_is_known_to_be_small() {
    let ties = [Ties::Oldest, Ties::Random].map(least_connections::plan).to_vec();
    let comparison = compared(ties, 0.03);
    let second = &comparison.variants[1];
    let difference = comparison.ranking().places[1].difference.unwrap();
    let relative = difference.relative.unwrap();
    assert!(
        0.0 < relative.half_width && relative.half_width <= 0.03,
        "{relative:?}"
    );
    assert!(!difference.is_significant(), "{difference:?}");
    assert!(
        second.results.replications < 400 && comparison.notes.is_empty(),
        "{:?}",
        comparison.notes
    );
}

#[test]
fn a_cap_that_comes_too_early_is_told_of() {
    let variants = [Ties::Oldest, Ties::Random].map(|ties| {
        let mut scenario = scenario(least_connections::plan(ties), 850.0, 10, 5);
        scenario.run.duration = SimDuration::from_secs_f64(2.0);
        scenario.run.replications = Replications::Until {
            precision: 1e-4,
            first: 5,
            cap: 10,
        };
        Variant {
            label: format!("{ties:?}"),
            scenario,
        }
    });
    let comparison = compared_as_usual(&variants);
    assert_eq!(comparison.variants[0].results.replications, 10);
    let [own, open] = &comparison.notes[..] else {
        panic!("{:?}", comparison.notes);
    };
    assert!(own.contains("was not reached in 10 replications"), "{own}");
    assert!(
        open.contains("differs from the best in workload.shoppers.response.mean is still open after 10"),
        "{open}"
    );
}

/// Those that are surely worse are dropped, so four variants take little more than the two that are close.
#[test]
fn variants_that_are_surely_worse_get_no_more_replications() {
    let least = |ties| least_connections::plan(ties);
    let close = vec![least(Ties::Oldest), least(Ties::Random)];
    let hopeless = [random::plan(), power_of_d::plan(2)];
    let comparison = compared([close, hopeless.to_vec()].concat(), 0.01);
    let counts: Vec<usize> = comparison
        .variants
        .iter()
        .map(|variant| variant.results.replications)
        .collect();
    assert_eq!(
        counts[0], counts[1],
        "the two that are close are both in the race"
    );
    assert!(
        counts[2] < counts[0] / 2 && counts[3] < counts[0] / 2,
        "{counts:?}"
    );
    let (all, each) = (counts.iter().sum::<usize>(), counts.len() * counts[0]);
    assert!(100 * all < 70 * each, "{all} of {each} replications");
    // They are compared by the replications that both have, and the order stands.
    let all = comparison.variants.iter().zip(&comparison.ranking().places);
    for (variant, place) in all.skip(2) {
        let difference = place.difference.unwrap();
        assert_eq!(difference.difference.n, variant.results.replications);
        assert!(difference.is_significant() && 0.0 < difference.difference.mean);
    }
}
