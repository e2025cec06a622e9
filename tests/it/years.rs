//! Years of failures against theory: for every exact formula the 99 % interval covers it, is narrow, and does not cover what
//! the formula says of a deployment that is a little different.

use std::sync::atomic::AtomicBool;

use plimsoll::{
    experiment::{Conduct, Results, results::Measure, run, theory_only, with_threads},
    report::{Invocation, json},
    scenario::{self, Override, Scenario},
    theory::catalogue::Kind,
};

const HEAD: &str = "[run]\nduration = \"20 y\"\nreplications = 40\nconfidence = \"99 %\"\nseed = 2026\n";

fn scenario(body: &str, changes: &[&str]) -> Scenario {
    let changes: Vec<Override> = changes.iter().map(|change| change.parse().unwrap()).collect();
    let text = format!("{HEAD}{body}");
    scenario::from_str("years", &text, &changes)
        .unwrap_or_else(|error| panic!("{error}\n{text}"))
        .scenario
}

fn simulate(scenario: &Scenario) -> Results {
    let stop = AtomicBool::new(false);
    let conduct = Conduct::new(&stop);
    run(scenario, &conduct)
}

fn find<'a>(results: &'a Results, name: &str) -> &'a Measure {
    results
        .find("service.api", name)
        .unwrap_or_else(|| panic!("no {name}"))
}

/// Asserts that measures agree with their exact formulas, that their intervals are narrower than `narrow` of the distance from
/// certainty (or of themselves, if they are no shares), and that they do not agree with the formulas of the decoy.
fn assert_exact(body: &str, names: &[&str], narrow: f64, decoy: &str) {
    let results = simulate(&scenario(body, &[]));
    let other = theory_only(&scenario(body, &[decoy]));
    for name in names {
        let measure = find(&results, name);
        let (low, high) = (measure.low.unwrap(), measure.high.unwrap());
        let theory = &measure.theory[0];
        assert_eq!(theory.kind(), Kind::Exact, "{name}: {:?}", theory.leaves_out);
        assert!(
            measure.confirms(theory),
            "{name}: {low} to {high} misses {}",
            theory.value
        );
        let scale = if name.starts_with("up") {
            1.0 - theory.value
        } else {
            theory.value
        };
        let half = (high - low) / 2.0;
        assert!(
            half < narrow * scale,
            "{name}: ± {half} is too wide to mean anything beside {scale}"
        );
        let decoy = find(&other, name).theory[0].value;
        assert!(
            !(low..=high).contains(&decoy),
            "{name}: {low} to {high} would accept {decoy} as well"
        );
    }
}

/// Four servers and one crew: the chain of births and deaths.
#[test]
fn few_crews_agree_with_the_chain() {
    let body = "[[service]]\nname = \"api\"\nservers = 4\n[[service.failure]]\nmode = \"crash\"\ncrews = 1\n\
        after = { distribution = \"exponential\", mean = \"10 d\" }\n\
        repair = { distribution = \"exponential\", mean = \"1 d\" }\n";
    let names = [
        "up",
        "up.4",
        "up.3",
        "up.2",
        "failures",
        "down.mean",
        "outages",
        "outage.mean",
    ];
    assert_exact(body, &names[..7], 0.15, "service.api.failure.1.crews=2");
    assert_exact(body, &names[7..], 0.2, "service.api.failure.1.repair.mean=20 h");
    assert_exact(
        body,
        &["up", "up.4", "up.3"],
        0.04,
        "service.api.failure.1.after.mean=11 d",
    );
}

/// A fifth of all failures strike all servers; without crews enough that makes the number up anything but binomial.
#[test]
fn a_common_cause_agrees_with_its_chain() {
    let body = "[[service]]\nname = \"api\"\nservers = 5\n[[service.failure]]\nmode = \"crash\"\ncrews = 2\n\
        common_cause = \"20 %\"\nafter = { distribution = \"exponential\", mean = \"20 d\" }\n\
        repair = { distribution = \"exponential\", mean = \"12 h\" }\n";
    assert_exact(
        body,
        &["up.3", "up.1", "outages"],
        0.08,
        "service.api.failure.1.common_cause=15 %",
    );
    assert_exact(
        body,
        &["up", "failures"],
        0.06,
        "service.api.failure.1.after.mean=24 d",
    );
    assert_exact(
        body,
        &["down.mean"],
        0.06,
        "service.api.failure.1.repair.mean=13 h",
    );
}

const ZONES: &str = "[[zone]]\nname = \"a\"\n[[zone]]\nname = \"b\"\n[[service]]\nname = \"api\"\n\
    [[service.group]]\nservers = 3\nzone = \"a\"\n[[service.group]]\nservers = 2\nzone = \"b\"\n\
    [[service.group]]\nservers = 1\nzone = \"b\"\n\
    [[service.failure]]\nmode = \"crash\"\nafter = { distribution = \"exponential\", mean = \"15 d\" }\n\
    repair = { distribution = \"lognormal\", mean = \"8 h\", cv = 1.5 }\n\
    [[service.failure]]\nmode = \"hang\"\nafter = { distribution = \"gamma\", mean = \"20 d\", cv = 1.4 }\n\
    repair = \"5 h\"\n\
    [[service.failure]]\nmode = \"crash\"\nof = \"zone\"\nafter = { distribution = \"exponential\", mean = \"60 d\" }\n\
    repair = { distribution = \"exponential\", mean = \"10 h\" }\n";

/// Servers in groups in zones, with times of any shape.
#[test]
fn nested_failure_domains_agree_with_their_distribution() {
    let names = ["up", "up.6", "up.5", "up.3", "down.mean"];
    assert_exact(ZONES, &names, 0.1, "service.api.failure.3.repair.mean=15 h");
    assert_exact(
        ZONES,
        &["up", "up.6", "failures"],
        0.02,
        "service.api.failure.1.after.mean=17 d",
    );
}

/// Without a detector requests go to every server, whatever became of it.
#[test]
fn without_detection_requests_find_the_servers_that_are_up() {
    assert_exact(
        ZONES,
        &["availability"],
        1.0,
        "service.api.failure.1.after.mean=17 d",
    );
}

/// Repairs of an hour at least: every failure lasts long enough to be noticed.
#[test]
fn detection_takes_what_the_arithmetic_of_checks_and_leases_says() {
    let body = |detector: &str, mode: &str| {
        format!(
            "[[service]]\nname = \"api\"\nservers = 3\n{detector}\n[[service.failure]]\nmode = \"{mode}\"\n\
             after = {{ distribution = \"exponential\", mean = \"5 d\" }}\nrepair = \"1 h\"\n"
        )
    };
    let check = "health_check = { interval = \"20 s\", timeout = \"5 s\", fall = 3, rise = 2 }";
    for (mode, decoy) in [("crash", "19.5 s"), ("hang", "19.5 s")] {
        let decoy = format!("service.api.health_check.interval={decoy}");
        assert_exact(&body(check, mode), &["detection.mean"], 0.01, &decoy);
    }
    assert_exact(
        &body(check, "crash"),
        &["readmission.mean"],
        0.02,
        "service.api.health_check.interval=19 s",
    );
    let lease = "lease = { interval = \"30 s\", missed = 2 }";
    assert_exact(
        &body(lease, "crash"),
        &["detection.mean"],
        0.01,
        "service.api.lease.interval=29 s",
    );
}

/// To first order: what goes to servers until they are known to be down.
#[test]
fn what_is_lost_until_noticed_is_near_its_formula() {
    let body = "[[service]]\nname = \"api\"\nservers = 8\n\
        health_check = { interval = \"10 s\", timeout = \"5 s\", fall = 3, rise = 2 }\n\
        [[service.failure]]\nmode = \"hang\"\nafter = { distribution = \"exponential\", mean = \"20 d\" }\n\
        repair = { distribution = \"exponential\", mean = \"1 h\" }\n";
    let results = simulate(&scenario(body, &[]));
    let lost = find(&results, "unavailability");
    let theory = &lost.theory[0];
    assert_eq!(theory.kind(), Kind::Approximation);
    let near = lost.value.unwrap() / theory.value - 1.0;
    assert!(
        near.abs() < 0.01,
        "{near} apart: {} and {}",
        lost.value.unwrap(),
        theory.value
    );
}

/// An active server and its backup: the chain takes detection for exponential and returns for known at once.
#[test]
fn a_pair_is_near_its_chain() {
    let body = "[[service]]\nname = \"api\"\n\
        health_check = { interval = \"1 min\", timeout = \"10 s\", fall = 3, rise = 1 }\n\
        [[service.group]]\nservers = 1\n[[service.group]]\nservers = 1\nbackup = true\n\
        [[service.failure]]\nmode = \"crash\"\nafter = { distribution = \"exponential\", mean = \"4 d\" }\n\
        repair = { distribution = \"exponential\", mean = \"10 h\" }\n";
    let results = simulate(&scenario(body, &[]));
    let lost = find(&results, "unavailability");
    assert_eq!(lost.theory[0].formula.name, "active–standby pair");
    let near = lost.value.unwrap() / lost.theory[0].value - 1.0;
    assert!(
        near.abs() < 0.05,
        "{near} apart: {} and {}",
        lost.value.unwrap(),
        lost.theory[0].value
    );
    // Neither detection alone nor double failures alone would do.
    let alone = theory_only(&scenario(body, &["service.api.health_check.fall=1"]));
    let other = find(&alone, "unavailability").theory[0].value / lost.value.unwrap() - 1.0;
    assert!(other.abs() > 0.05, "{other}");
}

#[test]
fn what_formulas_leave_out_is_said() {
    let body = "[[service]]\nname = \"api\"\nservers = 4\n[[service.failure]]\nmode = \"crash\"\ncrews = 1\n\
        after = { distribution = \"exponential\", mean = \"10 d\" }\nrepair = \"1 d\"\n\
        [[service.failure]]\nmode = \"crash\"\nof = \"service\"\nafter = \"3 d\"\nrepair = \"1 h\"\n";
    let results = theory_only(&scenario(body, &[]));
    let said = |name: &str| find(&results, name).theory[0].leaves_out.clone().unwrap();
    assert_eq!(
        said("up"),
        "that all began new at once and the shapes of the times"
    );
    assert!(said("up.3").ends_with("that parts wait for crews or fail of one cause together"));
    // Where nobody looks after the servers, nothing is noticed.
    assert!(results.find("service.api", "detection.mean").is_none());
}

#[test]
fn what_never_happened_is_no_certainty() {
    let body = "[[service]]\nname = \"api\"\nservers = 3\nhealth_check = { interval = \"2 s\" }\n\
        [[service.failure]]\nmode = \"crash\"\nafter = { distribution = \"exponential\", mean = \"1 y\" }\n\
        repair = { distribution = \"exponential\", mean = \"1 min\" }\n";
    let results = simulate(&scenario(body, &[]));
    let (never, always) = (find(&results, "outages"), find(&results, "up.1"));
    assert_eq!((never.value, never.low), (Some(0.0), Some(0.0)));
    // At 99 %, −ln 0.01 in 40 × 20 years.
    let per_year = never.high.unwrap() * 31_557_600.0;
    assert!((per_year - 4.605_170_186 / 800.0).abs() < 1e-9, "{per_year}");
    assert_eq!((always.value, always.low, always.high), (Some(1.0), None, None));
    assert_eq!(find(&results, "outage.max").value, None);
}

#[test]
fn one_thread_and_four_give_the_same_bytes() {
    let scenario = scenario(ZONES, &["run.replications=5", "run.duration=2 y"]);
    let bytes = |threads: usize, scenario: &Scenario| {
        let results = with_threads(threads, || simulate(scenario)).unwrap();
        assert!(1_000 < results.events);
        let invocation = Invocation {
            command: "run",
            wall_seconds: 1.0,
            origin: None,
        };
        json::run(&results, &invocation)
    };
    assert_eq!(bytes(1, &scenario), bytes(4, &scenario));
    let other = self::scenario(ZONES, &["run.replications=5", "run.duration=2 y", "run.seed=3"]);
    assert_ne!(bytes(1, &scenario), bytes(1, &other));
}

#[test]
fn a_precision_is_one_of_the_unavailability() {
    let head = HEAD.replace("replications = 40", "precision = \"2 %\"");
    let text = format!("{}{ZONES}", head.replace("20 y", "5 y"));
    let loaded = scenario::from_str("years", &text, &[]).unwrap_or_else(|error| panic!("{error}"));
    let results = simulate(&loaded.scenario);
    let lost = find(&results, "unavailability");
    assert!(8 < results.replications, "{}", results.replications);
    assert!((lost.high.unwrap() - lost.value.unwrap()) / lost.value.unwrap() < 0.02);
}
