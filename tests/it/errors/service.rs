//! What cannot be served: servers, queues, balancers.

use insta::assert_snapshot;
use plimsoll::model::{balancer, discipline};

use super::{changed, told, told_but_names, without};

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
    help: use `policy = "random"` for a single choice

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
    error: a queue stands at a server or at the balancer
       ╭─[shop.toml:13:16]
    13 │ queue = { at = "client" }
       ·                ───┬────
       ·                   ╰── neither
       ╰────
    help: write "server" for a queue at each, or "balancer" for one in front of all

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
    help: give a workload `to = "spare"`
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
