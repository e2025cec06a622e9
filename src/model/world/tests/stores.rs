//! Stores by the clock and by exact formulas.

use super::{group, run_for, seconds, strikes, two_servers};
use crate::{
    config::{Problems, Value, parse_value},
    dist::Dist,
    model::{
        Deployment, Popularity, Record, Skew, StoreRecord,
        arrival::renewal,
        failure::{Harm, Target},
        storage::{
            Operation, OperationPlan, StorePlan, Unavailable, consistency::Consistency, partition::Partition,
            placement::Placement,
        },
    },
};

pub(super) fn read<T: Value>(text: &str) -> T {
    let problems = Problems::default();
    let read = T::read(&parse_value(text, 0).unwrap(), &problems);
    read.unwrap_or_else(|| panic!("{text}: {:?}", problems.into_sorted()))
}

/// A store of so many nodes, all of which hold every key: one shard for each node. Reads come from one workload and writes
/// from another, both every `1 / rate` seconds on average.
pub(super) fn store(
    nodes: u32,
    quorums: (u32, u32),
    consistency: &str,
    rate: f64,
    work: &Dist,
) -> Deployment {
    let mut deployment = two_servers();
    let gaps = renewal::plan(Dist::exponential(1.0 / rate).unwrap());
    let reads = &mut deployment.workloads[0];
    (reads.arrivals, reads.operation) = (gaps, Some(Operation::Read));
    let mut writes = reads.clone();
    (writes.name, writes.operation) = ("writes".to_owned(), Some(Operation::Write));
    deployment.workloads.push(writes);
    let operation = |quorum| OperationPlan {
        quorum,
        work: work.clone(),
    };
    let service = &mut deployment.services[0];
    service.groups = vec![group(nodes)];
    service.store = Some(Box::new(StorePlan {
        shards: nodes,
        partition: Partition::Hash,
        replication: nodes,
        placement: read::<Placement>("\"random\""),
        keys: Popularity {
            count: 50,
            skew: Skew::Zipf(0.0),
        },
        read: operation(quorums.0),
        write: operation(quorums.1),
        consistency: read::<Consistency>(consistency),
        unavailable: Unavailable::Fail,
        repair: None,
        views: 0,
        measures_staleness: true,
        measures_durability: false,
    }));
    deployment
}

pub(super) fn of(record: &Record) -> &StoreRecord {
    record.services[0].store.as_ref().unwrap()
}

/// Nodes that are hardly ever busy: the k-th of three exponential times of 10 ms.
#[test]
fn an_operation_takes_as_long_as_the_slowest_replica_of_its_quorum() {
    let work = || Dist::exponential(0.01).unwrap();
    for (quorum, mean) in [(1, 1.0 / 3.0), (2, 1.0 / 3.0 + 0.5), (3, 1.0 / 3.0 + 0.5 + 1.0)] {
        let deployment = store(3, (quorum, quorum), "\"leaderless\"", 0.05, &work());
        let record = run_for(&deployment, 400_000.0);
        for times in [&of(&record).reads, &of(&record).writes] {
            let measured = times.moments.mean().unwrap() / 1e9;
            assert!(
                (measured / (0.01 * mean) - 1.0).abs() < 0.025,
                "{quorum}: {measured}"
            );
        }
    }
}

/// A leader's write takes its own time and then that of as many followers as it waits for: of two followers one, both or none.
#[test]
fn a_leader_waits_for_as_many_followers_as_it_should() {
    for (replication, followers) in [
        ("asynchronous", 0.0),
        ("semi-synchronous", 0.5),
        ("majority", 0.5),
        ("synchronous", 1.5),
    ] {
        let consistency = format!("{{ mode = \"leader\", replication = \"{replication}\" }}");
        let work = Dist::exponential(0.01).unwrap();
        let record = run_for(&store(3, (1, 1), &consistency, 0.05, &work), 400_000.0);
        let measured = of(&record).writes.moments.mean().unwrap() / 1e9;
        let expected = 0.01 * (1.0 + followers);
        assert!(
            (measured / expected - 1.0).abs() < 0.025,
            "{replication}: {measured}"
        );
        assert_eq!(of(&record).reads.failed + of(&record).writes.failed, 0);
    }
}

fn crashed(nodes: u32, fault_length: f64) -> Deployment {
    let work = Dist::constant(0.001).unwrap();
    let mut deployment = store(3, (2, 2), "\"leaderless\"", 100.0, &work);
    let mut fault = strikes(Harm::Crash, fault_length);
    for server in 0..nodes {
        fault.target = Target::Server { service: 0, server };
        deployment.faults.push(fault.clone());
    }
    deployment
}

#[test]
fn a_quorum_of_two_survives_one_node_and_not_two() {
    let one = run_for(&crashed(1, 5.0), 30.0);
    assert_eq!(of(&one).reads.failed + of(&one).writes.failed, 0);
    let two = run_for(&crashed(2, 5.0), 30.0);
    let failed = of(&two).reads.failed + of(&two).writes.failed;
    // Five seconds of two hundred operations a second.
    assert!((900..1_100).contains(&failed), "{failed}");
}

#[test]
fn what_a_node_missed_is_brought_to_it_and_nothing_is_if_nobody_keeps_it() {
    let mut deployment = crashed(1, 5.0);
    let record = run_for(&deployment, 30.0);
    // Of 50 keys all were written in these five seconds; one is tried while the node is down.
    assert!(
        (40..=80).contains(&of(&record).handoffs),
        "{}",
        of(&record).handoffs
    );
    let none = "{ mode = \"leaderless\", hinted_handoff = false, read_repair = false }";
    deployment.services[0].store.as_mut().unwrap().consistency = read(none);
    assert_eq!(of(&run_for(&deployment, 30.0)).handoffs, 0);
    let compared =
        "{ mode = \"leaderless\", hinted_handoff = false, read_repair = false, anti_entropy = \"1 s\" }";
    deployment.services[0].store.as_mut().unwrap().consistency = read(compared);
    assert!(0 < of(&run_for(&deployment, 30.0)).compared);
    let repaired = "{ mode = \"leaderless\", hinted_handoff = false }";
    deployment.services[0].store.as_mut().unwrap().consistency = read(repaired);
    assert!(0 < of(&run_for(&deployment, 30.0)).read_repairs);
}

/// Once it is known that two of three nodes are gone, operations fail at once, or wait until one is back.
#[test]
fn operations_that_reach_no_quorum_fail_or_wait() {
    let mut deployment = crashed(2, 5.0);
    let check = "{ interval = \"100 ms\", timeout = \"50 ms\", fall = 1, rise = 1 }";
    deployment.services[0].detection.health_check = Some(read(check));
    let failing = run_for(&deployment, 30.0);
    assert!(800 < failing.workloads[0].rejected + failing.workloads[1].rejected);
    deployment.services[0].store.as_mut().unwrap().unavailable = Unavailable::Wait;
    let waiting = run_for(&deployment, 30.0);
    let failed = of(&waiting).reads.failed + of(&waiting).writes.failed;
    assert!(failed < 100, "{failed}");
    let longest = waiting.workloads[0].response.max().unwrap();
    assert!(4_500_000_000 < longest, "{longest}");
}

/// A node that leads crashes; its shards have no leader until it is noticed and an election is over.
#[test]
fn a_shard_without_a_leader_is_without_writes_until_the_next_one() {
    let consistency = "{ mode = \"leader\", election = \"1 s\" }";
    let work = Dist::constant(0.001).unwrap();
    let mut deployment = store(3, (1, 1), consistency, 100.0, &work);
    let check = "{ interval = \"100 ms\", timeout = \"50 ms\", fall = 1, rise = 1 }";
    deployment.services[0].detection.health_check = Some(read(check));
    let mut fault = strikes(Harm::Crash, 10.0);
    fault.target = Target::Service(0);
    fault.target = Target::Server {
        service: 0,
        server: 0,
    };
    deployment.faults = vec![fault];
    let record = run_for(&deployment, 30.0);
    let store = of(&record);
    // It leads about one of three shards, for which operations fail for about 1.1 s.
    assert!((0..=3).contains(&store.elections), "{}", store.elections);
    let failed = store.reads.failed + store.writes.failed;
    let expected = 200.0 * 1.1 * store.elections as f64 / 3.0;
    assert!(
        (failed as f64 - expected).abs() < 0.4 * expected + 5.0,
        "{failed} {expected}"
    );
    assert_eq!(store.lost_writes, 0);
}

/// Messages of the four legs alike (half of them here a write's way there and back, half a read's), as measured of two
/// systems in production: Bailis and others, "Probabilistically Bounded Staleness for Practical Partial Quorums" (2012),
/// tables 3 and 4. With solid-state disks a leg takes a Pareto time (0.235 ms, 10) with probability 0.9122, and else an
/// exponential one of rate 1.66 per ms. They find with three replicas, one answer and one acknowledgement: 99.9 % of reads
/// see a write that was acknowledged 1.85 ms before, and 99.9 % of reads and of writes take 0.66 ms at most.
#[test]
fn reads_see_writes_as_soon_as_published() {
    let leg = |value: &str| read::<Dist>(value);
    let network = leg(
        "{ distribution = \"mixture\", parts = [{ weight = 0.9122, distribution = \"pareto\", mean = \"0.2611111 ms\", shape = 10 }, { weight = 0.0878, distribution = \"exponential\", mean = \"0.6024096 ms\" }] }",
    );
    let mut deployment = store(
        3,
        (1, 1),
        "{ mode = \"leaderless\", read_repair = false }",
        2_000.0,
        &Dist::constant(1e-9).unwrap(),
    );
    deployment.services[0].groups[0].slots = 10_000;
    deployment.services[0].store.as_mut().unwrap().keys.count = 1;
    // One write in fifty milliseconds on average has reached all long before the next.
    deployment.workloads[1].arrivals = renewal::plan(Dist::exponential(0.05).unwrap());
    deployment.network = Some(crate::model::NetworkPlan {
        within_zone: Some(network.clone()),
        between_zones: Some(network.clone()),
        outside: Some(network),
        loss: 0.0,
        retransmit: seconds(1.0),
    });
    let record = run_for(&deployment, 600.0);
    let latency = of(&record).reads.times.quantile(0.999).unwrap() / 1e6;
    assert!((latency - 0.66).abs() < 0.02, "{latency}");
    // In steps of a fifth; a read in a thousand is few in a step.
    let visible = 1e3 * of(&record).freshness.visible_after(0.999).unwrap();
    assert!((1.5..2.3).contains(&visible), "{visible}");
}
