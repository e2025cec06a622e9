//! Checks of objectives: each is a known measure and a bound in its unit.

use crate::{
    config::{Problems, Value, did_you_mean},
    scenario::{Objective, raw::RawScenario, raw_parts::Promise},
    units::{Rate, Share, SimDuration},
};

/// What a bound is written in, and on which side of it the measure must stay.
#[derive(Clone, Copy, PartialEq)]
enum Bound {
    /// A duration that the measure must not exceed.
    Longest,
    /// A rate that it must reach.
    Slowest,
    /// A share that it must reach.
    Smallest,
}

/// How long after the last fault goodput may take to be back.
const RECOVERY: &str = "recovery";

/// The measures of a workload that can be promised.
const MEASURES: &[(&str, Bound)] = &[
    ("response.mean", Bound::Longest),
    ("response.p50", Bound::Longest),
    ("response.p90", Bound::Longest),
    ("response.p95", Bound::Longest),
    ("response.p99", Bound::Longest),
    ("response.p99.9", Bound::Longest),
    ("response.max", Bound::Longest),
    ("wait.mean", Bound::Longest),
    ("wait.p50", Bound::Longest),
    ("wait.p90", Bound::Longest),
    ("wait.p95", Bound::Longest),
    ("wait.p99", Bound::Longest),
    ("wait.p99.9", Bound::Longest),
    ("wait.max", Bound::Longest),
    ("throughput", Bound::Slowest),
    ("goodput", Bound::Slowest),
    ("availability", Bound::Smallest),
    (RECOVERY, Bound::Longest),
];

/// Returns the names of the measures that can be promised.
pub(in crate::scenario) fn measures() -> impl Iterator<Item = &'static str> {
    MEASURES.iter().map(|&(name, _)| name)
}

pub(super) fn check(raw: &RawScenario, problems: &Problems) -> Vec<Objective> {
    let mut objectives = Vec::new();
    for (workload, table) in raw.workload.0.iter().enumerate() {
        let promises = table.read.iter().flat_map(|read| &read.slo.0);
        for promise in promises.clone().filter(|promise| promise.measure == RECOVERY) {
            if raw.fault.as_ref().is_none_or(Vec::is_empty) {
                let help = "add a `[[fault]]`, or leave the objective out";
                let fault = "there is no fault to recover from";
                problems.error(&promise.span, fault, "here", help);
            }
        }
        objectives.extend(promises.filter_map(|promise| check_promise(workload, promise, problems)));
    }
    objectives
}

fn check_promise(workload: usize, promise: &Promise, problems: &Problems) -> Option<Objective> {
    let Some(&(_, kind)) = MEASURES.iter().find(|(name, _)| *name == promise.measure) else {
        let known: Vec<&str> = MEASURES.iter().map(|(name, _)| *name).collect();
        let hint = did_you_mean(&promise.measure, known.iter().copied());
        let fault = format!("`{}` is no measure that can be promised{hint}", promise.measure);
        problems.error(
            &promise.span,
            fault,
            "here",
            format!("measures: {}", known.join(", ")),
        );
        return None;
    };
    let bound = match kind {
        Bound::Longest => SimDuration::read(&promise.bound, problems)?.as_secs_f64(),
        Bound::Slowest => Rate::read(&promise.bound, problems)?.as_per_second(),
        Bound::Smallest => Share::read(&promise.bound, problems)?.get(),
    };
    Some(Objective {
        workload,
        measure: promise.measure.clone(),
        bound,
        at_least: kind != Bound::Longest,
    })
}
