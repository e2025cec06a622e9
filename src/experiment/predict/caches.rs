//! What formulas say of caches in front of calls: how much of it they know.

use super::{
    life::joined,
    station::Station,
    tell::Teller,
    traffic::{loses, rates},
};
use crate::{
    experiment::campaign::sender_name,
    model::{
        CallPlan, Deployment, Knows, Popularity, Sender, Skew, Times,
        arrival::Nature,
        storage::{StorePlan, partition::Shards},
    },
    theory::{
        catalogue,
        replicas::caching::{Keys, Lru, zipf},
    },
    units::SimDuration,
};

/// Puts beside the hits of each cache that learns what it answers how many the formula expects, or why it expects none.
pub(super) fn annotate(deployment: &Deployment, teller: &mut Teller<'_>) {
    for (at, sender) in deployment.senders().enumerate() {
        let Some((from, call)) = sender.call else { continue };
        let Some(Knows::Recent { entries, ttl }) = call.cache.map(|cache| cache.knows) else {
            continue;
        };
        teller.of = sender_name(&sender);
        let ends = ttl.map(SimDuration::as_secs_f64);
        match asked(deployment, from, call, at, ends.is_some()) {
            Ok(keys) => {
                if let Ok(model) = Lru::new(&keys, f64::from(entries), ends) {
                    let doubts = doubts(deployment, from, call, ends.is_some());
                    teller.predict("hits", &catalogue::LRU, model.hits(), doubts.as_ref());
                }
            }
            Err(reason) => teller.explain("hits", reason),
        }
    }
}

/// Returns what each of the calling servers asks for, and how often if that matters.
fn asked(
    deployment: &Deployment,
    from: usize,
    call: &CallPlan,
    at: usize,
    by_time: bool,
) -> Result<Vec<Keys>, &'static str> {
    let plan = &deployment.services[from];
    if let Some(store) = &plan.store {
        return shards_asked(deployment, from, store, at, by_time);
    }
    let popularity = match &call.keys {
        Some(keys) => *keys,
        None if call.times != Times::Fixed(1) => return Err(MORE_THAN_ONCE),
        None if plan.balancer.reads_key && 1 < plan.servers() => {
            return Err("servers that are each asked for keys of their own");
        }
        None => keys_at(deployment, from)?,
    };
    let mut rate = 1.0;
    if by_time {
        let station = Station::new(deployment, from, 1.0);
        if let Some(reason) = station.before().trouble() {
            return Err(reason);
        }
        let (servers, fair) = (plan.servers(), plan.is_homogeneous() && plan.zone_local.is_none());
        if 1 < servers && !fair {
            return Err("servers that are not asked equally often");
        }
        let all = rates(deployment, 1.0)[at];
        rate = all.ok_or("arrivals wait for answers")? / servers as f64;
    }
    let Popularity { count, skew } = popularity;
    Ok(match skew {
        Skew::Zipf(exponent) => zipf(count, exponent, rate),
        Skew::Hot(share) => {
            let hot = Keys {
                count: 1.0,
                rate: share * rate,
            };
            let others = f64::from(count) - 1.0;
            let other = Keys {
                count: others,
                rate: (1.0 - share) * rate / others,
            };
            [hot, other].into_iter().filter(|keys| 0.0 < keys.count).collect()
        }
    })
}

/// Returns which shards each of those who ask a store looks up, and how often: each is as popular as its keys together.
fn shards_asked(
    deployment: &Deployment,
    from: usize,
    store: &StorePlan,
    at: usize,
    by_time: bool,
) -> Result<Vec<Keys>, &'static str> {
    let (askers, caller) = askers(deployment, from)?;
    if deployment
        .workloads
        .iter()
        .any(|workload| workload.keys.is_some())
    {
        return Err("keys that requests bring");
    }
    let mut rate = 1.0;
    if by_time {
        let trouble = caller.and_then(|caller| Station::new(deployment, caller, 1.0).before().trouble());
        if let Some(reason) = trouble {
            return Err(reason);
        }
        let all = rates(deployment, 1.0)[at];
        rate = all.ok_or("arrivals wait for answers")? / askers;
    }
    let shards = Shards::new(store.partition, store.shards, store.keys.count);
    let loads = shards.loads(store.keys).into_iter().filter(|load| 0.0 < *load);
    let keys = loads.map(|load| Keys {
        count: 1.0,
        rate: load * rate,
    });
    Ok(keys.collect())
}

/// Returns how many caches those have who ask a store for something, all alike, and the service whose servers they are; its
/// clients have one.
fn askers(deployment: &Deployment, store: usize) -> Result<(f64, Option<usize>), &'static str> {
    let mut senders = deployment
        .senders_to(store)
        .filter(|sender| sender.operation.is_some());
    let first = senders.next().ok_or("nobody asks")?;
    let Some((caller, _)) = first.call else {
        return match (senders.next(), first.caller.is_idle()) {
            (Some(_), _) => Err(SEVERAL),
            (None, false) => Err("clients that give up or try again"),
            (None, true) => Ok((1.0, None)),
        };
    };
    let same = |sender: Sender<'_>| sender.call.is_some_and(|(other, _)| other == caller);
    if !senders.all(same) {
        return Err(SEVERAL);
    }
    let plan = &deployment.services[caller];
    if plan
        .calls
        .iter()
        .any(|call| call.to == store && !call.caller.is_idle())
    {
        return Err("clients that give up or try again");
    }
    if plan.zone_local.is_some() || !plan.is_homogeneous() {
        return Err("servers that are not asked equally often");
    }
    Ok((plan.servers() as f64, Some(caller)))
}

const SEVERAL: &str = "several who ask the store, with caches of their own";
const MORE_THAN_ONCE: &str = "requests that may ask for the same more than once";

/// Returns what the requests that come to a service ask for, where they do so independently of each other.
fn keys_at(deployment: &Deployment, service: usize) -> Result<Popularity, &'static str> {
    let mut senders = deployment.senders_to(service);
    let first = senders.next().ok_or("nobody asks")?;
    let Some((from, call)) = first.call else {
        if senders.any(|other| other.call.is_some() || other.keys != first.keys) {
            return Err("requests that do not all ask for the same keys");
        }
        let recorded = |nature: &Nature| matches!(nature, Nature::Trace { .. });
        if first.arrivals.is_some_and(|arrivals| recorded(&arrivals.nature)) {
            return Err("a recorded load");
        }
        return first.keys.copied().ok_or("requests without keys");
    };
    if let Some(keys) = call.keys {
        return Ok(keys);
    }
    if senders.next().is_some() || call.times != Times::Fixed(1) {
        return Err(MORE_THAN_ONCE);
    }
    if call.cache.is_some() {
        return Err("keys that another cache did not know");
    }
    keys_at(deployment, from)
}

fn doubts(deployment: &Deployment, from: usize, call: &CallPlan, by_time: bool) -> Option<String> {
    let before = Station::new(deployment, from, 1.0).before();
    let nature = |at: usize| &deployment.workloads[at].arrivals.nature;
    let is_poisson = |at| matches!(nature(at), Nature::Poisson { .. });
    let callee = &deployment.services[call.to];
    // What a store looks up is remembered by whoever asks it for something.
    let caller = askers(deployment, from).ok().and_then(|(_, caller)| caller);
    let holder = caller.unwrap_or(from);
    let fails = deployment.can_fail(call.to) || loses(callee) || !call.caller.is_idle();
    let all = [
        ("the time until an answer is there", true),
        (
            "how calls are spread over time",
            by_time && !before.workloads().all(is_poisson),
        ),
        ("crashes that empty it", deployment.can_fail(holder)),
        ("answers that never come", fails),
    ];
    let told: Vec<&str> = all
        .into_iter()
        .filter(|(_, is)| *is)
        .map(|(what, _)| what)
        .collect();
    joined(&told)
}
