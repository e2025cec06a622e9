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
    rng::Stream,
};

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

    /// Returns which of `open` nodes takes the place of a lost one beside the replicas that a shard still has on
    /// `left`; `None` if none is open.
    pub fn replace(&self, zones: &Zones, left: &[u32], open: &[u32], rng: &mut Stream) -> Option<u32> {
        match self {
            Self::Random => (!open.is_empty()).then(|| open[rng.below(open.len())]),
            Self::ZoneAware => zone_aware::replace(zones, left, open, rng),
            Self::Copysets { .. } => copysets::replace(zones, left, open),
        }
    }
}

/// Returns how many of `chosen` stand in the zone of a node; nodes without a zone stand alone.
fn neighbours(zones: &Zones, chosen: &[u32], node: u32) -> usize {
    let zone = zones[node as usize];
    let beside = |&&other: &&u32| zone.is_some() && zones[other as usize] == zone;
    chosen.iter().filter(beside).count()
}

#[cfg(test)]
mod tests;
