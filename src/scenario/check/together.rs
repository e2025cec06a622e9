//! Checks of what goes wrong against who would notice, and who waits for an answer.

use super::{Checked, label, loss, partition};
use crate::{
    config::{Problem, Problems, Severity, Span},
    model::{
        failure::{Harm, Target, Unit},
        storage::Unavailable,
    },
};

pub(super) fn check(tables: &Checked<'_>, problems: &Problems) {
    loss::check(tables, problems);
    partition::check_detection(tables, problems);
    for service in 0..tables.deployment.services.len() {
        let harms = harms_of(tables, service);
        warn_of_blindness(tables, service, &harms, problems);
        warn_of_waiting(tables, service, &harms, problems);
        check_unavailable(tables, service, &harms, problems);
    }
}

/// Returns what may be done to the servers of a service, and where that is said.
fn harms_of<'a>(tables: &'a Checked<'_>, service: usize) -> Vec<(&'a Harm, Span)> {
    let plan = &tables.deployment.services[service];
    let failures = plan.failures.iter().zip(tables.failures(service));
    let mut harms: Vec<_> = failures
        .filter(|(failure, _)| failure.unit != Unit::Balancer)
        .map(|(failure, raw)| (&failure.harm, raw.harm.span.clone()))
        .collect();
    for (at, fault) in tables.deployment.faults.iter().enumerate() {
        let strikes = match fault.target {
            Target::Server { service: other, .. } | Target::Group { service: other, .. } => other == service,
            Target::Service(other) => other == service,
            Target::Zone(zone) => plan.groups.iter().any(|group| group.zone == Some(zone)),
            Target::Balancer { .. } | Target::Workload(_) => false,
        };
        if strikes {
            harms.push((&fault.harm, tables.place("fault", at, &["mode"])));
        }
    }
    harms
}

/// Without a detector a balancer goes on sending to servers that have failed.
fn warn_of_blindness(tables: &Checked<'_>, service: usize, harms: &[(&Harm, Span)], problems: &Problems) {
    let plan = &tables.deployment.services[service];
    let fails = |harm: &Harm| !matches!(harm, Harm::Slow { .. } | Harm::Drain | Harm::Surge { .. });
    let Some((_, span)) = harms.iter().find(|(harm, _)| fails(harm)) else {
        return;
    };
    if tables.deployment.is_long() && plan.detection.outlier_ejection.is_some() {
        let span = tables.place_of(service, &["outlier_ejection"]);
        let fault = "outlier ejection goes by requests, and there are none";
        let help = "add a `[[workload]]` to see what it does, or another detector";
        problems.warning(&span, fault, "sees nothing", help);
    } else if plan.store.is_some() && tables.deployment.is_long() {
        // Nobody sends it anything, and repair goes by how long a node is away.
    } else if plan.detection.is_empty() && 1 < plan.servers() {
        let fault = format!("nobody notices when servers of `{}` fail", plan.name);
        let help = "balancers go on sending there; give the service a `health_check = { interval = \"2 s\" }`, \
                    `outlier_ejection`, a `lease` or `phi_accrual`";
        problems.warning(span, fault, "unnoticed", help);
    }
}

/// A request at a server that hangs has no end of its own.
fn warn_of_waiting(tables: &Checked<'_>, service: usize, harms: &[(&Harm, Span)], problems: &Problems) {
    let silent = |harm: &Harm| matches!(harm, Harm::Hang { .. } | Harm::Partition { .. });
    let Some((harm, span)) = harms.iter().find(|(harm, _)| silent(harm)) else {
        return;
    };
    let (which, label_here) = match harm {
        Harm::Hang { .. } => ("that hang", "answers nothing"),
        _ => ("that are cut off", "loses all messages"),
    };
    for (at, sender) in tables.deployment.senders().enumerate() {
        let gives_up = sender.caller.gives_up(sender.deadline);
        if sender.service != service || gives_up || sender.replica.is_some() {
            continue;
        }
        let (who, place, whose) = match sender.call {
            None => ("clients of", tables.workloads[at].name.span.clone(), "workload"),
            Some((_, plan)) if !plan.awaited => continue,
            Some((from, plan)) if tables.deployment.services[from].store.is_some() => (
                "operations with the lookup",
                tables.call_place(from, plan),
                "`metadata`",
            ),
            Some((from, plan)) => (
                "servers that make the call",
                tables.call_place(from, plan),
                "call",
            ),
        };
        let fault = format!(
            "the {who} `{}` wait for servers {which} until they are back",
            sender.name
        );
        let help = format!("clients give up in reality: add a `timeout` to the {whose}, like \"1 s\"");
        problems.push(Problem {
            severity: Severity::Warning,
            message: fault,
            labels: vec![label(span, label_here), label(&place, "has no `timeout`")],
            help: Some(help),
        });
    }
}

/// Operations wait for nodes that are known to be gone, and to be back.
fn check_unavailable(tables: &Checked<'_>, service: usize, harms: &[(&Harm, Span)], problems: &Problems) {
    let plan = &tables.deployment.services[service];
    let Some(store) = plan
        .store
        .as_deref()
        .filter(|store| store.unavailable == Unavailable::Wait)
    else {
        return;
    };
    let drained = harms.iter().any(|(harm, _)| matches!(harm, Harm::Drain));
    let mut faults = tables.deployment.faults.iter();
    let loses = plan.failures.iter().any(|failure| 0.0 < failure.data_lost)
        || faults.any(|fault| 0.0 < fault.data_lost && tables.deployment.strikes(fault.target, service));
    // Who is copied to has no data yet, and that is known without a detector.
    let copied = store.repair.is_some() && loses;
    if tables.deployment.is_long() || !plan.detection.is_empty() || drained || copied {
        return;
    }
    let span = tables.place_of(service, &["unavailable"]);
    let fault = format!(
        "nobody notices when nodes of `{}` are gone, so no operation waits for them",
        plan.name
    );
    let help = "give the store a `health_check = { interval = \"2 s\" }`, a `lease` or `phi_accrual`, or leave `unavailable` out: \
                operations that reach too few nodes fail";
    problems.error(&span, fault, "never comes about", help);
}
