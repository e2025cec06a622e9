//! Callers that do not merely wait: attempts at requests, and what follows when they are slow or fail.
//!
//! A request of a workload with caller policies is a [`Call`]; what goes to servers is an attempt at it. A server may be
//! in the midst of an end when an attempt of its ends, so nothing is sent or withdrawn then: that has an event of its
//! own, at the same instant where it is due at once.

use super::{
    Event, World,
    caller::{Caller, Went},
    event::Due,
};
use crate::{
    model::{
        arrival::Given,
        call::{Attempt, Call, CallId, Tried},
        caller::{AttemptWork, Expired, outcome::Outcome},
        probe::Failure,
        request::{Detail, RequestId},
    },
    units::SimDuration,
};

/// The place of an attempt in its call.
const FIRST: usize = 0;
/// The place of a hedge.
const HEDGE: usize = 1;

impl World {
    pub(super) fn due(&mut self, due: Due, id: u32) {
        match due {
            Due::Expire => self.expire(RequestId(id)),
            Due::Withdraw => self.withdraw_loser(RequestId(id)),
            Due::Retry => self.retry(CallId(id)),
            Due::Hedge => self.hedge(CallId(id)),
            Due::Deadline => self.deadline(CallId(id)),
        }
    }

    /// Takes in a request whose caller does something about it.
    #[inline(never)]
    pub(super) fn begin_call(&mut self, at: usize, client: u32, given: &Given, work: SimDuration) {
        let now = self.sim.now();
        let workload = &mut self.workloads[at];
        let mut detail = Detail {
            client,
            ..Detail::default()
        };
        workload.draw_details(&mut detail, given);
        let caller = workload.caller.as_mut().expect("it has policies");
        caller.request();
        let (deadline, lane) = (caller.deadline, caller.deadline_lane);
        let id = self.calls.insert(Call {
            began: now,
            work,
            workload: at as u16,
            priority: given.priority.unwrap_or(workload.priority),
            detail,
            tries: 0,
            under_way: [RequestId::NONE; 2],
            tried: Tried::default(),
            next: None,
            deadline: None,
            failure: Failure::Rejected,
        });
        // Before anything is sent: what comes at the very instant of the deadline comes too late.
        if let Some((deadline, lane)) = deadline.zip(lane) {
            let event = Event::Due(Due::Deadline, id.0).packed();
            let deadline = self.sim.schedule_in_lane(lane, now + deadline, event);
            self.calls.get(id).deadline = Some(deadline);
        }
        if !self.attempt(id, FIRST) {
            self.end_call(id, Some(Failure::Rejected));
        }
    }

    /// Sends an attempt, if the caller's own limits allow it; returns whether they do. It may have failed already.
    fn attempt(&mut self, id: CallId, place: usize) -> bool {
        let now = self.sim.now();
        let call = self.calls.get(id);
        let at = usize::from(call.workload);
        let (priority, is_first) = (call.priority, call.tries == 0);
        let Ok(permit) = self.caller(at).ask(now) else {
            return false;
        };
        let call = self.calls.get(id);
        let (mut work, detail) = (call.work, call.detail.clone());
        if place == FIRST {
            call.tries += 1;
        }
        let workload = &mut self.workloads[at];
        let caller = workload.caller.as_mut().expect("it has policies");
        if !is_first {
            match place {
                HEDGE => caller.record.hedges += 1,
                _ => caller.record.retries += 1,
            }
            if caller.plan.attempt_work == AttemptWork::Fresh {
                work = SimDuration::from_secs_f64(workload.work.sample(&mut caller.work_rng));
            }
        }
        let request = self.insert(at, work, priority);
        *self.requests.detail_mut(request) = detail;
        self.calls.get(id).under_way[place] = request;
        // Before it is sent, so that an answer at the very instant of the timeout comes too late.
        let caller = self.workloads[at].caller.as_ref().expect("it has policies");
        let timer = caller
            .plan
            .timeout
            .zip(caller.timeout_lane)
            .map(|(timeout, lane)| {
                let event = Event::Due(Due::Expire, request.0).packed();
                self.sim.schedule_in_lane(lane, now + timeout, event)
            });
        let attempt = Attempt {
            call: id,
            timer,
            permit,
        };
        self.calls.set_attempt(request, attempt);
        if place == FIRST {
            self.schedule_hedge(id, at);
        }
        self.dispatch_attempt(id, request, at, place == HEDGE);
        true
    }

    /// An attempt that was just sent gets a hedge if it is slow.
    fn schedule_hedge(&mut self, id: CallId, at: usize) {
        let caller = self.workloads[at].caller.as_ref().expect("it has policies");
        let Some(due) = caller.hedge_due() else { return };
        let (event, due) = (Event::Due(Due::Hedge, id.0).packed(), self.sim.now() + due);
        let hedge = match caller.hedge_lane {
            Some(lane) => self.sim.schedule_in_lane(lane, due, event),
            None => self.sim.schedule_cancellable_at(due, event),
        };
        self.calls.get(id).next = Some(hedge);
    }

    /// A hedge is due.
    fn hedge(&mut self, id: CallId) {
        let now = self.sim.now();
        let call = self.calls.get(id);
        call.next = None;
        let at = usize::from(call.workload);
        let caller = self.caller(at);
        if caller
            .hedge_budget
            .as_mut()
            .is_some_and(|budget| !budget.spend(now))
        {
            caller.record.hedges_denied += 1;
        } else {
            // Where the caller's limits do not allow it, the first attempt goes on alone.
            self.attempt(id, HEDGE);
        }
    }

    /// A retry is due.
    fn retry(&mut self, id: CallId) {
        self.requests.release();
        let call = self.calls.get(id);
        call.next = None;
        let failure = call.failure;
        if !self.attempt(id, FIRST) {
            self.end_call(id, Some(failure));
        }
    }

    /// The time of an attempt is up.
    fn expire(&mut self, request: RequestId) {
        let attempt = self.calls.attempt(request);
        attempt.timer = None;
        let (id, at) = (attempt.call, usize::from(self.requests[request].workload));
        self.leaves_call(request, at, Went::Badly);
        self.let_go(request, at);
        self.after_failure(id, at, Failure::TimedOut);
    }

    /// The time of a call is up: whatever is under way is let go.
    fn deadline(&mut self, id: CallId) {
        let call = self.calls.get(id);
        call.deadline = None;
        let (at, under_way) = (usize::from(call.workload), call.under_way);
        for request in under_way {
            if request != RequestId::NONE {
                self.leaves_call(request, at, Went::Badly);
                self.let_go(request, at);
            }
        }
        self.end_call(id, Some(Failure::TimedOut));
    }

    /// An attempt was answered. It has left its server already, which spent `alone` on it.
    pub(super) fn attempt_answered(&mut self, request: RequestId, at: usize, alone: SimDuration) {
        let id = self.calls.attempt(request).call;
        if id == CallId::NONE {
            return self.attempt_over(request, at, alone, false);
        }
        self.leaves_call(request, at, Went::Well);
        self.attempt_over(request, at, alone, true);
        let now = self.sim.now();
        for loser in self.calls.get(id).under_way {
            if loser == RequestId::NONE {
                continue;
            }
            self.leaves_call(loser, at, Went::Unknown);
            if self.caller(at).withdraws_losers() {
                let event = Event::Due(Due::Withdraw, loser.0).packed();
                let withdrawal = self.sim.schedule_cancellable_at(now, event);
                self.calls.attempt(loser).timer = Some(withdrawal);
            }
        }
        let call = self.calls.get(id);
        let response = now.since(call.began);
        let rescued = 1 < call.tries;
        let wait = SimDuration::from_nanos(response.as_nanos().saturating_sub(alone.as_nanos()));
        let probe = &mut self.workloads[at].probe;
        probe.done(response, wait);
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
    fn after_failure(&mut self, id: CallId, at: usize, failure: Failure) {
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
        let last = caller.deadline.map(|deadline| call.began + deadline);
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
    fn leaves_call(&mut self, request: RequestId, at: usize, went: Went) {
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
    fn let_go(&mut self, request: RequestId, at: usize) {
        match self.caller(at).plan.expired {
            Expired::Done => {}
            Expired::Dropped => self.requests.detail_mut(request).dropped = true,
            Expired::Cancelled => self.withdraw_attempt(request, at),
        }
    }

    fn withdraw_loser(&mut self, request: RequestId) {
        self.calls.attempt(request).timer = None;
        let at = usize::from(self.requests[request].workload);
        self.withdraw_attempt(request, at);
    }

    fn withdraw_attempt(&mut self, request: RequestId, at: usize) {
        self.withdraw(request);
        let spent = self.spent_on(request, false);
        self.attempt_over(request, at, spent, false);
    }

    /// An attempt has ended; it has left its service and its call already.
    fn attempt_over(&mut self, request: RequestId, at: usize, spent: SimDuration, taken: bool) {
        if let Some(withdrawal) = self.calls.attempt(request).timer.take() {
            self.sim.cancel(withdrawal);
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
    fn end_call(&mut self, id: CallId, failure: Option<Failure>) {
        let call = self.calls.get(id);
        let (at, client) = (usize::from(call.workload), call.detail.client);
        debug_assert!(
            call.is_idle() && call.next.is_none(),
            "a call ends with its last attempt"
        );
        if let Some(deadline) = call.deadline.take() {
            self.sim.cancel(deadline);
        }
        self.calls.remove(id);
        if let Some(failure) = failure {
            self.workloads[at].probe.failed(failure);
        }
        if self.workloads[at].answers {
            self.tell_client(client, at);
        }
    }

    fn caller(&mut self, at: usize) -> &mut Caller {
        self.workloads[at].caller.as_mut().expect("it has policies")
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
