//! Clients who wait for answers of services that call each other, against mean-value analysis.

use plimsoll::{
    experiment::theory_only,
    scenario::{self, Scenario},
};

use crate::{graphs::HEAD, theory::agree};

/// Clients who wait and think, at stations of every kind: slots for all of them, held while calls are under way; servers chosen by
/// chance; one queue for several; and one that works on all it has, with work of another shape for each who calls.
const CLOSED: &str = r#"
[[service]]
name = "web"
servers = 1
slots = 40
work = "2 ms"
  [[service.call]]
  to = "orders"
  probability = 0.6
  [[service.call]]
  phase = 2
  to = "stock"
  work = { distribution = "hyperexponential", mean = "1 ms", cv = 2 }
  [[service.call]]
  phase = 3
  to = "orders"

[[service]]
name = "orders"
work = { distribution = "exponential", mean = "4 ms" }
balancer = "random"
slot_during_calls = "released"
  [[service.group]]
  servers = 2
  [[service.group]]
  servers = 1
  slots = 2
  speed = 0.6
  [[service.call]]
  to = "disk"

[[service]]
name = "stock"
servers = 1
work = "0.5 ms"
queue = "processor-sharing"
  [[service.call]]
  to = "disk"
  probability = 0.5

[[service]]
name = "disk"
servers = 2
work = { distribution = "exponential", mean = "1.5 ms" }
queue = { at = "balancer" }
balancer = "random"
"#;
const POISSON: &str = "{ process = \"poisson\", rate = \"RATE /s\" }";

/// Thirty clients who would send so many requests in a second if they were answered at once.
fn closed(text: &str, rate: f64, seconds: u32) -> Scenario {
    let think = format!("\"{} ms\"", 30_000.0 / rate);
    let head = HEAD.replace("SECONDS", &seconds.to_string()).replacen(
        POISSON,
        &format!("{{ process = \"closed\", clients = 30, think = {think} }}"),
        1,
    );
    let text = head + text;
    scenario::from_str("graph", &text, &[])
        .unwrap_or_else(|error| panic!("{error}\n{text}"))
        .scenario
}

#[test]
fn a_closed_network_behaves_as_mean_value_analysis_says() {
    let formula = |name: &str| match name {
        name if name.starts_with("service") && name.ends_with("mean") => "Little's law",
        _ => "closed network, mean-value analysis",
    };
    let measures = [
        "workload.a.response.mean",
        "workload.a.throughput",
        "call.web>orders#2.response.mean",
        "call.web>stock.response.mean",
        "service.disk.queue.mean",
        "call.stock>disk.throughput",
        "service.web.utilisation",
        "service.orders.utilisation",
        "service.orders.in_system.mean",
    ];
    agree(|rate| closed(CLOSED, rate, 400), 500.0, formula, &measures);
}

#[test]
fn a_closed_network_without_product_form_has_no_formula_for_its_times() {
    let mean = |from: &str, to: &str| {
        assert!(CLOSED.contains(from), "{from}");
        let results = theory_only(&closed(&CLOSED.replacen(from, to, 1), 500.0, 60));
        let measure = results.find("workload.a", "response.mean").unwrap();
        match (measure.theory.first(), &measure.no_theory) {
            (Some(first), _) => first.formula.name.to_owned(),
            (None, reason) => reason.clone().unwrap_or_default(),
        }
    };
    assert_eq!(mean("web", "web"), "closed network, mean-value analysis");
    let cases = [
        (
            "slots = 40",
            "slots = 29",
            "slots are held while calls are under way",
        ),
        (
            "phase = 2",
            "phase = 1",
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
        (
            "queue = \"processor-sharing\"",
            "slot_during_calls = \"released\"",
            "services whose work is not all exponential",
        ),
        (
            "queue = \"processor-sharing\"",
            "queue = \"lifo\"\nslot_during_calls = \"released\"",
            "services that are not all first come, first served",
        ),
    ];
    for (from, to, reason) in cases {
        assert_eq!(mean(from, to), reason, "{from} {to}");
    }
    let beside = "\n[[workload]]\nname = \"b\"\nto = \"disk\"\narrivals = { process = \"poisson\", rate = \"10 /s\" }\n";
    let reason = mean(
        "\n[[service]]\nname = \"web\"",
        &format!("{beside}\n[[service]]\nname = \"web\""),
    );
    assert_eq!(reason, "clients who wait for answers, and others beside them");
}
