//! What went wrong: sentences, a table and a chart, with an entry for each fault and each kind of failure.

use super::{
    figure::{Dot, Figure, symbol_of},
    markup::{Cell, Table, list},
    rows,
};
use crate::{
    experiment::{
        Results,
        incidents::{Effect, Incidents},
        results::Unit,
    },
    report::{
        number::{finite, measured, plain},
        table::incidents::sentences,
        words::{name_of, one_line},
    },
    stats::Estimate,
};

/// A number of an entry: what it is called in the table and on the chart, in the document, and how it is found.
type Number = (&'static str, &'static str, Unit, fn(&Effect) -> Option<Estimate>);

const NUMBERS: [Number; 7] = [
    ("failed", "failed", Unit::Count, |effect| effect.failed),
    ("before noticed", "failed_unnoticed", Unit::Count, |effect| {
        effect.failed_unnoticed
    }),
    ("late", "late", Unit::Count, |effect| effect.late),
    ("rescued", "rescued", Unit::Count, |effect| effect.rescued),
    ("noticed after", "noticed_after_s", Unit::Seconds, |effect| {
        effect.noticed_after
    }),
    ("failover after", "failover_after_s", Unit::Seconds, |effect| {
        effect.failover_after
    }),
    ("back after", "restored_after_s", Unit::Seconds, |effect| {
        effect.restored_after
    }),
];

/// One fault or one kind of failure.
struct Entry<'a> {
    name: String,
    cause: &'static str,
    mode: &'static str,
    /// When a fault begins, and how long it lasts.
    at: Option<[f64; 2]>,
    /// How often failures come in a replication.
    count: Option<Estimate>,
    effect: &'a Effect,
}

/// In the order of the document.
fn entries(incidents: &Incidents) -> Vec<Entry<'_>> {
    let faults = incidents.faults.iter().map(|fault| Entry {
        name: one_line(&fault.target),
        cause: "fault",
        mode: fault.mode,
        at: Some([fault.at, fault.lasts]),
        count: None,
        effect: &fault.effect,
    });
    let failures = incidents.failures.iter().map(|failure| Entry {
        name: match (failure.unit, one_line(&name_of(&failure.of))) {
            ("service", name) => name,
            (unit, name) => format!("{unit}s of {name}"),
        },
        cause: "failure",
        mode: failure.mode,
        at: None,
        count: failure.count,
        effect: &failure.effect,
    });
    faults.chain(failures).collect()
}

/// Returns sentences and, below them, the table.
pub(super) fn told(results: &Results) -> String {
    let sentences = sentences(results);
    let table = results.incidents.as_ref().map(table).unwrap_or_default();
    list(sentences.iter().map(|text| one_line(text))) + &table.html("all-incidents")
}

fn table(incidents: &Incidents) -> Table {
    let entries = entries(incidents);
    let occurs = |number: &Number| entries.iter().any(|entry| (number.3)(entry.effect).is_some());
    let numbers: Vec<Number> = NUMBERS.into_iter().filter(occurs).collect();
    let row = |(at, entry): (usize, &Entry<'_>)| {
        let place = |field: &str| format!("incidents.{at}.{field}");
        let time = |which: usize, field: &str| match entry.at {
            Some(times) => seconds(times[which]).from(place(field)),
            None => Cell::text("–"),
        };
        let count = entry.count.map_or_else(
            || Cell::text("–"),
            |count| estimate(Unit::Count, count).from(place("per_replication")),
        );
        let mut cells = vec![
            Cell::text(&entry.name),
            Cell::text(entry.mode),
            Cell::text(entry.cause),
            time(0, "at_s"),
            time(1, "for_s"),
            count,
        ];
        for (_, field, unit, value) in &numbers {
            cells.push(match value(entry.effect) {
                Some(value) => estimate(*unit, value).from(place(field)),
                None => Cell::text("–"),
            });
        }
        (String::new(), cells)
    };
    let titles = numbers.iter().map(|(title, ..)| *title);
    let first = ["what", "mode", "cause", "at", "for", "a replication"];
    Table {
        caption: "Means over replications; counts are of requests; times run from the beginning, and to being back from the end"
            .to_owned(),
        columns: first.into_iter().chain(titles).map(str::to_owned).collect(),
        rows: entries.iter().enumerate().map(row).collect(),
    }
}

fn seconds(value: f64) -> Cell {
    Cell::number(plain(Unit::Seconds, value), Some(value), symbol_of(Unit::Seconds))
}

fn estimate(unit: Unit, estimate: Estimate) -> Cell {
    let text = measured(unit, estimate.mean, estimate.low(), estimate.high());
    Cell::number(text, Some(estimate.mean), symbol_of(unit))
}

/// Returns the chart of what each of them cost.
pub(super) fn figure(results: &Results) -> Option<Figure> {
    let mut entries = entries(results.incidents.as_ref()?);
    entries.truncate(rows::MOST_ROWS);
    let views = NUMBERS.map(|(title, _, unit, value)| {
        let dot = |entry: &Entry<'_>| -> Option<Dot> {
            let estimate = value(entry.effect)?;
            Some((finite(estimate.mean)?, estimate.low(), estimate.high()))
        };
        let dots: Vec<_> = entries.iter().map(dot).collect();
        let happens = dots.iter().flatten().any(|(mean, ..)| 0.0 < *mean);
        let label = match unit {
            Unit::Seconds => title.to_owned(),
            _ => format!("requests of a replication: {title}"),
        };
        happens
            .then(|| rows::of_dots(title, &label, unit, dots))
            .flatten()
    });
    let name = |entry: &Entry<'_>| match entry.at {
        Some([at, _]) => format!("{} {}, {}", entry.mode, entry.name, plain(Unit::Seconds, at)),
        None => format!("{} {}", entry.mode, entry.name),
    };
    rows::figure(
        "incidents-chart",
        "What went wrong, and what it cost",
        "A row for each fault and each kind of failure; the bar through a dot is its interval.",
        ("incident", entries.iter().map(name).collect()),
        views,
    )
}
