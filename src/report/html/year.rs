//! A year's service, put together from its states: a table for each workload, and a chart.

use super::{
    figure::{Figure, symbol_of},
    markup::{Cell, Table, escape},
    rows,
};
use crate::{
    experiment::{
        Results,
        performability::{Performability, YearInState},
        results::Unit,
    },
    report::{
        number::{measured, plain},
        table::year::{MOST_STATES, remark, told, worst_first},
        words::{name_of, one_line},
    },
};

/// Returns the tables; nothing where no year was asked for.
pub(super) fn tables(results: &Results) -> String {
    let Some(year) = &results.performability else {
        return String::new();
    };
    let tables = (0..year.workloads.len())
        .map(|at| table(year, at).with_sum(&format!("year-table-{at}"), &sum(year, at)));
    tables.collect::<String>() + &format!("<p class=\"faint\">{}</p>\n", escape(&remark(year)))
}

fn table(year: &Performability, workload: usize) -> Table {
    let row = |(at, state): (usize, &&YearInState)| {
        let place = year.states.iter().position(|one| std::ptr::eq(one, *state));
        let place =
            |field: &str| place.map_or(String::new(), |at| format!("performability.states.{at}.{field}"));
        let of_fare = |field: &str| place(&format!("fares.{workload}.{field}"));
        let fare = &state.workloads[workload];
        let share = |value: Option<f64>, place: String| {
            number(
                Unit::Share,
                value,
                told(value, |value| plain(Unit::Share, value)),
                place,
            )
        };
        let visits = crate::units::figures(state.visits, 3);
        let lasts = crate::units::seconds(state.lasts);
        let p99 = told(fare.p99, |value| plain(Unit::Seconds, value));
        let cells = vec![
            Cell::text(one_line(&state.name)),
            share(Some(state.share), place("share")),
            number(Unit::Count, Some(state.visits), visits, place("visits_per_year")),
            number(Unit::Seconds, Some(state.lasts), lasts, place("lasts_s")),
            share(fare.availability, of_fare("availability")),
            number(Unit::Seconds, fare.p99, p99, of_fare("p99_s")),
            share(fare.of_the_loss, of_fare("of_the_loss")),
        ];
        let more = if at < MOST_STATES { "" } else { " data-more" };
        (more.to_owned(), cells)
    };
    let columns = [
        "state",
        "share of time",
        "a year",
        "lasts",
        "availability",
        "response p99",
        "of the loss",
    ];
    Table {
        caption: format!(
            "{} over a year, by state: what costs most comes first",
            one_line(&name_of(&year.workloads[workload].of))
        ),
        columns: columns.map(str::to_owned).to_vec(),
        rows: worst_first(year, workload).iter().enumerate().map(row).collect(),
    }
}

fn sum(year: &Performability, workload: usize) -> Vec<Cell> {
    let whole = &year.workloads[workload];
    let (low, high) = whole.interval.unzip();
    let answered = told(whole.availability, |value| {
        measured(Unit::Share, value, low, high)
    });
    let place = |field: &str| format!("performability.workloads.{workload}.{field}");
    let p99 = told(whole.p99, |value| plain(Unit::Seconds, value));
    vec![
        Cell::text("the whole year"),
        Cell::text("100 %"),
        Cell::text(""),
        Cell::text(""),
        number(Unit::Share, whole.availability, answered, place("availability")),
        number(Unit::Seconds, whole.p99, p99, place("p99_s")),
        Cell::text(""),
    ]
}

fn number(unit: Unit, value: Option<f64>, text: String, place: String) -> Cell {
    Cell::number(text, value, symbol_of(unit)).from(place)
}

/// Returns a chart for each workload: what its states cost, and how they fare.
pub(super) fn figures(results: &Results) -> Vec<Figure> {
    let Some(year) = &results.performability else {
        return Vec::new();
    };
    let figure = |at: usize| {
        let mut states = worst_first(year, at);
        states.truncate(MOST_STATES);
        let view = |name: &str, label: &str, unit: Unit, value: &dyn Fn(&YearInState) -> Option<f64>| {
            let dots = states.iter().map(|state| Some((value(state)?, None, None)));
            rows::of_dots(name, label, unit, dots.collect())
        };
        let note = "The states that cost most, the worst first: what they come to is how often they occur, times how requests \
                    fare in them.";
        rows::figure(
            &format!("year-{at}"),
            &format!(
                "What a year of {} is made of",
                one_line(&name_of(&year.workloads[at].of))
            ),
            note,
            (
                "state",
                states.iter().map(|state| one_line(&state.name)).collect(),
            ),
            [
                view("of the loss", "share of the loss", Unit::Share, &|state| {
                    state.workloads[at].of_the_loss
                }),
                view("share of time", "share of time", Unit::Share, &|state| {
                    Some(state.share)
                }),
                view("availability", "availability in it", Unit::Share, &|state| {
                    state.workloads[at].availability
                }),
                view("p99", "p99 of the response in it", Unit::Seconds, &|state| {
                    state.workloads[at].p99
                }),
            ],
        )
    };
    (0..year.workloads.len()).filter_map(figure).collect()
}
