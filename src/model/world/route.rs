//! A request gets a server, or waits for one; and what balancers are told.

use super::{
    Event, Service, World,
    state::{Front, Warming},
};
use crate::{
    model::{
        balancer::{Ask, Report, ServerId},
        probe::Failure,
        request::{CHECK, Request, RequestId, Requests},
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
        let picked = if front.warming.is_empty() {
            front.policy.pick(&front.view, &ask, &mut front.rng)
        } else {
            front.pick_with_care(&ask)
        };
        match picked {
            Some(server) if self.servers[service.first as usize + server.index()].admits() => {
                service.in_system.add(self.sim.now().as_nanos(), 1);
                self.send(at, id, server, &ask);
            }
            None if service.central && !front.view.is_deserted() => self.wait_at_balancer(at, id),
            Some(server) => {
                let global = service.first + server.0;
                self.turned_away(id, global);
            }
            None => self.fail(id, Failure::Rejected),
        }
    }

    /// The chosen server does not take a request in: it is crashed, or full, which one of several balancers cannot know.
    #[inline(never)]
    fn turned_away(&mut self, id: RequestId, global: u32) {
        if !self.servers[global as usize].is_crashed() {
            return self.fail(id, Failure::Rejected);
        }
        let service = &mut self.services[self.servers[global as usize].service as usize];
        service.told_refused(
            &mut self.requests,
            id,
            ServerId(global - service.first),
            self.sim.now(),
        );
        self.fail(id, Failure::Refused);
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
        while 0 < self.services[at].central_waiting && self.may_refill(at, global) {
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
            if self.servers[global as usize].is_crashed() {
                // Nobody knows yet, and to whoever looks at connections it looks idle.
                self.refused_from_queue(at, id, server);
            } else {
                self.send(at, id, server, &ask);
            }
        }
        self.update_room(at, global);
    }

    /// Whether a server may take from the queue at the balancer.
    fn may_refill(&self, at: usize, global: u32) -> bool {
        let service = &self.services[at];
        let server = ServerId(global - service.first);
        self.servers[global as usize].has_room() && !service.fronts[0].view.is_down(server)
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

    /// Tells the one balancer, which watches that, whether a server has room, if that has changed.
    pub(super) fn update_room(&mut self, at: usize, global: u32) {
        let service = &mut self.services[at];
        let server = ServerId(global - service.first);
        let has_room = self.servers[global as usize].has_room();
        let front = &mut service.fronts[0];
        if front.view.has_room(server) != has_room {
            front.view.now = self.sim.now();
            let was = front.view.eligible().contains(server);
            front.view.set_full(server, !has_room);
            if front.view.eligible().contains(server) != was {
                front.policy.eligible_changed(&front.view, server);
            }
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

impl Front {
    /// Chooses while the share of some servers still grows: one of them is taken with its share as the chance, and
    /// otherwise the policy chooses among the others. As in HAProxy the share grows in steps of a second.
    #[inline(never)]
    fn pick_with_care(&mut self, ask: &Ask) -> Option<ServerId> {
        let now = self.view.now;
        self.warming.retain(|warming| now < warming.since + warming.lasts);
        let mut refused = Vec::new();
        let mut picked = self.policy.pick(&self.view, ask, &mut self.rng);
        let first = picked;
        while let Some(server) = picked {
            let share = self.warming.iter().find(|warming| warming.server == server);
            // One that is full is insisted on by its policy, and turns the request away.
            let insists = !self.view.eligible().contains(server);
            if insists || share.is_none_or(|warming| self.warm_rng.open01() < warming.share(now)) {
                break;
            }
            self.view.set_eligible(server, false);
            self.policy.eligible_changed(&self.view, server);
            refused.push(server);
            picked = self.policy.pick(&self.view, ask, &mut self.rng);
        }
        for server in refused {
            self.view.set_eligible(server, true);
            self.policy.eligible_changed(&self.view, server);
        }
        picked.or(first)
    }
}

impl Warming {
    /// The part of its share that the server gets by now.
    fn share(&self, now: SimTime) -> f64 {
        let seconds = (now.since(self.since).as_secs_f64()).floor();
        let steps = (16.0 * seconds / self.lasts.as_secs_f64() + 1.0).floor();
        (steps / 16.0).min(1.0)
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
        let Some(front) = self.fronts.get_mut(balancer) else {
            // A check comes from no client through no balancer.
            return;
        };
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

    /// The balancer sends a request to a server that refuses it: for a moment it counts one more.
    fn told_refused(&mut self, requests: &mut Requests, id: RequestId, server: ServerId, now: SimTime) {
        let request = &requests[id];
        let (ask, balancer) = (self.ask(request, requests, id), usize::from(request.balancer));
        self.told_sent(balancer, server, &ask, now);
        self.told_ended(balancer, server, None, now);
        requests[id].server = self.first + server.0;
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
