//! `plimsoll sweep`, from the command line to its files.

use crate::command::plimsoll;

fn sweep(args: &[&str]) -> (i32, String, String) {
    plimsoll("sweep", args)
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

/// A sweep of loads over servers, short as it is: what its files say.
fn plane(folder: &std::path::Path, more: &[&str]) -> (String, serde_json::Value, Vec<Vec<String>>) {
    let rates = "workload.shoppers.arrivals.rate=500/s,770/s,970/s";
    let mut args = vec![TIER, "--vary", rates, "--vary", "service.web.servers=8,10"];
    args.extend(["--out", folder.to_str().unwrap()]);
    args.extend(SHORT);
    args.extend(more);
    let (code, stdout, stderr) = sweep(&args);
    assert_eq!((code, stderr.as_str()), (0, ""));
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    let document = serde_json::from_slice(&read("sweep.json")).unwrap();
    let limits = String::from_utf8(read("sweep-limits.csv")).unwrap();
    let rows = limits
        .lines()
        .map(|line| line.split(',').map(str::to_owned).collect());
    (stdout, document, rows.collect())
}

#[test]
fn over_two_axes_the_load_line_is_located_for_each_value_of_the_second() {
    let folder = tempfile::tempdir().unwrap();
    let (stdout, document, limits) = plane(folder.path(), &[]);
    let breaks = document["breaks"].as_array().unwrap();
    assert_eq!(limits[0][..4], ["service.web.servers", "what", "of", "measure"]);
    for (servers, available) in [("8", "at least up to"), ("10", "everywhere")] {
        let row = |measure| {
            limits
                .iter()
                .find(|row| row[0] == servers && row[3] == measure)
                .unwrap()
        };
        let found = breaks.iter().find(|found| found["fixed"] == servers).unwrap();
        let [at, met, missed] = ["at", "met", "missed"].map(|part| found[part].as_f64().unwrap());
        assert!(
            met <= at && at <= missed && missed - met <= 0.01 * missed,
            "{found}"
        );
        // The text, the file and the document tell the same.
        let told = row("response.p99");
        assert_eq!(told[1..3], ["objective", "workload.shoppers"]);
        assert_eq!(
            (told[6].as_str(), told[7].parse::<f64>().unwrap()),
            ("up to", at),
            "{told:?}"
        );
        assert_eq!(row("availability")[6], available, "{limits:?}");
        let line = stdout
            .lines()
            .rfind(|line| line.trim_start().starts_with(servers))
            .unwrap();
        assert!(
            line.contains(&format!("up to {}", (at * 10.0).round() / 10.0)),
            "{line} {at}"
        );
    }
    assert!(
        stdout.contains("where objectives hold along rate, by servers\n"),
        "{stdout}"
    );
    let png = std::fs::read(folder.path().join("sweep.png")).unwrap();
    assert_eq!(&png[1..4], b"PNG");
}

#[test]
fn without_refinement_only_the_points_that_were_asked_for_are_simulated() {
    let folder = tempfile::tempdir().unwrap();
    let (_, document, _) = plane(folder.path(), &["--no-refine"]);
    let points = document["points"].as_array().unwrap();
    assert_eq!(points.len(), 6);
    assert!(points.iter().all(|point| point["on_grid"] == true));
    let found = &document["breaks"][0];
    assert!(
        found["missed"].as_f64().unwrap() - found["met"].as_f64().unwrap() > 100.0,
        "{found}"
    );
}

/// Which balancers suit a scenario is the scenario's affair: those that do not are left out with a note.
#[test]
fn all_stands_for_every_balancer_that_suits_the_scenario() {
    let folder = tempfile::tempdir().unwrap();
    let rates = "workload.shoppers.arrivals.rate=600/s,800/s";
    let mut args = vec![TIER, "--vary", rates, "--vary", "service.web.balancer=all"];
    args.extend(["--no-refine", "--out", folder.path().to_str().unwrap()]);
    args.extend(SHORT);
    let (code, stdout, stderr) = sweep(&args);
    assert_eq!((code, stderr.as_str()), (0, ""));
    for balancer in ["random", "round-robin", "power-of-d", "least-connections"] {
        assert!(stdout.contains(&format!("balancer = {balancer}\n")), "{stdout}");
    }
    assert!(stdout.contains("`key-hash` is left out: "), "{stdout}");
    assert!(!stdout.contains("balancer = key-hash"), "{stdout}");
}

#[test]
fn over_years_a_sweep_tells_what_becomes_of_data() {
    let folder = tempfile::tempdir().unwrap();
    let (code, stdout, stderr) = sweep(&[
        "scenarios/durable-store.toml",
        "--vary",
        "store.orders.replication=2,3",
        "--replications",
        "3",
        "--out",
        folder.path().to_str().unwrap(),
    ]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    for measure in ["durability loss", "available read", "available write"] {
        assert!(stdout.contains(measure), "{stdout}");
    }
}
