//! Who holds what: the replicas of all shards, as nodes come, go and lose their data.
//!
//! Every shard has as many slots as replicas. A slot belongs to a node, which holds the replica, or did before it lost
//! its data, until a copy is complete on another node; then the slot is that node's.

use std::collections::BTreeSet;

use crate::model::storage::layout::Layout;

/// The slots of all shards: slot `shard × replication + i` is the `i`-th of its shard.
#[derive(Clone, Debug)]
pub(super) struct Shards {
    replication: u32,
    node: Vec<u32>,
    /// Whether the replica is gone, so that it must come from another node.
    missing: Vec<bool>,
    /// The slots of each node.
    slots: Vec<Vec<u32>>,
    /// Of each shard, how many replicas are on nodes that are up.
    up: Vec<u8>,
    /// The shards of which so many replicas are missing, from one on.
    by_missing: Vec<BTreeSet<u32>>,
}

impl Shards {
    /// All replicas are there, and all nodes are up.
    pub(super) fn new(layout: &Layout, nodes: usize, replication: u32) -> Self {
        let count = layout.shards();
        let node: Vec<u32> = (0..count)
            .flat_map(|shard| layout.replicas(shard).to_vec())
            .collect();
        let mut slots = vec![Vec::new(); nodes];
        for (slot, &node) in (0..).zip(&node) {
            slots[node as usize].push(slot);
        }
        Self {
            replication,
            missing: vec![false; node.len()],
            node,
            slots,
            up: vec![replication as u8; count as usize],
            by_missing: vec![BTreeSet::new(); replication as usize],
        }
    }

    pub(super) fn count(&self) -> usize {
        self.up.len()
    }
    pub(super) fn shard_of(&self, slot: u32) -> u32 {
        slot / self.replication
    }
    pub(super) fn slots_of_shard(&self, shard: u32) -> std::ops::Range<u32> {
        shard * self.replication..(shard + 1) * self.replication
    }
    pub(super) fn slots_of_node(&self, node: u32) -> &[u32] {
        &self.slots[node as usize]
    }
    pub(super) fn node_of(&self, slot: u32) -> u32 {
        self.node[slot as usize]
    }
    pub(super) fn is_missing(&self, slot: u32) -> bool {
        self.missing[slot as usize]
    }
    /// Returns how many replicas of a shard are on nodes that are up.
    pub(super) fn up(&self, shard: u32) -> u8 {
        self.up[shard as usize]
    }
    /// Returns the largest number of missing replicas of any shard.
    pub(super) fn level(&self) -> usize {
        let deepest = self.by_missing.iter().rposition(|shards| !shards.is_empty());
        deepest.map_or(0, |at| at + 1)
    }
    /// Returns how many shards miss a replica.
    pub(super) fn incomplete(&self) -> usize {
        self.by_missing.iter().map(BTreeSet::len).sum()
    }
    /// Returns how many replicas of a shard are missing.
    pub(super) fn missing_of(&self, shard: u32) -> usize {
        self.slots_of_shard(shard)
            .filter(|&slot| self.is_missing(slot))
            .count()
    }
    /// Returns the nodes that hold a replica of a shard of which as many are missing as of any.
    pub(super) fn last_holders(&self) -> BTreeSet<u32> {
        let worst = self.level().checked_sub(1).map(|at| &self.by_missing[at]);
        let slots = worst
            .into_iter()
            .flatten()
            .flat_map(|&shard| self.slots_of_shard(shard));
        slots
            .filter(|&slot| !self.is_missing(slot))
            .map(|slot| self.node_of(slot))
            .collect()
    }

    /// A replica is gone. Returns whether it was the last of its shard, which then begins anew: it is empty, and all its
    /// slots hold that.
    pub(super) fn lose(&mut self, slot: u32) -> bool {
        let shard = self.shard_of(slot);
        let before = self.missing_of(shard);
        self.missing[slot as usize] = true;
        self.moved(shard, before, before + 1);
        if before + 1 < self.replication as usize {
            return false;
        }
        for slot in self.slots_of_shard(shard) {
            self.missing[slot as usize] = false;
        }
        self.moved(shard, before + 1, 0);
        true
    }

    /// Sets how many replicas of a shard are within reach.
    pub(super) fn set_up(&mut self, shard: u32, up: u8) {
        self.up[shard as usize] = up;
    }

    /// A copy is complete on a node: the slot is that node's.
    pub(super) fn fill(&mut self, slot: u32, node: u32) {
        let shard = self.shard_of(slot);
        if self.missing[slot as usize] {
            let before = self.missing_of(shard);
            self.missing[slot as usize] = false;
            self.moved(shard, before, before - 1);
        }
        let old = std::mem::replace(&mut self.node[slot as usize], node);
        if old != node {
            let slots = &mut self.slots[old as usize];
            let place = slots.iter().position(|&other| other == slot);
            slots.swap_remove(place.expect("a slot is among those of its node"));
            self.slots[node as usize].push(slot);
        }
    }

    fn moved(&mut self, shard: u32, from: usize, to: usize) {
        if 0 < from {
            self.by_missing[from - 1].remove(&shard);
        }
        if 0 < to {
            self.by_missing[to - 1].insert(shard);
        }
    }
}
