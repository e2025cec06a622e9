//! Relations between runs that need no oracle, and what order statistics say.

use plimsoll::{
    model::{WorkloadRecord, balancer},
    scenario,
};

use super::{record, record_of};

fn one(workload: &str, service: &str) -> plimsoll::scenario::Loaded {
    let text = format!(
        r#"
        [run]
        duration = "200 s"
        warmup = "0 s"
        replications = 1
        seed = 11
        allow_overload = true
        [[workload]]
        name = "clients"
        to = "web"
        arrivals = {{ process = "poisson", rate = "90 /s" }}
        {workload}
        [[service]]
        name = "web"
        {service}
        "#
    );
    scenario::from_str("relations", &text, &[]).unwrap_or_else(|error| panic!("{error}"))
}
fn run(workload: &str, service: &str) -> WorkloadRecord {
    record(&one(workload, service)).workloads.remove(0)
}

const BUSY: &str = r#"
    servers = 10
    balancer = { policy = "power-of-d", d = 2, balancers = 3 }
    work = { distribution = "exponential", mean = "100 ms" }
"#;

/// What a client can tell of a run.
fn seen(record: &WorkloadRecord) -> (u64, u64, u64, Option<u64>, Option<f64>, Option<f64>) {
    let times = (record.response_moments.mean(), record.wait_moments.mean());
    let longest = record.response.max();
    (
        record.offered,
        record.done,
        record.timeouts,
        longest,
        times.0,
        times.1,
    )
}

#[test]
fn policies_that_never_act_change_nothing() {
    let plain = run("", BUSY);
    assert!(15_000 < plain.done);
    for policy in [
        "retry = { attempts = 1 }",
        "timeout = \"1 h\"",
        "timeout = \"1 h\"\nexpired = \"dropped\"",
        "timeout = \"1 h\"\nexpired = \"cancelled\"",
        "hedge = { after = \"1 h\" }",
        "hedge = { after = \"p50\", budget = { share = \"0 %\", burst = 1 }, cancel = false }\nconcurrency = { limit = 1_000_000 }",
        "concurrency = { limit = 1_000_000 }",
        "rate_limit = { rate = \"1_000_000 /s\", burst = 1_000 }",
        "breaker = {}",
    ] {
        let with = run(policy, BUSY);
        if policy.contains("p50") {
            // One hedge is paid from the reserve.
            assert_eq!(with.caller.hedges, 1, "{policy}");
            continue;
        }
        assert_eq!(seen(&with), seen(&plain), "{policy}");
        assert_eq!(with.caller.attempts, plain.offered, "{policy}");
    }
}

#[test]
fn a_budget_that_is_never_spent_is_none() {
    let retry = |budget: &str| {
        let workload = format!("timeout = \"300 ms\"\nretry = {{ attempts = 3{budget} }}");
        run(&workload, BUSY)
    };
    let (free, rich) = (
        retry(""),
        retry(", budget = { rate = \"1_000_000 /s\", burst = 1_000 }"),
    );
    assert!(100 < free.caller.retries, "{}", free.caller.retries);
    assert_eq!(seen(&free), seen(&rich));
    assert_eq!(free.caller, rich.caller);
}

/// What a budget allows in the long run, it does not exceed; and without one there is far more.
#[test]
fn retries_stay_within_their_budget() {
    let overload = BUSY.replace("100 ms", "120 ms");
    let retry = |budget: &str| {
        let workload = format!("timeout = \"300 ms\"\nretry = {{ attempts = 4{budget} }}");
        let mut loaded = one(&workload, &overload);
        loaded.scenario.run.max_in_flight = 10_000_000;
        record(&loaded).workloads.remove(0)
    };
    let (free, bounded) = (retry(""), retry(", budget = \"10 %\""));
    assert!(bounded.offered < free.caller.retries, "{}", free.caller.retries);
    let most = 10.0 + 0.1 * bounded.offered as f64;
    assert!(bounded.caller.retries as f64 <= most);
    assert!(0.9 * most < bounded.caller.retries as f64, "and it is used");
}

/// Servers that are never busy: the quicker of two exponential times is exponential with half the mean.
#[test]
fn a_hedge_at_once_is_the_lesser_of_two() {
    let idle = r#"
        servers = 1_000
        balancer = "least-connections"
        work = { distribution = "exponential", mean = "100 ms" }
    "#;
    let mean = |workload: &str| {
        let loaded = one(workload, idle);
        let runs = (0..4).map(|index| record_of(&loaded, index).workloads.remove(0));
        let means = runs.map(|run| run.response_moments.mean().unwrap() / 1e9);
        means.sum::<f64>() / 4.0
    };
    // 72 000 times: a standard error of 0.4 % of each mean.
    let plain = mean("");
    assert!((plain / 0.1 - 1.0).abs() < 0.015, "{plain}");
    let fresh = mean("hedge = { after = \"0 s\" }\nattempt_work = \"fresh\"");
    assert!((fresh / 0.05 - 1.0).abs() < 0.015, "{fresh}");
    // The same work twice is no quicker.
    let same = mean("hedge = { after = \"0 s\" }");
    assert!((same - plain).abs() < 1e-9, "{same} and {plain}");
    // After a time t the rest is the lesser of the two: t + e^(−t/m)·… worked out: E = m(1 − e^(−t/m)) + e^(−t/m)·m/2.
    let later = mean("hedge = { after = \"100 ms\" }\nattempt_work = \"fresh\"");
    let expected = 0.1 * (1.0 - (-1.0_f64).exp() / 2.0);
    assert!(
        (later / expected - 1.0).abs() < 0.015,
        "{later} and not {expected}"
    );
}

#[test]
fn a_percentile_hedges_its_share() {
    let idle = r#"
        servers = 1_000
        balancer = "least-connections"
        work = { distribution = "lognormal", mean = "100 ms", cv = 1.5 }
    "#;
    let record = run("hedge = { after = \"p90\" }\nattempt_work = \"fresh\"", idle);
    let share = record.caller.hedges as f64 / record.offered as f64;
    assert!((share - 0.1).abs() < 0.015, "{share}");
    assert!(0 < record.caller.wasted && record.caller.wasted < record.caller.work / 4);
}

/// Attempts that fail by themselves, with probability p: the first of a geometric number succeeds. Here they take longer
/// than they are waited for.
#[test]
fn attempts_are_geometric_where_each_fails_by_itself() {
    let idle = r#"
        servers = 2_000
        balancer = "least-connections"
        work = { distribution = "exponential", mean = "100 ms" }
    "#;
    // Longer than 120 ms with probability e^(−1.2) = 0.3012.
    let workload = r#"
        timeout = "120 ms"
        retry = { attempts = 3, backoff = "1 ms" }
        attempt_work = "fresh"
    "#;
    let record = run(workload, idle);
    let p = (-1.2_f64).exp();
    let attempts = record.caller.attempts as f64 / record.offered as f64;
    assert!((attempts / (1.0 + p + p * p) - 1.0).abs() < 0.01, "{attempts}");
    let lost = record.timeouts as f64 / record.ended() as f64;
    assert!((lost / (p * p * p) - 1.0).abs() < 0.1, "{lost}");
}

/// One of four servers answers nothing but errors, and no balancer notices. A second attempt somewhere else is always
/// answered, whatever the policy; where the balancer is free to choose the same, it is not always.
#[test]
fn another_server_is_another_whatever_the_policy() {
    for entry in balancer::REGISTRY {
        let run = |server: &str| {
            let text = format!(
                r#"
                [run]
                duration = "20 s"
                warmup = "0 s"
                replications = 1
                [[workload]]
                name = "clients"
                to = "web"
                arrivals = {{ process = "poisson", rate = "60 /s" }}
                retry = {{ attempts = 2, backoff = "1 ms", server = "{server}" }}
                keys = {{ count = 50 }}
                sources = {{ count = 50 }}
                [[service]]
                name = "web"
                servers = 4
                work = {{ distribution = "exponential", mean = "20 ms" }}
                balancer = {{ policy = "{}", {} }}
                [[fault]]
                at = "0 s"
                for = "20 s"
                target = "server:web.1"
                mode = "error"
                "#,
                entry.name, entry.example
            );
            let loaded = scenario::from_str("another", &text, &[]).unwrap_or_else(|error| panic!("{error}"));
            record(&loaded).workloads.remove(0)
        };
        let another = run("another");
        // A session that sticks moves with its retry, and then stays away.
        let least = if entry.name == "sticky" { 5 } else { 50 };
        assert!(
            least < another.caller.retries,
            "{}: the server is never chosen",
            entry.name
        );
        let ends = |run: &WorkloadRecord| run.caller.retries.saturating_sub(run.unfinished);
        assert_eq!(another.failed, 0, "{}", entry.name);
        assert!(ends(&another) <= another.rescued, "{}", entry.name);
        let same = run("same");
        assert_eq!(same.rescued, 0, "{}", entry.name);
        assert!(ends(&same) <= same.failed, "{}", entry.name);
    }
}
