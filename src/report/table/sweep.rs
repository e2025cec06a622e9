//! The table of `sweep`: one point a row, and below it where objectives break.

use super::{
    effort,
    grid::{Cell, Grid, wrapped},
    notes, title,
};
use crate::{
    experiment::{
        Results, Sweep,
        sweep::{Point, Slice},
    },
    report::{
        Invocation,
        limits::limits,
        number::measured,
        style::{Style, Tone},
        sweep::{Shown, place, shown, told},
        words::{conduct, met, one_line},
    },
};

/// Returns the text of `sweep`, which has at least one point that was measured; ends with a line break.
pub fn sweep(sweep: &Sweep, invocation: &Invocation<'_>, style: Style) -> String {
    let all: Vec<&Results> = sweep.measured().collect();
    let first = all.first().expect("something was measured");
    let mut lines = vec![
        title(first, style),
        format!(
            "{} points on the same {}, each about {} · {}",
            all.len(),
            met(first),
            conduct(first),
            effort(&all, invocation.wall_seconds)
        ),
    ];
    let columns = shown(sweep);
    for slice in &sweep.slices {
        lines.push(String::new());
        if let (Some(fixed), Some(axis)) = (&slice.fixed, sweep.axes.get(1)) {
            let heading = format!("{} = {}", one_line(axis.name()), one_line(fixed));
            lines.push(style.paint(Tone::Heading, &heading));
        }
        lines.extend(grid(sweep, slice, &columns).lines(style));
        // Of several slices a table tells what was found.
        let found = if sweep.axes.len() == 1 {
            found(sweep, slice)
        } else {
            Vec::new()
        };
        if !found.is_empty() {
            lines.push(String::new());
            lines.extend(found.iter().flat_map(|line| wrapped("  ", line)));
        }
    }
    lines.extend(load_line(sweep, style));
    let notes = notes(&all_notes(sweep), style);
    if !notes.is_empty() {
        lines.push(String::new());
        lines.extend(notes);
    }
    lines.join("\n") + "\n"
}

/// What was found for each value of the second axis; with an empty line before it.
fn load_line(sweep: &Sweep, style: Style) -> Vec<String> {
    let (Some(limits), Some(second)) = (limits(sweep), sweep.axes.get(1)) else {
        return Vec::new();
    };
    let heading = |text: &str| Cell::toned(text, Tone::Heading);
    let mut titles = vec![heading(&one_line(second.name()))];
    titles.extend(limits.columns.iter().map(|column| heading(column)));
    let mut grid = Grid { rows: vec![titles] };
    for (value, cells) in &limits.rows {
        let mut row = vec![Cell::new(format!("  {}", one_line(value)))];
        row.extend(cells.iter().map(|(text, _)| Cell::new(text)));
        grid.rows.push(row);
    }
    let mut lines = vec![String::new(), style.paint(Tone::Heading, &limits.title(sweep))];
    lines.extend(grid.lines(style));
    if let Some(remark) = limits.remark() {
        lines.extend(wrapped("  ", remark));
    }
    lines
}

fn grid(sweep: &Sweep, slice: &Slice, columns: &[Shown]) -> Grid {
    let heading = |text: &str| Cell::toned(text, Tone::Heading);
    let has_objectives = sweep.measured().any(|results| !results.verdicts.is_empty());
    let mut titles = vec![heading(&one_line(sweep.axes[0].name()))];
    titles.extend(columns.iter().map(|column| heading(&column.title)));
    if has_objectives {
        titles.push(heading("objectives"));
    }
    let mut grid = Grid { rows: vec![titles] };
    // Points that were added are there for the breaks; the table keeps to those that were asked for.
    for point in slice.points.iter().filter(|point| point.on_grid) {
        grid.rows.push(row(point, columns, has_objectives));
    }
    grid
}

fn row(point: &Point, columns: &[Shown], has_objectives: bool) -> Vec<Cell> {
    let mut cells = vec![Cell::new(format!("  {}", one_line(&point.value)))];
    let Some(results) = &point.results else {
        cells.push(Cell::toned("more work than can be done", Tone::Faint).running_on());
        return cells;
    };
    for column in columns {
        let measure = results.find(&column.of, &column.measure);
        let value = measure.and_then(|measure| Some((measure, measure.value?)));
        let text = value.map_or("–".to_owned(), |(measure, value)| {
            measured(measure.unit, value, measure.low, measure.high)
        });
        cells.push(Cell::new(text));
    }
    if has_objectives {
        cells.push(if results.is_good() {
            Cell::toned("✓", Tone::Good)
        } else {
            Cell::toned("✗", Tone::Bad)
        });
    }
    cells
}

/// Returns what was found between the points.
pub(in crate::report) fn found(sweep: &Sweep, slice: &Slice) -> Vec<String> {
    let axis = &sweep.axes[0];
    let mut lines: Vec<String> = slice
        .breaks
        .iter()
        .filter_map(|found| told(slice, axis, found))
        .collect();
    if let Some(full) = slice.full {
        let (side, end) = if slice.begins_full() {
            ("up to", "")
        } else {
            ("from", " on")
        };
        lines.push(format!(
            "more work than can be done {side} {}{end}",
            place(axis, full)
        ));
    }
    if let Some(knee) = slice.knee {
        lines.push(format!(
            "knee at {}, where throughput over response time is largest",
            place(axis, knee.at)
        ));
    }
    lines
}

/// The notes on the sweep, and those on single points, each once.
pub(in crate::report) fn all_notes(sweep: &Sweep) -> Vec<String> {
    let mut notes = sweep.notes.clone();
    for point in sweep.slices.iter().flat_map(|slice| &slice.points) {
        for note in point.results.iter().flat_map(|results| &results.notes) {
            if !notes.contains(note) {
                notes.push(note.clone());
            }
        }
    }
    notes
}
