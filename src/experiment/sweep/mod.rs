//! How measures change along one axis or two, where objectives break, and where the knee is.
//!
//! Every point runs on the same random numbers, so that the curves are smooth: what differs between two points is what
//! was varied. After the grid, points are added between those where an objective breaks and beside the knee, until they are
//! known to one per cent, or to the whole number.
//!
//! A first axis of numbers is the one that is looked into. A second gives a slice for each of its values.

mod closer;
mod line;
#[cfg(test)]
mod tests;

pub use self::line::{Break, Knee};
use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};

use super::{
    Conduct, Results,
    campaign::{Campaign, extend_each},
    run::{need, results, window},
    warmup,
};
pub use crate::scenario::{Axis, Scale};
use crate::{
    scenario::{Replications, Scenario},
    units::SimDuration,
};

/// What came out of a sweep.
#[derive(Clone, Debug)]
pub struct Sweep {
    /// What was varied.
    pub axes: Vec<Axis>,
    /// One for each value of the second axis, or a single one.
    pub slices: Vec<Slice>,
    /// Whether someone interrupted.
    pub interrupted: bool,
    /// What the reader ought to know.
    pub notes: Vec<String>,
}

/// What happens along the first axis.
#[derive(Clone, Debug)]
pub struct Slice {
    /// The value of the second axis, if there is one.
    pub fixed: Option<String>,
    /// In the order of the axis.
    pub points: Vec<Point>,
    /// Where objectives break.
    pub breaks: Vec<Break>,
    /// From which value on more work comes in than can be done, or up to which; `None` where that is nowhere.
    pub full: Option<f64>,
    /// Where the knee is, if load is what was varied and it is between the ends.
    pub knee: Option<Knee>,
    /// What formulas say between the points; empty where the axis has no numbers.
    pub curve: Vec<(f64, Results)>,
}

/// One point of a sweep.
#[derive(Clone, Debug)]
pub struct Point {
    /// The value of the first axis, as it was written into the scenario.
    pub value: String,
    /// Its number, on an axis of numbers.
    pub x: Option<f64>,
    /// Whether it was asked for; others were added to look closer.
    pub on_grid: bool,
    /// What was measured there; `None` where more work comes in than can be done, so that there is nothing to measure.
    pub results: Option<Results>,
}

/// What a scenario is like at a point.
#[derive(Clone, Debug)]
pub enum Made {
    /// It can be simulated.
    Sound(Box<Scenario>),
    /// More work comes in than can be done; this is what it would be if that were allowed.
    Overloaded(Box<Scenario>),
}

impl Made {
    /// Returns what it is or would be.
    pub fn scenario(&self) -> &Scenario {
        match self {
            Self::Sound(scenario) | Self::Overloaded(scenario) => scenario,
        }
    }
}

/// Makes the scenario at a point: a value for each axis. `None` where it does not make sense.
pub type Make<'a> = dyn Fn(&[String]) -> Option<Made> + Sync + 'a;

/// What is said of a scenario that asks for a year.
const NO_YEAR: &str = "no year is put together from its states at the points of a sweep: `run` does so, of one scenario at a time";

/// Rounds of looking closer; each halves what is open.
const ROUNDS: usize = 12;

/// Which points a sweep simulates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Those that were asked for.
    Grid,
    /// Others as well, between those where an objective breaks and beside the knee.
    Closer,
}

/// Sweeps one axis or two. `make` must succeed at all points of the grid.
pub fn sweep(axes: &[Axis], make: &Make<'_>, depth: Depth, conduct: &Conduct<'_>) -> Sweep {
    let mut work = Work::new(axes, make, conduct);
    let mut whole = work.simulate_grid();
    let rounds = if depth == Depth::Grid { 0 } else { ROUNDS };
    for _ in 0..rounds {
        let wanted = if whole { work.wanted() } else { Vec::new() };
        if wanted.is_empty() {
            break;
        }
        whole = work.simulate(wanted, false);
    }
    work.finish(whole)
}

/// A sweep under way.
struct Work<'a> {
    axes: &'a [Axis],
    make: &'a Make<'a>,
    conduct: &'a Conduct<'a>,
    warmup: SimDuration,
    slices: Vec<Slice>,
    notes: Vec<String>,
}

/// A point to be simulated: its slice and its value on the first axis.
type Wanted = (usize, String);

impl<'a> Work<'a> {
    fn new(axes: &'a [Axis], make: &'a Make<'a>, conduct: &'a Conduct<'a>) -> Self {
        let fixed: Vec<Option<String>> = match axes.get(1) {
            Some(second) => second.values.iter().cloned().map(Some).collect(),
            None => vec![None],
        };
        let slice = |fixed| Slice {
            fixed,
            points: Vec::new(),
            breaks: Vec::new(),
            full: None,
            knee: None,
            curve: Vec::new(),
        };
        Self {
            axes,
            make,
            conduct,
            warmup: SimDuration::ZERO,
            slices: fixed.into_iter().map(slice).collect(),
            notes: Vec::new(),
        }
    }

    fn make(&self, slice: usize, value: &str) -> Option<Made> {
        let mut values = vec![value.to_owned()];
        values.extend(self.slices[slice].fixed.clone());
        (self.make)(&values)
    }

    fn simulate_grid(&mut self) -> bool {
        let slices = 0..self.slices.len();
        let values = &self.axes[0].values;
        let grid: Vec<Wanted> = slices
            .flat_map(|slice| values.iter().map(move |value| (slice, value.clone())))
            .collect();
        // One warm-up for all, the longest that any of them needs.
        for (slice, value) in &grid {
            let Some(Made::Sound(scenario)) = self.make(*slice, value) else {
                continue;
            };
            let (warmup, note) = warmup::choose(&scenario, self.conduct);
            self.warmup = self.warmup.max(warmup);
            let year = scenario.performability.as_ref().map(|_| NO_YEAR.to_owned());
            for note in note.into_iter().chain(year) {
                if !self.notes.contains(&note) {
                    self.notes.push(note);
                }
            }
        }
        self.simulate(grid, true)
    }

    /// Simulates points and puts them in their places; returns whether nobody interrupted. Points of which nothing is
    /// known are left out.
    fn simulate(&mut self, wanted: Vec<Wanted>, on_grid: bool) -> bool {
        let mut made: Vec<(Wanted, Box<Scenario>)> = Vec::new();
        for (slice, value) in wanted {
            match self.make(slice, &value) {
                Some(Made::Sound(scenario)) => made.push(((slice, value), scenario)),
                Some(Made::Overloaded(_)) => self.add(slice, value, on_grid, None),
                None => {}
            }
        }
        let mut campaigns: Vec<Campaign<'_>> = made
            .iter()
            .map(|(_, scenario)| Campaign::new(scenario, window(scenario, self.warmup)))
            .collect();
        let whole = carry_out(&mut campaigns, self.conduct);
        // Formulas take their time as well.
        let measured: Vec<Option<Results>> = campaigns
            .par_iter()
            .with_max_len(1)
            .map(|campaign| (0 < campaign.finished()).then(|| results(campaign, !whole, Vec::new())))
            .collect();
        for (((slice, value), _), measured) in made.into_iter().zip(measured) {
            if measured.is_some() {
                self.add(slice, value, on_grid, measured);
            }
        }
        let values = &self.axes[0].values;
        for slice in &mut self.slices {
            // Values without numbers stand in the order in which they were given.
            slice.points.sort_by(|one, other| {
                let place = |point: &Point| point.place(values);
                place(one).total_cmp(&place(other))
            });
        }
        whole
    }

    fn add(&mut self, slice: usize, value: String, on_grid: bool, results: Option<Results>) {
        let x = self.axes[0].number(&value);
        self.slices[slice].points.push(Point {
            value,
            x,
            on_grid,
            results,
        });
    }

    fn finish(mut self, whole: bool) -> Sweep {
        for at in 0..self.slices.len() {
            let curve = self.curve(at);
            let full = self.full(at);
            let slice = &mut self.slices[at];
            let objectives = slice.objectives();
            let points: Vec<&Point> = slice.points.iter().collect();
            slice.breaks = (0..objectives)
                .filter_map(|objective| line::breaks(&points, objective))
                .collect();
            let knee = line::knee(&points).and_then(|knee| points[knee].x);
            slice.knee = knee.map(|at| Knee { at });
            (slice.curve, slice.full) = (curve, full);
        }
        Sweep {
            axes: self.axes.to_vec(),
            slices: self.slices,
            interrupted: !whole,
            notes: self.notes,
        }
    }
}

impl Sweep {
    /// Returns what was measured, point by point.
    pub fn measured(&self) -> impl Iterator<Item = &Results> {
        let points = self.slices.iter().flat_map(|slice| &slice.points);
        points.filter_map(|point| point.results.as_ref())
    }
}

impl Slice {
    /// Returns whether it is the small values that are more work than can be done, as of servers.
    pub fn begins_full(&self) -> bool {
        self.points.first().is_some_and(|point| point.results.is_none())
    }

    /// Returns how many objectives there are.
    fn objectives(&self) -> usize {
        let mut measured = self.points.iter().filter_map(|point| point.results.as_ref());
        measured.next().map_or(0, |results| results.verdicts.len())
    }
}

impl Point {
    /// Returns where it stands along an axis with these values: at its number, or else by its turn, from 0.
    pub fn place(&self, values: &[String]) -> f64 {
        let at = || values.iter().position(|value| *value == self.value);
        self.x.unwrap_or_else(|| at().unwrap_or(values.len()) as f64)
    }

    /// Returns what was measured there, if that is of a steady state.
    pub fn steady(&self) -> Option<&Results> {
        self.results.as_ref().filter(|results| results.steady)
    }
}

/// Runs until each point has its replications or its precision; returns whether nobody interrupted.
fn carry_out(campaigns: &mut [Campaign<'_>], conduct: &Conduct<'_>) -> bool {
    let first = |campaign: &Campaign<'_>| match campaign.scenario.run.replications {
        Replications::Fixed(count) => count as usize,
        Replications::Until { first, cap, .. } => first.min(cap) as usize,
    };
    let mut counts: Vec<usize> = campaigns.iter().map(first).collect();
    loop {
        if !extend_each(campaigns, &counts, conduct) {
            return false;
        }
        let next: Vec<usize> = campaigns.iter().map(next_count).collect();
        if next == counts {
            return true;
        }
        counts = next;
    }
}

/// Returns how many replications a point is to have, next.
fn next_count(campaign: &Campaign<'_>) -> usize {
    let count = campaign.finished();
    match campaign.scenario.run.replications {
        Replications::Until { precision, cap, .. } if campaign.is_steady() => {
            need(campaign, precision, count, cap as usize).map_or(count, |need| need.next)
        }
        _ => count,
    }
}
