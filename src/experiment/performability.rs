//! A year's service from two time scales: how often each degraded state occurs, times how requests fare in it.
//!
//! Failures are so rare that a run of requests hardly meets one, and years are too long to simulate request by request. So
//! the long time scale counts how often the deployment is in each state ([`census`](crate::model::census)): which servers
//! are down and out of rotation, and which are down and not yet known to be. States that are the same by symmetry are
//! one, and those that are too rare are cut off. Then each state is simulated request by request: the deployment is well
//! until measuring begins, the state begins then, and it is measured for as long as it lasts on average (or as long as a
//! run, if that is shorter). What was measured is weighted by how often the state occurs (Meyer, *IEEE Trans. Computers*
//! 29(8), 1980).
//!
//! What is left out: that a long state begins where another one ended, failures of balancers, and faults on time.

mod states;

use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};

use self::states::{State, counted};
use super::{
    Conduct,
    campaign::{Window, spec, workload_name},
};
use crate::{
    model::{End, Record, simulate},
    scenario::{PerformabilityPlan, Scenario},
    stats::{Estimate, Histogram},
    units::SimDuration,
};

/// A year's service, and what it is made of.
#[derive(Clone, Debug)]
pub struct Performability {
    /// Simulated years of failures, over all runs.
    pub years: f64,
    /// The share of time in states that were cut off.
    pub cut: f64,
    /// The workloads, in the order of the scenario.
    pub workloads: Vec<YearOfWorkload>,
    /// The states, the most frequent first.
    pub states: Vec<YearInState>,
}

/// A workload over a year.
#[derive(Clone, Debug)]
pub struct YearOfWorkload {
    /// `"workload.shoppers"`.
    pub of: String,
    /// The share of requests that are answered, but for states that were cut off; `None` if none ended.
    pub availability: Option<f64>,
    /// The ends of its interval; the lower one allows for all requests in states that were cut off being lost.
    pub interval: Option<(f64, f64)>,
    /// The median response time in seconds.
    pub p50: Option<f64>,
    /// The 99th percentile of the response time in seconds.
    pub p99: Option<f64>,
}

/// One state.
#[derive(Clone, Debug)]
pub struct YearInState {
    /// What is wrong: `"1 crashed in group 2"`, or `"all well"`.
    pub name: String,
    /// The share of time in it.
    pub share: f64,
    /// How often a year it comes.
    pub visits: f64,
    /// How long it lasts in seconds, on average.
    pub lasts: f64,
    /// How the workloads fare.
    pub workloads: Vec<Fare>,
    /// Runs that gave up because the deployment did not keep up.
    pub overloaded: usize,
}

/// How a workload fares in one state.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fare {
    /// The share of requests that are answered.
    pub availability: Option<f64>,
    /// The 99th percentile of the response time in seconds.
    pub p99: Option<f64>,
    /// The share of a year's lost or late requests that are lost or late in this state.
    pub of_the_loss: Option<f64>,
}

/// What was measured of one workload in one state.
#[derive(Clone, Debug, Default)]
struct Sums {
    done: u64,
    in_time: u64,
    ended: u64,
    response: Histogram,
    /// Of each run.
    availability: Vec<f64>,
}

/// Puts the two time scales together; `None` if the scenario does not ask for it, or someone interrupted.
pub(super) fn assess(
    scenario: &Scenario,
    warmup: SimDuration,
    conduct: &Conduct<'_>,
) -> Option<Performability> {
    let plan = scenario.performability.as_ref()?;
    let counted = counted(scenario, plan, conduct)?;
    let jobs: Vec<(usize, u64)> = (0..counted.states.len())
        .flat_map(|at| (0..runs_of(&counted.states[at], plan, scenario)).map(move |run| (at, run)))
        .collect();
    let records: Vec<(usize, Record)> = jobs
        .into_par_iter()
        .with_max_len(1)
        .map(|(at, run)| {
            let state = &counted.states[at];
            let window = Window {
                warmup,
                duration: measured_for(state, scenario),
                bucket: scenario.run.duration,
            };
            let record = simulate(&state.deployment, &spec(scenario, window, run, conduct));
            (at, record)
        })
        .collect();
    if records.iter().any(|(_, record)| record.end == End::Stopped) {
        return None;
    }
    let workloads = scenario.deployment.workloads.len();
    let mut sums = vec![vec![Sums::default(); workloads]; counted.states.len()];
    let mut overloaded = vec![0; counted.states.len()];
    let mut seconds = vec![0.0; counted.states.len()];
    for (at, record) in &records {
        overloaded[*at] += usize::from(record.end == End::Overloaded);
        seconds[*at] += record.until.since(record.begin).as_secs_f64();
        for (sum, workload) in sums[*at].iter_mut().zip(&record.workloads) {
            sum.done += workload.done;
            sum.in_time += workload.in_time;
            sum.ended += workload.ended();
            sum.response.merge(&workload.response);
            if 0 < workload.ended() {
                sum.availability
                    .push(workload.done as f64 / workload.ended() as f64);
            }
        }
    }
    let year = Year {
        scenario,
        states: &counted.states,
        sums,
        seconds,
    };
    Some(Performability {
        years: counted.years,
        cut: counted.cut,
        workloads: (0..workloads).map(|at| year.workload(at, counted.cut)).collect(),
        states: (0..counted.states.len())
            .map(|at| year.state(at, overloaded[at]))
            .collect(),
    })
}

/// How long a state is measured: as long as it lasts, but no longer than a run.
fn measured_for(state: &State, scenario: &Scenario) -> SimDuration {
    let lasts = SimDuration::from_secs_f64(state.lasts).max(SimDuration::from_nanos(1));
    lasts.min(scenario.run.duration)
}

/// Brief states are measured more often.
fn runs_of(state: &State, plan: &PerformabilityPlan, scenario: &Scenario) -> u64 {
    let times = scenario.run.duration.as_secs_f64() / measured_for(state, scenario).as_secs_f64();
    u64::from(plan.replications) * (times.round() as u64).clamp(1, 10)
}

/// Everything that a year is put together from.
struct Year<'a> {
    scenario: &'a Scenario,
    states: &'a [State],
    /// Of each state, of each workload.
    sums: Vec<Vec<Sums>>,
    /// Of each state, how long it was measured in all.
    seconds: Vec<f64>,
}

impl Year<'_> {
    /// Returns how many requests end in a state for each second of a year.
    fn rate(&self, state: usize, share: f64, count: u64) -> f64 {
        if self.seconds[state] == 0.0 {
            return 0.0;
        }
        share * count as f64 / self.seconds[state]
    }

    /// Returns the share of requests that are answered, with states as often as these shares say.
    fn availability(&self, workload: usize, shares: impl Fn(usize) -> f64) -> Option<f64> {
        let (mut done, mut ended) = (0.0, 0.0);
        for (at, sums) in self.sums.iter().enumerate() {
            done += self.rate(at, shares(at), sums[workload].done);
            ended += self.rate(at, shares(at), sums[workload].ended);
        }
        (0.0 < ended).then(|| done / ended)
    }

    fn workload(&self, workload: usize, cut: f64) -> YearOfWorkload {
        let level = self.scenario.run.level;
        let mean = |at: usize| self.states[at].share;
        let availability = self.availability(workload, mean);
        let runs = self.states.first().map_or(0, |state| state.shares.len());
        let each: Vec<f64> = (0..runs)
            .filter_map(|run| self.availability(workload, |at| self.states[at].shares[run]))
            .collect();
        // Two things are uncertain: how often states come, and how requests fare in them.
        let half = |values: &[f64]| {
            Estimate::from_replications(values, level)
                .filter(Estimate::has_interval)
                .map(|estimate| estimate.half_width)
        };
        let fares = self.sums.iter().enumerate();
        let fares = fares.map(|(at, sums)| mean(at) * half(&sums[workload].availability).unwrap_or(0.0));
        let squares: f64 = fares.map(|half| half * half).sum();
        let interval = availability.zip(half(&each)).map(|(value, half)| {
            let half = (half * half + squares).sqrt();
            ((value * (1.0 - cut) - half).max(0.0), (value + half).min(1.0))
        });
        YearOfWorkload {
            of: workload_name(&self.scenario.deployment, workload),
            availability,
            interval,
            p50: self.quantile(workload, 0.5),
            p99: self.quantile(workload, 0.99),
        }
    }

    /// Returns a percentile of the response times of a year, in seconds: states by how many answers they give.
    fn quantile(&self, workload: usize, q: f64) -> Option<f64> {
        let mut all: Vec<(u64, f64)> = Vec::new();
        for (at, sums) in self.sums.iter().enumerate() {
            let each = self.rate(at, self.states[at].share, 1);
            let buckets = sums[workload].response.buckets();
            all.extend(buckets.map(|bucket| (bucket.high, each * bucket.count as f64)));
        }
        all.sort_unstable_by_key(|&(high, _)| high);
        let total: f64 = all.iter().map(|(_, weight)| weight).sum();
        let mut below = 0.0;
        let reached = all.iter().find(|(_, weight)| {
            below += weight;
            q * total <= below
        });
        reached.map(|&(high, _)| high as f64 * 1e-9)
    }

    fn state(&self, at: usize, overloaded: usize) -> YearInState {
        let state = &self.states[at];
        let lost = |at: usize, workload: usize| {
            let sums = &self.sums[at][workload];
            self.rate(at, self.states[at].share, sums.ended.saturating_sub(sums.in_time))
        };
        let fare = |workload: usize| {
            let sums = &self.sums[at][workload];
            let all: f64 = (0..self.states.len()).map(|other| lost(other, workload)).sum();
            Fare {
                availability: (0 < sums.ended).then(|| sums.done as f64 / sums.ended as f64),
                p99: sums.response.quantile(0.99).map(|nanos| nanos * 1e-9),
                of_the_loss: (0.0 < all).then(|| lost(at, workload) / all),
            }
        };
        YearInState {
            name: state.name.clone(),
            share: state.share,
            visits: state.visits,
            lasts: state.lasts,
            workloads: (0..self.sums[at].len()).map(fare).collect(),
            overloaded,
        }
    }
}
