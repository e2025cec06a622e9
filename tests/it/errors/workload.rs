//! What cannot be sent: names, arrivals, keys, objectives.

use insta::assert_snapshot;
use plimsoll::model::arrival;

use super::{changed, told, told_but_names, without};

#[test]
fn a_scenario_needs_a_workload() {
    let text = without("[[workload]]");
    assert_snapshot!(told(&text, &[]), @r#"
    error: there is no workload
    help: add a `[[workload]]` table; `plimsoll init` shows one

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_workload_goes_to_a_service_that_exists() {
    let text = changed(&[("to = \"web\"", "to = \"wbe\"")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: there is no service `wbe`, did you mean `web`?
      ╭─[shop.toml:6:6]
    6 │ to = "wbe"
      ·      ─────
      ╰────
    help: known: web

    1 mistake in shop.toml
    "#);
}

#[test]
fn names_are_unique() {
    let text = changed(&[(
        "[[service]]",
        "[[workload]]\nname = \"shoppers\"\nto = \"web\"\narrivals = { process = \"poisson\", rate = \"1 /s\" }\n\n[[service]]",
    )]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: there are two workloads with the name `shoppers`
       ╭─[shop.toml:5:8]
     5 │ name = "shoppers"
       ·        ────┬─────
       ·            ╰── the first
    11 │ name = "shoppers"
       ·        ────┬─────
       ·            ╰── the second
       ╰────
    help: give each a name of its own

    1 mistake in shop.toml
    "#);
}

#[test]
fn names_are_made_of_letters() {
    let text = changed(&[("\"shoppers\"", "\"the shoppers\"")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: `the shoppers` cannot be a name
      ╭─[shop.toml:5:8]
    5 │ name = "the shoppers"
      ·        ──────────────
      ╰────
    help: names link things in paths like `service.web.servers`: use 1 to 64 letters, digits, `-` and `_`

    1 mistake in shop.toml
    "#);
}

#[test]
fn an_unknown_process_names_the_known_ones() {
    let text = changed(&[("\"poisson\"", "\"poison\"")]);
    assert_snapshot!(told_but_names(&text, arrival::REGISTRY), @r#"
    error: `poison` is not an arrival process, did you mean `poisson`?
      ╭─[shop.toml:7:24]
    7 │ arrivals = { process = "poison", rate = "50 /s" }
      ·                        ───┬────
      ·                           ╰── not known
      ╰────
    help: known: [all of them]

    1 mistake in shop.toml
    "#);
}

#[test]
fn arrivals_need_a_process() {
    let text = changed(&[("process = \"poisson\", ", "")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: the field `process` is missing
      ╭─[shop.toml:7:12]
    7 │ arrivals = { rate = "50 /s" }
      ·            ────────┬─────────
      ·                    ╰── an arrival process needs it
      ╰────
    help: add `process = …`

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_deadline_cannot_be_zero() {
    let text = changed(&[("to = \"web\"", "to = \"web\"\ndeadline = \"0 s\"")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: nothing can meet a `deadline` of 0
      ╭─[shop.toml:7:12]
    7 │ deadline = "0 s"
      ·            ─────
      ╰────
    help: write one like "500 ms"

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_priority_has_an_end() {
    let text = changed(&[("to = \"web\"", "to = \"web\"\npriority = 256")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: a priority cannot be 256
      ╭─[shop.toml:7:12]
    7 │ priority = 256
      ·            ───
      ╰────
    help: write a number from 0 to 255

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_distribution_needs_its_settings() {
    let text = changed(&[("to = \"web\"", "to = \"web\"\nwork = \"exponential\"")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: the distribution `exponential` needs its settings
      ╭─[shop.toml:7:8]
    7 │ work = "exponential"
      ·        ──────┬──────
      ·              ╰── only its name
      ╰────
    help: write `{ distribution = "exponential", mean = "10 ms" }`

    1 mistake in shop.toml
    "#);
}

#[test]
fn an_unknown_measure_names_the_known_ones() {
    let text = changed(&[("response.p99", "response.p98")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: `response.p98` is no measure that can be promised, did you mean `response.p90`?
      ╭─[shop.toml:8:9]
    8 │ slo = { "response.p98" = "200 ms" }
      ·         ──────────────
      ╰────
    help: measures: response.mean, response.p50, response.p90, response.p95, response.p99, response.p99.9, response.max, wait.mean, wait.p50, wait.p90, wait.p95, wait.p99, wait.p99.9, wait.max, throughput, goodput, availability, recovery

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_bound_is_in_the_unit_of_its_measure() {
    let text = changed(&[("\"200 ms\"", "\"99 %\"")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: `99 %` has the unknown unit `%`; a duration is written in ns, us, µs, ms, s, min, h, d, y, like "20 ms"
      ╭─[shop.toml:8:26]
    8 │ slo = { "response.p99" = "99 %" }
      ·                          ──────
      ╰────

    1 mistake in shop.toml
    "#);
}

#[test]
fn objectives_are_a_table() {
    let text = changed(&[("{ \"response.p99\" = \"200 ms\" }", "\"200 ms\"")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: expected a table of objectives, found a text
      ╭─[shop.toml:8:7]
    8 │ slo = "200 ms"
      ·       ────────
      ╰────
    help: write it like `slo = { "response.p99" = "120 ms" }`

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_popularity_has_something_to_choose_from() {
    let text = changed(&[("to = \"web\"", "to = \"web\"\nkeys = { count = 0 }")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: the count is not between 1 and 10 000 000
      ╭─[shop.toml:7:18]
    7 │ keys = { count = 0 }
      ·                  ─
      ╰────
    help: write a number like 1_000

    1 mistake in shop.toml
    "#);
}

#[test]
fn an_exponent_is_within_reason() {
    let text = changed(&[(
        "to = \"web\"",
        "to = \"web\"\nkeys = { popularity = \"zipf\", count = 10, exponent = -1 }",
    )]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: the exponent is not between 0 and 10
      ╭─[shop.toml:7:54]
    7 │ keys = { popularity = "zipf", count = 10, exponent = -1 }
      ·                                                      ──
      ╰────
    help: write one like 0.9

    1 mistake in shop.toml
    "#);
}

#[test]
fn all_clients_of_a_closed_loop_may_be_in_flight() {
    let text = changed(&[(
        "{ process = \"poisson\", rate = \"50 /s\" }",
        "{ process = \"closed\", clients = 2_000_000, think = \"1 s\" }",
    )]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: all 2000000 clients may wait at once, which is more than may be in flight
      ╭─[shop.toml:7:44]
    7 │ arrivals = { process = "closed", clients = 2_000_000, think = "1 s" }
      ·                                            ─────────
      ╰────
    help: raise `run.max_in_flight` to 2000000 or more

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_client_waits_before_it_gives_up() {
    let text = changed(&[("to = \"web\"", "to = \"web\"\ntimeout = \"0 s\"")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: nothing answers within a `timeout` of 0
      ╭─[shop.toml:7:11]
    7 │ timeout = "0 s"
      ·           ─────
      ╰────
    help: write one like "1 s", or leave it out for clients who wait for ever

    1 mistake in shop.toml
    "#);
}

#[test]
fn nothing_expires_without_a_timeout() {
    let text = changed(&[("to = \"web\"", "to = \"web\"\nexpired = \"dropped\"")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: without a `timeout` no attempt expires
      ╭─[shop.toml:7:11]
    7 │ expired = "dropped"
      ·           ─────────
      ╰────
    help: add a `timeout`, or leave `expired` out

    1 mistake in shop.toml
    "#);
}
