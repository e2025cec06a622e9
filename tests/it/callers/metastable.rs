//! The retry storm that ships with the program: a service that stays down, and what brings it back.

use std::path::Path;

use plimsoll::{model::Bucket, scenario, units::SimDuration};

use super::record;

/// Returns the time series of `scenarios/retry-storm.toml` over ten minutes, changed by `changes`: its buckets last 10 s, and
/// the fault lasts from the thirtieth to the thirty-second.
fn timeline(changes: &[&str]) -> Vec<Bucket> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/retry-storm.toml");
    let changes: Vec<_> = changes.iter().map(|change| change.parse().unwrap()).collect();
    let mut loaded = scenario::load(&path, &changes).unwrap_or_else(|error| panic!("{error}"));
    let run = &mut loaded.scenario.run;
    run.duration = SimDuration::from_nanos(600_000_000_000);
    run.timeline = Some(SimDuration::from_nanos(10_000_000_000));
    record(&loaded).workloads.remove(0).timeline
}

fn answered(buckets: &[Bucket]) -> u64 {
    buckets.iter().map(|bucket| bucket.done).sum()
}

#[test]
fn retries_keep_a_service_down_and_a_budget_brings_it_back() {
    let storm = timeline(&[]);
    assert_eq!(storm.len(), 60);
    assert!(39_000 < answered(&storm[..30]), "140 a second before the fault");
    assert_eq!(answered(&storm[32..]), 0, "and none for good after it");
    let offered: u64 = storm[32..].iter().map(|bucket| bucket.offered).sum();
    assert!(
        (37_000..41_500).contains(&offered),
        "though no more come: {offered}"
    );
    for cure in [
        "workload.clients.retry.budget=10 %",
        "workload.clients.retry.attempts=1",
        "workload.clients.expired=dropped",
        "service.api.queue.discipline=lifo",
    ] {
        let cured = timeline(&[cure]);
        let late = answered(&cured[50..]);
        assert!(
            (13_000..15_000).contains(&late),
            "{cure}: {late} in the last 100 s"
        );
    }
}
