//! Everything at once: random deployments under random faults keep every law of the audit.

use super::{group, run_for, seconds, two_servers};
use crate::{
    config::{Family, Problems, Section, Value, parse_value},
    dist::Dist,
    model::{
        Deployment, QueuePlace,
        arrival::renewal,
        balancer::Policy,
        caller::Expired,
        discipline::{self, DisciplinePlan},
        failure::{FailurePlan, FaultPlan, Harm, Target, Unit},
    },
    rng::{Seed, Stream},
};

/// Any member of a family, set up as its own example.
fn member<F: Family>(rng: &mut Stream) -> F {
    let entries = F::entries();
    let entry = entries[rng.below(entries.len())];
    let problems = Problems::default();
    let node = parse_value(&format!("{{ {} }}", entry.example), 0).unwrap();
    let section = Section::open(&node, "a member", &problems).unwrap();
    (entry.read)(&section).unwrap_or_else(|| panic!("{}: {:?}", entry.name, problems.into_sorted()))
}

fn any_fault(servers: u32, rng: &mut Stream) -> FaultPlan {
    let takes = Dist::constant(0.01).unwrap();
    let harm = match rng.below(6) {
        0 => Harm::Crash,
        1 => Harm::Hang { resumes: true },
        2 => Harm::Hang { resumes: false },
        3 => Harm::Slow {
            factor: 1.0 + 9.0 * rng.open01(),
        },
        4 => Harm::Error {
            share: rng.open01(),
            takes,
        },
        _ => Harm::Drain,
    };
    let target = if rng.below(6) == 0 {
        Target::Balancer {
            service: 0,
            balancer: 0,
        }
    } else if rng.below(3) == 0 {
        Target::Service(0)
    } else {
        let server = rng.below(servers as usize) as u32;
        Target::Server { service: 0, server }
    };
    FaultPlan {
        at: seconds(20.0 * rng.open01()),
        from_start: false,
        lasts: seconds(10.0 * rng.open01()),
        target,
        target_text: String::new(),
        harm,
        data_lost: 0.0,
    }
}

pub(super) fn any_deployment(rng: &mut Stream) -> Deployment {
    let mut deployment = two_servers();
    let servers = 1 + rng.below(5) as u32;
    let service = &mut deployment.services[0];
    let mut first = group(servers);
    first.slots = 1 + rng.below(3) as u32;
    service.groups = vec![first];
    if rng.below(3) == 0 {
        let mut backup = group(1);
        backup.backup = true;
        service.groups.push(backup);
    }
    service.work = Dist::exponential(0.1).unwrap();
    service.queue.discipline = member::<DisciplinePlan>(rng);
    service.balancer = member::<Policy>(rng);
    service.report_every = service.balancer.report_every;
    service.balancers = 1 + rng.below(2) as u32;
    let shared = service.queue.discipline.order == discipline::Order::Shared;
    if rng.below(3) == 0 && service.balancers == 1 && !service.balancer.ties_to_server && !shared {
        service.queue.at = QueuePlace::Balancer;
    }
    service.queue.capacity = [None, Some(3)][rng.below(2)];
    service.queue.timeout = [None, Some(seconds(0.5))][rng.below(2)];
    let load = f64::from(servers * deployment.services[0].groups[0].slots) * 10.0;
    let workload = &mut deployment.workloads[0];
    workload.arrivals = renewal::plan(Dist::exponential(1.0 / (load * (0.2 + rng.open01()))).unwrap());
    workload.patience = (rng.below(4) == 0).then(|| Dist::exponential(0.3).unwrap());
    let popularity = crate::model::Popularity {
        count: 100,
        skew: crate::model::Skew::Zipf(0.9),
    };
    (workload.keys, workload.sources) = (Some(popularity), Some(popularity));
    endanger(&mut deployment, rng);
    arm(&mut deployment, rng);
    deployment.faults = (0..rng.below(8)).map(|_| any_fault(servers, rng)).collect();
    deployment
}

/// Detectors, a standby and failures of its own for the service, each sometimes.
fn endanger(deployment: &mut Deployment, rng: &mut Stream) {
    let service = &mut deployment.services[0];
    let read = |settings: &str| parse_value(settings, 0).unwrap();
    let problems = Problems::default();
    if rng.below(2) == 0 {
        let settings = "{ interval = \"500 ms\", timeout = \"200 ms\", fall = 2, rise = 1, jitter = \"20 %\", slow_start = \"3 s\" }";
        service.detection.health_check = Value::read(&read(settings), &problems);
    }
    if rng.below(3) == 0 {
        let settings = "{ consecutive_errors = 2, ejection_time = \"1 s\", max_ejected = \"50 %\" }";
        service.detection.outlier_ejection = Value::read(&read(settings), &problems);
    }
    if rng.below(3) == 0 {
        service.detection.lease = Value::read(&read("{ interval = \"300 ms\" }"), &problems);
    }
    if rng.below(3) == 0 {
        service.detection.phi_accrual =
            Value::read(&read("{ threshold = 2.0, jitter = \"40 %\" }"), &problems);
    }
    if service.balancers == 1 && rng.below(3) == 0 {
        let preempt = ["true", "false"][rng.below(2)];
        let settings = format!("{{ advertisement = \"200 ms\", preempt = {preempt} }}");
        service.standby = Value::read(&read(&settings), &problems);
    }
    if rng.below(2) == 0 {
        let unit = [Unit::Server, Unit::Group, Unit::Service, Unit::Balancer][rng.below(4)];
        service.failures.push(FailurePlan {
            harm: if rng.below(2) == 0 {
                Harm::Crash
            } else {
                Harm::Hang { resumes: false }
            },
            unit,
            after: Dist::exponential(8.0).unwrap(),
            repair: Dist::exponential(1.0).unwrap(),
            crews: [None, Some(1)][rng.below(2)],
            common_cause: [0.0, 0.2][rng.below(2)],
            data_lost: 0.0,
        });
    }
}

/// Timeouts, retries, hedges and the rest for the callers, each sometimes.
fn arm(deployment: &mut Deployment, rng: &mut Stream) {
    let caller = &mut deployment.workloads[0].caller;
    let problems = Problems::default();
    let read = |settings: &str| parse_value(settings, 0).unwrap();
    if rng.below(2) == 0 {
        return;
    }
    caller.timeout = [None, Some(seconds(0.3))][rng.below(2)];
    caller.expired = [Expired::Done, Expired::Dropped, Expired::Cancelled][rng.below(3)];
    if rng.below(2) == 0 {
        let server = ["any", "another", "same"][rng.below(3)];
        let backoff = ["0 s", "20 ms"][rng.below(2)];
        let on = "[\"timeout\", \"refused\", \"lost\", \"error\", \"rejected\"]";
        let settings =
            format!("{{ attempts = 4, backoff = \"{backoff}\", server = \"{server}\", on = {on} }}");
        caller.retry = Value::read(&read(&settings), &problems);
    }
    if rng.below(3) == 0 {
        let cancel = ["true", "false"][rng.below(2)];
        let settings = format!("{{ after = \"50 ms\", cancel = {cancel} }}");
        caller.hedge = Value::read(&read(&settings), &problems);
    }
    if rng.below(4) == 0 {
        caller.breaker = Value::read(&read("{}"), &problems);
    }
    assert!(!problems.has_errors(), "{:?}", problems.into_sorted());
    deployment.workloads[0].deadline = [None, Some(seconds(0.8))][rng.below(2)];
}

#[test]
fn every_law_holds_through_every_storm() {
    let mut rng = Seed(3).replication(0).stream("storm");
    let (mut failed, mut noticed, mut false_alarms) = (0, 0, 0);
    for _ in 0..3_000 {
        let deployment = any_deployment(&mut rng);
        let record = run_for(&deployment, 30.0);
        failed += record.workloads[0].failed;
        noticed += record
            .incidents
            .iter()
            .filter(|incident| incident.noticed.is_some())
            .count();
        false_alarms += record.services[0]
            .health
            .as_ref()
            .map_or(0, |health| health.false_alarms);
        let workload = &record.workloads[0];
        assert_eq!(workload.offered, workload.ended() + workload.unfinished);
    }
    // The storm was one.
    assert!(
        10_000 < failed && 1_000 < noticed && 100 < false_alarms,
        "{failed} {noticed} {false_alarms}"
    );
}
