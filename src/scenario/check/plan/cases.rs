//! The cases that a plan must survive: from the words of a scenario to what is different in each.

use super::fault_names;
use crate::{
    config::{Problems, Spanned, did_you_mean},
    model::{Deployment, ServicePlan},
    scenario::{Case, Objective, Trouble, raw::RawScenario, raw_plan::RawPlan},
};

/// Loads that a case may ask for, as multiples of the usual one.
const LOADS: std::ops::RangeInclusive<f64> = 0.01..=1_000.0;

/// Returns the usual case and those that are asked for.
pub(super) fn cases(
    raw: &RawScenario,
    plan: &RawPlan,
    deployment: &Deployment,
    objectives: &[Objective],
    problems: &Problems,
) -> Vec<Case> {
    let mut cases = vec![Case {
        name: "usual".to_owned(),
        trouble: Trouble::None,
    }];
    let mut loses: Option<&Spanned<String>> = None;
    for text in plan.survive.iter().flatten() {
        let mut found = match read(raw, text, deployment, objectives) {
            Ok(found) => found,
            Err((fault, help)) => {
                problems.error(&text.span, fault, "here", help);
                continue;
            }
        };
        if found.iter().any(|case| cases.contains(case)) {
            problems.error(
                &text.span,
                "this case is there twice",
                "again",
                "leave it out here",
            );
        }
        if let Some(blind) = found.iter().find_map(|case| unnoticed(deployment, &case.trouble)) {
            let fault = format!("nobody notices that servers of `{}` are lost", blind.name);
            let help = "balancers go on sending there; give the service a `health_check = { interval = \"2 s\" }`, \
                        `outlier_ejection`, a `lease` or `phi_accrual`";
            problems.warning(&text.span, fault, "unnoticed", help);
        }
        if found
            .iter()
            .any(|case| matches!(case.trouble, Trouble::Zone(_) | Trouble::Servers { .. }))
        {
            loses = loses.or(Some(text));
        }
        cases.append(&mut found);
    }
    let tells = |objective: &Objective| {
        let measure = objective.measure.as_str();
        measure.starts_with("available") || matches!(measure, "availability" | "goodput" | "throughput")
    };
    if let Some(text) = loses.filter(|_| !objectives.is_empty() && !objectives.iter().any(tells)) {
        let help =
            "promise an `availability` as well: requests that are lost with a server have no response time";
        problems.warning(
            &text.span,
            "no objective counts the requests that fail then",
            "servers are lost",
            help,
        );
    }
    cases
}

/// What is wrong, and the way out.
type Fault = (String, String);

/// Returns the cases that are meant.
fn read(
    raw: &RawScenario,
    text: &str,
    deployment: &Deployment,
    objectives: &[Objective],
) -> Result<Vec<Case>, Fault> {
    let unknown = || {
        let fault = format!("`{text}` is no case to survive");
        let help = "write \"zone:any\", \"zone:a\", \"server:2\", \"load:1.3\", or \"fault:\" and the name of a fault";
        (fault, help.to_owned())
    };
    let (kind, what) = text.split_once(':').ok_or_else(unknown)?;
    let case = |name: String, trouble: Trouble| Case { name, trouble };
    match kind {
        "zone" => zones(what, deployment),
        "server" => {
            let count = what.parse::<u32>().ok().filter(|count| 0 < *count);
            let wrong = || {
                (
                    format!("`{what}` is no number of servers"),
                    "write one like \"server:2\"".to_owned(),
                )
            };
            let count = count.ok_or_else(wrong)?;
            let at_stake = at_stake(deployment, objectives);
            Ok(at_stake
                .into_iter()
                .map(|service| {
                    let plan = &deployment.services[service];
                    let s = if count == 1 { "" } else { "s" };
                    let name = format!("{count} {}{s} of {} lost", plan.server_kind(), plan.name);
                    case(name, Trouble::Servers { service, count })
                })
                .collect())
        }
        "load" => {
            let factor = what.parse::<f64>().ok().filter(|factor| LOADS.contains(factor));
            let wrong = || {
                let fault = format!("`{what}` is no multiple of the load");
                (
                    fault,
                    "write a number from 0.01 to 1000, as in \"load:1.3\"".to_owned(),
                )
            };
            let factor = factor.ok_or_else(wrong)?;
            Ok(vec![case(format!("{factor} × the load"), Trouble::Load(factor))])
        }
        "fault" => {
            let at = fault_names(raw).position(|name| name.is_some_and(|name| name.value == what));
            let names: Vec<&str> = fault_names(raw)
                .flatten()
                .map(|name| name.value.as_str())
                .collect();
            let wrong = || {
                let fault = format!(
                    "there is no fault `{what}`{}",
                    did_you_mean(what, names.iter().copied())
                );
                let help = if names.is_empty() {
                    "give a `[[fault]]` a `name`".to_owned()
                } else {
                    format!("known: {}", names.join(", "))
                };
                (fault, help)
            };
            let at = at.ok_or_else(wrong)?;
            Ok(vec![case(format!("fault {what}"), Trouble::Fault(at))])
        }
        _ => Err(unknown()),
    }
}

fn zones(what: &str, deployment: &Deployment) -> Result<Vec<Case>, Fault> {
    let zones = &deployment.zones;
    let case = |zone: usize| Case {
        name: format!("zone {} lost", zones[zone]),
        trouble: Trouble::Zone(zone),
    };
    if zones.is_empty() {
        let help = "add `[[zone]]` tables, and name them where servers stand";
        return Err(("there are no zones".to_owned(), help.to_owned()));
    }
    if what == "any" {
        return Ok((0..zones.len()).map(case).collect());
    }
    let zone = zones.iter().position(|zone| zone == what).ok_or_else(|| {
        let hint = did_you_mean(what, zones.iter().map(String::as_str));
        (
            format!("there is no zone `{what}`{hint}"),
            format!("known: any, {}", zones.join(", ")),
        )
    })?;
    Ok(vec![case(zone)])
}

/// The services and stores that requests with objectives pass.
fn at_stake(deployment: &Deployment, objectives: &[Objective]) -> Vec<usize> {
    let all = objectives
        .iter()
        .any(|objective| !objective.of.starts_with("workload."));
    let promised = |name: &str| {
        let of = format!("workload.{name}");
        all || objectives.iter().any(|objective| objective.of == of)
    };
    let workloads = deployment.workloads.iter().filter(|plan| promised(&plan.name));
    let mut passed: Vec<usize> = Vec::new();
    let mut next: Vec<usize> = workloads.map(|plan| plan.service).collect();
    while let Some(service) = next.pop() {
        if !passed.contains(&service) {
            passed.push(service);
            next.extend(deployment.services[service].calls.iter().map(|call| call.to));
        }
    }
    passed.sort_unstable();
    passed
}

/// Returns a service that loses some of its servers without anybody noticing.
fn unnoticed<'a>(deployment: &'a Deployment, trouble: &Trouble) -> Option<&'a ServicePlan> {
    let mut services = deployment.services.iter().enumerate();
    let loses = |at: usize, plan: &ServicePlan| match trouble {
        Trouble::Zone(zone) => plan.groups.iter().any(|group| group.zone == Some(*zone)),
        Trouble::Servers { service, .. } => *service == at,
        _ => false,
    };
    let blind =
        services.find(|(at, plan)| loses(*at, plan) && plan.detection.is_empty() && plan.store.is_none());
    blind.map(|(_, plan)| plan)
}
