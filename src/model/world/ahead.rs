//! The memory that events need is fetched before they come.

use super::{Front, Packed, World};
use crate::model::{fetch::fetch, server::Server};

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
            services,
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
            for (at, (global, request)) in ends() {
                let request = &requests[request];
                visits.fetch(request.parent);
                if let Some(workload) = workloads.get(usize::from(request.workload)) {
                    workload.probe.fetch(at.since(request.arrived));
                }
                let server = &servers[global as usize];
                if 0 < server.waiting {
                    let service = &services[server.service as usize];
                    if let Some(next) = service.queue.first((global - service.first) as usize) {
                        requests.fetch(next);
                    }
                }
            }
        })
    }
}

impl Front {
    /// What it is going to look at for its next request, which its stream foretells unless other servers become
    /// eligible.
    #[inline]
    pub(super) fn fetch_next(&self, servers: &[Server], first: u32) {
        if self.draws == 0 {
            return;
        }
        let mut rng = self.rng.clone();
        for _ in 0..self.draws {
            let next = self.view.eligible().sample(&mut rng);
            if let Some(server) = next.and_then(|next| servers.get((first + next.0) as usize)) {
                fetch(server);
            }
        }
    }
}
