//! Losses against chains that can be solved, and repair against timelines worked by hand.

mod chain;
mod timelines;
mod twin;

use super::*;
use crate::{
    model::{Deployment, storage::deployment},
    rng::Seed,
    stats::Estimate,
    units::SimDuration,
};
use std::sync::atomic::AtomicBool;

/// Simulates the data of the first store for so many seconds, after a warm-up of so many.
fn record(deployment: &Deployment, seed: u64, replication: u64, times: (f64, f64)) -> DurabilityRecord {
    let stop = AtomicBool::new(false);
    let spec = RunSpec {
        streams: Seed(seed).replication(replication),
        warmup: SimDuration::from_secs_f64(times.0),
        duration: SimDuration::from_secs_f64(times.1),
        bucket: SimDuration::from_secs_f64(YEAR),
        max_in_flight: usize::MAX,
        stop: &stop,
    };
    simulate(deployment, 0, &spec).expect("it is a store")
}

/// Estimates a measure from so many runs of so many years.
fn estimate(
    deployment: &Deployment,
    (runs, years): (u64, f64),
    of: impl Fn(&DurabilityRecord) -> f64,
) -> Estimate {
    let values = (0..runs).map(|run| of(&record(deployment, 2_024, run, (0.0, years * YEAR))));
    let values: Vec<f64> = values.collect();
    Estimate::from_replications(&values, 0.99).expect("there are several runs")
}
