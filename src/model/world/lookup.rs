//! Operations on a store look up where their shard is, before they go there.
//!
//! A lookup is the call of a store: a request to a service like any other, made by whoever makes the operation and out of the
//! same place. What it tells is remembered there: by each server that calls the store and, as one, by the clients of a workload.

use super::{World, graph::Asker};
use crate::{
    model::{
        join::Join,
        probe::Failure,
        trace::TraceId,
        visit::{Kind, VisitId},
    },
    rng::mix,
};

impl World {
    /// An operation looks up where its shard is.
    #[inline(never)]
    pub(super) fn look_up(&mut self, lookup: usize, visit: VisitId) {
        let cell = self.visits.get(visit);
        cell.open = 1;
        let id = cell.request;
        let join = Join {
            needed: 1,
            possible: 1,
        };
        self.visits.set_join(visit, 0, join);
        let (request, leg) = (&self.requests[id], self.requests.leg(id));
        let clients = self.servers.len() as u32 + u32::from(request.workload);
        let asker = Asker {
            family: request.family,
            followed: request.trace != TraceId::NONE,
            from: leg.from,
            number: if usize::from(request.workload) < self.roots {
                clients
            } else {
                leg.asked.by
            },
            priority: request.priority,
            // Mixed, so that neighbours are not neighbours for a hash.
            key: mix(u64::from(self.visits.op(visit).shard)),
            source: self.requests.asks_for(id).1,
        };
        self.send_call(lookup, 0, visit, &asker);
    }

    /// It is known where the shard of an operation is, or will not be known.
    pub(super) fn looked_up(&mut self, visit: VisitId) {
        let at = usize::from(self.visits.op(visit).service);
        let cell = self.visits.get(visit);
        // It does not wait for the lookup any more.
        cell.kind = Kind::Operation;
        if cell.failed {
            self.store(at).record.failed_lookups += 1;
            return self.operation_fails(visit, Failure::Wrong);
        }
        self.try_operation(visit);
    }
}
