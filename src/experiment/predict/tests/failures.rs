//! Queues whose servers fail: the formulas stay, and say what they leave out.

use super::*;
use crate::{
    config::{Problems, Value, parse_value},
    model::{
        detection::health_check::HealthCheck,
        failure::{FailurePlan, FaultPlan, Harm, Target, Unit},
    },
};

fn fault(target: Target, harm: Harm) -> impl Fn(&mut Scenario) {
    move |scenario| {
        scenario.deployment.faults.push(FaultPlan {
            at: SimDuration::from_secs_f64(10.0),
            from_start: false,
            lasts: SimDuration::from_secs_f64(5.0),
            target,
            target_text: String::new(),
            harm: harm.clone(),
            data_lost: 0.0,
        });
    }
}

fn crash(target: Target) -> impl Fn(&mut Scenario) {
    fault(target, Harm::Crash)
}

fn surge(workload: usize) -> impl Fn(&mut Scenario) {
    fault(Target::Workload(workload), Harm::Surge { factor: 2.0 })
}

#[test]
fn no_formula_is_exact_where_servers_fail() {
    for (scenario, what) in [
        (with(&[&crash(Target::Service(0))]), "faults"),
        (with(&[&surge(0)]), "surges"),
        (
            with(&[
                &crash(Target::Server {
                    service: 0,
                    server: 0,
                }),
                &surge(0),
            ]),
            "faults and surges",
        ),
    ] {
        let results = theory_only(&scenario);
        let mut told = 0;
        for measure in &results.measures {
            for prediction in &measure.theory {
                told += 1;
                assert_ne!(prediction.kind(), Kind::Exact, "{} {}", measure.of, measure.name);
                assert_eq!(prediction.leaves_out.as_deref(), Some(what));
            }
        }
        assert!(10 < told, "only {told} predictions");
        check(
            &scenario,
            &[
                ("a", "response.mean", format!("= 0.050000 M/M/1 but {what}")),
                (
                    "web",
                    "utilisation",
                    format!("= 0.800000 utilisation law but {what}"),
                ),
            ],
        );
    }
}

/// Four servers that crash every hour on average and are repaired in a minute, watched over a long time.
fn fails(mean_repair: f64) -> impl Fn(&mut Scenario) {
    move |scenario| {
        scenario.run.duration = SimDuration::from_secs_f64(86_400.0);
        service(scenario).failures.push(FailurePlan {
            harm: Harm::Crash,
            unit: Unit::Server,
            after: exponential(3_600.0 - mean_repair),
            repair: Dist::constant(mean_repair).unwrap(),
            crews: None,
            common_cause: 0.0,
            data_lost: 0.0,
        });
    }
}

fn checked(text: &'static str) -> impl Fn(&mut Scenario) {
    move |scenario| {
        let problems = Problems::default();
        let read = HealthCheck::read(&parse_value(text, 0).unwrap(), &problems);
        service(scenario).detection.health_check = read;
    }
}

#[test]
fn servers_that_live_by_themselves_are_up_for_their_share_of_the_time() {
    let scenario = with(&[&servers(4), &fails(60.0)]);
    let up = 59.0 / 60.0_f64;
    check(
        &scenario,
        &[
            ("web", "up", exact(up, "alternating renewal")),
            ("web", "up.4", exact(up.powi(4), "nested failure domains")),
            (
                "web",
                "up.1",
                exact(1.0 - (1.0 - up).powi(4), "nested failure domains"),
            ),
        ],
    );
    let short = with(&[&servers(4), &fails(60.0), &|scenario| {
        scenario.run.duration = SimDuration::from_secs_f64(600.0);
    }]);
    let but = "that all servers are up at first";
    check(
        &short,
        &[(
            "web",
            "up",
            format!("{} but {but}", exact(up, "alternating renewal")),
        )],
    );
}

#[test]
fn detection_is_told_by_the_arithmetic_of_checks() {
    let connect = checked("{ interval = \"2 s\", timeout = \"1 s\", fall = 3, probe = \"connect\" }");
    let scenario = with(&[&servers(4), &fails(60.0), &connect]);
    // Half an interval until the first, and two more.
    check(
        &scenario,
        &[("web", "detection.mean", exact(5.0, "health check arithmetic"))],
    );
    let request = checked("{ interval = \"2 s\", timeout = \"1 s\", fall = 3 }");
    let scenario = with(&[&servers(4), &fails(60.0), &request]);
    let but = "checks that wait for busy servers";
    check(
        &scenario,
        &[(
            "web",
            "detection.mean",
            format!("{} but {but}", exact(5.0, "health check arithmetic")),
        )],
    );
    // A hang on time: three timeouts on top.
    let hang = fault(Target::Service(0), Harm::Hang { resumes: true });
    let scenario = with(&[
        &hang,
        &checked("{ interval = \"2 s\", timeout = \"1 s\", fall = 3 }"),
    ]);
    check(
        &scenario,
        &[(
            "web",
            "detection.mean",
            format!(
                "{} but faults on time and {but}",
                exact(8.0, "health check arithmetic")
            ),
        )],
    );
}

#[test]
fn a_queue_that_ends_still_has_its_formula() {
    let scenario = with(&[&capacity(0), &crash(Target::Service(0))]);
    check(
        &scenario,
        &[
            (
                "web",
                "utilisation",
                format!("{} but faults", exact(4.0 / 9.0, "M/G/c/c, Erlang B")),
            ),
            (
                "a",
                "rejected",
                format!("{} but faults", exact(4.0 / 9.0, "M/G/c/c, Erlang B")),
            ),
        ],
    );
}

#[test]
fn what_happens_elsewhere_takes_nothing_from_a_formula() {
    let elsewhere = |scenario: &mut Scenario| {
        let mut other = service(scenario).clone();
        other.name = "other".to_owned();
        scenario.deployment.services.push(other);
    };
    let scenario = with(&[&elsewhere, &crash(Target::Service(1))]);
    check(&scenario, &[("a", "response.mean", exact(0.05, "M/M/1"))]);
}

#[test]
fn a_load_line_says_what_it_leaves_out() {
    let scenario = with(&[&promise("response.mean", 0.1), &crash(Target::Service(0))]);
    let line = theory_only(&scenario).load_line.unwrap();
    assert_eq!(line.leaves_out.as_deref(), Some("faults"));
    let calm = with(&[&promise("response.mean", 0.1)]);
    assert_eq!(theory_only(&calm).load_line.unwrap().leaves_out, None);
}
