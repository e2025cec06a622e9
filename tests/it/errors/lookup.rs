//! Mistakes in where a store looks up its shards.

use insta::assert_snapshot;

use super::told;

/// A store that looks shards up, in which nothing is wrong.
const STORE: &str = r#"[run]
duration = "10 min"

[[workload]]
name = "shoppers"
to = "orders"
operation = "read"
arrivals = { process = "poisson", rate = "50 /s" }

[[service]]
name = "directory"
servers = 2
work = "10 ms"

[[store]]
name = "orders"
nodes = 6
shards = 64
read = { work = "2 ms" }
write = { work = "2 ms" }
metadata = { to = "directory" }
"#;

/// Returns the store with a part of it replaced.
fn changed(from: &str, to: &str) -> String {
    assert!(STORE.contains(from), "nothing to replace: {from}");
    STORE.replacen(from, to, 1)
}

#[test]
fn nothing_is_told_of_good_lookups() {
    assert_eq!(told(STORE, &[]), "");
    // A cache that learns goes by the shard, and needs no keys.
    let cache = "store.orders.metadata.cache={ policy = \"lru\", entries = 9, ttl = \"1 min\" }";
    assert_eq!(told(STORE, &[cache]), "");
    assert_eq!(told(STORE, &["service.directory.balancer=key-hash"]), "");
}

#[test]
fn lookups_go_to_a_service_that_exists() {
    assert_snapshot!(told(&changed("{ to = \"directory\" }", "{ to = \"dictionary\" }"), &[]), @r#"
    error: there is no service `dictionary`
       ╭─[shop.toml:21:19]
    21 │ metadata = { to = "dictionary" }
       ·                   ────────────
       ╰────
    help: known: directory, orders

    1 mistake in shop.toml
    "#);
    assert_snapshot!(told(&changed("{ to = \"directory\" }", "{ to = \"orders\" }"), &[]), @r#"
    error: `orders` is a store, and lookups go to a service
       ╭─[shop.toml:21:19]
    21 │ metadata = { to = "orders" }
       ·                   ────────
       ╰────
    help: name a service that tells which nodes hold a shard

    1 mistake in shop.toml
    "#);
}

#[test]
fn lookups_are_part_of_circles() {
    let call = "work = \"10 ms\"\n[[service.call]]\nto = \"orders\"\noperation = \"read\"\n";
    assert_snapshot!(told(&changed("work = \"10 ms\"\n", call), &[]), @r#"
    error: calls lead in a circle: directory → orders → directory
       ╭─[shop.toml:15:6]
    15 │ to = "orders"
       ·      ───┬────
       ·         ╰── `directory` calls `orders`
    24 │ metadata = { to = "directory" }
       ·                   ─────┬─────
       ·                        ╰── `orders` looks up shards at `directory`
       ╰────
    help: no request would ever end: take one of these calls out

    1 mistake in shop.toml
    "#);
}

#[test]
fn whoever_tells_where_shards_are_can_keep_up() {
    assert_snapshot!(told(STORE, &["workload.shoppers.arrivals.rate=300 /s", "store.orders.slots=9"]), @r#"
    error: service `directory` is offered more load than it can serve
       ╭─[shop.toml:12:11]
    12 │ servers = 2
       ·           ┬
       ·           ╰── these serve 2
    21 │ metadata = { to = "directory" }
       ·                   ─────┬─────
       ·                        ╰── lookups need 3 erlangs
       ╰────
    help: raise `servers` to 4 or more, limit the queue, or set `allow_overload = true` under `[run]` to study the overload itself

    1 mistake in shop.toml
    "#);
    // Three in four need not ask.
    let cache = "store.orders.metadata.cache={ hit = \"75 %\" }";
    let more = [
        "workload.shoppers.arrivals.rate=300 /s",
        "store.orders.slots=9",
        cache,
    ];
    assert_eq!(told(STORE, &more), "");
}

#[test]
fn operations_wait_for_ever_when_their_lookup_hangs() {
    let fault =
        "\n[[fault]]\nat = \"1 min\"\nfor = \"1 min\"\ntarget = \"service:directory\"\nmode = \"hang\"\n";
    let text = format!("{STORE}{fault}").replacen("servers = 2", "servers = 1", 1);
    assert_snapshot!(told(&text, &[]), @r#"
    warning: the operations with the lookup `orders>directory` wait for servers that hang until they are back
       ╭─[shop.toml:21:19]
    21 │ metadata = { to = "directory" }
       ·                   ─────┬─────
       ·                        ╰── has no `timeout`
    27 │ mode = "hang"
       ·        ──┬───
       ·          ╰── answers nothing
       ╰────
    help: clients give up in reality: add a `timeout` to the `metadata`, like "1 s"
    "#);
    assert_eq!(told(&text, &["store.orders.metadata.timeout=1 s"]), "");
}

#[test]
fn a_policy_that_goes_by_clients_needs_them() {
    assert_snapshot!(told(STORE, &["service.directory.balancer=source-hash"]), @r#"
    error: `source-hash` goes by the client of a request, and not all of those of the call `orders>directory` have one
       ╭─[shop.toml:21:19]
    21 │ metadata = { to = "directory" }
       ·                   ─────┬─────
       ·                        ╰── no `sources`
       ├─[--set service.directory.balancer:1:28]
     1 │ service.directory.balancer=source-hash
       ·                            ─────┬─────
       ·                                 ╰── needs it
       ╰────
    help: add `sources = { popularity = "zipf", exponent = 0.9, count = 1_000 }` to every workload that it follows from

    1 mistake in shop.toml
    "#);
}
