//! Servers work: slots, preemption, sharing.

use super::{Event, Mode, Packed, Service, World};
use crate::{
    engine::Simulation,
    model::{
        balancer::ServerId,
        request::{Phase, RequestId, Requests},
        server::Server,
    },
};

impl World {
    /// A request reaches its server and is worked on at once, or waits there.
    #[inline]
    pub(super) fn take_in(&mut self, at: usize, id: RequestId, global: u32) {
        let service = &mut self.services[at];
        let server = &mut self.servers[global as usize];
        match service.mode {
            Mode::Shared(_) => self.join(at, id, global),
            Mode::Slots | Mode::Preemptive(_) if server.running < server.slots => {
                service.take_slot(server, &self.sim);
                service.work_on(server, id, &mut self.requests, &mut self.sim);
            }
            Mode::Slots => self.wait_at_server(at, id, global),
            Mode::Preemptive(_) => self.push_in(at, id, global),
        }
    }

    #[inline]
    fn wait_at_server(&mut self, at: usize, id: RequestId, global: u32) {
        let service = &mut self.services[at];
        let queue = (global - service.first) as usize;
        service.queue.push(queue, id, &mut self.requests);
        service.waiting.add(self.sim.now().as_nanos(), 1);
        self.servers[global as usize].waiting += 1;
        self.schedule_leave(at, id);
    }

    /// A request reaches a server all of whose slots are taken, and takes one of them if it is more urgent.
    fn push_in(&mut self, at: usize, id: RequestId, global: u32) {
        let service = &self.services[at];
        let Mode::Preemptive(running) = &service.mode else {
            unreachable!("only such servers push anyone aside")
        };
        // The least urgent gives way; of several, the one that came last.
        let requests = &self.requests;
        let weakest = running[(global - service.first) as usize]
            .iter()
            .copied()
            .max_by_key(|&id| (requests[id].priority, requests[id].arrived));
        let weakest = weakest.expect("all slots are taken");
        if requests[id].priority < requests[weakest].priority {
            self.push_aside(at, weakest, global);
            let (service, server) = (&mut self.services[at], &self.servers[global as usize]);
            service.work_on(server, id, &mut self.requests, &mut self.sim);
        } else {
            self.wait_at_server(at, id, global);
        }
    }

    /// A more urgent request takes the slot; this one waits with the rest of its work, and its client waits too.
    fn push_aside(&mut self, at: usize, id: RequestId, global: u32) {
        let now = self.sim.now();
        let detail = self.requests.detail_mut(id);
        let finish = detail.finish.take().expect("what runs here can be called off");
        self.sim.cancel(finish);
        let service = &mut self.services[at];
        service.stops_running(id, global);
        let server = &mut self.servers[global as usize];
        let request = &mut self.requests[id];
        service.audit.worked(request.began, now);
        let done = server.work_in(now.since(request.began)).min(request.work);
        request.work = request.work - done;
        request.phase = Phase::Waiting;
        let detail = self.requests.detail_mut(id);
        detail.done += done;
        server.waiting += 1;
        service.waiting.add(now.as_nanos(), 1);
        let queue = (global - service.first) as usize;
        service.queue.push_back_first(queue, id, &mut self.requests);
    }

    /// A slot has done the work of a request, and passes to the next one at that server if there is any.
    pub(super) fn finish(&mut self, global: u32, id: RequestId) {
        let now = self.sim.now();
        let request = &self.requests[id];
        let (arrived, began) = (request.arrived, request.began);
        let (mut brought, balancer) = (request.work, usize::from(request.balancer));
        let server = &mut self.servers[global as usize];
        let at = server.service as usize;
        let service = &mut self.services[at];
        if let Mode::Preemptive(_) = service.mode {
            service.stops_running(id, global);
            brought += self.requests.detail(id).done;
        }
        server.served += 1;
        let alone = server.time_for(brought);
        service.audit.worked(began, now);
        service.audit.left(arrived, now);
        service.in_system.add(now.as_nanos(), -1);
        let next = if server.waiting == 0 {
            server.set_running(server.running - 1, now);
            service.busy.add(now.as_nanos(), -1);
            None
        } else {
            server.waiting -= 1;
            service.waiting.add(now.as_nanos(), -1);
            let queue = (global - service.first) as usize;
            let popped = service
                .queue
                .pop(queue, &mut self.requests, &mut service.queue_rng);
            Some(popped.expect("the queue at a server is as long as it is counted"))
        };
        let response = now.since(arrived);
        service.told_ended(balancer, ServerId(global - service.first), Some(response), now);
        let follows = service.watches_room || service.hears_idle;
        self.answer(id, response, alone);
        if let Some(next) = next {
            self.call_off_leave(at, next);
            let (service, server) = (&mut self.services[at], &self.servers[global as usize]);
            service.work_on(server, next, &mut self.requests, &mut self.sim);
        }
        if follows {
            self.after_end(at, global);
        }
    }

    /// After an end at a server: room is filled or told, and idleness told.
    fn after_end(&mut self, at: usize, global: u32) {
        if self.services[at].watches_room {
            self.refill(at, global);
        }
        let service = &mut self.services[at];
        if service.hears_idle && self.servers[global as usize].present() == 0 {
            service.tell_idle(global - service.first);
        }
    }

    /// A request joins those that share a server.
    fn join(&mut self, at: usize, id: RequestId, global: u32) {
        let now = self.sim.now();
        self.advance(at, global);
        let request = &mut self.requests[id];
        request.phase = Phase::Running;
        request.began = now;
        let work = request.work;
        self.shared(at, global).join(id, work);
        self.set_sharing(at, global, self.servers[global as usize].running + 1);
        self.schedule_shared(at, global);
    }

    /// The event that stands for the next end at a shared server has come; it may be early, because arrivals delay ends.
    pub(super) fn shared_finish(&mut self, global: u32) {
        let now = self.sim.now();
        let at = self.servers[global as usize].service as usize;
        self.shared(at, global).next = None;
        self.advance(at, global);
        let mut ended_any = false;
        while let Some(id) = self.shared(at, global).take_ended() {
            ended_any = true;
            let request = &self.requests[id];
            let (arrived, balancer) = (request.arrived, usize::from(request.balancer));
            let server = &mut self.servers[global as usize];
            let alone = server.time_for(request.work);
            server.served += 1;
            let left = server.running - 1;
            self.set_sharing(at, global, left);
            let service = &mut self.services[at];
            service.in_system.add(now.as_nanos(), -1);
            service.audit.left(arrived, now);
            service.told_ended(
                balancer,
                ServerId(global - service.first),
                Some(now.since(arrived)),
                now,
            );
            self.answer(id, now.since(arrived), alone);
        }
        let speed = 1.0 / self.servers[global as usize].slowness;
        if let Some((given, brought, requests)) = self.shared(at, global).settle() {
            self.services[at]
                .audit
                .shared_emptied(given, brought, requests, speed);
        }
        if ended_any {
            self.after_end(at, global);
        }
        self.schedule_shared(at, global);
    }

    fn set_sharing(&mut self, at: usize, global: u32, running: u32) {
        let now = self.sim.now();
        let server = &mut self.servers[global as usize];
        let before = i64::from(server.busy());
        server.set_running(running, now);
        self.services[at]
            .busy
            .add(now.as_nanos(), i64::from(server.busy()) - before);
    }

    /// Brings a shared server's attained work up to date.
    fn advance(&mut self, at: usize, global: u32) {
        let (now, rate) = (self.sim.now(), self.sharing_rate(global));
        self.shared(at, global).advance(now, rate);
    }

    /// The nanoseconds of work that each present request gets in a nanosecond.
    fn sharing_rate(&self, global: u32) -> f64 {
        let server = &self.servers[global as usize];
        let part = if server.running <= server.slots {
            1.0
        } else {
            f64::from(server.slots) / f64::from(server.running)
        };
        part / server.slowness
    }

    /// Makes sure that an event comes no later than the next end.
    fn schedule_shared(&mut self, at: usize, global: u32) {
        let rate = self.sharing_rate(global);
        let shared = self.shared(at, global);
        let Some(end) = shared.next_end(rate) else { return };
        if let Some((scheduled, event)) = shared.next {
            if scheduled <= end {
                return;
            }
            self.sim.cancel(event);
        }
        let event = self
            .sim
            .schedule_cancellable_at(end, Event::SharedFinish { server: global }.packed());
        self.shared(at, global).next = Some((end, event));
    }

    fn shared(&mut self, at: usize, global: u32) -> &mut crate::model::sharing::Shared {
        let service = &mut self.services[at];
        match &mut service.mode {
            Mode::Shared(shared) => &mut shared[(global - service.first) as usize],
            Mode::Slots | Mode::Preemptive(_) => unreachable!("only shared servers share"),
        }
    }
}

impl Service {
    /// One more slot of a server is in use.
    #[inline]
    fn take_slot(&mut self, server: &mut Server, sim: &Simulation<Packed>) {
        server.set_running(server.running + 1, sim.now());
        self.busy.add(sim.now().as_nanos(), 1);
    }

    /// A slot works on a request from now on, to its end unless it is pushed aside.
    #[inline]
    fn work_on(
        &mut self,
        server: &Server,
        id: RequestId,
        requests: &mut Requests,
        sim: &mut Simulation<Packed>,
    ) {
        let now = sim.now();
        let request = &mut requests[id];
        request.phase = Phase::Running;
        request.began = now;
        let (end, global) = (now + server.time_for(request.work), request.server);
        let event = Event::Finish {
            server: global,
            request: id,
        };
        if let Mode::Preemptive(running) = &mut self.mode {
            running[(global - self.first) as usize].push(id);
            let finish = sim.schedule_cancellable_at(end, event.packed());
            requests.detail_mut(id).finish = Some(finish);
        } else {
            sim.schedule_at(end, event.packed());
        }
    }

    /// A request is worked on no more at a server where some are pushed aside.
    fn stops_running(&mut self, id: RequestId, global: u32) {
        let Mode::Preemptive(running) = &mut self.mode else {
            unreachable!("only such servers know who runs")
        };
        let running = &mut running[(global - self.first) as usize];
        let place = running.iter().position(|&other| other == id);
        running.swap_remove(place.expect("it runs here"));
    }
}
