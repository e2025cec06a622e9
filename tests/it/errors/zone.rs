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
