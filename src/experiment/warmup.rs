//! How long to wait before measuring: MSER-5 on pilot runs.
//!
//! A few pilot replications start empty and are watched in short buckets; the mean number of requests in the system,
//! averaged over the pilots, is the series that MSER-5 truncates. When it wants to cut half of the pilot or more, the
//! pilot was too short to see a steady state and is made longer, up to the measured duration itself.

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::{
    Conduct,
    campaign::{Window, spec},
};
use crate::{
    model::{Deployment, Record, arrival::Nature, simulate},
    scenario::Scenario,
    stats::warmup::mser,
    units::SimDuration,
};

/// Pilot replications; their streams belong to no other replication.
const PILOTS: u64 = 4;
/// Buckets of a pilot, and how many make one value of the series (the 5 of MSER-5).
const BUCKETS: u64 = 1_000;
const BATCH: usize = 5;
/// The first pilots' share of the measured duration.
const FIRST_SHARE: u64 = 16;

/// The warm-up to use, and what the reader should know about it.
pub(super) fn choose(scenario: &Scenario, conduct: &Conduct<'_>) -> (SimDuration, Option<String>) {
    if let Some(given) = scenario.run.warmup {
        return (given, None);
    }
    if let Some(name) = unsteady(&scenario.deployment) {
        let note = format!(
            "no warm-up is cut off: the load of `{name}` changes over time, so there is no steady state to wait for"
        );
        return (SimDuration::ZERO, Some(note));
    }
    let duration = scenario.run.duration.as_nanos();
    let mut length = (duration / FIRST_SHARE).max(BUCKETS.min(duration));
    loop {
        let batches = pilot(scenario, length, conduct);
        let truncation = mser(&batches);
        let cut = SimDuration::from_nanos((truncation.index * BATCH) as u64 * (length / BUCKETS).max(1));
        if !truncation.reached_half {
            return (cut, None);
        }
        if duration <= length {
            let note = format!(
                "no steady state was found in pilot runs as long as the measured duration: the first {cut} are cut off, \
                 but the numbers may still drift; use a longer `duration` or give `warmup`"
            );
            return (cut, Some(note));
        }
        length = (4 * length).min(duration);
    }
}

/// Returns a workload whose load changes over time by its nature.
fn unsteady(deployment: &Deployment) -> Option<&str> {
    let changes = |nature: &Nature| matches!(nature, Nature::Profile { .. } | Nature::Trace { .. });
    deployment
        .workloads
        .iter()
        .find(|workload| changes(&workload.arrivals.nature))
        .map(|workload| workload.name.as_str())
}

/// Returns the mean number in system, batch by batch, over a few pilots.
fn pilot(scenario: &Scenario, length: u64, conduct: &Conduct<'_>) -> Vec<f64> {
    let window = Window {
        warmup: SimDuration::ZERO,
        duration: SimDuration::from_nanos(length),
        bucket: SimDuration::from_nanos((length / BUCKETS).max(1)),
    };
    // Numbered from the far end, so that no measured replication draws the same.
    let run = |at| {
        simulate(
            &scenario.deployment,
            &spec(scenario, window, u64::MAX - at, conduct),
        )
    };
    let records: Vec<Record> = (0..PILOTS).into_par_iter().map(run).collect();
    let buckets = records
        .iter()
        .map(|record| record.workloads[0].timeline.len())
        .min()
        .unwrap_or_default();
    let level = |at: usize| -> f64 {
        records
            .iter()
            .map(|record| in_system(&scenario.deployment, record, at))
            .sum()
    };
    let levels: Vec<f64> = (0..buckets).map(level).collect();
    levels
        .chunks_exact(BATCH)
        .map(|batch| batch.iter().sum::<f64>() / BATCH as f64)
        .collect()
}

/// Returns the mean number in all services that have a workload, in one bucket.
fn in_system(deployment: &Deployment, record: &Record, bucket: usize) -> f64 {
    let level = |service| {
        // All workloads of a service tell its level; the first one's is enough.
        let teller = deployment
            .workloads
            .iter()
            .position(|workload| workload.service == service)?;
        Some(record.workloads[teller].timeline[bucket].in_system)
    };
    (0..deployment.services.len()).filter_map(level).sum()
}
