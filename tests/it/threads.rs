//! What services call and stores keep is the same, byte for byte, whatever the number of threads.

use std::sync::atomic::AtomicBool;

use plimsoll::{
    experiment::{Comparison, Conduct, Criterion, Results, Variant, compare, with_threads},
    report::{self, Invocation},
    scenario::{self, Override, Scenario},
};

use crate::theory::simulate;

/// Scenarios that together have everything that graphs and stores can, and changes that make them brief.
const SCENARIOS: &[(&str, &[&str])] = &[
    (
        "service-graph",
        &[
            "run.duration=2 s",
            "run.timeline=200 ms",
            "fault.1.at=500 ms",
            "fault.1.for=1 s",
        ],
    ),
    (
        "service-graph",
        &[
            "run.duration=2 s",
            "run.timeline=200 ms",
            "fault.1.at=500 ms",
            "fault.1.for=1 s",
            "workload.1.deadline=60 ms",
            "workload.1.propagate=true",
            "workload.1.retry={ attempts = 2, on = [\"error\"] }",
        ],
    ),
    ("order-store", &["run.duration=3 s"]),
    (
        "consistency-modes",
        &["run.duration=5 s", "fault.1.at=2 s", "fault.1.for=1 s"],
    ),
    ("zone-local", &["run.duration=2 s"]),
    (
        "cut-off-zone",
        &["run.duration=20 s", "fault.1.at=5 s", "fault.1.for=5 s"],
    ),
    (
        "losing-a-node",
        &[
            "run.duration=20 s",
            "fault.1.at=5 s",
            "fault.1.for=10 s",
            "store.users.repair.after=2 s",
        ],
    ),
    ("durable-store", &["run.duration=5 y"]),
    ("copysets", &["run.duration=2 y"]),
];

/// Replications that several threads take in turns.
const REPLICATIONS: &str = "run.replications=9";

fn read(name: &str, changes: &[&str]) -> Scenario {
    let path = format!("{}/scenarios/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    let given = changes.iter().copied();
    let all = given.chain([REPLICATIONS, "run.warmup=100 ms"]);
    let changes: Vec<Override> = all.map(|change| change.parse().unwrap()).collect();
    let loaded = scenario::load(path.as_ref(), &changes).unwrap_or_else(|error| panic!("{error}"));
    loaded.scenario
}

const INVOCATION: Invocation<'_> = Invocation {
    command: "run",
    wall_seconds: 1.0,
    origin: None,
};

/// Every file of the report.
fn files(results: &Results) -> Vec<(&'static str, Vec<u8>)> {
    let files = report::RUN.iter();
    files
        .filter_map(|file| Some((file.name, (file.render)(results, &INVOCATION).unwrap()?)))
        .collect()
}

#[test]
fn graphs_and_stores_give_the_same_bytes_with_one_thread_and_with_eight() {
    for (name, changes) in SCENARIOS {
        let scenario = read(name, changes);
        let told = |threads: usize| {
            let results = with_threads(threads, || simulate(&scenario)).unwrap();
            assert!(
                results.replications == 9 && 1_000 < results.events,
                "{name}: {} events",
                results.events
            );
            files(&results)
        };
        let (one, eight) = (told(1), told(8));
        assert!(2 < one.len(), "{name}");
        for (one, eight) in one.iter().zip(&eight) {
            assert!(one == eight, "{name} {changes:?}: {} differs", one.0);
        }
        assert_eq!(one.len(), eight.len());
        let other = read(name, &[changes, &["run.seed=77"][..]].concat());
        let other = with_threads(8, || simulate(&other)).unwrap();
        assert_ne!(one[0], files(&other)[0], "{name}: another seed gives other bytes");
    }
}

#[test]
fn a_comparison_of_stores_gives_the_same_bytes_with_one_thread_and_with_eight() {
    let variant = |quorum: u32| Variant {
        label: format!("quorum {quorum}"),
        scenario: read(
            "order-store",
            &["run.duration=3 s", &format!("store.orders.read.quorum={quorum}")],
        ),
    };
    let variants: Vec<Variant> = (1..=3).map(variant).collect();
    let stop = AtomicBool::new(false);
    let conduct = Conduct::new(&stop);
    let told = |threads: usize| -> Vec<Vec<u8>> {
        let comparison: Comparison = with_threads(threads, || {
            compare(&variants, &Criterion::usual(&variants[0].scenario), &conduct)
        })
        .unwrap();
        assert_eq!(comparison.variants.len(), 3);
        let files = report::COMPARE.iter();
        files
            .filter_map(|file| (file.render)(&comparison, &INVOCATION).unwrap())
            .collect()
    };
    assert!(told(1) == told(8));
}
