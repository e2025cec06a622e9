//! Checks of data that may be lost: that lost replicas are made anew, and that it is watched for long enough.

use super::{Checked, label};
use crate::{
    config::{Problem, Problems, Severity, Span},
    model::storage::StoreMeasure,
    scenario::raw_store::RawStore,
    units::SimDuration,
};

/// Losses are told by the year.
const YEAR: f64 = 31_557_600.0;

pub(super) fn check(tables: &Checked<'_>, problems: &Problems) {
    let first = tables.services.len();
    for (at, raw) in tables.stores.iter().enumerate() {
        let Some(span) = loses(tables, first + at) else {
            warn_of_nothing(raw, problems);
            continue;
        };
        if raw.repair.is_none() {
            problems.push(Problem {
                severity: Severity::Error,
                message: format!("store `{}` loses replicas and never makes new ones", *raw.name),
                labels: vec![label(&span, "lost"), label(&raw.name.span, "has no `repair`")],
                help: Some("add `repair = { shard = \"8 GB\", bandwidth = \"200 MB/s\" }`".to_owned()),
            });
        }
        let year = SimDuration::from_secs_f64(YEAR);
        if tables.deployment.is_long() && tables.run.duration < year {
            let help = "write \"1 y\" or more under `[run]`";
            let fault = "this run is shorter than a year, by which losses of data are told";
            let run = tables.root.member("run").and_then(|run| run.member("duration"));
            problems.error(run.map_or(&raw.name.span, |run| &run.span), fault, "here", help);
        }
    }
}

/// Durability of what is never lost needs no measuring.
fn warn_of_nothing(raw: &RawStore, problems: &Problems) {
    let mut measures = raw.measure.iter().flatten();
    if let Some(asked) = measures.find(|measure| ***measure == StoreMeasure::Durability) {
        let fault = format!("no node of `{}` ever loses its data", *raw.name);
        let help = "give the store a `[[store.failure]]` with `data_lost = \"100 %\"`";
        problems.warning(&asked.span, fault, "tells nothing", help);
    }
}

/// Returns where it is said that nodes of a store lose data.
fn loses(tables: &Checked<'_>, service: usize) -> Option<Span> {
    let mut failures = tables.failures(service).iter();
    let failure = failures.find(|failure| 0.0 < failure.data_lost.get());
    if let Some(failure) = failure {
        return Some(failure.data_lost.span.clone());
    }
    // In a short run with requests what is lost once may as well stay away.
    if !tables.deployment.is_long() {
        return None;
    }
    let mut faults = tables.deployment.faults.iter();
    let strikes = |fault: &crate::model::failure::FaultPlan| {
        0.0 < fault.data_lost && tables.deployment.strikes(fault.target, service)
    };
    let fault = faults.position(strikes)?;
    Some(tables.place("fault", fault, &["data_lost"]))
}
