//! What holds for every chart: texts keep apart and inside, the bytes are a picture, and they depend on the data alone.

use proptest::prelude::*;

use super::{raster::SCALE, scene::Scene, style::WIDTH, *};

#[test]
fn texts_of_ordinary_charts_keep_apart() {
    for count in [1, 2, 5, 25] {
        assert_tidy(&distribution(count, 0.01).compose());
        assert_tidy(&timeline(count, 0.01).compose());
        assert_tidy(&comparison(count, 0.01).compose());
    }
}

#[test]
fn percentiles_and_objectives_of_a_single_curve_are_all_labelled() {
    let scene = distribution(1, 0.01).compose();
    let texts: Vec<&str> = scene.text_boxes().iter().map(|(_, text)| text.as_str()).collect();
    for expected in [
        "p50 6.93 ms",
        "p90 23.0 ms",
        "p99 46.1 ms",
        "p99.9 69.1 ms",
        "p99 ≤ 80 ms",
    ] {
        assert!(texts.contains(&expected), "{expected} is missing from {texts:?}");
    }
}

#[test]
fn empty_charts_say_that_nothing_was_completed() {
    for scene in [
        DistributionChart::default().compose(),
        TimelineChart::default().compose(),
        ComparisonChart {
            rows: vec![ComparisonRow::default()],
            ..ComparisonChart::default()
        }
        .compose(),
        DistributionChart {
            curves: vec![Curve::default(); 3],
            ..DistributionChart::default()
        }
        .compose(),
        TimelineChart {
            panels: vec![Panel::default(); 2],
            times: vec![0.0],
            ..TimelineChart::default()
        }
        .compose(),
    ] {
        assert_tidy(&scene);
        assert!(
            scene
                .text_boxes()
                .iter()
                .any(|(_, text)| text == "no requests completed")
        );
        scene.encode().unwrap();
    }
}

#[test]
fn pictures_are_png_of_the_stated_size_and_the_same_every_time() {
    for draw in [
        &|seed| distribution(2, seed).compose() as Scene,
        &|seed| timeline(2, seed).compose(),
        &|seed| comparison(3, seed).compose(),
    ] as [&dyn Fn(f64) -> Scene; 3]
    {
        let scene = draw(0.01);
        let bytes = scene.encode().unwrap();
        assert_eq!(bytes[..8], [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n']);
        let size = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
        assert_eq!(size(16), (WIDTH * SCALE) as u32);
        assert_eq!(size(20), (scene.height * SCALE).round() as u32);
        assert!(
            bytes == draw(0.01).encode().unwrap(),
            "the same data give the same bytes"
        );
        assert!(
            bytes != draw(0.02).encode().unwrap(),
            "other data give another picture"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_data_break_a_layout(
        numbers in proptest::collection::vec(hostile(), 0..12),
        name in ".{0,60}",
        count in 0usize..30,
    ) {
        let name = name.repeat(4);
        let number = |i: usize| if numbers.is_empty() { 0.0 } else { numbers[i % numbers.len()] };
        for scene in [
            hostile_distribution(&numbers, &name, count).compose(),
            hostile_timeline(&numbers, &name, count).compose(),
            hostile_comparison(&number, &name, count).compose(),
        ] {
            assert_tidy(&scene);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_data_break_the_painting(numbers in proptest::collection::vec(hostile(), 1..8)) {
        prop_assert!(hostile_distribution(&numbers, "x", 2).draw().is_ok());
        prop_assert!(hostile_timeline(&numbers, "x", 2).draw().is_ok());
        prop_assert!(hostile_comparison(&|i| numbers[i % numbers.len()], "x", 3).draw().is_ok());
    }
}

fn assert_tidy(scene: &Scene) {
    let boxes = scene.text_boxes();
    assert!(!boxes.is_empty(), "a picture without any text");
    for (i, (rect, text)) in boxes.iter().enumerate() {
        assert!(
            scene.frame().contains(*rect),
            "{text:?} leaves the picture: {rect:?}"
        );
        for (other, neighbour) in &boxes[..i] {
            assert!(
                !rect.overlaps(*other),
                "{text:?} overlaps {neighbour:?}: {rect:?} and {other:?}"
            );
        }
    }
}

/// Exponential response times, each curve a little slower than the one before.
fn distribution(count: usize, mean: f64) -> DistributionChart {
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

fn timeline(count: usize, level: f64) -> TimelineChart {
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
        panels: [Unit::Rate, Unit::Duration, Unit::Count, Unit::Share]
            .map(panel)
            .to_vec(),
        spans: vec![Span {
            from: 0.0,
            to: 60.0,
            label: "warm-up".into(),
        }],
        marks: (0..count)
            .map(|i| Mark {
                at: 300.0 + 9.0 * i as f64,
                label: format!("crash {i}"),
            })
            .collect(),
        times,
    }
}

fn comparison(count: usize, mean: f64) -> ComparisonChart {
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
fn hostile() -> impl Strategy<Value = f64> {
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

fn hostile_distribution(numbers: &[f64], name: &str, count: usize) -> DistributionChart {
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

fn hostile_timeline(numbers: &[f64], name: &str, count: usize) -> TimelineChart {
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
        panels: [Unit::Rate, Unit::Duration, Unit::Count, Unit::Share]
            .map(panel)
            .to_vec(),
        spans: pairs()
            .map(|(&from, &to)| Span {
                from,
                to,
                label: name.into(),
            })
            .collect(),
        marks: numbers
            .iter()
            .map(|&at| Mark {
                at,
                label: name.into(),
            })
            .collect(),
    }
}

fn hostile_comparison(number: &dyn Fn(usize) -> f64, name: &str, count: usize) -> ComparisonChart {
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
    };
    ComparisonChart {
        title: name.into(),
        subtitle: name.into(),
        note: name.into(),
        quantity: name.into(),
        unit: [Unit::Duration, Unit::Rate, Unit::Share, Unit::Count][count % 4],
        headline: name.into(),
        rows: (0..count).map(row).collect(),
        objective: Some(Objective {
            label: name.into(),
            value: number(2),
            share: None,
        }),
    }
}
