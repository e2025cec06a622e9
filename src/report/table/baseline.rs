//! What has changed since an earlier result, and by how much.

use super::grid::{Cell, Grid, wrapped};
use crate::{
    experiment::{
        Results,
        baseline::{Against, Change, Direction},
        results::Unit,
    },
    report::{
        number::{decimals_of_ends, signed, to_figures},
        style::{Style, Tone},
        words::{named, one_line, qualified},
    },
    units::figures,
};

/// Changes that are listed of what need not stay as it was; a line tells how many more there are.
const LISTED: usize = 20;

/// Returns the changes, those first that must not get worse; values begin at `column`, as in the table above.
pub(super) fn lines(results: &Results, column: usize, style: Style) -> Vec<String> {
    let Some(against) = &results.baseline else {
        return Vec::new();
    };
    let mut lines = vec![style.paint(Tone::Heading, "against baseline")];
    let moved = |change: &&Change| change.direction != Direction::Same;
    let (gates, others): (Vec<&Change>, Vec<&Change>) = against
        .changes
        .iter()
        .filter(moved)
        .partition(|change| change.gates);
    let listed: Vec<&Change> = gates.iter().chain(others.iter().take(LISTED)).copied().collect();
    let rows = listed.iter().map(|change| row(results, change, column));
    let grid = Grid { rows: rows.collect() };
    for (change, line) in listed.iter().zip(grid.lines(style)) {
        let (mark, tone) = mark(change);
        lines.push(format!("  {} {line}", style.paint(tone, mark)));
    }
    if let Some(more @ 1..) = others.len().checked_sub(LISTED) {
        lines.push(format!("    and {more} more, in summary.json"));
    }
    lines.extend(wrapped("  ", &summary(against, gates.len() + others.len())));
    if !against.untold.is_empty() {
        let names = against
            .untold
            .iter()
            .map(|(of, name)| qualified(results, of, name));
        let names = one_line(&names.collect::<Vec<_>>().join(", "));
        lines.extend(wrapped(
            "  ",
            &format!("not compared, for want of intervals: {names}"),
        ));
    }
    lines
}

fn mark(change: &Change) -> (&'static str, Tone) {
    match change.direction {
        _ if change.fails => ("✗", Tone::Bad),
        Direction::Better => ("✓", Tone::Good),
        Direction::Worse => ("!", Tone::Bad),
        Direction::Changed | Direction::Same => ("·", Tone::Faint),
    }
}

fn row(results: &Results, change: &Change, column: usize) -> Vec<Cell> {
    let name = named(results, &change.of, &change.measure);
    // The first column of the table above is as wide as the mark, the name and the gap here.
    let name = format!("{name:<0$}", column.saturating_sub(7));
    let value = |value: f64| to_figures(change.unit, value, 4);
    let verdict = match change.direction {
        Direction::Worse if change.gates && !change.fails => "worse, within the tolerance",
        Direction::Changed => "",
        other => crate::report::baseline::word(other),
    };
    vec![
        Cell::new(name),
        Cell::new(format!("{} → {}", value(change.before), value(change.after))),
        Cell::new(rise(change)),
        Cell::new(verdict),
    ]
}

/// Returns by how much a measure rose, and the interval of that: `+40.2 % (38.1 to 42.3 %)`; of shares in points of a
/// percentage, because a percentage of one would be taken for it.
pub(in crate::report) fn rise(change: &Change) -> String {
    let (shares, unit) = match (change.unit, change.relative()) {
        (Unit::Share, _) => {
            let difference = change.difference;
            ([difference.value, difference.low, difference.high], "points")
        }
        (_, Some(shares)) => (shares, "%"),
        (_, None) => return String::new(),
    };
    let [value, low, high] = shares.map(|share| 100.0 * share);
    let half = (high - low) / 2.0;
    let decimals = if 0.0 < half { decimals_of_ends(half) } else { 2 };
    let [value, low, high] = [value, low, high].map(|share| signed(share, decimals));
    format!("{value} {unit} ({low} to {high})")
}

/// Returns what was compared with what, and how surely.
fn summary(against: &Against, changed: usize) -> String {
    let count = against.changes.len();
    let changed = match changed {
        0 => "no change that chance does not explain".to_owned(),
        1 => "1 changed".to_owned(),
        many => format!("{many} changed"),
    };
    let scenario = if against.is_another {
        " of another version of the scenario"
    } else {
        ""
    };
    let tolerance = if against.tolerance == 0.0 {
        String::new()
    } else {
        format!(
            "; worse by up to {} % is tolerated",
            figures(100.0 * against.tolerance, 3)
        )
    };
    let s = if count == 1 { "" } else { "s" };
    format!(
        "{count} measure{s} compared with {} replications{scenario}, seed {}: {changed}; intervals at {} % each{tolerance}",
        against.replications,
        against.seed,
        figures(100.0 * against.level, 4)
    )
}
