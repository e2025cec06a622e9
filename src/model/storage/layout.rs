//! Which nodes hold which shard.

use super::{StorePlan, partition::Shards};
use crate::{model::ServicePlan, rng::Streams};

/// The replicas of all shards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    replicas: Vec<u32>,
    replication: u32,
}

impl Layout {
    /// Lays out a store. Every replication of an experiment has a layout of its own, so that intervals include the luck of
    /// placement; the stream is `{store}/placement`.
    pub fn new(service: &ServicePlan, store: &StorePlan, streams: Streams) -> Self {
        let mut rng = streams.stream(&format!("{}/placement", service.name));
        let zones = zones(service);
        Self {
            replicas: store
                .placement
                .place(&zones, store.shards, store.replication, &mut rng),
            replication: store.replication,
        }
    }

    /// Returns how many shards there are.
    pub fn shards(&self) -> u32 {
        self.replicas.len() as u32 / self.replication
    }

    /// Returns the nodes of a shard, by their numbers.
    pub fn replicas(&self, shard: u32) -> &[u32] {
        let first = (shard * self.replication) as usize;
        &self.replicas[first..first + self.replication as usize]
    }

    /// Moves a replica to another node; its slot is the shard times the replication, plus the place.
    pub(crate) fn set(&mut self, slot: u32, node: u32) {
        self.replicas[slot as usize] = node;
    }

    /// Returns the share of all requests that each of `nodes` nodes gets when each replica of a shard gets as much, and
    /// shards get these shares.
    pub fn node_loads(&self, nodes: usize, shard_loads: &[f64]) -> Vec<f64> {
        let mut loads = vec![0.0; nodes];
        for (shard, load) in (0..).zip(shard_loads) {
            for &node in self.replicas(shard) {
                loads[node as usize] += load / f64::from(self.replication);
            }
        }
        loads
    }
}

/// Returns the zone of each node.
pub fn zones(service: &ServicePlan) -> Vec<Option<usize>> {
    let of = |group: &crate::model::Group| std::iter::repeat_n(group.zone, group.servers as usize);
    service.groups.iter().flat_map(of).collect()
}

impl StorePlan {
    /// Returns the load of the busiest node over the mean, as far as it comes from how popular keys are and where shards
    /// are; nodes are taken to be alike.
    pub fn imbalance(&self, layout: &Layout, nodes: usize) -> f64 {
        let shards = Shards::new(self.partition, self.shards, self.keys.count);
        let loads = layout.node_loads(nodes, &shards.loads(self.keys));
        loads.iter().copied().fold(0.0, f64::max) * nodes as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{
            Popularity, Skew,
            storage::{partition::Partition, testing::store},
        },
        rng::Seed,
    };

    fn even(count: u32) -> Popularity {
        Popularity {
            count,
            skew: Skew::Zipf(0.0),
        }
    }

    #[test]
    fn a_replication_has_a_layout_of_its_own_and_always_the_same() {
        let (service, store) = store(12, 64, 3);
        let of = |replication| Layout::new(&service, &store, Seed(5).replication(replication));
        assert_eq!(of(0), of(0));
        assert_ne!(of(0), of(1));
        assert_eq!((of(0).shards(), of(0).replicas(63).len()), (64, 3));
    }

    /// Two shards of six replicas each, of which one has 80 % of the load: worked out by hand.
    #[test]
    fn loads_follow_the_replicas() {
        let layout = Layout {
            replicas: vec![0, 1, 1, 2],
            replication: 2,
        };
        assert_eq!(layout.node_loads(4, &[0.75, 0.25]), [0.375, 0.5, 0.125, 0.0]);
    }

    #[test]
    fn a_hot_key_makes_its_nodes_the_busiest() {
        let (service, mut store) = store(12, 1_200, 3);
        let layout = Layout::new(&service, &store, Seed(5).replication(0));
        store.keys = even(1_000_000);
        let fair = store.imbalance(&layout, 12);
        assert!((1.0..1.3).contains(&fair), "{fair}");
        store.keys.skew = Skew::Hot(0.25);
        let hot = store.imbalance(&layout, 12);
        // A third of a quarter on each of three nodes, and a twelfth of the rest.
        assert!((hot - 12.0 * (0.25 / 3.0 + 0.75 / 12.0)).abs() < 0.2, "{hot}");
        store.partition = Partition::Range;
        store.keys.skew = Skew::Zipf(0.9);
        assert!(2.0 < store.imbalance(&layout, 12), "the popular ones meet");
    }
}
