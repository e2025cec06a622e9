//! Active health checks at work: each balancer asks each server whether it is well.
//!
//! A check is a request like any other at the server, so one that is busy answers it late. It comes from no client and
//! through no balancer: it enters no workload's measures, and no balancer's count of connections. Where messages take time,
//! so do a check and its answer, from where the balancer stands and back.

use super::{Event, Service, World, belief::Reason, event::Alarm, state::Warming};
use crate::{
    engine::EventId,
    model::{
        balancer::ServerId,
        detection::health_check::Probe,
        link::Leg,
        request::{CHECK, Detail, NO_BALANCER, Request, RequestId},
    },
    units::{SimDuration, SimTime},
};

/// A check that is under way.
#[derive(Clone)]
pub(super) struct UnderWay {
    /// The end of its time; none for one that is answered at once.
    timer: Option<EventId>,
    /// How long its answer will travel.
    back: SimDuration,
    stage: Stage,
}

/// Where a check is.
#[derive(Clone)]
enum Stage {
    /// On its way to the server.
    There(EventId),
    /// At the server, as a request or answered already.
    Present(Option<RequestId>),
    /// On its way back, with what it says.
    Back(EventId, bool),
}

impl World {
    /// A balancer checks a server.
    pub(super) fn check(&mut self, at: usize, cell: u32) {
        let [there, back] = match &self.network {
            Some(_) => self.check_travels(at, cell),
            None => [SimDuration::ZERO; 2],
        };
        let begun = UnderWay {
            timer: None,
            back,
            stage: Stage::Present(None),
        };
        if [there, back] == [SimDuration::ZERO; 2] {
            *self.under_way_to(at, cell) = Some(begun);
            return self.check_arrives(at, cell);
        }
        let timer = Some(self.schedule_check_timeout(at, cell));
        let stage = Stage::There(self.schedule_check(Alarm::CheckArrives, at, cell, there));
        *self.under_way_to(at, cell) = Some(UnderWay {
            timer,
            stage,
            ..begun
        });
    }

    /// Draws how long a check travels there and back.
    #[inline(never)]
    fn check_travels(&mut self, at: usize, cell: u32) -> [SimDuration; 2] {
        let now = self.sim.now();
        let network = self.network.as_ref().expect("messages take time");
        let service = &mut self.services[at];
        let watch = service.watch.as_mut().expect("who checks watches");
        let (front, local) = (cell as usize / watch.servers, cell % watch.servers as u32);
        let (from, to) = (
            watch.places[front],
            network.places[(service.first + local) as usize],
        );
        let there = network.delay(from, to, now, &mut watch.network_rng);
        // When it will be answered is not known yet, and as good as now to what holds messages up.
        [
            there,
            network.delay(to, from, now + there, &mut watch.network_rng),
        ]
    }

    fn under_way_to(&mut self, at: usize, cell: u32) -> &mut Option<UnderWay> {
        let watch = self.services[at].watch.as_mut().expect("who checks watches");
        &mut watch.cells[cell as usize].check
    }

    fn schedule_check(&mut self, alarm: Alarm, at: usize, cell: u32, after: SimDuration) -> EventId {
        let event = Event::Alarm {
            alarm,
            service: at as u32,
            which: cell,
        };
        let due = self.sim.now() + after;
        self.sim.schedule_cancellable_at(due, event.packed())
    }

    fn schedule_check_timeout(&mut self, at: usize, cell: u32) -> EventId {
        let watch = self.services[at].watch.as_ref().expect("who checks watches");
        let timeout = *watch.health_check().timeout;
        self.schedule_check(Alarm::CheckTimeout, at, cell, timeout)
    }

    /// A check reaches its server.
    pub(super) fn check_arrives(&mut self, at: usize, cell: u32) {
        let service = &self.services[at];
        let watch = service.watch.as_ref().expect("who checks watches");
        let plan = watch.health_check();
        let (work, probe) = (plan.work, plan.probe);
        let global = service.first + cell % watch.servers as u32;
        if self.servers[global as usize].crashed {
            return self.check_answered(at, cell, false);
        }
        if probe == Probe::Connect {
            return self.check_answered(at, cell, true);
        }
        let now = self.sim.now();
        self.services[at].in_system.add(now.as_nanos(), 1);
        let mut request = Request::new(now, work, CHECK, NO_BALANCER, 0);
        request.server = global;
        let id = self.requests.insert(request);
        let detail = self.requests.detail_mut(id);
        *detail = Detail {
            client: cell,
            ..Default::default()
        };
        self.requests.set_leg(id, || Leg::NONE);
        let check = self
            .under_way_to(at, cell)
            .as_mut()
            .expect("a check is under way");
        check.stage = Stage::Present(Some(id));
        if check.timer.is_none() {
            let timer = self.schedule_check_timeout(at, cell);
            let check = self
                .under_way_to(at, cell)
                .as_mut()
                .expect("a check is under way");
            check.timer = Some(timer);
        }
        self.take_in(at, id, global);
    }

    /// A check has had no answer in time.
    pub(super) fn check_timed_out(&mut self, at: usize, cell: u32) {
        let check = self.under_way_to(at, cell).take().expect("a check is under way");
        match check.stage {
            Stage::There(message) | Stage::Back(message, _) => {
                self.sim.cancel(message);
            }
            Stage::Present(request) => {
                let id = request.expect("what is answered at once is not waited for");
                self.withdraw(id);
                self.requests.remove(id);
            }
        }
        self.checked(at, cell, false);
    }

    /// A check has been answered, well or with an error, or its connection broke.
    pub(super) fn check_ends(&mut self, id: RequestId, good: bool) {
        let request = &self.requests[id];
        let at = usize::from(self.servers[request.server as usize].service);
        let cell = self.requests.detail(id).client;
        self.requests.remove(id);
        self.check_answered(at, cell, good);
    }

    /// A server has answered a check.
    fn check_answered(&mut self, at: usize, cell: u32, good: bool) {
        let check = self
            .under_way_to(at, cell)
            .as_mut()
            .expect("a check is under way");
        let back = check.back;
        if SimDuration::ZERO < back {
            let message = self.schedule_check(Alarm::CheckReturns, at, cell, back);
            let check = self
                .under_way_to(at, cell)
                .as_mut()
                .expect("a check is under way");
            check.stage = Stage::Back(message, good);
            return;
        }
        self.check_over(at, cell, good);
    }

    /// The answer to a check reaches its balancer.
    pub(super) fn check_returns(&mut self, at: usize, cell: u32) {
        let check = self.under_way_to(at, cell).as_ref();
        let Some(Stage::Back(_, good)) = check.map(|check| check.stage.clone()) else {
            unreachable!("the answer to a check is under way")
        };
        self.check_over(at, cell, good);
    }

    fn check_over(&mut self, at: usize, cell: u32, good: bool) {
        let check = self.under_way_to(at, cell).take().expect("a check is under way");
        if let Some(timer) = check.timer {
            self.sim.cancel(timer);
        }
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
