//! Some requests are followed through every hop, so that a report can tell where their time went.

use super::World;
use crate::{
    model::{
        request::{Link, RequestId},
        trace::{Activity, Breakdown, Part, TraceId},
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
    /// A request begins, with this link.
    pub(super) fn link_up(&mut self, id: RequestId, link: Link) {
        let trace = if link.followed {
            self.traces.open()
        } else {
            TraceId::NONE
        };
        *self.requests.link_mut(id) = Link { trace, ..link };
    }

    /// A request that may be followed has been answered after `alone` in its slot, and was sent so long after its caller
    /// first wanted to. Its parts are complete now, and whoever waits for it is told of them.
    pub(super) fn gather(&mut self, id: RequestId, alone: SimDuration, retried: SimDuration) {
        let request = &self.requests[id];
        let (sender, total) = (request.workload, self.sim.now().since(request.arrived));
        let link = self.requests.link_mut(id);
        let trace = std::mem::replace(&mut link.trace, TraceId::NONE);
        if trace == TraceId::NONE {
            return;
        }
        let (work, network) = (link.spent.unwrap_or(alone), link.network);
        let parts = self.traces.parts(trace);
        let elsewhere: u64 = parts.iter().map(|part| part.time.as_nanos()).sum();
        // A server may have worked at another pace before: then its work took what cannot have been anything else.
        let here = total.as_nanos() - elsewhere - network.as_nanos();
        let work = work.min(SimDuration::from_nanos(here));
        let queueing = SimDuration::from_nanos(here - work.as_nanos());
        let own = [
            (Activity::Queueing, queueing),
            (Activity::Work, work),
            (Activity::Network, network),
            (Activity::Retries, retried),
        ];
        let own = own.into_iter().filter(|&(_, time)| SimDuration::ZERO < time);
        parts.extend(own.map(|(activity, time)| Part {
            sender,
            activity,
            time,
        }));
        debug_assert!(self.told == TraceId::NONE, "what was gathered is told at once");
        self.told = trace;
    }

    /// A request ends whose parts nobody needs.
    pub(super) fn drop_trace(&mut self, id: RequestId) {
        let trace = std::mem::replace(&mut self.requests.link_mut(id).trace, TraceId::NONE);
        if trace != TraceId::NONE {
            self.traces.close(trace);
        }
    }

    /// A phase of calls is complete after `took`: what completed it is on the path of the request that made the call.
    pub(super) fn extend_path(&mut self, caller: RequestId, sender: usize, took: SimDuration) {
        let path = self.requests.link(caller).trace;
        if path == TraceId::NONE {
            return;
        }
        if self.told == TraceId::NONE {
            // It ended because nothing could come of it any more.
            let part = Part {
                sender: sender as u16,
                activity: Activity::Retries,
                time: took,
            };
            return self.traces.parts(path).push(part);
        }
        let parts = std::mem::take(self.traces.parts(self.told));
        self.traces.parts(path).extend(&parts);
        *self.traces.parts(self.told) = parts;
    }

    /// Whoever waited for a request has been told of it.
    pub(super) fn forget_told(&mut self) {
        let told = std::mem::replace(&mut self.told, TraceId::NONE);
        if told != TraceId::NONE {
            self.traces.close(told);
        }
    }

    /// A request of a workload has been answered; its parts are recorded if it was followed.
    pub(super) fn record_parts(&mut self, at: usize, response: SimDuration) {
        if self.told == TraceId::NONE {
            return;
        }
        let senders = self.workloads.len();
        let parts = self.traces.parts(self.told);
        let sum: u64 = parts.iter().map(|part| part.time.as_nanos()).sum();
        debug_assert!(sum == response.as_nanos(), "parts of {sum} ns of {response:?}");
        if let Some(follow) = &mut self.workloads[at].follow {
            follow.breakdown.record(response, parts, senders);
        }
    }
}
