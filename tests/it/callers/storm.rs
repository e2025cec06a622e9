//! A storm of settings: whatever callers do, each request ends once and nothing is lost.

use plimsoll::scenario;
use proptest::prelude::*;

use super::record;

fn word(words: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    proptest::sample::select(words)
}
fn maybe(text: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    proptest::option::of(text).prop_map(Option::unwrap_or_default)
}

fn budget() -> impl Strategy<Value = String> {
    word(&[
        "",
        ", budget = \"10 %\"",
        ", budget = { share = \"50 %\", burst = 1 }",
        ", budget = { rate = \"20 /s\", burst = 5 }",
    ])
    .prop_map(str::to_owned)
}

fn retry() -> impl Strategy<Value = String> {
    let on = word(&[
        "[\"timeout\"]",
        "[\"rejected\"]",
        "[\"timeout\", \"refused\", \"lost\", \"error\", \"rejected\"]",
    ]);
    let server = word(&["any", "another", "same"]);
    let attempts = word(&["1", "2", "5", "\"unlimited\""]);
    let jitter = word(&["full", "equal", "none", "exponential"]);
    (attempts, 1_u32..300, jitter, on, server, budget()).prop_map(
        |(attempts, backoff, jitter, on, server, budget)| {
            format!(
                "retry = {{ attempts = {attempts}, backoff = \"{backoff} ms\", max_backoff = \"1 s\", jitter = \"{jitter}\", \
                 on = {on}, server = \"{server}\"{budget} }}\n"
            )
        },
    )
}

fn hedge() -> impl Strategy<Value = String> {
    let after = word(&["0 s", "5 ms", "25 ms", "p50", "p95"]);
    (after, any::<bool>(), word(&["any", "another"]), budget()).prop_map(|(after, cancel, server, budget)| {
        format!("hedge = {{ after = \"{after}\", cancel = {cancel}, server = \"{server}\"{budget} }}\n")
    })
}

fn limits() -> impl Strategy<Value = String> {
    word(&[
        "",
        "",
        "concurrency = { limit = 7 }\n",
        "concurrency = { control = \"aimd\", start = 5, slow = \"50 ms\" }\n",
        "concurrency = \"gradient\"\n",
        "rate_limit = { rate = \"80 /s\", burst = 3 }\n",
        "breaker = { least = 5, window = \"500 ms\", open = \"100 ms\", probes = 2 }\n",
        "breaker = { failures = \"10 %\", least = 1, open = \"50 ms\" }\nconcurrency = { limit = 20 }\n",
    ])
    .prop_map(str::to_owned)
}

fn workload() -> impl Strategy<Value = String> {
    let times = (
        maybe((30_u32..200).prop_map(|ms| format!("timeout = \"{ms} ms\"\n"))),
        maybe((50_u32..400).prop_map(|ms| format!("deadline = \"{ms} ms\"\n"))),
        word(&["done", "dropped", "cancelled"]),
        word(&["same", "fresh"]),
    );
    (times, maybe(retry()), maybe(hedge()), limits()).prop_map(
        |((timeout, deadline, expired, work), retry, hedge, limits)| {
            let mut text = format!("{timeout}{deadline}{retry}{hedge}{limits}");
            let idle = retry.is_empty() && hedge.is_empty() && limits.is_empty();
            if !timeout.is_empty() || !deadline.is_empty() && !idle {
                text += &format!("expired = \"{expired}\"\n");
            }
            if !(retry.is_empty() && hedge.is_empty()) {
                text += &format!("attempt_work = \"{work}\"\n");
            }
            text
        },
    )
}

fn arrivals() -> impl Strategy<Value = &'static str> {
    word(&[
        "{ process = \"poisson\", rate = \"90 /s\" }",
        "{ process = \"poisson\", rate = \"150 /s\" }",
        "{ process = \"batches\", rate = \"20 /s\", size = 5 }",
        "{ process = \"closed\", clients = 12, think = \"30 ms\" }",
    ])
}

fn queue() -> impl Strategy<Value = &'static str> {
    word(&[
        "\"fifo\"",
        "{ at = \"server\", discipline = \"lifo\", capacity = 3 }",
        "{ at = \"server\", discipline = \"shortest-job-first\", timeout = \"40 ms\" }",
        "{ at = \"server\", discipline = \"random\" }",
        "{ at = \"server\", discipline = \"processor-sharing\", capacity = 5 }",
        "{ at = \"server\", discipline = \"priority\", preemptive = true }",
        "{ at = \"balancer\", capacity = 9 }",
        "{ shed = \"codel\" }",
        "{ shed = { policy = \"controlled-delay\", target = \"20 ms\" }, discipline = \"adaptive-lifo\", from = 3 }",
        "{ shed = { policy = \"priority\", levels = [{ waiting = 2, keep = 0 }] }, discipline = \"priority\" }",
        "{ shed = \"codel\", discipline = \"priority\", preemptive = true, timeout = \"100 ms\" }",
        "{ at = \"balancer\", limit = 4, shed = { policy = \"controlled-delay\", interval = \"30 ms\" } }",
        "{ at = \"balancer\", limit = 4, timeout = \"60 ms\" }",
        "{ at = \"balancer\", discipline = \"processor-sharing\", limit = 6 }",
    ])
}

fn balancer() -> impl Strategy<Value = &'static str> {
    word(&[
        "\"round-robin\"",
        "\"random\"",
        "\"least-connections\"",
        "\"join-idle-queue\"",
        "{ policy = \"power-of-d\", d = 2 }",
        "{ policy = \"power-of-d\", d = 2, standby = { advertisement = \"100 ms\" } }",
        "\"least-response-time\"",
        "\"least-work\"",
    ])
}

fn watch() -> impl Strategy<Value = &'static str> {
    word(&[
        "",
        "health_check = { interval = \"100 ms\", timeout = \"50 ms\", fall = 2, rise = 1 }",
        "outlier_ejection = { consecutive_errors = 3, ejection_time = \"300 ms\" }",
        "lease = { interval = \"100 ms\", missed = 2 }",
    ])
}

fn trouble() -> impl Strategy<Value = &'static str> {
    word(&[
        "",
        "",
        "[[fault]]\nat = \"1 s\"\nfor = \"1 s\"\ntarget = \"service:web\"\nmode = \"crash\"\n",
        "[[fault]]\nat = \"1 s\"\nfor = \"500 ms\"\ntarget = \"service:web\"\nmode = \"hang\"\n",
        "[[fault]]\nat = \"1 s\"\nfor = \"1 s\"\ntarget = \"service:web\"\nmode = \"hang\"\nresumes = false\n",
        "[[fault]]\nat = \"1 s\"\nfor = \"1 s\"\ntarget = \"service:web\"\nmode = \"slow\"\nfactor = 5\n",
        "[[fault]]\nat = \"1 s\"\nfor = \"1 s\"\ntarget = \"service:web\"\nmode = \"error\"\n",
        "[[fault]]\nat = \"1 s\"\nfor = \"1 s\"\ntarget = \"balancer:web.1\"\nmode = \"crash\"\n",
        "[[fault]]\nat = \"1 s\"\nfor = \"1 s\"\ntarget = \"workload:two\"\nmode = \"surge\"\nfactor = 3\n",
        "[[service.failure]]\nmode = \"crash\"\nafter = { distribution = \"exponential\", mean = \"500 ms\" }\n\
         repair = { distribution = \"exponential\", mean = \"200 ms\" }\n",
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

    /// The audit is asked in `record`: flow balance of requests and of attempts, Little's law, the utilisation law.
    #[test]
    fn every_request_and_every_attempt_ends_once(
        one in workload(), two in workload(), arrivals in arrivals(), queue in queue(), balancer in balancer(),
        trouble in trouble(), watch in watch(), seed in 0_u64..1_000,
    ) {
        let text = format!(
            r#"
            [run]
            duration = "4 s"
            warmup = "0 s"
            replications = 1
            seed = {seed}
            allow_overload = true
            [[workload]]
            name = "one"
            to = "web"
            arrivals = {arrivals}
            {one}
            [[workload]]
            name = "two"
            to = "web"
            priority = 1
            arrivals = {{ process = "poisson", rate = "60 /s" }}
            {two}
            [[service]]
            name = "web"
            slots = 2
            work = {{ distribution = "exponential", mean = "30 ms" }}
            queue = {queue}
            balancer = {balancer}
            {watch}
            [[service.group]]
            servers = 2
            [[service.group]]
            servers = 1
            speed = 0.5
            {trouble}
            "#
        );
        match scenario::from_str("storm", &text, &[]) {
            Ok(loaded) => {
                let record = record(&loaded);
                for workload in &record.workloads {
                    prop_assert!(0 < workload.offered);
                    prop_assert_eq!(workload.offered, workload.ended() + workload.unfinished);
                    let caller = &workload.caller;
                    prop_assert_eq!(caller.attempts, caller.ended + caller.unfinished);
                    prop_assert!(caller.wasted <= caller.work);
                }
            }
            Err(error) => {
                // A hedge after the timeout, or sharing with a queue that leaves nothing to share.
                let message = error.to_string();
                let known = ["no attempt lasts until", "no server ever holds more"];
                prop_assert!(known.iter().any(|known| message.contains(known)), "{}\n{}", message, text);
            }
        }
    }
}
