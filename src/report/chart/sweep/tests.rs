//! The layout of a sweep.

use super::*;

fn interval(value: f64) -> Interval {
    Interval {
        value,
        low: value * 0.97,
        high: value * 1.03,
    }
}

fn chart() -> SweepChart {
    let rates: Vec<f64> = (1..=9).map(|step| 100.0 * f64::from(step)).collect();
    let line = |name: &str, scale: f64| SweepLine {
        name: name.to_owned(),
        points: rates
            .iter()
            .map(|&rate| (rate, interval(scale / (1.0 - rate / 1000.0))))
            .collect(),
        theory: rates
            .iter()
            .map(|&rate| (rate, scale / (1.0 - rate / 1000.0)))
            .collect(),
    };
    SweepChart {
        title: "web-tier: along rate".to_owned(),
        subtitle: "8 replications × 20 min".to_owned(),
        note: "plimsoll".to_owned(),
        caption: "workload.shoppers.arrivals.rate, /s".to_owned(),
        full: Some((1000.0, 1200.0)),
        marks: vec![
            (850.0, "p99 breaks 120 ms".to_owned()),
            (600.0, "knee".to_owned()),
        ],
        panels: vec![
            SweepPanel {
                title: "response time".to_owned(),
                unit: Unit::Seconds,
                lines: vec![line("p99", 0.046), line("mean", 0.01)],
                objectives: vec![Objective {
                    label: "p99 ≤ 120 ms".to_owned(),
                    value: 0.12,
                    share: None,
                }],
            },
            SweepPanel {
                title: "utilisation".to_owned(),
                unit: Unit::Share,
                lines: vec![SweepLine {
                    name: "web".to_owned(),
                    points: rates
                        .iter()
                        .map(|&rate| (rate, interval(rate / 1000.0)))
                        .collect(),
                    theory: Vec::new(),
                }],
                objectives: Vec::new(),
            },
        ],
        ..SweepChart::default()
    }
}

fn assert_tidy(chart: &SweepChart) {
    let scene = chart.compose();
    let boxes = scene.text_boxes();
    for (at, (rect, text)) in boxes.iter().enumerate() {
        assert!(scene.frame().contains(*rect), "{text}");
        for (other, beside) in &boxes[..at] {
            assert!(!rect.overlaps(*other), "{text} over {beside}");
        }
    }
}

#[test]
fn no_text_covers_another_or_leaves_the_picture() {
    assert_tidy(&chart());
    let mut named = chart();
    named.names = (0..9)
        .map(|at| format!("a policy with a long name {at}"))
        .collect();
    assert_tidy(&named);
    let mut nothing = chart();
    for panel in &mut nothing.panels {
        panel.lines.iter_mut().for_each(|line| line.points.clear());
    }
    assert_tidy(&nothing);
    assert_tidy(&SweepChart::default());
}

#[test]
fn marks_and_promises_are_named() {
    let scene = chart().compose();
    for text in ["p99 ≤ 120 ms", "p99 breaks 120 ms", "overload"] {
        assert!(
            scene.text_boxes().iter().any(|(_, there)| there == text),
            "{text}"
        );
    }
    assert_eq!(&chart().draw().unwrap()[1..4], b"PNG");
}
