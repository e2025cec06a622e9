//! Queues whose servers break down and go on where they stood: M/M/1 with breakdowns, one or several, or M/M/c.

use super::station::{Station, Stream};
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

/// A station whose servers hang now and then and resume, where everything is exponential and nobody notices or leaves.
pub(super) struct Hanging {
    pub model: Breakdowns,
    /// How many such queues there are side by side.
    pub queues: u32,
    pub leaves_out: String,
}

/// Returns what the formula says of a station, if it fits.
pub(super) fn of(station: &Station<'_>) -> Option<Hanging> {
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
    let common = plan.queue.at == QueuePlace::Balancer && plan.queue.limit.is_none_or(|limit| limit == 1);
    let fits = alone || common || split && failure.crews.is_none();
    if !fits || group.slots != 1 || !plan.detection.is_empty() {
        return None;
    }
    let (fails, repaired) = rates(failure)?;
    let order = plan.queue.discipline.order;
    let fifo = crate::model::discipline::Order::Fifo;
    if station.deployment().network.is_some()
        || station.loses()
        || station.leaves_out().as_deref() != Some("failures")
        || order != fifo
    {
        return None;
    }
    let plain = |stream: &Stream<'_>| {
        let nature = stream.sender.arrivals.map(|arrivals| &arrivals.nature);
        matches!(nature, Some(Nature::Poisson { .. })) && stream.sender.caller.is_idle()
    };
    if station.is_in_graph() || !station.streams.iter().all(plain) {
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
    let mut leaves_out = "that all servers are up at first".to_owned();
    let (queues, servers) = if common {
        (1, group.servers)
    } else {
        (group.servers, 1)
    };
    if 1 < servers {
        leaves_out += " and that a request stays with a server that hangs";
    }
    let crews = failure.crews.map_or(servers, |crews| crews.min(servers));
    let (each, speed) = (rate / f64::from(queues), group.speed / work.mean());
    let model = Breakdowns::new(servers, each, speed, fails, repaired, crews).ok()?;
    Some(Hanging {
        model,
        queues,
        leaves_out,
    })
}

/// The rates at which a server fails and is repaired, where hangs that it resumes from are all that happens to it.
fn rates(failure: &FailurePlan) -> Option<(f64, f64)> {
    let resumes = matches!(failure.harm, Harm::Hang { resumes: true });
    let exponential = failure.after.is_exponential() && failure.repair.is_exponential();
    let single = failure.unit == Unit::Server && failure.common_cause == 0.0;
    (resumes && exponential && single).then(|| (failure.after.mean().recip(), failure.repair.mean().recip()))
}
