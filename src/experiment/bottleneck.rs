//! What a graph of services runs out of first, and how that is known.
//!
//! With more load, the service whose slots are fullest is the first that cannot keep up. But slots may be full of requests
//! that wait for what they called: more of them would only wait for the same. Then whoever they wait for longest is the
//! cause, and so on. Where requests are tied to servers, by their keys or by their turn, a service is full when the busiest of
//! its servers is.

use super::{
    hops::Hops,
    hottest::{Heat, Hottest},
    results::Measure,
};
use crate::model::{Activity, Deployment, ServicePlan, discipline::Order};

/// What a graph of services runs out of first.
#[derive(Clone, Debug, PartialEq)]
pub struct Bottleneck {
    /// `"service.orders"`.
    pub of: String,
    /// The share of its slots that are taken.
    pub utilisation: f64,
    /// The share of that which goes to its own work; the rest is held while calls are under way.
    pub own: f64,
    /// Requests per second that come to it.
    pub rate: f64,
    /// Requests per second at which all its slots are taken, or those of its busiest server, if each takes them for as long as
    /// now.
    pub full_at: f64,
    /// Its busiest server, if that is full long before the others.
    pub hottest: Option<Hottest>,
    /// The services whose slots are held for want of it, from the first that is full; each waits for the next.
    pub held: Vec<Held>,
    /// The workload whose slowest responses queue there most, and the share of their time that they do.
    pub slowest: Option<(String, f64)>,
}

/// A service whose slots are mostly held by requests that wait.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// `"service.shop"`.
    pub of: String,
    /// The share of its slots that are taken.
    pub utilisation: f64,
    /// The call that is waited for longest: `"shop>orders"`.
    pub call: String,
    /// The share of the time in these slots, or of all time there if they are not held, that goes to waiting for that call.
    pub waiting: f64,
}

/// Returns the bottleneck of services that call each other, or use stores; none of others, or where nothing was measured.
pub(super) fn find(
    deployment: &Deployment,
    measures: &[Measure],
    hops: &[Hops],
    heat: &Heat,
) -> Option<Bottleneck> {
    let stores = deployment.services.iter().any(|plan| plan.store.is_some());
    if deployment.is_long() || !deployment.has_calls() && !stores {
        return None;
    }
    let graph = Graph { deployment, measures };
    let busy = |at: usize| graph.value(&deployment.services[at].path(), "utilisation");
    let hottest = |at: usize| heat.of(deployment, at, busy(at));
    let limit = |at: usize| hottest(at).map_or(busy(at), |hottest| hottest.utilisation);
    let all = (0..deployment.services.len()).map(|at| (at, limit(at)));
    // Of equals the first.
    let (mut at, fullest) = all.rev().max_by(|a, b| a.1.total_cmp(&b.1))?;
    if fullest <= 0.0 {
        return None;
    }
    let mut held = Vec::new();
    while let Some((step, to)) = graph.waits_at(at, !held.is_empty()) {
        held.push(step);
        at = to;
    }
    let (plan, rate, utilisation) = (&deployment.services[at], graph.rate(at), busy(at));
    let hottest = hottest(at);
    let limit = hottest
        .as_ref()
        .map_or(utilisation, |hottest| hottest.utilisation);
    let held_here: f64 = if holds(plan) {
        graph.waits(at).iter().sum()
    } else {
        0.0
    };
    Some(Bottleneck {
        of: plan.path(),
        utilisation,
        own: 1.0 - (held_here / (utilisation * slots(plan))).clamp(0.0, 1.0),
        rate,
        full_at: rate / limit,
        hottest,
        held,
        slowest: queueing(hops, &plan.path()),
    })
}

struct Graph<'a> {
    deployment: &'a Deployment,
    measures: &'a [Measure],
}

impl Graph<'_> {
    fn value(&self, of: &str, name: &str) -> f64 {
        let mut measures = self.measures.iter();
        let found = measures.find(|measure| measure.of == of && measure.name == name);
        found.and_then(|measure| measure.value).unwrap_or(0.0)
    }

    /// Returns the mean number of requests that wait for each call of a service.
    fn waits(&self, at: usize) -> Vec<f64> {
        let calls = self.deployment.services[at].calls.iter();
        calls
            .map(|call| self.value(&format!("call.{}", call.name), "waiting.mean"))
            .collect()
    }

    /// Returns how requests at a service wait more than they work, and for whom, if they do. Where they keep no slots
    /// meanwhile, that only tells why it is slow itself.
    fn waits_at(&self, at: usize, is_waited_for: bool) -> Option<(Held, usize)> {
        let plan = &self.deployment.services[at];
        let utilisation = self.value(&plan.path(), "utilisation");
        let whole = if holds(plan) {
            utilisation * slots(plan)
        } else if is_waited_for && plan.store.is_some() {
            // Operations are at no node while they are looked up.
            let under_way = |name: &str| {
                let value = |measure: &str| self.value(&plan.path(), &format!("{name}.{measure}"));
                value("throughput") * value("mean")
            };
            under_way("read") + under_way("write")
        } else if is_waited_for {
            self.value(&plan.path(), "in_system.mean")
        } else {
            return None;
        };
        let waits = self.waits(at);
        if waits.iter().sum::<f64>() <= 0.5 * whole {
            return None;
        }
        let longest = waits.iter().zip(&plan.calls).rev();
        let (&longest, call) = longest.max_by(|a, b| a.0.total_cmp(b.0))?;
        let held = Held {
            of: plan.path(),
            utilisation,
            call: call.name.clone(),
            waiting: (longest / whole).min(1.0),
        };
        Some((held, call.to))
    }

    /// Returns the requests per second that workloads and calls bring to a service.
    fn rate(&self, at: usize) -> f64 {
        let senders = self
            .deployment
            .senders_to(at)
            .filter(|sender| sender.replica.is_none());
        let rates = senders.map(|sender| {
            let kind = if sender.call.is_some() { "call" } else { "workload" };
            self.value(&format!("{kind}.{}", sender.name), "throughput")
        });
        rates.sum()
    }
}

/// Returns whether requests keep their slots while their calls are under way.
fn holds(plan: &ServicePlan) -> bool {
    plan.holds && plan.has_calls() && plan.queue.discipline.order != Order::Shared
}

fn slots(plan: &ServicePlan) -> f64 {
    let slots = |group: &crate::model::Group| f64::from(group.servers) * f64::from(group.slots);
    plan.groups.iter().map(slots).sum()
}

/// Returns the workload whose slowest responses queue at a service for the largest part of their time.
fn queueing(hops: &[Hops], of: &str) -> Option<(String, f64)> {
    let share = |hops: &Hops| {
        let all: f64 = hops.parts.iter().map(|part| part.slowest.value).sum();
        let there = hops
            .parts
            .iter()
            .filter(|part| part.at == of && part.activity == Activity::Queueing);
        let there: f64 = there.map(|part| part.slowest.value).sum();
        (0.0 < there).then(|| (hops.of.clone(), there / all))
    };
    hops.iter().filter_map(share).max_by(|a, b| a.1.total_cmp(&b.1))
}
