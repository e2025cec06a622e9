//! What people are told when a distribution is wrong.

use std::fmt::Write;

use super::{Dist, Problems, read};
use crate::config::Problem;

fn told(problems: Problems) -> String {
    let mut text = String::new();
    for Problem {
        message,
        labels,
        help,
        ..
    } in problems.into_sorted()
    {
        let help = help.unwrap_or_default();
        writeln!(text, "{message}\n  · {}\n  help: {help}", labels[0].text).unwrap();
    }
    text
}

/// The messages for these texts, all of which must be refused.
fn refused(texts: &[&str]) -> String {
    let mut all = String::new();
    for text in texts {
        let problems = Problems::default();
        assert_eq!(read(text, &problems), None, "{text}");
        write!(all, "{text}\n{}", told(problems)).unwrap();
    }
    all
}

#[test]
fn wrong_parameters_say_what_to_write_instead() {
    let texts = [
        r#"{ distribution = "exponential", mean = "0 s" }"#,
        r#"{ distribution = "uniform", low = "5 ms", high = "5 ms" }"#,
        r#"{ distribution = "uniform", low = "5 ms", high = "1 ms" }"#,
        r#"{ distribution = "erlang", mean = "1 s", stages = 0 }"#,
        r#"{ distribution = "gamma", mean = "0 s", cv = 0 }"#,
        r#"{ distribution = "gamma", mean = "1 s", cv = -1 }"#,
        r#"{ distribution = "hyperexponential", mean = "1 s", cv = 0.5 }"#,
        r#"{ distribution = "hyperexponential", mean = "1 s", cv = 101 }"#,
        r#"{ distribution = "pareto", mean = "1 s", shape = 0.9 }"#,
        r#"{ distribution = "pareto", mean = "1 s", shape = -1 }"#,
        r#"{ distribution = "bounded-pareto", low = "1 s", high = "1 ms", shape = 0 }"#,
    ];
    insta::assert_snapshot!(refused(&texts), @r#"
    { distribution = "exponential", mean = "0 s" }
    `mean` is zero
      · no time at all
      help: write a time greater than zero, like "10 ms"
    { distribution = "uniform", low = "5 ms", high = "5 ms" }
    `low` and `high` are the same
      · nothing between them
      help: use `distribution = "constant"` for a time that never varies
    { distribution = "uniform", low = "5 ms", high = "1 ms" }
    `high` is below `low`
      · too low
      help: exchange the two
    { distribution = "erlang", mean = "1 s", stages = 0 }
    `stages` cannot be 0
      · out of range
      help: write a whole number from 1 to 1000000, or use `distribution = "constant"`
    { distribution = "gamma", mean = "0 s", cv = 0 }
    `mean` is zero
      · no time at all
      help: write a time greater than zero, like "10 ms"
    `cv` cannot be 0
      · no variation
      help: use `distribution = "constant"` for a time that never varies
    { distribution = "gamma", mean = "1 s", cv = -1 }
    `cv` cannot be -1
      · out of range
      help: write the standard deviation over the mean, from 0.001 to 100
    { distribution = "hyperexponential", mean = "1 s", cv = 0.5 }
    `cv` is 0.5, and a hyperexponential cannot go below 1
      · too even
      help: use `distribution = "gamma"` for less variation than an exponential has
    { distribution = "hyperexponential", mean = "1 s", cv = 101 }
    `cv` cannot be 101
      · out of range
      help: write the standard deviation over the mean, from 0.001 to 100
    { distribution = "pareto", mean = "1 s", shape = 0.9 }
    `shape` cannot be 0.9: the mean would be infinite
      · not above 1
      help: raise it above 1, or use `distribution = "bounded-pareto"`
    { distribution = "pareto", mean = "1 s", shape = -1 }
    `shape` cannot be -1
      · out of range
      help: write a shape above 1 and up to 1000
    { distribution = "bounded-pareto", low = "1 s", high = "1 ms", shape = 0 }
    `high` is not above `low`
      · too low
      help: raise `high` or lower `low`
    `shape` cannot be 0
      · out of range
      help: write a shape from 0.01 to 100
    "#);
}

#[test]
fn wrong_parts_and_wrong_values_are_told_apart() {
    let texts = [
        r#"{ distribution = "mixture", parts = [] }"#,
        r#"{ distribution = "mixture", parts = [{ weight = 0, distribution = "constant", value = "1 s" }] }"#,
        r#"{ distribution = "mixture", parts = [{ distribution = "constant", value = "1 s", by = 2 }] }"#,
        r#"{ distribution = "empirical" }"#,
        r#"{ distribution = "empirical", values = [] }"#,
        r#"{ distribution = "empirical", values = ["1 s"], file = "times.csv" }"#,
    ];
    insta::assert_snapshot!(refused(&texts), @r#"
    { distribution = "mixture", parts = [] }
    a mixture of no parts
      · empty
      help: list at least one distribution with its weight
    { distribution = "mixture", parts = [{ weight = 0, distribution = "constant", value = "1 s" }] }
    part 1 of the mixture has the weight 0
      · no usable weight
      help: write a number greater than zero, or leave the part out
    { distribution = "mixture", parts = [{ distribution = "constant", value = "1 s", by = 2 }] }
    the field `weight` is missing
      · a part of a mixture needs it
      help: add `weight = …`
    unknown field `by`
      · not known here
      help: fields of a part of a mixture: weight, distribution, value
    { distribution = "empirical" }
    neither `values` nor `file` is given
      · exactly one is needed
      help: list the `values` here, or name a CSV `file` that holds them
    { distribution = "empirical", values = [] }
    there are no values
      · empty
      help: give at least one measured value
    { distribution = "empirical", values = ["1 s"], file = "times.csv" }
    both `values` and `file` are given
      · exactly one is needed
      help: list the `values` here, or name a CSV `file` that holds them
    "#);
}

#[test]
fn whatever_is_no_distribution_is_shown_one() {
    let texts = [
        "5",
        r#""5""#,
        r#""lognormal""#,
        "[1]",
        "{ mean = \"1 s\" }",
        r#"{ distribution = "exponental", mean = "1 s" }"#,
        r#"{ distribution = "exponential", mean = 10, cv = 1 }"#,
    ];
    insta::assert_snapshot!(refused(&texts), @r#"
    5
    expected a distribution, found a bare number
      · here
      help: write `{ distribution = "exponential", mean = "10 ms" }`, or a bare "10 ms" for a constant
    "5"
    `5` has no unit; a duration is written in ns, us, µs, ms, s, min, h, d, y, like "20 ms"
      · neither a duration nor a table
      help: write `{ distribution = "exponential", mean = "10 ms" }`, or a bare "10 ms" for a constant
    "lognormal"
    the distribution `lognormal` needs its settings
      · only its name
      help: write `{ distribution = "lognormal", mean = "12 ms", cv = 1.5 }`
    [1]
    expected a distribution, found a list
      · here
      help: write `{ distribution = "exponential", mean = "10 ms" }`, or a bare "10 ms" for a constant
    { mean = "1 s" }
    the field `distribution` is missing
      · a distribution needs it
      help: add `distribution = …`
    { distribution = "exponental", mean = "1 s" }
    `exponental` is not a distribution, did you mean `exponential`?
      · not known
      help: known: constant, exponential, uniform, erlang, gamma, hyperexponential, lognormal, weibull, pareto, bounded-pareto, mixture, shifted, empirical
    { distribution = "exponential", mean = 10, cv = 1 }
    a duration needs its unit, and this is a bare number
      · no unit
      help: write it like "20 ms", in quotes
    unknown field `cv`
      · not known here
      help: fields of a distribution: distribution, mean
    "#);
}

#[test]
fn a_bare_duration_is_a_constant() {
    let problems = Problems::default();
    assert_eq!(read("\"10 ms\"", &problems), Some(Dist::constant(0.01).unwrap()));
    assert!(problems.is_empty());
}

/// Reads an empirical distribution from a file of these bytes.
fn from_file(bytes: &[u8]) -> Result<Dist, String> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("times.csv"), bytes).unwrap();
    let problems = Problems::with_folder(folder.path());
    read(
        "{ distribution = \"empirical\", file = \"times.csv\" }",
        &problems,
    )
    .ok_or_else(|| told(problems))
}

#[test]
fn samples_and_histograms_are_read_from_files() {
    let samples = from_file(b"name, value\na, 0.25\nb, 0.75\n");
    assert_eq!(samples, Ok(Dist::empirical([0.25, 0.75]).unwrap()));
    let histogram = from_file(b"low,high,count\n0,1,3\n1,2,0\n2,2,1\n");
    let expected = Dist::mixture([
        (3.0, Dist::uniform(0.0, 1.0).unwrap()),
        (1.0, Dist::constant(2.0).unwrap()),
    ]);
    assert_eq!(histogram, Ok(expected.unwrap()));
}

#[test]
fn a_wrong_file_says_what_is_wrong_with_it() {
    let files: [&[u8]; 8] = [
        b"",
        b"latency\n1\n",
        b"value\n1\nfast\n",
        b"value\n1\n-2\n",
        b"value\n",
        b"low,high,count\n0,1,1\n3,2,1\n",
        b"low,high,count\n0,1,0\n",
        b"low,high,count\n0,1\n",
    ];
    let all: Vec<String> = files.iter().map(|bytes| from_file(bytes).unwrap_err()).collect();
    insta::assert_snapshot!(all.join(""), @r#"
    the file has neither a column `value` nor the columns `low`, `high` and `count`
      · this file
      help: write a header `value` and one time in seconds per line, or a header `low,high,count`
    the file has neither a column `value` nor the columns `low`, `high` and `count`
      · this file
      help: write a header `value` and one time in seconds per line, or a header `low,high,count`
    `fast` on line 3 of the file is not a number
      · this file
      help: write a header `value` and one time in seconds per line, or a header `low,high,count`
    cannot use the file: `values` is -2 s, which is no usable time
      · out of range
      help: write zero, or a time from 1e-12 s to 1e12 s
    cannot use the file: there are no values
      · empty
      help: give at least one measured value
    cannot use the file: bucket 2: `high` is below `low`
      · too low
      help: exchange the two
    cannot use the file: all buckets are empty
      · empty
      help: give at least one bucket with a count
    CSV error: record 1 (line: 2, byte: 15): found record with 2 fields, but the previous record has 3 fields
      · this file
      help: write a header `value` and one time in seconds per line, or a header `low,high,count`
    "#);
}
