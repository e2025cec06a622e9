//! Work that stops before its end: interrupted, withdrawn, or lost with its server.

use super::{Event, Mode, Service, World, service_of};
use crate::model::{
    balancer::ServerId,
    discipline::Queue,
    request::{Phase, RequestId},
};
use crate::units::SimDuration;

impl World {
    /// Takes a request out of its service, wherever it is there. The balancer counts it as ended without an answer; its
    /// cell stays until the caller of this ends it, which must be at once.
    ///
    /// Only for services whose requests can be stopped; see `Deployment::stops`.
    pub(super) fn withdraw(&mut self, id: RequestId) {
        let request = &self.requests[id];
        let at = service_of(&self.workloads, &self.servers, request);
        let global = request.server;
        if request.phase == Phase::Calling && global == u32::MAX {
            return self.call_off_operation(id);
        }
        match request.phase {
            Phase::Waiting => {
                self.call_off_leave(at, id);
                self.leave_queue(at, id);
                if global == u32::MAX {
                    return;
                }
            }
            Phase::Travelling => {
                self.call_off_message(id);
                self.is_there(id, global);
                self.leave_service(at, id);
            }
            // It has left its service.
            Phase::Replying => return self.call_off_message(id),
            Phase::Calling if !self.holds_slot(at) => {
                self.is_back(at, global, id);
                return self.leave_service(at, id);
            }
            Phase::Running | Phase::Calling => {
                if let Some(next) = self.leave_slot(at, id) {
                    self.goes_next(at, next, global);
                }
            }
            Phase::Free => unreachable!("a request that has ended is in no service"),
        }
        self.after_end(at, global);
    }

    fn call_off_message(&mut self, id: RequestId) {
        if let Some(message) = self.requests.detail_mut(id).finish.take() {
            self.sim.cancel(message);
        }
    }

    /// Takes a waiting request out of its queue and its service.
    pub(super) fn leave_queue(&mut self, at: usize, id: RequestId) {
        let now = self.sim.now();
        let request = &self.requests[id];
        debug_assert!(request.phase == Phase::Waiting, "only who waits can leave");
        let global = request.server;
        let service = &mut self.services[at];
        let number = service.central_queue();
        let queue = if global == u32::MAX {
            service.central_waiting -= 1;
            Queue {
                number,
                ends: &mut service.central_ends,
            }
        } else {
            let server = &mut self.servers[global as usize];
            server.waiting -= 1;
            Queue {
                number: (global - service.first) as usize,
                ends: &mut server.ends,
            }
        };
        service.queue.remove(queue, id, &mut self.requests);
        service.waiting.add(now.as_nanos(), -1);
        self.leave_service(at, id);
    }

    /// Whether requests of a service keep their slots while their calls are under way.
    pub(super) fn holds_slot(&self, at: usize) -> bool {
        let service = &self.services[at];
        service.graph.as_ref().is_some_and(|graph| graph.holds) && !service.is_shared()
    }

    /// A request that is in no queue and no slot any more leaves its service without an answer; what it has called comes back
    /// to nobody.
    pub(super) fn leave_service(&mut self, at: usize, id: RequestId) {
        let now = self.sim.now();
        if self.services[at].graph.is_some() {
            self.closes_visit(id);
        }
        let request = &self.requests[id];
        let (global, balancer) = (request.server, usize::from(request.balancer));
        let service = &mut self.services[at];
        service.in_system.add(now.as_nanos(), -1);
        service.audit.left(request.arrived, now);
        if global != u32::MAX {
            service.told_ended(balancer, ServerId(global - service.first), None, now);
        }
    }

    /// Takes a request that is worked on out of its slot and its service; returns who gets the slot.
    fn leave_slot(&mut self, at: usize, id: RequestId) -> Option<RequestId> {
        let now = self.sim.now();
        let global = self.requests[id].server;
        let next = if let Mode::Shared(_) = self.services[at].mode {
            self.advance(at, global);
            let left = self.shared(at, global).withdraw(id);
            let request = &self.requests[id];
            let done = SimDuration::from_nanos(request.work.as_nanos().saturating_sub(left));
            self.requests.detail_mut(id).done = done;
            let left = self.servers[global as usize].running - 1;
            self.set_sharing(at, global, left);
            self.settle_shared(at, global);
            self.schedule_shared(at, global);
            None
        } else {
            self.interrupt(at, id, global);
            let service = &mut self.services[at];
            service.stops_running(id, global);
            service.pass_slot(
                &mut self.servers[global as usize],
                global,
                &mut self.requests,
                now,
            )
        };
        self.leave_service(at, id);
        next
    }

    /// Calls off the end of a request's work and counts what it has been given so far.
    pub(super) fn interrupt(&mut self, at: usize, id: RequestId, global: u32) {
        let now = self.sim.now();
        if let Some(finish) = self.requests.detail_mut(id).finish.take() {
            self.sim.cancel(finish);
        }
        let request = &mut self.requests[id];
        self.services[at].audit.worked(request.began, now);
        let server = &self.servers[global as usize];
        let done = server.work_in(now.since(request.began)).min(request.work);
        request.work = request.work - done;
        request.began = now;
        self.requests.detail_mut(id).done += done;
    }

    /// Lets `change` alter the pace of a server: what it works on goes on at the new one.
    pub(super) fn change_pace(
        &mut self,
        at: usize,
        global: u32,
        change: impl FnOnce(&mut crate::model::server::Server),
    ) {
        if let Mode::Shared(_) = self.services[at].mode {
            self.advance(at, global);
            if let Some((_, event)) = self.shared(at, global).next.take() {
                self.sim.cancel(event);
            }
            change(&mut self.servers[global as usize]);
            self.schedule_shared(at, global);
            return self.goes_on(at, global);
        }
        let running = self.running_at(at, global);
        for &id in &running {
            self.interrupt(at, id, global);
        }
        change(&mut self.servers[global as usize]);
        let server = &self.servers[global as usize];
        if server.frozen {
            return;
        }
        for id in running {
            if self.requests[id].phase == Phase::Calling {
                continue;
            }
            let end = self.sim.now() + server.time_for(self.requests[id].work);
            let event = Event::Finish {
                server: global,
                request: id,
            };
            let finish = self.sim.schedule_cancellable_at(end, event.packed());
            self.requests.detail_mut(id).finish = Some(finish);
        }
        self.goes_on(at, global);
    }

    /// Takes everything out of a server that is there, and returns it in the order in which it is to be ended. Slots stay free.
    pub(super) fn empty(&mut self, at: usize, global: u32) -> Vec<RequestId> {
        let (mut out, mut waited) = (self.running_at(at, global), Vec::new());
        while 0 < self.servers[global as usize].waiting {
            let service = &mut self.services[at];
            let server = &mut self.servers[global as usize];
            let queue = Queue {
                number: (global - service.first) as usize,
                ends: &mut server.ends,
            };
            let popped = service
                .queue
                .pop(queue, &mut self.requests, &mut service.queue_rng);
            let id = popped.expect("the queue at a server is as long as it is counted");
            service.waiting.add(self.sim.now().as_nanos(), -1);
            server.waiting -= 1;
            self.call_off_leave(at, id);
            self.leave_service(at, id);
            waited.push(id);
        }
        for &id in &out {
            self.leave_slot(at, id);
        }
        let away = self.services[at].away(global);
        for &id in &away {
            self.leave_service(at, id);
        }
        out.extend(away);
        out.append(&mut waited);
        out
    }

    /// The requests that a server works on.
    fn running_at(&self, at: usize, global: u32) -> Vec<RequestId> {
        let service = &self.services[at];
        let local = (global - service.first) as usize;
        match &service.mode {
            Mode::Tracked(tracked) => tracked.running[local].clone(),
            Mode::Shared(shared) => shared[local].present(),
            Mode::Slots => unreachable!("only a server that knows who runs can be stopped"),
        }
    }
}

impl Service {
    /// Takes out all those of a server that gave up their slots and wait for calls.
    fn away(&mut self, global: u32) -> Vec<RequestId> {
        let local = (global - self.first) as usize;
        let away = self.graph.as_mut().and_then(|graph| graph.away.get_mut(local));
        away.map(std::mem::take).unwrap_or_default()
    }
}
