//! What a fault cannot strike.

use insta::assert_snapshot;

use super::{changed, told, with};

#[test]
fn a_target_says_what_it_is() {
    let text = with(
        r#"
health_check = { interval = "2 s" }

[[fault]]
mode = "crash"
target = "web"
at = "2 min"
for = "1 min"
"#,
    );
    assert_snapshot!(told(&text, &[]), @r#"
    error: `web` does not say what it is
       ╭─[shop.toml:20:10]
    20 │ target = "web"
       ·          ─────
       ╰────
    help: write one like "server:api.3", "group:api.1", "zone:a", "service:api", "balancer:api.1" or "workload:shoppers"

    1 mistake in shop.toml
    "#);
}

#[test]
fn a_target_is_of_a_known_kind() {
    let text = with(
        r#"
health_check = { interval = "2 s" }

[[fault]]
mode = "crash"
target = "sever:web.1"
at = "2 min"
for = "1 min"
"#,
    );
    assert_snapshot!(told(&text, &[]), @r#"
    error: `sever` is nothing that a fault strikes, did you mean `server`?
       ╭─[shop.toml:20:10]
    20 │ target = "sever:web.1"
       ·          ─────────────
       ╰────
    help: write one like "server:api.3", "group:api.1", "zone:a", "service:api", "balancer:api.1" or "workload:shoppers"

    1 mistake in shop.toml
    "#);
}

/// Returns a scenario in which all of these crash.
fn crashes(targets: &[&str]) -> String {
    let fault = |target: &&str| {
        format!("\n[[fault]]\nmode = \"crash\"\ntarget = \"{target}\"\nat = \"1 min\"\nfor = \"1 min\"\n")
    };
    let faults: Vec<String> = targets.iter().map(fault).collect();
    with(&format!(
        "health_check = {{ interval = \"2 s\" }}\n{}",
        faults.concat()
    ))
}

#[test]
fn a_part_of_a_service_is_there() {
    let text = crashes(&[
        "server:wbe.1",
        "server:web.3",
        "server:web",
        "group:web.fast",
        "balancer:web.2",
    ]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: there is no service `wbe`, did you mean `web`?
       ╭─[shop.toml:19:10]
    19 │ target = "server:wbe.1"
       ·          ──────────────
       ╰────
    help: known: web

    error: service `web` has no server `3`
       ╭─[shop.toml:25:10]
    25 │ target = "server:web.3"
       ·          ──────────────
       ╰────
    help: they are numbered from 1 to 2

    error: `server:web` does not say which server
       ╭─[shop.toml:31:10]
    31 │ target = "server:web"
       ·          ────────────
       ╰────
    help: write the service and the number, like "server:web.1"

    error: there is no group `fast`
       ╭─[shop.toml:37:10]
    37 │ target = "group:web.fast"
       ·          ────────────────
       ╰────
    help: there is no group with a name

    error: service `web` has no balancer `2`
       ╭─[shop.toml:43:10]
    43 │ target = "balancer:web.2"
       ·          ────────────────
       ╰────
    help: its only one has the number 1

    5 mistakes in shop.toml
    "#);
}

#[test]
fn a_zone_a_service_and_a_workload_are_there() {
    let text = crashes(&["zone:a", "service:shop", "workload:shopers"]);
    assert_snapshot!(told(&text, &[]), @r#"
    error: there is no zone `a`
       ╭─[shop.toml:19:10]
    19 │ target = "zone:a"
       ·          ────────
       ╰────
    help: there is no zone with a name

    error: there is no service `shop`
       ╭─[shop.toml:25:10]
    25 │ target = "service:shop"
       ·          ──────────────
       ╰────
    help: known: web

    error: there is no workload `shopers`, did you mean `shoppers`?
       ╭─[shop.toml:31:10]
    31 │ target = "workload:shopers"
       ·          ──────────────────
       ╰────
    help: known: shoppers

    3 mistakes in shop.toml
    "#);
}

#[test]
fn every_kind_of_target_is_found() {
    let text = changed(&[
        ("servers = 2", "zone = \"a\""),
        ("[[service]]", "[[zone]]\nname = \"a\"\n\n[[service]]"),
    ]) + "health_check = { interval = \"2 s\" }\n\n[[service.group]]\nname = \"new\"\nservers = 2\n";
    let targets = [
        "server:web.2",
        "group:web.new",
        "group:web.1",
        "zone:a",
        "service:web",
        "balancer:web.1",
    ];
    let faults = targets.map(|target| {
        format!("\n[[fault]]\nmode = \"crash\"\ntarget = \"{target}\"\nat = \"1 min\"\nfor = \"1 min\"\n")
    });
    // A group has a name and a number: the two faults on it are one too many.
    let told = told(&(text + &faults.concat()), &[]);
    assert!(
        told.contains("two faults do the same to `group:web.1` at the same time"),
        "{told}"
    );
    assert!(told.ends_with("1 mistake in shop.toml\n"), "{told}");
}
