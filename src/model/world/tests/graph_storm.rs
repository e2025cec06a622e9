//! Every law while services that call each other fail.

use super::{
    calls::{call, network},
    run_for,
    storm::any_deployment,
};
use crate::{
    model::{Breakdown, Deployment, Times, failure::Target},
    rng::{Seed, Stream},
};

/// A service of another random deployment, with what can happen to it.
pub(super) fn add_service(deployment: &mut Deployment, rng: &mut Stream) {
    let mut other = any_deployment(rng);
    let at = deployment.services.len();
    let mut plan = other.services.remove(0);
    plan.name = format!("service-{at}");
    deployment.services.push(plan);
    for mut fault in other.faults {
        fault.target = match fault.target {
            Target::Server { server, .. } => Target::Server { service: at, server },
            Target::Service(_) => Target::Service(at),
            Target::Balancer { balancer, .. } => Target::Balancer {
                service: at,
                balancer,
            },
            other => other,
        };
        deployment.faults.push(fault);
    }
    // Its callers do what the clients of that other deployment would have done.
    for from in 0..at {
        if rng.below(3) == 0 {
            continue;
        }
        let mut plan = call(at, 1 + rng.below(3) as u32);
        plan.name = format!("call-{from}-{at}");
        plan.caller = other.workloads[0].caller.clone();
        plan.deadline = other.workloads[0].deadline;
        plan.times = Times::Fixed(rng.below(4) as u32);
        plan.enough = [None, Some(2)][rng.below(2)];
        plan.awaited = 0 < rng.below(5);
        plan.optional = rng.below(3) == 0;
        plan.probability = [1.0, 0.6][rng.below(2)];
        let calls = &mut deployment.services[from].calls;
        calls.push(plan);
        calls.sort_by_key(|call| call.phase);
    }
}

#[test]
fn every_law_holds_through_every_storm_in_a_graph() {
    let mut rng = Seed(4).replication(0).stream("storm");
    let (mut failed, mut calls, mut lost, mut followed) = (0, 0, 0, 0);
    for _ in 0..1_000 {
        let mut deployment = any_deployment(&mut rng);
        for _ in 0..=rng.below(3) {
            add_service(&mut deployment, &mut rng);
        }
        for service in &mut deployment.services {
            service.holds = rng.below(2) == 0;
        }
        if rng.below(2) == 0 {
            deployment.network = Some(network(0.02, 0.05));
        }
        let record = run_for(&deployment, 20.0);
        followed += record.workloads[0].breakdown.as_ref().map_or(0, Breakdown::count);
        for sender in &record.workloads {
            assert_eq!(sender.offered, sender.ended() + sender.unfinished);
        }
        failed += record.workloads[0].failed;
        calls += record.workloads[1..].iter().map(|call| call.done).sum::<u64>();
        lost += record.workloads[1..].iter().map(|call| call.failed).sum::<u64>();
    }
    assert!(
        10_000 < failed && 100_000 < calls && 10_000 < lost && 10_000 < followed,
        "{failed} {calls} {lost} {followed}"
    );
}
