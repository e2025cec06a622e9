//! What cannot go wrong on time.

use insta::assert_snapshot;

use super::{changed, told, with};

#[test]
fn a_fault_needs_its_time_and_its_target() {
    let text = with(
        r#"
health_check = { interval = "2 s" }

[[fault]]
mode = "crash"
"#,
    );
    assert_snapshot!(told(&text, &[]), @r#"
    error: the field `at` is missing
       ╭─[shop.toml:18:1]
    18 │ [[fault]]
       · ────┬────
       ·     ╰── a fault needs it
       ╰────
    help: add `at = …`

    error: the field `for` is missing
       ╭─[shop.toml:18:1]
    18 │ [[fault]]
       · ────┬────
       ·     ╰── a fault needs it
       ╰────
    help: add `for = …`

    error: the field `target` is missing
       ╭─[shop.toml:18:1]
    18 │ [[fault]]
       · ────┬────
       ·     ╰── a fault needs it
       ╰────
    help: add `target = …`

    3 mistakes in shop.toml
    "#);
}

#[test]
fn what_is_done_suits_the_target() {
    let text = with(
        r#"
health_check = { interval = "2 s" }

[[fault]]
mode = "crash"
target = "workload:shoppers"
at = "2 min"
for = "1 min"

[[fault]]
mode = "surge"
factor = 2.0
target = "service:web"
at = "2 min"
for = "1 min"

[[fault]]
mode = "error"
target = "balancer:web.1"
at = "2 min"
for = "1 min"
"#,
    );
    assert_snapshot!(told(&text, &[]), @r#"
    error: `crash` is not for a workload
       ╭─[shop.toml:19:8]
    19 │ mode = "crash"
       ·        ───┬───
       ·           ╰── this is done to it
    20 │ target = "workload:shoppers"
       ·          ─────────┬─────────
       ·                   ╰── this is struck
       ╰────
    help: a workload can `surge`; servers do the rest

    error: only a workload can surge
       ╭─[shop.toml:25:8]
    25 │ mode = "surge"
       ·        ───┬───
       ·           ╰── this is done to it
    27 │ target = "service:web"
       ·          ──────┬──────
       ·                ╰── this is struck
       ╰────
    help: write a target like "workload:shoppers"

    error: `error` is not for a balancer
       ╭─[shop.toml:32:8]
    32 │ mode = "error"
       ·        ───────
       ╰────
    help: a balancer can `crash` or `hang`

    3 mistakes in shop.toml
    "#);
}

#[test]
fn clients_who_wait_for_answers_cannot_surge() {
    let text = changed(&[(
        "{ process = \"poisson\", rate = \"50 /s\" }",
        "{ process = \"closed\", clients = 3, think = \"1 s\" }",
    )]) + "\n[[fault]]\nmode = \"surge\"\nfactor = 2.0\nat = \"1 min\"\nfor = \"1 min\"\ntarget = \"workload:shoppers\"\n";
    assert_snapshot!(told(&text, &[]), @r#"
    error: the clients of `shoppers` wait for answers, so they cannot surge
       ╭─[shop.toml:17:8]
    17 │ mode = "surge"
       ·        ───┬───
       ·           ╰── this is done to it
    21 │ target = "workload:shoppers"
       ·          ─────────┬─────────
       ·                   ╰── this is struck
       ╰────
    help: add a second workload, or use arrivals with a rate

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_fault_lasts() {
    let text = with(
        r#"
health_check = { interval = "2 s" }

[[fault]]
mode = "crash"
target = "server:web.1"
at = "1 min"
for = "0 s"
"#,
    );
    assert_snapshot!(told(&text, &[]), @r#"
    error: a fault cannot last 0
       ╭─[shop.toml:22:7]
    22 │ for = "0 s"
       ·       ─────
       ╰────
    help: write how long it lasts, like "5 min"

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_fault_begins_before_the_end_of_the_run() {
    let text = with(
        r#"
health_check = { interval = "2 s" }

[[fault]]
mode = "crash"
target = "server:web.1"
at = "10 min"
for = "1 min"
"#,
    );
    assert_snapshot!(told(&text, &[]), @r#"
    error: this fault begins when the run is over
       ╭─[shop.toml:21:6]
    21 │ at = "10 min"
       ·      ────────
       ╰────
    help: the run ends after 10 min: let the fault begin earlier, or raise `run.duration`

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_fault_that_outlasts_the_run_is_warned_of() {
    let text = with(
        r#"
health_check = { interval = "2 s" }

[[fault]]
mode = "crash"
target = "server:web.1"
at = "9 min"
for = "2 min"
"#,
    );
    assert_snapshot!(told(&text, &[]), @r#"
    warning: this fault outlasts the run
       ╭─[shop.toml:22:7]
    22 │ for = "2 min"
       ·       ───────
       ╰────
    help: shorten it, or raise `run.duration` above 11 min to see what comes after it
    "#);
}

#[test]
fn the_same_fault_does_not_begin_twice() {
    let text = with(
        r#"
health_check = { interval = "2 s" }

[[fault]]
mode = "crash"
target = "server:web.1"
at = "3 min"
for = "2 min"

[[fault]]
mode = "crash"
target = "server:web.1"
at = "1 min"
for = "2 min"

[[fault]]
mode = "crash"
target = "server:web.1"
at = "4 min"
for = "2 min"
"#,
    );
    assert_snapshot!(told(&text, &[]), @r#"
    error: two faults do the same to `server:web.1` at the same time
       ╭─[shop.toml:21:6]
    21 │ at = "3 min"
       ·      ───┬───
       ·         ╰── one begins
    33 │ at = "4 min"
       ·      ───┬───
       ·         ╰── the other begins
       ╰────
    help: make one fault of them, or let the second begin when the first is over

    1 mistake in shop.toml
    "#);
}
