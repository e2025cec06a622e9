//! The block of a year's service: each workload, and the states that it is made of.

use super::grid::{Cell, Grid, wrapped};
use crate::{
    experiment::{
        Results,
        performability::{Fare, Performability, YearInState},
        results::Unit,
    },
    report::{
        number::{measured, plain},
        style::{Style, Tone},
        words::{name_of, one_line},
    },
};

/// States that are shown; the files have all of them.
pub(in crate::report) const MOST_STATES: usize = 12;

/// Returns the lines of the block; none where no year was asked for.
pub(super) fn lines(results: &Results, style: Style) -> Vec<String> {
    let Some(year) = &results.performability else {
        return Vec::new();
    };
    let mut lines = vec![style.paint(Tone::Heading, "a year, put together from its states")];
    let all = year.workloads.len();
    for (at, workload) in year.workloads.iter().enumerate() {
        let mut grid = Grid::default();
        grid.rows.push(heading(&name_of(&workload.of)));
        let (low, high) = workload.interval.unzip();
        let share = |value: f64| measured(Unit::Share, value, low, high);
        let time = |value: Option<f64>| Cell::new(told(value, |value| plain(Unit::Seconds, value))).right();
        grid.rows.push(vec![
            Cell::new("  the whole year"),
            Cell::new("100 %").right(),
            Cell::default(),
            Cell::default(),
            Cell::new(told(workload.availability, share)).right(),
            time(workload.p99),
        ]);
        let states = worst_first(year, at);
        for state in states.iter().take(MOST_STATES) {
            grid.rows.push(row(state, &state.workloads[at]));
        }
        lines.extend(grid.lines(style));
        if MOST_STATES < states.len() {
            lines.push(format!(
                "  and {} more states, in performability.csv",
                states.len() - MOST_STATES
            ));
        }
        if at + 1 < all {
            lines.push(String::new());
        }
    }
    lines.extend(wrapped("  ", &remark(year)));
    lines
}

fn heading(workload: &str) -> Vec<Cell> {
    let head = |text: &str| Cell::toned(text, Tone::Heading);
    let mut cells = vec![head(&format!("  {workload}"))];
    let names = [
        "share of time",
        "a year",
        "lasts",
        "availability",
        "response p99",
        "of the loss",
    ];
    cells.extend(names.map(|name| head(name).right()));
    cells
}

/// The states by what they cost, and then by how often they occur.
pub(in crate::report) fn worst_first(year: &Performability, workload: usize) -> Vec<&YearInState> {
    let mut states: Vec<&YearInState> = year.states.iter().collect();
    let cost = |state: &YearInState| state.workloads[workload].of_the_loss.unwrap_or(0.0);
    states.sort_by(|a, b| cost(b).total_cmp(&cost(a)).then(b.share.total_cmp(&a.share)));
    states
}

fn row(state: &YearInState, fare: &Fare) -> Vec<Cell> {
    let share = |value: f64| plain(Unit::Share, value);
    let right = |text: String| Cell::new(text).right();
    vec![
        Cell::new(format!("  {}", one_line(&state.name))),
        right(share(state.share)),
        right(crate::units::figures(state.visits, 3)),
        right(crate::units::seconds(state.lasts)),
        right(told(fare.availability, share)),
        right(told(fare.p99, |value| plain(Unit::Seconds, value))),
        right(told(fare.of_the_loss, |value| format!("{:.1} %", 100.0 * value))),
    ]
}

pub(in crate::report) fn told(value: Option<f64>, text: impl Fn(f64) -> String) -> String {
    value.map_or("–".to_owned(), text)
}

pub(in crate::report) fn remark(year: &Performability) -> String {
    let overloaded = year.states.iter().filter(|state| 0 < state.overloaded).count();
    let mut text = format!(
        "{} states seen in {} years of failures; rarer ones are {} of the time and left out",
        year.states.len(),
        crate::units::figures(year.years, 4),
        plain(Unit::Share, year.cut),
    );
    if 0 < overloaded {
        text += &format!("; in {overloaded} of them the servers do not keep up");
    }
    text
}
