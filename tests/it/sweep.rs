//! `plimsoll sweep`, from the command line to its files.

use std::process::{Command, Output};

fn sweep(args: &[&str]) -> (i32, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = Command::new(env!("CARGO_BIN_EXE_plimsoll"))
        .arg("sweep")
        .args(args)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

const TIER: &str = "scenarios/web-tier.toml";
const SHORT: [&str; 4] = ["--set", "run.duration=60 s", "--replications", "3"];
const RATE: &str = "workload.shoppers.arrivals.rate=700/s,900/s,980/s,1100/s";

#[test]
fn the_files_tell_of_every_point_and_of_where_it_breaks() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    let mut args = vec![TIER, "--vary", RATE, "--out", out];
    args.extend(SHORT);
    let (code, stdout, stderr) = sweep(&args);
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert!(stdout.contains("1100/s   more work than can be done"), "{stdout}");
    assert!(stdout.contains("before response p99 breaks 120 ms"), "{stdout}");
    let read = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
    let document: serde_json::Value = serde_json::from_slice(&read("sweep.json")).unwrap();
    let broken = &document["breaks"][0];
    let at = broken["at"].as_f64().unwrap();
    assert!((900.0..980.0).contains(&at), "{broken}");
    assert!(broken["low"].as_f64().unwrap() <= at && at <= broken["high"].as_f64().unwrap());
    let full = document["full"][0]["at"].as_f64().unwrap();
    assert!((full / 1000.0 - 1.0).abs() < 1e-3, "{full}");
    let csv = String::from_utf8(read("sweep.csv")).unwrap();
    assert!(
        csv.starts_with("workload.shoppers.arrivals.rate,on_grid,overloaded,of,measure,"),
        "{csv}"
    );
    assert!(csv.contains("\n1100/s,true,true,"), "{csv}");
    let measured = document["measures"].as_array().unwrap().len();
    // The header is a row as well; where there is too much work nothing is measured.
    let tells = |line: &&str| line.split(',').nth(2) != Some("true");
    assert_eq!(csv.lines().filter(tells).count(), measured + 1);
    assert_eq!(&read("sweep.png")[1..4], b"PNG");
}

#[test]
fn wrong_axes_are_told_of_before_anything_runs() {
    for (axis, expected) in [
        ("service.web.servers=9..3", "a range goes upwards"),
        ("service.web.servers=4.5,6.5", "4.5"),
        ("service.webb.servers=4..6", "webb"),
        ("workload.shoppers.arrivals.rate=1 ms..9 ms:3", "1 ms"),
    ] {
        let (code, stdout, stderr) = sweep(&[TIER, "--vary", axis]);
        assert_eq!((code, stdout.as_str()), (2, ""), "{axis}");
        assert!(stderr.contains(expected), "{axis}: {stderr}");
    }
    // What is wrong with every value is told once, and what is wrong with each, each time.
    for (axis, mistakes) in [
        ("service.web.serverz=1..9", 1),
        ("service.web.servers=none,many", 2),
    ] {
        let (code, _, stderr) = sweep(&[TIER, "--vary", axis]);
        assert_eq!(
            (code, stderr.matches("error: ").count()),
            (2, mistakes),
            "{stderr}"
        );
    }
    let three = [
        TIER, "--vary", "a.b=1,2", "--vary", "a.c=1,2", "--vary", "a.d=1,2",
    ];
    let (code, _, stderr) = sweep(&three);
    assert!(
        code == 2 && stderr.starts_with("error: more than two axes"),
        "{stderr}"
    );
}

#[test]
fn too_much_work_everywhere_and_promises_missed_everywhere_are_status_3() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    let (code, stdout, stderr) = sweep(&[
        TIER,
        "--vary",
        "workload.shoppers.arrivals.rate=2000/s,3000/s",
        "--out",
        out,
    ]);
    assert_eq!((code, stdout.as_str()), (3, ""));
    assert!(
        stderr.contains("at every point more work comes in than can be done"),
        "{stderr}"
    );
    let mut args = vec![TIER, "--vary", "service.web.servers=9", "--out", out];
    args.extend(["--set", "workload.shoppers.slo={ \"response.p99\" = \"20 ms\" }"]);
    args.extend(SHORT);
    assert_eq!(sweep(&args).0, 3);
}
