//! What cannot be of a network, and what makes no difference.

use insta::assert_snapshot;

use super::{changed, told, with};

#[test]
fn some_messages_get_through_and_what_is_lost_is_noticed_after_a_while() {
    let text = with(
        r#"
[network]
within_zone = "0.2 ms"
loss = "100 %"
retransmit = "0 s"
"#,
    );
    assert_snapshot!(told(&text, &[]), @r#"
    error: no message ever gets through
       ╭─[shop.toml:18:8]
    18 │ loss = "100 %"
       ·        ───┬───
       ·           ╰── all are lost
       ╰────
    help: write the share that is lost on average, like "0.1 %"

    error: nobody knows at once that a message was lost
       ╭─[shop.toml:19:14]
    19 │ retransmit = "0 s"
       ·              ─────
       ╰────
    help: write how long a sender waits for a sign of it, like "200 ms"

    2 mistakes in shop.toml
    "#);
}

#[test]
fn a_network_takes_time() {
    let text = with("\n[network]\nloss = \"1 %\"\n");
    assert_snapshot!(told(&text, &[]), @r#"
    warning: no message takes any time
       ╭─[shop.toml:16:1]
    16 │ [network]
       · ────┬────
       ·     ╰── no effect
       ╰────
    help: add `within_zone`, `between_zones` or `outside`, like "0.5 ms"
    "#);
}

#[test]
fn how_soon_what_is_lost_is_sent_again_matters_only_where_something_is_lost() {
    let text = with("\n[network]\nwithin_zone = \"1 ms\"\nretransmit = \"50 ms\"\n");
    assert_snapshot!(told(&text, &[]), @r#"
    warning: no message is lost, so none is sent again
       ╭─[shop.toml:18:14]
    18 │ retransmit = "50 ms"
       ·              ───┬───
       ·                 ╰── no effect
       ╰────
    help: add `loss`, like "0.1 %", or leave `retransmit` out
    "#);
    let lossy = with("\n[network]\nwithin_zone = \"1 ms\"\nloss = \"1 %\"\nretransmit = \"50 ms\"\n");
    assert_eq!(
        told(&lossy, &[]),
        told(&with("\n[network]\nwithin_zone = \"1 ms\"\n"), &[])
    );
}

#[test]
fn times_that_no_message_takes_are_warned_of() {
    let text = with("\n[network]\nbetween_zones = \"1 ms\"\n");
    assert_snapshot!(told(&text, &[]), @r#"
    warning: there are no zones between which messages could go
       ╭─[shop.toml:17:17]
    17 │ between_zones = "1 ms"
       ·                 ──┬───
       ·                   ╰── no effect
       ╰────
    help: add `[[zone]]` tables, and a `zone` to services, groups and workloads
    "#);
    let inside = changed(&[
        ("to = \"web\"", "to = \"web\"\nzone = \"a\""),
        ("servers = 2", "servers = 2\nzone = \"a\""),
        (
            "[[service]]",
            "[network]\noutside = \"5 ms\"\n\n[[zone]]\nname = \"a\"\n\n[[service]]",
        ),
    ]);
    assert_snapshot!(told(&inside, &[]), @r#"
    warning: all clients are in zones
       ╭─[shop.toml:12:11]
    12 │ outside = "5 ms"
       ·           ──┬───
       ·             ╰── no effect
       ╰────
    help: leave it out, or take the `zone` away from a workload
    "#);
}

#[test]
fn clients_in_a_zone_without_a_network_are_warned_of() {
    let text = changed(&[
        ("to = \"web\"", "to = \"web\"\nzone = \"a\""),
        ("servers = 2", "servers = 2\nzone = \"a\""),
        ("[[service]]", "[[zone]]\nname = \"a\"\n\n[[service]]"),
    ]);
    assert_snapshot!(told(&text, &[]), @r#"
    warning: messages take no time, so it does not matter where clients are
      ╭─[shop.toml:7:8]
    7 │ zone = "a"
      ·        ─┬─
      ·         ╰── no effect
      ╰────
    help: add a `[network]`, or leave the zone out
    "#);
}

#[test]
fn over_years_a_network_makes_no_difference() {
    let text = super::without("[[workload]]") + "\n[network]\nwithin_zone = \"1 ms\"\n";
    let text = text.replace(
        "balancer = \"random\"",
        "balancer = \"random\"\nhealth_check = {}\nfailure = [{ mode = \"crash\", after = \"30 d\", repair = \"1 h\" }]",
    );
    assert_snapshot!(told(&text, &[]), @r#"
    warning: nobody sends any messages
       ╭─[shop.toml:12:1]
    12 │ [network]
       · ────┬────
       ·     ╰── no effect
       ╰────
    help: add a `[[workload]]`, or leave `[network]` out
    "#);
}
