//! Mistakes about what clients do when answers are slow or fail.

use insta::assert_snapshot;

use super::{changed, told};

/// What is told of a workload with these settings.
fn of(settings: &str) -> String {
    told(
        &changed(&[("to = \"web\"", &format!("to = \"web\"\n{settings}"))]),
        &[],
    )
}

#[test]
fn what_can_be_retried_is_told_apart_from_what_cannot() {
    let wrong = "retry = { attempts = 0, factor = 0.5, on = [\"timout\"], server = \"other\", budget = 0.1, jiter = 1 }";
    assert_snapshot!(of(wrong), @r#"
    error: a request cannot be tried 0 times
      ╭─[shop.toml:7:22]
    7 │ retry = { attempts = 0, factor = 0.5, on = ["timout"], server = "other", budget = 0.1, jiter = 1 }
      ·                      ─
      ╰────
    help: 1 is to try once and never again; write 2 or more for retries

    error: `timout` is not one of the words that may stand here, did you mean `timeout`?
      ╭─[shop.toml:7:45]
    7 │ retry = { attempts = 0, factor = 0.5, on = ["timout"], server = "other", budget = 0.1, jiter = 1 }
      ·                                             ───┬────
      ·                                                ╰── not known
      ╰────
    help: known: timeout, refused, lost, error, rejected

    error: `other` is not one of the words that may stand here, did you mean `another`?
      ╭─[shop.toml:7:65]
    7 │ retry = { attempts = 0, factor = 0.5, on = ["timout"], server = "other", budget = 0.1, jiter = 1 }
      ·                                                                 ───┬───
      ·                                                                    ╰── not known
      ╰────
    help: known: any, another, same

    error: a share needs its unit, and this is a bare number
      ╭─[shop.toml:7:83]
    7 │ retry = { attempts = 0, factor = 0.5, on = ["timout"], server = "other", budget = 0.1, jiter = 1 }
      ·                                                                                   ─┬─
      ·                                                                                    ╰── no unit
      ╰────
    help: write it like "99.9 %", in quotes

    error: unknown field `jiter`, did you mean `jitter`?
      ╭─[shop.toml:7:88]
    7 │ retry = { attempts = 0, factor = 0.5, on = ["timout"], server = "other", budget = 0.1, jiter = 1 }
      ·                                                                                        ──┬──
      ·                                                                                          ╰── not known here
      ╰────
    help: fields of a retry policy: attempts, backoff, factor, max_backoff, jitter, on, server, budget

    5 mistakes in shop.toml
    "#);
}

#[test]
fn retries_without_end_need_a_pause() {
    assert_snapshot!(of("retry = { attempts = \"unlimited\", backoff = \"0 s\", on = [] }"), @r#"
    error: retries without end and without a pause never let time pass
      ╭─[shop.toml:7:22]
    7 │ retry = { attempts = "unlimited", backoff = "0 s", on = [] }
      ·                      ───────────
      ╰────
    help: give a `backoff` like "50 ms", or a number of `attempts`

    error: no failure is retried
      ╭─[shop.toml:7:57]
    7 │ retry = { attempts = "unlimited", backoff = "0 s", on = [] }
      ·                                                         ──
      ╰────
    help: name at least one, or leave `retry` out

    2 mistakes in shop.toml
    "#);
}

#[test]
fn a_hedge_needs_to_know_when() {
    assert_snapshot!(of("hedge = { cancel = true, server = \"same\" }"), @r#"
    error: the field `after` is missing
      ╭─[shop.toml:7:9]
    7 │ hedge = { cancel = true, server = "same" }
      ·         ────────────────┬─────────────────
      ·                         ╰── a hedge needs it
      ╰────
    help: add `after = …`

    1 mistake in shop.toml
    "#);
    assert_snapshot!(of("hedge = { after = \"p100\" }"), @r#"
    error: `p100` is not a percentile from p1 to p99.99
      ╭─[shop.toml:7:19]
    7 │ hedge = { after = "p100" }
      ·                   ──────
      ╰────
    help: write one like "p95"

    1 mistake in shop.toml
    "#);
    assert_snapshot!(of("hedge = \"p95\""), @r#"
    error: expected a table for a hedge, found a text
      ╭─[shop.toml:7:9]
    7 │ hedge = "p95"
      ·         ─────
      ╰────
    help: write it as `[table]` or `{ … }`

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_hedge_comes_before_the_timeout() {
    assert_snapshot!(of("hedge = { after = \"1 s\" }\ntimeout = \"1 s\""), @r#"
    error: no attempt lasts until its hedge is due
      ╭─[shop.toml:7:9]
    7 │ hedge = { after = "1 s" }
      ·         ────────┬────────
      ·                 ╰── sent after this time
    8 │ timeout = "1 s"
      ·           ──┬──
      ·             ╰── over by then
      ╰────
    help: send it well before the `timeout`: "p95" follows the response times by itself

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_timeout_beyond_the_deadline_has_no_effect() {
    assert_snapshot!(of("timeout = \"1 s\"\ndeadline = \"800 ms\"\nexpired = \"dropped\""), @r#"
    warning: the `timeout` has no effect
      ╭─[shop.toml:7:11]
    7 │ timeout = "1 s"
      ·           ──┬──
      ·             ╰── and not later
    8 │ deadline = "800 ms"
      ·            ───┬────
      ·               ╰── the client gives up here
      ╰────
    help: a `timeout` is for one attempt, a `deadline` for all: lower the one, or leave it out
    "#);
}

#[test]
fn who_leaves_does_not_try_again() {
    assert_snapshot!(of("patience = \"1 s\"\nretry = {}"), @r#"
    error: a client cannot lose its `patience` and try again
      ╭─[shop.toml:5:8]
    5 │ name = "shoppers"
      ·        ────┬─────
      ·            ╰── leaves for good
    8 │ retry = {}
      ·         ┬─
      ·         ╰── tries again
      ╰────
    help: use `timeout` instead of `patience`: it bounds each attempt, and `deadline` all of them

    1 mistake in shop.toml
    "#);
}

#[test]
fn one_attempt_brings_no_other_work() {
    assert_snapshot!(of("attempt_work = \"fresh\""), @r#"
    error: there is one attempt, and no other
      ╭─[shop.toml:7:16]
    7 │ attempt_work = "fresh"
      ·                ───────
      ╰────
    help: add `retry` or `hedge`, or leave `attempt_work` out

    1 mistake in shop.toml
    "#);
}

#[test]
fn breakers_and_limits_say_what_they_need() {
    assert_snapshot!(of("breaker = { failures = \"0 %\", window = \"0 s\", probes = 0 }"), @r#"
    error: a breaker that opens at 0 % never closes
      ╭─[shop.toml:7:24]
    7 │ breaker = { failures = "0 %", window = "0 s", probes = 0 }
      ·                        ─────
      ╰────
    help: write the share of failures at which it opens, like "50 %"

    error: a `window` cannot be 0
      ╭─[shop.toml:7:40]
    7 │ breaker = { failures = "0 %", window = "0 s", probes = 0 }
      ·                                        ─────
      ╰────
    help: write one like "5 s"

    error: the number of `probes` cannot be 0
      ╭─[shop.toml:7:56]
    7 │ breaker = { failures = "0 %", window = "0 s", probes = 0 }
      ·                                                        ─
      ╰────
    help: write 1 or more

    3 mistakes in shop.toml
    "#);
    assert_snapshot!(of("concurrency = { control = \"aimd\", start = 5, most = 4 }"), @r#"
    error: the limit starts outside of its bounds
      ╭─[shop.toml:7:43]
    7 │ concurrency = { control = "aimd", start = 5, most = 4 }
      ·                                           ─
      ╰────
    help: `least` ≤ `start` ≤ `most`

    1 mistake in shop.toml
    "#);
    assert_snapshot!(of("rate_limit = { burst = 0 }\nconcurrency = 7"), @r#"
    error: the field `rate` is missing
      ╭─[shop.toml:7:14]
    7 │ rate_limit = { burst = 0 }
      ·              ──────┬──────
      ·                    ╰── a rate limit needs it
      ╰────
    help: add `rate = …`

    error: expected a concurrency limit, as a name or a table, found a bare number
      ╭─[shop.toml:8:15]
    8 │ concurrency = 7
      ·               ─
      ╰────

    2 mistakes in shop.toml
    "#);
}

#[test]
fn a_deadline_lets_expire_what_is_retried() {
    assert_snapshot!(of("deadline = \"1 s\"\nretry = {}\nexpired = \"cancelled\""), @"");
}

#[test]
fn a_deadline_is_handed_on_only_where_there_is_one_and_somebody_to_have_it() {
    let told_of = |settings: &str, calls: &str| {
        let text =
            super::call::calling(calls).replacen("to = \"web\"", &format!("to = \"web\"\n{settings}"), 1);
        told(&text, &[])
    };
    let good = "deadline = \"1 s\"\npropagate = true";
    let cancelled = super::call::BOTH.replace("to = \"orders\"", "to = \"orders\"\nexpired = \"cancelled\"");
    assert_eq!(told_of(good, &cancelled), "");
    let nothing = told_of("propagate = true", super::call::BOTH);
    assert!(nothing.contains("there is no deadline to hand on"), "{nothing}");
    let nobody = of(good);
    assert!(nobody.contains("`web` waits for no calls"), "{nobody}");
    let unheard = told_of("deadline = \"1 s\"", &cancelled);
    assert!(
        unheard.contains("without a `timeout` no attempt expires"),
        "{unheard}"
    );
}
