//! What is measured: one column for each measure, one value for each replication.

mod caller;
mod calls;
mod cost;
mod data;
mod health;
mod store;
mod years;

pub(super) use self::{data::headline, store::VISIBLE};

use super::{recovery, results::Unit};
use crate::{
    model::{
        Deployment, End, HealthRecord, OutageRecord, Record, ServicePlan, ServiceRecord, StoreRecord,
        WorkloadRecord,
    },
    stats::{Histogram, Moments},
    units::{SimDuration, SimTime},
};

/// The percentiles reported of a distribution of times.
pub(super) const QUANTILES: [(&str, f64); 5] = [
    ("p50", 0.5),
    ("p90", 0.9),
    ("p95", 0.95),
    ("p99", 0.99),
    ("p99.9", 0.999),
];

/// Servers of a service whose shares are listed one by one; of more, only the largest and the smallest.
const LISTED_SERVERS: usize = 32;

/// One measure of one thing.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Column {
    /// `"workload.shoppers"`
    pub of: String,
    /// `"response.mean"`
    pub name: String,
    pub unit: Unit,
    pub estimator: Estimator,
}

/// How a measure is estimated from its values, one for each replication.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Estimator {
    /// Their mean, with Student's interval.
    Mean,
    /// The quantile of all times together, with an interval by sectioning.
    Quantile {
        /// Between 0 and 1.
        q: f64,
        /// The workload or the call, in the order of [`Deployment::senders`].
        sender: usize,
        times: Times,
    },
    /// A share of all requests, whose interval does not shrink to nothing when it is 1 in every replication.
    Availability {
        /// The workload or the call, in the order of [`Deployment::senders`].
        sender: usize,
    },
    /// The mean of shares of time. Where it is 1 in every replication, nothing has happened that tells how sure that is.
    TimeShare,
    /// The mean, if every replication has a value; otherwise there is none.
    WhereAll,
    /// The largest, without an interval.
    Largest,
    /// A rate of things that are rare; where none came, a bound on it.
    Events,
    /// What rare things come to in a year, each of them to so much; where none came, a bound on it.
    Yearly {
        /// What one comes to.
        each: f64,
    },
    /// The mean time between rare things, from their rates.
    Between,
}

/// Which times of a sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Times {
    Response,
    Wait,
}

/// Returns every measure of one replication with its value; the same columns in the same order for each.
pub(super) fn columns(deployment: &Deployment, record: &Record) -> Vec<(Column, Option<f64>)> {
    let span = record.until.since(record.begin).as_secs_f64();
    let mut sheet = Sheet {
        of: String::new(),
        rows: Vec::new(),
    };
    for (at, (plan, workload)) in deployment.workloads.iter().zip(&record.workloads).enumerate() {
        sheet.of = format!("workload.{}", plan.name);
        sheet.workload(at, workload, span);
        sheet.caller(&plan.caller, workload);
        if deployment.can_fail(plan.service) || deployment.services[plan.service].has_calls() {
            sheet.failed(workload);
        }
        if let Some(shock) = recovery::shock(deployment) {
            sheet.recovery(recovery::judge(&workload.timeline, record.bucket, shock));
        }
    }
    for (at, (plan, service)) in deployment.services.iter().zip(&record.services).enumerate() {
        sheet.of = plan.path();
        if let Some(outage) = &service.outage {
            sheet.long(plan, service, outage, span);
            if let (Some(store), Some(record)) = (&plan.store, &service.durability) {
                sheet.data(store, record, deployment.loses_data(at));
            }
            continue;
        }
        sheet.service(service, span);
        sheet.cost(plan, service, span);
        if plan.zone_local.is_some() {
            sheet.push("in_zone", Unit::Share, Estimator::Mean, service.in_zone);
        }
        if let Some(store) = &service.store {
            sheet.operations(plan, store, &service.served, span);
        }
        if let Some(health) = service
            .health
            .as_ref()
            .filter(|_| deployment.can_lose_servers(at))
        {
            sheet.health(plan, health, span);
        }
    }
    if !deployment.is_long() {
        sheet.calls(deployment, record, span);
    }
    sheet.rows
}

/// Returns every measure of a deployment, in the order in which [`columns`] gives them.
pub(super) fn names(deployment: &Deployment) -> Vec<Column> {
    let idle = |plan: &ServicePlan| ServiceRecord {
        served: vec![0; plan.servers()],
        server_utilisation: vec![0.0; plan.servers()],
        health: Some(HealthRecord::default()),
        outage: deployment.is_long().then(OutageRecord::default),
        store: plan.store.as_ref().map(|_| StoreRecord::default()),
        durability: plan.store.as_ref().map(|_| Box::default()),
        ..ServiceRecord::default()
    };
    let nothing = Record {
        end: End::Complete,
        bucket: SimDuration::from_nanos(1),
        events: 0,
        begin: SimTime::ZERO,
        until: SimTime::ZERO,
        workloads: vec![WorkloadRecord::default(); deployment.senders().count()],
        services: deployment.services.iter().map(idle).collect(),
        incidents: Vec::new(),
        incidents_forgotten: 0,
        violations: Vec::new(),
    };
    let sheet = columns(deployment, &nothing);
    sheet.into_iter().map(|(column, _)| column).collect()
}

pub(super) struct Sheet {
    of: String,
    rows: Vec<(Column, Option<f64>)>,
}

impl Sheet {
    pub(super) fn push(
        &mut self,
        name: impl Into<String>,
        unit: Unit,
        estimator: Estimator,
        value: Option<f64>,
    ) {
        // What cannot be worked out (a rate over no time) does not exist.
        let value = value.filter(|value| value.is_finite());
        self.rows.push((
            Column {
                of: self.of.clone(),
                name: name.into(),
                unit,
                estimator,
            },
            value,
        ));
    }

    fn workload(&mut self, at: usize, record: &WorkloadRecord, span: f64) {
        self.times(
            "response",
            at,
            Times::Response,
            &record.response,
            &record.response_moments,
        );
        self.times("wait", at, Times::Wait, &record.wait, &record.wait_moments);
        let per_second = |count: u64| Some(count as f64 / span);
        self.push(
            "offered",
            Unit::PerSecond,
            Estimator::Mean,
            per_second(record.offered),
        );
        self.push(
            "throughput",
            Unit::PerSecond,
            Estimator::Mean,
            per_second(record.done),
        );
        self.push(
            "goodput",
            Unit::PerSecond,
            Estimator::Mean,
            per_second(record.in_time),
        );
        let ended = record.ended();
        let share = |count: u64| (0 < ended).then(|| count as f64 / ended as f64);
        self.push(
            "availability",
            Unit::Share,
            Estimator::Availability { sender: at },
            share(record.done),
        );
        self.push("rejected", Unit::Share, Estimator::Mean, share(record.rejected));
        self.push("timeouts", Unit::Share, Estimator::Mean, share(record.timeouts));
        self.push("abandoned", Unit::Share, Estimator::Mean, share(record.abandoned));
        self.push(
            "unfinished",
            Unit::Count,
            Estimator::Mean,
            Some(record.unfinished as f64),
        );
    }

    fn times(&mut self, what: &str, sender: usize, times: Times, histogram: &Histogram, moments: &Moments) {
        self.push(
            format!("{what}.mean"),
            Unit::Seconds,
            Estimator::Mean,
            seconds(moments.mean()),
        );
        self.push(
            format!("{what}.sd"),
            Unit::Seconds,
            Estimator::Mean,
            seconds(moments.sd()),
        );
        for (name, q) in QUANTILES {
            let value = seconds(histogram.quantile(q));
            self.push(
                format!("{what}.{name}"),
                Unit::Seconds,
                Estimator::Quantile { q, sender, times },
                value,
            );
        }
        self.push(
            format!("{what}.max"),
            Unit::Seconds,
            Estimator::Largest,
            seconds(histogram.max().map(|nanos| nanos as f64)),
        );
    }

    fn service(&mut self, record: &ServiceRecord, span: f64) {
        // A run that gave up before it measured anything has no levels, rather than empty ones.
        let level = |value: f64| (0.0 < span).then_some(value);
        self.push(
            "utilisation",
            Unit::Share,
            Estimator::Mean,
            level(record.utilisation),
        );
        self.push(
            "in_system.mean",
            Unit::Count,
            Estimator::Mean,
            level(record.in_system_mean),
        );
        self.push(
            "queue.mean",
            Unit::Count,
            Estimator::Mean,
            level(record.queue_mean),
        );
        self.push(
            "queue.max",
            Unit::Count,
            Estimator::Largest,
            level(record.queue_max as f64),
        );
        let all: u64 = record.served.iter().sum();
        let share = |served: u64| (0 < all).then(|| served as f64 / all as f64);
        let (most, least) = (record.served.iter().max(), record.served.iter().min());
        self.push(
            "share.max",
            Unit::Share,
            Estimator::Mean,
            most.and_then(|&served| share(served)),
        );
        self.push(
            "share.min",
            Unit::Share,
            Estimator::Mean,
            least.and_then(|&served| share(served)),
        );
        if LISTED_SERVERS < record.served.len() {
            return;
        }
        for (at, (&served, &utilisation)) in record.served.iter().zip(&record.server_utilisation).enumerate()
        {
            self.push(
                format!("share.{}", at + 1),
                Unit::Share,
                Estimator::Mean,
                share(served),
            );
            self.push(
                format!("utilisation.{}", at + 1),
                Unit::Share,
                Estimator::Mean,
                level(utilisation),
            );
        }
    }
}

/// A run counts in nanoseconds, and results are in seconds.
fn seconds(nanos: Option<f64>) -> Option<f64> {
    nanos.map(|nanos| nanos / 1e9)
}
