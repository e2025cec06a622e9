//! What went wrong, for programs: `incidents.csv`, one row for each in each replication, and the part of the document that
//! tells the means.

use super::{csv::table, number::finite};
use crate::{
    experiment::incidents::{Effect, Incidents, Source},
    stats::Estimate,
};
use serde::Serialize;

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
    "rescued",
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

/// A fault or a kind of failure in the document.
#[derive(Serialize)]
pub(super) struct Entry<'a> {
    /// `"fault"` or `"failure"`.
    cause: &'static str,
    mode: &'static str,
    target: &'a str,
    #[serde(flatten)]
    particulars: Particulars,
    /// In all replications.
    incidents: u64,
    ended: u64,
    noticed: u64,
    noticed_after_s: Option<Mean>,
    failovers: u64,
    failover_after_s: Option<Mean>,
    restored: u64,
    restored_after_s: Option<Mean>,
    /// Of a replication.
    failed: Option<Mean>,
    failed_unnoticed: Option<Mean>,
    late: Option<Mean>,
    rescued: Option<Mean>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Particulars {
    Fault {
        servers: u32,
        at_s: f64,
        for_s: f64,
    },
    Failure {
        unit: &'static str,
        per_replication: Option<Mean>,
    },
}

#[derive(Serialize)]
struct Mean {
    value: f64,
    low: Option<f64>,
    high: Option<f64>,
}

/// Returns the entries: faults in the order of the scenario, and then kinds of failures.
pub(super) fn entries(incidents: &Incidents) -> Vec<Entry<'_>> {
    let faults = incidents.faults.iter().map(|fault| {
        let particulars = Particulars::Fault {
            servers: fault.servers,
            at_s: fault.at,
            for_s: fault.lasts,
        };
        Entry::new("fault", fault.mode, &fault.target, particulars, &fault.effect)
    });
    let failures = incidents.failures.iter().map(|failure| {
        let particulars = Particulars::Failure {
            unit: failure.unit,
            per_replication: mean(failure.count),
        };
        Entry::new("failure", failure.mode, &failure.of, particulars, &failure.effect)
    });
    faults.chain(failures).collect()
}

impl<'a> Entry<'a> {
    fn new(
        cause: &'static str,
        mode: &'static str,
        target: &'a str,
        particulars: Particulars,
        effect: &Effect,
    ) -> Self {
        Self {
            cause,
            mode,
            target,
            particulars,
            incidents: effect.incidents,
            ended: effect.ended,
            noticed: effect.noticed,
            noticed_after_s: mean(effect.noticed_after),
            failovers: effect.failovers,
            failover_after_s: mean(effect.failover_after),
            restored: effect.restored,
            restored_after_s: mean(effect.restored_after),
            failed: mean(effect.failed),
            failed_unnoticed: mean(effect.failed_unnoticed),
            late: mean(effect.late),
            rescued: mean(effect.rescued),
        }
    }
}

fn mean(estimate: Option<Estimate>) -> Option<Mean> {
    let estimate = estimate?;
    Some(Mean {
        value: finite(estimate.mean)?,
        low: estimate.low(),
        high: estimate.high(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::drill;

    #[test]
    fn every_incident_has_a_row_and_what_did_not_come_about_is_an_empty_cell() {
        let text = String::from_utf8(csv(drill().incidents.as_ref().unwrap())).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[0],
            "replication,cause,mode,target,servers,start_s,noticed_s,failover_s,end_s,restored_s,offered,failed,\
             failed_unnoticed,late,rescued"
        );
        assert_eq!(
            lines[1],
            "1,fault,hang,zone:a,4,900.0,906.4,,1200.0,1203.1,121000,2310,2033,0,512"
        );
        assert_eq!(
            lines[2],
            "1,failure,crash,server:api.3,1,-4.5,,,,,960000,12,12,3,0"
        );
        assert_eq!(lines.len(), 3);
    }

    #[test]
    fn the_document_tells_the_means_and_null_where_there_is_none() {
        let results = drill();
        let entries = serde_json::to_value(entries(results.incidents.as_ref().unwrap())).unwrap();
        assert_eq!(entries[0]["cause"], "fault");
        assert_eq!(entries[0]["target"], "zone:a");
        assert_eq!(entries[0]["at_s"], 900.0);
        assert_eq!(entries[0]["noticed_after_s"]["value"], 6.4);
        assert!(entries[0]["failover_after_s"].is_null());
        let last = entries.as_array().unwrap().last().unwrap();
        assert_eq!(
            (&last["cause"], &last["unit"]),
            (&"failure".into(), &"server".into())
        );
        assert_eq!(last["per_replication"]["value"], 3.5);
    }
}
