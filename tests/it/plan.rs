//! `plimsoll plan`, from the command line to its files.

use serde_json::Value;

use crate::command::plimsoll;

fn plan(args: &[&str]) -> (i32, String, String) {
    plimsoll("plan", args)
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
        "growth   about ",
        "then     servers = ",
        ", 3 more than now)",
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
            "service.web.group.*.servers,cost,cost_low,cost_high,risk,risk_low,risk_high,fate,answer,load,case,"
        ),
        "{csv}"
    );
    assert_eq!(
        csv.lines().filter(|line| line.contains(",meets,true,")).count(),
        10
    );
    let next = &document["growth"]["next"];
    assert_eq!(next["cost"].as_f64(), Some(3.0 * each + 3.0));
    let load = document["growth"]["missed"].as_f64().unwrap();
    let next = format!("{},{},,,,,,next,false,{load},", each + 1.0, 3.0 * each + 3.0);
    assert_eq!(
        csv.lines().filter(|line| line.starts_with(&next)).count(),
        10,
        "{csv}"
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

/// Any load from 600 to 1000 /s.
const UNCERTAIN: &str = "workload.shoppers.arrivals.rate={ between = [\"600 /s\", \"1000 /s\"] }";

#[test]
fn what_is_uncertain_is_for_plans_alone() {
    let (code, _, stderr) = plimsoll("run", &[ZONES, "--set", UNCERTAIN]);
    assert!(
        code == 2
            && stderr.contains(
                "`workload.shoppers.arrivals.rate` is uncertain, from 600 /s to 1000 /s, and this takes one value"
            )
            && stderr.contains("--set \"workload.shoppers.arrivals.rate=800 /s\""),
        "{stderr}"
    );
    for command in ["compare", "sweep"] {
        let work = "service.web.work.mean={ between = [\"8 ms\", \"9 ms\"] },10 ms";
        let (code, _, stderr) = plimsoll(command, &[ZONES, "--vary", work]);
        let expected = "`service.web.work.mean` is uncertain, from 8 ms to 9 ms";
        assert!(code == 2 && stderr.contains(expected), "{stderr}");
    }
    let (_, stdout, _) = plimsoll("check", &[ZONES, "--set", UNCERTAIN]);
    assert!(stdout.contains(", 1 uncertain value at the middle)"), "{stdout}");
}

#[test]
fn ends_that_make_no_sense_are_told_before_anything_runs() {
    for (wrong, expected) in [
        (
            UNCERTAIN.replace("1000 /s", "0 /s"),
            "no larger number of the same unit",
        ),
        (UNCERTAIN.replace("600 /s", "0 /s"), "is not greater than zero"),
    ] {
        let (code, stdout, stderr) = plan(&[ZONES, "--set", &wrong]);
        assert!(code == 2 && stdout.is_empty(), "{stdout}");
        assert!(stderr.contains(expected), "{stderr}");
    }
}

#[test]
fn what_is_uncertain_is_planned_for() {
    let folder = tempfile::tempdir().unwrap();
    let mut args = vec![
        ZONES,
        "--set",
        UNCERTAIN,
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
        " runs miss an objective, ",
        "), where 20 % are allowed",
        "inputs   workload.shoppers.arrivals.rate from 600 /s to 1000 /s",
        "draws    at most 400 of each deployment; even where none misses anything, that shows no risk below ",
        "growth   about ",
        "cost and risk",
        "; at worst response p99 ",
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
    // Formulas are for one value of each input.
    let measures = document["measures"].as_array().unwrap();
    assert!(
        measures
            .iter()
            .all(|one| one["theory"].as_array().is_none_or(Vec::is_empty))
    );
}

/// Plans and sweeps may meet more work than can be done, which is a change that nobody has asked for.
#[test]
fn what_is_missing_is_looked_for_in_the_file_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("unfinished.toml");
    std::fs::write(&path, "[[service]]\nname = \"web\"\n").unwrap();
    let path = path.to_str().unwrap();
    for (command, args) in [
        ("plan", &[path][..]),
        ("sweep", &[path, "--vary", "service.web.servers=1..3"]),
    ] {
        let (code, stdout, stderr) = plimsoll(command, args);
        assert_eq!((code, stdout.as_str()), (2, ""), "{command}\n{stderr}");
        assert!(stderr.contains("mistakes in"), "{command}\n{stderr}");
        assert!(!stderr.contains("allow_overload"), "{command}\n{stderr}");
    }
}
