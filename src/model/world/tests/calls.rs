//! Calls by the clock.

use super::{group, run_for, seconds, strikes, two_servers};
use crate::{
    dist::Dist,
    model::{
        CallPlan, Deployment, NetworkPlan, Record, ServicePlan, Times,
        caller::CallerPlan,
        discipline::shared,
        failure::{Harm, Target},
    },
};

const MS: u64 = 1_000_000;

pub(super) fn call(to: usize, phase: u32) -> CallPlan {
    CallPlan {
        name: format!("call-{to}-{phase}"),
        to,
        operation: None,
        phase,
        times: Times::Fixed(1),
        enough: None,
        probability: 1.0,
        awaited: true,
        optional: false,
        work: None,
        priority: None,
        keys: None,
        cache: None,
        deadline: None,
        caller: CallerPlan::default(),
    }
}

pub(super) fn service(name: &str, servers: u32, work: f64) -> ServicePlan {
    let mut plan = two_servers().services.remove(0);
    plan.name = name.to_owned();
    plan.groups = vec![group(servers)];
    plan.work = Dist::constant(work).unwrap();
    plan
}

/// A request each second; half a second of work at `web`, then whatever it calls.
pub(super) fn web_and(others: impl IntoIterator<Item = ServicePlan>, calls: Vec<CallPlan>) -> Deployment {
    let mut deployment = two_servers();
    deployment.services.extend(others);
    deployment.services[0].calls = calls;
    deployment
}

/// The number answered and the longest response in whole milliseconds.
pub(super) fn answered(record: &Record) -> (u64, u64) {
    let workload = &record.workloads[0];
    (workload.done, workload.response.max().unwrap_or(0) / MS)
}

#[test]
fn phases_follow_each_other_and_calls_of_a_phase_go_out_together() {
    let both = web_and(
        [service("a", 1, 0.2), service("b", 1, 0.3)],
        vec![call(1, 1), call(2, 1)],
    );
    assert_eq!(answered(&run_for(&both, 9.9)), (9, 800));
    let in_turn = web_and(
        [service("a", 1, 0.2), service("b", 1, 0.3)],
        vec![call(1, 1), call(2, 2)],
    );
    assert_eq!(answered(&run_for(&in_turn, 10.1)), (9, 1_000));
}

#[test]
fn several_calls_queue_where_they_meet_and_k_answers_may_be_enough() {
    let mut calls = vec![CallPlan {
        times: Times::Fixed(3),
        ..call(1, 1)
    }];
    let deployment = web_and([service("a", 1, 0.1)], calls.clone());
    assert_eq!(answered(&run_for(&deployment, 9.9)), (9, 800));
    calls[0].enough = Some(2);
    let deployment = web_and([service("a", 1, 0.1)], calls);
    let record = run_for(&deployment, 9.9);
    assert_eq!(answered(&record), (9, 700));
    // The third is worked on all the same.
    assert_eq!(record.workloads[1].done, 27);
}

#[test]
fn nobody_waits_for_a_call_that_is_not_awaited() {
    let calls = vec![CallPlan {
        awaited: false,
        ..call(1, 1)
    }];
    let record = run_for(&web_and([service("a", 1, 0.4)], calls), 9.95);
    assert_eq!(answered(&record), (9, 500));
    assert_eq!(record.workloads[1].done, 9);
}

/// 1.2 s between the beginning and the end of each request, of which 0.5 s are work: two servers can hold their slots for
/// requests that come every 0.6 s, and can work on ones that come every 0.25 s.
#[test]
fn a_slot_is_held_during_calls_or_released() {
    let many = |holds| {
        let mut deployment = web_and([service("a", 10, 0.7)], vec![call(1, 1)]);
        deployment.workloads[0].arrivals =
            crate::model::arrival::renewal::plan(Dist::constant(0.55).unwrap());
        deployment.services[0].holds = holds;
        run_for(&deployment, 200.0)
    };
    let (held, released) = (many(true), many(false));
    assert!(10_000 < answered(&held).1, "{:?}", answered(&held));
    assert_eq!(answered(&released).1, 1_200);
    assert!(0.99 < held.services[0].utilisation, "slots are held");
    let expected = 0.5 / 0.55 / 2.0;
    assert!((released.services[0].utilisation - expected).abs() < 0.005);
    // In either case they are in the service until they end.
    let in_system = 1.2 / 0.55;
    assert!((released.services[0].in_system_mean - in_system).abs() < 0.02);
}

#[test]
fn processor_sharing_goes_on_with_the_others_while_one_calls() {
    let mut deployment = web_and([service("a", 10, 0.7)], vec![call(1, 1)]);
    deployment.services[0].queue.discipline = shared::plan();
    deployment.services[0].groups = vec![group(1)];
    deployment.workloads[0].arrivals = crate::model::arrival::renewal::plan(Dist::constant(0.55).unwrap());
    assert_eq!(answered(&run_for(&deployment, 100.0)).1, 1_200);
}

#[test]
fn a_call_that_fails_fails_its_request_unless_it_is_optional() {
    let broken = |optional| {
        let calls = vec![CallPlan {
            optional,
            ..call(1, 1)
        }];
        let mut deployment = web_and([service("a", 1, 0.1)], calls);
        let mut fault = strikes(Harm::Crash, 5.0);
        fault.target = Target::Service(1);
        deployment.faults = vec![fault];
        let record = run_for(&deployment, 20.0);
        (
            record.workloads[0].done,
            record.workloads[0].failed,
            record.workloads[1].failed,
        )
    };
    // Calls go out at half past each second: those of 10 to 14 are refused.
    assert_eq!(broken(false), (14, 5, 5));
    assert_eq!(broken(true), (19, 0, 5));
}

#[test]
fn a_crash_loses_those_who_wait_for_calls_and_their_answers_come_to_nobody() {
    for holds in [true, false] {
        let mut deployment = web_and([service("a", 10, 2.0)], vec![call(1, 1)]);
        deployment.services[0].groups = vec![group(10)];
        deployment.services[0].holds = holds;
        let mut fault = strikes(Harm::Crash, 1.0);
        fault.target = Target::Service(0);
        deployment.faults = vec![fault];
        let record = run_for(&deployment, 30.0);
        // At 10.25 s those of 8, 9 and 10 are there; nobody is refused, because the servers are back at 11.25 s but for
        // the one of 11.
        assert_eq!(record.workloads[0].failed, 4, "holds: {holds}");
        assert_eq!(record.workloads[1].done, record.workloads[1].offered - 2);
    }
}

#[test]
fn a_server_that_hangs_does_nothing_about_answers_until_it_is_back() {
    for holds in [true, false] {
        let mut deployment = web_and([service("a", 10, 0.25)], vec![call(1, 1)]);
        deployment.services[0].groups = vec![group(1)];
        deployment.services[0].holds = holds;
        // The answer to the call of the request of 10 s comes at 10.75 s; the hang lasts from 10.6 s to 12.6 s.
        let mut fault = strikes(Harm::Hang { resumes: true }, 2.0);
        fault.at = seconds(10.6);
        fault.target = Target::Service(0);
        deployment.faults = vec![fault];
        assert_eq!(run_for(&deployment, 12.59).workloads[0].done, 9);
        assert_eq!(run_for(&deployment, 12.61).workloads[0].done, 10);
    }
}

/// What a request brings with it is the same whatever else changes: so are the calls that follow from it.
#[test]
fn two_variants_see_the_very_same_calls() {
    let work = |servers: u32, holds: bool| {
        let calls = vec![CallPlan {
            probability: 0.4,
            times: Times::Drawn(Dist::uniform(1.0, 6.0).unwrap()),
            ..call(1, 1)
        }];
        let mut deployment = web_and([service("a", 50, 0.1)], calls);
        deployment.services[1].work = Dist::exponential(0.1).unwrap();
        deployment.services[0].work = Dist::exponential(0.5).unwrap();
        deployment.services[0].groups = vec![group(servers)];
        deployment.services[0].holds = holds;
        let record = run_for(&deployment, 100_000.0);
        let calls = &record.workloads[1];
        (calls.offered, calls.response_moments.mean().unwrap())
    };
    let (narrow, wide) = (work(2, true), work(6, false));
    let close = |a: f64, b: f64| (a / b - 1.0).abs() < 1e-4;
    assert!(close(narrow.0 as f64, wide.0 as f64), "{narrow:?} {wide:?}");
    assert!(close(narrow.1, wide.1), "{narrow:?} {wide:?}");
}

/// Messages take exponential times of this mean, and some are lost.
pub(super) fn network(mean: f64, loss: f64) -> NetworkPlan {
    let time = Some(Dist::exponential(mean).unwrap());
    NetworkPlan {
        within_zone: time.clone(),
        between_zones: time.clone(),
        outside: time,
        loss,
        retransmit: seconds(0.2),
    }
}

/// 500 ms of work, then two calls of which the second comes back last, and messages of 10 ms, or 30 ms from outside.
#[test]
fn the_parts_of_a_response_are_those_of_the_path_that_decided_it() {
    let calls = vec![
        call(1, 1),
        CallPlan {
            times: Times::Fixed(2),
            ..call(2, 1)
        },
    ];
    let mut deployment = web_and([service("a", 1, 0.2), service("b", 1, 0.15)], calls);
    let constant = |seconds| Some(Dist::constant(seconds).unwrap());
    deployment.network = Some(NetworkPlan {
        within_zone: constant(0.01),
        outside: constant(0.03),
        ..network(1.0, 0.0)
    });
    let record = run_for(&deployment, 9.9);
    assert_eq!(answered(&record), (9, 880));
    let parts = record.workloads[0]
        .breakdown
        .as_ref()
        .unwrap()
        .slowest(1.0)
        .unwrap();
    let expected = [[0.0, 0.5, 0.06, 0.0], [0.0; 4], [0.15, 0.15, 0.02, 0.0]];
    for (parts, expected) in parts.iter().flatten().zip(expected.iter().flatten()) {
        assert!((parts - expected).abs() < 1e-9, "{parts} {expected}");
    }
}

/// The first attempt is given up after 300 ms; the second finds the queue empty and is answered at once.
#[test]
fn what_was_tried_in_vain_is_a_part_of_its_own() {
    let mut calls = vec![call(1, 1)];
    calls[0].caller.timeout = Some(seconds(0.3));
    let retry = "{ attempts = 3, backoff = \"100 ms\", factor = 1, jitter = \"none\" }";
    let problems = crate::config::Problems::default();
    let node = crate::config::parse_value(retry, 0).unwrap();
    calls[0].caller.retry = crate::config::Value::read(&node, &problems);
    assert!(calls[0].caller.retry.is_some(), "{:?}", problems.into_sorted());
    let mut deployment = web_and([service("a", 2, 0.2)], calls);
    let mut fault = strikes(Harm::Hang { resumes: true }, 0.45);
    fault.at = seconds(1.5);
    fault.target = Target::Server {
        service: 1,
        server: 0,
    };
    deployment.faults = vec![fault];
    let record = run_for(&deployment, 2.9);
    let parts = record.workloads[0]
        .breakdown
        .as_ref()
        .unwrap()
        .slowest(0.5)
        .unwrap();
    let expected = [[0.0, 0.5, 0.0, 0.0], [0.0, 0.2, 0.0, 0.4]];
    for (parts, expected) in parts.iter().flatten().zip(expected.iter().flatten()) {
        assert!((parts - expected).abs() < 1e-9, "{parts:?} {expected}");
    }
}

/// Every message takes its time, so a call takes its own longer.
#[test]
fn messages_that_are_lost_are_sent_again() {
    let mut deployment = two_servers();
    deployment.services[0].groups = vec![group(50)];
    let constant = |seconds| Some(Dist::constant(seconds).unwrap());
    deployment.network = Some(NetworkPlan {
        outside: constant(0.01),
        ..network(1.0, 0.1)
    });
    let record = run_for(&deployment, 50_000.0);
    let mean = record.workloads[0].response_moments.mean().unwrap() / 1e9;
    // Two messages of 10 ms, each 25 ms longer for losses.
    assert!((mean - 0.57).abs() < 0.001, "{mean}");
    let busy = record.services[0].utilisation;
    assert!(
        (busy - 0.5 / 50.0).abs() < 1e-5,
        "no slot is held on the way: {busy}"
    );
}
