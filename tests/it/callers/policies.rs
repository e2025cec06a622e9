//! Budgets, breakers and limits where requests meet them.

use super::{nanos, replayed, response_sum};

const ONE: &str = "servers = 1";

#[test]
fn a_concurrency_limit_counts_what_is_waited_for() {
    // One at a time: the second comes while the first is under way, the third after it.
    let trace = [(0.0, 2.0), (1.0, 1.0), (2.5, 1.0)];
    let record = replayed(&trace, "concurrency = { limit = 1 }", ONE);
    assert_eq!(
        (record.done, record.rejected, record.caller.held_by_limit),
        (2, 1, 1)
    );
    assert_eq!(record.caller.attempts, 2);
    // An attempt that was given up at 0.5 s counts no longer, though the server is busy with it.
    let record = replayed(&trace, "concurrency = { limit = 1 }\ntimeout = \"500 ms\"", ONE);
    assert_eq!((record.timeouts, record.caller.held_by_limit), (3, 0));
}

#[test]
fn a_rate_limit_lets_a_burst_through_and_then_its_rate() {
    // Two at once, and then one a second: at 0, 0 and 1 s.
    let trace = [(0.0, 0.1), (0.0, 0.1), (0.5, 0.1), (1.0, 0.1), (1.5, 0.1)];
    let record = replayed(
        &trace,
        "rate_limit = { rate = \"1 /s\", burst = 2 }",
        "servers = 2",
    );
    assert_eq!(
        (record.done, record.rejected, record.caller.held_by_rate),
        (3, 2, 2)
    );
}

/// Ten requests that all time out; a budget of a quarter and a reserve of two.
#[test]
fn a_budget_bounds_retries_to_the_reserve_and_the_share() {
    let trace: Vec<(f64, f64)> = (0..10).map(|at| (f64::from(at), 100.0)).collect();
    let run = |budget: &str| {
        let workload = format!(
            r#"
            timeout = "500 ms"
            expired = "cancelled"
            retry = {{ attempts = 2, backoff = "10 ms", jitter = "none"{budget} }}
            "#
        );
        replayed(&trace, &workload, ONE)
    };
    let free = run("");
    assert_eq!((free.caller.retries, free.timeouts), (10, 10));
    // The reserve is full at the first request, which earns nothing: 2, 1.25, 0.5, then 0.75 and 1: one, 0.25 and so on.
    // Before each retry there are 2, 1.25, 0.5, 0.75, 1, 0.25, 0.5, 0.75, 1 and 0.25.
    let bounded = run(", budget = { share = \"25 %\", burst = 2 }");
    assert_eq!((bounded.caller.retries, bounded.caller.retries_denied), (4, 6));
    assert_eq!(bounded.caller.attempts, 14);
    // One every 4 s after the first: at 0.5, 4.5 and 8.5 s.
    let timed = run(", budget = { rate = \"0.25 /s\", burst = 1 }");
    assert_eq!((timed.caller.retries, timed.caller.retries_denied), (3, 7));
}

/// Requests every second that take longer than they are waited for, until 4 s; then quick ones.
#[test]
fn a_breaker_stops_what_would_fail() {
    let trace: Vec<(f64, f64)> = (0..12)
        .map(|at| (f64::from(at), if at < 4 { 50.0 } else { 0.1 }))
        .collect();
    let workload = r#"
        timeout = "500 ms"
        expired = "cancelled"
        breaker = { failures = "100 %", window = "10 s", least = 3, open = "4 s", probes = 1 }
    "#;
    let record = replayed(&trace, workload, ONE);
    // Failures at 0.5, 1.5 and 2.5 s open it until 6.5 s: those of 3, 4, 5 and 6 s are held, and that of 7 s tries.
    assert_eq!((record.timeouts, record.rejected, record.done), (3, 4, 5));
    assert_eq!((record.caller.held_by_breaker, record.caller.attempts), (4, 8));
}

#[test]
fn a_hedge_that_has_no_budget_is_not_sent() {
    let trace = [(0.0, 2.0), (10.0, 2.0), (20.0, 2.0)];
    let workload = "hedge = { after = \"1 s\", budget = { share = \"0 %\", burst = 1 } }";
    let record = replayed(&trace, workload, "servers = 2");
    assert_eq!((record.caller.hedges, record.caller.hedges_denied), (1, 2));
    assert_eq!(
        response_sum(&record),
        nanos(6.0),
        "the hedge of the first ends a second later"
    );
}

#[test]
fn a_limit_holds_back_hedges_and_retries_too() {
    let trace = [(0.0, 2.0)];
    let workload = "hedge = { after = \"1 s\" }\nconcurrency = { limit = 1 }";
    let record = replayed(&trace, workload, "servers = 2");
    assert_eq!(
        (record.done, record.caller.hedges, record.caller.held_by_limit),
        (1, 0, 1)
    );
    // The retry of the first at 1.5 s meets the second, which came at 1.2 s.
    let workload = r#"
        timeout = "1 s"
        retry = { attempts = 2, backoff = "500 ms", jitter = "none" }
        concurrency = { limit = 1 }
    "#;
    let record = replayed(&[(0.0, 5.0), (1.2, 0.9)], workload, "servers = 2");
    assert_eq!((record.done, record.timeouts, record.rejected), (1, 1, 0));
    assert_eq!((record.caller.retries, record.caller.held_by_limit), (0, 1));
}
