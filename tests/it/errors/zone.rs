//! What cannot stand: zones, and groups of servers with names and backups.

use insta::assert_snapshot;

use super::{changed, told, with};

#[test]
fn a_zone_is_there() {
    let text = changed(&[
        ("servers = 2", "servers = 2\nzone = \"easst\""),
        ("[[service]]", "[[zone]]\nname = \"east\"\n\n[[service]]"),
    ]);
    assert_snapshot!(told(&text, &[]), @r#"
    warning: no server stands in zone `east`
       ╭─[shop.toml:11:8]
    11 │ name = "east"
       ·        ──┬───
       ·          ╰── empty
       ╰────
    help: give a service or a group `zone = "east"`

    error: there is no zone `easst`, did you mean `east`?
       ╭─[shop.toml:16:8]
    16 │ zone = "easst"
       ·        ───────
       ╰────
    help: zones: east

    1 mistake in shop.toml
    "#);
}

#[test]
fn without_zones_nothing_stands_in_one() {
    let text = changed(&[("servers = 2", "servers = 2\nzone = \"a\"")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: there is no zone `a`
       ╭─[shop.toml:13:8]
    13 │ zone = "a"
       ·        ───
       ╰────
    help: add `[[zone]]` tables, each with a `name`

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_zone_in_which_nothing_stands_is_warned_of() {
    let text = with(
        r#"

[[zone]]
name = "north"
"#,
    );
    assert_snapshot!(told(&text, &[]), @r#"
    warning: no server stands in zone `north`
       ╭─[shop.toml:18:8]
    18 │ name = "north"
       ·        ───┬───
       ·           ╰── empty
       ╰────
    help: give a service or a group `zone = "north"`
    "#);
}

#[test]
fn two_zones_have_two_names() {
    let text = changed(&[
        ("servers = 2", "servers = 2\nzone = \"a\""),
        (
            "[[service]]",
            "[[zone]]\nname = \"a\"\n\n[[zone]]\nname = \"a\"\n\n[[service]]",
        ),
    ]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: there are two zones with the name `a`
       ╭─[shop.toml:11:8]
    11 │ name = "a"
       ·        ─┬─
       ·         ╰── the first
    14 │ name = "a"
       ·        ─┬─
       ·         ╰── the second
       ╰────
    help: give each a name of its own

    1 mistake in shop.toml
    "#);
}

#[test]
fn two_groups_have_two_names() {
    let text = changed(&[("servers = 2\n", "")])
        + "\n[[service.group]]\nname = \"new\"\nservers = 1\n\n[[service.group]]\nname = \"new\"\nservers = 1\n";
    assert_snapshot!(told(&text, &[]), @r#"
    error: there are two groups with the name `new`
       ╭─[shop.toml:16:8]
    16 │ name = "new"
       ·        ──┬──
       ·          ╰── the first
    20 │ name = "new"
       ·        ──┬──
       ·          ╰── the second
       ╰────
    help: give each a name of its own

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_backup_is_a_backup_of_something() {
    let text = changed(&[("servers = 2\n", "")])
        + "\n[[service.group]]\nservers = 2\nbackup = true\n\n[[service.group]]\nservers = 2\nbackup = true\n";
    assert_snapshot!(told(&text, &[]), @r#"
    error: all groups of service `web` are backups
       ╭─[shop.toml:17:10]
    17 │ backup = true
       ·          ─┬──
       ·           ╰── used when others are down
    21 │ backup = true
       ·          ─┬──
       ·           ╰── used when others are down
       ╰────
    help: leave `backup` out of the groups that are used first

    1 mistake in shop.toml
    "#);
}

const ZONES: (&str, &str) = (
    "[[service]]",
    "[network]\nwithin_zone = \"1 ms\"\n\n[[zone]]\nname = \"a\"\n\n[[service]]\nzone = \"a\"",
);

#[test]
fn balancers_of_zones_are_not_one_and_not_several_for_all() {
    let text = changed(&[
        ZONES,
        (
            "balancer = \"random\"",
            "balancer = { policy = \"random\", zone_local = true, spill_over = 0.0, balancers = 2 }\nqueue = { at = \"balancer\" }",
        ),
    ]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: zones have balancers of their own
       ╭─[shop.toml:21:46]
    21 │ balancer = { policy = "random", zone_local = true, spill_over = 0.0, balancers = 2 }
       ·                                              ─┬──
       ·                                               ╰── one balancer for each zone
       ·                                                                                  ┬
       ·                                                                                  ╰── so many for all
       ╰────
    help: leave one of them out

    error: zones have balancers of their own
       ╭─[shop.toml:21:46]
    21 │ balancer = { policy = "random", zone_local = true, spill_over = 0.0, balancers = 2 }
       ·                                              ─┬──
       ·                                               ╰── one balancer for each zone
    22 │ queue = { at = "balancer" }
       ·                ────┬─────
       ·                    ╰── one queue for all
       ╰────
    help: use `at = "server"`, or leave `zone_local` out

    error: nothing can spill over at 0
       ╭─[shop.toml:21:65]
    21 │ balancer = { policy = "random", zone_local = true, spill_over = 0.0, balancers = 2 }
       ·                                                                 ───
       ╰────
    help: write the connections per slot from which on requests go elsewhere, like 1.5

    error: several balancers cannot share one queue
       ╭─[shop.toml:21:82]
    21 │ balancer = { policy = "random", zone_local = true, spill_over = 0.0, balancers = 2 }
       ·                                                                                  ┬
       ·                                                                                  ╰── so many stand in front
    22 │ queue = { at = "balancer" }
       ·                ────┬─────
       ·                    ╰── one queue for all
       ╰────
    help: use `at = "server"`, or one balancer

    4 mistakes in shop.toml
    "#);
}

#[test]
fn nothing_is_near_without_zones_and_a_network() {
    let local = |text: &str| {
        text.replace(
            "balancer = \"random\"",
            "balancer = { policy = \"random\", zone_local = true }",
        )
    };
    assert_snapshot!(told(&local(super::GOOD), &[]), @r#"
    error: there are no zones to stay in
       ╭─[shop.toml:14:46]
    14 │ balancer = { policy = "random", zone_local = true }
       ·                                              ────
       ╰────
    help: add `[[zone]]` tables, and a `zone` to groups, services and workloads

    1 mistake in shop.toml
    "#);
    let zones = changed(&[(
        "[[service]]",
        "[[zone]]\nname = \"a\"\n\n[[service]]\nzone = \"a\"",
    )]);
    assert_snapshot!(told(&local(&zones), &[]), @r#"
    error: messages take no time, so no server is nearer than another
       ╭─[shop.toml:18:46]
    18 │ balancer = { policy = "random", zone_local = true }
       ·                                              ─┬──
       ·                                               ╰── has no use
       ╰────
    help: add a `[network]`, or leave `zone_local` out

    1 mistake in shop.toml
    "#);
    let spills = super::GOOD.replace(
        "balancer = \"random\"",
        "balancer = { policy = \"random\", spill_over = 2.0 }",
    );
    assert_snapshot!(told(&spills, &[]), @r#"
    warning: without `zone_local` nothing spills over
       ╭─[shop.toml:14:46]
    14 │ balancer = { policy = "random", spill_over = 2.0 }
       ·                                              ─┬─
       ·                                               ╰── no effect
       ╰────
    help: add `zone_local = true`, or leave `spill_over` out
    "#);
}
