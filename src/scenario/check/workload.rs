//! Checks of a workload: where it goes, what it brings, and whether the policy there can use it.

use super::{Checked, caller, check_range, label};
use crate::{
    config::{Problem, Problems, Severity, did_you_mean},
    model::{WorkloadPlan, arrival::Nature},
    scenario::raw::{RawScenario, RawWorkload},
};

pub(super) fn check(raw: &RawWorkload, scenario: &RawScenario, problems: &Problems) -> Option<WorkloadPlan> {
    if raw
        .deadline
        .as_ref()
        .is_some_and(|deadline| deadline.as_nanos() == 0)
    {
        let span = raw
            .deadline
            .as_ref()
            .map_or(&raw.name.span, |deadline| &deadline.span);
        problems.error(
            span,
            "nothing can meet a `deadline` of 0",
            "here",
            "write one like \"500 ms\"",
        );
    }
    check_range(&raw.priority, "a priority", 0, 255, problems);
    Some(WorkloadPlan {
        name: raw.name.value.clone(),
        service: find_service(raw, scenario, problems)?,
        arrivals: raw.arrivals.clone(),
        work: raw.work.clone(),
        priority: (*raw.priority).min(255) as u8,
        patience: raw.patience.clone(),
        deadline: raw.deadline.as_ref().map(|deadline| **deadline),
        keys: raw.keys,
        sources: raw.sources,
        caller: caller::check(raw, problems),
        zone: None,
    })
}

fn find_service(raw: &RawWorkload, scenario: &RawScenario, problems: &Problems) -> Option<usize> {
    let named = |table: &crate::scenario::raw_parts::NamedTable<_>| {
        table.name.as_ref().is_some_and(|name| name.value == raw.to.value)
    };
    if let Some(index) = scenario.service.0.iter().position(named) {
        return Some(index);
    }
    let names: Vec<&str> = scenario.service.names().map(|name| name.value.as_str()).collect();
    let hint = did_you_mean(&raw.to, names.iter().copied());
    let help = match &names[..] {
        [] => "add a `[[service]]` of that name".to_owned(),
        names => format!("services: {}", names.join(", ")),
    };
    problems.error(
        &raw.to.span,
        format!("there is no service `{}`{hint}", *raw.to),
        "here",
        help,
    );
    None
}

/// Checks workloads against the services that they go to.
pub(super) fn check_together(tables: &Checked<'_>, problems: &Problems) {
    for (index, plan) in tables.deployment.workloads.iter().enumerate() {
        let (raw, service) = (tables.workloads[index], &tables.deployment.services[plan.service]);
        let policy = &service.balancer;
        let policy_place = tables.place("service", plan.service, &["balancer"]);
        let needs = |field: &str, what: &str| {
            problems.push(Problem {
                severity: Severity::Error,
                message: format!("`{}` goes by the {what} of a request, and those of `{}` have none", policy.name, plan.name),
                labels: vec![label(&raw.name.span, "no `".to_owned() + field + "`"), label(&policy_place, "needs it")],
                help: Some(format!("add `{field} = {{ popularity = \"zipf\", exponent = 0.9, count = 1_000 }}` to the workload")),
            });
        };
        let keyed = matches!(plan.arrivals.nature, Nature::Trace { keyed: true, .. });
        if policy.reads_key && plan.keys.is_none() && !keyed {
            needs("keys", "key");
        }
        if policy.reads_source && plan.sources.is_none() {
            needs("sources", "client");
        }
        if let Nature::Closed { clients, .. } = plan.arrivals.nature
            && tables.run.max_in_flight < clients as usize
        {
            let span = tables.place("workload", index, &["arrivals", "clients"]);
            let help = format!("raise `run.max_in_flight` to {clients} or more");
            let fault =
                format!("all {clients} clients may wait at once, which is more than may be in flight");
            problems.error(&span, fault, "here", help);
        }
    }
    for (index, raw) in tables.services.iter().enumerate() {
        let sent = |workload: &WorkloadPlan| workload.service == index;
        if !tables.deployment.is_long() && !tables.deployment.workloads.iter().any(sent) {
            let fault = format!("nothing is sent to service `{}`", *raw.name);
            let help = format!("give a workload `to = \"{}\"`", *raw.name);
            problems.warning(&raw.name.span, fault, "idle", help);
        }
    }
}
