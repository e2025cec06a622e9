//! Results in, bytes out.
//!
//! **Lives here:** the texts for people ([`table`]), the document for programs ([`json`]), the files of an experiment
//! ([`RUN`], [`COMPARE`]) and the folder they go to ([`Output`]), the pictures ([`chart`]).
//! **Lives elsewhere:** what the numbers mean (`stats`, `experiment`), who prints them (`cli`).
//! **Invariant:** only this module writes files, each whole or not at all, and nothing here prints. The same results
//! give the same bytes but for the time they took.
//!
//! A new file of an experiment is a function from results to bytes and its line in [`RUN`] or [`COMPARE`].

pub mod chart;
mod csv;
mod files;
#[cfg(test)]
mod fixture;
pub mod json;
mod number;
mod png;
mod style;
pub mod table;
mod thin;
mod words;

pub use self::{
    files::{FileError, Output, write_file},
    style::Style,
};
use crate::experiment::{Comparison, Results};

/// How an experiment was asked for, and how long it took: what its numbers do not depend on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Invocation<'a> {
    /// The command: `"run"`.
    pub command: &'a str,
    /// How long it took, in seconds of real time.
    pub wall_seconds: f64,
}

/// One file of an experiment's report.
#[derive(Clone, Copy, Debug)]
pub struct Report<T> {
    /// The file's name: `"summary.csv"`.
    pub name: &'static str,
    /// Makes its content.
    pub render: fn(&T, &Invocation<'_>) -> Result<Vec<u8>, chart::ChartError>,
}

/// The files of `run`.
pub const RUN: &[Report<Results>] = &[
    Report {
        name: "summary.csv",
        render: |results, _| Ok(csv::summary(results)),
    },
    Report {
        name: "timeline.csv",
        render: |results, _| Ok(csv::timeline(results)),
    },
    Report {
        name: "response.csv",
        render: |results, _| Ok(csv::response(results)),
    },
    Report {
        name: "response.png",
        render: png::response,
    },
    Report {
        name: "timeline.png",
        render: png::timeline,
    },
    Report {
        name: "summary.json",
        render: |results, invocation| Ok(json::run(results, invocation).into_bytes()),
    },
];

/// The files of `compare`. They have names of their own, so that they leave those of `run` in place.
pub const COMPARE: &[Report<Comparison>] = &[
    Report {
        name: "compare.csv",
        render: |comparison, _| Ok(csv::compare(comparison)),
    },
    Report {
        name: "compare.png",
        render: png::compare,
    },
    Report {
        name: "compare.json",
        render: |comparison, invocation| Ok(json::compare(comparison, invocation).into_bytes()),
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

/// Writes every file of a report.
pub fn write<T>(
    reports: &[Report<T>],
    subject: &T,
    invocation: &Invocation<'_>,
    output: &mut Output,
) -> Result<(), ReportError> {
    for report in reports {
        let name = report.name;
        let content = (report.render)(subject, invocation);
        let content = content.map_err(|source| ReportError::Draw { name, source })?;
        output.write(name, &content)?;
    }
    Ok(())
}

/// Returns the names of a report's files, for [`Output::prepare`].
pub fn names<T>(reports: &[Report<T>]) -> Vec<&'static str> {
    reports.iter().map(|report| report.name).collect()
}
