//! Prints what threads and common random numbers are worth to whole experiments: `cargo bench --bench experiments`.
//!
//! Not by criterion, because what counts are ratios: one thread and two take turns, so that a machine that slows down slows
//! both, and each row is the median of its rounds.

#![expect(
    clippy::print_stdout,
    reason = "printing the tables is all this program is for"
)]
#![expect(clippy::disallowed_methods, reason = "it measures time")]

use std::{path::PathBuf, sync::atomic::AtomicBool, time::Instant};

use plimsoll::{
    experiment::{
        Conduct, Criterion, Variant, compare, sweep,
        sweep::{Axis, Depth, Made},
        with_threads,
    },
    scenario::{self, Override, Replications, Scenario},
};

fn main() {
    // `cargo bench -- --test` wants to know whether it works, not how fast it is.
    let smoke = std::env::args().any(|argument| argument == "--test");
    let (rounds, seconds, replications) = if smoke {
        (1, [1, 1, 1], 3)
    } else {
        (5, [1200, 300, 120], 200)
    };
    println!("| two threads against one | times as much done |");
    println!("| --- | ---: |");
    // Of such a length as people ask for: where a replication takes but milliseconds, what lies between rounds of them counts.
    let [duration, shorter, brief] = seconds.map(|seconds| format!("run.duration=\"{seconds} s\""));
    let policies = ["random", "round-robin", "power-of-d", "least-connections"];
    let all = variants(&policies, &[&duration]);
    let two = variants(&policies[2..], &[&duration]);
    let axes = ["workload.shoppers.arrivals.rate=500/s..1100/s:7"
        .parse()
        .expect("an axis")];
    for (name, body) in [
        (
            "compare, four balancers until it is decided",
            &(|| compared(&all)) as &(dyn Fn() + Sync),
        ),
        ("compare, two balancers that are close", &(|| compared(&two))),
        (
            "sweep, seven points and those between",
            &(|| swept(&axes, &shorter)),
        ),
    ] {
        let mut ratios: Vec<f64> = (0..rounds).map(|_| timed(1, body) / timed(2, body)).collect();
        println!("| {name} | {:.2} × |", median(&mut ratios));
    }
    println!("\n| replications that the same requests save | of the difference | of its share of the best |");
    println!("| --- | ---: | ---: |");
    let two_servers = ["service.web.servers=2", "workload.shoppers.arrivals.rate=170/s"];
    let random = ["random", "power-of-d"];
    for (pair, setting, changes) in [
        (["power-of-d", "least-connections"], "", &[][..]),
        (["join-idle-queue", "least-connections"], "", &[]),
        (["round-robin", "least-connections"], "", &[]),
        (random, "", &[]),
        (random, ", of 2 servers", &two_servers),
        (random, ", with bursts", &[BURSTS]),
    ] {
        let changes = [&[brief.as_str()], changes].concat();
        let [absolute, relative] = saved(&fixed(variants(&pair, &changes), replications));
        println!(
            "| {} and {}{setting} | {absolute:.1} × | {relative:.1} × |",
            pair[0], pair[1]
        );
    }
}

/// As many requests on average, so that servers are as busy, but about every second their number changes.
const BURSTS: &str = "workload.shoppers.arrivals={process=\"bursty\",states=[\
    {rate=\"600 /s\",mean=\"1 s\"},{rate=\"1100 /s\",mean=\"1 s\"}]}";

/// The web tier with a value changed.
fn load(changes: &[&str]) -> Result<Scenario, scenario::LoadError> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("scenarios/web-tier.toml");
    let changes = changes.iter();
    let changes: Vec<Override> = changes.map(|change| change.parse().expect("a change")).collect();
    scenario::load(&path, &changes).map(|loaded| loaded.scenario)
}

fn variants(policies: &[&str], changes: &[&str]) -> Vec<Variant> {
    let variant = |policy: &&str| {
        let balancer = format!("service.web.balancer={policy}");
        Variant {
            label: (*policy).to_owned(),
            scenario: load(&[changes, &[&balancer]].concat()).expect("a shipped scenario is right"),
        }
    };
    policies.iter().map(variant).collect()
}

fn fixed(mut variants: Vec<Variant>, replications: u32) -> Vec<Variant> {
    for variant in &mut variants {
        variant.scenario.run.replications = Replications::Fixed(replications);
    }
    variants
}

const QUIET: fn(usize, usize) = |_, _| ();

fn compared(variants: &[Variant]) {
    let stop = AtomicBool::new(false);
    let conduct = Conduct {
        stop: &stop,
        progress: &QUIET,
        keeper: None,
    };
    let criteria = Criterion::usual(&variants[0].scenario);
    std::hint::black_box(compare(variants, &criteria, &conduct));
}

fn swept(axes: &[Axis], duration: &str) {
    let stop = AtomicBool::new(false);
    let conduct = Conduct {
        stop: &stop,
        progress: &QUIET,
        keeper: None,
    };
    let make = |values: &[String]| {
        let rate = format!("{}={}", axes[0].path, values[0]);
        let strict = load(&[duration, &rate]);
        let more = || {
            load(&[duration, &rate, "run.allow_overload=true"]).expect("too much work is all that is wrong")
        };
        Some(match strict {
            Ok(scenario) => Made::Sound(Box::new(scenario)),
            Err(_) => Made::Overloaded(Box::new(more())),
        })
    };
    std::hint::black_box(sweep(axes, &make, Depth::Closer, &conduct));
}

/// Seconds that an experiment takes with so many threads.
fn timed(threads: usize, body: &(dyn Fn() + Sync)) -> f64 {
    let begin = Instant::now();
    with_threads(threads, body).expect("threads");
    begin.elapsed().as_secs_f64()
}

/// How many times as many replications an interval of the same width takes when each variant has requests of its own: its
/// square is the sum of those of the two.
fn saved(variants: &[Variant]) -> [f64; 2] {
    let stop = AtomicBool::new(false);
    let conduct = Conduct {
        stop: &stop,
        progress: &QUIET,
        keeper: None,
    };
    let by = Criterion {
        of: "workload.shoppers".to_owned(),
        measure: "response.mean".to_owned(),
        more_is_better: false,
    };
    let comparison = compare(variants, &[by], &conduct);
    let [best, other] = [0, 1].map(|at| {
        let measure = comparison.variants[at]
            .results
            .find("workload.shoppers", "response.mean");
        let measure = measure.expect("a mean");
        let half = |low: f64, high: f64| (high - low) / 2.0;
        (
            measure.value.expect("a value"),
            half(measure.low.expect("an end"), measure.high.expect("an end")),
        )
    });
    let place = comparison.ranking().places[1].difference.expect("a difference");
    let ratio = other.0 / best.0;
    let absolute = best.1.hypot(other.1) / place.difference.half_width;
    let relative = (ratio * best.1).hypot(other.1) / best.0 / place.relative.expect("a share").half_width;
    [absolute, relative].map(|times| times * times)
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
