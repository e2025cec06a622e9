//! Where the time of responses went: a table for each workload, a row for each hop.

use super::grid::{Cell, Grid};
use crate::{
    experiment::{
        Results,
        hops::{Activity, Hops},
        results::Unit,
    },
    report::{
        hops::{Row, rows},
        number::to_figures,
        style::{Style, Tone},
        words::{name_of, one_line},
    },
};

/// Returns the tables, with their headings; nothing where requests go through one hop.
pub(super) fn lines(results: &Results, style: Style) -> Vec<String> {
    let tables: Vec<Vec<String>> = results.hops.iter().map(|hops| grid(hops).lines(style)).collect();
    tables.join(&String::new())
}

fn grid(hops: &Hops) -> Grid {
    let (rows, all) = rows(hops);
    // What nobody does has no column.
    let shown: Vec<usize> = (0..Activity::ALL.len())
        .filter(|&at| all.spent.iter().any(|times| 0.0 < times[at]))
        .collect();
    let head = |text: &str| Cell::toned(text, Tone::Heading);
    let mut first = vec![head(&format!("time of {}", name_of(&hops.of)))];
    let mut second = vec![Cell::default()];
    for title in ["mean", "slowest 1 %"] {
        first.push(head(title).right());
        first.extend(shown.iter().map(|_| Cell::default()));
        second.push(Cell::new("in all").right());
        second.extend(
            shown
                .iter()
                .map(|&at| Cell::new(Activity::ALL[at].name()).right()),
        );
    }
    let mut grid = Grid::default();
    grid.rows.extend([first, second]);
    for row in rows.iter().chain([&all]) {
        grid.rows.push(line(row, &shown));
    }
    grid
}

fn line(row: &Row, shown: &[usize]) -> Vec<Cell> {
    let mut cells = vec![Cell::new(format!("  {}", one_line(&row.hop)))];
    for (times, whole) in row.spent.iter().zip(row.whole()) {
        let times = std::iter::once(whole).chain(shown.iter().map(|&at| times[at]));
        cells.extend(times.map(|time| Cell::new(spoken(time)).right()));
    }
    cells
}

/// Three figures, and a dash for nothing.
pub(in crate::report) fn spoken(seconds: f64) -> String {
    if seconds == 0.0 {
        "–".to_owned()
    } else {
        to_figures(Unit::Seconds, seconds, 3)
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::report::fixture;

    #[test]
    fn every_hop_has_a_row_and_what_nobody_does_has_no_column() {
        let mut results = fixture::graph();
        let text = |results: &Results| lines(results, Style::Plain).join("\n");
        assert_snapshot!(text(&results), @r#"
        time of checkout      mean                                            slowest 1 %
                            in all   queueing      work   network   retries        in all   queueing    work   network   retries
          shop                7 ms       1 ms      4 ms      2 ms         –         42 ms      30 ms   10 ms      2 ms         –
          shop>orders        13 ms       6 ms      6 ms    500 µs    500 µs        181 ms     120 ms   10 ms    600 µs     50 ms
          other              70 µs          –     70 µs         –         –             –          –       –         –         –
          in all           20.1 ms       7 ms   10.1 ms    2.5 ms    500 µs        223 ms     150 ms   20 ms    2.6 ms     50 ms
        "#);
        results.hops[0]
            .parts
            .retain(|part| part.activity != Activity::Retries);
        assert!(!text(&results).contains("retries"));
        results.hops.clear();
        assert_eq!(lines(&results, Style::Plain), Vec::<String>::new());
    }
}
