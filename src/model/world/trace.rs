//! Some requests are followed through every hop, so that a report can tell where their time went.

use super::World;
use crate::{
    model::{
        link::Took,
        request::RequestId,
        trace::{Activity, Breakdown, Ended, Part, TraceId},
    },
    units::SimDuration,
};

/// Which requests of a workload are followed, and what came of it.
pub(super) struct Follow {
    /// One in so many, at least 1.
    every: u64,
    count: u64,
    pub(super) breakdown: Breakdown,
}

impl Follow {
    /// Requests of a workload that are followed in a run, or about twice as many.
    const ENOUGH: f64 = 10_000.0;

    /// Returns which requests are followed of about so many.
    pub(super) fn new(expected: f64) -> Self {
        Self {
            every: (expected / Self::ENOUGH).max(1.0) as u64,
            count: 0,
            breakdown: Breakdown::default(),
        }
    }
    /// A request has come; returns whether it is followed.
    pub(super) fn next(&mut self) -> bool {
        self.count += 1;
        self.count.is_multiple_of(self.every)
    }
}

impl World {
    /// A request that may be followed has been answered, and was sent so long after its caller first wanted to. Its parts are
    /// complete now, and whoever waits for it is told of them.
    pub(super) fn gather(&mut self, id: RequestId, took: Took, retried: SimDuration) {
        let request = &mut self.requests[id];
        let (sender, total) = (request.workload, self.sim.now().since(request.arrived));
        let trace = std::mem::replace(&mut request.trace, TraceId::NONE);
        if trace == TraceId::NONE {
            return;
        }
        let network = if self.network.is_some() {
            self.requests.leg(id).network
        } else {
            SimDuration::ZERO
        };
        self.told.end(Ended {
            sender,
            trace,
            total,
            network,
            own: took.own,
            retried,
        });
    }

    /// A request ends whose parts nobody needs.
    pub(super) fn drop_trace(&mut self, id: RequestId) {
        let trace = std::mem::replace(&mut self.requests[id].trace, TraceId::NONE);
        if trace != TraceId::NONE && trace != TraceId::EMPTY {
            self.traces.close(trace);
        }
    }

    /// A phase of calls is complete after `took`: what completed it is on the path of the request that made the call.
    pub(super) fn extend_path(&mut self, caller: RequestId, sender: usize, took: SimDuration) {
        let path = &mut self.requests[caller].trace;
        if *path == TraceId::NONE {
            return;
        }
        if *path == TraceId::EMPTY {
            *path = self.traces.open();
        }
        match self.told.parts(&mut self.traces) {
            Some(told) => self.traces.parts(*path).extend_from_slice(told),
            // It ended because nothing could come of it any more.
            None => self.traces.parts(*path).push(Part {
                sender: sender as u16,
                activity: Activity::Retries,
                time: took,
            }),
        }
    }

    /// A request of a workload has been answered; its parts are recorded if it was followed.
    pub(super) fn record_parts(&mut self, at: usize, response: SimDuration) {
        let senders = self.workloads.len();
        let Some(parts) = self.told.parts(&mut self.traces) else {
            return;
        };
        let sum: u64 = parts.iter().map(|part| part.time.as_nanos()).sum();
        debug_assert!(sum == response.as_nanos(), "parts of {sum} ns of {response:?}");
        if let Some(follow) = &mut self.workloads[at].follow {
            follow.breakdown.record(response, parts, senders);
        }
    }
}
