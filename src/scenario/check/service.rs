//! Checks of a service: its servers, its queue, its balancer.

use super::{
    call, check_range, check_unique, cost, detection, failure, grouped, label, pair, standby, zone,
    zone_local,
};
use crate::{
    config::{Problem, Problems, Severity, Spanned},
    dist::Dist,
    model::{Group, QueuePlace, QueuePlan, ServicePlan, discipline::Order},
    scenario::{
        raw::{RawGroup, RawScenario, RawService},
        raw_parts::{RawBalancer, RawQueue},
    },
};

/// Servers of all services together.
pub(super) const MOST_SERVERS: u64 = 1_000_000;
/// Servers times balancers: each balancer keeps a view of each server.
const MOST_VIEWS: u64 = 10_000_000;
const MOST_SLOTS: u32 = 1_000_000;
const MOST_BALANCERS: u32 = 10_000;

pub(super) fn check(raw: &RawService, scenario: &RawScenario, problems: &Problems) -> Option<ServicePlan> {
    let groups = check_groups(raw, scenario, problems);
    let failures = failure::check(raw, groups.as_deref(), problems);
    let detection = raw.detection();
    detection::check(&detection, problems);
    let work = check_work(raw, scenario, problems);
    let calls = call::check(raw, scenario, problems);
    let holds = call::holds(raw, problems);
    check_queue(&raw.queue, groups.as_deref().unwrap_or_default(), problems);
    check_balancer(&raw.balancer, problems);
    pair::check(&raw.queue, &raw.balancer, problems);
    let zone_local = zone_local::check(raw, scenario, problems);
    let policy = &raw.balancer.policy;
    let report_every = raw.balancer.report_every.as_ref().map(|every| **every);
    Some(ServicePlan {
        name: raw.name.value.clone(),
        groups: groups?,
        work: work?,
        queue: QueuePlan {
            at: *raw.queue.at,
            discipline: raw.queue.discipline.value.clone(),
            capacity: raw.queue.capacity,
            limit: raw.queue.limit.as_ref().map(|limit| **limit),
            timeout: raw.queue.timeout.as_ref().map(|timeout| **timeout),
            shed: raw.queue.shed.as_ref().map(|shed| shed.value.clone()),
        },
        balancer: policy.value.clone(),
        balancers: *raw.balancer.balancers,
        standby: raw.balancer.standby.as_ref().map(|standby| standby.value.clone()),
        zone_local,
        report_every: report_every.or(policy.report_every),
        failures,
        detection,
        calls: calls?,
        holds,
        cost: cost::check(raw.cost.as_ref(), problems),
        store: None,
    })
}

/// Checks the work of requests; where nobody sends any, there may be none.
fn check_work(raw: &RawService, scenario: &RawScenario, problems: &Problems) -> Option<Dist> {
    let help = "write how long a request takes, like \"10 ms\"";
    let Some(work) = &raw.work else {
        if scenario.workload.0.is_empty() {
            return Dist::constant(0.0).ok();
        }
        let fault = format!("the requests to service `{}` have no `work`", *raw.name);
        problems.error(&raw.name.span, fault, "needs it", help);
        return None;
    };
    if work.mean() <= 0.0 {
        let fault = "`work` that takes no time cannot be simulated";
        problems.error(&work.span, fault, "here", help);
    }
    Some(work.value.clone())
}

/// Checks the sizes of all services together; what they need grows with the number of servers.
pub(super) fn check_totals(raw: &RawScenario, problems: &Problems) {
    let (mut servers, mut views) = (0, 0);
    for service in raw.service.0.iter().filter_map(|table| table.read.as_ref()) {
        let groups = service
            .group
            .iter()
            .flatten()
            .map(|group| u64::from(*group.servers));
        let here = service.servers.as_ref().map_or(0, |count| u64::from(**count)) + groups.sum::<u64>();
        servers += here;
        let zones = if *service.balancer.zone_local {
            raw.zone.0.len() as u64
        } else {
            0
        };
        let balancers = u64::from(*service.balancer.balancers) + zones;
        views += here.saturating_mul(balancers);
        if MOST_SERVERS < servers {
            let help = format!(
                "{} servers in all services together is the most",
                grouped(MOST_SERVERS)
            );
            problems.error(
                &service.name.span,
                "there are too many servers",
                "up to this service",
                help,
            );
            return;
        }
        if MOST_VIEWS < views {
            let help = format!(
                "servers times balancers may be {} in all services together",
                grouped(MOST_VIEWS)
            );
            problems.error(
                &service.name.span,
                "the balancers have too many servers to watch",
                "up to this service",
                help,
            );
            return;
        }
    }
}

fn check_groups(raw: &RawService, scenario: &RawScenario, problems: &Problems) -> Option<Vec<Group>> {
    let slots = check_slots(&raw.slots, problems);
    let speed = check_speed(&raw.speed, problems);
    let zone = zone::find(raw.zone.as_ref(), scenario, problems);
    let named = raw.group.iter().flatten();
    check_unique("group", named.filter_map(|group| group.name.as_ref()), problems);
    let groups = match (&raw.servers, &raw.group) {
        (Some(servers), None) => vec![check_servers(servers, problems).then_some(Group {
            servers: **servers,
            slots: slots?,
            speed: speed?,
            weight: 1,
            name: None,
            zone,
            backup: false,
        })],
        (None, Some(groups)) if !groups.is_empty() => {
            check_backups(raw, groups, problems);
            let check = |group: &Spanned<RawGroup>| {
                let stands = match &group.zone {
                    Some(_) => zone::find(group.zone.as_ref(), scenario, problems),
                    None => zone,
                };
                Some(Group {
                    zone: stands,
                    ..check_group(group, slots?, speed?, problems)?
                })
            };
            groups.iter().map(check).collect()
        }
        (Some(servers), Some(groups)) => {
            let mut labels = vec![label(&servers.span, "all alike")];
            labels.extend(groups.first().map(|group| label(&group.span, "in groups")));
            problems.push(Problem {
                severity: Severity::Error,
                message: format!("service `{}` has both `servers` and groups", *raw.name),
                labels,
                help: Some("put all servers into groups, or leave the groups out".to_owned()),
            });
            return None;
        }
        _ => {
            let help = "add `servers = 10`, or `[[service.group]]` tables for servers that differ";
            problems.error(
                &raw.name.span,
                format!("service `{}` has no servers", *raw.name),
                "this one",
                help,
            );
            return None;
        }
    };
    super::all(groups)
}

fn check_group(raw: &RawGroup, slots: u32, speed: f64, problems: &Problems) -> Option<Group> {
    let servers = check_servers(&raw.servers, problems);
    let slots = raw
        .slots
        .as_ref()
        .map_or(Some(slots), |slots| check_slots(slots, problems));
    let speed = raw
        .speed
        .as_ref()
        .map_or(Some(speed), |speed| check_speed(speed, problems));
    let weight = check_range(&raw.weight, "a weight", 1, 256, problems);
    (servers && weight).then_some(Group {
        servers: *raw.servers,
        slots: slots?,
        speed: speed?,
        weight: *raw.weight,
        name: raw.name.as_ref().map(|name| name.value.clone()),
        zone: None,
        backup: *raw.backup,
    })
}

/// Servers that are used only when all others are down need others.
fn check_backups(raw: &RawService, groups: &[Spanned<RawGroup>], problems: &Problems) {
    if groups.iter().all(|group| *group.backup) {
        let labels = groups
            .iter()
            .map(|group| label(&group.backup.span, "used when others are down"));
        problems.push(Problem {
            severity: Severity::Error,
            message: format!("all groups of service `{}` are backups", *raw.name),
            labels: labels.collect(),
            help: Some("leave `backup` out of the groups that are used first".to_owned()),
        });
    }
}

fn check_servers(servers: &Spanned<u32>, problems: &Problems) -> bool {
    check_range(servers, "the number of servers", 1, u32::MAX, problems)
}

pub(super) fn check_slots(slots: &Spanned<u32>, problems: &Problems) -> Option<u32> {
    check_range(slots, "the number of slots", 1, MOST_SLOTS, problems).then_some(**slots)
}

pub(super) fn check_speed(speed: &Spanned<f64>, problems: &Problems) -> Option<f64> {
    if (1e-6..=1e6).contains(&**speed) {
        return Some(**speed);
    }
    let help = "a speed is a factor like 1.5, from 0.000001 to 1000000";
    problems.error(
        &speed.span,
        format!("a server cannot have speed {}", **speed),
        "here",
        help,
    );
    None
}

pub(super) fn check_queue(raw: &RawQueue, groups: &[Group], problems: &Problems) {
    if let Some(timeout) = raw.timeout.as_ref().filter(|timeout| timeout.as_nanos() == 0) {
        let help = "use `capacity = 0` for a queue in which nobody waits";
        problems.error(&timeout.span, "a queue's `timeout` cannot be 0", "here", help);
    }
    if let Some(shed) = &raw.shed
        && *raw.at == QueuePlace::Server
        && raw.discipline.order == Order::Shared
    {
        problems.push(Problem {
            severity: Severity::Error,
            message: "there is no queue to shed load from".to_owned(),
            labels: vec![
                label(&raw.discipline.span, "all are worked on at once"),
                label(&shed.span, "is for those who wait"),
            ],
            help: Some(
                "use `at = \"balancer\"` with a `limit`, or `capacity` to turn requests away".to_owned(),
            ),
        });
    }
    if let Some(limit) = &raw.limit {
        check_limit(raw, limit, groups, problems);
    }
    check_discipline(raw, groups, problems);
}

/// Sharing and interrupting happen among the requests at one server; with a queue at the balancer, a server may hold
/// no more of them than it has slots.
fn check_discipline(raw: &RawQueue, groups: &[Group], problems: &Problems) {
    let acts_at_server = matches!(
        raw.discipline.order,
        Order::Shared | Order::Priority { preemptive: true }
    );
    let crowded = |group: &Group| raw.limit.as_ref().is_some_and(|limit| group.slots < **limit);
    if *raw.at == QueuePlace::Balancer && acts_at_server && !groups.iter().any(crowded) {
        problems.push(Problem {
            severity: Severity::Error,
            message: "no server ever holds more requests than it has slots".to_owned(),
            labels: vec![
                label(&raw.at.span, "all others wait at the balancer"),
                label(&raw.discipline.span, "has an effect only when there are more"),
            ],
            help: Some("set a `limit` above `slots`, or use `at = \"server\"`".to_owned()),
        });
    }
}

fn check_limit(raw: &RawQueue, limit: &Spanned<u32>, groups: &[Group], problems: &Problems) {
    let slots = groups.iter().map(|group| group.slots).max().unwrap_or(1);
    if *raw.at == QueuePlace::Server {
        let help = "use `at = \"balancer\"`, or `capacity` to limit the queue at each server";
        problems.error(
            &limit.span,
            "`limit` is for a queue at the balancer",
            "here",
            help,
        );
    } else if **limit < slots {
        let fault = format!(
            "with a `limit` of {}, some of a server's {slots} slots are never used",
            **limit
        );
        let help = "raise `limit`, or lower `slots`";
        problems.error(&limit.span, fault, "here", help);
    }
}

fn check_balancer(raw: &RawBalancer, problems: &Problems) {
    check_range(
        &raw.balancers,
        "the number of balancers",
        1,
        MOST_BALANCERS,
        problems,
    );
    if let Some(standby) = &raw.standby {
        standby::check(raw, standby, problems);
    }
    if let Some(every) = raw.report_every.as_ref().filter(|every| every.as_nanos() == 0) {
        let help = "leave it out for policies that see every load as it is";
        problems.error(&every.span, "`report_every` cannot be 0", "here", help);
    }
}
