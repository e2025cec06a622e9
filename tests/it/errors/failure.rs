//! What cannot fail by itself.

use insta::assert_snapshot;

use super::{told, with};

#[test]
fn a_mode_of_failure_is_a_known_one() {
    let text = with(
        r#"
health_check = { interval = "2 s" }

[[service.failure]]
mode = "crsh"
after = { distribution = "exponential", mean = "30 d" }
repair = "4 min"
"#,
    );
    assert_snapshot!(told(&text, &[]), @r#"
    error: `crsh` is not a mode of failure, did you mean `crash`?
       ╭─[shop.toml:19:8]
    19 │ mode = "crsh"
       ·        ──┬───
       ·          ╰── not known
       ╰────
    help: known: crash, hang, slow, error, drain, partition, surge

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_failure_needs_its_times() {
    let text = with(
        r#"
health_check = { interval = "2 s" }

[[service.failure]]
mode = "crash"
"#,
    );
    assert_snapshot!(told(&text, &[]), @r#"
    error: the field `after` is missing
       ╭─[shop.toml:18:1]
    18 │ [[service.failure]]
       · ─────────┬─────────
       ·          ╰── a failure needs it
       ╰────
    help: add `after = …`

    error: the field `repair` is missing
       ╭─[shop.toml:18:1]
    18 │ [[service.failure]]
       · ─────────┬─────────
       ·          ╰── a failure needs it
       ╰────
    help: add `repair = …`

    2 mistakes in shop.toml
    "#);
}

#[test]
fn some_modes_do_not_come_by_themselves() {
    let text = with(
        r#"
health_check = { interval = "2 s" }

[[service.failure]]
mode = "drain"
after = { distribution = "exponential", mean = "30 d" }
repair = "4 min"
"#,
    ) + "\n[[service.failure]]\nmode = \"surge\"\nfactor = 2.0\nafter = \"1 d\"\nrepair = \"1 h\"\n";
    assert_snapshot!(told(&text, &[]), @r#"
    error: `drain` does not come by itself
       ╭─[shop.toml:19:8]
    19 │ mode = "drain"
       ·        ───────
       ╰────
    help: make it a `[[fault]]`, with the time at which it begins

    error: `surge` does not come by itself
       ╭─[shop.toml:24:8]
    24 │ mode = "surge"
       ·        ───────
       ╰────
    help: make it a `[[fault]]`, with the time at which it begins

    2 mistakes in shop.toml
    "#);
}

#[test]
fn working_and_repair_take_time() {
    let text = with(
        r#"
health_check = { interval = "2 s" }

[[service.failure]]
mode = "crash"
after = "0 s"
repair = "0 s"
"#,
    );
    assert_snapshot!(told(&text, &[]), @r#"
    error: units that fail `after` no time are never up
       ╭─[shop.toml:20:9]
    20 │ after = "0 s"
       ·         ─────
       ╰────
    help: write how long they work, like `{ distribution = "exponential", mean = "30 d" }`

    error: a `repair` that takes no time leaves nothing to see
       ╭─[shop.toml:21:10]
    21 │ repair = "0 s"
       ·          ─────
       ╰────
    help: write how long it takes, like "4 min"

    2 mistakes in shop.toml
    "#);
}

#[test]
fn somebody_repairs() {
    let text = with(
        r#"
health_check = { interval = "2 s" }

[[service.failure]]
mode = "crash"
crews = 0
after = { distribution = "exponential", mean = "30 d" }
repair = "4 min"
"#,
    );
    assert_snapshot!(told(&text, &[]), @r#"
    error: the number of `crews` cannot be 0
       ╭─[shop.toml:20:9]
    20 │ crews = 0
       ·         ─
       ╰────
    help: write a number from 1

    1 mistake in shop.toml
    "#);
}

#[test]
fn something_fails_by_itself_beside_the_common_cause() {
    let text = with(
        r#"
health_check = { interval = "2 s" }

[[service.failure]]
mode = "crash"
common_cause = "100 %"
after = { distribution = "exponential", mean = "30 d" }
repair = "4 min"
"#,
    );
    assert_snapshot!(told(&text, &[]), @r#"
    error: with a `common_cause` of 100 % no unit fails by itself
       ╭─[shop.toml:20:16]
    20 │ common_cause = "100 %"
       ·                ───────
       ╰────
    help: 5 % to 20 % are usual; use `of = "service"` for what always fails as one

    1 mistake in shop.toml
    "#);
}

#[test]
fn zones_fail_where_there_are_zones() {
    let text = with(
        r#"
health_check = { interval = "2 s" }

[[service.failure]]
mode = "crash"
of = "zone"
after = { distribution = "exponential", mean = "30 d" }
repair = "4 min"
"#,
    );
    assert_snapshot!(told(&text, &[]), @r#"
    error: the servers of this service stand in no zone
       ╭─[shop.toml:20:6]
    20 │ of = "zone"
       ·      ──────
       ╰────
    help: give the service or its groups a `zone`, and add `[[zone]]` tables

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_balancer_does_not_slow_down() {
    let text = with(
        r#"
health_check = { interval = "2 s" }

[[service.failure]]
mode = "slow"
factor = 2.0
of = "balancer"
after = { distribution = "exponential", mean = "30 d" }
repair = "4 min"
"#,
    );
    assert_snapshot!(told(&text, &[]), @r#"
    error: `slow` is not for a balancer
       ╭─[shop.toml:19:8]
    19 │ mode = "slow"
       ·        ──────
       ╰────
    help: a balancer can `crash` or `hang`

    1 mistake in shop.toml
    "#);
}

#[test]
fn settings_of_a_mode_are_within_their_bounds() {
    let text = with(
        r#"
health_check = { interval = "2 s" }

[[service.failure]]
mode = "slow"
factor = 0.5
after = { distribution = "exponential", mean = "30 d" }
repair = "4 min"
"#,
    ) + "\n[[service.failure]]\nmode = \"error\"\nshare = \"0 %\"\nafter = \"1 d\"\nrepair = \"1 h\"\n";
    assert_snapshot!(told(&text, &[]), @r#"
    error: `factor` is not between 1 and 1 000 000
       ╭─[shop.toml:20:10]
    20 │ factor = 0.5
       ·          ───
       ╰────
    help: 5.0 makes everything take five times as long; use `mode = "hang"` for a server that stops

    error: a `share` of 0 fails nothing
       ╭─[shop.toml:26:9]
    26 │ share = "0 %"
       ·         ─────
       ╰────
    help: leave the failure out, or write a share like "20 %"

    2 mistakes in shop.toml
    "#);
}

#[test]
fn a_failure_is_changed_by_its_number() {
    let text = with(
        r#"
health_check = { interval = "2 s" }

[[service.failure]]
mode = "crash"
after = "30 d"
repair = "4 min"
"#,
    );
    assert_eq!(
        told(
            &text,
            &[
                "service.web.failure.1.repair=5 min",
                "service.web.failure.1.of=service"
            ]
        ),
        ""
    );
    assert_snapshot!(told(&text, &["service.web.failure.2.repair=5 min"]), @r#"
    error: there is no `2` in this list
      ╭─[--set service.web.failure.2.repair:1:21]
    1 │ service.web.failure.2.repair=5 min
      ·                     ─
      ╰────
    help: its entries are numbered from 1 to 1

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_year_needs_failures_and_requests() {
    let year = "\n[performability]\nyears = \"0 s\"\ncutoff = \"20 %\"\nreplications = 0\n";
    assert_snapshot!(told(&with(year), &[]), @r#"
    error: no server fails by itself, so every year is like the run
       ╭─[shop.toml:16:1]
    16 │ [performability]
       · ───────┬────────
       ·        ╰── needs failures
       ╰────
    help: add `[[service.failure]]` tables to the services, or leave `[performability]` out

    error: `years` cannot be 0
       ╭─[shop.toml:17:9]
    17 │ years = "0 s"
       ·         ─────
       ╰────
    help: write how long failures are watched in each run, like "20 y"

    error: this `cutoff` is too large
       ╭─[shop.toml:18:10]
    18 │ cutoff = "20 %"
       ·          ──────
       ╰────
    help: a year is hardly the sum of what is left then; "0.0001 %" is usual

    error: the number of replications cannot be 0
       ╭─[shop.toml:19:16]
    19 │ replications = 0
       ·                ─
       ╰────
    help: write a number from 1 to 1_000

    4 mistakes in shop.toml
    "#);
    let text = "[run]\nduration = \"10 y\"\n\n[performability]\n\n[[service]]\nname = \"web\"\nservers = 2\nlease = {}\n\n\
        [[service.failure]]\nmode = \"crash\"\nafter = \"30 d\"\nrepair = \"1 h\"\n";
    assert_snapshot!(told(text, &[]), @r#"
    error: nobody sends requests
      ╭─[shop.toml:4:1]
    4 │ [performability]
      · ───────┬────────
      ·        ╰── needs a workload
      ╰────
    help: add a `[[workload]]`, or leave `[performability]` out

    1 mistake in shop.toml
    "#);
}
