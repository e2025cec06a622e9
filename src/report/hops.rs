//! Where the time of responses went: rows for spreadsheets and entries for the document.

use super::{csv, number::finite};
use crate::experiment::{
    Results,
    hops::{Activity, HopPart, Hops, Spent},
};
use serde::Serialize;

/// One hop and one activity.
#[derive(Serialize)]
pub(super) struct Entry<'a> {
    of: &'a str,
    hop: &'a str,
    activity: &'static str,
    mean_s: Option<f64>,
    mean_low_s: Option<f64>,
    mean_high_s: Option<f64>,
    slowest_s: Option<f64>,
    slowest_low_s: Option<f64>,
    slowest_high_s: Option<f64>,
}

const HEADER: &[&str] = &[
    "of",
    "hop",
    "activity",
    "mean_s",
    "mean_low_s",
    "mean_high_s",
    "slowest_s",
    "slowest_low_s",
    "slowest_high_s",
];

/// Returns what the document says of every workload.
pub(super) fn entries(results: &Results) -> Vec<Entry<'_>> {
    let each = results.hops.iter();
    each.flat_map(|hops| hops.parts.iter().map(|part| entry(&hops.of, part)))
        .collect()
}

/// Returns `hops.csv`.
pub(super) fn csv(results: &Results) -> Vec<u8> {
    csv::table(HEADER, entries(results).into_iter())
}

fn entry<'a>(of: &'a str, part: &'a HopPart) -> Entry<'a> {
    let [mean_s, mean_low_s, mean_high_s] = ends(part.mean);
    let [slowest_s, slowest_low_s, slowest_high_s] = ends(part.slowest);
    Entry {
        of,
        hop: &part.hop,
        activity: part.activity.name(),
        mean_s,
        mean_low_s,
        mean_high_s,
        slowest_s,
        slowest_low_s,
        slowest_high_s,
    }
}

fn ends(spent: Spent) -> [Option<f64>; 3] {
    [finite(spent.value), spent.low, spent.high]
}

/// What one hop spent, put together: seconds by activity, for the mean and for the slowest.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Row {
    pub(super) hop: String,
    pub(super) spent: [[f64; Activity::ALL.len()]; 2],
}

impl Row {
    /// Returns the seconds of all activities, for the mean and for the slowest.
    pub(super) fn whole(&self) -> [f64; 2] {
        self.spent.map(|times| times.iter().sum())
    }
    fn add(&mut self, other: &Self) {
        let mine = self.spent.iter_mut().flatten();
        for (mine, theirs) in mine.zip(other.spent.iter().flatten()) {
            *mine += theirs;
        }
    }
}

/// Hops that take a smaller share of both responses are told of together.
const SMALLEST: f64 = 0.005;

/// Returns all hops of a workload in their order, and their sum.
pub(super) fn every(hops: &Hops) -> (Vec<Row>, Row) {
    let mut rows: Vec<Row> = Vec::new();
    for part in &hops.parts {
        if rows.last().is_none_or(|last| last.hop != part.hop) {
            rows.push(Row {
                hop: part.hop.clone(),
                ..Row::default()
            });
        }
        let row = rows.last_mut().expect("there is one by now");
        let at = part.activity as usize;
        row.spent[0][at] += part.mean.value;
        row.spent[1][at] += part.slowest.value;
    }
    let mut all = Row {
        hop: "in all".to_owned(),
        ..Row::default()
    };
    for row in &rows {
        all.add(row);
    }
    (rows, all)
}

/// Returns whether a hop takes enough of all the time to be told of by itself.
pub(super) fn counts(row: &Row, all: &Row) -> bool {
    let mut both = row.whole().into_iter().zip(all.whole());
    both.any(|(here, all)| SMALLEST * all <= here)
}

/// Returns the hops of a workload in their order, those that hardly count as one, and the sum of all.
pub(super) fn rows(hops: &Hops) -> (Vec<Row>, Row) {
    let (rows, all) = every(hops);
    let (mut kept, small): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(|row| counts(row, &all));
    if !small.is_empty() {
        let mut other = Row {
            hop: "other".to_owned(),
            ..Row::default()
        };
        for row in &small {
            other.add(row);
        }
        kept.push(other);
    }
    (kept, all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn hops_that_hardly_count_are_told_of_together_and_nothing_is_lost() {
        let (rows, all) = rows(&fixture::graph().hops[0]);
        let names: Vec<&str> = rows.iter().map(|row| row.hop.as_str()).collect();
        assert_eq!(names, ["shop", "shop>orders", "other"]);
        let sum: f64 = rows.iter().map(|row| row.whole()[0]).sum();
        assert!(
            (sum - all.whole()[0]).abs() < 1e-12 && (sum - 0.020_07).abs() < 1e-12,
            "{sum}"
        );
    }

    #[test]
    fn the_file_has_a_row_for_each_hop_and_activity() {
        let text = String::from_utf8(csv(&fixture::graph())).unwrap();
        let mut lines = text.lines();
        assert_eq!(
            lines.next(),
            Some("of,hop,activity,mean_s,mean_low_s,mean_high_s,slowest_s,slowest_low_s,slowest_high_s")
        );
        let first = lines.next().unwrap();
        assert!(
            first.starts_with("workload.checkout,shop,queueing,0.001,0.0009"),
            "{first}"
        );
        assert_eq!(first.split(',').count(), HEADER.len());
        assert_eq!(text.lines().count(), 1 + fixture::graph().hops[0].parts.len());
    }
}
