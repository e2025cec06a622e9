//! Replicas that are made anew while requests go on.

use super::{
    group, run_for, seconds,
    stores::{of, read, store},
    strikes,
};
use crate::{
    dist::Dist,
    model::{
        Deployment, Record,
        failure::{Harm, Target},
        storage::RepairPlan,
    },
};

/// Six nodes of which three hold each of twelve shards; node 1 crashes at 10.25 s, is given up after 2 s, and a copy takes
/// 0.5 s: 100 MB at 400 MB/s for two copies at once.
fn six_nodes(lasts: f64, repair: &str) -> Deployment {
    let work = Dist::exponential(0.005).unwrap();
    let mut deployment = store(3, (2, 2), "\"leaderless\"", 60.0, &work);
    let service = &mut deployment.services[0];
    service.groups = vec![group(6)];
    let plan = service.store.as_mut().unwrap();
    (plan.shards, plan.keys.count) = (12, 600);
    plan.repair = Some(read::<RepairPlan>(repair));
    let check = "{ interval = \"100 ms\", timeout = \"90 ms\", fall = 2, rise = 1 }";
    service.detection.health_check = Some(read(check));
    let mut fault = strikes(Harm::Crash, lasts);
    fault.target = Target::Server {
        service: 0,
        server: 1,
    };
    deployment.faults = vec![fault];
    deployment
}

const QUICK: &str = "{ after = \"2 s\", shard = \"100 MB\", bandwidth = \"400 MB/s\", parallel = 2 }";

fn failed(record: &Record) -> u64 {
    of(record).reads.failed + of(record).writes.failed
}

#[test]
fn the_shards_of_a_node_that_stays_away_are_copied_to_others() {
    // Six nodes hold 36 replicas, six each on average.
    let away = of(&run_for(&six_nodes(60.0, QUICK), 40.0)).copies;
    assert!((1..=12).contains(&away), "{away}");
    // Who is back before that gets what it missed, and no copies.
    let back = run_for(&six_nodes(1.5, QUICK), 40.0);
    assert_eq!(of(&back).copies, 0);
    assert!(0 < of(&back).handoffs);
}

/// With its shards copied, the store loses another node as well; without, shards of both are down to one replica.
#[test]
fn copies_let_a_store_survive_the_next_node() {
    let second = |repair: Option<&str>| {
        let mut deployment = six_nodes(60.0, repair.unwrap_or(QUICK));
        if repair.is_none() {
            deployment.services[0].store.as_mut().unwrap().repair = None;
        }
        let mut next = deployment.faults[0].clone();
        next.at = seconds(25.0);
        next.target = Target::Server {
            service: 0,
            server: 2,
        };
        deployment.faults.push(next);
        failed(&run_for(&deployment, 40.0))
    };
    assert_eq!(second(Some(QUICK)), 0);
    assert!(100 < second(None), "{}", second(None));
}

/// At a copy's full speed a node has half of its own left.
#[test]
fn copies_take_their_part_of_a_node_from_operations() {
    let mean = |repair: &str| {
        let record = run_for(&six_nodes(60.0, repair), 40.0);
        assert!(0 < of(&record).copies);
        of(&record).reads.moments.mean().unwrap()
    };
    let slow = "{ after = \"2 s\", shard = \"1 GB\", bandwidth = \"400 MB/s\", parallel = 2 }";
    let felt = "{ after = \"2 s\", shard = \"1 GB\", bandwidth = \"400 MB/s\", parallel = 2, total_bandwidth = \"800 MB/s\" }";
    assert!(1.1 * mean(slow) < mean(felt), "{} {}", mean(slow), mean(felt));
}

#[test]
fn a_disk_that_comes_back_empty_is_filled_and_until_then_asked_nothing() {
    let mut deployment = six_nodes(1.0, QUICK);
    deployment.faults[0].data_lost = 1.0;
    let record = run_for(&deployment, 40.0);
    let copies = of(&record).copies;
    assert!((1..=12).contains(&copies), "{copies}");
    assert_eq!((of(&record).lost_shards, of(&record).freshness.stale), (0, 0));
    // All nodes at once: every shard is lost once.
    deployment.faults[0].target = Target::Service(0);
    assert_eq!(of(&run_for(&deployment, 40.0)).lost_shards, 12);
}

/// Who is asked for one answer alone may be the empty one: without copies nobody knows that it is empty.
#[test]
fn without_copies_an_empty_disk_answers_with_old_values() {
    let mut deployment = six_nodes(1.0, QUICK);
    deployment.faults[0].data_lost = 1.0;
    let plan = deployment.services[0].store.as_mut().unwrap();
    plan.repair = None;
    plan.read.quorum = 1;
    plan.write.quorum = 3;
    plan.consistency = read("{ mode = \"leaderless\", read_repair = false }");
    assert!(0 < of(&run_for(&deployment, 40.0)).freshness.stale);
}
