//! Clients who wait for their answers before they ask again, at services that call each other: a closed network.
//!
//! Each client is at one station at a time, or thinks. Where all stations are such that the numbers at them have product
//! form, mean-value analysis tells the means exactly, and by the arrival theorem a request sees each station as it is with
//! one client less, whichever call brought it there.

use super::{
    jackson::{goes_one_by_one, no_product_form},
    law::{Outlook, Times},
    one_queue::{Reason, refusal},
    pool::common_queue,
    station::Station,
    traffic::holds,
};
use crate::{
    model::{Deployment, Group, QueuePlace, ServicePlan, arrival::Nature, balancer, discipline::Order},
    theory::{
        catalogue,
        network::closed::{Closed, Station as Place},
    },
};

/// Additions and multiplications that may be spent on one network.
const MOST_STEPS: f64 = 3e7;

/// Returns the clients and their mean think time where they are all who send requests from outside.
fn clients(deployment: &Deployment) -> Option<(u32, f64)> {
    match deployment.workloads.as_slice() {
        [only] => match &only.arrivals.nature {
            Nature::Closed { clients, think } => Some((*clients, think.mean())),
            _ => None,
        },
        _ => None,
    }
}

/// Returns whether anyone waits for answers before the next request.
pub(super) fn is_closed(deployment: &Deployment) -> bool {
    let mut workloads = deployment.workloads.iter();
    workloads.any(|workload| matches!(workload.arrivals.nature, Nature::Closed { .. }))
}

/// Returns how many requests there are at most at any service, where clients and calls bound that.
fn most_at_once(deployment: &Deployment) -> Option<u32> {
    let (clients, _) = clients(deployment)?;
    deployment.services.iter().all(goes_one_by_one).then_some(clients)
}

/// Returns whether requests keep slots while their calls are under way that others may wait for.
pub(super) fn keeps_waiting(deployment: &Deployment, plan: &ServicePlan) -> bool {
    holds(plan) && most_at_once(deployment).is_none_or(|most| !is_never_full(plan, most))
}

/// Returns whether so many requests never wait, wherever they are sent.
fn is_never_full(plan: &ServicePlan, most: u32) -> bool {
    let all = plan
        .groups
        .iter()
        .map(|group| group.servers.saturating_mul(group.slots));
    match plan.queue.at {
        QueuePlace::Server => plan.groups.iter().all(|group| most <= group.slots),
        QueuePlace::Balancer => most <= all.fold(0, u32::saturating_add) && plan.queue.limit.is_none(),
    }
}

/// Returns what mean-value analysis says of a station.
pub(super) fn outlooks(station: &Station<'_>) -> Result<Vec<Outlook>, Reason> {
    let deployment = station.deployment();
    let (clients, think) =
        clients(deployment).ok_or("clients who wait for answers, and others beside them")?;
    if let Some(reason) = no_network(deployment) {
        return Err(reason.to_owned());
    }
    let services: Vec<Station<'_>> = (0..deployment.services.len())
        .map(|at| station.beside(at))
        .collect();
    let mut places = vec![Place::Delay { demand: think }];
    let mut ends = Vec::with_capacity(services.len());
    for service in &services {
        places.extend(places_of(service, clients)?);
        ends.push(places.len());
    }
    if MOST_STEPS < steps(clients, &places) * services.len() as f64 {
        return Err("more clients than the formula is worked out for".to_owned());
    }
    let network = Closed::new(clients, &places).map_err(refusal)?;
    // What all visits to each service take in one round, calls left out.
    let rounds = ends.iter().scan(1, |begin, &end| {
        let here = &network.stations()[std::mem::replace(begin, end)..end];
        Some(here.iter().map(|load| load.mean_response).sum())
    });
    let rounds: Vec<f64> = rounds.collect();
    let calls = calls_take(deployment, &services, &rounds);
    let at = station.service();
    let times = (0..station.streams.len()).map(|stream| {
        let own = own_time(station, stream, rounds[at]);
        let service = station.streams[stream].work.mean() / speed(station);
        let mut times = Times::of_means((own - service).max(0.0), service);
        times.response.mean += calls[at];
        times
    });
    let (visits, worked) = demand(station);
    let held = if holds(station.plan) {
        visits * calls[at]
    } else {
        0.0
    };
    let busy = network.throughput() * (worked / speed(station) + held);
    let outlook = Outlook::lossless(&catalogue::MEAN_VALUE_ANALYSIS, busy, times.collect());
    Ok(vec![Outlook {
        rounds: Some(network.throughput()),
        ..outlook
    }])
}

/// Returns why the services of a deployment are no closed network of product form, if that is not for one of them alone.
fn no_network(deployment: &Deployment) -> Option<&'static str> {
    let mut services = deployment.services.iter();
    if let Some(reason) = no_product_form(deployment) {
        Some(reason)
    } else if !services.clone().all(goes_one_by_one) {
        Some("calls that go out together, or are not waited for")
    } else if services.any(|plan| keeps_waiting(deployment, plan)) {
        Some("slots are held while calls are under way")
    } else if deployment.network.is_some() {
        Some("messages take time")
    } else {
        None
    }
}

/// The stations that a service is: one queue, one for each server, or a place where nobody waits.
fn places_of(station: &Station<'_>, clients: u32) -> Result<Vec<Place>, Reason> {
    let plan = station.plan;
    let (visits, worked) = demand(station);
    if visits == 0.0 {
        return Ok(Vec::new());
    }
    let equal = station.speed();
    if let Some(speed) = equal.filter(|_| is_never_full(plan, clients)) {
        let demand = worked / speed;
        return Ok(vec![Place::Delay { demand }]);
    }
    let shared = plan.queue.discipline.order == Order::Shared;
    if !shared && plan.queue.discipline.order != Order::Fifo {
        return Err("services that are not all first come, first served".to_owned());
    }
    if !shared && station.exponential_service(1.0).is_none() {
        return Err("services whose work is not all exponential".to_owned());
    }
    if let (Ok(Some(common)), Some(speed)) = (common_queue(station), equal) {
        return Ok(vec![Place::Queue {
            servers: common.slots,
            demand: worked / speed,
        }]);
    }
    if plan.balancer.law != balancer::Law::WeightedSplit || !station.has_own_queues() {
        return Err("services with queues that depend on each other".to_owned());
    }
    let of_group = |group: &Group| {
        let share = station.fixed_share(group)?;
        let place = Place::Queue {
            servers: group.slots,
            demand: share * worked / group.speed,
        };
        Some(vec![place; group.servers as usize])
    };
    let places: Option<Vec<Vec<Place>>> = plan.groups.iter().map(of_group).collect();
    Ok(places.ok_or("balancing that goes by zones")?.concat())
}

/// Returns how often a round comes to a service, and the work that it brings on the reference server.
fn demand(station: &Station<'_>) -> (f64, f64) {
    let streams = station.streams.iter();
    streams.fold((0.0, 0.0), |(visits, worked), stream| {
        (
            visits + stream.visits,
            worked + stream.visits * stream.work.mean(),
        )
    })
}

/// Returns the work that a slot of a service does in a second, on the reference server: on average over its requests.
fn speed(station: &Station<'_>) -> f64 {
    station.speed().unwrap_or_else(|| {
        let slower = |group: &Group| {
            let share = station.fixed_share(group).unwrap_or(0.0);
            f64::from(group.servers) * share / group.speed
        };
        station.plan.groups.iter().map(slower).sum::<f64>().recip()
    })
}

/// Returns the time of one request of a stream at its service, of what all visits of a round take there: alike where they bring
/// work that is alike, and otherwise (where nobody waits, or slots are shared) in proportion to it.
fn own_time(station: &Station<'_>, stream: usize, round: f64) -> f64 {
    let (visits, worked) = demand(station);
    let work = station.streams[stream].work.mean();
    if worked == 0.0 || visits == 0.0 {
        return 0.0;
    }
    round * work / worked
}

/// Returns the mean time that a request of each service waits for all its calls, one after the other.
fn calls_take(deployment: &Deployment, services: &[Station<'_>], rounds: &[f64]) -> Vec<f64> {
    let mut calls = vec![0.0; services.len()];
    // Those that are called come first.
    for at in deployment.callers_first().into_iter().rev() {
        for (stream, sent) in services[at].streams.iter().enumerate() {
            let Some((from, call)) = sent.sender.call else {
                continue;
            };
            calls[from] += call.probability * (own_time(&services[at], stream, rounds[at]) + calls[at]);
        }
    }
    calls
}

/// Returns about how many steps it takes to work out a network.
fn steps(clients: u32, places: &[Place]) -> f64 {
    let clients = f64::from(clients);
    let of = |place: &Place| match *place {
        Place::Queue { servers, .. } => f64::from(servers).min(clients),
        // A Poisson distribution is about as wide as its root.
        Place::Delay { .. } => clients.min(20.0 * clients.sqrt()),
    };
    places.iter().map(|place| clients * (1.0 + of(place))).sum()
}
