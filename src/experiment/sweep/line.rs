//! Where along an axis an objective breaks, and where the knee is.

use super::Point;
use crate::experiment::results::Verdict;

/// Where an objective breaks along an axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Break {
    /// The objective, as an index into the verdicts of each point.
    pub objective: usize,
    /// Where it breaks, between the last value that meets it and the first that misses it.
    pub at: f64,
    /// How far down that may lie, by the ends of the intervals.
    pub low: f64,
    /// How far up.
    pub high: f64,
    /// The last value that was simulated and met it.
    pub met: f64,
    /// The value next to it that missed it.
    pub missed: f64,
    /// Whether it is the larger values that miss it.
    pub above: bool,
}

/// Where throughput over response time is largest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Knee {
    /// The value on the axis.
    pub at: f64,
}

/// The points on either side of a change, by their places in the sorted list.
pub(super) struct Bracket {
    pub(super) low: usize,
    pub(super) high: usize,
}

/// Returns what became of an objective at a point that keeps up with its load.
fn verdict(point: &Point, objective: usize) -> Option<&Verdict> {
    point.steady()?.verdicts.get(objective)
}

/// Returns whether a point meets an objective; one that does not keep up meets none.
fn meets(point: &Point, objective: usize) -> bool {
    verdict(point, objective).is_some_and(Verdict::is_met)
}

/// Returns the first two neighbours of which one meets an objective and the other misses it. Points are sorted.
pub(super) fn bracket(points: &[&Point], objective: usize) -> Option<Bracket> {
    let mut pairs = points.windows(2).enumerate();
    let (low, _) = pairs.find(|(_, pair)| meets(pair[0], objective) != meets(pair[1], objective))?;
    Some(Bracket { low, high: low + 1 })
}

/// Returns where an objective breaks; `None` where it does not, or only where more work comes in than can be done.
///
/// Between the two neighbours the logarithm of the measure is taken to be straight. Its interval there, over its slope, is how
/// far the place may be off.
pub(super) fn breaks(points: &[&Point], objective: usize) -> Option<Break> {
    let Bracket { low, high } = bracket(points, objective)?;
    let above = meets(points[low], objective);
    let (met, missed) = if above { (low, high) } else { (high, low) };
    let (one, other) = (
        verdict(points[met], objective)?,
        verdict(points[missed], objective)?,
    );
    let (from, to) = (points[met].x?, points[missed].x?);
    let slope = (scaled(other.value?) - scaled(one.value?)) / (to - from);
    let way = (scaled(one.bound) - scaled(one.value?)) / slope;
    let at = if way.is_finite() {
        (from + way).clamp(from.min(to), from.max(to))
    } else {
        from
    };
    let half = |verdict: &Verdict| Some((scaled(verdict.high?) - scaled(verdict.low?)) / 2.0);
    let off = half(one)
        .zip(half(other))
        .map(|(one, other)| one.max(other) / slope.abs());
    let off = off.filter(|off| off.is_finite()).unwrap_or(f64::INFINITY);
    let (first, last) = (points.first()?.x?, points.last()?.x?);
    Some(Break {
        objective,
        at,
        low: (at - off).max(first),
        high: (at + off).min(last),
        met: from,
        missed: to,
        above,
    })
}

/// The scale on which measures are taken to be straight: logarithmic, with nothing as the smallest number there is.
fn scaled(value: f64) -> f64 {
    value.max(f64::MIN_POSITIVE).ln()
}

/// Returns the place of the point where throughput over response is largest, if more load brings more throughput and that
/// place is not at an end.
///
/// # Source
/// Kleinrock, *Power and deterministic rules of thumb for probabilistic problems in computer communications*, ICC (1979): "power" is
/// throughput over delay, and its maximum is where a line through the origin touches the curve.
pub(super) fn knee(points: &[&Point]) -> Option<usize> {
    let of = &points.first()?.steady()?.routes.first()?.0;
    let value = |point: &Point, measure: &str| point.steady()?.find(of, measure)?.value;
    let steady: Vec<usize> = (0..points.len())
        .filter(|&at| points[at].steady().is_some())
        .collect();
    let through = |at: usize| value(points[at], "throughput");
    let (first, last) = (*steady.first()?, *steady.last()?);
    if through(last)? < 1.5 * through(first)? {
        return None;
    }
    let power = |at: &usize| Some(through(*at)? / value(points[*at], "response.mean")?);
    let best = steady.iter().copied().filter_map(|at| Some((at, power(&at)?)));
    let (best, _) = best.max_by(|one, other| one.1.total_cmp(&other.1))?;
    (best != first && best + 1 < points.len()).then_some(best)
}
