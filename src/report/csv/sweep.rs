//! `sweep.csv`, and `sweep-limits.csv`, which tells how far objectives hold.

use super::{Row, SUMMARY, table};
use crate::{
    experiment::{
        Sweep,
        results::Verdict,
        sweep::{Axis, Break, Slice},
    },
    report::{
        limits::{Holds, holds},
        number::finite,
    },
};
use serde::Serialize;

/// Returns `sweep.csv`: every measure of every point, in the order of the axes; where there is too much work, a row without
/// measures.
pub(in crate::report) fn sweep(sweep: &Sweep) -> Vec<u8> {
    let second = sweep.axes.get(1).map(|axis| axis.path.as_str());
    let header: Vec<&str> = std::iter::once(sweep.axes[0].path.as_str())
        .chain(second)
        .chain(["on_grid", "overloaded"])
        .chain(SUMMARY.iter().copied())
        .collect();
    let points = sweep
        .slices
        .iter()
        .flat_map(|slice| slice.points.iter().map(move |point| (slice, point)));
    let rows = points.flat_map(|(slice, point)| {
        let results = point.results.as_ref();
        let measures = results.map_or(&[][..], |results| &results.measures).iter();
        let rows: Vec<Option<Row<'_>>> = match results {
            Some(_) => measures.map(|measure| Some(Row::new(measure))).collect(),
            None => vec![None],
        };
        let place: Vec<&str> = std::iter::once(point.value.as_str())
            .chain(slice.fixed.as_deref())
            .collect();
        let overloaded = point.steady().is_none();
        rows.into_iter()
            .map(move |row| (place.clone(), point.on_grid, overloaded, row.unwrap_or_default()))
    });
    table(&header, rows)
}

/// Returns `sweep-limits.csv`: for each value of the second axis how far along the first each objective holds, from where on
/// there is too much work, and where the knee is, in the unit of the first axis.
pub(in crate::report) fn limits(sweep: &Sweep) -> Vec<u8> {
    let second = sweep.axes.get(1).map(|axis| axis.path.as_str());
    let header: Vec<&str> = second.into_iter().chain(LIMITS.iter().copied()).collect();
    let first = sweep.measured().next();
    let verdicts = first.map_or(&[][..], |results| &results.verdicts);
    let rows = sweep.slices.iter().flat_map(|slice| {
        let promised = verdicts.iter().enumerate();
        let promised = promised.map(|(index, verdict)| Limit::of(&sweep.axes[0], slice, index, verdict));
        let full = slice.full.map(|at| Limit {
            what: "more work than can be done",
            holds: Some(if slice.begins_full() { "up to" } else { "from" }),
            at: finite(at),
            ..Limit::default()
        });
        let knee = slice.knee.map(|knee| Limit {
            what: "knee",
            at: finite(knee.at),
            ..Limit::default()
        });
        let rows: Vec<Limit<'_>> = promised.chain(full).chain(knee).collect();
        rows.into_iter()
            .map(|row| (slice.fixed.as_deref().into_iter().collect::<Vec<_>>(), row))
    });
    table(&header, rows)
}

const LIMITS: &[&str] = &[
    "what", "of", "measure", "unit", "bound", "holds", "at", "low", "high", "met", "missed",
];

#[derive(Default, Serialize)]
struct Limit<'a> {
    what: &'static str,
    of: Option<&'a str>,
    measure: Option<&'a str>,
    unit: Option<&'static str>,
    bound: Option<f64>,
    holds: Option<&'static str>,
    at: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    met: Option<f64>,
    missed: Option<f64>,
}

impl<'a> Limit<'a> {
    fn of(axis: &Axis, slice: &Slice, index: usize, verdict: &'a Verdict) -> Self {
        let holds = holds(slice, index);
        let found = match holds {
            Holds::UpTo(found) | Holds::From(found) => Some(found),
            _ => None,
        };
        let number = |of: fn(&Break) -> f64| found.and_then(|found| finite(of(found)));
        Self {
            what: "objective",
            of: Some(&verdict.of),
            measure: Some(&verdict.measure),
            unit: Some(verdict.unit.symbol()),
            bound: finite(verdict.bound),
            holds: Some(holds.told()),
            at: match found {
                Some(found) => finite(found.at),
                None => holds.number(axis),
            },
            low: number(|found| found.low),
            high: number(|found| found.high),
            met: number(|found| found.met),
            missed: number(|found| found.missed),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::report::fixture;

    #[test]
    fn limits_have_a_row_for_each_objective_of_each_value_of_the_second_axis() {
        let text = String::from_utf8(super::limits(&fixture::plane())).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[0],
            "service.web.servers,what,of,measure,unit,bound,holds,at,low,high,met,missed"
        );
        assert_eq!(
            lines[1],
            "8,objective,workload.shoppers,response.p99,s,0.02,nowhere,,,,,"
        );
        assert!(
            lines[4].starts_with("10,objective,workload.shoppers,response.p99,s,0.02,up to,759.6"),
            "{}",
            lines[4]
        );
        assert!(lines[4].ends_with(",600.0,800.0"), "{}", lines[4]);
        assert_eq!(lines[6], "10,more work than can be done,,,,,from,1000.0,,,,");
        assert_eq!(lines.len(), 10);
    }
}
