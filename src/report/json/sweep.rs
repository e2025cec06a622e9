//! The document of `sweep`.

use serde::Serialize;

use super::{Head, MeasureEntry, ObjectiveEntry, entry, objective, text};
use crate::{
    experiment::{
        Results, Sweep,
        sweep::{Point, Slice},
    },
    report::{Invocation, number::finite, sweep::label},
};

/// Returns the document of `sweep`, of which something was measured: `variant` says at which point a measure was taken.
pub fn sweep(sweep: &Sweep, invocation: &Invocation<'_>) -> String {
    let all: Vec<&Results> = sweep.measured().collect();
    let points: Vec<(String, &Slice, &Point)> = sweep
        .slices
        .iter()
        .flat_map(|slice| slice.points.iter().map(move |point| (slice, point)))
        .map(|(slice, point)| (label(sweep, slice, point), slice, point))
        .collect();
    let measured = || {
        let points = points.iter();
        points.filter_map(|(label, _, point)| Some((label.as_str(), point.results.as_ref()?)))
    };
    text(&SweepDocument {
        head: Head::new(&all, invocation),
        axes: sweep.axes.iter().map(|axis| axis.path.as_str()).collect(),
        notes: &sweep.notes,
        points: points
            .iter()
            .map(|(label, slice, point)| PointEntry {
                variant: label,
                value: &point.value,
                number: point.x,
                fixed: slice.fixed.as_deref(),
                on_grid: point.on_grid,
                overloaded: point.steady().is_none(),
                good: point.results.as_ref().is_some_and(Results::is_good),
            })
            .collect(),
        breaks: sweep.slices.iter().flat_map(breaks).collect(),
        full: sweep.slices.iter().filter_map(full).collect(),
        knees: sweep.slices.iter().filter_map(knee).collect(),
        measures: measured()
            .flat_map(|(label, results)| results.measures.iter().map(move |one| entry(Some(label), one)))
            .collect(),
        objectives: measured()
            .flat_map(|(label, results)| {
                results
                    .verdicts
                    .iter()
                    .map(move |one| objective(Some(label), one))
            })
            .collect(),
    })
}

fn breaks(slice: &Slice) -> impl Iterator<Item = BreakEntry<'_>> {
    let results = slice.points.iter().find_map(|point| point.results.as_ref());
    slice.breaks.iter().filter_map(move |found| {
        let verdict = results?.verdicts.get(found.objective)?;
        Some(BreakEntry {
            fixed: slice.fixed.as_deref(),
            of: &verdict.of,
            measure: &verdict.measure,
            bound: finite(verdict.bound),
            at: finite(found.at),
            low: finite(found.low),
            high: finite(found.high),
            met: finite(found.met),
            missed: finite(found.missed),
        })
    })
}

fn full(slice: &Slice) -> Option<PlaceEntry<'_>> {
    Some(PlaceEntry {
        fixed: slice.fixed.as_deref(),
        at: slice.full?,
    })
}

fn knee(slice: &Slice) -> Option<PlaceEntry<'_>> {
    Some(PlaceEntry {
        fixed: slice.fixed.as_deref(),
        at: slice.knee?.at,
    })
}

#[derive(Serialize)]
struct SweepDocument<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    /// The paths that were varied.
    axes: Vec<&'a str>,
    notes: &'a [String],
    points: Vec<PointEntry<'a>>,
    breaks: Vec<BreakEntry<'a>>,
    /// From which value on more work comes in than can be done, or up to which.
    full: Vec<PlaceEntry<'a>>,
    knees: Vec<PlaceEntry<'a>>,
    measures: Vec<MeasureEntry<'a>>,
    objectives: Vec<ObjectiveEntry<'a>>,
}

#[derive(Serialize)]
struct PointEntry<'a> {
    variant: &'a str,
    /// On the first axis, as it was written into the scenario.
    value: &'a str,
    /// The same without its unit.
    number: Option<f64>,
    /// On the second axis.
    #[serde(skip_serializing_if = "Option::is_none")]
    fixed: Option<&'a str>,
    /// Whether it was asked for.
    on_grid: bool,
    /// Whether more work comes in than is done.
    overloaded: bool,
    /// Whether it meets every objective.
    good: bool,
}

/// Where an objective breaks on the first axis, in the unit that its values are written in.
#[derive(Serialize)]
struct BreakEntry<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    fixed: Option<&'a str>,
    of: &'a str,
    measure: &'a str,
    bound: Option<f64>,
    at: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    /// The last simulated value that met it.
    met: Option<f64>,
    /// The first that missed it.
    missed: Option<f64>,
}

#[derive(Serialize)]
struct PlaceEntry<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    fixed: Option<&'a str>,
    at: f64,
}
