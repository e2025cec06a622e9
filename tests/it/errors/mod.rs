//! The full text of every kind of mistake, and of every warning.

mod accepted;
mod call;
mod caller;
mod detection;
mod failure;
mod fault;
mod graph;
mod lookup;
mod network;
mod operation;
mod overrides;
mod partition;
mod plan;
mod promise;
mod queue;
mod run;
mod service;
mod stability;
mod store;
mod syntax;
mod target;
mod unnoticed;
mod workload;
mod zone;

use plimsoll::{
    config::Entry,
    scenario::{self, Override},
};

/// A small scenario in which nothing is wrong.
const GOOD: &str = r#"[run]
duration = "10 min"

[[workload]]
name = "shoppers"
to = "web"
arrivals = { process = "poisson", rate = "50 /s" }
slo = { "response.p99" = "200 ms" }

[[service]]
name = "web"
servers = 2
work = { distribution = "exponential", mean = "20 ms" }
balancer = "random"
"#;

/// Returns the good scenario with parts of it replaced, each once.
fn changed(replacements: &[(&str, &str)]) -> String {
    let mut text = GOOD.to_owned();
    for (from, to) in replacements {
        assert!(text.contains(from), "nothing to replace: {from}");
        text = text.replacen(from, to, 1);
    }
    text
}

/// Returns the good scenario without the table of this heading.
fn without(heading: &str) -> String {
    let start = GOOD.find(heading).expect("the heading is there");
    let end = GOOD[start + 1..]
        .find("[[")
        .map_or(GOOD.len(), |at| start + 1 + at);
    format!("{}{}", &GOOD[..start], &GOOD[end..])
}

/// Returns the good scenario with more at its end.
fn with(more: &str) -> String {
    format!("{GOOD}{more}")
}

/// Returns everything that is told of a scenario.
fn told(text: &str, changes: &[&str]) -> String {
    let changes: Vec<Override> = changes.iter().map(|change| change.parse().unwrap()).collect();
    match scenario::from_str("shop.toml", text, &changes) {
        Ok(loaded) => loaded.warnings.render(false),
        Err(error) => error.to_string(),
    }
}

/// Returns everything that is told, but for the names of all members of a family, which grow in number.
fn told_but_names<T>(text: &str, registry: &[&Entry<T>]) -> String {
    let names: Vec<&str> = registry.iter().map(|entry| entry.name).collect();
    told(text, &[]).replace(&names.join(", "), "[all of them]")
}

#[test]
fn nothing_is_told_of_a_good_scenario() {
    assert_eq!(told(GOOD, &[]), "");
}
