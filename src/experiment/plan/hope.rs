//! What formulas expect of a candidate, which says where to look first and decides nothing.

use super::field::Field;
use crate::{
    experiment::theory_only,
    scenario::{Planning, Scenario},
};

/// What formulas expect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hope {
    /// It keeps every promise in every case.
    Good,
    /// It breaks one.
    Bad,
    /// In some case more work comes than can be done, which needs no formula to know.
    None,
    /// No formula tells.
    Open,
}

/// Lets formulas say where to look first; `make` makes a candidate that can be simulated.
pub(super) fn look_first(
    field: &mut Field,
    planning: &Planning,
    make: impl Fn(&[String]) -> Option<Scenario>,
) {
    let mut rough = field.clone();
    while let Some(spot) = rough.next() {
        let scenario = make(&field.values(spot));
        match scenario.map_or(Hope::None, |scenario| hope(&scenario, planning)) {
            Hope::Open => rough.leave(spot),
            Hope::Good => {
                rough.settle(spot, true);
                if let Some(cost) = rough.cost(spot) {
                    rough.drop_from(cost);
                }
            }
            Hope::Bad => rough.settle(spot, false),
            Hope::None => {
                rough.settle(spot, false);
                field.rule_out(spot);
            }
        }
    }
    field.believe(&rough);
}

fn hope(scenario: &Scenario, planning: &Planning) -> Hope {
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
