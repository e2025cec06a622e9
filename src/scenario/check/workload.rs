//! Checks of a workload: where it goes, what it brings, and whether the policy there can use it.

use super::{
    Checked, caller, check_range,
    find::{find_service, warn_of_idle},
    label, zone,
};
use crate::{
    config::{Problem, Problems, Severity},
    model::{WorkloadPlan, arrival::Nature},
    scenario::raw::{RawScenario, RawWorkload},
};

pub(super) fn check(raw: &RawWorkload, scenario: &RawScenario, problems: &Problems) -> Option<WorkloadPlan> {
    check_range(&raw.priority, "a priority", 0, 255, problems);
    check_patience(raw, problems);
    let (deadline, caller) = caller::check(&raw.caller, problems);
    let service = find_service(&raw.to, raw.operation.as_ref(), scenario, problems);
    let said = [("work", raw.work.is_some()), ("patience", raw.patience.is_some())];
    warn_of_idle(&raw.to, service, said, scenario, problems);
    Some(WorkloadPlan {
        name: raw.name.value.clone(),
        service: service?,
        arrivals: raw.arrivals.clone(),
        work: raw.work.clone(),
        priority: (*raw.priority).min(255) as u8,
        patience: raw.patience.clone(),
        deadline,
        keys: raw.keys,
        sources: raw.sources,
        caller,
        operation: raw.operation.as_ref().map(|operation| **operation),
        zone: zone::find(raw.zone.as_ref(), scenario, problems),
    })
}

/// A client that leaves does not come back, so it cannot be one that tries again.
fn check_patience(raw: &RawWorkload, problems: &Problems) {
    let again = (raw.caller.retry.as_ref().map(|retry| &retry.span)).or(raw
        .caller
        .hedge
        .as_ref()
        .map(|hedge| &hedge.span));
    if let (Some(again), Some(_)) = (again, &raw.patience) {
        let labels = [(again, "tries again"), (&raw.name.span, "leaves for good")];
        let help = "use `timeout` instead of `patience`: it bounds each attempt, and `deadline` all of them";
        caller::push(
            problems,
            Severity::Error,
            "a client cannot lose its `patience` and try again",
            &labels,
            help,
        );
    }
}

/// Checks workloads against the services that they go to.
pub(super) fn check_together(tables: &Checked<'_>, problems: &Problems) {
    for (index, plan) in tables.deployment.workloads.iter().enumerate() {
        let (raw, service) = (tables.workloads[index], &tables.deployment.services[plan.service]);
        let policy = &service.balancer;
        let policy_place = tables.place_of(plan.service, &["balancer"]);
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
}
