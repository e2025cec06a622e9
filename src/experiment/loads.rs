//! How evenly the nodes and shards of stores are used, and how soon reads see writes: over all replications.

use super::predict::stale_by_age;
use crate::model::{Deployment, Record, storage::freshness::Freshness};

/// What is collected of one store.
#[derive(Clone, Debug, Default)]
struct Sums {
    replications: f64,
    /// Sums of loads over the mean, by rank: where shards and their replicas are differs from replication to replication.
    nodes: Vec<f64>,
    shards: Vec<f64>,
    freshness: Freshness,
}

/// What is collected of all stores.
#[derive(Clone, Debug, Default)]
pub(super) struct Loads {
    stores: Vec<Sums>,
}

/// How evenly a store was used, and how soon its reads saw writes.
#[derive(Clone, Debug, PartialEq)]
pub struct StoreLoads {
    /// `"store.orders"`.
    pub of: String,
    /// The operations at each node over the mean, the busiest first; means over replications.
    pub nodes: Vec<f64>,
    /// The operations on each shard over the mean, the busiest first; means over replications.
    pub shards: Vec<f64>,
    /// Of reads that began so many seconds after the last acknowledged write of their key, or later up to the next of these
    /// ages: how many there were, and how many returned an older version. Empty unless staleness is measured.
    pub by_age: Vec<(f64, u64, u64)>,
    /// The share of reads that a formula expects to miss a write of such an age; empty where none holds.
    pub theory: Vec<(f64, f64)>,
}

impl Loads {
    /// Adds one replication.
    pub(super) fn add(&mut self, record: &Record) {
        self.stores.resize(record.services.len(), Sums::default());
        for (sums, service) in self.stores.iter_mut().zip(&record.services) {
            let Some(store) = &service.store else { continue };
            sums.replications += 1.0;
            add_ranked(&mut sums.nodes, &service.served);
            add_ranked(&mut sums.shards, &store.shard_operations);
            sums.freshness.add(&store.freshness);
        }
    }

    /// Returns what came of it, store by store.
    pub(super) fn results(&self, deployment: &Deployment) -> Vec<StoreLoads> {
        let stores = deployment.services.iter().zip(&self.stores).enumerate();
        let told = stores.filter_map(|(service, (plan, sums))| {
            let store = plan.store.as_ref().filter(|_| 0.0 < sums.replications)?;
            let mean = |ranked: &[f64]| ranked.iter().map(|sum| sum / sums.replications).collect();
            let by_age = sums.freshness.by_age();
            let by_age: Vec<_> = by_age.filter(|_| store.measures_staleness).collect();
            let ages = by_age.iter().map(|&(age, ..)| age);
            Some(StoreLoads {
                of: plan.path(),
                nodes: mean(&sums.nodes),
                shards: mean(&sums.shards),
                theory: stale_by_age(deployment, service, ages),
                by_age,
            })
        });
        told.collect()
    }
}

/// Adds loads over their mean, the largest to the first; nothing where there was no load.
fn add_ranked(sums: &mut Vec<f64>, loads: &[u64]) {
    sums.resize(loads.len(), 0.0);
    let mean = loads.iter().sum::<u64>() as f64 / loads.len() as f64;
    if mean == 0.0 {
        return;
    }
    let mut ranked = loads.to_vec();
    ranked.sort_unstable_by(|a, b| b.cmp(a));
    for (sum, load) in sums.iter_mut().zip(ranked) {
        *sum += load as f64 / mean;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loads_are_ranked_before_they_are_added() {
        let mut sums = Vec::new();
        add_ranked(&mut sums, &[10, 30, 20]);
        add_ranked(&mut sums, &[3, 1, 2]);
        add_ranked(&mut sums, &[0, 0, 0]);
        assert_eq!(sums, [3.0, 2.0, 1.0]);
    }
}
