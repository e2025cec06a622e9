//! `--html`: pages from the command line, and what a browser makes of them.
//!
//! The tests in a browser need Chromium or Chrome in the path, and pass with a remark where there is none.

mod browser;

use std::{fs, path::Path, process::Command};

use serde_json::Value;

const SHORT: [&str; 4] = ["--set", "run.duration=30 s", "--replications", "3"];

/// Runs it with a page; returns the page and what it must agree with.
fn page_of(folder: &Path, args: &[&str], name: &str, document: &str) -> (String, Value) {
    let output = Command::new(env!("CARGO_BIN_EXE_plimsoll"))
        .args(args)
        .args(["--html", "--out"])
        .arg(folder)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(matches!(output.status.code(), Some(0 | 3)), "{stderr}");
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(stdout.contains(name), "{stdout}");
    let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    (read(name), serde_json::from_str(&read(document)).unwrap())
}

fn of_run(folder: &Path) -> (String, Value) {
    let args = [&["run", "scenarios/web-tier.toml"], &SHORT[..]].concat();
    page_of(folder, &args, "report.html", "summary.json")
}

fn of_failures(folder: &Path) -> (String, Value) {
    let args = ["run", "scenarios/vrrp-pair.toml", "--replications", "2"];
    page_of(folder, &args, "report.html", "summary.json")
}

fn of_graph(folder: &Path) -> (String, Value) {
    let args = ["run", "scenarios/service-graph.toml", "--replications", "2"];
    page_of(folder, &args, "report.html", "summary.json")
}

fn of_years(folder: &Path) -> (String, Value) {
    let args = ["run", "scenarios/three-zone-year.toml", "--replications", "2"];
    page_of(folder, &args, "report.html", "summary.json")
}

fn of_years_of_requests(folder: &Path) -> (String, Value) {
    let args = ["run", "scenarios/year-of-requests.toml", "--replications", "2"];
    page_of(folder, &args, "report.html", "summary.json")
}

fn of_store(folder: &Path) -> (String, Value) {
    let args = [&["run", "scenarios/order-store.toml"], &SHORT[..]].concat();
    page_of(folder, &args, "report.html", "summary.json")
}

fn of_durability(folder: &Path) -> (String, Value) {
    let args = ["run", "scenarios/durable-store.toml", "--replications", "3"];
    let args = [&args[..], &["--set", "run.duration=5 y"]].concat();
    page_of(folder, &args, "report.html", "summary.json")
}

fn of_comparison(folder: &Path) -> (String, Value) {
    let vary = "service.web.balancer=random,power-of-d,least-connections";
    let args = ["compare", "scenarios/web-tier.toml", "--vary", vary];
    let args = [&args, &SHORT[..]].concat();
    page_of(folder, &args, "compare.html", "compare.json")
}

fn of_sweep(folder: &Path) -> (String, Value) {
    let vary = "workload.shoppers.arrivals.rate=700/s,900/s,1100/s";
    let args = ["sweep", "scenarios/web-tier.toml", "--vary", vary];
    let args = [&args, &SHORT[..]].concat();
    page_of(folder, &args, "sweep.html", "sweep.json")
}

fn of_plan(folder: &Path) -> (String, Value) {
    let args = ["plan", "scenarios/three-zone-plan.toml"];
    let args = [
        &args[..],
        &["--set", "run.duration=20 s", "--set", "run.warmup=10 s"],
    ]
    .concat();
    page_of(folder, &args, "plan.html", "plan.json")
}

/// A sweep of loads over servers, which has a map.
fn of_plane(folder: &Path) -> (String, Value) {
    let rates = "workload.shoppers.arrivals.rate=500/s,800/s,1100/s";
    let servers = "service.web.servers=8..12:3";
    let args = [
        "sweep",
        "scenarios/web-tier.toml",
        "--vary",
        rates,
        "--vary",
        servers,
    ];
    let args = [&args, &SHORT[..], &["--no-refine"]].concat();
    page_of(folder, &args, "sweep.html", "sweep.json")
}

/// A sweep over names, along two axes.
fn of_names(folder: &Path) -> (String, Value) {
    let balancers = "service.web.balancer=random,least-connections";
    let servers = "service.web.servers=10,12";
    let args = [
        "sweep",
        "scenarios/web-tier.toml",
        "--vary",
        balancers,
        "--vary",
        servers,
    ];
    let args = [&args, &SHORT[..]].concat();
    page_of(folder, &args, "sweep.html", "sweep.json")
}

/// The document within a page.
fn document(page: &str) -> Value {
    let (_, rest) = page
        .split_once("<script type=\"application/json\" id=\"document\">")
        .unwrap();
    serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap()
}

#[test]
fn every_command_has_a_page_with_its_document_and_its_scenario() {
    let folder = tempfile::tempdir().unwrap();
    let scenario =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/web-tier.toml")).unwrap();
    let first = scenario.lines().next().unwrap();
    for make in [of_run, of_comparison, of_sweep, of_names, of_plane] {
        let (page, expected) = make(folder.path());
        assert_eq!(document(&page), expected);
        assert!(page.contains(first), "the scenario is told");
        assert!(page.contains("<pre id=\"command\" tabindex=\"0\">plimsoll "));
        assert!(page.contains("run.duration=30 s"), "what was changed is told");
        assert!(page.len() < 900_000, "{} bytes", page.len());
    }
}

#[test]
fn without_the_option_there_is_no_page_and_an_older_one_goes() {
    let folder = tempfile::tempdir().unwrap();
    of_run(folder.path());
    assert!(folder.path().join("report.html").exists());
    let output = Command::new(env!("CARGO_BIN_EXE_plimsoll"))
        .args(["run", "scenarios/web-tier.toml", "--out"])
        .arg(folder.path())
        .args(SHORT)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success());
    assert!(
        !folder.path().join("report.html").exists(),
        "it tells of another run"
    );
    assert!(folder.path().join("summary.json").exists());
}
