//! The memory that events need is fetched before they come.

use super::{Front, Packed, World};
use crate::{
    engine::fetch,
    model::{server::Server, visit::VisitId},
};

/// Servers from which on this is worth its while: what fewer need fits into the caches.
const FETCHED_FROM: usize = 1000;
/// Of so many events that come soon, what they lead to is fetched later, when fewer are told of: much of it would have to
/// be waited for now, and be forgotten again.
const MANY: usize = 128;
/// So few events have been told of among many.
const FEW: usize = 8;

impl World {
    /// Returns whether memory is fetched ahead; where it is not, no balancer looks ahead either.
    pub(super) fn prepare_to_fetch(&mut self) -> bool {
        let fetches = FETCHED_FROM <= self.servers.len();
        if !fetches {
            let fronts = self.services.iter_mut().flat_map(|service| &mut service.fronts);
            fronts.for_each(|front| front.draws = 0);
        }
        fetches
    }

    /// Takes the next event, and has the memory fetched that others need which come soon.
    #[inline(never)]
    pub(super) fn pop_fetching(&mut self) -> Option<Packed> {
        let Self {
            sim,
            servers,
            requests,
            visits,
            workloads,
            ..
        } = self;
        sim.pop_until_telling(self.until, |soon| {
            let ends = || soon.iter().filter_map(|(at, event)| Some((at, event.finish()?)));
            if FEW <= soon.count() {
                for (_, (server, request)) in ends() {
                    fetch(&servers[server as usize]);
                    requests.fetch(request);
                }
                if MANY <= soon.count() {
                    return;
                }
            }
            // What these lead to.
            for (at, (global, id)) in ends() {
                let request = &requests[id];
                visits.fetch(request.parent);
                if let Some(workload) = workloads.get(usize::from(request.workload)) {
                    workload.probe.fetch(at.since(request.arrived));
                }
                let server = &servers[global as usize];
                // Whether anyone waits cannot be foretold, so there is no branch on it.
                requests.fetch(server.ends.first_or(id));
            }
        })
    }
}

impl World {
    /// A call comes back: if it may be the last that is waited for, whoever waits for it goes on.
    #[inline]
    pub(super) fn fetch_caller(&mut self, visit: VisitId) {
        let cell = self.visits.get(visit);
        if cell.open == 1 {
            self.requests.fetch(cell.request);
            if let Some(server) = self.servers.get(cell.server as usize) {
                fetch(server);
            }
        }
    }
}

impl Front {
    /// What it is going to look at for its next request, which its stream foretells unless other servers become
    /// eligible.
    #[inline]
    pub(super) fn fetch_next(&self, servers: &[Server], first: u32) {
        if self.draws == 0 || self.view.eligible().is_empty() {
            return;
        }
        let fetch_by = |bits| {
            let next = first + self.view.eligible().sampled(bits).0;
            if let Some(server) = servers.get(next as usize) {
                fetch(server);
            }
        };
        let [one, other] = self.rng.next_two();
        fetch_by(one);
        if 1 < self.draws {
            fetch_by(other);
        }
    }
}
