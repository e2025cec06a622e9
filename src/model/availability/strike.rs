//! Something goes wrong with servers: what that changes about them, and who notices.

use super::{Event, Years, watch};
use crate::model::failure::{Harm, Target, process};

impl Years<'_> {
    pub(super) fn fault(&mut self, index: usize, begins: bool) {
        for service in 0..self.services.len() {
            let plan = &self.deployment.services[service];
            let harm = plan.failures.len() + index;
            let target = self.deployment.faults[index].target;
            if let Target::Balancer {
                service: at,
                balancer,
            } = target
                && at == service
            {
                self.balancer(service, balancer, harm, begins);
            }
            for server in process::struck(plan, service, target) {
                self.harm(service, server, harm, begins);
            }
        }
    }

    /// Something is wrong with a balancer from now on, or no longer.
    pub(super) fn balancer(&mut self, at: usize, number: u32, harm: usize, begins: bool) {
        let here = &mut self.services[at];
        let properly = matches!(here.harms[harm], Harm::Drain);
        here.fronts.change(number, begins, properly, self.sim.now());
        self.fronts_changed(at);
    }

    /// The balancers of a service have changed: requests reach others, and somebody may be waiting to take over.
    pub(super) fn fronts_changed(&mut self, at: usize) {
        let here = &mut self.services[at];
        here.account.reach(here.fronts.share(), self.sim.now());
        if let Some((due, side, stamp)) = here.fronts.next() {
            let event = Event::TakesOver {
                service: at as u32,
                side: side as u32,
                stamp,
            };
            self.sim.schedule_at(due, event);
        }
    }

    /// Something is wrong with a server from now on, or no longer.
    pub(super) fn harm(&mut self, at: usize, server: u32, harm: usize, begins: bool) {
        let now = self.sim.now();
        let here = &mut self.services[at];
        let state = &mut here.servers[server as usize];
        let before = state.reach(&here.harms);
        let (was_up, drained) = (state.is_up(&here.harms), state.is_drained(&here.harms));
        state.change(harm, begins);
        let (reach, is_up) = (state.reach(&here.harms), state.is_up(&here.harms));
        if was_up != is_up {
            here.account.truth(server, is_up, now);
        }
        here.account.works(server, state.works(&here.harms), now);
        let is_drained = state.is_drained(&here.harms);
        if drained != is_drained {
            here.account.believe(server, watch::DRAINED, is_drained, now);
        }
        if before == reach {
            return self.take_census(at, server);
        }
        let restarts = !begins && matches!(here.harms[harm], Harm::Hang { resumes: false });
        let change = watch::Change { before, restarts };
        let state = &here.servers[server as usize];
        let next = &mut self.next;
        here.watch.changed(server, change, now, state, &here.harms, next);
        self.heed(at, server);
    }

    /// Notes what the watch over a server has concluded, and schedules what it waits for.
    pub(super) fn heed(&mut self, at: usize, server: u32) {
        let now = self.sim.now();
        for (reason, holds) in self.next.beliefs.drain(..) {
            self.services[at].account.believe(server, reason, holds, now);
        }
        for (time, stamp, alarm) in self.next.alarms.drain(..) {
            let event = Event::Watch {
                service: at as u32,
                server,
                stamp,
                alarm,
            };
            self.sim.schedule_at(time, event);
        }
        self.take_census(at, server);
    }
}
