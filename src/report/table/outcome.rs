//! What came out of a comparison, in a sentence.

use crate::{
    experiment::{Comparison, VariantResults},
    report::{
        number::decimals_of_ends,
        words::{one_line, spoken},
    },
    stats::Estimate,
};

/// So many variants are told apart by name; the table has them all.
const NAMED: usize = 3;

/// Returns how far the best is ahead of the next ones, and which cannot be told apart from it; nothing where there is
/// nothing to tell.
pub(super) fn in_a_sentence(comparison: &Comparison) -> Option<String> {
    let [best, others @ ..] = &comparison.variants[..] else {
        return None;
    };
    let known = others.iter().filter(|other| has_interval(other));
    let (behind, close): (Vec<_>, Vec<_>) = known.partition(|other| {
        other
            .difference
            .is_some_and(|difference| difference.is_significant())
    });
    let mut parts: Vec<String> = behind
        .iter()
        .take(NAMED)
        .map(|other| ahead(comparison, other))
        .collect();
    if NAMED < behind.len() {
        parts.push(format!("ahead of {} more", behind.len() - NAMED));
    }
    let mut text = Vec::new();
    if !parts.is_empty() {
        text.push(format!("{} {}", spoken(&comparison.measure), parts.join(", ")));
    }
    if !close.is_empty() {
        let close: Vec<String> = close.iter().map(|other| one_line(&other.label)).collect();
        text.push(format!("not distinguishable from it: {}", close.join(", ")));
    }
    (!text.is_empty()).then(|| format!("{}: {}", one_line(&best.label), text.join("; ")))
}

fn has_interval(variant: &VariantResults) -> bool {
    let difference = variant.difference.as_ref();
    difference.is_some_and(|difference| difference.difference.has_interval())
}

/// Says how far the best is from one that is worse: `31 % below round-robin (29–33 %)`.
fn ahead(comparison: &Comparison, other: &VariantResults) -> String {
    let name = one_line(&other.label);
    let relative = other.difference.and_then(|difference| difference.relative);
    let side = if comparison.more_is_better {
        "above"
    } else {
        "below"
    };
    match relative.and_then(|relative| seen_from(&relative)) {
        Some([near, middle, far]) => {
            let [near, middle, far] = [near, middle, far].map(|share| share * 100.0);
            let half = ((far - near) / 2.0).max(middle * 1e-3);
            let decimals = decimals_of_ends(half).min(6);
            format!("{middle:.decimals$} % {side} {name} ({near:.decimals$}–{far:.decimals$} %)")
        }
        None => format!("{side} {name}"),
    }
}

/// Returns by what share of the other the best is below or above it, with the ends of the interval, the smaller first;
/// nothing where an end has no meaning.
fn seen_from(above_best: &Estimate) -> Option<[f64; 3]> {
    let seen = |above: f64| (1.0 / (1.0 + above) - 1.0).abs();
    let (low, high) = (above_best.low()?, above_best.high()?);
    if low <= -1.0 {
        return None;
    }
    let (one, other) = (seen(low), seen(high));
    let all = [one.min(other), seen(above_best.mean), one.max(other)];
    all.iter()
        .all(|share| 0.0 < *share && share.is_finite())
        .then_some(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn the_best_is_told_with_how_far_it_is_ahead_and_of_whom_it_is_not() {
        let mut comparison = fixture::comparison();
        // 31 % above the best is 1 − 1/1.31 of its own.
        assert_eq!(
            in_a_sentence(&comparison).unwrap(),
            "least-connections: response p99 24 % below power-of-d (22–25 %); not distinguishable from it: join-idle-queue"
        );
        comparison.variants.remove(1);
        assert_eq!(
            in_a_sentence(&comparison).unwrap(),
            "least-connections: response p99 24 % below power-of-d (22–25 %)"
        );
        for _ in 0..4 {
            comparison.variants.push(comparison.variants[1].clone());
        }
        let text = in_a_sentence(&comparison).unwrap();
        assert!(text.ends_with("(22–25 %), ahead of 2 more"), "{text}");
        comparison.variants.truncate(1);
        assert_eq!(in_a_sentence(&comparison), None);
    }

    #[test]
    fn what_is_better_when_higher_is_above() {
        let mut comparison = fixture::comparison();
        comparison.more_is_better = true;
        comparison.variants.remove(1);
        let relative = comparison.variants[1].difference.as_mut().unwrap();
        // A fifth below the best: the best is a quarter above.
        relative.relative.as_mut().unwrap().mean = -0.2;
        assert_eq!(
            in_a_sentence(&comparison).unwrap(),
            "least-connections: response p99 25 % above power-of-d (22–28 %)"
        );
    }
}
