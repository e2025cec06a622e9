//! A pipeline's gate: a run held against an earlier one.

use std::{fs, path::Path, process::Command};

use serde_json::Value as Json;

const SCENARIO: &str = r#"
[run]
duration = "60 s"
replications = 8
[[workload]]
name = "callers"
to = "desk"
arrivals = { process = "poisson", rate = "50 /s" }
slo = { "response.mean" = "1 s" }
[[service]]
name = "desk"
servers = 1
work = { distribution = "exponential", mean = "10 ms" }
"#;

/// Runs it in a folder and returns the exit code, standard output and standard error.
fn outcome(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_plimsoll"))
        .args(args)
        .current_dir(folder)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code().expect("it was not killed"),
        text(output.stdout),
        text(output.stderr),
    )
}

/// A folder with a scenario and a baseline of it.
fn measured() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("desk.toml"), SCENARIO).unwrap();
    let (code, _, stderr) = outcome(folder.path(), &["run", "desk.toml", "--out", "before"]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    fs::copy(
        folder.path().join("before/summary.json"),
        folder.path().join("baseline.json"),
    )
    .unwrap();
    folder
}

const GATED: [&str; 4] = ["run", "desk.toml", "--baseline", "baseline.json"];

fn gated(folder: &Path, more: &[&str]) -> (i32, String, String) {
    outcome(folder, &[&GATED[..], more].concat())
}

fn slower(by: &str) -> String {
    format!("service.desk.work={{ distribution = \"exponential\", mean = \"{by}\" }}")
}

#[test]
fn the_same_run_shows_no_change_at_all() {
    let folder = measured();
    let (code, text, stderr) = gated(folder.path(), &[]);
    assert_eq!((code, stderr.as_str()), (0, ""), "{text}");
    let (_, block) = text.split_once("against baseline\n").unwrap();
    assert!(block.contains("no change that chance does not explain"), "{text}");
    assert!(!block.contains('→'), "{text}");
    let (_, json, _) = gated(folder.path(), &["--format", "json"]);
    let document: Json = serde_json::from_str(&json).unwrap();
    let changes = document["baseline"].as_array().unwrap();
    assert!(5 < changes.len());
    for change in changes {
        assert_eq!(change["direction"], "same", "{change}");
        // Nothing but what reading a number back may cost.
        let (rise, before) = (
            change["value"].as_f64().unwrap(),
            change["before"].as_f64().unwrap(),
        );
        assert!(rise.abs() <= 1e-12 * before.abs(), "{change}");
    }
    // Whoever names no baseline reads nothing of one.
    let plain = fs::read_to_string(folder.path().join("before/summary.json")).unwrap();
    assert!(!plain.contains("baseline"));
}

#[test]
fn a_slower_service_ends_in_3_and_a_faster_one_is_told_as_better() {
    let folder = measured();
    let (code, text, _) = gated(folder.path(), &["--set", &slower("12 ms")]);
    assert_eq!(code, 3, "{text}");
    let line = text
        .lines()
        .find(|line| line.contains("✗ response.mean"))
        .unwrap();
    assert!(
        line.contains('→') && line.ends_with("worse") && line.contains("% (+"),
        "{line}"
    );
    assert!(text.contains("of another version of the scenario"), "{text}");

    let (code, text, _) = gated(folder.path(), &["--set", &slower("8 ms")]);
    assert_eq!(code, 0, "{text}");
    let line = text
        .lines()
        .find(|line| line.contains("✓ response.mean") && line.contains('→'))
        .unwrap();
    assert!(line.ends_with("better") && line.contains("−"), "{line}");

    // The objective itself is still met; so much was allowed.
    let allowed = ["--set", &slower("12 ms"), "--tolerance", "99%"];
    let (code, text, _) = gated(folder.path(), &allowed);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("worse, within the tolerance"), "{text}");
    assert!(text.contains("worse by up to 99 % is tolerated"), "{text}");
}

#[test]
fn the_document_tells_what_fails() {
    let folder = measured();
    let args = ["--set", &slower("12 ms"), "--format", "json"];
    let (code, json, _) = gated(folder.path(), &args);
    assert_eq!(code, 3);
    let document: Json = serde_json::from_str(&json).unwrap();
    let changes = document["baseline"].as_array().unwrap();
    let failed: Vec<&Json> = changes.iter().filter(|change| change["fails"] == true).collect();
    assert_eq!(failed.len(), 1, "{failed:?}");
    assert_eq!(failed[0]["measure"], "response.mean");
    let number = |key: &str| failed[0][key].as_f64().unwrap();
    assert!(0.0 < number("low") && number("low") < number("value") && number("value") < number("high"));
    assert!((number("after") - number("before") - number("value")).abs() < 1e-12);
    // M/M/1: from 20 ms to 30 ms.
    assert!((number("relative") - 0.5).abs() < 0.1, "{failed:?}");
}

#[test]
fn a_wrong_baseline_is_told_before_anything_is_simulated() {
    let folder = measured();
    let path = folder.path().join("baseline.json");
    let text = fs::read_to_string(&path).unwrap();
    let version = format!("\"plimsoll\": \"{}\"", env!("CARGO_PKG_VERSION"));
    for (content, expected) in [
        (
            "response.mean,0.02".to_owned(),
            "error: the baseline baseline.json is not JSON: ",
        ),
        (
            "[1]".to_owned(),
            "error: the baseline baseline.json is no result of plimsoll\n",
        ),
        (
            text.replace("\"desk\"", "\"shop\""),
            "error: the baseline baseline.json is about `shop`, not about `desk`\n",
        ),
        (
            text.replace(&version, "\"plimsoll\": \"9.0.0\""),
            "error: the baseline baseline.json was measured by plimsoll 9.0.0, and this is ",
        ),
        (
            text.replace("\"run\"", "\"compare\""),
            "error: the baseline baseline.json is a result of `compare`",
        ),
        (
            text.replace("\"low\"", "\"least\""),
            "error: the baseline baseline.json has no measures",
        ),
    ] {
        fs::write(&path, content).unwrap();
        let (code, stdout, stderr) = gated(folder.path(), &[]);
        assert_eq!((code, stdout.as_str()), (2, ""), "{expected}");
        assert!(
            stderr.starts_with(expected) && stderr.contains("\nhelp: "),
            "{stderr}"
        );
    }
    fs::remove_file(&path).unwrap();
    let (code, _, stderr) = gated(folder.path(), &[]);
    assert_eq!(code, 2);
    assert!(
        stderr.starts_with("error: cannot read the baseline baseline.json: "),
        "{stderr}"
    );

    fs::write(&path, text).unwrap();
    let (code, _, stderr) = gated(folder.path(), &["--replications", "1"]);
    assert_eq!(code, 2);
    assert!(stderr.starts_with("error: `desk` is run once"), "{stderr}");
    assert_eq!(
        outcome(folder.path(), &["run", "desk.toml", "--tolerance", "5%"]).0,
        2
    );
    assert_eq!(gated(folder.path(), &["--tolerance", "5"]).0, 2);
    assert!(!folder.path().join("output").exists(), "nothing was run");
}

#[test]
fn several_scenarios_find_theirs_in_a_list() {
    let folder = measured();
    let text = fs::read_to_string(folder.path().join("baseline.json")).unwrap();
    let other = text.replace("\"desk\"", "\"shop\"");
    fs::write(folder.path().join("baseline.json"), format!("[{text},{other}]")).unwrap();
    fs::write(folder.path().join("shop.toml"), SCENARIO).unwrap();
    let (code, text, stderr) = gated(folder.path(), &["shop.toml"]);
    assert_eq!((code, stderr.as_str()), (0, ""), "{text}");
    assert_eq!(text.matches("against baseline\n").count(), 2, "{text}");
}
