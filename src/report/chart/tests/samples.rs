//! Data for the tests: ordinary, and such as a simulation should never produce.

use proptest::prelude::*;

use crate::report::chart::*;

/// Exponential response times, each curve a little slower than the one before.
pub(super) fn distribution(count: usize, mean: f64) -> DistributionChart {
    let curve = |i: usize| {
        let mean = mean * (1.0 + 0.2 * i as f64);
        let points =
            (1..120).map(|step| CurvePoint::at(f64::from(step) * mean * 0.1, (-f64::from(step) * 0.1).exp()));
        let percentile = |share: f64| Percentile {
            share,
            value: -mean * (1.0 - share).ln(),
        };
        Curve {
            name: format!("workload-{i}"),
            measured: points.clone().collect(),
            theory: (i == 0).then(|| TheoryCurve {
                name: "M/M/1".into(),
                points: points.collect(),
            }),
            percentiles: [0.5, 0.9, 0.99, 0.999].map(percentile).to_vec(),
        }
    };
    DistributionChart {
        title: "Response time".into(),
        subtitle: "scenario, replications".into(),
        note: "a note".into(),
        quantity: "response time".into(),
        curves: (0..count).map(curve).collect(),
        objectives: vec![Objective {
            label: "p99 ≤ 80 ms".into(),
            value: 0.08,
            share: Some(0.99),
        }],
    }
}

pub(super) fn timeline(count: usize, level: f64) -> TimelineChart {
    let times: Vec<f64> = (0..60).map(|i| 10.0 + 20.0 * f64::from(i)).collect();
    let line = |i: usize| PanelLine {
        name: format!("line {i}"),
        values: times
            .iter()
            .map(|t| Some(level * (2.0 + i as f64 + (t / 100.0).sin())))
            .collect(),
    };
    let panel = |unit| Panel {
        title: format!("panel of {unit:?}"),
        unit,
        lines: (0..count).map(line).collect(),
    };
    TimelineChart {
        title: "Timeline".into(),
        subtitle: "scenario".into(),
        note: "a note".into(),
        panels: [Unit::PerSecond, Unit::Seconds, Unit::Count, Unit::Share]
            .map(panel)
            .to_vec(),
        spans: troubles(count),
        failures_are: "failures of the first replication".into(),
        times,
    }
}

/// So many faults of a minute, one every 9 s, and twenty times as many failures.
fn troubles(count: usize) -> Vec<Span> {
    let fault = |i: usize| {
        let from = 300.0 + 9.0 * i as f64;
        Span {
            from,
            to: from + 60.0,
            label: format!("server:web.{i} crashed"),
            noticed: Some(from + 5.0),
            restored: Some(from + 65.0),
            shades: true,
            ..Span::default()
        }
    };
    let failure = |i: usize| Span {
        from: 41.0 * i as f64,
        to: 41.0 * i as f64 + 100.0,
        cause: Cause::Failure,
        ..Span::default()
    };
    (0..count)
        .map(fault)
        .chain((0..20 * count).map(failure))
        .collect()
}

pub(super) fn comparison(count: usize, mean: f64) -> ComparisonChart {
    let row = |i: usize| {
        let mean = mean * (1.0 + 0.1 * i as f64);
        let percentile = |share: f64| Percentile {
            share,
            value: -mean * (1.0 - share).ln(),
        };
        ComparisonRow {
            name: format!("policy-{i}"),
            percentiles: [0.05, 0.5, 0.9, 0.99].map(percentile).to_vec(),
            headline: Some(Interval {
                value: 4.6 * mean,
                low: 4.5 * mean,
                high: 4.7 * mean,
            }),
            remark: format!("+{i} %"),
            may_be_best: i < 2,
        }
    };
    ComparisonChart {
        title: "Comparison".into(),
        quantity: "response time".into(),
        headline: "p99".into(),
        rows: (0..count).map(row).collect(),
        objective: Some(Objective {
            label: "p99 ≤ 80 ms".into(),
            value: 0.08,
            share: Some(0.99),
        }),
        ..ComparisonChart::default()
    }
}

/// Numbers a simulation should never produce, and some that it may.
pub(super) fn hostile() -> impl Strategy<Value = f64> {
    prop_oneof![
        Just(0.0),
        Just(-1.0),
        Just(1.0),
        Just(f64::NAN),
        Just(f64::INFINITY),
        Just(f64::NEG_INFINITY),
        Just(1e-308),
        Just(5e-324),
        Just(f64::MAX),
        Just(f64::MIN),
        Just(0.999_999_999),
        0.0..1.0,
        0.0..1e6,
        any::<f64>(),
    ]
}

pub(super) fn hostile_distribution(numbers: &[f64], name: &str, count: usize) -> DistributionChart {
    let pairs = || numbers.iter().zip(numbers.iter().rev());
    let point = |(&seconds, &slower): (&f64, &f64)| CurvePoint {
        seconds,
        slower,
        band: Some((seconds, slower)),
    };
    let curve = Curve {
        name: name.into(),
        measured: pairs().map(point).collect(),
        theory: Some(TheoryCurve {
            name: name.into(),
            points: pairs().map(point).collect(),
        }),
        percentiles: pairs()
            .map(|(&share, &value)| Percentile { share, value })
            .collect(),
    };
    let objective = |(&value, &share)| Objective {
        label: name.into(),
        value,
        share: Some(share),
    };
    DistributionChart {
        title: name.into(),
        subtitle: name.into(),
        note: name.into(),
        quantity: name.into(),
        curves: vec![curve; count],
        objectives: pairs().map(objective).collect(),
    }
}

pub(super) fn hostile_timeline(numbers: &[f64], name: &str, count: usize) -> TimelineChart {
    let line = PanelLine {
        name: name.into(),
        values: numbers.iter().map(|&number| Some(number)).collect(),
    };
    let panel = |unit| Panel {
        title: name.into(),
        unit,
        lines: vec![line.clone(); count],
    };
    let pairs = || numbers.iter().zip(numbers.iter().rev());
    TimelineChart {
        title: name.into(),
        subtitle: name.into(),
        note: name.into(),
        times: numbers.iter().rev().copied().collect(),
        panels: [Unit::PerSecond, Unit::Seconds, Unit::Count, Unit::Share]
            .map(panel)
            .to_vec(),
        spans: pairs()
            .flat_map(|(&from, &to)| {
                [Cause::Fault, Cause::Failure].map(|cause| Span {
                    from,
                    to,
                    label: name.into(),
                    cause,
                    noticed: Some(to),
                    failover: Some(from),
                    restored: Some(to),
                    shades: true,
                })
            })
            .collect(),
        failures_are: name.into(),
    }
}

pub(super) fn hostile_comparison(number: &dyn Fn(usize) -> f64, name: &str, count: usize) -> ComparisonChart {
    let row = |i: usize| ComparisonRow {
        name: name.into(),
        percentiles: (0..4)
            .map(|j| Percentile {
                share: number(i + j),
                value: number(i + j + 1),
            })
            .collect(),
        headline: Some(Interval {
            value: number(i),
            low: number(i + 1),
            high: number(i + 2),
        }),
        remark: name.into(),
        may_be_best: i.is_multiple_of(2),
    };
    ComparisonChart {
        title: name.into(),
        subtitle: name.into(),
        note: name.into(),
        quantity: name.into(),
        unit: [Unit::Seconds, Unit::PerSecond, Unit::Share, Unit::Count][count % 4],
        headline: name.into(),
        rows: (0..count).map(row).collect(),
        objective: Some(Objective {
            label: name.into(),
            value: number(2),
            share: None,
        }),
    }
}

pub(super) fn hostile_hops(number: &dyn Fn(usize) -> f64, name: &str, count: usize) -> HopsChart {
    let row = |i: usize| HopRow {
        name: format!("{name}{i}"),
        spent: [0, 1].map(|which| (0..i % 6).map(|at| number(i + at + which)).collect()),
        remarks: [name.to_owned(), name.to_owned()],
    };
    let section = |i: usize| HopSection {
        name: name.to_owned(),
        totals: [name.to_owned(), name.to_owned()],
        rows: (0..i).map(row).collect(),
    };
    HopsChart {
        title: name.to_owned(),
        subtitle: name.to_owned(),
        note: name.to_owned(),
        activities: (0..count).map(|i| format!("{name}{i}")).collect(),
        sections: (0..count).map(section).collect(),
    }
}

pub(super) fn hostile_shortage(number: &dyn Fn(usize) -> f64, name: &str, count: usize) -> ShortageChart {
    let row = |i: usize| ShortageRow {
        name: format!("{name}{i}"),
        measured: (i % 3 != 1).then(|| Interval {
            value: number(i),
            low: number(i + 1),
            high: number(i + 2),
        }),
        theory: (i % 4 != 2).then(|| number(i + 3)),
        remark: name.to_owned(),
    };
    ShortageChart {
        title: name.to_owned(),
        subtitle: name.to_owned(),
        note: name.to_owned(),
        theory: name.to_owned(),
        rows: (0..count).map(row).collect(),
    }
}
