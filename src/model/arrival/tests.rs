//! The contract of all arrival processes, built from their examples.

use super::*;
use crate::{config::parse_value, rng::Seed};

/// The first arrivals of an example; each request is answered after `response_s` if the process wants to know.
fn first(entry: &Entry<ArrivalPlan>, seed: u64, origin_s: f64, response_s: f64) -> Vec<(SimTime, Arrival)> {
    let (_folder, plan) = example(entry);
    let origin = SimTime::ZERO + SimDuration::from_secs_f64(origin_s);
    let (mut arrivals, mut rng) = ((plan.build)(origin), Seed(seed).replication(0).stream("gaps"));
    let mut all = Vec::new();
    while let Some(at) = arrivals.next(&mut rng).filter(|_| all.len() < 2_000) {
        let arrival = *arrivals.arrival().unwrap_or(&Arrival::SINGLE);
        if plan.answers {
            let answered = at + SimDuration::from_secs_f64(response_s);
            let again = arrivals.answered(arrival.client, answered);
            assert!(again.is_none_or(|at| answered <= at), "{}", entry.name);
        }
        all.push((at, arrival));
    }
    all
}

/// The plan of an entry's example; the folder with the file that it may name must outlive its runs.
fn example(entry: &Entry<ArrivalPlan>) -> (tempfile::TempDir, ArrivalPlan) {
    let folder = tempfile::tempdir().unwrap();
    let lines: Vec<String> = (0..500).map(|k| (k * k).to_string()).collect();
    std::fs::write(
        folder.path().join("access.csv"),
        format!("timestamp\n{}\n", lines.join("\n")),
    )
    .unwrap();
    let problems = Problems::with_folder(folder.path());
    // An example is written in one line, as within braces.
    let text = format!("{{ process = \"{}\", {} }}", entry.name, entry.example);
    let plan = ArrivalPlan::read(&parse_value(&text, 0).unwrap(), &problems);
    assert!(problems.is_empty(), "{problems:?}");
    (folder, plan.unwrap())
}

#[test]
fn time_never_steps_back_and_somebody_comes() {
    for entry in REGISTRY {
        for origin_s in [0.0, 47_000.0] {
            let all = first(entry, 1, origin_s, 0.1);
            assert!(10 < all.len(), "{}: {}", entry.name, all.len());
            assert!(
                all.windows(2).all(|pair| pair[0].0 <= pair[1].0),
                "{}",
                entry.name
            );
            assert!(all.iter().all(|(_, arrival)| 1 <= arrival.size), "{}", entry.name);
        }
    }
}

#[test]
fn arrivals_follow_from_the_seed_alone() {
    for entry in REGISTRY {
        let instants = |seed, response_s| -> Vec<(SimTime, u32)> {
            let all = first(entry, seed, 0.0, response_s);
            all.iter().map(|&(at, arrival)| (at, arrival.size)).collect()
        };
        assert_eq!(instants(1, 0.1), instants(1, 0.1), "{}", entry.name);
        assert_eq!(
            instants(1, 0.1),
            instants(1, 7.0),
            "{}: answers moved arrivals",
            entry.name
        );
        // Only a record leaves nothing to chance.
        let chance = entry.name != trace::ENTRY.name;
        assert_eq!(
            instants(1, 0.1) != instants(2, 0.1),
            chance,
            "{}: the seed",
            entry.name
        );
    }
}

#[test]
fn every_process_has_its_own_name_and_says_which_it_is() {
    for (at, entry) in REGISTRY.iter().enumerate() {
        let kebab = |c: char| c.is_ascii_lowercase() || c == '-';
        assert!(entry.name.chars().all(kebab), "{}", entry.name);
        assert!(
            !entry.summary.is_empty() && !entry.summary.ends_with('.'),
            "{}",
            entry.summary
        );
        assert!(
            REGISTRY[..at].iter().all(|other| other.name != entry.name),
            "{}",
            entry.name
        );
        assert_eq!(example(entry).1.name, entry.name);
    }
}

/// The rate that formulas are told is the rate at which requests come.
#[test]
fn the_rate_that_is_told_is_the_rate_that_comes() {
    for entry in REGISTRY {
        let (_folder, plan) = example(entry);
        // Rates of closed systems depend on the answers, and a day's profile is looked at over whole days elsewhere.
        let steady = !plan.answers && !matches!(plan.nature, Nature::Profile { .. } | Nature::Trace { .. });
        if let Some(told) = plan.nature.rate().filter(|_| steady) {
            // Bursts of a minute or so even out over hours.
            let got = testing::rate(&plan, 10_000.0);
            assert!(
                (got / told - 1.0).abs() < 0.1,
                "{}: {got}, not {told}",
                entry.name
            );
        }
    }
}

#[test]
fn a_rate_beyond_the_clock_is_refused() {
    insta::assert_snapshot!(testing::complaints("process = \"poisson\"\nrate = \"2e9 /s\""), @r#"
    2000000000 requests per second are more than the clock can tell apart (too fast)
      help: use less than 1e9 /s, one request per nanosecond
    "#);
    insta::assert_snapshot!(testing::complaints("process = \"poison\"\nrate = \"2 /s\""), @r#"
    `poison` is not an arrival process, did you mean `poisson`? (not known)
      help: known: poisson, renewal, constant, profile, bursty, on-off, batches, closed, sessions, trace
    "#);
}
