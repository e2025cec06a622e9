//! The load line of a sweep: how far along its first axis each objective holds, for each value of the second.

use super::{
    png::objective,
    sweep::{is_whole, place, reach},
    words::one_line,
};
use crate::experiment::{
    Sweep,
    results::Verdict,
    sweep::{Axis, Break, Point, Slice},
};

/// How far along the first axis an objective holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Holds<'a> {
    /// It breaks where there is more.
    UpTo(&'a Break),
    /// It breaks where there is less.
    From(&'a Break),
    /// It is met at every point with a steady state, the last of which is this; it breaks before that is lost, or with it.
    AtLeastUpTo(f64),
    AtLeastFrom(f64),
    Everywhere,
    Nowhere,
}

/// Returns how far an objective holds.
pub(super) fn holds(slice: &Slice, objective: usize) -> Holds<'_> {
    if let Some(found) = slice.breaks.iter().find(|found| found.objective == objective) {
        return if found.above {
            Holds::UpTo(found)
        } else {
            Holds::From(found)
        };
    }
    let mut steady = slice.points.iter().filter(|point| point.steady().is_some());
    let meets = |point: &&Point| {
        let verdict = point.steady().and_then(|results| results.verdicts.get(objective));
        verdict.is_some_and(Verdict::is_met)
    };
    let (Some(first), last) = (steady.next().filter(meets), slice.points.last()) else {
        return Holds::Nowhere;
    };
    let last_steady = steady.next_back().unwrap_or(first);
    match (first.x, last_steady.x) {
        (Some(x), _) if slice.begins_full() => Holds::AtLeastFrom(x),
        (_, Some(x)) if last.is_some_and(|last| last.steady().is_none()) => Holds::AtLeastUpTo(x),
        _ => Holds::Everywhere,
    }
}

impl Holds<'_> {
    /// What stands in tables, before the number if there is one.
    pub(super) fn told(self) -> &'static str {
        match self {
            Holds::UpTo(_) => "up to",
            Holds::From(_) => "from",
            Holds::AtLeastUpTo(_) => "at least up to",
            Holds::AtLeastFrom(_) => "at least from",
            Holds::Everywhere => "everywhere",
            Holds::Nowhere => "nowhere",
        }
    }

    /// The same in full: `up to 746/s (713/s to 779/s)`.
    fn in_words(self, axis: &Axis) -> String {
        let Some(number) = self.number(axis) else {
            return self.told().to_owned();
        };
        let told = format!("{} {}", self.told(), place(axis, number));
        match self {
            Holds::UpTo(found) | Holds::From(found) if !is_whole(axis) => {
                format!(
                    "{told} ({} to {})",
                    place(axis, found.low),
                    place(axis, found.high)
                )
            }
            _ => told,
        }
    }

    /// The number that it holds up to, or from.
    pub(super) fn number(self, axis: &Axis) -> Option<f64> {
        match self {
            Holds::UpTo(found) | Holds::From(found) => Some(reach(axis, found)),
            Holds::AtLeastUpTo(at) | Holds::AtLeastFrom(at) => Some(at),
            Holds::Everywhere | Holds::Nowhere => None,
        }
    }
}

/// How far all objectives of a slice hold together.
fn all_hold(slice: &Slice, count: usize, axis: &Axis) -> Said {
    let all: Vec<Holds<'_>> = (0..count).map(|objective| holds(slice, objective)).collect();
    if all.contains(&Holds::Nowhere) {
        return (Holds::Nowhere.told().to_owned(), None);
    }
    let numbers = |wanted: fn(&Holds<'_>) -> bool| {
        let chosen = all.iter().filter(move |holds| wanted(holds));
        chosen.filter_map(|holds| Some((holds.number(axis)?, holds.told())))
    };
    let uppers = numbers(|holds| matches!(holds, Holds::UpTo(_) | Holds::AtLeastUpTo(_)));
    let lowers = numbers(|holds| matches!(holds, Holds::From(_) | Holds::AtLeastFrom(_)));
    let high = uppers.min_by(|one, other| one.0.total_cmp(&other.0));
    let low = lowers.max_by(|one, other| one.0.total_cmp(&other.0));
    let told = match (low, high) {
        (Some((low, _)), Some((high, _))) if high < low => Holds::Nowhere.told().to_owned(),
        (Some((low, _)), Some((high, _))) => format!("{} to {}", place(axis, low), place(axis, high)),
        (Some((at, told)), None) | (None, Some((at, told))) => format!("{told} {}", place(axis, at)),
        (None, None) => Holds::Everywhere.told().to_owned(),
    };
    (told, high.or(low).map(|(at, _)| at))
}

/// A text and, where it has one, its number.
pub(super) type Said = (String, Option<f64>);

/// The load line over a second axis: how far along the first each objective holds, all of them together, and what else was
/// found, for each value of the second.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Limits {
    pub(super) columns: Vec<String>,
    /// The value of the second axis, and below each column what is to be said, with its number.
    pub(super) rows: Vec<(String, Vec<Said>)>,
}

impl Limits {
    /// What the table is about.
    pub(super) fn title(&self, sweep: &Sweep) -> String {
        let names: Vec<String> = sweep.axes.iter().map(|axis| one_line(axis.name())).collect();
        format!("where objectives hold along {}", names.join(", by "))
    }

    /// What a column means that does not say so itself.
    pub(super) fn remark(&self) -> Option<&'static str> {
        let knee = self.columns.last().is_some_and(|last| last == "knee");
        knee.then_some("The knee is where throughput over response time is largest.")
    }
}

/// Returns the load line over the second axis; none without one, or where nothing is to be said.
pub(super) fn limits(sweep: &Sweep) -> Option<Limits> {
    let (axis, first) = (&sweep.axes[0], sweep.measured().next()?);
    let promises = &first.verdicts;
    let fulls = sweep.slices.iter().any(|slice| slice.full.is_some());
    let knees = sweep.slices.iter().any(|slice| slice.knee.is_some());
    sweep
        .axes
        .get(1)
        .filter(|_| !promises.is_empty() || fulls || knees)?;
    let mut columns: Vec<String> = promises
        .iter()
        .map(|verdict| objective(first, verdict).label)
        .collect();
    let several = 1 < promises.len();
    columns.extend(several.then(|| "all of them".to_owned()));
    columns.extend(fulls.then(|| "too much work".to_owned()));
    columns.extend(knees.then(|| "knee".to_owned()));
    let row = |slice: &Slice| {
        let mut cells: Vec<Said> = (0..promises.len())
            .map(|objective| holds(slice, objective))
            .map(|holds| (holds.in_words(axis), holds.number(axis)))
            .collect();
        cells.extend(several.then(|| all_hold(slice, promises.len(), axis)));
        let dash = || ("–".to_owned(), None);
        let side = if slice.begins_full() { "up to" } else { "from" };
        let full = slice
            .full
            .map(|at| (format!("{side} {}", place(axis, at)), Some(at)));
        cells.extend(fulls.then(|| full.unwrap_or_else(dash)));
        let knee = slice.knee.map(|knee| (place(axis, knee.at), Some(knee.at)));
        cells.extend(knees.then(|| knee.unwrap_or_else(dash)));
        (slice.fixed.clone().unwrap_or_default(), cells)
    };
    Some(Limits {
        columns,
        rows: sweep.slices.iter().map(row).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn the_load_line_over_a_second_axis_tells_how_far_each_objective_holds() {
        let limits = limits(&fixture::plane()).unwrap();
        assert_eq!(
            limits.columns,
            [
                "p99 ≤ 20 ms",
                "availability ≥ 99.9 %",
                "all of them",
                "too much work"
            ]
        );
        let texts = |row: usize| {
            limits.rows[row]
                .1
                .iter()
                .map(|(text, _)| text.as_str())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            texts(0),
            ["nowhere", "at least up to 600/s", "nowhere", "from 800/s"]
        );
        assert_eq!(
            texts(1),
            [
                "up to 759.7/s (749.7/s to 769.7/s)",
                "at least up to 800/s",
                "up to 759.7/s",
                "from 1000/s"
            ]
        );
        let numbers: Vec<_> = limits
            .rows
            .iter()
            .map(|(_, cells)| cells[2].1.map(f64::round))
            .collect();
        assert_eq!(numbers, [None, Some(760.0), Some(960.0)]);
        assert_eq!(limits.rows[2].0, "12");
    }

    #[test]
    fn two_objectives_that_hold_from_and_up_to_leave_what_is_between() {
        let mut sweep = fixture::plane();
        let slice = &mut sweep.slices[1];
        let from = |at: f64| Break {
            objective: 1,
            at,
            above: false,
            ..slice.breaks[0].clone()
        };
        let told = |sweep: &Sweep| all_hold(&sweep.slices[1], 2, &sweep.axes[0]).0;
        let breaks = [from(650.0), from(900.0)];
        slice.breaks.push(breaks[0].clone());
        assert_eq!(told(&sweep), "650/s to 759.7/s");
        sweep.slices[1].breaks[1] = breaks[1].clone();
        assert_eq!(told(&sweep), "nowhere");
    }

    /// Of servers only whole ones make sense: the last that was seen to do, and not a place between two.
    #[test]
    fn whole_numbers_are_told_as_such() {
        let axis: Axis = "service.web.servers=4..16".parse().unwrap();
        let sweep = fixture::plane();
        let found = Break {
            above: false,
            met: 9.0,
            at: 8.4,
            ..sweep.slices[1].breaks[0].clone()
        };
        assert_eq!(Holds::From(&found).in_words(&axis), "from 9");
    }

    #[test]
    fn one_axis_has_sentences_instead() {
        let mut sweep = fixture::plane();
        sweep.axes.truncate(1);
        assert_eq!(limits(&sweep), None);
    }
}
