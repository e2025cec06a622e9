//! What is cut off goes on: killed at any instant and started again, a sweep and a plan come to the same bytes.

use std::{
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

/// Its knee makes it look closer in several rounds.
const SWEEP: [&str; 10] = [
    "sweep",
    "scenarios/web-tier.toml",
    "--vary",
    "workload.shoppers.arrivals.rate=300/s,600/s,800/s",
    "--set",
    "run.duration=2 s",
    "--replications",
    "3",
    "--threads",
    "2",
];
/// Its cases change the scenario in many ways, none of which may be taken for another.
const PLAN: [&str; 6] = [
    "plan",
    "scenarios/three-zone-plan.toml",
    "--set",
    "run.duration=10 s",
    "--threads",
    "2",
];
/// Kills in all, so that every part of a run is hit.
const KILLS: usize = 200;

fn start(command: &[&str], out: &Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_plimsoll"))
        .args(command)
        .arg("--out")
        .arg(out)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Lets a sweep run to its end; returns what it says on the side.
fn finish(command: &[&str], out: &Path) -> String {
    let output = start(command, out).wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(matches!(output.status.code(), Some(0 | 3)), "{stderr}");
    stderr
}

/// Returns the bytes of all files but for how long it took, and how many there are in folders.
fn bytes(out: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = std::fs::read_dir(out)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            assert!(entry.file_type().unwrap().is_file(), "{name} is still there");
            let mut content = std::fs::read(entry.path()).unwrap();
            if Path::new(&name).extension().is_some_and(|kind| kind == "json") {
                let mut document: serde_json::Value = serde_json::from_slice(&content).unwrap();
                document["wall_s"].take();
                content = document.to_string().into_bytes();
            }
            (name, content)
        })
        // A write that was cut off leaves a file without a proper name behind.
        .filter(|(name, _)| !name.starts_with(".plimsoll-"))
        .collect();
    files.sort();
    files
}

/// Returns whole numbers up to a limit, the same ones every time.
fn numbers(most: u64) -> impl FnMut() -> u64 {
    let mut state = 88_172_645_463_325_252_u64;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % (most + 1)
    }
}

/// Kills a command again and again, so many times in all; `longest` is the longest that it is let run at first, in
/// microseconds. Where nothing is finished in that time, it is let run a little longer: machines differ.
fn survives(command: &[&str], kills: usize, mut longest: u64) {
    let folder = tempfile::tempdir().unwrap();
    let undisturbed = folder.path().join("undisturbed");
    finish(command, &undisturbed);
    let expected = bytes(&undisturbed);
    for ending in [".csv", ".json", ".png"] {
        assert!(
            expected.iter().any(|(name, _)| name.ends_with(ending)),
            "{ending}"
        );
    }
    let mut share = numbers(999);
    let (mut killed, mut went_on) = (0, 0);
    while killed < kills {
        let out = folder.path().join(format!("after-{killed}"));
        for _ in 0..40 {
            let mut child = start(command, &out);
            std::thread::sleep(Duration::from_micros(longest * share() / 1_000));
            child.kill().unwrap();
            let is_killed = !child.wait().unwrap().success();
            let mut kept = std::fs::read_dir(out.join(".unfinished")).into_iter().flatten();
            if is_killed && kept.next().is_none() {
                longest += longest / 20;
            }
            killed += usize::from(is_killed);
        }
        let says = finish(command, &out);
        went_on += usize::from(says.contains("found finished by an earlier run"));
        assert!(bytes(&out) == expected, "after {killed} kills it is not the same");
    }
    assert!(0 < went_on, "none of them found anything that was finished");
}

#[test]
fn a_sweep_that_is_killed_hundreds_of_times_comes_to_the_same_bytes() {
    survives(&SWEEP, KILLS, 60_000);
}

#[test]
fn a_plan_that_is_killed_again_and_again_comes_to_the_same_bytes() {
    survives(&PLAN, KILLS / 2, 200_000);
}

/// Asks for an end as soon as so many replications are kept; returns what comes of it.
#[cfg(unix)]
fn interrupt(command: &[&str], out: &Path, kept: usize) -> std::process::Output {
    let mut child = start(command, out);
    let count = || std::fs::read_dir(out.join(".unfinished")).map_or(0, Iterator::count);
    while count() < kept && child.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(1));
    }
    let pid = child.id().to_string();
    Command::new("kill").args(["-INT", &pid]).output().unwrap();
    child.wait_with_output().unwrap()
}

/// Interrupts a command as soon as so many replications are kept, each time anew; it ends in order, tells and writes what was found
/// so far, and goes on later.
#[cfg(unix)]
fn ends_in_order(command: &[&str], instants: &[usize]) {
    let folder = tempfile::tempdir().unwrap();
    let undisturbed = folder.path().join("undisturbed");
    finish(command, &undisturbed);
    let expected = bytes(&undisturbed);
    let (mut interrupted, mut told) = (0, 0);
    for &kept in instants {
        let out = folder.path().join(format!("after-{kept}"));
        let output = interrupt(command, &out, kept);
        let stderr = String::from_utf8(output.stderr).unwrap();
        if output.status.code() == Some(0) {
            // It was done before it heard.
            continue;
        }
        assert_eq!(output.status.code(), Some(130), "{stderr}");
        let goes_on = "what is finished is kept: the same command goes on from here";
        assert!(stderr.contains(goes_on), "{stderr}");
        interrupted += 1;
        let stdout = String::from_utf8(output.stdout).unwrap();
        let document = std::fs::read(out.join(format!("{}.json", command[0])));
        assert_eq!(stdout.contains("written: "), document.is_ok(), "{stdout}");
        if let Ok(document) = document {
            let document: serde_json::Value = serde_json::from_slice(&document).unwrap();
            assert!(stdout.contains("interrupted"), "{stdout}");
            assert_eq!(document["interrupted"], true);
            told += 1;
        } else {
            let nothing = "interrupted before the first replication was finished";
            assert!(stderr.contains(nothing), "{stderr}");
        }
        let says = finish(command, &out);
        assert!(says.contains("found finished by an earlier run"), "{says}");
        assert!(bytes(&out) == expected, "after {kept} it is not the same");
    }
    assert!(0 < interrupted && 0 < told, "{interrupted} {told}");
}

#[cfg(unix)]
#[test]
fn a_sweep_that_is_interrupted_tells_what_it_found_and_goes_on_later() {
    let longer = SWEEP.map(|word| match word {
        "run.duration=2 s" => "run.duration=30 s",
        "3" => "12",
        other => other,
    });
    ends_in_order(&longer, &[1, 10, 25, 40]);
}

#[cfg(unix)]
#[test]
fn a_plan_that_is_interrupted_tells_what_it_found_and_goes_on_later() {
    // The first candidate takes twenty replications or sixty, both together eighty; then comes the growth.
    ends_in_order(&PLAN, &[1, 30, 70, 90]);
    let mut uncertain = PLAN.to_vec();
    uncertain.extend([
        "--set",
        "workload.shoppers.arrivals.rate={ uncertain = { distribution = \"lognormal\", mean = \"800 /s\", cv = 0.2 } }",
        "--set",
        "run.duration=2 s",
        "--set",
        "plan.survive=[]",
    ]);
    ends_in_order(&uncertain, &[1, 220, 450]);
}

#[test]
fn what_was_damaged_meanwhile_is_told_of_and_done_again() {
    let folder = tempfile::tempdir().unwrap();
    let (undisturbed, out) = (folder.path().join("undisturbed"), folder.path().join("out"));
    finish(&SWEEP, &undisturbed);
    // Killed ever later, until something is finished and not everything.
    let kept = out.join(".unfinished");
    let files = || -> Vec<_> {
        let entries = std::fs::read_dir(&kept).into_iter().flatten();
        entries.map(|entry| entry.unwrap().path()).collect()
    };
    for wait in 1..1_000 {
        let mut child = start(&SWEEP, &out);
        std::thread::sleep(Duration::from_millis(wait));
        child.kill().unwrap();
        child.wait().unwrap();
        if 3 < files().len() {
            break;
        }
    }
    let files = files();
    assert!(3 < files.len());
    for (at, file) in files.iter().enumerate() {
        let mut content = std::fs::read(file).unwrap();
        let middle = content.len() / 2;
        match at % 3 {
            0 => content.truncate(middle),
            1 if !content.is_empty() => content[middle] ^= 4,
            _ => continue,
        }
        std::fs::write(file, content).unwrap();
    }
    let stderr = finish(&SWEEP, &out);
    assert!(stderr.contains("found damaged and carried out again"), "{stderr}");
    assert!(bytes(&out) == bytes(&undisturbed));
}
