//! `durability.png`: how likely stores lose data within so many years.

use super::provenance;
use crate::{
    experiment::{Results, results::Measure},
    report::{
        chart::{ChartError, DurabilityChart, Interval, LossCurve},
        words::{conduct, name_of},
    },
};

/// Draws `durability.png`; nothing where no store is known to lose data.
pub(in crate::report) fn durability(results: &Results) -> Result<Option<Vec<u8>>, ChartError> {
    let losses = results
        .measures
        .iter()
        .filter(|measure| measure.name == "durability.loss");
    let stores: Vec<LossCurve> = losses.filter_map(curve).collect();
    if stores.is_empty() {
        return Ok(None);
    }
    let chart = DurabilityChart {
        title: format!("{}: probability of losing any data", results.scenario),
        subtitle: conduct(results),
        note: provenance(results),
        stores,
    };
    chart.draw().map(Some)
}

fn curve(loss: &Measure) -> Option<LossCurve> {
    let yearly = loss.value.filter(|value| 0.0 < *value).map(|value| Interval {
        value,
        low: loss.low.unwrap_or(value),
        high: loss.high.unwrap_or(value),
    });
    let theory = loss.theory.first().filter(|told| 0.0 < told.value);
    let theory = theory.map(|told| (told.formula.name.to_owned(), told.value));
    (yearly.is_some() || theory.is_some()).then(|| LossCurve {
        name: name_of(&loss.of),
        yearly,
        theory,
    })
}
