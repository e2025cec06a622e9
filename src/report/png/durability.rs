//! `durability.png`: how likely stores lose data within so many years.

use super::provenance;
use crate::{
    experiment::{Results, results::Measure},
    report::{
        chart::{ChartError, DurabilityChart, Interval, LossCurve},
        words::{conduct, name_of, one_line},
    },
};

/// Draws `durability.png`; nothing where no store is known to lose data.
pub(in crate::report) fn durability(results: &Results) -> Result<Option<Vec<u8>>, ChartError> {
    let stores = losses(results);
    if stores.is_empty() {
        return Ok(None);
    }
    let mut remarks: Vec<String> = measures(results).filter_map(gap).collect();
    remarks.dedup();
    remarks.push(provenance(results));
    let chart = DurabilityChart {
        title: format!("{}: probability of losing any data", results.scenario),
        subtitle: conduct(results),
        note: remarks.join(" · "),
        stores,
    };
    chart.draw().map(Some)
}

fn measures(results: &Results) -> impl Iterator<Item = &Measure> {
    let measures = results.measures.iter();
    measures.filter(|measure| measure.name == "durability.loss")
}

/// Returns how likely each store loses data; nothing of those that were not seen to and have no formula.
pub(in crate::report) fn losses(results: &Results) -> Vec<LossCurve> {
    measures(results).filter_map(curve).collect()
}

/// Returns what the formula beside a loss does not know of.
fn gap(loss: &Measure) -> Option<String> {
    let told = loss.theory.first().filter(|told| 0.0 < told.value)?;
    let leaves_out = told.leaves_out.as_deref().map(one_line)?;
    Some(format!("{} leaves out {leaves_out}", told.formula.name))
}

fn curve(loss: &Measure) -> Option<LossCurve> {
    let yearly = loss.value.filter(|value| 0.0 < *value).map(|value| Interval {
        value,
        low: loss.low.unwrap_or(value),
        high: loss.high.unwrap_or(value),
    });
    let theory = loss.theory.first().filter(|told| 0.0 < told.value);
    let theory = theory.map(|told| {
        let name = format!("{} {}", told.formula.name, told.kind().mark());
        (name, told.value)
    });
    (yearly.is_some() || theory.is_some()).then(|| LossCurve {
        name: name_of(&loss.of),
        yearly,
        theory,
    })
}
