//! Pictures: what results look like as data for [`chart`].

mod durability;
mod hops;
mod map;
mod plan;
mod shortage;
mod sweep;
mod timeline;

pub(super) use self::{
    durability::{durability, losses},
    hops::hops,
    plan::plan,
    shortage::availability,
    sweep::sweep,
};
pub(super) use self::{
    hops::chart as hops_chart, plan::chart as plan_chart, shortage::chart as shortage_chart,
    sweep::chart as sweep_chart, timeline::chart as timeline_chart,
};

use super::{
    chart::{
        ChartError, ComparisonChart, ComparisonRow, Curve, CurvePoint, DistributionChart, Interval,
        Objective, Percentile, TheoryCurve,
    },
    number::plain,
    table::in_words,
    thin,
    words::{conduct, each, met, name_of, qualified, spoken},
};
use crate::experiment::{
    Comparison, Results, VariantResults,
    compare::{Place, Standing},
    results::{Distribution, Measure, Unit, Verdict},
};

/// The percentiles that are marked, by the ends of their names.
const MARKED: [(&str, f64); 4] = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999)];

/// Draws `response.png`: how many requests took longer than any given time.
pub(super) fn response(results: &Results) -> Result<Vec<u8>, ChartError> {
    response_chart(results).draw()
}

/// Draws `timeline.png`: how it went over time.
pub(super) fn timeline(results: &Results) -> Result<Vec<u8>, ChartError> {
    timeline::chart(results).draw()
}

/// Draws `compare.png`: the variants on one axis.
pub(super) fn compare(comparison: &Comparison) -> Result<Vec<u8>, ChartError> {
    comparison_chart(comparison).draw()
}

pub(super) fn response_chart(results: &Results) -> DistributionChart {
    let timed = results
        .verdicts
        .iter()
        .filter(|verdict| verdict.measure.starts_with("response.") && !verdict.at_least)
        // Calls have no curve.
        .filter(|verdict| results.distributions.iter().any(|one| one.of == verdict.of));
    DistributionChart {
        title: format!("{}: response time", results.scenario),
        subtitle: conduct(results),
        note: provenance(results),
        quantity: "response time".to_owned(),
        curves: results
            .distributions
            .iter()
            .map(|one| curve(results, one))
            .collect(),
        objectives: timed.map(|verdict| objective(results, verdict)).collect(),
    }
}

pub(super) fn curve(results: &Results, distribution: &Distribution) -> Curve {
    let all = distribution.histogram.count() as f64;
    let mut measured: Vec<CurvePoint> = thin::stretches(&distribution.histogram)
        .into_iter()
        // The difference of whole numbers is exact, where that of shares near 1 is not.
        .map(|part| CurvePoint::at(part.seconds, (all - part.up_to as f64) / all))
        .collect();
    // Up to the first time all are slower: where many take exactly that long, the curve begins with a fall.
    if let [first, _, ..] = measured[..] {
        measured.insert(0, CurvePoint::at(first.seconds, 1.0));
    }
    let theory = distribution.formula.map(|formula| TheoryCurve {
        name: formula.name.to_owned(),
        points: distribution
            .theory
            .iter()
            .map(|&(seconds, slower)| CurvePoint::at(seconds, slower))
            .collect(),
    });
    Curve {
        name: name_of(&distribution.of),
        measured,
        theory: theory.filter(|theory| !theory.points.is_empty()),
        percentiles: percentiles(results, &distribution.of, "response"),
    }
}

fn comparison_chart(comparison: &Comparison) -> ComparisonChart {
    let best = &comparison.variants[0].results;
    let contest = comparison.ranking();
    let by = &contest.by;
    let (what, _) = by.measure.split_once('.').unwrap_or((&by.measure, ""));
    let unit = headline(comparison, best).map_or(Unit::Seconds, |measure| measure.unit);
    let quantity = match unit {
        Unit::Seconds => format!("{what} time"),
        _ => spoken(what),
    };
    let promise = best
        .verdicts
        .iter()
        .find(|verdict| verdict.of == by.of && verdict.measure == by.measure);
    ComparisonChart {
        title: format!("{}: variants by {}", best.scenario, spoken(&by.measure)),
        subtitle: format!(
            "{} {}, on the same {}",
            each(comparison),
            conduct(best),
            met(best)
        ),
        note: provenance(best),
        quantity: qualified(best, &by.of, &quantity),
        unit,
        headline: spoken(&by.measure),
        rows: comparison
            .variants
            .iter()
            .zip(&contest.places)
            .map(|(variant, place)| row(comparison, variant, place, unit, what))
            .collect(),
        objective: promise.map(|verdict| objective(best, verdict)),
    }
}

fn row(
    comparison: &Comparison,
    variant: &VariantResults,
    place: &Place,
    unit: Unit,
    what: &str,
) -> ComparisonRow {
    let measure = headline(comparison, &variant.results);
    let interval = measure.and_then(|measure| {
        let value = measure.value?;
        Some(Interval {
            value,
            low: measure.low.unwrap_or(value),
            high: measure.high.unwrap_or(value),
        })
    });
    // A bar of times belongs only on an axis of times.
    let percentiles = match unit {
        Unit::Seconds => percentiles(&variant.results, &comparison.ranking().by.of, what),
        _ => Vec::new(),
    };
    let told = in_words(unit, place);
    let remark = told.split(" (").next().unwrap_or_default().to_owned();
    ComparisonRow {
        name: variant.label.clone(),
        percentiles,
        headline: interval,
        remark,
        may_be_best: matches!(place.standing, Standing::Best | Standing::Close),
    }
}

fn headline<'a>(comparison: &Comparison, results: &'a Results) -> Option<&'a Measure> {
    let by = &comparison.ranking().by;
    results.find(&by.of, &by.measure)
}

fn percentiles(results: &Results, of: &str, what: &str) -> Vec<Percentile> {
    let percentile = |(name, share): (&str, f64)| {
        let value = results.find(of, &format!("{what}.{name}"))?.value?;
        Some(Percentile { share, value })
    };
    MARKED.into_iter().filter_map(percentile).collect()
}

pub(super) fn objective(results: &Results, verdict: &Verdict) -> Objective {
    let relation = if verdict.at_least { "≥" } else { "≤" };
    let (_, short) = verdict.measure.split_once('.').unwrap_or(("", &verdict.measure));
    let name = qualified(results, &verdict.of, short);
    Objective {
        label: format!("{name} {relation} {}", plain(verdict.unit, verdict.bound)),
        value: verdict.bound,
        share: percentile_of(&verdict.measure),
    }
}

/// Returns what it takes to get the same picture again.
pub(super) fn provenance(results: &Results) -> String {
    format!(
        "plimsoll {} · scenario {:016x}",
        env!("CARGO_PKG_VERSION"),
        results.digest
    )
}

/// Returns 0.999 for `response.p99.9`, and nothing for `response.mean`.
fn percentile_of(measure: &str) -> Option<f64> {
    let (_, percent) = measure.split_once(".p")?;
    percent.parse::<f64>().ok().map(|percent| percent / 100.0)
}

#[cfg(test)]
mod tests;
