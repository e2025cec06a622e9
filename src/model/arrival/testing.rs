//! What tests of several processes share: reading, running, and the moments of what comes out.

use std::{cmp::Reverse, collections::BinaryHeap, fmt::Write as _};

use super::ArrivalPlan;
use crate::{
    config::{self, Problems, Value},
    rng::{Seed, Stream},
    units::{SimDuration, SimTime},
};

/// The stream from which tests draw arrivals.
pub(super) fn stream() -> Stream {
    Seed(2024).replication(0).stream("test/arrivals")
}

/// Returns the plan that this text describes, which must be without fault.
pub(super) fn plan(text: &str) -> ArrivalPlan {
    let problems = Problems::default();
    let plan = ArrivalPlan::read(&config::parse(text, 0, &problems), &problems);
    assert!(problems.is_empty(), "{problems:?}");
    plan.unwrap()
}

/// Returns what is wrong with this text, which must be something, and checks that no plan was made of it.
pub(super) fn complaints(text: &str) -> String {
    let problems = Problems::default();
    let plan = ArrivalPlan::read(&config::parse(text, 0, &problems), &problems);
    assert!(plan.is_none(), "{plan:?}");
    rendered(problems)
}

/// One problem a line: message, what it points at, and the way out.
pub(super) fn rendered(problems: Problems) -> String {
    let mut text = String::new();
    for problem in problems.into_sorted() {
        let label = problem.labels.first().map_or("", |label| &label.text);
        let _ = writeln!(text, "{} ({label})", problem.message);
        if let Some(help) = problem.help {
            let _ = writeln!(text, "  help: {help}");
        }
    }
    text
}

/// The first instants at which requests come by themselves; fewer if there are no more.
pub(super) fn times(plan: &ArrivalPlan, count: usize) -> Vec<SimTime> {
    times_from(plan, SimTime::ZERO, count)
}

/// The same, measured from `origin`.
pub(super) fn times_from(plan: &ArrivalPlan, origin: SimTime, count: usize) -> Vec<SimTime> {
    let (mut arrivals, mut rng) = ((plan.build)(origin), stream());
    let next = std::iter::from_fn(|| arrivals.next(&mut rng));
    next.take(count).collect()
}

/// Mean in seconds and squared coefficient of variation of so many gaps.
pub(super) fn gap_moments(plan: &ArrivalPlan, count: usize) -> (f64, f64) {
    let times = times(plan, count + 1);
    let gaps = times.windows(2).map(|pair| pair[1].since(pair[0]).as_secs_f64());
    let (mean, variance) = moments(&gaps.collect::<Vec<f64>>());
    (mean, variance / (mean * mean))
}

/// Requests per second over so many seconds.
pub(super) fn rate(plan: &ArrivalPlan, seconds: f64) -> f64 {
    counts(plan, seconds, 1)[0] / seconds
}

/// The index of dispersion, variance over mean, of the requests in so many windows of this length.
pub(super) fn dispersion(plan: &ArrivalPlan, window_s: f64, windows: usize) -> f64 {
    let (mean, variance) = moments(&counts(plan, window_s, windows));
    variance / mean
}

fn counts(plan: &ArrivalPlan, window_s: f64, windows: usize) -> Vec<f64> {
    let (mut arrivals, mut rng) = ((plan.build)(SimTime::ZERO), stream());
    let mut counts = vec![0.0; windows];
    while let Some(at) = arrivals.next(&mut rng) {
        let window = (at.as_secs_f64() / window_s) as usize;
        if windows <= window {
            break;
        }
        counts[window] += f64::from(arrivals.arrival().map_or(1, |arrival| arrival.size));
    }
    counts
}

fn moments(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0);
    (mean, variance)
}

/// Asserts that `got` is within this relative tolerance of `exact` and not of `decoy`.
pub(super) fn agrees(got: f64, exact: f64, decoy: f64, tolerance: f64) {
    let within = |value: f64| (got - value).abs() <= tolerance * value;
    assert!(within(exact), "{got} is not {exact}");
    assert!(!within(decoy), "{got} would pass for {decoy} as well");
}

/// What became of a process whose every request was answered after the same time.
pub(super) struct Served {
    pub(super) requests: u64,
    pub(super) end: SimTime,
    pub(super) outstanding_max: usize,
    pub(super) client_max: u32,
    /// When the arrivals came that came by themselves.
    pub(super) begins: Vec<SimTime>,
}

/// Runs a process that hears of answers: each request is answered `response_s` after it was sent.
pub(super) fn serve(plan: &ArrivalPlan, response_s: f64, requests: u64) -> Served {
    assert!(plan.answers);
    let (mut arrivals, mut rng) = ((plan.build)(SimTime::ZERO), stream());
    let response = SimDuration::from_secs_f64(response_s);
    let mut served = Served {
        requests: 0,
        end: SimTime::ZERO,
        outstanding_max: 0,
        client_max: 0,
        begins: Vec::new(),
    };
    // What happens next: at an instant, a client sends (false) or is answered (true).
    let mut agenda = BinaryHeap::new();
    let mut pending = arrivals.next(&mut rng);
    let mut outstanding = 0;
    while served.requests < requests {
        let next = agenda.peek().map(|&Reverse((at, _, _))| at);
        if let Some(begin) = pending.filter(|&begin| next.is_none_or(|at| begin <= at)) {
            let arrival = arrivals.arrival().expect("it says who sends");
            assert_eq!(arrival.size, 1);
            served.begins.push(begin);
            agenda.push(Reverse((begin, arrival.client, false)));
            pending = arrivals.next(&mut rng);
            continue;
        }
        let Some(Reverse((now, client, answered))) = agenda.pop() else {
            break;
        };
        served.end = now;
        if answered {
            outstanding -= 1;
            if let Some(at) = arrivals.answered(client, now) {
                assert!(now <= at, "a client sent before it was answered");
                agenda.push(Reverse((at, client, false)));
            }
        } else {
            served.requests += 1;
            served.client_max = served.client_max.max(client);
            outstanding += 1;
            served.outstanding_max = served.outstanding_max.max(outstanding);
            agenda.push(Reverse((now + response, client, true)));
        }
    }
    served
}
