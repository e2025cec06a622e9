//! From a station to the queues that requests stand in: one for all, one for each server, or one model of all servers.

use super::{
    batches, by_load, closed,
    gaps::Gaps,
    jackson,
    law::{Outlook, Times},
    network::{self, Legs},
    one_queue::{Class, OneQueue, Reason},
    redundancy,
    station::Station,
};
use crate::{
    model::{Group, QueuePlace, balancer::Law as Policy, discipline::Order},
    theory::{
        catalogue::{self, Formula},
        mmc::Mmc,
    },
};

/// What formulas say of a station.
#[derive(Clone, Debug, Default)]
pub(super) struct Assessment {
    /// The most exact first; there may be none.
    pub outlooks: Vec<Outlook>,
    /// Why no formula says more, where one might expect it.
    pub reason: Option<Reason>,
    /// How long messages are under way for each stream; they are in the times of the outlooks. None where they take no time.
    pub legs: Vec<Legs>,
}

impl Assessment {
    /// What is said where no formula fits.
    pub(super) fn none(reason: Reason) -> Self {
        Self {
            reason: Some(reason),
            ..Self::default()
        }
    }
}

/// Finds the formulas that fit a station.
pub(super) fn assess(station: &Station<'_>) -> Assessment {
    if let Some(reason) = station.defies() {
        let reason = match redundancy::of(station) {
            Ok(_) => "only the mean response is known",
            Err(broken) => broken.unwrap_or(reason),
        };
        return Assessment::none(reason.to_owned());
    }
    if station.is_in_graph() {
        return jackson::assess(station);
    }
    let legs = match network::legs(station) {
        Ok(legs) => legs,
        Err(reason) => return Assessment::none(reason.to_owned()),
    };
    let found = match (station.closed(), station.batches()) {
        (Some((clients, think)), _) => closed::outlooks(station, clients, think.mean()),
        (None, Some(sizes)) => batches::outlooks(station, sizes),
        (None, None) => open(station),
    };
    let (mut outlooks, reason) = match found {
        Ok(outlooks) => (outlooks, None),
        Err(reason) => (bound(station).into_iter().collect(), Some(reason)),
    };
    let more = station.leaves_out();
    for outlook in &mut outlooks {
        outlook.leaves_out = both(outlook.leaves_out.take(), more.clone());
        for (times, legs) in outlook.times.iter_mut().zip(&legs) {
            legs.lengthen(times);
        }
    }
    Assessment {
        outlooks,
        reason,
        legs,
    }
}

/// Joins what is left out for two reasons.
pub(super) fn both(one: Option<String>, other: Option<String>) -> Option<String> {
    match (one, other) {
        (Some(one), Some(other)) => Some(format!("{one} and {other}")),
        (one, other) => one.or(other),
    }
}

pub(super) fn open(station: &Station<'_>) -> Result<Vec<Outlook>, Reason> {
    let gaps = station.gaps()?;
    if station.plan.queue.timeout.is_some() {
        return Err("a queue with a time limit".to_owned());
    }
    if let Some(Common { slots, room, card }) = common_queue(station)? {
        let speed = station.plan.groups[0].speed;
        return one_queue(station, gaps, slots, speed, room, card).outlooks();
    }
    if station.plan.queue.at == QueuePlace::Balancer {
        return Err(
            "queues at the balancer and at servers that differ, or hold more than they work on".to_owned(),
        );
    }
    if station.plan.queue.capacity.is_some() {
        return Err("a queue that ends at each of several servers".to_owned());
    }
    match station.plan.balancer.law {
        Policy::WeightedSplit => split(station, &gaps),
        Policy::RoundRobin => in_turn(station, &gaps),
        Policy::ShortestQueue | Policy::PowerOfD(_) | Policy::JoinIdle => {
            by_load::outlook(station, &gaps).map(|outlook| vec![outlook])
        }
        Policy::LeastWork => {
            Err("least work, but for equal servers of one slot and first come, first served".to_owned())
        }
        Policy::Other => by_key(station, &gaps),
    }
}

/// A queue that all requests stand in.
pub(super) struct Common {
    pub slots: u32,
    pub room: Option<u32>,
    card: Option<&'static Formula>,
}

/// Returns the queue that all requests stand in, if there is such a one.
pub(super) fn common_queue(station: &Station<'_>) -> Result<Option<Common>, Reason> {
    let plan = station.plan;
    let (queue, group) = (&plan.queue, &plan.groups[0]);
    let equal = station.speed().is_some();
    let at_balancer = queue.at == QueuePlace::Balancer;
    // What a server may hold beyond what it works on.
    let beyond = |group: &Group| queue.limit.unwrap_or(group.slots).saturating_sub(group.slots);
    let one = |slots, room, card| Ok(Some(Common { slots, room, card }));
    if at_balancer
        && matches!(queue.discipline.order, Order::Priority { preemptive: true })
        && station.prefers()
    {
        return Err("preemption, and a queue at the balancer".to_owned());
    }
    if plan.servers() == 1 {
        let held = if at_balancer { beyond(group) } else { 0 };
        if 0 < held && queue.discipline.order != Order::Fifo {
            return Err("two queues one after the other".to_owned());
        }
        return one(
            group.slots,
            queue.capacity.map(|room| room.saturating_add(held)),
            None,
        );
    }
    if at_balancer && equal && plan.groups.iter().all(|group| beyond(group) == 0) {
        return one(station.slots(), queue.capacity, Some(&catalogue::CENTRAL_QUEUE));
    }
    // Without queues, who is free takes the next request, whoever chooses.
    if queue.capacity == Some(0) && equal && plan.balancers == 1 {
        return one(station.slots(), Some(0), None);
    }
    let plain = queue.capacity.is_none() && queue.discipline.order == Order::Fifo && !station.loses();
    let single = equal && plan.groups.iter().all(|group| group.slots == 1);
    if plan.balancer.law == Policy::LeastWork && plain && single && !station.sees_poorly() {
        return one(station.slots(), None, Some(&catalogue::CENTRAL_QUEUE));
    }
    Ok(None)
}

/// The workloads of a station at one queue.
fn one_queue(
    station: &Station<'_>,
    gaps: Gaps,
    slots: u32,
    speed: f64,
    room: Option<u32>,
    card: Option<&'static Formula>,
) -> OneQueue {
    let all: f64 = station.streams.iter().filter_map(|stream| stream.rate).sum();
    let classes = station.streams.iter().map(|stream| Class {
        share: stream.rate.map_or(1.0, |rate| rate / all),
        service: stream.work.scaled(speed.recip()),
        priority: stream.priority,
        patience: stream.patience.clone(),
    });
    // M/M/c is what the card of the central queue speaks of; others keep their own names there.
    let exponential = station.exponential_service(speed).is_some() && gaps.is_poisson();
    let card = card.filter(|&card| *card != catalogue::CENTRAL_QUEUE || exponential);
    OneQueue {
        classes: classes.collect(),
        gaps,
        slots,
        order: station.plan.queue.discipline.order,
        room,
        card,
        transforms: station.transforms.clone(),
    }
}

/// Each server has a queue of its own, and a share of the requests chosen by chance.
fn split(station: &Station<'_>, gaps: &Gaps) -> Result<Vec<Outlook>, Reason> {
    let card = gaps.is_poisson().then_some(&catalogue::RANDOM_SPLIT);
    let parts = station.plan.groups.iter().map(|group| {
        let share = station.fixed_share(group).ok_or("no fixed shares")?;
        let one = one_queue(station, gaps.thinned(share), group.slots, group.speed, None, card);
        Ok((f64::from(group.servers), share, first(one.outlooks()?)))
    });
    let parts: Result<Vec<_>, Reason> = parts.collect();
    Ok(vec![Outlook::join(&parts?)])
}

/// Each server has a queue of its own and gets every n-th request.
fn in_turn(station: &Station<'_>, gaps: &Gaps) -> Result<Vec<Outlook>, Reason> {
    let plan = station.plan;
    if 1 < plan.balancers {
        return Err("round robin by several balancers".to_owned());
    }
    if plan
        .groups
        .iter()
        .any(|group| group.weight != plan.groups[0].weight)
    {
        return Err("round robin with unequal weights".to_owned());
    }
    let servers = plan.servers();
    let gaps = gaps.every_nth(servers as u32);
    let parts = plan.groups.iter().map(|group| {
        let exponential = station.exponential_service(group.speed).is_some();
        let card = (exponential && group.slots == 1 && station.gaps()?.is_poisson())
            .then_some(&catalogue::ROUND_ROBIN);
        let one = one_queue(station, gaps.clone(), group.slots, group.speed, None, card);
        Ok((
            f64::from(group.servers),
            (servers as f64).recip(),
            one.outlooks()?,
        ))
    });
    let parts: Vec<(f64, f64, Vec<Outlook>)> = parts.collect::<Result<_, Reason>>()?;
    // An approximation may bring a bound with it; equal servers keep both.
    let count = parts
        .iter()
        .map(|(.., outlooks)| outlooks.len())
        .min()
        .unwrap_or(0);
    let join = |at: usize| {
        let of_one =
            |(servers, share, outlooks): &(f64, f64, Vec<Outlook>)| (*servers, *share, outlooks[at].clone());
        Outlook::join(&parts.iter().map(of_one).collect::<Vec<_>>())
    };
    Ok((0..count).map(join).collect())
}

/// Servers chosen by a hash of the key or the client: by chance, if all keys are asked for equally often.
fn by_key(station: &Station<'_>, gaps: &Gaps) -> Result<Vec<Outlook>, Reason> {
    let plan = station.plan;
    let name = plan.balancer.name;
    if !plan.balancer.reads_key && !plan.balancer.reads_source {
        return Err(format!("none is known for {name}"));
    }
    if !plan.is_homogeneous() || !station.streams.iter().all(|stream| stream.is_even) {
        return Err(format!("{name}, and servers or keys that are not all alike"));
    }
    let (servers, group) = (plan.servers() as f64, &plan.groups[0]);
    let card = gaps.is_poisson().then_some(&catalogue::RANDOM_SPLIT);
    let one = one_queue(
        station,
        gaps.thinned(servers.recip()),
        group.slots,
        group.speed,
        None,
        card,
    );
    let whole = Outlook::join(&[(servers, servers.recip(), first(one.outlooks()?))]);
    Ok(vec![Outlook {
        leaves_out: Some("how evenly keys fall on servers".to_owned()),
        ..whole
    }])
}

/// What holds for every policy: no servers work faster than those of which none is idle while someone waits.
fn bound(station: &Station<'_>) -> Option<Outlook> {
    let gaps = station.gaps().ok().filter(Gaps::is_poisson)?;
    let service = station.exponential_service(station.speed()?)?;
    let by_key = station.plan.balancer.reads_key || station.plan.balancer.reads_source;
    if station.loses() || station.prefers() || by_key && 1 < station.streams.len() {
        return None;
    }
    let model = Mmc::new(station.slots(), gaps.rate(), service.recip()).ok()?;
    let times = Times::of_means(model.mean_wait(), service);
    let times = vec![times; station.streams.len()];
    Some(Outlook::lossless(
        &catalogue::CENTRAL_QUEUE_BOUND,
        gaps.rate() * service,
        times,
    ))
}

/// The most exact of several; a formula that fits gives at least one.
fn first(outlooks: Vec<Outlook>) -> Outlook {
    outlooks
        .into_iter()
        .next()
        .expect("a formula that fits says something")
}
