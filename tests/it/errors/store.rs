//! Mistakes in the tables of a store.

use insta::assert_snapshot;

use super::told;

/// A store in which nothing is wrong.
const STORE: &str = r#"[run]
duration = "10 y"

[[store]]
name = "orders"
nodes = 6
shards = 64
repair = { shard = "8 GB", bandwidth = "200 MB/s" }

[[store.failure]]
mode = "crash"
after = "90 d"
repair = "1 h"
data_lost = "10 %"
"#;

/// Returns the store with a part of it replaced, or something added to it.
fn changed(from: &str, to: &str) -> String {
    assert!(STORE.contains(from), "nothing to replace: {from}");
    STORE.replacen(from, to, 1)
}

pub(super) fn with(more: &str) -> String {
    changed("shards = 64\n", &format!("shards = 64\n{more}\n"))
}

#[test]
fn nothing_is_told_of_a_good_store() {
    assert_eq!(told(STORE, &[]), "");
}

#[test]
fn replicas_have_room() {
    assert_snapshot!(told(&with("replication = 7"), &[]), @r#"
    error: 7 replicas have no room on 6 nodes
      ╭─[shop.toml:8:15]
    8 │ replication = 7
      ·               ─
      ╰────
    help: lower `replication`, or add nodes: each replica is on a node of its own

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_quorum_is_within_the_replication() {
    assert_snapshot!(told(&with("read = { quorum = 4 }"), &[]), @r#"
    error: 4 of 3 replicas cannot answer
      ╭─[shop.toml:8:19]
    8 │ read = { quorum = 4 }
      ·                   ─
      ╰────
    help: write a `quorum` from 1 to `replication`

    1 mistake in shop.toml
    "#);
}

#[test]
fn with_a_leader_there_are_no_quorums() {
    assert_snapshot!(told(&with("consistency = \"leader\"\nwrite = { quorum = 2 }"), &[]), @r#"
    error: with a leader, `write` has no quorum of its own
      ╭─[shop.toml:8:15]
    8 │ consistency = "leader"
      ·               ───┬────
      ·                  ╰── says how many
    9 │ write = { quorum = 2 }
      ·                    ┬
      ·                    ╰── so many
      ╰────
    help: leave `quorum` out, or use `consistency = "leaderless"`

    1 mistake in shop.toml
    "#);
}

#[test]
fn placement_by_zones_needs_zones() {
    assert_snapshot!(told(&with("placement = \"zone-aware\""), &[]), @r#"
    error: `zone-aware` has no zones to be aware of
      ╭─[shop.toml:8:13]
    8 │ placement = "zone-aware"
      ·             ────────────
      ╰────
    help: add `[[zone]]` tables, or use `placement = "random"`

    1 mistake in shop.toml
    "#);
    let two = "[[zone]]\nname = \"a\"\n[[zone]]\nname = \"b\"\n";
    let text = format!("{}{two}", with("placement = \"zone-aware\""));
    assert_snapshot!(told(&text, &[]), @r#"
    warning: 3 replicas have to share 2 zones
      ╭─[shop.toml:4:1]
    4 │ [[store]]
      · ────┬────
      ·     ╰── more than there are zones
    8 │ placement = "zone-aware"
      ·             ─────┬──────
      ·                  ╰── spread as evenly as can be
      ╰────
    help: one zone may hold a quorum; add zones, or lower `replication`
    "#);
}

#[test]
fn a_scatter_width_is_within_the_nodes() {
    let text = with("placement = { policy = \"copysets\", scatter_width = 6 }");
    assert_snapshot!(told(&text, &[]), @r#"
    error: among 6 nodes none has 6 others to share with
      ╭─[shop.toml:8:13]
    8 │ placement = { policy = "copysets", scatter_width = 6 }
      ·             ──────────────────────────────────────────
      ╰────
    help: lower `scatter_width`; twice the replication less two is usual

    1 mistake in shop.toml
    "#);
}

#[test]
fn what_is_lost_is_made_anew() {
    let text = changed("repair = { shard = \"8 GB\", bandwidth = \"200 MB/s\" }\n", "");
    assert_snapshot!(told(&text, &[]), @r#"
    error: store `orders` loses replicas and never makes new ones
       ╭─[shop.toml:5:8]
     5 │ name = "orders"
       ·        ───┬────
       ·           ╰── has no `repair`
    13 │ data_lost = "10 %"
       ·             ──┬───
       ·               ╰── lost
       ╰────
    help: add `repair = { shard = "8 GB", bandwidth = "200 MB/s" }`

    1 mistake in shop.toml
    "#);
}

#[test]
fn data_is_lost_only_with_a_crash_and_only_by_a_store() {
    assert_snapshot!(told(&changed("mode = \"crash\"", "mode = \"hang\""), &[]), @r#"
    error: data is lost only with a crash
       ╭─[shop.toml:11:8]
    11 │ mode = "hang"
       ·        ──┬───
       ·          ╰── this is done to it
    14 │ data_lost = "10 %"
       ·             ──┬───
       ·               ╰── and this lost
       ╰────
    help: use `mode = "crash"`, or leave `data_lost` out

    1 mistake in shop.toml
    "#);
    let service = "\n[[service]]\nname = \"web\"\nservers = 1\n\n[[service.failure]]\nmode = \"crash\"\nafter = \"30 d\"\nrepair = \"1 h\"\ndata_lost = \"1 %\"\n";
    assert_snapshot!(told(&format!("{STORE}{service}"), &[]), @r#"
    error: only stores have data to lose
       ╭─[shop.toml:24:13]
    24 │ data_lost = "1 %"
       ·             ─────
       ╰────
    help: leave `data_lost` out, or describe a `[[store]]`

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_store_and_a_service_have_different_names() {
    let service = "\n[[service]]\nname = \"orders\"\nservers = 1\n";
    assert_snapshot!(told(&format!("{STORE}{service}"), &[]), @r#"
    error: a service and a store have the same name, `orders`
       ╭─[shop.toml:5:8]
     5 │ name = "orders"
       ·        ───┬────
       ·           ╰── the store
    17 │ name = "orders"
       ·        ───┬────
       ·           ╰── the service
       ╰────
    help: give each a name of its own

    1 mistake in shop.toml
    "#);
}

#[test]
fn copies_leave_something_for_operations() {
    let total = "store.orders.repair.total_bandwidth=150 MB/s";
    assert_snapshot!(told(&with(""), &[total]), @r#"
    error: copies leave nothing for operations
      ╭─[shop.toml:9:40]
    9 │ repair = { shard = "8 GB", bandwidth = "200 MB/s" }
      ·                                        ────┬─────
      ·                                            ╰── goes to copies
      ├─[--set store.orders.repair.total_bandwidth:1:37]
    1 │ store.orders.repair.total_bandwidth=150 MB/s
      ·                                     ───┬────
      ·                                        ╰── of this
      ╰────
    help: lower `bandwidth`, or leave `total_bandwidth` out

    1 mistake in shop.toml
    "#);
}

#[test]
fn who_asks_a_store_says_what() {
    let rest = "\n[[workload]]\nname = \"shoppers\"\nto = \"orders\"\narrivals = { process = \"poisson\", rate = \"5 /s\" }\n";
    let text = with("read = { work = \"2 ms\" }\nwrite = { work = \"2 ms\" }");
    assert_snapshot!(told(&format!("{text}{rest}"), &[]), @r#"
    error: it is not said what is asked of store `orders`
       ╭─[shop.toml:20:6]
    20 │ to = "orders"
       ·      ───┬────
       ·         ╰── a store
       ╰────
    help: add `operation = "read"` or `operation = "write"`

    1 mistake in shop.toml
    "#);
}

#[test]
fn nodes_are_given_in_one_way_and_zones_exist() {
    let group = "\n[[store.group]]\nnodes = 2\n";
    assert_snapshot!(told(&changed("\n[[store.failure]]", &format!("{group}\n[[store.failure]]")), &[]), @r#"
    error: store `orders` has both `nodes` and groups
       ╭─[shop.toml:6:9]
     6 │ nodes = 6
       ·         ┬
       ·         ╰── all alike
    10 │ [[store.group]]
       · ───────┬───────
       ·        ╰── in groups
       ╰────
    help: put all nodes into groups, or leave the groups out

    1 mistake in shop.toml
    "#);
    assert_snapshot!(told(&with("zones = [\"a\"]"), &[]), @r#"
    error: there is no zone `a`
      ╭─[shop.toml:8:10]
    8 │ zones = ["a"]
      ·          ───
      ╰────
    help: add `[[zone]]` tables, each with a `name`

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_fault_finds_the_nodes_of_a_store() {
    let fault = |target: &str| {
        format!(
            "{STORE}\n[[fault]]\nat = \"1 y\"\nfor = \"1 h\"\ntarget = \"{target}\"\nmode = \"crash\"\ndata_lost = \"100 %\"\n"
        )
    };
    assert_eq!(told(&fault("node:orders.6"), &[]), "");
    assert_eq!(told(&fault("store:orders"), &[]), "");
    assert_snapshot!(told(&fault("node:orders.7"), &[]), @r#"
    error: store `orders` has no node `7`
       ╭─[shop.toml:19:10]
    19 │ target = "node:orders.7"
       ·          ───────────────
       ╰────
    help: they are numbered from 1 to 6

    1 mistake in shop.toml
    "#);
    assert_snapshot!(told(&fault("server:orders.1"), &[]), @r#"
    error: `orders` is a store, and has no servers
       ╭─[shop.toml:19:10]
    19 │ target = "server:orders.1"
       ·          ─────────────────
       ╰────
    help: write "node:orders.1"

    1 mistake in shop.toml
    "#);
}

#[test]
fn amounts_of_data_have_units() {
    assert_snapshot!(told(&changed("\"8 GB\"", "8"), &[]), @r#"
    error: an amount of data needs its unit, and this is a bare number
      ╭─[shop.toml:8:20]
    8 │ repair = { shard = 8, bandwidth = "200 MB/s" }
      ·                    ┬
      ·                    ╰── no unit
      ╰────
    help: write it like "8 GB", in quotes

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_hot_key_is_hotter_than_the_others() {
    let text = with("keys = { popularity = \"hot\", count = 4, share = \"20 %\" }");
    assert_snapshot!(told(&text, &[]), @r#"
    error: the hot key would be asked for less often than the others
      ╭─[shop.toml:8:49]
    8 │ keys = { popularity = "hot", count = 4, share = "20 %" }
      ·                                                 ──────
      ╰────
    help: write more than 25 %

    1 mistake in shop.toml
    "#);
}
