//! Balancers that fail, failures that come by themselves, and surges.

use super::{run_for, seconds, strikes, two_servers};
use crate::{
    config::{Problems, Value, parse_value},
    dist::Dist,
    model::{
        Cause, Deployment, QueuePlace, Record,
        failure::{FailurePlan, FaultPlan, Harm, Target, Unit},
    },
};

fn with_standby(settings: &str) -> Deployment {
    let mut deployment = two_servers();
    let node = parse_value(settings, 0).unwrap();
    deployment.services[0].standby = Value::read(&node, &Problems::default());
    assert!(deployment.services[0].standby.is_some());
    deployment
}

fn strikes_balancer(harm: Harm, lasts: f64) -> FaultPlan {
    FaultPlan {
        target: Target::Balancer {
            service: 0,
            balancer: 0,
        },
        ..strikes(harm, lasts)
    }
}

fn ends(record: &Record) -> (u64, u64) {
    (record.workloads[0].done, record.workloads[0].failed)
}

/// RFC 9568: advertisements at whole seconds, the last at 10 s; three seconds and a skew of 156/256 s later the standby is
/// there. Lost: the request in work at 10.25 s, and those of 11, 12 and 13 s.
#[test]
fn the_standby_takes_over_when_the_active_balancer_crashes() {
    let mut deployment = with_standby("{ preempt = false }");
    deployment.faults = vec![strikes_balancer(Harm::Crash, 5.0)];
    let record = run_for(&deployment, 29.9);
    assert_eq!(ends(&record), (25, 4));
    let incident = &record.incidents[0];
    let times = [
        incident.noticed,
        incident.failover,
        incident.ended,
        incident.restored,
    ];
    let expected = [13_609_375_000, 13_609_375_000, 15_250_000_000, 15_250_000_000];
    assert_eq!(times.map(|time| time.unwrap().as_nanos()), expected);
    assert_eq!((incident.unnoticed.failed, incident.toll.failed), (4, 4));
}

/// Back at 15.25 s, the first balancer hears advertisements of a lower priority and takes over 3 s and 106/256 s later, at
/// 18.664 s, when nothing is in work; with a preemption at 18.25 s the request of 18 s would break.
#[test]
fn the_first_balancer_takes_over_again_when_it_may_preempt() {
    let mut deployment = with_standby("{}");
    deployment.faults = vec![strikes_balancer(Harm::Crash, 5.0)];
    let record = run_for(&deployment, 29.9);
    assert_eq!(ends(&record), (25, 4));
    assert_eq!(record.incidents[0].restored.unwrap().as_nanos(), 18_664_062_500);
    // Half a second of delay, and the address moves in the middle of the request of 19 s, through the standby.
    let mut deployment = with_standby("{ preempt_delay = \"500 ms\" }");
    deployment.faults = vec![strikes_balancer(Harm::Crash, 5.0)];
    assert_eq!(ends(&run_for(&deployment, 29.9)), (24, 5));
}

/// Priority 0 is advertised at 10.25 s, and the standby waits for its skew only: until 10.859 s nothing comes.
#[test]
fn a_proper_handover_loses_what_is_in_flight_and_no_more() {
    let mut deployment = with_standby("{ preempt = false }");
    deployment.faults = vec![strikes_balancer(Harm::Drain, 5.0)];
    assert_eq!(ends(&run_for(&deployment, 29.9)), (28, 1));
}

#[test]
fn the_queue_at_a_balancer_is_lost_with_it() {
    let mut deployment = with_standby("{}");
    deployment.services[0].queue.at = QueuePlace::Balancer;
    deployment.services[0].work = Dist::constant(4.0).unwrap();
    deployment.faults = vec![strikes_balancer(Harm::Crash, 1.0)];
    let record = run_for(&deployment, 10.3);
    // Ten requests by then; four have ended, at 5, 6, 9 and 10 s.
    assert_eq!(ends(&record), (4, 6));
    assert_eq!(record.workloads[0].unfinished, 0);
}

#[test]
fn one_of_several_balancers_refuses_its_part() {
    let mut deployment = two_servers();
    deployment.services[0].balancers = 2;
    deployment.faults = vec![strikes_balancer(Harm::Crash, 400.0)];
    let record = run_for(&deployment, 410.0);
    let failed = record.workloads[0].failed;
    assert!((160..240).contains(&failed), "{failed}");
}

fn failure(unit: Unit, after: f64, repair: f64) -> FailurePlan {
    FailurePlan {
        harm: Harm::Crash,
        unit,
        after: Dist::constant(after).unwrap(),
        repair: Dist::constant(repair).unwrap(),
        crews: None,
        common_cause: 0.0,
        data_lost: 0.0,
    }
}

/// Down from 10.3 s to 12.3 s and from 22.6 s to 24.6 s: the request of 10 s breaks, and those of 11, 12, 23 and 24 s are
/// refused.
#[test]
fn failures_come_by_themselves_and_again() {
    let mut deployment = two_servers();
    deployment.services[0].failures = vec![failure(Unit::Service, 10.3, 2.0)];
    let record = run_for(&deployment, 29.9);
    assert_eq!(ends(&record), (24, 5));
    let began: Vec<u64> = record
        .incidents
        .iter()
        .map(|incident| incident.began.as_nanos())
        .collect();
    assert_eq!(began, [10_300_000_000, 22_600_000_000]);
    assert_eq!(record.incidents[0].servers, 2);
    let cause = Cause::Failure {
        service: 0,
        plan: 0,
        unit: 0,
        common: false,
    };
    assert_eq!(record.incidents[0].cause, cause);
    let up = record.services[0].health.as_ref().unwrap().up;
    assert!((up - (1.0 - 4.0 / 29.9)).abs() < 1e-12, "{up}");
}

/// Both fail at 10.25 s, and one crew repairs one after the other: up again at 12.25 s and 14.25 s.
#[test]
fn crews_repair_one_after_the_other() {
    let mut deployment = two_servers();
    let mut failure = failure(Unit::Server, 10.25, 2.0);
    failure.crews = Some(1);
    deployment.services[0].failures = vec![failure];
    let record = run_for(&deployment, 15.0);
    let ended: Vec<u64> = record
        .incidents
        .iter()
        .map(|incident| incident.ended.unwrap().as_nanos())
        .collect();
    assert_eq!(ended, [12_250_000_000, 14_250_000_000]);
}

#[test]
fn balancers_fail_by_themselves_too() {
    let mut deployment = with_standby("{ preempt = false }");
    deployment.services[0].failures = vec![failure(Unit::Balancer, 10.25, 2.0)];
    // Both at once: nobody is there until the first has waited, from 12.25 s on, for 3 s and 106/256 s.
    let record = run_for(&deployment, 20.0);
    assert_eq!(ends(&record), (13, 6));
}

/// Ten more requests come while the clock of the workload runs twice as fast.
#[test]
fn a_surge_sends_more_for_a_while() {
    let mut deployment = two_servers();
    deployment.services[0].work = Dist::constant(0.1).unwrap();
    assert_eq!(ends(&run_for(&deployment, 29.9)), (29, 0));
    let surge = FaultPlan {
        at: seconds(10.0),
        from_start: false,
        target: Target::Workload(0),
        ..strikes(Harm::Surge { factor: 2.0 }, 10.0)
    };
    deployment.faults = vec![surge];
    assert_eq!(ends(&run_for(&deployment, 29.9)), (39, 0));
}

/// A failure from 10.3 s to 12.3 s, when measuring begins at 11 s and when it begins at 20 s.
#[test]
fn an_incident_may_begin_before_measuring_does() {
    let mut deployment = two_servers();
    deployment.services[0].failures = vec![failure(Unit::Service, 10.3, 2.0)];
    let incidents = |warmup: f64| {
        let record = super::run_measured(&deployment, warmup, 15.0);
        let times = |incident: &crate::model::Incident| {
            (
                incident.began.as_nanos(),
                incident.ended.map(crate::units::SimTime::as_nanos),
                incident.toll.failed,
            )
        };
        record.incidents.iter().map(times).collect::<Vec<_>>()
    };
    // Of the requests of 10, 11 and 12 s that fail, the first does so before measuring begins at 11 s, or 11.5 s.
    let second = (22_600_000_000, Some(24_600_000_000), 2);
    assert_eq!(
        incidents(11.5),
        [(10_300_000_000, Some(12_300_000_000), 1), second]
    );
    assert_eq!(incidents(20.0), [second, (34_900_000_000, None, 0)]);
}
