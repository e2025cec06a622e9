//! Queues whose servers break down and go on where they stood: M/M/1 with breakdowns, one or several.

use super::station::Station;
use crate::{
    dist::Dist,
    model::{
        QueuePlace,
        arrival::Nature,
        balancer::Law,
        failure::{FailurePlan, Harm, Unit},
    },
    theory::breakdowns::Breakdowns,
};

/// Returns the model of one server of a station and how many there are, where each is a queue of its own whose server
/// hangs now and then and resumes, everything is exponential, and nobody notices or leaves.
pub(super) fn of(station: &Station<'_>) -> Option<(Breakdowns, u32)> {
    let plan = station.plan;
    let [failure] = plan.failures.as_slice() else {
        return None;
    };
    let [group] = plan.groups.as_slice() else {
        return None;
    };
    let alone = group.servers == 1;
    // Several queues are independent where the choice between them is, and so are the failures.
    let split = plan.balancer.law == Law::WeightedSplit && plan.queue.at == QueuePlace::Server;
    if !(alone || split && failure.crews.is_none()) || group.slots != 1 || !plan.detection.is_empty() {
        return None;
    }
    let (fails, repaired) = rates(failure)?;
    let order = plan.queue.discipline.order;
    let fifo = crate::model::discipline::Order::Fifo;
    if station.loses() || station.leaves_out().as_deref() != Some("failures") || order != fifo {
        return None;
    }
    let acts = |at: usize| !station.workload(at).caller.is_idle();
    let plain = |at: usize| matches!(station.workload(at).arrivals.nature, Nature::Poisson { .. });
    if (0..station.streams.len()).any(|at| acts(at) || !plain(at)) {
        return None;
    }
    let work: &Dist = &station.streams.first()?.work;
    if !work.is_exponential() || station.streams.iter().any(|stream| stream.work != *work) {
        return None;
    }
    let rate = station
        .streams
        .iter()
        .filter_map(|stream| stream.rate)
        .sum::<f64>();
    let each = rate / f64::from(group.servers);
    let model = Breakdowns::new(1, each, group.speed / work.mean(), fails, repaired, 1).ok()?;
    Some((model, group.servers))
}

/// The rates at which a server fails and is repaired, where hangs that it resumes from are all that happens to it.
fn rates(failure: &FailurePlan) -> Option<(f64, f64)> {
    let resumes = matches!(failure.harm, Harm::Hang { resumes: true });
    let exponential = failure.after.is_exponential() && failure.repair.is_exponential();
    let single = failure.unit == Unit::Server && failure.common_cause == 0.0;
    (resumes && exponential && single).then(|| (failure.after.mean().recip(), failure.repair.mean().recip()))
}
