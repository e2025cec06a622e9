//! `sweep.png` as data.

use super::{map::map, provenance};
use crate::{
    experiment::{
        Results, Sweep,
        results::Unit,
        sweep::{Axis, Point, Slice},
    },
    report::{
        chart::{ChartError, Interval, Objective, SweepChart, SweepLine, SweepPanel},
        number::plain,
        sweep::{Shown, is_whole, shown},
        words::{conduct, met, one_line, qualified, spoken},
    },
};

/// Draws `sweep.png`; none without anything measured.
pub(in crate::report) fn sweep(sweep: &Sweep) -> Result<Option<Vec<u8>>, ChartError> {
    chart(sweep).map(|chart| chart.draw()).transpose()
}

/// Slices of which the curves can be told apart; of more, some are drawn.
const MOST_SLICES: usize = 14;

pub(in crate::report) fn chart(sweep: &Sweep) -> Option<SweepChart> {
    let first = sweep.measured().next()?;
    let axis = &sweep.axes[0];
    let columns = shown(sweep);
    let times: Vec<&Shown> = columns.iter().filter(|one| one.unit == Unit::Seconds).collect();
    let used = columns
        .iter()
        .filter(|one| one.measure == "utilisation" || one.measure == "up");
    let several = 1 < sweep.slices.len();
    let panels = if several {
        // One measure for all slices: what is promised first.
        columns
            .first()
            .map(|one| panel(sweep, first, one))
            .into_iter()
            .collect()
    } else if first.is_long() {
        // Rare losses and long uptimes have no scale in common.
        columns
            .iter()
            .map(|one| panel_of(sweep, first, &one.title, &[one]))
            .collect()
    } else {
        let mut panels = vec![panel_of(sweep, first, "response time", &times)];
        panels.extend(used.map(|one| panel_of(sweep, first, &one.title, &[one])));
        panels.retain(|panel| !panel.lines.is_empty());
        panels
    };
    let names: Vec<String> = sweep.axes.iter().map(|axis| one_line(axis.name())).collect();
    Some(SweepChart {
        title: format!("{}: along {}", one_line(&first.scenario), names.join(" and ")),
        subtitle: format!("each point about {}, on the same {}", conduct(first), met(first)),
        note: provenance(first),
        map: map(sweep),
        caption: caption(axis),
        is_log: axis.scale.as_ref().is_some_and(|scale| scale.log),
        is_whole: is_whole(axis),
        names: if axis.scale.is_some() {
            Vec::new()
        } else {
            axis.values.iter().map(|value| one_line(value)).collect()
        },
        full: if several { None } else { full(&sweep.slices[0]) },
        marks: if several {
            Vec::new()
        } else {
            marks(first, &sweep.slices[0])
        },
        panels,
    })
}

/// What an axis is, and the unit of its numbers: `workload.shoppers.arrivals.rate (/s)`.
pub(super) fn caption(axis: &Axis) -> String {
    let suffix = axis.scale.as_ref().map_or("", |scale| scale.suffix.trim());
    let path = one_line(&axis.path);
    if suffix.is_empty() {
        path
    } else {
        format!("{path} ({suffix})")
    }
}

/// Where a slice is too much work, as far as the axis goes.
fn full(slice: &Slice) -> Option<(f64, f64)> {
    let (first, last) = (slice.points.first()?, slice.points.last()?);
    let full = slice.full?;
    if first.results.is_none() {
        Some((first.x?, full))
    } else {
        Some((full, last.x?))
    }
}

fn marks(first: &Results, slice: &Slice) -> Vec<(f64, String)> {
    let mut marks: Vec<(f64, String)> = slice
        .breaks
        .iter()
        .filter_map(|found| {
            let verdict = first.verdicts.get(found.objective)?;
            let what = qualified(first, &verdict.of, &spoken(&verdict.measure));
            let verb = if found.above { "breaks" } else { "keeps" };
            Some((
                found.at,
                format!("{what} {verb} {}", plain(verdict.unit, verdict.bound)),
            ))
        })
        .collect();
    marks.extend(slice.knee.map(|knee| (knee.at, "knee".to_owned())));
    marks
}

/// Several measures of the one slice.
fn panel_of(sweep: &Sweep, first: &Results, title: &str, shown: &[&Shown]) -> SweepPanel {
    let slice = &sweep.slices[0];
    SweepPanel {
        title: title.to_owned(),
        unit: shown.first().map_or(Unit::Seconds, |one| one.unit),
        lines: shown
            .iter()
            .map(|one| line(slice, &sweep.axes[0].values, one, one.title.clone()))
            .collect(),
        objectives: shown.iter().flat_map(|one| objectives(first, one)).collect(),
    }
}

/// One measure of several slices.
fn panel(sweep: &Sweep, first: &Results, one: &Shown) -> SweepPanel {
    let name = sweep.axes.get(1).map_or("", |axis| axis.name());
    let all = sweep.slices.len();
    let count = all.min(MOST_SLICES);
    // The first, the last, and those between at even distances.
    let slices = (0..count).map(|at| &sweep.slices[at * (all - 1) / (count - 1).max(1)]);
    SweepPanel {
        title: if count < all {
            format!("{}, {count} of {all} values", one.title)
        } else {
            one.title.clone()
        },
        unit: one.unit,
        lines: slices
            .map(|slice| {
                let fixed = slice.fixed.as_deref().unwrap_or_default();
                line(
                    slice,
                    &sweep.axes[0].values,
                    one,
                    format!("{} = {}", one_line(name), one_line(fixed)),
                )
            })
            .collect(),
        objectives: objectives(first, one),
    }
}

fn objectives(first: &Results, one: &Shown) -> Vec<Objective> {
    let verdicts = first.verdicts.iter();
    let about = verdicts.filter(|verdict| verdict.of == one.of && verdict.measure == one.measure);
    about.map(|verdict| super::objective(first, verdict)).collect()
}

/// One measure of one slice, along an axis with these values.
fn line(slice: &Slice, values: &[String], one: &Shown, name: String) -> SweepLine {
    let point = |point: &Point| {
        let measure = point.steady()?.find(&one.of, &one.measure)?;
        let value = measure.value?;
        let interval = Interval {
            value,
            low: measure.low.unwrap_or(value),
            high: measure.high.unwrap_or(value),
        };
        Some((point.place(values), interval))
    };
    let theory = slice.curve.iter().filter_map(|(x, results)| {
        let told = results.find(&one.of, &one.measure)?.theory.first()?;
        Some((*x, told.value))
    });
    SweepLine {
        name,
        points: slice.points.iter().filter_map(point).collect(),
        theory: theory.collect(),
    }
}
