//! The busiest server of each service, and what makes it so: over all replications.

use crate::model::{
    Deployment, Popularity, QueuePlace, Record, ServicePlan, Skew, balancer::Law, storage::StorePlan,
};

/// By how much a server must be busier than the mean to be told of: what chance does is less.
const HOTTER: f64 = 1.1;

/// The busiest server of a service whose requests cannot go to another instead.
#[derive(Clone, Debug, PartialEq)]
pub struct Hottest {
    /// Whether it is a node of a store.
    pub is_node: bool,
    /// Its number from 1, if it is the same in every replication.
    pub number: Option<usize>,
    /// The share of its slots that are taken, as a mean over replications.
    pub utilisation: f64,
    /// The shard with the most operations, if it is a node of a store.
    pub shard: Option<HotShard>,
}

/// The shard of a store with the most operations.
#[derive(Clone, Debug, PartialEq)]
pub struct HotShard {
    /// Its number from 1.
    pub number: usize,
    /// The share of all operations that go there.
    pub share: f64,
    /// Whether most of these are for one key.
    pub one_key: bool,
}

/// What is collected of one service.
#[derive(Clone, Debug, Default)]
struct Sums {
    replications: f64,
    /// The sum of the utilisations of whichever server was the busiest.
    busiest: f64,
    /// Which that was, as long as it was always the same.
    number: Option<usize>,
    shards: Vec<u64>,
}

/// What is collected of all services.
#[derive(Clone, Debug, Default)]
pub(super) struct Heat {
    services: Vec<Sums>,
}

impl Heat {
    /// Adds one replication.
    pub(super) fn add(&mut self, record: &Record) {
        self.services.resize(record.services.len(), Sums::default());
        for (sums, service) in self.services.iter_mut().zip(&record.services) {
            // Of equals the first.
            let servers = service.server_utilisation.iter().enumerate().rev();
            let Some((at, utilisation)) = servers.max_by(|a, b| a.1.total_cmp(b.1)) else {
                continue;
            };
            let same = sums.replications == 0.0 || sums.number == Some(at + 1);
            sums.number = same.then_some(at + 1);
            sums.replications += 1.0;
            sums.busiest += utilisation;
            if let Some(store) = &service.store {
                sums.shards.resize(store.shard_operations.len(), 0);
                for (sum, operations) in sums.shards.iter_mut().zip(&store.shard_operations) {
                    *sum += operations;
                }
            }
        }
    }

    /// Returns the busiest server of a service where it has no choice but to be busier than the mean by far.
    pub(super) fn of(&self, deployment: &Deployment, at: usize, mean: f64) -> Option<Hottest> {
        let plan = &deployment.services[at];
        let sums = self.services.get(at).filter(|sums| 0.0 < sums.replications)?;
        let utilisation = sums.busiest / sums.replications;
        let hot = HOTTER * mean <= utilisation && 0.0 < utilisation && is_tied(plan);
        hot.then(|| Hottest {
            is_node: plan.store.is_some(),
            number: sums.number,
            utilisation,
            shard: plan
                .store
                .as_ref()
                .and_then(|store| hot_shard(store, &sums.shards)),
        })
    }
}

/// Returns whether a server gets what it gets however busy it is: its keys, its clients, its share, its turn.
fn is_tied(plan: &ServicePlan) -> bool {
    let policy = &plan.balancer;
    let fixed = matches!(policy.law, Law::WeightedSplit | Law::RoundRobin);
    let tied = fixed || policy.reads_key || policy.reads_source;
    plan.store.is_some() || tied && plan.queue.at == QueuePlace::Server
}

/// Returns the shard with the most operations, if it has more than its part.
fn hot_shard(store: &StorePlan, shards: &[u64]) -> Option<HotShard> {
    let all = shards.iter().sum::<u64>() as f64;
    let ranked = shards.iter().enumerate().rev();
    let (at, &most) = ranked.max_by_key(|(_, operations)| **operations)?;
    let share = most as f64 / all;
    (HOTTER <= share * shards.len() as f64).then(|| HotShard {
        number: at + 1,
        share,
        one_key: 0.5 * share <= first_key(store.keys),
    })
}

/// Returns the share of operations that ask for the most popular key.
fn first_key(keys: Popularity) -> f64 {
    match keys.skew {
        Skew::Hot(share) => share,
        Skew::Zipf(exponent) => {
            let weights = (1..=keys.count).map(|rank| f64::from(rank).powf(-exponent));
            1.0 / weights.sum::<f64>()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{End, ServiceRecord, StoreRecord};
    use crate::units::{SimDuration, SimTime};

    fn record(utilisations: [f64; 3], shards: [u64; 2]) -> Record {
        let mut store = StoreRecord::default();
        store.shard_operations = shards.to_vec();
        Record {
            end: End::Complete,
            bucket: SimDuration::from_nanos(1),
            events: 0,
            begin: SimTime::ZERO,
            until: SimTime::ZERO,
            workloads: Vec::new(),
            services: vec![ServiceRecord {
                server_utilisation: utilisations.to_vec(),
                store: Some(store),
                ..ServiceRecord::default()
            }],
            incidents: Vec::new(),
            incidents_forgotten: 0,
            violations: Vec::new(),
        }
    }

    #[test]
    fn the_busiest_of_each_replication_is_averaged_and_named_where_it_is_always_the_same() {
        let mut heat = Heat::default();
        heat.add(&record([0.2, 0.8, 0.3], [1, 9]));
        heat.add(&record([0.2, 0.6, 0.3], [3, 7]));
        let sums = &heat.services[0];
        assert_eq!((sums.busiest, sums.number), (1.4, Some(2)));
        assert_eq!(sums.shards, [4, 16]);
        heat.add(&record([0.6, 0.6, 0.3], [3, 7]));
        assert_eq!(heat.services[0].number, None);
        heat.add(&record([0.2, 0.6, 0.3], [3, 7]));
        assert_eq!(heat.services[0].number, None, "it was another once");
    }

    #[test]
    fn the_first_of_a_thousand_keys_has_its_part_of_the_harmonic_sum() {
        let share = |skew, count| first_key(Popularity { count, skew });
        let cases = [
            (Skew::Hot(0.3), 10, 0.3),
            (Skew::Zipf(0.0), 8, 0.125),
            (Skew::Zipf(1.0), 1_000, 1.0 / 7.485_470_860_55),
        ];
        for (skew, count, expected) in cases {
            assert!(
                (share(skew, count) - expected).abs() < 1e-9,
                "{skew:?}: {}",
                share(skew, count)
            );
        }
    }
}
