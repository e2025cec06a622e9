//! A request gets a server, or waits for one; and what balancers are told.

use super::{Event, Service, World};
use crate::{
    model::{
        balancer::{Ask, Report, ServerId},
        probe::Failure,
        request::{Phase, Request, RequestId, Requests},
    },
    units::{SimDuration, SimTime},
};

impl World {
    /// Lets the balancer choose a server for a request that has just come in.
    #[inline]
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
        front.view.now = self.sim.now();
        match front.policy.pick(&front.view, &ask, &mut front.rng) {
            Some(server) if self.servers[service.first as usize + server.index()].has_room() => {
                service.in_system.add(self.sim.now().as_nanos(), 1);
                self.send(at, id, server, &ask);
            }
            None if service.central => self.wait_at_balancer(at, id),
            // No server will do, or the chosen one is full, which one of several balancers cannot know.
            None | Some(_) => self.fail(id, Failure::Rejected),
        }
    }

    /// Puts a request into the queue at the balancer, if there is room.
    fn wait_at_balancer(&mut self, at: usize, id: RequestId) {
        let service = &mut self.services[at];
        if service.capacity <= service.central_waiting {
            return self.fail(id, Failure::Rejected);
        }
        service.central_waiting += 1;
        let now = self.sim.now().as_nanos();
        service.in_system.add(now, 1);
        service.waiting.add(now, 1);
        service
            .queue
            .push(service.central_queue(), id, &mut self.requests);
        self.schedule_leave(at, id);
    }

    /// Sends a request to a server that has room; the request counts as in the service already.
    #[inline]
    fn send(&mut self, at: usize, id: RequestId, server: ServerId, ask: &Ask) {
        let service = &mut self.services[at];
        let request = &mut self.requests[id];
        let global = service.first + server.0;
        request.server = global;
        let balancer = usize::from(request.balancer);
        service.told_sent(balancer, server, ask, self.sim.now());
        let watches_room = service.watches_room;
        self.take_in(at, id, global);
        if watches_room {
            self.update_room(at, global);
        }
    }

    /// After an end: the server takes from the queue at the balancer what it has room for.
    pub(super) fn refill(&mut self, at: usize, global: u32) {
        while 0 < self.services[at].central_waiting && self.servers[global as usize].has_room() {
            let service = &mut self.services[at];
            let queue = service.central_queue();
            let popped = service
                .queue
                .pop(queue, &mut self.requests, &mut service.queue_rng);
            let id = popped.expect("the queue at the balancer is as long as it is counted");
            service.central_waiting -= 1;
            service.waiting.add(self.sim.now().as_nanos(), -1);
            let server = ServerId(global - service.first);
            let ask = service.ask(&self.requests[id], &self.requests, id);
            self.call_off_leave(at, id);
            self.send(at, id, server, &ask);
        }
        self.update_room(at, global);
    }

    /// Tells the one balancer, which watches that, whether a server has room, if that has changed.
    pub(super) fn update_room(&mut self, at: usize, global: u32) {
        let service = &mut self.services[at];
        let server = ServerId(global - service.first);
        let has_room = self.servers[global as usize].has_room();
        let front = &mut service.fronts[0];
        if front.view.eligible().contains(server) != has_room {
            front.view.now = self.sim.now();
            front.view.set_full(server, !has_room);
            front.policy.eligible_changed(&front.view, server);
        }
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
        let now = self.sim.now();
        let request = &self.requests[id];
        debug_assert!(request.phase == Phase::Waiting, "only who waits can leave");
        let (arrived, global, balancer) = (request.arrived, request.server, usize::from(request.balancer));
        let at = self.workloads[usize::from(request.workload)].service as usize;
        let service = &mut self.services[at];
        let at_balancer = global == u32::MAX;
        let queue = if at_balancer {
            service.central_queue()
        } else {
            (global - service.first) as usize
        };
        service.queue.remove(queue, id, &mut self.requests);
        service.waiting.add(now.as_nanos(), -1);
        service.in_system.add(now.as_nanos(), -1);
        service.audit.left(arrived, now);
        if at_balancer {
            service.central_waiting -= 1;
        } else {
            self.servers[global as usize].waiting -= 1;
            let server = ServerId(global - service.first);
            service.told_ended(balancer, server, None, now);
        }
        let detail = self.requests.detail_mut(id);
        detail.leave = None;
        let failure = if detail.impatient {
            Failure::Abandoned
        } else {
            Failure::TimedOut
        };
        self.fail(id, failure);
        if !at_balancer && self.services[at].watches_room {
            self.refill(at, global);
        }
    }

    /// The servers of a service report their load to every balancer.
    pub(super) fn report(&mut self, at: usize) {
        let now = self.sim.now();
        let service = &mut self.services[at];
        let every = service
            .report_every
            .expect("a service that reports says how often");
        for local in 0..service.reported_busy.len() {
            let server = &self.servers[service.first as usize + local];
            let busy = server.busy_nanos(now);
            let since = busy - service.reported_busy[local];
            service.reported_busy[local] = busy;
            let whole = every.as_nanos() as f64 * f64::from(server.slots);
            // At the end of the warm-up the count starts anew, and one interval is shorter; never more than all.
            let report = Report {
                in_system: server.present(),
                utilisation: (since as f64 / whole).min(1.0),
            };
            let id = ServerId(local as u32);
            for front in &mut service.fronts {
                front.view.now = now;
                front.view.reports_mut()[local] = report;
                if front.view.load(id) != report.in_system {
                    front.view.set_load(id, report.in_system);
                    front.policy.load_changed(&front.view, id);
                }
            }
        }
        for front in &mut service.fronts {
            front.policy.reported(&front.view);
        }
        self.sim
            .schedule_in(every, Event::Report { service: at as u32 }.packed());
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
    fn ask(&self, request: &Request, requests: &Requests, id: RequestId) -> Ask {
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

    /// The balancer counts a request that it has sent.
    #[inline]
    fn told_sent(&mut self, balancer: usize, server: ServerId, ask: &Ask, now: SimTime) {
        let front = &mut self.fronts[balancer];
        front.view.now = now;
        if self.report_every.is_none() {
            front.view.set_load(server, front.view.load(server) + 1);
            if front.listens {
                front.policy.load_changed(&front.view, server);
            }
        }
        if front.listens {
            front.policy.sent(&front.view, server, ask);
        }
    }

    /// The balancer counts a request that has ended at a server, answered or not.
    #[inline]
    pub(super) fn told_ended(
        &mut self,
        balancer: usize,
        server: ServerId,
        response: Option<SimDuration>,
        now: SimTime,
    ) {
        let front = &mut self.fronts[balancer];
        front.view.now = now;
        if self.report_every.is_none() {
            front.view.set_load(server, front.view.load(server) - 1);
            if front.listens {
                front.policy.load_changed(&front.view, server);
            }
        }
        if let Some(response) = response
            && front.listens
        {
            front.policy.answered(&front.view, server, response);
        }
    }

    /// An idle server tells one balancer, chosen at random.
    pub(super) fn tell_idle(&mut self, server: u32) {
        let fronts = self.fronts.len();
        let at = if fronts == 1 {
            0
        } else {
            self.front_rng.below(fronts)
        };
        let front = &mut self.fronts[at];
        front.policy.idle(&front.view, ServerId(server));
    }
}
