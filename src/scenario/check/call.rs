//! Checks of the calls that a service makes of others: each by itself, and against what it is sent to.

use super::{
    Checked, MOST_TABLES, caller, check_range,
    find::{find_service, warn_of_idle},
    label,
};
use crate::{
    config::{Problem, Problems, Severity},
    model::{CallPlan, Times, arrival::Nature, discipline::Order, storage::Operation},
    scenario::{
        raw::{RawScenario, RawService},
        raw_call::{RawCall, SlotDuringCalls},
        raw_store::RawMetadata,
    },
};

/// Returns the calls of a service in the order in which they go out, which is that of its plan.
pub(super) fn in_order(raw: &RawService) -> Vec<&RawCall> {
    let mut calls = written(raw);
    calls.sort_by_key(|call| *call.phase);
    calls
}

/// Returns the calls that could be read, as they stand in the file.
fn written(raw: &RawService) -> Vec<&RawCall> {
    let calls = raw.call.iter().flatten();
    calls.filter_map(|attempt| attempt.0.as_ref()).collect()
}

pub(super) fn check(raw: &RawService, scenario: &RawScenario, problems: &Problems) -> Option<Vec<CallPlan>> {
    let calls = in_order(raw);
    if MOST_TABLES < calls.len() {
        let fault = format!("there are {} calls, and {MOST_TABLES} is the most", calls.len());
        let help = "use `times` for calls that are alike";
        problems.error(&raw.name.span, fault, "made by this service", help);
        return None;
    }
    let written = written(raw);
    let given = written.iter().filter_map(|call| call.name.as_ref());
    super::check_unique("call", given, problems);
    let names = names(raw);
    let check = |(call, name): (&RawCall, String)| check_call(call, name, scenario, problems);
    super::all(calls.into_iter().zip(names).map(check))
}

/// Names calls after caller and callee, and counts those that would be called alike.
pub(super) fn names(raw: &RawService) -> Vec<String> {
    let written = written(raw);
    let label = |call: &RawCall| {
        let to = match &call.operation {
            Some(operation) => format!("{}.{}", *call.to, operation.name()),
            None => call.to.value.clone(),
        };
        call.name.as_ref().map_or(to, |name| name.value.clone())
    };
    // Counted as they stand in the file, so that a change of phases changes no name.
    let name = |call: &RawCall| {
        let before = written.iter().take_while(|other| !std::ptr::eq(**other, call));
        let label_here = label(call);
        match before.filter(|other| label(other) == label_here).count() {
            0 => format!("{}>{label_here}", *raw.name),
            more => format!("{}>{label_here}#{}", *raw.name, more + 1),
        }
    };
    in_order(raw).into_iter().map(name).collect()
}

fn check_call(raw: &RawCall, name: String, scenario: &RawScenario, problems: &Problems) -> Option<CallPlan> {
    let to = find_service(&raw.to, raw.operation.as_ref(), scenario, problems);
    let said = [("work", raw.work.is_some()), ("patience", false)];
    warn_of_idle(&raw.to, to, said, scenario, problems);
    let (deadline, caller) = caller::check(&raw.caller, problems);
    check_enough(raw, problems);
    check_range(&raw.phase, "a phase", 1, u32::MAX, problems);
    if !(0.0 < *raw.probability && *raw.probability <= 1.0) {
        let fault = format!("a call cannot have the probability {}", *raw.probability);
        let help = "write a number above 0, and 1 at most, or leave the call out";
        problems.error(&raw.probability.span, fault, "here", help);
    }
    if let (Some(cache), Some(operation)) = (&raw.cache, &raw.operation)
        && **operation == Operation::Write
    {
        let help = "leave the `cache` out";
        problems.error(&cache.span, "a cache cannot answer a write", "here", help);
    }
    let priority = raw.priority.as_ref();
    if let Some(priority) = priority {
        check_range(priority, "a priority", 0, 255, problems);
    }
    Some(CallPlan {
        name,
        to: to?,
        operation: raw.operation.as_ref().map(|operation| **operation),
        phase: *raw.phase,
        times: raw.times.value.clone(),
        enough: raw.enough.as_ref().map(|enough| **enough),
        probability: *raw.probability,
        awaited: *raw.awaited,
        optional: *raw.optional,
        work: raw.work.clone(),
        priority: priority.map(|priority| (**priority).min(255) as u8),
        keys: raw.keys,
        cache: raw.cache.as_ref().map(|cache| cache.value),
        deadline,
        caller,
    })
}

/// Names the lookups of a store as calls are named.
pub(super) fn lookup_name(store: &str, metadata: &RawMetadata) -> String {
    format!("{store}>{}", *metadata.to)
}

/// Checks where a store looks up what its nodes hold, which is a call of its own.
pub(super) fn check_lookup(
    raw: &RawMetadata,
    store: &str,
    scenario: &RawScenario,
    problems: &Problems,
) -> Option<CallPlan> {
    let (deadline, caller) = caller::check(&raw.caller, problems);
    if scenario.store.names().any(|name| name.value == *raw.to) {
        let fault = format!("`{}` is a store, and lookups go to a service", *raw.to);
        problems.error(
            &raw.to.span,
            fault,
            "here",
            "name a service that tells which nodes hold a shard",
        );
        return None;
    }
    let to = find_service(&raw.to, None, scenario, problems);
    Some(CallPlan {
        name: lookup_name(store, raw),
        to: to?,
        operation: None,
        phase: 1,
        times: Times::Fixed(1),
        enough: None,
        probability: 1.0,
        awaited: true,
        optional: false,
        work: raw.work.clone(),
        priority: None,
        keys: None,
        cache: raw.cache,
        deadline,
        caller,
    })
}

/// Checks what is waited for.
fn check_enough(raw: &RawCall, problems: &Problems) {
    if let Some(enough) = &raw.enough {
        if **enough == 0 {
            let help = "write a number from 1 on, or `awaited = false` for a call that nobody waits for";
            problems.error(&enough.span, "no answers cannot be `enough`", "here", help);
        }
        if let Times::Fixed(times) = *raw.times
            && times < **enough
        {
            let labels = [
                (&enough.span, "so many answers"),
                (&raw.times.span, "from so many calls"),
            ];
            caller::push(
                problems,
                Severity::Error,
                "there are never enough answers",
                &labels,
                "lower `enough`, or raise `times`",
            );
        }
    }
    if *raw.awaited {
        return;
    }
    let of_answers = [
        raw.enough.as_ref().map(|enough| &enough.span),
        Some(&raw.optional.span).filter(|_| *raw.optional),
    ];
    for span in of_answers.into_iter().flatten() {
        let labels = [
            (span, "is about answers"),
            (&raw.awaited.span, "nobody waits for one"),
        ];
        caller::push(
            problems,
            Severity::Error,
            "a call that is not awaited has no answer",
            &labels,
            "leave one of them out",
        );
    }
}

/// Returns whether requests keep their slots while their calls are under way.
pub(super) fn holds(raw: &RawService, problems: &Problems) -> bool {
    let discipline = &raw.queue.discipline;
    let shared = discipline.order == Order::Shared;
    let Some(written) = &raw.slot_during_calls else {
        return !shared;
    };
    if raw.call.as_ref().is_none_or(Vec::is_empty) {
        let help = "add `[[service.call]]` tables, or leave it out";
        let fault = format!("service `{}` makes no calls", *raw.name);
        problems.error(&written.span, fault, "is about calls", help);
    }
    let held = written.value == SlotDuringCalls::Held;
    if held && shared {
        let labels = [
            (&written.span, "nobody has one to keep"),
            (&discipline.span, "all are worked on at once"),
        ];
        caller::push(
            problems,
            Severity::Error,
            "processor sharing knows no slots that could be held",
            &labels,
            "leave `slot_during_calls` out: who waits for calls takes no part of the server",
        );
    }
    held
}

/// Checks calls against the services that they go to, and that something goes to every service.
pub(super) fn check_together(tables: &Checked<'_>, problems: &Problems) {
    let deployment = tables.deployment;
    if deployment.is_long() {
        return;
    }
    let services = &deployment.services;
    // What every request that comes to a service brings, and whether any comes at all.
    let (mut keyed, mut sourced) = (vec![true; services.len()], vec![true; services.len()]);
    let mut reached = vec![false; services.len()];
    for plan in &deployment.workloads {
        let traced = matches!(plan.arrivals.nature, Nature::Trace { keyed: true, .. });
        keyed[plan.service] &= plan.keys.is_some() || traced;
        sourced[plan.service] &= plan.sources.is_some();
        reached[plan.service] = true;
    }
    for from in deployment.callers_first() {
        for call in &services[from].calls {
            // A lookup asks for a shard.
            let brings = call.keys.is_some() || keyed[from] || services[from].store.is_some();
            let policy = &services[call.to].balancer;
            let wants = [
                (policy.reads_key && !brings, "key", "keys", "to the call, or "),
                (policy.reads_source && !sourced[from], "client", "sources", ""),
            ];
            for (_, what, field, here) in wants.into_iter().filter(|want| want.0) {
                let message = format!(
                    "`{}` goes by the {what} of a request, and not all of those of the call `{}` have one",
                    policy.name, call.name
                );
                let field_value = "{ popularity = \"zipf\", exponent = 0.9, count = 1_000 }";
                let labels = vec![
                    label(&tables.call_place(from, call), format!("no `{field}`")),
                    label(&tables.place_of(call.to, &["balancer"]), "needs it"),
                ];
                problems.push(Problem {
                    severity: Severity::Error,
                    message,
                    labels,
                    help: Some(format!(
                        "add `{field} = {field_value}` {here}to every workload that it follows from"
                    )),
                });
            }
            if call.learns() && !brings {
                let fault = format!(
                    "the cache of `{}` goes by the key, and not all of its requests have one",
                    call.name
                );
                let help = "add `keys = { popularity = \"zipf\", exponent = 0.9, count = 1_000 }` to the call, or to every workload that it \
                            follows from";
                problems.error(&tables.call_place(from, call), fault, "no `keys`", help);
            }
            keyed[call.to] &= brings;
            sourced[call.to] &= sourced[from];
            reached[call.to] |= reached[from];
        }
    }
    let idle = tables
        .services
        .iter()
        .zip(reached)
        .filter(|(_, reached)| !reached);
    for (raw, _) in idle {
        let fault = format!("nothing is sent to service `{}`", *raw.name);
        let help = format!("give a workload or a call `to = \"{}\"`", *raw.name);
        problems.warning(&raw.name.span, fault, "idle", help);
    }
}
