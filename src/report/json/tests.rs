//! The documents, read back.

use super::*;
use crate::report::fixture;
use serde_json::Value;

const RUN: Invocation<'_> = Invocation {
    command: "run",
    wall_seconds: 1.4,
    origin: None,
};

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

/// Keys in the order of the text, which a parsed document does not keep.
fn keys_in_order(text: &str) -> Vec<&str> {
    let top = text.lines().filter_map(|line| line.strip_prefix("  \""));
    top.filter_map(|line| line.split_once('"'))
        .map(|(key, _)| key)
        .collect()
}

#[test]
fn a_run_has_the_documented_keys() {
    let text = run(&fixture::web_tier(), &RUN);
    let expected = [
        "plimsoll",
        "scenario",
        "command",
        "seed",
        "replications",
        "simulated_s",
        "events",
        "requests",
        "wall_s",
        "duration_s",
        "warmup_s",
        "level",
        "interrupted",
        "digest",
        "notes",
        "measures",
        "objectives",
        "load_line",
        "capacity",
    ];
    assert_eq!(keys_in_order(&text), expected);
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["simulated_s"], 14_400.0);
    assert_eq!(document["digest"], "0123456789abcdef");
    let mean = &document["measures"][0];
    assert_eq!(
        keys(mean),
        ["high", "low", "measure", "of", "theory", "unit", "value"]
    );
    assert_eq!(
        (&mean["value"], &mean["unit"]),
        (&Value::from(0.015_21), &Value::from("s"))
    );
    let theory = &mean["theory"][0];
    assert_eq!(
        keys(theory),
        ["kind", "leaves_out", "mark", "model", "source", "value"]
    );
    assert_eq!(theory["kind"], "approximation");
    assert_eq!(
        document["measures"][3]["no_theory"],
        "percentiles of shortest queue"
    );
    assert_eq!(document["objectives"][0]["met"], true);
    assert_eq!(document["load_line"]["rate"], 961.3);
}

#[test]
fn a_comparison_names_the_variant_of_every_measure() {
    let comparison = fixture::comparison();
    let document: Value = serde_json::from_str(&compare(&comparison, &RUN)).unwrap();
    assert_eq!(document["requests"], 3 * 12_241_000);
    let measures = document["measures"].as_array().unwrap();
    assert_eq!(measures.len(), 3 * comparison.variants[0].results.measures.len());
    assert!(measures.iter().all(|measure| measure["variant"].is_string()));
    let differences = document["differences"].as_array().unwrap();
    let told = |at: usize| {
        (
            differences[at]["variant"].as_str(),
            differences[at]["distinguishable"].as_bool(),
        )
    };
    assert_eq!(differences.len(), 2 * 2, "for each of two measures");
    assert_eq!(told(0), (Some("join-idle-queue"), Some(false)));
    assert_eq!(told(1), (Some("power-of-d"), Some(true)));
    assert_eq!(differences[1]["relative"], 0.31);
    assert_eq!(differences[1]["standing"], "worse");
    let sets = document["sets"].as_array().unwrap();
    assert_eq!(sets.len(), 2);
    assert_eq!(
        (&sets[0]["measure"], &sets[0]["best"][0], &sets[0]["worse"][0]),
        (
            &"response.p99".into(),
            &"least-connections".into(),
            &"power-of-d".into()
        )
    );
    assert_eq!(sets[1]["not_distinguishable"].as_array().unwrap().len(), 2);
    assert_eq!(document["ending"]["decided"], true);
    assert_eq!(document["ending"]["precision"], 0.02);
}

#[test]
fn what_does_not_exist_is_null() {
    let mut results = fixture::empty();
    results.measures[1].value = Some(f64::NAN);
    results.measures[2].low = Some(f64::NEG_INFINITY);
    let forever = Invocation {
        command: "run",
        wall_seconds: f64::INFINITY,
        origin: None,
    };
    let text = run(&results, &forever);
    assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
    let document: Value = serde_json::from_str(&text).unwrap();
    assert!(document["wall_s"].is_null() && document["load_line"].is_null());
    for at in 0..3 {
        let measure = &document["measures"][at];
        assert!(
            measure["value"].is_null() && measure["low"].is_null(),
            "{measure}"
        );
    }
    assert_eq!(document["objectives"][0]["met"], false);
}

#[test]
fn only_the_wall_clock_tells_two_runs_apart() {
    let slower = Invocation {
        wall_seconds: 2.5,
        ..RUN
    };
    let (a, b) = (
        run(&fixture::web_tier(), &RUN),
        run(&fixture::web_tier(), &slower),
    );
    let differing: Vec<(&str, &str)> = a.lines().zip(b.lines()).filter(|(a, b)| a != b).collect();
    assert_eq!(differing, [("  \"wall_s\": 1.4,", "  \"wall_s\": 2.5,")]);
}
