//! Checks of what senders do about slow and failed answers, be they clients of a workload or servers that call.

use super::{Checked, label};
use crate::{
    config::{Problem, Problems, Severity, Span},
    model::caller::{AttemptWork, CallerPlan, Expired, hedge::After},
    scenario::raw_caller::RawCaller,
    units::SimDuration,
};

/// Returns the deadline, and what the sender does.
pub(super) fn check(raw: &RawCaller, problems: &Problems) -> (Option<SimDuration>, CallerPlan) {
    let plan = CallerPlan {
        timeout: raw.timeout.as_ref().map(|timeout| **timeout),
        expired: raw
            .expired
            .as_ref()
            .map_or(Expired::default(), |expired| **expired),
        retry: raw.retry.as_ref().map(|retry| retry.value.clone()),
        hedge: raw.hedge.as_ref().map(|hedge| hedge.value.clone()),
        breaker: raw.breaker,
        concurrency: raw.concurrency.clone(),
        rate_limit: raw.rate_limit,
        attempt_work: raw
            .attempt_work
            .as_ref()
            .map_or(AttemptWork::default(), |work| **work),
        propagate: raw.propagate.as_ref().is_some_and(|propagate| **propagate),
        handed: false,
    };
    if let Some(deadline) = raw.deadline.as_ref().filter(|deadline| deadline.as_nanos() == 0) {
        let help = "write one like \"500 ms\"";
        problems.error(&deadline.span, "nothing can meet a `deadline` of 0", "here", help);
    }
    if let Some(timeout) = raw.timeout.as_ref().filter(|timeout| timeout.as_nanos() == 0) {
        let help = "write one like \"1 s\", or leave it out for clients who wait for ever";
        problems.error(
            &timeout.span,
            "nothing answers within a `timeout` of 0",
            "here",
            help,
        );
    }
    if let (Some(work), None, None) = (&raw.attempt_work, &plan.retry, &plan.hedge) {
        let help = "add `retry` or `hedge`, or leave `attempt_work` out";
        problems.error(&work.span, "there is one attempt, and no other", "here", help);
    }
    check_times(raw, problems);
    (raw.deadline.as_ref().map(|deadline| **deadline), plan)
}

/// Checks what is known of senders once it is known who calls whom: whether attempts expire, and where deadlines lead.
pub(super) fn check_together(tables: &Checked<'_>, problems: &Problems) {
    let deployment = tables.deployment;
    let clients = tables.workloads.iter().map(|raw| &raw.caller);
    let calls = tables.services.iter().flat_map(|raw| super::call::in_order(raw));
    let lookups = tables.stores.iter().filter_map(|raw| raw.metadata.as_ref());
    let written = clients
        .chain(calls.map(|raw| &raw.caller))
        .chain(lookups.map(|raw| &raw.caller));
    for (raw, sender) in written.zip(deployment.senders()) {
        let gives_up = sender.caller.gives_up(sender.deadline);
        if let (Some(expired), false) = (&raw.expired, gives_up) {
            let help = "add a `timeout`, or leave `expired` out";
            let fault = "without a `timeout` no attempt expires";
            problems.error(&expired.span, fault, "here", help);
        }
        let Some(propagate) = raw.propagate.as_ref().filter(|propagate| ***propagate) else {
            continue;
        };
        if !gives_up {
            let help = "add a `deadline` or a `timeout`, or leave `propagate` out";
            problems.error(&propagate.span, "there is no deadline to hand on", "here", help);
        } else if !deployment.services[sender.service]
            .calls
            .iter()
            .any(|call| call.awaited)
        {
            let fault = format!(
                "`{}` waits for no calls",
                deployment.services[sender.service].name
            );
            let help = "leave `propagate` out: a deadline is handed on to calls that are waited for";
            problems.error(&propagate.span, fault, "nobody to hand a deadline to", help);
        }
    }
}

/// Checks that what is to come first does.
fn check_times(raw: &RawCaller, problems: &Problems) {
    if let (Some(timeout), Some(hedge)) = (&raw.timeout, &raw.hedge)
        && let After::Fixed(after) = hedge.after
        && **timeout <= after
    {
        let labels = [
            (&hedge.span, "sent after this time"),
            (&timeout.span, "over by then"),
        ];
        let help = "send it well before the `timeout`: \"p95\" follows the response times by itself";
        push(
            problems,
            Severity::Error,
            "no attempt lasts until its hedge is due",
            &labels,
            help,
        );
    }
    if let (Some(timeout), Some(deadline)) = (&raw.timeout, &raw.deadline)
        && **deadline <= **timeout
    {
        let labels = [
            (&deadline.span, "the client gives up here"),
            (&timeout.span, "and not later"),
        ];
        let help = "a `timeout` is for one attempt, a `deadline` for all: lower the one, or leave it out";
        push(
            problems,
            Severity::Warning,
            "the `timeout` has no effect",
            &labels,
            help,
        );
    }
}

pub(super) fn push(
    problems: &Problems,
    severity: Severity,
    message: &str,
    labels: &[(&Span, &str)],
    help: &str,
) {
    problems.push(Problem {
        severity,
        message: message.to_owned(),
        labels: labels.iter().map(|&(span, text)| label(span, text)).collect(),
        help: Some(help.to_owned()),
    });
}
