//! What a request costs from arrival to record, beside the least that any program could need.

mod common;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use plimsoll::{
    model::balancer::{Policy, least_connections, power_of_d, random},
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

criterion_group!(benches, floor, web_tier);
criterion_main!(benches);
