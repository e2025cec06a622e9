//! Zone-aware placement: any nodes, but no two replicas in one zone as long as there are other zones.

use super::{Placement, Zones};
use crate::{config::Entry, rng::Stream};

pub(super) const ENTRY: Entry<Placement> = Entry {
    name: "zone-aware",
    summary: "any nodes for each shard, spread evenly over the zones",
    example: "",
    fields: Vec::new,
    read: |_| Some(Placement::ZoneAware),
};

pub(super) fn place(
    zones: &Zones,
    shards: u32,
    replication: usize,
    rng: &mut Stream,
    replicas: &mut Vec<u32>,
) {
    let mut quarters = quarters(zones);
    for _ in 0..shards {
        for taken in &mut quarters {
            taken.0 = 0;
        }
        for _ in 0..replication {
            let open = |(taken, nodes): &&mut (usize, Vec<u32>)| *taken < nodes.len();
            let fewest = quarters.iter_mut().filter(open).map(|(taken, _)| *taken).min();
            let fewest = fewest.expect("a checked store has as many nodes as replicas");
            let free = |(taken, nodes): &(usize, Vec<u32>)| {
                if *taken == fewest { nodes.len() - taken } else { 0 }
            };
            let mut pick = rng.below(quarters.iter().map(free).sum());
            for quarter in &mut quarters {
                let here = free(quarter);
                if pick < here {
                    // Those taken stand first.
                    let (taken, nodes) = quarter;
                    nodes.swap(*taken, *taken + pick);
                    replicas.push(nodes[*taken]);
                    *taken += 1;
                    break;
                }
                pick -= here;
            }
        }
    }
}

/// Returns the nodes zone by zone, each zone with the number of those taken; a node without a zone is one by itself.
fn quarters(zones: &Zones) -> Vec<(usize, Vec<u32>)> {
    let mut named: Vec<(usize, (usize, Vec<u32>))> = Vec::new();
    let mut alone = Vec::new();
    for (node, zone) in (0..).zip(zones) {
        let Some(zone) = *zone else {
            alone.push((0, vec![node]));
            continue;
        };
        match named.iter_mut().find(|(other, _)| *other == zone) {
            Some((_, (_, nodes))) => nodes.push(node),
            None => named.push((zone, (0, vec![node]))),
        }
    }
    named
        .into_iter()
        .map(|(_, quarter)| quarter)
        .chain(alone)
        .collect()
}
