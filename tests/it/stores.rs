//! The data of stores over years against formulas, through files and reports.

use std::sync::atomic::AtomicBool;

use plimsoll::{
    experiment::{self, Conduct, Results, results::Measure},
    scenario,
};

/// Thirty nodes; once a month the power fails for a while, and three of them come back without their data.
fn power_failures(placement: &str) -> String {
    format!(
        r#"
        [run]
        duration = "200 y"
        warmup = "1 d"
        replications = 20
        confidence = "99 %"
        seed = 5
        [[store]]
        name = "files"
        nodes = 30
        shards = 1_000
        placement = {placement}
        repair = {{ after = "1 d", shard = "1 MB", bandwidth = "1 GB/s" }}
        [[store.failure]]
        mode = "crash"
        of = "service"
        after = {{ distribution = "exponential", mean = "30 d" }}
        repair = "1 h"
        data_lost = "10 %"
        "#
    )
}

fn run(text: &str) -> Results {
    let loaded = scenario::from_str("store", text, &[]).unwrap_or_else(|error| panic!("{error}"));
    let stop = AtomicBool::new(false);
    let conduct = Conduct::new(&stop);
    experiment::run(&loaded.scenario, &conduct)
}

fn measure<'a>(results: &'a Results, name: &str) -> &'a Measure {
    results.find("store.files", name).unwrap()
}

/// Asserts that the interval has the formula's value in it, is no wider than this share of it, and would not have a decoy.
fn agrees(results: &Results, name: &str, formula: &str, width: f64) -> f64 {
    let measure = measure(results, name);
    let told = measure.theory.first().unwrap();
    assert_eq!(told.formula.name, formula);
    let (low, high) = (measure.low.unwrap(), measure.high.unwrap());
    let place = format!("{name}: {low}–{high}, {}", told.value);
    assert!(low <= told.value && told.value <= high, "misses: {place}");
    assert!(high - low < 2.0 * width * told.value, "too wide: {place}");
    let decoy = told.value * (1.0 + 2.0 * width);
    assert!(high < decoy, "would accept more: {place}");
    told.value
}

#[test]
fn power_failures_lose_data_as_often_as_the_formulas_for_random_placement_and_copysets_say() {
    let random = run(&power_failures("\"random\""));
    let sets = run(&power_failures("{ policy = \"copysets\", scatter_width = 4 }"));
    let often = agrees(&random, "durability.mttdl", "loss at random placement", 0.05);
    let seldom = agrees(&sets, "durability.mttdl", "loss by copysets", 0.25);
    // One set in five is that of a shard at random, and 20 of 4060 by copysets.
    assert!(40.0 * often < seldom, "{often} {seldom}");
    agrees(&random, "durability.bytes_lost", "loss at random placement", 0.08);
    agrees(&sets, "durability.bytes_lost", "loss by copysets", 0.35);
    assert!(measure(&random, "durability.loss").value.unwrap() > 0.9);
}

#[test]
fn what_has_no_repair_and_loses_nothing_tells_only_who_can_be_reached() {
    let text = r#"
        [run]
        duration = "20 y"
        replications = 20
        confidence = "99 %"
        [[store]]
        name = "files"
        nodes = 9
        shards = 50
        read = { quorum = 1 }
        write = { quorum = 3 }
        [[store.failure]]
        mode = "crash"
        after = { distribution = "exponential", mean = "9 d" }
        repair = { distribution = "exponential", mean = "1 d" }
    "#;
    let results = run(text);
    for name in ["available.read", "available.write"] {
        agrees(&results, name, "availability of quorums", 0.005);
    }
    // One in ten is down: all three are up in 72.9 % of the time, and none in a thousandth.
    let write = measure(&results, "available.write").theory[0].value;
    assert!((write - 0.729).abs() < 1e-9, "{write}");
    assert!(results.find("store.files", "durability.loss").is_none());
    assert!(results.find("store.files", "availability").is_none());
}

#[test]
fn no_loss_in_a_few_years_is_no_proof_that_there_is_none() {
    let text = power_failures("{ policy = \"copysets\", scatter_width = 2 }");
    let text = text.replace("\"200 y\"", "\"1 y\"").replace("= 20", "= 2");
    let results = run(&text.replace("mean = \"30 d\"", "mean = \"3000 d\""));
    let loss = measure(&results, "durability.loss");
    assert_eq!((loss.value, loss.low), (Some(0.0), Some(0.0)));
    // −ln 1 % in two years.
    assert!((loss.high.unwrap() - 1.0).abs() < 1e-9, "{loss:?}");
    let mttdl = measure(&results, "durability.mttdl");
    assert_eq!((mttdl.value, mttdl.high), (None, None));
    assert!(mttdl.low.is_some());
}

/// Reads and writes that replicas work on side by side, at most one write at a time.
const QUORUMS: &str = r#"
[run]
duration = "1000 s"
warmup = "1 s"
replications = 20
seed = 2012

[[workload]]
name = "readers"
to = "files"
operation = "read"
arrivals = { process = "poisson", rate = "100 /s" }

[[workload]]
name = "writers"
to = "files"
operation = "write"
arrivals = { process = "poisson", rate = "2 /s" }

[[store]]
name = "files"
nodes = 5
slots = 1_000
shards = 1
replication = 5
keys = { count = 1 }
consistency = { mode = "leaderless", read_repair = false }
measure = ["staleness"]
read = { quorum = 2, work = { distribution = "exponential", mean = "2 ms" } }
write = { quorum = 1, work = { distribution = "exponential", mean = "10 ms" } }
"#;

/// Reads by the age of the last write: how many missed it, and how many were to be expected with writes that take so many times as
/// long.
fn stale(results: &Results, slower: f64) -> Vec<(f64, f64)> {
    let store = &results.stores[0];
    // Two replicas have to be without it, each for a time of this rate.
    let rate = 2.0 * 100.0 / slower;
    let ages = store.by_age.iter().zip(&store.theory).skip(1);
    let pairs = ages.map(|(&(from, reads, stale), &(age, share))| {
        assert_eq!(age.to_bits(), from.to_bits());
        // From the beginning of a step to its end, at any time.
        let step = from * (0.25_f64.exp2() - 1.0);
        let at_once = share * (100.0 * 2.0 * from - rate * from).exp();
        let expected = at_once * -(-rate * step).exp_m1() / (rate * step);
        (stale as f64, expected * reads as f64)
    });
    pairs.collect()
}

#[test]
fn reads_miss_writes_as_often_as_t_visibility_says() {
    let results = run(QUORUMS);
    let pairs = stale(&results, 1.0);
    let sums = |pairs: &[(f64, f64)]| {
        pairs
            .iter()
            .fold((0.0, 0.0), |sum, pair| (sum.0 + pair.0, sum.1 + pair.1))
    };
    let (missed, expected) = sums(&pairs);
    assert!(5_000.0 < missed, "only {missed}");
    assert!((missed / expected - 1.0).abs() < 0.05, "{missed} for {expected}");
    let (_, decoy) = sums(&stale(&results, 1.1));
    assert!(
        0.05 < (missed / decoy - 1.0).abs(),
        "{missed} would also do for {decoy}"
    );
    for &(missed, expected) in pairs.iter().filter(|(_, expected)| 300.0 < *expected) {
        assert!((missed / expected - 1.0).abs() < 0.2, "{pairs:?}");
    }
    let visible = measure(&results, "staleness.visible");
    let told = visible.theory.first().unwrap();
    assert_eq!(told.formula.name, "t-visibility, any quorums");
    assert_eq!(
        told.leaves_out.as_deref(),
        Some("queues at nodes and writes that overlap")
    );
    // In steps of a fifth.
    let ratio = visible.value.unwrap() / told.value;
    assert!((0.75..1.45).contains(&ratio), "{ratio}");
}

#[test]
fn t_visibility_is_told_only_of_replicas_that_work_side_by_side() {
    let reason = |from: &str, to: &str| {
        assert!(QUORUMS.contains(from), "{from}");
        let text = QUORUMS.replacen(from, to, 1);
        let loaded = scenario::from_str("store", &text, &[]).unwrap_or_else(|error| panic!("{error}"));
        let results = experiment::theory_only(&loaded.scenario);
        let measure = results.find("store.files", "staleness.visible").unwrap();
        assert!(measure.theory.is_empty(), "{from} {to}");
        measure.no_theory.clone().unwrap_or_default()
    };
    for (from, to, expected) in [
        (
            "slots = 1_000",
            "slots = 1",
            "nodes of different speeds, or that do one thing at a time",
        ),
        (
            "{ distribution = \"exponential\", mean = \"10 ms\" }",
            "\"10 ms\"",
            "work of replicas that is not exponential",
        ),
        (
            "[[store]]",
            "[network]\nwithin_zone = \"1 ms\"\n[[store]]",
            "messages take time",
        ),
    ] {
        assert_eq!(reason(from, to), expected);
    }
}

/// Twelve replicas stood on the node that stays away; each copy moves a shard.
#[test]
fn copies_move_as_many_bytes_as_the_shards_have() {
    let results = run(r#"
[run]
duration = "60 s"
warmup = "1 s"
replications = 2

[[workload]]
name = "readers"
to = "files"
operation = "read"
arrivals = { process = "poisson", rate = "50 /s" }

[[store]]
name = "files"
nodes = 6
shards = 24
replication = 3
read = { quorum = 2, work = "1 ms" }
write = { quorum = 2, work = "1 ms" }
consistency = "leaderless"
health_check = { interval = "1 s", timeout = "500 ms", fall = 3, rise = 2 }
repair = { after = "5 s", shard = "40 MB", bandwidth = "100 MB/s" }

[[fault]]
at = "5 s"
for = "50 s"
target = "node:files.1"
mode = "crash"
"#);
    let value = |name| measure(&results, name).value.unwrap();
    let copies = value("repair.copies");
    assert!((5.0..20.0).contains(&copies), "{copies}");
    assert!((value("repair.moved") / (copies * 40e6) - 1.0).abs() < 1e-12);
}
