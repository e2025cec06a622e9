//! Checks of the network: that it can be got through, and that someone is at both ends.

use super::Checked;
use crate::{
    config::{Problems, Spanned},
    model::NetworkPlan,
    scenario::{raw::RawScenario, raw_network::RawNetwork},
};

/// Returns how long messages take; `None` where they take no time.
pub(super) fn check(raw: &RawScenario, problems: &Problems) -> Option<NetworkPlan> {
    let raw = written(raw)?;
    if 1.0 <= raw.loss.get() {
        let help = "write the share that is lost on average, like \"0.1 %\"";
        problems.error(
            &raw.loss.span,
            "no message ever gets through",
            "all are lost",
            help,
        );
    }
    if raw.retransmit.as_nanos() == 0 {
        let fault = "nobody knows at once that a message was lost";
        let help = "write how long a sender waits for a sign of it, like \"200 ms\"";
        problems.error(&raw.retransmit.span, fault, "here", help);
    }
    // What is left out stands where the table does.
    if raw.loss.get() == 0.0 && raw.retransmit.span != raw.span {
        let help = "add `loss`, like \"0.1 %\", or leave `retransmit` out";
        let fault = "no message is lost, so none is sent again";
        problems.warning(&raw.retransmit.span, fault, "no effect", help);
    }
    let plan = NetworkPlan {
        within_zone: raw.within_zone.as_ref().map(|time| time.value.clone()),
        between_zones: raw.between_zones.as_ref().map(|time| time.value.clone()),
        outside: raw.outside.as_ref().map(|time| time.value.clone()),
        loss: raw.loss.get(),
        retransmit: *raw.retransmit,
    };
    let takes_time = [&plan.within_zone, &plan.between_zones, &plan.outside];
    if takes_time.iter().all(|time| time.is_none()) {
        let help = "add `within_zone`, `between_zones` or `outside`, like \"0.5 ms\"";
        problems.warning(&raw.span, "no message takes any time", "no effect", help);
        return None;
    }
    Some(plan)
}

fn written(raw: &RawScenario) -> Option<&Spanned<RawNetwork>> {
    raw.network.as_ref()?.0.as_ref()
}

/// Warns of times that no message ever takes, and of zones of clients that make no difference.
pub(super) fn check_together(tables: &Checked<'_>, raw: &RawScenario, problems: &Problems) {
    let deployment = tables.deployment;
    let Some(raw) = written(raw) else {
        if !deployment.cuts().is_empty() {
            return;
        }
        for zone in tables
            .workloads
            .iter()
            .filter_map(|workload| workload.zone.as_ref())
        {
            let help = "add a `[network]`, or leave the zone out";
            let fault = "messages take no time, so it does not matter where clients are";
            problems.warning(&zone.span, fault, "no effect", help);
        }
        return;
    };
    if deployment.is_long() {
        let help = "add a `[[workload]]`, or leave `[network]` out";
        return problems.warning(&raw.span, "nobody sends any messages", "no effect", help);
    }
    if let Some(time) = raw.between_zones.as_ref().filter(|_| deployment.zones.is_empty()) {
        let help = "add `[[zone]]` tables, and a `zone` to services, groups and workloads";
        let fault = "there are no zones between which messages could go";
        problems.warning(&time.span, fault, "no effect", help);
    }
    let all_inside = deployment
        .workloads
        .iter()
        .all(|workload| workload.zone.is_some());
    if let Some(time) = raw.outside.as_ref().filter(|_| all_inside) {
        let help = "leave it out, or take the `zone` away from a workload";
        problems.warning(&time.span, "all clients are in zones", "no effect", help);
    }
}
