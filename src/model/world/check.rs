//! Active health checks at work: each balancer asks each server whether it is well.
//!
//! A check is a request like any other at the server, so one that is busy answers it late. It comes from no client and
//! through no balancer: it enters no workload's measures, and no balancer's count of connections.

use super::{Event, Service, World, belief::Reason, event::Alarm, state::Warming};
use crate::{
    model::{
        balancer::ServerId,
        detection::health_check::Probe,
        link::Link,
        request::{CHECK, Detail, NO_BALANCER, Request, RequestId},
    },
    units::SimTime,
};

impl World {
    /// A balancer checks a server.
    pub(super) fn check(&mut self, at: usize, cell: u32) {
        let service = &mut self.services[at];
        let watch = service.watch.as_mut().expect("who checks watches");
        let plan = watch.health_check();
        let (timeout, work, probe) = (*plan.timeout, plan.work, plan.probe);
        let global = service.first + cell % watch.servers as u32;
        if self.servers[global as usize].is_crashed() {
            return self.checked(at, cell, false);
        }
        if probe == Probe::Connect {
            return self.checked(at, cell, true);
        }
        let now = self.sim.now();
        service.in_system.add(now.as_nanos(), 1);
        let mut request = Request::new(now, work, CHECK, NO_BALANCER, 0);
        request.server = global;
        let id = self.requests.insert(request);
        let detail = self.requests.detail_mut(id);
        *detail = Detail {
            client: cell,
            ..Default::default()
        };
        self.requests.tie(id, &Link::NONE);
        let event = Event::Alarm {
            alarm: Alarm::CheckTimeout,
            service: at as u32,
            which: cell,
        };
        let timer = self.sim.schedule_cancellable_at(now + timeout, event.packed());
        let watch = self.services[at].watch.as_mut().expect("who checks watches");
        watch.cells[cell as usize].check = Some((id, timer));
        self.take_in(at, id, global);
    }

    /// A check has had no answer in time.
    pub(super) fn check_timed_out(&mut self, at: usize, cell: u32) {
        let watch = self.services[at].watch.as_mut().expect("who checks watches");
        let (id, _) = watch.cells[cell as usize]
            .check
            .take()
            .expect("a check is under way");
        self.withdraw(id);
        self.requests.remove(id);
        self.checked(at, cell, false);
    }

    /// A check has been answered, well or with an error, or its connection broke.
    pub(super) fn check_ends(&mut self, id: RequestId, good: bool) {
        let request = &self.requests[id];
        let at = self.servers[request.server as usize].service as usize;
        let cell = self.requests.detail(id).client;
        let watch = self.services[at].watch.as_mut().expect("who checks watches");
        if let Some((_, timer)) = watch.cells[cell as usize].check.take() {
            self.sim.cancel(timer);
        }
        self.requests.remove(id);
        self.checked(at, cell, good);
    }

    /// A balancer draws its conclusion from a check, and plans the next.
    fn checked(&mut self, at: usize, cell: u32, good: bool) {
        let watch = self.services[at].watch.as_mut().expect("who checks watches");
        let plan = watch.health_check();
        let (fall, rise) = (*plan.fall, *plan.rise);
        let (front, local) = (cell as usize / watch.servers, cell % watch.servers as u32);
        let state = &mut watch.cells[cell as usize];
        let mut changed = None;
        if good == state.down {
            state.streak += 1;
            if state.streak == if good { rise } else { fall } {
                state.down = !good;
                state.streak = 0;
                changed = Some(!good);
            }
        } else {
            state.streak = 0;
        }
        let pause = watch.pause(cell as usize);
        let event = Event::Alarm {
            alarm: Alarm::Check,
            service: at as u32,
            which: cell,
        };
        self.sim.schedule_in(pause, event.packed());
        if let Some(down) = changed {
            self.believe(at, front, local, Reason::Checks, down);
            if !down {
                self.services[at].warm_up(front, local, self.sim.now());
            }
        }
    }
}

impl Service {
    /// A server is back in rotation: its share grows slowly, if the service says so.
    fn warm_up(&mut self, front: usize, local: u32, now: SimTime) {
        let slow_start = self
            .watch
            .as_ref()
            .and_then(|watch| watch.plan.health_check.as_ref()?.slow_start.as_deref().copied());
        if let Some(lasts) = slow_start {
            self.fronts[front]
                .warming
                .retain(|warming| warming.server.0 != local);
            let front = &mut self.fronts[front];
            front.warming.push(Warming {
                server: ServerId(local),
                since: now,
                lasts,
            });
            front.set_plain();
        }
    }
}
