//! Checks of faults: when they come, what they strike, and whether that can be done to it.

use super::{MOST_TABLES, failure, label, partition, target};
use crate::{
    config::{Problem, Problems, Severity},
    model::{
        Deployment,
        arrival::Nature,
        failure::{FaultPlan, Harm, Target},
    },
    scenario::{RunPlan, raw::RawScenario, raw_failure::RawFault},
};

/// Checks the faults against the deployment, as far as that could be read.
pub(super) fn check(
    raw: &RawScenario,
    run: &RunPlan,
    deployment: &Deployment,
    problems: &Problems,
) -> Vec<FaultPlan> {
    let faults: Vec<&RawFault> = raw
        .fault
        .iter()
        .flatten()
        .filter_map(|attempt| attempt.0.as_ref())
        .collect();
    if MOST_TABLES < faults.len() {
        let fault = format!("there are {} faults, and {MOST_TABLES} is the most", faults.len());
        let help = "describe those that come again and again as `[[service.failure]]`";
        problems.error(&faults[0].target.span, fault, "the first", help);
        return Vec::new();
    }
    let plans: Vec<Option<FaultPlan>> = faults
        .iter()
        .map(|fault| {
            check_time(fault, run, problems);
            let target = target::find(&fault.target, deployment, problems)?;
            check_harm(fault, target, deployment, problems);
            failure::check_data_lost(
                &fault.data_lost,
                &fault.harm,
                strikes_store(target, deployment),
                problems,
            );
            Some(FaultPlan {
                at: *fault.at,
                from_start: false,
                lasts: *fault.lasts,
                target,
                target_text: fault.target.value.clone(),
                harm: fault.harm.value.clone(),
                data_lost: fault.data_lost.get(),
            })
        })
        .collect();
    check_overlaps(&faults, &plans, problems);
    plans.into_iter().flatten().collect()
}

/// Lets faults come, and what they ask of others be there.
pub(super) fn add(deployment: &mut Deployment, faults: Vec<FaultPlan>) {
    deployment.faults = faults;
    deployment.split();
}

fn strikes_store(target: Target, deployment: &Deployment) -> bool {
    let mut services = deployment.services.iter().enumerate();
    services.any(|(at, plan)| plan.store.is_some() && deployment.strikes(target, at))
}

fn check_time(fault: &RawFault, run: &RunPlan, problems: &Problems) {
    if fault.lasts.as_nanos() == 0 {
        let help = "write how long it lasts, like \"5 min\"";
        problems.error(&fault.lasts.span, "a fault cannot last 0", "here", help);
    }
    let (from, end) = (*fault.at, *fault.at + *fault.lasts);
    if run.duration <= from {
        let help = format!(
            "the run ends after {}: let the fault begin earlier, or raise `run.duration`",
            run.duration
        );
        problems.error(
            &fault.at.span,
            "this fault begins when the run is over",
            "here",
            help,
        );
    } else if run.duration < end {
        let help = format!("shorten it, or raise `run.duration` above {end} to see what comes after it");
        problems.warning(&fault.lasts.span, "this fault outlasts the run", "here", help);
    }
}

/// Checks that the harm can be done to the target.
fn check_harm(fault: &RawFault, target: Target, deployment: &Deployment, problems: &Problems) {
    let wrong = |message: String, help: &str| {
        problems.push(Problem {
            severity: Severity::Error,
            message,
            labels: vec![
                label(&fault.target.span, "this is struck"),
                label(&fault.harm.span, "this is done to it"),
            ],
            help: Some(help.to_owned()),
        });
    };
    if matches!(*fault.harm, Harm::Partition { .. }) {
        return partition::check(fault, target, deployment, problems);
    }
    let surge = matches!(*fault.harm, Harm::Surge { .. });
    if let Target::Balancer { service, .. } = target
        && deployment.services[service].store.is_some()
    {
        return wrong(
            "no balancer stands in front of a store".to_owned(),
            "write a target like \"node:orders.3\" or \"store:orders\"",
        );
    }
    match target {
        Target::Workload(workload) if surge => {
            let plan = &deployment.workloads[workload];
            if matches!(plan.arrivals.nature, Nature::Closed { .. }) {
                let message = format!(
                    "the clients of `{}` wait for answers, so they cannot surge",
                    plan.name
                );
                wrong(message, "add a second workload, or use arrivals with a rate");
            }
        }
        Target::Workload(_) => {
            let message = format!("`{}` is not for a workload", fault.harm.name());
            wrong(message, "a workload can `surge`; servers do the rest");
        }
        _ if surge => {
            wrong(
                "only a workload can surge".to_owned(),
                "write a target like \"workload:shoppers\"",
            );
        }
        Target::Balancer { .. } if matches!(*fault.harm, Harm::Drain) => {}
        Target::Balancer { .. } => failure::check_balancer(&fault.harm, &fault.harm.span, problems),
        _ => {}
    }
}

/// Reports faults that do the same to the same at the same time.
fn check_overlaps(faults: &[&RawFault], plans: &[Option<FaultPlan>], problems: &Problems) {
    let clash = |one: &FaultPlan, other: &FaultPlan| {
        let same = one.target == other.target && one.harm.name() == other.harm.name();
        same && one.at < other.at + other.lasts && other.at < one.at + one.lasts
    };
    for (at, plan) in plans.iter().enumerate() {
        let Some(plan) = plan else { continue };
        let mut before = plans[..at].iter();
        let Some(other) = before.position(|other| other.as_ref().is_some_and(|other| clash(other, plan)))
        else {
            continue;
        };
        problems.push(Problem {
            severity: Severity::Error,
            message: format!(
                "two faults do the same to `{}` at the same time",
                plan.target_text
            ),
            labels: vec![
                label(&faults[other].at.span, "one begins"),
                label(&faults[at].at.span, "the other begins"),
            ],
            help: Some("make one fault of them, or let the second begin when the first is over".to_owned()),
        });
    }
}
