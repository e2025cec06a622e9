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
        balancing::{join_idle_queue::JoinIdleQueue, power_of_d::PowerOfD, shortest_queue::ShortestQueue},
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
        leaves_out: Some(format!("that there are only {servers} servers")),
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
            let card = if servers == 2 {
                &catalogue::SHORTEST_QUEUE_TWO
            } else {
                &catalogue::SHORTEST_QUEUE
            };
            let make = if station.is_rough {
                ShortestQueue::rough
            } else {
                ShortestQueue::new
            };
            let model = make(servers, rate, service.recip()).map_err(refusal)?;
            Ok(plain(card, times!(model, card)))
        }
    }
}
