//! What callers do about slow and failed answers, request by request.

mod metastable;
mod policies;
mod relations;
mod retrials;
mod shedding;
mod storm;
mod timelines;

use std::{fs, sync::atomic::AtomicBool};

use plimsoll::{
    model::{Record, RunSpec, WorkloadRecord, simulate},
    scenario::{self, Loaded},
    units::SimDuration,
};

/// Nanoseconds of a number of seconds.
fn nanos(seconds: f64) -> u64 {
    (seconds * 1e9).round() as u64
}

/// Reads a scenario whose one workload, `clients`, replays `trace`: pairs of an instant and of work, in seconds. Nothing
/// in it is random unless the settings are.
fn replay(trace: &[(f64, f64)], workload: &str, service: &str) -> Loaded {
    let folder = tempfile::tempdir().unwrap();
    let mut csv = "timestamp,work\n".to_owned();
    for (at, work) in trace {
        csv += &format!("{at},{work}\n");
    }
    // A trace has two instants at least; this one is after the end.
    csv += "100000,1\n";
    fs::write(folder.path().join("trace.csv"), csv).unwrap();
    let text = format!(
        r#"
        [run]
        duration = "1 h"
        warmup = "0 s"
        replications = 1
        allow_overload = true
        [[workload]]
        name = "clients"
        to = "web"
        arrivals = {{ process = "trace", file = "trace.csv" }}
        {workload}
        [[service]]
        name = "web"
        work = "1 s"
        {service}
        "#
    );
    let path = folder.path().join("scenario.toml");
    fs::write(&path, text).unwrap();
    let loaded = scenario::load(&path, &[]).unwrap_or_else(|error| panic!("{error}"));
    // The trace is read again as the run goes on.
    std::mem::forget(folder);
    loaded
}

/// Runs the first replication for its whole duration.
fn record(loaded: &Loaded) -> Record {
    record_of(loaded, 0)
}

fn record_of(loaded: &Loaded, replication: u64) -> Record {
    let run = &loaded.scenario.run;
    let stop = AtomicBool::new(false);
    let spec = RunSpec {
        streams: run.seed.replication(replication),
        warmup: SimDuration::ZERO,
        duration: run.duration,
        bucket: run.timeline.unwrap_or(run.duration),
        max_in_flight: run.max_in_flight,
        stop: &stop,
    };
    let record = simulate(&loaded.scenario.deployment, &spec);
    assert_eq!(record.violations, Vec::<String>::new());
    record
}

/// The sum of all response times in nanoseconds, exactly.
fn response_sum(record: &WorkloadRecord) -> u64 {
    let mean = record.response_moments.mean().unwrap_or(0.0);
    (mean * record.done as f64).round() as u64
}

/// What one workload does in a replay.
fn replayed(trace: &[(f64, f64)], workload: &str, service: &str) -> WorkloadRecord {
    record(&replay(trace, workload, service)).workloads.remove(0)
}
