//! Requests that a server comes to and lets go unserved.

use super::{Service, World};
use crate::{
    model::{
        discipline::Queue,
        probe::Failure,
        request::{CHECK, Request, RequestId, Requests},
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
            let place = Queue {
                number: queue,
                ends: &mut server.ends,
            };
            let popped = self.queue.pop(place, requests, &mut self.queue_rng);
            let id = popped.expect("the queue at a server is as long as it is counted");
            if !self.lets_go(id, queue, server.waiting, requests, now) {
                return Some(id);
            }
        }
        server.set_running(server.running - 1, now);
        self.busy.add(now.as_nanos(), -1);
        None
    }

    /// Whether a request may join a queue of this length.
    #[inline(never)]
    pub(super) fn may_join(&mut self, request: &Request, queue: usize, waiting: u32, now: SimTime) -> bool {
        let sheds = request.workload != CHECK && self.sheds(queue);
        let shed = self.shed.as_mut().filter(|_| sheds);
        shed.is_none_or(|shed| shed.admits(queue, request.priority, waiting, now))
    }

    /// Whether load is shed from this queue: where requests wait at the balancer, only from the one there.
    fn sheds(&self, queue: usize) -> bool {
        !self.central || queue == self.central_queue()
    }

    /// Whether a request that was just taken from a queue, and left this many there, goes unserved; it is kept to be
    /// ended if so. What was begun before is never let go.
    pub(super) fn lets_go(
        &mut self,
        id: RequestId,
        queue: usize,
        left: u32,
        requests: &Requests,
        now: SimTime,
    ) -> bool {
        let (request, detail) = (&requests[id], requests.detail(id));
        if request.workload == CHECK || detail.done != SimDuration::ZERO {
            return false;
        }
        let waited = now.since(request.arrived);
        let sheds = self.sheds(queue);
        let shed = self.shed.as_mut().filter(|_| sheds);
        let goes = shed.is_some_and(|shed| shed.lets_go(queue, waited, left, now)) || detail.dropped;
        if goes {
            self.let_go.push(id);
        }
        goes
    }
}

impl World {
    /// A request that was sent to a server does not find its place there.
    #[inline(never)]
    pub(super) fn turn_away(&mut self, at: usize, id: RequestId) {
        self.leave_service(at, id);
        self.fail(id, Failure::Rejected);
    }

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
