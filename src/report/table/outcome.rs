//! What came out of a comparison, in sentences.

use crate::{
    experiment::{
        Comparison,
        compare::{Contest, Ending, Standing},
        results::Unit,
    },
    report::{
        number::{decimals_of_ends, plain},
        words::{one_line, qualified, spoken},
    },
    stats::{Estimate, PairedDifference},
    units::figures,
};

/// So many variants are told apart by name; the table has them all.
const NAMED: usize = 3;

/// Returns how far the best is ahead of the next ones, and which cannot be told apart from it; nothing where there is
/// nothing to tell.
pub(in crate::report) fn in_a_sentence(comparison: &Comparison) -> Option<String> {
    let contest = comparison.ranking();
    let behind: Vec<usize> = contest.that_are(Standing::Worse).collect();
    let mut parts: Vec<String> = behind
        .iter()
        .take(NAMED)
        .map(|&at| ahead(comparison, contest, at))
        .collect();
    if NAMED < behind.len() {
        parts.push(format!("ahead of {} more", behind.len() - NAMED));
    }
    let mut text = Vec::new();
    if !parts.is_empty() {
        text.push(format!("{} {}", spoken(&contest.by.measure), parts.join(", ")));
    }
    text.extend(close(comparison, contest, "it"));
    (!text.is_empty()).then(|| format!("{}: {}", name(comparison, 0), text.join("; ")))
}

/// Returns the same of the other measures, a sentence each: which variants may be the best, and which are worse.
pub(in crate::report) fn of_others(comparison: &Comparison) -> Vec<String> {
    let first = &comparison.variants[0].results;
    let sentence = |contest: &Contest| {
        let what = qualified(first, &contest.by.of, &spoken(&contest.by.measure));
        let mut others = contest.places.iter().filter_map(|place| place.difference);
        let is_same = |difference: PairedDifference| {
            let Estimate { mean, half_width, .. } = difference.difference;
            mean == 0.0 && half_width == 0.0
        };
        if contest.that_are(Standing::Close).count() + 1 == contest.places.len() && others.all(is_same) {
            return format!("{what}: the very same for all");
        }
        let best = contest.that_are(Standing::Best).next();
        let best = best.map_or("none can be judged".to_owned(), |at| {
            format!("{} is the best", name(comparison, at))
        });
        let worse: Vec<String> = contest
            .that_are(Standing::Worse)
            .map(|at| name(comparison, at))
            .collect();
        let worse = (!worse.is_empty()).then(|| format!("worse: {}", worse.join(", ")));
        let parts: Vec<String> = [Some(best), close(comparison, contest, "it"), worse]
            .into_iter()
            .flatten()
            .collect();
        format!("{what}: {}", parts.join("; "))
    };
    comparison.contests[1..].iter().map(sentence).collect()
}

/// Returns what is certain, and whether that is what was asked for.
pub(in crate::report) fn ending(comparison: &Comparison) -> Option<String> {
    let best = &comparison.variants[0].results;
    let level = plain(Unit::Share, best.level);
    let share = |precision: f64| format!("{} %", figures(precision * 100.0, 3));
    let each = match comparison.contests.len() {
        1 => "",
        _ => ", in each measure",
    };
    match comparison.ending {
        Ending::Asked => None,
        Ending::Decided(precision) => Some(format!(
            "decided at {level}: none of the variants is better than the best by more than {}{each}",
            share(precision)
        )),
        Ending::Open(precision) => {
            let why = match () {
                () if comparison.interrupted => "it was interrupted",
                () if !best.steady => "even the best does not keep up with its load",
                () => "`max_replications` was reached before",
            };
            Some(format!("not decided to within {}: {why}", share(precision)))
        }
    }
}

fn name(comparison: &Comparison, at: usize) -> String {
    one_line(&comparison.variants[at].label)
}

/// Says which variants may be as good as the best.
fn close(comparison: &Comparison, contest: &Contest, best: &str) -> Option<String> {
    let close = contest.that_are(Standing::Close).filter(|&at| {
        let difference = contest.places[at].difference.as_ref();
        difference.is_some_and(|difference| difference.difference.has_interval())
    });
    let close: Vec<String> = close.map(|at| name(comparison, at)).collect();
    (!close.is_empty()).then(|| format!("not distinguishable from {best}: {}", close.join(", ")))
}

/// Says how far the best is from one that is worse: `31 % below round-robin (29–33 %)`.
fn ahead(comparison: &Comparison, contest: &Contest, at: usize) -> String {
    let name = name(comparison, at);
    let relative = contest.places[at]
        .difference
        .and_then(|difference| difference.relative);
    let side = if contest.by.more_is_better {
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
    if low <= -1.0 || low <= 0.0 && 0.0 <= high {
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

    fn without(comparison: &mut Comparison, at: usize) {
        comparison.variants.remove(at);
        for contest in &mut comparison.contests {
            contest.places.remove(at);
        }
    }

    #[test]
    fn the_best_is_told_with_how_far_it_is_ahead_and_of_whom_it_is_not() {
        let mut comparison = fixture::comparison();
        // 31 % above the best is 1 − 1/1.31 of its own.
        assert_eq!(
            in_a_sentence(&comparison).unwrap(),
            "least-connections: response p99 24 % below power-of-d (22–25 %); not distinguishable from it: join-idle-queue"
        );
        without(&mut comparison, 1);
        assert_eq!(
            in_a_sentence(&comparison).unwrap(),
            "least-connections: response p99 24 % below power-of-d (22–25 %)"
        );
        for _ in 0..4 {
            comparison.variants.push(comparison.variants[1].clone());
            let last = comparison.contests[0].places[1];
            comparison.contests[0].places.push(last);
        }
        let text = in_a_sentence(&comparison).unwrap();
        assert!(text.ends_with("(22–25 %), ahead of 2 more"), "{text}");
        comparison.variants.truncate(1);
        comparison.contests[0].places.truncate(1);
        assert_eq!(in_a_sentence(&comparison), None);
    }

    #[test]
    fn what_is_better_when_higher_is_above() {
        let mut comparison = fixture::comparison();
        without(&mut comparison, 1);
        comparison.contests[0].by.more_is_better = true;
        // A fifth below the best: the best is a quarter above.
        comparison.contests[0].places[1] = fixture::place(Standing::Worse, -0.2, 0.02);
        assert_eq!(
            in_a_sentence(&comparison).unwrap(),
            "least-connections: response p99 25 % above power-of-d (22–28 %)"
        );
    }

    #[test]
    fn each_other_measure_has_its_own_sets() {
        let mut comparison = fixture::comparison();
        let [best, close, _] = comparison.contests[0].places[..] else {
            panic!("three variants");
        };
        comparison.contests[1].places = vec![fixture::place(Standing::Worse, -0.1, 0.02), best, close];
        assert_eq!(
            of_others(&comparison),
            [
                "availability: join-idle-queue is the best; not distinguishable from it: power-of-d; worse: least-connections"
            ]
        );
    }

    #[test]
    fn it_is_told_when_nothing_was_decided() {
        let mut comparison = fixture::comparison();
        let mut told = |ending_is: Ending, interrupted, steady| {
            (comparison.ending, comparison.interrupted) = (ending_is, interrupted);
            comparison.variants[0].results.steady = steady;
            ending(&comparison)
        };
        assert_eq!(told(Ending::Asked, false, true), None);
        for (interrupted, steady, why) in [
            (true, true, "it was interrupted"),
            (false, false, "even the best does not keep up with its load"),
            (false, true, "`max_replications` was reached before"),
        ] {
            let text = told(Ending::Open(0.01), interrupted, steady).unwrap();
            assert_eq!(text, format!("not decided to within 1 %: {why}"));
        }
    }
}
