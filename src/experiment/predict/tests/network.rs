//! Formulas where messages take time.

use super::*;
use crate::model::NetworkPlan;

/// A millisecond within a zone, ten between zones, and five to clients outside, each drawn as `time` says.
fn network(time: fn(f64) -> Dist, loss: f64) -> impl Fn(&mut Scenario) {
    move |scenario| {
        scenario.deployment.network = Some(NetworkPlan {
            within_zone: Some(time(0.001)),
            between_zones: Some(time(0.01)),
            outside: Some(time(0.005)),
            loss,
            retransmit: SimDuration::from_secs_f64(0.2),
        });
    }
}
fn constant(time: f64) -> Dist {
    Dist::constant(time).unwrap()
}
/// Groups of one server in zones of their own.
fn zones(scenario: &mut Scenario) {
    scenario.deployment.zones = vec!["a".to_owned(), "b".to_owned()];
    let group = service(scenario).groups[0].clone();
    let stands = |zone| Group {
        servers: 1,
        zone: Some(zone),
        ..group.clone()
    };
    service(scenario).groups = vec![stands(0), stands(1)];
    scenario.deployment.workloads[0].zone = Some(0);
}

/// The mean response and the mean number in the system of the M/M/1 that is changed here, and its p99.
fn plain() -> [f64; 3] {
    let results = theory_only(&mm1());
    let value = |of: &str, name: &str| results.find(of, name).unwrap().theory[0].value;
    [
        value("workload.a", "response.mean"),
        value("service.web", "in_system.mean"),
        value("workload.a", "response.p99"),
    ]
}

#[test]
fn messages_that_take_equally_long_only_make_everything_later() {
    let [mean, in_system, p99] = plain();
    let rate = in_system / mean;
    let scenario = with(&[&network(constant, 0.0)]);
    check(
        &scenario,
        &[
            ("a", "response.mean", exact(mean + 0.01, "M/M/1")),
            ("a", "response.p99", exact(p99 + 0.01, "M/M/1")),
            // The way there counts as in the service, and the way back does not.
            (
                "web",
                "in_system.mean",
                exact(in_system + 0.005 * rate, "Little's law"),
            ),
        ],
    );
}

#[test]
fn messages_that_take_a_time_by_chance_add_their_mean_and_hide_the_percentiles() {
    let [mean, ..] = plain();
    let scenario = with(&[&network(exponential, 0.0)]);
    let p99 = "only the mean is known".to_owned();
    let expected = [
        ("a", "response.mean", exact(mean + 0.01, "M/M/1")),
        ("a", "response.p99", p99),
    ];
    check(&scenario, &expected);
    // Lost one time in ten: 25 ms more each way, but for a timer that stops growing.
    let lossy = with(&[&network(constant, 0.1)]);
    let results = theory_only(&lossy);
    let told = results.find("workload.a", "response.mean").unwrap().theory[0].value;
    assert!((told - mean - 0.06).abs() < 1e-5, "{told}");
}

#[test]
fn servers_at_different_distances_add_what_their_shares_say() {
    let [mean, ..] = plain();
    let near_and_far = with(&[
        &servers(2),
        &law(Law::WeightedSplit),
        &zones,
        &network(exponential, 0.0),
    ]);
    let expected = exact(mean + 0.001 + 0.01, "random split");
    check(&near_and_far, &[("a", "response.mean", expected)]);
}

#[test]
fn where_messages_change_what_happens_no_formula_is_applied() {
    let reason = |edits: &[Edit<'_>]| {
        let mut all: Vec<Edit<'_>> = edits.to_vec();
        let delays = network(exponential, 0.0);
        all.push(&delays);
        said(&theory_only(&with(&all)), "workload.a", "response.mean").join("; ")
    };
    assert_eq!(
        reason(&[&servers(2), &law(Law::ShortestQueue)]),
        "balancers see loads that messages have not reached yet"
    );
    assert_eq!(
        reason(&[&servers(2), &law(Law::RoundRobin)]),
        "arrivals that messages put out of step"
    );
    assert_eq!(
        reason(&[&gaps(constant(0.02))]),
        "arrivals that messages put out of step"
    );
    assert_eq!(
        reason(&[&capacity(3)]),
        "queues that end or are left, and messages that take time"
    );
    assert_eq!(
        reason(&[&servers(2), &central]),
        "servers wait for what comes from the queue at the balancer, as messages take time"
    );
}
