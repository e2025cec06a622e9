//! The long time scale: failures, repairs, detection and failover alone, without a single request.
//!
//! Requests take milliseconds and servers fail every few months, so a year of both would take days. Here only what
//! changes the servers or the beliefs about them is an event, and thousands of server-years pass in a second. Checks of a
//! server that is well (or long known to be down) tell nobody anything new: they are not simulated, and their rhythm is
//! taken up where it must be when the server changes.
//!
//! **Lives here:** the run ([`simulate`]), how servers are (`server`), who notices (`watch`), what is measured (`account`).
//! **Lives elsewhere:** when parts fail (`failure::process`); the same at the level of requests (`world`).
//! **Invariant:** what a balancer does depends on what it believes, and only what it gets on the truth.
//!
//! One balancer is looked at, the first; others differ from it in the phase of their checks only. What a request would
//! meet is the share of working servers among those that the balancer sends to, by their weights: `availability` is its
//! mean over time, and an outage is a time in which it is 0. A server that is slow works; one that answers a share of
//! requests with errors works for the others. Outlier ejection needs requests and plays no part.

mod account;
mod census;
mod checks;
mod fronts;
mod rhythm;
mod server;
mod strike;
#[cfg(test)]
mod tests;
mod watch;

use std::sync::atomic::Ordering;

pub use self::census::{DegradedPart, DegradedState, Stay, are_alike, census};
use self::{account::Account, census::Census, fronts::Fronts, server::Server, watch::Watch};
use super::{
    Deployment, End, Record, RunSpec, ServicePlan, durability,
    failure::{
        Harm, Unit,
        process::{self, FailureEvent, FailureProcess, Steps},
    },
};
use crate::{
    engine::Simulation,
    units::{SimDuration, SimTime},
};

/// Events between two looks at the outside.
const EVENTS_PER_LOOK: u64 = 1 << 14;

/// Simulates a deployment without its workloads.
pub(super) fn simulate(deployment: &Deployment, spec: &RunSpec<'_>) -> Record {
    let mut years = Years::new(deployment, spec, false);
    years.start();
    let (mut end, mut events) = (End::Complete, 0);
    while let Some(event) = years.sim.pop_until(years.until) {
        events += 1;
        years.happens(event);
        if events % EVENTS_PER_LOOK == 0 && spec.stop.load(Ordering::Relaxed) {
            end = End::Stopped;
            break;
        }
    }
    let mut record = years.close(end, events, spec.bucket);
    for (at, service) in record.services.iter_mut().enumerate() {
        service.durability = durability::simulate(deployment, at, spec).map(Box::new);
        record.events += service.durability.as_ref().map_or(0, |data| data.events);
    }
    if spec.stop.load(Ordering::Relaxed) {
        record.end = End::Stopped;
    }
    record
}

#[derive(Clone, Copy, Debug)]
enum Event {
    /// For one of the processes.
    Failure {
        process: u32,
        event: FailureEvent,
    },
    FaultBegins(u32),
    FaultEnds(u32),
    /// For the watch over a server. One with an old stamp is out of date.
    Watch {
        service: u32,
        server: u32,
        stamp: u32,
        alarm: watch::Alarm,
    },
    /// A standby balancer has waited long enough, unless its stamp is old.
    TakesOver {
        service: u32,
        side: u32,
        stamp: u32,
    },
    /// Measuring begins.
    Measure,
}

struct Years<'a> {
    deployment: &'a Deployment,
    sim: Simulation<Event>,
    services: Vec<Service>,
    processes: Vec<Process>,
    steps: Steps,
    /// What the last watch asked for, to be used again.
    next: watch::Next,
    /// How often each degraded state occurs, where somebody asks.
    census: Option<Census>,
    begin: SimTime,
    until: SimTime,
}

struct Process {
    service: usize,
    harm: usize,
    unit: Unit,
    machine: FailureProcess,
}

struct Service {
    servers: Vec<Server>,
    watch: Watch,
    fronts: Fronts,
    account: Account,
    /// What can be wrong: the failures, and then the faults of the deployment.
    harms: Vec<Harm>,
}

impl<'a> Years<'a> {
    fn new(deployment: &'a Deployment, spec: &RunSpec<'_>, counts: bool) -> Self {
        let faults = || deployment.faults.iter().map(|fault| fault.harm.clone());
        let service = |plan: &ServicePlan| Service {
            servers: Server::all(plan),
            watch: Watch::new(plan, spec.streams),
            fronts: Fronts::new(plan),
            account: Account::new(plan),
            harms: plan
                .failures
                .iter()
                .map(|failure| failure.harm.clone())
                .chain(faults())
                .collect(),
        };
        let mut processes = Vec::new();
        for (at, plan) in deployment.services.iter().enumerate() {
            for (harm, failure) in plan.failures.iter().enumerate() {
                // Only a census sees that a server is slow.
                if !counts && matches!(failure.harm, Harm::Slow { .. }) {
                    continue;
                }
                let units = process::units(plan, failure.unit);
                let name = format!("{}/failure/{harm}", plan.name);
                processes.push(Process {
                    service: at,
                    harm,
                    unit: failure.unit,
                    machine: FailureProcess::new(failure, units, &name, spec.streams),
                });
            }
        }
        let begin = SimTime::ZERO + spec.warmup;
        Self {
            deployment,
            sim: Simulation::new(),
            services: deployment.services.iter().map(service).collect(),
            processes,
            steps: Steps::default(),
            next: watch::Next::default(),
            census: counts.then(|| Census::new(deployment)),
            begin,
            until: begin + spec.duration,
        }
    }

    fn start(&mut self) {
        self.sim.schedule_at(self.begin, Event::Measure);
        for (index, fault) in self.deployment.faults.iter().enumerate() {
            let begins = Event::FaultBegins(index as u32);
            self.sim.schedule_at(self.begin + fault.at, begins);
        }
        for index in 0..self.processes.len() {
            self.steps.clear();
            self.processes[index]
                .machine
                .start(SimTime::ZERO, &mut self.steps);
            self.follow(index);
        }
    }

    fn happens(&mut self, event: Event) {
        let now = self.sim.now();
        match event {
            Event::Failure { process, event } => {
                let index = process as usize;
                self.steps.clear();
                self.processes[index].machine.happens(event, now, &mut self.steps);
                self.follow(index);
            }
            Event::FaultBegins(index) => {
                self.fault(index as usize, true);
                let lasts = self.deployment.faults[index as usize].lasts;
                self.sim.schedule_in(lasts, Event::FaultEnds(index));
            }
            Event::FaultEnds(index) => self.fault(index as usize, false),
            Event::Watch {
                service,
                server,
                stamp,
                alarm,
            } => {
                let at = service as usize;
                let here = &mut self.services[at];
                if here.watch.is_current(server, alarm, stamp) {
                    let state = &here.servers[server as usize];
                    let next = &mut self.next;
                    here.watch.rings(alarm, server, now, state, &here.harms, next);
                    self.heed(at, server);
                }
            }
            Event::TakesOver { service, side, stamp } => {
                let at = service as usize;
                if self.services[at].fronts.stamp == stamp {
                    self.services[at].fronts.takes_over(side as usize, now);
                    self.fronts_changed(at);
                }
            }
            Event::Measure => {
                for service in &mut self.services {
                    service.account.begin(now);
                }
                if let Some(census) = &mut self.census {
                    census.begin(now);
                }
            }
        }
    }

    /// Schedules what a process asks for and does what it tells.
    fn follow(&mut self, index: usize) {
        let mut steps = std::mem::take(&mut self.steps);
        for &(at, event) in &steps.schedule {
            let process = index as u32;
            self.sim.schedule_at(at, Event::Failure { process, event });
        }
        for change in steps.changes.drain(..) {
            let Process {
                service, harm, unit, ..
            } = self.processes[index];
            for member in 0..self.processes[index].machine.members(change.unit).len() {
                let number = self.processes[index].machine.members(change.unit)[member];
                if unit == Unit::Balancer {
                    self.balancer(service, number, harm, change.down);
                } else {
                    self.harm(service, number, harm, change.down);
                }
            }
        }
        self.steps = steps;
    }

    fn close(mut self, end: End, events: u64, bucket: SimDuration) -> Record {
        let now = self.sim.now();
        if now <= self.begin {
            self.services
                .iter_mut()
                .for_each(|service| service.account.begin(now));
        }
        let services = self.services.iter_mut();
        Record {
            end,
            events,
            begin: self.begin.min(now),
            until: now,
            bucket,
            workloads: Vec::new(),
            services: services.map(|service| service.account.record(now)).collect(),
            incidents: Vec::new(),
            incidents_forgotten: 0,
            violations: Vec::new(),
        }
    }
}
