//! Balancers that fail themselves, and those that take over from them.

use super::{Event, Service, World, event::Alarm, service_of};
use crate::model::{
    failure::takeover::Side,
    probe::Failure,
    request::{CHECK, Phase, RequestId},
};

impl World {
    /// A balancer crashes or is shut down properly; its connections break.
    pub(super) fn balancer_goes(&mut self, at: usize, side: Side, properly: bool) {
        let now = self.sim.now();
        let service = &mut self.services[at];
        service.fronts[side].failures += 1;
        if 1 < service.fronts[side].failures {
            return;
        }
        if let Some(pair) = &mut service.pair {
            let was_active = pair.active() == Some(side);
            pair.goes(side, properly, now);
            if !was_active {
                return self.expect_takeover(at);
            }
        }
        self.set_in_charge(at, side, false);
        self.expect_takeover(at);
        self.break_connections(at, side);
    }

    /// A balancer is there again.
    pub(super) fn balancer_comes(&mut self, at: usize, side: Side) {
        let now = self.sim.now();
        let service = &mut self.services[at];
        service.fronts[side].failures -= 1;
        if 0 < service.fronts[side].failures {
            return;
        }
        match &mut service.pair {
            Some(pair) => pair.comes(side, now),
            None => self.set_in_charge(at, side, true),
        }
        self.expect_takeover(at);
    }

    /// Plans the next change of the active balancer, in place of what was planned.
    fn expect_takeover(&mut self, at: usize) {
        let service = &mut self.services[at];
        let Some(pair) = &service.pair else { return };
        if let Some(event) = service.takeover.take() {
            self.sim.cancel(event);
        }
        if let Some((due, side)) = pair.next() {
            let event = Event::Alarm {
                alarm: Alarm::Takeover,
                service: at as u32,
                which: side as u32,
            };
            service.takeover = Some(self.sim.schedule_cancellable_at(due, event.packed()));
        }
    }

    /// A balancer of a pair has waited long enough.
    pub(super) fn takes_over(&mut self, at: usize, side: Side) {
        let now = self.sim.now();
        let service = &mut self.services[at];
        service.takeover = None;
        let pair = service.pair.as_mut().expect("only of a pair one takes over");
        let before = pair.takes_over(side, now);
        self.set_in_charge(at, side, true);
        self.expect_takeover(at);
        if let Some(before) = before {
            // The address moves: whoever was connected through the other is so no more.
            self.set_in_charge(at, before, false);
            self.break_connections(at, before);
        }
        self.balancer_took_over(at, side);
    }

    fn set_in_charge(&mut self, at: usize, side: Side, holds: bool) {
        let front = &mut self.services[at].fronts[side];
        front.in_charge = holds;
        front.set_plain();
    }

    /// All requests that came through a balancer are lost, wherever they are.
    fn break_connections(&mut self, at: usize, side: Side) {
        let through = |(_, request): &(RequestId, &crate::model::request::Request)| {
            request.workload != CHECK
                && usize::from(request.balancer) == side
                && service_of(&self.workloads, &self.servers, request) == at
        };
        let mut lost: Vec<(bool, RequestId)> = self
            .requests
            .iter()
            .filter(through)
            .map(|(id, request)| (request.server != u32::MAX, id))
            .collect();
        // Those that wait at the balancer first, so that none of them gets a slot in passing.
        lost.sort_unstable();
        for (_, id) in lost {
            // One that nobody waits for may have been dropped when a slot became free.
            if self.requests[id].phase != Phase::Free {
                self.withdraw(id);
                self.fail(id, Failure::Lost);
            }
        }
    }
}

impl Service {
    /// The balancer that a client reaches; with several it takes any.
    #[inline(never)]
    pub(super) fn choose_front(&mut self) -> u16 {
        match (&self.pair, &self.zones) {
            (Some(pair), _) => pair.active().unwrap_or(0) as u16,
            // Until it is known where the request comes from.
            (None, Some(zones)) => zones.everyone() as u16,
            (None, None) => self.front_rng.below(self.fronts.len()) as u16,
        }
    }

    /// The balancer that holds the queue at the balancer.
    pub(super) fn front_in_charge(&self) -> usize {
        self.pair.as_ref().and_then(|pair| pair.active()).unwrap_or(0)
    }
}
