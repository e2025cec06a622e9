//! When balancers notice, and what they do then.

use super::{group, run_for, seconds, strikes, two_servers};
use crate::{
    config::{Problems, Value, parse_value},
    dist::Dist,
    model::{
        Deployment, Record,
        detection::DetectionPlan,
        failure::{FaultPlan, Harm, Target},
    },
};

const MS: u64 = 1_000_000;

/// Answered and failed requests.
fn ends(record: &Record) -> (u64, u64) {
    (record.workloads[0].done, record.workloads[0].failed)
}

fn detection(what: &str, settings: &str) -> DetectionPlan {
    let node = parse_value(settings, 0).unwrap();
    let problems = Problems::default();
    let mut plan = DetectionPlan::default();
    match what {
        "health_check" => plan.health_check = Value::read(&node, &problems),
        "outlier_ejection" => plan.outlier_ejection = Value::read(&node, &problems),
        "lease" => plan.lease = Value::read(&node, &problems),
        _ => plan.phi_accrual = Value::read(&node, &problems),
    }
    assert!(!plan.is_empty(), "{:?}", problems.into_sorted());
    plan
}

/// When the first incident was noticed, was over and was restored, in nanoseconds.
fn incident(deployment: &Deployment) -> [Option<u64>; 3] {
    let record = run_for(deployment, 60.0);
    let incident = &record.incidents[0];
    [incident.noticed, incident.ended, incident.restored]
        .map(|time| time.map(crate::units::SimTime::as_nanos))
}

/// Checks of server 1 start at 1 s, and then 2 s after the end of the one before.
#[test]
fn checks_notice_a_crash_at_the_third_refusal_and_the_return_at_the_second_success() {
    let mut deployment = two_servers();
    deployment.services[0].detection = detection(
        "health_check",
        "{ interval = \"2 s\", timeout = \"1 s\", fall = 3, rise = 2 }",
    );
    deployment.faults = vec![strikes(Harm::Crash, 10.0)];
    // Checks at 11, 13 and 15 s are refused, those at 21 and 23 s answered.
    let expected = [15_000, 20_250, 23_000].map(|at| Some(at * MS));
    assert_eq!(incident(&deployment), expected);
    // Until 15 s the requests of 10, 12 and 14 s are lost.
    let record = run_for(&deployment, 60.0);
    assert_eq!(record.incidents[0].toll.failed, 3);
    assert_eq!(record.incidents[0].unnoticed.failed, 3);
    let health = record.services[0].health.as_ref().unwrap();
    assert_eq!(health.detection.mean(), Some(4.75));
    assert_eq!(health.false_alarms, 0);
    let expected = 1.0 - 10.0 / 120.0;
    assert!((health.up - expected).abs() < 1e-12, "{}", health.up);
    assert!((health.time_with[1] - 10.0 / 60.0).abs() < 1e-12);
}

/// A hang is noticed later: each check takes its whole timeout.
#[test]
fn checks_notice_a_hang_by_their_timeout() {
    let mut deployment = two_servers();
    deployment.services[0].detection = detection(
        "health_check",
        "{ interval = \"2 s\", timeout = \"1 s\", fall = 3, rise = 2 }",
    );
    deployment.faults = vec![strikes(Harm::Hang { resumes: false }, 20.0)];
    // Checks start at 11, 14, 17 s and fail at 12, 15, 18 s; the next end at 21, 24, 27, 30 s. That of 29 s waits in
    // the queue until the restart at 30.25 s breaks it off, for it times out at 30 s only; at 32 and 34 s all is well.
    let expected = [18_000, 30_250, 34_000].map(|at| Some(at * MS));
    assert_eq!(incident(&deployment), expected);
}

/// As in HAProxy: checks follow each other quickly between a first failure and down, and between a first success and up.
#[test]
fn checks_are_denser_while_a_verdict_is_near() {
    let mut deployment = two_servers();
    deployment.services[0].detection = detection(
        "health_check",
        "{ interval = \"4 s\", timeout = \"1 s\", fast_interval = \"1 s\", down_interval = \"2 s\" }",
    );
    deployment.faults = vec![strikes(Harm::Crash, 10.0)];
    // Checks at 2, 6, 10, 14 s; refused there, at 15 and at 16 s; then at 18, 20 and 22 s, where it is answered, and 23 s.
    let expected = [16_000, 20_250, 23_000].map(|at| Some(at * MS));
    assert_eq!(incident(&deployment), expected);
}

/// The checks of server 0 begin at 0 s, so those of a divided interval hold those of the whole one.
#[test]
fn denser_checks_never_notice_later() {
    let mut rng = crate::rng::Seed(7).replication(0).stream("faults");
    let mut sooner = 0;
    for _ in 0..100 {
        let at = 5.0 + 10.0 * rng.open01();
        let noticed = |milliseconds: u32| {
            let mut deployment = two_servers();
            let settings = format!("{{ interval = \"{milliseconds} ms\", timeout = \"{milliseconds} ms\" }}");
            deployment.services[0].detection = detection("health_check", &settings);
            deployment.faults = vec![FaultPlan {
                at: seconds(at),
                from_start: false,
                target: Target::Server {
                    service: 0,
                    server: 0,
                },
                ..strikes(Harm::Crash, 30.0)
            }];
            incident(&deployment)[0].unwrap()
        };
        let times = [4_000, 2_000, 1_000, 500].map(noticed);
        assert!(times.is_sorted_by(|slow, fast| fast <= slow), "{at}: {times:?}");
        sooner += u32::from(times[3] < times[0]);
    }
    assert_eq!(sooner, 100);
}

#[test]
fn a_connection_tells_nothing_of_a_hang() {
    let mut deployment = two_servers();
    deployment.services[0].detection = detection("health_check", "{ probe = \"connect\" }");
    deployment.faults = vec![strikes(Harm::Hang { resumes: true }, 10.0)];
    assert_eq!(incident(&deployment)[0], None);
}

/// A server that is only busy answers its checks too late, and counts as down.
#[test]
fn a_busy_server_may_count_as_down() {
    let mut deployment = two_servers();
    deployment.services[0].work = Dist::constant(1.9).unwrap();
    deployment.services[0].detection = detection(
        "health_check",
        "{ interval = \"500 ms\", timeout = \"400 ms\", fall = 1, rise = 1 }",
    );
    let record = run_for(&deployment, 60.0);
    assert!(0 < record.services[0].health.as_ref().unwrap().false_alarms);
}

/// Beats of server 1 come at 0.5, 1.5, … s, so the last before 10.25 s at 9.5 s; three missed are noticed at 12.5 s.
#[test]
fn a_lease_runs_out_after_its_last_beat_and_one_beat_renews_it() {
    let mut deployment = two_servers();
    deployment.services[0].detection = detection("lease", "{ interval = \"1 s\", missed = 3 }");
    deployment.faults = vec![strikes(Harm::Crash, 10.0)];
    let expected = [12_500, 20_250, 20_250].map(|at| Some(at * MS));
    assert_eq!(incident(&deployment), expected);
}

/// Regular beats at 0.5, 1.5, … s; with the least deviation of 0.1 s, φ = 3 comes 1.309 s after the last.
#[test]
fn suspicion_grows_with_silence() {
    let mut deployment = two_servers();
    deployment.services[0].detection = detection(
        "phi_accrual",
        "{ interval = \"1 s\", jitter = \"0 %\", threshold = 3.0 }",
    );
    deployment.faults = vec![strikes(Harm::Hang { resumes: true }, 10.0)];
    let [noticed, ended, restored] = incident(&deployment);
    let expected = 9_500 * MS + 1_309_023_231;
    assert!(
        noticed.unwrap().abs_diff(expected) <= 2,
        "{noticed:?} against {expected}"
    );
    assert_eq!((ended, restored), (Some(20_250 * MS), Some(20_500 * MS)));
}

/// Errors at 10.25, 12 and 14 s: the third ejects. The ejection outlasts the crash.
#[test]
fn failures_in_a_row_eject_a_server_for_a_while() {
    let mut deployment = two_servers();
    deployment.services[0].detection = detection(
        "outlier_ejection",
        "{ consecutive_errors = 3, ejection_time = \"7 s\" }",
    );
    deployment.faults = vec![strikes(Harm::Crash, 5.0)];
    let expected = [14_000, 15_250, 21_000].map(|at| Some(at * MS));
    assert_eq!(incident(&deployment), expected);
}

#[test]
fn no_more_than_a_share_of_servers_is_ejected() {
    let mut deployment = two_servers();
    deployment.services[0].detection = detection("outlier_ejection", "{ consecutive_errors = 1 }");
    let both = FaultPlan {
        target: Target::Service(0),
        ..strikes(Harm::Crash, 5.0)
    };
    deployment.faults = vec![both];
    let record = run_for(&deployment, 20.0);
    // One of two is all that may go; it was the one whose request broke, so the other refuses at 11, 12, 13, 14, 15 s.
    assert_eq!(ends(&record), (13, 6));
}

#[test]
fn backups_serve_only_when_all_others_are_out() {
    let mut deployment = two_servers();
    let mut backup = group(1);
    backup.backup = true;
    deployment.services[0].groups.push(backup);
    deployment.services[0].detection = detection("lease", "{ interval = \"100 ms\", missed = 1 }");
    let whole = FaultPlan {
        target: Target::Group { service: 0, group: 0 },
        ..strikes(Harm::Crash, 10.0)
    };
    assert_eq!(run_for(&deployment, 29.9).services[0].served[2], 0);
    deployment.faults = vec![strikes(Harm::Crash, 10.0)];
    assert_eq!(run_for(&deployment, 29.9).services[0].served[2], 0, "one is left");
    deployment.faults = vec![whole];
    let record = run_for(&deployment, 29.9);
    // From 11 s to 20 s; all others of the service's 29 but the one lost at 10.25 s.
    assert_eq!(record.services[0].served[2], 10);
    assert_eq!(ends(&record), (28, 1));
    assert!(record.incidents[0].failover.is_some());
    deployment.services[0].groups.pop();
    let record = run_for(&deployment, 29.9);
    assert!(record.incidents[0].noticed.is_some());
    assert_eq!(record.incidents[0].failover, None, "there is none to take over");
}

/// The share of a server that is back grows over 16 s: it gets a sixteenth of its turns in the first second.
#[test]
fn a_server_that_is_back_starts_slowly() {
    let mut deployment = two_servers();
    deployment.workloads[0].arrivals = crate::model::arrival::renewal::plan(Dist::constant(0.01).unwrap());
    deployment.services[0].work = Dist::constant(0.001).unwrap();
    let served = |slow: &str| {
        let mut deployment = deployment.clone();
        let settings = format!("{{ interval = \"1 s\", timeout = \"500 ms\", fall = 1, rise = 1{slow} }}");
        deployment.services[0].detection = detection("health_check", &settings);
        deployment.faults = vec![strikes(Harm::Crash, 9.75)];
        // Back by the check at 20.5 s.
        let until = |end| run_for(&deployment, end).services[0].served[1];
        [until(20.5), until(28.5), until(36.5), until(44.5)]
    };
    let (slow, quick) = (served(", slow_start = \"16 s\""), served(""));
    assert_eq!(slow[0], quick[0], "no slow start at the beginning");
    // In turn with another server, with chance w: a share of w/(1 + w) of 800 requests in eight seconds.
    let expect = |steps: std::ops::Range<u32>| {
        let share = |step| f64::from(step) / 16.0;
        steps
            .map(|step| 100.0 * share(step + 1) / (1.0 + share(step + 1)))
            .sum::<f64>()
    };
    for (got, expected) in [
        (slow[1] - slow[0], expect(0..8)),
        (slow[2] - slow[1], expect(8..16)),
        (slow[3] - slow[2], 400.0),
        (quick[1] - quick[0], 400.0),
    ] {
        assert!((got as f64 - expected).abs() < 40.0, "{got} against {expected}");
    }
}

/// A server that is down reports nothing, so what it said last stands: here that it has a request, and the other has none.
#[test]
fn a_server_that_is_down_does_not_report() {
    let mut deployment = two_servers();
    let ties = crate::model::balancer::least_connections::Ties::Oldest;
    deployment.services[0].balancer = crate::model::balancer::least_connections::plan(ties);
    deployment.services[0].report_every = Some(seconds(0.1));
    for server in 0..2 {
        let strikes_there = FaultPlan {
            target: Target::Server { service: 0, server },
            ..strikes(Harm::Crash, 10.0)
        };
        deployment.faults = vec![strikes_there];
        let record = run_for(&deployment, 19.9);
        // Only one of them was at work then; the other looks as idle as it is, and refuses all that it gets.
        let (done, failed) = ends(&record);
        assert_eq!(done + failed, 19);
        let busy = record.incidents[0].toll.failed == 1;
        assert!(
            busy && failed == 1 || !busy && 4 <= failed,
            "server {server}: {failed} failed"
        );
    }
}
