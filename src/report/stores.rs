//! What is told of stores beside measures: how even their load is, and how soon reads see writes.

use super::{
    chart::{ChartError, StorePanel, StoresChart},
    words::{conduct, name_of},
};
use crate::experiment::{Results, loads::StoreLoads};

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

/// Writes `staleness.csv`: reads by the time since the last acknowledged write of their key, and how many missed it.
pub(super) fn staleness_csv(results: &Results) -> Option<Vec<u8>> {
    let rows: Vec<[String; 4]> = results
        .stores
        .iter()
        .flat_map(|store| store.by_age.iter().map(move |age| (store, age)))
        .map(|(store, (from, reads, stale))| {
            [
                store.of.clone(),
                from.to_string(),
                reads.to_string(),
                stale.to_string(),
            ]
        })
        .collect();
    (!rows.is_empty()).then(|| super::csv::table(&["of", "age_from_s", "reads", "stale"], rows.into_iter()))
}

/// Draws `stores.png`.
pub(super) fn picture(results: &Results) -> Result<Vec<u8>, ChartError> {
    let panel = |store: &StoreLoads| StorePanel {
        name: name_of(&store.of),
        nodes: store.nodes.clone(),
        shards: store.shards.clone(),
        fresh: store
            .by_age
            .iter()
            .map(|&(age, reads, stale)| (age, 1.0 - stale as f64 / reads as f64))
            .collect(),
    };
    StoresChart {
        title: format!("{}: load and freshness of its stores", results.scenario),
        subtitle: conduct(results),
        note: super::png::provenance(results),
        stores: results.stores.iter().map(panel).collect(),
    }
    .draw()
}
