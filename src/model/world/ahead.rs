//! The memory that events need is fetched before they come.

use super::{Packed, World};
use crate::model::fetch::fetch;

/// Servers from which on this is worth its while: what fewer need fits into the caches.
pub(super) const FETCHED_FROM: usize = 1000;

impl World {
    /// Takes the next event, and has the memory fetched that others need which come soon.
    #[inline(never)]
    pub(super) fn pop_fetching(&mut self) -> Option<Packed> {
        let event = self.sim.pop_until_telling(self.until, |event| {
            if let Some((server, request)) = event.finish() {
                fetch(&self.servers[server as usize]);
                self.requests.fetch(request);
            }
        });
        self.fetch_for_next();
        event
    }

    /// What the very next event leads to: its own memory has come by now.
    #[inline]
    fn fetch_for_next(&self) {
        let Some((at, event)) = self.sim.upcoming() else {
            return;
        };
        let Some((global, request)) = event.finish() else {
            return;
        };
        let (server, request) = (&self.servers[global as usize], &self.requests[request]);
        self.visits.fetch(request.parent);
        if let Some(workload) = self.workloads.get(usize::from(request.workload)) {
            workload.probe.fetch(at.since(request.arrived));
        }
        if 0 < server.waiting {
            let service = &self.services[server.service as usize];
            let queue = (global - service.first) as usize;
            if let Some(next) = service.queue.first(queue) {
                self.requests.fetch(next);
            }
        }
    }
}
