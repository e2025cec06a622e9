//! The graph of calls as a whole: circles, floods, and what it asks of the services in it.

use insta::assert_snapshot;
use plimsoll::rng::Seed;

use super::{
    GOOD,
    call::{BEHIND, BOTH, calling},
    told, with,
};

#[test]
fn a_circle_is_named_in_full() {
    let back = "\n[[service.call]]\nto = \"orders\"\n";
    assert_snapshot!(told(&format!("{}{back}", calling(BOTH)).replace("to = \"prices\"", "to = \"orders\"").replacen("mean = \"10 ms\" }\nbalancer = \"random\"\n", "mean = \"10 ms\" }\nbalancer = \"random\"\n\n[[service.call]]\nto = \"prices\"\n", 1), &[]), @r#"
    error: calls lead in a circle: orders → prices → orders
       ╭─[shop.toml:29:6]
    29 │ to = "prices"
       ·      ───┬────
       ·         ╰── `orders` calls `prices`
    38 │ to = "orders"
       ·      ───┬────
       ·         ╰── `prices` calls `orders`
       ╰────
    help: no request would ever end: take one of these calls out

    1 mistake in shop.toml
    "#);
    let itself = with("\n[[service.call]]\nto = \"web\"\n");
    assert_snapshot!(told(&itself, &[]), @r#"
    error: calls lead in a circle: web → web
       ╭─[shop.toml:17:6]
    17 │ to = "web"
       ·      ──┬──
       ·        ╰── `web` calls `web`
       ╰────
    help: no request would ever end: take one of these calls out

    1 mistake in shop.toml
    "#);
}

#[test]
fn calls_that_are_too_much_for_a_service_are_refused() {
    let many = BOTH.replacen("to = \"orders\"", "to = \"orders\"\ntimes = 2", 1);
    assert_snapshot!(told(&calling(&many), &[]), @r#"
    error: service `orders` is offered more load than it can serve
       ╭─[shop.toml:17:6]
    17 │ to = "orders"
       ·      ───┬────
       ·         ╰── calls need 1 erlang
    25 │ servers = 1
       ·           ┬
       ·           ╰── these serve 1
       ╰────
    help: raise `servers` to 2 or more, limit the queue, or set `allow_overload = true` under `[run]` to study the overload itself

    1 mistake in shop.toml
    "#);
}

#[test]
fn slots_that_are_held_too_long_are_refused() {
    let long = BOTH.replacen("to = \"orders\"", "to = \"orders\"\nphase = 2", 1);
    let long = calling(&long).replace(
        "servers = 1\nwork = { distribution = \"exponential\", mean = \"10 ms\"",
        "servers = 9\nwork = { distribution = \"exponential\", mean = \"30 ms\"",
    );
    assert_snapshot!(told(&long, &[]), @r#"
    error: service `web` has too few slots, because requests keep them while their calls are under way
       ╭─[shop.toml:7:42]
     7 │ arrivals = { process = "poisson", rate = "50 /s" }
       ·                                          ───┬───
       ·                                             ╰── arrivals need 1 erlang
    12 │ servers = 2
       ·           ┬
       ·           ╰── these have 2 slots, and 2.75 are needed at least
    17 │ to = "orders"
       ·      ───┬────
       ·         ╰── keeps a slot for at least 30 ms on average
    21 │ to = "prices"
       ·      ───┬────
       ·         ╰── keeps a slot for at least 5 ms on average
       ╰────
    help: raise `slots` to 2 or more, let others use them meanwhile with `slot_during_calls = "released"`, or set `allow_overload = true` under `[run]` to study the overload itself

    1 mistake in shop.toml
    "#);
    assert_eq!(told(&long, &["service.web.slot_during_calls=released"]), "");
    assert_eq!(told(&long, &["service.web.slots=2"]), "");
    // A timeout may cut the calls short.
    assert_eq!(told(&long, &["service.web.call.orders.timeout=20 ms"]), "");
}

#[test]
fn a_request_that_leads_to_a_flood_is_refused() {
    let calls = "\n[[service.call]]\nto = \"orders\"\ntimes = 1000\n";
    let next = BEHIND.replacen(
        "\n[[service]]\nname = \"prices\"",
        "\n[[service.call]]\nto = \"prices\"\ntimes = 1000\n\n[[service]]\nname = \"prices\"",
        1,
    );
    assert_snapshot!(told(&with(&format!("{calls}{next}")), &[]), @r#"
    error: a request of `shoppers` leads to 1001000 calls
    help: 100_000 is the most: lower `times`

    1 mistake in shop.toml
    "#);
}

#[test]
fn calls_nested_too_deep_are_refused() {
    let name = |depth: usize| {
        if depth == 0 {
            "web".to_owned()
        } else {
            format!("s{depth}")
        }
    };
    let service = |depth: usize| {
        let head = format!(
            "\n[[service]]\nname = \"{}\"\nservers = 9\nwork = \"1 ms\"\nbalancer = \"random\"\n",
            name(depth)
        );
        let call = format!("[[service.call]]\nto = \"{}\"\n", name(depth + 1));
        if depth == 65 { head } else { head + &call }
    };
    let head = GOOD.split("[[service]]").next().unwrap();
    let text = head.to_owned() + &(0..=65).map(service).collect::<String>();
    assert_snapshot!(told(&text, &[]), @r#"
    error: calls are nested 65 deep, and 64 is the most
        ╭─[shop.toml:529:6]
    529 │ to = "s65"
        ·      ──┬──
        ·        ╰── `s64` calls `s65`
        ╰────
    help: describe some of these services as one

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_service_that_nothing_leads_to_is_idle() {
    let calls = BOTH.split("\n\n").next().unwrap();
    assert_snapshot!(told(&calling(calls), &[]), @r#"
    warning: nothing is sent to service `prices`
       ╭─[shop.toml:25:8]
    25 │ name = "prices"
       ·        ───┬────
       ·           ╰── idle
       ╰────
    help: give a workload or a call `to = "prices"`
    "#);
}

/// Against the paths of every length, over graphs by chance; and every step of a circle that is told is a call.
#[test]
fn a_graph_is_refused_for_its_circle_if_and_only_if_it_has_one() {
    let mut rng = Seed(64).replication(0).stream("graphs");
    let mut circles = 0;
    for _ in 0..300 {
        let n = 2 + rng.below(5);
        let calls: Vec<Vec<bool>> = (0..n)
            .map(|_| (0..n).map(|_| rng.below(6) == 0).collect())
            .collect();
        let mut leads = calls.clone();
        for middle in 0..n {
            for from in 0..n {
                for to in 0..n {
                    leads[from][to] |= leads[from][middle] && leads[middle][to];
                }
            }
        }
        let service = |from: usize| {
            let to = (0..n).filter(|&to| calls[from][to]);
            let call = |to| format!("[[service.call]]\nto = \"s{to}\"\n");
            let calls: String = to.map(call).collect();
            format!(
                "[[service]]\nname = \"s{from}\"\nservers = 99\nwork = \"1 us\"\nbalancer = \"random\"\n{calls}"
            )
        };
        let head = GOOD
            .split("[[service]]")
            .next()
            .unwrap()
            .replace("\"web\"", "\"s0\"");
        let told = told(&(head + &(0..n).map(service).collect::<String>()), &[]);
        let circle = told
            .lines()
            .find_map(|line| line.strip_prefix("error: calls lead in a circle: "));
        assert_eq!(circle.is_some(), (0..n).any(|at| leads[at][at]), "{told}");
        let Some(circle) = circle else { continue };
        circles += 1;
        let way: Vec<usize> = circle
            .split(" → ")
            .map(|name| name[1..].parse().unwrap())
            .collect();
        assert_eq!(way.first(), way.last());
        assert!(way.windows(2).all(|step| calls[step[0]][step[1]]), "{told}");
    }
    assert!((50..250).contains(&circles), "{circles}");
}

#[test]
fn phases_count_from_one() {
    let text = calling(&BOTH.replace("to = \"prices\"", "to = \"prices\"\nphase = 0"));
    assert_snapshot!(told(&text, &[]), @r#"
    error: a phase cannot be 0
       ╭─[shop.toml:21:9]
    21 │ phase = 0
       ·         ─
       ╰────
    help: write a number from 1

    1 mistake in shop.toml
    "#);
}
