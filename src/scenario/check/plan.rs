//! Checks of `[plan]`: that something may vary, that something is promised, and what is to be small.

mod cases;

use self::cases::cases;
use super::{Checked, check_unique, run::check_level};
use crate::{
    config::{Problems, Spanned, did_you_mean},
    model::{Deployment, ServicePlan},
    scenario::{
        Axis, Goal, Objective, Planning, overrides,
        raw::RawScenario,
        raw_plan::{Choice, RawPlan, Varied},
    },
    units::figures,
};

/// Draws of uncertain inputs that there may be.
const DRAWS: std::ops::RangeInclusive<u32> = 25..=1_000_000;
/// Deployments that a plan may choose from.
const MOST: usize = 4_000;

pub(super) fn check(
    raw: &RawScenario,
    tables: &Checked<'_>,
    objectives: &[Objective],
    problems: &Problems,
) -> Option<Planning> {
    check_fault_names(raw, problems);
    let plan = raw.plan.as_ref()?.0.as_ref()?;
    if objectives.is_empty() {
        let help = if tables.deployment.workloads.is_empty() {
            "plans look at requests: add a `[[workload]]` with objectives, like `slo = { \"response.p99\" = \"120 ms\" }`"
        } else {
            "add objectives to a workload, like `slo = { \"response.p99\" = \"120 ms\" }`"
        };
        problems.error(
            &plan.span,
            "nothing is promised, so the least of everything would do",
            "needs objectives",
            help,
        );
    }
    check_level(&plan.confidence, problems);
    let axes = axes(plan, tables, problems);
    let cases = cases(raw, plan, tables.deployment, objectives, problems);
    let minimise = goal(&plan.minimise, tables.deployment, problems);
    let planning = Planning {
        axes: axes?,
        minimise: minimise?,
        cases,
        confidence: plan.confidence.get(),
        risk: plan.risk.get(),
        draws: plan.draws.value as usize,
    };
    check_risk(plan, &planning, problems);
    Some(planning)
}

/// Checks that so many draws can show so small a risk.
fn check_risk(plan: &RawPlan, planning: &Planning, problems: &Problems) {
    if !DRAWS.contains(&plan.draws.value) {
        let help = "write a whole number from 25 to 1000000";
        problems.error(&plan.draws.span, "these are no usable `draws`", "here", help);
        return;
    }
    if !(0.0..=0.5).contains(&planning.risk) {
        let help = "write one up to 50 %";
        problems.error(&plan.risk.span, "this `risk` is as good as none", "here", help);
        return;
    }
    let smallest = planning.smallest_risk(1);
    if planning.risk < smallest {
        let fault = format!("{} draws cannot show so small a risk", planning.draws);
        let percent = |share: f64| figures(share * 100.0, 2);
        let enough = (planning.draws..=*DRAWS.end() as usize)
            .step_by(25)
            .find(|&draws| {
                let more = Planning {
                    draws,
                    ..planning.clone()
                };
                // Later candidates need more than the first.
                more.smallest_risk(10) <= planning.risk
            });
        let help = match enough {
            Some(enough) => format!(
                "the smallest that they can show is {} %: allow that, or write `draws = {enough}`",
                percent(smallest)
            ),
            None => format!("the smallest that they can show is {} %", percent(smallest)),
        };
        problems.error(&plan.risk.span, fault, "too small", help);
    }
}

fn check_fault_names(raw: &RawScenario, problems: &Problems) {
    check_unique("fault", fault_names(raw).flatten(), problems);
}

/// The names of all faults, in the order of the deployment.
fn fault_names(raw: &RawScenario) -> impl Iterator<Item = Option<&Spanned<String>>> {
    let faults = raw
        .fault
        .iter()
        .flatten()
        .filter_map(|attempt| attempt.0.as_ref());
    faults.map(|fault| fault.name.as_ref())
}

fn axes(plan: &Spanned<RawPlan>, tables: &Checked<'_>, problems: &Problems) -> Option<Vec<Axis>> {
    if plan.vary.0.is_empty() {
        let help = "name at least one path, as in `vary = { \"service.web.servers\" = \"4..40\" }`";
        problems.error(&plan.span, "nothing may vary", "needs something", help);
        return None;
    }
    let axes: Vec<Option<Axis>> = plan
        .vary
        .0
        .iter()
        .map(|varied| axis(varied, tables, problems))
        .collect();
    let axes: Vec<Axis> = axes.into_iter().collect::<Option<_>>()?;
    let counts = axes.iter().map(|axis| axis.values.len());
    let count = counts.fold(1_usize, usize::saturating_mul);
    if MOST < count {
        let fault = format!("there are {count} deployments to choose from, and {MOST} is the most");
        problems.error(
            &plan.span,
            fault,
            "here",
            "let fewer things vary, or each of them less",
        );
        return None;
    }
    Some(axes)
}

fn axis(varied: &Varied, tables: &Checked<'_>, problems: &Problems) -> Option<Axis> {
    let (first, _) = varied.path.split_once('.').unwrap_or((&varied.path, ""));
    if matches!(first, "run" | "plan" | "description") {
        let help = "let something vary that is deployed, as in `\"service.web.servers\"`";
        problems.error(
            &varied.span,
            format!("`{first}` is no part of what is deployed"),
            "here",
            help,
        );
        return None;
    }
    if let Some(problem) = overrides::fault_of(
        &varied.path,
        &varied.span,
        tables.root,
        &RawScenario::root_shape(),
    ) {
        problems.push(problem);
        return None;
    }
    let axis = match &varied.values {
        Choice::Range(text) => Axis::of(&varied.path, text),
        Choice::List(values) if values.is_empty() => Err("this list is empty".to_owned()),
        Choice::List(values) => Axis::listed(&varied.path, values.clone()),
    };
    let wrong = |fault: &String| {
        let help = "write a range like \"4..40\", or a list like [4, 8, 16]";
        problems.error(&varied.values_span, fault, "here", help);
    };
    axis.inspect_err(wrong).ok()
}

fn goal(text: &Spanned<String>, deployment: &Deployment, problems: &Problems) -> Option<Goal> {
    if text.value == "servers" {
        return Some(Goal::Servers);
    }
    let costs = || deployment.services.iter().filter_map(|plan| plan.cost.as_ref());
    for (word, goal, said) in [
        ("cost", Goal::Cost, costs().any(|cost| 0.0 < cost.per_server_hour)),
        (
            "energy",
            Goal::Energy,
            costs().any(|cost| cost.idle_power.is_some()),
        ),
    ] {
        if text.value == word {
            if !said {
                let help = "give a service a `cost = { per_server_hour = 0.19, idle_power = \"90 W\", busy_power = \"240 W\" }`";
                problems.error(
                    &text.span,
                    format!("nothing is said of the {word} of servers"),
                    "unknown",
                    help,
                );
            }
            return Some(goal);
        }
    }
    let parts: Vec<&str> = text.splitn(3, '.').collect();
    let workloads = deployment
        .workloads
        .iter()
        .map(|plan| format!("workload.{}", plan.name));
    let services = deployment.services.iter().map(ServicePlan::path);
    let known: Vec<String> = workloads.chain(services).collect();
    if let [kind, name, measure] = parts[..] {
        let of = format!("{kind}.{name}");
        if known.contains(&of) {
            return Some(Goal::Measure {
                of,
                measure: measure.to_owned(),
            });
        }
    }
    let words = ["servers", "cost", "energy"]
        .into_iter()
        .chain(known.iter().map(String::as_str));
    let fault = format!(
        "`{}` is nothing that can be minimised{}",
        text.value,
        did_you_mean(text, words)
    );
    let help = format!(
        "write \"servers\", \"cost\", \"energy\", or a measure of one of these, like \"{}.response.mean\": {}",
        known[0],
        known.join(", ")
    );
    problems.error(&text.span, fault, "here", help);
    None
}
