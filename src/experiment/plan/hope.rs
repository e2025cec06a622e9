//! What formulas expect of a candidate, which says where to look first and decides nothing.

use crate::{
    experiment::theory_only,
    scenario::{Planning, Scenario},
};

/// What formulas expect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hope {
    /// It keeps every promise in every case.
    Good,
    /// It breaks one.
    Bad,
    /// In some case more work comes than can be done, which needs no formula to know.
    None,
    /// No formula tells.
    Open,
}

pub(super) fn hope(scenario: &Scenario, planning: &Planning) -> Hope {
    let settled: Vec<Option<Scenario>> = planning
        .cases
        .iter()
        .map(|case| scenario.in_case(case).settled)
        .collect();
    if settled.iter().flatten().any(Scenario::is_overloaded) {
        return Hope::None;
    }
    let mut all_told = settled.iter().all(Option::is_some);
    for scenario in settled.iter().flatten() {
        let results = theory_only(scenario);
        all_told &= results.verdicts.len() == scenario.objectives.len();
        for verdict in &results.verdicts {
            match verdict.value {
                Some(_) if !verdict.is_met() => return Hope::Bad,
                Some(_) if !verdict.is_open() => {}
                _ => all_told = false,
            }
        }
    }
    if all_told { Hope::Good } else { Hope::Open }
}
