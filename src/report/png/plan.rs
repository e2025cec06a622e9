//! `plan.png` as data: how much of what is promised each candidate uses up, case by case; where inputs are uncertain, how likely
//! it is to break a promise.

use super::provenance;
use crate::{
    experiment::{
        Plan, Results,
        plan::{Candidate, spare},
        results::Unit,
    },
    report::{
        chart::{ChartError, DotGroup, Interval, Objective, PlanChart},
        plan::{cost, goal, label},
        words::{met, one_line},
    },
};

/// Draws `plan.png`; none where nothing was measured.
pub(in crate::report) fn plan(plan: &Plan) -> Result<Option<Vec<u8>>, ChartError> {
    chart(plan).map(|chart| chart.draw()).transpose()
}

/// Cases that can be told apart by colour.
const MOST_CASES: usize = 8;
/// Candidates that there is room for: the answer, and those that are nearest to it.
const MOST: usize = 9;
/// Beyond this many times what is promised, how far it is says nothing more.
const FAR: f64 = 4.0;

pub(in crate::report) fn chart(plan: &Plan) -> Option<PlanChart> {
    let first = plan.measured().next()?;
    let shown = shown(plan);
    let answer = plan.answer();
    let is_certain = plan.uncertain.is_empty();
    Some(PlanChart {
        title: format!(
            "{}: what it takes to keep the promises",
            one_line(&first.scenario)
        ),
        subtitle: format!(
            "{} of {} deployment{}, on the same {}; {} replications × {}, seed {}",
            plan.candidates.len(),
            plan.total,
            if plan.total == 1 { "" } else { "s" },
            met(first),
            plan.replications,
            first.duration,
            first.seed
        ),
        note: provenance(first),
        heading: if is_certain {
            "measured / promised, of the objective with least to spare: above 1 it is broken"
        } else {
            "runs that miss an objective, each with inputs of its own"
        }
        .to_owned(),
        unit: if is_certain { Unit::Count } else { Unit::Share },
        caption: format!("deployments, the cheapest first ({})", goal(plan)),
        names: shown.iter().map(|one| name(plan, one)).collect(),
        answer: shown
            .iter()
            .position(|one| answer.is_some_and(|answer| std::ptr::eq(*one, answer))),
        groups: if is_certain {
            let cases = plan.cases.iter().enumerate().take(MOST_CASES);
            cases.map(|(case, name)| used_up(&shown, case, name)).collect()
        } else {
            vec![risks(&shown)]
        },
        limits: vec![if is_certain {
            limit(1.0, "promised")
        } else {
            limit(plan.risk, "allowed")
        }],
        stairs: (!is_certain).then(|| ("the least risk for so much".to_owned(), frontier(&shown))),
    })
}

/// How likely each candidate is to miss an objective, where inputs are uncertain.
fn risks(shown: &[&Candidate]) -> DotGroup {
    let dots = shown.iter().enumerate().filter_map(|(at, candidate)| {
        let risk = candidate.risk?;
        let interval = Interval {
            value: risk.value,
            low: risk.low,
            high: risk.high,
        };
        Some((at, interval))
    });
    DotGroup {
        name: "share of runs".to_owned(),
        dots: dots.collect(),
    }
}

/// The least risk that can be had for what each candidate costs; `shown` has the cheapest first.
fn frontier(shown: &[&Candidate]) -> Vec<(usize, f64)> {
    let mut least = f64::INFINITY;
    let lower = |(at, candidate): (usize, &&Candidate)| {
        let risk = candidate.risk?.value;
        let is_lower = risk < least;
        least = least.min(risk);
        is_lower.then_some((at, risk))
    };
    shown.iter().enumerate().filter_map(lower).collect()
}

fn limit(value: f64, label: &str) -> Objective {
    Objective {
        label: label.to_owned(),
        value,
        share: None,
    }
}

fn name(plan: &Plan, candidate: &Candidate) -> String {
    let label = label(plan, &candidate.values);
    match cost(plan, candidate.cost) {
        price if plan.axes.len() == 1 || candidate.cost.is_none() => format!("{label}: {price}"),
        price => format!("{price}: {label}"),
    }
}

/// The candidates that were simulated and are nearest to the answer, the cheapest first.
fn shown(plan: &Plan) -> Vec<&Candidate> {
    let price = |one: &Candidate| one.cost.map_or(f64::INFINITY, |cost| cost.value);
    let mut simulated: Vec<&Candidate> = plan
        .candidates
        .iter()
        .filter(|one| !one.outcomes.is_empty())
        .collect();
    let middle = plan.answer().or_else(|| plan.nearest()).map_or(0.0, price);
    let away = |one: &Candidate| (price(one) - middle).abs();
    simulated.sort_by(|one, other| away(one).total_cmp(&away(other)));
    simulated.truncate(MOST);
    simulated.sort_by(|one, other| price(one).total_cmp(&price(other)));
    simulated
}

/// What each candidate uses up in a case.
fn used_up(shown: &[&Candidate], case: usize, name: &str) -> DotGroup {
    let dots = shown.iter().enumerate().filter_map(|(at, candidate)| {
        let (_, results) = candidate.outcomes.iter().find(|(other, _)| *other == case)?;
        Some((at, used(results)?))
    });
    DotGroup {
        name: one_line(name),
        dots: dots.collect(),
    }
}

/// The largest share of its bound that any objective uses up.
fn used(results: &Results) -> Option<Interval> {
    let told = results.verdicts.iter().filter(|verdict| verdict.value.is_some());
    let worst = told.min_by(|one, other| spare(one).total_cmp(&spare(other)))?;
    let share = |value: Option<f64>| {
        let room = spare(&crate::experiment::results::Verdict {
            value: value.or(worst.value),
            ..worst.clone()
        });
        room.recip().min(FAR)
    };
    let (low, high) = (share(worst.low), share(worst.high));
    Some(Interval {
        value: share(worst.value),
        low: low.min(high),
        high: low.max(high),
    })
}
