//! Whether comparisons keep what they promise, on deployments of which formulas know the truth; and what the same requests
//! are worth.

use super::*;
use crate::{
    model::{
        arrival::{
            ArrivalPlan,
            bursty::{self, Next, State},
            poisson,
        },
        balancer::least_connections::{self, Ties},
    },
    stats::{PairedDifference, Tally},
    units::{Rate, RateOrZero},
};

/// Experiments of each kind, and what 95 % is at least in so many: less three standard errors.
const MANY: u64 = 150;
const AT_LEAST: f64 = 0.95 - 3.0 * 0.0178;

/// Short runs of few replications, so that there is something to be wrong about.
fn brief(mut scenario: Scenario, label: String) -> Variant {
    scenario.run = RunPlan {
        duration: SimDuration::from_secs_f64(6.0),
        warmup: Some(SimDuration::from_secs_f64(0.5)),
        replications: Replications::Until {
            precision: 0.05,
            first: 5,
            cap: 1_000,
        },
        level: 0.95,
        ..scenario.run
    };
    Variant { label, scenario }
}

/// Pools with one queue: servers and their speed.
const POOLS: [(u32, f64); 4] = [(4, 1.0), (2, 2.0), (1, 4.0), (5, 1.0)];

fn pools(seed: u64) -> Vec<Variant> {
    let variant = |(servers, speed): (u32, f64)| {
        let mut scenario = scenario(random::plan(), 200.0, servers, seed);
        let service = &mut scenario.deployment.services[0];
        service.queue.at = QueuePlace::Balancer;
        service.groups[0].speed = speed;
        brief(scenario, format!("{servers}"))
    };
    POOLS.into_iter().map(variant).collect()
}

#[test]
fn pools_of_known_order_are_chosen_and_told_apart_as_often_as_it_is_said() {
    let truth = |label: &str, rate: f64| {
        let (servers, speed) = *POOLS
            .iter()
            .find(|(servers, _)| servers.to_string() == label)
            .unwrap();
        Mmc::new(servers, rate, 100.0 * speed).unwrap().mean_response()
    };
    let [mut right, mut together, mut decoy] = [(); 3].map(|()| Tally::default());
    for seed in 0..MANY {
        let Comparison {
            variants, contests, ..
        } = compared_as_usual(&pools(seed));
        let places = &contests[0].places;
        let all_cover = |rate: f64| {
            let best = truth(&variants[0].label, rate);
            let mut others = variants.iter().zip(places).skip(1);
            others.all(|(other, place)| {
                let difference = place.difference.unwrap().difference;
                difference.covers(truth(&other.label, rate) - best)
            })
        };
        let fastest = variants.iter().position(|variant| variant.label == "1").unwrap();
        right.count(fastest == 0 && places[0].standing == Standing::Best);
        together.count(all_cover(200.0));
        decoy.count(all_cover(220.0));
    }
    assert!(AT_LEAST <= right.fraction(), "{}", right.fraction());
    assert!(AT_LEAST <= together.fraction(), "{}", together.fraction());
    assert!(
        decoy.fraction() < AT_LEAST,
        "a tenth more load would do: {}",
        decoy.fraction()
    );
}

/// With exponential work it does not matter who wins a tie, but the responses differ from run to run.
#[test]
fn deployments_that_do_the_same_are_hardly_ever_declared_different() {
    let (mut mistakes, mut eager) = (Tally::default(), Tally::default());
    for seed in 0..MANY {
        let variants = [Ties::Oldest, Ties::Random].map(|ties| {
            let scenario = scenario(least_connections::plan(ties), 850.0, 10, seed);
            brief(scenario, format!("{ties:?}"))
        });
        let comparison = compared_as_usual(&variants);
        let second = comparison.ranking().places[1];
        let difference = second.difference.unwrap().difference;
        assert!(0.0 < difference.half_width, "{difference:?}");
        mistakes.count(second.standing == Standing::Worse);
        eager.count(0.3 * difference.half_width < difference.mean.abs());
    }
    let most = 1.0 - AT_LEAST;
    assert!(mistakes.fraction() <= most, "{}", mistakes.fraction());
    assert!(
        most < eager.fraction(),
        "intervals less than a third as wide would do: {}",
        eager.fraction()
    );
}

/// Requests as even as chance lets them be, for so many servers that are 85 % busy.
fn even(servers: u32) -> ArrivalPlan {
    poisson::plan(Rate::per_second(85.0 * f64::from(servers)).unwrap())
}

/// As many for ten servers, but about every second their number changes.
fn in_bursts() -> ArrivalPlan {
    let state = |rate: f64| State {
        rate: RateOrZero::per_second(rate).unwrap(),
        mean: SimDuration::from_secs_f64(1.0),
    };
    bursty::plan(&[state(600.0), state(1_100.0)], Next::InOrder).unwrap()
}

/// How many times as many replications an interval of the same width takes without common random numbers, of the difference
/// and of its share of the best.
fn saved(one: &Policy, other: &Policy, servers: u32, arrivals: &ArrivalPlan) -> [f64; 2] {
    let means = |policy: &Policy, seed: u64| -> Vec<f64> {
        let mut scenario = scenario(policy.clone(), 850.0, servers, seed);
        scenario.deployment.workloads[0].arrivals = arrivals.clone();
        scenario.run.duration = SimDuration::from_secs_f64(120.0);
        let window = window(&scenario, SimDuration::from_secs_f64(10.0));
        let mut campaign = Campaign::new(&scenario, window);
        // As many requests in all, however few servers there are, so that what comes of it is as sure.
        conducted(2, |conduct| campaign.extend_to(600 / servers as usize, conduct));
        campaign.values(campaign.column("workload.shoppers", "response.mean").unwrap())
    };
    let best = means(one, 5);
    let widths = |seed: u64| {
        let difference = PairedDifference::new(&best, &means(other, seed), 0.95).unwrap();
        [difference.difference, difference.relative.unwrap()].map(|estimate| estimate.half_width)
    };
    let (same, others) = (widths(5), widths(6));
    // Replications go by the square of the width.
    [0, 1].map(|at| (others[at] / same[at]).powi(2))
}

/// Variants that may be the best are alike, and have most of their ups and downs from what comes in.
#[test]
fn the_same_requests_save_two_replications_of_three_where_variants_are_alike() {
    let best = least_connections::plan(Ties::Oldest);
    let [absolute, relative] = saved(&best, &power_of_d::plan(2), 10, &even(10));
    assert!(3.0 <= absolute && 3.0 <= relative, "{absolute:.2}, {relative:.2}");
}

/// Half of the variance of a random choice is its own: where its queues happen to be long is nothing that a shorter queue
/// has in common with it. See docs/results.md.
#[test]
fn beside_a_random_choice_the_same_requests_save_less() {
    let [absolute, relative] = saved(&power_of_d::plan(2), &random::plan(), 10, &even(10));
    assert!((1.1..2.0).contains(&absolute), "{absolute:.2}");
    assert!((1.5..3.0).contains(&relative), "{relative:.2}");
}

/// What makes both slow is then in the requests that they share.
#[test]
fn under_bursts_and_among_two_servers_they_save_two_of_three_beside_a_random_choice_as_well() {
    let (best, random) = (power_of_d::plan(2), random::plan());
    let [absolute, relative] = saved(&best, &random, 10, &in_bursts());
    assert!(6.0 <= absolute && 6.0 <= relative, "{absolute:.2}, {relative:.2}");
    let [absolute, relative] = saved(&best, &random, 2, &even(2));
    assert!(2.0 <= absolute && 3.0 <= relative, "{absolute:.2}, {relative:.2}");
}
