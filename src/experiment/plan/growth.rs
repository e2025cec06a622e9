//! How much more load the answer allows before it breaks a promise, found by halving.

use super::{Candidate, spare};
use crate::{
    experiment::{
        Conduct,
        campaign::Campaign,
        results::Verdict,
        run::{results, window},
    },
    scenario::{Planning, Scenario},
    units::SimDuration,
};

/// How much more load there may be.
#[derive(Clone, Debug)]
pub struct Growth {
    /// The largest load that was seen to do, as a multiple of the usual one.
    pub met: f64,
    /// The smallest that was not; `None` where none was found.
    pub missed: Option<f64>,
    /// In which case that is.
    pub case: usize,
    /// What breaks first; `None` where it does not keep up.
    pub breaks: Option<Verdict>,
}

/// How close the largest load is located.
const CLOSE: f64 = 0.01;
/// Loads beyond this multiple are of no interest.
const MOST: f64 = 16.0;
/// Replications at each load: it is judged by estimates, on the same random numbers.
const RUNS: usize = 8;

/// Returns how much the load of a deployment may grow that meets everything.
pub(super) fn growth(
    scenario: &Scenario,
    answer: &Candidate,
    planning: &Planning,
    conduct: &Conduct<'_>,
) -> Option<Growth> {
    let (binding, verdict) = answer.binding()?;
    let warmup = answer.outcomes.iter().map(|(_, results)| results.warmup).max()?;
    // What is nearest to its bound is likely to break first, and one failure is enough.
    let mut order: Vec<usize> = (0..planning.cases.len()).collect();
    order.swap(0, binding);
    let look = |factor: f64| look(scenario, factor, &order, planning, warmup, conduct);
    let mut found = Growth {
        met: 1.0,
        missed: None,
        case: binding,
        breaks: None,
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
        match look(factor)? {
            Look::Good => {
                found.met = factor;
                step = (1.0 + 2.0 * (step - 1.0)).min(2.0);
            }
            Look::Bad(case, breaks) => {
                found.missed = Some(factor);
                (found.case, found.breaks) = (case, breaks);
            }
        }
    }
    Some(found)
}

enum Look {
    Good,
    Bad(usize, Option<Verdict>),
}

/// Returns how it goes with so many times the load; `None` when someone interrupted.
fn look(
    scenario: &Scenario,
    factor: f64,
    order: &[usize],
    planning: &Planning,
    warmup: SimDuration,
    conduct: &Conduct<'_>,
) -> Option<Look> {
    let mut more = scenario.clone();
    more.stamp(&format!("load {factor}"));
    for workload in &mut more.deployment.workloads {
        workload.arrivals = workload.arrivals.scaled(factor);
    }
    for &case in order {
        let case_of = more.in_case(&planning.cases[case]);
        if case_of.settled.as_ref().is_some_and(Scenario::is_overloaded) {
            return Some(Look::Bad(case, None));
        }
        let mut campaign = Campaign::new(&case_of.scenario, window(&case_of.scenario, warmup));
        if !campaign.extend_to(RUNS, conduct) {
            return None;
        }
        if !campaign.is_steady() {
            return Some(Look::Bad(case, None));
        }
        let results = results(&campaign, false, Vec::new());
        let missed = results.verdicts.iter().filter(|verdict| !verdict.is_met());
        let told = missed.filter(|verdict| verdict.value.is_some());
        if let Some(worst) = told.min_by(|one, other| spare(one).total_cmp(&spare(other))) {
            return Some(Look::Bad(case, Some(worst.clone())));
        }
    }
    Some(Look::Good)
}
