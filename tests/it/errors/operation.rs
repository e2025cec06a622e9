//! Mistakes in what is asked of a store, and in what it promises.

use insta::assert_snapshot;

use super::told;

/// A store that is only read, in which nothing is wrong.
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
work = "1 ms"

[[store]]
name = "orders"
nodes = 6
shards = 64
read = { work = "2 ms" }
metadata = { to = "directory", slo = { "response.p99" = "20 ms" } }
"#;

/// Returns the store with a part of it replaced.
fn changed(from: &str, to: &str) -> String {
    assert!(STORE.contains(from), "nothing to replace: {from}");
    STORE.replacen(from, to, 1)
}

#[test]
fn only_operations_that_someone_does_need_their_work() {
    assert_eq!(told(STORE, &[]), "");
    let write = ["workload.shoppers.operation=write"];
    assert_snapshot!(told(STORE, &write), @r#"
    error: store `orders` does not say how long a write takes
       ╭─[shop.toml:16:8]
    16 │ name = "orders"
       ·        ───┬────
       ·           ╰── needs it
       ╰────
    help: add `write = { work = "2 ms" }`

    1 mistake in shop.toml
    "#);
    let text = changed("read = {", "write = {");
    assert_eq!(told(&text, &write), "");
    // Calls are operations, too.
    let call = "work = \"1 ms\"\n[[service]]\nname = \"web\"\nservers = 1\nwork = \"1 ms\"\n\n[[service.call]]\nto = \"orders\"\noperation = \"write\"\n";
    let text = changed("work = \"1 ms\"\n", call).replacen(
        "to = \"orders\"\noperation = \"read\"",
        "to = \"web\"",
        1,
    );
    assert_snapshot!(told(&text, &[]), @r#"
    error: store `orders` does not say how long a write takes
       ╭─[shop.toml:23:8]
    23 │ name = "orders"
       ·        ───┬────
       ·           ╰── needs it
       ╰────
    help: add `write = { work = "2 ms" }`

    1 mistake in shop.toml
    "#);
}

#[test]
fn nobody_waits_for_nodes_that_are_not_known_to_be_gone() {
    let text = changed("shards = 64", "shards = 64\nunavailable = \"wait\"");
    assert_snapshot!(told(&text, &[]), @r#"
    error: nobody notices when nodes of `orders` are gone, so no operation waits for them
       ╭─[shop.toml:19:15]
    19 │ unavailable = "wait"
       ·               ──┬───
       ·                 ╰── never comes about
       ╰────
    help: give the store a `health_check = { interval = "2 s" }`, a `lease` or `phi_accrual`, or leave `unavailable` out: operations that reach too few nodes fail

    1 mistake in shop.toml
    "#);
    assert_eq!(told(&text, &["store.orders.lease={ interval = \"1 s\" }"]), "");
    // What is drained is known to be so.
    let drain =
        "\n[[fault]]\nat = \"1 min\"\nfor = \"1 min\"\ntarget = \"node:orders.1\"\nmode = \"drain\"\n";
    assert_eq!(told(&format!("{text}{drain}"), &[]), "");
}

#[test]
fn lookups_promise_what_calls_do() {
    let text = changed("\"response.p99\"", "\"read.p99\"");
    assert_snapshot!(told(&text, &[]), @r#"
    error: `read.p99` is no measure that can be promised
       ╭─[shop.toml:20:40]
    20 │ metadata = { to = "directory", slo = { "read.p99" = "20 ms" } }
       ·                                        ──────────
       ╰────
    help: measures: response.mean, response.p50, response.p99, throughput, availability

    1 mistake in shop.toml
    "#);
}
