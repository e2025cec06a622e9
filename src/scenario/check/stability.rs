//! Whether the servers can keep up: offered load against capacity, before anything is simulated.
//!
//! A queue without an end and without anyone who leaves it grows for ever when more work comes in than the servers
//! can do. That also happens to one slow server whose balancer does not look at its load.

use super::{Checked, label, slots};
use crate::{
    config::{Label, Problem, Problems, Severity},
    model::{Deployment, QueuePlace, Sender, ServicePlan, arrival::Nature, balancer::Law, caller::Expired},
    scenario::offered::{Share, offered},
    units::figures,
};

pub(super) fn check(tables: &Checked<'_>, problems: &Problems) {
    let deployment = tables.deployment;
    if tables.run.allow_overload {
        return;
    }
    let shares = offered(deployment, |sender| surely(deployment, sender));
    for (index, service) in deployment.services.iter().enumerate() {
        if is_limited(service) {
            continue;
        }
        let shares = &shares[index];
        let load = shares.iter().map(|share| share.load).sum();
        if service.capacity() <= load {
            problems.push(too_little(tables, index, shares, load));
        } else if let Some(group) = overloaded_group(service, load) {
            problems.push(unfair(tables, index, group, load));
        } else if let Some(problem) = slots::too_few(tables, index, shares) {
            problems.push(problem);
        } else {
            warn_of_peak(tables, index, problems);
        }
    }
}

/// Returns the work that each service surely has to do, in erlangs of the reference server.
pub(in crate::scenario) fn sure_loads(deployment: &Deployment) -> Vec<f64> {
    let shares = offered(deployment, |sender| surely(deployment, sender));
    let services = deployment.services.iter().zip(shares);
    let load = services.map(|(service, shares)| {
        if is_limited(service) {
            0.0
        } else {
            shares.iter().map(|share| share.load).sum()
        }
    });
    load.collect()
}

/// Returns whether some service is surely offered more than it can do.
pub(in crate::scenario) fn is_overloaded(deployment: &Deployment) -> bool {
    let shares = offered(deployment, |sender| surely(deployment, sender));
    let mut services = deployment.services.iter().zip(shares);
    services.any(|(service, shares)| {
        let load = shares.iter().map(|share| share.load).sum();
        !is_limited(service) && (service.capacity() <= load || overloaded_group(service, load).is_some())
    })
}

/// Returns whether a service turns requests away, so that its queues have an end, and what it calls may see fewer.
pub(super) fn is_limited(service: &ServicePlan) -> bool {
    let queue = &service.queue;
    queue.capacity.is_some() || queue.timeout.is_some() || queue.shed.is_some()
}

/// The share of a sender's requests that will be worked on, whatever happens. Clients who leave make room: only those who
/// stay can fill a queue without end, or whose attempts do.
fn surely(deployment: &Deployment, sender: &Sender<'_>) -> f64 {
    let loses = sender
        .call
        .is_some_and(|(from, _)| is_limited(&deployment.services[from]));
    let learns = sender.call.is_some_and(|(_, call)| call.learns());
    let stays = !learns && sender.patience.is_none() && !expires(sender) && !loses;
    f64::from(u8::from(stays))
}

/// Whether what its clients have given up is not worked on.
fn expires(sender: &Sender<'_>) -> bool {
    // What is called too late is not even sent.
    let caller = sender.caller;
    caller.handed || caller.gives_up(sender.deadline) && caller.expired != Expired::Done
}

fn erlangs(load: f64) -> String {
    match figures(load, 4).as_str() {
        "1" => "1 erlang".to_owned(),
        number => format!("{number} erlangs"),
    }
}

/// Labels the arrivals and the calls that bring the load.
pub(super) fn sources(tables: &Checked<'_>, shares: &[Share]) -> Vec<Label> {
    let deployment = tables.deployment;
    let senders: Vec<Sender<'_>> = deployment.senders().collect();
    let brings = shares.iter().filter(|share| 0.0 < share.load);
    let source = |share: &Share| match (senders[share.sender].call, senders[share.sender].replica) {
        (_, Some((store, role))) => {
            let place = tables.place("store", store - tables.services.len(), &[role.field()]);
            label(
                &place,
                format!("{}s at replicas need {}", role.name(), erlangs(share.load)),
            )
        }
        (None, _) => {
            let place = tables.place("workload", share.sender, &["arrivals", "rate"]);
            label(&place, format!("arrivals need {}", erlangs(share.load)))
        }
        (Some((from, plan)), _) => {
            let looks_up = deployment.services[from].store.is_some();
            let what = if looks_up { "lookups" } else { "calls" };
            let text = format!("{what} need {}", erlangs(share.load));
            label(&tables.call_place(from, plan), text)
        }
    };
    brings.map(source).collect()
}

/// The nodes of a store are too few.
fn too_few_nodes(tables: &Checked<'_>, index: usize, shares: &[Share], load: f64) -> Problem {
    let (service, raw) = (
        &tables.deployment.services[index],
        tables.stores[index - tables.services.len()],
    );
    let serve = format!("these serve {}", figures(service.capacity(), 4));
    let mut labels = sources(tables, shares);
    let nodes = raw.nodes.as_ref().map_or(&raw.name.span, |nodes| &nodes.span);
    labels.push(label(nodes, serve));
    let per_node = service.capacity() / service.servers() as f64;
    let enough = (load / per_node).floor() + 1.0;
    Problem {
        severity: Severity::Error,
        message: format!("store `{}` is offered more load than it can serve", service.name),
        labels,
        help: Some(format!(
            "{enough} nodes like these could, if their load were even; or limit the queue, or set `allow_overload = true` under \
             `[run]` to study the overload itself"
        )),
    }
}

fn too_little(tables: &Checked<'_>, index: usize, shares: &[Share], load: f64) -> Problem {
    if tables.deployment.services[index].store.is_some() {
        return too_few_nodes(tables, index, shares, load);
    }
    let (service, raw) = (&tables.deployment.services[index], tables.services[index]);
    let serve = format!("these serve {}", figures(service.capacity(), 4));
    let mut labels = sources(tables, shares);
    labels.push(match &raw.servers {
        Some(servers) => label(&servers.span, serve),
        None => label(&raw.name.span, serve),
    });
    let per_server = service.capacity() / service.servers() as f64;
    let more = if raw.servers.is_some() {
        // Below the load by rounding, they would not do.
        let enough = (load / per_server).floor() + 1.0;
        format!("raise `servers` to {enough} or more")
    } else {
        "add servers".to_owned()
    };
    Problem {
        severity: Severity::Error,
        message: format!(
            "service `{}` is offered more load than it can serve",
            service.name
        ),
        labels,
        help: Some(format!(
            "{more}, limit the queue, or set `allow_overload = true` under `[run]` to study the overload itself"
        )),
    }
}

/// Returns a group whose servers get more than they can do from a policy that does not look at loads.
fn overloaded_group(service: &ServicePlan, load: f64) -> Option<usize> {
    if service.queue.at == QueuePlace::Balancer || service.zone_local.is_some() {
        return None;
    }
    service.groups.iter().position(|group| {
        let capacity = f64::from(group.slots) * group.speed;
        split_share(service, group.weight).is_some_and(|share| capacity <= share * load)
    })
}

/// Returns the share of requests that one server of this weight gets, where the policy fixes it.
fn split_share(service: &ServicePlan, weight: u32) -> Option<f64> {
    let is_by_weight = matches!(service.balancer.law, Law::WeightedSplit | Law::RoundRobin);
    let weights = service
        .groups
        .iter()
        .map(|group| f64::from(group.servers) * f64::from(group.weight));
    is_by_weight.then(|| f64::from(weight) / weights.sum::<f64>())
}

fn unfair(tables: &Checked<'_>, index: usize, at: usize, load: f64) -> Problem {
    let (service, raw) = (&tables.deployment.services[index], tables.services[index]);
    let group = &service.groups[at];
    let gets = split_share(service, group.weight).unwrap_or(0.0) * load;
    let can = f64::from(group.slots) * group.speed;
    let group_place = raw
        .group
        .iter()
        .flatten()
        .nth(at)
        .map_or(&raw.name.span, |group| &group.servers.span);
    let labels = vec![
        label(
            group_place,
            format!("each gets {} and serves {}", erlangs(gets), figures(can, 4)),
        ),
        label(
            &tables.place_of(index, &["balancer"]),
            format!("`{}` does not look at the load", service.balancer.name),
        ),
    ];
    Problem {
        severity: Severity::Error,
        message: format!(
            "group {} of service `{}` gets more load than it can serve, though all groups together could",
            at + 1,
            service.name
        ),
        labels,
        help: Some(
            "use a policy that looks at loads or weights, give the groups a `weight` that suits their speed, or set \
             `allow_overload = true` under `[run]` to study the overload itself"
                .to_owned(),
        ),
    }
}

/// A daily profile may fit on average and not at its peak: that is often what is studied, so it is only said.
fn warn_of_peak(tables: &Checked<'_>, index: usize, problems: &Problems) {
    let (deployment, service) = (tables.deployment, &tables.deployment.services[index]);
    for (workload, plan) in deployment.workloads.iter().enumerate() {
        let Nature::Profile { points } = &plan.arrivals.nature else {
            continue;
        };
        if plan.patience.is_some() {
            continue;
        }
        let peak = points.iter().map(|&(_, rate)| rate).fold(0.0, f64::max);
        let mean = plan.arrivals.nature.rate().unwrap_or(peak);
        let at_peak = offered(deployment, |sender| {
            let rises = sender.call.is_none() && sender.name == plan.name;
            surely(deployment, sender) * if rises { peak / mean } else { 1.0 }
        });
        let there = at_peak[index].iter().map(|share| share.load).sum();
        if service.capacity() <= there {
            problems.warning(
                &tables.place("workload", workload, &["arrivals", "points"]),
                format!(
                    "service `{}` cannot keep up at the peak of `{}`",
                    service.name, plan.name
                ),
                &format!(
                    "needs {} then, and {} are there",
                    erlangs(there),
                    figures(service.capacity(), 4)
                ),
                "its queue grows until the peak is over; `timeline.csv` shows how long that takes",
            );
        }
    }
}
