//! What cannot be read: broken TOML, unknown fields, values of the wrong kind.

use insta::assert_snapshot;

use super::{changed, told};

#[test]
fn broken_toml_is_shown_where_it_breaks() {
    let text = changed(&[("duration = \"10 min\"", "duration = = \"10 min\"")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: this is not TOML: extra `=`, expected nothing
      ╭─[shop.toml:2:12]
    2 │ duration = = "10 min"
      ·            ─
      ╰────

    error: this is not TOML: unexpected key or value, expected newline, `#`
      ╭─[shop.toml:2:14]
    2 │ duration = = "10 min"
      ·              ─
      ╰────

    2 mistakes in shop.toml
    "#);
}

#[test]
fn an_open_quote_is_shown() {
    let text = changed(&[("name = \"web\"", "name = \"web")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: this is not TOML: invalid basic string, expected `"`
       ╭─[shop.toml:11:12]
    11 │ name = "web
       ·            ─
       ╰────

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_key_given_twice_is_shown() {
    let text = changed(&[("servers = 2", "servers = 2\nservers = 3")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: this is not TOML: duplicate key
       ╭─[shop.toml:13:1]
    13 │ servers = 3
       · ───────
       ╰────

    1 mistake in shop.toml
    "#);
}

#[test]
fn an_unknown_field_names_the_known_ones() {
    let text = changed(&[("balancer", "balencer")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: unknown field `balencer`, did you mean `balancer`?
       ╭─[shop.toml:14:1]
    14 │ balencer = "random"
       · ───┬────
       ·    ╰── not known here
       ╰────
    help: fields of a service: name, servers, group, slots, speed, work, queue, balancer, zone, cost, call, slot_during_calls, failure, health_check, outlier_ejection, lease, phi_accrual

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_field_of_a_member_is_known_only_to_it() {
    let text = changed(&[(
        "balancer = \"random\"",
        "balancer = { policy = \"random\", d = 2 }",
    )]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: unknown field `d`
       ╭─[shop.toml:14:33]
    14 │ balancer = { policy = "random", d = 2 }
       ·                                 ┬
       ·                                 ╰── not known here
       ╰────
    help: fields of a balancer: policy, balancers, standby, zone_local, spill_over, report_every

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_bare_number_needs_its_unit() {
    let text = changed(&[("\"20 ms\"", "20")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: a duration needs its unit, and this is a bare number
       ╭─[shop.toml:13:47]
    13 │ work = { distribution = "exponential", mean = 20 }
       ·                                               ┬─
       ·                                               ╰── no unit
       ╰────
    help: write it like "20 ms", in quotes

    1 mistake in shop.toml
    "#);
}

#[test]
fn an_unknown_unit_names_the_known_ones() {
    let text = changed(&[("\"50 /s\"", "\"50 rps\"")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: `50 rps` has the unknown unit `rps`; a rate is written in /ms, /s, /min, /h, /d, like "250 /s"
      ╭─[shop.toml:7:42]
    7 │ arrivals = { process = "poisson", rate = "50 rps" }
      ·                                          ────────
      ╰────

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_quantity_out_of_range_says_so() {
    let text = changed(&[("\"50 /s\"", "\"0 /s\"")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: `0 /s` is not greater than zero
      ╭─[shop.toml:7:42]
    7 │ arrivals = { process = "poisson", rate = "0 /s" }
      ·                                          ──────
      ╰────

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_text_is_no_number() {
    let text = changed(&[("servers = 2", "servers = \"two\"")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: expected a whole number, found a text
       ╭─[shop.toml:12:11]
    12 │ servers = "two"
       ·           ─────
       ╰────
    help: write it without quotes and unit

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_negative_number_is_out_of_range() {
    let text = changed(&[("servers = 2", "servers = -2")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: -2 is out of range
       ╭─[shop.toml:12:11]
    12 │ servers = -2
       ·           ──
       ╰────
    help: write a whole number from 0 to 4294967295

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_fraction_is_no_whole_number() {
    let text = changed(&[("servers = 2", "servers = 2.5")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: this is not a whole number
       ╭─[shop.toml:12:11]
    12 │ servers = 2.5
       ·           ───
       ╰────
    help: write a whole number from 0 to 4294967295

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_single_bracket_is_no_list_of_tables() {
    let text = changed(&[("[[service]]", "[service]")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: expected a list of tables, found a table
       ╭─[shop.toml:10:1]
    10 │ [service]
       · ─────────
       ╰────
    help: write its heading in double brackets, `[[…]]`

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_table_is_not_a_number() {
    let text = changed(&[("[run]\nduration = \"10 min\"", "run = 10")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: expected a table for `[run]`, found a bare number
      ╭─[shop.toml:1:7]
    1 │ run = 10
      ·       ──
      ╰────
    help: write it as `[table]` or `{ … }`

    1 mistake in shop.toml
    "#);
}

#[test]
fn all_mistakes_are_told_at_once() {
    let text = changed(&[
        ("\"10 min\"", "\"10 mins\""),
        ("\"web\"", "\"wbe\""),
        ("servers = 2", "servers = 0"),
        ("balancer", "balancr"),
    ]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: `10 mins` has the unknown unit `mins`; a duration is written in ns, us, µs, ms, s, min, h, d, y, like "20 ms"
      ╭─[shop.toml:2:12]
    2 │ duration = "10 mins"
      ·            ─────────
      ╰────

    error: there is no service `wbe`, did you mean `web`?
      ╭─[shop.toml:6:6]
    6 │ to = "wbe"
      ·      ─────
      ╰────
    help: known: web

    error: the number of servers cannot be 0
       ╭─[shop.toml:12:11]
    12 │ servers = 0
       ·           ─
       ╰────
    help: write a number from 1

    error: unknown field `balancr`, did you mean `balancer`?
       ╭─[shop.toml:14:1]
    14 │ balancr = "random"
       · ───┬───
       ·    ╰── not known here
       ╰────
    help: fields of a service: name, servers, group, slots, speed, work, queue, balancer, zone, cost, call, slot_during_calls, failure, health_check, outlier_ejection, lease, phi_accrual

    4 mistakes in shop.toml
    "#);
}
