//! `incidents.csv`: one row for each thing that went wrong in each replication.

use super::{csv::table, number::finite};
use crate::experiment::incidents::{Incidents, Source};

const HEADER: &[&str] = &[
    "replication",
    "cause",
    "mode",
    "target",
    "servers",
    "start_s",
    "noticed_s",
    "failover_s",
    "end_s",
    "restored_s",
    "offered",
    "failed",
    "failed_unnoticed",
    "late",
    "served_elsewhere",
];

/// Returns the file. Times count from the beginning of measuring, replications from 1.
pub(super) fn csv(incidents: &Incidents) -> Vec<u8> {
    let rows = incidents.rows.iter().map(|row| {
        let (cause, mode) = match row.source {
            Source::Fault(at) => ("fault", incidents.faults[at].mode),
            Source::Failure(at) => ("failure", incidents.failures[at].mode),
        };
        let times = [
            Some(row.began),
            row.noticed,
            row.failover,
            row.ended,
            row.restored,
        ];
        let counts = [
            row.offered,
            row.failed,
            row.failed_unnoticed,
            row.late,
            row.rescued,
        ];
        (
            row.replication + 1,
            cause,
            mode,
            &row.target,
            row.servers,
            times.map(|time| time.and_then(finite)),
            counts,
        )
    });
    table(HEADER, rows)
}
