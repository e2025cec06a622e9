//! Deadlines that are handed on: what servers call for a request ends by the time at which its answer is wanted, and with it.
//!
//! State of its own, which is empty where no sender hands anything on.

use super::{Event, World, caller::Went, event::Due};
use crate::{
    model::{call::CallId, probe::Failure, request::RequestId, visit::VisitId},
    units::SimTime,
};

/// What is known of deadlines that are handed on.
#[derive(Debug, Default)]
pub(super) struct Handed {
    /// By the number of the request cell: when whoever sent it gives up; only of senders that hand it on.
    dues: Vec<Option<SimTime>>,
    /// By the number of the visit: the calls under way for it that know its deadline.
    calls: Vec<Vec<CallId>>,
}

impl Handed {
    /// Returns whether calls are under way for a visit that end with it.
    #[inline]
    pub(super) fn has_calls(&self, visit: VisitId) -> bool {
        self.calls
            .get(visit.0 as usize)
            .is_some_and(|calls| !calls.is_empty())
    }
    /// A call has ended.
    pub(super) fn forget(&mut self, visit: VisitId, call: CallId) {
        let Some(calls) = self.calls.get_mut(visit.0 as usize) else {
            return;
        };
        // It is not there if it was called off, or came too late to be sent.
        if let Some(place) = calls.iter().position(|&other| other == call) {
            calls.swap_remove(place);
        }
    }
}

impl World {
    /// Returns when the time of a call is up: its own, or that of the request that it is made for.
    #[inline(never)]
    pub(super) fn due_of_call(&mut self, own: Option<SimTime>, parent: VisitId) -> Option<SimTime> {
        if parent == VisitId::NONE {
            return own;
        }
        let caller = self.visits.get(parent).request;
        let sender = &self.workloads[usize::from(self.requests[caller].workload)];
        let hands = sender
            .caller
            .as_ref()
            .is_some_and(|caller| caller.plan.hands_on());
        let handed = hands.then(|| self.handed.dues[caller.0 as usize]).flatten();
        match (own, handed) {
            (Some(own), Some(handed)) => Some(own.min(handed)),
            (own, handed) => own.or(handed),
        }
    }

    /// A call begins that may have been handed a deadline, and ends with the request that it is made for; returns whether it
    /// is not too late for it.
    #[inline(never)]
    pub(super) fn is_handed(&mut self, id: CallId, parent: VisitId) -> bool {
        let now = self.sim.now();
        if self.calls.get(id).due.is_some_and(|due| due <= now) {
            return false;
        }
        let at = parent.0 as usize;
        if parent != VisitId::NONE {
            let calls = &mut self.handed.calls;
            if calls.len() <= at {
                calls.resize(at + 1, Vec::new());
            }
            calls[at].push(id);
        }
        true
    }

    /// An attempt is sent: its server learns how long its caller waits.
    #[inline(never)]
    pub(super) fn hand_on(&mut self, id: CallId, request: RequestId, at: usize) {
        let timeout = self.caller(at).plan.timeout;
        let timeout = timeout.map(|timeout| self.sim.now() + timeout);
        let due = self.calls.get(id).due;
        let due = due.into_iter().chain(timeout).min();
        let (dues, at) = (&mut self.handed.dues, request.0 as usize);
        if dues.len() <= at {
            dues.resize(at + 1, None);
        }
        dues[at] = due;
    }

    /// A request has ended in the midst of something; what was called for it is called off at this instant.
    #[inline(never)]
    pub(super) fn schedule_call_off(&mut self, visit: VisitId) {
        self.visits.get(visit).pending += 1;
        let event = Event::Due(Due::CallOff, visit.0).packed();
        self.sim.schedule_at(self.sim.now(), event);
    }

    /// Nobody wants the answers to these calls any more.
    pub(super) fn call_off_calls(&mut self, visit: VisitId) {
        for id in std::mem::take(&mut self.handed.calls[visit.0 as usize]) {
            let call = self.calls.get(id);
            if call.is_idle()
                && let Some(retry) = call.next.take()
            {
                self.sim.cancel(retry);
                self.requests.release();
            }
            self.lets_attempts_go(id, Went::Unknown);
            self.end_call(id, Some(Failure::Abandoned));
        }
        self.visits.get(visit).pending -= 1;
        self.visits.let_go(visit);
    }
}
