//! Checks of how a store keeps its data: shards, replicas, quorums, repair.

use super::{call, check_range, label};
use crate::{
    config::{Problem, Problems, Severity, Spanned},
    dist::Dist,
    model::{
        Group, Popularity, Skew,
        storage::{
            Operation, OperationPlan, RepairPlan, StoreMeasure, StorePlan, partition::Partition,
            placement::Placement,
        },
    },
    scenario::{
        raw::RawScenario,
        raw_store::{RawOperation, RawStore},
    },
};

/// Replicas of all shards together; each takes some bytes.
const MOST_REPLICAS: u64 = 20_000_000;
/// Points of a ring, all shards together.
const MOST_POINTS: u64 = 50_000_000;
/// Keys for each shard, where nothing is said of them.
const KEYS_EACH: u32 = 1_000;
const MOST_KEYS: u32 = 10_000_000;
const MOST_REPLICATION: u32 = 100;

pub(super) fn check(
    raw: &RawStore,
    groups: Option<&[Group]>,
    scenario: &RawScenario,
    problems: &Problems,
) -> Option<StorePlan> {
    let shards = check_range(&raw.shards, "the number of shards", 1, u32::MAX, problems);
    let replication = check_range(&raw.replication, "`replication`", 1, MOST_REPLICATION, problems);
    if shards && replication {
        check_sizes(raw, problems);
        if let Some(groups) = groups {
            check_fit(raw, groups, problems);
        }
    }
    let read = check_operation(raw, raw.read.as_ref(), Operation::Read, scenario, problems);
    let write = check_operation(raw, raw.write.as_ref(), Operation::Write, scenario, problems);
    if let Some(repair) = &raw.repair {
        check_repair(repair, problems);
    }
    let measures = |what| raw.measure.iter().flatten().any(|measure| **measure == what);
    let measures_durability = measures(StoreMeasure::Durability);
    if measures_durability && raw.repair.is_none() {
        let fault = "durability depends on how lost replicas are made anew";
        let help = "add `repair = { shard = \"8 GB\", bandwidth = \"200 MB/s\" }`";
        problems.error(&raw.name.span, fault, "has no `repair`", help);
    }
    let even = Popularity {
        count: raw.shards.saturating_mul(KEYS_EACH).min(MOST_KEYS),
        skew: Skew::Zipf(0.0),
    };
    (shards && replication).then_some(StorePlan {
        shards: *raw.shards,
        partition: raw.partition.value,
        replication: *raw.replication,
        placement: raw.placement.value,
        keys: raw.keys.unwrap_or(even),
        read: read?,
        write: write?,
        consistency: raw.consistency.value,
        unavailable: raw.unavailable,
        repair: raw.repair.as_ref().map(|repair| repair.value.clone()),
        views: 0,
        measures_staleness: measures(StoreMeasure::Staleness),
        measures_durability,
    })
}

fn check_sizes(raw: &RawStore, problems: &Problems) {
    let shards = u64::from(*raw.shards);
    if MOST_REPLICAS < shards * u64::from(*raw.replication) {
        let fault = "there are too many replicas to keep track of";
        let help = "20 000 000 is the most: let one shard stand for several";
        problems.error(&raw.shards.span, fault, "here", help);
    }
    if let Partition::Ring(points) = *raw.partition
        && MOST_POINTS < shards * u64::from(points)
    {
        let help = "lower `virtual_nodes`: together 50 000 000 points is the most";
        problems.error(
            &raw.partition.span,
            "there are too many points on the ring",
            "here",
            help,
        );
    }
}

/// Checks that the replicas have room.
fn check_fit(raw: &RawStore, groups: &[Group], problems: &Problems) {
    let nodes: u64 = groups.iter().map(|group| u64::from(group.servers)).sum();
    let replication = &raw.replication;
    if nodes < u64::from(**replication) {
        let fault = format!("{} replicas have no room on {nodes} nodes", **replication);
        let help = "lower `replication`, or add nodes: each replica is on a node of its own";
        problems.error(&replication.span, fault, "here", help);
        return;
    }
    let zones: std::collections::BTreeSet<_> = groups.iter().filter_map(|group| group.zone).collect();
    match *raw.placement {
        Placement::ZoneAware if zones.len() < 2 => {
            let fault = "`zone-aware` has no zones to be aware of";
            let help = "add `[[zone]]` tables, or use `placement = \"random\"`";
            problems.error(&raw.placement.span, fault, "here", help);
        }
        Placement::ZoneAware if zones.len() < **replication as usize => {
            problems.push(Problem {
                severity: Severity::Warning,
                message: format!("{} replicas have to share {} zones", **replication, zones.len()),
                labels: vec![
                    label(&raw.placement.span, "spread as evenly as can be"),
                    label(&replication.span, "more than there are zones"),
                ],
                help: Some("one zone may hold a quorum; add zones, or lower `replication`".to_owned()),
            });
        }
        Placement::Copysets { scatter_width } if nodes <= u64::from(scatter_width) => {
            let fault = format!("among {nodes} nodes none has {scatter_width} others to share with");
            let help = "lower `scatter_width`; twice the replication less two is usual";
            problems.error(&raw.placement.span, fault, "here", help);
        }
        Placement::Copysets { .. } if **replication == 1 => {
            let help = "use `placement = \"random\"`";
            let fault = "copysets of one node are all nodes";
            problems.error(&raw.placement.span, fault, "no effect", help);
        }
        _ => {}
    }
}

fn check_operation(
    raw: &RawStore,
    operation: Option<&RawOperation>,
    kind: Operation,
    scenario: &RawScenario,
    problems: &Problems,
) -> Option<OperationPlan> {
    let name = match kind {
        Operation::Read => "read",
        Operation::Write => "write",
    };
    let needed = raw.consistency.needed(kind, *raw.replication);
    let given = operation.and_then(|operation| operation.quorum.as_ref());
    let quorum = match (needed, given) {
        (Some(_), Some(given)) => {
            problems.push(Problem {
                severity: Severity::Error,
                message: format!("with a leader, `{name}` has no quorum of its own"),
                labels: vec![
                    label(&given.span, "so many"),
                    label(&raw.consistency.span, "says how many"),
                ],
                help: Some("leave `quorum` out, or use `consistency = \"leaderless\"`".to_owned()),
            });
            return None;
        }
        (Some(needed), None) => needed,
        (None, None) => *raw.replication / 2 + 1,
        (None, Some(given)) => {
            // Without any replica it is that which is wrong.
            if 0 < *raw.replication && (*raw.replication < **given || **given == 0) {
                let fault = format!("{} of {} replicas cannot answer", **given, *raw.replication);
                let help = "write a `quorum` from 1 to `replication`";
                problems.error(&given.span, fault, "here", help);
                return None;
            }
            **given
        }
    };
    let work = operation.and_then(|operation| operation.work.as_ref());
    let Some(work) = work else {
        if !is_asked(&raw.name, kind, scenario) {
            let work = Dist::constant(0.0).ok()?;
            return Some(OperationPlan { quorum, work });
        }
        let fault = format!("store `{}` does not say how long a {name} takes", *raw.name);
        let help = format!("add `{name} = {{ work = \"2 ms\" }}`");
        problems.error(&raw.name.span, fault, "needs it", help);
        return None;
    };
    if work.mean() <= 0.0 {
        let fault = "`work` that takes no time cannot be simulated";
        let help = "write how long it takes, like \"2 ms\"";
        problems.error(&work.span, fault, "here", help);
    }
    Some(OperationPlan {
        quorum,
        work: work.value.clone(),
    })
}

/// Returns whether anyone does such operations on a store.
fn is_asked(store: &str, kind: Operation, scenario: &RawScenario) -> bool {
    let workloads = scenario.workload.0.iter().filter_map(|table| table.read.as_ref());
    let services = scenario.service.0.iter().filter_map(|table| table.read.as_ref());
    let calls = services.flat_map(call::in_order);
    let mut asked = workloads
        .map(|workload| (&workload.to, &workload.operation))
        .chain(calls.map(|call| (&call.to, &call.operation)));
    let does = |operation: &Option<Spanned<Operation>>| operation.as_deref() == Some(&kind);
    !scenario.workload.0.is_empty() && asked.any(|(to, operation)| **to == *store && does(operation))
}

fn check_repair(repair: &RepairPlan, problems: &Problems) {
    check_range(&repair.parallel, "`parallel`", 1, 10_000, problems);
    if 3.2e7 < repair.copy_takes().as_secs_f64() {
        let fault = "a copy of one shard takes more than a year";
        let help = "raise `bandwidth`, or divide the data into smaller shards";
        problems.error(&repair.bandwidth.span, fault, "here", help);
    }
    if let Some(total) = repair.total_bandwidth.as_ref().filter(|_| 1.0 <= repair.takes()) {
        problems.push(Problem {
            severity: Severity::Error,
            message: "copies leave nothing for operations".to_owned(),
            labels: vec![
                label(&repair.bandwidth.span, "goes to copies"),
                label(&total.span, "of this"),
            ],
            help: Some("lower `bandwidth`, or leave `total_bandwidth` out".to_owned()),
        });
    }
}
