//! The map of a sweep over two axes of numbers.

use crate::{
    experiment::{
        Results, Sweep,
        results::Verdict,
        sweep::{Axis, Point, Slice},
    },
    report::{
        chart::{Contour, MapAxis, MapCell, MapRow, PlaneMap},
        contour::{self, Row, State},
        number::measured,
        sweep::{Shown, is_whole, label, shown},
        words::one_line,
    },
    units::figures,
};

/// Returns the map of what is promised first or, without promises, of what is shown first; none where an axis has no numbers.
pub(in crate::report) fn map(sweep: &Sweep) -> Option<PlaneMap> {
    let [across, upwards] = &sweep.axes[..] else {
        return None;
    };
    let is_plane = |axis: &Axis| axis.scale.is_some() && 1 < axis.values.len();
    if !is_plane(across) || !is_plane(upwards) {
        return None;
    }
    let first = sweep.measured().next()?;
    let one = shown(sweep).into_iter().next()?;
    let limits = first.verdicts.iter();
    let limits = limits.filter(|verdict| verdict.of == one.of && verdict.measure == one.measure);
    Some(PlaneMap {
        title: one.title.clone(),
        unit: one.unit,
        x: axis(across),
        y: axis(upwards),
        rows: sweep.slices.iter().map(|slice| row(sweep, slice, &one)).collect(),
        contours: contours(sweep, first),
        limits: limits.map(|verdict| verdict.bound).collect(),
    })
}

fn axis(axis: &Axis) -> MapAxis {
    let number = |value: &String| Some((axis.number(value)?, figures(axis.number(value)?, 4)));
    MapAxis {
        caption: super::sweep::caption(axis),
        is_log: axis.scale.as_ref().is_some_and(|scale| scale.log),
        values: axis.values.iter().filter_map(number).collect(),
    }
}

fn row(sweep: &Sweep, slice: &Slice, one: &Shown) -> MapRow {
    let cell = |value: &String| {
        let point = slice
            .points
            .iter()
            .find(|point| point.on_grid && point.value == *value);
        // Nobody came to it before someone interrupted.
        point.map_or_else(MapCell::default, |point| cell(sweep, slice, point, one))
    };
    MapRow {
        full: edge(sweep, slice),
        cells: sweep.axes[0].values.iter().map(cell).collect(),
    }
}

/// Where the steady state is lost or found; of whole numbers, between the last that has one and the next.
fn edge(sweep: &Sweep, slice: &Slice) -> Option<f64> {
    let half = if slice.begins_full() { 0.5 } else { -0.5 };
    let off = if is_whole(&sweep.axes[0]) { half } else { 0.0 };
    slice.full.map(|full| full + off)
}

fn cell(sweep: &Sweep, slice: &Slice, point: &Point, one: &Shown) -> MapCell {
    let found = point
        .steady()
        .and_then(|results| results.find(&one.of, &one.measure));
    let value = found.and_then(|found| found.value);
    let told = match found.zip(value) {
        Some((found, value)) => format!(
            "{} {}",
            one.title,
            measured(found.unit, value, found.low, found.high)
        ),
        None if point.steady().is_none() => "more work than can be done".to_owned(),
        None => format!("no {}", one.title),
    };
    MapCell {
        value,
        is_lost: point.steady().is_none(),
        told: format!("{}: {told}", one_line(&label(sweep, slice, point))),
    }
}

/// The lines of all objectives that are missed somewhere.
fn contours(sweep: &Sweep, first: &Results) -> Vec<Contour> {
    let logs = [0, 1].map(|at: usize| sweep.axes[at].scale.as_ref().is_some_and(|scale| scale.log));
    let [across, upwards] = logs.map(|is_log| move |number: f64| if is_log { number.ln() } else { number });
    let back = logs.map(|is_log| move |number: f64| if is_log { number.exp() } else { number });
    let contour = |(index, verdict): (usize, &Verdict)| {
        let row = |slice: &Slice| {
            let height = sweep.axes[1].number(slice.fixed.as_ref()?)?;
            let states = slice.points.iter();
            let states = states.filter_map(|point| Some((across(point.x?), state(point, index))));
            let states: Vec<(f64, State)> = states.collect();
            Some(Row::new(upwards(height), &states, edge(sweep, slice).map(across)))
        };
        let rows: Vec<Row> = sweep.slices.iter().filter_map(row).collect();
        let lines = contour::lines(&rows).into_iter();
        let placed =
            |line: Vec<contour::Point>| line.into_iter().map(|(x, y)| (back[0](x), back[1](y))).collect();
        Contour {
            label: super::objective(first, verdict).label,
            lines: lines.map(placed).collect(),
        }
    };
    let all = first.verdicts.iter().enumerate().map(contour);
    all.filter(|contour| !contour.lines.is_empty()).collect()
}

/// How far a point is from the limit of an objective: by the logarithm, which is straight for the places of breaks as well.
fn state(point: &Point, objective: usize) -> State {
    let verdict = point.steady().and_then(|results| results.verdicts.get(objective));
    let Some((verdict, value)) = verdict.and_then(|verdict| Some((verdict, verdict.value?))) else {
        return State::Lost;
    };
    let scaled = |value: f64| value.max(f64::MIN_POSITIVE).ln();
    let over = scaled(value) - scaled(verdict.bound);
    State::Level(if verdict.at_least { over } else { -over })
}
