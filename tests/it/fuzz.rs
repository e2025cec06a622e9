//! No text makes the reader of scenarios panic or hang, and a sound change of a sound one stays sound.

use plimsoll::scenario::{self, LoadError, Override, TEMPLATES};
use proptest::{collection::vec, prelude::*, sample::select, test_runner::RngSeed};

/// The verdict must depend on the code alone.
fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(2_026),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// Reads a scenario and everything that is said of it.
fn read(text: &str, changes: &[Override]) -> bool {
    match scenario::from_str("fuzz.toml", text, changes) {
        Ok(loaded) => {
            let scenario = &loaded.scenario;
            // What was found to be right can be worked with.
            for service in 0..scenario.deployment.services.len() {
                assert!(scenario.load(service).is_none_or(f64::is_finite));
            }
            drop(loaded.warnings.render(true));
            true
        }
        Err(error) => {
            assert!(!error.render(true).is_empty());
            let LoadError::Invalid(diagnosis) = error else {
                panic!("a text is not a file")
            };
            assert!(diagnosis.findings().count() <= 100);
            false
        }
    }
}

/// Words, signs and values that mean something in a scenario.
const PIECES: &[&str] = &[
    "[run]",
    "[[workload]]",
    "[[service]]",
    "[[service.group]]",
    "[service.queue]",
    "\n",
    "\n",
    "=",
    "=",
    ".",
    ",",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "'",
    "#",
    " ",
    "name",
    "to",
    "duration",
    "arrivals",
    "process",
    "rate",
    "work",
    "distribution",
    "mean",
    "cv",
    "parts",
    "weight",
    "servers",
    "slots",
    "speed",
    "queue",
    "at",
    "limit",
    "balancer",
    "policy",
    "d",
    "slo",
    "keys",
    "count",
    "exponent",
    "\"web\"",
    "\"poisson\"",
    "\"exponential\"",
    "\"mixture\"",
    "\"balancer\"",
    "\"power-of-d\"",
    "\"10 ms\"",
    "\"5 /s\"",
    "\"1 %\"",
    "0",
    "1",
    "-1",
    "2.5",
    "1e308",
    "nan",
    "inf",
    "9223372036854775807",
    "99999999999999999999",
    "true",
    "1979-05-27",
    "\"\"",
    "\"\\u0000\"",
    "é",
    "\u{202e}",
];

proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn arbitrary_bytes_are_told_apart_from_a_scenario(bytes in vec(any::<u8>(), 0..400)) {
        prop_assert!(!read(&String::from_utf8_lossy(&bytes), &[]));
    }

    #[test]
    fn arbitrary_pieces_of_the_language_do_no_harm(pieces in vec(select(PIECES), 0..120)) {
        read(&pieces.join(" "), &[]);
        read(&pieces.concat(), &[]);
    }

    #[test]
    fn shipped_scenarios_survive_mutation(
        template in select(TEMPLATES),
        cuts in vec((any::<prop::sample::Index>(), 0..12_usize, select(PIECES)), 1..6),
    ) {
        let mut text: Vec<char> = template.text.chars().collect();
        for (at, length, piece) in cuts {
            let at = at.index(text.len());
            let end = (at + length).min(text.len());
            text.splice(at..end, piece.chars());
        }
        read(&text.into_iter().collect::<String>(), &[]);
    }

    #[test]
    fn arbitrary_changes_do_no_harm(
        template in select(TEMPLATES),
        path in vec(select(PIECES), 1..6),
        value in vec(select(PIECES), 0..6),
    ) {
        let change = Override::new(&path.join("."), &value.concat());
        read(template.text, &[change]);
    }

    /// The mutations above mostly break the syntax; this one only ever changes a number, and often to a good one.
    #[test]
    fn arbitrary_numbers_do_no_harm(
        template in select(TEMPLATES),
        at in any::<prop::sample::Index>(),
        number in prop_oneof![any::<i64>().prop_map(|n| n.to_string()), any::<f64>().prop_map(|n| format!("{n:e}"))],
    ) {
        let digits: Vec<usize> = template.text.match_indices(|c: char| c.is_ascii_digit()).map(|(at, _)| at).collect();
        let start = digits[at.index(digits.len())];
        let end = template.text[start..].find(|c: char| !c.is_ascii_digit()).map_or(template.text.len(), |len| start + len);
        read(&format!("{}{number}{}", &template.text[..start], &template.text[end..]), &[]);
    }
}

/// Each is as bad as it can be in one way; together they take well under a second.
#[test]
fn large_and_deep_texts_are_judged_in_time() {
    let many = |text: &str, times: usize| text.repeat(times);
    let numbered = |text: &str| {
        (0..20_000)
            .map(|at| text.replace('%', &at.to_string()))
            .collect::<String>()
    };
    for text in [
        format!("a = {}", many("[", 100_000)),
        format!("a = {}", many("{a=", 100_000)),
        format!("{}a = 1", many("a.", 100_000)),
        format!("[{}a]", many("a.", 100_000)),
        format!("{} = 1", many("a", 1_000_000)),
        format!("[run]\nduration = \"{}\"", many("9", 1_000_000)),
        format!("[run]\nduration = \"{}\"", many("é", 500_000)),
        many("[[workload]]\n", 100_000),
        numbered("[[service]]\nname = \"s%\"\n[[workload]]\nname = \"w%\"\nto = \"t%\"\n"),
        numbered("field% = 1\n"),
        many("\u{1b}", 100_000),
        many("= \n", 50_000),
    ] {
        assert!(!read(&text, &[]));
    }
}

#[test]
fn the_deepest_path_is_told_of() {
    let change = Override::new(&"a.".repeat(50_000), "1");
    assert!(!read(TEMPLATES[0].text, &[change]));
}
