//! The map of a sweep over two axes of numbers: a picture within the page, and its numbers as a table.

use super::{
    markup::{Cell, Table, escape, section},
    measures,
};
use crate::{
    experiment::{Sweep, sweep::Slice},
    report::{
        chart::PlaneMap,
        sweep::{Shown, shown},
        words::one_line,
    },
};

/// How wide it is laid out where there is room, and on a phone: of the two the page shows the one that fits.
const WIDE: f64 = 1_000.0;
const NARROW: f64 = 340.0;

/// Returns the section of the map.
pub(super) fn map(sweep: &Sweep, map: &PlaneMap) -> String {
    let Some(one) = shown(sweep).into_iter().next() else {
        return String::new();
    };
    let names: Vec<String> = sweep.axes.iter().map(|axis| one_line(axis.name())).collect();
    let by = names.join(" and ");
    let told = format!(
        "Map of {} by {by}. The table below it holds the numbers.",
        one.title
    );
    let mut html = format!("<p class=\"faint\">{}</p>\n", escape(&reading(map, &one)));
    html += &format!("<div class=\"map roomy\">{}</div>\n", map.svg(WIDE, &told));
    html += &format!("<div class=\"map narrow\">{}</div>\n", map.svg(NARROW, &told));
    html += &table(sweep, &one).html("plane");
    section("map", &format!("{} by {by}", capital(&one.title)), &html)
}

fn reading(map: &PlaneMap, one: &Shown) -> String {
    let mut text = format!(
        "Each cell is a point that was asked for, coloured by its {}.",
        one.title
    );
    if !map.contours.is_empty() {
        text += " On a line an objective is just met: along each row that is known from points between the cells, and between rows \
            it is taken to be straight.";
    }
    text
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The first axis from left to right, the second upwards, as in the picture.
fn table(sweep: &Sweep, one: &Shown) -> Table {
    let [across, upwards] = [0, 1].map(|at: usize| &sweep.axes[at]);
    let mut columns = vec![format!(
        "{} by {}",
        one_line(upwards.name()),
        one_line(across.name())
    )];
    columns.extend(across.values.iter().map(|value| one_line(value)));
    let row = |slice: &Slice| {
        let fixed = slice.fixed.clone().unwrap_or_default();
        let mut cells = vec![Cell::number(one_line(&fixed), upwards.number(&fixed), "")];
        cells.extend(across.values.iter().map(|value| cell(slice, value, one)));
        (String::new(), cells)
    };
    Table {
        caption: if sweep.measured().all(|results| results.verdicts.is_empty()) {
            one.title.clone()
        } else {
            format!("{}; ✗ where an objective is missed", one.title)
        },
        columns,
        rows: sweep.slices.iter().rev().map(row).collect(),
    }
}

fn cell(slice: &Slice, value: &str, one: &Shown) -> Cell {
    let mut points = slice.points.iter();
    let Some(point) = points.find(|point| point.on_grid && point.value == value) else {
        return Cell::text("–");
    };
    let Some(results) = point.steady() else {
        return Cell::text("too much work").toned("number faint");
    };
    let told = measures::value(results.find(&one.of, &one.measure));
    if results.is_good() { told } else { told.missed() }
}
