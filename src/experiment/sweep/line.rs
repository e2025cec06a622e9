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
pub(super) fn breaks(points: &[&Point], objective: usize) -> Option<Break> {
    let Bracket { low, high } = bracket(points, objective)?;
    let above = meets(points[low], objective);
    let (met, missed) = if above { (low, high) } else { (high, low) };
    points[missed].results.as_ref()?;
    let near = |low: f64, high: f64, value: &dyn Fn(&Point) -> Option<f64>| {
        let (one, other) = (value(points[met])?, value(points[missed])?);
        let bound = verdict(points[met], objective)?.bound;
        let part = if 0.0 < one && 0.0 < other && 0.0 < bound {
            (bound.ln() - one.ln()) / (other.ln() - one.ln())
        } else {
            (bound - one) / (other - one)
        };
        part.is_finite()
            .then(|| low + part.clamp(0.0, 1.0) * (high - low))
    };
    let (from, to) = (points[met].x?, points[missed].x?);
    let value = |point: &Point| verdict(point, objective)?.value;
    // What does not keep up has no value to go by: then it is known only that it breaks in between.
    let at = near(from, to, &value).unwrap_or(from);
    let (low, high) = reach(points, objective, above).unwrap_or((from.min(to), from.max(to)));
    Some(Break {
        objective,
        at,
        low: low.min(at),
        high: high.max(at),
        met: from,
        missed: to,
        above,
    })
}

/// Returns from where to where the interval of a measure holds its bound.
fn reach(points: &[&Point], objective: usize, above: bool) -> Option<(f64, f64)> {
    let sure = |point: &&Point, met: bool| {
        let certain = verdict(point, objective).is_none_or(Verdict::is_certain);
        certain && meets(point, objective) == met
    };
    let (last_met, first_missed) = if above {
        let missed = points.iter().position(|point| sure(point, false))?;
        (
            points[..missed].iter().rposition(|point| sure(point, true))?,
            missed,
        )
    } else {
        let met = points.iter().position(|point| sure(point, true))?;
        (met, points[..met].iter().rposition(|point| sure(point, false))?)
    };
    let (one, other) = (points[last_met].x?, points[first_missed].x?);
    Some((one.min(other), one.max(other)))
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
