//! Checks of objectives: each is a known measure of whoever promises it, and a bound in its unit.

use std::fmt::Debug;

use crate::{
    config::{Problems, Value, did_you_mean},
    model::storage::StoreMeasure,
    scenario::{
        Objective,
        raw::RawScenario,
        raw_parts::{Promise, Slo},
    },
    units::{Rate, Share, SimDuration},
};

/// What a bound is written in, and on which side of it the measure must stay.
#[derive(Clone, Copy, PartialEq)]
pub(in crate::scenario) enum Bound {
    /// A duration that the measure must not exceed.
    Longest,
    /// A rate that it must reach.
    Slowest,
    /// A share that it must reach.
    Smallest,
    /// A share that it must not exceed.
    Largest,
}

/// How long after the last fault goodput may take to be back.
const RECOVERY: &str = "recovery";

/// Who makes promises, and what can be promised.
pub(in crate::scenario) trait Promises: Clone + Debug {
    /// The measures, and what their bounds are.
    const MEASURES: &[(&str, Bound)];
}

/// Workloads promise.
#[derive(Clone, Debug)]
pub(in crate::scenario) struct OfWorkloads;

/// Calls promise, of which less is measured.
#[derive(Clone, Debug)]
pub(in crate::scenario) struct OfCalls;

/// Stores promise, each operation by itself.
#[derive(Clone, Debug)]
pub(in crate::scenario) struct OfStores;

impl Promises for OfWorkloads {
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
}

impl Promises for OfCalls {
    const MEASURES: &[(&str, Bound)] = &[
        ("response.mean", Bound::Longest),
        ("response.p50", Bound::Longest),
        ("response.p99", Bound::Longest),
        ("throughput", Bound::Slowest),
        ("availability", Bound::Smallest),
    ];
}

impl Promises for OfStores {
    const MEASURES: &[(&str, Bound)] = &[
        ("read.mean", Bound::Longest),
        ("read.p50", Bound::Longest),
        ("read.p99", Bound::Longest),
        ("read.p99.9", Bound::Longest),
        ("read.throughput", Bound::Slowest),
        ("available.read", Bound::Smallest),
        ("write.mean", Bound::Longest),
        ("write.p50", Bound::Longest),
        ("write.p99", Bound::Longest),
        ("write.p99.9", Bound::Longest),
        ("write.throughput", Bound::Slowest),
        ("available.write", Bound::Smallest),
        (STALE, Bound::Largest),
        (VISIBLE, Bound::Longest),
    ];
}

/// The share of reads that return an older version than they might.
const STALE: &str = "staleness.stale";
/// The time after which nearly all reads see a write.
const VISIBLE: &str = "staleness.visible";

/// Returns all objectives: those of workloads, then those of calls in the order of their senders, then those of stores.
pub(super) fn check(raw: &RawScenario, problems: &Problems) -> Vec<Objective> {
    let mut objectives = Vec::new();
    let mut add = |mut promised: Vec<Objective>| objectives.append(&mut promised);
    for read in raw.workload.0.iter().filter_map(|table| table.read.as_ref()) {
        recovers(raw, &read.slo.promises, problems);
        add(checked(&format!("workload.{}", *read.name), &read.slo, problems));
    }
    for read in raw.service.0.iter().filter_map(|table| table.read.as_ref()) {
        let calls = super::call::in_order(read).into_iter();
        for (call, name) in calls.zip(super::call::names(read)) {
            add(checked(&format!("call.{name}"), &call.slo, problems));
        }
    }
    let stores = || raw.store.0.iter().filter_map(|table| table.read.as_ref());
    for (store, metadata) in stores().filter_map(|read| Some((&read.name, read.metadata.as_ref()?))) {
        let name = super::call::lookup_name(store, metadata);
        add(checked(&format!("call.{name}"), &metadata.slo, problems));
    }
    for read in stores() {
        let measured = |wanted| {
            read.measure
                .iter()
                .flatten()
                .any(|measure| measure.value == wanted)
        };
        for promise in &read.slo.promises {
            if raw.workload.0.is_empty() {
                let help = "add a workload, or leave the objective out: over years, nobody reads or writes";
                problems.error(
                    &promise.span,
                    "there are no operations to promise anything of",
                    "here",
                    help,
                );
            } else if matches!(&*promise.measure, STALE | VISIBLE) && !measured(StoreMeasure::Staleness) {
                let fault = format!("`{}` is not measured", promise.measure);
                let help = "add `measure = [\"staleness\"]` to the store";
                problems.error(&promise.span, fault, "here", help);
            }
        }
        add(checked(&format!("store.{}", *read.name), &read.slo, problems));
    }
    objectives
}

/// Checks that there is something to recover from.
fn recovers(raw: &RawScenario, promises: &[Promise], problems: &Problems) {
    for promise in promises.iter().filter(|promise| promise.measure == RECOVERY) {
        if raw.fault.as_ref().is_none_or(Vec::is_empty) {
            let help = "add a `[[fault]]`, or leave the objective out";
            let fault = "there is no fault to recover from";
            problems.error(&promise.span, fault, "here", help);
        }
    }
}

fn checked<K: Promises>(of: &str, slo: &Slo<K>, problems: &Problems) -> Vec<Objective> {
    let promises = slo.promises.iter();
    promises
        .filter_map(|promise| check_promise(of, K::MEASURES, promise, problems))
        .collect()
}

fn check_promise(
    of: &str,
    measures: &[(&str, Bound)],
    promise: &Promise,
    problems: &Problems,
) -> Option<Objective> {
    let Some(&(_, kind)) = measures.iter().find(|(name, _)| *name == promise.measure) else {
        let known: Vec<&str> = measures.iter().map(|(name, _)| *name).collect();
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
        Bound::Smallest | Bound::Largest => Share::read(&promise.bound, problems)?.get(),
    };
    Some(Objective {
        of: of.to_owned(),
        measure: promise.measure.clone(),
        bound,
        at_least: matches!(kind, Bound::Slowest | Bound::Smallest),
    })
}
