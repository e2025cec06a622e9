//! `--junit`: what a pipeline reads of objectives.

use std::{fs, path::Path, process::Command};

use quick_junit::{Report, TestCaseStatus};

const SCENARIO: &str = r#"
[run]
duration = "60 s"
replications = 4
[[workload]]
name = "callers"
to = "desk"
arrivals = { process = "poisson", rate = "50 /s" }
slo = { "response.mean" = "25 ms", availability = "99 %" }
[[service]]
name = "desk"
servers = 1
work = { distribution = "exponential", mean = "10 ms" }
"#;

/// Runs it in a folder with a scenario `desk.toml`; returns the exit code, standard output and standard error.
fn outcome(folder: &Path, args: &[&str]) -> (i32, String, String) {
    fs::write(folder.join("desk.toml"), SCENARIO).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_plimsoll"))
        .args(args)
        .current_dir(folder)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let code = output.status.code().expect("it was not killed");
    (code, text(output.stdout), text(output.stderr))
}

fn read(folder: &Path, name: &str) -> Report {
    let text = fs::read_to_string(folder.join(name)).unwrap();
    Report::deserialize_from_str(&text).unwrap()
}

/// How many tests, failures, errors and skipped tests there are.
fn counts(report: &Report) -> [usize; 4] {
    [report.tests, report.failures, report.errors, report.skipped]
}

#[test]
fn objectives_of_all_scenarios_of_a_run_are_tests_of_one_file() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("second.toml"), SCENARIO).unwrap();
    let args = ["run", "desk.toml", "second.toml", "--junit", "reports/gate.xml"];
    let (code, stdout, stderr) = outcome(folder.path(), &args);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    assert!(stdout.contains("\nwritten: reports/gate.xml\n"), "{stdout}");
    let report = read(folder.path(), "reports/gate.xml");
    assert_eq!(report.name.as_ref().unwrap().as_str(), "plimsoll run");
    assert_eq!(counts(&report), [6, 0, 0, 0]);
    let names: Vec<&str> = report
        .test_suites
        .iter()
        .map(|suite| suite.name.as_str())
        .collect();
    assert_eq!(names, ["desk", "second"]);

    let set = "workload.callers.slo={ \"response.mean\" = \"1 ms\" }";
    let args = [
        "run",
        "desk.toml",
        "--set",
        set,
        "--junit",
        "gate.xml",
        "--format",
        "json",
    ];
    let (code, stdout, _) = outcome(folder.path(), &args);
    assert_eq!(code, 3);
    serde_json::from_str::<serde_json::Value>(&stdout).expect("the listing is for people alone");
    let report = read(folder.path(), "gate.xml");
    assert_eq!(counts(&report), [2, 1, 0, 0]);
    let TestCaseStatus::NonSuccess { message, .. } = &report.test_suites[0].test_cases[1].status else {
        panic!("{report:?}");
    };
    assert!(
        message.as_ref().unwrap().as_str().contains("× the bound"),
        "{report:?}"
    );
}

#[test]
fn a_worsening_fails_in_the_file_as_it_does_in_the_status() {
    let folder = tempfile::tempdir().unwrap();
    outcome(folder.path(), &["run", "desk.toml", "--out", "before"]);
    let slower = "service.desk.work={ distribution = \"exponential\", mean = \"11.5 ms\" }";
    let mut args = vec![
        "run",
        "desk.toml",
        "--baseline",
        "before/summary.json",
        "--junit",
        "a.xml",
    ];
    assert_eq!(outcome(folder.path(), &args).0, 0);
    let same = read(folder.path(), "a.xml");
    assert_eq!((same.failures, same.errors), (0, 0));
    args.extend([
        "--set",
        slower,
        "--set",
        "workload.callers.slo={ \"response.mean\" = \"1 s\" }",
    ]);
    assert_eq!(outcome(folder.path(), &args).0, 3);
    let worse = read(folder.path(), "a.xml");
    assert_eq!(worse.failures, 1);
    let cases = worse.test_suites[0].test_cases.iter();
    let failed: Vec<&str> = cases
        .filter(|case| matches!(case.status, TestCaseStatus::NonSuccess { .. }))
        .map(|case| case.name.as_str())
        .collect();
    assert_eq!(failed, ["response.mean"]);
}

#[test]
fn variants_and_points_fail_only_where_the_status_is_3() {
    let folder = tempfile::tempdir().unwrap();
    let compare = [
        "compare",
        "desk.toml",
        "--vary",
        "service.desk.servers=1,2",
        "--junit",
        "a.xml",
    ];
    let strict = "workload.callers.slo={ \"response.mean\" = \"15 ms\" }";
    let (code, ..) = outcome(folder.path(), &[&compare[..], &["--set", strict]].concat());
    let report = read(folder.path(), "a.xml");
    // One server takes twice as long, and two do not.
    assert_eq!((code, counts(&report)), (0, [4, 0, 0, 1]));

    let rates = "workload.callers.arrivals.rate=20/s,50/s,200/s";
    let sweep = [
        "sweep",
        "desk.toml",
        "--vary",
        rates,
        "--junit",
        "a.xml",
        "--set",
        strict,
    ];
    let (code, ..) = outcome(folder.path(), &sweep);
    let report = read(folder.path(), "a.xml");
    assert_eq!((code, counts(&report)), (0, [5, 0, 0, 2]), "{report:?}");
    let names: Vec<&str> = report
        .test_suites
        .iter()
        .map(|suite| suite.name.as_str())
        .collect();
    assert_eq!(names, ["desk: rate=20/s", "desk: rate=50/s", "desk: rate=200/s"]);

    let hopeless = "workload.callers.slo={ \"response.mean\" = \"1 ms\" }";
    let sweep = [
        "sweep",
        "desk.toml",
        "--vary",
        rates,
        "--junit",
        "a.xml",
        "--set",
        hopeless,
    ];
    let (code, ..) = outcome(folder.path(), &sweep);
    assert_eq!((code, counts(&read(folder.path(), "a.xml"))), (3, [5, 2, 0, 1]));
}

#[test]
fn a_file_that_cannot_be_written_is_told_before_anything_runs() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("taken")).unwrap();
    for path in ["taken", "desk.toml/gate.xml"] {
        let (code, stdout, stderr) = outcome(folder.path(), &["run", "desk.toml", "--junit", path]);
        assert_eq!((code, stdout.as_str()), (1, ""), "{path}");
        assert!(
            stderr.ends_with("help: name another file with `--junit`\n"),
            "{stderr}"
        );
    }
}

#[test]
fn a_plan_has_a_suite_for_each_case_or_one_that_fails() {
    let folder = tempfile::tempdir().unwrap();
    let vary = "plan.vary={ \"service.desk.servers\" = \"1..4\" }";
    let survive = "plan.survive=[\"load:2\"]";
    let args = [
        "plan",
        "desk.toml",
        "--set",
        vary,
        "--set",
        survive,
        "--junit",
        "a.xml",
    ];
    let (code, stdout, stderr) = outcome(folder.path(), &args);
    assert_eq!(code, 0, "{stdout}{stderr}");
    let report = read(folder.path(), "a.xml");
    assert_eq!(counts(&report), [6, 0, 0, 0], "{report:?}");
    assert_eq!(report.test_suites.len(), 2);
    let hopeless = "workload.callers.slo={ \"response.mean\" = \"1 ms\" }";
    let (code, ..) = outcome(folder.path(), &[&args[..], &["--set", hopeless]].concat());
    assert_eq!((code, counts(&read(folder.path(), "a.xml"))), (3, [1, 1, 0, 0]));
}
