//! How often a deployment is in each degraded state, for those who want to know how it serves requests there.

use std::collections::BTreeMap;

use super::Years;
use crate::{
    model::{Deployment, Group, RunSpec, failure::Harm},
    units::SimTime,
};

/// A state of all services: what is wrong with how many servers of each group. Groups that are alike are told apart by
/// their state only, so that states which are the same by symmetry are one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DegradedState {
    /// What is not as it should be, group by group.
    pub parts: Vec<DegradedPart>,
}

/// Some servers of one group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DegradedPart {
    /// The service, as an index.
    pub service: usize,
    /// The group there, or one that is like it.
    pub group: usize,
    /// Which of the service's failures they suffer from and are sent requests nevertheless; `None` for those that the
    /// balancer sends nothing to.
    pub failure: Option<usize>,
    /// How many.
    pub servers: u32,
}

/// How long and how often a deployment was in a state.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Stay {
    /// Seconds in all.
    pub seconds: f64,
    /// How often.
    pub visits: u64,
}

/// Returns how long a deployment is in each state over years, without its workloads and its faults.
pub fn census(deployment: &Deployment, spec: &RunSpec<'_>) -> Vec<(DegradedState, Stay)> {
    let quiet = Deployment {
        workloads: Vec::new(),
        faults: Vec::new(),
        ..deployment.clone()
    };
    let mut years = Years::new(&quiet, spec, true);
    years.start();
    while let Some(event) = years.sim.pop_until(years.until) {
        years.happens(event);
    }
    let (now, census) = (years.sim.now(), years.census.take().expect("one was asked for"));
    census.close(&quiet, now)
}

/// What is wrong with a server as its requests see it: 0 for nothing, 1 for out of rotation, or 2 and the failure's number.
type Code = usize;

pub(super) struct Census {
    /// Of each service, the group and the code of each server.
    servers: Vec<Vec<(usize, Code)>>,
    /// Where the numbers of a group begin, by service; one for each code but 0.
    places: Vec<Vec<usize>>,
    counts: Vec<u32>,
    since: SimTime,
    stays: BTreeMap<Vec<u32>, (u64, u64)>,
}

impl Census {
    pub(super) fn new(deployment: &Deployment) -> Self {
        let (mut servers, mut places, mut next) = (Vec::new(), Vec::new(), 0);
        for plan in &deployment.services {
            let groups = plan.groups.iter().enumerate();
            let each = groups.flat_map(|(at, group)| std::iter::repeat_n((at, 0), group.servers as usize));
            servers.push(each.collect());
            let width = 1 + plan.failures.len();
            places.push((0..plan.groups.len()).map(|at| next + at * width).collect());
            next += plan.groups.len() * width;
        }
        Self {
            servers,
            places,
            counts: vec![0; next],
            since: SimTime::ZERO,
            stays: BTreeMap::new(),
        }
    }

    /// Measuring begins.
    pub(super) fn begin(&mut self, now: SimTime) {
        self.stays.clear();
        self.since = now;
    }

    /// A server is like this from now on.
    pub(super) fn note(&mut self, service: usize, server: u32, code: Code, now: SimTime) {
        let (group, before) = self.servers[service][server as usize];
        if before == code {
            return;
        }
        self.count_time(now);
        self.servers[service][server as usize].1 = code;
        let place = self.places[service][group];
        if 0 < before {
            self.counts[place + before - 1] -= 1;
        }
        if 0 < code {
            self.counts[place + code - 1] += 1;
        }
    }

    fn count_time(&mut self, now: SimTime) {
        let passed = now.since(self.since).as_nanos();
        self.since = now;
        // What lasts no time is on the way from one state to another.
        if passed == 0 {
            return;
        }
        match self.stays.get_mut(&self.counts) {
            Some((nanos, visits)) => {
                *nanos += passed;
                *visits += 1;
            }
            None => {
                self.stays.insert(self.counts.clone(), (passed, 1));
            }
        }
    }

    /// Returns the states, merged where they are the same by symmetry.
    fn close(mut self, deployment: &Deployment, now: SimTime) -> Vec<(DegradedState, Stay)> {
        self.count_time(now);
        let mut merged: BTreeMap<DegradedState, Stay> = BTreeMap::new();
        for (counts, &(nanos, visits)) in &self.stays {
            let stay = merged.entry(self.state(deployment, counts)).or_default();
            stay.seconds += nanos as f64 * 1e-9;
            stay.visits += visits;
        }
        merged.into_iter().collect()
    }

    fn state(&self, deployment: &Deployment, counts: &[u32]) -> DegradedState {
        let mut parts = Vec::new();
        for (service, plan) in deployment.services.iter().enumerate() {
            let width = 1 + plan.failures.len();
            let of = |group: usize| &counts[self.places[service][group]..][..width];
            let mut taken = vec![false; plan.groups.len()];
            for first in 0..plan.groups.len() {
                if taken[first] {
                    continue;
                }
                let alike: Vec<usize> = (first..plan.groups.len())
                    .filter(|&other| are_alike(&plan.groups[first], &plan.groups[other]))
                    .collect();
                let mut states: Vec<&[u32]> = alike.iter().map(|&group| of(group)).collect();
                // The worst first, whichever it was.
                states.sort_unstable_by(|a, b| b.cmp(a));
                for (&group, numbers) in alike.iter().zip(states) {
                    taken[group] = true;
                    let some = numbers.iter().enumerate().filter(|(_, servers)| 0 < **servers);
                    parts.extend(some.map(|(code, &servers)| DegradedPart {
                        service,
                        group,
                        failure: code.checked_sub(1),
                        servers,
                    }));
                }
            }
        }
        DegradedState { parts }
    }
}

/// Returns whether requests cannot tell the servers of two groups apart.
pub fn are_alike(a: &Group, b: &Group) -> bool {
    let shape = |group: &Group| {
        (
            group.servers,
            group.slots,
            group.speed,
            group.weight,
            group.backup,
        )
    };
    shape(a) == shape(b)
}

impl Years<'_> {
    /// Tells the census how a server is, where one is taken.
    pub(super) fn take_census(&mut self, at: usize, server: u32) {
        let Some(census) = &mut self.census else { return };
        let here = &self.services[at];
        let code = if here.account.is_out(server) {
            1
        } else {
            here.servers[server as usize]
                .worst(&here.harms)
                .map_or(0, |harm| harm + 2)
        };
        census.note(at, server, code, self.sim.now());
    }
}

/// Returns how bad harm is for requests, to compare.
pub(super) fn badness(harm: &Harm) -> u32 {
    match harm {
        Harm::Crash => 4,
        Harm::Hang { .. } => 3,
        Harm::Error { .. } => 2,
        Harm::Slow { .. } => 1,
        Harm::Drain | Harm::Partition { .. } | Harm::Surge { .. } => 0,
    }
}
