//! Messages of checks, and zones that are cut off, by the clock.

use super::{group, run_for, run_measured, seconds, stores, strikes, two_servers};
use crate::{
    dist::Dist,
    model::{
        Deployment, NetworkPlan, Record,
        caller::Expired,
        failure::{FaultPlan, Harm, Target},
        storage::Unavailable,
    },
};

const MS: u64 = 1_000_000;

/// Messages that take so many seconds, and of which some are lost.
fn takes(time: f64, loss: f64) -> NetworkPlan {
    let time = Some(Dist::constant(time).unwrap());
    NetworkPlan {
        within_zone: time.clone(),
        between_zones: time.clone(),
        outside: None,
        loss,
        retransmit: seconds(0.2),
    }
}

fn checked(settings: &str, network: Option<NetworkPlan>) -> Deployment {
    let mut deployment = two_servers();
    deployment.services[0].detection.health_check = Some(stores::read(settings));
    deployment.network = network;
    deployment
}

/// Each server in a zone of its own, and those of a store as well.
fn in_zones(mut deployment: Deployment) -> Deployment {
    for service in &mut deployment.services {
        let servers = service.servers();
        let zones = (0..servers).map(|zone| super::Group {
            zone: Some(zone),
            ..group(1)
        });
        service.groups = zones.collect();
        deployment.zones = (0..servers).map(|zone| zone.to_string()).collect();
    }
    deployment
}

/// A zone is cut off from 10.25 s on.
fn cut_off(deployment: &mut Deployment, zone: usize, lasts: f64, from: Option<&[&str]>) {
    deployment.faults.push(FaultPlan {
        target: Target::Zone(zone),
        ..strikes(
            Harm::Partition {
                from: from.map(|from| from.iter().map(|&name| name.to_owned()).collect()),
            },
            lasts,
        )
    });
    deployment.split();
}

/// Checks of server 1 go out at 0.5 s, and a second after the end of each, with 0.1 s there and back.
#[test]
fn a_check_and_its_answer_take_as_long_as_other_messages() {
    let settings = |timeout| {
        format!(
            "{{ interval = \"1 s\", timeout = \"{timeout} ms\", fall = 1, rise = 1, probe = \"connect\" }}"
        )
    };
    let mut deployment = checked(&settings(250), Some(takes(0.1, 0.0)));
    deployment.faults = vec![strikes(Harm::Crash, 10.0)];
    let record = run_for(&deployment, 15.9);
    // The one of 10.1 s comes just before the crash, and that of 11.3 s is refused at 11.4 s.
    let noticed = record.incidents[0].noticed.map(crate::units::SimTime::as_nanos);
    assert_eq!(noticed, Some(11_500 * MS));
    let health = record.services[0].health.as_ref().unwrap();
    assert_eq!((health.detection.mean(), health.false_alarms), (Some(1.25), 0));
    // Nobody who has to wait for longer than the timeout is well.
    let record = run_for(&checked(&settings(199), Some(takes(0.1, 0.0))), 15.9);
    assert_eq!(record.services[0].health.as_ref().unwrap().false_alarms, 2);
    assert_eq!((record.workloads[0].done, record.workloads[0].rejected), (0, 15));
    let record = run_for(&checked(&settings(201), Some(takes(0.1, 0.0))), 15.9);
    assert_eq!(record.workloads[0].failed, 0);
}

/// A check fails when one of its two messages is lost, because it is sent again only after the timeout.
#[test]
fn lost_messages_are_false_alarms() {
    let settings = "{ interval = \"1 s\", timeout = \"150 ms\", fall = 1, rise = 1 }";
    let mut deployment = checked(settings, Some(takes(0.05, 0.1)));
    deployment.services[0].work = Dist::constant(0.001).unwrap();
    let length = 50_000.0;
    let record = run_for(&deployment, length);
    let fails = 1.0 - 0.9_f64.powi(2);
    let cycle = 1.0 + (1.0 - fails) * 0.1 + fails * 0.15;
    let expected = 2.0 * length / cycle * fails * (1.0 - fails);
    let alarms = record.services[0].health.as_ref().unwrap().false_alarms as f64;
    assert!((alarms / expected - 1.0).abs() < 0.03, "{alarms} {expected}");
}

/// Server 1 is cut off for five seconds. Its answer of 10.5 s is sent again after 0.2, 0.4, 0.8, 1.6 and 3.2 s, and gets
/// through at 16.7 s; the request of 12 s at 18.2 s, and that of 14 s at 15.4 s.
#[test]
fn messages_are_sent_again_until_a_zone_is_not_cut_off_any_more() {
    let mut deployment = in_zones(two_servers());
    deployment.workloads[0].zone = Some(0);
    cut_off(&mut deployment, 1, 5.0, None);
    let record = run_for(&deployment, 30.9);
    let clients = &record.workloads[0];
    assert_eq!((clients.done, clients.failed), (30, 0));
    // The last of them waits for that of 18 s.
    assert_eq!(clients.response.max().unwrap() / MS, 7_000);
    let mean = clients.response_moments.mean().unwrap() / 1e9;
    assert!(
        (mean - (27.0 * 0.5 + 6.7 + 7.0 + 1.9) / 30.0).abs() < 1e-9,
        "{mean}"
    );
    // Who stands on the same side, or in a zone that it is not cut off from, notices nothing.
    for (zone, from) in [(Some(1), None), (None, Some(&["0"][..]))] {
        let mut deployment = in_zones(two_servers());
        deployment.workloads[0].zone = zone;
        if zone.is_some() {
            deployment.services[0].groups[0].zone = zone;
        }
        cut_off(&mut deployment, 1, 5.0, from);
        let longest = run_for(&deployment, 30.9).workloads[0].response.max();
        assert_eq!(longest.unwrap() / MS, 500);
    }
}

/// The balancer stands between three zones, of which one is cut off from the rest. Its checks of that server go unanswered from
/// 11 s on at the latest.
#[test]
fn a_balancer_takes_the_servers_of_a_zone_out_that_it_cannot_reach() {
    let mut deployment = checked(
        "{ interval = \"500 ms\", timeout = \"100 ms\", fall = 1, rise = 1 }",
        None,
    );
    deployment.services[0].groups = vec![group(3)];
    deployment.services[0].work = Dist::constant(0.01).unwrap();
    let mut deployment = in_zones(deployment);
    deployment.workloads[0].zone = Some(0);
    deployment.workloads[0].caller.timeout = Some(seconds(0.1));
    cut_off(&mut deployment, 2, 20.0, None);
    let record = run_for(&deployment, 60.9);
    let health = record.services[0].health.as_ref().unwrap();
    assert_eq!(
        (health.up, health.false_alarms),
        (1.0, 0),
        "nothing is wrong with it"
    );
    assert_eq!(
        record.workloads[0].failed,
        u64::from(record.workloads[0].failed == 1)
    );
    // Two in three of the twenty seconds' requests would have gone there otherwise, and do before and after.
    assert!(
        (13..=14).contains(&record.services[0].served[2]),
        "{:?}",
        record.services[0].served
    );
}

/// Reads from zone 0 and writes from zone 1, a hundred a second each, while zone 0 is cut off for ten seconds.
fn split_store(consistency: &str) -> Deployment {
    let work = Dist::constant(0.001).unwrap();
    let mut deployment = in_zones(stores::store(3, (2, 2), consistency, 100.0, &work));
    for (zone, workload) in deployment.workloads.iter_mut().enumerate() {
        workload.zone = Some(zone);
        (workload.caller.timeout, workload.caller.expired) = (Some(seconds(0.1)), Expired::Cancelled);
    }
    let check = "{ interval = \"100 ms\", timeout = \"50 ms\", fall = 1, rise = 1 }";
    deployment.services[0].detection.health_check = Some(stores::read(check));
    deployment
}

fn failed(record: &Record) -> [u64; 2] {
    [0, 1].map(|side| {
        let sender = &record.workloads[side];
        sender.offered - sender.done - sender.unfinished
    })
}

#[test]
fn the_side_of_a_quorum_goes_on_and_the_other_does_not() {
    let mut deployment = split_store("\"leaderless\"");
    assert_eq!(failed(&run_for(&deployment, 40.0)), [0, 0]);
    cut_off(&mut deployment, 0, 10.0, None);
    let [cut, rest] = failed(&run_for(&deployment, 40.0));
    assert!((930..1_070).contains(&cut) && rest == 0, "{cut} {rest}");
    // Those who wait for the others are answered when they are back; clients wait for no longer than they do here.
    deployment.services[0].store.as_mut().unwrap().unavailable = Unavailable::Wait;
    deployment.workloads[0].caller.timeout = Some(seconds(20.0));
    let waiting = run_for(&deployment, 40.0);
    // When it is over, a thousand reads come to the nodes at once, and some writes have to wait for too long.
    assert_eq!(failed(&waiting)[0], 0);
    // Those of the moment before that was noticed are sent again for the last time 12.6 s later.
    let longest = waiting.workloads[0].response.max().unwrap() / MS;
    assert!((12_600..12_650).contains(&longest), "{longest}");
}

#[test]
fn the_side_of_a_majority_elects_a_leader_and_the_other_is_fenced() {
    let mut deployment = split_store("{ mode = \"leader\", election = \"1 s\" }");
    cut_off(&mut deployment, 0, 10.0, None);
    let record = run_for(&deployment, 40.0);
    let [cut, rest] = failed(&record);
    // Of three shards at most all are led on the side that is cut off; noticing that takes 0.15 s, and an election 1 s.
    assert!((850..1_070).contains(&cut), "{cut}");
    assert!((20..150).contains(&rest), "{rest}");
    let store = stores::of(&record);
    assert!((1..=3).contains(&store.elections), "{}", store.elections);
    assert_eq!(store.lost_writes, 0);
}

/// The zone that is cut off has no majority, so its leaders have to go; whoever is in all views of the rest stays.
#[test]
fn nothing_is_elected_where_the_leader_is_on_the_side_of_the_majority() {
    let mut deployment = split_store("{ mode = \"leader\", election = \"100 ms\" }");
    let placed = run_measured(&deployment, 0.0, 1.0);
    assert_eq!(stores::of(&placed).elections, 0);
    let elections = [0, 1, 2].map(|zone| {
        let mut deployment = deployment.clone();
        cut_off(&mut deployment, zone, 10.0, None);
        stores::of(&run_for(&deployment, 40.0)).elections
    });
    assert_eq!(
        elections.iter().sum::<u64>(),
        3,
        "one for each shard: {elections:?}"
    );
    // What is cut off from a single other zone is still seen by the third, which elects nobody else.
    cut_off(&mut deployment, 0, 10.0, Some(&["1"]));
    let record = run_for(&deployment, 40.0);
    assert_eq!(stores::of(&record).elections, 0);
    for (failed, led_there) in failed(&record).into_iter().zip([elections[1], elections[0]]) {
        let expected = 1_000.0 * led_there as f64 / 3.0;
        assert!(
            (failed as f64 - expected).abs() < 60.0 + 0.1 * expected,
            "{failed} {expected}"
        );
    }
}
