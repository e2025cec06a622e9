//! The least of many keys, anyone of equals with the same chance: a tree that counts how many hold the least.

use crate::{model::balancer::ServerId, rng::Stream};

/// Keys of servers; those with the key [`LeastTree::OUT`] are not chosen. Holds 32 bytes a server.
pub(super) struct LeastTree {
    /// The least key below a node and how many hold it. Node 1 is the root, the children of node `i` are `2 i` and
    /// `2 i + 1`, and the last half are the servers.
    nodes: Vec<(u64, u32)>,
}

impl LeastTree {
    /// The key of a server that is not to be chosen.
    pub(super) const OUT: u64 = u64::MAX;

    /// Returns a tree in which all keys are 0.
    pub(super) fn new(servers: usize) -> Self {
        let mut tree = Self {
            nodes: vec![(0, 1); 2 * servers],
        };
        for node in (1..servers).rev() {
            tree.nodes[node] = tree.join(node);
        }
        tree
    }

    /// Gives a server a key.
    pub(super) fn set(&mut self, server: ServerId, key: u64) {
        let mut node = self.nodes.len() / 2 + server.index();
        self.nodes[node].0 = key;
        while 1 < node {
            node /= 2;
            self.nodes[node] = self.join(node);
        }
    }

    /// Returns one of those with the least key.
    pub(super) fn pick(&self, rng: &mut Stream) -> Option<ServerId> {
        let (least, holders) = self.nodes[1];
        if least == Self::OUT {
            return None;
        }
        let mut skip = rng.below(holders as usize) as u32;
        let mut node = 1;
        while node < self.nodes.len() / 2 {
            node *= 2;
            let (key, holders) = self.nodes[node];
            let here = if key == least { holders } else { 0 };
            if here <= skip {
                skip -= here;
                node += 1;
            }
        }
        Some(ServerId((node - self.nodes.len() / 2) as u32))
    }

    fn join(&self, node: usize) -> (u64, u32) {
        let (a, b) = (self.nodes[2 * node], self.nodes[2 * node + 1]);
        match a.0.cmp(&b.0) {
            std::cmp::Ordering::Less => a,
            std::cmp::Ordering::Greater => b,
            std::cmp::Ordering::Equal => (a.0, a.1 + b.1),
        }
    }
}
