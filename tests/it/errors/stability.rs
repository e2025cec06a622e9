//! What would never end: more load than the servers can take.

use insta::assert_snapshot;

use super::{changed, told};

#[test]
fn more_load_than_capacity_is_refused() {
    let text = changed(&[("\"50 /s\"", "\"900 /s\""), ("servers = 2", "servers = 8")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: service `web` is offered more load than it can serve
       ╭─[shop.toml:7:42]
     7 │ arrivals = { process = "poisson", rate = "900 /s" }
       ·                                          ───┬────
       ·                                             ╰── arrivals need 18 erlangs
    12 │ servers = 8
       ·           ┬
       ·           ╰── these serve 8
       ╰────
    help: raise `servers` to 19 or more, limit the queue, or set `allow_overload = true` under `[run]` to study the overload itself

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_load_of_just_the_capacity_is_refused() {
    let text = changed(&[("\"50 /s\"", "\"100 /s\"")]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: service `web` is offered more load than it can serve
       ╭─[shop.toml:7:42]
     7 │ arrivals = { process = "poisson", rate = "100 /s" }
       ·                                          ───┬────
       ·                                             ╰── arrivals need 2 erlangs
    12 │ servers = 2
       ·           ┬
       ·           ╰── these serve 2
       ╰────
    help: raise `servers` to 3 or more, limit the queue, or set `allow_overload = true` under `[run]` to study the overload itself

    1 mistake in shop.toml
    "#);
}

#[test]
fn several_workloads_are_added_up() {
    let text = changed(&[(
        "[[service]]",
        "[[workload]]\nname = \"robots\"\nto = \"web\"\narrivals = { process = \"poisson\", rate = \"60 /s\" }\n\n[[service]]",
    )]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: service `web` is offered more load than it can serve
       ╭─[shop.toml:7:42]
     7 │ arrivals = { process = "poisson", rate = "50 /s" }
       ·                                          ───┬───
       ·                                             ╰── arrivals need 1 erlang
    13 │ arrivals = { process = "poisson", rate = "60 /s" }
       ·                                          ───┬───
       ·                                             ╰── arrivals need 1.2 erlangs
    17 │ servers = 2
       ·           ┬
       ·           ╰── these serve 2
       ╰────
    help: raise `servers` to 3 or more, limit the queue, or set `allow_overload = true` under `[run]` to study the overload itself

    1 mistake in shop.toml
    "#);
}

#[test]
fn groups_are_added_up() {
    let text = changed(&[
        ("servers = 2\n", ""),
        ("\"50 /s\"", "\"500 /s\""),
        (
            "balancer = \"random\"",
            "\n[[service.group]]\nservers = 3\n\n[[service.group]]\nservers = 2\nspeed = 0.5",
        ),
    ]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: service `web` is offered more load than it can serve
       ╭─[shop.toml:7:42]
     7 │ arrivals = { process = "poisson", rate = "500 /s" }
       ·                                          ───┬────
       ·                                             ╰── arrivals need 10 erlangs
    11 │ name = "web"
       ·        ──┬──
       ·          ╰── these serve 4
       ╰────
    help: add servers, limit the queue, or set `allow_overload = true` under `[run]` to study the overload itself

    1 mistake in shop.toml
    "#);
}

#[test]
fn an_equal_split_can_overload_a_slow_group() {
    let text = changed(&[
        ("servers = 2\n", ""),
        ("\"50 /s\"", "\"150 /s\""),
        (
            "balancer = \"random\"",
            "balancer = \"random\"\n\n[[service.group]]\nservers = 3\n\n[[service.group]]\nservers = 2\nspeed = 0.5",
        ),
    ]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: group 2 of service `web` gets more load than it can serve, though all groups together could
       ╭─[shop.toml:13:12]
    13 │ balancer = "random"
       ·            ───┬────
       ·               ╰── `random` does not look at the load
    19 │ servers = 2
       ·           ┬
       ·           ╰── each gets 0.6 erlangs and serves 0.5
       ╰────
    help: use a policy that looks at loads or weights, give the groups a `weight` that suits their speed, or set `allow_overload = true` under `[run]` to study the overload itself

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_peak_beyond_the_capacity_is_warned_of() {
    let text = changed(&[(
        "{ process = \"poisson\", rate = \"50 /s\" }",
        "{ process = \"profile\", points = [[\"00:00\", \"20 /s\"], [\"20:00\", \"110 /s\"], [\"24:00\", \"20 /s\"]] }",
    )]);
    assert_snapshot!(told(&text, &[]), @r#"
    warning: service `web` cannot keep up at the peak of `shoppers`
      ╭─[shop.toml:7:44]
    7 │ arrivals = { process = "profile", points = [["00:00", "20 /s"], ["20:00", "110 /s"], ["24:00", "20 /s"]] }
      ·                                            ──────────────────────────────┬──────────────────────────────
      ·                                                                          ╰── needs 2.2 erlangs then, and 2 are there
      ╰────
    help: its queue grows until the peak is over; `timeline.csv` shows how long that takes
    "#);
}
