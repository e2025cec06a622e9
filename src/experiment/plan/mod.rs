//! The cheapest deployment that keeps its promises in every case that it must survive.
//!
//! **Lives here:** the search (`search`) over candidates (`field`), the judgement of one of them (`judge`), what formulas expect of it
//! (`hope`), how likely it fails where inputs are uncertain (`draws`, `risk`), how much it may grow (`growth`), and what comes then (`step`).
//! **Lives elsewhere:** what a case changes (`scenario`), estimates (`campaign`).
//!
//! Formulas only say where to look first; a candidate is taken or turned down by simulation, unless more work comes than it can
//! do. All candidates see the same random numbers. Where more of something is never worse, one candidate that fails speaks for
//! all that are smaller in every respect, so that axis is searched like a telephone book and not read line by line.

mod draws;
mod field;
mod growth;
mod hope;
mod judge;
mod risk;
mod search;
mod step;
#[cfg(test)]
mod tests;

pub use self::{
    growth::{Growth, Next, Step},
    judge::Fate,
    risk::Risk,
};
use super::{
    Conduct, Results,
    results::{Unit, Verdict},
    sweep::{Axis, Made},
};
use crate::scenario::{Override, Scenario};

/// What came out of a search.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What was varied.
    pub axes: Vec<Axis>,
    /// What was to be small: `"servers"`, `"cost"`, `"energy"`, or `"workload.shoppers.response.mean"`.
    pub goal: String,
    /// Its unit.
    pub unit: Unit,
    /// The names of the cases; the first is the usual one.
    pub cases: Vec<String>,
    /// How sure the answer is.
    pub confidence: f64,
    /// What is uncertain, and how likely it is what; often nothing.
    pub uncertain: Vec<String>,
    /// How likely an objective may be missed where something is.
    pub risk: f64,
    /// How many candidates there are in all.
    pub total: usize,
    /// Those that were looked at, in that order.
    pub candidates: Vec<Candidate>,
    /// The cheapest that meets every objective in every case, as an index into the candidates.
    pub best: Option<usize>,
    /// How much load the cheapest allows, and what comes then.
    pub growth: Option<Growth>,
    /// Replications that were carried out to find it, over all candidates and cases; without those for the growth.
    pub replications: usize,
    /// The most that one candidate was given in one case.
    pub most: usize,
    /// Where something is uncertain: the smallest risk that so many runs of the last candidate can show.
    pub smallest_risk: Option<f64>,
    /// Whether the search came to its end; where someone interrupted later, only the growth is missing.
    pub finished: bool,
    /// Whether someone interrupted.
    pub interrupted: bool,
    /// What the reader ought to know.
    pub notes: Vec<String>,
}

/// One deployment that was looked at.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// One value for each axis, as they are written into the scenario.
    pub values: Vec<String>,
    /// What it costs, by the goal; `None` where that was to be measured and was not.
    pub cost: Option<Cost>,
    /// What became of it.
    pub fate: Fate,
    /// What it fails by, or what is still open: the objective with least to spare. `None` where it does not keep up at all.
    pub miss: Option<Verdict>,
    /// In which case that is.
    pub case: usize,
    /// Where inputs are uncertain: how likely it misses an objective.
    pub risk: Option<Risk>,
    /// What was measured: the number of the case, and its results, over all inputs.
    pub outcomes: Vec<(usize, Results)>,
}

/// What a candidate costs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cost {
    /// The number.
    pub value: f64,
    /// The ends of its interval; none where it is exact.
    pub interval: Option<(f64, f64)>,
}

impl Plan {
    /// Returns the answer.
    pub fn answer(&self) -> Option<&Candidate> {
        self.best.map(|best| &self.candidates[best])
    }

    /// Returns what was measured, candidate by candidate and case by case.
    pub fn measured(&self) -> impl Iterator<Item = &Results> {
        let outcomes = self.candidates.iter().flat_map(|candidate| &candidate.outcomes);
        outcomes.map(|(_, results)| results)
    }

    /// Returns the candidates that were turned down, the dearest first: what fails just below the answer.
    pub fn turned_down(&self) -> Vec<&Candidate> {
        let mut others: Vec<&Candidate> = self
            .candidates
            .iter()
            .filter(|one| one.fate != Fate::Meets)
            .collect();
        let cost = |one: &Candidate| one.cost.map_or(0.0, |cost| cost.value);
        others.sort_by(|one, other| cost(other).total_cmp(&cost(one)));
        others
    }

    /// Returns the candidate that comes nearest to keeping every promise, where none does.
    pub fn nearest(&self) -> Option<&Candidate> {
        let spare = |one: &Candidate| one.miss.as_ref().map_or(0.0, spare);
        let candidates = self.candidates.iter().filter(|one| one.fate != Fate::Meets);
        candidates.max_by(|one, other| spare(one).total_cmp(&spare(other)))
    }
}

impl Candidate {
    /// Returns the objective with least to spare, and in which case.
    pub fn binding(&self) -> Option<(usize, &Verdict)> {
        let verdicts = self.outcomes.iter();
        let verdicts =
            verdicts.flat_map(|(case, results)| results.verdicts.iter().map(move |one| (*case, one)));
        let told = verdicts.filter(|(_, verdict)| verdict.value.is_some());
        told.min_by(|one, other| spare(one.1).total_cmp(&spare(other.1)))
    }
}

/// Returns how far a measure is from its bound, as a ratio: 2 has twice the room that it needs, and below 1 the bound is missed.
/// Near certainty it is what is missing that counts.
pub fn spare(verdict: &Verdict) -> f64 {
    let Some(value) = verdict.value else {
        return 0.0;
    };
    match (verdict.at_least, verdict.unit) {
        (true, Unit::Share) => {
            (1.0 - verdict.bound).max(f64::MIN_POSITIVE) / (1.0 - value).max(f64::MIN_POSITIVE)
        }
        (true, _) => value / verdict.bound,
        (false, _) => verdict.bound / value.max(f64::MIN_POSITIVE),
    }
}

/// Makes a candidate: the scenario with a value for each axis, and these further changes, which are inputs that were drawn. `None`
/// where that makes no sense.
pub type Make<'a> = dyn Fn(&[String], &[Override]) -> Option<Made> + Sync + 'a;

/// Finds the cheapest deployment. `scenario` is the one that has the plan, and `make` makes its candidates.
///
/// # Panics
/// Panics if the scenario has no plan.
pub fn plan(scenario: &Scenario, make: &Make<'_>, conduct: &Conduct<'_>) -> Plan {
    let planning = scenario.planning.as_ref().expect("a scenario with a plan");
    search::Search::new(scenario, planning, make, conduct).carry_out()
}
