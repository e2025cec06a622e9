//! Clients who ask two servers at once and take the first answer: hedges without a delay.

use super::station::{Station, Stream};
use crate::{
    model::{
        balancer::Law as Policy,
        caller::{
            AttemptWork,
            hedge::{After, HedgePlan},
            retry::Which,
        },
        discipline::Order,
    },
    theory::replicas::redundancy::Redundancy,
    units::SimDuration,
};

/// A request goes to so many servers: it and its hedge.
const COPIES: u32 = 2;

/// Returns the formula where all requests go to two servers at once and it holds; otherwise which of its assumptions is
/// broken, if anyone hedges at all.
pub(super) fn of(station: &Station<'_>) -> Result<Redundancy, Option<&'static str>> {
    let hedge = |stream: &Stream<'_>| stream.sender.caller.hedge.is_some();
    if !station.streams.iter().any(hedge) {
        return Err(None);
    }
    let broken = station
        .streams
        .iter()
        .find_map(single_copies)
        .or_else(|| other_servers(station));
    if let Some(broken) = broken {
        return Err(Some(broken));
    }
    let told = || {
        let service = station.exponential_service(station.speed()?)?;
        let rate = station.gaps().ok().filter(super::gaps::Gaps::is_poisson)?.rate();
        Some((rate, service))
    };
    let (rate, service) = told().ok_or("arrivals that are not Poisson, or work that is not exponential")?;
    let model = Redundancy::new(station.plan.servers() as u32, COPIES, rate, service.recip());
    model.map_err(|_| Some("more load than the servers can carry"))
}

/// Returns why not every request of a stream is two of equal rights until the first is answered, if so.
fn single_copies(stream: &Stream<'_>) -> Option<&'static str> {
    let sender = &stream.sender;
    let caller = sender.caller;
    let Some(HedgePlan {
        after,
        cancel,
        server,
        budget,
    }) = &caller.hedge
    else {
        return Some("clients of whom only some hedge");
    };
    let again = caller.retry.is_some() || caller.timeout.is_some();
    let limits = caller.breaker.is_some() || caller.concurrency.is_some() || caller.rate_limit.is_some();
    if again || limits || budget.is_some() || sender.deadline.is_some() || sender.patience.is_some() {
        Some("clients that do more than hedge, or may not always")
    } else if *after != After::Fixed(SimDuration::ZERO) {
        Some("hedges that are sent only when an answer is slow to come")
    } else if !cancel {
        Some("hedges whose work is done to no use")
    } else if *server != Which::Another {
        Some("hedges that may go to the same server")
    } else if caller.attempt_work != AttemptWork::Fresh {
        Some("hedges that bring the same work as the first attempt")
    } else {
        None
    }
}

/// Returns why servers are not as the formula has them, if so.
fn other_servers(station: &Station<'_>) -> Option<&'static str> {
    let plan = station.plan;
    let single = plan.groups.iter().all(|group| group.slots == 1);
    let alike = single && plan.is_homogeneous() && COPIES as usize <= plan.servers();
    let by_chance = plan.balancer.law == Policy::WeightedSplit && plan.zone_local.is_none();
    let queue = &plan.queue;
    let endless = queue.capacity.is_none() && queue.timeout.is_none() && queue.shed.is_none();
    if station.is_in_graph() {
        Some("hedges between services that call each other")
    } else if station.deployment().network.is_some() {
        Some("hedges, and messages that take time")
    } else if !by_chance || !station.has_own_queues() {
        Some("hedges, and servers that are not chosen by chance")
    } else if !alike {
        Some("hedges, and servers that are not all alike with one slot each")
    } else if queue.discipline.order != Order::Fifo || !endless {
        Some("hedges, and queues that end or are not first come, first served")
    } else {
        None
    }
}
