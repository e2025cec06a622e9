//! `plan.csv`: every objective of every candidate in every case that was simulated.

use super::table;
use crate::experiment::{
    Plan, Results,
    plan::{Candidate, Fate},
    results::Verdict,
};

const COLUMNS: [&str; 20] = [
    "cost",
    "cost_low",
    "cost_high",
    "risk",
    "risk_low",
    "risk_high",
    "fate",
    "answer",
    "case",
    "replications",
    "of",
    "measure",
    "unit",
    "relation",
    "bound",
    "value",
    "low",
    "high",
    "met",
    "certain",
];

/// Returns `plan.csv`, in the order in which candidates were looked at; one to which more work comes than it can do has a row
/// without an objective.
pub(in crate::report) fn plan(plan: &Plan) -> Vec<u8> {
    let header: Vec<&str> = plan
        .axes
        .iter()
        .map(|axis| axis.path.as_str())
        .chain(COLUMNS)
        .collect();
    let answer = plan.answer();
    let rows = plan.candidates.iter().flat_map(|candidate| {
        let is_answer = answer.is_some_and(|answer| std::ptr::eq(answer, candidate));
        let objectives: Vec<Told<'_>> = candidate
            .outcomes
            .iter()
            .flat_map(|(case, results)| {
                results
                    .verdicts
                    .iter()
                    .map(move |verdict| Some((*case, results, verdict)))
            })
            .collect();
        let objectives = if objectives.is_empty() {
            vec![None]
        } else {
            objectives
        };
        objectives
            .into_iter()
            .map(move |told| row(plan, candidate, is_answer, told))
    });
    table(&header, rows)
}

/// An objective in a case; none of a candidate that was not simulated.
type Told<'a> = Option<(usize, &'a Results, &'a Verdict)>;

fn row(plan: &Plan, candidate: &Candidate, is_answer: bool, told: Told<'_>) -> Vec<String> {
    let number = |value: Option<f64>| {
        value
            .filter(|value| value.is_finite())
            .map_or_else(String::new, |value| value.to_string())
    };
    let cost = candidate.cost;
    let mut row = candidate.values.clone();
    row.extend([
        number(cost.map(|cost| cost.value)),
        number(cost.and_then(|cost| cost.interval).map(|ends| ends.0)),
        number(cost.and_then(|cost| cost.interval).map(|ends| ends.1)),
        number(candidate.risk.map(|risk| risk.value)),
        number(candidate.risk.map(|risk| risk.low)),
        number(candidate.risk.map(|risk| risk.high)),
        fate(candidate.fate).to_owned(),
        is_answer.to_string(),
    ]);
    row.extend(match told {
        None => {
            let mut rest = vec![String::new(); 12];
            rest[0].clone_from(&plan.cases[candidate.case]);
            rest
        }
        Some((case, results, verdict)) => vec![
            plan.cases[case].clone(),
            results.replications.to_string(),
            verdict.of.clone(),
            verdict.measure.clone(),
            verdict.unit.symbol().to_owned(),
            if verdict.at_least { "at least" } else { "at most" }.to_owned(),
            number(Some(verdict.bound)),
            number(verdict.value),
            number(verdict.low),
            number(verdict.high),
            (results.steady && verdict.is_met()).to_string(),
            verdict.is_certain().to_string(),
        ],
    });
    row
}

/// Returns the word for what became of a candidate.
pub(in crate::report) fn fate(fate: Fate) -> &'static str {
    match fate {
        Fate::Meets => "meets",
        Fate::Misses => "misses",
        Fate::Undecided => "undecided",
        Fate::Overloaded => "overloaded",
    }
}
