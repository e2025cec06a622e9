//! The page of `sweep`.

use super::{
    Origin,
    figure::{Figure, Line, Mark, Panel, Scale, Span, View},
    frame::Page,
    map::map,
    markup::{Cell, Table, escape, list, section},
    measures,
};
use crate::{
    experiment::{
        Results, Sweep,
        results::Unit,
        sweep::{Point, Slice},
    },
    report::{
        Invocation, json,
        limits::limits,
        png::{objective, sweep_chart},
        sweep::{Shown, is_whole, label, shown},
        table::{
            effort,
            sweep::{all_notes, found},
        },
        words::{conduct, met, one_line, qualified, spoken},
    },
};

/// Percentiles that the chart can be switched to, promised or not.
const SWITCHED: [&str; 5] = [
    "response.p50",
    "response.p90",
    "response.p95",
    "response.p99",
    "response.p99.9",
];

/// Returns `sweep.html`; nothing without anything measured.
pub(in crate::report) fn sweep(
    sweep: &Sweep,
    invocation: &Invocation<'_>,
    origin: &Origin,
) -> Option<Vec<u8>> {
    let first = sweep.measured().next()?;
    let all: Vec<&Results> = sweep.measured().collect();
    let points = || {
        sweep
            .slices
            .iter()
            .flat_map(|slice| slice.points.iter().map(move |point| (slice, point)))
    };
    let labels: Vec<(String, &Results)> = points()
        .filter_map(|(slice, point)| Some((label(sweep, slice, point), point.results.as_ref()?)))
        .collect();
    let page = Page {
        what: "sweep",
        conduct: format!(
            "{} points on the same {}, each about {} · {}",
            all.len(),
            met(first),
            conduct(first),
            effort(&all, invocation.wall_seconds)
        ),
        verdict: verdict(sweep, first),
        figures: figure(sweep, first).into_iter().collect(),
        above: answers(sweep),
        between: sweep_chart(sweep)
            .and_then(|chart| Some(map(sweep, &chart.map?)))
            .unwrap_or_default(),
        below: section("points", "Points", &table(sweep).html("all-points"))
            + &measures::all(labels.iter().map(|(label, results)| (label.as_str(), *results))),
        notes: all_notes(sweep),
        document: json::sweep(sweep, invocation),
        file: "sweep.json",
    };
    Some(page.html(first, invocation, origin))
}

/// How many of the points that were asked for are good; those that were added lie where objectives break, and say nothing by
/// their number.
fn verdict(sweep: &Sweep, first: &Results) -> (&'static str, String) {
    let points = || sweep.slices.iter().flat_map(|slice| &slice.points);
    let is_good = |point: &&Point| point.results.as_ref().is_some_and(Results::is_good);
    let grid = || points().filter(|point| point.on_grid);
    if first.verdicts.is_empty() {
        ("faint", "nothing is promised".to_owned())
    } else if !points().any(|point| is_good(&point)) {
        ("bad", "✗ no point meets every objective".to_owned())
    } else {
        let (good, all) = (grid().filter(is_good).count(), grid().count());
        (
            "good",
            format!("✓ {good} of the {all} points that were asked for meet every objective"),
        )
    }
}

/// Where objectives break: in sentences, or over a second axis as a table.
fn answers(sweep: &Sweep) -> String {
    let (Some(limits), Some(second)) = (limits(sweep), sweep.axes.get(1)) else {
        return sweep
            .slices
            .iter()
            .map(|slice| list(found(sweep, slice)))
            .collect();
    };
    let mut columns = vec![one_line(second.name())];
    columns.extend(limits.columns.iter().cloned());
    let rows = limits.rows.iter().map(|(value, cells)| {
        let mut row = vec![Cell::number(one_line(value), second.number(value), "")];
        row.extend(cells.iter().map(|(text, number)| Cell::number(text, *number, "")));
        (String::new(), row)
    });
    let table = Table {
        caption: limits.title(sweep),
        columns,
        rows: rows.collect(),
    };
    let remark = limits
        .remark()
        .map(|remark| format!("<p class=\"faint\">{}</p>\n", escape(remark)));
    table.html("limits") + &remark.unwrap_or_default()
}

fn table(sweep: &Sweep) -> Table {
    let columns = shown(sweep);
    let mut titles = vec![one_line(sweep.axes[0].name())];
    titles.extend(sweep.axes.get(1).map(|axis| one_line(axis.name())));
    titles.extend(columns.iter().map(|column| column.title.clone()));
    titles.push("objectives".to_owned());
    let mut rows = Vec::new();
    for slice in &sweep.slices {
        for point in &slice.points {
            let more = if point.on_grid { "" } else { " data-more" };
            rows.push((more.to_owned(), row(sweep, slice, point, &columns)));
        }
    }
    Table {
        caption: "Points along the axis".to_owned(),
        columns: titles,
        rows,
    }
}

fn row(sweep: &Sweep, slice: &Slice, point: &Point, columns: &[Shown]) -> Vec<Cell> {
    let mut cells = vec![Cell::number(one_line(&point.value), point.x, "").toned("")];
    if let (Some(fixed), Some(axis)) = (&slice.fixed, sweep.axes.get(1)) {
        cells.push(Cell::number(one_line(fixed), axis.number(fixed), ""));
    }
    let Some(results) = &point.results else {
        cells.extend(columns.iter().map(|_| Cell::text("–")));
        cells.push(Cell::text("more work than can be done").toned("faint"));
        return cells;
    };
    let value = |column: &Shown| measures::value(results.find(&column.of, &column.measure));
    cells.extend(columns.iter().map(value));
    cells.push(measures::objectives(results));
    cells
}

/// One chart of what is shown of points, and below it one of how busy things are.
fn figure(sweep: &Sweep, first: &Results) -> Option<Figure> {
    let chart = sweep_chart(sweep)?;
    let mut measures = shown(sweep);
    if let Some((of, _)) = first.routes.first() {
        for name in SWITCHED {
            let is_new = measures.iter().all(|one| one.of != *of || one.measure != name);
            if let Some(found) = first.find(of, name).filter(|_| is_new) {
                measures.push(Shown {
                    of: of.clone(),
                    measure: name.to_owned(),
                    unit: found.unit,
                    title: qualified(first, of, &spoken(name)),
                });
            }
        }
    }
    let (used, others): (Vec<Shown>, Vec<Shown>) = measures
        .into_iter()
        .partition(|one| one.measure == "utilisation" || one.measure == "up");
    let panels = [others, used].map(|measures| Panel {
        title: if let [only] = &measures[..] {
            only.title.clone()
        } else {
            String::new()
        },
        views: measures.iter().map(|one| view(sweep, first, one)).collect(),
    });
    let axis = &sweep.axes[0];
    Some(Figure {
        id: "sweep-chart".to_owned(),
        title: format!("Along {}", one_line(axis.name())),
        note: "Dots are what was measured, the band their intervals, dashes what a formula says.".to_owned(),
        x: Scale {
            names: chart.names,
            extent: ends(sweep),
            suffix: axis.scale.as_ref().map(|scale| scale.suffix.clone()),
            whole: is_whole(axis),
            ..Scale::new(one_line(&axis.path), Unit::Count, chart.is_log)
        },
        panels: panels
            .into_iter()
            .filter(|panel| !panel.views.is_empty())
            .collect(),
        marks: chart
            .marks
            .into_iter()
            .map(|(at, label)| Mark { at, label })
            .collect(),
        spans: chart
            .full
            .map(|(from, to)| Span {
                from,
                to,
                label: "more work than can be done".to_owned(),
            })
            .into_iter()
            .collect(),
    })
}

/// Where the points begin and end, those with too much work as well.
fn ends(sweep: &Sweep) -> Option<(f64, f64)> {
    let points = sweep.slices.iter().flat_map(|slice| &slice.points);
    let numbers = points.filter_map(|point| point.x);
    let wider = |ends: Option<(f64, f64)>, x: f64| {
        let (low, high) = ends.unwrap_or((x, x));
        Some((low.min(x), high.max(x)))
    };
    numbers.fold(None, wider)
}

/// One measure of every slice.
fn view(sweep: &Sweep, first: &Results, one: &Shown) -> View {
    let mut lines = Vec::new();
    for slice in &sweep.slices {
        let name = match (&slice.fixed, sweep.axes.get(1)) {
            (Some(fixed), Some(axis)) => format!("{} = {}", one_line(axis.name()), one_line(fixed)),
            _ => one.title.clone(),
        };
        let formula = match &slice.fixed {
            Some(fixed) => format!("formula, {}", one_line(fixed)),
            None => "formula".to_owned(),
        };
        let steady = slice
            .points
            .iter()
            .filter_map(|point| Some((point, point.steady()?)));
        let values = &sweep.axes[0].values;
        let points =
            steady.map(|(point, results)| (point.place(values), results.find(&one.of, &one.measure)));
        lines.push(Line::measured(name, points));
        let told = slice.curve.iter().filter_map(|(x, results)| {
            let told = results.find(&one.of, &one.measure)?.theory.first()?;
            Some((*x, told.value))
        });
        lines.push(Line {
            theory: true,
            ..Line::new(formula, told)
        });
    }
    lines.retain(|line| !line.is_empty());
    let promised = first
        .verdicts
        .iter()
        .filter(|verdict| verdict.of == one.of && verdict.measure == one.measure);
    let mut view = View::new(one.title.clone(), one.title.clone(), one.unit, lines);
    view.limits = promised
        .map(|verdict| Mark::from(&objective(first, verdict)))
        .collect();
    view.y.log |= one.unit == Unit::Share && is_rare(&view.lines);
    view
}

/// Whether all of it is rare, and some of it much rarer: a loss of data, and not a refusal.
fn is_rare(lines: &[Line]) -> bool {
    let values = || lines.iter().flat_map(|line| line.y.iter().flatten());
    let (low, high) = (
        values().copied().fold(1.0, f64::min),
        values().copied().fold(0.0, f64::max),
    );
    0.0 < low && high < 0.1 && 8.0 * low < high
}
