//! How long to wait before measuring: MSER-5 on pilot runs, and never less than a fiftieth of the measured duration or
//! ten mean responses.
//!
//! A few pilot replications start empty and are watched in short buckets; the mean number of requests in the system,
//! averaged over the pilots, is the series that MSER-5 truncates. When it wants to cut half of the pilot or more, the
//! pilot was too short to see a steady state and is made longer, up to the measured duration itself.
//!
//! MSER minimises the error of the pilots, so it lets a bias pass that is lost in their noise. But there are more
//! replications than pilots, and their noise averages out where the bias of an empty start does not (Law, *Simulation
//! Modeling and Analysis*, 5th ed., 2015, section 9.5). It fades about exponentially with the relaxation time. One that
//! is much shorter than a fiftieth of the duration has faded then; a longer one makes a bias of per cents, which pilots
//! do show; and where responses take long in comparison to the run, filling up takes a few of them.

use std::sync::atomic::Ordering;

use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};

use super::{Conduct, campaign::Window, keep::replicate};
use crate::{
    model::{Deployment, Record, arrival::Nature},
    scenario::Scenario,
    stats::warmup::mser,
    units::SimDuration,
};

/// Pilot replications; their streams belong to no other replication.
const PILOTS: u32 = 4;
/// Buckets of a pilot, and how many make one value of the series (the 5 of MSER-5).
const BUCKETS: u64 = 1_000;
const BATCH: usize = 5;
/// The first pilots' share of the measured duration.
const FIRST_SHARE: u64 = 16;
/// The least that is cut off: this part of the measured duration, and so many mean responses.
const LEAST_PART: u64 = 50;
const LEAST_RESPONSES: f64 = 10.0;

/// Over years: this part of the measured duration, and so many mean repairs.
const YEARS_PART: u64 = 10;
const YEARS_REPAIRS: f64 = 20.0;

/// The warm-up to use, and what the reader should know about it.
pub(super) fn choose(scenario: &Scenario, conduct: &Conduct<'_>) -> (SimDuration, Option<String>) {
    if let Some(given) = scenario.run.warmup {
        return (given, None);
    }
    if scenario.deployment.is_long() {
        return (over_years(scenario, scenario.run.duration), None);
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
        let pilot = pilot(scenario, length, conduct);
        let truncation = mser(&pilot.batches);
        let found = (truncation.index * BATCH) as u64 * (length / BUCKETS).max(1);
        // Half of the run is enough even for responses that take as long as the run.
        let filling = rounded_up((LEAST_RESPONSES * pilot.response).min(duration as f64 / 2.0));
        let cut = SimDuration::from_nanos(found.max(filling).max(duration / LEAST_PART));
        // Pilots that were interrupted say nothing of a steady state.
        if !truncation.reached_half || conduct.stop.load(Ordering::Relaxed) {
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

/// Returns the warm-up of a run over years: everything begins well, and it takes some repairs until as much is down as
/// usual.
pub(super) fn over_years(scenario: &Scenario, duration: SimDuration) -> SimDuration {
    let failures = scenario
        .deployment
        .services
        .iter()
        .flat_map(|service| &service.failures);
    let repair = failures.map(|failure| failure.repair.mean()).fold(0.0, f64::max);
    let least = SimDuration::from_nanos(duration.as_nanos() / YEARS_PART);
    least
        .max(SimDuration::from_secs_f64(YEARS_REPAIRS * repair))
        .min(duration)
}

/// Returns the next number that has two digits and then zeros: it is shown to people, and is no more exact than that.
fn rounded_up(number: f64) -> u64 {
    let unit = 10_f64.powf((number.max(1.0).log10().floor() - 1.0).max(0.0));
    ((number / unit).ceil() * unit) as u64
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

/// What a few pilots show.
struct Pilot {
    /// The mean number in system, batch by batch.
    batches: Vec<f64>,
    /// The mean response of the slowest workload in nanoseconds; 0 if nothing was answered.
    response: f64,
}

fn pilot(scenario: &Scenario, length: u64, conduct: &Conduct<'_>) -> Pilot {
    let window = Window {
        warmup: SimDuration::ZERO,
        duration: SimDuration::from_nanos(length),
        bucket: SimDuration::from_nanos((length / BUCKETS).max(1)),
    };
    // Faults count from the beginning of measuring: what comes before it is without them.
    let calm = Deployment {
        faults: Vec::new(),
        ..scenario.deployment.clone()
    };
    // Numbered from the far end, so that no measured replication draws the same.
    let run = |at| replicate(scenario, &calm, window, u64::MAX - u64::from(at), conduct);
    let records: Vec<Record> = (0..PILOTS).into_par_iter().with_max_len(1).map(run).collect();
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
    let batches = levels.chunks_exact(BATCH);
    let responses = records.iter().flat_map(|record| &record.workloads);
    Pilot {
        batches: batches
            .map(|batch| batch.iter().sum::<f64>() / BATCH as f64)
            .collect(),
        response: responses
            .filter_map(|workload| workload.response_moments.mean())
            .fold(0.0, f64::max),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_read_is_rounded_up_to_two_digits() {
        for (number, expected) in [
            (0.0, 0),
            (0.4, 1),
            (7.0, 7),
            (99.5, 100),
            (8_248_687_336.0, 8_300_000_000),
        ] {
            assert_eq!(rounded_up(number), expected, "{number}");
        }
    }
}
