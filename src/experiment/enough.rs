//! When a comparison has seen enough to end.
//!
//! Those that are in the race run the same replications, so the one that needs most decides for all. How many per cent
//! worse the worst one is, nobody wants to know to the digit. So there are enough replications when
//!
//! - the best variant's own headline intervals are as narrow as `precision` asks, as in a plain run, and
//! - of each other variant either the order is known (the interval of its paired difference leaves out 0), or it is
//!   so close that it hardly matters: that interval is narrower than `precision` of the best's mean.
//!
//! Looking again and again until a difference looks real would find one where there is none: at 95 % in about one tie
//! of ten, and not of twenty. The `k`-th look may err with 1/(k (k + 1)) of the risk, which makes the whole risk
//! however many looks there are; intervals are reported at the level that was asked for.
//!
//! Source: the union bound over looks, as for all pairs ([`paired::adjusted_level`]); on stopping rules that look at
//! differences: Law, *Simulation Modeling and Analysis*, 5th ed. (2015), section 10.3.

use super::{
    campaign::Campaign,
    run::{Need, missed_precision, need},
};
use crate::stats::{Estimate, PairedDifference, paired, sequential};

/// How precise a comparison is to be, and how often it has been looked at.
pub(super) struct Rule {
    /// The wanted half width, as a share of the mean.
    pub precision: f64,
    /// The most replications that may run.
    pub cap: usize,
    /// The confidence level of each reported difference.
    pub level: f64,
    more_is_better: bool,
    looks: usize,
}

/// A variant beside the best: the values of both, replication by replication.
pub(super) struct Pair<'a> {
    pub label: &'a str,
    pub best: Vec<f64>,
    pub other: Vec<f64>,
}

impl Rule {
    pub(super) fn new(precision: f64, cap: usize, level: f64, more_is_better: bool) -> Self {
        Self {
            precision,
            cap,
            level,
            more_is_better,
            looks: 0,
        }
    }

    /// Returns how many replications to have in all, next; not more than there are when they are enough, or when the
    /// cap is reached, with notes on what is still open.
    pub(super) fn look(&mut self, best: &Campaign<'_>, pairs: &[Pair<'_>]) -> (usize, Vec<String>) {
        self.looks += 1;
        let count = best.finished();
        let mut notes = Vec::new();
        let own = need(best, self.precision, count, self.cap);
        let mut next = own.as_ref().map_or(count, |need| need.next);
        for pair in pairs {
            next = next.max(self.next_for(pair, count));
        }
        if next <= count {
            notes.extend(own.and_then(|Need { column, missed, .. }| {
                Some(missed_precision(best, column, missed?, self.precision, count))
            }));
            notes.extend(pairs.iter().filter_map(|pair| self.open_question(pair, count)));
        }
        (next, notes)
    }

    fn next_for(&self, pair: &Pair<'_>, count: usize) -> usize {
        match self.state(pair) {
            State::Enough => count,
            State::Open { strict, near } => {
                // To tell the two apart, the interval aims for half their distance.
                let apart = sequential::next_count(&strict, 1.0, count, self.cap);
                let close = sequential::next_count(&near, self.precision, count, self.cap);
                apart.min(close)
            }
        }
    }

    /// Whether the other one of the pair is worse, as surely as this look must be.
    pub(super) fn is_worse(&self, pair: &Pair<'_>) -> bool {
        let strict = self.strict(pair);
        strict.is_some_and(|strict| {
            strict.is_significant() && (strict.difference.mean < 0.0) == self.more_is_better
        })
    }

    /// The difference at the level of this look.
    fn strict(&self, pair: &Pair<'_>) -> Option<PairedDifference> {
        let level = paired::adjusted_level(self.level, self.looks * (self.looks + 1));
        PairedDifference::new(&pair.best, &pair.other, level)
    }

    fn state(&self, pair: &Pair<'_>) -> State {
        // Without values, or beside a best of 0, there is nothing to be precise about.
        let plain = PairedDifference::new(&pair.best, &pair.other, self.level);
        let both = self.strict(pair).zip(plain);
        let Some((strict, Some(relative))) = both.map(|(strict, plain)| (strict, plain.relative)) else {
            return State::Enough;
        };
        // The width is wanted relative to the best's mean, not to a difference that may be nothing.
        let near = Estimate {
            mean: 1.0,
            ..relative
        };
        if strict.is_significant() || sequential::is_precise(&near, self.precision) {
            return State::Enough;
        }
        State::Open {
            strict: strict.difference,
            near,
        }
    }

    fn open_question(&self, pair: &Pair<'_>, count: usize) -> Option<String> {
        let State::Open { near, .. } = self.state(pair) else {
            return None;
        };
        Some(format!(
            "whether `{}` differs from the best is still open after {count} replications: the interval of the difference \
             is ±{:.1} % of the best, and {} % was wanted; allow more (`max_replications`), or a longer `duration`",
            pair.label,
            near.half_width * 100.0,
            crate::units::figures(self.precision * 100.0, 3),
        ))
    }
}

/// What is known of one variant beside the best.
enum State {
    /// Which of the two is better, or that they are close.
    Enough,
    /// Neither.
    Open {
        /// The difference at the level of this look.
        strict: Estimate,
        /// One, give or take the relative difference's half width.
        near: Estimate,
    },
}

#[cfg(test)]
mod tests {
    use rand_distr::{Distribution, StandardNormal};

    use super::*;
    use crate::rng::{Seed, Stream};

    /// Compares two variants whose means are 10 and `mean` and whose values spread by 1, until there are enough;
    /// returns how many replications that took, and whether it ended although the two might lie further apart.
    fn compared(mean: f64, rng: &mut Stream) -> (usize, bool) {
        let mut rule = Rule::new(0.05, 10_000, 0.95, false);
        let (mut pair, mut count) = (
            Pair {
                label: "other",
                best: Vec::new(),
                other: Vec::new(),
            },
            5,
        );
        loop {
            let mut normal = |mean: f64| -> f64 { mean + Distribution::<f64>::sample(&StandardNormal, rng) };
            while pair.best.len() < count {
                pair.best.push(normal(10.0));
                pair.other.push(normal(mean));
            }
            rule.looks += 1;
            let next = rule.next_for(&pair, count);
            if next == count {
                let difference = PairedDifference::new(&pair.best, &pair.other, 0.95).unwrap();
                let close = difference.relative.unwrap().half_width <= 0.05;
                return (count, !close);
            }
            count = next;
        }
    }

    #[test]
    fn looking_again_and_again_does_not_tell_equals_apart() {
        let mut rng = Seed(5).replication(0).stream("looks");
        let outcomes: Vec<_> = (0..2_000).map(|_| compared(10.0, &mut rng)).collect();
        let mistakes = outcomes.iter().filter(|(_, apart)| *apart).count();
        // At most 5 %, plus three standard errors of 2000 trials; with one level for all looks it would be 10 %.
        assert!(mistakes < 130, "{mistakes} of 2000");
        // A half width of 5 % takes (1.96 √2 / 0.5)² = 31 replications or so.
        let counts: usize = outcomes.iter().map(|(count, _)| count).sum();
        assert!((25..50).contains(&(counts / 2_000)), "{}", counts / 2_000);
    }

    #[test]
    fn what_is_far_off_is_soon_told_apart() {
        let mut rng = Seed(5).replication(1).stream("looks");
        let outcomes: Vec<_> = (0..200).map(|_| compared(15.0, &mut rng)).collect();
        assert!(outcomes.iter().all(|&(count, _)| count <= 10), "{outcomes:?}");
    }
}
