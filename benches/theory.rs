//! What it costs to ask the formulas alone, as `plimsoll theory` does: the scenarios for which that takes longest.

use std::{hint::black_box, time::Duration};

use criterion::{Criterion, criterion_group, criterion_main};
use plimsoll::{
    experiment::theory_only,
    scenario::{self, Scenario},
};

fn scenario(arrivals: u32, servers: u32, service: &str) -> Scenario {
    let text = format!(
        r#"[run]
duration = "1 min"

[[workload]]
name = "clients"
to = "web"
arrivals = {{ process = "poisson", rate = "{arrivals} /s" }}
slo = {{ "response.p99" = "200 ms", "response.mean" = "60 ms" }}

[[service]]
name = "web"
servers = {servers}
{service}
"#
    );
    let loaded = scenario::from_str("bench", &text, &[]);
    loaded.expect("the scenario is good").scenario
}

fn answering(criterion: &mut Criterion) {
    let shortest =
        "work = { distribution = \"exponential\", mean = \"10 ms\" }\nbalancer = \"least-connections\"";
    let cases = [
        ("shortest of 2 queues", scenario(170, 2, shortest)),
        ("shortest of 10 queues", scenario(850, 10, shortest)),
        ("shortest of 64 queues", scenario(5_440, 64, shortest)),
        (
            "M/G/1, lognormal",
            scenario(
                70,
                1,
                r#"work = { distribution = "lognormal", mean = "10 ms", cv = 1.5 }"#,
            ),
        ),
        (
            "M/G/1, Weibull",
            scenario(
                70,
                1,
                r#"work = { distribution = "weibull", mean = "10 ms", cv = 1.5 }"#,
            ),
        ),
        (
            "M/G/1, Pareto",
            scenario(
                70,
                1,
                r#"work = { distribution = "pareto", mean = "10 ms", shape = 2.5 }"#,
            ),
        ),
    ];
    let mut group = criterion.benchmark_group("theory");
    group.sample_size(10).warm_up_time(Duration::from_millis(200));
    group.measurement_time(Duration::from_secs(1));
    for (name, scenario) in &cases {
        group.bench_function(*name, |bench| bench.iter(|| theory_only(black_box(scenario))));
    }
    group.finish();
}

criterion_group!(benches, answering);
criterion_main!(benches);
