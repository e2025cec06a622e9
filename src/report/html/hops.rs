//! Where the time of responses goes: a table for each workload, with a row for each hop.

use super::{
    figure::symbol_of,
    markup::{Cell, Table},
};
use crate::{
    experiment::{
        Results,
        hops::{Activity, Hops},
        results::Unit,
    },
    report::{
        hops::{Row, counts, every},
        table::hops::spoken,
        words::{name_of, one_line},
    },
};

/// Returns the tables.
pub(super) fn tables(results: &Results) -> String {
    let mut before = 0;
    let mut html = String::new();
    for (at, hops) in results.hops.iter().enumerate() {
        let (table, sum) = table(hops, before);
        html += &table.with_sum(&format!("hops-table-{at}"), &sum);
        before += hops.parts.len();
    }
    html
}

/// Returns the table and its sum. In the document, so many entries stand `before` those of this workload.
fn table(hops: &Hops, before: usize) -> (Table, Vec<Cell>) {
    let (rows, all) = every(hops);
    // What nobody does has no column.
    let shown: Vec<usize> = (0..Activity::ALL.len())
        .filter(|&at| all.spent.iter().any(|times| 0.0 < times[at]))
        .collect();
    let mut columns = vec!["hop".to_owned()];
    for which in ["mean", "slowest 1 %"] {
        columns.push(format!("{which}: in all"));
        let activities = shown.iter().map(|&at| Activity::ALL[at].name());
        columns.extend(activities.map(|name| format!("{which}: {name}")));
    }
    let cells = |row: &Row| -> Vec<Cell> {
        let mut cells = vec![Cell::text(one_line(&row.hop))];
        for (which, field) in ["mean_s", "slowest_s"].into_iter().enumerate() {
            cells.push(time(row.whole()[which]));
            for &activity in &shown {
                let is_it = |part: &_| is_of(part, &row.hop, Activity::ALL[activity]);
                let place = hops.parts.iter().position(is_it);
                let place = place.map(|at| format!("hops.{}.{field}", before + at));
                cells.push(time(row.spent[which][activity]).from(place.unwrap_or_default()));
            }
        }
        cells
    };
    let row = |row: &Row| {
        let more = if counts(row, &all) { "" } else { " data-more" };
        (more.to_owned(), cells(row))
    };
    let table = Table {
        caption: format!(
            "Time of {}, hop by hop along the path that decided the response",
            one_line(&name_of(&hops.of))
        ),
        columns,
        rows: rows.iter().map(row).collect(),
    };
    (table, cells(&all))
}

fn is_of(part: &crate::experiment::hops::HopPart, hop: &str, activity: Activity) -> bool {
    part.hop == hop && part.activity == activity
}

fn time(seconds: f64) -> Cell {
    Cell::number(spoken(seconds), Some(seconds), symbol_of(Unit::Seconds))
}
