//! The log of what went wrong: when it began, when balancers had noticed, when it was over, and what happened meanwhile.

use std::ops::Range;

use super::World;
use crate::model::record::{Cause, Incident, Toll};

/// Incidents that a run remembers one by one; failures that come by themselves may be without number.
const REMEMBERED: usize = 10_000;

/// The incidents of a run.
#[derive(Default)]
pub(super) struct Log {
    incidents: Vec<Incident>,
    /// Incidents that have begun since the run did.
    begun: usize,
    /// Those that are not over, or whose servers are not all back in rotation; in the order in which they began.
    open: Vec<Open>,
    /// Those that were too many to be remembered.
    forgotten: u64,
}

/// An incident that goes on.
struct Open {
    /// Its number, counted from the beginning of the run.
    number: usize,
    /// Its place among those that are remembered.
    index: usize,
    servers: Vec<Range<u32>>,
    /// Pairs of a balancer and one of these servers in which the balancer would send there.
    in_rotation: u64,
    pairs: u64,
    /// The service and the balancer in front of it, where that is what fails.
    balancer: Option<(usize, usize)>,
    /// The toll of the whole run when it began.
    before: Toll,
}

impl World {
    /// Something goes wrong with these servers; returns its number, unless there were too many.
    pub(super) fn incident_begins(&mut self, cause: Cause, servers: &[Range<u32>]) -> Option<usize> {
        if REMEMBERED <= self.log.incidents.len() {
            self.log.forgotten += 1;
            return None;
        }
        let (mut pairs, mut in_rotation) = (0, 0);
        for global in servers.iter().cloned().flatten() {
            let service = &self.services[usize::from(self.servers[global as usize].service)];
            pairs += service.fronts_for(global - service.first);
            in_rotation += service.fronts_that_send_to(global - service.first);
        }
        let (number, index) = (self.log.begun, self.log.incidents.len());
        self.log.begun += 1;
        self.log.incidents.push(Incident {
            cause,
            servers: servers.iter().map(|range| range.len() as u32).sum(),
            began: self.sim.now(),
            noticed: (in_rotation == 0 && 0 < pairs).then(|| self.sim.now()),
            failover: None,
            ended: None,
            restored: None,
            unnoticed: Toll::default(),
            toll: Toll::default(),
        });
        self.log.open.push(Open {
            number,
            index,
            servers: servers.to_vec(),
            in_rotation,
            pairs,
            balancer: None,
            before: self.toll(),
        });
        Some(number)
    }

    /// A balancer fails; returns the incident's number, unless there were too many.
    pub(super) fn balancer_incident_begins(
        &mut self,
        cause: Cause,
        service: usize,
        side: usize,
    ) -> Option<usize> {
        let number = self.incident_begins(cause, &[]);
        if number.is_some()
            && let Some(open) = self.log.open.last_mut()
        {
            open.balancer = Some((service, side));
        }
        number
    }

    /// One of a pair has taken over from the other, which is noticed by that.
    pub(super) fn balancer_took_over(&mut self, service: usize, side: usize) {
        let (now, toll) = (self.sim.now(), self.toll());
        for place in (0..self.log.open.len()).rev() {
            let open = &self.log.open[place];
            let Some((_, failed)) = open.balancer.filter(|&(there, _)| there == service) else {
                continue;
            };
            let incident = &mut self.log.incidents[open.index];
            if failed != side && incident.failover.is_none() {
                incident.failover = Some(now);
                incident.noticed = Some(now);
                incident.unnoticed = toll.since(&open.before);
            }
            self.close_if_restored(place);
        }
    }

    /// The backups of a service are let in.
    pub(super) fn backups_let_in(&mut self, service: usize) {
        let now = self.sim.now();
        for open in &self.log.open {
            let here =
                |range: &Range<u32>| usize::from(self.servers[range.start as usize].service) == service;
            let incident = &mut self.log.incidents[open.index];
            if incident.failover.is_none() && open.servers.iter().any(here) {
                incident.failover = Some(now);
            }
        }
    }

    /// What went wrong is over; some balancers may not know yet.
    pub(super) fn incident_ends(&mut self, number: Option<usize>) {
        let numbered = |open: &Open| Some(open.number) == number;
        if let Some(place) = self.log.open.iter().position(numbered) {
            let index = self.log.open[place].index;
            self.log.incidents[index].ended = Some(self.sim.now());
            self.close_if_restored(place);
        }
    }

    /// A balancer sends to a server again, or does so no more.
    pub(super) fn rotation_changed(&mut self, global: u32, sends: bool) {
        if self.log.open.is_empty() {
            return;
        }
        let (now, toll) = (self.sim.now(), self.toll());
        for place in (0..self.log.open.len()).rev() {
            let open = &mut self.log.open[place];
            if !open.servers.iter().any(|range| range.contains(&global)) {
                continue;
            }
            if sends {
                open.in_rotation += 1;
                self.close_if_restored(place);
            } else {
                open.in_rotation -= 1;
                let incident = &mut self.log.incidents[open.index];
                if open.in_rotation == 0 && incident.noticed.is_none() && incident.ended.is_none() {
                    incident.noticed = Some(now);
                    incident.unnoticed = toll.since(&open.before);
                }
            }
        }
    }

    fn close_if_restored(&mut self, place: usize) {
        let open = &self.log.open[place];
        // Of a pair, one that is going to preempt is not back in its role before it has.
        let to_return = |&(service, side): &(usize, usize)| {
            let pair = self.services[service].pair.as_ref();
            pair.is_some_and(|pair| pair.returns(side))
        };
        if open.balancer.as_ref().is_some_and(to_return) {
            return;
        }
        let incident = &mut self.log.incidents[open.index];
        if incident.ended.is_some() && open.in_rotation == open.pairs {
            incident.restored = Some(self.sim.now());
            self.settle_toll(place);
            self.log.open.remove(place);
        }
    }

    fn settle_toll(&mut self, place: usize) {
        let toll = self.toll();
        let open = &self.log.open[place];
        let incident = &mut self.log.incidents[open.index];
        incident.toll = toll.since(&open.before);
        if incident.noticed.is_none() {
            incident.unnoticed = incident.toll;
        }
    }

    /// What has gone wrong for clients since measuring began.
    fn toll(&self) -> Toll {
        let tolls = self.workloads[..self.roots]
            .iter()
            .map(|workload| workload.probe.toll());
        tolls.fold(Toll::default(), |sum, toll| sum.plus(&toll))
    }

    /// Measuring begins: what was over before is forgotten, and all counts start anew.
    pub(super) fn log_begins(&mut self) {
        let log = &mut self.log;
        let mut kept = Vec::new();
        for open in &mut log.open {
            open.before = Toll::default();
            kept.push(log.incidents[open.index].clone());
            open.index = kept.len() - 1;
        }
        log.incidents = kept;
        log.forgotten = 0;
    }

    /// The run is over.
    pub(super) fn log_closes(&mut self) -> (Vec<Incident>, u64) {
        for place in 0..self.log.open.len() {
            self.settle_toll(place);
        }
        let log = std::mem::take(&mut self.log);
        (log.incidents, log.forgotten)
    }
}
