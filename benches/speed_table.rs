//! Prints the table of speeds that the README shows: `cargo bench --bench speed_table`.
//!
//! Not by criterion, because what counts is the ratio between rows: all cases take turns, round after round, so that a
//! machine that slows down slows all of them, and each row is the median of its rounds.

#![expect(
    clippy::print_stdout,
    reason = "printing the table is all this program is for"
)]
#![expect(clippy::disallowed_methods, reason = "it measures time")]

mod common;

use std::{hint::black_box, time::Instant};

use plimsoll::{
    model::{
        Deployment,
        balancer::{least_connections, power_of_d},
    },
    units::SimDuration,
};

struct Case {
    name: &'static str,
    body: Box<dyn Fn(u64) -> u64>,
    /// Nanoseconds a request, round by round.
    costs: Vec<f64>,
}

fn main() {
    // `cargo bench -- --test` wants to know whether it works, not how fast it is.
    let smoke = std::env::args().any(|argument| argument == "--test");
    let (rounds, requests) = if smoke { (1, 5_000) } else { (9, 1_000_000) };
    let mut cases = cases();
    for _ in 0..rounds {
        for case in &mut cases {
            let begin = Instant::now();
            let done = (case.body)(requests);
            case.costs.push(begin.elapsed().as_nanos() as f64 / done as f64);
        }
    }
    let medians: Vec<f64> = cases.iter_mut().map(|case| median(&mut case.costs)).collect();
    println!("| case | ns a request | × Lindley |");
    println!("| --- | ---: | ---: |");
    for (case, cost) in cases.iter().zip(&medians) {
        println!("| {} | {cost:.0} | {:.1} |", case.name, cost / medians[0]);
    }
    if let Some(peak) = peak_memory() {
        println!("\nPeak memory of all of this: {peak}");
    }
}

fn cases() -> Vec<Case> {
    let second = SimDuration::from_nanos(1_000_000_000);
    let least = || least_connections::plan(least_connections::Ties::Oldest);
    vec![
        case("M/M/1 by Lindley's recursion, nothing recorded", |requests| {
            black_box(common::lindley(requests));
            requests
        }),
        case(
            "a minimal event loop, power of 2, 100 servers, nothing recorded",
            |requests| {
                black_box(common::hand_loop(100, requests));
                requests
            },
        ),
        simulated(
            "plimsoll, power of 2, 10 servers",
            10,
            common::web_tier(10, power_of_d::plan(2), None),
        ),
        simulated(
            "plimsoll, power of 2, 100 servers",
            100,
            common::web_tier(100, power_of_d::plan(2), None),
        ),
        simulated(
            "… with a timeout on every request",
            100,
            common::web_tier(100, power_of_d::plan(2), Some(second)),
        ),
        simulated(
            "plimsoll, least connections, 100 servers",
            100,
            common::web_tier(100, least(), None),
        ),
        simulated(
            "plimsoll, power of 2, 100 000 servers",
            100_000,
            common::web_tier(100_000, power_of_d::plan(2), None),
        ),
        simulated(
            "plimsoll, least connections, 100 000 servers",
            100_000,
            common::web_tier(100_000, least(), None),
        ),
    ]
}

fn case(name: &'static str, body: impl Fn(u64) -> u64 + 'static) -> Case {
    Case {
        name,
        body: Box::new(body),
        costs: Vec::new(),
    }
}

fn simulated(name: &'static str, servers: u32, deployment: Deployment) -> Case {
    // Every event counts, warm-up included: a request is two, whether or not it is measured.
    case(name, move |requests| {
        black_box(common::run(&deployment, servers, requests)).events / 2
    })
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The most memory this process has had, where the system tells.
fn peak_memory() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.trim_start_matches("VmHWM:").trim().to_owned())
}
