//! Requests that a server comes to and lets go unserved.

use super::{Service, World};
use crate::{
    model::{
        probe::Failure,
        request::{RequestId, Requests},
        server::Server,
    },
    units::{SimDuration, SimTime},
};

impl Service {
    /// A slot is free again: it goes to the first request of that server's queue that is worth the work, or stays free.
    /// What is let go on the way is to be ended by [`World::end_let_go`], once the server is at rest.
    #[inline(never)]
    pub(super) fn pass_slot_sifting(
        &mut self,
        server: &mut Server,
        global: u32,
        requests: &mut Requests,
        now: SimTime,
    ) -> Option<RequestId> {
        let queue = (global - self.first) as usize;
        while 0 < server.waiting {
            server.waiting -= 1;
            self.waiting.add(now.as_nanos(), -1);
            let popped = self.queue.pop(queue, requests, &mut self.queue_rng);
            let id = popped.expect("the queue at a server is as long as it is counted");
            if !self.lets_go(id, requests) {
                return Some(id);
            }
        }
        server.set_running(server.running - 1, now);
        self.busy.add(now.as_nanos(), -1);
        None
    }

    /// Whether a request that was just taken from a queue goes unserved; it is kept to be ended if so.
    pub(super) fn lets_go(&mut self, id: RequestId, requests: &Requests) -> bool {
        let detail = requests.detail(id);
        let goes = detail.dropped && detail.done == SimDuration::ZERO;
        if goes {
            self.let_go.push(id);
        }
        goes
    }
}

impl World {
    /// Ends the requests that a server has let go.
    #[inline(never)]
    pub(super) fn end_let_go(&mut self, at: usize) {
        for id in std::mem::take(&mut self.services[at].let_go) {
            self.call_off_leave(at, id);
            self.leave_service(at, id);
            self.fail(id, Failure::Rejected);
        }
    }
}
