//! What pictures are made of.

use super::{timeline::chart as timeline_chart, *};
use crate::report::{
    chart::{Cause, Panel, TimelineChart},
    fixture,
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
fn trouble_is_drawn_where_it_is_and_errors_by_their_cause() {
    let mut results = fixture::drill();
    let chart = timeline_chart(&results);
    let names = |panel: &Panel| {
        panel
            .lines
            .iter()
            .map(|line| line.name.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&chart.panels[0]), ["offered", "completed", "goodput"]);
    assert_eq!(names(&chart.panels[1]), ["lost to failures", "rejected"]);
    assert_eq!(chart.panels.len(), 5);
    let hung = &chart.spans[0];
    assert_eq!(hung.label, "zone:a hung");
    assert_eq!(
        [Some(hung.from), Some(hung.to), hung.noticed, hung.restored],
        [900.0, 1_200.0, 906.4, 1_203.1].map(Some)
    );
    assert!(hung.shades && hung.cause == Cause::Fault);
    let slow = &chart.spans[1];
    assert_eq!((slow.noticed, slow.restored), (None, None), "nobody noticed");
    let crashed = chart.spans.last().unwrap();
    assert_eq!((crashed.cause, crashed.shades), (Cause::Failure, false));
    assert_eq!(chart.failures_are, "failures, of the first replication");
    assert!(chart.note.contains("fall elsewhere in each"), "{}", chart.note);
    let crashes = &mut results.incidents.as_mut().unwrap().failures[1];
    crashes.effect.incidents = 20;
    let few = timeline_chart(&results);
    assert_eq!(few.failures_are, "failures, of all replications");
    results.replications = 1;
    let alone = timeline_chart(&results);
    assert!(
        alone.spans.last().unwrap().shades,
        "the only replication is what the curves show"
    );
    assert_eq!(alone.failures_are, "failures");
}

#[test]
fn variants_are_drawn_best_first_with_their_difference() {
    let mut comparison = fixture::comparison();
    let chart = comparison_chart(&comparison);
    let remarks: Vec<&str> = chart.rows.iter().map(|row| row.remark.as_str()).collect();
    assert_eq!(remarks, ["best", "not distinguishable", "31 % above"]);
    let sets: Vec<bool> = chart.rows.iter().map(|row| row.may_be_best).collect();
    assert_eq!(sets, [true, true, false]);
    assert_eq!(
        (chart.headline.as_str(), chart.unit),
        ("response p99", Unit::Seconds)
    );
    assert_eq!(
        chart.objective.map(|objective| objective.value.to_bits()),
        Some(0.06_f64.to_bits())
    );
    comparison.contests.swap(0, 1);
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
    for results in [fixture::web_tier(), fixture::empty(), fixture::drill()] {
        for draw in [response, super::timeline] {
            let bytes = draw(&results).unwrap();
            assert_eq!(&bytes[1..4], b"PNG");
        }
    }
    assert_eq!(&compare(&fixture::comparison()).unwrap()[1..4], b"PNG");
}

#[test]
fn a_plane_has_a_map_with_the_line_on_which_its_objective_is_just_met() {
    let sweep = fixture::plane();
    let map = sweep::chart(&sweep).unwrap().map.unwrap();
    assert_eq!(
        (map.title.as_str(), map.rows.len(), map.limits.as_slice()),
        ("response p99", 3, &[0.02][..])
    );
    let lost =
        |row: &crate::report::chart::MapRow| row.cells.iter().map(|cell| cell.is_lost).collect::<Vec<_>>();
    assert_eq!(lost(&map.rows[1]), [false, false, true, true]);
    assert!(
        map.rows[1].cells[0]
            .told
            .starts_with("rate=600/s, servers=10: response p99 11.50 ms"),
        "{:?}",
        map.rows[1].cells[0]
    );
    // Availability is missed only where there is too much work, which is seen anyway.
    let [contour] = &map.contours[..] else {
        panic!("{:?}", map.contours);
    };
    assert_eq!((contour.label.as_str(), contour.lines.len()), ("p99 ≤ 20 ms", 1));
    for (slice, height) in [(1, 10.0), (2, 12.0)] {
        let at = sweep.slices[slice].breaks[0].at;
        let is_there = |(x, y): &(f64, f64)| (x - at).abs() < 1e-6 && (y - height).abs() < 1e-9;
        assert!(contour.lines[0].iter().any(is_there), "{contour:?}");
    }
}

/// Nine servers are too few: the hatching ends halfway to ten, and does not cut the cell of nine in two.
#[test]
fn the_steady_state_of_whole_numbers_ends_between_two_of_them() {
    let mut sweep = fixture::plane();
    sweep.axes[0] = "service.web.servers=9..12:4".parse().unwrap();
    let slice = &mut sweep.slices[0];
    for (point, servers) in slice.points.iter_mut().zip([9.0, 10.0, 11.0, 12.0]) {
        (point.value, point.x) = (servers.to_string(), Some(servers));
    }
    (slice.points[0].results, slice.full) = (None, Some(9.0));
    let full = sweep::chart(&sweep).unwrap().map.unwrap().rows[0].full;
    assert!(full.is_some_and(|full| (full - 9.5).abs() < 1e-12), "{full:?}");
}

#[test]
fn an_axis_of_words_has_curves_and_no_map() {
    let mut sweep = fixture::plane();
    sweep.axes[1] = "service.web.balancer=random,round-robin,power-of-d"
        .parse()
        .unwrap();
    for (slice, name) in sweep
        .slices
        .iter_mut()
        .zip(["random", "round-robin", "power-of-d"])
    {
        slice.fixed = Some(name.to_owned());
    }
    let chart = sweep::chart(&sweep).unwrap();
    assert!(chart.map.is_none());
    assert_eq!(chart.panels[0].lines.len(), 3);
}
