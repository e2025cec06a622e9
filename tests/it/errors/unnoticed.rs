//! Failures that nobody notices, and waits without end: what is right and seldom meant.

use insta::assert_snapshot;

use super::{told, with};

#[test]
fn a_single_unit_has_no_common_cause() {
    let text = with(
        r#"
health_check = { interval = "2 s" }

[[service.failure]]
mode = "crash"
of = "service"
common_cause = "5 %"
after = { distribution = "exponential", mean = "30 d" }
repair = "4 min"
"#,
    );
    assert_snapshot!(told(&text, &[]), @r#"
    warning: a single unit shares its failures with no other
       ╭─[shop.toml:21:16]
    21 │ common_cause = "5 %"
       ·                ──┬──
       ·                  ╰── no effect
       ╰────
    help: leave `common_cause` out, or choose smaller units with `of`
    "#);
}

#[test]
fn failures_that_nobody_notices_are_warned_of() {
    let text = with(
        r#"

[[service.failure]]
mode = "crash"
after = { distribution = "exponential", mean = "30 d" }
repair = "4 min"
"#,
    );
    assert_snapshot!(told(&text, &[]), @r#"
    warning: nobody notices when servers of `web` fail
       ╭─[shop.toml:18:8]
    18 │ mode = "crash"
       ·        ───┬───
       ·           ╰── unnoticed
       ╰────
    help: balancers go on sending there; give the service a `health_check = { interval = "2 s" }`, `outlier_ejection`, a `lease` or `phi_accrual`
    "#);
}

#[test]
fn clients_who_wait_for_a_server_that_hangs_are_warned_of() {
    let text = with(
        r#"
health_check = { interval = "2 s" }

[[service.failure]]
mode = "hang"
after = { distribution = "exponential", mean = "30 d" }
repair = "4 min"
"#,
    );
    assert_snapshot!(told(&text, &[]), @r#"
    warning: the clients of `shoppers` wait for servers that hang until they are back
       ╭─[shop.toml:5:8]
     5 │ name = "shoppers"
       ·        ────┬─────
       ·            ╰── has no `timeout`
    19 │ mode = "hang"
       ·        ──┬───
       ·          ╰── answers nothing
       ╰────
    help: clients give up in reality: add a `timeout` to the workload, like "1 s"
    "#);
}

#[test]
fn over_years_outlier_ejection_has_nothing_to_go_by() {
    let text = "[run]\nduration = \"10 y\"\n\n[[service]]\nname = \"web\"\nservers = 2\noutlier_ejection = {}\n\n\
        [[service.failure]]\nmode = \"crash\"\nafter = \"30 d\"\nrepair = \"1 h\"\n";
    assert_snapshot!(told(text, &[]), @r#"
    warning: outlier ejection goes by requests, and there are none
      ╭─[shop.toml:7:20]
    7 │ outlier_ejection = {}
      ·                    ┬─
      ·                    ╰── sees nothing
      ╰────
    help: add a `[[workload]]` to see what it does, or another detector
    "#);
}

#[test]
fn requests_take_work() {
    let text = super::changed(&[(
        "work = { distribution = \"exponential\", mean = \"20 ms\" }\n",
        "",
    )]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: the requests to service `web` have no `work`
       ╭─[shop.toml:11:8]
    11 │ name = "web"
       ·        ──┬──
       ·          ╰── needs it
       ╰────
    help: write how long a request takes, like "10 ms"

    1 mistake in shop.toml
    "#);
}
