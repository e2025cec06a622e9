//! Whole experiments on small deployments.

mod choosing;
mod failures;
mod recovery;
mod stopping;

use std::sync::atomic::AtomicBool;

use super::{
    Comparison, Conduct, Criterion, Results, Variant,
    campaign::{Campaign, spec},
    compare::{Standing, compare},
    fixture::{mm1, workload},
    run,
    run::{results, window},
};
use crate::{
    dist::Dist,
    model::{
        QueuePlace,
        arrival::closed,
        balancer::{Policy, power_of_d, random},
        simulate,
    },
    rng::Seed,
    scenario::{Replications, RunPlan, Scenario},
    theory::mmc::Mmc,
    units::SimDuration,
};

/// So many servers that take 10 ms, at 200 s a replication.
fn scenario(balancer: Policy, rate: f64, servers: u32, seed: u64) -> Scenario {
    let mut scenario = mm1();
    scenario.deployment.workloads = vec![workload("shoppers", rate)];
    scenario.deployment.services[0].groups[0].servers = servers;
    scenario.deployment.services[0].balancer = balancer;
    scenario.run = RunPlan {
        duration: SimDuration::from_secs_f64(200.0),
        replications: Replications::Fixed(10),
        seed: Seed(seed),
        level: 0.99,
        ..scenario.run
    };
    scenario
}

pub(super) fn conducted<T>(threads: usize, body: impl FnOnce(&Conduct<'_>) -> T + Send) -> T
where
    T: Send,
{
    let stop = AtomicBool::new(false);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .unwrap();
    pool.install(|| body(&Conduct::new(&stop)))
}

fn compared_as_usual(variants: &[Variant]) -> Comparison {
    let criteria = Criterion::usual(&variants[0].scenario);
    conducted(2, |conduct| compare(variants, &criteria, conduct))
}

fn value(results: &Results, of: &str, name: &str) -> (f64, f64, f64) {
    let measure = results
        .measures
        .iter()
        .find(|measure| measure.of == of && measure.name == name)
        .unwrap();
    (
        measure.value.unwrap(),
        measure.low.unwrap(),
        measure.high.unwrap(),
    )
}

#[test]
fn random_split_is_a_row_of_mm1_queues() {
    let results = conducted(2, |conduct| {
        run(&scenario(random::plan(), 1_000.0, 20, 2024), conduct)
    });
    let (theory, decoy) = (1.0 / (100.0 - 50.0), 1.0 / (100.0 - 51.0));
    let (mean, low, high) = value(&results, "workload.shoppers", "response.mean");
    assert!(
        (high - low) / 2.0 < 0.01 * theory,
        "too wide to mean anything: {low} to {high}"
    );
    assert!(
        low <= theory && theory <= high,
        "{mean} ({low} to {high}) misses {theory}"
    );
    assert!(
        decoy < low || high < decoy,
        "{low} to {high} would also accept two per cent more load"
    );
    // The response of M/M/1 is exponential.
    let (_, low, high) = value(&results, "workload.shoppers", "response.p99");
    let p99 = theory * 100_f64.ln();
    assert!(low <= p99 && p99 <= high, "{low} to {high} misses {p99}");
    assert!(results.notes.is_empty(), "{:?}", results.notes);
}

#[test]
fn one_thread_and_eight_give_the_same_results() {
    let shape = |threads| {
        let mut scenario = scenario(power_of_d::plan(2), 850.0, 10, 7);
        scenario.run.replications = Replications::Until {
            precision: 0.02,
            first: 4,
            cap: 40,
        };
        conducted(threads, |conduct| format!("{:?}", run(&scenario, conduct)))
    };
    let one = shape(1);
    assert_eq!(one, shape(8));
    assert!(one.contains("response.mean"));
}

#[test]
fn variants_meet_the_same_requests_and_are_ranked() {
    let variants = [random::plan(), power_of_d::plan(2)].map(|policy| Variant {
        label: policy.name.to_owned(),
        scenario: scenario(policy, 850.0, 10, 5),
    });
    let Comparison {
        variants, contests, ..
    } = compared_as_usual(&variants);
    assert_eq!(
        variants
            .iter()
            .map(|variant| variant.label.as_str())
            .collect::<Vec<_>>(),
        ["power-of-d", "random"]
    );
    let [first, second] = contests[0].places[..] else {
        panic!("two variants");
    };
    assert_eq!((first.standing, first.difference), (Standing::Best, None));
    assert_eq!(second.standing, Standing::Worse);
    let difference = second.difference.unwrap();
    assert!(
        difference.is_significant() && 0.0 < difference.difference.mean,
        "{difference:?}"
    );
    let offered = |at: usize| value(&variants[at].results, "workload.shoppers", "offered").0;
    assert_eq!(offered(0).to_bits(), offered(1).to_bits());
}

#[test]
fn an_overload_ends_with_a_plain_statement() {
    let mut scenario = scenario(random::plan(), 1_500.0, 10, 3);
    scenario.run.max_in_flight = 10_000;
    scenario.run.warmup = Some(SimDuration::ZERO);
    let results = conducted(2, |conduct| run(&scenario, conduct));
    assert!(
        results.notes.iter().any(|note| note.contains("does not keep up")),
        "{:?}",
        results.notes
    );
}

#[test]
fn the_single_queue_is_erlang_c() {
    let mut scenario = scenario(random::plan(), 850.0, 10, 11);
    scenario.deployment.services[0].queue.at = QueuePlace::Balancer;
    let results = conducted(2, |conduct| run(&scenario, conduct));
    let theory = Mmc::new(10, 850.0, 100.0).unwrap();
    let decoy = Mmc::new(10, 870.0, 100.0).unwrap();
    for (name, theory, decoy) in [
        ("response.mean", theory.mean_response(), decoy.mean_response()),
        (
            "response.p99",
            theory.response_quantile(0.99),
            decoy.response_quantile(0.99),
        ),
    ] {
        let (_, low, high) = value(&results, "workload.shoppers", name);
        assert!(
            low <= theory && theory <= high,
            "{name}: {low} to {high} misses {theory}"
        );
        assert!(
            decoy < low || high < decoy,
            "{name}: {low} to {high} would also accept {decoy}"
        );
    }
}

#[test]
fn clients_that_come_back_at_once_do_not_stop_the_clock_unsaid() {
    let mut scenario = scenario(random::plan(), 1.0, 1, 3);
    scenario.run.warmup = Some(SimDuration::ZERO);
    scenario.run.replications = Replications::Fixed(1);
    scenario.deployment.services[0].queue.capacity = Some(0);
    scenario.deployment.workloads[0].arrivals = closed::plan(2, Dist::constant(0.0).unwrap());
    let results = conducted(1, |conduct| run(&scenario, conduct));
    assert!(
        results.notes.iter().any(|note| note.contains("time stood still")),
        "{:?}",
        results.notes
    );
}

#[test]
fn a_law_that_does_not_hold_is_in_the_results() {
    let scenario = scenario(random::plan(), 500.0, 10, 3);
    let window = window(&scenario, SimDuration::ZERO);
    let stop = AtomicBool::new(false);
    let conduct = Conduct::new(&stop);
    let mut record = simulate(&scenario.deployment, &spec(&scenario, window, 0, &conduct));
    let mut campaign = Campaign::new(&scenario, window);
    campaign.add(&record);
    assert!(results(&campaign, false, Vec::new()).violations.is_empty());
    record.violations = vec!["flow is not balanced".to_owned()];
    campaign.add(&record);
    campaign.add(&record);
    let results = results(&campaign, false, Vec::new());
    assert_eq!(results.violations, ["flow is not balanced"]);
    assert!(
        results.notes[0].contains("not to be trusted"),
        "{:?}",
        results.notes
    );
}
