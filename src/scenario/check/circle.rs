//! Checks of the graph of calls as a whole: it has no circles, and one request does not lead to a flood.

use super::label;
use crate::{
    config::{Label, Problem, Problems, Severity},
    model::Deployment,
    scenario::raw::RawScenario,
    units::figures,
};

/// How deep calls may be nested.
const DEEPEST: usize = 64;
/// Calls of all services together; each keeps records as a workload does.
const MOST_CALLS: usize = 1_000;
/// Calls that one request may lead to on average.
const MOST_PER_REQUEST: f64 = 100_000.0;
/// Places of a circle that are shown.
const MOST_LABELS: usize = 8;

/// One call: the service that makes it, and its number there.
type Step = (usize, usize);

/// Checks the graph; `None` says that it cannot be walked through.
pub(super) fn check(raw: &RawScenario, deployment: &Deployment, problems: &Problems) -> Option<()> {
    let wrong = |message: String, steps: &[Step], help: String| {
        problems.push(Problem {
            severity: Severity::Error,
            message,
            labels: steps
                .iter()
                .take(MOST_LABELS)
                .filter_map(|&step| place(raw, step))
                .collect(),
            help: Some(help),
        });
    };
    let services = &deployment.services;
    let calls: usize = services.iter().map(|service| service.calls.len()).sum();
    if MOST_CALLS < calls {
        let message =
            format!("there are {calls} calls, and {MOST_CALLS} in all services together is the most");
        wrong(message, &[], "use `times` for calls that are alike".to_owned());
        return None;
    }
    if let Some(circle) = find_circle(deployment) {
        let mut names: Vec<&str> = circle
            .iter()
            .map(|&(from, _)| services[from].name.as_str())
            .collect();
        names.push(names[0]);
        let message = format!("calls lead in a circle: {}", names.join(" → "));
        let help = "no request would ever end: take one of these calls out";
        wrong(message, &circle, help.to_owned());
        return None;
    }
    if let Some((depth, last)) = too_deep(deployment) {
        let message = format!("calls are nested {depth} deep, and {DEEPEST} is the most");
        wrong(
            message,
            &[last],
            "describe some of these services as one".to_owned(),
        );
        return None;
    }
    for (at, workload) in deployment.workloads.iter().enumerate() {
        let mut outside = vec![0.0; deployment.workloads.len()];
        outside[at] = 1.0;
        let rates = deployment.sender_rates(&outside, |_| 1.0);
        let calls: f64 = rates[outside.len()..].iter().sum();
        if MOST_PER_REQUEST < calls {
            let message = format!(
                "a request of `{}` leads to {} calls",
                workload.name,
                figures(calls, 3)
            );
            let help = format!(
                "{} is the most: lower `times`",
                super::grouped(MOST_PER_REQUEST as u64)
            );
            wrong(message, &[], help);
            return None;
        }
    }
    Some(())
}

/// Says where a call is made.
fn place(raw: &RawScenario, (from, at): Step) -> Option<Label> {
    let Some(service) = raw.service.0.get(from) else {
        let store = raw.store.0[from - raw.service.0.len()].read.as_ref()?;
        let to = &store.metadata.as_ref()?.to;
        let text = format!("`{}` looks up shards at `{}`", *store.name, **to);
        return Some(label(&to.span, text));
    };
    let service = service.read.as_ref()?;
    let to = &super::call::in_order(service)[at].to;
    Some(label(&to.span, format!("`{}` calls `{}`", *service.name, **to)))
}

/// Returns the calls of a circle, if there is one.
fn find_circle(deployment: &Deployment) -> Option<Vec<Step>> {
    let services = &deployment.services;
    let mut done = vec![false; services.len()];
    for start in 0..services.len() {
        // The way from the start to where the search is, and the next call to follow from there.
        let mut way: Vec<Step> = vec![(start, 0)];
        while let Some(&(from, at)) = way.last() {
            let call = services[from].calls.get(at).filter(|_| !done[from]);
            let Some(call) = call else {
                done[from] = true;
                way.pop();
                if let Some(before) = way.last_mut() {
                    before.1 += 1;
                }
                continue;
            };
            if let Some(first) = way.iter().position(|&(on_way, _)| on_way == call.to) {
                return Some(way.split_off(first));
            }
            way.push((call.to, 0));
        }
    }
    None
}

/// Returns how deep calls are nested where that is too deep, and the deepest one.
fn too_deep(deployment: &Deployment) -> Option<(usize, Step)> {
    let mut depths = vec![0; deployment.services.len()];
    let mut deepest = (0, (0, 0));
    for from in deployment.callers_first() {
        for (at, call) in deployment.services[from].calls.iter().enumerate() {
            depths[call.to] = depths[call.to].max(depths[from] + 1);
            deepest = deepest.max((depths[call.to], (from, at)));
        }
    }
    Some(deepest).filter(|(depth, _)| DEEPEST < *depth)
}
