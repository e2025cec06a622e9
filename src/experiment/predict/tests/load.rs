//! The load line.

use super::*;

#[test]
fn the_load_line_lies_where_the_first_promise_breaks() {
    let line = |scenario: &Scenario| {
        let line = theory_only(scenario).load_line.unwrap();
        assert_eq!(line.of, "workload.a");
        (line.rate, line.breaks, line.formula.name)
    };
    let near = |got: f64, expected: f64| assert!((got / expected - 1.0).abs() < 2e-4, "{got} {expected}");
    let (rate, breaks, formula) = line(&with(&[
        &promise("response.mean", 0.1),
        &promise("response.p99", 0.4),
    ]));
    near(rate, 100.0 - 100.0_f64.ln() / 0.4);
    assert_eq!(
        (breaks.as_str(), formula),
        ("response.p99 breaks 400 ms", "M/M/1")
    );
    let (rate, breaks, formula) = line(&with(&[&promise("availability", 0.999)]));
    near(rate, 100.0);
    assert_eq!((breaks.as_str(), formula), ("`web` is full", "utilisation law"));
    // Without a queue: a/(1 + a) = 1 %.
    let (rate, breaks, _) = line(&with(&[&capacity(0), &promise("availability", 0.99)]));
    near(rate, 100.0 / 99.0);
    assert_eq!(breaks, "availability breaks 99 %");
    // Both workloads grow in proportion.
    let (rate, ..) = line(&with(&[&second(|_| ()), &promise("response.mean", 0.05)]));
    near(rate, 80.0 * 80.0 / 90.0);
    let spread = work(Dist::gamma(0.01, 2.0).unwrap());
    let (rate, breaks, _) = line(&with(&[
        &servers(2),
        &law(Law::ShortestQueue),
        &spread,
        &promise("response.p99", 0.1),
    ]));
    near(rate, 200.0);
    assert_eq!(breaks, "`web` is full, if response.p99 holds until then");
    let results = theory_only(&with(&[
        &promise("response.mean", 0.1),
        &promise("response.p99", 0.4),
    ]));
    assert_eq!(results.capacity.len(), 3);
    let never = theory_only(&with(&[&capacity(0), &promise("response.p99", 1.0)]));
    assert!(never.load_line.is_none());
}

#[test]
fn a_load_that_changes_over_time_fills_the_service_at_its_peak() {
    // From 0 to 80 /s and back: 40 /s on average.
    let points = vec![(0.0, 0.0), (10.0, 80.0), (20.0, 0.0)];
    let results = theory_only(&with(&[&nature(Nature::Profile { points })]));
    let line = results.load_line.unwrap();
    assert_eq!(line.breaks, "`web` is full at the peak");
    assert!((line.rate - 50.0).abs() < 1e-9, "{}", line.rate);
}

#[test]
fn objectives_are_judged_by_the_most_exact_formula() {
    let scenario = with(&[
        &promise("response.mean", 0.06),
        &promise("response.p99", 0.2),
        &promise("rejected", 0.01),
    ]);
    let verdicts = theory_only(&scenario).verdicts;
    let told = verdicts
        .iter()
        .map(|verdict| (verdict.formula.map(|formula| formula.name), verdict.is_met()));
    assert_eq!(
        told.collect::<Vec<_>>(),
        [(Some("M/M/1"), true), (Some("M/M/1"), false), (None, false)]
    );
    let keyed = |scenario: &mut Scenario| {
        servers(3)(scenario);
        service(scenario).balancer.law = Law::Other;
        promise("response.mean", 0.06)(scenario);
    };
    let verdict = theory_only(&with(&[&keyed])).verdicts.remove(0);
    assert!(verdict.is_met() && verdict.is_open(), "{verdict:?}");
}

/// A quick model finds the line and the fine one sets it right.
#[test]
fn the_load_line_of_a_costly_model_is_that_of_the_model_itself() {
    use crate::theory::balancing::shortest_queue::ShortestQueue;
    for count in [3, 10, 40] {
        let pool = with(&[
            &servers(count),
            &law(Law::ShortestQueue),
            &promise("response.p99", 0.1),
        ]);
        let line = theory_only(&pool).load_line.unwrap();
        let broken = ShortestQueue::new(count, line.rate, 100.0)
            .unwrap()
            .response_quantile(0.99);
        assert!(
            (broken / 0.1 - 1.0).abs() < 2e-3,
            "{count}: {broken} at {}",
            line.rate
        );
    }
}
