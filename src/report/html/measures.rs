//! The table of everything that was measured.

use super::{
    figure::symbol_of,
    markup::{Cell, Table, escape, section},
};
use crate::{
    experiment::{
        Results,
        results::{Measure, Unit},
    },
    report::{
        number::{apart, measured, plain},
        table::{
            measures::is_shown,
            verdicts::{mark, outcome, promise},
        },
        words::{one_line, spoken},
    },
};

/// A table of more rows would make the page slow and large.
const MOST_ROWS: usize = 600;

/// Returns the section of all measures of these results, each with its label where there are several.
pub(super) fn all<'a>(results: impl IntoIterator<Item = (&'a str, &'a Results)>) -> String {
    let mut table = Table::default();
    let (mut labelled, mut level) = (false, 0.0);
    let results: Vec<_> = results.into_iter().collect();
    let count: usize = results.iter().map(|(_, results)| results.measures.len()).sum();
    for (label, results) in results {
        labelled |= !label.is_empty();
        level = results.level;
        let measures = results.measures.iter();
        let wanted = measures.filter(|measure| count <= MOST_ROWS || is_shown(results, measure));
        table
            .rows
            .extend(wanted.map(|measure| row(label, results, measure)));
    }
    table.caption = format!(
        "Everything measured, with {} intervals",
        plain(Unit::Share, level)
    );
    let variant = labelled.then_some("variant");
    let columns = ["of", "measure", "measured", "theory", "apart", "formula"];
    table.columns = variant.into_iter().chain(columns).map(str::to_owned).collect();
    section("measures", "Measures", &table.html("all-measures"))
}

fn row(label: &str, results: &Results, measure: &Measure) -> (String, Vec<Cell>) {
    let more = if is_shown(results, measure) {
        ""
    } else {
        " data-more"
    };
    let label_of = if label.is_empty() {
        String::new()
    } else {
        format!(" data-variant=\"{}\"", escape(label))
    };
    let attributes = format!(
        "{more}{label_of} data-of=\"{}\" data-measure=\"{}\"",
        escape(&measure.of),
        escape(&measure.name)
    );
    let mut cells = Vec::new();
    if !label.is_empty() {
        cells.push(Cell::text(one_line(label)));
    }
    cells.push(Cell::text(one_line(&measure.of.replacen('.', " ", 1))));
    cells.push(Cell::text(one_line(&spoken(&measure.name))));
    cells.push(value(Some(measure)));
    let unit = symbol_of(measure.unit);
    if let Some((first, others)) = measure.theory.split_first() {
        cells.push(Cell::number(
            plain(measure.unit, first.value),
            Some(first.value),
            unit,
        ));
        let distance = measure
            .value
            .map(|value| (apart(value, first.value), value / first.value - 1.0));
        let tick = if measure.confirms(first) { " ✓" } else { "" };
        cells.push(match distance {
            Some((text, distance)) => Cell::number(format!("{text}{tick}"), Some(distance.abs()), "%"),
            None => Cell::text(""),
        });
        let named = format!("{} {}", first.formula.name, first.kind().mark());
        let also = others.iter().map(|other| {
            let value = plain(measure.unit, other.value);
            format!("; {value} by {} {}", other.formula.name, other.kind().mark())
        });
        cells.push(Cell::text(std::iter::once(named).chain(also).collect::<String>()));
    } else {
        let reason = measure.no_theory.as_deref().map(one_line).unwrap_or_default();
        let none = if reason.is_empty() {
            reason
        } else {
            format!("none: {reason}")
        };
        cells.extend([
            Cell::number("–", None, unit),
            Cell::text(""),
            Cell::text(none).toned("faint"),
        ]);
    }
    (attributes, cells)
}

/// A measure with its interval, as texts tell it.
pub(super) fn value(measure: Option<&Measure>) -> Cell {
    let Some(measure) = measure else {
        return Cell::text("–");
    };
    let text = measure.value.map_or("–".to_owned(), |value| {
        measured(measure.unit, value, measure.low, measure.high)
    });
    Cell::number(text, measure.value, symbol_of(measure.unit))
}

/// The same of a measure of these results, whose place in the document is told.
pub(super) fn traced(results: &Results, measure: Option<&Measure>) -> Cell {
    let is_it = |one: &Measure| measure.is_some_and(|measure| std::ptr::eq(one, measure));
    let place = results.measures.iter().position(is_it);
    value(measure).from(place.map_or(String::new(), |at| format!("measures.{at}.value")))
}

/// Whether objectives are met, for a row of a table.
pub(super) fn objectives(results: &Results) -> Cell {
    let missed = results
        .verdicts
        .iter()
        .filter(|verdict| !verdict.is_met())
        .count();
    let count = Some(missed as f64);
    match (missed, results.verdicts.len()) {
        (_, 0) => Cell::text("–"),
        (0, _) => Cell::number("✓ met", count, "").toned("good"),
        (missed, all) => Cell::number(format!("✗ {missed} of {all} missed"), count, "").toned("bad"),
    }
}

/// The objectives one by one, each with its verdict.
pub(super) fn verdicts(results: &Results) -> String {
    let item = |verdict| {
        let (mark, tone) = mark(results, verdict);
        format!(
            "<li class=\"{}\"><span class=\"mark\">{mark}</span> <strong>{}</strong> <span>{}</span></li>\n",
            tone.class(),
            escape(&promise(results, verdict)),
            escape(&outcome(results, verdict))
        )
    };
    let items: String = results.verdicts.iter().map(item).collect();
    if items.is_empty() {
        return items;
    }
    format!("<ul class=\"verdicts\">\n{items}</ul>\n")
}

/// How all objectives together are told in the head of a page.
pub(super) fn headline(results: &Results) -> (&'static str, String) {
    let missed = results
        .verdicts
        .iter()
        .filter(|verdict| !verdict.is_met())
        .count();
    match (missed, results.verdicts.len()) {
        (_, 0) => ("faint", "nothing is promised".to_owned()),
        (0, 1) => ("good", "✓ the objective is met".to_owned()),
        (0, all) => ("good", format!("✓ all {all} objectives are met")),
        (_, 1) => ("bad", "✗ the objective is missed".to_owned()),
        (missed, all) => ("bad", format!("✗ {missed} of {all} objectives missed")),
    }
}
