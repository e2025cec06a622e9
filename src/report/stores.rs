//! What is told of stores beside measures: how even their load is, and how soon reads see writes.

use super::{
    chart::{ChartError, StorePanel, StoresChart},
    words::{conduct, name_of},
};
use crate::experiment::{Results, loads::StoreLoads};
use serde::Serialize;

/// Reads that a point of a picture stands for at least.
const FEW_READS: u64 = 50;

/// Returns results that tell of operations on stores.
pub(super) fn with_stores(results: &Results) -> Option<&Results> {
    (!results.stores.is_empty()).then_some(results)
}

/// Writes `loads.csv`: the load of nodes and shards over the mean, the busiest first.
pub(super) fn loads_csv(results: &Results) -> Vec<u8> {
    let rows = results.stores.iter().flat_map(|store| {
        let nodes = store
            .nodes
            .iter()
            .zip(1..)
            .map(move |(load, rank)| (store, "node", rank, load));
        let shards = store
            .shards
            .iter()
            .zip(1..)
            .map(move |(load, rank)| (store, "shard", rank, load));
        nodes.chain(shards)
    });
    let rows = rows.map(|(store, what, rank, load): (&StoreLoads, &str, u32, &f64)| {
        [
            store.of.clone(),
            what.to_owned(),
            rank.to_string(),
            load.to_string(),
        ]
    });
    super::csv::table(&["of", "what", "rank", "load_over_mean"], rows)
}

/// Writes `staleness.csv`: reads by the time since the last acknowledged write of their key, how many missed it, and the share that
/// a formula expects to miss one of just that age.
pub(super) fn staleness_csv(results: &Results) -> Option<Vec<u8>> {
    let ages = |store: &StoreLoads| -> Vec<[String; 5]> {
        let theory = store.theory.iter().map(|(_, share)| share.to_string());
        let theory = theory.chain(std::iter::repeat(String::new()));
        let ages = store.by_age.iter().zip(theory);
        let row = |((from, reads, stale), theory): (&(f64, u64, u64), String)| {
            [
                store.of.clone(),
                from.to_string(),
                reads.to_string(),
                stale.to_string(),
                theory,
            ]
        };
        ages.map(row).collect()
    };
    let rows: Vec<[String; 5]> = results.stores.iter().flat_map(ages).collect();
    let head = ["of", "age_from_s", "reads", "stale", "share_by_theory"];
    (!rows.is_empty()).then(|| super::csv::table(&head, rows.into_iter()))
}

/// Returns the ages to draw, each with the share of reads that were fresh. Ages with few reads are put together with the
/// next ones, because the share of one or two reads is nothing but chance.
fn pooled(by_age: &[(f64, u64, u64)]) -> Vec<(f64, f64)> {
    let mut points = Vec::new();
    let (mut reads, mut stale) = (0, 0);
    for (place, &(age, more, missed)) in by_age.iter().enumerate() {
        reads += more;
        stale += missed;
        let are_all = points.is_empty() && place + 1 == by_age.len();
        if FEW_READS <= reads || (are_all && 0 < reads) {
            points.push((age, 1.0 - stale as f64 / reads as f64));
            (reads, stale) = (0, 0);
        }
    }
    points
}

/// Returns what is drawn of each store.
pub(super) fn panels(results: &Results) -> Vec<StorePanel> {
    let panel = |store: &StoreLoads| StorePanel {
        name: name_of(&store.of),
        nodes: store.nodes.clone(),
        shards: store.shards.clone(),
        fresh: pooled(&store.by_age),
        theory: store
            .theory
            .iter()
            .map(|&(age, stale)| (age, 1.0 - stale))
            .collect(),
    };
    results.stores.iter().map(panel).collect()
}

/// Ranks of nodes or shards that the document and the page tell of; `loads.csv` has all of them.
const MOST_RANKS: usize = 400;

/// Returns ranks from 1 with their loads: all, or so many of them that lie evenly between the first and the last.
pub(super) fn ranked(loads: &[f64]) -> Vec<(usize, f64)> {
    let last = loads.len().saturating_sub(1);
    let count = loads.len().min(MOST_RANKS);
    let at = |step: usize| step * last / (count - 1).max(1);
    (0..count).map(|step| (at(step) + 1, loads[at(step)])).collect()
}

/// A store in the document.
#[derive(Serialize)]
pub(super) struct Entry<'a> {
    of: &'a str,
    nodes: usize,
    shards: usize,
    /// Ranks from 1, the busiest first, with operations over the mean.
    node_loads: Vec<(usize, f64)>,
    shard_loads: Vec<(usize, f64)>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    staleness: Vec<AgeEntry>,
}

/// Reads by the time since the last acknowledged write of their key.
#[derive(Serialize)]
struct AgeEntry {
    age_from_s: f64,
    reads: u64,
    stale: u64,
    share_by_theory: Option<f64>,
}

/// Returns what the document says of every store.
pub(super) fn entries(results: &Results) -> Vec<Entry<'_>> {
    let entry = |store: &'_ StoreLoads| {
        let theory = store.theory.iter().map(|(_, share)| Some(*share));
        let ages = store.by_age.iter().zip(theory.chain(std::iter::repeat(None)));
        ages.map(|(&(age_from_s, reads, stale), share_by_theory)| AgeEntry {
            age_from_s,
            reads,
            stale,
            share_by_theory,
        })
        .collect()
    };
    let stores = results.stores.iter();
    stores
        .map(|store| Entry {
            of: &store.of,
            nodes: store.nodes.len(),
            shards: store.shards.len(),
            node_loads: ranked(&store.nodes),
            shard_loads: ranked(&store.shards),
            staleness: entry(store),
        })
        .collect()
}

/// Draws `stores.png`.
pub(super) fn picture(results: &Results) -> Result<Vec<u8>, ChartError> {
    StoresChart {
        title: format!("{}: load and freshness of its stores", results.scenario),
        subtitle: conduct(results),
        note: super::png::provenance(results),
        stores: panels(results),
    }
    .draw()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_ranks_some_are_told_the_first_and_the_last_among_them() {
        let loads: Vec<f64> = (0..1_001).map(|at| f64::from(1_000 - at)).collect();
        let some = ranked(&loads);
        assert_eq!(some.len(), MOST_RANKS);
        assert_eq!((some[0], some[MOST_RANKS - 1]), ((1, 1_000.0), (1_001, 0.0)));
        assert!(some.is_sorted_by(|a, b| a.0 < b.0 && loads[b.0 - 1] == b.1));
        assert_eq!(ranked(&loads[..2]), [(1, 1_000.0), (2, 999.0)]);
        assert_eq!((ranked(&loads[..1]), ranked(&[])), (vec![(1, 1_000.0)], vec![]));
    }

    #[test]
    fn few_reads_make_no_point_of_their_own() {
        let ages = [
            (0.0, 1, 1),
            (0.1, 20, 0),
            (0.2, 29, 4),
            (0.3, 100, 10),
            (0.4, 3, 3),
        ];
        assert_eq!(pooled(&ages), [(0.2, 0.9), (0.3, 0.9)]);
        assert_eq!(pooled(&[(0.0, 1, 0), (0.1, 1, 1)]), [(0.1, 0.5)]);
        assert_eq!(pooled(&[]), []);
    }
}
