//! Variants of one scenario on the very same requests, and how surely one is better than another.

use super::{
    Conduct, Results,
    campaign::{Campaign, sender_name, workload_name},
    column,
    race::Race,
    run::{results, window},
    warmup,
};
use crate::{
    model::Deployment,
    scenario::Scenario,
    stats::{PairedDifference, paired::adjusted_level},
};

/// One thing to be compared: a scenario and how it differs from the others.
#[derive(Clone, Debug)]
pub struct Variant {
    /// `"power-of-d"`, or `"balancer=random, servers=12"`.
    pub label: String,
    /// The scenario as this variant has it.
    pub scenario: Scenario,
}

/// What came out of a comparison.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The thing the variants are ranked by: `"workload.shoppers"`.
    pub of: String,
    /// And the measure: `"response.p99"`.
    pub measure: String,
    /// Whether more of it is better.
    pub more_is_better: bool,
    /// The confidence level of each difference, raised so that all of them together hold at the scenario's.
    pub level: f64,
    /// The variants, best first.
    pub variants: Vec<VariantResults>,
    /// Whether someone interrupted.
    pub interrupted: bool,
    /// What the reader ought to know.
    pub notes: Vec<String>,
}

/// One variant's results and its difference from the best.
#[derive(Clone, Debug)]
pub struct VariantResults {
    /// What it is called.
    pub label: String,
    /// Its results.
    pub results: Results,
    /// The paired difference from the best variant in the headline measure, over the replications that both have: one
    /// that is surely worse gets no more of them. `None` for the best itself and where there is nothing to compare.
    pub difference: Option<PairedDifference>,
}

/// Runs every variant on the same requests and ranks them by the first objective, or else by the mean response; over
/// years, on the same failures and by the unavailability of the first service, or by how likely a first store loses
/// data.
pub fn compare(variants: &[Variant], conduct: &Conduct<'_>) -> Comparison {
    assert!(!variants.is_empty(), "there is something to compare");
    let mut notes = Vec::new();
    // One warm-up for all, the longest that any of them needs: the same requests must be measured.
    let warmups = variants
        .iter()
        .map(|variant| warmup::choose(&variant.scenario, conduct));
    let warmup = warmups.map(|(warmup, note)| {
        notes.extend(note.filter(|note| !notes.contains(note)));
        warmup
    });
    let warmup = warmup.max().unwrap_or_default();
    let campaigns = variants
        .iter()
        .map(|variant| Campaign::new(&variant.scenario, window(&variant.scenario, warmup)));
    let headline = headline(&variants[0].scenario);
    let mut race = Race::new(campaigns.collect(), &headline);
    // Which variant is the baseline is decided by the same runs, so every pair might have been compared.
    let pairs = variants.len() * variants.len().saturating_sub(1) / 2;
    let level = adjusted_level(variants[0].scenario.run.level, pairs.max(1));
    let whole = race.carry_out(variants, level, conduct, &mut notes);
    let (order, campaigns) = (race.ranking(), race.campaigns);
    let best = values(&campaigns[order[0]], &headline);
    let ranked = order.iter().map(|&at| VariantResults {
        label: variants[at].label.clone(),
        results: results(&campaigns[at], !whole, Vec::new()),
        difference: if at == order[0] {
            None
        } else {
            let (best, other) = paired(&best, &values(&campaigns[at], &headline));
            PairedDifference::new(&best, &other, level)
        },
    });
    let ranked = ranked.collect();
    Comparison {
        of: headline.of.clone(),
        measure: headline.measure.clone(),
        more_is_better: headline.more_is_better,
        level,
        variants: ranked,
        interrupted: !whole,
        notes,
    }
}

/// What variants are ranked by.
#[derive(Clone, Debug)]
pub struct Headline {
    /// The thing: `"workload.shoppers"`.
    pub of: String,
    /// The measure: `"response.p99"`.
    pub measure: String,
    /// Whether more of it is better.
    pub more_is_better: bool,
}

impl Comparison {
    /// Whether every variant had as many replications as the best.
    pub fn is_even(&self) -> bool {
        let all = self.variants[0].results.replications;
        self.variants
            .iter()
            .all(|variant| variant.results.replications == all)
    }
}

impl Headline {
    /// Whether a deployment has the thing at all.
    pub fn is_in(&self, deployment: &Deployment) -> bool {
        let mut senders = deployment.senders();
        senders.any(|sender| sender_name(&sender) == self.of)
            || deployment
                .services
                .iter()
                .any(|service| service.path() == self.of)
    }
}

/// Returns what variants are ranked by when this is the first of them.
pub fn headline(scenario: &Scenario) -> Headline {
    if scenario.deployment.is_long() {
        let (measure, more_is_better) = column::headline(&scenario.deployment, 0);
        return Headline {
            of: scenario.deployment.services[0].path(),
            measure: measure.to_owned(),
            more_is_better,
        };
    }
    let first = scenario
        .objectives
        .iter()
        .find(|objective| !objective.at_least)
        .or(scenario.objectives.first());
    match first {
        Some(first) => Headline {
            of: first.of.clone(),
            measure: first.measure.clone(),
            more_is_better: first.at_least,
        },
        None => Headline {
            of: workload_name(&scenario.deployment, 0),
            measure: "response.mean".to_owned(),
            more_is_better: false,
        },
    }
}

/// The headline value of each replication, in order.
pub(super) fn values(campaign: &Campaign<'_>, headline: &Headline) -> Vec<Option<f64>> {
    let Some(column) = campaign.column(&headline.of, &headline.measure) else {
        return Vec::new();
    };
    campaign.rows.iter().map(|row| row[column]).collect()
}

/// The values of the replications that both variants have, and in which both have a value.
pub(super) fn paired(best: &[Option<f64>], other: &[Option<f64>]) -> (Vec<f64>, Vec<f64>) {
    let pairs = best.iter().zip(other);
    pairs.filter_map(|(best, other)| best.zip(*other)).unzip()
}
