//! Copysets: the replicas of every shard are one of few sets of nodes, so that few combinations of failures lose data.
//!
//! As many random permutations of the nodes as the scatter width asks for are cut into sets; each adds replication − 1
//! nodes to those that a node shares shards with. When data is lost, more of it is lost at once.
//! Source: Cidon, Rumble, Stutsman, Katti, Ousterhout and Rosenblum, USENIX ATC 2013.

use super::{Placement, Zones, neighbours};
use crate::{
    config::{Entry, Section, Spanned, Table, at_least_one},
    rng::Stream,
};

pub(super) const ENTRY: Entry<Placement> = Entry {
    name: "copysets",
    summary: "one of few sets of nodes for each shard, so that few combinations of failures lose data",
    example: "scatter_width = 4",
    fields: Settings::fields,
    read,
};

crate::config_table! {
    /// Copysets. Where there are zones, the nodes of a set are spread over them.
    struct Settings: "copysets" {
        /// With how many others each node shares its shards, at least: it is repaired from as many at once, and the
        /// more there are, the more combinations of failures lose data.
        scatter_width: Spanned<u32> = 4,
    }
}

fn read(section: &Section<'_>) -> Option<Placement> {
    let Settings { scatter_width } = Settings::read_fields(section)?;
    let scatter_width = at_least_one(&scatter_width, "`scatter_width`", section.problems())?;
    Some(Placement::Copysets { scatter_width })
}

/// Returns the sets of nodes, one after the other: enough permutations for the scatter width, each cut into sets. The
/// nodes at the end of a permutation that make no whole set are in none of it.
pub(super) fn sets(zones: &Zones, scatter_width: u32, replication: usize, rng: &mut Stream) -> Vec<Vec<u32>> {
    // A single replica shares with nobody, whatever the width.
    let each = (replication as u32 - 1).max(1);
    let permutations = scatter_width.div_ceil(each);
    let mut sets = Vec::new();
    for _ in 0..permutations {
        let mut rest: Vec<u32> = (0..zones.len() as u32).collect();
        for at in 0..rest.len() - 1 {
            let other = at + rng.below(rest.len() - at);
            rest.swap(at, other);
        }
        // Back to front: what is taken from the end leaves the others where they are.
        while replication <= rest.len() {
            let mut set = Vec::with_capacity(replication);
            for _ in 0..replication {
                let place = (0..rest.len())
                    .rev()
                    .min_by_key(|&place| neighbours(zones, &set, rest[place]));
                set.push(rest.remove(place.expect("there are enough left")));
            }
            sets.push(set);
        }
    }
    sets
}

/// Gives each shard a set, all sets about as often, and each node of a set is the first of them in its turn.
pub(super) fn place(sets: &[Vec<u32>], shards: u32, rng: &mut Stream, replicas: &mut Vec<u32>) {
    for shard in 0..shards as usize {
        let set = &sets[rng.below(sets.len())];
        let (before, from) = set.split_at(shard % set.len());
        replicas.extend(from.iter().chain(before));
    }
}
