//! What holds for every chart: texts keep apart and inside, the bytes are a picture, and they depend on the data alone.

use proptest::prelude::*;

use super::{
    paint::{SCALE, paint},
    scene::Scene,
    style::WIDTH,
    *,
};

mod samples;
use samples::{
    comparison, distribution, hostile, hostile_comparison, hostile_distribution, hostile_hops,
    hostile_shortage, hostile_timeline, timeline,
};

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
        "p90 23 ms",
        "p99 46.1 ms",
        "p99.9 69.1 ms",
        "p99 ≤ 80 ms",
    ] {
        assert!(texts.contains(&expected), "{expected} is missing from {texts:?}");
    }
}

#[test]
fn curves_of_one_formula_share_its_place_in_the_legend() {
    let named = |names: [&str; 3]| {
        let mut chart = distribution(3, 0.01);
        for (curve, name) in chart.curves.iter_mut().zip(names) {
            curve.theory = Some(TheoryCurve {
                name: name.to_owned(),
                points: curve.measured.clone(),
            });
        }
        let scene = chart.compose();
        let texts = scene.text_boxes().iter().map(|(_, text)| text.clone());
        texts
            .filter(|text| text.starts_with("theory"))
            .collect::<Vec<_>>()
    };
    assert_eq!(named(["M/M/1", "M/M/1", "M/M/1"]), ["theory: M/M/1"]);
    assert_eq!(
        named(["M/M/1", "M/G/1", "M/M/1"]),
        ["theory: M/G/1", "theory: M/M/1"]
    );
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
fn what_was_never_down_makes_no_axis() {
    let scene = ShortageChart::default().compose();
    assert_tidy(&scene);
    assert!(
        scene
            .text_boxes()
            .iter()
            .any(|(_, text)| text == "nothing was down")
    );
}

#[test]
fn pictures_are_png_of_the_stated_size() {
    for scene in [
        distribution(2, 0.01).compose(),
        timeline(2, 0.01).compose(),
        comparison(3, 0.01).compose(),
    ] {
        let bytes = scene.encode().unwrap();
        assert_eq!(bytes[..8], [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n']);
        let size = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
        assert_eq!(size(16), (WIDTH * SCALE) as u32);
        assert_eq!(size(20), (scene.height * SCALE).round() as u32);
    }
}

#[test]
fn the_same_data_give_the_same_bytes_and_others_do_not() {
    let draw = |mean| comparison(3, mean).draw().unwrap();
    assert!(draw(0.01) == draw(0.01));
    assert!(draw(0.01) != draw(0.02));
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
            hostile_shortage(&number, &name, count).compose(),
            hostile_hops(&number, &name, count).compose(),
        ] {
            assert_tidy(&scene);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_data_break_the_painting(numbers in proptest::collection::vec(hostile(), 1..8)) {
        for scene in [
            hostile_distribution(&numbers, "x", 2).compose(),
            hostile_timeline(&numbers, "x", 2).compose(),
            hostile_comparison(&|i| numbers[i % numbers.len()], "x", 3).compose(),
            hostile_shortage(&|i| numbers[i % numbers.len()], "x", 3).compose(),
            hostile_hops(&|i| numbers[i % numbers.len()], "x", 3).compose(),
        ] {
            paint(&scene);
        }
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
