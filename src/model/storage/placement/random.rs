//! Random placement: any nodes for each shard. Nearly every set of nodes is soon that of some shard, so hardly any set
//! can be lost without loss of data; but each node is repaired from all others.

use super::Placement;
use crate::{config::Entry, rng::Stream};

pub(super) const ENTRY: Entry<Placement> = Entry {
    name: "random",
    summary: "any nodes for each shard",
    example: "",
    fields: Vec::new,
    read: |_| Some(Placement::Random),
};

pub(super) fn place(nodes: u32, shards: u32, replication: usize, rng: &mut Stream, replicas: &mut Vec<u32>) {
    for _ in 0..shards {
        let first = replicas.len();
        // Floyd's sample of distinct numbers, in any order (Bentley and Floyd, *Commun. ACM* 30(9), 1987): the first one
        // will lead, and without the order the last nodes never would.
        for top in nodes - replication as u32..nodes {
            let pick = rng.below(top as usize + 1) as u32;
            match replicas[first..].iter().position(|&taken| taken == pick) {
                None => replicas.insert(first, pick),
                Some(place) => replicas.insert(first + place + 1, top),
            }
        }
    }
}
