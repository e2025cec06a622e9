//! What calls and stores promise.

use std::sync::atomic::AtomicBool;

use plimsoll::{
    experiment::{Conduct, Criterion, Results, Variant, compare, results::Verdict},
    report::{Invocation, Style, json, table},
    scenario::{self, Scenario},
};

use crate::theory::simulate;

/// A shop that asks a store twice, and what all of them promise.
const SHOP: &str = r#"
[run]
duration = "20 s"
warmup = "1 s"
replications = 4

[[workload]]
name = "clients"
to = "shop"
arrivals = { process = "poisson", rate = "50 /s" }
slo = { "response.p99" = "1 s" }

[[service]]
name = "shop"
servers = 2
work = "1 ms"
  [[service.call]]
  to = "orders"
  operation = "read"
  slo = { "response.p99" = "200 ms", availability = "99 %" }
  [[service.call]]
  to = "orders"
  operation = "write"
  phase = 2
  slo = { response.mean = "500 us", throughput = "40 /s" }

[[store]]
name = "orders"
nodes = 3
shards = 12
slots = 4
keys = { popularity = "zipf", exponent = 0.9, count = 12 }
read = { quorum = 1, work = { distribution = "exponential", mean = "2 ms" } }
write = { quorum = 1, work = { distribution = "exponential", mean = "3 ms" } }
measure = ["staleness"]
slo = { "read.p99" = "100 ms", "write.mean" = "100 us", "available.read" = "99 %", "staleness.stale" = "0.01 %", "read.throughput" = "1 /s" }
"#;

const INVOCATION: Invocation<'_> = Invocation {
    command: "run",
    wall_seconds: 1.0,
    origin: None,
};

fn read(text: &str) -> Scenario {
    let loaded = scenario::from_str("shop", text, &[]).unwrap_or_else(|error| panic!("{error}"));
    loaded.scenario
}

fn verdict<'a>(results: &'a Results, of: &str, measure: &str) -> &'a Verdict {
    let mut verdicts = results.verdicts.iter();
    let found = verdicts.find(|verdict| verdict.of == of && verdict.measure == measure);
    found.unwrap_or_else(|| panic!("nothing is promised of {of} {measure}"))
}

#[test]
fn calls_and_stores_are_judged_like_workloads() {
    let results = simulate(&read(SHOP));
    let cases = [
        ("workload.clients", "response.p99", true),
        ("call.shop>orders.read", "response.p99", true),
        ("call.shop>orders.read", "availability", true),
        ("call.shop>orders.write", "response.mean", false),
        ("call.shop>orders.write", "throughput", true),
        ("store.orders", "read.p99", true),
        ("store.orders", "write.mean", false),
        ("store.orders", "available.read", true),
        ("store.orders", "staleness.stale", false),
        ("store.orders", "read.throughput", true),
    ];
    assert_eq!(results.verdicts.len(), cases.len());
    for (of, measure, met) in cases {
        let verdict = verdict(&results, of, measure);
        assert_eq!(verdict.is_met(), met, "{of} {measure}: {:?}", verdict.value);
        let measured = results.find(of, measure).unwrap();
        assert_eq!(verdict.value, measured.value);
    }
}

#[test]
fn whose_promises_they_are_is_told() {
    let results = simulate(&read(SHOP));
    let text = table::run(&results, &INVOCATION, Style::Plain);
    for line in [
        "✓ response.p99 ≤ 1 s",
        "✓ shop>orders.read response.p99 ≤ 200 ms",
        "✗ shop>orders.write response.mean ≤ 500 µs",
        "✓ orders read.p99 ≤ 100 ms",
        "✗ orders staleness.stale ≤ 0.01 %",
        "✓ orders available.read ≥ 99 %",
    ] {
        assert!(text.contains(line), "no `{line}` in\n{text}");
    }
    let document: serde_json::Value = serde_json::from_str(&json::run(&results, &INVOCATION)).unwrap();
    let told = document["objectives"].as_array().unwrap();
    let of = |of: &str| told.iter().filter(|one| one["of"] == of).count();
    assert_eq!((of("call.shop>orders.read"), of("store.orders")), (2, 5));
}

/// Without promises of workloads, variants are ranked by the first that is made.
#[test]
fn variants_are_ranked_by_what_a_store_promises() {
    let text = SHOP.replace("slo = { \"response.p99\" = \"1 s\" }", "");
    let text = text.replace("  slo = ", "  # ");
    let variant = |quorum: u32| Variant {
        label: quorum.to_string(),
        scenario: read(&text.replace("read = { quorum = 1", &format!("read = {{ quorum = {quorum}"))),
    };
    let variants = [variant(3), variant(1)];
    let stop = AtomicBool::new(false);
    let conduct = Conduct::new(&stop);
    let comparison = compare(&variants, &Criterion::usual(&variants[0].scenario), &conduct);
    assert_eq!(
        (&*comparison.ranking().by.of, &*comparison.ranking().by.measure),
        ("store.orders", "read.p99")
    );
    assert_eq!(comparison.variants[0].label, "1");
    assert_eq!(comparison.variants[0].results.verdicts.len(), 5);
}
