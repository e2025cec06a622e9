//! The table of calls between services, and of what stores ask of their replicas: one row for each, however many there are.

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
        words::{name_of, one_line},
    },
};

/// What the columns show.
pub(in crate::report) const COLUMNS: [(&str, &str); 6] = [
    ("throughput", "rate"),
    ("response.mean", "mean"),
    ("response.p99", "p99"),
    ("availability", "answered"),
    ("attempts", "attempts"),
    ("hits", "cache hits"),
];

/// Returns everything that is called, in the order of its measures.
pub(in crate::report) fn names(results: &Results) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for measure in results.measures.iter().filter(|measure| is_of_call(measure)) {
        if names.last() != Some(&measure.of.as_str()) {
            names.push(&measure.of);
        }
    }
    names.retain(|of| of.starts_with("call.") || is_used(results, of));
    names
}

/// Returns the table, with its heading; nothing where nobody calls.
pub(super) fn lines(results: &Results, style: Style) -> Vec<String> {
    let names = names(results);
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
        let mut row = vec![Cell::new(format!("  {}", title(of)))];
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

/// Returns whether a measure is of a call, or of what replicas are asked, so that it belongs in this table.
pub(super) fn is_of_call(measure: &Measure) -> bool {
    measure.of.starts_with("call.") || measure.of.starts_with("replica.")
}

/// Returns whether anything is sent, as replicas that never need a repair.
fn is_used(results: &Results, of: &str) -> bool {
    let rate = results.find(of, "throughput");
    !is_simulated(results) || rate.and_then(|rate| rate.value).is_none_or(|rate| 0.0 < rate)
}

/// Returns `web>orders`, or `orders.read at replicas`.
pub(in crate::report) fn title(of: &str) -> String {
    match of.strip_prefix("replica.") {
        Some(name) => format!("{} at replicas", one_line(name)),
        None => name_of(of),
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        report::fixture::{measure, web_tier, with},
        theory::catalogue::JACKSON,
    };

    /// Two calls, one with policies and one with a formula, and replicas of which none was asked for repairs.
    fn results() -> Results {
        let mut results = web_tier();
        let (orders, prices) = ("call.web>orders", "call.web>prices#2");
        let mean = measure(orders, MEAN, Unit::Seconds, 0.004_71, 0.000_04);
        results.measures.extend([
            with(mean, &JACKSON, 0.004_69),
            measure(orders, "response.p99", Unit::Seconds, 0.018_2, 0.000_1),
            measure(orders, "throughput", Unit::PerSecond, 240.2, 0.5),
            measure(orders, "availability", Unit::Share, 1.0, 0.0),
            measure(prices, "throughput", Unit::PerSecond, 12_400.0, 3.0),
            measure(prices, "availability", Unit::Share, 0.983_7, 0.001),
            measure(prices, "attempts", Unit::Count, 1.124, 0.01),
            measure("replica.db.read", "throughput", Unit::PerSecond, 30.0, 1.0),
            measure("replica.db.repair", "throughput", Unit::PerSecond, 0.0, 0.0),
        ]);
        results
    }

    #[test]
    fn each_call_has_a_row_and_what_is_not_there_a_dash() {
        let expected = [
            "calls                       rate      mean       p99   answered   attempts   mean by theory",
            "  web>orders              240 /s   4.71 ms   18.2 ms      100 %          –        4.69 ms =   ✓",
            "  web>prices#2          12.4 k/s         –         –    98.37 %       1.12",
            "  db.read at replicas      30 /s         –         –          –          –",
        ];
        assert_eq!(lines(&results(), Style::Plain), expected);
    }

    #[test]
    fn without_calls_there_is_no_table_and_with_them_no_block_of_their_own() {
        assert!(lines(&web_tier(), Style::Plain).is_empty());
        let blocks = crate::report::table::measures::grid(&results()).lines(Style::Plain);
        assert!(blocks.iter().all(|line| !line.contains("orders")), "{blocks:?}");
    }

    #[test]
    fn formulas_alone_stand_in_the_columns_themselves() {
        let mut results = results();
        (results.replications, results.interrupted) = (0, false);
        results
            .measures
            .retain(|measure| measure.of != "replica.db.repair");
        for measure in &mut results.measures {
            (measure.value, measure.low, measure.high) = (None, None, None);
        }
        let rows = lines(&results, Style::Plain);
        assert_eq!(
            rows[..2],
            [
                "calls                      mean",
                "  web>orders            4.69 ms"
            ]
        );
    }
}
