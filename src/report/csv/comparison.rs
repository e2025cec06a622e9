//! `compare.csv`.

use super::{Row, SUMMARY, ends, table};
use crate::{experiment::Comparison, report::words::standing};

/// Returns `compare.csv`: every measure of every variant, best first; beside those that variants are compared by, how they stand
/// and the difference from the best.
pub(in crate::report) fn compare(comparison: &Comparison) -> Vec<u8> {
    let header: Vec<&str> = ["rank", "variant", "replications"]
        .iter()
        .chain(SUMMARY)
        .chain(DIFFERENCE)
        .copied()
        .collect();
    let ranked = comparison.variants.iter().enumerate();
    let rows = ranked.flat_map(|(at, variant)| {
        variant.results.measures.iter().map(move |measure| {
            let mut contests = comparison.contests.iter();
            let contest =
                contests.find(|contest| contest.by.of == measure.of && contest.by.measure == measure.name);
            let place = contest.map(|contest| &contest.places[at]);
            let difference = place.and_then(|place| place.difference);
            let relative = difference.and_then(|difference| difference.relative);
            let ends = [
                ends(difference.map(|difference| difference.difference)),
                ends(relative),
            ];
            let replications = variant.results.replications;
            let standing = place.map(|place| standing(place.standing));
            (
                at + 1,
                &variant.label,
                replications,
                Row::new(measure),
                standing,
                ends,
            )
        })
    });
    table(&header, rows)
}

const DIFFERENCE: &[&str] = &[
    "standing",
    "difference",
    "difference_low",
    "difference_high",
    "relative_difference",
    "relative_difference_low",
    "relative_difference_high",
];
