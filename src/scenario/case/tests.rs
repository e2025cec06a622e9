//! What a scenario becomes in each case.

use super::*;
use crate::scenario::from_str;

const SHOP: &str = r#"
[run]
duration = "60 s"

[[zone]]
name = "a"
[[zone]]
name = "b"

[[workload]]
name = "clients"
to = "web"
arrivals = { process = "poisson", rate = "50 /s" }
slo = { "response.p99" = "1 s", availability = "99 %" }

[[service]]
name = "web"
work = { distribution = "exponential", mean = "10 ms" }
health_check = { interval = "1 s" }
  [[service.group]]
  servers = 2
  zone = "a"
  [[service.group]]
  servers = 3
  speed = 2.0
  zone = "b"

[[fault]]
name = "switch"
mode = "crash"
target = "server:web.1"
at = "10 s"
for = "5 s"

[plan]
vary = { "service.web.slots" = [1, 2] }
survive = ["zone:any", "server:4", "load:1.3", "fault:switch"]
"#;

fn shop() -> Scenario {
    let loaded = from_str("shop", SHOP, &[]);
    loaded.unwrap_or_else(|error| panic!("{error}")).scenario
}

#[test]
fn the_words_of_a_plan_become_cases() {
    let scenario = shop();
    let names: Vec<&str> = scenario
        .planning
        .as_ref()
        .unwrap()
        .cases
        .iter()
        .map(|case| case.name.as_str())
        .collect();
    assert_eq!(
        names,
        [
            "usual",
            "zone a lost",
            "zone b lost",
            "4 servers of web lost",
            "1.3 × the load",
            "fault switch"
        ]
    );
}

#[test]
fn what_is_lost_is_lost_from_the_start_and_formulas_see_what_is_left() {
    let scenario = shop();
    let case = |trouble: Trouble| {
        scenario.in_case(&Case {
            name: String::new(),
            trouble,
        })
    };
    let servers = |scenario: &Option<Scenario>| {
        scenario
            .as_ref()
            .map(|scenario| scenario.deployment.services[0].servers())
    };
    let usual = case(Trouble::None);
    assert!(
        usual.scenario.deployment.faults.is_empty(),
        "the switch fails in its own case only"
    );
    assert_eq!(servers(&usual.settled), Some(5));
    let zone = case(Trouble::Zone(1));
    assert_eq!(zone.scenario.deployment.faults.len(), 3);
    assert!(
        zone.scenario
            .deployment
            .faults
            .iter()
            .all(|fault| fault.from_start)
    );
    assert_eq!(servers(&zone.settled), Some(2));
    // The three fast ones, and one of the slow.
    let four = case(Trouble::Servers { service: 0, count: 4 });
    let struck: Vec<&str> = four
        .scenario
        .deployment
        .faults
        .iter()
        .map(|fault| fault.target_text.as_str())
        .collect();
    assert_eq!(
        struck,
        ["server:web.3", "server:web.4", "server:web.5", "server:web.1"]
    );
    assert_eq!(servers(&four.settled), Some(1));
    let load = case(Trouble::Load(1.3));
    assert_eq!(
        load.scenario.deployment.workloads[0].arrivals.nature.rate(),
        Some(65.0)
    );
    let switch = case(Trouble::Fault(0));
    assert_eq!(switch.scenario.deployment.faults.len(), 1);
    assert!(switch.settled.is_none());
}

/// 50 /s of 10 ms are half an erlang. One slow server carries that; of ten times as much it gets a fifth, in turn with the others.
#[test]
fn what_is_left_may_be_too_little() {
    let scenario = shop();
    let overloaded = |trouble: Trouble| {
        let case = Case {
            name: String::new(),
            trouble,
        };
        scenario.in_case(&case).settled.unwrap().is_overloaded()
    };
    assert!(!overloaded(Trouble::Servers { service: 0, count: 4 }));
    assert!(!overloaded(Trouble::Load(9.9)));
    assert!(overloaded(Trouble::Load(10.1)));
}
