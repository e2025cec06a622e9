//! The scenario that tests begin with.

use crate::{
    dist::Dist,
    model::{
        Deployment, Group, QueuePlace, QueuePlan, ServicePlan, WorkloadPlan, arrival::poisson,
        balancer::random, caller::CallerPlan, detection::DetectionPlan, discipline::fifo,
    },
    rng::Seed,
    scenario::{Replications, RunPlan, Scenario},
    units::{Rate, SimDuration},
};

/// One workload of 80 /s to one server that takes 10 ms, exponential all: M/M/1 at a load of 0.8.
pub(super) fn mm1() -> Scenario {
    let group = Group {
        servers: 1,
        slots: 1,
        speed: 1.0,
        weight: 1,
        name: None,
        zone: None,
        backup: false,
    };
    let queue = QueuePlan {
        at: QueuePlace::Server,
        discipline: fifo::plan(),
        capacity: None,
        limit: None,
        timeout: None,
        shed: None,
    };
    let run = RunPlan {
        duration: SimDuration::from_secs_f64(100.0),
        warmup: None,
        replications: Replications::Fixed(1),
        seed: Seed(1),
        timeline: None,
        level: 0.95,
        max_in_flight: 1_000_000,
        allow_overload: false,
        rules_of_thumb: false,
    };
    let service = ServicePlan {
        name: "web".to_owned(),
        groups: vec![group],
        work: Dist::exponential(0.01).unwrap(),
        queue,
        balancer: random::plan(),
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
    };
    Scenario {
        performability: None,
        planning: None,
        inputs: Vec::new(),
        name: "test".to_owned(),
        description: String::new(),
        run,
        deployment: Deployment {
            workloads: vec![workload("a", 80.0)],
            services: vec![service],
            zones: Vec::new(),
            faults: Vec::new(),
            network: None,
        },
        objectives: Vec::new(),
        digest: 0,
    }
}

/// A workload of Poisson arrivals without any specials.
pub(super) fn workload(name: &str, rate: f64) -> WorkloadPlan {
    WorkloadPlan {
        name: name.to_owned(),
        service: 0,
        arrivals: poisson::plan(Rate::per_second(rate).unwrap()),
        work: None,
        priority: 0,
        patience: None,
        deadline: None,
        keys: None,
        sources: None,
        caller: CallerPlan::default(),
        operation: None,
        zone: None,
    }
}
