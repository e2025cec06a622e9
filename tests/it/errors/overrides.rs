//! What cannot be changed from the command line.

use insta::assert_snapshot;

use super::{changed, told};

#[test]
fn a_mistake_in_a_change_is_shown_in_its_own_text() {
    let text = changed(&[]);
    assert_snapshot!(told(&text, &["service.web.servers=many"]), @r#"
    error: expected a whole number, found a text
      ╭─[--set service.web.servers:1:21]
    1 │ service.web.servers=many
      ·                     ────
      ╰────
    help: write it without quotes and unit

    1 mistake in shop.toml
    "#);
}

#[test]
fn an_unknown_name_in_a_path_names_the_known_ones() {
    let text = changed(&[]);
    assert_snapshot!(told(&text, &["service.wbe.servers=3"]), @r#"
    error: there is no `wbe` in this list, did you mean `web`?
      ╭─[--set service.wbe.servers:1:9]
    1 │ service.wbe.servers=3
      ·         ───
      ╰────
    help: known: web

    1 mistake in shop.toml
    "#);
}

#[test]
fn an_unknown_field_in_a_path_is_an_unknown_field() {
    let text = changed(&[]);
    assert_snapshot!(told(&text, &["service.web.severs=3"]), @r#"
    error: unknown field `severs`, did you mean `servers`?
      ╭─[--set service.web.severs:1:13]
    1 │ service.web.severs=3
      ·             ──┬───
      ·               ╰── not known here
      ╰────
    help: fields of a service: name, servers, group, slots, speed, work, queue, balancer, zone, cost, call, slot_during_calls, failure, health_check, outlier_ejection, lease, phi_accrual

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_number_beyond_the_list_is_told() {
    let text = changed(&[]);
    assert_snapshot!(told(&text, &["service.web.group.1.servers=3"]), @r#"
    error: there is no `group` yet, so none can be changed
      ╭─[--set service.web.group.1.servers:1:13]
    1 │ service.web.group.1.servers=3
      ·             ─────
      ╰────
    help: set the whole list, or write it into the file

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_path_cannot_go_through_a_number() {
    let text = changed(&[]);
    assert_snapshot!(told(&text, &["service.web.servers.max=3"]), @r#"
    error: a bare number has no field `max`
      ╭─[--set service.web.servers.max:1:21]
    1 │ service.web.servers.max=3
      ·                     ───
      ╰────
    help: end the path before it

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_path_has_no_empty_part() {
    let text = changed(&[]);
    assert_snapshot!(told(&text, &["service..servers=3"]), @r#"
    error: this is not a path to a value
      ╭─[--set service..servers:1:1]
    1 │ service..servers=3
      · ────────────────
      ╰────
    help: write up to 32 names with dots between them, as in `service.web.servers`

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_file_and_a_change_can_be_wrong_together() {
    let text = changed(&[]);
    assert_snapshot!(told(&text, &["workload.shoppers.arrivals.rate=200 /s"]), @r#"
    error: service `web` is offered more load than it can serve
       ╭─[shop.toml:12:11]
    12 │ servers = 2
       ·           ┬
       ·           ╰── these serve 2
       ├─[--set workload.shoppers.arrivals.rate:1:33]
     1 │ workload.shoppers.arrivals.rate=200 /s
       ·                                 ──┬───
       ·                                   ╰── arrivals need 4 erlangs
       ╰────
    help: raise `servers` to 5 or more, limit the queue, or set `allow_overload = true` under `[run]` to study the overload itself

    1 mistake in shop.toml
    "#);
}
