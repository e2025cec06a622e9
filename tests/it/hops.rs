//! Where the time of responses goes, hop by hop, and what a graph of services runs out of first.

use plimsoll::{
    experiment::{
        bottleneck::Bottleneck,
        hops::{Activity, HopPart},
    },
    scenario,
};

use crate::{
    graphs::{NETWORK, read},
    theory::simulate,
};

/// One request at a time, and nothing by chance: a page that asks for two things one after the other, and of the second
/// three times at once.
const STILL: &str = r#"
[run]
duration = "10 s"
warmup = "1 s"
replications = 2

[network]
within_zone = "1 ms"
outside = "5 ms"

[[workload]]
name = "a"
to = "page"
arrivals = { process = "constant", rate = "10 /s" }

[[service]]
name = "page"
servers = 1
work = "4 ms"
  [[service.call]]
  to = "user"
  [[service.call]]
  to = "item"
  phase = 2
  times = 3

[[service]]
name = "user"
servers = 1
work = "2 ms"

[[service]]
name = "item"
servers = 1
work = "3 ms"
"#;

#[test]
fn where_time_goes_is_told_to_the_nanosecond() {
    let scenario = scenario::from_str("still", STILL, &[]).unwrap().scenario;
    let results = simulate(&scenario);
    let [hops] = &results.hops[..] else {
        panic!("one workload: {:?}", results.hops)
    };
    assert_eq!(hops.followed, 200);
    let told = hops.parts.iter().map(|part| {
        let [mean, slowest] =
            [part.mean.value, part.slowest.value].map(|seconds| (seconds * 1e9).round() as u64);
        assert_eq!(mean, slowest, "all responses are alike");
        (part.hop.as_str(), part.activity.name(), mean / 1_000_000)
    });
    // Of three that go out at once, the last one waits for the other two.
    let expected = [
        ("page", "work", 4),
        ("page", "network", 10),
        ("page>user", "work", 2),
        ("page>user", "network", 2),
        ("page>item", "queueing", 6),
        ("page>item", "work", 3),
        ("page>item", "network", 2),
    ];
    assert_eq!(told.collect::<Vec<_>>(), expected);
}

#[test]
fn the_parts_of_responses_sum_up_to_them() {
    let retries = "\nprobability = 0.5\ntimeout = \"12 ms\"\nretry = { attempts = 4 }\n";
    let network =
        "\n[network]\nwithin_zone = { distribution = \"exponential\", mean = \"0.3 ms\" }\nloss = \"1 %\"\n";
    let text = NETWORK.replacen("  probability = 0.5\n", retries, 1) + network;
    let scenario = read(&text, 300.0, 20);
    let results = simulate(&scenario);
    assert_eq!(results.hops.len(), 2);
    for hops in &results.hops {
        let mean = results.find(&hops.of, "response.mean").unwrap().value.unwrap();
        let sum: f64 = hops.parts.iter().map(|part| part.mean.value).sum();
        assert!((sum / mean - 1.0).abs() < 1e-9, "{sum} of {mean}");
        let slowest: f64 = hops.parts.iter().map(|part| part.slowest.value).sum();
        let p99 = results.find(&hops.of, "response.p99").unwrap().value.unwrap();
        assert!(p99 < slowest && slowest < 4.0 * p99, "{slowest} beyond {p99}");
    }
    let retried = |part: &&HopPart| part.activity == Activity::Retries;
    let retries: Vec<_> = results.hops[0].parts.iter().filter(retried).collect();
    assert_eq!(retries.len(), 1, "{retries:?}");
    assert_eq!(retries[0].hop, "orders>stock");
}

/// A page that keeps its slots while it asks an old system for something.
const OLD: &str = r#"
[[service]]
name = "web"
servers = 2
slots = 8
work = { distribution = "exponential", mean = "2 ms" }
  [[service.call]]
  to = "relay"

[[service]]
name = "relay"
servers = 1
slots = 100
work = "0.1 ms"
slot_during_calls = "released"
  [[service.call]]
  to = "old"

[[service]]
name = "old"
servers = 50
work = { distribution = "exponential", mean = "90 ms" }
balancer = "least-connections"
"#;

fn bottleneck(text: &str, rate: f64) -> Bottleneck {
    simulate(&read(text, rate, 30))
        .bottleneck
        .expect("a graph has one")
}

#[test]
fn where_slots_are_full_of_requests_that_wait_whoever_they_wait_for_is_the_bottleneck() {
    let told = bottleneck(OLD, 150.0);
    assert_eq!(told.of, "service.old", "{told:?}");
    let steps: Vec<&str> = told.held.iter().map(|held| held.call.as_str()).collect();
    assert_eq!(steps, ["web>relay", "relay>old"]);
    let web = &told.held[0];
    // Of 92 ms in a slot 90 are waiting, and 150 of these come a second to 16 slots.
    assert!(
        (web.waiting - 90.0 / 92.0).abs() < 0.02 && 0.8 < web.utilisation,
        "{web:?}"
    );
    assert!((told.utilisation - 150.0 * 0.09 / 50.0).abs() < 0.02, "{told:?}");
    assert!((told.full_at - 50.0 / 0.09).abs() < 20.0, "{told:?}");
}

#[test]
fn a_caller_that_is_short_itself_is_the_bottleneck_though_it_waits_as_well() {
    let short = OLD.replacen("mean = \"2 ms\"", "mean = \"60 ms\"", 1).replacen(
        "mean = \"90 ms\"",
        "mean = \"30 ms\"",
        1,
    );
    let told = bottleneck(&short, 150.0);
    assert_eq!(
        (told.of.as_str(), told.held.len()),
        ("service.web", 0),
        "{told:?}"
    );
    assert!((told.own - 60.0 / 90.1).abs() < 0.03, "{told:?}");
    let (workload, share) = told.slowest.expect("it queues");
    assert!(workload == "workload.a" && 0.05 < share && share < 1.0, "{share}");
}

#[test]
fn a_service_whose_slots_are_fullest_by_its_own_work_is_the_bottleneck() {
    let told = bottleneck(NETWORK, 450.0);
    // 100 + 450 + 0.5 × 1.6 × 450 = 910 requests a second of 1.5 ms come to its two slots, fewer than it could do.
    assert_eq!(told.of, "service.stock", "{told:?}");
    assert!(told.held.is_empty() && told.own == 1.0, "{told:?}");
    assert!(
        (told.rate - 910.0).abs() < 5.0 && (told.full_at - 2.0 / 0.0015).abs() < 10.0,
        "{told:?}"
    );
}

/// One write at a time on three nodes; its leader works on it for 4 ms, and so does each follower.
const WRITES: &str = r#"
[run]
duration = "10 s"
warmup = "1 s"
replications = 2

[[workload]]
name = "w"
to = "s"
operation = "write"
arrivals = { process = "constant", rate = "10 /s" }

[[store]]
name = "s"
nodes = 3
shards = 3
read = { work = "2 ms" }
write = { work = "4 ms" }
consistency = { mode = "leader", replication = "asynchronous" }
"#;

#[test]
fn the_work_of_a_leader_is_work_whoever_it_waits_for() {
    for (replication, expected) in [
        ("asynchronous", vec![("s: write at a replica", "work", 4)]),
        (
            "synchronous",
            vec![
                ("s: write at a replica", "work", 4),
                ("s: follow at a replica", "work", 4),
            ],
        ),
    ] {
        let text = WRITES.replace("asynchronous", replication);
        let results = simulate(&scenario::from_str("writes", &text, &[]).unwrap().scenario);
        let told = results.hops[0].parts.iter().map(|part| {
            let mean = (part.mean.value * 1e3).round() as u64;
            (part.hop.as_str(), part.activity.name(), mean)
        });
        assert_eq!(told.collect::<Vec<_>>(), expected, "{replication}");
    }
}
