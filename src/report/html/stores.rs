//! Charts of stores: their operations, how even their load is, how soon reads see writes, and how likely data is lost.

use super::{
    figure::{Figure, Line, Panel, Scale, View},
    rows,
};
use crate::{
    experiment::{
        Results,
        results::{Measure, Unit},
    },
    report::{
        chart::{LossCurve, StorePanel},
        png::losses,
        stores::{panels, ranked},
        words::{name_of, one_line},
    },
};

/// What clients ask of a store.
const OPERATIONS: [&str; 2] = ["read", "write"];

/// Returns the charts of all stores.
pub(super) fn figures(results: &Results) -> Vec<Figure> {
    let panels = panels(results);
    let figures = [
        operations(results),
        loads(&panels),
        freshness(&panels),
        durability(&losses(results)),
    ];
    figures.into_iter().flatten().collect()
}

/// How long operations take, and how often they are answered: a row for reads and one for writes.
fn operations(results: &Results) -> Option<Figure> {
    let mut rows: Vec<(&str, &str)> = Vec::new();
    for measure in &results.measures {
        for operation in OPERATIONS {
            let row = (measure.of.as_str(), operation);
            let told = measure.name.strip_prefix("available.") == Some(operation)
                || measure.name.strip_suffix(".mean") == Some(operation);
            if told && measure.of.starts_with("store.") && !rows.contains(&row) {
                rows.push(row);
            }
        }
    }
    rows.truncate(rows::MOST_ROWS);
    let view = |name: &str, label: &str, measure: fn(&str) -> String| {
        let found = rows
            .iter()
            .map(|(of, operation)| results.find(of, &measure(operation)));
        rows::of_measures(name, label, &found.collect::<Vec<Option<&Measure>>>())
    };
    let names = rows.iter();
    let names = names.map(|(of, operation)| format!("{}: {operation}", one_line(&name_of(of))));
    rows::figure(
        "operations",
        "Reads and writes",
        "As clients see them: a quorum of replicas has answered. Hollow dots are what a formula says.",
        ("operation", names.collect()),
        [
            view("mean", "mean time", |operation| format!("{operation}.mean")),
            view("p50", "p50 of the time", |operation| format!("{operation}.p50")),
            view("p99", "p99 of the time", |operation| format!("{operation}.p99")),
            view("p99.9", "p99.9 of the time", |operation| {
                format!("{operation}.p99.9")
            }),
            view(
                "available",
                "share of time in which it can be carried out",
                |operation| format!("available.{operation}"),
            ),
            view("rate", "carried out in a second", |operation| {
                format!("{operation}.throughput")
            }),
        ],
    )
}

/// The load of nodes and of shards over their mean, the busiest on the left.
fn loads(stores: &[StorePanel]) -> Option<Figure> {
    let line = |name: String, loads: &[f64]| {
        // Of four, the first is the busiest quarter: it stands in the middle of that.
        let place = |rank: usize| (rank as f64 - 0.5) / loads.len() as f64;
        let points = ranked(loads).into_iter();
        let line = Line::new(name, points.map(|(rank, load)| (place(rank), load)));
        Line {
            points: loads.len() <= 32,
            ..line
        }
    };
    let lines = stores.iter().flat_map(|store| {
        let (nodes, shards) = (&store.nodes, &store.shards);
        [
            line(format!("{}: {} nodes", store.name, nodes.len()), nodes),
            line(format!("{}: {} shards", store.name, shards.len()), shards),
        ]
    });
    let lines: Vec<Line> = lines.filter(|line| !line.is_empty()).collect();
    (!lines.is_empty()).then(|| Figure {
        id: "store-loads".to_owned(),
        title: "How even the load of stores is".to_owned(),
        note: "Operations over their mean, the busiest node and the busiest shard on the left; means over replications."
            .to_owned(),
        x: Scale {
            extent: Some((0.0, 1.0)),
            ..Scale::new("share of nodes or shards, the busiest first", Unit::Share, false)
        },
        panels: vec![Panel {
            title: String::new(),
            views: vec![View::new("", "operations, the mean being 1", Unit::Count, lines)],
        }],
        ..Figure::default()
    })
}

/// The share of reads that see the last write, by its age.
fn freshness(stores: &[StorePanel]) -> Option<Figure> {
    // A logarithm has no place for the very instant.
    let placed = |points: &[(f64, f64)]| -> Vec<(f64, f64)> {
        points
            .iter()
            .map(|&(age, share)| (age.max(1e-6), share))
            .collect()
    };
    let lines = stores.iter().flat_map(|store| {
        let theory = Line {
            theory: true,
            ..Line::new(format!("{}: t-visibility ≈", store.name), placed(&store.theory))
        };
        [Line::new(store.name.clone(), placed(&store.fresh)), theory]
    });
    let lines: Vec<Line> = lines.filter(|line| !line.is_empty()).collect();
    (!lines.is_empty()).then(|| Figure {
        id: "freshness".to_owned(),
        title: "How soon reads see writes".to_owned(),
        note: "The share of reads that return the last acknowledged write of their key, by the time since that was acknowledged; \
               each point stands for at least fifty reads."
            .to_owned(),
        x: Scale::new("time since it was acknowledged", Unit::Seconds, true),
        panels: vec![Panel {
            title: String::new(),
            views: vec![View::new("", "share of reads that see it", Unit::Share, lines)],
        }],
        ..Figure::default()
    })
}

/// How likely data is lost within so many years.
fn durability(stores: &[LossCurve]) -> Option<Figure> {
    let over = |yearly: f64| {
        LossCurve::over_years(yearly)
            .map(|(_, share)| Some(share))
            .collect()
    };
    let mut lines = Vec::new();
    for store in stores {
        if let Some(yearly) = store.yearly {
            lines.push(Line {
                low: over(yearly.low),
                high: over(yearly.high),
                ..Line::new(store.name.clone(), LossCurve::over_years(yearly.value))
            });
        }
        if let Some((formula, yearly)) = &store.theory {
            let name = format!("{}: {formula}", store.name);
            lines.push(Line {
                // It has the colour of what was measured, where anything was.
                theory: store.yearly.is_some(),
                ..Line::new(name, LossCurve::over_years(*yearly))
            });
        }
    }
    lines.iter_mut().for_each(Line::keep_above_nothing);
    (!lines.is_empty()).then(|| Figure {
        id: "durability".to_owned(),
        title: "How likely data is lost".to_owned(),
        note: "The probability that any data is lost within so many years, each as dangerous as any other; the band is the \
               interval."
            .to_owned(),
        x: Scale::new("years", Unit::Count, true),
        panels: vec![Panel {
            title: String::new(),
            views: vec![View {
                y: Scale::new("probability of losing any data", Unit::Share, true),
                lines,
                ..View::default()
            }],
        }],
        ..Figure::default()
    })
}
