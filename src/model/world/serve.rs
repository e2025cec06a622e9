//! Servers work: slots, preemption, sharing.

use super::{Event, Mode, World};
use crate::{
    model::{
        balancer::ServerId,
        request::{Phase, RequestId},
    },
    units::SimTime,
};

impl World {
    /// A request reaches its server and is worked on at once, or waits there.
    #[inline]
    pub(super) fn take_in(&mut self, at: usize, id: RequestId, global: u32) {
        let server = &self.servers[global as usize];
        let free = server.running < server.slots;
        let service = &mut self.services[at];
        match &mut service.mode {
            Mode::Shared(_) => self.join(at, id, global),
            Mode::Slots | Mode::Preemptive(_) if free => self.begin_work(at, id, global),
            Mode::Slots => self.wait_at_server(at, id, global),
            Mode::Preemptive(running) => {
                let local = (global - service.first) as usize;
                // The least urgent gives way; of several, the one that came last.
                let requests = &self.requests;
                let weakest = running[local]
                    .iter()
                    .copied()
                    .max_by_key(|&id| (requests[id].priority, requests[id].arrived));
                let weakest = weakest.expect("all slots are taken");
                if self.requests[id].priority < self.requests[weakest].priority {
                    self.push_aside(at, weakest, global);
                    self.begin_work(at, id, global);
                } else {
                    self.wait_at_server(at, id, global);
                }
            }
        }
    }

    fn wait_at_server(&mut self, at: usize, id: RequestId, global: u32) {
        let service = &mut self.services[at];
        service
            .queue
            .push((global - service.first) as usize, id, &mut self.requests);
        service.waiting.add(self.sim.now().as_nanos(), 1);
        self.servers[global as usize].waiting += 1;
        self.schedule_leave(at, id);
    }

    /// A slot begins to work on a request, or goes on with it.
    fn begin_work(&mut self, at: usize, id: RequestId, global: u32) {
        let now = self.sim.now();
        let server = &mut self.servers[global as usize];
        server.set_running(server.running + 1, now);
        let request = &mut self.requests[id];
        request.phase = Phase::Running;
        request.began = now;
        let end = now + server.time_for(request.remaining);
        let service = &mut self.services[at];
        service.busy.add(now.as_nanos(), 1);
        let event = Event::Finish { request: id };
        if let Mode::Preemptive(running) = &mut service.mode {
            running[(global - service.first) as usize].push(id);
            let finish = self.sim.schedule_cancellable_at(end, event);
            self.requests.detail_mut(id).finish = Some(finish);
        } else {
            self.sim.schedule_at(end, event);
        }
    }

    /// A slot stops working on a request: done, or pushed aside.
    fn end_work(&mut self, at: usize, id: RequestId, global: u32, now: SimTime) {
        let server = &mut self.servers[global as usize];
        server.set_running(server.running - 1, now);
        let service = &mut self.services[at];
        service.busy.add(now.as_nanos(), -1);
        service.audit.worked(self.requests[id].began, now);
        if let Mode::Preemptive(running) = &mut service.mode {
            let running = &mut running[(global - service.first) as usize];
            let place = running
                .iter()
                .position(|&other| other == id)
                .expect("it runs here");
            running.swap_remove(place);
        }
    }

    /// A more urgent request takes the slot; this one waits with the rest of its work, and its client waits too.
    fn push_aside(&mut self, at: usize, id: RequestId, global: u32) {
        let now = self.sim.now();
        let finish = self
            .requests
            .detail_mut(id)
            .finish
            .take()
            .expect("what runs here can be called off");
        self.sim.cancel(finish);
        self.end_work(at, id, global, now);
        let server = &mut self.servers[global as usize];
        let request = &mut self.requests[id];
        let done = server.work_in(now.since(request.began));
        request.remaining = crate::units::SimDuration::from_nanos(
            request.remaining.as_nanos().saturating_sub(done.as_nanos()),
        );
        request.phase = Phase::Waiting;
        server.waiting += 1;
        let service = &mut self.services[at];
        service.waiting.add(now.as_nanos(), 1);
        service
            .queue
            .push_back_first((global - service.first) as usize, id, &mut self.requests);
    }

    /// A slot has done the work of a request.
    pub(super) fn finish(&mut self, id: RequestId) {
        let now = self.sim.now();
        let request = &self.requests[id];
        let (arrived, global, balancer) = (request.arrived, request.server, usize::from(request.balancer));
        let server = &mut self.servers[global as usize];
        let alone = server.time_for(request.work);
        let at = server.service as usize;
        server.served += 1;
        self.end_work(at, id, global, now);
        let service = &mut self.services[at];
        service.in_system.add(now.as_nanos(), -1);
        service.audit.left(arrived, now);
        service.told_ended(
            balancer,
            ServerId(global - service.first),
            Some(now.since(arrived)),
            now,
        );
        self.answer(id, alone);
        self.work_on(at, global);
    }

    /// A slot is free: the server goes on with its own queue, then takes from the balancer's.
    fn work_on(&mut self, at: usize, global: u32) {
        let server = &mut self.servers[global as usize];
        if 0 < server.waiting && server.running < server.slots {
            server.waiting -= 1;
            let service = &mut self.services[at];
            let queue = (global - service.first) as usize;
            let popped = service
                .queue
                .pop(queue, &mut self.requests, &mut service.queue_rng);
            let id = popped.expect("the queue at a server is as long as it is counted");
            service.waiting.add(self.sim.now().as_nanos(), -1);
            self.call_off_leave(at, id);
            self.begin_work(at, id, global);
        }
        self.after_end(at, global);
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
            self.answer(id, alone);
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
            .schedule_cancellable_at(end, Event::SharedFinish { server: global });
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
