//! What comes to services that others call, against flow balance and the utilisation law.

use crate::{
    graphs::{NETWORK, read, told},
    theory::agree,
};

#[test]
fn flows_balance_in_any_graph_that_keeps_up_and_loses_nothing() {
    // Several at once, drawn, some of them forgotten: all of them come.
    let graph = NETWORK
        .replacen(
            "phase = 2",
            "phase = 1\ntimes = { values = [0, 1, 5] }\nenough = 1",
            1,
        )
        .replacen("phase = 3", "phase = 2\nawaited = false", 1);
    let formula = |name: &str| match name {
        name if name.ends_with("utilisation") => "utilisation law",
        _ => "flow balance",
    };
    let measures = [
        "call.web>stock.throughput",
        "call.web>orders#2.throughput",
        "service.stock.utilisation",
    ];
    agree(|rate| read(&graph, rate, 400), 250.0, formula, &measures);
    // Of slots that are held nobody knows whether they are enough.
    let held = graph.replacen("slot_during_calls = \"released\"\n", "slots = 9\n", 1);
    assert_eq!(
        told(&held, "service.web", "utilisation"),
        "slots are held while calls are under way"
    );
    assert_eq!(told(&held, "service.stock", "utilisation"), "utilisation law ≈");
    // Behind a service that turns requests away less may come.
    let limited = graph.replacen(
        "queue = { at = \"balancer\" }",
        "queue = { at = \"balancer\", capacity = 9 }",
        1,
    );
    assert_eq!(
        told(&limited, "service.stock", "utilisation"),
        "services that turn requests away"
    );
}

#[test]
fn a_timeout_changes_the_work_of_what_comes_later_only() {
    let law = |changes: &[(&str, &str)], service: &str| {
        let mut text = NETWORK.to_owned();
        for (from, to) in changes {
            assert!(text.contains(from), "{from}");
            text = text.replacen(from, to, 1);
        }
        told(&text, service, "utilisation")
    };
    let (law_holds, given_up) = ("utilisation law =", "clients that give up or try again");
    // The last call of a request: whether it is answered in time is all the same to those who work on it.
    let last = [("phase = 3", "phase = 3\n  timeout = \"9 ms\"")];
    for service in ["service.web", "service.orders", "service.stock"] {
        assert_eq!(law(&last, service), law_holds);
    }
    // The first one: what follows may not be asked for.
    let first = [("probability = 0.6", "probability = 0.6\n  timeout = \"9 ms\"")];
    assert_eq!(law(&first, "service.web"), law_holds);
    assert_eq!(law(&first, "service.stock"), given_up);
    // What is dropped is no work, and what is tried again is more.
    let dropped = [
        last[0],
        (
            "timeout = \"9 ms\"",
            "timeout = \"9 ms\"\n  expired = \"dropped\"",
        ),
    ];
    assert_eq!(law(&dropped, "service.orders"), given_up);
    let again = [
        last[0],
        (
            "timeout = \"9 ms\"",
            "timeout = \"9 ms\"\n  retry = { attempts = 2 }",
        ),
    ];
    assert_eq!(law(&again, "service.orders"), given_up);
    assert_eq!(law(&again, "service.web"), law_holds);
}
