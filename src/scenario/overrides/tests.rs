use super::*;
use crate::{
    model::{QueuePlace, balancer::Law},
    scenario::{Scenario, from_str, template::TEMPLATES},
};

fn changed(changes: &[&str]) -> Scenario {
    let changes: Vec<Override> = changes.iter().map(|change| change.parse().unwrap()).collect();
    match from_str("web-tier", TEMPLATES[0].text, &changes) {
        Ok(loaded) => loaded.scenario,
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn a_field_below_a_bare_name_makes_a_table_of_it() {
    let scenario = changed(&["service.web.balancer=power-of-d", "service.web.balancer.d=3"]);
    assert_eq!(scenario.deployment.services[0].balancer.law, Law::PowerOfD(3));
    let scenario = changed(&["service.web.queue=fifo", "service.web.queue.at=balancer"]);
    assert_eq!(scenario.deployment.services[0].queue.at, QueuePlace::Balancer);
}

#[test]
fn tables_that_are_not_there_are_made() {
    let scenario = changed(&["service.web.queue.capacity = 7", "workload.shoppers.keys.count=9"]);
    assert_eq!(scenario.deployment.services[0].queue.capacity, Some(7));
    assert_eq!(
        scenario.deployment.workloads[0].keys.map(|keys| keys.count),
        Some(9)
    );
}

#[test]
fn a_measure_is_found_with_its_dots_in_quotes_and_without() {
    for path in [
        "workload.shoppers.slo.response.p99",
        "workload.shoppers.slo.\"response.p99\"",
    ] {
        let scenario = changed(&[&format!("{path}=3 s")]);
        assert_eq!(scenario.objectives.len(), changed(&[]).objectives.len());
        let bound = scenario
            .objectives
            .iter()
            .find(|objective| objective.measure == "response.p99");
        assert_eq!(bound.map(|objective| objective.bound), Some(3.0), "{path}");
    }
    let scenario = changed(&["workload.shoppers.slo.wait.p90=3 s"]);
    assert_eq!(
        scenario
            .objectives
            .last()
            .map(|objective| objective.measure.as_str()),
        Some("wait.p90")
    );
}

#[test]
fn entries_of_lists_are_found_by_name_and_by_number() {
    for path in ["workload.shoppers.arrivals.rate", "workload.1.arrivals.rate"] {
        let scenario = changed(&[&format!("{path}=500 /s")]);
        assert_eq!(scenario.load(0), Some(0.5), "{path}");
    }
}

#[test]
fn every_change_changes_the_digest() {
    let digests =
        [changed(&[]), changed(&["run.seed=42"]), changed(&["run.seed=43"])].map(|scenario| scenario.digest);
    assert!(
        digests[0] != digests[1] && digests[1] != digests[2],
        "{digests:?}"
    );
    assert_eq!(digests[0], changed(&[]).digest);
}

#[test]
fn a_star_names_every_entry_of_a_list() {
    let groups = "service.web.group=[{ servers = 2 }, { servers = 3 }]";
    let text = TEMPLATES[0].text.replace("servers", "#servers");
    let load = |changes: &[&str]| {
        let changes: Vec<Override> = changes.iter().map(|change| change.parse().unwrap()).collect();
        from_str("web-tier", &text, &changes)
    };
    let loaded = load(&[groups, "service.web.group.*.servers=20"]);
    let loaded = loaded.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(loaded.scenario.deployment.services[0].servers(), 40);
    let error = load(&[groups, "service.web.group.*.servers=x"])
        .unwrap_err()
        .to_string();
    assert!(error.contains("expected a whole number, found a text"), "{error}");
}
