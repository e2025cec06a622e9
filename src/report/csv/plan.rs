//! `plan.csv`: every objective of every candidate in every case that was simulated.

use super::table;
use crate::experiment::{
    Plan, Results,
    plan::{Cost, Fate, Next, Risk},
    results::Verdict,
};

const COLUMNS: [&str; 21] = [
    "cost",
    "cost_low",
    "cost_high",
    "risk",
    "risk_low",
    "risk_high",
    "fate",
    "answer",
    "load",
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
/// without an objective; the next step comes last, at the load that the answer does not carry any more.
pub(in crate::report) fn plan(plan: &Plan) -> Vec<u8> {
    let header: Vec<&str> = plan
        .axes
        .iter()
        .map(|axis| axis.path.as_str())
        .chain(COLUMNS)
        .collect();
    let answer = plan.answer();
    let candidates = plan.candidates.iter().flat_map(|candidate| {
        let row = Row {
            values: &candidate.values,
            cost: candidate.cost,
            risk: candidate.risk,
            fate: fate(candidate.fate),
            is_answer: answer.is_some_and(|answer| std::ptr::eq(answer, candidate)),
            load: 1.0,
        };
        let measured = row.all(plan, &candidate.outcomes);
        if measured.is_empty() {
            vec![row.told(plan, candidate.case, None)]
        } else {
            measured
        }
    });
    table(&header, candidates.chain(next(plan)))
}

/// Returns the rows of the next step.
fn next(plan: &Plan) -> Vec<Vec<String>> {
    let Some((growth, load)) = plan
        .growth
        .as_ref()
        .and_then(|growth| Some((growth, growth.missed?)))
    else {
        return Vec::new();
    };
    let Next::Step(step) = &growth.next else {
        return Vec::new();
    };
    let row = Row {
        values: &step.values,
        cost: Some(step.cost),
        risk: None,
        fate: "next",
        is_answer: false,
        load,
    };
    row.all(plan, &step.outcomes)
}

/// What the rows of a deployment have in common.
struct Row<'a> {
    values: &'a [String],
    cost: Option<Cost>,
    risk: Option<Risk>,
    fate: &'a str,
    is_answer: bool,
    /// At how many times the usual load it was measured.
    load: f64,
}

impl Row<'_> {
    fn all(&self, plan: &Plan, outcomes: &[(usize, Results)]) -> Vec<Vec<String>> {
        let objectives = outcomes.iter().flat_map(|(case, results)| {
            let verdicts = results.verdicts.iter();
            verdicts.map(move |verdict| (*case, results, verdict))
        });
        objectives
            .map(|(case, results, verdict)| self.told(plan, case, Some((results, verdict))))
            .collect()
    }

    /// Returns a row about an objective, or about none where nothing was simulated.
    fn told(&self, plan: &Plan, case: usize, told: Option<(&Results, &Verdict)>) -> Vec<String> {
        let number = |value: Option<f64>| {
            value
                .filter(|value| value.is_finite())
                .map_or_else(String::new, |value| value.to_string())
        };
        let cost = self.cost;
        let mut row = self.values.to_vec();
        row.extend([
            number(cost.map(|cost| cost.value)),
            number(cost.and_then(|cost| cost.interval).map(|ends| ends.0)),
            number(cost.and_then(|cost| cost.interval).map(|ends| ends.1)),
            number(self.risk.map(|risk| risk.value)),
            number(self.risk.map(|risk| risk.low)),
            number(self.risk.map(|risk| risk.high)),
            self.fate.to_owned(),
            self.is_answer.to_string(),
            number(Some(self.load)),
            plan.cases[case].clone(),
        ]);
        row.extend(match told {
            None => vec![String::new(); 11],
            Some((results, verdict)) => vec![
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
