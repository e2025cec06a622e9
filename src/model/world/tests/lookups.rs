//! Lookups of where shards are, by the clock.

use super::{calls::network, graph_storm, group, run_for, seconds, stores, strikes, two_servers};
use crate::{
    dist::Dist,
    model::{
        CachePlan, CallPlan, Deployment, Knows, Record, ServicePlan, Times,
        arrival::renewal,
        caller::Expired,
        failure::{Harm, Target},
        storage::{Operation, Unavailable},
    },
    rng::Seed,
};

const MS: u64 = 1_000_000;

/// One server that tells where shards are, after so many seconds.
fn directory(work: f64) -> ServicePlan {
    let mut plan = two_servers().services.remove(0);
    plan.name = "directory".to_owned();
    plan.groups = vec![group(1)];
    plan.work = Dist::constant(work).unwrap();
    plan
}

/// A read each second from the first second on, which takes each of three nodes 0.2 s and is looked up in 0.1 s.
fn looked_up() -> Deployment {
    let work = Dist::constant(0.2).unwrap();
    let mut deployment = stores::store(3, (3, 3), "\"leaderless\"", 1.0, &work);
    deployment.workloads.truncate(1);
    deployment.workloads[0].arrivals = renewal::plan(Dist::constant(1.0).unwrap());
    deployment.services.push(directory(0.1));
    deployment.services[0].holds = false;
    deployment.services[0].calls = vec![super::calls::call(1, 1)];
    deployment
}

/// The directory crashes in the middle of the tenth second, for five seconds.
fn without_directory(mut deployment: Deployment) -> Deployment {
    let mut fault = strikes(Harm::Crash, 5.0);
    fault.target = Target::Service(1);
    deployment.faults.push(fault);
    deployment
}

fn share(hit: f64) -> CachePlan {
    CachePlan {
        knows: Knows::Share(hit),
        takes: seconds(0.05),
    }
}

/// Milliseconds of a mean response by sender: queueing, work, network, retries.
fn hops(record: &Record) -> Vec<[u64; 4]> {
    let breakdown = record.workloads[0].breakdown.as_ref().unwrap();
    let times = breakdown.slowest(1.0).unwrap();
    let whole = |seconds: f64| (seconds * 1e3).round() as u64;
    times.iter().map(|hop| hop.map(whole)).collect()
}

#[test]
fn an_operation_looks_up_where_its_shard_is_before_it_goes_there() {
    let record = run_for(&looked_up(), 10.9);
    let reads = &stores::of(&record).reads;
    assert_eq!((reads.done, reads.failed), (10, 0));
    assert_eq!(reads.times.max().unwrap() / MS, 300);
    let [client, lookup, replica, ..] = hops(&record)[..] else {
        panic!("senders: the client, the lookup, and what replicas do")
    };
    assert_eq!(client, [0; 4]);
    assert_eq!((lookup, replica), ([0, 100, 0, 0], [0, 200, 0, 0]));
    // Ten operations that wait 0.1 s each.
    assert!((record.workloads[1].waiting - 1.0 / 10.9).abs() < 1e-9);
    assert_eq!(record.services[1].served, [10]);
}

#[test]
fn what_the_cache_knows_is_not_asked_for_and_takes_its_time() {
    let mut deployment = looked_up();
    deployment.services[0].calls[0].cache = Some(share(1.0));
    let record = run_for(&deployment, 10.9);
    assert_eq!(record.workloads[1].offered, 0);
    assert_eq!(record.workloads[1].cache, Some((10, 10)));
    let [_, lookup, replica, ..] = hops(&record)[..] else {
        panic!("senders: the client, the lookup, and what replicas do")
    };
    assert_eq!((lookup, replica), ([0, 50, 0, 0], [0, 200, 0, 0]));
}

#[test]
fn an_operation_fails_when_its_lookup_does_and_is_counted_as_such() {
    let record = run_for(&without_directory(looked_up()), 20.9);
    let store = stores::of(&record);
    // At 11, 12, 13, 14 and 15 s; nodes are asked for nothing then.
    assert_eq!((store.failed_lookups, store.reads.failed), (5, 5));
    assert_eq!((store.reads.done, record.workloads[0].failed), (15, 5));
    assert_eq!(record.services[0].served, [15; 3]);
    // Nobody has to look up what everybody knows.
    let mut known = without_directory(looked_up());
    known.services[0].calls[0].cache = Some(share(1.0));
    assert_eq!(stores::of(&run_for(&known, 20.9)).reads.failed, 0);
}

/// Clients that give up before they know where to go: the answer comes to nobody.
#[test]
fn a_lookup_outlives_the_operation_that_is_called_off() {
    let mut deployment = looked_up();
    let caller = &mut deployment.workloads[0].caller;
    (caller.timeout, caller.expired) = (Some(seconds(0.05)), Expired::Cancelled);
    let record = run_for(&deployment, 10.9);
    let store = stores::of(&record);
    assert_eq!((store.reads.failed, store.failed_lookups), (10, 0));
    assert_eq!(record.services[1].served, [10]);
    assert_eq!(record.services[0].served, [0; 3]);
    // What the operations waited is counted though nothing came of it.
    assert!((record.workloads[1].waiting - 0.5 / 10.9).abs() < 1e-9);
}

#[test]
fn a_lookup_that_takes_too_long_is_tried_again_by_its_own_policies() {
    let mut deployment = looked_up();
    let lookup: &mut CallPlan = &mut deployment.services[0].calls[0];
    lookup.caller.timeout = Some(seconds(0.06));
    lookup.caller.retry = Some(stores::read(
        "{ attempts = 2, backoff = \"0 s\", jitter = \"none\" }",
    ));
    let record = run_for(&deployment, 10.9);
    let store = stores::of(&record);
    assert_eq!((store.reads.failed, store.failed_lookups), (10, 10));
    assert_eq!(record.services[1].served, [20]);
}

/// A hedge goes out while its first attempt is read, and is withdrawn while it looks up where to go. What it asks the directory
/// ends with it where deadlines are handed on, though neither has run out of time.
#[test]
fn a_lookup_ends_with_the_operation_that_it_is_made_for_where_deadlines_are_handed_on() {
    let asked = |propagate| {
        let mut deployment = looked_up();
        let caller = &mut deployment.workloads[0].caller;
        caller.hedge = Some(stores::read("{ after = \"250 ms\", cancel = true }"));
        caller.timeout = Some(seconds(5.0));
        caller.propagate = propagate;
        deployment.services[0].calls[0].caller.expired = Expired::Cancelled;
        deployment.hand_on();
        let record = run_for(&deployment, 10.9);
        assert_eq!(
            (record.workloads[0].done, stores::of(&record).reads.done),
            (10, 10)
        );
        assert_eq!(record.workloads[1].timeouts, 0);
        let busy = record.services[1].utilisation * 10.9;
        (record.workloads[1].abandoned, (busy * 1e3).round())
    };
    // Ten reads are there at 0.3 s, when the lookup of the hedge has taken half of its 0.1 s.
    assert_eq!(asked(true), (10, 1_500.0));
    assert_eq!(asked(false), (0, 2_000.0));
}

/// Two servers take turns to read the one shard there is. Each looks it up once, and a third time is needed by the one
/// that crashes.
#[test]
fn servers_that_call_a_store_remember_for_themselves_until_they_crash() {
    let mut deployment = two_servers();
    let mut store = looked_up().services;
    let (mut directory, mut store) = (store.remove(1), store.remove(0));
    (store.name, directory.name) = ("store".to_owned(), "directory".to_owned());
    store.calls[0].to = 2;
    store.calls[0].cache = Some(CachePlan {
        knows: Knows::Recent {
            entries: 3,
            ttl: None,
        },
        takes: seconds(0.0),
    });
    let plan = store.store.as_mut().unwrap();
    (plan.shards, plan.keys.count) = (1, 1);
    deployment.services.extend([store, directory]);
    let mut reads = super::calls::call(1, 1);
    reads.operation = Some(Operation::Read);
    deployment.services[0].calls = vec![reads];
    for awaited in [true, false] {
        deployment.services[0].calls[0].awaited = awaited;
        let lookups = |deployment: &Deployment| run_for(deployment, 30.9).workloads[2].done;
        assert_eq!(lookups(&deployment), 2, "{awaited}");
        let mut struck = deployment.clone();
        struck.faults.push(strikes(Harm::Crash, 5.0));
        assert_eq!(lookups(&struck), 3, "{awaited}");
    }
    // The clients of a workload have one memory.
    let mut direct = looked_up();
    direct.services[0].calls[0].cache = deployment.services[1].calls[0].cache;
    let plan = direct.services[0].store.as_mut().unwrap();
    (plan.shards, plan.keys.count) = (1, 1);
    assert_eq!(run_for(&direct, 30.9).workloads[1].done, 1);
}

/// Whatever happens to nodes, to whoever tells where shards are, and to those who wait.
#[test]
fn every_law_holds_while_lookups_fail() {
    let mut rng = Seed(7).replication(0).stream("lookups");
    let (mut looked_up, mut failed, mut hits) = (0, 0, 0);
    for _ in 0..400 {
        let work = Dist::exponential(0.05).unwrap();
        let consistency = ["\"leaderless\"", "{ mode = \"leader\" }"][rng.below(2)];
        let mut deployment = stores::store(3, (2, 2), consistency, 5.0, &work);
        graph_storm::add_service(&mut deployment, &mut rng);
        let store = &mut deployment.services[0];
        if store.calls.is_empty() {
            continue;
        }
        store.holds = false;
        store.store.as_mut().unwrap().unavailable = [Unavailable::Fail, Unavailable::Wait][rng.below(2)];
        let knows = [
            Knows::Share(0.3),
            Knows::Recent {
                entries: 2,
                ttl: None,
            },
        ][rng.below(2)];
        let takes = seconds([0.0, 0.01][rng.below(2)]);
        let cache = [None, Some(CachePlan { knows, takes })][rng.below(2)];
        for lookup in &mut store.calls {
            lookup.cache = cache;
            (lookup.times, lookup.enough, lookup.probability) = (Times::Fixed(1), None, 1.0);
            (lookup.awaited, lookup.optional) = (true, false);
        }
        let caller = &mut deployment.workloads[0].caller;
        if rng.below(2) == 0 {
            (caller.timeout, caller.expired) = (Some(seconds(0.3)), Expired::Cancelled);
        }
        deployment.faults.push(strikes(Harm::Crash, 3.0));
        if rng.below(2) == 0 {
            deployment.network = Some(network(0.02, 0.05));
        }
        let record = run_for(&deployment, 20.0);
        for sender in &record.workloads {
            assert_eq!(sender.offered, sender.ended() + sender.unfinished);
        }
        let lookups = &record.workloads[2];
        looked_up += lookups.done;
        failed += stores::of(&record).failed_lookups;
        hits += lookups.cache.map_or(0, |(_, known)| known);
    }
    assert!(
        10_000 < looked_up && 1_000 < failed && 1_000 < hits,
        "{looked_up} {failed} {hits}"
    );
}
