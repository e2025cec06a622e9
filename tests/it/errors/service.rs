//! What cannot serve: the servers of a service.

use insta::assert_snapshot;

use super::{changed, told, without};

#[test]
fn a_scenario_needs_a_service() {
    let text = without("[[service]]");
    assert_snapshot!(told(&text, &[]), @r#"
    error: there is no service
    help: add a `[[service]]` table; `plimsoll init` shows one

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_service_needs_servers() {
    let text = changed(&[("servers = 2\n", "")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: service `web` has no servers
       ╭─[shop.toml:11:8]
    11 │ name = "web"
       ·        ──┬──
       ·          ╰── this one
       ╰────
    help: add `servers = 10`, or `[[service.group]]` tables for servers that differ

    1 mistake in shop.toml
    "#);
}

#[test]
fn servers_and_groups_exclude_each_other() {
    let text = changed(&[(
        "balancer = \"random\"",
        "balancer = \"random\"\n\n[[service.group]]\nservers = 3",
    )]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: service `web` has both `servers` and groups
       ╭─[shop.toml:12:11]
    12 │ servers = 2
       ·           ┬
       ·           ╰── all alike
    16 │ [[service.group]]
       · ────────┬────────
       ·         ╰── in groups
       ╰────
    help: put all servers into groups, or leave the groups out

    1 mistake in shop.toml
    "#);
}

#[test]
fn the_number_of_servers_has_an_end() {
    let text = changed(&[("servers = 2", "servers = 2_000_000")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: there are too many servers
       ╭─[shop.toml:11:8]
    11 │ name = "web"
       ·        ──┬──
       ·          ╰── up to this service
       ╰────
    help: 1_000_000 servers in all services together is the most

    1 mistake in shop.toml
    "#);
}

#[test]
fn slots_cannot_be_zero() {
    let text = changed(&[("servers = 2", "servers = 2\nslots = 0")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: the number of slots cannot be 0
       ╭─[shop.toml:13:9]
    13 │ slots = 0
       ·         ─
       ╰────
    help: write a number from 1 to 1_000_000

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_speed_is_greater_than_zero() {
    let text = changed(&[("servers = 2", "servers = 2\nspeed = 0")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: a server cannot have speed 0
       ╭─[shop.toml:13:9]
    13 │ speed = 0
       ·         ─
       ╰────
    help: a speed is a factor like 1.5, from 0.000001 to 1000000

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_weight_is_within_its_bounds() {
    let text = changed(&[
        ("servers = 2\n", ""),
        (
            "balancer = \"random\"",
            "\n[[service.group]]\nservers = 3\nweight = 0",
        ),
    ]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: a weight cannot be 0
       ╭─[shop.toml:16:10]
    16 │ weight = 0
       ·          ─
       ╰────
    help: write a number from 1 to 256

    1 mistake in shop.toml
    "#);
}

#[test]
fn work_takes_time() {
    let text = changed(&[("{ distribution = \"exponential\", mean = \"20 ms\" }", "\"0 s\"")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: `work` that takes no time cannot be simulated
       ╭─[shop.toml:13:8]
    13 │ work = "0 s"
       ·        ─────
       ╰────
    help: write how long a request takes, like "10 ms"

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_service_that_nothing_is_sent_to_is_warned_of() {
    let text = changed(&[(
        "[[service]]",
        "[[service]]\nname = \"spare\"\nservers = 1\nwork = \"1 ms\"\n\n[[service]]",
    )]);
    assert_snapshot!(told(&text, &[]), @r#"
    warning: nothing is sent to service `spare`
       ╭─[shop.toml:11:8]
    11 │ name = "spare"
       ·        ───┬───
       ·           ╰── idle
       ╰────
    help: give a workload or a call `to = "spare"`
    "#);
}
