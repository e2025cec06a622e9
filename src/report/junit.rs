//! What became of objectives as JUnit XML, so that a pipeline shows each of them as a test.
//!
//! A failure means here what status 3 means there: of variants only the best can fail, and of points none does while one of
//! them meets everything. What is missed elsewhere counts as skipped, with what was measured. The crate `quick-junit`
//! writes the XML: it knows the dialect, and which characters XML has no way to write.

use std::time::Duration;

use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};

use super::{
    Invocation,
    number::plain,
    plan,
    sweep::label,
    table::{outcome, promise, rise},
    words::{named, one_line},
};
use crate::{
    experiment::{
        Comparison, Plan, Results, Sweep,
        baseline::{Against, Change, Direction},
        results::Verdict,
    },
    units::figures,
};

/// The document, to which experiments are added as they end.
#[derive(Debug)]
pub struct Document(Report);

/// Whether what is missed here makes the experiment fail.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Weight<'a> {
    /// It does.
    Counts,
    /// It does not, and why.
    Spared(&'a str),
}

impl Document {
    /// Begins the document of a command: `Document::new("run")`.
    pub fn new(command: &str) -> Self {
        Self(Report::new(format!("plimsoll {command}")))
    }

    /// Adds a suite with a test for each objective and, against a baseline, for each measure that was compared.
    pub fn run(&mut self, results: &Results, invocation: &Invocation<'_>) {
        let name = suite_name(results, "");
        let mut suite = suite(&name, results);
        suite.add_test_cases(objectives(&name, results, Weight::Counts));
        if let Some(against) = &results.baseline {
            suite.add_test_cases(changes(results, against));
        }
        if let Some(took) = took(invocation) {
            suite.set_time(took);
        }
        self.0.add_test_suite(suite);
        self.add_time(invocation);
    }

    /// Adds a suite for each variant, best first.
    pub fn compare(&mut self, comparison: &Comparison, invocation: &Invocation<'_>) {
        for (at, variant) in comparison.variants.iter().enumerate() {
            let name = suite_name(&variant.results, &variant.label);
            let weight = if at == 0 {
                Weight::Counts
            } else {
                Weight::Spared("not the best variant")
            };
            let mut suite = suite(&name, &variant.results);
            suite.add_test_cases(objectives(&name, &variant.results, weight));
            self.0.add_test_suite(suite);
        }
        self.add_time(invocation);
    }

    /// Adds a suite for each point that was asked for.
    pub fn sweep(&mut self, sweep: &Sweep, invocation: &Invocation<'_>) {
        let weight = if sweep.measured().any(Results::is_good) {
            Weight::Spared("other points meet every objective")
        } else {
            Weight::Counts
        };
        let Some(first) = sweep.measured().next() else {
            return;
        };
        for slice in &sweep.slices {
            for point in slice.points.iter().filter(|point| point.on_grid) {
                let name = suite_name(first, &label(sweep, slice, point));
                let suite = match &point.results {
                    Some(results) => {
                        let mut suite = suite(&name, results);
                        suite.add_test_cases(objectives(&name, results, weight));
                        suite
                    }
                    None => overloaded(&name),
                };
                self.0.add_test_suite(suite);
            }
        }
        self.add_time(invocation);
    }

    /// Adds a suite for each case that the answer was tried in, or one that fails where nothing meets every objective.
    pub fn plan(&mut self, plan: &Plan, invocation: &Invocation<'_>) {
        let Some(first) = plan.measured().next() else {
            return;
        };
        if let Some(answer) = plan.answer() {
            for (case, results) in &answer.outcomes {
                let label = format!("{}, {}", plan::label(plan, &answer.values), plan.cases[*case]);
                let name = suite_name(first, &label);
                let mut suite = suite(&name, results);
                // Where inputs are uncertain, an answer may miss something in some of them.
                let weight = Weight::Spared("so seldom that the plan allows it");
                suite.add_test_cases(objectives(&name, results, weight));
                self.0.add_test_suite(suite);
            }
        } else {
            let name = suite_name(first, "");
            let mut suite = TestSuite::new(&name);
            let why = plan.nearest().map_or_else(String::new, |nearest| {
                let label = plan::label(plan, &nearest.values);
                format!("nearest: {label}; {}", plan::why_not(plan, nearest))
            });
            let status = missed(NonSuccessKind::Failure, &why);
            suite.add_test_case(case("a deployment meets every objective", &name, status));
            self.0.add_test_suite(suite);
        }
        self.add_time(invocation);
    }

    /// Returns whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.0.test_suites.is_empty()
    }

    /// Returns the document's bytes.
    pub fn bytes(&self) -> Vec<u8> {
        let text = self.0.to_string().expect("memory takes every byte");
        text.into_bytes()
    }

    fn add_time(&mut self, invocation: &Invocation<'_>) {
        let before = self.0.time.unwrap_or_default();
        if let Some(took) = took(invocation) {
            self.0.set_time(before + took);
        }
    }
}

fn took(invocation: &Invocation<'_>) -> Option<Duration> {
    Duration::try_from_secs_f64(invocation.wall_seconds).ok()
}

fn suite_name(results: &Results, label: &str) -> String {
    match label {
        "" => one_line(&results.scenario),
        label => one_line(&format!("{}: {label}", results.scenario)),
    }
}

/// A suite with what it takes to repeat it, and a test that nothing went wrong with the program itself.
fn suite(name: &str, results: &Results) -> TestSuite {
    let mut suite = TestSuite::new(name);
    for (key, value) in [
        ("plimsoll", env!("CARGO_PKG_VERSION").to_owned()),
        ("digest", format!("{:016x}", results.digest)),
        ("seed", results.seed.to_string()),
        ("replications", results.replications.to_string()),
    ] {
        suite.add_property(Property::new(key, value));
    }
    let mut faults = results.violations.clone();
    if results.interrupted {
        faults.push("interrupted; this is what was finished".to_owned());
    }
    let status = if faults.is_empty() {
        TestCaseStatus::success()
    } else {
        missed(NonSuccessKind::Error, &faults.join("; "))
    };
    suite.add_test_case(case("carried out to its end", name, status));
    suite
}

fn overloaded(name: &str) -> TestSuite {
    let mut suite = TestSuite::new(name);
    let mut status = TestCaseStatus::skipped();
    status.set_message("more work comes in than can be done");
    suite.add_test_case(case("carried out to its end", name, status));
    suite
}

fn case(name: &str, class: &str, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(one_line(name), status);
    case.set_classname(class);
    case
}

fn missed(kind: NonSuccessKind, message: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    status.set_message(one_line(message));
    status
}

fn objectives(class: &str, results: &Results, weight: Weight<'_>) -> Vec<TestCase> {
    let case = |verdict: &Verdict| {
        let told = outcome(results, verdict);
        let status = match weight {
            _ if verdict.is_met() => TestCaseStatus::success(),
            Weight::Counts => missed(NonSuccessKind::Failure, &told),
            Weight::Spared(why) => {
                let mut status = TestCaseStatus::skipped();
                status.set_message(one_line(&format!("missed: {told}; {why}")));
                status
            }
        };
        let mut case = case(&promise(results, verdict), class, status);
        case.set_system_out(told);
        case
    };
    results.verdicts.iter().map(case).collect()
}

/// A test for each measure that was compared with the baseline, and one for each that should have been.
fn changes(results: &Results, against: &Against) -> Vec<TestCase> {
    let class = format!("{} against baseline", one_line(&results.scenario));
    let mut cases: Vec<TestCase> = Vec::new();
    for change in &against.changes {
        let told = moved(change);
        let status = if change.fails {
            let limit = figures(100.0 * against.tolerance, 3);
            let message = format!("worse: {told}; {limit} % is tolerated");
            missed(NonSuccessKind::Failure, &message)
        } else {
            TestCaseStatus::success()
        };
        let mut case = case(&named(results, &change.of, &change.measure), &class, status);
        case.set_system_out(format!("{}: {told}", super::baseline::word(change.direction)));
        cases.push(case);
    }
    cases.extend(against.untold.iter().map(|(of, measure)| {
        let mut status = TestCaseStatus::skipped();
        status.set_message("not compared, for want of intervals");
        case(&named(results, of, measure), &class, status)
    }));
    cases
}

/// Returns `52 ms → 73 ms, +40.2 % (38.1 to 42.3)`.
fn moved(change: &Change) -> String {
    let value = |value: f64| plain(change.unit, value);
    let ends = format!("{} → {}", value(change.before), value(change.after));
    match rise(change) {
        text if text.is_empty() || change.direction == Direction::Same => ends,
        text => format!("{ends}, {text}"),
    }
}

#[cfg(test)]
mod tests;
