//! Lookups of where shards are, against exact formulas, an approximation and a limit.

use plimsoll::{
    experiment::Results,
    scenario::{self, Override},
    theory::replicas::caching::{Lru, zipf},
};

use crate::theory::simulate;

/// Forty reads a second, each of which takes any of three nodes 2 ms and is looked up first.
const STORE: &str = r#"
[run]
duration = "1000 s"
warmup = "20 s"
replications = 20
confidence = "99 %"
seed = 2003

[[workload]]
name = "readers"
to = "orders"
operation = "read"
arrivals = { process = "poisson", rate = "40 /s" }

[[service]]
name = "directory"
servers = 1
work = { distribution = "exponential", mean = "15 ms" }

[[store]]
name = "orders"
nodes = 3
slots = 1_000
shards = 400
partition = "range"
keys = { popularity = "uniform", count = 400 }
read = { work = "2 ms" }
write = { work = "2 ms" }
  [store.metadata]
  to = "directory"
"#;

fn results(text: &str, changes: &[&str]) -> Results {
    let changes: Vec<Override> = changes.iter().map(|change| change.parse().unwrap()).collect();
    let loaded =
        scenario::from_str("lookups", text, &changes).unwrap_or_else(|error| panic!("{error}\n{text}"));
    simulate(&loaded.scenario)
}

fn value(results: &Results, of: &str, name: &str) -> f64 {
    let measure = results.find(of, name).unwrap_or_else(|| panic!("{of} {name}"));
    measure.value.unwrap()
}

/// Asserts that an interval has a value in it, is no wider than this share of it to each side, and would not have a decoy.
fn agrees(results: &Results, of: &str, name: &str, expected: f64, width: f64) {
    let measure = results.find(of, name).unwrap();
    let (low, high) = (measure.low.unwrap(), measure.high.unwrap());
    let place = format!("{of} {name}: {low} to {high}, expected {expected}");
    assert!(low < expected && expected < high, "misses: {place}");
    assert!(high - low < 2.0 * width * expected, "too wide: {place}");
    let decoy = (1.0 + 2.0 * width) * expected;
    assert!(high < decoy, "would accept more: {place}");
}

/// Others who ask the same store.
const OTHER: &str = r#"
[[workload]]
name = "writers"
to = "orders"
operation = "write"
arrivals = { process = "poisson", rate = "4 /s" }
"#;

/// What a formula says of the lookups.
fn told(results: &Results, name: &str) -> f64 {
    let measure = results.find("call.orders>directory", name).unwrap();
    let first = measure.theory.first();
    first
        .unwrap_or_else(|| panic!("{name}: {:?}", measure.no_theory))
        .value
}

/// M/M/1: a lookup takes 15 ms ÷ (1 − 0.6), and every replica then 2 ms.
#[test]
fn lookups_at_one_server_take_as_long_as_the_formula_says_and_operations_as_much_longer() {
    let results = results(STORE, &[]);
    let lookup = 0.015 / (1.0 - 0.6);
    agrees(&results, "call.orders>directory", "response.mean", lookup, 0.02);
    agrees(&results, "store.orders", "read.mean", lookup + 0.002, 0.02);
    agrees(
        &results,
        "workload.readers",
        "response.mean",
        lookup + 0.002,
        0.02,
    );
    agrees(&results, "service.directory", "utilisation", 0.6, 0.01);
    let mean = value(&results, "workload.readers", "response.mean");
    let parts = &results.hops[0].parts;
    let sum: f64 = parts.iter().map(|part| part.mean.value).sum();
    // One in four is followed.
    assert!((sum / mean - 1.0).abs() < 0.01, "{sum} of {mean}");
    let names: Vec<(&str, &str)> = parts
        .iter()
        .map(|part| (part.hop.as_str(), part.activity.name()))
        .collect();
    assert_eq!(
        names,
        [
            ("orders>directory", "queueing"),
            ("orders>directory", "work"),
            ("orders: read at a replica", "work")
        ]
    );
}

/// What is left of a Poisson process, by chance, is one: M/M/1 with a quarter of the load.
#[test]
fn lookups_that_a_given_share_of_operations_needs_are_a_thinner_stream() {
    let results = results(
        STORE,
        &[
            "store.orders.metadata.cache={ hit = \"75 %\" }",
            "workload.readers.arrivals.rate=160 /s",
            "run.duration=400 s",
        ],
    );
    let lookup = 0.015 / (1.0 - 0.6);
    agrees(&results, "call.orders>directory", "hits", 0.75, 0.005);
    agrees(&results, "call.orders>directory", "response.mean", lookup, 0.03);
    agrees(&results, "store.orders", "read.mean", lookup / 4.0 + 0.002, 0.03);
}

/// Shards that are all alike are known as often as there is room for them, and others as Che's approximation says.
#[test]
fn what_is_remembered_follows_from_the_popularity_of_shards() {
    let cache = "store.orders.metadata.cache={ policy = \"lru\", entries = 100 }";
    let quick = ["service.directory.work=10 us", "run.duration=600 s"];
    let even = results(STORE, &[&quick[..], &[cache]].concat());
    agrees(&even, "call.orders>directory", "hits", 0.25, 0.02);
    assert!((told(&even, "hits") - 0.25).abs() < 1e-6);
    // A key a shard.
    let skewed = "store.orders.keys={ popularity = \"zipf\", exponent = 1.0, count = 400 }";
    let skewed = results(STORE, &[&quick[..], &[cache, skewed]].concat());
    let che = |entries: f64| Lru::new(&zipf(400, 1.0, 1.0), entries, None).unwrap().hits();
    let measured = value(&skewed, "call.orders>directory", "hits");
    let expected = che(100.0);
    assert!((measured - expected).abs() < 0.004, "{measured} for {expected}");
    assert!((told(&skewed, "hits") - expected).abs() < 1e-6);
    let several = format!("{STORE}\n{OTHER}");
    let several = results(&several, &[&quick[..], &[cache, "run.replications=2"]].concat());
    let hits = several.find("call.orders>directory", "hits").unwrap();
    let reason = "several who ask the store, with caches of their own";
    assert_eq!(hits.no_theory.as_deref(), Some(reason));
    let decoy = che(103.0);
    assert!(
        0.004 < (measured - decoy).abs(),
        "{measured} would also do for {decoy}"
    );
}

/// Nodes have plenty to spare: the directory tells 66.7 shards a second and no more, and what it turns away has failed.
#[test]
fn a_directory_that_is_full_bounds_what_the_store_can_do() {
    let results = results(
        STORE,
        &[
            "workload.readers.arrivals.rate=100 /s",
            "service.directory.queue={ discipline = \"fifo\", capacity = 30 }",
            "run.duration=200 s",
        ],
    );
    agrees(&results, "store.orders", "read.throughput", 1.0 / 0.015, 0.01);
    agrees(&results, "store.orders", "failed_lookups", 1.0 - 1.0 / 1.5, 0.02);
    let available = value(&results, "store.orders", "available.read");
    let failed = value(&results, "store.orders", "failed_lookups");
    assert!(
        (available + failed - 1.0).abs() < 1e-12,
        "{available} and {failed}"
    );
    let bottleneck = results.bottleneck.as_ref().expect("there is a call");
    assert_eq!(bottleneck.of, "service.directory");
}

#[test]
fn what_lookups_promise_is_judged() {
    let slo = |bound: &str| format!("store.orders.metadata.slo={{ \"response.mean\" = \"{bound}\" }}");
    for (bound, met) in [("100 ms", true), ("10 ms", false)] {
        let results = results(STORE, &[&slo(bound), "run.duration=100 s", "run.replications=3"]);
        let [verdict] = &results.verdicts[..] else {
            panic!("one promise: {:?}", results.verdicts)
        };
        assert_eq!((&*verdict.of, verdict.is_met()), ("call.orders>directory", met));
        assert_eq!(verdict.value, Some(value(&results, &verdict.of, "response.mean")));
    }
}

#[test]
fn years_say_once_that_they_leave_lookups_out() {
    let failure = "[[store.failure]]\nmode = \"crash\"\nafter = \"30 d\"\nrepair = \"1 h\"\n";
    let (head, rest) = STORE.split_once("[[workload]]").unwrap();
    let (_, services) = rest.split_once("[[service]]").unwrap();
    let years = |more: &str| {
        let text = format!("{head}[[service]]{services}{more}");
        results(
            &text,
            &["run.duration=10 y", "run.warmup=1 y", "run.replications=2"],
        )
    };
    let notes = years(failure).notes;
    let of_lookups = notes.iter().filter(|note| note.contains("looks up")).count();
    assert_eq!(of_lookups, 1, "{notes:?}");
    assert!(notes[0].contains("`directory`") && notes[0].contains("`orders`"));
    let with_requests = results(STORE, &["run.duration=100 s", "run.replications=2"]);
    assert_eq!(
        with_requests
            .notes
            .iter()
            .filter(|note| note.contains("looks up"))
            .count(),
        0
    );
}
