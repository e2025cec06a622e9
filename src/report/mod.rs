//! Results in, bytes out.
//!
//! **Lives here:** the texts for people ([`table`]), the document for programs ([`json`]), the files of an experiment
//! ([`RUN`], [`COMPARE`], [`SWEEP`]) and the folder they go to ([`Output`]), the pictures ([`chart`]), objectives as the tests of a
//! pipeline ([`junit`]), the pages (`html`), and how an earlier document is read back ([`baseline`]).
//! **Lives elsewhere:** what the numbers mean (`stats`, `experiment`), who prints them (`cli`).
//! **Invariant:** only this module writes files, each whole or not at all, and nothing here prints. The same results
//! give the same bytes but for the time they took.
//!
//! A new file of an experiment is a function from results to bytes and its line in [`RUN`] or [`COMPARE`].

pub mod baseline;
mod bottleneck;
pub mod chart;
mod contour;
mod csv;
mod files;
#[cfg(test)]
mod fixture;
mod hops;
mod html;
mod incidents;
pub mod json;
pub mod junit;
mod limits;
mod number;
mod plan;
mod png;
mod stores;
mod style;
mod sweep;
pub mod table;
mod thin;
mod words;
mod year;

pub use self::{
    files::{FileError, Output, prepare_file, write_file},
    html::Origin,
    style::Style,
};
use crate::experiment::{Comparison, Plan, Results, Sweep};

/// How an experiment was asked for, and how long it took: what its numbers do not depend on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Invocation<'a> {
    /// The command: `"run"`.
    pub command: &'a str,
    /// How long it took, in seconds of real time.
    pub wall_seconds: f64,
    /// Where it comes from, if there is to be a page that tells so.
    pub origin: Option<&'a Origin>,
}

/// The content of a file; none where there is nothing that it could be about.
pub type Rendered = Result<Option<Vec<u8>>, chart::ChartError>;

/// One file of an experiment's report.
#[derive(Clone, Copy, Debug)]
pub struct Report<T> {
    /// The file's name: `"summary.csv"`.
    pub name: &'static str,
    /// Makes its content.
    pub render: fn(&T, &Invocation<'_>) -> Rendered,
}

/// The files of `run`.
pub const RUN: &[Report<Results>] = &[
    Report {
        name: "summary.csv",
        render: |results, _| Ok(Some(csv::summary(results))),
    },
    Report {
        name: "timeline.csv",
        render: |results, _| Ok(by_request(results).map(csv::timeline)),
    },
    Report {
        name: "response.csv",
        render: |results, _| Ok(by_request(results).map(csv::response)),
    },
    Report {
        name: "hops.csv",
        render: |results, _| Ok(through_hops(results).map(hops::csv)),
    },
    Report {
        name: "incidents.csv",
        render: |results, _| Ok(results.incidents.as_ref().map(incidents::csv)),
    },
    Report {
        name: "loads.csv",
        render: |results, _| Ok(stores::with_stores(results).map(stores::loads_csv)),
    },
    Report {
        name: "staleness.csv",
        render: |results, _| Ok(stores::with_stores(results).and_then(stores::staleness_csv)),
    },
    Report {
        name: "performability.csv",
        render: |results, _| Ok(results.performability.as_ref().map(year::csv)),
    },
    Report {
        name: "response.png",
        render: |results, _| by_request(results).map(png::response).transpose(),
    },
    Report {
        name: "timeline.png",
        render: |results, _| by_request(results).map(png::timeline).transpose(),
    },
    Report {
        name: "hops.png",
        render: |results, _| through_hops(results).map(png::hops).transpose(),
    },
    Report {
        name: "stores.png",
        render: |results, _| stores::with_stores(results).map(stores::picture).transpose(),
    },
    Report {
        name: "availability.png",
        render: |results, _| over_years(results).map(png::availability).transpose(),
    },
    Report {
        name: "durability.png",
        render: |results, _| png::durability(results),
    },
    Report {
        name: "report.html",
        render: |subject, invocation| {
            Ok(invocation
                .origin
                .map(|origin| html::run(subject, invocation, origin)))
        },
    },
    Report {
        name: "summary.json",
        render: |results, invocation| Ok(Some(json::run(results, invocation).into_bytes())),
    },
];

/// Returns results that tell of requests.
fn by_request(results: &Results) -> Option<&Results> {
    (!results.is_long()).then_some(results)
}

/// Returns results that tell where time went.
fn through_hops(results: &Results) -> Option<&Results> {
    (!results.hops.is_empty()).then_some(results)
}

/// Returns results that tell of years.
fn over_years(results: &Results) -> Option<&Results> {
    results.is_long().then_some(results)
}

/// The files of `compare`. They have names of their own, so that they leave those of `run` in place.
pub const COMPARE: &[Report<Comparison>] = &[
    Report {
        name: "compare.csv",
        render: |comparison, _| Ok(Some(csv::compare(comparison))),
    },
    Report {
        name: "compare.png",
        render: |subject, _| png::compare(subject).map(Some),
    },
    Report {
        name: "compare.html",
        render: |subject, invocation| {
            Ok(invocation
                .origin
                .map(|origin| html::compare(subject, invocation, origin)))
        },
    },
    Report {
        name: "compare.json",
        render: |comparison, invocation| Ok(Some(json::compare(comparison, invocation).into_bytes())),
    },
];

/// The files of `sweep`.
pub const SWEEP: &[Report<Sweep>] = &[
    Report {
        name: "sweep.csv",
        render: |sweep, _| Ok(Some(csv::sweep(sweep))),
    },
    Report {
        name: "sweep-limits.csv",
        render: |sweep, _| Ok(Some(csv::limits(sweep))),
    },
    Report {
        name: "sweep.png",
        render: |sweep, _| png::sweep(sweep),
    },
    Report {
        name: "sweep.html",
        render: |subject, invocation| {
            Ok(invocation
                .origin
                .and_then(|origin| html::sweep(subject, invocation, origin)))
        },
    },
    Report {
        name: "sweep.json",
        render: |sweep, invocation| Ok(Some(json::sweep(sweep, invocation).into_bytes())),
    },
];

/// The files of `plan`.
pub const PLAN: &[Report<Plan>] = &[
    Report {
        name: "plan.csv",
        render: |plan, _| Ok(Some(csv::plan(plan))),
    },
    Report {
        name: "plan.png",
        render: |plan, _| png::plan(plan),
    },
    Report {
        name: "plan.html",
        render: |plan, invocation| {
            Ok(invocation
                .origin
                .and_then(|origin| html::plan(plan, invocation, origin)))
        },
    },
    Report {
        name: "plan.json",
        render: |plan, invocation| Ok(Some(json::plan(plan, invocation).into_bytes())),
    },
];

/// Why a report could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// A picture could not be made.
    #[error("cannot draw `{name}`")]
    Draw {
        /// The file it was for.
        name: &'static str,
        /// What went wrong.
        source: chart::ChartError,
    },
    /// A file could not be written.
    #[error(transparent)]
    File(#[from] FileError),
}

/// Writes every file of a report, and removes those of an earlier one that this one has not.
pub fn write<T>(
    reports: &[Report<T>],
    subject: &T,
    invocation: &Invocation<'_>,
    output: &mut Output,
) -> Result<(), ReportError> {
    for report in reports {
        let name = report.name;
        let content = (report.render)(subject, invocation);
        match content.map_err(|source| ReportError::Draw { name, source })? {
            Some(content) => output.write(name, &content)?,
            None => output.remove(name)?,
        }
    }
    Ok(())
}

/// Returns the names of a report's files, for [`Output::prepare`].
pub fn names<T>(reports: &[Report<T>]) -> Vec<&'static str> {
    reports.iter().map(|report| report.name).collect()
}
