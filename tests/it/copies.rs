//! Requests that go to two servers at once, against the formula of redundant requests.

use plimsoll::{
    experiment::theory_only,
    scenario::{self, Scenario},
};

use crate::theory::agree;

const TWICE: &str = r#"
[run]
duration = "SECONDS s"
warmup = "2 s"
replications = 20
confidence = "99 %"
seed = 2017

[[workload]]
name = "a"
to = "web"
arrivals = { process = "poisson", rate = "RATE /s" }
hedge = { after = "0 s", cancel = true, server = "another" }
attempt_work = "fresh"

[[workload]]
name = "b"
to = "web"
arrivals = { process = "poisson", rate = "200 /s" }
hedge = { after = "0 s", cancel = true, server = "another" }
attempt_work = "fresh"

[[service]]
name = "web"
servers = 5
work = { distribution = "exponential", mean = "4 ms" }
balancer = "random"
"#;

fn read(text: &str, rate: f64, seconds: u32) -> Scenario {
    let text = text
        .replace("RATE", &rate.to_string())
        .replace("SECONDS", &seconds.to_string());
    scenario::from_str("copies", &text, &[])
        .unwrap_or_else(|error| panic!("{error}\n{text}"))
        .scenario
}

#[test]
fn two_copies_behave_as_their_formula_says() {
    let formula = |name: &str| match name {
        name if name.ends_with("throughput") => "flow balance",
        _ => "redundancy-d",
    };
    let measures = [
        "workload.a.response.mean",
        "workload.b.response.mean",
        "workload.a.throughput",
        "service.web.utilisation",
    ];
    agree(|rate| read(TWICE, rate, 200), 700.0, formula, &measures);
}

#[test]
fn copies_of_another_kind_have_no_formula_and_the_reason_names_what_is_broken() {
    let mean = |from: &str, to: &str| {
        assert!(TWICE.contains(from), "{from}");
        let results = theory_only(&read(&TWICE.replacen(from, to, 1), 300.0, 60));
        let measure = results.find("workload.a", "response.mean").unwrap();
        match (measure.theory.first(), &measure.no_theory) {
            (Some(first), _) => first.formula.name.to_owned(),
            (None, reason) => reason.clone().unwrap_or_default(),
        }
    };
    assert_eq!(mean("web", "web"), "redundancy-d");
    let cases = [
        (
            "attempt_work = \"fresh\"",
            "attempt_work = \"same\"",
            "hedges that bring the same work as the first attempt",
        ),
        (
            "after = \"0 s\"",
            "after = \"1 ms\"",
            "hedges that are sent only when an answer is slow to come",
        ),
        (
            "cancel = true",
            "cancel = false",
            "hedges whose work is done to no use",
        ),
        ("\"another\"", "\"any\"", "hedges that may go to the same server"),
        (
            "hedge = { after = \"0 s\", cancel = true, server = \"another\" }\nattempt_work = \"fresh\"\n",
            "",
            "clients of whom only some hedge",
        ),
        (
            "attempt_work",
            "timeout = \"1 s\"\nattempt_work",
            "clients that do more than hedge, or may not always",
        ),
        (
            "\"random\"",
            "\"least-connections\"",
            "hedges, and servers that are not chosen by chance",
        ),
        (
            "servers = 5",
            "servers = 5\nslots = 2",
            "hedges, and servers that are not all alike with one slot each",
        ),
        (
            "servers = 5",
            "servers = 5\nqueue = \"lifo\"",
            "hedges, and queues that end or are not first come, first served",
        ),
        (
            "{ distribution = \"exponential\", mean = \"4 ms\" }",
            "\"4 ms\"",
            "arrivals that are not Poisson, or work that is not exponential",
        ),
        (
            "\"poisson\"",
            "\"constant\"",
            "arrivals that are not Poisson, or work that is not exponential",
        ),
    ];
    for (from, to, reason) in cases {
        assert_eq!(mean(from, to), reason, "{from} {to}");
    }
}
