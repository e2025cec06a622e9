//! Servers that work on all their requests at once.

use super::{Event, Mode, World};
use crate::model::{
    balancer::ServerId,
    link::Took,
    request::{CHECK, Phase, RequestId},
};

impl World {
    /// A request joins those that share a server.
    pub(super) fn join(&mut self, at: usize, id: RequestId, global: u32) {
        let now = self.sim.now();
        self.advance(at, global);
        let request = &mut self.requests[id];
        request.phase = Phase::Running;
        request.began = now;
        let service = &mut self.services[at];
        if service.stops {
            service.spoil(id, (global - service.first) as usize, &mut self.requests);
        }
        let work = self.requests[id].work;
        self.shared(at, global).join(id, work);
        self.set_sharing(at, global, self.servers[global as usize].running + 1);
        self.schedule_shared(at, global);
    }

    /// The event that stands for the next end at a shared server has come; it may be early, because arrivals delay ends.
    pub(super) fn shared_finish(&mut self, global: u32) {
        let now = self.sim.now();
        let at = usize::from(self.servers[global as usize].service);
        self.shared(at, global).next = None;
        self.advance(at, global);
        let mut ended_any = false;
        while let Some(id) = self.shared(at, global).take_ended() {
            ended_any = true;
            let request = &self.requests[id];
            let (arrived, balancer) = (request.arrived, usize::from(request.balancer));
            let server = &self.servers[global as usize];
            let took = Took::work(server.time_for(request.work));
            let left = server.running - 1;
            self.set_sharing(at, global, left);
            if self.services[at].graph.is_some() {
                if self.goes_calling(at, global, id) {
                    continue;
                }
                // It does not wait for what it may have called.
                self.closes_visit(id);
            }
            self.servers[global as usize].served += 1;
            let service = &mut self.services[at];
            service.in_system.add(now.as_nanos(), -1);
            service.audit.left(arrived, now);
            service.told_ended(
                balancer,
                ServerId(global - service.first),
                Some(now.since(arrived)),
                now,
            );
            let request = &self.requests[id];
            if request.wrong || request.workload == CHECK {
                self.ends_otherwise(id, global);
            } else {
                if self.services[at].watch.is_some() {
                    self.saw(at, balancer as u16, global, true);
                }
                self.answer(id, now.since(arrived), took);
            }
        }
        self.settle_shared(at, global);
        if ended_any {
            self.after_end(at, global);
        }
        self.schedule_shared(at, global);
    }

    pub(super) fn set_sharing(&mut self, at: usize, global: u32, running: u32) {
        let now = self.sim.now();
        let server = &mut self.servers[global as usize];
        let before = i64::from(server.busy());
        server.set_running(running, now);
        self.services[at]
            .busy
            .add(now.as_nanos(), i64::from(server.busy()) - before);
    }

    /// Brings a shared server's attained work up to date.
    pub(super) fn advance(&mut self, at: usize, global: u32) {
        let (now, rate) = (self.sim.now(), self.sharing_rate(global));
        self.shared(at, global).advance(now, rate);
    }

    /// The nanoseconds of work that each present request gets in a nanosecond.
    fn sharing_rate(&self, global: u32) -> f64 {
        let server = &self.servers[global as usize];
        if server.frozen {
            return 0.0;
        }
        let part = if server.running <= server.slots {
            1.0
        } else {
            f64::from(server.slots) / f64::from(server.running)
        };
        part / server.slowness
    }

    /// Makes sure that an event comes no later than the next end.
    pub(super) fn schedule_shared(&mut self, at: usize, global: u32) {
        let rate = self.sharing_rate(global);
        if rate == 0.0 {
            return;
        }
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

    pub(super) fn shared(&mut self, at: usize, global: u32) -> &mut crate::model::sharing::Shared {
        let service = &mut self.services[at];
        match &mut service.mode {
            Mode::Shared(shared) => &mut shared[(global - service.first) as usize],
            Mode::Slots | Mode::Tracked(_) => unreachable!("only shared servers share"),
        }
    }

    /// A shared server that has run empty settles its accounts.
    pub(super) fn settle_shared(&mut self, at: usize, global: u32) {
        let speed = 1.0 / self.servers[global as usize].slowness;
        if let Some((given, brought, requests)) = self.shared(at, global).settle() {
            self.services[at]
                .audit
                .shared_emptied(given, brought, requests, speed);
        }
    }
}
