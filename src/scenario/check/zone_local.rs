//! Checks of balancing by zones.

use super::label;
use crate::{
    config::{Problem, Problems, Severity, Span},
    model::{QueuePlace, ZoneLocal},
    scenario::raw::{RawScenario, RawService},
};

/// Returns how requests are kept in the zone of their sender, if they are.
pub(super) fn check(raw: &RawService, scenario: &RawScenario, problems: &Problems) -> Option<ZoneLocal> {
    let balancer = &raw.balancer;
    let here = &balancer.zone_local.span;
    if !*balancer.zone_local {
        if let Some(spill_over) = &balancer.spill_over {
            let help = "add `zone_local = true`, or leave `spill_over` out";
            let fault = "without `zone_local` nothing spills over";
            problems.warning(&spill_over.span, fault, "no effect", help);
        }
        return None;
    }
    check_others(raw, problems);
    if let Some(spill_over) = balancer.spill_over.as_ref()
        && !(spill_over.is_finite() && 0.0 < **spill_over)
    {
        let help = "write the connections per slot from which on requests go elsewhere, like 1.5";
        let fault = format!("nothing can spill over at {}", **spill_over);
        problems.error(&spill_over.span, fault, "here", help);
    }
    if scenario.zone.0.is_empty() {
        let help = "add `[[zone]]` tables, and a `zone` to groups, services and workloads";
        problems.error(here, "there are no zones to stay in", "here", help);
    } else if scenario.network.is_none() && !scenario.workload.0.is_empty() {
        let help = "add a `[network]`, or leave `zone_local` out";
        let fault = "messages take no time, so no server is nearer than another";
        problems.error(here, fault, "has no use", help);
    }
    // Over years nobody sends anything.
    let zones = scenario.zone.0.len() as u32;
    (!scenario.workload.0.is_empty()).then(|| ZoneLocal {
        zones,
        spill_over: balancer.spill_over.as_ref().map(|spill_over| **spill_over),
    })
}

/// The balancers of zones are several, and each has its own connections.
fn check_others(raw: &RawService, problems: &Problems) {
    let balancer = &raw.balancer;
    let refuse = |span: &Span, text: &str, help: &str| {
        let labels = vec![
            label(&balancer.zone_local.span, "one balancer for each zone"),
            label(span, text),
        ];
        problems.push(Problem {
            severity: Severity::Error,
            message: "zones have balancers of their own".to_owned(),
            labels,
            help: Some(help.to_owned()),
        });
    };
    if 1 < *balancer.balancers {
        refuse(
            &balancer.balancers.span,
            "so many for all",
            "leave one of them out",
        );
    }
    if let Some(standby) = &balancer.standby {
        refuse(&standby.span, "one active for all", "leave one of them out");
    }
    if *raw.queue.at == QueuePlace::Balancer {
        let help = "use `at = \"server\"`, or leave `zone_local` out";
        refuse(&raw.queue.at.span, "one queue for all", help);
    }
}
