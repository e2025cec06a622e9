//! What the end-to-end benches measure, and what they hold it against.

use std::{cmp::Reverse, collections::BinaryHeap, collections::VecDeque, sync::atomic::AtomicBool};

use plimsoll::{
    dist::Dist,
    model::{
        Deployment, Group, QueuePlace, QueuePlan, Record, RunSpec, ServicePlan, WorkloadPlan,
        arrival::poisson, balancer::Policy, caller::CallerPlan, detection::DetectionPlan, discipline::fifo,
        simulate,
    },
    rng::{Seed, Stream},
    units::{Rate, SimDuration},
};
use rand_distr::{Distribution, Exp1};

/// Utilisation of every case.
pub(crate) const LOAD: f64 = 0.85;
/// Mean work in seconds.
const WORK: f64 = 0.01;

/// The plain web tier: Poisson arrivals, exponential work, a queue at each server.
pub(crate) fn web_tier(servers: u32, balancer: Policy, timeout: Option<SimDuration>) -> Deployment {
    deployment(servers, 1, WORK, balancer, timeout)
}

/// The same with so many slots a server and this mean work in seconds.
pub(crate) fn deployment(
    servers: u32,
    slots: u32,
    work: f64,
    balancer: Policy,
    timeout: Option<SimDuration>,
) -> Deployment {
    let queue = QueuePlan {
        at: QueuePlace::Server,
        discipline: fifo::plan(),
        capacity: None,
        limit: None,
        timeout,
        shed: None,
    };
    let rate =
        Rate::per_second(f64::from(servers) * f64::from(slots) * LOAD / work).expect("a rate above zero");
    Deployment {
        workloads: vec![WorkloadPlan {
            name: "shoppers".to_owned(),
            service: 0,
            arrivals: poisson::plan(rate),
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
            groups: vec![Group {
                servers,
                slots,
                speed: 1.0,
                weight: 1,
                name: None,
                zone: None,
                backup: false,
            }],
            work: Dist::exponential(work).expect("a mean above zero"),
            queue,
            balancer,
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

/// Runs a deployment for about this many requests, everything recorded, after a warm-up of a tenth.
pub(crate) fn run(deployment: &Deployment, requests: u64) -> Record {
    let rate = deployment.workloads[0].arrivals.nature.rate();
    let seconds = requests as f64 / rate.expect("a stream of requests");
    let stop = AtomicBool::new(false);
    let spec = RunSpec {
        streams: Seed(1).replication(0),
        warmup: SimDuration::from_secs_f64(0.1 * seconds),
        duration: SimDuration::from_secs_f64(0.9 * seconds),
        bucket: SimDuration::from_secs_f64(seconds / 100.0),
        max_in_flight: usize::MAX,
        stop: &stop,
    };
    simulate(deployment, &spec)
}

/// The bound: waiting times of M/M/1 by Lindley's recursion (1952), without any event list. Returns their sum.
pub(crate) fn lindley(requests: u64) -> f64 {
    let mut rng = stream("lindley");
    let (mut wait, mut sum) = (0.0_f64, 0.0);
    for _ in 0..requests {
        let work: f64 = Exp1.sample(&mut rng);
        let gap: f64 = Exp1.sample(&mut rng);
        wait = (wait + work * LOAD - gap).max(0.0);
        sum += wait;
    }
    sum
}

/// A minimal event loop for power of 2, nothing recorded but the sum of responses, in nanoseconds: one binary heap of
/// packed keys, a row of arrival times at each server.
pub(crate) fn hand_loop(servers: usize, requests: u64) -> u64 {
    let mut rng = stream("hand loop");
    let mut queues = vec![VecDeque::<u64>::new(); servers];
    let mut heap = BinaryHeap::new();
    let gap_nanos = 1e9 * WORK / (servers as f64 * LOAD);
    let (mut next, mut sum, mut left) = (0_u64, 0_u64, requests);
    while 0 < left {
        // The low 17 bits of a key tell the server.
        let end: u64 = heap
            .peek()
            .map_or(u64::MAX, |&Reverse(key): &Reverse<u64>| key >> 17);
        if next <= end {
            let now = next;
            let gap: f64 = Exp1.sample(&mut rng);
            next += (gap * gap_nanos) as u64;
            let (a, b) = (rng.below(servers), rng.below(servers));
            let server = if queues[b].len() < queues[a].len() { b } else { a };
            queues[server].push_back(now);
            if queues[server].len() == 1 {
                heap.push(Reverse(finish(now, server, &mut rng)));
            }
        } else {
            let Some(Reverse(key)) = heap.pop() else { break };
            let server = (key & 0x1_FFFF) as usize;
            sum += end
                - queues[server]
                    .pop_front()
                    .expect("a server that ends had a request");
            if !queues[server].is_empty() {
                heap.push(Reverse(finish(end, server, &mut rng)));
            }
            left -= 1;
        }
    }
    sum
}

fn finish(now: u64, server: usize, rng: &mut Stream) -> u64 {
    let work: f64 = Exp1.sample(rng);
    (now + (work * WORK * 1e9) as u64) << 17 | server as u64
}

fn stream(name: &str) -> Stream {
    Seed(1).replication(0).stream(name)
}
