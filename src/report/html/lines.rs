//! The charts of results as data: the same as in the pictures, with more to switch between.

use super::{
    calls,
    figure::{Figure, Line, Mark, Panel, Scale, Span, View},
    incidents, stores, year,
};
use crate::{
    experiment::{
        Results,
        results::{TimelineBucket, TimelineSeries, Unit},
    },
    report::{
        chart::{Curve, CurvePoint, HopRow, TimelineChart},
        png::{hops_chart, provenance, response_chart, shortage_chart, timeline_chart},
        words::name_of,
    },
};

/// Returns the charts of a run.
pub(super) fn of_run(results: &Results) -> Vec<Figure> {
    let mut figures = Vec::new();
    if results.is_long() {
        figures.extend(shortages(results));
    } else {
        let chart = response_chart(results);
        let limits = chart.objectives.iter().map(Mark::from).collect();
        figures.extend([responses(&chart.curves, limits), timeline(results)]);
        figures.extend(hops(results));
        figures.extend(calls::figure(results));
    }
    figures.extend(stores::figures(results));
    figures.extend(incidents::figure(results));
    figures.extend(year::figures(results));
    figures
        .into_iter()
        .filter(|figure| !figure.panels.is_empty())
        .collect()
}

/// How many requests take longer than any given time, and how many are answered by then.
pub(super) fn responses(curves: &[Curve], limits: Vec<Mark>) -> Figure {
    let lines = |value: fn(&CurvePoint) -> f64| -> Vec<Line> {
        let mut lines = Vec::new();
        for curve in curves {
            // Neither logarithm has a place for nothing.
            let points = |points: &[CurvePoint]| -> Vec<(f64, f64)> {
                // Before the fastest thousandth nothing is to be seen.
                let first = points.partition_point(|point| point.slower > 0.999);
                let placed = points[first.saturating_sub(1)..]
                    .iter()
                    .filter(|point| 0.0 < point.seconds);
                placed.map(|point| (point.seconds, value(point))).collect()
            };
            lines.push(Line::new(curve.name.clone(), points(&curve.measured)));
            if let Some(theory) = &curve.theory {
                lines.push(Line {
                    theory: true,
                    ..Line::new(theory.name.clone(), points(&theory.points))
                });
            }
        }
        lines.retain(|line| !line.is_empty());
        lines
    };
    let mut slower = lines(|point| point.slower);
    for line in &mut slower {
        for y in &mut line.y {
            *y = y.filter(|share| 0.0 < *share);
        }
    }
    let views = [
        ("the slowest", "share that takes longer", true, slower),
        (
            "all",
            "share answered by then",
            false,
            lines(|point| 1.0 - point.slower),
        ),
    ];
    let views = views.into_iter().map(|(name, label, log, lines)| View {
        name: name.to_owned(),
        y: Scale::new(label, Unit::Share, log),
        lines,
        ..View::default()
    });
    let panel = Panel {
        title: String::new(),
        views: views.filter(|view| !view.lines.is_empty()).collect(),
    };
    Figure {
        id: "response".to_owned(),
        title: "Response times".to_owned(),
        note: "Each point tells which share of the requests takes longer than that: at 1 % it is the 99th percentile."
            .to_owned(),
        x: Scale::new("response time", Unit::Seconds, true),
        panels: if panel.views.is_empty() { Vec::new() } else { vec![panel] },
        marks: limits,
        spans: Vec::new(),
    }
}

/// How often so many servers are down.
fn shortages(results: &Results) -> Option<Figure> {
    let chart = shortage_chart(results);
    let rows = || chart.rows.iter().enumerate();
    let mut measured = Line::dots(
        "measured",
        rows().map(|(row, shortage)| {
            let ends = shortage
                .measured
                .map(|all| (all.value, Some(all.low), Some(all.high)));
            (row as f64, ends)
        }),
    );
    let theory = rows().map(|(row, shortage)| (row as f64, shortage.theory.map(|share| (share, None, None))));
    let mut theory = Line {
        theory: true,
        ..Line::dots(chart.theory.clone(), theory)
    };
    measured.keep_above_nothing();
    theory.keep_above_nothing();
    let mut lines = vec![measured, theory];
    lines.retain(|line| !line.is_empty());
    (!lines.is_empty()).then(|| Figure {
        id: "shortage".to_owned(),
        title: "How often too few are there".to_owned(),
        note: "The share of time, on a logarithmic axis; hollow dots are what a formula says.".to_owned(),
        x: Scale {
            names: chart.rows.iter().map(|row| row.name.clone()).collect(),
            ..Scale::new("shortage", Unit::Count, false)
        },
        panels: vec![Panel {
            title: String::new(),
            views: vec![View {
                name: String::new(),
                y: Scale::new("share of time", Unit::Share, true),
                lines,
                ..View::default()
            }],
        }],
        ..Figure::default()
    })
}

/// Where the time goes: of each workload a bar for each hop.
fn hops(results: &Results) -> Vec<Figure> {
    let chart = hops_chart(results);
    let sections = chart.sections.iter().enumerate();
    let figures = sections.map(|(at, section)| {
        let view = |which: usize, name: &str| {
            let activities = chart.activities.iter().enumerate();
            let parts = activities.map(|(part, activity)| {
                let rows = section.rows.iter().enumerate();
                let spent = |(row, hop): (usize, &HopRow)| (row as f64, hop.spent[which][part]);
                Line::new(activity.clone(), rows.map(spent))
            });
            let happens = |line: &Line| line.y.iter().flatten().any(|seconds| 0.0 < *seconds);
            View {
                name: name.to_owned(),
                y: Scale::new(format!("{} in all", section.totals[which]), Unit::Seconds, false),
                lines: parts.filter(happens).collect(),
                stacked: true,
                ..View::default()
            }
        };
        Figure {
            id: format!("hops-{at}"),
            title: format!("Where the time of {} goes", section.name),
            note: "Each bar is a hop; what responses take in all is the sum of the bars.".to_owned(),
            x: Scale {
                names: section.rows.iter().map(|row| row.name.clone()).collect(),
                ..Scale::new("hop", Unit::Count, false)
            },
            panels: vec![Panel {
                title: String::new(),
                views: vec![view(0, "mean"), view(1, "the slowest 1 %")],
            }],
            ..Figure::default()
        }
    });
    figures.collect()
}

/// How it went over time.
fn timeline(results: &Results) -> Figure {
    let chart = timeline_chart(results);
    let mut panels: Vec<Panel> = Vec::new();
    for panel in &chart.panels {
        panels.push(if panel.title.starts_with("response") {
            percentiles(results, &chart)
        } else {
            let lines = panel
                .lines
                .iter()
                .map(|line| over_time(&line.name, &chart, line.values.clone()));
            Panel {
                title: panel.title.clone(),
                views: vec![View::new("", "", panel.unit, lines.collect())],
            }
        });
    }
    let shaded = chart.spans.iter().filter(|span| span.shades);
    Figure {
        id: "timeline".to_owned(),
        title: "Over time".to_owned(),
        note: chart
            .note
            .replace(&provenance(results), "")
            .replace(" · ", "; ")
            .trim_end_matches("; ")
            .to_owned(),
        x: Scale::new("time", Unit::Seconds, false),
        panels: if chart.times.len() < 2 { Vec::new() } else { panels },
        marks: Vec::new(),
        spans: shaded
            .map(|span| Span {
                from: span.from,
                to: span.to,
                label: span.label.clone(),
            })
            .collect(),
    }
}

fn over_time(name: &str, chart: &TimelineChart, values: Vec<Option<f64>>) -> Line {
    Line {
        name: name.to_owned(),
        x: chart.times.iter().copied().map(Some).collect(),
        y: values,
        ..Line::default()
    }
}

/// A response time of a bucket.
type Time = fn(&TimelineBucket) -> Option<f64>;

/// The response times of each workload, by whichever percentile; of a single one also all of them at once.
fn percentiles(results: &Results, chart: &TimelineChart) -> Panel {
    let kinds: [(&str, Time); 4] = [
        ("p99", |bucket| bucket.response_p99),
        ("p95", |bucket| bucket.response_p95),
        ("median", |bucket| bucket.response_p50),
        ("mean", |bucket| bucket.response_mean),
    ];
    let line = |name: &str, series: &TimelineSeries, value: Time| {
        let values = (0..chart.times.len()).map(|at| series.buckets.get(at).and_then(value));
        over_time(name, chart, values.collect())
    };
    let mut views = Vec::new();
    if let [only] = &results.timeline[..] {
        let lines = kinds.iter().map(|(name, value)| line(name, only, *value));
        views.push(View::new("all", "", Unit::Seconds, lines.collect()));
    }
    for (name, value) in kinds {
        let lines = results.timeline.iter().map(|series| {
            let workload = name_of(&series.of);
            line(&workload, series, value)
        });
        views.push(View::new(name, "", Unit::Seconds, lines.collect()));
    }
    Panel {
        title: "response time".to_owned(),
        views,
    }
}
