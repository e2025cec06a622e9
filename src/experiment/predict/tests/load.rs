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
