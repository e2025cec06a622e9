//! A request comes in, and a request ends.

use super::{Event, Workload, World};
use crate::{
    model::{
        arrival::{Arrival, Given},
        link::{Bond, Leg, Link, Took},
        probe::Failure,
        request::{CHECK, Request, RequestId},
        trace::TraceId,
        visit::VisitId,
    },
    units::{SimDuration, SimTime},
};

impl World {
    /// The pending arrival of a workload has come.
    pub(super) fn arrival(&mut self, workload: usize) {
        let Some(&arrival) = self.workloads[workload].arrivals.arrival() else {
            self.schedule_arrival(workload);
            return self.admit(workload, 0, &Given::NOTHING);
        };
        let Arrival { size, client, given } = arrival;
        self.schedule_arrival(workload);
        for _ in 0..size {
            self.admit(workload, client, &given);
        }
    }

    /// Asks the process for its next arrival.
    #[expect(
        clippy::inline_always,
        reason = "on the path of every request, and called from rare paths as well"
    )]
    #[inline(always)]
    pub(super) fn schedule_arrival(&mut self, at: usize) {
        let workload = &mut self.workloads[at];
        if let Some(next) = workload.arrivals.next(&mut workload.gap_rng) {
            let next = match &mut workload.warp {
                None => next,
                Some(warp) => warp.real(next),
            };
            let event = Event::Arrival { workload: at as u32 };
            self.sim.schedule_in_lane(workload.lane, next, event.packed());
        }
    }

    /// A client that had its answer sends again.
    pub(super) fn return_of(&mut self, workload: usize, client: u32) {
        self.admit(workload, client, &Given::NOTHING);
    }

    /// Takes a request in and finds it a server, a place in a queue, or its end.
    fn admit(&mut self, at: usize, client: u32, given: &Given) {
        let workload = &mut self.workloads[at];
        workload.probe.offered();
        // Drawn even where a trace knows better, so that the streams stay in step.
        let drawn = workload.work_ahead.next(&workload.work, &mut workload.work_rng);
        let work = given.work.unwrap_or(drawn);
        if workload.caller.is_some() {
            return self.begin_call(at, client, given, work);
        }
        let priority = given.priority.unwrap_or(workload.priority);
        let link = if self.requests.linked() {
            workload.root_link()
        } else {
            Link::NONE
        };
        let id = self.insert(at, work, priority, link.bond());
        self.requests.set_leg(id, || link.leg);
        let workload = &mut self.workloads[at];
        if workload.detailed {
            let detail = self.requests.detail_mut(id);
            detail.client = client;
            workload.draw_details(detail, given);
        }
        self.dispatch(id, at);
    }

    /// Gives a request its cell, and the balancer that it goes to.
    #[expect(
        clippy::inline_always,
        reason = "on the path of every request, and called from rare paths as well"
    )]
    #[inline(always)]
    pub(super) fn insert(
        &mut self,
        workload: usize,
        work: SimDuration,
        priority: u8,
        bond: Bond,
    ) -> RequestId {
        let service = &mut self.services[self.workloads[workload].service as usize];
        let fronts = service.fronts.len();
        let balancer = if fronts == 1 { 0 } else { service.choose_front() };
        let now = self.sim.now();
        let request = Request::new(now, work, workload as u16, balancer, priority);
        self.requests.insert(request.bound(bond))
    }

    /// A request has been answered: its measures are taken and it is forgotten. It has left its server already.
    #[expect(
        clippy::inline_always,
        reason = "on the path of every request, and called from rare paths as well"
    )]
    #[inline(always)]
    pub(super) fn answer(&mut self, id: RequestId, response: SimDuration, took: Took) {
        let at = usize::from(self.requests[id].workload);
        let workload = &self.workloads[at];
        if !workload.follows {
            self.answer_counted(id, at, response, took);
        } else if workload.plain_call {
            self.call_answered(id, at, response, took);
        } else {
            self.answer_followed(id, at, response, took);
        }
    }

    /// The same, where the client or its caller wants to know.
    #[inline(never)]
    fn answer_followed(&mut self, id: RequestId, at: usize, response: SimDuration, took: Took) {
        if self.network.is_some() && self.sends_back(id, took, None) {
            return;
        }
        self.answer_known(id, at, response, took);
    }

    /// A call has its answer of which nothing is asked but that it comes: most are such, and are spared the questions.
    #[inline]
    fn call_answered(&mut self, id: RequestId, at: usize, response: SimDuration, took: Took) {
        let request = &self.requests[id];
        let visit = request.parent;
        let followed = request.trace != TraceId::NONE;
        if visit != VisitId::NONE {
            self.fetch_caller(visit);
        }
        if followed {
            self.gather(id, took, SimDuration::ZERO);
        }
        self.workloads[at].probe.call_done(response);
        self.requests.remove(id);
        if visit != VisitId::NONE {
            self.call_over(visit, at, true);
        }
    }

    /// The sender of a request has its answer.
    pub(super) fn answer_known(&mut self, id: RequestId, at: usize, response: SimDuration, took: Took) {
        if self.workloads[at].caller.is_some() {
            return self.attempt_answered(id, at, took);
        }
        if self.requests.linked() {
            self.gather(id, took, SimDuration::ZERO);
            self.was_asked(at, id);
        }
        let waiting = self.who_waits(id, at);
        if self.roots <= at {
            self.workloads[at].probe.call_done(response);
            self.requests.remove(id);
        } else {
            let took = Took {
                alone: took.alone + self.under_way(id),
                ..took
            };
            self.answer_counted(id, at, response, took);
        }
        self.tell(waiting, at, Some(response));
    }

    /// Returns who waits for the answer to a request that has no caller policies.
    fn who_waits(&self, id: RequestId, at: usize) -> Waiting {
        let workload = &self.workloads[at];
        if workload.replica.is_some() {
            Waiting::Operation(self.requests.link(id))
        } else if workload.edge.is_some() {
            Waiting::Visit(self.requests[id].parent)
        } else if workload.answers {
            Waiting::Client(self.requests.detail(id).client)
        } else {
            Waiting::Client(u32::MAX)
        }
    }

    /// A request has ended, answered after `response` or not, and whoever waits for it is told.
    pub(super) fn tell(&mut self, waiting: Waiting, at: usize, response: Option<SimDuration>) {
        match waiting {
            Waiting::Operation(link) => self.replica_over(at, &link, response.is_some()),
            Waiting::Visit(VisitId::NONE) => {}
            Waiting::Visit(visit) => self.call_over(visit, at, response.is_some()),
            Waiting::Client(client) => {
                if let Some(response) = response {
                    self.record_parts(at, response);
                    self.told.forget(&mut self.traces);
                }
                if self.workloads[at].answers {
                    self.tell_client(client, at);
                }
            }
        }
    }

    #[expect(
        clippy::inline_always,
        reason = "on the path of every request, and called from rare paths as well"
    )]
    #[inline(always)]
    fn answer_counted(&mut self, id: RequestId, at: usize, response: SimDuration, took: Took) {
        // The time its own work takes at that server, and its messages; the rest of the response is waiting.
        let wait = SimDuration::from_nanos(response.as_nanos().saturating_sub(took.alone.as_nanos()));
        self.workloads[at].probe.done(response, wait);
        self.requests.remove(id);
    }

    /// A request has ended without an answer.
    pub(super) fn fail(&mut self, id: RequestId, failure: Failure) {
        let request = &self.requests[id];
        if request.workload == CHECK {
            return self.check_ends(id, false);
        }
        let (at, server, front) = (usize::from(request.workload), request.server, request.balancer);
        if server != u32::MAX && matches!(failure, Failure::Refused | Failure::Lost | Failure::Wrong) {
            let service = self.workloads[at].service as usize;
            self.saw(service, front, server, false);
        }
        let by_server = matches!(failure, Failure::Refused | Failure::Rejected | Failure::Wrong);
        if self.network.is_some() && by_server && self.sends_back(id, Took::NOTHING, Some(failure)) {
            return;
        }
        self.fail_known(id, at, failure);
    }

    /// The sender of a request knows that it has failed.
    pub(super) fn fail_known(&mut self, id: RequestId, at: usize, failure: Failure) {
        if self.workloads[at].caller.is_some() {
            return self.attempt_failed(id, at, failure);
        }
        if self.requests.linked() {
            self.drop_trace(id);
        }
        self.workloads[at].probe.failed(failure);
        let waiting = self.workloads[at].follows.then(|| self.who_waits(id, at));
        self.requests.remove(id);
        if let Some(waiting) = waiting {
            self.tell(waiting, at, None);
        }
    }

    /// The client that waits for this answer has it, and may send again.
    #[inline(never)]
    fn tell_client(&mut self, client: u32, at: usize) {
        let now = self.sim.now();
        if let Some(again) = self.workloads[at].arrivals.answered(client, now) {
            let again: SimTime = again.max(now);
            let event = Event::Return {
                workload: at as u16,
                client,
            };
            self.sim.schedule_at(again, event.packed());
        }
    }
}

/// Who waits for the end of a request.
#[derive(Clone, Copy, Debug)]
pub(super) enum Waiting {
    /// A client of a workload, by its number there.
    Client(u32),
    /// A request whose server has called, or nobody.
    Visit(VisitId),
    /// Whoever sent this to a replica of a store.
    Operation(Link),
}

impl Workload {
    /// Returns the link of a request that comes from outside.
    pub(super) fn root_link(&mut self) -> Link {
        let Some(follow) = &mut self.follow else {
            return Link::NONE;
        };
        Link {
            family: rand::Rng::next_u64(&mut self.call_rng),
            followed: follow.next(),
            leg: Leg {
                from: self.place,
                ..Leg::NONE
            },
            ..Link::NONE
        }
    }

    /// Draws what only some scenarios need. The streams do not depend on what becomes of the request.
    #[inline]
    pub(super) fn draw_details(&mut self, detail: &mut crate::model::request::Detail, given: &Given) {
        detail.begin();
        if let Some(patience) = &self.patience {
            detail.patience = Some(SimDuration::from_secs_f64(
                patience.sample(&mut self.patience_rng),
            ));
        } else {
            detail.patience = None;
        }
        if let Some(keys) = &self.keys {
            // Mixed, so that neighbours in popularity are not neighbours for a hash.
            detail.key = crate::rng::mix(u64::from(keys.pick(&mut self.key_rng)));
        }
        if let Some(key) = given.key {
            detail.key = key;
        }
        if let Some(sources) = &self.sources {
            detail.source = sources.pick(&mut self.source_rng);
        }
    }
}
