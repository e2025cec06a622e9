//! What becomes of attempts, and of the calls that they belong to.

use super::{Event, World, admit::Waiting, attempt::FIRST, caller::Went, event::Due};
use crate::{
    model::{
        call::CallId,
        caller::{Expired, outcome::Outcome},
        link::Took,
        probe::Failure,
        request::RequestId,
    },
    units::SimDuration,
};

impl World {
    /// An attempt was answered. It has left its server already, which took so long over it.
    pub(super) fn attempt_answered(&mut self, request: RequestId, at: usize, took: Took) {
        let (alone, messages) = (took.alone, self.under_way(request));
        let id = self.calls.attempt(request).call;
        if id == CallId::NONE {
            return self.attempt_over(request, at, alone, false);
        }
        self.leaves_call(request, at, Went::Well);
        let now = self.sim.now();
        if self.requests.linked() {
            let retried = self.requests[request].arrived.since(self.calls.get(id).began);
            self.gather(request, took, retried);
        }
        self.attempt_over(request, at, alone, true);
        for loser in self.calls.get(id).under_way {
            if loser == RequestId::NONE {
                continue;
            }
            self.leaves_call(loser, at, Went::Unknown);
            if self.caller(at).withdraws_losers() {
                self.schedule_withdrawal(loser);
            }
        }
        let call = self.calls.get(id);
        let response = now.since(call.began);
        let rescued = 1 < call.tries;
        let wait = SimDuration::from_nanos(response.as_nanos().saturating_sub((alone + messages).as_nanos()));
        let probe = &mut self.workloads[at].probe;
        if self.roots <= at {
            probe.call_done(response);
        } else {
            probe.done(response, wait);
        }
        if rescued {
            probe.rescued();
        }
        self.end_call(id, None);
    }

    /// An attempt has failed, and has left its service already.
    pub(super) fn attempt_failed(&mut self, request: RequestId, at: usize, failure: Failure) {
        let id = self.calls.attempt(request).call;
        let spent = self.spent_on(request, failure == Failure::Wrong);
        if id == CallId::NONE {
            return self.attempt_over(request, at, spent, false);
        }
        self.leaves_call(request, at, Went::Badly);
        self.attempt_over(request, at, spent, false);
        self.after_failure(id, at, failure);
    }

    /// An attempt has failed or was let go: if it was the last one under way, its call is tried again or fails.
    pub(super) fn after_failure(&mut self, id: CallId, at: usize, failure: Failure) {
        let now = self.sim.now();
        let call = self.calls.get(id);
        call.failure = failure;
        if !call.is_idle() {
            return;
        }
        let caller = self.workloads[at].caller.as_mut().expect("it has policies");
        let again = caller.plan.retry.as_ref().and_then(|retry| {
            let wanted = outcome(failure).is_some_and(|outcome| retry.on.contains(outcome));
            let wanted = wanted && call.tries < retry.attempts.0;
            wanted.then(|| now + retry.delay(call.tries, &mut caller.backoff_rng))
        });
        // A retry that would come after the deadline is none.
        let last = call.due;
        let Some(due) = again.filter(|&due| last.is_none_or(|last| due < last)) else {
            return self.end_call(id, Some(failure));
        };
        if caller
            .retry_budget
            .as_mut()
            .is_some_and(|budget| !budget.spend(now))
        {
            caller.record.retries_denied += 1;
            return self.end_call(id, Some(failure));
        }
        let event = Event::Due(Due::Retry, id.0).packed();
        call.next = Some(self.sim.schedule_cancellable_at(due, event));
        self.requests.hold();
    }

    /// An attempt is not waited for any more; its call may have others.
    pub(super) fn leaves_call(&mut self, request: RequestId, at: usize, went: Went) {
        let now = self.sim.now();
        let attempt = self.calls.attempt(request);
        let id = std::mem::replace(&mut attempt.call, CallId::NONE);
        let permit = attempt.permit;
        if let Some(timer) = attempt.timer.take() {
            self.sim.cancel(timer);
        }
        let cell = &self.requests[request];
        let (began, server) = (cell.arrived, cell.server);
        let call = self.calls.get(id);
        if server != u32::MAX {
            call.tried.add(server);
        }
        let place = call.under_way.iter().position(|&other| other == request);
        let place = place.expect("an attempt with a call is under way there");
        call.under_way[place] = RequestId::NONE;
        let is_first = place == FIRST && call.tries == 1;
        // Nothing is left to be hedged.
        let hedge = (place == FIRST).then(|| call.next.take()).flatten();
        if let Some(hedge) = hedge {
            self.sim.cancel(hedge);
        }
        let caller = self.caller(at);
        caller.hears(permit, began, now, went);
        if is_first {
            caller.took(now.since(began));
        }
    }

    /// Nobody waits for an attempt any more; what becomes of it is the workload's choice.
    pub(super) fn let_go(&mut self, request: RequestId, at: usize) {
        match self.caller(at).plan.expired {
            Expired::Done => {}
            Expired::Dropped => self.requests.detail_mut(request).dropped = true,
            Expired::Cancelled => self.schedule_withdrawal(request),
        }
    }

    /// An attempt is withdrawn at this instant, but not in the midst of what happens now: a server that comes to rest may
    /// let go other attempts, of the same call even.
    fn schedule_withdrawal(&mut self, request: RequestId) {
        let event = Event::Due(Due::Withdraw, request.0).packed();
        let withdrawal = self.sim.schedule_cancellable_at(self.sim.now(), event);
        self.calls.attempt(request).timer = Some(withdrawal);
    }

    pub(super) fn withdraw_attempt(&mut self, request: RequestId) {
        self.calls.attempt(request).timer = None;
        let at = usize::from(self.requests[request].workload);
        self.withdraw(request);
        let spent = self.spent_on(request, false);
        self.attempt_over(request, at, spent, false);
    }

    /// An attempt has ended; it has left its service and its call already.
    fn attempt_over(&mut self, request: RequestId, at: usize, spent: SimDuration, taken: bool) {
        if let Some(withdrawal) = self.calls.attempt(request).timer.take() {
            self.sim.cancel(withdrawal);
        }
        if self.requests.linked() {
            self.drop_trace(request);
        }
        self.caller(at).over(spent, taken);
        self.requests.remove(request);
    }

    /// Returns the time that a server has spent on a request that ends without a good answer.
    fn spent_on(&self, request: RequestId, to_the_end: bool) -> SimDuration {
        let (cell, done) = (&self.requests[request], self.requests.detail(request).done);
        if cell.server == u32::MAX {
            return SimDuration::ZERO;
        }
        let work = if to_the_end { done + cell.work } else { done };
        self.servers[cell.server as usize].time_for(work)
    }

    /// A call has ended, in success or not; nothing of it is under way.
    pub(super) fn end_call(&mut self, id: CallId, failure: Option<Failure>) {
        let call = self.calls.get(id);
        let (at, client, parent) = (usize::from(call.workload), call.detail.client, call.link.parent);
        let (began, now) = (call.began, self.sim.now());
        debug_assert!(
            call.is_idle() && call.next.is_none(),
            "a call ends with its last attempt"
        );
        if let Some(deadline) = call.deadline.take() {
            self.sim.cancel(deadline);
        }
        let asked = call.link.leg.asked;
        if self.caller(at).plan.handed {
            self.handed.forget(parent, id);
        }
        self.calls.remove(id);
        match failure {
            Some(failure) => self.workloads[at].probe.failed(failure),
            None => self.fill_cache(at, asked),
        }
        let waiting = if self.workloads[at].edge.is_some() {
            Waiting::Visit(parent)
        } else {
            Waiting::Client(client)
        };
        let response = failure.is_none().then(|| now.since(began));
        self.tell(waiting, at, response);
    }
}

/// Returns how a caller sees a failure; `None` where it was the client itself that left.
fn outcome(failure: Failure) -> Option<Outcome> {
    match failure {
        Failure::Rejected => Some(Outcome::Rejected),
        Failure::TimedOut => Some(Outcome::Timeout),
        Failure::Refused => Some(Outcome::Refused),
        Failure::Lost => Some(Outcome::Lost),
        Failure::Wrong => Some(Outcome::Error),
        Failure::Abandoned => None,
    }
}
