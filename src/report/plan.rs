//! What the reports of a plan have in common: what a candidate is called, what it costs, and in which words it fails.

use super::{
    number::{measured, plain},
    words::{name_of, one_line, qualified, spoken},
};
use crate::{
    experiment::{
        Plan,
        plan::{Candidate, Cost, Fate},
        results::{Results, Verdict},
        sweep::Axis,
    },
    units::figures,
};

/// Returns what a candidate is called: `servers = 9, balancer = random`.
pub(super) fn label(plan: &Plan, values: &[String]) -> String {
    let parts = plan.axes.iter().zip(values);
    let parts: Vec<String> = parts
        .map(|(axis, value)| format!("{} = {}", name(plan, axis), one_line(value)))
        .collect();
    parts.join(", ")
}

/// Returns what an axis is called: by the last part of its path, or by all of it where two end alike.
pub(super) fn name(plan: &Plan, axis: &Axis) -> String {
    let alike = plan
        .axes
        .iter()
        .filter(|other| other.name() == axis.name())
        .count();
    one_line(if alike == 1 { axis.name() } else { &axis.path })
}

/// Returns what a candidate costs: `12 servers`, or the measure with its interval.
pub(super) fn cost(plan: &Plan, cost: Option<Cost>) -> String {
    let Some(cost) = cost else {
        return "–".to_owned();
    };
    if plan.goal == "servers" {
        let s = if cost.value == 1.0 { "" } else { "s" };
        return format!("{} server{s}", cost.value);
    }
    match cost.interval {
        Some((low, high)) => measured(plan.unit, cost.value, Some(low), Some(high)),
        None => plain(plan.unit, cost.value),
    }
}

/// Returns what a deployment costs more than the answer, in words; nothing where costs are measured, at another load.
pub(super) fn dearer(plan: &Plan, dearer: Cost) -> Option<String> {
    let known = plan.answer()?.cost.filter(|cost| cost.interval.is_none())?;
    if dearer.interval.is_some() {
        return None;
    }
    let difference = dearer.value - known.value;
    Some(if difference == 0.0 {
        "no more than now".to_owned()
    } else if plan.goal == "servers" {
        format!("{difference} more than now")
    } else {
        format!("{} more than now", plain(plan.unit, difference))
    })
}

/// Returns what is minimised, in words: `servers`, `shoppers response mean`.
pub(super) fn goal(plan: &Plan) -> String {
    let parts: Vec<&str> = plan.goal.splitn(3, '.').collect();
    match parts[..] {
        [kind, name, measure] => format!("{} {}", name_of(&format!("{kind}.{name}")), spoken(measure)),
        _ => plan.goal.clone(),
    }
}

/// Returns an objective's measure in words: `p99 response`, with its owner where there are several.
pub(super) fn what(results: &Results, verdict: &Verdict) -> String {
    qualified(results, &verdict.of, &spoken(&verdict.measure))
}

/// Returns `≤ 120 ms`.
pub(super) fn bound(verdict: &Verdict) -> String {
    let relation = if verdict.at_least { "≥" } else { "≤" };
    format!("{relation} {}", plain(verdict.unit, verdict.bound))
}

/// Returns the value of an objective's measure, with its interval.
pub(super) fn value(verdict: &Verdict) -> String {
    match verdict.value {
        Some(value) => measured(verdict.unit, value, verdict.low, verdict.high),
        None => "nothing to measure".to_owned(),
    }
}

/// Returns the name of a case as it stands in a sentence: `usually`, `with zone a lost`; nothing where there is only one.
pub(super) fn in_case(plan: &Plan, case: usize) -> String {
    match case {
        _ if plan.cases.len() == 1 => String::new(),
        0 => " in the usual case".to_owned(),
        _ => format!(" with {}", one_line(&plan.cases[case])),
    }
}

/// Returns how likely a candidate misses an objective: `4 of 200 runs miss an objective, 2 % (0.6–5)`.
pub(super) fn risk(candidate: &Candidate) -> Option<String> {
    let risk = candidate.risk?;
    let missed = (risk.value * risk.runs as f64).round();
    let es = if missed == 1.0 { "es" } else { "" };
    let percent = |share: f64| figures(share * 100.0, 2);
    Some(format!(
        "{missed} of {} runs miss{es} an objective, {} % ({}–{})",
        risk.runs,
        percent(risk.value),
        percent(risk.low),
        percent(risk.high)
    ))
}

/// Returns why a candidate is not taken: `response p99 131 ms ± 3 with zone a lost, not ≤ 120 ms`; where inputs are uncertain, how
/// likely it misses something, and the worst that was seen.
pub(super) fn why_not(plan: &Plan, candidate: &Candidate) -> String {
    let place = in_case(plan, candidate.case);
    let undecided = candidate.fate == Fate::Undecided;
    if let Some(risk) = risk(candidate) {
        let open = if undecided {
            "; not decided, more `draws` may"
        } else {
            ""
        };
        let worst = match (candidate.fate, missed(plan, candidate)) {
            (Fate::Meets, _) => String::new(),
            (_, Some(missed)) => format!("; at worst {missed}"),
            (_, None) => format!("; at worst it does not keep up{place}"),
        };
        return format!("{risk}{worst}{open}");
    }
    match candidate.fate {
        Fate::Meets => String::new(),
        Fate::Overloaded => format!("more work than can be done{place}"),
        _ => {
            let open = if undecided {
                format!("; not decided in {} replications", plan.most)
            } else {
                String::new()
            };
            missed(plan, candidate).map_or_else(
                || format!("does not keep up{place}"),
                |missed| format!("{missed}{open}"),
            )
        }
    }
}

/// Returns the objective that a candidate misses, or that is open, with what was measured and wanted.
fn missed(plan: &Plan, candidate: &Candidate) -> Option<String> {
    let (verdict, first) = (candidate.miss.as_ref()?, plan.measured().next()?);
    Some(format!(
        "{} {}{}, wanted {}",
        what(first, verdict),
        value(verdict),
        in_case(plan, candidate.case),
        bound(verdict)
    ))
}

/// Returns how much more load there may be: `9 % more load`, or a multiple where that is easier to read.
pub(super) fn more(factor: f64) -> String {
    if factor < 2.0 {
        format!("{} % more load", figures((factor - 1.0) * 100.0, 2))
    } else {
        format!("{} times the load", figures(factor, 3))
    }
}
