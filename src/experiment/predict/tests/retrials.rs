//! Clients who come back, worked out by hand: one server of 100 /s, 80 /s of Poisson arrivals, no queue.

use super::{capacity, check, exact, exponential, fixed_point, second, text, with, work};
use crate::{
    config::{Problems, Value, parse_value},
    dist::Dist,
    model::caller::retry::RetryPlan,
    scenario::Scenario,
    units::SimDuration,
};

fn retry(settings: &'static str) -> impl Fn(&mut Scenario) {
    let node = parse_value(settings, 0).unwrap();
    let plan = RetryPlan::read(&node, &Problems::default()).expect(settings);
    move |scenario| scenario.deployment.workloads[0].caller.retry = Some(plan.clone())
}
fn timeout(scenario: &mut Scenario) {
    scenario.deployment.workloads[0].caller.timeout = Some(SimDuration::from_nanos(1));
}

/// Comes back after 5 ms on average, for ever.
const FOR_EVER: &str =
    r#"{ attempts = "unlimited", backoff = "5 ms", factor = 1, jitter = "exponential", on = ["rejected"] }"#;
const BROODS: &str = "clients that give up or try again";

#[test]
fn who_comes_back_for_ever_is_in_a_retrial_queue() {
    // N = 0.8²/0.2 + 80·0.8/(200·0.2) = 3.2 + 1.6, W = 4.8/80.
    let name = "M/M/1 retrial queue";
    check(
        &with(&[&capacity(0), &retry(FOR_EVER)]),
        &[
            ("a", "wait.mean", exact(0.06, name)),
            ("a", "response.mean", exact(0.07, name)),
            ("a", "attempts", exact(1.0 + 200.0 * 0.06, name)),
            ("a", "availability", exact(1.0, name)),
            ("a", "response.p99", BROODS.to_owned()),
            ("web", "utilisation", exact(0.8, name)),
        ],
    );
    // Evenly spread pauses of the same mean, and constant work: near, and it says what is left out.
    let full = r#"{ attempts = "unlimited", backoff = "10 ms", factor = 1, on = ["rejected"] }"#;
    let constant = work(Dist::constant(0.01).unwrap());
    check(
        &with(&[&capacity(0), &retry(full), &constant]),
        &[(
            "a",
            "wait.mean",
            text(
                '=',
                0.06,
                "M/M/1 retrial queue but how pauses and the work are spread",
            ),
        )],
    );
}

#[test]
fn a_few_retries_are_as_good_as_new() {
    // All attempts bring x erlangs, of which B(1, x) = x/(1 + x) are turned away: x = 0.8·(1 + B).
    let load = fixed_point(|x| 0.8 * (1.0 + x / (1.0 + x)));
    let failure = load / (1.0 + load);
    let name = "M/G/c/c, retries as new but that servers are still busy when a retry comes soon";
    check(
        &with(&[&capacity(0), &retry(r#"{ attempts = 2, on = ["rejected"] }"#)]),
        &[
            ("a", "attempts", text('≈', load / 0.8, name)),
            ("a", "rejected", text('≈', failure * failure, name)),
            ("web", "utilisation", text('≈', load * (1.0 - failure), name)),
        ],
    );
}

#[test]
fn no_formula_is_applied_where_something_else_ends_attempts() {
    let nothing = [("a", "response.mean", BROODS.to_owned())];
    check(&with(&[&capacity(0), &retry(FOR_EVER), &timeout]), &nothing);
    check(&with(&[&capacity(1), &retry(FOR_EVER)]), &nothing);
    check(&with(&[&retry(FOR_EVER)]), &nothing);
    check(&with(&[&capacity(0), &retry("{}")]), &nothing);
    check(
        &with(&[&capacity(0), &retry(FOR_EVER), &second(|_| ())]),
        &nothing,
    );
    check(
        &with(&[&capacity(0), &retry(FOR_EVER), &|scenario: &mut Scenario| {
            scenario.deployment.workloads[0].patience = Some(exponential(1.0));
        }]),
        &nothing,
    );
}
