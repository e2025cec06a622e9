//! Systems that come back when a fault is over, and one that does not.

use super::conducted;
use crate::{experiment::run, scenario};

/// The retry storm in small: half a minute of slowness, and retries keep the servers at work for clients that have gone.
#[test]
fn a_retry_storm_never_comes_back_and_a_budget_brings_it_back() {
    let scenario = |budget: &str| {
        let text = format!(
            r#"
            [run]
            duration = "6 min"
            warmup = "10 s"
            replications = 3
            timeline = "5 s"
            [[workload]]
            name = "clients"
            to = "api"
            arrivals = {{ process = "poisson", rate = "140 /s" }}
            timeout = "1 s"
            retry = {{ attempts = 3, backoff = "100 ms"{budget} }}
            slo = {{ recovery = "2 min" }}
            [[service]]
            name = "api"
            servers = 10
            work = {{ distribution = "exponential", mean = "50 ms" }}
            queue = {{ capacity = 200 }}
            balancer = "least-connections"
            [[fault]]
            at = "1 min"
            for = "20 s"
            target = "service:api"
            mode = "slow"
            factor = 5.0
            "#
        );
        scenario::from_str("storm", &text, &[]).unwrap().scenario
    };
    let told = |budget: &str| {
        let scenario = scenario(budget);
        let results = conducted(1, |conduct| run(&scenario, conduct));
        let value = |name| {
            results
                .find("workload.clients", name)
                .and_then(|measure| measure.value)
        };
        (
            value("recovered"),
            value("recovery"),
            results.verdicts[0].is_met(),
            results.notes,
        )
    };
    let (recovered, time, met, notes) = told("");
    assert_eq!((recovered, time, met), (Some(0.0), None, false));
    assert!(
        notes
            .iter()
            .any(|note| note.contains("in 3 of 3 replications `clients` had not come back")),
        "{notes:?}"
    );
    let (recovered, time, met, notes) = told(", budget = \"10 %\"");
    assert_eq!((recovered, met), (Some(1.0), true));
    let time = time.unwrap();
    assert!((10.0..=120.0).contains(&time), "{time}");
    assert!(notes.iter().all(|note| !note.contains("come back")), "{notes:?}");
}
