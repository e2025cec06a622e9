//! What a request costs from arrival to record, beside the least that any program could need.

mod common;

use std::{hint::black_box, sync::atomic::AtomicBool};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use plimsoll::{
    config::{self, Problems, Value},
    model::{
        RunSpec,
        balancer::{Policy, least_connections, power_of_d, random},
        simulate,
    },
    rng::Seed,
    scenario,
    units::SimDuration,
};

const REQUESTS: u64 = 200_000;

fn floor(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("floor");
    group.sample_size(10).throughput(Throughput::Elements(REQUESTS));
    group.bench_function("lindley", |bencher| {
        bencher.iter(|| black_box(common::lindley(REQUESTS)));
    });
    for servers in [10, 100] {
        group.bench_function(format!("hand loop, {servers} servers"), |bencher| {
            bencher.iter(|| black_box(common::hand_loop(servers, REQUESTS)));
        });
    }
    group.finish();
}

fn web_tier(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("web tier");
    group.sample_size(10).throughput(Throughput::Elements(REQUESTS));
    let second = SimDuration::from_nanos(1_000_000_000);
    let cases: [(&str, u32, Policy, Option<SimDuration>); 5] = [
        ("power-of-d, 10 servers", 10, power_of_d::plan(2), None),
        ("power-of-d, 100 servers", 100, power_of_d::plan(2), None),
        ("random, 100 servers", 100, random::plan(), None),
        (
            "least-connections, 100 servers",
            100,
            least_connections::plan(least_connections::Ties::Oldest),
            None,
        ),
        (
            "power-of-d, 100 servers, a timeout each",
            100,
            power_of_d::plan(2),
            Some(second),
        ),
    ];
    for (name, servers, policy, timeout) in cases {
        let deployment = common::web_tier(servers, policy, timeout);
        group.bench_function(name, |bencher| {
            bencher.iter(|| black_box(common::run(&deployment, REQUESTS)));
        });
    }
    group.finish();
}

/// The shipped year of a three-zone service: 10 000 server-years, warm-up included.
fn years(criterion: &mut Criterion) {
    const SERVER_YEARS: u64 = 10_000;
    let text = include_str!("../scenarios/three-zone-year.toml");
    let loaded = scenario::from_str("three-zone-year", text, &[]).expect("it is a scenario");
    let deployment = loaded.scenario.deployment;
    let servers = deployment.services[0].servers() as f64;
    let stop = AtomicBool::new(false);
    let run = |replication| {
        let years = |part: f64| SimDuration::from_secs_f64(part * 31_557_600.0);
        let spec = RunSpec {
            streams: Seed(1).replication(replication),
            warmup: years(SERVER_YEARS as f64 / servers / 100.0),
            duration: years(SERVER_YEARS as f64 / servers / 10.0 * 0.9),
            bucket: years(1.0),
            max_in_flight: 1,
            stop: &stop,
        };
        simulate(&deployment, &spec)
    };
    let mut group = criterion.benchmark_group("years");
    group
        .sample_size(10)
        .throughput(Throughput::Elements(SERVER_YEARS));
    group.bench_function("10 000 server-years in three zones", |bencher| {
        bencher.iter(|| (0..10).map(run).map(|record| record.events).sum::<u64>());
    });
    group.finish();
}

/// What it costs that servers can fail and callers can try again, where neither happens.
fn precautions(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("precautions");
    group.sample_size(10).throughput(Throughput::Elements(REQUESTS));
    let plain = || common::web_tier(100, power_of_d::plan(2), None);
    let problems = Problems::default();
    let mut checked = plain();
    let checks = config::parse_value("{ interval = \"2 s\" }", 0).expect("it is a table");
    checked.services[0].detection.health_check = Value::read(&checks, &problems);
    let mut retried = plain();
    let retries = config::parse_value("{ attempts = 3 }", 0).expect("it is a table");
    retried.workloads[0].caller.timeout = Some(SimDuration::from_nanos(1_000_000_000));
    retried.workloads[0].caller.retry = Value::read(&retries, &problems);
    assert!(!problems.has_errors() && retried.workloads[0].caller.retry.is_some());
    for (name, deployment) in [
        ("none", plain()),
        ("health checks", checked),
        ("timeouts and retries", retried),
    ] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| black_box(common::run(&deployment, REQUESTS)));
        });
    }
    group.finish();
}

criterion_group!(benches, floor, web_tier, precautions, years);
criterion_main!(benches);
