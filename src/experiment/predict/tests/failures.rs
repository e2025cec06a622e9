//! Queues whose servers fail: the formulas stay, and say what they leave out.

use super::*;
use crate::model::failure::{FaultPlan, Harm, Target};

fn fault(target: Target, harm: Harm) -> impl Fn(&mut Scenario) {
    move |scenario| {
        scenario.deployment.faults.push(FaultPlan {
            at: SimDuration::from_secs_f64(10.0),
            lasts: SimDuration::from_secs_f64(5.0),
            target,
            target_text: String::new(),
            harm: harm.clone(),
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
