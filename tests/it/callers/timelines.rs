//! Timelines worked out by hand, asserted to the nanosecond.

use plimsoll::model::WorkloadRecord;

use super::{nanos, replayed, response_sum};

/// What the work of the servers came to: all of it, and what was wasted, in nanoseconds.
fn work(record: &WorkloadRecord) -> (u64, u64) {
    (record.caller.work as u64, record.caller.wasted as u64)
}

/// One server; the first request takes 10 s, the second comes at 1 s and takes 0.5 s. Attempts last 3 s at most, and a
/// request is tried once more, 1 s after its first attempt was given up.
#[test]
fn what_becomes_of_given_up_attempts_is_a_choice() {
    let run = |expired: &str| {
        let workload = format!(
            r#"
            timeout = "3 s"
            expired = "{expired}"
            retry = {{ attempts = 2, backoff = "1 s", jitter = "none" }}
            "#
        );
        replayed(&[(0.0, 10.0), (1.0, 0.5)], &workload, "servers = 1")
    };
    // The server is busy with the first attempt until 10 s. By then all four have been given up, at 3, 4, 7 and 8 s, and
    // the other three are done to no use: until 10.5, 20.5 and 21 s.
    let done = run("done");
    assert_eq!((done.done, done.timeouts, done.caller.attempts), (0, 2, 4));
    assert_eq!(work(&done), (nanos(21.0), nanos(21.0)));
    // At 10 s the server finds nothing in its queue that anyone waits for.
    let dropped = run("dropped");
    assert_eq!(
        (dropped.done, dropped.timeouts, dropped.caller.attempts),
        (0, 2, 4)
    );
    assert_eq!(work(&dropped), (nanos(10.0), nanos(10.0)));
    // The first attempt is stopped at 3 s, so that the second request is served until 3.5 s. The other one has its
    // second attempt from 4 to 7 s.
    let cancelled = run("cancelled");
    assert_eq!(
        (cancelled.done, cancelled.timeouts, cancelled.caller.attempts),
        (1, 1, 3)
    );
    assert_eq!(work(&cancelled), (nanos(6.5), nanos(6.0)));
    assert_eq!(response_sum(&cancelled), nanos(2.5));
    for record in [done, dropped, cancelled] {
        assert_eq!(
            (record.caller.ended, record.caller.unfinished),
            (record.caller.attempts, 0)
        );
    }
}

/// A slow server that is preferred, and a quick one. One second of work takes 10 s at the first.
const PAIR: &str = r#"
    balancer = "first-fit"
    slots = 4
    [[service.group]]
    servers = 1
    speed = 0.1
    [[service.group]]
    servers = 1
"#;

#[test]
fn a_retry_goes_where_it_is_told_to() {
    let run = |server: &str| {
        let workload = format!(
            r#"
            timeout = "3 s"
            retry = {{ attempts = 2, backoff = "500 ms", jitter = "none", server = "{server}" }}
            "#
        );
        replayed(&[(0.0, 1.0)], &workload, PAIR)
    };
    // From 3.5 to 4.5 s at the other server, while the first still works on the first attempt until 10 s.
    let another = run("another");
    assert_eq!((another.done, another.rescued), (1, 1));
    assert_eq!(response_sum(&another), nanos(4.5));
    assert_eq!(work(&another), (nanos(11.0), nanos(10.0)));
    for server in ["any", "same"] {
        let there = run(server);
        assert_eq!((there.done, there.timeouts), (0, 1), "{server}");
        assert_eq!(work(&there), (nanos(20.0), nanos(20.0)), "{server}");
    }
}

#[test]
fn a_hedge_overtakes_and_the_rest_is_withdrawn_or_done_in_vain() {
    let run = |cancel: bool| {
        let workload = format!("hedge = {{ after = \"1 s\", cancel = {cancel} }}");
        replayed(&[(0.0, 1.0)], &workload, PAIR)
    };
    // Sent at 1 s, answered at 2 s; the first attempt has had 2 s of the slow server by then.
    let withdrawn = run(true);
    assert_eq!(
        (response_sum(&withdrawn), withdrawn.caller.hedges),
        (nanos(2.0), 1)
    );
    assert_eq!(work(&withdrawn), (nanos(3.0), nanos(2.0)));
    let done = run(false);
    assert_eq!(response_sum(&done), nanos(2.0));
    assert_eq!(work(&done), (nanos(11.0), nanos(10.0)));
    // An answer in time needs no hedge.
    let quick = replayed(&[(0.0, 0.05)], "hedge = { after = \"1 s\" }", PAIR);
    assert_eq!((response_sum(&quick), quick.caller.hedges), (nanos(0.5), 0));
}

/// Both attempts are answered at 2 s: the hedge was sent at 1 s and takes 1 s, the first attempt takes 2 s. The one that
/// began first ends first, and the other is withdrawn at that same instant, when it has done all of its work.
#[test]
fn two_answers_at_one_instant_are_one_answer() {
    let service = r#"
        balancer = "first-fit"
        [[service.group]]
        servers = 1
        speed = 0.5
        [[service.group]]
        servers = 1
    "#;
    let both = replayed(&[(0.0, 1.0)], "hedge = { after = \"1 s\" }", service);
    assert_eq!((both.done, response_sum(&both)), (1, nanos(2.0)));
    assert_eq!(work(&both), (nanos(3.0), nanos(1.0)));
    assert_eq!((both.caller.attempts, both.caller.ended), (2, 2));
}

/// The loser of a hedge stands first in the queue of the very server that ends the winner.
#[test]
fn a_loser_that_is_next_in_line_is_withdrawn_before_it_takes_any_time() {
    let workload = "hedge = { after = \"1 s\", server = \"any\" }";
    let record = replayed(&[(0.0, 3.0), (0.5, 1.0)], workload, "servers = 1");
    // The hedge of the first request comes at 1 s, that of the second at 1.5 s; the queue is then 2, 1', 2'. At 3 s the
    // first is done, and 2 goes on until 4 s, when 2' is withdrawn.
    assert_eq!((record.done, record.caller.hedges), (2, 2));
    assert_eq!(response_sum(&record), nanos(3.0) + nanos(3.5));
    assert_eq!(work(&record), (nanos(4.0), 0));
}

#[test]
fn the_deadline_ends_a_request_whatever_is_under_way() {
    // Attempts at 0 and at 3 s; the second would last until 5.5 s.
    let workload = r#"
        timeout = "2.5 s"
        deadline = "5 s"
        retry = { attempts = 10, backoff = "500 ms", factor = 1, jitter = "none" }
        expired = "cancelled"
    "#;
    let record = replayed(&[(0.0, 100.0)], workload, "servers = 1");
    assert_eq!((record.timeouts, record.caller.attempts), (1, 2));
    assert_eq!(work(&record), (nanos(4.5), nanos(4.5)));
    // A retry that would come after the deadline is none.
    let workload = workload.replace("500 ms", "2.5 s");
    let record = replayed(&[(0.0, 100.0)], &workload, "servers = 1");
    assert_eq!((record.timeouts, record.caller.attempts), (1, 1));
    // Without any policy a deadline ends nothing.
    let patient = replayed(&[(0.0, 100.0)], "deadline = \"5 s\"", "servers = 1");
    assert_eq!((patient.done, patient.in_time), (1, 0));
}

/// Pauses of 1, 2, 4 and 4 s between attempts that are turned away at once: at 0, 1, 3, 7 and 11 s. The slot is free from
/// 10 s on.
#[test]
fn pauses_grow_until_a_slot_is_free() {
    let workload = r#"
        retry = { attempts = 5, backoff = "1 s", max_backoff = "4 s", jitter = "none", on = ["rejected"] }
    "#;
    let service = "servers = 1\nqueue = { at = \"server\", capacity = 0 }";
    let record = replayed(&[(0.0, 10.5), (0.5, 1.0)], workload, service);
    assert_eq!((record.done, record.rescued, record.caller.retries), (2, 1, 4));
    // It came at 0.5 s, was tried at 0.5, 1.5, 3.5, 7.5 and 11.5 s, and takes 1 s.
    assert_eq!(response_sum(&record), nanos(10.5) + nanos(12.0));
    // What is not asked for is not retried.
    let refused = replayed(
        &[(0.0, 10.5), (0.5, 1.0)],
        "retry = { on = [\"timeout\"] }",
        service,
    );
    assert_eq!(
        (refused.done, refused.rejected, refused.caller.retries),
        (1, 1, 0)
    );
}

#[test]
fn an_answer_at_the_instant_of_the_timeout_comes_too_late() {
    let at = |work: f64| {
        let record = replayed(&[(0.0, work)], "timeout = \"2 s\"", "servers = 1");
        (record.done, record.timeouts)
    };
    assert_eq!(at(1.999_999_999), (1, 0));
    assert_eq!(at(2.0), (0, 1));
}
