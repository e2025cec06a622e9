//! Many replications of one scenario, collected in the order of their numbers and in constant memory.

use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};

use super::{
    Conduct,
    column::{Column, Estimator, Times, columns},
    hops,
    hottest::Heat,
    incidents::Ledger,
    keep::replicate,
    loads::Loads,
    results::Measure,
    series::Series,
};
use crate::{
    model::{Deployment, End, Record, RunSpec, Sender},
    scenario::Scenario,
    stats::{Estimate, Histogram, proportion, quantile},
    units::SimDuration,
};

/// Replications carried out before their records are folded together: bounds the memory they take.
const ROUND: usize = 32;

/// Seconds of a year.
const YEAR: f64 = 31_557_600.0;

/// The times that every replication has in common.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    pub warmup: SimDuration,
    pub duration: SimDuration,
    pub bucket: SimDuration,
}

/// What has been collected so far.
#[derive(Debug)]
pub(super) struct Campaign<'a> {
    pub scenario: &'a Scenario,
    pub window: Window,
    pub columns: Vec<Column>,
    /// One row for each finished replication, one value for each column.
    pub rows: Vec<Vec<Option<f64>>>,
    /// Response and waiting times of each workload and call, all replications together.
    pub pooled: Vec<[Histogram; 2]>,
    /// Answered and ended requests of each workload and call.
    pub counts: Vec<(u64, u64)>,
    /// Of workloads alone.
    pub series: Vec<Series>,
    /// Where the time of responses went.
    pub hops: hops::Ledger,
    /// What went wrong, where anything can.
    pub ledger: Option<Ledger>,
    pub loads: Loads,
    pub heat: Heat,
    pub events: u64,
    pub overloaded: usize,
    pub stuck: usize,
    pub violations: Vec<String>,
}

impl<'a> Campaign<'a> {
    pub(super) fn new(scenario: &'a Scenario, window: Window) -> Self {
        let workloads = scenario.deployment.workloads.len();
        let senders = scenario.deployment.senders().count();
        Self {
            scenario,
            window,
            columns: Vec::new(),
            rows: Vec::new(),
            pooled: vec![[Histogram::new(), Histogram::new()]; senders],
            counts: vec![(0, 0); senders],
            series: vec![Series::default(); workloads],
            hops: hops::Ledger::new(&scenario.deployment),
            // Over years there are too many incidents for anyone to read.
            ledger: Some(&scenario.deployment)
                .filter(|deployment| !deployment.is_long())
                .and_then(Ledger::new),
            loads: Loads::default(),
            heat: Heat::default(),
            events: 0,
            overloaded: 0,
            stuck: 0,
            violations: Vec::new(),
        }
    }

    /// Carries out replications until there are `count`; returns whether it was not interrupted.
    pub(super) fn extend_to(&mut self, count: usize, conduct: &Conduct<'_>) -> bool {
        extend_all(std::slice::from_mut(self), count, conduct)
    }

    /// Returns whether every replication ran to its end, so that more of them would tell more.
    pub(super) fn is_steady(&self) -> bool {
        self.overloaded + self.stuck == 0
    }

    /// Returns the finished replications.
    pub(super) fn finished(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn add(&mut self, record: &Record) {
        let sheet = columns(&self.scenario.deployment, record);
        self.rows.push(sheet.iter().map(|(_, value)| *value).collect());
        if self.columns.is_empty() {
            self.columns = sheet.into_iter().map(|(column, _)| column).collect();
        }
        for (at, sender) in record.workloads.iter().enumerate() {
            self.pooled[at][0].merge(&sender.response);
            self.pooled[at][1].merge(&sender.wait);
            self.counts[at].0 += sender.done;
            self.counts[at].1 += sender.ended();
        }
        for (series, workload) in self.series.iter_mut().zip(&record.workloads) {
            series.add(&workload.timeline);
        }
        self.hops.add(record);
        if let Some(ledger) = &mut self.ledger {
            ledger.add(&self.scenario.deployment, record);
        }
        self.loads.add(record);
        self.heat.add(record);
        self.events += record.events;
        self.overloaded += usize::from(record.end == End::Overloaded);
        self.stuck += usize::from(record.end == End::Stuck);
        for violation in &record.violations {
            if !self.violations.contains(violation) {
                self.violations.push(violation.clone());
            }
        }
    }

    /// Returns the values of one column, one for each replication that has one.
    pub(super) fn values(&self, column: usize) -> Vec<f64> {
        self.rows.iter().filter_map(|row| row[column]).collect()
    }

    /// Returns the column of this measure.
    pub(super) fn column(&self, of: &str, name: &str) -> Option<usize> {
        self.columns
            .iter()
            .position(|column| column.of == of && column.name == name)
    }

    /// Returns the estimate of a column, where it has an interval at all.
    pub(super) fn estimate(&self, at: usize) -> Option<Estimate> {
        self.estimate_at(at, self.scenario.run.level)
    }

    fn estimate_at(&self, at: usize, level: f64) -> Option<Estimate> {
        let values = self.values(at);
        match self.columns[at].estimator {
            Estimator::WhereAll if values.len() < self.rows.len() => None,
            Estimator::Mean
            | Estimator::WhereAll
            | Estimator::Availability { .. }
            | Estimator::TimeShare
            | Estimator::Events
            | Estimator::Yearly { .. }
            | Estimator::Between => Estimate::from_replications(&values, level),
            Estimator::Quantile { q, sender, times } => {
                let pooled = self.pooled[sender][usize::from(times == Times::Wait)].quantile(q)?;
                quantile::sectioned(&values, pooled / 1e9, level)
            }
            Estimator::Largest => None,
        }
    }

    /// Returns the highest rate of things of which none came that is not refuted: a Poisson process that is busier
    /// would have had one in all this time.
    fn rate_unseen(&self, level: f64) -> f64 {
        let time = self.window.duration.as_secs_f64() * self.finished() as f64;
        -(1.0 - level).ln() / time
    }

    /// Returns the measure of a column, without formulas.
    pub(super) fn measure(&self, at: usize) -> Measure {
        self.measure_at(at, self.scenario.run.level)
    }

    /// The same with an interval at another level than the scenario's.
    pub(super) fn measure_at(&self, at: usize, level: f64) -> Measure {
        let column = &self.columns[at];
        let estimate = self.estimate_at(at, level);
        let mut measure = Measure {
            of: column.of.clone(),
            name: column.name.clone(),
            unit: column.unit,
            value: estimate.map(|estimate| estimate.mean),
            low: estimate.and_then(|estimate| estimate.low()),
            high: estimate.and_then(|estimate| estimate.high()),
            theory: Vec::new(),
            no_theory: None,
        };
        match column.estimator {
            Estimator::Largest => measure.value = self.values(at).into_iter().reduce(f64::max),
            Estimator::Availability { sender } if measure.low == Some(1.0) && measure.high == Some(1.0) => {
                // Every replication was perfect, and Student's interval knows no doubt: the counts do.
                let (done, ended) = self.counts[sender];
                measure.low = proportion::proportion(done, ended, level).map(|floor| floor.low);
            }
            // It was so in every replication, which does not prove that it must be.
            Estimator::TimeShare if measure.low == measure.high => {
                if matches!(measure.value, Some(0.0 | 1.0)) {
                    (measure.low, measure.high) = (None, None);
                }
            }
            Estimator::Events if measure.value == Some(0.0) => {
                (measure.low, measure.high) = (Some(0.0), Some(self.rate_unseen(level)));
            }
            Estimator::Yearly { each } if measure.value == Some(0.0) => {
                (measure.low, measure.high) = (Some(0.0), Some(each * YEAR * self.rate_unseen(level)));
            }
            Estimator::Between => {
                let time = |rate: Option<f64>| rate.filter(|rate| 0.0 < *rate).map(f64::recip);
                let unseen = (measure.value == Some(0.0)).then(|| self.rate_unseen(level));
                let fastest = measure.high.filter(|_| unseen.is_none()).or(unseen);
                (measure.value, measure.low, measure.high) =
                    (time(measure.value), time(fastest), time(measure.low));
            }
            _ => {}
        }
        // A share cannot leave its range, nor a time or a count fall below zero, whatever Student says.
        measure.low = measure.low.map(|low| low.max(0.0));
        if column.unit == super::results::Unit::Share {
            measure.high = measure.high.map(|high| high.min(1.0));
        }
        measure
    }
}

/// Carries out replications of several campaigns until each has `count`, in parallel over both; returns whether it was
/// not interrupted. A replication counts for all campaigns or for none, so that pairs stay pairs.
pub(super) fn extend_all(campaigns: &mut [Campaign<'_>], count: usize, conduct: &Conduct<'_>) -> bool {
    let counts = vec![count; campaigns.len()];
    extend_each(campaigns, &counts, conduct)
}

/// The same where each wants a number of its own. Those that want as many have as many at any time.
pub(super) fn extend_each(campaigns: &mut [Campaign<'_>], counts: &[usize], conduct: &Conduct<'_>) -> bool {
    let planned: usize = counts.iter().sum();
    let done = AtomicUsize::new(campaigns.iter().map(Campaign::finished).sum());
    loop {
        // By replication, and within it by campaign; those that are far ahead wait for the others.
        let from = campaigns.iter().zip(counts);
        let from = from.filter(|(campaign, count)| campaign.finished() < **count);
        let Some(from) = from.map(|(campaign, _)| campaign.finished()).min() else {
            return true;
        };
        let wants = |at: usize, index: usize| campaigns[at].finished() <= index && index < counts[at];
        let width = (0..campaigns.len()).filter(|&at| wants(at, from)).count();
        // Rounds have a fixed size, so that what is folded when does not depend on the threads.
        let to = from + ROUND.div_ceil(width);
        let jobs: Vec<(usize, usize)> = (from..to)
            .flat_map(|index| (0..campaigns.len()).map(move |at| (index, at)))
            .filter(|&(index, at)| wants(at, index))
            .collect();
        let plans: Vec<(&Scenario, Window)> = campaigns
            .iter()
            .map(|campaign| (campaign.scenario, campaign.window))
            .collect();
        // Each by itself: whoever is done takes the next, where a share of many would leave one thread with the last of them.
        let records: Vec<Record> = jobs
            .par_iter()
            .with_max_len(1)
            .map(|&(index, at)| {
                let (scenario, window) = plans[at];
                let record = replicate(scenario, &scenario.deployment, window, index as u64, conduct);
                (conduct.progress)(done.fetch_add(1, Ordering::Relaxed) + 1, planned);
                record
            })
            .collect();
        let finished = jobs.iter().zip(&records).collect::<Vec<_>>();
        for replication in finished.chunk_by(|(one, _), (other, _)| one.0 == other.0) {
            if replication.iter().any(|(_, record)| record.end == End::Stopped) {
                return false;
            }
            for ((_, at), record) in replication {
                campaigns[*at].add(record);
            }
        }
    }
}

/// Returns how one replication is run.
pub(super) fn spec<'a>(
    scenario: &Scenario,
    window: Window,
    index: u64,
    conduct: &Conduct<'a>,
) -> RunSpec<'a> {
    RunSpec {
        streams: scenario.run.seed.replication(index),
        warmup: window.warmup,
        duration: window.duration,
        bucket: window.bucket,
        max_in_flight: scenario.run.max_in_flight,
        stop: conduct.stop,
    }
}

/// Returns the name of a workload as measures call it.
pub(super) fn workload_name(deployment: &Deployment, at: usize) -> String {
    format!("workload.{}", deployment.workloads[at].name)
}

/// Returns the name of a sender as measures call it: `workload.shoppers`, `call.web>orders`, `replica.orders.read`.
pub(super) fn sender_name(sender: &Sender<'_>) -> String {
    match (sender.call, sender.replica) {
        (Some(_), _) => format!("call.{}", sender.name),
        (None, Some((_, role))) => format!("replica.{}.{}", sender.name, role.name()),
        (None, None) => format!("workload.{}", sender.name),
    }
}

/// Returns each workload and the service it sends to, as measures call them.
pub(super) fn routes(deployment: &Deployment) -> Vec<(String, String)> {
    let route = |at: usize| {
        let service = &deployment.services[deployment.workloads[at].service];
        (workload_name(deployment, at), service.path())
    };
    (0..deployment.workloads.len()).map(route).collect()
}
