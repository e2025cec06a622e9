//! Services that call each other, against the formulas of networks.

use plimsoll::{
    experiment::{
        bottleneck::Bottleneck,
        hops::{Activity, HopPart},
        theory_only,
    },
    scenario::{self, Scenario},
};

use crate::theory::{agree, simulate};

const HEAD: &str = r#"
[run]
duration = "SECONDS s"
warmup = "2 s"
replications = 20
confidence = "99 %"
seed = 1957

[[workload]]
name = "a"
to = "web"
arrivals = { process = "poisson", rate = "RATE /s" }
"#;

/// Three stations of every kind that may stand in a Jackson network: one queue, a random split, several slots. Requests
/// come to two of them, and go to `stock` by three ways.
pub(crate) const NETWORK: &str = r#"
[[workload]]
name = "b"
to = "stock"
arrivals = { process = "poisson", rate = "100 /s" }

[[service]]
name = "web"
servers = 2
work = { distribution = "exponential", mean = "3 ms" }
queue = { at = "balancer" }
slot_during_calls = "released"
balancer = "random"
  [[service.call]]
  to = "orders"
  probability = 0.6
  [[service.call]]
  phase = 2
  to = "stock"
  [[service.call]]
  phase = 3
  to = "orders"

[[service]]
name = "orders"
servers = 3
work = { distribution = "exponential", mean = "2 ms" }
balancer = "random"
slot_during_calls = "released"
  [[service.call]]
  to = "stock"
  probability = 0.5

[[service]]
name = "stock"
servers = 1
slots = 2
work = { distribution = "exponential", mean = "1.5 ms" }
balancer = "random"
"#;

pub(crate) fn read(text: &str, rate: f64, seconds: u32) -> Scenario {
    let head = HEAD
        .replace("RATE", &rate.to_string())
        .replace("SECONDS", &seconds.to_string());
    let text = head + text;
    scenario::from_str("graph", &text, &[])
        .unwrap_or_else(|error| panic!("{error}\n{text}"))
        .scenario
}

#[test]
fn a_jackson_network_behaves_as_its_formula_says() {
    let formula = |name: &str| match name {
        "call.web>stock.response.p99" => "M/M/c",
        name if name.ends_with("utilisation") => "utilisation law",
        name if name.contains("in_system") => "Little's law",
        name if name.ends_with("throughput") => "flow balance",
        _ => "open network, Jackson",
    };
    let measures = [
        "workload.a.response.mean",
        "workload.b.response.mean",
        "call.web>stock.response.mean",
        "call.web>stock.response.p99",
        "call.web>orders#2.response.mean",
        "call.orders>stock.throughput",
        "service.orders.utilisation",
        "service.stock.in_system.mean",
    ];
    agree(|rate| read(NETWORK, rate, 400), 450.0, formula, &measures);
}

/// What is told of a scenario by formulas alone: the first formula of a measure, or why there is none.
pub(crate) fn told(text: &str, of: &str, name: &str) -> String {
    let results = theory_only(&read(text, 200.0, 60));
    let measure = results.find(of, name).unwrap_or_else(|| panic!("no {of} {name}"));
    match (measure.theory.first(), &measure.no_theory) {
        (Some(first), _) => format!("{} {}", first.formula.name, first.kind().mark()),
        (None, reason) => reason.clone().unwrap_or_default(),
    }
}

#[test]
fn a_network_that_is_no_jackson_network_has_no_formula_for_its_times() {
    let mean = |from: &str, to: &str| {
        assert!(NETWORK.contains(from), "{from}");
        told(&NETWORK.replacen(from, to, 1), "workload.a", "response.mean")
    };
    assert_eq!(mean("web", "web"), "open network, Jackson =");
    let cases = [
        (
            "slot_during_calls = \"released\"",
            "",
            "slots are held while calls are under way",
        ),
        (
            "phase = 2",
            "phase = 1",
            "calls that go out together, or are not waited for",
        ),
        (
            "phase = 2",
            "phase = 2\ntimes = 2",
            "calls that go out together, or are not waited for",
        ),
        (
            "phase = 3",
            "phase = 3\nawaited = false",
            "calls that go out together, or are not waited for",
        ),
        (
            "phase = 3",
            "phase = 3\ntimeout = \"1 s\"",
            "clients that give up or try again",
        ),
        (
            "phase = 3",
            "phase = 3\nwork = \"2 ms\"",
            "services whose work is not all exponential",
        ),
        ("\"poisson\"", "\"constant\"", "arrivals are not Poisson"),
        (
            "servers = 1",
            "servers = 1\nqueue = { capacity = 100 }",
            "services that turn requests away",
        ),
        (
            "servers = 3",
            "servers = 3\nqueue = \"lifo\"",
            "services that are not all first come, first served",
        ),
    ];
    for (from, to, reason) in cases {
        assert_eq!(mean(from, to), reason, "{from} {to}");
    }
    // Which server is chosen depends on how many are at others.
    let chosen = NETWORK.replacen(
        "servers = 3\n",
        "servers = 3\nbalancer = \"least-connections\"\n",
        1,
    );
    let chosen = chosen.replacen("mean = \"2 ms\" }\nbalancer = \"random\"", "mean = \"2 ms\" }", 1);
    let reason = "services with queues that depend on each other";
    assert_eq!(told(&chosen, "workload.a", "response.mean"), reason);
}

/// Clients in one zone, servers in two, and others outside; messages take times by chance and are lost.
const FAR: &str = r#"
[[workload]]
name = "b"
to = "web"
zone = "east"
arrivals = { process = "poisson", rate = "100 /s" }

[network]
within_zone = { distribution = "exponential", mean = "0.4 ms" }
between_zones = { distribution = "lognormal", mean = "2 ms", cv = 0.7 }
outside = { distribution = "uniform", low = "3 ms", high = "5 ms" }
loss = "1 %"
retransmit = "30 ms"

[[zone]]
name = "east"
[[zone]]
name = "west"

[[service]]
name = "web"
work = { distribution = "exponential", mean = "2 ms" }
balancer = "random"
  [[service.group]]
  servers = 1
  zone = "east"
  [[service.group]]
  servers = 1
  zone = "west"
"#;

#[test]
fn what_messages_take_adds_to_the_mean() {
    let formula = |name: &str| match name {
        name if name.contains("in_system") => "Little's law",
        name if name.ends_with("utilisation") => "utilisation law",
        _ => "random split",
    };
    let measures = [
        "workload.a.response.mean",
        "workload.b.response.mean",
        "service.web.in_system.mean",
        "service.web.utilisation",
    ];
    agree(|rate| read(FAR, rate, 400), 600.0, formula, &measures);
}

/// One request at a time, and nothing by chance: a page that asks for two things one after the other, and of the second
/// three times at once.
const STILL: &str = r#"
[run]
duration = "10 s"
warmup = "1 s"
replications = 2

[network]
within_zone = "1 ms"
outside = "5 ms"

[[workload]]
name = "a"
to = "page"
arrivals = { process = "constant", rate = "10 /s" }

[[service]]
name = "page"
servers = 1
work = "4 ms"
  [[service.call]]
  to = "user"
  [[service.call]]
  to = "item"
  phase = 2
  times = 3

[[service]]
name = "user"
servers = 1
work = "2 ms"

[[service]]
name = "item"
servers = 1
work = "3 ms"
"#;

#[test]
fn where_time_goes_is_told_to_the_nanosecond() {
    let scenario = scenario::from_str("still", STILL, &[]).unwrap().scenario;
    let results = simulate(&scenario);
    let [hops] = &results.hops[..] else {
        panic!("one workload: {:?}", results.hops)
    };
    assert_eq!(hops.followed, 200);
    let told = hops.parts.iter().map(|part| {
        let [mean, slowest] =
            [part.mean.value, part.slowest.value].map(|seconds| (seconds * 1e9).round() as u64);
        assert_eq!(mean, slowest, "all responses are alike");
        (part.hop.as_str(), part.activity.name(), mean / 1_000_000)
    });
    // Of three that go out at once, the last one waits for the other two.
    let expected = [
        ("page", "work", 4),
        ("page", "network", 10),
        ("page>user", "work", 2),
        ("page>user", "network", 2),
        ("page>item", "queueing", 6),
        ("page>item", "work", 3),
        ("page>item", "network", 2),
    ];
    assert_eq!(told.collect::<Vec<_>>(), expected);
}

#[test]
fn the_parts_of_responses_sum_up_to_them() {
    let retries = "\nprobability = 0.5\ntimeout = \"12 ms\"\nretry = { attempts = 4 }\n";
    let network =
        "\n[network]\nwithin_zone = { distribution = \"exponential\", mean = \"0.3 ms\" }\nloss = \"1 %\"\n";
    let text = NETWORK.replacen("  probability = 0.5\n", retries, 1) + network;
    let scenario = read(&text, 300.0, 20);
    let results = simulate(&scenario);
    assert_eq!(results.hops.len(), 2);
    for hops in &results.hops {
        let mean = results.find(&hops.of, "response.mean").unwrap().value.unwrap();
        let sum: f64 = hops.parts.iter().map(|part| part.mean.value).sum();
        assert!((sum / mean - 1.0).abs() < 1e-9, "{sum} of {mean}");
        let slowest: f64 = hops.parts.iter().map(|part| part.slowest.value).sum();
        let p99 = results.find(&hops.of, "response.p99").unwrap().value.unwrap();
        assert!(p99 < slowest && slowest < 4.0 * p99, "{slowest} beyond {p99}");
    }
    let retried = |part: &&HopPart| part.activity == Activity::Retries;
    let retries: Vec<_> = results.hops[0].parts.iter().filter(retried).collect();
    assert_eq!(retries.len(), 1, "{retries:?}");
    assert_eq!(retries[0].hop, "orders>stock");
}

/// A page that keeps its slots while it asks an old system for something.
const OLD: &str = r#"
[[service]]
name = "web"
servers = 2
slots = 8
work = { distribution = "exponential", mean = "2 ms" }
  [[service.call]]
  to = "relay"

[[service]]
name = "relay"
servers = 1
slots = 100
work = "0.1 ms"
slot_during_calls = "released"
  [[service.call]]
  to = "old"

[[service]]
name = "old"
servers = 50
work = { distribution = "exponential", mean = "90 ms" }
balancer = "least-connections"
"#;

fn bottleneck(text: &str, rate: f64) -> Bottleneck {
    simulate(&read(text, rate, 30))
        .bottleneck
        .expect("a graph has one")
}

#[test]
fn where_slots_are_full_of_requests_that_wait_whoever_they_wait_for_is_the_bottleneck() {
    let told = bottleneck(OLD, 150.0);
    assert_eq!(told.of, "service.old", "{told:?}");
    let steps: Vec<&str> = told.held.iter().map(|held| held.call.as_str()).collect();
    assert_eq!(steps, ["web>relay", "relay>old"]);
    let web = &told.held[0];
    // Of 92 ms in a slot 90 are waiting, and 150 of these come a second to 16 slots.
    assert!(
        (web.waiting - 90.0 / 92.0).abs() < 0.02 && 0.8 < web.utilisation,
        "{web:?}"
    );
    assert!((told.utilisation - 150.0 * 0.09 / 50.0).abs() < 0.02, "{told:?}");
    assert!((told.full_at - 50.0 / 0.09).abs() < 20.0, "{told:?}");
}

#[test]
fn a_caller_that_is_short_itself_is_the_bottleneck_though_it_waits_as_well() {
    let short = OLD.replacen("mean = \"2 ms\"", "mean = \"60 ms\"", 1).replacen(
        "mean = \"90 ms\"",
        "mean = \"30 ms\"",
        1,
    );
    let told = bottleneck(&short, 150.0);
    assert_eq!(
        (told.of.as_str(), told.held.len()),
        ("service.web", 0),
        "{told:?}"
    );
    assert!((told.own - 60.0 / 90.1).abs() < 0.03, "{told:?}");
    let (workload, share) = told.slowest.expect("it queues");
    assert!(workload == "workload.a" && 0.05 < share && share < 1.0, "{share}");
}

#[test]
fn a_service_whose_slots_are_fullest_by_its_own_work_is_the_bottleneck() {
    let told = bottleneck(NETWORK, 450.0);
    // 100 + 450 + 0.5 × 1.6 × 450 = 910 requests a second of 1.5 ms come to its two slots, fewer than it could do.
    assert_eq!(told.of, "service.stock", "{told:?}");
    assert!(told.held.is_empty() && told.own == 1.0, "{told:?}");
    assert!(
        (told.rate - 910.0).abs() < 5.0 && (told.full_at - 2.0 / 0.0015).abs() < 10.0,
        "{told:?}"
    );
}
