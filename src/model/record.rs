//! What one run has to tell.

mod incident;
mod store;

#[cfg(test)]
pub(super) use self::store::Done;
pub use self::{
    incident::{Cause, Incident, Toll},
    store::{OperationRecord, StoreRecord},
};
use super::trace::Breakdown;
use crate::{
    model::DurabilityRecord,
    stats::{Histogram, Moments},
    units::{SimDuration, SimTime},
};

/// What one run has to tell of its measured window. Requests count where they *end*, but for `offered`.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Record {
    /// How the run ended.
    pub end: End,
    /// Events handled, warm-up included.
    pub events: u64,
    /// When measuring began.
    pub begin: SimTime,
    /// When it ended.
    pub until: SimTime,
    /// The length of the time series' buckets.
    pub bucket: SimDuration,
    /// Everyone who sends requests, in the order of [`Deployment::senders`](super::Deployment::senders): the workloads, and then
    /// the calls of services.
    pub workloads: Vec<WorkloadRecord>,
    /// The services, in the order of the deployment.
    pub services: Vec<ServiceRecord>,
    /// What went wrong, in the order in which it began.
    pub incidents: Vec<Incident>,
    /// Incidents that were too many to be listed.
    pub incidents_forgotten: u64,
    /// Laws that must hold on every sample path and did not: each is a mistake in this crate.
    pub violations: Vec<String>,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum End {
    /// At its appointed time.
    Complete,
    /// When more requests were in flight than it may hold.
    Overloaded,
    /// When someone asked it to stop.
    Stopped,
    /// When events went on and on at one instant: clients that think for no time are turned away at once, for ever.
    Stuck,
}

/// One workload over the measured window.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
// What every request touches stands first.
#[repr(C)]
pub struct WorkloadRecord {
    /// Requests that arrived.
    pub offered: u64,
    /// Requests answered.
    pub done: u64,
    /// Requests answered within the workload's deadline.
    pub in_time: u64,
    /// Response times of answered requests, in nanoseconds.
    pub response: Histogram,
    /// Their count, mean and spread, in nanoseconds.
    pub response_moments: Moments,
    /// Requests in flight when measuring began.
    pub carried_in: u64,
    /// Requests in flight when measuring ended.
    pub unfinished: u64,
    /// Requests turned away for want of room.
    pub rejected: u64,
    /// Requests turned away after the queue's time limit.
    pub timeouts: u64,
    /// Requests whose client lost patience.
    pub abandoned: u64,
    /// Requests that were refused by a crashed server, lost there, or answered with an error.
    pub failed: u64,
    /// Waiting times of answered requests (response less their own time in service), in nanoseconds.
    pub wait: Histogram,
    /// Their count, mean and spread, in nanoseconds.
    pub wait_moments: Moments,
    /// The time series.
    pub timeline: Vec<Bucket>,
    /// Requests that were answered after an attempt had failed.
    pub rescued: u64,
    /// What its caller did, where it does anything.
    pub caller: CallerRecord,
    /// How often the caches in front of it were asked, and how often they knew the answer, if it is a call that has such.
    pub cache: Option<(u64, u64)>,
    /// The mean number of requests that wait for it, if it is a call.
    pub waiting: f64,
    /// Where the time of its responses went, if it is a workload whose requests go through several hops.
    pub breakdown: Option<Breakdown>,
}

/// What the caller of a workload did over the measured window.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct CallerRecord {
    /// Attempts that were sent.
    pub attempts: u64,
    /// Attempts that ended, in any way.
    pub ended: u64,
    /// Attempts in flight when measuring began, waited for or not.
    pub carried_in: u64,
    /// Attempts in flight when measuring ended.
    pub unfinished: u64,
    /// Attempts that followed a failed one.
    pub retries: u64,
    /// Attempts that were sent beside a slow one.
    pub hedges: u64,
    /// Requests that failed because the budget for retries was spent.
    pub retries_denied: u64,
    /// Hedges that were not sent because their budget was spent.
    pub hedges_denied: u64,
    /// Attempts that the rate limit held back.
    pub held_by_rate: u64,
    /// Attempts that the concurrency limit held back.
    pub held_by_limit: u64,
    /// Attempts that the circuit breaker held back.
    pub held_by_breaker: u64,
    /// Nanoseconds that servers spent on attempts that ended.
    pub work: u128,
    /// Those of them that were spent on attempts whose answer nobody took.
    pub wasted: u128,
}

impl WorkloadRecord {
    /// Returns the requests that ended, in any way.
    pub fn ended(&self) -> u64 {
        self.done + self.errors().all()
    }
    /// Returns the requests that ended without an answer or with an error.
    pub fn errors(&self) -> Errors {
        Errors {
            rejected: self.rejected,
            timeouts: self.timeouts,
            abandoned: self.abandoned,
            failed: self.failed,
        }
    }
}

/// How the servers of a service were, and what its balancers knew of it.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct HealthRecord {
    /// The mean share of servers that were up: neither crashed nor hung.
    pub up: f64,
    /// The share of time in which exactly this many servers were up, by their number.
    pub time_with: Vec<f64>,
    /// Seconds from the failure of a server to the moment at which a balancer took it out of rotation.
    pub detection: Moments,
    /// How often a balancer took a server out that was up.
    pub false_alarms: u64,
}

/// Requests that ended without an answer or with an error, by cause.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Errors {
    /// Turned away for want of room.
    pub rejected: u64,
    /// Turned away after the queue's time limit.
    pub timeouts: u64,
    /// Given up by their clients.
    pub abandoned: u64,
    /// Refused by a crashed server, lost there, or answered with an error.
    pub failed: u64,
}

impl Errors {
    /// Returns all of them.
    pub fn all(&self) -> u64 {
        self.rejected + self.timeouts + self.abandoned + self.failed
    }
}

/// One bucket of a workload's time series, with the levels of its service.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Bucket {
    /// Requests that arrived.
    pub offered: u64,
    /// Requests answered.
    pub done: u64,
    /// Requests answered within the workload's deadline.
    pub in_time: u64,
    /// Requests that ended otherwise.
    pub errors: Errors,
    /// The mean response time in seconds.
    pub response_mean: Option<f64>,
    /// Percentiles 50, 95 and 99 of the response time in seconds, within 3.2 %.
    pub response_quantiles: Option<[f64; 3]>,
    /// The mean number of requests in the service, of all workloads.
    pub in_system: f64,
    /// The mean share of the service's slots that were busy.
    pub utilisation: f64,
}

/// What became of a service over a long time, of which no request is simulated.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct OutageRecord {
    /// The share of requests that would have found a working server, averaged over time.
    pub availability: f64,
    /// How often a server failed.
    pub failures: u64,
    /// Seconds for which servers were down, of those that came up again.
    pub down: Moments,
    /// Seconds from the moment at which a server was up again to that at which it was in rotation.
    pub readmission: Moments,
    /// Times in which no request would have found a working server.
    pub outages: u64,
    /// Seconds that these lasted, of those that ended.
    pub outage: Moments,
    /// Seconds of the longest, ended or not.
    pub outage_max: f64,
}

/// One service over the measured window.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct ServiceRecord {
    /// The mean number of requests in it, waiting and in work.
    pub in_system_mean: f64,
    /// The mean number of requests that wait.
    pub queue_mean: f64,
    /// The largest number of requests that waited at once.
    pub queue_max: u64,
    /// The mean share of slots that were busy.
    pub utilisation: f64,
    /// Requests that each server ended.
    pub served: Vec<u64>,
    /// The mean share of each server's slots that were busy.
    pub server_utilisation: Vec<f64>,
    /// The share of the requests from a zone that stayed there, where that is what balancers want.
    pub in_zone: Option<f64>,
    /// How its servers were, where anything can happen to them.
    pub health: Option<HealthRecord>,
    /// What became of it over a long time; the rest is empty then, but for its health.
    pub outage: Option<OutageRecord>,
    /// What became of operations, if it is a store.
    pub store: Option<StoreRecord>,
    /// What became of its data over that time, if it is a store.
    pub durability: Option<Box<DurabilityRecord>>,
}
