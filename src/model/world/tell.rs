//! What balancers are told: requests sent and ended, room, idleness, and reports of servers.

use super::{Event, Service, World};
use crate::{
    model::{
        balancer::{Ask, Report, ServerId},
        request::{RequestId, Requests},
    },
    units::{SimDuration, SimTime},
};

impl World {
    /// Tells the one balancer, which watches that, whether a server has room, if that has changed.
    pub(super) fn update_room(&mut self, at: usize, global: u32) {
        let service = &mut self.services[at];
        let server = ServerId(global - service.first);
        let has_room = self.servers[global as usize].has_room();
        // One, or a pair: the standby sees no traffic, but will see all of it.
        for front in &mut service.fronts {
            if front.view.has_room(server) != has_room {
                front.view.now = self.sim.now();
                let was = front.view.eligible().contains(server);
                front.view.set_full(server, !has_room);
                if front.view.eligible().contains(server) != was {
                    front.policy.eligible_changed(&front.view, server);
                }
            }
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
            if !server.is_up() {
                // It says nothing, and what it said last stands.
                continue;
            }
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
    /// The balancer counts a request that it has sent.
    #[inline]
    pub(super) fn told_sent(&mut self, balancer: usize, server: ServerId, ask: &Ask, now: SimTime) {
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
    pub(super) fn told_refused(
        &mut self,
        requests: &mut Requests,
        id: RequestId,
        server: ServerId,
        now: SimTime,
    ) {
        let request = &requests[id];
        let (ask, balancer) = (self.ask(request, requests, id), usize::from(request.balancer));
        self.told_sent(balancer, server, &ask, now);
        self.told_ended(balancer, server, None, now);
        requests[id].server = self.first + server.0;
    }

    /// An idle server tells one balancer, chosen at random.
    pub(super) fn tell_idle(&mut self, server: u32) {
        let at = match (&self.zones, self.fronts.len()) {
            (Some(zones), _) => zones.listener(server, &mut self.front_rng),
            (None, 1) => 0,
            (None, fronts) => self.front_rng.below(fronts),
        };
        let front = &mut self.fronts[at];
        front.policy.idle(&front.view, ServerId(server));
    }
}
