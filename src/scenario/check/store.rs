//! Checks of a store: its nodes, and how it is used.

use super::{
    call, check_range, check_unique, cost, detection, failure, label, service, store_settings, zone,
};
use crate::{
    config::{Problem, Problems, Severity, Spanned},
    dist::Dist,
    model::{Group, QueuePlace, QueuePlan, ServicePlan, balancer::random, storage::StorePlan},
    scenario::{
        raw::RawScenario,
        raw_store::{RawNodes, RawStore},
    },
};

pub(super) fn check(raw: &RawStore, scenario: &RawScenario, problems: &Problems) -> Option<ServicePlan> {
    let groups = check_groups(raw, scenario, problems);
    let failures = failure::check(raw, groups.as_deref(), problems);
    let detection = raw.detection();
    detection::check(&detection, problems);
    check_queue(raw, problems);
    service::check_queue(&raw.queue, groups.as_deref().unwrap_or_default(), problems);
    let store = store_settings::check(raw, groups.as_deref(), scenario, problems);
    let lookup = raw
        .metadata
        .as_ref()
        .map(|metadata| call::check_lookup(metadata, &raw.name, scenario, problems));
    let (groups, store) = (groups?, store?);
    let calls = match lookup {
        Some(lookup) => vec![lookup?],
        None => Vec::new(),
    };
    Some(ServicePlan {
        name: raw.name.value.clone(),
        groups,
        work: usual_work(&store),
        queue: QueuePlan {
            at: QueuePlace::Server,
            discipline: raw.queue.discipline.value.clone(),
            capacity: raw.queue.capacity,
            limit: None,
            timeout: raw.queue.timeout.as_ref().map(|timeout| **timeout),
            shed: raw.queue.shed.as_ref().map(|shed| shed.value.clone()),
        },
        // Its key says where an operation goes; a balancer is there for what believes and checks.
        balancer: random::plan(),
        balancers: 1,
        standby: None,
        zone_local: None,
        report_every: None,
        failures,
        detection,
        calls,
        // Who waits for a lookup or for replicas is at no node.
        holds: false,
        cost: cost::check(raw.cost.as_ref(), problems),
        store: Some(Box::new(store)),
    })
}

/// The work of reads, unless nobody reads.
fn usual_work(store: &StorePlan) -> Dist {
    let operation = if 0.0 < store.read.work.mean() {
        &store.read
    } else {
        &store.write
    };
    operation.work.clone()
}

/// An operation goes to nodes that have its data, so no other node can take it from a queue.
fn check_queue(raw: &RawStore, problems: &Problems) {
    if *raw.queue.at == QueuePlace::Balancer {
        let help = "leave `at` out";
        let fault = "operations on a store wait at its nodes";
        problems.error(&raw.queue.at.span, fault, "here", help);
    }
}

fn check_groups(raw: &RawStore, scenario: &RawScenario, problems: &Problems) -> Option<Vec<Group>> {
    let slots = service::check_slots(&raw.slots, problems);
    let speed = service::check_speed(&raw.speed, problems);
    match (&raw.nodes, &raw.group) {
        (Some(nodes), None) => {
            let zones = zones(raw, scenario, problems)?;
            spread(nodes, &zones, slots?, speed?, problems)
        }
        (None, Some(groups)) if !groups.is_empty() => {
            if let Some(first) = raw.zones.iter().flatten().next() {
                let help = "leave `zones` out, and give each group its `zone`";
                problems.error(
                    &first.span,
                    "`zones` is for nodes that are all alike",
                    "here",
                    help,
                );
            }
            let names = groups.iter().filter_map(|group| group.name.as_ref());
            check_unique("group", names, problems);
            let each = groups
                .iter()
                .map(|group| check_group(group, slots?, speed?, scenario, problems));
            super::all(each.collect::<Vec<_>>())
        }
        (Some(nodes), Some(groups)) => {
            let mut labels = vec![label(&nodes.span, "all alike")];
            labels.extend(groups.first().map(|group| label(&group.span, "in groups")));
            problems.push(Problem {
                severity: Severity::Error,
                message: format!("store `{}` has both `nodes` and groups", *raw.name),
                labels,
                help: Some("put all nodes into groups, or leave the groups out".to_owned()),
            });
            None
        }
        _ => {
            let fault = format!("store `{}` has no nodes", *raw.name);
            let help = "add `nodes = 12`, or `[[store.group]]` tables for nodes that differ";
            problems.error(&raw.name.span, fault, "this one", help);
            None
        }
    }
}

/// Returns the zones over which nodes are spread.
fn zones(raw: &RawStore, scenario: &RawScenario, problems: &Problems) -> Option<Vec<usize>> {
    let Some(named) = &raw.zones else {
        return Some((0..zone::names(scenario).len()).collect());
    };
    let found = named
        .iter()
        .map(|name| zone::find(Some(name), scenario, problems));
    let found = super::all(found.collect::<Vec<_>>())?;
    for (at, zone) in found.iter().enumerate() {
        if found[..at].contains(zone) {
            let fault = format!("zone `{}` is there twice", *named[at]);
            problems.error(&named[at].span, fault, "here", "name each zone once");
        }
    }
    Some(found)
}

/// Spreads nodes over zones, one group in each; the first zones have one more where it does not divide evenly.
fn spread(
    nodes: &Spanned<u32>,
    zones: &[usize],
    slots: u32,
    speed: f64,
    problems: &Problems,
) -> Option<Vec<Group>> {
    if !check_nodes(nodes, problems) {
        return None;
    }
    let group = |servers, zone| Group {
        servers,
        slots,
        speed,
        weight: 1,
        name: None,
        zone,
        backup: false,
    };
    if zones.is_empty() {
        return Some(vec![group(**nodes, None)]);
    }
    let count = zones.len() as u32;
    let share = |at: u32| **nodes / count + u32::from(at < **nodes % count);
    let each = (0..).zip(zones).map(|(at, &zone)| (share(at), zone));
    let some = each.filter(|(servers, _)| 0 < *servers);
    Some(some.map(|(servers, zone)| group(servers, Some(zone))).collect())
}

fn check_group(
    raw: &RawNodes,
    slots: u32,
    speed: f64,
    scenario: &RawScenario,
    problems: &Problems,
) -> Option<Group> {
    let slots = match &raw.slots {
        Some(slots) => service::check_slots(slots, problems),
        None => Some(slots),
    };
    let speed = match &raw.speed {
        Some(speed) => service::check_speed(speed, problems),
        None => Some(speed),
    };
    let zone = zone::find(raw.zone.as_ref(), scenario, problems);
    check_nodes(&raw.nodes, problems).then_some(Group {
        servers: *raw.nodes,
        slots: slots?,
        speed: speed?,
        weight: 1,
        name: raw.name.as_ref().map(|name| name.value.clone()),
        zone,
        backup: false,
    })
}

fn check_nodes(nodes: &Spanned<u32>, problems: &Problems) -> bool {
    check_range(
        nodes,
        "the number of nodes",
        1,
        service::MOST_SERVERS as u32,
        problems,
    )
}
