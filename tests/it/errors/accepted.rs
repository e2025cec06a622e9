//! What is right although something like it is wrong.

use super::{changed, told};

/// Twice the load that the servers can take.
const OVERLOAD: (&str, &str) = ("\"50 /s\"", "\"200 /s\"");

#[test]
fn an_overload_that_cannot_pile_up_is_right() {
    assert_ne!(told(&changed(&[OVERLOAD]), &[]), "");
    for (from, to) in [
        ("servers = 2", "servers = 2\nqueue = { capacity = 100 }"),
        ("servers = 2", "servers = 2\nqueue = { timeout = \"1 s\" }"),
        ("servers = 2", "servers = 2\nqueue = { shed = \"codel\" }"),
        ("to = \"web\"", "to = \"web\"\npatience = \"1 s\""),
        (
            "to = \"web\"",
            "to = \"web\"\ntimeout = \"1 s\"\nexpired = \"dropped\"",
        ),
        ("duration", "allow_overload = true\nduration"),
    ] {
        assert_eq!(told(&changed(&[OVERLOAD, (from, to)]), &[]), "", "{to}");
    }
}

#[test]
fn clients_who_wait_for_answers_cannot_overload_anything() {
    let closed = "{ process = \"closed\", clients = 1_000, think = \"1 ms\" }";
    let text = changed(&[("{ process = \"poisson\", rate = \"50 /s\" }", closed)]);
    assert_eq!(told(&text, &[]), "");
}

/// An equal split overloads the slow group; a policy that looks at loads does not, and neither does one queue for all.
#[test]
fn a_slow_group_is_right_behind_a_policy_that_sees_it() {
    let groups = "\n[[service.group]]\nservers = 3\n[[service.group]]\nservers = 2\nspeed = 0.5";
    let text = |balancer: &str| {
        let balancer = format!("{balancer}\n{groups}");
        changed(&[
            ("servers = 2\n", ""),
            ("\"50 /s\"", "\"150 /s\""),
            ("balancer = \"random\"", &balancer),
        ])
    };
    assert_ne!(told(&text("balancer = \"random\""), &[]), "");
    assert_eq!(told(&text("balancer = \"power-of-d\""), &[]), "");
    assert_eq!(told(&text("queue = { at = \"balancer\" }"), &[]), "");
}

#[test]
fn sharing_behind_a_queue_is_right_when_a_server_may_be_crowded() {
    let queue = "servers = 2\nqueue = { at = \"balancer\", discipline = \"processor-sharing\", limit = 8 }";
    assert_eq!(told(&changed(&[("servers = 2", queue)]), &[]), "");
}

/// What is looked at over years has no workloads, and its services need no work.
#[test]
fn failures_need_no_workload() {
    let text = "[run]\nduration = \"10 y\"\n[[service]]\nname = \"web\"\nservers = 2\nlease = {}\n\
        [[service.failure]]\nmode = \"crash\"\nafter = \"30 d\"\nrepair = \"1 h\"\n";
    assert_eq!(told(text, &[]), "");
    let fault = "[[fault]]\nmode = \"crash\"\ntarget = \"service:web\"\nat = \"1 y\"\nfor = \"1 h\"\n";
    let (before, _) = text.split_once("[[service.failure]]").unwrap();
    assert_eq!(told(&format!("{before}{fault}"), &[]), "");
    assert!(told(before, &[]).contains("there is no workload"));
}

#[test]
fn a_quantity_needs_no_space_and_objectives_need_no_quotes() {
    let text = changed(&[("\"10 min\"", "\"10min\""), ("\"response.p99\"", "response.p99")]);
    assert_eq!(told(&text, &[]), "");
}
