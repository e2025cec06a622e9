//! Servers work: slots, preemption, sharing.

use super::{Event, Mode, Packed, Service, World};
use crate::{
    engine::Simulation,
    model::{
        balancer::ServerId,
        discipline::Queue,
        link::Took,
        probe::Failure,
        request::{CHECK, Phase, RequestId, Requests},
        server::Server,
    },
    units::SimTime,
};

impl World {
    /// A request reaches its server and is worked on at once, or waits there.
    pub(super) fn take_in(&mut self, at: usize, id: RequestId, global: u32) {
        let service = &mut self.services[at];
        let server = &mut self.servers[global as usize];
        if !service.takes_plainly(server, id, &mut self.requests, &mut self.sim) {
            self.take_in_with_care(at, id, global);
        }
    }

    #[inline(never)]
    pub(super) fn take_in_with_care(&mut self, at: usize, id: RequestId, global: u32) {
        match &self.services[at].mode {
            Mode::Shared(_) => self.join(at, id, global),
            Mode::Tracked(tracked) if tracked.preempts => self.push_in(at, id, global),
            Mode::Slots | Mode::Tracked(_) => self.wait_at_server(at, id, global),
        }
    }

    /// A request waits at its server, where it may be turned away, or leave.
    fn wait_at_server(&mut self, at: usize, id: RequestId, global: u32) {
        let service = &mut self.services[at];
        let queue = (global - service.first) as usize;
        let server = &mut self.servers[global as usize];
        if service.sifts && !service.may_join(&self.requests[id], queue, server.waiting, self.sim.now()) {
            return self.turn_away(at, id);
        }
        service.put_in_queue(server, id, &mut self.requests, self.sim.now());
        self.schedule_leave(at, id);
    }

    /// A request reaches a server all of whose slots are taken, and takes one of them if it is more urgent.
    fn push_in(&mut self, at: usize, id: RequestId, global: u32) {
        let service = &self.services[at];
        let Mode::Tracked(tracked) = &service.mode else {
            unreachable!("only such servers push anyone aside")
        };
        // The least urgent gives way; of several, the one that came last.
        let requests = &self.requests;
        // One that waits for its calls is not worked on, and keeps its slot.
        let weakest = tracked.running[(global - service.first) as usize]
            .iter()
            .copied()
            .filter(|&id| requests[id].phase == Phase::Running)
            .max_by_key(|&id| (requests[id].priority, requests[id].arrived));
        let gives_way = |&weakest: &RequestId| requests[id].priority < requests[weakest].priority;
        let Some(weakest) = weakest.filter(gives_way) else {
            return self.wait_at_server(at, id, global);
        };
        self.push_aside(at, weakest, global);
        let (service, server) = (&mut self.services[at], &self.servers[global as usize]);
        service.work_on(server, id, &mut self.requests, &mut self.sim);
    }

    /// A more urgent request takes the slot; this one waits with the rest of its work, and its client waits too.
    fn push_aside(&mut self, at: usize, id: RequestId, global: u32) {
        let now = self.sim.now();
        self.interrupt(at, id, global);
        let service = &mut self.services[at];
        service.stops_running(id, global);
        self.requests[id].phase = Phase::Waiting;
        let server = &mut self.servers[global as usize];
        server.waiting += 1;
        service.waiting.add(now.as_nanos(), 1);
        let queue = Queue {
            number: (global - service.first) as usize,
            ends: &mut server.ends,
        };
        service.queue.push_back_first(queue, id, &mut self.requests);
    }

    /// A slot has done the work of a request, and passes to the next one at that server if there is any.
    #[inline]
    pub(super) fn finish(&mut self, global: u32, id: RequestId) {
        let at = usize::from(self.servers[global as usize].service);
        if self.services[at].simple {
            return self.finish_as::<false>(at, global, id);
        }
        if self.services[at].graph.is_none() || !self.goes_calling(at, global, id) {
            self.finish_careful(at, global, id);
        }
    }

    #[inline(never)]
    pub(super) fn finish_careful(&mut self, at: usize, global: u32, id: RequestId) {
        self.finish_as::<true>(at, global, id);
    }

    /// The same, for a server that knows who runs or calls others, or for one that does neither: most do not, and are
    /// spared the questions.
    #[inline]
    fn finish_as<const CAREFUL: bool>(&mut self, at: usize, global: u32, id: RequestId) {
        let now = self.sim.now();
        let request = &self.requests[id];
        let (arrived, began) = (request.arrived, request.began);
        let (mut brought, balancer) = (request.work, usize::from(request.balancer));
        let server = &mut self.servers[global as usize];
        let service = &mut self.services[at];
        let (mut plain, mut sees) = (true, false);
        if CAREFUL {
            if let Mode::Tracked(_) = service.mode {
                service.stops_running(id, global);
                brought += self.requests.detail(id).done;
            }
            plain = !request.wrong && request.workload != CHECK;
            sees = service.watch.is_some();
        }
        server.served += 1;
        let mut took = Took::work(server.time_for(brought));
        service.audit.worked(began, now);
        service.audit.left(arrived, now);
        service.in_system.add(now.as_nanos(), -1);
        let next = service.pass_slot(server, global, &mut self.requests, now);
        let response = now.since(arrived);
        service.told_ended(balancer, ServerId(global - service.first), Some(response), now);
        let follows = service.follows_ends;
        if CAREFUL
            && service.graph.is_some()
            && let Some(called) = self.closes_visit(id)
        {
            took.alone = took.alone.max(called.alone);
            took.own = called.own;
        }
        if plain {
            if sees {
                self.saw(at, balancer as u16, global, true);
            }
            self.answer(id, response, took);
        } else {
            self.ends_otherwise(id, global);
        }
        if let Some(next) = next {
            self.goes_next(at, next, global);
        }
        if follows {
            self.after_end(at, global);
        }
    }

    /// A request that waited at a server gets the slot of another.
    #[expect(
        clippy::inline_always,
        reason = "on the path of every request, and called from rare paths as well"
    )]
    #[inline(always)]
    pub(super) fn goes_next(&mut self, at: usize, id: RequestId, global: u32) {
        self.call_off_leave(at, id);
        let (service, server) = (&mut self.services[at], &self.servers[global as usize]);
        service.work_on(server, id, &mut self.requests, &mut self.sim);
    }

    /// What a server has ended was no answer for a client: an error, or a check.
    #[inline(never)]
    pub(super) fn ends_otherwise(&mut self, id: RequestId, global: u32) {
        let wrong = self.requests[id].wrong;
        if self.requests[id].workload == CHECK {
            self.servers[global as usize].served -= 1;
            return self.check_ends(id, !wrong);
        }
        self.fail(id, Failure::Wrong);
    }

    /// After an end at a server: room is filled or told, and idleness told.
    pub(super) fn after_end(&mut self, at: usize, global: u32) {
        if self.services[at].sifts {
            self.end_let_go(at);
        }
        if self.services[at].watches_room {
            self.refill(at, global);
        }
        let service = &mut self.services[at];
        if service.hears_idle && self.servers[global as usize].present() == 0 {
            service.tell_idle(global - service.first);
        }
    }
}

impl Service {
    /// Takes a request in at a server, unless that asks for care; returns whether it has.
    #[expect(
        clippy::inline_always,
        reason = "on the path of every request, and called from rare paths as well"
    )]
    #[inline(always)]
    pub(super) fn takes_plainly(
        &mut self,
        server: &mut Server,
        id: RequestId,
        requests: &mut Requests,
        sim: &mut Simulation<Packed>,
    ) -> bool {
        if let Mode::Shared(_) = self.mode {
            return false;
        }
        if server.running < server.slots {
            self.take_slot(server, sim);
            self.work_on(server, id, requests, sim);
            return true;
        }
        let plain = matches!(self.mode, Mode::Slots) && !self.sifts && !self.leaves;
        if plain {
            self.put_in_queue(server, id, requests, sim.now());
        }
        plain
    }

    /// Puts a request into the queue at a server.
    #[inline]
    fn put_in_queue(&mut self, server: &mut Server, id: RequestId, requests: &mut Requests, now: SimTime) {
        let queue = Queue {
            number: (requests[id].server - self.first) as usize,
            ends: &mut server.ends,
        };
        self.queue.push(queue, id, requests);
        self.waiting.add(now.as_nanos(), 1);
        server.waiting += 1;
    }

    /// One more slot of a server is in use.
    #[inline]
    fn take_slot(&mut self, server: &mut Server, sim: &Simulation<Packed>) {
        server.set_running(server.running + 1, sim.now());
        self.busy.add(sim.now().as_nanos(), 1);
    }

    /// A slot works on a request from now on, to its end unless it is pushed aside.
    #[inline]
    pub(super) fn work_on(
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
        if let Mode::Tracked(_) = self.mode {
            return self.work_on_tracked(server, id, requests, sim);
        }
        let event = Event::Finish {
            server: request.server,
            request: id,
        };
        sim.schedule_at(now + server.time_for(request.work), event.packed());
    }

    /// The same at a server that knows who runs; one that hangs does not come to an end.
    #[inline(never)]
    fn work_on_tracked(
        &mut self,
        server: &Server,
        id: RequestId,
        requests: &mut Requests,
        sim: &mut Simulation<Packed>,
    ) {
        let global = requests[id].server;
        let local = (global - self.first) as usize;
        if self.stops {
            self.spoil(id, local, requests);
        }
        let Mode::Tracked(tracked) = &mut self.mode else {
            unreachable!("only such servers know who runs")
        };
        tracked.running[local].push(id);
        let end = sim.now() + server.time_for(requests[id].work);
        let event = Event::Finish {
            server: global,
            request: id,
        };
        let finish = || sim.schedule_cancellable_at(end, event.packed());
        requests.detail_mut(id).finish = (!server.frozen).then(finish);
    }

    /// A slot is free again: it goes to a request of that server's queue, which is returned, or stays free.
    #[expect(
        clippy::inline_always,
        reason = "on the path of every request, and called from rare paths as well"
    )]
    #[inline(always)]
    pub(super) fn pass_slot(
        &mut self,
        server: &mut Server,
        global: u32,
        requests: &mut Requests,
        now: SimTime,
    ) -> Option<RequestId> {
        if self.sifts {
            return self.pass_slot_sifting(server, global, requests, now);
        }
        if server.waiting == 0 {
            server.set_running(server.running - 1, now);
            self.busy.add(now.as_nanos(), -1);
            return None;
        }
        server.waiting -= 1;
        self.waiting.add(now.as_nanos(), -1);
        let queue = Queue {
            number: (global - self.first) as usize,
            ends: &mut server.ends,
        };
        let popped = self.queue.pop(queue, requests, &mut self.queue_rng);
        Some(popped.expect("the queue at a server is as long as it is counted"))
    }

    /// A request is worked on no more at a server that knows who runs.
    pub(super) fn stops_running(&mut self, id: RequestId, global: u32) {
        let Mode::Tracked(tracked) = &mut self.mode else {
            unreachable!("only such servers know who runs")
        };
        let running = &mut tracked.running[(global - self.first) as usize];
        let place = running.iter().position(|&other| other == id);
        running.swap_remove(place.expect("it runs here"));
    }
}
