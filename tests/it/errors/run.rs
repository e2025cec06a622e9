//! What cannot be run: durations, replications, intervals.

use insta::assert_snapshot;

use super::{changed, told};

#[test]
fn a_scenario_needs_a_run() {
    let text = changed(&[("[run]\nduration = \"10 min\"\n", "")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: the table `[run]` is missing
    help: add `[run]` with `duration = "10 min"`

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_scenario_needs_a_duration() {
    let text = changed(&[("duration = \"10 min\"", "seed = 7")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: the field `duration` is missing
      ╭─[shop.toml:1:1]
    1 │ [run]
      · ──┬──
      ·   ╰── `[run]` needs it
      ╰────
    help: add `duration = …`

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_duration_cannot_be_zero() {
    let text = changed(&[("\"10 min\"", "\"0 s\"")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: `duration` cannot be 0
      ╭─[shop.toml:2:12]
    2 │ duration = "0 s"
      ·            ─────
      ╰────
    help: write how long to measure, like "10 min"

    1 mistake in shop.toml
    "#);
}

#[test]
fn replications_and_precision_exclude_each_other() {
    let text = changed(&[("duration", "replications = 9\nprecision = \"1 %\"\nduration")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: `replications` and `precision` exclude each other
      ╭─[shop.toml:2:16]
    2 │ replications = 9
      ·                ┬
      ·                ╰── so many
    3 │ precision = "1 %"
      ·             ──┬──
      ·               ╰── as many as it takes
      ╰────
    help: keep one of them; `max_replications` limits how many a precision may take

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_cap_is_only_for_a_precision() {
    let text = changed(&[("duration", "max_replications = 9\nduration")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: `max_replications` is only for a `precision`
      ╭─[shop.toml:2:20]
    2 │ max_replications = 9
      ·                    ─
      ╰────
    help: give a `precision` too, or use `replications`

    1 mistake in shop.toml
    "#);
}

#[test]
fn replications_cannot_be_zero() {
    let text = changed(&[("duration", "replications = 0\nduration")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: `replications` cannot be 0
      ╭─[shop.toml:2:16]
    2 │ replications = 0
      ·                ─
      ╰────
    help: write a number from 1 to 1_000_000

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_single_replication_is_warned_of() {
    let text = changed(&[("duration", "replications = 1\nduration")]);
    assert_snapshot!(told(&text, &[]), @r#"
    warning: one replication gives no intervals
      ╭─[shop.toml:2:16]
    2 │ replications = 1
      ·                ─
      ╰────
    help: use 8 or more to see how sure the numbers are
    "#);
}

#[test]
fn a_precision_must_be_useful() {
    let text = changed(&[("duration", "precision = \"90 %\"\nduration")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: this is no useful precision
      ╭─[shop.toml:2:13]
    2 │ precision = "90 %"
      ·             ──────
      ╰────
    help: write one from 0.01 % to 50 %; 1 % is usual

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_confidence_must_be_useful() {
    let text = changed(&[("duration", "confidence = \"100 %\"\nduration")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: this is no useful confidence level
      ╭─[shop.toml:2:14]
    2 │ confidence = "100 %"
      ·              ───────
      ╰────
    help: write one from 50 % to 99.99 %; 95 % is usual

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_time_series_cannot_have_too_many_buckets() {
    let text = changed(&[("duration", "timeline = \"1 ms\"\nduration")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: the time series has 600_000 buckets, and 10_000 is the most
      ╭─[shop.toml:2:12]
    2 │ timeline = "1 ms"
      ·            ──┬───
      ·              ╰── in buckets of 1 ms
    3 │ duration = "10 min"
      ·            ───┬────
      ·               ╰── measured for 10 min
      ╰────
    help: 6 s makes a hundred buckets; left out, that is chosen

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_bucket_cannot_be_longer_than_the_duration() {
    let text = changed(&[("duration", "timeline = \"1 h\"\nduration")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: a bucket of the time series is longer than the duration
      ╭─[shop.toml:2:12]
    2 │ timeline = "1 h"
      ·            ──┬──
      ·              ╰── in buckets of 60 min
    3 │ duration = "10 min"
      ·            ───┬────
      ·               ╰── measured for 10 min
      ╰────
    help: 6 s makes a hundred buckets; left out, that is chosen

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_bucket_cannot_be_empty() {
    let text = changed(&[("duration", "timeline = \"0 s\"\nduration")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: `timeline` cannot be 0
      ╭─[shop.toml:2:12]
    2 │ timeline = "0 s"
      ·            ──┬──
      ·              ╰── in buckets of 0 s
    3 │ duration = "10 min"
      ·            ───┬────
      ·               ╰── measured for 10 min
      ╰────
    help: 6 s makes a hundred buckets; left out, that is chosen

    1 mistake in shop.toml
    "#);
}

#[test]
fn nothing_in_flight_is_out_of_range() {
    let text = changed(&[("duration", "max_in_flight = 0\nduration")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: `max_in_flight` cannot be 0
      ╭─[shop.toml:2:17]
    2 │ max_in_flight = 0
      ·                 ─
      ╰────
    help: write a number from 1 to 100_000_000

    1 mistake in shop.toml
    "#);
}
