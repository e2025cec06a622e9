//! The layout of a plan.

use super::*;

fn chart() -> PlanChart {
    let dots = |scale: f64| {
        let dot = |at: usize| {
            let value = scale / (at + 1) as f64;
            let interval = Interval {
                value,
                low: 0.9 * value,
                high: 1.1 * value,
            };
            (at, interval)
        };
        (0..9).map(dot).collect()
    };
    PlanChart {
        title: "shop: what it takes".to_owned(),
        caption: "deployments".to_owned(),
        heading: "runs that miss an objective".to_owned(),
        unit: Unit::Share,
        names: (0..9)
            .map(|at| {
                format!(
                    "{}.19 /h: servers = {at}, balancer = least-connections, slots = 12",
                    at + 3
                )
            })
            .collect(),
        answer: Some(4),
        groups: ["usual", "zone a lost"]
            .iter()
            .zip([0.2, 0.3])
            .map(|(name, scale)| DotGroup {
                name: (*name).to_owned(),
                dots: dots(scale),
            })
            .collect(),
        limits: vec![Objective {
            label: "allowed".to_owned(),
            value: 0.05,
            share: None,
        }],
        stairs: Some(("least".to_owned(), vec![(0, 0.2), (4, 0.04)])),
        ..PlanChart::default()
    }
}

#[test]
fn every_name_stands_below_its_column_and_no_text_covers_another() {
    let scene = chart().compose();
    let boxes = scene.text_boxes();
    assert!(
        boxes
            .iter()
            .filter(|(_, text)| text.contains("servers ="))
            .count()
            == 9
    );
    for (at, (one, text)) in boxes.iter().enumerate() {
        assert!(scene.frame().contains(*one), "`{text}` sticks out");
        for (other, second) in &boxes[..at] {
            assert!(!one.overlaps(*other), "`{text}` covers `{second}`");
        }
    }
}

#[test]
fn stairs_go_level_to_the_next_deployment_and_down_there() {
    let chart = chart();
    let plot = Rect {
        left: 0.0,
        top: 0.0,
        right: 900.0,
        bottom: 100.0,
    };
    let y = Axis {
        unit: Unit::Share,
        is_log: false,
        low: 0.0,
        high: 1.0,
        from: 100.0,
        to: 0.0,
    };
    let points = chart.steps(plot, &y, &[(0, 0.2), (4, 0.04)]);
    assert_eq!(
        points,
        [(50.0, 80.0), (450.0, 80.0), (450.0, 96.0), (900.0, 96.0)]
    );
}

#[test]
fn no_data_make_no_trouble() {
    for chart in [
        PlanChart::default(),
        PlanChart {
            groups: vec![DotGroup {
                name: "x".to_owned(),
                dots: vec![(
                    0,
                    Interval {
                        value: f64::NAN,
                        low: f64::NAN,
                        high: 1.0,
                    },
                )],
            }],
            names: vec![String::new()],
            ..PlanChart::default()
        },
    ] {
        assert!(chart.draw().is_ok());
    }
}
