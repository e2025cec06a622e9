//! The table of calls between services: one row for each, however many services there are.

use super::{
    grid::{Cell, Grid},
    is_simulated,
};
use crate::{
    experiment::{
        Results,
        results::{Measure, Unit},
    },
    report::{
        number::{plain, to_figures},
        style::{Style, Tone},
        words::name_of,
    },
};

/// What the columns show.
const COLUMNS: [(&str, &str); 5] = [
    ("throughput", "rate"),
    ("response.mean", "mean"),
    ("response.p99", "p99"),
    ("availability", "answered"),
    ("attempts", "attempts"),
];

/// Returns the table, with its heading; nothing where nobody calls.
pub(super) fn lines(results: &Results, style: Style) -> Vec<String> {
    let mut names: Vec<&str> = Vec::new();
    for measure in results.measures.iter().filter(|measure| is_of_call(measure)) {
        if names.last() != Some(&measure.of.as_str()) {
            names.push(&measure.of);
        }
    }
    if names.is_empty() {
        return Vec::new();
    }
    let shown = COLUMNS
        .iter()
        .filter(|(measure, _)| names.iter().any(|of| number(results, of, measure).is_some()));
    let shown: Vec<_> = shown.collect();
    let theory = is_simulated(results)
        && names
            .iter()
            .any(|of| results.find(of, MEAN).is_some_and(|mean| !mean.theory.is_empty()));
    let mut grid = Grid::default();
    let head = |text: &str| Cell::toned(text, Tone::Heading);
    let mut heading = vec![head("calls")];
    heading.extend(shown.iter().map(|(_, title)| head(title).right()));
    if theory {
        heading.extend([head("mean by theory").right(), Cell::default()]);
    }
    grid.rows.push(heading);
    for of in names {
        let mut row = vec![Cell::new(format!("  {}", name_of(of)))];
        let cells = shown
            .iter()
            .map(|(measure, _)| number(results, of, measure).unwrap_or("–".to_owned()));
        row.extend(cells.map(|text| Cell::new(text).right()));
        if theory {
            row.extend(predicted(results, of));
        }
        grid.rows.push(row);
    }
    grid.lines(style)
}

/// The measure that has a formula beside it.
const MEAN: &str = "response.mean";

/// Returns whether a measure is of a call, so that it belongs in this table.
pub(super) fn is_of_call(measure: &Measure) -> bool {
    measure.of.starts_with("call.")
}

/// What was measured or, where nothing was simulated, what a formula says.
fn number(results: &Results, of: &str, name: &str) -> Option<String> {
    let measure = results.find(of, name)?;
    let told = measure.theory.first().map(|first| first.value);
    let value = if is_simulated(results) {
        measure.value
    } else {
        told
    };
    value.map(|value| plain_short(measure.unit, value))
}

/// Three figures are enough where rows are compared; a share of nearly all needs more.
fn plain_short(unit: Unit, value: f64) -> String {
    match unit {
        Unit::Share => plain(unit, value),
        _ => to_figures(unit, value, 3),
    }
}

/// What a formula says of the mean response, and whether it agrees.
fn predicted(results: &Results, of: &str) -> [Cell; 2] {
    let mean = results.find(of, MEAN);
    let Some((measure, first)) = mean.and_then(|measure| Some((measure, measure.theory.first()?))) else {
        return [Cell::default(), Cell::default()];
    };
    let text = format!(
        "{} {}",
        plain_short(measure.unit, first.value),
        first.kind().mark()
    );
    let tick = if measure.confirms(first) { "✓" } else { "" };
    [Cell::new(text).right(), Cell::toned(tick, Tone::Good)]
}
