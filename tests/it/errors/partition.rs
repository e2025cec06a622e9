//! Mistakes in what is cut off, and from what.

use insta::assert_snapshot;

use super::told;

/// Two zones, one of which is cut off, in which nothing is wrong.
const CUT: &str = r#"[run]
duration = "10 min"

[[zone]]
name = "a"
[[zone]]
name = "b"

[[workload]]
name = "shoppers"
to = "web"
zone = "b"
arrivals = { process = "poisson", rate = "50 /s" }
timeout = "1 s"

[[service]]
name = "web"
work = { distribution = "exponential", mean = "20 ms" }
balancer = "random"
health_check = { interval = "2 s" }

[[service.group]]
servers = 2
zone = "a"
[[service.group]]
servers = 2
zone = "b"

[[fault]]
at = "1 min"
for = "1 min"
target = "zone:a"
mode = "partition"
"#;

/// Returns the scenario with a part of it replaced.
fn changed(from: &str, to: &str) -> String {
    assert!(CUT.contains(from), "nothing to replace: {from}");
    CUT.replacen(from, to, 1)
}

#[test]
fn nothing_is_told_of_a_good_partition() {
    assert_eq!(told(CUT, &[]), "");
    assert_eq!(told(CUT, &["fault.1.from=[\"b\"]"]), "");
}

#[test]
fn only_zones_are_cut_off_and_from_zones_that_exist() {
    assert_snapshot!(told(CUT, &["fault.1.target=server:web.1"]), @r#"
    error: only zones are cut off
       ╭─[shop.toml:33:8]
    33 │ mode = "partition"
       ·        ─────┬─────
       ·             ╰── this is done to it
       ├─[--set fault.1.target:1:16]
     1 │ fault.1.target=server:web.1
       ·                ─────┬──────
       ·                     ╰── this is struck
       ╰────
    help: write a target like "zone:a", or use `mode = "hang"` for a server that is silent

    1 mistake in shop.toml
    "#);
    assert_snapshot!(told(CUT, &["fault.1.from=[\"c\"]"]), @r#"
    error: there is no zone `c`
       ╭─[shop.toml:33:8]
    33 │ mode = "partition"
       ·        ─────┬─────
       ·             ╰── `from` names it
       ╰────
    help: zones: a, b

    1 mistake in shop.toml
    "#);
    assert_snapshot!(told(CUT, &["fault.1.from=[\"a\"]"]), @r#"
    error: zone `a` is not cut off from itself
       ╭─[shop.toml:33:8]
    33 │ mode = "partition"
       ·        ─────┬─────
       ·             ╰── `from` names it
       ╰────
    help: name other zones

    1 mistake in shop.toml
    "#);
    assert_snapshot!(told(CUT, &["fault.1.from=[]"]), @r#"
    error: it is cut off from nothing
       ╭─[shop.toml:33:8]
    33 │ mode = "partition"
       ·        ─────┬─────
       ·             ╰── `from` is empty
       ╰────
    help: name zones, or leave `from` out for everything else

    1 mistake in shop.toml
    "#);
}

#[test]
fn beats_do_not_notice_that_a_zone_is_cut_off() {
    let lease = changed(
        "health_check = { interval = \"2 s\" }",
        "lease = { interval = \"1 s\" }",
    );
    assert_snapshot!(told(&lease, &[]), @r#"
    error: beats are not lost where a zone is cut off, so `lease` would not notice
       ╭─[shop.toml:20:9]
    20 │ lease = { interval = "1 s" }
       ·         ────────────────────
       ╰────
    help: use `health_check` instead

    1 mistake in shop.toml
    "#);
}

#[test]
fn who_waits_for_a_zone_that_is_cut_off_or_does_not_notice_is_warned_of() {
    let patient = changed("timeout = \"1 s\"\n", "");
    let patient = patient.replacen("health_check = { interval = \"2 s\" }\n", "", 1);
    assert_snapshot!(told(&patient, &[]), @r#"
    warning: nobody notices when servers of `web` fail
       ╭─[shop.toml:31:8]
    31 │ mode = "partition"
       ·        ─────┬─────
       ·             ╰── unnoticed
       ╰────
    help: balancers go on sending there; give the service a `health_check = { interval = "2 s" }`, `outlier_ejection`, a `lease` or `phi_accrual`

    warning: the clients of `shoppers` wait for servers that are cut off until they are back
       ╭─[shop.toml:10:8]
    10 │ name = "shoppers"
       ·        ────┬─────
       ·            ╰── has no `timeout`
    31 │ mode = "partition"
       ·        ─────┬─────
       ·             ╰── loses all messages
       ╰────
    help: clients give up in reality: add a `timeout` to the workload, like "1 s"
    "#);
}

#[test]
fn nothing_comes_by_itself_or_over_years() {
    let failure =
        "\n[[service.failure]]\nmode = \"partition\"\nafter = \"30 d\"\nrepair = \"1 h\"\n\n[[fault]]";
    assert_snapshot!(told(&changed("\n[[fault]]", failure), &[]), @r#"
    error: `partition` does not come by itself
       ╭─[shop.toml:30:8]
    30 │ mode = "partition"
       ·        ───────────
       ╰────
    help: make it a `[[fault]]`, with the time at which it begins

    1 mistake in shop.toml
    "#);
    let (head, rest) = CUT.split_once("[[workload]]").unwrap();
    let (_, services) = rest.split_once("[[service]]").unwrap();
    assert_snapshot!(told(&format!("{head}[[service]]{services}"), &[]), @r#"
    error: over years nobody sends messages that could be lost
       ╭─[shop.toml:26:8]
    26 │ mode = "partition"
       ·        ───────────
       ╰────
    help: add a `[[workload]]`, or leave the fault out

    1 mistake in shop.toml
    "#);
}
