//! What experiments tell of servers that fail.

use super::{conducted, value};
use crate::{
    experiment::{Results, incidents::Source, run, theory_only},
    scenario,
};

/// A request each second from the first on, in turn to two servers, and half a second of work. Server 2 crashes in the
/// middle of its work.
const CLOCK: &str = r#"
    [run]
    duration = "29.9 s"
    warmup = "0 s"
    replications = 2
    timeline = "10 s"
    [[workload]]
    name = "clock"
    to = "web"
    arrivals = { process = "constant", rate = "1 /s" }
    [[service]]
    name = "web"
    servers = 2
    work = "500 ms"
    balancer = "round-robin"
    health_check = { interval = "1 s", timeout = "1 s", fall = 2, rise = 1 }
    [[fault]]
    at = "10.25 s"
    for = "5 s"
    target = "server:web.2"
    mode = "crash"
"#;

fn of(text: &str) -> Results {
    let loaded = scenario::from_str("clock", text, &[]).unwrap();
    conducted(1, |conduct| run(&loaded.scenario, conduct))
}

#[test]
fn what_fails_is_measured_and_what_cannot_fail_is_not() {
    let results = of(CLOCK);
    let share = |of: &str, name: &str| results.find(of, name).unwrap().value.unwrap();
    let down = 5.0 / 29.9;
    assert!((share("service.web", "up") - (1.0 - down / 2.0)).abs() < 1e-9);
    assert!((share("service.web", "up.2") - (1.0 - down)).abs() < 1e-9);
    assert!((share("service.web", "up.1") - 1.0).abs() < 1e-12);
    assert!(0.0 < share("workload.clock", "failed"));
    assert!(share("service.web", "false_alarms").abs() < 1e-12);
    let (mean, low, high) = value(&results, "service.web", "detection.mean");
    assert!((1.0..=2.0).contains(&mean) && low <= mean && mean <= high);
    let certain = results.find("service.web", "up.1").unwrap();
    assert_eq!(
        (certain.low, certain.high),
        (None, None),
        "all was well, and nothing tells how surely"
    );

    let calm = of(&CLOCK
        .replace("[[fault]]", "")
        .replace("at = \"10.25 s\"", "")
        .replace(
            "for = \"5 s\"\n    target = \"server:web.2\"\n    mode = \"crash\"",
            "",
        ));
    assert!(calm.find("workload.clock", "failed").is_none());
    assert!(calm.incidents.is_none());
    assert!(
        calm.find("service.web", "false_alarms").is_some(),
        "checks can be wrong without any failure"
    );
}

#[test]
fn formulas_alone_have_the_measures_of_a_run() {
    let loaded = scenario::from_str("clock", CLOCK, &[]).unwrap();
    let names = |results: &Results| -> Vec<String> {
        let measures = results.measures.iter();
        measures
            .map(|measure| format!("{} {}", measure.of, measure.name))
            .collect()
    };
    assert_eq!(names(&theory_only(&loaded.scenario)), names(&of(CLOCK)));
}

#[test]
fn a_fault_is_told_with_its_toll() {
    let results = of(CLOCK);
    let incidents = results.incidents.as_ref().unwrap();
    let [fault] = &incidents.faults[..] else {
        panic!("one fault: {incidents:?}");
    };
    assert_eq!(
        (fault.mode, fault.target.as_str(), fault.servers),
        ("crash", "server:web.2", 1)
    );
    let effect = &fault.effect;
    assert_eq!(
        (effect.incidents, effect.ended, effect.noticed, effect.restored),
        (2, 2, 2, 2)
    );
    let [first, second] = &incidents.rows[..] else {
        panic!("one for each replication: {incidents:?}");
    };
    assert_eq!((first.replication, second.replication), (0, 1));
    assert_eq!(
        (first.source, first.began, first.ended),
        (Source::Fault(0), 10.25, Some(15.25))
    );
    let noticed = f64::midpoint(first.noticed.unwrap(), second.noticed.unwrap()) - 10.25;
    assert!((noticed - effect.noticed_after.unwrap().mean).abs() < 1e-9);
    let failed = (first.failed + second.failed) as f64 / 2.0;
    assert!((effect.failed.unwrap().mean - failed).abs() < 1e-9);
    assert!(0 < first.failed_unnoticed && first.failed_unnoticed <= first.failed);
    assert!(incidents.failures.is_empty() && incidents.unlisted == 0);
}

#[test]
fn the_time_series_counts_every_error_by_its_cause() {
    let results = of(CLOCK);
    let buckets = &results.timeline[0].buckets;
    let seconds = |at: usize| buckets[at].end - buckets[at].start;
    let total: f64 = (0..buckets.len())
        .map(|at| buckets[at].lost_to_failures * seconds(at))
        .sum();
    let failed = results.incidents.as_ref().unwrap().faults[0]
        .effect
        .failed
        .unwrap();
    assert!(
        (total - failed.mean).abs() < 1e-9,
        "{total} in the series, {failed:?} in the incident"
    );
    for bucket in buckets {
        assert!((bucket.failed - bucket.lost_to_failures).abs() < 1e-12);
        assert!(
            (bucket.goodput - bucket.completed).abs() < 1e-12,
            "without a deadline all is in time"
        );
    }
}

/// Two servers that hang for half a second every two seconds and resume, each a queue of its own.
#[test]
fn servers_that_break_down_agree_with_theory() {
    let text = |repair: &str| {
        format!(
            r#"
            [run]
            duration = "6 h"
            warmup = "1 min"
            replications = 20
            confidence = "99 %"
            [[workload]]
            name = "a"
            to = "web"
            arrivals = {{ process = "poisson", rate = "10 /s" }}
            [[service]]
            name = "web"
            servers = 2
            work = {{ distribution = "exponential", mean = "100 ms" }}
            balancer = "random"
              [[service.failure]]
              mode = "hang"
              resumes = true
              after = {{ distribution = "exponential", mean = "2 s" }}
              repair = {{ distribution = "exponential", mean = "{repair}" }}
            "#
        )
    };
    let scenario = |repair| {
        scenario::from_str("breakdowns", &text(repair), &[])
            .unwrap()
            .scenario
    };
    let results = conducted(2, |conduct| run(&scenario("500 ms"), conduct));
    let decoy = theory_only(&scenario("480 ms"));
    for (of, name) in [
        ("workload.a", "response.mean"),
        ("workload.a", "wait.mean"),
        ("service.web", "in_system.mean"),
    ] {
        let theory = |results: &Results| {
            let prediction = &results.find(of, name).unwrap().theory[0];
            assert_eq!(prediction.formula.name, "M/M/c with breakdowns");
            prediction.value
        };
        let (measured, low, high) = value(&results, of, name);
        assert!(
            high - low < 0.03 * measured,
            "{name} is too wide: {low} to {high}"
        );
        assert!(
            (low..=high).contains(&theory(&results)),
            "{name}: {low} to {high} misses {}",
            theory(&results)
        );
        assert!(
            !(low..=high).contains(&theory(&decoy)),
            "{name}: {low} to {high} would accept {}",
            theory(&decoy)
        );
    }
}
