//! A request gets a server, or waits for one; and what balancers are told.

use std::ops::ControlFlow;

use super::{Event, Service, World};
use crate::{
    model::{
        balancer::{Ask, ServerId},
        discipline::Queue,
        probe::Failure,
        request::{CHECK, Request, RequestId, Requests},
    },
    units::SimDuration,
};

impl World {
    /// Lets the balancer choose a server for a request that has just come in.
    #[expect(
        clippy::inline_always,
        reason = "on the path of every request, and called from rare paths as well"
    )]
    #[inline(always)]
    pub(super) fn dispatch(&mut self, id: RequestId, workload: usize) {
        let at = self.workloads[workload].service as usize;
        let service = &mut self.services[at];
        // Nobody overtakes those who wait at the balancer already.
        if service.central && 0 < service.central_waiting {
            return self.wait_at_balancer(at, id);
        }
        let request = &self.requests[id];
        let ask = service.ask(request, &self.requests, id);
        let front = &mut service.fronts[usize::from(request.balancer)];
        let now = self.sim.now();
        front.view.now = now;
        if !front.plain {
            return self.dispatch_unusually(at, id, &ask);
        }
        let picked = front.policy.pick(&front.view, &ask, &mut front.rng);
        front.fetch_next(&self.servers, service.first);
        if let Some(server) = picked
            && self.servers[service.first as usize + server.index()].admits()
        {
            service.in_system.add(now.as_nanos(), 1);
            return self.send(at, id, server, &ask);
        }
        self.sends_nowhere(at, id, picked);
    }

    /// The same, where something about the balancer asks for care.
    #[inline(never)]
    fn dispatch_unusually(&mut self, at: usize, id: RequestId, ask: &Ask) {
        let ControlFlow::Continue(picked) = self.pick_unusually(at, id, ask) else {
            return;
        };
        let service = &mut self.services[at];
        if let Some(server) = picked
            && self.servers[service.first as usize + server.index()].admits()
        {
            service.in_system.add(self.sim.now().as_nanos(), 1);
            return self.send(at, id, server, ask);
        }
        self.sends_nowhere(at, id, picked);
    }

    /// The balancer has chosen no server, or one that does not take the request in.
    #[inline(never)]
    fn sends_nowhere(&mut self, at: usize, id: RequestId, picked: Option<ServerId>) {
        let service = &self.services[at];
        let front = &service.fronts[usize::from(self.requests[id].balancer)];
        match picked {
            None if service.central && !front.view.is_deserted() => self.wait_at_balancer(at, id),
            Some(server) => {
                let global = service.first + server.0;
                self.turned_away(id, global);
            }
            None => self.fail(id, Failure::Rejected),
        }
    }

    /// Lets a balancer choose of which something asks for care; breaks off where the request needs none, or got none.
    fn pick_unusually(&mut self, at: usize, id: RequestId, ask: &Ask) -> ControlFlow<(), Option<ServerId>> {
        let front = &mut self.services[at].fronts[usize::from(self.requests[id].balancer)];
        if !front.in_charge {
            self.fail(id, Failure::Lost);
            return ControlFlow::Break(());
        }
        if front.special {
            if self.services[at].zones.is_some() {
                return ControlFlow::Continue(self.pick_near(at, id, ask));
            }
            self.operate(at, id);
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(front.pick_with_care(ask))
    }

    /// The chosen server does not take a request in: it is crashed, or full, which one of several balancers cannot know.
    #[inline(never)]
    fn turned_away(&mut self, id: RequestId, global: u32) {
        if !self.servers[global as usize].crashed {
            return self.fail(id, Failure::Rejected);
        }
        let service = &mut self.services[usize::from(self.servers[global as usize].service)];
        service.told_refused(
            &mut self.requests,
            id,
            ServerId(global - service.first),
            self.sim.now(),
        );
        self.fail(id, Failure::Refused);
    }

    /// Sends a request to a certain server, past the balancer's choice.
    pub(super) fn dispatch_to(&mut self, id: RequestId, workload: usize, global: u32) {
        let at = self.workloads[workload].service as usize;
        let service = &mut self.services[at];
        if !service.fronts[usize::from(self.requests[id].balancer)].in_charge {
            return self.fail(id, Failure::Lost);
        }
        if service.central && 0 < service.central_waiting {
            return self.wait_at_balancer(at, id);
        }
        if !self.servers[global as usize].admits() {
            return self.turned_away(id, global);
        }
        let server = ServerId(global - service.first);
        let ask = service.ask(&self.requests[id], &self.requests, id);
        service.in_system.add(self.sim.now().as_nanos(), 1);
        self.send(at, id, server, &ask);
    }

    /// Puts a request into the queue at the balancer, if there is room.
    fn wait_at_balancer(&mut self, at: usize, id: RequestId) {
        let service = &mut self.services[at];
        let (queue, waiting) = (service.central_queue(), service.central_waiting);
        let full = service.capacity <= waiting;
        if full || service.sifts && !service.may_join(&self.requests[id], queue, waiting, self.sim.now()) {
            return self.fail(id, Failure::Rejected);
        }
        service.central_waiting += 1;
        let now = self.sim.now().as_nanos();
        service.in_system.add(now, 1);
        service.waiting.add(now, 1);
        let place = Queue {
            number: queue,
            ends: &mut service.central_ends,
        };
        service.queue.push(place, id, &mut self.requests);
        self.schedule_leave(at, id);
    }

    /// Sends a request to a server that has room; the request counts as in the service already.
    #[expect(
        clippy::inline_always,
        reason = "on the path of every request, and called from rare paths as well"
    )]
    #[inline(always)]
    fn send(&mut self, at: usize, id: RequestId, server: ServerId, ask: &Ask) {
        let service = &mut self.services[at];
        let request = &mut self.requests[id];
        let global = service.first + server.0;
        request.server = global;
        let balancer = usize::from(request.balancer);
        service.told_sent(balancer, server, ask, self.sim.now());
        if service.watches_room || self.network.is_some() {
            return self.send_with_care(at, id, global);
        }
        let there = &mut self.servers[global as usize];
        if !service.takes_plainly(there, id, &mut self.requests, &mut self.sim) {
            self.take_in_with_care(at, id, global);
        }
    }

    #[inline(never)]
    fn send_with_care(&mut self, at: usize, id: RequestId, global: u32) {
        if self.network.is_some() {
            self.travel(at, id, global);
        } else {
            self.take_in(at, id, global);
        }
        if self.services[at].watches_room {
            self.update_room(at, global);
        }
    }

    /// After an end: the server takes from the queue at the balancer what it has room for.
    pub(super) fn refill(&mut self, at: usize, global: u32) {
        while 0 < self.services[at].central_waiting && self.may_refill(at, global) {
            let service = &mut self.services[at];
            let queue = service.central_queue();
            let place = Queue {
                number: queue,
                ends: &mut service.central_ends,
            };
            let popped = service
                .queue
                .pop(place, &mut self.requests, &mut service.queue_rng);
            let id = popped.expect("the queue at the balancer is as long as it is counted");
            service.central_waiting -= 1;
            let now = self.sim.now();
            service.waiting.add(now.as_nanos(), -1);
            if service.sifts && service.lets_go(id, queue, service.central_waiting, &self.requests, now) {
                continue;
            }
            let server = ServerId(global - service.first);
            let ask = service.ask(&self.requests[id], &self.requests, id);
            self.call_off_leave(at, id);
            if self.servers[global as usize].crashed {
                // Nobody knows yet, and to whoever looks at connections it looks idle.
                self.refused_from_queue(at, id, server);
            } else {
                self.send(at, id, server, &ask);
            }
        }
        if self.services[at].sifts {
            self.end_let_go(at);
        }
        self.update_room(at, global);
    }

    /// Whether a server may take from the queue at the balancer.
    fn may_refill(&self, at: usize, global: u32) -> bool {
        let service = &self.services[at];
        let server = ServerId(global - service.first);
        let front = &service.fronts[service.front_in_charge()];
        self.servers[global as usize].has_room() && !front.view.is_down(server)
    }

    /// A request that waited at the balancer is sent to a crashed server.
    fn refused_from_queue(&mut self, at: usize, id: RequestId, server: ServerId) {
        let now = self.sim.now();
        let service = &mut self.services[at];
        service.in_system.add(now.as_nanos(), -1);
        service.audit.left(self.requests[id].arrived, now);
        service.told_refused(&mut self.requests, id, server, now);
        self.fail(id, Failure::Refused);
    }

    /// Schedules the end of a waiting request's patience, or of its time in the queue, whichever comes first.
    #[inline]
    pub(super) fn schedule_leave(&mut self, at: usize, id: RequestId) {
        if self.services[at].leaves {
            self.schedule_end_of_waiting(at, id);
        }
    }

    #[inline(never)]
    fn schedule_end_of_waiting(&mut self, at: usize, id: RequestId) {
        if self.requests[id].workload == CHECK {
            return;
        }
        let service = &self.services[at];
        let now = self.sim.now();
        // Counted from the arrival: a request that moves from the balancer's queue to a server's waits on.
        let waited = now.since(self.requests[id].arrived);
        let left =
            |limit: SimDuration| SimDuration::from_nanos(limit.as_nanos().saturating_sub(waited.as_nanos()));
        let patience = self.requests.detail(id).patience;
        let impatient =
            patience.is_some_and(|patience| service.timeout.is_none_or(|timeout| patience < timeout));
        let event = Event::Leave { request: id }.packed();
        let leave = match (patience, service.timeout) {
            (Some(patience), _) if impatient => self.sim.schedule_cancellable_at(now + left(patience), event),
            (_, Some(timeout)) if waited == SimDuration::ZERO => {
                let lane = service
                    .timeout_lane
                    .expect("a queue with a time limit has its lane");
                self.sim.schedule_in_lane(lane, now + timeout, event)
            }
            (_, Some(timeout)) => self.sim.schedule_cancellable_at(now + left(timeout), event),
            _ => return,
        };
        let detail = self.requests.detail_mut(id);
        detail.leave = Some(leave);
        detail.impatient = impatient;
    }

    /// The request's service begins, or it goes elsewhere: it will not leave on its own any more.
    #[inline]
    pub(super) fn call_off_leave(&mut self, at: usize, id: RequestId) {
        if self.services[at].leaves {
            self.cancel_leave(id);
        }
    }

    #[inline(never)]
    fn cancel_leave(&mut self, id: RequestId) {
        if let Some(leave) = self.requests.detail_mut(id).leave.take() {
            self.sim.cancel(leave);
        }
    }

    /// A waiting request is given up by its client, or turned away by the queue.
    pub(super) fn leave(&mut self, id: RequestId) {
        let request = &self.requests[id];
        let global = request.server;
        let at = self.workloads[usize::from(request.workload)].service as usize;
        self.leave_queue(at, id);
        let detail = self.requests.detail_mut(id);
        detail.leave = None;
        let failure = if detail.impatient {
            Failure::Abandoned
        } else {
            Failure::TimedOut
        };
        self.fail(id, failure);
        if global != u32::MAX && self.services[at].watches_room {
            self.refill(at, global);
        }
    }
}

impl Service {
    /// The number of the queue at the balancer; those of the servers come before it.
    #[inline]
    pub(super) fn central_queue(&self) -> usize {
        self.fronts[0].view.pool().len()
    }

    /// What the balancer can read off a request.
    #[inline]
    pub(super) fn ask(&self, request: &Request, requests: &Requests, id: RequestId) -> Ask {
        let work = request.work;
        if !self.reads_details {
            return Ask {
                key: 0,
                source: 0,
                work,
            };
        }
        let detail = requests.detail(id);
        Ask {
            key: detail.key,
            source: detail.source,
            work,
        }
    }
}
