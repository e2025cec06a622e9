//! What cannot notice anything: the settings of detectors.

use insta::assert_snapshot;

use super::{told, with};

#[test]
fn checks_take_time_and_are_counted() {
    let text = with(
        r#"
health_check = { interval = "0 s", timeout = "0 s", fall = 0, rise = 0, jitter = "80 %", down_interval = "0 s", slow_start = "0 s" }
"#,
    );
    assert_snapshot!(told(&text, &[]), @r#"
    error: `interval` cannot be 0
       ╭─[shop.toml:16:29]
    16 │ health_check = { interval = "0 s", timeout = "0 s", fall = 0, rise = 0, jitter = "80 %", down_interval = "0 s", slow_sta…
       ·                             ─────
       ╰────
    help: write one like "2 s"

    error: `timeout` cannot be 0
       ╭─[shop.toml:16:46]
    16 │ …h_check = { interval = "0 s", timeout = "0 s", fall = 0, rise = 0, jitter = "80 %", down_interval = "0 s", slow_start = …
       ·                                          ─────
       ╰────
    help: write one like "1 s"

    error: `fall` cannot be 0
       ╭─[shop.toml:16:60]
    16 │ …terval = "0 s", timeout = "0 s", fall = 0, rise = 0, jitter = "80 %", down_interval = "0 s", slow_start = "0 s" }
       ·                                          ─
       ╰────
    help: write a number from 1 to 1_000

    error: `rise` cannot be 0
       ╭─[shop.toml:16:70]
    16 │ …0 s", timeout = "0 s", fall = 0, rise = 0, jitter = "80 %", down_interval = "0 s", slow_start = "0 s" }
       ·                                          ─
       ╰────
    help: write a number from 1 to 1_000

    error: this `jitter` is too large
       ╭─[shop.toml:16:82]
    16 │ …t = "0 s", fall = 0, rise = 0, jitter = "80 %", down_interval = "0 s", slow_start = "0 s" }
       ·                                          ──────
       ╰────
    help: write one from 0 % to 50 %

    error: `down_interval` cannot be 0
       ╭─[shop.toml:16:106]
    16 │ …e = 0, jitter = "80 %", down_interval = "0 s", slow_start = "0 s" }
       ·                                          ─────
       ╰────
    help: write one like "10 s"

    error: `slow_start` cannot be 0
       ╭─[shop.toml:16:126]
    16 │ …%", down_interval = "0 s", slow_start = "0 s" }
       ·                                          ─────
       ╰────
    help: write one like "10 s"

    7 mistakes in shop.toml
    "#);
}

#[test]
fn a_check_that_outlasts_its_interval_is_warned_of() {
    let text = with(
        r#"
health_check = { interval = "500 ms", timeout = "1 s" }
"#,
    );
    assert_snapshot!(told(&text, &[]), @r#"
    warning: a check may take longer than the `interval` between checks
       ╭─[shop.toml:16:29]
    16 │ health_check = { interval = "500 ms", timeout = "1 s" }
       ·                             ───┬────
       ·                                ╰── from the end of one to the start of the next
       ·                                                 ──┬──
       ·                                                   ╰── until one has failed
       ╰────
    help: a server that hangs is noticed after up to 4.5 s; a `timeout` below the `interval` is usual
    "#);
}

#[test]
fn an_ejection_does_not_shrink() {
    let text = with(
        r#"
outlier_ejection = { consecutive_errors = 0, ejection_time = "10 min" }
"#,
    );
    assert_snapshot!(told(&text, &[]), @r#"
    error: `consecutive_errors` cannot be 0
       ╭─[shop.toml:16:43]
    16 │ outlier_ejection = { consecutive_errors = 0, ejection_time = "10 min" }
       ·                                           ─
       ╰────
    help: write a number from 1 to 1_000

    error: the longest ejection is shorter than the first
       ╭─[shop.toml:16:20]
    16 │ outlier_ejection = { consecutive_errors = 0, ejection_time = "10 min" }
       ·                    ─────────────────────────┬──────────────────────────
       ·                                             ╰── at the most
       ·                                                              ───┬────
       ·                                                                 ╰── the first time
       ╰────
    help: raise `max_ejection_time`, or lower `ejection_time`

    2 mistakes in shop.toml
    "#);
}

#[test]
fn a_lease_is_renewed() {
    let text = with(
        r#"
lease = { interval = "0 s", missed = 0 }
"#,
    );
    assert_snapshot!(told(&text, &[]), @r#"
    error: `interval` cannot be 0
       ╭─[shop.toml:16:22]
    16 │ lease = { interval = "0 s", missed = 0 }
       ·                      ─────
       ╰────
    help: write one like "1 s"

    error: `missed` cannot be 0
       ╭─[shop.toml:16:38]
    16 │ lease = { interval = "0 s", missed = 0 }
       ·                                      ─
       ╰────
    help: write a number from 1 to 1_000

    2 mistakes in shop.toml
    "#);
}

#[test]
fn suspicion_has_its_bounds() {
    let text = with(
        r#"
phi_accrual = { interval = "0 s", threshold = 40.0, window = 1, min_deviation = "0 s", jitter = "51 %" }
"#,
    );
    assert_snapshot!(told(&text, &[]), @r#"
    error: `interval` cannot be 0
       ╭─[shop.toml:16:28]
    16 │ phi_accrual = { interval = "0 s", threshold = 40.0, window = 1, min_deviation = "0 s", jitter = "51 %" }
       ·                            ─────
       ╰────
    help: write one like "1 s"

    error: this is no useful `threshold` of suspicion
       ╭─[shop.toml:16:47]
    16 │ phi_accrual = { interval = "0 s", threshold = 40.0, window = 1, min_deviation = "0 s", jitter = "51 %" }
       ·                                               ────
       ╰────
    help: write one from 0.5 to 16: 8.0 is wrong once in 10⁸ beats, each more ten times as seldom

    error: `window` cannot be 1
       ╭─[shop.toml:16:62]
    16 │ phi_accrual = { interval = "0 s", threshold = 40.0, window = 1, min_deviation = "0 s", jitter = "51 %" }
       ·                                                              ─
       ╰────
    help: write a number from 2 to 10_000

    error: `min_deviation` cannot be 0
       ╭─[shop.toml:16:81]
    16 │ phi_accrual = { interval = "0 s", threshold = 40.0, window = 1, min_deviation = "0 s", jitter = "51 %" }
       ·                                                                                 ─────
       ╰────
    help: write one like "100 ms"

    error: this `jitter` is too large
       ╭─[shop.toml:16:97]
    16 │ phi_accrual = { interval = "0 s", threshold = 40.0, window = 1, min_deviation = "0 s", jitter = "51 %" }
       ·                                                                                                 ──────
       ╰────
    help: write one from 0 % to 50 %

    5 mistakes in shop.toml
    "#);
}

#[test]
fn detectors_have_their_own_fields() {
    let text = with(
        r#"
lease = { interva = "1 s" }
"#,
    );
    assert_snapshot!(told(&text, &[]), @r#"
    error: unknown field `interva`, did you mean `interval`?
       ╭─[shop.toml:16:11]
    16 │ lease = { interva = "1 s" }
       ·           ───┬───
       ·              ╰── not known here
       ╰────
    help: fields of a lease: interval, missed

    1 mistake in shop.toml
    "#);
}
