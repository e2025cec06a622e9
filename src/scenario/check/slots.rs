//! Whether there are enough slots where requests keep them while their calls are under way.

use super::{Checked, label, stability};
use crate::{
    config::{Problem, Severity},
    model::{CallPlan, Deployment, Group, ServicePlan, Times, discipline::Order},
    scenario::offered::Share,
    units::{figures, seconds},
};

/// Returns the mistake where slots are certainly too few: each is taken for the own work and for at least the mean work
/// of what is waited for; queueing there, retries and the slowest of several answers come on top.
pub(super) fn too_few(tables: &Checked<'_>, index: usize, shares: &[Share]) -> Option<Problem> {
    let deployment = tables.deployment;
    let service = &deployment.services[index];
    let shared = service.queue.discipline.order == Order::Shared;
    if !service.holds || shared || !service.has_calls() {
        return None;
    }
    let raw = tables.services[index];
    let (away, longest) = waiting(deployment, index);
    let rate: f64 = shares.iter().map(|share| share.rate).sum();
    let load: f64 = shares.iter().map(|share| share.load).sum();
    let needed = load / fastest(service) + rate * away;
    let slots: f64 = service
        .groups
        .iter()
        .map(|group| f64::from(group.servers) * f64::from(group.slots))
        .sum();
    if away == 0.0 || needed < slots {
        return None;
    }
    let mut labels = stability::sources(tables, shares);
    let has = format!(
        "these have {} slots, and {} are needed at least",
        figures(slots, 4),
        figures(needed, 4)
    );
    labels.push(match &raw.servers {
        Some(servers) => label(&servers.span, has),
        None => label(&raw.name.span, has),
    });
    labels.extend(longest.into_iter().map(|(plan, time)| {
        let text = format!("keeps a slot for at least {} on average", seconds(time));
        label(&tables.call_place(index, plan), text)
    }));
    let per_server = needed / service.servers() as f64;
    let more = match (&raw.servers, &raw.group) {
        (Some(_), _) => format!("raise `slots` to {} or more", per_server.floor() + 1.0),
        _ => "add slots".to_owned(),
    };
    Some(Problem {
        severity: Severity::Error,
        message: format!(
            "service `{}` has too few slots, because requests keep them while their calls are under way",
            service.name
        ),
        labels,
        help: Some(format!(
            "{more}, let others use them meanwhile with `slot_during_calls = \"released\"`, or set `allow_overload = true` under \
             `[run]` to study the overload itself"
        )),
    })
}

/// Returns the least mean time that a request of a service waits for its calls, and the calls that make it up, one for
/// each phase.
fn waiting(deployment: &Deployment, service: usize) -> (f64, Vec<(&CallPlan, f64)>) {
    let calls = &deployment.services[service].calls;
    let phases = calls.chunk_by(|one, other| one.phase == other.phase);
    // Whoever waits for all waits at least as long as for any of them.
    let longest = phases.filter_map(|calls| {
        let times = calls.iter().map(|call| (call, waiting_for(deployment, call)));
        times
            .max_by(|one, other| one.1.total_cmp(&other.1))
            .filter(|(_, time)| 0.0 < *time)
    });
    let longest: Vec<_> = longest.collect();
    (longest.iter().map(|(_, time)| time).sum(), longest)
}

/// Returns the least mean time that a request waits for one of its calls; 0 where something may cut that short.
fn waiting_for(deployment: &Deployment, call: &CallPlan) -> f64 {
    let callee = &deployment.services[call.to];
    let certain = call.awaited
        && call.enough.is_none()
        && call.caller.is_idle()
        && call.cache.is_none()
        && !stability::is_limited(callee);
    match call.times {
        Times::Fixed(_) if certain => {
            let work = call.work.as_ref().unwrap_or(&callee.work).mean();
            call.probability * (work / fastest(callee) + waiting(deployment, call.to).0)
        }
        _ => 0.0,
    }
}

fn fastest(service: &ServicePlan) -> f64 {
    let speed = |group: &Group| group.speed;
    service.groups.iter().map(speed).fold(0.0, f64::max)
}
