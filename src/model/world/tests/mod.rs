//! Failures by the clock: deployments small enough to work out by hand, to the nanosecond.

mod balancers;
mod calls;
mod consistency;
mod graph_storm;
mod handed;
mod lookups;
mod notice;
mod partitions;
mod repair;
mod settings;
mod stores;
mod storm;
mod timelines;

use std::sync::atomic::AtomicBool;

use super::{RunSpec, simulate};
use crate::{
    dist::Dist,
    model::{
        Deployment, Group, QueuePlace, QueuePlan, Record, ServicePlan, WorkloadPlan,
        arrival::renewal,
        balancer::round_robin,
        caller::CallerPlan,
        detection::DetectionPlan,
        discipline::fifo,
        failure::{FaultPlan, Harm, Target},
    },
    rng::Seed,
    units::SimDuration,
};

pub(super) fn seconds(seconds: f64) -> SimDuration {
    SimDuration::from_secs_f64(seconds)
}

pub(super) fn group(servers: u32) -> Group {
    Group {
        servers,
        slots: 1,
        speed: 1.0,
        weight: 1,
        name: None,
        zone: None,
        backup: false,
    }
}

/// A request each second from the first second on, in turn to two servers, and half a second of work: server 0 works
/// in the first half of the odd seconds, server 1 in that of the even ones.
pub(super) fn two_servers() -> Deployment {
    Deployment {
        workloads: vec![WorkloadPlan {
            name: "clock".to_owned(),
            service: 0,
            arrivals: renewal::plan(Dist::constant(1.0).unwrap()),
            work: None,
            priority: 0,
            patience: None,
            deadline: None,
            keys: None,
            sources: None,
            caller: CallerPlan::default(),
            operation: None,
            zone: None,
        }],
        services: vec![ServicePlan {
            name: "web".to_owned(),
            groups: vec![group(2)],
            work: Dist::constant(0.5).unwrap(),
            queue: QueuePlan {
                at: QueuePlace::Server,
                discipline: fifo::plan(),
                capacity: None,
                limit: None,
                timeout: None,
                shed: None,
            },
            balancer: round_robin::plan(),
            balancers: 1,
            standby: None,
            zone_local: None,
            report_every: None,
            failures: Vec::new(),
            detection: DetectionPlan::default(),
            calls: Vec::new(),
            holds: true,
            cost: None,
            store: None,
        }],
        zones: Vec::new(),
        faults: Vec::new(),
        network: None,
    }
}

/// Something happens to server 1 from 10.25 s on, in the middle of its work.
pub(super) fn strikes(harm: Harm, lasts: f64) -> FaultPlan {
    FaultPlan {
        at: seconds(10.25),
        from_start: false,
        lasts: seconds(lasts),
        target: Target::Server {
            service: 0,
            server: 1,
        },
        target_text: "server:web.2".to_owned(),
        harm,
        data_lost: 0.0,
    }
}

/// Runs for so many seconds, all of them measured.
pub(super) fn run_for(deployment: &Deployment, length: f64) -> Record {
    run_measured(deployment, 0.0, length)
}

/// Runs for so many seconds after so many that are not measured.
pub(super) fn run_measured(deployment: &Deployment, warmup: f64, length: f64) -> Record {
    let stop = AtomicBool::new(false);
    let spec = RunSpec {
        streams: Seed(1).replication(0),
        warmup: seconds(warmup),
        duration: seconds(length),
        bucket: seconds(length / 10.0),
        max_in_flight: 1_000_000,
        stop: &stop,
    };
    let record = simulate(deployment, &spec);
    assert_eq!(record.violations, Vec::<String>::new());
    record
}
