//! What becomes of requests for a server that is full.

use std::sync::atomic::AtomicBool;

use plimsoll::{
    experiment::{self, Conduct, Results},
    scenario,
};

/// One key and one client, twice the load of a server, four servers without room to wait.
fn results(balancer: &str) -> Results {
    let text = format!(
        r#"
        [run]
        duration = "20 s"
        warmup = "1 s"
        replications = 2
        [[workload]]
        name = "fans"
        to = "cache"
        arrivals = {{ process = "poisson", rate = "200 /s" }}
        keys = {{ count = 1 }}
        sources = {{ count = 1 }}
        [[service]]
        name = "cache"
        servers = 4
        work = {{ distribution = "exponential", mean = "10 ms" }}
        queue = {{ at = "server", capacity = 0 }}
        balancer = {balancer}
        "#
    );
    let loaded = scenario::from_str("full", &text, &[]).unwrap_or_else(|error| panic!("{error}"));
    let stop = AtomicBool::new(false);
    let conduct = Conduct::new(&stop);
    experiment::run(&loaded.scenario, &conduct)
}

fn value(results: &Results, of: &str, name: &str) -> f64 {
    let measure = results.find(of, name).expect("it is measured");
    measure.value.expect("something was measured")
}

#[test]
fn a_full_server_turns_away_what_is_tied_to_it() {
    // Erlang's loss formula: with one slot and a load of 2 erlangs two thirds are lost.
    for balancer in [
        r#""source-hash""#,
        r#""sticky""#,
        r#"{ policy = "sticky", first = "round-robin" }"#,
        r#"{ policy = "key-hash", method = "modulo" }"#,
        r#"{ policy = "key-hash", method = "ring" }"#,
        r#"{ policy = "key-hash", method = "maglev" }"#,
    ] {
        let results = results(balancer);
        let moved = 1.0 - value(&results, "service.cache", "share.max");
        assert!(moved < 1e-9, "{balancer}: {moved} of the requests went elsewhere");
        let rejected = value(&results, "workload.fans", "rejected");
        assert!(
            (rejected - 2.0 / 3.0).abs() < 0.02,
            "{balancer}: {rejected} rejected"
        );
    }
}

#[test]
fn a_ring_with_bounded_loads_passes_on_what_a_full_server_cannot_take() {
    let results = results(r#"{ policy = "key-hash", method = "bounded-ring" }"#);
    assert!(value(&results, "service.cache", "share.max") < 0.6);
    // Four slots for 2 erlangs lose as M/M/4/4 does.
    let rejected = value(&results, "workload.fans", "rejected");
    assert!((rejected - 2.0 / 21.0).abs() < 0.02, "{rejected} rejected");
}
