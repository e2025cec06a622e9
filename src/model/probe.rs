//! What a run records of a workload: counts, distributions, and a time series of buckets.

use super::record::{Bucket, Errors, Toll, WorkloadRecord};
use crate::{
    engine::fetch,
    stats::CoarseHistogram,
    units::{SimDuration, SimTime},
};

/// How a request ended without an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// Turned away for want of room.
    Rejected,
    /// Turned away after the queue's time limit.
    TimedOut,
    /// Given up by its client.
    Abandoned,
    /// Its connection was refused by a crashed server.
    Refused,
    /// Its connection broke while it waited or was worked on.
    Lost,
    /// Answered with an error.
    Wrong,
}

/// The recorder of one workload.
#[derive(Debug, Default)]
// What every request touches stands first.
#[repr(C)]
pub(super) struct Probe {
    in_flight: u64,
    /// Nanoseconds; the longest when there is no deadline.
    deadline: u64,
    record: WorkloadRecord,
    bucket: OpenBucket,
}

/// Requests since measuring began.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    offered: u64,
    done: u64,
    in_time: u64,
    errors: Errors,
}

/// The bucket that is being filled.
#[derive(Debug, Default)]
struct OpenBucket {
    /// What was counted when it began.
    before: Counts,
    response_sum: u128,
    responses: CoarseHistogram,
}

impl Probe {
    pub(super) fn new(deadline: Option<SimDuration>) -> Self {
        Self {
            deadline: deadline.map_or(u64::MAX, SimDuration::as_nanos),
            ..Self::default()
        }
    }

    /// Measuring begins: everything so far was warm-up.
    pub(super) fn begin(&mut self) {
        self.record = WorkloadRecord {
            carried_in: self.in_flight,
            ..WorkloadRecord::default()
        };
        self.bucket = OpenBucket::default();
    }

    #[inline]
    pub(super) fn offered(&mut self) {
        self.in_flight += 1;
        self.record.offered += 1;
    }

    /// Has the memory fetched in which a response is counted that will end after this time.
    #[inline]
    pub(super) fn fetch(&self, response: SimDuration) {
        if let Some(cell) = self.record.response.cell(response.as_nanos()) {
            fetch(cell);
        }
    }

    #[expect(
        clippy::inline_always,
        reason = "on the path of every request, and called from rare paths as well"
    )]
    #[inline(always)]
    pub(super) fn done(&mut self, response: SimDuration, wait: SimDuration) {
        self.in_flight -= 1;
        let record = &mut self.record;
        record.done += 1;
        record.in_time += u64::from(response.as_nanos() <= self.deadline);
        record.response.record(response.as_nanos());
        record.response_moments.record(response.as_nanos() as f64);
        record.wait.record(wait.as_nanos());
        record.wait_moments.record(wait.as_nanos() as f64);
        self.bucket.response_sum += u128::from(response.as_nanos());
        self.bucket.responses.record(response.as_nanos());
    }

    /// The same for a call of a service or of a store: how long it took is all that is asked of it.
    #[inline]
    pub(super) fn call_done(&mut self, response: SimDuration) {
        self.in_flight -= 1;
        let record = &mut self.record;
        record.done += 1;
        record.in_time += u64::from(response.as_nanos() <= self.deadline);
        record.response.record(response.as_nanos());
        record.response_moments.record(response.as_nanos() as f64);
    }

    /// The request that was just answered had failed before.
    pub(super) fn rescued(&mut self) {
        self.record.rescued += 1;
    }

    pub(super) fn failed(&mut self, failure: Failure) {
        self.in_flight -= 1;
        match failure {
            Failure::Rejected => self.record.rejected += 1,
            Failure::TimedOut => self.record.timeouts += 1,
            Failure::Abandoned => self.record.abandoned += 1,
            Failure::Refused | Failure::Lost | Failure::Wrong => self.record.failed += 1,
        }
    }

    /// A bucket is full.
    pub(super) fn close_bucket(&mut self, in_system: f64, utilisation: f64) {
        let open = &mut self.bucket;
        let seconds = |q| open.responses.quantile(q).map(|nanos| nanos / 1e9);
        let quantiles = seconds(0.5).zip(seconds(0.95)).zip(seconds(0.99));
        let (now, before) = (self.record.counts(), open.before);
        let done = now.done - before.done;
        let mean = open.response_sum as f64 / 1e9 / done as f64;
        self.record.timeline.push(Bucket {
            offered: now.offered - before.offered,
            done,
            in_time: now.in_time - before.in_time,
            errors: now.errors.since(&before.errors),
            response_mean: (0 < done).then_some(mean),
            response_quantiles: quantiles.map(|((p50, p95), p99)| [p50, p95, p99]),
            in_system,
            utilisation,
        });
        open.responses.clear();
        (open.before, open.response_sum) = (now, 0);
    }

    /// Returns what has happened to clients since measuring began.
    pub(super) fn toll(&self) -> Toll {
        let record = &self.record;
        Toll {
            offered: record.offered,
            failed: record.errors().all(),
            late: record.done - record.in_time,
            rescued: record.rescued,
        }
    }

    /// Measuring has ended.
    pub(super) fn finish(mut self) -> WorkloadRecord {
        self.record.unfinished = self.in_flight;
        self.record
    }
}

impl WorkloadRecord {
    fn counts(&self) -> Counts {
        Counts {
            offered: self.offered,
            done: self.done,
            in_time: self.in_time,
            errors: self.errors(),
        }
    }
}

impl Errors {
    fn since(&self, earlier: &Self) -> Self {
        Self {
            rejected: self.rejected - earlier.rejected,
            timeouts: self.timeouts - earlier.timeouts,
            abandoned: self.abandoned - earlier.abandoned,
            failed: self.failed - earlier.failed,
        }
    }
}

/// The areas under a service's levels, from which a bucket's means follow.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Areas {
    pub(super) at: SimTime,
    pub(super) in_system: u128,
    pub(super) busy: u128,
}

impl Areas {
    /// Returns the mean number in system and of busy slots between two instants.
    pub(super) fn means_since(&self, earlier: &Self) -> (f64, f64) {
        let span = self.at.since(earlier.at).as_nanos() as f64;
        let mean = |late: u128, early: u128| {
            if span == 0.0 {
                0.0
            } else {
                (late - early) as f64 / span
            }
        };
        (
            mean(self.in_system, earlier.in_system),
            mean(self.busy, earlier.busy),
        )
    }
}
