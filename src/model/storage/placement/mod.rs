//! On which nodes the replicas of a shard are.
//!
//! **Lives here:** the [`Placement`] policies, one a file, and the contract that all of them keep.
//! **Lives elsewhere:** the outcome, shard by shard (`layout`).
//! **Invariant:** replicas of a shard are on different nodes; a policy that knows zones uses as many as it can.

mod copysets;
mod random;
mod zone_aware;

use crate::{
    config::{Entry, Family, Node, Problems, Section, Shape, Value},
    rng::{Stream, mix},
};

/// Nodes that are asked at random whether they are open before all are.
const TRIES: u64 = 64;

/// How the nodes of each shard are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placement {
    /// Any nodes.
    Random,
    /// Any nodes, in as many zones as there can be.
    ZoneAware,
    /// One of few sets of nodes.
    Copysets {
        /// With how many others each node shares shards, at least.
        scatter_width: u32,
    },
}

/// The policies, in the order of the reference.
pub const REGISTRY: &[&Entry<Placement>] = &[&random::ENTRY, &zone_aware::ENTRY, &copysets::ENTRY];

impl Family for Placement {
    const WHAT: &'static str = "a placement";
    const TAG: &'static str = "policy";
    fn entries() -> &'static [&'static Entry<Self>] {
        REGISTRY
    }
}

impl Value for Placement {
    fn shape() -> Shape {
        Self::family_shape(true, Vec::new())
    }
    fn read(node: &Node, problems: &Problems) -> Option<Self> {
        let section = Section::open_or_name(node, Self::WHAT, Self::TAG, problems)?;
        let placement = Self::read_tagged(&section, None);
        section.finish();
        placement
    }
}

/// Where a store's nodes stand: the zone of each, or `None`.
pub type Zones = [Option<usize>];

impl Placement {
    /// Returns the nodes of each shard, `replication` of them for each, one shard after the other.
    pub fn place(&self, zones: &Zones, shards: u32, replication: u32, rng: &mut Stream) -> Vec<u32> {
        let (nodes, replication) = (zones.len() as u32, replication as usize);
        let mut replicas = Vec::with_capacity(shards as usize * replication);
        match *self {
            Self::Random => random::place(nodes, shards, replication, rng, &mut replicas),
            Self::ZoneAware => zone_aware::place(zones, shards, replication, rng, &mut replicas),
            Self::Copysets { scatter_width } => {
                let sets = copysets::sets(zones, scatter_width, replication, rng);
                copysets::place(&sets, shards, rng, &mut replicas);
            }
        }
        replicas
    }

    /// Returns which of the open nodes takes the place of a lost one, beside the replicas that a shard still has on
    /// `left`; `None` if none is open.
    pub fn replace(
        &self,
        zones: &Zones,
        left: &[u32],
        is_open: impl Fn(u32) -> bool,
        rng: &mut Stream,
    ) -> Option<u32> {
        // Copysets ask the same candidates in the same order for the same nodes left, so that no more sets come about
        // than there were; the order in which these stand must not matter.
        let set = left
            .iter()
            .fold(0_u64, |all, &node| all.wrapping_add(mix(u64::from(node))));
        let mut draw = |try_: u64| match self {
            Self::Copysets { .. } => scaled(mix(set ^ mix(try_ + 1)), zones.len()),
            Self::Random | Self::ZoneAware => rng.below(zones.len()) as u32,
        };
        let heeds_zones = *self != Self::Random;
        // Most nodes will do, so that one is found soon; only a search of all of them tells that there is none.
        for try_ in 0..TRIES {
            let node = draw(try_);
            if is_open(node) && (!heeds_zones || neighbours(zones, left, node) == 0) {
                return Some(node);
            }
        }
        let open: Vec<u32> = (0..zones.len() as u32).filter(|&node| is_open(node)).collect();
        let beside = |node: &u32| {
            if heeds_zones {
                neighbours(zones, left, *node)
            } else {
                0
            }
        };
        let fewest = open.iter().map(beside).min()?;
        let best: Vec<u32> = open.into_iter().filter(|node| beside(node) == fewest).collect();
        match self {
            Self::Copysets { .. } => best
                .into_iter()
                .min_by_key(|&node| mix(set ^ mix(u64::from(node) + 1))),
            Self::Random | Self::ZoneAware => Some(best[rng.below(best.len())]),
        }
    }
}

/// Returns a hash as a number below `bound`.
fn scaled(hash: u64, bound: usize) -> u32 {
    ((u128::from(hash) * bound as u128) >> 64) as u32
}

/// Returns how many of `chosen` stand in the zone of a node; nodes without a zone stand alone.
fn neighbours(zones: &Zones, chosen: &[u32], node: u32) -> usize {
    let zone = zones[node as usize];
    let beside = |&&other: &&u32| zone.is_some() && zones[other as usize] == zone;
    chosen.iter().filter(beside).count()
}

#[cfg(test)]
mod tests;
