//! A year put together from its states, against what is known exactly.

use std::sync::atomic::AtomicBool;

use plimsoll::{
    experiment::{Conduct, Results, performability::Performability, run, with_threads},
    report::{Invocation, json},
    scenario::{self, Scenario},
    theory::domains::{Domain, Holds, servers_up},
};

fn scenario(text: &str) -> Scenario {
    let loaded = scenario::from_str("year", text, &[]);
    loaded.unwrap_or_else(|error| panic!("{error}\n{text}")).scenario
}

fn simulate(scenario: &Scenario) -> Results {
    let stop = AtomicBool::new(false);
    let conduct = Conduct::new(&stop);
    run(scenario, &conduct)
}

fn year(results: &Results) -> &Performability {
    results.performability.as_ref().expect("a year was asked for")
}

/// Servers that crash, and a balancer that never notices and sends to any of them: a request is answered as often as a
/// server is up.
const BLIND: &str = r#"
[run]
duration = "20 s"
warmup = "2 s"
replications = 2
confidence = "99 %"
[performability]
[[workload]]
name = "clients"
to = "api"
arrivals = { process = "poisson", rate = "400 /s" }
[[service]]
name = "api"
work = "1 ms"
balancer = "random"
[[service.group]]
servers = 2
[[service.group]]
servers = 2
[[service.failure]]
mode = "crash"
after = { distribution = "exponential", mean = "9 d" }
repair = { distribution = "exponential", mean = "1 d" }
"#;

#[test]
fn where_nobody_notices_a_year_is_as_good_as_its_servers() {
    let results = simulate(&scenario(BLIND));
    let year = year(&results);
    let (low, high) = year.workloads[0].interval.unwrap();
    assert!(low < 0.9 && 0.9 < high, "{low} to {high} misses 90 %");
    assert!(high - low < 0.01, "{low} to {high}");
    // Servers that were repaired in 22 hours would be up 90.8 % of the time.
    assert!(high < 216.0 / 238.0, "{high} would accept quicker repairs");
    assert!(year.cut < 1e-6, "{}", year.cut);
}

#[test]
fn states_are_as_frequent_as_independent_servers_make_them() {
    let results = simulate(&scenario(BLIND));
    let year = year(&results);
    let domain = Domain {
        up: 1.0,
        holds: Holds::Servers { count: 4, up: 0.9 },
    };
    let up = servers_up(&domain).unwrap();
    let share = |name: &str| {
        let found = year.states.iter().find(|state| state.name == name);
        found
            .unwrap_or_else(|| panic!("no {name} in {:?}", year.states))
            .share
    };
    assert!((share("all well") / up[4] - 1.0).abs() < 0.02);
    assert!((share("1 crashed in one group") / up[3] - 1.0).abs() < 0.02);
    // Two down: in one group, or one in each; of six pairs two are in one group.
    let apart = share("1 crashed in one group, 1 crashed in a second group");
    let together = share("2 crashed in one group");
    assert!((apart / (up[2] * 4.0 / 6.0) - 1.0).abs() < 0.05, "{apart}");
    assert!((together / (up[2] * 2.0 / 6.0) - 1.0).abs() < 0.05, "{together}");
    let total: f64 = year.states.iter().map(|state| state.share).sum();
    assert!((total + year.cut - 1.0).abs() < 1e-9);
    // What is lost in each state is its share times the servers that are down, of 10 % in all.
    let state = year
        .states
        .iter()
        .find(|state| state.name == "2 crashed in one group");
    let loss = state.unwrap().workloads[0].of_the_loss.unwrap();
    assert!((loss / (together * 0.5 / 0.1) - 1.0).abs() < 0.05, "{loss}");
}

/// A server that is slow by a factor of 2 for a tenth of the time: two M/M/1 queues, and the mixture of their tails.
#[test]
fn the_percentiles_of_a_year_are_those_of_the_mixture() {
    let text = r#"
[run]
duration = "10 min"
replications = 2
[performability]
replications = 8
[[workload]]
name = "clients"
to = "api"
arrivals = { process = "poisson", rate = "40 /s" }
[[service]]
name = "api"
servers = 1
work = { distribution = "exponential", mean = "10 ms" }
[[service.failure]]
mode = "slow"
factor = 2.0
after = { distribution = "exponential", mean = "9 d" }
repair = { distribution = "exponential", mean = "1 d" }
"#;
    let results = simulate(&scenario(text));
    let year = year(&results);
    let slow = year.states.iter().find(|state| state.name == "1 slow").unwrap();
    assert!((slow.share - 0.1).abs() < 0.01, "{}", slow.share);
    let tail = |t: f64| slow.share * (-10.0 * t).exp() + (1.0 - slow.share) * (-60.0 * t).exp();
    let (mut low, mut high) = (0.0, 10.0);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if 0.01 < tail(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    let p99 = year.workloads[0].p99.unwrap();
    assert!((p99 / low - 1.0).abs() < 0.06, "{p99} and {low}");
    // Neither state alone has it: 77 ms when all is well, 461 ms when it is slow.
    assert!(0.1 < p99 && p99 < 0.4, "{p99}");
}

#[test]
fn a_year_does_not_depend_on_the_number_of_threads() {
    let scenario = scenario(BLIND);
    let bytes = |threads| {
        let results = with_threads(threads, || simulate(&scenario)).unwrap();
        let invocation = Invocation {
            command: "run",
            wall_seconds: 1.0,
            origin: None,
        };
        json::run(&results, &invocation)
    };
    let one = bytes(1);
    assert!(one.contains("\"performability\""));
    assert_eq!(one, bytes(3));
}

/// What balancers know is part of the state: with quick checks, hardly any request meets a server that is down.
#[test]
fn detection_splits_a_failure_into_two_states() {
    let checked = BLIND.replace(
        "balancer = \"random\"",
        "balancer = \"random\"\nhealth_check = { interval = \"1 min\", timeout = \"1 s\", fall = 2, rise = 1 }",
    );
    let results = simulate(&scenario(&checked));
    let year = year(&results);
    let state = |name: &str| year.states.iter().find(|state| state.name == name).unwrap();
    let (unnoticed, out) = (
        state("1 crashed in one group"),
        state("1 out of rotation in one group"),
    );
    // 30 s until the next check, and a minute to the second one.
    assert!((unnoticed.lasts - 90.0).abs() < 6.0, "{}", unnoticed.lasts);
    assert!((unnoticed.workloads[0].availability.unwrap() - 0.75).abs() < 0.01);
    assert_eq!(out.workloads[0].availability, Some(1.0));
    assert!(year.workloads[0].availability.unwrap() > 0.9995);
}
