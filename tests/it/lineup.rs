//! What `compare` compares, and by what.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use plimsoll::model::balancer;
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

/// Runs `compare` on a scenario that comes along; returns the document.
fn shipped(name: &str, arguments: &[&str]) -> Json {
    let folder = tempfile::tempdir().unwrap();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(name);
    let output = Command::new(env!("CARGO_BIN_EXE_plimsoll"))
        .arg("compare")
        .arg(path)
        .args(arguments)
        .args(["--format", "json", "--out"])
        .arg(folder.path())
        .output()
        .unwrap();
    let code = output.status.code();
    assert!(code == Some(0) || code == Some(3), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

const BRIEF: [&str; 8] = [
    "--vary",
    "service.web.balancer=all",
    "--set",
    "run.duration=20 s",
    "--set",
    "run.warmup=2 s",
    "--set",
    "run.precision=4 %",
];

#[test]
fn all_balancers_are_compared_in_one_command_and_the_hopeless_ones_cost_little() {
    let keys = "={ popularity = \"zipf\", exponent = 0.9, count = 1000 }";
    let (keys, sources) = (
        format!("workload.shoppers.keys{keys}"),
        format!("workload.shoppers.sources{keys}"),
    );
    let document = shipped(
        "web-tier.toml",
        &[&BRIEF[..], &["--set", &keys, "--set", &sources]].concat(),
    );
    assert_eq!(labels(&document).len(), balancer::REGISTRY.len());
    assert_eq!(document["ending"]["decided"], true, "{}", document["notes"]);
    let variants = document["variants"].as_array().unwrap();
    let counts: Vec<u64> = variants
        .iter()
        .map(|variant| variant["replications"].as_u64().unwrap())
        .collect();
    let (all, even) = (counts.iter().sum::<u64>(), counts[0] * counts.len() as u64);
    assert!(5 < counts[0] && 10 * all < 7 * even, "{counts:?}");
    // Each variant stands somewhere, and only once.
    for set in document["sets"].as_array().unwrap() {
        let count = |name: &str| set[name].as_array().unwrap().len();
        let all = ["best", "not_distinguishable", "worse", "unknown"].map(count);
        assert_eq!((all[0], all.iter().sum::<usize>()), (1, counts.len()), "{set}");
    }
    let worse = document["sets"][0]["worse"].as_array().unwrap();
    assert!(
        worse.contains(&"random".into()) && worse.contains(&"round-robin".into()),
        "{worse:?}"
    );
}

#[test]
fn balancers_that_do_not_suit_the_scenario_are_left_out_and_named() {
    let document = shipped("web-tier.toml", &[&BRIEF[..], &["--replications", "2"]].concat());
    assert_eq!(labels(&document).len(), balancer::REGISTRY.len() - 3);
    let notes = document["notes"].to_string();
    for name in ["key-hash", "source-hash", "sticky"] {
        assert!(
            notes.contains(&format!("`{name}` is left out: `{name}` goes by")),
            "{notes}"
        );
    }
    assert!(document["ending"]["decided"].is_null());
}

#[test]
fn variants_are_compared_by_the_measures_that_are_named() {
    let measures = ["service.web.queue.mean", "workload.shoppers.throughput"];
    let named = measures.map(|measure| ["--measure", measure]).concat();
    let varied = ["--vary", "service.web.balancer=random,least-connections"];
    let document = shipped(
        "web-tier.toml",
        &[&varied[..], &BRIEF[2..], &["--replications", "3"], &named].concat(),
    );
    assert_eq!(document["ranked_by"]["measure"], "queue.mean");
    assert_eq!(labels(&document), ["least-connections", "random"]);
    let sets = document["sets"].as_array().unwrap();
    let told: Vec<String> = sets
        .iter()
        .map(|set| format!("{} {}", set["of"], set["measure"]))
        .collect();
    assert_eq!(
        told,
        [
            "\"service.web\" \"queue.mean\"",
            "\"workload.shoppers\" \"throughput\""
        ]
    );
    let more: Vec<bool> = sets
        .iter()
        .map(|set| set["more_is_better"].as_bool().unwrap())
        .collect();
    assert_eq!(more, [false, true]);
    let differences = document["differences"].as_array().unwrap();
    assert_eq!(differences.len(), 2, "{differences:?}");
    assert_eq!(differences[0]["unit"], "1");
}

#[test]
fn measures_that_nothing_can_be_compared_by_are_refused() {
    let files = [("a.toml", scenario(2, "20 s", 1, "shoppers"))];
    for (measures, expected) in [
        (
            vec!["workload.shoppers.response.p9"],
            "error: variants cannot be compared by `workload.shoppers.response.p9`, did you mean \
             `workload.shoppers.response.p90`?",
        ),
        (
            vec!["service.web.utilisation"], // neither better when it is higher nor when it is lower
            "error: variants cannot be compared by `service.web.utilisation`",
        ),
        (
            vec!["service.web.queue.mean", "service.web.queue.mean"],
            "is named twice",
        ),
    ] {
        let mut more = vec!["--vary", "service.web.servers=2,3"];
        more.extend(measures.iter().flat_map(|measure| ["--measure", measure]));
        let folder = tempfile::tempdir().unwrap();
        let (code, stdout, stderr) = compared(folder.path(), &files, &more);
        assert_eq!((code, stdout.as_str()), (2, ""), "{stderr}");
        assert!(stderr.contains(expected), "{stderr}");
    }
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
