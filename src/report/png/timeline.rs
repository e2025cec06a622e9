//! How it went over time, and what went wrong meanwhile.

use super::provenance;
use crate::{
    experiment::{
        Results,
        incidents::{FaultReport, IncidentRow, Incidents, Source},
        results::{TimelineBucket, TimelineSeries, Unit},
    },
    report::{
        chart::{Cause, Panel, PanelLine, Span, TimelineChart},
        words::{conduct, happened, name_of, one_line},
    },
};

type Value = fn(&TimelineBucket) -> Option<f64>;

pub(in crate::report) fn chart(results: &Results) -> TimelineChart {
    let longest = results.timeline.iter().max_by_key(|series| series.buckets.len());
    let buckets = longest.map_or(&[][..], |series| &series.buckets);
    let middle = |bucket: &TimelineBucket| f64::midpoint(bucket.start, bucket.end);
    let incidents = results.incidents.as_ref();
    let mut remarks = vec!["means over replications".to_owned()];
    let faults = incidents.is_some_and(|incidents| !incidents.faults.is_empty());
    if incidents.is_some() && results.replications == 1 {
        remarks.push("shaded while something was wrong".to_owned());
    } else if faults {
        remarks.push("shaded while a fault lasts".to_owned());
    }
    let shown = incidents.map_or(Shown::All, |incidents| Shown::of(results, incidents));
    if shown == Shown::First {
        remarks.push("failures that come by themselves fall elsewhere in each replication".to_owned());
    }
    remarks.push(provenance(results));
    TimelineChart {
        title: format!("{}: over time", results.scenario),
        subtitle: conduct(results),
        note: remarks.join(" · "),
        times: buckets.iter().map(middle).collect(),
        panels: panels(results, buckets.len()),
        spans: incidents.map_or_else(Vec::new, |incidents| spans(results, incidents, shown)),
        failures_are: match shown {
            _ if results.replications < 2 => "failures",
            Shown::All => "failures, of all replications",
            Shown::First => "failures, of the first replication",
        }
        .to_owned(),
    }
}

/// More failures than this make a band that tells nothing.
const MOST_SHOWN: usize = 60;

/// Which failures that come by themselves are shown: they come at other times in each replication.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    All,
    First,
}

impl Shown {
    fn of(results: &Results, incidents: &Incidents) -> Self {
        let failures = incidents.failures.iter();
        let all: u64 = failures.map(|failure| failure.effect.incidents).sum();
        if all <= MOST_SHOWN as u64 || results.replications < 2 {
            Self::All
        } else {
            Self::First
        }
    }
}

/// Faults come on time in every replication, and their moments are means. Failures that come by themselves shade the
/// plots only where they bend the whole of the curves: with one replication.
fn spans(results: &Results, incidents: &Incidents, shown: Shown) -> Vec<Span> {
    let faults = incidents.faults.iter().map(of_fault);
    let failures = incidents.rows.iter().filter(|row| {
        let here = shown == Shown::All || row.replication == 0;
        here && matches!(row.source, Source::Failure(_))
    });
    let shades = results.replications == 1;
    let end = results.duration.as_secs_f64();
    faults
        .chain(failures.map(|row| of_failure(row, end, shades)))
        .collect()
}

fn of_fault(fault: &FaultReport) -> Span {
    let (effect, end) = (&fault.effect, fault.at + fault.lasts);
    let after = |from: f64, time: Option<crate::stats::Estimate>| Some(from + time?.mean);
    Span {
        from: fault.at,
        to: end,
        label: one_line(&format!("{} {}", fault.target, happened(fault.mode))),
        cause: Cause::Fault,
        // Of a balancer that is the failover.
        noticed: after(fault.at, effect.noticed_after).filter(|_| 0 < fault.servers),
        failover: after(fault.at, effect.failover_after),
        restored: after(end, effect.restored_after).filter(|_| 0 < effect.noticed),
        shades: true,
    }
}

fn of_failure(row: &IncidentRow, end: f64, shades: bool) -> Span {
    Span {
        from: row.began,
        to: row.ended.unwrap_or(end),
        label: String::new(),
        cause: Cause::Failure,
        noticed: row.noticed.filter(|_| 0 < row.servers),
        failover: row.failover,
        restored: row.restored.filter(|_| row.noticed.is_some()),
        shades,
    }
}

/// One workload is shown in detail, several side by side. Where something can go wrong, errors have a panel of their own.
fn panels(results: &Results, count: usize) -> Vec<Panel> {
    let troubled = results.incidents.is_some();
    let mut panels = match results.timeline.as_slice() {
        [only] if troubled => troubled_workload(only, count),
        [only] => workload(only, count),
        _ => workloads(results, count, troubled),
    };
    let of_services = |value| levels(results, count, value);
    panels.push(panel(
        "requests in system",
        Unit::Count,
        of_services(|bucket| Some(bucket.in_system)),
    ));
    panels.push(panel(
        "utilisation",
        Unit::Share,
        of_services(|bucket| Some(bucket.utilisation)),
    ));
    panels
}

fn workload(only: &TimelineSeries, count: usize) -> Vec<Panel> {
    let mut flows = vec![
        line("offered", only, count, |bucket| Some(bucket.offered)),
        line("completed", only, count, |bucket| Some(bucket.completed)),
    ];
    if only.buckets.iter().any(|bucket| 0.0 < bucket.failed) {
        flows.push(line("failed", only, count, |bucket| Some(bucket.failed)));
    }
    vec![panel("requests", Unit::PerSecond, flows), responses(only, count)]
}

/// The flows of a workload that something happens to: what is asked, what it gets, and why it does not get the rest.
fn troubled_workload(only: &TimelineSeries, count: usize) -> Vec<Panel> {
    let mut flows = vec![line("offered", only, count, |bucket| Some(bucket.offered))];
    let late = |bucket: &TimelineBucket| 1e-9 * bucket.completed < bucket.completed - bucket.goodput;
    if only.buckets.iter().any(late) {
        flows.push(line("completed", only, count, |bucket| Some(bucket.completed)));
    }
    flows.push(line("goodput", only, count, |bucket| Some(bucket.goodput)));
    let causes: [(&str, Value); 4] = [
        ("lost to failures", |bucket| Some(bucket.lost_to_failures)),
        ("rejected", |bucket| Some(bucket.rejected)),
        ("timed out", |bucket| Some(bucket.timeouts)),
        ("abandoned", |bucket| Some(bucket.abandoned)),
    ];
    let happens = |(_, value): &(&str, Value)| only.buckets.iter().any(|bucket| value(bucket) > Some(0.0));
    let told = causes.into_iter().filter(happens);
    let mut errors: Vec<PanelLine> = told.map(|(name, value)| line(name, only, count, value)).collect();
    let title = match &errors[..] {
        [] => "errors: none".to_owned(),
        [one] => format!("errors: {}", one.name),
        _ => "errors".to_owned(),
    };
    if errors.is_empty() {
        errors.push(line("failed", only, count, |bucket| Some(bucket.failed)));
    }
    vec![
        panel("requests", Unit::PerSecond, flows),
        panel(&title, Unit::PerSecond, errors),
        responses(only, count),
    ]
}

fn responses(only: &TimelineSeries, count: usize) -> Panel {
    let lines = vec![
        line("p99", only, count, |bucket| bucket.response_p99),
        line("p95", only, count, |bucket| bucket.response_p95),
        line("median", only, count, |bucket| bucket.response_p50),
    ];
    panel("response time", Unit::Seconds, lines)
}

fn workloads(results: &Results, count: usize, troubled: bool) -> Vec<Panel> {
    let each = |value: Value| -> Vec<PanelLine> {
        let series = results.timeline.iter();
        series
            .map(|series| line(&name_of(&series.of), series, count, value))
            .collect()
    };
    let flow = |title, value: Value| panel(title, Unit::PerSecond, each(value));
    let mut panels = Vec::new();
    if troubled {
        panels.push(flow("offered", |bucket| Some(bucket.offered)));
        panels.push(flow("goodput", |bucket| Some(bucket.goodput)));
        panels.push(flow("errors", |bucket| Some(bucket.failed)));
    } else {
        panels.push(flow("requests completed", |bucket| Some(bucket.completed)));
    }
    panels.push(panel(
        "response p99",
        Unit::Seconds,
        each(|bucket| bucket.response_p99),
    ));
    panels
}

fn panel(title: &str, unit: Unit, lines: Vec<PanelLine>) -> Panel {
    Panel {
        title: title.to_owned(),
        unit,
        lines,
    }
}

fn line(name: &str, series: &TimelineSeries, count: usize, value: Value) -> PanelLine {
    let values = (0..count).map(|at| series.buckets.get(at).and_then(value));
    PanelLine {
        name: name.to_owned(),
        values: values.collect(),
    }
}

/// Returns a line for each service: its workloads have its level in common, and the first one's tells it.
fn levels(results: &Results, count: usize, value: Value) -> Vec<PanelLine> {
    let mut lines: Vec<PanelLine> = Vec::new();
    for series in &results.timeline {
        let service = name_of(results.target(&series.of).unwrap_or(&series.of));
        if lines.iter().all(|line| line.name != service) {
            lines.push(line(&service, series, count, value));
        }
    }
    lines
}
