//! What holds for every policy of the list.

use super::{
    Ask, Policy, REGISTRY, Report, ServerId,
    rig::{Rig, policy, pool_of_weights},
};
use crate::rng::Seed;

/// Every member with the settings of its example, and variants whose workings differ.
fn everyone() -> Vec<(String, Policy)> {
    let examples = REGISTRY.iter().map(|entry| (entry.name, entry.example));
    let variants = [
        ("least-connections", "ties = \"random\""),
        ("power-of-d", "memory = true"),
        ("key-hash", "method = \"modulo\""),
        ("key-hash", "method = \"bounded-ring\"\nbound = 1.1"),
        ("key-hash", "method = \"maglev\"\ntable = 251"),
        ("sticky", "first = \"random\""),
    ];
    let read = |(name, settings)| {
        let text = format!("policy = \"{name}\"\n{settings}");
        let policy = policy(&text).unwrap_or_else(|problems| panic!("{text}: {problems:?}"));
        (text, policy)
    };
    examples.chain(variants).map(read).collect()
}

/// Requests come and go, servers come and go, time passes, and now and then servers report. Returns every choice.
///
/// What happens does not depend on what is chosen: whatever the policy, a request brings the same key, client and work.
fn history(policy: &Policy, weights: &[u32], seed: u64, steps: usize) -> Vec<Option<ServerId>> {
    history_of(
        Rig::new(policy, pool_of_weights(weights), seed),
        policy,
        weights,
        seed,
        steps,
    )
}

fn history_of(
    mut rig: Rig,
    policy: &Policy,
    weights: &[u32],
    seed: u64,
    steps: usize,
) -> Vec<Option<ServerId>> {
    let mut rng = Seed(seed).replication(0).stream("history");
    let mut choices = Vec::new();
    for step in 0..steps {
        rig.wait(rng.below(2_000_000) as u64);
        // In the middle of the history servers leave for good, and for a while there is none at all.
        let scarce = steps / 3 < step && step < steps * 2 / 3;
        let (action, number) = (rng.below(6), rng.below(1 << 20));
        match action {
            0 => rig.set_eligible((number % weights.len()) as u32, number % 5 != 0 && !scarce),
            1 | 2 if !rig.in_flight.is_empty() => rig.end(number % rig.in_flight.len()),
            3 if step % 10 == 0 => {
                let report = |_| Report {
                    in_system: rng.below(4) as u32,
                    utilisation: rng.open01(),
                };
                let reports = (0..weights.len()).map(report).collect();
                rig.report(reports);
            }
            _ => {
                let eligible = rig.view.eligible().clone();
                // Clients come back, so that it matters where they went before.
                let ask = Ask {
                    source: (number % 50) as u32,
                    ..rig.ask()
                };
                let choice = rig.send_this(ask);
                let good = choice.map_or(eligible.is_empty(), |server| eligible.contains(server));
                assert!(good, "{} chose {choice:?} at step {step}", policy.name);
                choices.push(choice);
            }
        }
    }
    choices
}

fn pools() -> [Vec<u32>; 4] {
    let many = (0..70).map(|server| 1 + server % 5).collect();
    [vec![1], vec![3; 8], vec![1, 1_000, 7, 1, 2], many]
}

#[test]
fn who_says_that_it_does_not_listen_misses_nothing() {
    let (mut deaf, mut hearing) = (0, 0);
    for (text, policy) in everyone() {
        for weights in pools() {
            let rig = || Rig::new(&policy, pool_of_weights(&weights), 5);
            if rig().balancer.listens() {
                hearing += 1;
                continue;
            }
            deaf += 1;
            let mut untold = rig();
            untold.tells = false;
            let told = history_of(rig(), &policy, &weights, 5, 1_500);
            let choices = history_of(untold, &policy, &weights, 5, 1_500);
            assert_eq!(choices, told, "{text}");
        }
    }
    assert!(20 < deaf && 20 < hearing, "{deaf} do not listen, {hearing} do");
}

#[test]
fn names_are_unique_and_in_kebab_case() {
    for (at, entry) in REGISTRY.iter().enumerate() {
        assert!(
            REGISTRY[..at].iter().all(|other| other.name != entry.name),
            "{}",
            entry.name
        );
        let good = |c: char| c.is_ascii_lowercase() || c == '-';
        assert!(
            entry.name.chars().all(good) && !entry.summary.is_empty(),
            "{}",
            entry.name
        );
        assert_eq!(
            policy(&format!("policy = \"{}\"", entry.name)).unwrap().name,
            entry.name
        );
    }
}

#[test]
fn only_eligible_servers_are_chosen_and_none_when_there_is_none() {
    for (text, policy) in everyone() {
        let (mut refused, mut served) = (0, 0);
        for weights in pools() {
            let choices = history(&policy, &weights, 11, 3_000);
            refused += choices.iter().filter(|choice| choice.is_none()).count();
            served += choices.iter().flatten().count();
        }
        assert!(
            500 < refused && 1_000 < served,
            "{text}: {refused} refused, {served} served"
        );
    }
}

#[test]
fn a_seed_decides_every_choice() {
    for (text, policy) in everyone() {
        for weights in pools() {
            let [once, again] = [(); 2].map(|()| history(&policy, &weights, 5, 500));
            assert_eq!(once, again, "{text}");
        }
    }
}

#[test]
fn no_two_policies_choose_alike() {
    let chosen = |(text, policy)| (text, history(&policy, &[1, 2, 1, 3, 1, 2], 5, 800));
    let all: Vec<_> = everyone().into_iter().map(chosen).collect();
    for (at, (text, choices)) in all.iter().enumerate() {
        for (other, others) in &all[..at] {
            assert!(choices != others, "{text} and {other}");
        }
    }
}

#[test]
fn settings_that_make_no_sense_are_refused() {
    let cases = [
        ("power-of-d", "d = 1", "`d` is below 2"),
        ("power-of-d", "d = 65", "`d` is not between 1 and 64"),
        (
            "power-of-d",
            "d = 0\nmemory = true",
            "`d` is not between 1 and 64",
        ),
        (
            "least-connections",
            "ties = 1",
            "expected a word in quotes, found a bare number",
        ),
        ("least-response-time", "decay = \"0 s\"", "`decay` is zero"),
        ("least-response-time", "d = 1", "`d` is not between 2 and 64"),
        ("key-hash", "bound = 1.5", "this method does not know `bound`"),
        (
            "key-hash",
            "method = \"maglev\"\npoints = 9",
            "this method does not know `points`",
        ),
        (
            "key-hash",
            "method = \"bounded-ring\"\nbound = 1.0",
            "`bound` is not above 1",
        ),
        ("key-hash", "points = 0", "`points` is not between 1 and 10000"),
        (
            "key-hash",
            "method = \"maglev\"\ntable = 1000",
            "`table` is not a prime from 3 to 100 million",
        ),
        ("sticky", "table = 0", "`table` is zero"),
        ("load-report", "every = \"0 s\"", "`every` is zero"),
        ("load-report", "gain = 1.5", "`gain` is not above 0 and at most 1"),
    ];
    for (name, settings, message) in cases {
        let problems = policy(&format!("policy = \"{name}\"\n{settings}")).unwrap_err();
        assert_eq!(problems, [message], "{name}: {settings}");
    }
}
