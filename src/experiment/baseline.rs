//! What has changed since an earlier result, and is it worse? Two independent experiments, measure by measure.
//!
//! An earlier result keeps no replications, so that means are compared by their intervals, at a level that holds for all
//! measures together. Where both experiments met the same requests, this claims too little rather than too much.

use super::{
    Results,
    results::{Measure, Unit},
};
use crate::stats::{
    paired::adjusted_level,
    two_sample::{Difference, Sample},
};

/// What is known of an earlier experiment.
#[derive(Clone, Debug)]
pub struct Baseline {
    /// The scenario's name.
    pub scenario: String,
    /// The fingerprint of the scenario as it was then.
    pub digest: u64,
    /// Where its chance came from.
    pub seed: u64,
    /// Replications that it rests on, at least 2.
    pub replications: usize,
    /// What was measured with an interval: of what, what, and how much.
    pub measures: Vec<(String, String, Sample)>,
}

/// How results compare with a baseline.
#[derive(Clone, Debug)]
pub struct Against {
    /// Replications of the baseline.
    pub replications: usize,
    /// The baseline's seed.
    pub seed: u64,
    /// Whether the scenario is no longer what it was.
    pub is_another: bool,
    /// The worsening that is allowed, as a share.
    pub tolerance: f64,
    /// The confidence level of each interval.
    pub level: f64,
    /// Every measure that could be compared, in the order of the measures.
    pub changes: Vec<Change>,
    /// Measures that must not get worse and could not be compared: of what, and what.
    pub untold: Vec<(String, String)>,
}

impl Against {
    /// Returns whether something that must not get worse did, by more than the tolerance.
    pub fn is_worse(&self) -> bool {
        self.changes.iter().any(|change| change.fails)
    }
}

/// How one measure compares.
#[derive(Clone, Debug)]
pub struct Change {
    /// `"workload.shoppers"`
    pub of: String,
    /// `"response.p99"`
    pub measure: String,
    /// The unit of the numbers below.
    pub unit: Unit,
    /// What it was.
    pub before: f64,
    /// What it is.
    pub after: f64,
    /// By how much it rose.
    pub difference: Difference,
    /// What that means.
    pub direction: Direction,
    /// Whether it must not get worse.
    pub gates: bool,
    /// Whether it did, by more than the tolerance.
    pub fails: bool,
}

impl Change {
    /// Returns the rise and the ends of its interval as shares of what it was, where it was something.
    pub fn relative(&self) -> Option<[f64; 3]> {
        let Difference { value, low, high } = self.difference;
        let shares = [value, low, high].map(|rise| rise / self.before.abs());
        shares.iter().all(|share| share.is_finite()).then_some(shares)
    }
}

/// Where a measure went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Chance alone may explain the difference.
    Same,
    /// It got better.
    Better,
    /// It got worse.
    Worse,
    /// It changed, which by itself is neither.
    Changed,
}

/// Compares results with a baseline of the same scenario.
pub fn against(results: &Results, baseline: &Baseline, tolerance: f64) -> Against {
    let pairs: Vec<(&Measure, Sample, Sample)> = results
        .measures
        .iter()
        .filter_map(|measure| {
            let mut before = baseline.measures.iter();
            let (_, _, before) = before.find(|(of, name, _)| *of == measure.of && *name == measure.name)?;
            Some((measure, *before, sample(results, measure)?))
        })
        .collect();
    let level = adjusted_level(results.level, pairs.len());
    let change = |&(measure, before, after): &(&Measure, Sample, Sample)| {
        let more_is_better = wanted(results, measure);
        let difference = Difference::between(&before, &after, level);
        let direction = if difference.is_significant(before.value.abs().max(after.value.abs())) {
            direction(difference.value, more_is_better)
        } else {
            Direction::Same
        };
        let gates = gates(results, measure);
        let by = worsening(measure.unit, more_is_better, before.value, difference.value);
        Change {
            of: measure.of.clone(),
            measure: measure.name.clone(),
            unit: measure.unit,
            before: before.value,
            after: after.value,
            difference,
            direction,
            gates,
            fails: gates && direction == Direction::Worse && tolerance < by,
        }
    };
    let changes: Vec<Change> = pairs.iter().map(change).collect();
    let told = |measure: &Measure| {
        let mut changes = changes.iter();
        changes.any(|change| change.of == measure.of && change.measure == measure.name)
    };
    let untold = results
        .measures
        .iter()
        .filter(|measure| gates(results, measure) && !told(measure))
        .map(|measure| (measure.of.clone(), measure.name.clone()))
        .collect();
    Against {
        replications: baseline.replications,
        seed: baseline.seed,
        is_another: baseline.digest != results.digest,
        tolerance,
        level,
        changes,
        untold,
    }
}

fn sample(results: &Results, measure: &Measure) -> Option<Sample> {
    let (value, low, high) = (measure.value?, measure.low?, measure.high?);
    let is_known = [value, low, high].iter().all(|end| end.is_finite()) && 2 <= results.replications;
    is_known.then_some(Sample {
        value,
        low,
        high,
        level: results.level,
        n: results.replications,
    })
}

/// Whether a measure must not get worse: what objectives are about or, without any, what clients notice first.
fn gates(results: &Results, measure: &Measure) -> bool {
    let mut verdicts = results.verdicts.iter();
    let name = measure.name.as_str();
    if !results.verdicts.is_empty() {
        return verdicts.any(|verdict| verdict.of == measure.of && verdict.measure == name);
    }
    if results.is_long() {
        return matches!(name, "unavailability" | "durability.loss" | "available.write");
    }
    measure.of.starts_with("workload.") && matches!(name, "response.mean" | "availability" | "throughput")
}

/// Whether more of a measure is better, as its objective says or else its name; of some it is neither.
fn wanted(results: &Results, measure: &Measure) -> Option<bool> {
    let mut verdicts = results.verdicts.iter();
    let verdict = verdicts.find(|verdict| verdict.of == measure.of && verdict.measure == measure.name);
    verdict.map_or_else(|| more_is_better(&measure.name), |verdict| Some(verdict.at_least))
}

/// Whether more of a measure is better, as its name says; of some it is neither.
pub(super) fn more_is_better(name: &str) -> Option<bool> {
    const LESS: [&str; 26] = [
        "response",
        "wait",
        "read",
        "write",
        "failed",
        "rejected",
        "timeouts",
        "abandoned",
        "unavailability",
        "staleness",
        "detection",
        "false_alarms",
        "outage",
        "outages",
        "down",
        "readmission",
        "recovery",
        "queue",
        "waiting",
        "wasted",
        "incomplete",
        "failed_lookups",
        "lost_writes",
        "lost_shards",
        "conflicts",
        "imbalance",
    ];
    let (first, rest) = name.split_once('.').unwrap_or((name, ""));
    match (first, rest) {
        ("throughput" | "goodput" | "availability" | "available" | "up" | "hits", _) => Some(true),
        (_, "throughput") | ("durability", "mttdl") => Some(true),
        ("durability", _) => Some(false),
        _ => LESS.contains(&first).then_some(false),
    }
}

fn direction(rise: f64, more_is_better: Option<bool>) -> Direction {
    match more_is_better {
        None => Direction::Changed,
        Some(wanted) if wanted == (0.0 < rise) => Direction::Better,
        Some(_) => Direction::Worse,
    }
}

/// By what share something got worse. Of an availability, what counts is the share that is missing: 99.8 % after
/// 99.9 % is twice as bad, not a thousandth.
fn worsening(unit: Unit, more_is_better: Option<bool>, before: f64, rise: f64) -> f64 {
    let whole = if unit == Unit::Share && more_is_better == Some(true) {
        1.0 - before
    } else {
        before
    };
    rise.abs() / whole.abs()
}

#[cfg(test)]
mod tests;
