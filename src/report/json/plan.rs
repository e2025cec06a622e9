//! The document of `plan`.

use serde::Serialize;

use super::{Head, MeasureEntry, ObjectiveEntry, entry, objective, text};
use crate::{
    experiment::{
        Plan, Results,
        plan::{Candidate, Growth, Next},
    },
    report::{Invocation, csv::fate, number::finite, plan::label},
};

/// Returns the document of `plan`, in which something was measured. Measures are those of the answer; `variant` is the case.
pub fn plan(plan: &Plan, invocation: &Invocation<'_>) -> String {
    let all: Vec<&Results> = plan.measured().collect();
    let candidates: Vec<CandidateEntry<'_>> =
        plan.candidates.iter().map(|one| candidate(plan, one)).collect();
    let answer = plan.answer();
    let outcomes = || answer.iter().flat_map(|answer| &answer.outcomes);
    let mut head = Head::new(&all, invocation);
    // A candidate that was cut short is not told of at all.
    head.interrupted |= plan.interrupted;
    text(&PlanDocument {
        head,
        axes: plan.axes.iter().map(|axis| axis.path.as_str()).collect(),
        minimise: &plan.goal,
        confidence: plan.confidence,
        uncertain: &plan.uncertain,
        draws: plan.smallest_risk.map(|_| plan.most),
        smallest_risk: plan.smallest_risk,
        cases: &plan.cases,
        deployments: plan.total,
        replications_in_all: plan.replications,
        notes: &plan.notes,
        answer: answer.map(|answer| candidate(plan, answer)),
        growth: plan.growth.as_ref().map(|found| growth(plan, found)),
        candidates,
        measures: outcomes()
            .flat_map(|(case, results)| {
                let measures = results.measures.iter();
                measures.map(|one| entry(Some(plan.cases[*case].as_str()), one))
            })
            .collect(),
    })
}

fn candidate<'a>(plan: &'a Plan, candidate: &'a Candidate) -> CandidateEntry<'a> {
    let cost = candidate.cost;
    let interval = cost.and_then(|cost| cost.interval);
    CandidateEntry {
        variant: label(plan, &candidate.values),
        values: &candidate.values,
        cost: cost.and_then(|cost| finite(cost.value)),
        cost_low: interval.map(|ends| ends.0),
        cost_high: interval.map(|ends| ends.1),
        risk: candidate.risk.map(|risk| RiskEntry {
            value: risk.value,
            low: risk.low,
            high: risk.high,
            runs: risk.runs,
        }),
        fate: fate(candidate.fate),
        binding: candidate.binding().map(|(case, verdict)| Binding {
            case: &plan.cases[case],
            objective: objective(None, verdict),
        }),
        cases: cases(plan, &candidate.outcomes),
        fails: candidate.miss.as_ref().map(|verdict| Binding {
            case: &plan.cases[candidate.case],
            objective: objective(None, verdict),
        }),
    }
}

fn growth<'a>(plan: &'a Plan, growth: &'a Growth) -> GrowthEntry<'a> {
    GrowthEntry {
        met: growth.met,
        missed: growth.missed,
        case: growth.missed.map(|_| plan.cases[growth.case].as_str()),
        breaks: growth.breaks.as_ref().map(|verdict| objective(None, verdict)),
        next: match &growth.next {
            Next::Step(step) => Some(StepEntry {
                variant: label(plan, &step.values),
                values: &step.values,
                cost: finite(step.cost.value),
                cost_low: step.cost.interval.map(|ends| ends.0),
                cost_high: step.cost.interval.map(|ends| ends.1),
                cases: cases(plan, &step.outcomes),
            }),
            Next::None | Next::Unknown => None,
        },
    }
}

fn cases<'a>(plan: &'a Plan, outcomes: &'a [(usize, Results)]) -> Vec<CaseEntry<'a>> {
    outcomes
        .iter()
        .map(|(case, results)| CaseEntry {
            case: &plan.cases[*case],
            replications: results.replications,
            steady: results.steady,
            objectives: results.verdicts.iter().map(|one| objective(None, one)).collect(),
        })
        .collect()
}

#[derive(Serialize)]
struct PlanDocument<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    /// The paths that were varied.
    axes: Vec<&'a str>,
    minimise: &'a str,
    confidence: f64,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    uncertain: &'a [String],
    /// The most draws of uncertain inputs that a deployment was given, and the smallest risk that they can show.
    #[serde(skip_serializing_if = "Option::is_none")]
    draws: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    smallest_risk: Option<f64>,
    cases: &'a [String],
    /// How many there are to choose from.
    deployments: usize,
    /// Over all candidates and cases.
    replications_in_all: usize,
    notes: &'a [String],
    /// The cheapest that meets everything; `null` where none does.
    answer: Option<CandidateEntry<'a>>,
    growth: Option<GrowthEntry<'a>>,
    /// In the order in which they were looked at.
    candidates: Vec<CandidateEntry<'a>>,
    measures: Vec<MeasureEntry<'a>>,
}

#[derive(Serialize)]
struct CandidateEntry<'a> {
    variant: String,
    /// One for each axis, as they are written into the scenario.
    values: &'a [String],
    cost: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cost_low: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cost_high: Option<f64>,
    /// The share of runs that miss an objective, where inputs are uncertain.
    #[serde(skip_serializing_if = "Option::is_none")]
    risk: Option<RiskEntry>,
    fate: &'static str,
    /// The objective with least to spare.
    binding: Option<Binding<'a>>,
    /// Why it is not taken; `null` for one that is, and for one that does not keep up.
    fails: Option<Binding<'a>>,
    cases: Vec<CaseEntry<'a>>,
}

#[derive(Serialize)]
struct RiskEntry {
    value: f64,
    low: f64,
    high: f64,
    runs: usize,
}

#[derive(Serialize)]
struct Binding<'a> {
    case: &'a str,
    #[serde(flatten)]
    objective: ObjectiveEntry<'a>,
}

#[derive(Serialize)]
struct CaseEntry<'a> {
    case: &'a str,
    replications: usize,
    steady: bool,
    objectives: Vec<ObjectiveEntry<'a>>,
}

/// How much load the answer allows, as multiples of the usual one.
#[derive(Serialize)]
struct GrowthEntry<'a> {
    met: f64,
    missed: Option<f64>,
    case: Option<&'a str>,
    breaks: Option<ObjectiveEntry<'a>>,
    /// The cheapest that carries `missed`; `null` where none does.
    next: Option<StepEntry<'a>>,
}

/// The next step: objectives are those at the load that the answer does not carry any more.
#[derive(Serialize)]
struct StepEntry<'a> {
    variant: String,
    values: &'a [String],
    cost: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cost_low: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cost_high: Option<f64>,
    cases: Vec<CaseEntry<'a>>,
}
