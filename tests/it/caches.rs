//! Caches in front of calls: by the clock, against exact values and against an approximation.

use plimsoll::{
    experiment::{Results, theory_only},
    scenario::{self, Override},
};

use crate::theory::simulate;

/// A request every 10 ms, which asks for one thing: 1 ms of work that is known at once or after another 4 ms.
const FRONT: &str = r#"
[run]
duration = "100 s"
warmup = "5 s"
replications = 8
confidence = "99 %"
seed = 2002

[[workload]]
name = "clients"
to = "web"
arrivals = { process = "constant", rate = "100 /s" }

[[service]]
name = "web"
servers = 1
work = "1 ms"
  [[service.call]]
  to = "data"
  keys = { popularity = "zipf", exponent = 1.0, count = 3 }
  cache = { policy = "lru", entries = 2 }

[[service]]
name = "data"
servers = 1
work = "4 ms"
"#;
const LRU: &str = "{ policy = \"lru\", entries = 2 }";
const KEYS: &str = "{ popularity = \"zipf\", exponent = 1.0, count = 3 }";

fn results(text: &str, changes: &[&str]) -> Results {
    let changes: Vec<Override> = changes.iter().map(|change| change.parse().unwrap()).collect();
    let loaded =
        scenario::from_str("caches", text, &changes).unwrap_or_else(|error| panic!("{error}\n{text}"));
    simulate(&loaded.scenario)
}

/// The share of calls that the cache knew, and the ends of its interval.
fn hits(results: &Results) -> (f64, f64, f64) {
    let measure = results.find("call.web>data", "hits").expect("it has a cache");
    (
        measure.value.unwrap(),
        measure.low.unwrap(),
        measure.high.unwrap(),
    )
}

fn with(keys: &str, cache: &str) -> String {
    assert!(FRONT.contains(KEYS) && FRONT.contains(LRU));
    FRONT.replacen(KEYS, keys, 1).replacen(LRU, cache, 1)
}

#[test]
fn a_given_share_is_known_and_the_rest_is_sent() {
    let results = results(&with(KEYS, "{ hit = \"80 %\", takes = \"0.5 ms\" }"), &[]);
    let (share, low, high) = hits(&results);
    assert!(low < 0.8 && 0.8 < high && high - low < 0.01, "{low} to {high}");
    let value = |of: &str, name: &str| results.find(of, name).unwrap().value.unwrap();
    let sent = value("call.web>data", "throughput") / 100.0;
    assert!((sent + share - 1.0).abs() < 1e-4, "{sent} sent, {share} known");
    let response = value("workload.clients", "response.mean");
    let expected = 0.001 + share * 0.000_5 + (1.0 - share) * 0.004;
    assert!((response - expected).abs() < 1e-6, "{response} for {expected}");
}

/// Two of three keys are there. In the long run those are `i`, asked for last, and `j` before it, with the probability
/// `p(i) p(j) / (1 − p(i))`.
#[test]
fn a_tiny_cache_knows_what_the_exact_chain_says() {
    let p = [6.0 / 11.0, 3.0 / 11.0, 2.0 / 11.0];
    let pairs = (0..3).flat_map(|i| (0..3).filter(move |&j| j != i).map(move |j| (i, j)));
    let two: f64 = pairs
        .map(|(i, j): (usize, usize)| p[i] * p[j] / (1.0 - p[i]) * (p[i] + p[j]))
        .sum();
    let one: f64 = p.iter().map(|p| p * p).sum();
    for (entries, exact) in [(1, one), (2, two)] {
        let cache = format!("{{ policy = \"lru\", entries = {entries} }}");
        let (share, low, high) = hits(&results(&with(KEYS, &cache), &["run.duration=300 s"]));
        assert!(
            low < exact && exact < high,
            "{entries}: {low} to {high}, exact {exact}"
        );
        assert!(high - low < 0.02, "{entries}: {low} to {share} to {high}");
    }
}

/// What the formula says of the hits, or why it says nothing.
fn told(text: &str, changes: &[&str]) -> Result<(f64, String), String> {
    let changes: Vec<Override> = changes.iter().map(|change| change.parse().unwrap()).collect();
    let loaded = scenario::from_str("caches", text, &changes).unwrap_or_else(|error| panic!("{error}"));
    let results = theory_only(&loaded.scenario);
    let measure = results.find("call.web>data", "hits").unwrap();
    match (measure.theory.first(), &measure.no_theory) {
        (Some(first), _) => {
            assert_eq!(first.formula.name, "LRU cache, Che");
            Ok((first.value, first.leaves_out.clone().unwrap_or_default()))
        }
        (None, reason) => Err(reason.clone().unwrap_or_default()),
    }
}

/// Poisson requests for two thousand keys to two servers, each of which keeps so many answers for so long.
fn large(entries: u32, ttl: &str) -> String {
    let keys = "{ popularity = \"zipf\", exponent = 0.8, count = 2_000 }";
    let text = with(keys, &format!("{{ policy = \"lru\", entries = {entries}{ttl} }}"));
    let poisson = text.replacen("constant", "poisson", 1);
    poisson.replacen("servers = 1", "servers = 2\nbalancer = \"random\"", 1)
}

#[test]
fn a_large_cache_knows_what_the_approximation_says() {
    for (ttl, decoys) in [
        ("", [large(210, "")]),
        (", ttl = \"10 s\"", [large(200, ", ttl = \"12 s\"")]),
        (", ttl = \"2 s\"", [large(200, ", ttl = \"2.1 s\"")]),
    ] {
        let text = large(200, ttl);
        let (share, low, high) = hits(&results(&text, &["run.warmup=100 s", "run.duration=1000 s"]));
        let (expected, leaves_out) = told(&text, &[]).unwrap();
        assert_eq!(leaves_out, "the time until an answer is there");
        assert!(high - low < 0.006, "too wide to mean anything: {low} to {high}");
        assert!((share - expected).abs() < 0.003, "{share} for {expected}{ttl}");
        for decoy in decoys {
            let (decoy, _) = told(&decoy, &[]).unwrap();
            assert!(
                0.003 < (share - decoy).abs(),
                "{share} would also do for {decoy}{ttl}"
            );
        }
    }
}

#[test]
fn caches_without_a_formula_say_why() {
    let large = large(200, ", ttl = \"10 s\"");
    let reason = |from: &str, to: &str| {
        assert!(large.contains(from), "{from}");
        told(&large.replacen(from, to, 1), &[]).unwrap_err()
    };
    let inherited = |more: &str| {
        let keys = "keys = { popularity = \"zipf\", exponent = 0.8, count = 2_000 }\n";
        let moved = large.replacen(keys, more, 1);
        moved.replacen("to = \"web\"\n", &format!("to = \"web\"\n{keys}"), 1)
    };
    assert!(told(&inherited(""), &[]).is_ok());
    assert_eq!(
        told(&inherited("times = 2\n"), &[]),
        Err("requests that may ask for the same more than once".to_owned())
    );
    assert_eq!(
        told(&inherited("").replacen("\"random\"", "\"key-hash\"", 1), &[]),
        Err("servers that are each asked for keys of their own".to_owned())
    );
    assert_eq!(
        reason("to = \"web\"\n", "to = \"web\"\ntimeout = \"1 s\"\n"),
        "clients that give up or try again"
    );
    let closed = "{ process = \"closed\", clients = 3, think = \"50 ms\" }";
    assert_eq!(
        reason("{ process = \"poisson\", rate = \"100 /s\" }", closed),
        "arrivals wait for answers"
    );
    // Without a time the rate does not matter.
    let for_ever = large.replacen(", ttl = \"10 s\"", "", 1);
    let closed = for_ever.replacen("{ process = \"poisson\", rate = \"100 /s\" }", closed, 1);
    assert!(told(&closed, &[]).is_ok());
}

#[test]
fn an_answer_is_good_for_its_time_from_when_it_came() {
    // It comes 5 ms after it was asked for, and is good for 95 ms: for nine more requests, and not for the tenth.
    let text = with(
        "{ count = 1 }",
        "{ policy = \"lru\", entries = 5, ttl = \"94 ms\" }",
    );
    let (share, ..) = hits(&results(&text, &[]));
    assert!((share - 0.9).abs() < 1e-3, "{share}");
}

#[test]
fn a_server_that_crashed_has_to_learn_anew() {
    let sent = |text: &str| {
        let results = results(text, &["run.replications=2"]);
        let rate = results
            .find("call.web>data", "throughput")
            .unwrap()
            .value
            .unwrap();
        (rate * 100.0).round() as u32
    };
    let text = with("{ count = 1 }", LRU);
    assert_eq!(sent(&text), 0, "all of it was known by then");
    let fault = "\n[[fault]]\nat = \"30 s\"\nfor = \"2 s\"\ntarget = \"service:web\"\nmode = \"crash\"\n";
    assert_eq!(sent(&(text + fault)), 1);
}

#[test]
fn what_a_cache_answers_is_a_part_of_the_response() {
    let results = results(&with(KEYS, "{ hit = \"50 %\", takes = \"2 ms\" }"), &[]);
    let mean = results
        .find("workload.clients", "response.mean")
        .unwrap()
        .value
        .unwrap();
    let sum: f64 = results.hops[0].parts.iter().map(|part| part.mean.value).sum();
    assert!((sum / mean - 1.0).abs() < 1e-9, "{sum} of {mean}");
    let names: Vec<(&str, &str)> = results.hops[0]
        .parts
        .iter()
        .map(|part| (part.hop.as_str(), part.activity.name()))
        .collect();
    assert_eq!(names, [("web", "work"), ("web>data", "work")]);
}
