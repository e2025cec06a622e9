//! The documents read back as a pipeline reads them.

use super::*;
use crate::{
    experiment::baseline::against,
    report::{baseline, fixture, json},
};

const RUN: Invocation<'_> = Invocation {
    command: "run",
    wall_seconds: 1.5,
    origin: None,
};

fn read_back(document: &Document) -> Report {
    let text = String::from_utf8(document.bytes()).unwrap();
    Report::deserialize_from_str(&text).unwrap()
}

fn of_run(results: &Results) -> Report {
    let mut document = Document::new("run");
    document.run(results, &RUN);
    read_back(&document)
}

/// What became of a test, in a letter, and the message.
fn told(case: &TestCase) -> (char, &str) {
    match &case.status {
        TestCaseStatus::Success { .. } => ('+', ""),
        TestCaseStatus::Skipped { message, .. } => ('?', message.as_ref().map_or("", |text| text.as_str())),
        TestCaseStatus::NonSuccess { kind, message, .. } => (
            if *kind == NonSuccessKind::Failure {
                '-'
            } else {
                '!'
            },
            message.as_ref().map_or("", |text| text.as_str()),
        ),
    }
}

fn lines(suite: &TestSuite) -> Vec<String> {
    let line = |case: &TestCase| {
        let (mark, message) = told(case);
        format!("{mark} {} {message}", case.name.as_str())
            .trim_end()
            .to_owned()
    };
    suite.test_cases.iter().map(line).collect()
}

#[test]
fn each_objective_is_a_test_and_a_missed_one_fails_with_what_was_measured() {
    let mut results = fixture::web_tier();
    let report = of_run(&results);
    assert_eq!(
        (report.tests, report.failures, report.errors, report.skipped),
        (3, 0, 0, 0)
    );
    assert_eq!(report.time, Some(Duration::from_millis(1_500)));
    let suite = &report.test_suites[0];
    assert_eq!(suite.name.as_str(), "web-tier");
    assert_eq!(
        lines(suite),
        [
            "+ carried out to its end",
            "+ response.p99 ≤ 120 ms",
            "+ availability ≥ 99.9 %"
        ]
    );
    let properties: Vec<&str> = suite.properties.iter().map(|one| one.value.as_str()).collect();
    assert_eq!(
        properties,
        [env!("CARGO_PKG_VERSION"), "0123456789abcdef", "42", "12"]
    );
    results.verdicts[0].bound = 0.05;
    let report = of_run(&results);
    assert_eq!((report.tests, report.failures), (3, 1));
    assert_eq!(
        lines(&report.test_suites[0])[1],
        "- response.p99 ≤ 50 ms 52.0 ms, 4.0 % over"
    );
}

#[test]
fn wrong_numbers_and_an_interruption_are_errors_of_their_own() {
    let mut results = fixture::web_tier();
    results.violations = vec!["Little's law does not hold".to_owned()];
    results.interrupted = true;
    let report = of_run(&results);
    assert_eq!((report.failures, report.errors), (0, 1));
    assert_eq!(
        lines(&report.test_suites[0])[0],
        "! carried out to its end Little's law does not hold; interrupted; this is what was finished"
    );
}

#[test]
fn each_measure_that_was_compared_with_a_baseline_is_a_test() {
    let before = fixture::web_tier();
    let kept = baseline::read(&json::run(&before, &RUN), "web-tier").unwrap();
    let mut results = fixture::web_tier();
    let p99 = results
        .measures
        .iter_mut()
        .find(|one| one.name == "response.p99")
        .unwrap();
    (p99.value, p99.low, p99.high) = (Some(0.073), Some(0.072_7), Some(0.073_3));
    let found = against(&results, &kept, 0.05);
    let compared = found.changes.len();
    assert!(4 < compared && found.is_worse());
    results.baseline = Some(found);
    let report = of_run(&results);
    assert_eq!((report.tests, report.failures), (3 + compared, 1));
    let failed = report.test_suites[0]
        .test_cases
        .iter()
        .find(|case| told(case).0 == '-')
        .unwrap();
    assert_eq!(failed.name.as_str(), "response.p99");
    assert_eq!(
        failed.classname.as_ref().unwrap().as_str(),
        "web-tier against baseline"
    );
    let (_, message) = told(failed);
    assert_eq!(
        message,
        "worse: 52 ms → 73 ms, +40 % (+39 to +42); 5 % is tolerated"
    );
}

#[test]
fn only_the_best_variant_of_a_comparison_can_fail() {
    let mut comparison = fixture::comparison();
    for variant in &mut comparison.variants {
        variant.results.verdicts = fixture::web_tier().verdicts;
        variant.results.verdicts[0].bound = 0.01;
    }
    let mut document = Document::new("compare");
    document.compare(&comparison, &RUN);
    let report = read_back(&document);
    assert_eq!(report.test_suites.len(), comparison.variants.len());
    assert_eq!(
        (report.failures, report.skipped),
        (1, comparison.variants.len() - 1)
    );
    let spared = lines(&report.test_suites[1]);
    assert!(
        spared[1].starts_with("? response.p99 ≤ 10 ms missed: 52.0 ms, ")
            && spared[1].ends_with("; not the best variant"),
        "{spared:?}"
    );
}

#[test]
fn what_a_scenario_is_called_cannot_break_the_document() {
    let mut results = fixture::web_tier();
    results.scenario = "a<b> & \"c\" ]]>\u{1}\x1b[31m\n'd'".to_owned();
    results.violations = vec!["</failure> & \u{0}".to_owned()];
    let report = of_run(&results);
    assert_eq!(report.test_suites[0].name.as_str(), "a<b> & \"c\" ]]> [31m 'd'");
    assert_eq!(told(&report.test_suites[0].test_cases[0]).1, "</failure> &");
}
