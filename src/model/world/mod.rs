//! What happens: one `match` over the events, and the state they change.
//!
//! **Lives here:** the run itself. A request comes in (`admit`), gets a server or waits (`route`, `near`, `warm`), and is worked
//! on (`serve`, `share`, `stop`), and may call other services (`visit`) unless a `cache` knows the answer, over a `network`; some
//! are followed (`trace`).
//! Operations on a `store` go to replicas (`replica`) that can be seen (`views`), some of which lead (`lead`), and what these
//! missed is brought to them (`handoff`), or copied to others (`repair`). Balancers are told (`tell`). Callers try again
//! (`attempt`, `avoid`, `caller`, `outcome`, `sift`), and hand on how long they wait (`handed`). Servers and balancers fail
//! (`harm`, `failing`, `balancers`, `surge`), others notice (`belief`, `check`, `detect`), and it is written down (`incident`).
//! What comes soon is fetched `ahead`. `setup`, `sender` and `graph` make the state of a run from plans, `close` its record.
//! **Invariant:** every request that comes in ends exactly once or is in flight at the end.

mod admit;
mod ahead;
mod attempt;
mod avoid;
mod balancers;
mod belief;
mod cache;
mod caller;
mod check;
mod close;
mod copies;
mod detect;
mod event;
mod failing;
mod graph;
mod handed;
mod handoff;
mod harm;
mod incident;
mod lead;
mod lookup;
mod near;
mod network;
mod operate;
mod outcome;
mod repair;
mod replica;
mod resume;
mod route;
mod sender;
mod serve;
mod setup;
mod share;
mod sift;
mod state;
mod stop;
mod store;
mod surge;
mod tell;
mod trace;
mod views;
mod visit;
mod warm;

use std::sync::atomic::{AtomicBool, Ordering};

use self::{
    cache::Hits,
    event::{Event, Packed},
    handed::Handed,
    harm::Trouble,
    incident::Log,
    network::Network,
    state::{Front, Mode, Picker, Service, Tracked, Workload},
};
use crate::{
    engine::Simulation,
    model::{
        Deployment, Popularity, Skew,
        call::Calls,
        probe::Areas,
        record::{End, Record, StoreRecord},
        request::{CHECK, Request, Requests},
        server::Server,
        trace::{Breakdown, Told, Traces},
        visit::Visits,
    },
    rng::{Stream, Streams},
    units::{SimDuration, SimTime},
};

/// How one run is carried out.
#[derive(Clone, Copy, Debug)]
pub struct RunSpec<'a> {
    /// The streams of this replication.
    pub streams: Streams,
    /// Simulated time before measuring begins.
    pub warmup: SimDuration,
    /// Simulated time measured.
    pub duration: SimDuration,
    /// The bucket of the time series; greater than zero.
    pub bucket: SimDuration,
    /// Requests in flight at which the run gives up.
    pub max_in_flight: usize,
    /// Set from outside to end the run early.
    pub stop: &'a AtomicBool,
}

/// Runs a deployment once.
pub(super) fn simulate(deployment: &Deployment, spec: &RunSpec<'_>) -> Record {
    World::new(deployment, spec).run(spec)
}

struct World {
    sim: Simulation<Packed>,
    requests: Requests,
    /// Everyone who sends requests: the workloads, and then the calls that services make.
    workloads: Vec<Workload>,
    /// How many of them are workloads.
    roots: usize,
    services: Vec<Service>,
    /// All servers, service after service.
    servers: Vec<Server>,
    /// The requests of workloads with caller policies, whose attempts are in `requests`.
    calls: Calls,
    /// The requests that wait for what their servers have called.
    visits: Visits,
    handed: Handed,
    network: Option<Box<Network>>,
    traces: Traces,
    hits: Hits,
    /// The trace of the request that has just been answered.
    told: Told,
    begin: SimTime,
    until: SimTime,
    bucket: SimDuration,
    trouble: Trouble,
    log: Log,
}

/// Events between two looks at the outside.
const EVENTS_PER_LOOK: u64 = 1 << 14;

/// Looks in a row that may find the clock where it was: four million events at one instant are no burst any more.
const LOOKS_IN_VAIN_MOST: u32 = 256;

impl World {
    fn run(mut self, spec: &RunSpec<'_>) -> Record {
        self.start();
        let mut events = 0;
        let mut end = End::Complete;
        let (mut seen, mut looks_in_vain) = (self.sim.now(), 0);
        let fetches = self.prepare_to_fetch();
        while let Some(event) = if fetches {
            self.pop_fetching()
        } else {
            self.sim.pop_until(self.until)
        } {
            events += 1;
            // Nearly all events are ends of work, so they are asked for first.
            if let Some((server, request)) = event.finish() {
                self.finish(server, request);
            } else {
                self.happens(event.unpacked());
            }
            if spec.max_in_flight < self.requests.live() {
                end = End::Overloaded;
                break;
            }
            if events % EVENTS_PER_LOOK != 0 {
                continue;
            }
            if spec.stop.load(Ordering::Relaxed) {
                end = End::Stopped;
                break;
            }
            looks_in_vain = if seen == self.sim.now() {
                looks_in_vain + 1
            } else {
                0
            };
            if LOOKS_IN_VAIN_MOST < looks_in_vain {
                end = End::Stuck;
                break;
            }
            seen = self.sim.now();
        }
        self.close(end, events)
    }

    /// Whatever is no end of work; kept out of the loop, which is four per cent faster for being short.
    #[inline(never)]
    fn happens(&mut self, event: Event) {
        match event {
            Event::Arrival { workload } => self.arrival(workload as usize),
            Event::Return { workload, client } => self.return_of(usize::from(workload), client),
            Event::Finish { .. } => unreachable!("ends of work are asked for first"),
            Event::SharedFinish { server } => self.shared_finish(server),
            Event::Leave { request } => self.leave(request),
            Event::Report { service } => self.report(service as usize),
            Event::Measure => self.measure(),
            Event::Tick => self.tick(),
            Event::Due(due, id) => self.due(due, id),
            Event::Alarm {
                alarm,
                service,
                which,
            } => self.alarm(alarm, service as usize, which),
            Event::Failure { process, event } => self.failure_happens(process as usize, event),
            Event::FaultBegins { fault } => self.fault_begins(fault as usize),
            Event::FaultEnds { fault } => self.fault_ends(fault as usize),
        }
    }

    /// Measuring begins: what came before was warm-up, and what is in flight is carried in.
    fn measure(&mut self) {
        let now = self.sim.now();
        for workload in &mut self.workloads {
            workload.probe.begin();
            let edge = workload.edge.as_mut();
            if let Some(cache) = edge.and_then(|edge| edge.cache.as_mut()) {
                cache.begin();
            }
            if let Some(follow) = &mut workload.follow {
                follow.breakdown = Breakdown::default();
            }
            if let Some(caller) = &mut workload.caller {
                caller.begin();
            }
        }
        for service in &mut self.services {
            for level in [&mut service.in_system, &mut service.busy, &mut service.waiting] {
                level.reset(now.as_nanos());
            }
            service.audit.begin(now);
            if let Some(zones) = &mut service.zones {
                zones.begin();
            }
            service.areas = Areas {
                at: now,
                in_system: 0,
                busy: 0,
            };
            // The servers' own busy time starts anew, so what they reported of it must too.
            service.reported_busy.fill(0);
            if let Some(beliefs) = &mut service.beliefs {
                beliefs.begin(now);
            }
            if let Some(store) = &mut service.store {
                store.record = StoreRecord::default();
            }
        }
        for server in &mut self.servers {
            server.begin(now);
        }
        self.log_begins();
        self.sim.schedule_in(self.bucket, Event::Tick.packed());
    }

    fn tick(&mut self) {
        self.close_buckets();
        self.sim.schedule_in(self.bucket, Event::Tick.packed());
    }

    fn close_buckets(&mut self) {
        let now = self.sim.now();
        let means: Vec<(f64, f64)> = self
            .services
            .iter_mut()
            .map(|service| {
                let (in_system, busy) = (
                    service.in_system.area(now.as_nanos()),
                    service.busy.area(now.as_nanos()),
                );
                let areas = Areas {
                    at: now,
                    in_system,
                    busy,
                };
                let (in_system, busy) = areas.means_since(&service.areas);
                service.areas = areas;
                (in_system, busy / service.slots as f64)
            })
            .collect();
        for workload in &mut self.workloads[..self.roots] {
            let (in_system, utilisation) = means[workload.service as usize];
            workload.probe.close_bucket(in_system, utilisation);
        }
    }
}

/// Returns the service that a request is in.
fn service_of(workloads: &[Workload], servers: &[Server], request: &Request) -> usize {
    if request.workload == CHECK {
        usize::from(servers[request.server as usize].service)
    } else {
        workloads[usize::from(request.workload)].service as usize
    }
}

impl Picker {
    fn new(popularity: &Popularity) -> Self {
        let &Popularity { count, skew } = popularity;
        match skew {
            Skew::Zipf(0.0) => Self::Even { count },
            Skew::Zipf(exponent) => {
                Self::Zipf(rand_distr::Zipf::new(f64::from(count), exponent).expect("a checked popularity"))
            }
            Skew::Hot(share) => Self::Hot { count, share },
        }
    }

    /// Returns a number from 0, the most popular, to below the count.
    fn pick(&self, rng: &mut Stream) -> u32 {
        match self {
            Self::Even { count } => rng.below(*count as usize) as u32,
            Self::Hot { share, .. } if rng.open01() < *share => 0,
            Self::Hot { count, .. } => 1 + rng.below(*count as usize - 1) as u32,
            Self::Zipf(zipf) => rand_distr::Distribution::sample(zipf, rng) as u32 - 1,
        }
    }
}

#[cfg(test)]
mod tests;
