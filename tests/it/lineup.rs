//! `compare` with several scenario files.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value as Json;

/// A service whose servers take 10 ms, half loaded.
fn scenario(servers: u32, duration: &str, seed: u32, workload: &str) -> String {
    format!(
        r#"
        [run]
        duration = "{duration}"
        warmup = "1 s"
        replications = 3
        seed = {seed}
        [[workload]]
        name = "{workload}"
        to = "web"
        arrivals = {{ process = "poisson", rate = "100 /s" }}
        [[service]]
        name = "web"
        servers = {servers}
        work = {{ distribution = "exponential", mean = "10 ms" }}
        "#
    )
}

/// Compares files of these contents; returns the exit code, standard output and standard error.
fn compared(folder: &Path, files: &[(&str, String)], more: &[&str]) -> (i32, String, String) {
    let paths: Vec<PathBuf> = files.iter().map(|(name, _)| folder.join(name)).collect();
    for (path, (_, text)) in paths.iter().zip(files) {
        fs::write(path, text).unwrap();
    }
    let output = Command::new(env!("CARGO_BIN_EXE_plimsoll"))
        .arg("compare")
        .args(&paths)
        .args(more)
        .arg("--out")
        .arg(folder.join("out"))
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

fn labels(document: &Json) -> Vec<String> {
    let variants = document["variants"].as_array().unwrap();
    let labels = variants
        .iter()
        .map(|variant| variant["variant"].as_str().unwrap().to_owned());
    labels.collect()
}

#[test]
fn files_are_compared_as_the_first_is_run_and_that_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let files = [
        ("small.toml", scenario(2, "20 s", 1, "shoppers")),
        ("large.toml", scenario(4, "30 s", 9, "shoppers")),
    ];
    let (code, stdout, stderr) = compared(folder.path(), &files, &["--format", "json"]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    let document: Json = serde_json::from_str(&stdout).unwrap();
    assert_eq!(labels(&document), ["large", "small"]);
    let notes = document["notes"].as_array().unwrap();
    assert_eq!(
        notes[0].as_str(),
        Some("large is run as small is, whatever it says itself of duration and seed")
    );
    // The very same requests came to both.
    let measures = document["measures"].as_array().unwrap();
    let offered = measures.iter().filter(|measure| measure["measure"] == "offered");
    let offered: Vec<&Json> = offered.map(|measure| &measure["value"]).collect();
    assert!(offered.len() == 2 && offered[0] == offered[1], "{offered:?}");
}

#[test]
fn files_and_values_make_all_combinations() {
    let folder = tempfile::tempdir().unwrap();
    let files = [
        ("slow.toml", scenario(2, "20 s", 1, "shoppers")),
        (
            "fast.toml",
            scenario(2, "20 s", 1, "shoppers").replace("10 ms", "5 ms"),
        ),
    ];
    let varied = ["--vary", "service.web.servers=2,4", "--format", "json"];
    let (code, stdout, _) = compared(folder.path(), &files, &varied);
    assert_eq!(code, 0);
    let mut labels = labels(&serde_json::from_str(&stdout).unwrap());
    labels.sort();
    assert_eq!(
        labels,
        [
            "fast, servers=2",
            "fast, servers=4",
            "slow, servers=2",
            "slow, servers=4"
        ]
    );
}

#[test]
fn what_cannot_be_compared_is_told_with_the_way_out() {
    let good = || ("good.toml", scenario(2, "20 s", 1, "shoppers"));
    let years = r#"
        [run]
        duration = "1 y"
        replications = 3
        [[service]]
        name = "web"
        servers = 2
        [[service.failure]]
        mode = "crash"
        after = { distribution = "exponential", mean = "30 d" }
        repair = { distribution = "exponential", mean = "1 h" }
    "#;
    for (files, expected) in [
        (vec![good()], "there is nothing to compare the scenario with"),
        (
            vec![good(), ("other.toml", scenario(2, "20 s", 1, "robots"))],
            "error: `other` cannot be compared with `good`: variants are ranked by response.mean of `workload.shoppers`, \
             which it has not",
        ),
        (
            vec![good(), ("years.toml", years.to_owned())],
            "error: `years` cannot be compared with `good`: it tells of years of failures, the other of requests",
        ),
        (vec![good(), good()], "is named twice"),
        (
            vec![good(), ("broken.toml", "[run]\n".to_owned())],
            "broken.toml", // with its place, as any mistake of a file
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let (code, stdout, stderr) = compared(folder.path(), &files, &[]);
        assert_eq!((code, stdout.as_str()), (2, ""), "{stderr}");
        assert!(stderr.contains(expected), "{stderr}");
        assert!(!folder.path().join("out").exists(), "nothing was run");
    }
}
