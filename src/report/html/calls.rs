//! Calls between services, and what stores ask of their replicas: a table and a chart.

use super::{
    figure::Figure,
    markup::{Cell, Table, escape},
    measures, rows,
};
use crate::{
    experiment::{Results, results::Measure},
    report::table::calls::{COLUMNS, names, title},
};

/// Returns the table of everything that is called.
pub(super) fn table(results: &Results) -> Table {
    let names = names(results);
    let is_known = |measure: &str| names.iter().any(|of| results.find(of, measure).is_some());
    let shown: Vec<_> = COLUMNS.iter().filter(|(measure, _)| is_known(measure)).collect();
    let row = |of: &&str| {
        let cells = shown
            .iter()
            .map(|(measure, _)| measures::traced(results, results.find(of, measure)));
        let cells = std::iter::once(Cell::text(title(of))).chain(cells).collect();
        (format!(" data-of=\"{}\"", escape(of)), cells)
    };
    let titles = shown.iter().map(|(_, title)| *title);
    Table {
        caption: "What services and stores send to each other".to_owned(),
        columns: std::iter::once("call").chain(titles).map(str::to_owned).collect(),
        rows: names.iter().map(row).collect(),
    }
}

/// Returns the chart of how the calls fare; the first ones, where there are many.
pub(super) fn figure(results: &Results) -> Option<Figure> {
    let mut names = names(results);
    let all = names.len();
    names.truncate(rows::MOST_ROWS);
    let view = |name: &str, label: &str, measure: &str| {
        let found: Vec<Option<&Measure>> = names.iter().map(|of| results.find(of, measure)).collect();
        rows::of_measures(name, label, &found)
    };
    let rest = if names.len() < all {
        format!(" Of {all} calls these are the first {}.", names.len())
    } else {
        String::new()
    };
    rows::figure(
        "calls-chart",
        "How calls fare",
        &format!(
            "A dot is an estimate, the bar through it its interval; hollow dots are what a formula says.{rest}"
        ),
        ("call", names.iter().map(|of| title(of)).collect()),
        [
            view("mean", "mean response", "response.mean"),
            view("p50", "p50 of the response", "response.p50"),
            view("p99", "p99 of the response", "response.p99"),
            view("rate", "answered in a second", "throughput"),
            view("answered", "share answered", "availability"),
        ],
    )
}
