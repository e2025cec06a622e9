//! `hops.png`: where the time of responses went, of every workload.

use super::provenance;
use crate::{
    experiment::{Results, hops::Activity, results::Unit},
    report::{
        chart::{ChartError, HopRow, HopSection, HopsChart},
        hops::{Row, rows},
        number::to_figures,
        words::{conduct, name_of, one_line},
    },
};

/// Draws `hops.png`.
pub(in crate::report) fn hops(results: &Results) -> Result<Vec<u8>, ChartError> {
    chart(results).draw()
}

pub(in crate::report) fn chart(results: &Results) -> HopsChart {
    let sections = results.hops.iter().map(|hops| {
        let (rows, all) = rows(hops);
        HopSection {
            name: name_of(&hops.of),
            totals: all.whole().map(in_words),
            rows: rows.iter().map(row).collect(),
        }
    });
    HopsChart {
        title: format!("{}: where the time goes", results.scenario),
        subtitle: conduct(results),
        note: provenance(results),
        activities: Activity::ALL
            .iter()
            .map(|activity| activity.name().to_owned())
            .collect(),
        sections: sections.collect(),
    }
}

fn row(row: &Row) -> HopRow {
    HopRow {
        name: one_line(&row.hop),
        spent: row.spent.map(|times| times.to_vec()),
        remarks: row.whole().map(in_words),
    }
}

fn in_words(seconds: f64) -> String {
    if seconds == 0.0 {
        return "–".to_owned();
    }
    to_figures(Unit::Seconds, seconds, 3)
}
