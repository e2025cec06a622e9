//! Calls between services, each by itself and with whom it is sent to.

use insta::assert_snapshot;

use super::{told, with};

/// Two services that `web` may call.
pub(super) const BEHIND: &str = r#"
[[service]]
name = "orders"
servers = 1
work = { distribution = "exponential", mean = "10 ms" }
balancer = "random"

[[service]]
name = "prices"
servers = 1
work = { distribution = "exponential", mean = "5 ms" }
balancer = "random"
"#;

/// Returns the good scenario whose service makes these calls, with two services behind it.
pub(super) fn calling(calls: &str) -> String {
    with(&format!("{calls}{BEHIND}"))
}

pub(super) const BOTH: &str = "
[[service.call]]
to = \"orders\"

[[service.call]]
to = \"prices\"
";

#[test]
fn nothing_is_told_of_good_calls() {
    assert_eq!(told(&calling(BOTH), &[]), "");
    let released = "slot_during_calls = \"released\"\n[[service.call]]\nto = \"orders\"\n[[service.call]]\nto = \"prices\"\n\
                    phase = 2\ntimes = { values = [0, 1, 4] }\nprobability = 0.5\ntimeout = \"1 s\"\nretry = { attempts = 2 }\n";
    assert_eq!(told(&calling(released), &[]), "");
}

#[test]
fn a_call_to_nowhere_is_told_with_what_was_meant() {
    assert_snapshot!(told(&calling(&BOTH.replace("\"orders\"", "\"order\"")), &[]), @r#"
    error: there is no service `order`, did you mean `orders`?
       ╭─[shop.toml:17:6]
    17 │ to = "order"
       ·      ───────
       ╰────
    help: known: web, orders, prices

    1 mistake in shop.toml
    "#);
}

/// Calls of which every one is wrong somehow.
const WRONG: &str = "
[[service.call]]
to = \"orders\"
times = 3
enough = 4
probability = 0
deadline = \"0 s\"

[[service.call]]
to = \"prices\"
times = 0
priority = 300

[[service.call]]
name = \"again\"
to = \"prices\"
awaited = false
enough = 1
optional = true
";

#[test]
fn calls_that_cannot_be_made_so_are_refused_together() {
    assert_snapshot!(told(&calling(WRONG), &[]), @r#"
    error: there are never enough answers
       ╭─[shop.toml:18:9]
    18 │ times = 3
       ·         ┬
       ·         ╰── from so many calls
    19 │ enough = 4
       ·          ┬
       ·          ╰── so many answers
       ╰────
    help: lower `enough`, or raise `times`

    error: a call cannot have the probability 0
       ╭─[shop.toml:20:15]
    20 │ probability = 0
       ·               ─
       ╰────
    help: write a number above 0, and 1 at most, or leave the call out

    error: nothing can meet a `deadline` of 0
       ╭─[shop.toml:21:12]
    21 │ deadline = "0 s"
       ·            ─────
       ╰────
    help: write one like "500 ms"

    error: 0 is no number of calls
       ╭─[shop.toml:25:9]
    25 │ times = 0
       ·         ┬
       ·         ╰── out of range
       ╰────
    help: write a whole number from 1 to 10000, or `{ values = [1, 2, 8] }` for one that is drawn

    error: a call that is not awaited has no answer
       ╭─[shop.toml:31:11]
    31 │ awaited = false
       ·           ──┬──
       ·             ╰── nobody waits for one
    32 │ enough = 1
       ·          ┬
       ·          ╰── is about answers
       ╰────
    help: leave one of them out

    error: a call that is not awaited has no answer
       ╭─[shop.toml:31:11]
    31 │ awaited = false
       ·           ──┬──
       ·             ╰── nobody waits for one
    33 │ optional = true
       ·            ─┬──
       ·             ╰── is about answers
       ╰────
    help: leave one of them out

    6 mistakes in shop.toml
    "#);
}

#[test]
fn a_number_that_is_drawn_is_not_always_none() {
    let drawn = "\n[[service.call]]\nto = \"orders\"\ntimes = { values = [0, 0] }\nenough = 0\n";
    assert_snapshot!(told(&calling(drawn), &[]), @r#"
    error: these are not numbers of calls, of which one at least is above 0
       ╭─[shop.toml:18:20]
    18 │ times = { values = [0, 0] }
       ·                    ──┬───
       ·                      ╰── out of range
       ╰────
    help: write a whole number from 1 to 10000, or `{ values = [1, 2, 8] }` for one that is drawn

    1 mistake in shop.toml
    "#);
}

#[test]
fn two_calls_of_one_name_are_refused() {
    let calls = BOTH.replace("to = ", "name = \"it\"\nto = ");
    assert_snapshot!(told(&calling(&calls), &[]), @r#"
    error: there are two calls with the name `it`
       ╭─[shop.toml:17:8]
    17 │ name = "it"
       ·        ─┬──
       ·         ╰── the first
    21 │ name = "it"
       ·        ─┬──
       ·         ╰── the second
       ╰────
    help: give each a name of its own

    1 mistake in shop.toml
    "#);
}

#[test]
fn slots_are_held_only_where_there_are_some_and_something_to_wait_for() {
    let shared = "queue = \"processor-sharing\"\nslot_during_calls = \"held\"\n";
    assert_snapshot!(told(&calling(&format!("{shared}{BOTH}")), &[]), @r#"
    error: processor sharing knows no slots that could be held
       ╭─[shop.toml:15:9]
    15 │ queue = "processor-sharing"
       ·         ─────────┬─────────
       ·                  ╰── all are worked on at once
    16 │ slot_during_calls = "held"
       ·                     ──┬───
       ·                       ╰── nobody has one to keep
       ╰────
    help: leave `slot_during_calls` out: who waits for calls takes no part of the server

    1 mistake in shop.toml
    "#);
    assert_snapshot!(told(&with("slot_during_calls = \"held\"\n"), &[]), @r#"
    error: service `web` makes no calls
       ╭─[shop.toml:15:21]
    15 │ slot_during_calls = "held"
       ·                     ──┬───
       ·                       ╰── is about calls
       ╰────
    help: add `[[service.call]]` tables, or leave it out

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_policy_that_goes_by_the_key_needs_one_from_call_or_workload() {
    let keyed = calling(BOTH).replacen(
        "mean = \"10 ms\" }\nbalancer = \"random\"",
        "mean = \"10 ms\" }\nbalancer = \"key-hash\"",
        1,
    );
    assert_snapshot!(told(&keyed, &[]), @r#"
    error: `key-hash` goes by the key of a request, and not all of those of the call `web>orders` have one
       ╭─[shop.toml:17:6]
    17 │ to = "orders"
       ·      ───┬────
       ·         ╰── no `keys`
    26 │ balancer = "key-hash"
       ·            ────┬─────
       ·                ╰── needs it
       ╰────
    help: add `keys = { popularity = "zipf", exponent = 0.9, count = 1_000 }` to the call, or to every workload that it follows from

    1 mistake in shop.toml
    "#);
    let keys = "keys = { popularity = \"uniform\", count = 100 }";
    let of_call = keyed.replacen("to = \"orders\"", &format!("to = \"orders\"\n{keys}"), 1);
    assert_eq!(told(&of_call, &[]), "");
    let of_workload = keyed.replacen("to = \"web\"", &format!("to = \"web\"\n{keys}"), 1);
    assert_eq!(told(&of_workload, &[]), "");
    let by_source = keyed.replace("key-hash", "source-hash");
    assert_snapshot!(told(&by_source, &[]), @r#"
    error: `source-hash` goes by the client of a request, and not all of those of the call `web>orders` have one
       ╭─[shop.toml:17:6]
    17 │ to = "orders"
       ·      ───┬────
       ·         ╰── no `sources`
    26 │ balancer = "source-hash"
       ·            ──────┬──────
       ·                  ╰── needs it
       ╰────
    help: add `sources = { popularity = "zipf", exponent = 0.9, count = 1_000 }` to every workload that it follows from

    1 mistake in shop.toml
    "#);
}

#[test]
fn callers_that_wait_for_servers_that_hang_are_warned_of() {
    let hangs =
        "\n[[service.failure]]\nof = \"server\"\nmode = \"hang\"\nafter = \"1 h\"\nrepair = \"1 min\"\n";
    let text = format!("{}{hangs}", calling(BOTH));
    assert_snapshot!(told(&text, &[]), @r#"
    warning: the servers that make the call `web>prices` wait for servers that hang until they are back
       ╭─[shop.toml:20:6]
    20 │ to = "prices"
       ·      ───┬────
       ·         ╰── has no `timeout`
    36 │ mode = "hang"
       ·        ──┬───
       ·          ╰── answers nothing
       ╰────
    help: clients give up in reality: add a `timeout` to the call, like "1 s"
    "#);
}

#[test]
fn paths_find_calls_by_their_name_or_by_what_they_call() {
    assert_eq!(told(&calling(BOTH), &["service.web.call.orders.timeout=1 s"]), "");
    let twice = BOTH.replace("prices", "orders");
    assert_snapshot!(told(&calling(&twice), &["service.web.call.orders.timeout=1 s"]), @r#"
    error: there are several `orders` in this list
      ╭─[--set service.web.call.orders.timeout:1:18]
    1 │ service.web.call.orders.timeout=1 s
      ·                  ──────
      ╰────
    help: give each a `name` of its own, or use its number, from 1

    1 mistake in shop.toml
    "#);
    let named = twice.replacen("to = ", "name = \"first\"\nto = ", 1);
    assert_eq!(
        told(&calling(&named), &["service.web.call.first.timeout=1 s"]),
        told(&calling(&named), &[])
    );
}

#[test]
fn a_cache_knows_a_share_or_learns_by_the_key() {
    let text = |cache: &str| {
        let call = format!("servers = 2\ncall = [{{ to = \"data\", cache = {cache} }}]\n");
        let more = "\n[[service]]\nname = \"data\"\nservers = 1\nwork = \"1 ms\"\n";
        super::changed(&[("servers = 2\n", &call)]) + more
    };
    assert_snapshot!(super::told(&text("{ hit = \"90 %\", entries = 5 }"), &[]), @r#"
    error: how often this cache knows the answer is given
       ╭─[shop.toml:13:58]
    13 │ call = [{ to = "data", cache = { hit = "90 %", entries = 5 } }]
       ·                                                          ─
       ╰────
    help: leave it out, or `hit`: then it follows from the keys

    1 mistake in shop.toml
    "#);
    assert_snapshot!(super::told(&text("{ takes = \"1 ms\" }"), &[]), @r#"
    error: nothing says what this cache knows
       ╭─[shop.toml:13:32]
    13 │ call = [{ to = "data", cache = { takes = "1 ms" } }]
       ·                                ──────────────────
       ╰────
    help: write `hit = "90 %"`, or `policy = "lru"` with `entries`

    1 mistake in shop.toml
    "#);
    assert_snapshot!(super::told(&text("{ policy = \"lru\" }"), &[]), @r#"
    error: this cache has no room
       ╭─[shop.toml:13:32]
    13 │ call = [{ to = "data", cache = { policy = "lru" } }]
       ·                                ──────────────────
       ╰────
    help: write how many answers it keeps, like `entries = 10_000`

    1 mistake in shop.toml
    "#);
    assert_snapshot!(super::told(&text("{ policy = \"lru\", entries = 10 }"), &[]), @r#"
    error: the cache of `web>data` goes by the key, and not all of its requests have one
       ╭─[shop.toml:13:16]
    13 │ call = [{ to = "data", cache = { policy = "lru", entries = 10 } }]
       ·                ──┬───
       ·                  ╰── no `keys`
       ╰────
    help: add `keys = { popularity = "zipf", exponent = 0.9, count = 1_000 }` to the call, or to every workload that it follows from

    1 mistake in shop.toml
    "#);
}
