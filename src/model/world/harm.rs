//! What goes wrong with servers, and what that does to the requests there.
//!
//! Several things can be wrong with one server at once; it is as badly off as all of them together, and well again when
//! the last is over.

use std::ops::Range;

use super::{
    Event, Service, World,
    failing::{self, Failing},
};
use crate::{
    dist::Dist,
    model::{
        Deployment,
        failure::{FaultPlan, Harm, Target},
        probe::Failure,
        record::Cause,
        request::{RequestId, Requests},
        server::Server,
    },
    rng::Streams,
    units::{SimDuration, SimTime},
};

/// Everything that goes or can go wrong in one run.
#[derive(Default)]
pub(super) struct Trouble {
    /// What can be wrong with a server, by its source: the faults, and then the failures of each service.
    sources: Vec<Harm>,
    /// Of each source, the share of the nodes of stores that lose their data to it.
    data_lost: Vec<f64>,
    faults: Vec<Fault>,
    /// Of each server; none where nothing can go wrong.
    conditions: Vec<Condition>,
    pub(super) failing: Vec<Failing>,
}

/// A fault that comes on time.
struct Fault {
    at: SimTime,
    lasts: SimDuration,
    servers: Vec<Range<u32>>,
    /// The service and the balancer in front of it, if that is struck.
    balancer: Option<(usize, usize)>,
    /// The incident that it is, while it lasts.
    incident: Option<usize>,
}

/// What is wrong with one server.
#[derive(Clone)]
struct Condition {
    /// The sources of what is wrong now.
    active: Vec<u32>,
    /// Seconds for a second of work when nothing is wrong.
    usual_slowness: f64,
    /// How much more slowly it works because shards are copied from it or to it.
    copying: f64,
}

/// How a server is, all taken together.
struct State {
    crashed: bool,
    frozen: bool,
    drained: bool,
    slowness: f64,
    error: Option<(f64, Dist)>,
}

impl Trouble {
    pub(super) fn new(
        deployment: &Deployment,
        services: &[Service],
        servers: &[Server],
        streams: Streams,
        begin: SimTime,
    ) -> Self {
        let times = |plan: &FaultPlan| plan.within(begin);
        let faults = deployment.faults.iter().map(|plan| Fault {
            at: times(plan).0,
            lasts: times(plan).1,
            servers: match plan.harm {
                // Nothing is wrong with them.
                Harm::Partition { .. } => Vec::new(),
                _ => struck(deployment, services, plan.target),
            },
            balancer: match plan.target {
                Target::Balancer { service, balancer } => Some((service, balancer as usize)),
                _ => None,
            },
            incident: None,
        });
        let faults: Vec<Fault> = faults.collect();
        let failing = failing::all(deployment, streams);
        let condition = |server: &Server| Condition {
            active: Vec::new(),
            usual_slowness: server.slowness,
            copying: 1.0,
        };
        let conditions = if faults.is_empty() && failing.is_empty() {
            Vec::new()
        } else {
            servers.iter().map(condition).collect()
        };
        let failures = || deployment.services.iter().flat_map(|plan| &plan.failures);
        let by_faults = deployment.faults.iter().map(|plan| plan.data_lost);
        let by_failures = failures().map(|plan| plan.data_lost);
        let of_failures = failures();
        let of_faults = deployment.faults.iter().map(|plan| &plan.harm);
        let harms = of_faults.chain(of_failures.map(|plan| &plan.harm)).cloned();
        Self {
            sources: harms.collect(),
            data_lost: by_faults.chain(by_failures).collect(),
            faults,
            conditions,
            failing,
        }
    }
}

/// Returns the servers that a fault strikes, as ranges of all servers.
fn struck(deployment: &Deployment, services: &[Service], target: Target) -> Vec<Range<u32>> {
    let groups = |service: usize| {
        let mut first = services[service].first;
        let groups = deployment.services[service].groups.iter().map(move |group| {
            let range = first..first + group.servers;
            first = range.end;
            (group, range)
        });
        groups.collect::<Vec<_>>()
    };
    match target {
        Target::Server { service, server } => {
            let global = services[service].first + server;
            std::iter::once(global..global + 1).collect()
        }
        Target::Group { service, group } => vec![groups(service)[group].1.clone()],
        Target::Service(service) => groups(service).into_iter().map(|(_, range)| range).collect(),
        Target::Zone(zone) => (0..services.len())
            .flat_map(groups)
            .filter(|(group, _)| group.zone == Some(zone))
            .map(|(_, range)| range)
            .collect(),
        Target::Balancer { .. } | Target::Workload(_) => Vec::new(),
    }
}

impl World {
    /// Schedules the faults; most count from the beginning of measuring.
    pub(super) fn schedule_faults(&mut self) {
        for (index, fault) in self.trouble.faults.iter().enumerate() {
            let event = Event::FaultBegins { fault: index as u32 };
            self.sim.schedule_at(fault.at, event.packed());
        }
    }

    /// A fault begins.
    pub(super) fn fault_begins(&mut self, index: usize) {
        let fault = &self.trouble.faults[index];
        let (servers, lasts, balancer) = (fault.servers.clone(), fault.lasts, fault.balancer);
        let cause = Cause::Fault(index);
        let properly = matches!(self.trouble.sources[index], Harm::Drain);
        self.trouble.faults[index].incident = match balancer {
            Some((service, side)) => self.balancer_incident_begins(cause, service, side),
            None => self.incident_begins(cause, &servers),
        };
        if let Some((service, side)) = balancer {
            self.balancer_goes(service, side, properly);
        }
        for server in servers.into_iter().flatten() {
            self.is_harmed(server, index as u32);
        }
        let end = Event::FaultEnds { fault: index as u32 };
        self.sim.schedule_in(lasts, end.packed());
    }

    /// A fault is over.
    pub(super) fn fault_ends(&mut self, index: usize) {
        let fault = &mut self.trouble.faults[index];
        let (servers, incident, balancer) = (fault.servers.clone(), fault.incident.take(), fault.balancer);
        if let Some((service, side)) = balancer {
            self.balancer_comes(service, side);
        }
        for server in servers.into_iter().flatten() {
            self.is_mended(server, index as u32);
        }
        self.incident_ends(incident);
    }

    /// One more thing is wrong with a server.
    pub(super) fn is_harmed(&mut self, global: u32, source: u32) {
        self.trouble.conditions[global as usize].active.push(source);
        self.apply_condition(global, false);
        let (at, share) = self.store_struck(global, source);
        if 0.0 < share {
            self.may_lose_data(at, global - self.services[at].first, share);
        }
    }

    /// One thing less is wrong with a server.
    pub(super) fn is_mended(&mut self, global: u32, source: u32) {
        let active = &mut self.trouble.conditions[global as usize].active;
        let place = active.iter().position(|&other| other == source);
        active.swap_remove(place.expect("what is over has begun"));
        let harm = &self.trouble.sources[source as usize];
        let restarts = matches!(harm, Harm::Hang { resumes: false });
        self.apply_condition(global, restarts);
        let (at, share) = self.store_struck(global, source);
        if 0.0 < share {
            self.may_need_data(at, global - self.services[at].first);
        }
    }

    /// Returns the service of a server and, if it is a store, the share of nodes that lose their data to this.
    fn store_struck(&self, global: u32, source: u32) -> (usize, f64) {
        let at = usize::from(self.servers[global as usize].service);
        let share = self.trouble.data_lost[source as usize];
        (
            at,
            if self.services[at].store.is_some() {
                share
            } else {
                0.0
            },
        )
    }

    /// Shards are copied from a node or to it, or no more: it works at another pace.
    pub(super) fn set_copying(&mut self, global: u32, factor: f64) {
        if let Some(condition) = self.trouble.conditions.get_mut(global as usize) {
            condition.copying = factor;
            self.apply_condition(global, false);
        }
    }

    /// Makes a server as badly off as everything that is wrong with it.
    fn apply_condition(&mut self, global: u32, restarts: bool) {
        let state = self.state_of(global);
        let server = &self.servers[global as usize];
        let (at, was_up, was_frozen) = (usize::from(server.service), server.is_up(), server.frozen);
        let crashes = state.crashed && !server.crashed;
        // In flight there when it crashes, or when it is restarted after a hang.
        let lost = if crashes || restarts && was_frozen && !state.frozen {
            self.empty(at, global)
        } else {
            Vec::new()
        };
        let server = &self.servers[global as usize];
        if was_frozen != state.frozen || server.slowness != state.slowness {
            self.change_pace(at, global, |server| {
                server.frozen = state.frozen;
                server.slowness = state.slowness;
            });
        }
        let server = &mut self.servers[global as usize];
        server.crashed = state.crashed;
        let is_up = server.is_up();
        if state.crashed {
            self.forget_all(at, global);
        }
        let service = &mut self.services[at];
        let local = global - service.first;
        service.errors[local as usize] = state.error;
        if is_up != was_up {
            self.truth_changed(at, global, is_up);
        }
        self.set_drained(at, local, state.drained);
        self.lose(at, global, lost);
    }

    /// Ends requests whose server has let them go.
    fn lose(&mut self, at: usize, global: u32, lost: Vec<RequestId>) {
        if lost.is_empty() {
            return;
        }
        for id in lost {
            self.fail(id, Failure::Lost);
        }
        self.after_end(at, global);
    }

    fn state_of(&self, global: u32) -> State {
        let condition = &self.trouble.conditions[global as usize];
        let mut state = State {
            crashed: false,
            frozen: false,
            drained: false,
            slowness: condition.usual_slowness * condition.copying,
            error: None,
        };
        for &source in &condition.active {
            match &self.trouble.sources[source as usize] {
                Harm::Crash => state.crashed = true,
                Harm::Hang { .. } => state.frozen = true,
                Harm::Slow { factor } => state.slowness *= factor,
                Harm::Error { share, takes } => {
                    if state.error.as_ref().is_none_or(|(worst, _)| worst < share) {
                        state.error = Some((*share, takes.clone()));
                    }
                }
                Harm::Drain => state.drained = true,
                Harm::Partition { .. } | Harm::Surge { .. } => {}
            }
        }
        state
    }
}

impl Service {
    /// At a server that answers with errors, a request may get one in place of its work.
    #[inline(never)]
    pub(super) fn spoil(&mut self, id: RequestId, local: usize, requests: &mut Requests) {
        let Some((share, takes)) = &self.errors[local] else {
            return;
        };
        // One that was pushed aside goes on with what it has begun.
        if requests[id].wrong
            || SimDuration::ZERO < requests.detail(id).done
            || *share <= self.error_rng.open01()
        {
            return;
        }
        requests[id].wrong = true;
        requests[id].work = SimDuration::from_secs_f64(takes.sample(&mut self.error_rng));
    }
}
