//! Timelines worked by hand, to the nanosecond, and the same timelines request by request.

use std::sync::atomic::AtomicBool;

use super::*;
use crate::{
    model::{self, HealthRecord, OutageRecord},
    rng::Seed,
    scenario,
};

/// Runs a scenario for a thousand seconds, of which nothing is cut off.
fn run(text: &str) -> Record {
    let text = format!("[run]\nduration = \"1000 s\"\n{text}");
    let loaded = scenario::from_str("drill", &text, &[]).unwrap_or_else(|error| panic!("{error}"));
    let stop = AtomicBool::new(false);
    let spec = RunSpec {
        streams: Seed(1).replication(0),
        warmup: SimDuration::ZERO,
        duration: loaded.scenario.run.duration,
        bucket: SimDuration::from_secs_f64(10.0),
        max_in_flight: 1_000_000,
        stop: &stop,
    };
    model::simulate(&loaded.scenario.deployment, &spec)
}

fn drill(text: &str) -> (HealthRecord, OutageRecord) {
    let mut record = run(text);
    let service = record.services.swap_remove(0);
    (service.health.unwrap(), service.outage.unwrap())
}

const CHECKED: &str = "health_check = { interval = \"2 s\", timeout = \"1 s\", fall = 3, rise = 2 }\n";

/// A fault of a mode on a target, in seconds.
fn fault(mode: &str, target: &str, from: f64, to: f64) -> String {
    format!(
        "[[fault]]\nmode = {mode}\ntarget = \"{target}\"\nat = \"{from} s\"\nfor = \"{} s\"\n",
        to - from
    )
}

/// Two servers; the first is checked at even seconds, the second at odd ones.
fn pair(detector: &str, faults: &str) -> (HealthRecord, OutageRecord) {
    drill(&format!(
        "[[service]]\nname = \"api\"\nservers = 2\n{detector}{faults}"
    ))
}

/// Asserts that a time is this, to the nanosecond.
fn assert_is(seconds: Option<f64>, expected: f64) {
    let seconds = seconds.expect("there is such a time");
    assert!((seconds - expected).abs() < 0.5e-9, "{seconds} is not {expected}");
}

/// Checks at 102, 104 and 106 s are refused; those at 162 and 164 s are answered.
#[test]
fn a_crash_is_noticed_by_the_checks_after_it() {
    let (health, outage) = pair(CHECKED, &fault("\"crash\"", "server:api.1", 100.5, 160.5));
    assert_is(health.detection.mean(), 5.5);
    assert_is(outage.readmission.mean(), 3.5);
    assert_is(outage.down.mean(), 60.0);
    assert_is(Some(outage.availability), 1.0 - 5.5 / 2.0 / 1000.0);
    assert_is(Some(health.up), 0.97);
    assert_eq!(health.time_with, [0.0, 0.06, 0.94]);
    assert_eq!((outage.failures, outage.outages), (1, 0));
}

/// A check that begins as the server crashes meets the crashed one.
#[test]
fn a_crash_at_the_moment_of_a_check_fails_it() {
    let (health, outage) = pair(CHECKED, &fault("\"crash\"", "server:api.2", 101.0, 161.0));
    assert_is(health.detection.mean(), 4.0);
    assert_is(outage.readmission.mean(), 2.0);
}

/// Checks from 102, 105 and 108 s each wait a second in vain. They go on every three seconds: from 159 s, and then 162 s.
#[test]
fn a_hang_is_noticed_later_and_checks_keep_their_rhythm() {
    let (health, outage) = pair(CHECKED, &fault("\"hang\"", "server:api.1", 100.5, 160.5));
    assert_is(health.detection.mean(), 8.5);
    assert_is(outage.readmission.mean(), 3.5);
}

/// The check that waits since 159 s fails when the server is restarted at 159.5 s, and is answered when it goes on.
#[test]
fn a_check_under_way_breaks_with_a_restart_and_is_answered_when_the_server_goes_on() {
    let hang = |mode| pair(CHECKED, &fault(mode, "server:api.1", 100.5, 159.5));
    assert_is(hang("\"hang\"").1.readmission.mean(), 4.0);
    assert_is(hang("\"hang\"\nresumes = true").1.readmission.mean(), 2.0);
}

#[test]
fn a_connection_is_no_proof_of_life_and_a_crash_ends_it() {
    let connect = CHECKED.replace(" }", ", probe = \"connect\" }");
    let (health, outage) = pair(&connect, &fault("\"hang\"", "server:api.1", 100.5, 160.5));
    assert_eq!(health.detection.count(), 0);
    assert_is(Some(outage.availability), 0.97);
    let crash = pair(&connect, &fault("\"crash\"", "server:api.1", 100.5, 160.5));
    assert_is(crash.0.detection.mean(), 5.5);
}

/// Each interval by its name: 102, then every half second; then every ten seconds from 113 s on, and half a second more.
#[test]
fn intervals_follow_what_is_believed() {
    let checks = CHECKED.replace(" }", ", fast_interval = \"500 ms\", down_interval = \"10 s\" }");
    let (health, outage) = pair(&checks, &fault("\"crash\"", "server:api.1", 100.5, 160.5));
    assert_is(health.detection.mean(), 2.5);
    assert_is(outage.readmission.mean(), 3.0);
}

/// Beats of the second server come at half seconds: the last at 99.5 s. The first after the crash comes at once.
#[test]
fn a_lease_runs_out_some_beats_after_the_last() {
    let lease = "lease = { interval = \"1 s\", missed = 3 }\n";
    let (health, outage) = pair(lease, &fault("\"hang\"", "server:api.2", 100.2, 160.2));
    assert_is(health.detection.mean(), 2.3);
    assert_is(outage.readmission.mean(), 0.0);
}

/// Beats every second, the last at 100 s: suspected 3.0902 deviations of 0.1 s later than the next was due.
#[test]
fn suspicion_grows_with_silence() {
    let phi = "phi_accrual = { interval = \"1 s\", jitter = \"0 %\", threshold = 3.0 }\n";
    let (health, outage) = pair(phi, &fault("\"crash\"", "server:api.1", 100.2, 160.2));
    let expected = 0.8 + 0.1 * 3.090_232_306_2;
    assert!((health.detection.mean().unwrap() - expected).abs() < 1e-8);
    assert_is(outage.readmission.mean(), 0.8);
}

#[test]
fn backups_take_over_when_the_rest_is_believed_gone_and_hand_back() {
    let groups = "[[service.group]]\nservers = 1\n[[service.group]]\nservers = 1\nbackup = true\n";
    let service = format!("[[service]]\nname = \"api\"\n{CHECKED}{groups}");
    let (_, outage) = drill(&format!(
        "{service}{}",
        fault("\"crash\"", "group:api.1", 100.5, 160.5)
    ));
    assert_eq!(outage.outages, 1);
    assert_is(outage.outage.mean(), 5.5);
    assert_is(Some(outage.availability), 1.0 - 5.5 / 1000.0);
    // A backup that fails while nobody needs it costs nothing.
    let (health, outage) = drill(&format!(
        "{service}{}",
        fault("\"crash\"", "group:api.2", 100.5, 160.5)
    ));
    assert_eq!((outage.outages, outage.availability), (0, 1.0));
    assert_is(Some(health.up), 0.97);
}

#[test]
fn a_drained_server_costs_nothing_and_is_up() {
    let (health, outage) = pair(CHECKED, &fault("\"drain\"", "server:api.1", 100.0, 160.0));
    assert_eq!((health.up, outage.availability, outage.failures), (1.0, 1.0, 0));
    let both =
        fault("\"drain\"", "server:api.1", 100.0, 160.0) + &fault("\"crash\"", "server:api.2", 110.5, 120.5);
    let (_, outage) = pair(CHECKED, &both);
    // Nobody is left until the crashed one is back in rotation: 121 and 123 s are its checks.
    assert_is(outage.outage.mean(), 12.5);
}

#[test]
fn a_server_that_answers_some_requests_wrongly_works_for_the_others() {
    let half = fault("\"error\"\nshare = \"50 %\"", "server:api.1", 100.0, 160.0);
    let (health, outage) = pair("", &half);
    assert_is(Some(outage.availability), 1.0 - 0.06 * 0.25);
    assert_eq!((health.up, outage.failures), (1.0, 0));
    // Checks see the errors too: in a minute some are in a row, and then it gets less.
    let (_, checked) = pair(CHECKED, &half);
    assert!(
        outage.availability < checked.availability,
        "{}",
        checked.availability
    );
}

#[test]
fn a_zone_strikes_all_its_services_and_a_balancer_its_share() {
    let text = "[[zone]]\nname = \"a\"\n\
        [[service]]\nname = \"api\"\nservers = 1\nzone = \"a\"\nbalancer = { policy = \"random\", balancers = 4 }\n\
        [[service]]\nname = \"db\"\nservers = 1\nzone = \"a\"\n";
    let zone = run(&format!("{text}{}", fault("\"crash\"", "zone:a", 100.0, 150.0)));
    let availability = |record: &Record, at: usize| record.services[at].outage.as_ref().unwrap().availability;
    assert_is(Some(availability(&zone, 0)), 0.95);
    assert_is(Some(availability(&zone, 1)), 0.95);
    let balancer = run(&format!(
        "{text}{}",
        fault("\"crash\"", "balancer:api.2", 100.0, 200.0)
    ));
    assert_is(Some(availability(&balancer, 0)), 0.975);
    assert_is(Some(availability(&balancer, 1)), 1.0);
}

/// RFC 9568: the last advertisement at 100 s, three more missed, and a skew of 156/256 s. A proper end says so at 300 s.
#[test]
fn a_standby_balancer_takes_over_after_its_silence() {
    let text = "[[service]]\nname = \"api\"\nservers = 1\nbalancer = { policy = \"random\", standby = {} }\n";
    let (_, outage) = drill(&format!(
        "{text}{}",
        fault("\"crash\"", "balancer:api.1", 100.5, 160.5)
    ));
    assert_eq!(outage.outages, 1);
    assert_is(outage.outage.mean(), 3.109_375);
    let (_, outage) = drill(&format!(
        "{text}{}",
        fault("\"drain\"", "balancer:api.1", 300.0, 360.0)
    ));
    assert_is(outage.outage.mean(), 0.609_375);
    // The standby may come and go while nobody needs it.
    let (_, outage) = drill(&format!(
        "{text}{}",
        fault("\"crash\"", "balancer:api.2", 100.5, 160.5)
    ));
    assert_eq!((outage.outages, outage.availability), (0, 1.0));
}

/// Of intervals each half as long as the one before, the checks are among those of the next.
#[test]
fn a_shorter_interval_never_notices_later() {
    let mut shortened = 0;
    for step in 0..60 {
        let from = 100.0 + 0.37 * f64::from(step);
        let mut last = f64::INFINITY;
        for interval in ["8 s", "4 s", "2 s", "1 s", "500 ms"] {
            let text = format!(
                "[[service]]\nname = \"api\"\nservers = 1\nhealth_check = {{ interval = \"{interval}\", \
                 timeout = \"200 ms\" }}\n"
            );
            let (health, _) = drill(&format!(
                "{text}{}",
                fault("\"crash\"", "server:api.1", from, from + 60.0)
            ));
            let now = health.detection.mean().unwrap();
            assert!(now <= last, "every {interval}: {now} after {last} at {from}");
            shortened += i32::from(now < last);
            last = now;
        }
    }
    assert!(shortened > 200, "{shortened}");
}

/// A workload that sends next to nothing makes the same drill a matter of requests; balancers must notice the same.
#[test]
fn both_time_scales_notice_at_the_same_moments() {
    let workload = "[[workload]]\nname = \"few\"\nto = \"api\"\ntimeout = \"1 s\"\n\
        arrivals = { process = \"poisson\", rate = \"0.1 /s\" }\n";
    let faults = fault("\"crash\"", "server:api.1", 100.3, 160.7)
        + &fault("\"hang\"", "server:api.2", 200.2, 290.9)
        + &fault("\"hang\"\nresumes = true", "service:api", 400.123, 499.9)
        + &fault("\"crash\"", "server:api.3", 410.0, 420.5)
        + &fault("\"hang\"", "server:api.1", 700.5, 702.9);
    for detector in [
        CHECKED,
        "health_check = { interval = \"1.7 s\", timeout = \"900 ms\", fall = 2, rise = 3, down_interval = \"5 s\" }\n",
        "health_check = { interval = \"3 s\", timeout = \"2 s\", fall = 1, rise = 1, fast_interval = \"1 s\" }\n",
        "lease = { interval = \"1.1 s\", missed = 2 }\n",
    ] {
        let service = format!("[[service]]\nname = \"api\"\nservers = 3\nwork = \"1 ms\"\n{detector}");
        let long = run(&format!("{service}{faults}"));
        let short = run(&format!("{workload}{service}{faults}"));
        assert!(short.workloads[0].offered > 50);
        let of = |record: &Record| record.services[0].health.clone().unwrap();
        let (long, short) = (of(&long), of(&short));
        assert_eq!(long.detection.count(), short.detection.count(), "{detector}");
        assert!(2 < long.detection.count());
        assert_is(long.detection.mean(), short.detection.mean().unwrap());
        assert_is(long.detection.sd(), short.detection.sd().unwrap());
        assert_is(Some(long.up), short.up);
    }
}

#[test]
fn what_never_fails_is_always_up() {
    let text = "[[service]]\nname = \"api\"\nservers = 3\n[[service.failure]]\nmode = \"crash\"\nafter = \"200 y\"\n\
        repair = \"1 h\"\n";
    let (health, outage) = drill(text);
    assert_eq!((health.up, outage.availability), (1.0, 1.0));
    assert_eq!((outage.failures, outage.outages, outage.outage_max), (0, 0, 0.0));
}

/// Two groups that are alike: which of them has lost a server is all the same. Failures every 100 s that last 20 s, of both
/// servers of a group at once, and checks that take 4 to 6 s: of each hundred seconds some are unnoticed, some out.
#[test]
fn a_census_counts_each_state_once_whichever_group_it_is_in() {
    let text = "[run]\nduration = \"1200 s\"\n[[service]]\nname = \"api\"\n\
        health_check = { interval = \"2 s\", timeout = \"1 s\", fall = 3, rise = 2 }\n\
        [[service.group]]\nservers = 2\n[[service.group]]\nservers = 2\n\
        [[service.failure]]\nmode = \"crash\"\nof = \"group\"\nrepair = \"20 s\"\n\
        after = { distribution = \"uniform\", low = \"40 s\", high = \"400 s\" }\n";
    let loaded = scenario::from_str("census", text, &[]).unwrap_or_else(|error| panic!("{error}"));
    let stop = AtomicBool::new(false);
    let spec = RunSpec {
        streams: Seed(3).replication(0),
        warmup: SimDuration::ZERO,
        duration: loaded.scenario.run.duration,
        bucket: SimDuration::from_secs_f64(10.0),
        max_in_flight: 1,
        stop: &stop,
    };
    let states = census(&loaded.scenario.deployment, &spec);
    let total: f64 = states.iter().map(|(_, stay)| stay.seconds).sum();
    assert!((total - 1200.0).abs() < 1e-6, "{total}");
    let part = |group, failure, servers| DegradedPart {
        service: 0,
        group,
        failure,
        servers,
    };
    let of = |parts: Vec<DegradedPart>| {
        let found = states.iter().find(|(state, _)| state.parts == parts);
        found.map_or(Stay::default(), |(_, stay)| *stay)
    };
    let (unnoticed, out) = (of(vec![part(0, Some(0), 2)]), of(vec![part(0, None, 2)]));
    assert!(3 < unnoticed.visits && 3 < out.visits, "{states:?}");
    // Until the first of the two is noticed it takes 4 to 6 s; both are out for some 20 s less that and more until they are back.
    let mean = unnoticed.seconds / unnoticed.visits as f64;
    assert!((3.0..6.0).contains(&mean), "{mean}");
    assert!(
        states
            .iter()
            .all(|(state, _)| state.parts.iter().all(|part| part.group == 0)
                || state.parts.iter().any(|part| part.group == 0))
    );
}
