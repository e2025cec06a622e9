//! How much load there may be.

use serde::Serialize;

use crate::{experiment::results::LoadLine, report::number::finite};

#[derive(Serialize)]
pub(super) struct LoadLineEntry<'a> {
    of: &'a str,
    unit: &'static str,
    rate: Option<f64>,
    breaks: &'a str,
    model: &'static str,
    kind: &'static str,
    source: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    leaves_out: Option<&'a str>,
}

pub(super) fn load_line(line: &LoadLine) -> LoadLineEntry<'_> {
    LoadLineEntry {
        of: &line.of,
        unit: "1/s",
        rate: finite(line.rate),
        breaks: &line.breaks,
        model: line.formula.name,
        kind: line.formula.kind.word(),
        source: line.formula.source,
        leaves_out: line.leaves_out.as_deref(),
    }
}
