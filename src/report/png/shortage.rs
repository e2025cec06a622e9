//! `availability.png`: how often servers are down, of every service.

use super::provenance;
use crate::{
    experiment::{Results, results::Measure},
    report::{
        chart::{ChartError, Interval, ShortageChart, ShortageRow},
        number::measured,
        words::{conduct, has_siblings, name_of},
    },
};

/// Rows of one service; of more servers the rarest shortages are left out.
const MOST_ROWS: usize = 12;

/// Draws `availability.png`.
pub(in crate::report) fn availability(results: &Results) -> Result<Vec<u8>, ChartError> {
    chart(results).draw()
}

pub(in crate::report) fn chart(results: &Results) -> ShortageChart {
    let mut formulas: Vec<&str> = Vec::new();
    let mut rows = Vec::new();
    let numbered: Vec<(u64, &Measure)> = results
        .measures
        .iter()
        .filter_map(|measure| Some((measure.name.strip_prefix("up.")?.parse().ok()?, measure)))
        .collect();
    for service in numbered.chunk_by(|a, b| a.1.of == b.1.of) {
        let all = service.iter().map(|&(number, _)| number).max().unwrap_or(0);
        for (number, measure) in service.iter().rev().take(MOST_ROWS) {
            let row = row(results, measure, all - number + 1, all);
            let Some(row) = row else { break };
            let formula = measure.theory.first().map(|said| said.formula.name);
            formulas.extend(formula.filter(|name| !formulas.contains(name)));
            rows.push(row);
        }
    }
    ShortageChart {
        title: format!("{}: servers down", results.scenario),
        subtitle: conduct(results),
        note: provenance(results),
        theory: formulas.join(", "),
        rows,
    }
}

/// Returns the row of so many servers down; none where neither measurement nor formula knows of any.
fn row(results: &Results, up: &Measure, down: u64, all: u64) -> Option<ShortageRow> {
    let missing = |value: f64| (1.0 - value).max(0.0);
    let value = up.value.map(missing).filter(|value| 0.0 < *value);
    let theory = up.theory.first().map(|said| missing(said.value));
    let theory = theory.filter(|theory| 1e-15 < *theory);
    if value.is_none() && theory.is_none() {
        return None;
    }
    let (low, high) = (up.high.map(missing), up.low.map(missing));
    let words = match down {
        _ if down == all => "all down".to_owned(),
        number => format!("{number} or more down"),
    };
    Some(ShortageRow {
        name: if has_siblings(results, &up.of) {
            format!("{}: {words}", name_of(&up.of))
        } else {
            words
        },
        measured: value.map(|value| Interval {
            value,
            low: low.unwrap_or(value),
            high: high.unwrap_or(value),
        }),
        theory,
        remark: value.map_or("never met".to_owned(), |value| {
            measured(up.unit, value, low, high)
        }),
    })
}
