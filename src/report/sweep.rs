//! What the reports of a sweep have in common: what is shown of each point, and in which words breaks are told.

use super::{
    number::plain,
    words::{one_line, qualified, spoken},
};
use crate::experiment::{
    Sweep,
    results::{Measure, Unit},
    sweep::{Axis, Break, Point, Slice},
};

/// One thing that is shown of every point.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shown {
    pub(super) of: String,
    pub(super) measure: String,
    pub(super) unit: Unit,
    /// As a heading: `"p99 response"`.
    pub(super) title: String,
}

/// Measures that are shown of the first workload, promised or not.
const ALWAYS: [&str; 4] = ["response.mean", "response.p99", "throughput", "availability"];
/// Measures that are shown of the first store and the first service over years.
const OF_YEARS: [&str; 5] = [
    "durability.loss",
    "available.read",
    "available.write",
    "availability",
    "up",
];

/// Returns what is shown of every point: what is promised, what everybody asks for, and how busy the busiest service is; over years,
/// what becomes of data and how often it, or a service, is there.
pub(super) fn shown(sweep: &Sweep) -> Vec<Shown> {
    let Some(results) = sweep.measured().next() else {
        return Vec::new();
    };
    let promised = results
        .verdicts
        .iter()
        .map(|verdict| (verdict.of.clone(), verdict.measure.clone()));
    let first = results.routes.first().map(|(of, _)| of.clone());
    let always = ALWAYS
        .iter()
        .filter_map(|&measure| Some((first.clone()?, measure.to_owned())));
    let of_kind = |kind: &str| {
        results
            .measures
            .iter()
            .find(|measure| measure.of.starts_with(kind))
    };
    let lasting = ["store.", "service."].into_iter().filter(|_| results.is_long());
    let lasting = lasting.filter_map(of_kind).flat_map(|found| {
        let measures = OF_YEARS.iter();
        measures.map(|measure| (found.of.clone(), (*measure).to_owned()))
    });
    let used = |measure: &&Measure| measure.name == "utilisation" || measure.name == "up";
    let load = |measure: &&Measure| measure.value.unwrap_or(0.0);
    let busiest = results
        .measures
        .iter()
        .filter(used)
        .max_by(|a, b| load(a).total_cmp(&load(b)));
    let busiest = busiest.map(|measure| (measure.of.clone(), measure.name.clone()));
    let mut shown: Vec<Shown> = Vec::new();
    for (of, measure) in promised.chain(always).chain(lasting).chain(busiest) {
        let Some(found) = results.find(&of, &measure) else {
            continue;
        };
        if shown
            .iter()
            .all(|other| other.of != of || other.measure != measure)
        {
            shown.push(Shown {
                unit: found.unit,
                title: qualified(results, &of, &spoken(&measure)),
                of,
                measure,
            });
        }
    }
    shown
}

/// Returns a number of an axis with what stands behind it: `850/s`.
pub(super) fn place(axis: &Axis, at: f64) -> String {
    let suffix = axis.scale.as_ref().map_or("", |scale| scale.suffix.as_str());
    format!("{}{suffix}", crate::units::figures(at, 4))
}

/// Returns what a point is called: `rate=850/s, servers=12`.
pub(super) fn label(sweep: &Sweep, slice: &Slice, point: &Point) -> String {
    let mut label = format!("{}={}", sweep.axes[0].name(), point.value);
    if let Some((axis, fixed)) = sweep.axes.get(1).zip(slice.fixed.as_ref()) {
        label += &format!(", {}={fixed}", axis.name());
    }
    label
}

/// Returns where an objective breaks, in words: `rate up to 851/s (845/s to 857/s) before p99 response breaks 50 ms`.
pub(super) fn told(slice: &Slice, axis: &Axis, found: &Break) -> Option<String> {
    let results = slice.points.iter().find_map(|point| point.results.as_ref())?;
    let verdict = results.verdicts.get(found.objective)?;
    let what = qualified(results, &verdict.of, &spoken(&verdict.measure));
    let bound = plain(verdict.unit, verdict.bound);
    let whole = is_whole(axis);
    let (side, keeps) = if found.above {
        ("up to", "breaks")
    } else {
        ("from", "keeps")
    };
    let at = reach(axis, found);
    let around = if whole {
        String::new()
    } else {
        format!(" ({} to {})", place(axis, found.low), place(axis, found.high))
    };
    let joint = if found.above { "before" } else { "on," };
    Some(format!(
        "{} {side} {}{around} {joint} {} {keeps} {bound}",
        one_line(axis.name()),
        place(axis, at),
        if found.above {
            what
        } else {
            format!("where {what}")
        },
    ))
}

pub(super) fn is_whole(axis: &Axis) -> bool {
    axis.scale.as_ref().is_some_and(|scale| scale.whole)
}

/// Returns where an objective breaks: the last value that is known to be good, where only whole numbers make sense.
pub(super) fn reach(axis: &Axis, found: &Break) -> f64 {
    if is_whole(axis) { found.met } else { found.at }
}
