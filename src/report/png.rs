//! Pictures: what results look like as data for [`chart`].

use super::{
    Invocation,
    chart::{
        ChartError, ComparisonChart, ComparisonRow, Curve, CurvePoint, DistributionChart, Interval,
        Objective, Panel, PanelLine, Percentile, TheoryCurve, TimelineChart,
    },
    number::plain,
    table::in_words,
    thin,
    words::{conduct, name_of, qualified, spoken},
};
use crate::experiment::{
    Comparison, Results, VariantResults,
    results::{Distribution, Measure, TimelineBucket, TimelineSeries, Unit, Verdict},
};

/// The percentiles that are marked, by the ends of their names.
const MARKED: [(&str, f64); 4] = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999)];

/// Draws `response.png`: how many requests took longer than any given time.
pub(super) fn response(results: &Results, _: &Invocation<'_>) -> Result<Vec<u8>, ChartError> {
    response_chart(results).draw()
}

/// Draws `timeline.png`: how it went over time.
pub(super) fn timeline(results: &Results, _: &Invocation<'_>) -> Result<Vec<u8>, ChartError> {
    timeline_chart(results).draw()
}

/// Draws `compare.png`: the variants on one axis.
pub(super) fn compare(comparison: &Comparison, _: &Invocation<'_>) -> Result<Vec<u8>, ChartError> {
    comparison_chart(comparison).draw()
}

fn response_chart(results: &Results) -> DistributionChart {
    let timed = results
        .verdicts
        .iter()
        .filter(|verdict| verdict.measure.starts_with("response.") && !verdict.at_least);
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

fn curve(results: &Results, distribution: &Distribution) -> Curve {
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

fn timeline_chart(results: &Results) -> TimelineChart {
    let longest = results.timeline.iter().max_by_key(|series| series.buckets.len());
    let buckets = longest.map_or(&[][..], |series| &series.buckets);
    let middle = |bucket: &TimelineBucket| f64::midpoint(bucket.start, bucket.end);
    TimelineChart {
        title: format!("{}: over time", results.scenario),
        subtitle: conduct(results),
        note: format!("means over replications · {}", provenance(results)),
        times: buckets.iter().map(middle).collect(),
        panels: panels(results, buckets.len()),
        ..TimelineChart::default()
    }
}

/// One workload is shown in detail, several side by side.
fn panels(results: &Results, count: usize) -> Vec<Panel> {
    let timeline = results.timeline.as_slice();
    let each = |value: fn(&TimelineBucket) -> Option<f64>| -> Vec<PanelLine> {
        timeline
            .iter()
            .map(|series| line(&name_of(&series.of), series, count, value))
            .collect()
    };
    let panel = |title: &str, unit: Unit, lines: Vec<PanelLine>| Panel {
        title: title.to_owned(),
        unit,
        lines,
    };
    let mut panels = if let [only] = timeline {
        let one = |name: &str, value: fn(&TimelineBucket) -> Option<f64>| line(name, only, count, value);
        let mut flows = vec![
            one("offered", |bucket| Some(bucket.offered)),
            one("completed", |bucket| Some(bucket.completed)),
        ];
        if only.buckets.iter().any(|bucket| 0.0 < bucket.failed) {
            flows.push(one("failed", |bucket| Some(bucket.failed)));
        }
        let responses = vec![
            one("p99", |bucket| bucket.response_p99),
            one("p95", |bucket| bucket.response_p95),
            one("median", |bucket| bucket.response_p50),
        ];
        vec![
            panel("requests", Unit::PerSecond, flows),
            panel("response time", Unit::Seconds, responses),
        ]
    } else {
        vec![
            panel(
                "requests completed",
                Unit::PerSecond,
                each(|bucket| Some(bucket.completed)),
            ),
            panel("response p99", Unit::Seconds, each(|bucket| bucket.response_p99)),
        ]
    };
    let of_services = |value| levels(results, count, value);
    panels.push(panel(
        "requests in system",
        Unit::Count,
        of_services(|bucket| Some(bucket.in_system)),
    ));
    panels.push(panel(
        "utilisation",
        Unit::Share,
        of_services(|bucket| Some(bucket.utilisation)),
    ));
    panels
}

fn line(
    name: &str,
    series: &TimelineSeries,
    count: usize,
    value: fn(&TimelineBucket) -> Option<f64>,
) -> PanelLine {
    let values = (0..count).map(|at| series.buckets.get(at).and_then(value));
    PanelLine {
        name: name.to_owned(),
        values: values.collect(),
    }
}

/// Returns a line for each service: its workloads have its level in common, and the first one's tells it.
fn levels(results: &Results, count: usize, value: fn(&TimelineBucket) -> Option<f64>) -> Vec<PanelLine> {
    let mut lines: Vec<PanelLine> = Vec::new();
    for series in &results.timeline {
        let service = name_of(results.target(&series.of).unwrap_or(&series.of));
        if lines.iter().all(|line| line.name != service) {
            lines.push(line(&service, series, count, value));
        }
    }
    lines
}

fn comparison_chart(comparison: &Comparison) -> ComparisonChart {
    let best = &comparison.variants[0].results;
    let (what, _) = comparison
        .measure
        .split_once('.')
        .unwrap_or((&comparison.measure, ""));
    let unit = headline(comparison, best).map_or(Unit::Seconds, |measure| measure.unit);
    let quantity = match unit {
        Unit::Seconds => format!("{what} time"),
        _ => spoken(what),
    };
    let promise = best
        .verdicts
        .iter()
        .find(|verdict| verdict.of == comparison.of && verdict.measure == comparison.measure);
    ComparisonChart {
        title: format!("{}: variants by {}", best.scenario, spoken(&comparison.measure)),
        subtitle: format!("each {}, on the same requests", conduct(best)),
        note: provenance(best),
        quantity: qualified(best, &comparison.of, &quantity),
        unit,
        headline: spoken(&comparison.measure),
        rows: comparison
            .variants
            .iter()
            .map(|variant| row(comparison, variant, unit, what))
            .collect(),
        objective: promise.map(|verdict| objective(best, verdict)),
    }
}

fn row(comparison: &Comparison, variant: &VariantResults, unit: Unit, what: &str) -> ComparisonRow {
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
        Unit::Seconds => percentiles(&variant.results, &comparison.of, what),
        _ => Vec::new(),
    };
    let told = variant
        .difference
        .as_ref()
        .map(|difference| in_words(unit, difference));
    let remark = told.map(|text| text.split(" (").next().unwrap_or_default().to_owned());
    ComparisonRow {
        name: variant.label.clone(),
        percentiles,
        headline: interval,
        remark: remark.unwrap_or_default(),
    }
}

fn headline<'a>(comparison: &Comparison, results: &'a Results) -> Option<&'a Measure> {
    results.find(&comparison.of, &comparison.measure)
}

fn percentiles(results: &Results, of: &str, what: &str) -> Vec<Percentile> {
    let percentile = |(name, share): (&str, f64)| {
        let value = results.find(of, &format!("{what}.{name}"))?.value?;
        Some(Percentile { share, value })
    };
    MARKED.into_iter().filter_map(percentile).collect()
}

fn objective(results: &Results, verdict: &Verdict) -> Objective {
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
fn provenance(results: &Results) -> String {
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
mod tests {
    use super::*;
    use crate::report::fixture;

    const RUN: Invocation<'_> = Invocation {
        command: "run",
        wall_seconds: 1.4,
    };

    #[test]
    fn the_distribution_has_its_percentiles_its_theory_and_its_limit() {
        let chart = response_chart(&fixture::web_tier());
        let [curve] = &chart.curves[..] else {
            panic!("one workload makes one curve: {chart:?}");
        };
        assert_eq!(curve.name, "shoppers");
        let shares: Vec<f64> = curve
            .percentiles
            .iter()
            .map(|percentile| percentile.share)
            .collect();
        assert_eq!(shares, [0.5, 0.99]);
        assert_eq!(curve.theory.as_ref().map(|theory| theory.points.len()), Some(200));
        assert!(
            curve
                .measured
                .is_sorted_by(|a, b| a.seconds <= b.seconds && b.slower < a.slower)
        );
        assert_eq!(curve.measured.last().map(|point| point.slower.to_bits()), Some(0));
        let [limit] = &chart.objectives[..] else {
            panic!("an availability is no limit on a time: {chart:?}");
        };
        assert_eq!((limit.label.as_str(), limit.share), ("p99 ≤ 120 ms", Some(0.99)));
    }

    #[test]
    fn one_workload_is_shown_in_detail_and_several_side_by_side() {
        let mut results = fixture::web_tier();
        let lines = |chart: &TimelineChart| -> Vec<Vec<String>> {
            let names = |panel: &Panel| panel.lines.iter().map(|line| line.name.clone()).collect();
            chart.panels.iter().map(names).collect()
        };
        let detail = timeline_chart(&results);
        let expected = [
            vec!["offered", "completed", "failed"],
            vec!["p99", "p95", "median"],
            vec!["web"],
            vec!["web"],
        ];
        assert_eq!(lines(&detail), expected);
        assert_eq!(
            (detail.times.len(), detail.times[1].to_bits()),
            (120, 15.0_f64.to_bits())
        );
        assert_eq!(detail.panels[1].lines[0].values[5], None);
        let mut second = results.timeline[0].clone();
        second.of = "workload.jobs".to_owned();
        second.buckets.truncate(60);
        for bucket in &mut second.buckets {
            bucket.utilisation = 0.2;
        }
        results.timeline.push(second.clone());
        second.of = "workload.more-jobs".to_owned();
        results.timeline.push(second);
        for workload in ["workload.jobs", "workload.more-jobs"] {
            results
                .routes
                .push((workload.to_owned(), "service.batch".to_owned()));
        }
        let several = timeline_chart(&results);
        assert_eq!(lines(&several)[0], ["shoppers", "jobs", "more-jobs"]);
        assert_eq!(lines(&several)[3], ["web", "batch"]);
        assert!(
            several
                .panels
                .iter()
                .flat_map(|panel| &panel.lines)
                .all(|line| line.values.len() == 120)
        );
    }

    #[test]
    fn variants_are_drawn_best_first_with_their_difference() {
        let mut comparison = fixture::comparison();
        let chart = comparison_chart(&comparison);
        let remarks: Vec<&str> = chart.rows.iter().map(|row| row.remark.as_str()).collect();
        assert_eq!(remarks, ["", "not distinguishable", "31 % above"]);
        assert_eq!(
            (chart.headline.as_str(), chart.unit),
            ("response p99", Unit::Seconds)
        );
        assert_eq!(
            chart.objective.map(|objective| objective.value.to_bits()),
            Some(0.06_f64.to_bits())
        );
        comparison.measure = "availability".to_owned();
        let chart = comparison_chart(&comparison);
        assert_eq!(chart.unit, Unit::Share);
        assert!(
            chart
                .rows
                .iter()
                .all(|row| row.percentiles.is_empty() && row.headline.is_some())
        );
    }

    #[test]
    fn every_picture_is_drawn_with_data_and_without() {
        for results in [fixture::web_tier(), fixture::empty()] {
            for draw in [response, timeline] {
                let bytes = draw(&results, &RUN).unwrap();
                assert_eq!(&bytes[1..4], b"PNG");
            }
        }
        assert_eq!(&compare(&fixture::comparison(), &RUN).unwrap()[1..4], b"PNG");
    }
}
