//! Prints the table of speeds that the README shows: `cargo bench --bench speed_table`.
//!
//! Not by criterion, because what counts is the ratio between rows: all cases take turns, round after round, so that a
//! machine that slows down slows all of them, and each row is the median of its rounds. Memory is that of a process of
//! its own for each row.

#![expect(
    clippy::print_stdout,
    reason = "printing the table is all this program is for"
)]
#![expect(clippy::disallowed_methods, reason = "it measures time")]

mod common;

use std::{hint::black_box, process::Command, time::Instant};

use plimsoll::{
    model::{
        CallPlan, Deployment, ServicePlan, Times,
        balancer::{least_connections, power_of_d},
        caller::CallerPlan,
    },
    scenario,
    units::SimDuration,
};

struct Case {
    name: &'static str,
    body: Box<dyn Fn(u64) -> u64>,
    /// Nanoseconds a request, round by round.
    costs: Vec<f64>,
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|argument| argument == MEMORY) {
        return weigh(&arguments[at + 1..]);
    }
    // `cargo bench -- --test` wants to know whether it works, not how fast it is.
    let smoke = arguments.iter().any(|argument| argument == "--test");
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
        let decimals = usize::from(*cost < 10.0);
        println!("| {} | {cost:.decimals$} | {:.1} |", case.name, cost / medians[0]);
    }
    println!("\n| what | measured |");
    println!("| --- | ---: |");
    println!(
        "| two threads against one | {:.2} × |",
        two_threads(rounds, requests)
    );
    println!(
        "| from the scenario's text to its first events, 10 servers | {:.1} ms |",
        first_events()
    );
    for (what, measured) in memory(requests) {
        println!("| {what} | {measured} |");
    }
}

/// How many times as much two threads get done as one, in the median of the rounds.
fn two_threads(rounds: usize, requests: u64) -> f64 {
    let deployment = common::web_tier(100, power_of_d::plan(2), None);
    let run = || {
        black_box(common::run(&deployment, requests));
    };
    let mut ratios: Vec<f64> = (0..rounds)
        .map(|_| {
            let begin = Instant::now();
            run();
            let alone = begin.elapsed();
            let begin = Instant::now();
            std::thread::scope(|scope| {
                scope.spawn(run);
                scope.spawn(run);
            });
            2.0 * alone.as_secs_f64() / begin.elapsed().as_secs_f64()
        })
        .collect();
    median(&mut ratios)
}

/// Milliseconds from a scenario's text to the end of a run of about one request, in the median of five.
fn first_events() -> f64 {
    let text = include_str!("../scenarios/web-tier.toml");
    let mut costs: Vec<f64> = (0..5)
        .map(|_| {
            let begin = Instant::now();
            let loaded = scenario::from_str("web-tier", text, &[]).expect("a shipped scenario is right");
            black_box(common::run(&loaded.scenario.deployment, 1));
            begin.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    median(&mut costs)
}

/// Asks this program for the memory of a run: servers, the slots of each, mean work in seconds, and requests.
const MEMORY: &str = "--memory";

/// What runs of processes of their own took, where the system tells.
fn memory(requests: u64) -> Vec<(&'static str, String)> {
    let peak = |servers: u64, slots: u64, work: f64, requests: u64| -> Option<f64> {
        let program = std::env::current_exe().ok()?;
        let numbers = [
            servers.to_string(),
            slots.to_string(),
            work.to_string(),
            requests.to_string(),
        ];
        let output = Command::new(program).arg(MEMORY).args(numbers).output().ok()?;
        String::from_utf8(output.stdout).ok()?.trim().parse().ok()
    };
    let (Some(short), Some(long), Some(wide), Some(deep)) = (
        peak(10, 1, 0.01, requests),
        peak(10, 1, 0.01, 100 * requests),
        peak(100_000, 1, 0.01, requests),
        peak(1, 1_000_000, 1.0, 4 * requests),
    ) else {
        return vec![("memory", "not told by this system".to_owned())];
    };
    // By Little's law; at 85 % of 10⁶ slots.
    let in_flight = 850_000.0_f64.min(4.0 * requests as f64);
    vec![
        (
            "peak memory of 10⁶ requests, 10 servers",
            format!("{:.1} MB", short / 1e6),
        ),
        ("… of 10⁸ requests", format!("{:.1} MB", long / 1e6)),
        (
            "a server, with its requests in flight, of 100 000",
            format!("{:.0} bytes", (wide - short) / 1e5),
        ),
        (
            "a request in flight, of 850 000",
            format!("{:.0} bytes", (deep - short) / in_flight),
        ),
    ]
}

/// Runs what [`memory`] asks for and prints the most memory that this process has had, in bytes.
fn weigh(numbers: &[String]) {
    let number = |at: usize| numbers[at].parse::<f64>().expect("a number");
    let (servers, slots, work, requests) = (number(0) as u32, number(1) as u32, number(2), number(3) as u64);
    let deployment = common::deployment(servers, slots, work, power_of_d::plan(2), None);
    black_box(common::run(&deployment, requests));
    if let Some(peak) = peak_memory() {
        println!("{peak}");
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
            common::web_tier(10, power_of_d::plan(2), None),
        ),
        simulated(
            "plimsoll, power of 2, 100 servers",
            common::web_tier(100, power_of_d::plan(2), None),
        ),
        simulated(
            "… with a timeout on every request",
            common::web_tier(100, power_of_d::plan(2), Some(second)),
        ),
        simulated(
            "plimsoll, least connections, 100 servers",
            common::web_tier(100, least(), None),
        ),
        simulated(
            "plimsoll, power of 2, 100 000 servers",
            common::web_tier(100_000, power_of_d::plan(2), None),
        ),
        simulated(
            "plimsoll, least connections, 100 000 servers",
            common::web_tier(100_000, least(), None),
        ),
        simulated(
            "plimsoll, power of 2, 10 000 servers",
            common::web_tier(10_000, power_of_d::plan(2), None),
        ),
        hops("a hop in a graph of 50 services and 100 servers, power of 2", 2),
        hops(
            "a hop in a graph of 50 services and 10 000 servers, power of 2",
            200,
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

fn simulated(name: &'static str, deployment: Deployment) -> Case {
    // Every event counts, warm-up included: a request is two, whether or not it is measured.
    case(name, move |requests| {
        black_box(common::run(&deployment, requests)).events / 2
    })
}

fn hops(name: &'static str, servers: u32) -> Case {
    let deployment = graph(servers);
    // A request is an arrival and an end of work at each service. There are ten times as many as of plain requests: in a run of
    // the usual length one request in many is followed through its hops, and to make the services takes no time to speak of.
    case(name, move |requests| {
        let hops = HOPS as u64;
        let events = black_box(common::run(&deployment, 10 * requests / hops)).events;
        events * hops / (hops + 1)
    })
}

/// Fifty services of so many servers each: one calls seven, and each of these six others, all at once. A request is fifty hops.
fn graph(servers: u32) -> Deployment {
    let mut deployment = common::deployment(servers, 1, 0.01, power_of_d::plan(2), None);
    let first = deployment.services.remove(0);
    let call = |to: usize| CallPlan {
        name: format!("call-{to}"),
        to,
        operation: None,
        phase: 1,
        times: Times::Fixed(1),
        enough: None,
        probability: 1.0,
        awaited: true,
        optional: false,
        work: None,
        priority: None,
        keys: None,
        cache: None,
        deadline: None,
        caller: CallerPlan::default(),
    };
    for at in 0..HOPS {
        let calls = match at {
            0 => (1..=7).map(call).collect(),
            1..=7 => (0..6).map(|place| call(8 + 6 * (at - 1) + place)).collect(),
            _ => Vec::new(),
        };
        deployment.services.push(ServicePlan {
            name: format!("service-{at}"),
            calls,
            holds: false,
            ..first.clone()
        });
    }
    deployment
}

/// The services that a request of [`graph`] goes through.
const HOPS: usize = 50;

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The most memory this process has had, in bytes, where the system tells.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kibibytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(1_024 * kibibytes)
}
