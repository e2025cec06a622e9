//! The one server that is full before the others.

use plimsoll::{
    experiment::bottleneck::Bottleneck,
    report::{Invocation, Style, table},
    scenario,
};

use crate::theory::simulate;

/// A service that is busier on average than the store behind it, of whose keys one is asked for half of the time.
const HOT: &str = r#"
[run]
duration = "60 s"
warmup = "1 s"
replications = 4

[[workload]]
name = "clients"
to = "web"
arrivals = { process = "poisson", rate = "100 /s" }

[[service]]
name = "web"
servers = 2
work = { distribution = "exponential", mean = "8 ms" }
slot_during_calls = "released"
  [[service.call]]
  to = "kv"
  operation = "read"

[[store]]
name = "kv"
nodes = 6
shards = 60
replication = 1
keys = { popularity = "hot", count = 6_000, share = "50 %" }
read = { work = { distribution = "exponential", mean = "10 ms" } }
write = { work = { distribution = "exponential", mean = "10 ms" } }
"#;

const INVOCATION: Invocation<'_> = Invocation {
    command: "run",
    wall_seconds: 1.0,
    origin: None,
};

fn bottleneck(text: &str) -> (Bottleneck, String) {
    let loaded = scenario::from_str("hot", text, &[]).unwrap_or_else(|error| panic!("{error}"));
    let results = simulate(&loaded.scenario);
    let text = table::run(&results, &INVOCATION, Style::Plain);
    (results.bottleneck.expect("one is named"), text)
}

#[test]
fn the_node_of_a_hot_key_is_the_limit_though_the_store_is_idle_on_average() {
    let (told, text) = bottleneck(HOT);
    let hottest = told.hottest.expect("one node is hot");
    // One sixth of the store's capacity on average; half of all, and its part of the other half, at one node.
    assert!(
        (told.utilisation - 1.0 / 6.0).abs() < 0.01,
        "{}",
        told.utilisation
    );
    assert!(
        (0.5..0.65).contains(&hottest.utilisation),
        "{}",
        hottest.utilisation
    );
    assert_eq!((&*told.of, hottest.is_node), ("store.kv", true));
    let shard = hottest.shard.expect("a shard makes it hot");
    assert!((0.49..0.54).contains(&shard.share) && shard.one_key, "{shard:?}");
    assert!(
        (told.full_at - 100.0 / hottest.utilisation).abs() < 3.0,
        "{}",
        told.full_at
    );
    assert!(text.contains("most of them for one key"), "{text}");
    let (told, _) = bottleneck(&HOT.replace("share = \"50 %\"", "share = \"1 %\""));
    assert_eq!(&*told.of, "service.web", "{told:?}");
}

/// The same key by a hash, at servers of a service, which stay the same in every replication.
#[test]
fn the_server_of_a_hot_key_is_named_by_its_number() {
    let service = r#"
[[service]]
name = "cache"
servers = 6
work = { distribution = "exponential", mean = "10 ms" }
balancer = "key-hash"
"#;
    let from = HOT.find("[[store]]").unwrap();
    let text = format!("{}{service}", &HOT[..from]);
    let text = text.replace(
        "to = \"kv\"\n  operation = \"read\"",
        "to = \"cache\"\n  keys = { popularity = \"hot\", count = 6_000, share = \"50 %\" }",
    );
    let (told, text) = bottleneck(&text);
    assert_eq!(&*told.of, "service.cache");
    let hottest = told.hottest.expect("one server is hot");
    assert!(
        !hottest.is_node && hottest.number.is_some() && hottest.shard.is_none(),
        "{hottest:?}"
    );
    assert!(
        (0.5..0.65).contains(&hottest.utilisation),
        "{}",
        hottest.utilisation
    );
    assert!(text.contains("the busiest, is"), "{text}");
}
