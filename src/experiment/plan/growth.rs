//! How much more load the answer allows before it breaks a promise, found by halving.

use super::{Candidate, Cost, Make, judge::Court, spare};
use crate::{
    experiment::{
        Results,
        campaign::Campaign,
        results::Verdict,
        run::{results, window},
    },
    scenario::Scenario,
    units::SimDuration,
};

/// How much more load there may be, and what comes then.
#[derive(Clone, Debug)]
pub struct Growth {
    /// The largest load that was seen to do, as a multiple of the usual one.
    pub met: f64,
    /// The smallest that was not; `None` where none was found.
    pub missed: Option<f64>,
    /// In which case that is.
    pub case: usize,
    /// What breaks first; `None` where it does not keep up, or where inputs are uncertain.
    pub breaks: Option<Verdict>,
    /// The cheapest deployment that carries what was not.
    pub next: Next,
}

/// What comes after the answer.
#[derive(Clone, Debug)]
pub enum Next {
    /// This deployment.
    Step(Step),
    /// Nothing that there is to choose from.
    None,
    /// Nobody asked, or someone interrupted.
    Unknown,
}

/// A deployment that carries more load than the answer.
#[derive(Clone, Debug)]
pub struct Step {
    /// One value for each axis.
    pub values: Vec<String>,
    /// What it costs; where that has to be measured, at the load that it carries.
    pub cost: Cost,
    /// What was measured at that load, case by case.
    pub outcomes: Vec<(usize, Results)>,
}

/// How close the largest load is located.
const CLOSE: f64 = 0.01;
/// Loads beyond this multiple are of no interest.
const MOST: f64 = 16.0;
/// Replications at each load: it is judged by estimates, on the same random numbers.
const RUNS: usize = 8;

/// How it goes with more load, judged by estimates.
pub(super) struct Outlook<'a> {
    pub(super) court: &'a Court<'a>,
    pub(super) make: &'a Make<'a>,
    /// All cases, the one first in which the answer has least to spare: one failure is enough.
    order: Vec<usize>,
    warmup: SimDuration,
    /// Whether candidates are judged by their risk.
    is_risky: bool,
}

/// How it goes with so many times the load.
pub(super) enum Look {
    /// All is well; this was measured, case by case.
    Good(Vec<(usize, Results)>),
    /// Something breaks: in which case, and what; nothing where inputs are uncertain, or the load need not be looked at.
    Bad(Option<(usize, Option<Verdict>)>),
}

impl<'a> Outlook<'a> {
    /// Returns nothing for a candidate of which nothing was measured.
    pub(super) fn new(court: &'a Court<'a>, make: &'a Make<'a>, answer: &Candidate) -> Option<Self> {
        let warmup = answer.outcomes.iter().map(|(_, results)| results.warmup).max()?;
        let (binding, _) = answer.binding()?;
        let mut order: Vec<usize> = (0..court.planning.cases.len()).collect();
        order.swap(0, binding);
        Some(Self {
            court,
            make,
            order,
            warmup,
            is_risky: answer.risk.is_some(),
        })
    }

    /// Returns how much the load of the answer may grow; `None` when someone interrupted.
    pub(super) fn growth(&self, scenario: &Scenario, answer: &Candidate) -> Option<Growth> {
        let (binding, verdict) = answer.binding()?;
        let mut found = Growth {
            met: 1.0,
            missed: None,
            case: binding,
            breaks: None,
            next: Next::Unknown,
        };
        let mut step = 1.0 + (0.25 * (spare(verdict) - 1.0)).clamp(0.02, 0.2);
        while found.missed.is_none_or(|missed| 1.0 + CLOSE < missed / found.met) {
            let factor = match found.missed {
                Some(missed) => (found.met * missed).sqrt(),
                None => found.met * step,
            };
            if MOST < factor {
                break;
            }
            match self.look(&answer.values, scenario, factor)? {
                Look::Good(_) => {
                    found.met = factor;
                    step = (1.0 + 2.0 * (step - 1.0)).min(2.0);
                }
                Look::Bad(breaks) => {
                    found.missed = Some(factor);
                    (found.case, found.breaks) = breaks.unwrap_or((binding, None));
                }
            }
        }
        Some(found)
    }

    /// Returns how a candidate fares with so many times the load; `None` when someone interrupted.
    pub(super) fn look(&self, values: &[String], scenario: &Scenario, load: f64) -> Option<Look> {
        if self.is_risky {
            return self.court.look(values, scenario, self.make, load);
        }
        let more = grown(scenario, load);
        let mut outcomes = Vec::new();
        for &case in &self.order {
            let there = more.in_case(&self.court.planning.cases[case]);
            if there.settled.as_ref().is_some_and(Scenario::is_overloaded) {
                return Some(Look::Bad(Some((case, None))));
            }
            let mut campaign = Campaign::new(&there.scenario, window(&there.scenario, self.warmup));
            if !campaign.extend_to(RUNS, self.court.conduct) {
                return None;
            }
            if !campaign.is_steady() {
                return Some(Look::Bad(Some((case, None))));
            }
            let results = results(&campaign, false, Vec::new());
            let missed = results.verdicts.iter().filter(|verdict| !verdict.is_met());
            let told = missed.filter(|verdict| verdict.value.is_some());
            if let Some(worst) = told.min_by(|one, other| spare(one).total_cmp(&spare(other))) {
                return Some(Look::Bad(Some((case, Some(worst.clone())))));
            }
            outcomes.push((case, results));
        }
        outcomes.sort_by_key(|(case, _)| *case);
        Some(Look::Good(outcomes))
    }
}

/// Returns a scenario with so many times the load.
pub(super) fn grown(scenario: &Scenario, load: f64) -> Scenario {
    let mut more = scenario.clone();
    more.stamp(&format!("load {load}"));
    for workload in &mut more.deployment.workloads {
        workload.arrivals = workload.arrivals.scaled(load);
    }
    more
}
