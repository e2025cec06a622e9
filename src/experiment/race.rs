//! The race of a comparison: who gets more replications, and when it is over.
//!
//! A variant that is surely worse than the best gets no more of them: what they would tell is how hopeless it is. "Surely"
//! is the strict level of the look at which it is told apart ([`Rule`]), so that looking often drops no more good variants
//! than the level allows; from then on it is compared by the replications that both have. One that fills up is dropped as
//! well: it has no long run to be measured.
//!
//! Source: sequential elimination with paired differences; Kim and Nelson, *ACM Trans. Modeling and Computer Simulation*
//! 11 (2001) 251–273, have it with boundaries of their own. Here a variant goes by the intervals that are reported.

use super::{
    Conduct, Variant,
    campaign::{Campaign, extend_all, extend_each},
    compare::{Headline, paired, values},
    enough::{Pair, Rule},
};
use crate::scenario::Replications;

/// The race, and who has dropped out of it.
pub(super) struct Race<'a> {
    pub campaigns: Vec<Campaign<'a>>,
    pub headline: &'a Headline,
    dropped: Vec<bool>,
}

impl<'a> Race<'a> {
    pub(super) fn new(campaigns: Vec<Campaign<'a>>, headline: &'a Headline) -> Self {
        let dropped = vec![false; campaigns.len()];
        Self {
            campaigns,
            headline,
            dropped,
        }
    }

    /// Runs until there are enough replications; returns whether nobody interrupted.
    pub(super) fn carry_out(
        &mut self,
        variants: &[Variant],
        level: f64,
        conduct: &Conduct<'_>,
        notes: &mut Vec<String>,
    ) -> bool {
        let (precision, first, cap) = match self.campaigns[0].scenario.run.replications {
            Replications::Fixed(count) => return extend_all(&mut self.campaigns, count as usize, conduct),
            Replications::Until {
                precision,
                first,
                cap,
            } => (precision, first as usize, cap as usize),
        };
        let mut rule = Rule::new(precision, cap, level, self.headline.more_is_better);
        let mut count = first.min(cap);
        loop {
            let counts: Vec<usize> = (0..self.campaigns.len())
                .map(|at| self.wanted(at, count))
                .collect();
            if !extend_each(&mut self.campaigns, &counts, conduct) {
                return false;
            }
            let order = self.ranking();
            let best = &self.campaigns[order[0]];
            if !best.is_steady() {
                return true;
            }
            let values_best = values(best, self.headline);
            let rivals: Vec<usize> = order[1..]
                .iter()
                .copied()
                .filter(|&at| !self.dropped[at])
                .collect();
            let (steady, full): (Vec<usize>, Vec<usize>) =
                rivals.into_iter().partition(|&at| self.campaigns[at].is_steady());
            let pair = |&at: &usize| {
                let (best, other) = paired(&values_best, &values(&self.campaigns[at], self.headline));
                let label = &variants[at].label;
                Pair { label, best, other }
            };
            let pairs: Vec<Pair<'_>> = steady.iter().map(pair).collect();
            let (next, open) = rule.look(best, &pairs);
            let worse = steady.iter().zip(&pairs).filter(|(_, pair)| rule.is_worse(pair));
            for at in worse.map(|(&at, _)| at).chain(full) {
                self.dropped[at] = true;
            }
            if next <= count {
                notes.extend(open);
                return true;
            }
            count = next;
        }
    }

    fn wanted(&self, at: usize, count: usize) -> usize {
        if self.dropped[at] {
            self.campaigns[at].finished()
        } else {
            count
        }
    }

    /// The variants from best to worst; those without a value last, ties in the order given. The first is one that is
    /// still in the race.
    pub(super) fn ranking(&self) -> Vec<usize> {
        let sign = if self.headline.more_is_better { -1.0 } else { 1.0 };
        let score = |campaign: &Campaign<'_>| {
            let column = campaign.column(&self.headline.of, &self.headline.measure)?;
            campaign.measure(column).value.map(|value| sign * value)
        };
        let scores: Vec<f64> = self
            .campaigns
            .iter()
            .map(|campaign| score(campaign).unwrap_or(f64::INFINITY))
            .collect();
        let mut order: Vec<usize> = (0..scores.len()).collect();
        order.sort_by(|&a, &b| scores[a].total_cmp(&scores[b]));
        let best = order.iter().position(|&at| !self.dropped[at]);
        order[..=best.expect("the best is never dropped")].rotate_right(1);
        order
    }
}
