//! The page of `sweep`.

use super::{
    Origin,
    figure::{Figure, Line, Mark, Panel, Scale, Span, View},
    frame::Page,
    markup::{Cell, Table, list, section},
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
        png::{objective, sweep_chart},
        sweep::{Shown, label, shown},
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
    let good = all.iter().filter(|results| results.is_good()).count();
    let verdict = match (good, first.verdicts.len()) {
        (_, 0) => ("faint", "nothing is promised".to_owned()),
        (0, _) => ("bad", "✗ no point meets every objective".to_owned()),
        (good, _) => (
            "good",
            format!("✓ {good} of {} points meet every objective", all.len()),
        ),
    };
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
        verdict,
        figures: figure(sweep, first).into_iter().collect(),
        above: answers(sweep),
        below: section("points", "Points", &table(sweep).html("all-points"))
            + &measures::all(labels.iter().map(|(label, results)| (label.as_str(), *results))),
        notes: all_notes(sweep),
        document: json::sweep(sweep, invocation),
        file: "sweep.json",
    };
    Some(page.html(first, invocation, origin))
}

/// Where objectives break, slice by slice.
fn answers(sweep: &Sweep) -> String {
    let mut html = String::new();
    for slice in &sweep.slices {
        let told = found(sweep, slice);
        let told = told
            .into_iter()
            .map(|text| match (&slice.fixed, sweep.axes.get(1)) {
                (Some(fixed), Some(axis)) => {
                    format!("{} = {}: {text}", one_line(axis.name()), one_line(fixed))
                }
                _ => text,
            });
        html += &list(told);
    }
    html
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
            ..Line::new("formula", told)
        });
    }
    lines.retain(|line| !line.is_empty());
    let promised = first
        .verdicts
        .iter()
        .filter(|verdict| verdict.of == one.of && verdict.measure == one.measure);
    View {
        limits: promised
            .map(|verdict| Mark::from(&objective(first, verdict)))
            .collect(),
        ..View::new(one.title.clone(), one.title.clone(), one.unit, lines)
    }
}
