//! A request comes in, and a request ends.

use super::{Event, Workload, World};
use crate::{
    model::{
        arrival::Given,
        probe::Failure,
        request::{Phase, Request, RequestId},
    },
    units::{SimDuration, SimTime},
};

impl World {
    /// The pending arrival of a workload has come.
    pub(super) fn arrival(&mut self, workload: usize) {
        let arrival = self.workloads[workload]
            .pending
            .take()
            .expect("an arrival event has its arrival");
        self.schedule_arrival(workload);
        for _ in 0..arrival.size {
            self.admit(workload, arrival.client, &arrival.given);
        }
    }

    /// Asks the process for its next arrival.
    pub(super) fn schedule_arrival(&mut self, at: usize) {
        let workload = &mut self.workloads[at];
        workload.pending = workload.arrivals.next(&mut workload.gap_rng);
        if let Some(arrival) = &workload.pending {
            self.sim
                .schedule_in_lane(workload.lane, arrival.at, Event::Arrival { workload: at as u32 });
        }
    }

    /// A client that had its answer sends again.
    pub(super) fn return_of(&mut self, workload: usize, client: u32) {
        self.admit(workload, client, &Given::default());
    }

    /// Takes a request in and finds it a server, a place in a queue, or its end.
    fn admit(&mut self, at: usize, client: u32, given: &Given) {
        let now = self.sim.now();
        let workload = &mut self.workloads[at];
        workload.probe.offered();
        let service = &mut self.services[workload.service as usize];
        let fronts = service.fronts.len();
        let balancer = if fronts == 1 {
            0
        } else {
            service.front_rng.below(fronts) as u16
        };
        // Drawn even where a trace knows better, so that the streams stay in step.
        let drawn = SimDuration::from_secs_f64(workload.work.sample(&mut workload.work_rng));
        let work = given.work.unwrap_or(drawn);
        let id = self.requests.insert(Request {
            arrived: now,
            began: now,
            work,
            remaining: work,
            server: u32::MAX,
            next: RequestId::NONE,
            prev: RequestId::NONE,
            workload: at as u16,
            balancer,
            priority: given.priority.unwrap_or(workload.priority),
            phase: Phase::Waiting,
        });
        if workload.detailed {
            let detail = self.requests.detail_mut(id);
            detail.client = client;
            workload.draw_details(detail, given);
        }
        self.dispatch(id);
    }

    /// A request has been answered: its measures are taken and it is forgotten. It has left its server already.
    pub(super) fn answer(&mut self, id: RequestId, alone: SimDuration) {
        let now = self.sim.now();
        let request = &self.requests[id];
        let response = now.since(request.arrived);
        // The time its own work takes at that server; the rest of the response is waiting.
        let wait = SimDuration::from_nanos(response.as_nanos().saturating_sub(alone.as_nanos()));
        let at = usize::from(request.workload);
        self.workloads[at].probe.done(response, wait);
        self.forget(id, at);
    }

    /// A request has ended without an answer.
    pub(super) fn fail(&mut self, id: RequestId, failure: Failure) {
        let at = usize::from(self.requests[id].workload);
        self.workloads[at].probe.failed(failure);
        self.forget(id, at);
    }

    fn forget(&mut self, id: RequestId, at: usize) {
        let workload = &mut self.workloads[at];
        if workload.answers {
            let client = self.requests.detail(id).client;
            let now = self.sim.now();
            if let Some(again) = workload.arrivals.answered(client, now) {
                let again: SimTime = again.max(now);
                self.sim.schedule_at(
                    again,
                    Event::Return {
                        workload: at as u16,
                        client,
                    },
                );
            }
        }
        self.requests.remove(id);
    }
}

impl Workload {
    /// Draws what only some scenarios need. The streams do not depend on what becomes of the request.
    #[inline]
    fn draw_details(&mut self, detail: &mut crate::model::request::Detail, given: &Given) {
        detail.leave = None;
        detail.finish = None;
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
