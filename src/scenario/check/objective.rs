//! Checks of objectives: each is a known measure and a bound in its unit.

use crate::{
    config::{Problems, Value, did_you_mean},
    scenario::{Objective, raw::RawScenario, raw_parts::Promise},
    units::{Rate, Share, SimDuration},
};

/// What a bound is written in, and on which side of it the measure must stay.
#[derive(Clone, Copy, PartialEq)]
enum Bound {
    AtMostDuration,
    AtLeastRate,
    AtLeastShare,
}

/// The measures of a workload that can be promised.
const MEASURES: &[(&str, Bound)] = &[
    ("response.mean", Bound::AtMostDuration),
    ("response.p50", Bound::AtMostDuration),
    ("response.p90", Bound::AtMostDuration),
    ("response.p95", Bound::AtMostDuration),
    ("response.p99", Bound::AtMostDuration),
    ("response.p99.9", Bound::AtMostDuration),
    ("response.max", Bound::AtMostDuration),
    ("wait.mean", Bound::AtMostDuration),
    ("wait.p50", Bound::AtMostDuration),
    ("wait.p90", Bound::AtMostDuration),
    ("wait.p95", Bound::AtMostDuration),
    ("wait.p99", Bound::AtMostDuration),
    ("wait.p99.9", Bound::AtMostDuration),
    ("wait.max", Bound::AtMostDuration),
    ("throughput", Bound::AtLeastRate),
    ("goodput", Bound::AtLeastRate),
    ("availability", Bound::AtLeastShare),
];

pub(super) fn check(raw: &RawScenario, problems: &Problems) -> Vec<Objective> {
    let mut objectives = Vec::new();
    for (workload, table) in raw.workload.0.iter().enumerate() {
        let promises = table.read.iter().flat_map(|read| &read.slo.0);
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
        Bound::AtMostDuration => SimDuration::read(&promise.bound, problems)?.as_secs_f64(),
        Bound::AtLeastRate => Rate::read(&promise.bound, problems)?.as_per_second(),
        Bound::AtLeastShare => Share::read(&promise.bound, problems)?.get(),
    };
    Some(Objective {
        workload,
        measure: promise.measure.clone(),
        bound,
        at_least: kind != Bound::AtMostDuration,
    })
}
