//! Whether the servers can keep up: offered load against capacity, before anything is simulated.
//!
//! A queue without an end and without anyone who leaves it grows for ever when more work comes in than the servers
//! can do. That also happens to one slow server whose balancer does not look at its load.

use super::{Checked, label};
use crate::{
    config::{Label, Problem, Problems, Severity},
    model::{QueuePlace, ServicePlan, WorkloadPlan, arrival::Nature, balancer::Law, caller::Expired},
    scenario::offered,
    units::figures,
};

pub(super) fn check(tables: &Checked<'_>, problems: &Problems) {
    for (index, service) in tables.deployment.services.iter().enumerate() {
        if tables.run.allow_overload
            || service.queue.capacity.is_some()
            || service.queue.timeout.is_some()
            || service.queue.shed.is_some()
        {
            continue;
        }
        // Clients who leave make room: only those who stay can fill a queue without end, or whose attempts do.
        let stays = |workload: &WorkloadPlan| {
            workload.service == index && workload.patience.is_none() && !expires(workload)
        };
        let rates: Vec<Share> = tables
            .deployment
            .workloads
            .iter()
            .enumerate()
            .filter(|(_, workload)| stays(workload))
            .map(|(workload, plan)| Share {
                workload,
                load: offered(plan, service),
            })
            .collect();
        let load: f64 = rates.iter().map(|share| share.load).sum();
        if service.capacity() <= load {
            problems.push(too_little(tables, index, &rates, load));
        } else if let Some(group) = overloaded_group(service, load) {
            problems.push(unfair(tables, index, group, load));
        } else {
            warn_of_peak(tables, index, load, problems);
        }
    }
}

/// Whether what its clients have given up is not worked on.
fn expires(workload: &WorkloadPlan) -> bool {
    let caller = &workload.caller;
    let gives_up = caller.timeout.is_some() || workload.deadline.is_some() && !caller.is_idle();
    gives_up && caller.expired != Expired::Done
}

/// The load that one workload brings, in erlangs of the reference server.
struct Share {
    workload: usize,
    load: f64,
}

fn erlangs(load: f64) -> String {
    match figures(load, 4).as_str() {
        "1" => "1 erlang".to_owned(),
        number => format!("{number} erlangs"),
    }
}

/// Labels the arrivals that bring the load.
fn arrivals(tables: &Checked<'_>, shares: &[Share]) -> Vec<Label> {
    let brings = shares.iter().filter(|share| 0.0 < share.load);
    let place = |share: &Share| tables.place("workload", share.workload, &["arrivals", "rate"]);
    brings
        .map(|share| label(&place(share), format!("arrivals need {}", erlangs(share.load))))
        .collect()
}

fn too_little(tables: &Checked<'_>, index: usize, shares: &[Share], load: f64) -> Problem {
    let (service, raw) = (&tables.deployment.services[index], tables.services[index]);
    let serve = format!("these serve {}", figures(service.capacity(), 4));
    let mut labels = arrivals(tables, shares);
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
    if service.queue.at == QueuePlace::Balancer {
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
            &tables.place("service", index, &["balancer"]),
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
fn warn_of_peak(tables: &Checked<'_>, index: usize, load: f64, problems: &Problems) {
    let service = &tables.deployment.services[index];
    for (workload, plan) in tables.deployment.workloads.iter().enumerate() {
        let Nature::Profile { points } = &plan.arrivals.nature else {
            continue;
        };
        if plan.service != index || plan.patience.is_some() {
            continue;
        }
        let peak = points.iter().map(|&(_, rate)| rate).fold(0.0, f64::max);
        let mean = plan.arrivals.nature.rate().unwrap_or(peak);
        let there = load + offered(plan, service) * (peak / mean - 1.0);
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
