//! Deadlines that are handed on, by the clock and by their laws.

use super::{
    calls::{answered, call, network, service, web_and},
    graph_storm::add_service,
    run_for, seconds,
    storm::any_deployment,
};
use crate::{
    config::{Problems, Value, parse_value},
    model::{CallPlan, Deployment, Times, caller::Expired},
    rng::Seed,
};

/// Half a second at `web`, 0.2 s at `a`, and 0.7 s at `b`, each called by the one before; clients wait for a second.
fn chain(expired: Expired) -> Deployment {
    let mut deployment = web_and([service("a", 1, 0.2), service("b", 1, 0.7)], vec![call(1, 1)]);
    deployment.services[1].calls = vec![call(2, 1)];
    deployment.workloads[0].deadline = Some(seconds(1.0));
    deployment.workloads[0].caller.propagate = true;
    for service in &mut deployment.services {
        for call in &mut service.calls {
            call.caller.expired = expired;
        }
    }
    deployment.hand_on();
    deployment
}

#[test]
fn a_deadline_reaches_calls_of_calls_and_ends_them_at_its_instant() {
    let record = run_for(&chain(Expired::Done), 9.95);
    // 0.3 s of the second are left for `b`, which takes 0.7 s all the same.
    for sender in &record.workloads {
        assert_eq!((sender.done, sender.timeouts, sender.abandoned), (0, 8, 0));
    }
    // Nine requests have come, and eight have run out of time; `b` has worked on each of the nine from 0.7 s on.
    let busy = record.services[2].utilisation * 9.95;
    assert!((busy - (8.0 * 0.7 + 0.25)).abs() < 1e-6, "{busy}");
    let record = run_for(&chain(Expired::Cancelled), 9.95);
    let busy = record.services[2].utilisation * 9.95;
    assert!((busy - (8.0 * 0.3 + 0.25)).abs() < 1e-6, "{busy}");
}

#[test]
fn a_deadline_that_is_not_handed_on_reaches_nobody() {
    let mut deployment = chain(Expired::Done);
    deployment.workloads[0].caller.propagate = false;
    deployment.workloads[0].caller.timeout = Some(seconds(1.0));
    deployment.hand_on();
    let record = run_for(&deployment, 9.95);
    assert_eq!((record.workloads[0].timeouts, record.workloads[2].done), (8, 8));
}

#[test]
fn the_shortest_time_on_the_way_holds() {
    // `a` waits for 0.2 s, which is less than what is left of the second, and passes that on as well.
    let mut deployment = chain(Expired::Cancelled);
    deployment.services[0].calls[0].caller.timeout = Some(seconds(0.35));
    let record = run_for(&deployment, 9.95);
    assert_eq!(
        (record.workloads[1].timeouts, record.workloads[2].timeouts),
        (9, 9)
    );
    let busy = record.services[2].utilisation * 9.95;
    assert!((busy - 9.0 * 0.15).abs() < 1e-6, "{busy}");
}

#[test]
fn what_comes_too_late_is_not_sent() {
    let mut deployment = chain(Expired::Done);
    deployment.workloads[0].deadline = Some(seconds(0.4));
    let record = run_for(&deployment, 9.95);
    assert_eq!(
        (record.workloads[1].offered, record.workloads[1].timeouts),
        (9, 9)
    );
    assert_eq!(
        (
            record.workloads[1].caller.attempts,
            record.services[1].utilisation
        ),
        (0, 0.0)
    );
}

/// A hedge is sent after 0.6 s and its loser withdrawn, which takes along what it has called. Each attempt takes 0.2 s at `web`
/// and then 0.7 s at one of two servers of `a`.
#[test]
fn calls_end_with_the_request_that_they_are_made_for() {
    let work = |propagate| {
        let mut deployment = web_and([service("a", 2, 0.7)], vec![call(1, 1)]);
        deployment.services[0].work = crate::dist::Dist::constant(0.2).unwrap();
        let settings = parse_value("{ after = \"600 ms\", cancel = true }", 0).unwrap();
        let caller = &mut deployment.workloads[0].caller;
        caller.hedge = Value::read(&settings, &Problems::default());
        caller.timeout = Some(seconds(5.0));
        caller.propagate = propagate;
        deployment.services[0].calls[0].caller.expired = Expired::Cancelled;
        deployment.hand_on();
        let record = run_for(&deployment, 9.95);
        assert_eq!(answered(&record), (9, 900));
        (
            record.workloads[1].abandoned,
            record.services[1].utilisation * 2.0 * 9.95,
        )
    };
    // The answer comes at 0.9 s, when the hedge has called for 0.1 s.
    let (called_off, busy) = work(true);
    assert!(
        called_off == 9 && (busy - 9.0 * 0.8).abs() < 1e-6,
        "{called_off} {busy}"
    );
    let (called_off, busy) = work(false);
    assert!(called_off == 0 && 9.0 * 1.2 < busy, "{called_off} {busy}");
}

/// No answer to a call comes later than a second after its request did, whatever happens, and nothing is lost count of.
#[test]
fn no_call_is_answered_after_the_deadline_of_its_request() {
    let mut rng = Seed(7).replication(0).stream("storm");
    let (mut answers, mut late, mut called_off) = (0, 0, 0);
    for _ in 0..700 {
        let mut deployment = any_deployment(&mut rng);
        for _ in 0..=rng.below(3) {
            add_service(&mut deployment, &mut rng);
        }
        for service in &mut deployment.services {
            service.holds = rng.below(2) == 0;
            for CallPlan {
                times,
                awaited,
                caller,
                ..
            } in &mut service.calls
            {
                // What nobody waits for has no deadline, and neither has what it leads to.
                *awaited = true;
                *times = Times::Fixed(1 + rng.below(3) as u32);
                caller.expired = [Expired::Done, Expired::Dropped, Expired::Cancelled][rng.below(3)];
            }
        }
        if rng.below(2) == 0 {
            deployment.network = Some(network(0.02, 0.05));
        }
        deployment.workloads[0].deadline = Some(seconds(1.0));
        deployment.workloads[0].caller.propagate = true;
        deployment.hand_on();
        let senders: Vec<bool> = deployment.senders().map(|sender| sender.caller.handed).collect();
        let record = run_for(&deployment, 20.0);
        for (sender, handed) in record.workloads.iter().zip(senders) {
            assert_eq!(sender.offered, sender.ended() + sender.unfinished);
            if handed {
                assert!(sender.response.max().unwrap_or(0) <= 1_000_000_000);
                answers += sender.done;
                late += sender.timeouts;
                called_off += sender.abandoned;
            }
        }
    }
    assert!(
        50_000 < answers && 5_000 < late && 5_000 < called_off,
        "{answers} {late} {called_off}"
    );
}
