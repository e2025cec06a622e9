//! A year's service for programs: `performability.csv` and its part of the document.

use super::{csv::table, number::finite};
use crate::experiment::performability::{Performability, YearInState, YearOfWorkload};
use serde::Serialize;

const HEADER: &[&str] = &[
    "workload",
    "state",
    "share",
    "visits_per_year",
    "lasts_s",
    "availability",
    "response_p99_s",
    "of_the_loss",
    "overloaded_runs",
];

/// Returns `performability.csv`: each state of each workload.
pub(super) fn csv(year: &Performability) -> Vec<u8> {
    let rows = year.workloads.iter().enumerate().flat_map(|(at, workload)| {
        year.states.iter().map(move |state| {
            let fare = &state.workloads[at];
            let numbers = [
                finite(state.share),
                finite(state.visits),
                finite(state.lasts),
                fare.availability.and_then(finite),
                fare.p99.and_then(finite),
                fare.of_the_loss.and_then(finite),
            ];
            (&workload.of, &state.name, numbers, state.overloaded)
        })
    });
    table(HEADER, rows)
}

/// The part of the document.
#[derive(Serialize)]
pub(super) struct Entry<'a> {
    years: f64,
    cut: f64,
    workloads: Vec<WorkloadEntry<'a>>,
    states: Vec<StateEntry<'a>>,
}

#[derive(Serialize)]
struct WorkloadEntry<'a> {
    of: &'a str,
    availability: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    p50_s: Option<f64>,
    p99_s: Option<f64>,
}

#[derive(Serialize)]
struct StateEntry<'a> {
    state: &'a str,
    share: f64,
    visits_per_year: f64,
    lasts_s: f64,
    overloaded_runs: usize,
    /// In the order of the workloads.
    fares: Vec<FareEntry>,
}

#[derive(Serialize)]
struct FareEntry {
    availability: Option<f64>,
    p99_s: Option<f64>,
    of_the_loss: Option<f64>,
}

pub(super) fn entry<'a>(year: &'a Performability) -> Entry<'a> {
    let workload = |one: &'a YearOfWorkload| WorkloadEntry {
        of: &one.of,
        availability: one.availability,
        low: one.interval.map(|(low, _)| low),
        high: one.interval.map(|(_, high)| high),
        p50_s: one.p50,
        p99_s: one.p99,
    };
    Entry {
        years: year.years,
        cut: year.cut,
        workloads: year.workloads.iter().map(workload).collect(),
        states: year.states.iter().map(state_entry).collect(),
    }
}

fn state_entry(state: &YearInState) -> StateEntry<'_> {
    StateEntry {
        state: &state.name,
        share: state.share,
        visits_per_year: state.visits,
        lasts_s: state.lasts,
        overloaded_runs: state.overloaded,
        fares: state
            .workloads
            .iter()
            .map(|fare| FareEntry {
                availability: fare.availability,
                p99_s: fare.p99,
                of_the_loss: fare.of_the_loss,
            })
            .collect(),
    }
}
