//! What comes out of an experiment, ready to be reported.

use super::{baseline::Against, bottleneck::Bottleneck, hops::Hops, incidents::Incidents, loads::StoreLoads};
use crate::{
    experiment::performability::Performability,
    scenario::Objective,
    stats::Histogram,
    theory::catalogue::{Formula, Kind},
    units::SimDuration,
};

/// The outcome of simulating one scenario (or, without replications, of its formulas alone).
#[derive(Clone, Debug)]
pub struct Results {
    /// The scenario's name.
    pub scenario: String,
    /// What it is about.
    pub description: String,
    /// The fingerprint of the scenario, overrides included.
    pub digest: u64,
    /// The only origin of chance.
    pub seed: u64,
    /// Whether every replication ran to its end; otherwise some gave up, because the deployment does not keep up.
    pub steady: bool,
    /// Replications that were finished.
    pub replications: usize,
    /// Replications that were wanted but not finished, because someone interrupted.
    pub interrupted: bool,
    /// The simulated time measured in each.
    pub duration: SimDuration,
    /// The simulated time before that in each.
    pub warmup: SimDuration,
    /// Events handled in all of them, warm-up included.
    pub events: u64,
    /// Servers of all services.
    pub servers: usize,
    /// Requests of workloads that ended in all of them, warm-up excluded.
    pub requests: u64,
    /// The confidence level of the intervals.
    pub level: f64,
    /// Where each workload sends its requests: `("workload.shoppers", "service.web")`.
    pub routes: Vec<(String, String)>,
    /// Everything measured: workload by workload, then service by service, then call by call.
    pub measures: Vec<Measure>,
    /// What became of each objective.
    pub verdicts: Vec<Verdict>,
    /// Up to which load the objectives hold, by the formulas.
    pub load_line: Option<LoadLine>,
    /// The load at which each objective breaks and services are full, as far as formulas tell; the load line is the
    /// first of these.
    pub capacity: Vec<LoadLine>,
    /// The response times of each workload.
    pub distributions: Vec<Distribution>,
    /// How things went over time.
    pub timeline: Vec<TimelineSeries>,
    /// What went wrong, where anything can.
    pub incidents: Option<Incidents>,
    /// Where the time of responses went, where requests go through several hops.
    pub hops: Vec<Hops>,
    /// How evenly stores were used, and how soon their reads saw writes.
    pub stores: Vec<StoreLoads>,
    /// What a graph of services runs out of first.
    pub bottleneck: Option<Bottleneck>,
    /// A year's service, where it was asked for.
    pub performability: Option<Performability>,
    /// What has changed since an earlier result, where one was named.
    pub baseline: Option<Against>,
    /// What the reader ought to know.
    pub notes: Vec<String>,
    /// Laws of every sample path that did not hold, so that the program is wrong and none of this is to be trusted.
    pub violations: Vec<String>,
}

impl Results {
    /// Returns a measure by the name of the thing and its own: `find("service.web", "utilisation")`.
    pub fn find(&self, of: &str, name: &str) -> Option<&Measure> {
        let mut measures = self.measures.iter();
        measures.find(|measure| measure.of == of && measure.name == name)
    }
    /// Returns whether every objective is met, in a steady state.
    pub fn is_good(&self) -> bool {
        self.steady && self.verdicts.iter().all(Verdict::is_met)
    }
    /// Returns whether it is about years without requests.
    pub fn is_long(&self) -> bool {
        self.routes.is_empty()
    }
    /// Returns where a workload sends its requests: `target("workload.shoppers")` is `"service.web"`.
    pub fn target(&self, of: &str) -> Option<&str> {
        let mut routes = self.routes.iter();
        routes.find(|(from, _)| from == of).map(|(_, to)| to.as_str())
    }
}

/// One measure of one thing.
#[derive(Clone, Debug)]
pub struct Measure {
    /// `"workload.shoppers"`, `"service.web"` or `"call.web>orders"`.
    pub of: String,
    /// `"response.mean"`.
    pub name: String,
    /// The unit of the numbers below.
    pub unit: Unit,
    /// The estimate; `None` when there was nothing to estimate from, or nothing was simulated.
    pub value: Option<f64>,
    /// The lower end of its interval; `None` with fewer than two replications.
    pub low: Option<f64>,
    /// The upper end of its interval.
    pub high: Option<f64>,
    /// What formulas say, the most exact first.
    pub theory: Vec<Prediction>,
    /// Why no formula says anything, where one might expect one.
    pub no_theory: Option<String>,
}

impl Measure {
    /// Returns whether the formula is exact and its value lies within the interval.
    pub fn confirms(&self, prediction: &Prediction) -> bool {
        let (Some(low), Some(high)) = (self.low, self.high) else {
            return false;
        };
        // An interval without width (a constant) must not be missed by a rounding error.
        let slack = 1e-9 * prediction.value.abs();
        let covers = low - slack <= prediction.value && prediction.value <= high + slack;
        prediction.kind() == Kind::Exact && covers
    }
}

/// The base unit of a measure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unit {
    /// Seconds.
    #[default]
    Seconds,
    /// Events per second.
    PerSecond,
    /// A share of a whole, from 0 to 1.
    Share,
    /// A number of things.
    Count,
    /// Bytes.
    Bytes,
    /// Watts.
    Watts,
    /// So much an hour: money.
    PerHour,
}

impl Unit {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Seconds,
        Self::PerSecond,
        Self::Share,
        Self::Count,
        Self::Bytes,
        Self::Watts,
        Self::PerHour,
    ];

    /// Returns the unit's symbol in documents: an SI base unit, or 1.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Seconds => "s",
            Self::PerSecond => "1/s",
            Self::Share | Self::Count => "1",
            Self::Bytes => "B",
            Self::Watts => "W",
            Self::PerHour => "1/h",
        }
    }
}

/// What one formula says of a measure.
#[derive(Clone, Debug)]
pub struct Prediction {
    /// The formula.
    pub formula: &'static Formula,
    /// Its value in the measure's unit.
    pub value: f64,
    /// What the formula leaves out of this scenario, if anything.
    pub leaves_out: Option<String>,
}

impl Prediction {
    /// Returns how the value relates to the truth here: where something is left out, it is near it at best.
    pub fn kind(&self) -> Kind {
        match (self.formula.kind, &self.leaves_out) {
            (Kind::Exact | Kind::LowerBound | Kind::UpperBound, Some(_)) => Kind::Approximation,
            (kind, _) => kind,
        }
    }
}

/// What became of one objective.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// `"workload.shoppers"`.
    pub of: String,
    /// `"response.p99"`.
    pub measure: String,
    /// The unit of the numbers below.
    pub unit: Unit,
    /// The bound that was promised.
    pub bound: f64,
    /// Whether the measure must stay at or above the bound, or at or below it.
    pub at_least: bool,
    /// What was measured, or what a formula says.
    pub value: Option<f64>,
    /// The lower end of its interval.
    pub low: Option<f64>,
    /// The upper end of its interval.
    pub high: Option<f64>,
    /// The formula that says so, where nothing was simulated.
    pub formula: Option<&'static Formula>,
}

impl Verdict {
    /// Returns an objective beside the measure that it is about, by what was measured.
    pub(super) fn new(objective: &Objective, measure: &Measure) -> Self {
        Self {
            of: measure.of.clone(),
            measure: objective.measure.clone(),
            unit: measure.unit,
            bound: objective.bound,
            at_least: objective.at_least,
            value: measure.value,
            low: measure.low,
            high: measure.high,
            formula: None,
        }
    }
    /// Returns whether the value is a bound from the wrong side: what it allows may yet be missed.
    pub fn is_open(&self) -> bool {
        let kind = self.formula.map(|formula| formula.kind);
        let open = if self.at_least {
            Kind::UpperBound
        } else {
            Kind::LowerBound
        };
        kind == Some(open) && self.is_met()
    }
    /// Returns whether the objective is met, judged by the estimate itself; nothing measured is not met.
    pub fn is_met(&self) -> bool {
        self.value.is_some_and(|value| {
            if self.at_least {
                self.bound <= value
            } else {
                value <= self.bound
            }
        })
    }
    /// Returns whether the interval lies wholly on the estimate's side of the bound.
    pub fn is_certain(&self) -> bool {
        let (Some(low), Some(high)) = (self.low, self.high) else {
            return false;
        };
        high < self.bound || self.bound < low
    }
}

/// Up to which load the objectives hold.
#[derive(Clone, Debug)]
pub struct LoadLine {
    /// The workload whose load is raised.
    pub of: String,
    /// Requests per second.
    pub rate: f64,
    /// What gives first: `"response.p99 breaks 120 ms"`, or that the service is full.
    pub breaks: String,
    /// The formula that says so.
    pub formula: &'static Formula,
    /// What the formula leaves out of this scenario, if anything.
    pub leaves_out: Option<String>,
}

/// The response times of one workload, over all replications.
#[derive(Clone, Debug)]
pub struct Distribution {
    /// `"workload.shoppers"`.
    pub of: String,
    /// The response times in nanoseconds.
    pub histogram: Histogram,
    /// The survival function of the formula at some response times: seconds, P(response > seconds).
    pub theory: Vec<(f64, f64)>,
    /// The formula, where there is one.
    pub formula: Option<&'static Formula>,
}

/// What went on in one workload and its service, bucket by bucket; means over replications.
#[derive(Clone, Debug)]
pub struct TimelineSeries {
    /// `"workload.shoppers"`.
    pub of: String,
    /// The buckets in order.
    pub buckets: Vec<TimelineBucket>,
}

/// One bucket of a time series. A value that does not exist is `None`.
#[derive(Clone, Debug, PartialEq)]
pub struct TimelineBucket {
    /// When it begins, in seconds since measuring began.
    pub start: f64,
    /// When it ends.
    pub end: f64,
    /// Requests per second that arrived.
    pub offered: f64,
    /// Requests per second that were answered.
    pub completed: f64,
    /// Requests per second that ended without an answer or with an error.
    pub failed: f64,
    /// Requests per second that were answered in time.
    pub goodput: f64,
    /// Of those that failed: turned away for want of room.
    pub rejected: f64,
    /// Turned away after the queue's time limit.
    pub timeouts: f64,
    /// Given up by their clients.
    pub abandoned: f64,
    /// Refused or lost by servers that failed, or answered with an error.
    pub lost_to_failures: f64,
    /// The mean response time in seconds.
    pub response_mean: Option<f64>,
    /// The median response time in seconds.
    pub response_p50: Option<f64>,
    /// The 95th percentile of the response time in seconds.
    pub response_p95: Option<f64>,
    /// The 99th percentile of the response time in seconds.
    pub response_p99: Option<f64>,
    /// The mean number of requests in the service, of all workloads.
    pub in_system: f64,
    /// The mean share of the service's slots that were busy.
    pub utilisation: f64,
}
