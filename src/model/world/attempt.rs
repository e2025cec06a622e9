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
        caller::AttemptWork,
        link::Link,
        probe::Failure,
        request::{Detail, RequestId},
        visit::VisitId,
    },
    units::SimDuration,
};

/// The place of an attempt in its call.
pub(super) const FIRST: usize = 0;
/// The place of a hedge.
const HEDGE: usize = 1;

impl World {
    pub(super) fn due(&mut self, due: Due, id: u32) {
        match due {
            Due::Expire => self.expire(RequestId(id)),
            Due::Withdraw => self.withdraw_attempt(RequestId(id)),
            Due::Retry => self.retry(CallId(id)),
            Due::Hedge => self.hedge(CallId(id)),
            Due::Deadline => self.deadline(CallId(id)),
            Due::Arrive => self.arrives(RequestId(id)),
            Due::Reply => self.reply(RequestId(id)),
            Due::Resume => self.resume(VisitId(id)),
            Due::Known => self.known(id),
            Due::CallOff => self.call_off_calls(VisitId(id)),
        }
    }

    /// Takes in a request whose caller does something about it.
    #[inline(never)]
    pub(super) fn begin_call(&mut self, at: usize, client: u32, given: &Given, work: SimDuration) {
        let workload = &mut self.workloads[at];
        let mut detail = Detail {
            client,
            ..Detail::default()
        };
        workload.draw_details(&mut detail, given);
        let brought = Brought {
            work,
            priority: given.priority.unwrap_or(workload.priority),
            detail,
            link: workload.root_link(),
        };
        self.start_call(at, brought);
    }

    /// Takes in a request that one service sends to another and does something about.
    pub(super) fn begin_called(
        &mut self,
        at: usize,
        (key, source): (u64, u32),
        link: Link,
        work: SimDuration,
        priority: u8,
    ) {
        let detail = Detail {
            key,
            source,
            ..Detail::default()
        };
        let brought = Brought {
            work,
            priority,
            detail,
            link,
        };
        self.start_call(at, brought);
    }

    fn start_call(&mut self, at: usize, brought: Brought) {
        let now = self.sim.now();
        let caller = self.caller(at);
        caller.request();
        let (deadline, lane, handed) = (caller.deadline, caller.deadline_lane, caller.plan.handed);
        let own = deadline.map(|deadline| now + deadline);
        let due = if handed {
            self.due_of_call(own, brought.link.parent)
        } else {
            own
        };
        let parent = brought.link.parent;
        let id = self.calls.insert(Call {
            began: now,
            work: brought.work,
            workload: at as u16,
            priority: brought.priority,
            detail: brought.detail,
            link: brought.link,
            tries: 0,
            under_way: [RequestId::NONE; 2],
            tried: Tried::default(),
            next: None,
            due,
            deadline: None,
            failure: Failure::Rejected,
        });
        if handed && !self.is_handed(id, parent) {
            return self.end_call(id, Some(Failure::TimedOut));
        }
        // Before anything is sent: what comes at the very instant of the deadline comes too late.
        if let Some(due) = due {
            let event = Event::Due(Due::Deadline, id.0).packed();
            let deadline = match lane.filter(|_| own == Some(due)) {
                Some(lane) => self.sim.schedule_in_lane(lane, due, event),
                None => self.sim.schedule_cancellable_at(due, event),
            };
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
        let (mut work, detail, mut link) = (call.work, call.detail.clone(), call.link);
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
                link.family = rand::Rng::next_u64(&mut caller.work_rng);
                work = SimDuration::from_secs_f64(workload.work.sample(&mut caller.work_rng));
            }
        }
        link.leg.attempt = self.attempts_at(id, place);
        let request = self.insert(at, work, priority, link.bond());
        *self.requests.detail_mut(request) = detail;
        self.requests.set_leg(request, || link.leg);
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
        if self.caller(at).plan.hands_on() {
            self.hand_on(id, request, at);
        }
        self.dispatch_attempt(id, request, at, place == HEDGE);
        true
    }

    /// Returns a number that tells the attempts at a call from each other.
    fn attempts_at(&mut self, id: CallId, place: usize) -> u32 {
        2 * self.calls.get(id).tries + place as u32
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
        let cell = &self.requests[request];
        let (id, at) = (attempt.call, usize::from(cell.workload));
        let (front, server) = (cell.balancer, cell.server);
        if server != u32::MAX {
            // A balancer that looks at answers sees that there was none.
            let service = self.workloads[at].service as usize;
            self.saw(service, front, server, false);
        }
        self.leaves_call(request, at, Went::Badly);
        self.let_go(request, at);
        self.after_failure(id, at, Failure::TimedOut);
    }

    /// The time of a call is up: whatever is under way is let go.
    fn deadline(&mut self, id: CallId) {
        self.calls.get(id).deadline = None;
        self.lets_attempts_go(id, Went::Badly);
        self.end_call(id, Some(Failure::TimedOut));
    }

    /// Nobody waits for the attempts at a call any more.
    pub(super) fn lets_attempts_go(&mut self, id: CallId, went: Went) {
        let call = self.calls.get(id);
        let (at, under_way) = (usize::from(call.workload), call.under_way);
        for request in under_way {
            if request != RequestId::NONE {
                self.leaves_call(request, at, went);
                self.let_go(request, at);
            }
        }
    }

    pub(super) fn caller(&mut self, at: usize) -> &mut Caller {
        self.workloads[at].caller.as_mut().expect("it has policies")
    }
}

/// What a request brings.
struct Brought {
    work: SimDuration,
    priority: u8,
    detail: Detail,
    link: Link,
}
