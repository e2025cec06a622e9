//! What the document of `compare` has beside the measures: the sets, the differences, and whether it was decided.

use serde::Serialize;

use crate::{
    experiment::{
        Comparison, Criterion,
        compare::{Contest, Ending, Standing},
    },
    report::{number::finite, words::standing},
    stats::Estimate,
};

#[derive(Serialize)]
pub(super) struct Ranking<'a> {
    of: &'a str,
    measure: &'a str,
    more_is_better: bool,
}

#[derive(Serialize)]
pub(super) struct EndingEntry {
    /// `null` where a number of replications was asked for.
    decided: Option<bool>,
    /// The share of the best within which it was to be decided.
    precision: Option<f64>,
}

/// Which variants may be the best in a measure; together with all other sets at the level of the document.
#[derive(Serialize)]
pub(super) struct SetEntry<'a> {
    #[serde(flatten)]
    by: Ranking<'a>,
    best: Vec<&'a str>,
    not_distinguishable: Vec<&'a str>,
    worse: Vec<&'a str>,
    unknown: Vec<&'a str>,
}

/// How far a variant is from the best in a measure; `relative` as a share of the best's value.
#[derive(Serialize)]
pub(super) struct DifferenceEntry<'a> {
    variant: &'a str,
    from: Option<&'a str>,
    of: &'a str,
    measure: &'a str,
    unit: Option<&'static str>,
    standing: &'static str,
    /// Of this interval alone.
    level: f64,
    replications: usize,
    value: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    relative: Option<f64>,
    relative_low: Option<f64>,
    relative_high: Option<f64>,
    distinguishable: bool,
}

pub(super) fn ranking(by: &Criterion) -> Ranking<'_> {
    Ranking {
        of: &by.of,
        measure: &by.measure,
        more_is_better: by.more_is_better,
    }
}

pub(super) fn ending(ending: Ending) -> EndingEntry {
    let (decided, precision) = match ending {
        Ending::Asked => (None, None),
        Ending::Decided(precision) => (Some(true), Some(precision)),
        Ending::Open(precision) => (Some(false), Some(precision)),
    };
    EndingEntry { decided, precision }
}

pub(super) fn sets(comparison: &Comparison) -> Vec<SetEntry<'_>> {
    let set = |contest: &Contest, standing| -> Vec<&str> {
        let variants = contest.that_are(standing);
        variants
            .map(|at| comparison.variants[at].label.as_str())
            .collect()
    };
    let mut sets = Vec::new();
    for contest in &comparison.contests {
        sets.push(SetEntry {
            by: ranking(&contest.by),
            best: set(contest, Standing::Best),
            not_distinguishable: set(contest, Standing::Close),
            worse: set(contest, Standing::Worse),
            unknown: set(contest, Standing::Unknown),
        });
    }
    sets
}

pub(super) fn differences(comparison: &Comparison) -> Vec<DifferenceEntry<'_>> {
    let of_contest = comparison.contests.iter().flat_map(|contest| {
        let best = contest.that_are(Standing::Best).next();
        let from = best.map(|at| comparison.variants[at].label.as_str());
        let both = comparison.variants.iter().zip(&contest.places);
        both.filter_map(move |(variant, place)| {
            let difference = place.difference?;
            let relative = difference.relative;
            let measure = variant.results.find(&contest.by.of, &contest.by.measure);
            Some(DifferenceEntry {
                variant: &variant.label,
                from,
                of: &contest.by.of,
                measure: &contest.by.measure,
                unit: measure.map(|measure| measure.unit.symbol()),
                standing: standing(place.standing),
                level: difference.difference.level,
                replications: difference.difference.n,
                value: finite(difference.difference.mean),
                low: difference.difference.low(),
                high: difference.difference.high(),
                relative: relative.and_then(|relative| finite(relative.mean)),
                relative_low: relative.as_ref().and_then(Estimate::low),
                relative_high: relative.as_ref().and_then(Estimate::high),
                distinguishable: difference.is_significant(),
            })
        })
    });
    of_contest.collect()
}
