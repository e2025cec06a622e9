//! What it costs to draw a number: one bench for each kind of distribution, a thousand numbers each.

use std::{hint::black_box, time::Duration};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use plimsoll::{
    dist::{Dist, DistError},
    rng::Seed,
};

const DRAWS: u64 = 1_000;

fn kinds() -> Result<Vec<(&'static str, Dist)>, DistError> {
    let exponential = Dist::exponential(0.002)?;
    Ok(vec![
        ("constant", Dist::constant(0.01)?),
        ("exponential", Dist::exponential(0.01)?),
        ("uniform", Dist::uniform(0.005, 0.015)?),
        ("gamma, cv below 1", Dist::gamma(0.01, 0.7)?),
        ("gamma, cv above 1", Dist::gamma(0.01, 1.5)?),
        ("hyperexponential", Dist::hyperexponential(0.01, 2.0)?),
        ("lognormal", Dist::lognormal(0.012, 1.5)?),
        ("weibull", Dist::weibull(0.01, 0.5)?),
        ("pareto", Dist::pareto(0.01, 2.5)?),
        ("bounded pareto", Dist::bounded_pareto(0.001, 10.0, 1.1)?),
        (
            "mixture of 2",
            Dist::mixture([(0.9, exponential.clone()), (0.1, Dist::constant(0.1)?)])?,
        ),
        ("shifted exponential", Dist::shifted(0.001, exponential)?),
        (
            "empirical, 1000 values",
            Dist::empirical((1..=1_000).map(f64::from))?,
        ),
    ])
}

fn sampling(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("dist");
    group.throughput(Throughput::Elements(DRAWS)).sample_size(20);
    group.warm_up_time(Duration::from_millis(300));
    group.measurement_time(Duration::from_secs(1));
    for (name, dist) in kinds().expect("the parameters are good") {
        let mut rng = Seed(1).replication(0).stream("bench");
        group.bench_function(name, |bench| {
            bench.iter(|| {
                let dist = black_box(&dist);
                (0..DRAWS).map(|_| dist.sample(&mut rng)).sum::<f64>()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, sampling);
criterion_main!(benches);
