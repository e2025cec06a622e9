//! What things are called in texts and pictures.

use crate::{
    experiment::{Comparison, Results, compare::Standing},
    units::SimDuration,
};

/// Returns how an experiment was carried out: `12 replications × 20 min, warm-up 14 s, seed 42`.
pub(super) fn conduct(results: &Results) -> String {
    let count = results.replications;
    let s = if count == 1 { "" } else { "s" };
    let interrupted = if results.interrupted { " (interrupted)" } else { "" };
    let warmup = if results.warmup == SimDuration::ZERO {
        "no warm-up".to_owned()
    } else {
        format!("warm-up {}", results.warmup)
    };
    format!(
        "{count} replication{s}{interrupted} × {}, {warmup}, seed {}",
        results.duration, results.seed
    )
}

/// Returns how much of what the best had each variant had: one that is surely worse may have had less.
pub(super) fn each(comparison: &Comparison) -> &'static str {
    if comparison.is_even() { "each" } else { "up to" }
}

/// Returns how a variant stands beside the best.
pub(super) fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Best => "best",
        Standing::Close => "not distinguishable",
        Standing::Worse => "worse",
        Standing::Unknown => "unknown",
    }
}

/// Returns what variants have in common: requests or, over years, failures.
pub(super) fn met(results: &Results) -> &'static str {
    if results.is_long() { "failures" } else { "requests" }
}

/// Returns what a measure is called in a text: `response p99`.
pub(super) fn spoken(measure: &str) -> String {
    if let Some(number) = measure.strip_prefix("up.") {
        return format!("at least {number} up");
    }
    match measure {
        "staleness.stale" => return "stale reads".to_owned(),
        "staleness.versions" => return "versions behind".to_owned(),
        "staleness.visible" => return "99.9 % see a write after".to_owned(),
        "imbalance" => return "busiest node / mean".to_owned(),
        _ => {}
    }
    // The point of `p99.9` is not one between words.
    let (what, rest) = measure.split_once('.').unwrap_or((measure, ""));
    format!("{what} {rest}").trim_end().replace('_', " ")
}

/// Returns what happened to what a fault struck: `hung`.
pub(super) fn happened(mode: &str) -> &str {
    match mode {
        "crash" => "crashed",
        "hang" => "hung",
        "slow" => "slowed down",
        "error" => "answered wrongly",
        "drain" => "was drained",
        "partition" => "was cut off",
        "surge" => "surged",
        other => other,
    }
}

/// Returns what a thing is called without its kind: `shoppers`.
pub(super) fn name_of(of: &str) -> String {
    one_line(of.split_once('.').map_or(of, |(_, name)| name))
}

/// Returns the name of what is measured, with that of its owner where there are several.
pub(super) fn qualified(results: &Results, of: &str, measure: &str) -> String {
    if has_siblings(results, of) {
        format!("{} {measure}", name_of(of))
    } else {
        measure.to_owned()
    }
}

/// Returns a measure as objectives write it, with the workload if there are several, and with any call, service or store.
pub(super) fn named(results: &Results, of: &str, measure: &str) -> String {
    if of.starts_with("workload.") {
        qualified(results, of, measure)
    } else {
        format!("{} {measure}", name_of(of))
    }
}

/// Whether there are other workloads besides this one, or other services besides that.
pub(super) fn has_siblings(results: &Results, of: &str) -> bool {
    let kind = |of: &str| of.split_once('.').map(|(kind, _)| kind.to_owned());
    let mut others = results.measures.iter().filter(|measure| measure.of != of);
    others.any(|other| kind(&other.of) == kind(of))
}

/// Returns a text from outside as one line that cannot disturb the layout or the terminal.
pub(super) fn one_line(text: &str) -> String {
    let visible = text.replace(|c: char| c.is_control(), " ");
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{experiment::results::Unit, report::fixture};

    #[test]
    fn names_lose_their_kind_only_where_nothing_is_lost() {
        let mut results = fixture::web_tier();
        let name = |results: &Results| qualified(results, "workload.shoppers", "p99");
        assert_eq!(name(&results), "p99");
        results.measures.push(fixture::measure(
            "workload.jobs",
            "offered",
            Unit::PerSecond,
            1.0,
            0.1,
        ));
        assert_eq!(name(&results), "shoppers p99");
        assert_eq!(qualified(&results, "service.web", "utilisation"), "utilisation");
    }

    #[test]
    fn measures_are_spoken_of_without_points() {
        for (name, expected) in [
            ("response.p99.9", "response p99.9"),
            ("in_system.mean", "in system mean"),
            ("up.11", "at least 11 up"),
            ("staleness.stale", "stale reads"),
            ("throughput", "throughput"),
        ] {
            assert_eq!(spoken(name), expected);
        }
    }

    #[test]
    fn a_warm_up_of_no_time_is_none() {
        let mut results = fixture::web_tier();
        assert!(conduct(&results).contains(", warm-up "), "{}", conduct(&results));
        results.warmup = SimDuration::ZERO;
        assert!(
            conduct(&results).contains(", no warm-up, seed"),
            "{}",
            conduct(&results)
        );
    }

    #[test]
    fn text_from_outside_cannot_disturb_a_terminal() {
        assert_eq!(one_line(" a\n\x1b[2Jb\t c "), "a [2Jb c");
    }
}
