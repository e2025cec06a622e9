//! Which variants may still be the best, and when that is decided.
//!
//! Every variant meets the same requests, so that differences go by pairs of replications. In each measure a variant is
//! *worse* once some other is surely better: the interval of their difference leaves out 0. The best as measured and those
//! that are not worse may be the best. There are enough replications when
//!
//! - the best variant's own headline intervals are as narrow as `precision` asks, as in a plain run, and
//! - of each other variant, in each measure, either it is known to be worse, or it is so close that it hardly matters: the
//!   interval of its difference from the best is narrower than `precision` of the best's mean.
//!
//! A variant that is worse in some measure, and about which nothing is open in the others, gets no more replications: they
//! would tell how hopeless it is. Should it be needed after all, because another one turns out to be the best, it catches
//! up. One that fills up gets no more either: it has no long run to be measured.
//!
//! # What holds
//! All pairs of variants are compared, in all measures, because which of them is the best is found out by the same runs; and
//! they are looked at again and again. The risk is shared among pairs and measures, and the `k`-th look may err with
//! 1/(k (k + 1)) of it, which makes the whole risk however many looks there are. So with the scenario's level all
//! intervals hold together. Then a true best is never called worse, and what is called the best when it is decided lies within
//! `precision` of a true best, the indifference zone: none of the others is better than it by more than the width that
//! was wanted. It rests on means that are about normal.
//!
//! # Sources
//! The sets: multiple comparisons with the best, Hsu, *Ann. Statist.* 12 (1984) 1136–1144. On common random numbers by
//! Bonferroni's inequality: Clark and Yang, *Proc. Winter Simulation Conf.* (1986) 313–315; that the sets and the choice
//! within the indifference zone hold together: Nelson and Matejcik, *Management Science* 41 (1995) 1935–1945. Dropping
//! variants on the way: Kim and Nelson, *ACM Trans. Modeling and Computer Simulation* 11 (2001) 251–273, with boundaries of
//! their own, where here it is the union bound over looks.

use crate::{
    scenario::Replications,
    stats::{Estimate, PairedDifference, paired::adjusted_level, sequential},
};

/// Those who take part.
pub(super) trait Field {
    fn variants(&self) -> usize;
    /// Carries out replications until there are so many of each; returns whether nobody interrupted.
    fn extend(&mut self, counts: &[usize]) -> bool;
    fn finished(&self, variant: usize) -> usize;
    /// Whether it keeps up with its load.
    fn is_steady(&self, variant: usize) -> bool;
    /// What each replication has in a measure.
    fn values(&self, variant: usize, measure: usize) -> Vec<Option<f64>>;
    /// What all replications together have.
    fn value(&self, variant: usize, measure: usize) -> Option<f64>;
    /// How many replications it takes for a variant's own intervals to be precise.
    fn precise_at(&self, variant: usize, precision: f64, cap: usize) -> usize;
}

/// The choice among variants, and what is known so far.
pub(super) struct Selection {
    /// Of each measure.
    more_is_better: Vec<bool>,
    wanted: Replications,
    /// The confidence level of each difference, before it is shared among looks.
    level: f64,
    looks: usize,
    /// The look since which a variant gets no more replications.
    resting: Vec<Option<usize>>,
    /// By measure and variant.
    worse: Vec<Vec<bool>>,
    /// By measure: the best as measured.
    best: Vec<usize>,
    values: Vec<Vec<Vec<Option<f64>>>>,
}

/// How it ended.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum End {
    /// After as many replications as were asked for.
    Asked,
    /// The best is known to the precision that was wanted.
    Decided,
    /// The cap came first, or even the best fills up, or someone interrupted; with the pairs that are open.
    Open(Vec<OpenPair>),
}

/// A variant of which it is not known whether it is as good as the best.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct OpenPair {
    pub variant: usize,
    pub measure: usize,
    /// Half the width of the interval of the difference, as a share of the best.
    pub half_width: f64,
}

impl Selection {
    /// `level` is that of all statements together.
    pub(super) fn new(variants: usize, more_is_better: Vec<bool>, wanted: Replications, level: f64) -> Self {
        let measures = more_is_better.len();
        let pairs = variants * variants.saturating_sub(1) / 2;
        Self {
            more_is_better,
            wanted,
            level: adjusted_level(level, pairs * measures),
            looks: 0,
            resting: vec![None; variants],
            worse: vec![vec![false; variants]; measures],
            best: vec![0; measures],
            values: Vec::new(),
        }
    }

    /// Runs until there are enough replications; returns how it ended, and whether nobody interrupted.
    pub(super) fn carry_out(&mut self, field: &mut impl Field) -> (End, bool) {
        let (precision, first, cap) = match self.wanted {
            Replications::Fixed(count) => {
                let whole = field.extend(&vec![count as usize; field.variants()]);
                self.look(field);
                return (End::Asked, whole);
            }
            Replications::Until {
                precision,
                first,
                cap,
            } => (precision, first as usize, cap as usize),
        };
        let mut count = first.min(cap);
        loop {
            let counts = (0..field.variants()).map(|variant| match self.resting[variant] {
                Some(_) => field.finished(variant),
                None => count,
            });
            let whole = field.extend(&counts.collect::<Vec<_>>());
            self.look(field);
            if !whole || !field.is_steady(self.best[0]) {
                return (End::Open(Vec::new()), whole);
            }
            let open = self.open(field, precision, count, cap);
            let own = field.precise_at(self.best[0], precision, cap);
            let next = open.iter().map(|(_, next)| *next).fold(own, usize::max);
            let is_even = self.rest(field, &open, count);
            if next <= count && is_even {
                let open: Vec<OpenPair> = open.into_iter().map(|(pair, _)| pair).collect();
                let decided = open.is_empty();
                return (if decided { End::Decided } else { End::Open(open) }, true);
            }
            count = next.max(count);
        }
    }

    /// The best as measured.
    pub(super) fn best(&self, measure: usize) -> usize {
        self.best[measure]
    }

    /// Whether some other variant is surely better in a measure.
    pub(super) fn is_worse(&self, measure: usize, variant: usize) -> bool {
        self.worse[measure][variant]
    }

    /// How far a variant is from another, at a level at which all such statements hold together.
    pub(super) fn difference(&self, measure: usize, from: usize, variant: usize) -> Option<PairedDifference> {
        let both = self.values[measure][from]
            .iter()
            .zip(&self.values[measure][variant]);
        let (from_values, values): (Vec<f64>, Vec<f64>) =
            both.filter_map(|(from, other)| from.zip(*other)).unzip();
        let level = match self.wanted {
            Replications::Fixed(_) => self.level,
            Replications::Until { .. } => {
                // A pair is judged as it was when one of the two got its last replications.
                let last = |variant: usize| self.resting[variant].unwrap_or(self.looks);
                let look = last(from).min(last(variant));
                adjusted_level(self.level, look * (look + 1))
            }
        };
        PairedDifference::new(&from_values, &values, level)
    }

    /// Sees who is worse, and who is the best.
    fn look(&mut self, field: &impl Field) {
        self.looks += 1;
        let (measures, variants) = (0..self.worse.len(), 0..field.variants());
        let sheet = measures.clone().map(|measure| {
            variants
                .clone()
                .map(|variant| field.values(variant, measure))
                .collect()
        });
        self.values = sheet.collect();
        let contenders: Vec<usize> = variants
            .filter(|&variant| self.resting[variant].is_none() && field.is_steady(variant))
            .collect();
        for measure in measures {
            for &variant in &contenders {
                let mut others = contenders.iter().filter(|&&other| other != variant);
                if others.any(|&other| self.is_surely_better(measure, other, variant)) {
                    self.worse[measure][variant] = true;
                }
            }
            self.best[measure] = self.ranking(field, measure)[0];
        }
    }

    /// The variants from best to worst; those without a value last, ties in the order of the first measure, or as given.
    /// The first is one that may be the best, if there is one.
    pub(super) fn ranking(&self, field: &impl Field, measure: usize) -> Vec<usize> {
        let sign = if self.more_is_better[measure] { -1.0 } else { 1.0 };
        let score = |variant| {
            field
                .value(variant, measure)
                .map_or(f64::INFINITY, |value| sign * value)
        };
        let scores: Vec<f64> = (0..field.variants()).map(score).collect();
        let mut order: Vec<usize> = match measure {
            0 => (0..scores.len()).collect(),
            _ => self.ranking(field, 0),
        };
        order.sort_by(|&a, &b| scores[a].total_cmp(&scores[b]));
        let may_be_best = |&variant: &usize| field.is_steady(variant) && !self.worse[measure][variant];
        let best = order.iter().position(may_be_best).unwrap_or(0);
        order[..=best].rotate_right(1);
        order
    }

    fn is_surely_better(&self, measure: usize, one: usize, other: usize) -> bool {
        let difference = self.difference(measure, one, other);
        difference.is_some_and(|difference| {
            difference.is_significant() && (difference.difference.mean < 0.0) == self.more_is_better[measure]
        })
    }

    /// The pairs that are open, with how many replications they ask for.
    fn open(&self, field: &impl Field, precision: f64, count: usize, cap: usize) -> Vec<(OpenPair, usize)> {
        let mut open = Vec::new();
        for (measure, worse) in self.worse.iter().enumerate() {
            let rivals = (0..field.variants()).filter(|&variant| {
                field.is_steady(variant) && !worse[variant] && variant != self.best[measure]
            });
            open.extend(rivals.filter_map(|variant| {
                let difference = self.difference(measure, self.best[measure], variant)?;
                // Beside a best of 0 there is nothing to be precise about.
                let relative = difference.relative?;
                // The width is wanted relative to the best's mean, not to a difference that may be nothing. Where
                // percentiles of all replications together order the two otherwise than their pairs do, that counts too.
                let ahead = if self.more_is_better[measure] {
                    relative.mean
                } else {
                    -relative.mean
                };
                let near = Estimate {
                    mean: 1.0,
                    half_width: relative.half_width + ahead.max(0.0),
                    ..relative
                };
                if sequential::is_precise(&near, precision) {
                    return None;
                }
                // To tell the two apart, the interval aims for half their distance.
                let apart = sequential::next_count(&difference.difference, 1.0, count, cap);
                let close = sequential::next_count(&near, precision, count, cap);
                let half_width = near.half_width;
                let pair = OpenPair {
                    variant,
                    measure,
                    half_width,
                };
                Some((pair, apart.min(close)))
            }));
        }
        open
    }

    /// Sees who needs no more replications; returns whether all others have as many as were wanted.
    fn rest(&mut self, field: &impl Field, open: &[(OpenPair, usize)], count: usize) -> bool {
        let mut is_even = true;
        for variant in 0..field.variants() {
            let is_worse = self.worse.iter().any(|worse| worse[variant]);
            let is_needed =
                self.best.contains(&variant) || open.iter().any(|(pair, _)| pair.variant == variant);
            if !field.is_steady(variant) || is_worse && !is_needed {
                self.resting[variant].get_or_insert(self.looks);
            } else {
                self.resting[variant] = None;
                is_even &= count <= field.finished(variant);
            }
        }
        is_even
    }
}

#[cfg(test)]
mod tests;
