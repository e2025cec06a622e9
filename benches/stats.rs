//! What it costs to record: one number a bench, for a thousand values of every common magnitude.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use plimsoll::rng::Seed;
use plimsoll::stats::{Histogram, Moments, TimeAverage};

const VALUES: u64 = 1_000;

fn collectors(criterion: &mut Criterion) {
    let mut source = Seed(1).replication(0).stream("bench");
    let times_ns: Vec<u64> = (0..VALUES)
        .map(|_| (-2e7 * source.open01().ln()) as u64)
        .collect();
    let times_s: Vec<f64> = times_ns.iter().map(|&ns| ns as f64 / 1e9).collect();
    let mut group = criterion.benchmark_group("stats");
    group.throughput(Throughput::Elements(VALUES)).sample_size(20);
    group.warm_up_time(std::time::Duration::from_millis(300));
    group.measurement_time(std::time::Duration::from_secs(1));

    let mut histogram = Histogram::new();
    group.bench_function("histogram record", |bench| {
        bench.iter(|| {
            for &value in black_box(&times_ns) {
                histogram.record(value);
            }
        });
    });
    let mut moments = Moments::new();
    group.bench_function("moments record", |bench| {
        bench.iter(|| {
            for &value in black_box(&times_s) {
                moments.record(value);
            }
        });
    });
    let (mut level, mut now) = (TimeAverage::new(0, 0), 0);
    group.bench_function("time average update", |bench| {
        bench.iter(|| {
            for &gap in black_box(&times_ns) {
                now += gap & 0xFFFF;
                // Up and down by turns, so that the level stays small.
                level.add(now, if level.level() < 10 { 1 } else { -1 });
            }
        });
    });
    group.bench_function("histogram quantile", |bench| {
        bench.iter(|| histogram.quantile(black_box(0.99)));
    });
    group.finish();
    black_box((moments.mean(), level.mean(now)));
}

criterion_group!(benches, collectors);
criterion_main!(benches);
