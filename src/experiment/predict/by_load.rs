//! Equal servers behind a policy that looks at their loads: one model of all of them.

use super::{
    gaps::Gaps,
    law::{Law, Outlook, Times},
    one_queue::{Reason, refusal, times},
    station::Station,
};
use crate::{
    model::{balancer::Law as Policy, discipline::Order},
    theory::{
        TheoryError,
        balancing::{
            join_idle_queue::JoinIdleQueue,
            power_of_d::PowerOfD,
            shortest_queue::{MAX_SERVERS, ShortestQueue},
            shortest_queue_fit::ShortestQueueFit,
        },
        catalogue::{self, Formula},
    },
};

/// Equal servers of one slot, chosen by how many requests they hold.
pub(super) fn outlook(station: &Station<'_>, gaps: &Gaps) -> Result<Outlook, Reason> {
    let plan = station.plan;
    let law = plan.balancer.law;
    let idle_only = law == Policy::JoinIdle;
    let speed = station
        .speed()
        .filter(|_| plan.is_homogeneous())
        .ok_or("servers that differ")?;
    if plan.groups[0].slots != 1 {
        return Err("several slots behind a policy that looks at loads".to_owned());
    }
    if let Some(outlook) = shared(station, gaps, speed)? {
        return Ok(outlook);
    }
    let (Some(service), true) = (station.exponential_service(speed), gaps.is_poisson()) else {
        return Err(
            "a policy that looks at loads, and not Poisson arrivals with exponential work".to_owned(),
        );
    };
    if station.loses() {
        return Err("a policy that looks at loads, and clients who give up".to_owned());
    }
    if station.prefers() {
        return Err("a policy that looks at loads, and an order that prefers some".to_owned());
    }
    if station.sees_poorly() && !idle_only {
        return Err("balancers that do not see the loads as they are".to_owned());
    }
    let (servers, rate) = (plan.servers() as u32, gaps.rate());
    let busy = rate * service;
    let order = plan.queue.discipline.order;
    // One level of priority is no priority.
    let fifo = matches!(order, Order::Fifo | Order::Priority { .. });
    let plain = |card: &'static Formula, times: Times| {
        let times = if fifo { times } else { times.means_only() };
        Outlook::lossless(card, busy, vec![times; station.streams.len()])
    };
    let many = |plain| Outlook {
        // The error falls with the number of servers; among this many a simulation cannot tell it from chance.
        leaves_out: (servers < 10_000).then(|| format!("that there are only {servers} servers")),
        ..plain
    };
    match law {
        Policy::PowerOfD(d) if d < servers => {
            let card = &catalogue::POWER_OF_D;
            let model = PowerOfD::new(servers, d, rate, service.recip()).map_err(refusal)?;
            Ok(many(plain(card, times!(model, card))))
        }
        Policy::JoinIdle => {
            let card = &catalogue::JOIN_IDLE_QUEUE;
            let model =
                JoinIdleQueue::new(servers, plan.balancers, rate, service.recip()).map_err(refusal)?;
            Ok(many(plain(card, times!(model, card))))
        }
        _ => {
            let (card, times) = shortest(servers, rate, service, station.is_rough).map_err(refusal)?;
            Ok(plain(card, times))
        }
    }
}

/// The shortest of all queues: by a chain, or where they are too many for one, by their mean.
fn shortest(
    servers: u32,
    rate: f64,
    service: f64,
    is_rough: bool,
) -> Result<(&'static Formula, Times), TheoryError> {
    if MAX_SERVERS < servers {
        let model = ShortestQueueFit::new(servers, rate, service.recip())?;
        let times = Times::of_means(model.mean_wait(), service);
        return Ok((&catalogue::SHORTEST_QUEUE_FIT, times));
    }
    let card = if servers == 2 {
        &catalogue::SHORTEST_QUEUE_TWO
    } else {
        &catalogue::SHORTEST_QUEUE
    };
    let make = if is_rough {
        ShortestQueue::rough
    } else {
        ShortestQueue::new
    };
    let model = make(servers, rate, service.recip())?;
    Ok((card, times!(model, card)))
}

/// The shortest of queues that share their server, and work that is not exponential: the mean depends little on it.
fn shared(station: &Station<'_>, gaps: &Gaps, speed: f64) -> Result<Option<Outlook>, Reason> {
    let (plan, work) = (station.plan, &station.streams[0].work);
    let fits = plan.queue.discipline.order == Order::Shared
        && plan.balancer.law == Policy::ShortestQueue
        && gaps.is_poisson()
        && !station.loses()
        && !station.sees_poorly()
        && station.streams.iter().all(|stream| stream.work == *work);
    if !fits || work.is_exponential() {
        return Ok(None);
    }
    let (service, rate) = (work.mean() / speed, gaps.rate());
    let model = ShortestQueueFit::new(plan.servers() as u32, rate, service.recip()).map_err(refusal)?;
    let times = vec![Times::of_means(model.mean_wait(), service); station.streams.len()];
    Ok(Some(Outlook {
        leaves_out: Some("that the work is not exponential".to_owned()),
        ..Outlook::lossless(&catalogue::SHORTEST_QUEUE_FIT, rate * service, times)
    }))
}
