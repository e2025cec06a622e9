//! Services that call each other, where they are a Jackson network, or one that splits requests and joins them.
//!
//! In such a network each request is at one station at a time: the calls of a request follow each other one by one, and it
//! stands in no one's way meanwhile. Then the numbers at the stations are independent, and each is as if its arrivals were
//! Poisson, with the rate of the traffic equations, though they are not where requests come back. By the arrival theorem a
//! request sees each station so when it comes; so waiting times hold with their percentiles, and means add up along the way.

use super::{
    law::{Law, Outlook},
    mean_value::{self, is_closed},
    one_queue::Reason,
    pool::{Assessment, both, common_queue, open},
    station::Station,
    traffic::{holds, loses},
};
use crate::{
    model::{CallPlan, Deployment, Sender, ServicePlan, Times, arrival::Nature, balancer, discipline::Order},
    theory::{catalogue, network::fork_join::ForkJoin},
};

/// Finds the formulas that fit a station of a graph.
pub(super) fn assess(station: &Station<'_>) -> Assessment {
    let told = match no_network(station.deployment()) {
        _ if is_closed(station.deployment()) => mean_value::outlooks(station),
        Some(reason) => Err(reason.to_owned()),
        None => open(station).and_then(|outlooks| with_calls(station, outlooks)),
    };
    let (mut outlooks, reason) = match told {
        Ok(outlooks) => (outlooks, None),
        Err(reason) => (Vec::new(), Some(reason)),
    };
    for outlook in &mut outlooks {
        outlook.leaves_out = both(outlook.leaves_out.take(), station.leaves_out());
    }
    Assessment {
        outlooks,
        reason,
        legs: Vec::new(),
    }
}

/// Returns why the numbers at the services of a deployment are not those of a network of queues, open or closed, if they are not.
pub(super) fn no_product_form(deployment: &Deployment) -> Option<&'static str> {
    let acts = |sender: &Sender<'_>| !sender.caller.is_idle() || sender.patience.is_some();
    let services = || deployment.services.iter();
    if services().any(|plan| plan.store.is_some()) {
        Some("stores, whose operations wait for replicas")
    } else if deployment.senders().any(|sender| acts(&sender)) {
        Some("clients that give up or try again")
    } else if services().any(|plan| plan.calls.iter().any(|call| call.cache.is_some())) {
        Some("caches in front of calls")
    } else if services().any(loses) {
        Some("services that turn requests away")
    } else {
        None
    }
}

/// Returns why the services of a deployment are no Jackson network, if they are none.
fn no_network(deployment: &Deployment) -> Option<&'static str> {
    let is_poisson = |nature: &Nature| matches!(nature, Nature::Poisson { .. });
    let come_else = |sender: &Sender<'_>| {
        sender
            .arrivals
            .is_some_and(|arrivals| !is_poisson(&arrivals.nature))
    };
    if let Some(reason) = no_product_form(deployment) {
        Some(reason)
    } else if deployment.services.iter().any(holds) {
        Some("slots are held while calls are under way")
    } else if (0..deployment.services.len()).any(|at| {
        !goes_one_by_one(&deployment.services[at]) && fork(&Station::new(deployment, at, 1.0)).is_none()
    }) {
        Some("calls that go out together, or are not waited for")
    } else if deployment.senders().any(|sender| come_else(&sender)) {
        Some("arrivals are not Poisson")
    } else if deployment.network.is_some() {
        Some("messages take time")
    } else {
        (0..deployment.services.len()).find_map(|at| no_station(&Station::new(deployment, at, 1.0)))
    }
}

/// Returns why a service is no station of a Jackson network, if it is none, though its requests would let it.
fn no_station(station: &Station<'_>) -> Option<&'static str> {
    let work = &station.streams.first()?.work;
    let exponential = work.is_exponential() && station.streams.iter().all(|stream| stream.work == *work);
    let split = station.plan.balancer.law == balancer::Law::WeightedSplit && station.has_own_queues();
    if station.plan.queue.discipline.order != Order::Fifo {
        Some("services that are not all first come, first served")
    } else if !exponential {
        Some("services whose work is not all exponential")
    } else if !split && !matches!(common_queue(station), Ok(Some(_))) {
        Some("services with queues that depend on each other")
    } else {
        None
    }
}

/// Returns whether a request of a service makes one call after the other, and waits for each.
pub(super) fn goes_one_by_one(plan: &ServicePlan) -> bool {
    let in_turn = plan.calls.windows(2).all(|pair| pair[0].phase != pair[1].phase);
    let single = |call: &CallPlan| call.times == Times::Fixed(1) && call.awaited;
    in_turn && plan.calls.iter().all(single)
}

/// Adds to what formulas say of a station of a Jackson network how long its requests wait for what they call.
fn with_calls(station: &Station<'_>, mut outlooks: Vec<Outlook>) -> Result<Vec<Outlook>, Reason> {
    let (card, calls) = match fork(station) {
        Some(fork) if fork.is_exact() => (&catalogue::FORK_JOIN_TWO, Some(fork.mean_response())),
        Some(fork) => (&catalogue::FORK_JOIN, Some(fork.mean_response())),
        None if station.plan.has_calls() => (&catalogue::JACKSON, Some(calls_take(station)?)),
        None => (&catalogue::JACKSON, None),
    };
    for outlook in &mut outlooks {
        outlook.formula = card;
        for times in &mut outlook.times {
            if let Some(calls) = calls {
                times.response = Law::of_mean(times.response.mean + calls);
            }
        }
    }
    Ok(outlooks)
}

/// Returns the fork–join of a service whose requests, after its own work, wait for one call each to several equal single
/// servers that nobody else calls. What leaves it is Poisson, as what comes to it from workloads is, and so all its calls
/// come to their servers at once and without memory.
fn fork(station: &Station<'_>) -> Option<ForkJoin> {
    let (deployment, calls) = (station.deployment(), &station.plan.calls);
    let first = calls.first()?;
    let plain = |call: &CallPlan| {
        let all = call.times == Times::Fixed(1) && call.enough.is_none_or(|enough| enough == 1);
        all && call.awaited && call.probability == 1.0 && call.phase == first.phase
    };
    let from_outside = station.streams.iter().all(|stream| stream.sender.call.is_none());
    if calls.len() < 2 || !calls.iter().all(plain) || !from_outside {
        return None;
    }
    let mut models = calls.iter().map(|call| {
        let callee = station.beside(call.to);
        let alone = deployment.senders_to(call.to).count() == 1 && !callee.plan.has_calls();
        let one = callee.slots() == 1 && alone;
        let service = callee.exponential_service(callee.speed()?)?;
        one.then_some((callee.streams.first()?.rate?, service))
    });
    let (rate, service) = models.next()??;
    let same =
        |other: Option<(f64, f64)>| other.is_some_and(|(_, time)| (time / service - 1.0).abs() < 1e-12);
    let fork = ForkJoin::new(calls.len() as u32, rate, service.recip()).ok();
    fork.filter(|_| models.all(same))
}

/// Returns the mean time that a request waits for all its calls, one after the other.
fn calls_take(station: &Station<'_>) -> Result<f64, Reason> {
    let deployment = station.deployment();
    let mut whole = vec![0.0; deployment.services.len()];
    let take = |plan: &ServicePlan, whole: &[f64]| {
        let calls = plan.calls.iter();
        calls.map(|call| call.probability * whole[call.to]).sum::<f64>()
    };
    // Those that are called come first; what has nothing to do with this station costs little.
    for at in deployment.callers_first().into_iter().rev() {
        let here = station.beside(at);
        if here.streams.is_empty() {
            continue;
        }
        let own = open(&here)?.remove(0).times.remove(0).response.mean;
        whole[at] = own + take(here.plan, &whole);
    }
    Ok(take(station.plan, &whole))
}
