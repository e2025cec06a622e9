//! What cannot be passed on: queues and balancers.

use insta::assert_snapshot;
use plimsoll::model::{balancer, discipline};

use super::{changed, told, told_but_names};

#[test]
fn an_unknown_policy_names_the_known_ones() {
    let text = changed(&[("\"random\"", "\"power-of-two\"")]);
    assert_snapshot!(told_but_names(&text, balancer::REGISTRY), @r#"
    error: `power-of-two` is not a balancing policy, did you mean `power-of-d`?
       ╭─[shop.toml:14:12]
    14 │ balancer = "power-of-two"
       ·            ──────┬───────
       ·                  ╰── not known
       ╰────
    help: known: [all of them]

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_policy_checks_its_own_settings() {
    let text = changed(&[("\"random\"", "{ policy = \"power-of-d\", d = 1 }")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: `d` is below 2
       ╭─[shop.toml:14:41]
    14 │ balancer = { policy = "power-of-d", d = 1 }
       ·                                         ─
       ╰────
    help: use `policy = "random"` for a single choice, or set `memory = true`

    1 mistake in shop.toml
    "#);
}

#[test]
fn there_is_at_least_one_balancer() {
    let text = changed(&[("\"random\"", "{ policy = \"random\", balancers = 0 }")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: the number of balancers cannot be 0
       ╭─[shop.toml:14:45]
    14 │ balancer = { policy = "random", balancers = 0 }
       ·                                             ─
       ╰────
    help: write a number from 1 to 10_000

    1 mistake in shop.toml
    "#);
}

#[test]
fn reports_take_time() {
    let text = changed(&[(
        "\"random\"",
        "{ policy = \"power-of-d\", report_every = \"0 s\" }",
    )]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: `report_every` cannot be 0
       ╭─[shop.toml:14:52]
    14 │ balancer = { policy = "power-of-d", report_every = "0 s" }
       ·                                                    ─────
       ╰────
    help: leave it out for policies that see every load as it is

    1 mistake in shop.toml
    "#);
}

#[test]
fn an_unknown_discipline_names_the_known_ones() {
    let text = changed(&[("servers = 2", "servers = 2\nqueue = \"filo\"")]);
    assert_snapshot!(told_but_names(&text, discipline::REGISTRY), @r#"
    error: `filo` is not a queueing discipline, did you mean `fifo`?
       ╭─[shop.toml:13:9]
    13 │ queue = "filo"
       ·         ──┬───
       ·           ╰── not known
       ╰────
    help: known: [all of them]

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_queue_stands_at_one_of_two_places() {
    let text = changed(&[("servers = 2", "servers = 2\nqueue = { at = \"client\" }")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: `client` is not one of the words that may stand here
       ╭─[shop.toml:13:16]
    13 │ queue = { at = "client" }
       ·                ───┬────
       ·                   ╰── not known
       ╰────
    help: known: server, balancer

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_limit_is_for_a_queue_at_the_balancer() {
    let text = changed(&[("servers = 2", "servers = 2\nqueue = { limit = 5 }")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: `limit` is for a queue at the balancer
       ╭─[shop.toml:13:19]
    13 │ queue = { limit = 5 }
       ·                   ─
       ╰────
    help: use `at = "balancer"`, or `capacity` to limit the queue at each server

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_limit_leaves_no_slot_unused() {
    let text = changed(&[(
        "servers = 2",
        "servers = 2\nslots = 8\nqueue = { at = \"balancer\", limit = 5 }",
    )]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: with a `limit` of 5, some of a server's 8 slots are never used
       ╭─[shop.toml:14:36]
    14 │ queue = { at = "balancer", limit = 5 }
       ·                                    ─
       ╰────
    help: raise `limit`, or lower `slots`

    1 mistake in shop.toml
    "#);
}

#[test]
fn nobody_waits_for_no_time() {
    let text = changed(&[("servers = 2", "servers = 2\nqueue = { timeout = \"0 s\" }")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: a queue's `timeout` cannot be 0
       ╭─[shop.toml:13:21]
    13 │ queue = { timeout = "0 s" }
       ·                     ─────
       ╰────
    help: use `capacity = 0` for a queue in which nobody waits

    1 mistake in shop.toml
    "#);
}

#[test]
fn several_balancers_cannot_share_a_queue() {
    let text = changed(&[
        ("servers = 2", "servers = 2\nqueue = { at = \"balancer\" }"),
        ("\"random\"", "{ policy = \"random\", balancers = 3 }"),
    ]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: several balancers cannot share one queue
       ╭─[shop.toml:13:16]
    13 │ queue = { at = "balancer" }
       ·                ────┬─────
       ·                    ╰── one queue for all
    15 │ balancer = { policy = "random", balancers = 3 }
       ·                                             ┬
       ·                                             ╰── so many stand in front
       ╰────
    help: use `at = "server"`, or one balancer

    1 mistake in shop.toml
    "#);
}

#[test]
fn balancers_times_servers_has_an_end() {
    let text = changed(&[
        ("servers = 2", "servers = 900_000"),
        ("\"random\"", "{ policy = \"random\", balancers = 1_000 }"),
    ]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: the balancers have too many servers to watch
       ╭─[shop.toml:11:8]
    11 │ name = "web"
       ·        ──┬──
       ·          ╰── up to this service
       ╰────
    help: servers times balancers may be 10_000_000 in all services together

    1 mistake in shop.toml
    "#);
}

#[test]
fn nothing_is_shared_when_all_others_wait_at_the_balancer() {
    let text = changed(&[(
        "servers = 2",
        "servers = 2\nqueue = { at = \"balancer\", discipline = \"processor-sharing\" }",
    )]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: no server ever holds more requests than it has slots
       ╭─[shop.toml:13:16]
    13 │ queue = { at = "balancer", discipline = "processor-sharing" }
       ·                ────┬─────
       ·                    ╰── all others wait at the balancer
       ·                                         ─────────┬─────────
       ·                                                  ╰── has an effect only when there are more
       ╰────
    help: set a `limit` above `slots`, or use `at = "server"`

    1 mistake in shop.toml
    "#);
}

#[test]
fn nobody_is_interrupted_when_all_others_wait_at_the_balancer() {
    let text = changed(&[(
        "servers = 2",
        "servers = 2\nqueue = { at = \"balancer\", discipline = \"priority\", preemptive = true }",
    )]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: no server ever holds more requests than it has slots
       ╭─[shop.toml:13:16]
    13 │ queue = { at = "balancer", discipline = "priority", preemptive = true }
       ·                ────┬─────
       ·                    ╰── all others wait at the balancer
       ·                                         ────┬─────
       ·                                             ╰── has an effect only when there are more
       ╰────
    help: set a `limit` above `slots`, or use `at = "server"`

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_policy_that_goes_by_the_key_needs_keys() {
    let text = changed(&[("\"random\"", "\"key-hash\"")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: `key-hash` goes by the key of a request, and those of `shoppers` have none
       ╭─[shop.toml:5:8]
     5 │ name = "shoppers"
       ·        ────┬─────
       ·            ╰── no `keys`
    14 │ balancer = "key-hash"
       ·            ────┬─────
       ·                ╰── needs it
       ╰────
    help: add `keys = { popularity = "zipf", exponent = 0.9, count = 1_000 }` to the workload

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_policy_that_goes_by_the_client_needs_sources() {
    let text = changed(&[("\"random\"", "{ policy = \"sticky\" }")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: `sticky` goes by the client of a request, and those of `shoppers` have none
       ╭─[shop.toml:5:8]
     5 │ name = "shoppers"
       ·        ────┬─────
       ·            ╰── no `sources`
    14 │ balancer = { policy = "sticky" }
       ·            ──────────┬──────────
       ·                      ╰── needs it
       ╰────
    help: add `sources = { popularity = "zipf", exponent = 0.9, count = 1_000 }` to the workload

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_request_that_belongs_to_a_server_cannot_wait_for_any() {
    let text = changed(&[
        ("servers = 2", "servers = 2\nqueue = { at = \"balancer\" }"),
        ("\"random\"", "\"source-hash\""),
        ("to = \"web\"", "to = \"web\"\nsources = { count = 9 }"),
    ]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: `source-hash` has no use for a queue at the balancer
       ╭─[shop.toml:14:16]
    14 │ queue = { at = "balancer" }
       ·                ────┬─────
       ·                    ╰── lets any free server take it
    16 │ balancer = "source-hash"
       ·            ──────┬──────
       ·                  ╰── ties a request to one server
       ╰────
    help: use `at = "server"`, or another policy

    1 mistake in shop.toml
    "#);
}
