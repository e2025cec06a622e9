//! Consistency is not asserted but checked: what clients saw, operation by operation, under random faults.

use super::{
    run_for, seconds,
    stores::{of, read, store},
};
use crate::{
    dist::Dist,
    model::{
        Deployment, NetworkPlan,
        failure::{FaultPlan, Harm, Target},
        record::Done,
        storage::{Operation, versions::Version},
    },
    rng::{Seed, Stream},
};

/// What clients could see that they should not.
#[derive(Clone, Copy, Debug, Default)]
struct Anomalies {
    /// Reads of an older version than one that was acknowledged before they began.
    stale: u64,
    /// Reads of an older version than one that was read before they began.
    backwards: u64,
    reads: u64,
}

/// Looks at every read beside every operation that had ended when it began.
fn look(history: &[Done]) -> Anomalies {
    let mut anomalies = Anomalies::default();
    for read in history {
        let (Operation::Read, Some(version)) = (read.operation, read.version) else {
            continue;
        };
        anomalies.reads += 1;
        let before = |operation: Operation| -> Version {
            let earlier = history.iter().filter(|other| {
                other.operation == operation && other.key == read.key && other.ended <= read.began
            });
            earlier
                .filter_map(|other| other.version)
                .max()
                .unwrap_or_default()
        };
        anomalies.stale += u64::from(version < before(Operation::Write));
        anomalies.backwards += u64::from(version < before(Operation::Read));
    }
    anomalies
}

fn any_fault(nodes: u32, rng: &mut Stream) -> FaultPlan {
    let harm = match rng.below(4) {
        0 | 1 => Harm::Crash,
        2 => Harm::Hang {
            resumes: rng.below(2) == 0,
        },
        _ => Harm::Slow { factor: 20.0 },
    };
    FaultPlan {
        at: seconds(4.0 * rng.open01()),
        from_start: false,
        lasts: seconds(2.0 * rng.open01()),
        target: Target::Server {
            service: 0,
            server: rng.below(nodes as usize) as u32,
        },
        target_text: String::new(),
        harm,
        data_lost: 0.0,
    }
}

/// Three or five nodes, few keys, messages that take a while, and checks that find out quickly and sometimes wrongly.
fn deployment(nodes: u32, quorums: (u32, u32), consistency: &str) -> Deployment {
    let mut deployment = store(
        nodes,
        quorums,
        consistency,
        60.0,
        &Dist::exponential(0.003).unwrap(),
    );
    deployment.services[0].store.as_mut().unwrap().keys.count = 4;
    let time = Some(Dist::exponential(0.002).unwrap());
    deployment.network = Some(NetworkPlan {
        within_zone: time.clone(),
        between_zones: time.clone(),
        outside: time,
        loss: 0.001,
        retransmit: seconds(0.05),
    });
    let check = "{ interval = \"60 ms\", timeout = \"30 ms\", fall = 2, rise = 1 }";
    deployment.services[0].detection.health_check = Some(read(check));
    deployment
}

/// Adds up what is seen under so many schedules of faults, none of which has any fault if `calm`.
fn look_many(schedules: u32, calm: bool, any: impl Fn(&mut Stream) -> Deployment) -> (Anomalies, u64, u64) {
    let mut rng = Seed(11).replication(0).stream("schedules");
    let (mut sum, mut lost, mut elections) = (Anomalies::default(), 0, 0);
    for _ in 0..schedules {
        let mut deployment = any(&mut rng);
        let nodes = deployment.services[0].groups[0].servers;
        if !calm {
            deployment.faults = (0..=rng.below(6)).map(|_| any_fault(nodes, &mut rng)).collect();
        }
        let gap = 0.01 + 0.02 * rng.open01();
        deployment.workloads[0].arrivals =
            crate::model::arrival::renewal::plan(Dist::exponential(gap).unwrap());
        let record = run_for(&deployment, 6.0);
        let seen = look(&of(&record).history);
        sum.reads += seen.reads;
        sum.stale += seen.stale;
        sum.backwards += seen.backwards;
        lost += of(&record).lost_writes;
        elections += of(&record).elections;
    }
    (sum, lost, elections)
}

/// The same in three zones, some of whose nodes are cut off from others now and then, and with clients in any of them or in none.
fn split(mut deployment: Deployment, rng: &mut Stream) -> Deployment {
    let nodes = deployment.services[0].groups[0].servers as usize;
    deployment.zones = ["a", "b", "c"].map(str::to_owned).to_vec();
    let zoned = (0..nodes).map(|node| crate::model::Group {
        servers: 1,
        zone: Some(node % 3),
        ..deployment.services[0].groups[0].clone()
    });
    deployment.services[0].groups = zoned.collect();
    for workload in &mut deployment.workloads {
        workload.zone = Some(rng.below(4)).filter(|&zone| zone < 3);
    }
    for _ in 0..=rng.below(3) {
        let zone = rng.below(3);
        let other = (zone + 1 + rng.below(2)) % 3;
        deployment.faults.push(FaultPlan {
            at: seconds(4.0 * rng.open01()),
            lasts: seconds(2.0 * rng.open01()),
            target: Target::Zone(zone),
            target_text: String::new(),
            harm: Harm::Partition {
                from: (rng.below(2) == 0).then(|| vec![deployment.zones[other].clone()]),
            },
            data_lost: 0.0,
            from_start: false,
        });
    }
    if rng.below(2) == 0 {
        deployment.faults.push(any_fault(nodes as u32, rng));
    }
    deployment.split();
    deployment
}

/// Adds up what is seen under so many schedules of partitions.
fn look_through_partitions(schedules: u32, consistency: &str) -> (Anomalies, u64, u64) {
    look_many(schedules, true, |rng| {
        let nodes = [3, 5][rng.below(2)];
        split(
            deployment(nodes, (nodes / 2 + 1, nodes / 2 + 1), consistency),
            rng,
        )
    })
}

#[test]
fn partitions_lose_nothing_that_a_majority_acknowledged_and_make_nothing_go_back() {
    let consistency = format!("{{ mode = \"leader\", {ELECTION} }}");
    let (seen, lost, elections) = look_through_partitions(1_500, &consistency);
    assert_eq!((seen.stale, seen.backwards, lost), (0, 0, 0), "{seen:?}");
    assert!(1_500 < elections && 50_000 < seen.reads, "{elections} {seen:?}");
}

#[test]
fn quorums_that_meet_never_return_an_old_value_through_partitions() {
    let (seen, ..) = look_through_partitions(600, "\"leaderless\"");
    assert_eq!(seen.stale, 0, "{seen:?}");
    assert!(20_000 < seen.reads, "{seen:?}");
}

#[test]
fn partitions_do_harm_where_nobody_is_fenced_or_waited_for() {
    let unfenced = format!("{{ mode = \"leader\", fencing = false, {ELECTION} }}");
    let (seen, ..) = look_through_partitions(300, &unfenced);
    assert!(5 < seen.stale && 5 < seen.backwards, "{seen:?}");
    let alone = format!("{{ mode = \"leader\", replication = \"asynchronous\", {ELECTION} }}");
    let (seen, lost, _) = look_through_partitions(300, &alone);
    assert!(5 < seen.stale && 5 < lost, "{lost} {seen:?}");
}

const ELECTION: &str = "election = \"100 ms\"";

#[test]
fn quorums_that_meet_never_return_an_old_value() {
    for (nodes, quorums) in [(3, (2, 2)), (3, (1, 3)), (3, (3, 1)), (5, (3, 3)), (5, (2, 4))] {
        for calm in [true, false] {
            let (seen, ..) = look_many(60, calm, |_| deployment(nodes, quorums, "\"leaderless\""));
            assert_eq!(seen.stale, 0, "{nodes} {quorums:?} {calm}: {seen:?}");
            assert!(1_000 < seen.reads, "{seen:?}");
        }
    }
}

#[test]
fn quorums_that_do_not_meet_return_old_values_now_and_then() {
    let (seen, ..) = look_many(40, true, |_| deployment(3, (1, 1), "\"leaderless\""));
    assert!(10 < seen.stale, "{seen:?}");
    let (seen, ..) = look_many(200, true, |_| deployment(5, (2, 2), "\"leaderless\""));
    assert!(0 < seen.stale, "{seen:?}");
}

#[test]
fn a_majority_never_loses_what_it_acknowledged() {
    let consistency = format!("{{ mode = \"leader\", {ELECTION} }}");
    let (seen, lost, elections) = look_many(2_000, false, |rng| {
        deployment([3, 5][rng.below(2)], (1, 1), &consistency)
    });
    assert_eq!((seen.stale, seen.backwards, lost), (0, 0, 0), "{seen:?}");
    assert!(2_000 < elections && 100_000 < seen.reads, "{elections} {seen:?}");
}

/// The disk of one of three nodes comes back empty now and then; its replicas are made anew from what their leader has. With
/// two disks a majority could be gone.
#[test]
fn a_majority_loses_nothing_to_copies_of_less_than_it_has() {
    let consistency = format!("{{ mode = \"leader\", {ELECTION} }}");
    let mut rng = Seed(12).replication(0).stream("schedules");
    let (mut copies, mut reads) = (0, 0);
    for _ in 0..1_000 {
        let mut deployment = deployment(3, (1, 1), &consistency);
        let repair = "{ after = \"200 ms\", shard = \"1 MB\", bandwidth = \"5 MB/s\" }";
        deployment.services[0].store.as_mut().unwrap().repair = Some(read(repair));
        deployment.faults = (0..=rng.below(6)).map(|_| any_fault(3, &mut rng)).collect();
        for fault in &mut deployment.faults {
            let Target::Server { server, .. } = fault.target else {
                unreachable!("it strikes a server")
            };
            if matches!(fault.harm, Harm::Crash) && server == 0 {
                fault.data_lost = 1.0;
            }
        }
        let record = run_for(&deployment, 6.0);
        let seen = look(&of(&record).history);
        assert_eq!((seen.stale, seen.backwards, of(&record).lost_writes), (0, 0, 0));
        copies += of(&record).copies;
        reads += seen.reads;
    }
    assert!(20 < copies && 50_000 < reads, "{copies} {reads}");
}

#[test]
fn a_leader_that_does_not_wait_loses_acknowledged_writes() {
    let consistency = format!("{{ mode = \"leader\", replication = \"asynchronous\", {ELECTION} }}");
    let (seen, lost, elections) = look_many(200, false, |_| deployment(3, (1, 1), &consistency));
    assert!(
        5 < lost && 5 < seen.stale && 100 < elections,
        "{lost} {elections} {seen:?}"
    );
}

#[test]
fn without_fencing_a_former_leader_does_harm() {
    let consistency = format!("{{ mode = \"leader\", fencing = false, {ELECTION} }}");
    let (seen, ..) = look_many(400, false, |_| deployment(3, (1, 1), &consistency));
    assert!(5 < seen.stale && 5 < seen.backwards, "{seen:?}");
}

#[test]
fn any_replica_may_answer_with_an_old_value_even_where_a_majority_writes() {
    let consistency = format!("{{ mode = \"leader\", reads = \"any\", {ELECTION} }}");
    let (seen, ..) = look_many(100, true, |_| deployment(3, (1, 1), &consistency));
    assert!(20 < seen.stale, "{seen:?}");
}
