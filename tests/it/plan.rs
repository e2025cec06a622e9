//! `plimsoll plan`, from the command line to its files.

use std::process::{Command, Output};

use serde_json::Value;

fn plan(args: &[&str]) -> (i32, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = Command::new(env!("CARGO_BIN_EXE_plimsoll"))
        .arg("plan")
        .args(args)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

const ZONES: &str = "scenarios/three-zone-plan.toml";
const SHORT: [&str; 4] = ["--set", "run.duration=20 s", "--set", "run.warmup=10 s"];

#[test]
fn the_answer_stands_in_the_text_and_in_every_file() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    let mut args = vec![ZONES, "--out", out];
    args.extend(SHORT);
    let (code, stdout, stderr) = plan(&args);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    for expected in [
        "answer   servers = ",
        "binding  response p99",
        "growth   ",
        "next cheaper",
        "written: ",
    ] {
        assert!(stdout.contains(expected), "{expected}\n{stdout}");
    }
    let read = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
    let document: Value = serde_json::from_slice(&read("plan.json")).unwrap();
    let answer = &document["answer"];
    let each: f64 = answer["values"][0].as_str().unwrap().parse().unwrap();
    assert_eq!(answer["cost"].as_f64(), Some(3.0 * each));
    assert_eq!(answer["fate"], "meets");
    assert_eq!(answer["cases"].as_array().unwrap().len(), 5);
    let used: u64 = document["candidates"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|one| one["cases"].as_array().unwrap())
        .map(|case| case["replications"].as_u64().unwrap())
        .sum();
    assert_eq!(document["replications_in_all"].as_u64(), Some(used));
    let csv = String::from_utf8(read("plan.csv")).unwrap();
    assert!(
        csv.starts_with(
            "service.web.group.*.servers,cost,cost_low,cost_high,risk,risk_low,risk_high,fate,answer,case,"
        ),
        "{csv}"
    );
    assert_eq!(
        csv.lines().filter(|line| line.contains(",meets,true,")).count(),
        10
    );
    assert_eq!(&read("plan.png")[1..4], b"PNG");
    // The document on standard output is the file, but for the time it took; and threads change nothing.
    let mut again = args.clone();
    again.extend(["--format", "json", "--threads", "1"]);
    let (_, stdout, _) = plan(&again);
    let printed: Value = serde_json::from_str(&stdout).unwrap();
    let timeless = |document: &Value| {
        let mut document = document.clone();
        document["wall_s"] = Value::Null;
        document
    };
    assert_eq!(timeless(&printed), timeless(&document));
}

#[test]
fn where_nothing_will_do_the_exit_code_and_the_text_say_so() {
    let folder = tempfile::tempdir().unwrap();
    let mut args = vec![ZONES, "--out", folder.path().to_str().unwrap(), "--set"];
    args.push("plan.vary={ \"service.web.group.*.servers\" = \"1..5\" }");
    args.extend(SHORT);
    let (code, stdout, stderr) = plan(&args);
    assert_eq!((code, stderr.as_str()), (3, ""), "{stdout}");
    assert!(
        stdout.contains("answer   none of these deployments meets every objective in every case"),
        "{stdout}"
    );
    assert!(
        stdout.contains("obstacle 15 servers, nearest with servers = 5: "),
        "{stdout}"
    );
    let (code, stdout, stderr) = plan(&[
        ZONES,
        "--set",
        "plan.vary={ \"service.web.group.*.servers\" = \"1..2\" }",
    ]);
    assert_eq!((code, stdout.as_str()), (3, ""));
    assert!(
        stderr.contains("more work comes in than any of the deployments can do"),
        "{stderr}"
    );
}

#[test]
fn mistakes_are_told_before_anything_runs() {
    let (code, stdout, stderr) = plan(&[
        ZONES,
        "--set",
        "plan.vary={ \"service.web.balancer\" = [\"randum\", \"round-robbin\"] }",
    ]);
    assert_eq!((code, stdout.as_str()), (2, ""));
    for expected in ["did you mean `random`?", "did you mean `round-robin`?"] {
        assert!(stderr.contains(expected), "{stderr}");
    }
    let (code, _, stderr) = plan(&["scenarios/web-tier.toml"]);
    assert_eq!(code, 2);
    assert!(
        stderr.contains("the scenario does not say what may vary"),
        "{stderr}"
    );
}

#[test]
fn what_is_uncertain_is_planned_for_and_not_run() {
    let rate = "workload.shoppers.arrivals.rate={ between = [\"600 /s\", \"1000 /s\"] }";
    let run = Command::new(env!("CARGO_BIN_EXE_plimsoll"))
        .args(["run", ZONES, "--set", rate])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let stderr = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(2));
    assert!(
        stderr.contains(
            "`workload.shoppers.arrivals.rate` is uncertain, from 600 /s to 1000 /s, and this takes one value"
        ) && stderr.contains("--set \"workload.shoppers.arrivals.rate=800 /s\""),
        "{stderr}"
    );
    let folder = tempfile::tempdir().unwrap();
    let mut args = vec![
        ZONES,
        "--set",
        rate,
        "--set",
        "plan.survive=[]",
        "--set",
        "plan.risk=20 %",
    ];
    args.extend([
        "--set",
        "run.duration=5 s",
        "--set",
        "run.warmup=1 s",
        "--out",
        folder.path().to_str().unwrap(),
    ]);
    let (code, stdout, stderr) = plan(&args);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    for expected in [
        "runs miss an objective, where 20 % are allowed",
        "inputs   workload.shoppers.arrivals.rate from 600 /s to 1000 /s",
        "cost and risk",
    ] {
        assert!(stdout.contains(expected), "{expected}\n{stdout}");
    }
    let document: Value =
        serde_json::from_slice(&std::fs::read(folder.path().join("plan.json")).unwrap()).unwrap();
    let risk = &document["answer"]["risk"];
    assert!(
        risk["value"].as_f64().unwrap() <= 0.2 && 25 <= risk["runs"].as_u64().unwrap(),
        "{risk}"
    );
}
