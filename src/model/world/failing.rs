//! Failures that come by themselves: processes say when units fail and are repaired, and that is done to servers.

use std::ops::Range;

use super::{Event, World};
use crate::{
    model::{
        Deployment,
        failure::{
            Unit,
            process::{FailureEvent, FailureProcess, Steps, units},
        },
        record::Cause,
    },
    rng::Streams,
};

/// One way in which the parts of a service fail by themselves.
pub(super) struct Failing {
    service: usize,
    plan: usize,
    of_balancers: bool,
    /// Where its harm stands among the sources.
    source: u32,
    process: FailureProcess,
    /// The incident that a unit's failure is, while it is down.
    incidents: Vec<Option<usize>>,
}

/// Returns all of them; their harm follows that of the faults among the sources.
pub(super) fn all(deployment: &Deployment, streams: Streams) -> Vec<Failing> {
    let mut source = deployment.faults.len() as u32;
    let mut all = Vec::new();
    for (service, plan) in deployment.services.iter().enumerate() {
        for (index, failure) in plan.failures.iter().enumerate() {
            let members = units(plan, failure.unit);
            all.push(Failing {
                service,
                plan: index,
                of_balancers: failure.unit == Unit::Balancer,
                source,
                incidents: vec![None; members.len()],
                process: FailureProcess::new(
                    failure,
                    members,
                    &format!("{}/failure/{index}", plan.name),
                    streams,
                ),
            });
            source += 1;
        }
    }
    all
}

impl World {
    /// All units are up at the beginning.
    pub(super) fn start_failing(&mut self) {
        for at in 0..self.trouble.failing.len() {
            let mut steps = Steps::default();
            self.trouble.failing[at].process.start(self.sim.now(), &mut steps);
            self.schedule_failures(at, &steps);
        }
    }

    fn schedule_failures(&mut self, at: usize, steps: &Steps) {
        for &(due, event) in &steps.schedule {
            let event = Event::Failure {
                process: at as u32,
                event,
            };
            self.sim.schedule_at(due, event.packed());
        }
    }

    /// A process has what it asked for.
    pub(super) fn failure_happens(&mut self, at: usize, event: FailureEvent) {
        let mut steps = Steps::default();
        self.trouble.failing[at]
            .process
            .happens(event, self.sim.now(), &mut steps);
        self.schedule_failures(at, &steps);
        let common = event == FailureEvent::CommonCause;
        for change in &steps.changes {
            if change.down {
                self.unit_fails(at, change.unit, common);
            } else {
                self.unit_is_repaired(at, change.unit);
            }
        }
    }

    fn unit_fails(&mut self, at: usize, unit: u32, common: bool) {
        let failing = &self.trouble.failing[at];
        let (service, source) = (failing.service, failing.source);
        let members = failing.process.members(unit).to_vec();
        let cause = Cause::Failure {
            service,
            plan: failing.plan,
            unit,
            common,
        };
        if failing.of_balancers {
            let incident = self.balancer_incident_begins(cause, service, members[0] as usize);
            self.trouble.failing[at].incidents[unit as usize] = incident;
            return self.balancer_goes(service, members[0] as usize, false);
        }
        let first = self.services[service].first;
        let ranges: Vec<Range<u32>> = ranges(&members, first);
        self.trouble.failing[at].incidents[unit as usize] = self.incident_begins(cause, &ranges);
        for server in members {
            self.is_harmed(first + server, source);
        }
    }

    fn unit_is_repaired(&mut self, at: usize, unit: u32) {
        let failing = &mut self.trouble.failing[at];
        let (service, source, of_balancers) = (failing.service, failing.source, failing.of_balancers);
        let members = failing.process.members(unit).to_vec();
        let incident = failing.incidents[unit as usize].take();
        if of_balancers {
            self.balancer_comes(service, members[0] as usize);
            return self.incident_ends(incident);
        }
        let first = self.services[service].first;
        for server in members {
            self.is_mended(first + server, source);
        }
        self.incident_ends(incident);
    }
}

/// Returns sorted numbers as ranges that begin at `first` for 0.
fn ranges(numbers: &[u32], first: u32) -> Vec<Range<u32>> {
    let mut ranges: Vec<Range<u32>> = Vec::new();
    for &number in numbers {
        let global = first + number;
        match ranges.last_mut() {
            Some(last) if last.end == global => last.end += 1,
            _ => ranges.push(global..global + 1),
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_follow_each_other_make_one_range() {
        assert_eq!(ranges(&[0, 1, 2, 5, 7, 8], 10), [10..13, 15..16, 17..19]);
    }
}
