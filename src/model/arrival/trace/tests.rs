//! Traces from files: what is read is what was written, and what is wrong is told.

use std::{fs, io::Write, path::Path};

use super::*;
use crate::{
    config::{Problems, Value, parse},
    model::arrival::testing::{rendered, stream},
};

const LINES: &str =
    "timestamp,work,key,class\n100.5,0.002,/cart,1\n100.75,3 ms,42,0\n100.75,,,\n103,0.001,/pay,2\n";

/// Reads a scenario's settings in a folder that holds `access.csv` with these bytes.
fn in_folder(bytes: &[u8], settings: &str) -> (tempfile::TempDir, Option<ArrivalPlan>, Problems) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("access.csv"), bytes).unwrap();
    let problems = Problems::with_folder(folder.path());
    let text = format!("process = \"trace\"\nfile = \"access.csv\"\n{settings}");
    let plan = ArrivalPlan::read(&parse(&text, 0, &problems), &problems);
    (folder, plan, problems)
}

fn complaints(bytes: &[u8], settings: &str) -> String {
    let (_folder, plan, problems) = in_folder(bytes, settings);
    assert!(plan.is_none());
    rendered(problems)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// The first arrivals of a plan, at most ten.
fn replayed(plan: &ArrivalPlan) -> Vec<(SimTime, Given)> {
    let (mut arrivals, mut rng) = ((plan.build)(SimTime::from_nanos(5)), stream());
    let next = || {
        arrivals
            .next(&mut rng)
            .map(|at| (at, arrivals.arrival().unwrap().given))
    };
    std::iter::from_fn(next).take(10).collect()
}

fn milliseconds(arrivals: &[(SimTime, Given)]) -> Vec<u64> {
    arrivals.iter().map(|(at, _)| at.as_nanos() / 1_000_000).collect()
}

#[test]
fn a_trace_comes_as_it_was_recorded_plain_and_compressed() {
    // Two compressed pieces one after the other are one file, as log rotation makes them.
    let (head, tail) = LINES.split_at(60);
    let joined = [gzip(head.as_bytes()), gzip(tail.as_bytes())].concat();
    for bytes in [LINES.as_bytes().to_vec(), gzip(LINES.as_bytes()), joined] {
        let (_folder, plan, problems) = in_folder(&bytes, "");
        assert!(problems.is_empty(), "{problems:?}");
        let got = replayed(&plan.unwrap());
        assert_eq!(milliseconds(&got), [0, 250, 250, 2_500]);
        let given = |work_us: u64, key, priority| Given {
            work: Some(SimDuration::from_nanos(work_us * 1_000)),
            key: Some(key),
            priority: Some(priority),
        };
        let hash = |text: &str| crate::rng::fnv1a64(text.as_bytes());
        let expected = [
            given(2_000, hash("/cart"), 1),
            given(3_000, 42, 0),
            Given::NOTHING,
            given(1_000, hash("/pay"), 2),
        ];
        assert_eq!(got.iter().map(|&(_, given)| given).collect::<Vec<_>>(), expected);
    }
}

#[test]
fn a_multiplier_makes_requests_come_faster() {
    let (_folder, plan, _) = in_folder(LINES.as_bytes(), "rate_multiplier = 2.5");
    let plan = plan.unwrap();
    assert_eq!(milliseconds(&replayed(&plan)), [0, 100, 100, 1_000]);
    // Three gaps in 2.5 s, at 2.5 times the speed.
    assert!((plan.nature.rate().unwrap() - 3.0).abs() < 1e-12);
}

#[test]
fn a_trace_that_repeats_goes_on_one_mean_gap_after_its_end() {
    let (_folder, plan, _) = in_folder(b"timestamp\n0\n1\n4\n", "repeat = true");
    let got = milliseconds(&replayed(&plan.unwrap()));
    assert_eq!(
        got,
        [
            0, 1_000, 4_000, 6_000, 7_000, 10_000, 12_000, 13_000, 16_000, 18_000
        ]
    );
}

#[test]
fn formulas_are_told_the_moments_of_gaps_and_work() {
    let close = |got: f64, expected: f64| assert!((got - expected).abs() < 1e-12, "{got}, not {expected}");
    let (_folder, plan, _) = in_folder(b"timestamp,work\n0,1\n1,3\n4,1\n6,3\n", "");
    let Nature::Trace {
        rate,
        gap_scv,
        work,
        keyed,
    } = plan.unwrap().nature
    else {
        panic!("a trace");
    };
    assert!(!keyed, "there is no column of keys");
    // Gaps of 1, 3 and 2 s; work of 1 and 3 s by turns.
    close(rate, 0.5);
    close(gap_scv, 2.0 / 3.0 / 4.0);
    let (mean, scv) = work.unwrap();
    close(mean, 2.0);
    close(scv, 0.25);
    let (_folder, plan, _) = in_folder(LINES.as_bytes(), "");
    assert!(
        matches!(plan.unwrap().nature, Nature::Trace { work: None, .. }),
        "one line has no work"
    );
}

#[test]
fn a_file_that_vanishes_or_changes_ends_the_trace_without_a_fault() {
    let (folder, plan, _) = in_folder(b"timestamp\n0\n1\n2\n", "repeat = true");
    let (plan, file) = (plan.unwrap(), folder.path().join("access.csv"));
    fs::write(&file, "timestamp\n5\n1\nnonsense\n7\n").unwrap();
    // The second row is out of order, and with the third the trace is over.
    assert_eq!(milliseconds(&replayed(&plan)), [5_000, 5_000]);
    fs::write(&file, "timestamp\n").unwrap();
    assert_eq!(replayed(&plan), []);
    fs::remove_file(&file).unwrap();
    assert_eq!(replayed(&plan), []);
}

#[test]
fn what_is_wrong_with_a_file_is_told_with_its_line() {
    insta::assert_snapshot!(complaints(b"", ""), @r#"
    `access.csv`, line 1: the file is empty (this file)
      help: begin the file with a line that names its columns, such as `timestamp,work,key,class`
    "#);
    insta::assert_snapshot!(complaints(b"0.5,1\n0.6,1\n", ""), @r#"
    `access.csv`, line 1: no column is called `timestamp` (this file)
      help: begin the file with a line that names its columns, such as `timestamp,work,key,class`
    "#);
    insta::assert_snapshot!(complaints(b"timestmap,work\n0.5,1\n", ""), @r#"
    `access.csv`, line 1: no column is called `timestamp`, did you mean `timestamp`? (this file)
      help: begin the file with a line that names its columns, such as `timestamp,work,key,class`
    "#);
    insta::assert_snapshot!(complaints(b"timestamp,timestamp\n0.5,1\n", ""), @r#"
    `access.csv`, line 1: the column `timestamp` is named twice (this file)
      help: begin the file with a line that names its columns, such as `timestamp,work,key,class`
    "#);
    insta::assert_snapshot!(complaints(b"timestamp,work,class\nnoon,1,0\n1,-5,0\n\n2,1,999\n3,1\n\"4,1,0\n5,1,1\n6,x,1\n", ""), @r#"
    `access.csv`, line 2: `noon` is no timestamp (this file)
      help: write seconds, like 12.5, or a duration, like 12.5 ms
    `access.csv`, line 3: `-5` is no work (this file)
      help: write seconds, like 12.5, or a duration, like 12.5 ms
    `access.csv`, line 5: `999` is no class (this file)
      help: write a whole number from 0 to 255
    `access.csv`, line 6: expected 3 fields, as in the first line, and found 2 (this file)
      help: put texts that hold a comma in quotes
    `access.csv`, line 7: a quote is opened and not closed (this file)
      help: end the quoted text on the same line
    "#);
    insta::assert_snapshot!(complaints(b"timestamp\n3\n1.5\n", ""), @r#"
    `access.csv`, line 3: the timestamp is earlier than the one before by 1.5 s (this file)
      help: sort the lines by their timestamps
    "#);
    insta::assert_snapshot!(complaints(b"timestamp\n3\n3\n", ""), @r#"
    `access.csv`: all requests have the same timestamp (this file)
      help: a trace needs requests at two times at least
    "#);
    insta::assert_snapshot!(complaints(b"# nothing\ntimestamp\n", ""), @r#"
    `access.csv`: there are no requests (this file)
      help: write one request a line after the first
    "#);
    insta::assert_snapshot!(complaints(&vec![b'x'; 70_000], ""), @r#"
    `access.csv`, line 1: this line is longer than 64 KiB (this file)
      help: write one request a line
    "#);
    insta::assert_snapshot!(complaints(&gzip(LINES.as_bytes())[..30], ""), @r#"
    `access.csv`, line 1: cannot be read: incomplete deflate stream (this file)
      help: check that the file is whole
    "#);
}

#[test]
fn wrong_settings_are_told() {
    insta::assert_snapshot!(complaints(LINES.as_bytes(), "rate_multiplier = 0"), @r#"
    `rate_multiplier` is 0 (out of range)
      help: write a number above zero: 2 makes requests come twice as fast as recorded
    "#);
    insta::assert_snapshot!(complaints(LINES.as_bytes(), "rate_multiplier = 1e9"), @r#"
    1200000000 requests per second are more than the clock can tell apart (too fast)
      help: use less than 1e9 /s, one request per nanosecond
    "#);
    let missing = |file: &str| {
        let problems = Problems::with_folder(Path::new("."));
        let text = format!("process = \"trace\"\nfile = \"{file}\"");
        assert!(ArrivalPlan::read(&parse(&text, 0, &problems), &problems).is_none());
        rendered(problems)
    };
    insta::assert_snapshot!(missing("no-such-file.csv"), @r#"
    cannot read `no-such-file.csv`: No such file or directory (os error 2) (this file)
      help: file names are taken from the folder of the scenario
    "#);
    insta::assert_snapshot!(missing("."), @r#"
    cannot read `.`: it is not a file (this file)
      help: name a text file
    "#);
}

#[test]
fn a_column_that_nothing_reads_is_a_warning() {
    let (_folder, plan, problems) = in_folder(b"timestamp,wrok,user\n0,1,x\n1,1,x\n", "");
    assert!(plan.is_some() && !problems.has_errors());
    insta::assert_snapshot!(rendered(problems), @r#"
    `access.csv` has columns that nothing reads: `wrok`, `user` (this file)
      help: columns of a trace: timestamp, work, key, class
    "#);
}
