//! Services that call each other, against the formulas of networks.

use plimsoll::{
    experiment::theory_only,
    scenario::{self, Scenario},
};

use crate::theory::agree;

pub(crate) const HEAD: &str = r#"
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
