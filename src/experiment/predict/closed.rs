//! A fixed number of clients: exactly, in front of one queue, and what holds whatever the distributions.

use super::{
    law::{Law, Outlook, Times},
    mean_value,
    one_queue::{Reason, refusal, times},
    pool::common_queue,
    station::Station,
};
use crate::{
    model::discipline::Order,
    theory::{TheoryError, catalogue, machine_repair::MachineRepair, operational::Closed},
};

/// More clients than these are left to the bounds: the formula takes memory in proportion.
const MOST_CLIENTS: u32 = 100_000;

/// Returns the exact times where they are known, and the asymptotic bound on the response, which by the interactive
/// response time law is one on the throughput.
pub(super) fn outlooks(station: &Station<'_>, clients: u32, think: f64) -> Result<Vec<Outlook>, Reason> {
    if station.loses() {
        return Err("clients who wait for answers, and may get none".to_owned());
    }
    let speed = station
        .speed()
        .ok_or("clients who wait for answers, and servers of different speeds")?;
    let service = station.streams[0].work.mean() / speed;
    let exact = match exact(station, clients, think, service).map_err(refusal)? {
        Some(exact) => Some(exact),
        // Servers with queues of their own are stations like those of several services.
        None => mean_value::outlooks(station)
            .ok()
            .and_then(|told| told.into_iter().next()),
    };
    let response = response_bound(clients, think, service, station.slots()).map_err(refusal)?;
    let rate = f64::from(clients) / (response + think);
    let times = Times {
        response: Law::of_mean(response),
        wait: Law::of_mean(response - service),
    };
    let bound = Outlook {
        rounds: Some(rate),
        ..Outlook::lossless(&catalogue::ASYMPTOTIC_RESPONSE, rate * service, vec![times])
    };
    Ok(exact.into_iter().chain([bound]).collect())
}

/// One queue, and either exponential work or slots that are shared.
fn exact(
    station: &Station<'_>,
    clients: u32,
    think: f64,
    service: f64,
) -> Result<Option<Outlook>, TheoryError> {
    if MOST_CLIENTS < clients {
        return Ok(None);
    }
    let order = station.plan.queue.discipline.order;
    let exponential = station.streams[0].work.is_exponential();
    let (Ok(Some(common)), true) = (common_queue(station), exponential || order == Order::Shared) else {
        return Ok(None);
    };
    let model = MachineRepair::new(common.slots, clients, think, service.recip())?;
    let rate = model.throughput();
    let card = if order == Order::Shared {
        &catalogue::MACHINE_REPAIR_PS
    } else {
        &catalogue::MACHINE_REPAIR
    };
    let times = match order {
        // One level of priority is no priority.
        Order::Fifo | Order::Priority { .. } => times!(model, card, with variances),
        Order::Lifo | Order::Random | Order::Adaptive { .. } | Order::Shared => {
            Times::of_means(model.mean_wait(), service)
        }
        // Who brings less goes first, and the mean is less.
        Order::ShortestFirst => return Ok(None),
    };
    Ok(Some(Outlook {
        rounds: Some(rate),
        ..Outlook::lossless(card, rate * service, vec![times])
    }))
}

/// The laws are stated for resources of one slot. To the bounds, `c` slots are as good as `c` such resources in a row
/// that each do a `c`-th of the work: no less time in all, and no less at the one that is busiest.
fn response_bound(clients: u32, think: f64, service: f64, slots: u32) -> Result<f64, TheoryError> {
    let demands = vec![service / f64::from(slots); slots as usize];
    Ok(Closed::new(clients, think, &demands)?.mean_response_lower())
}
