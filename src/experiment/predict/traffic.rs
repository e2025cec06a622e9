//! What comes to a service that others call, and whether all of it comes.

use super::mean_value::keeps_waiting;
use crate::model::{
    CallPlan, Deployment, Sender, ServicePlan, arrival::Nature, caller::Expired, discipline::Order,
};

/// The services and senders that something about a service depends on.
#[derive(Clone, Debug)]
pub(super) struct Reach<'a> {
    deployment: &'a Deployment,
    services: Vec<bool>,
    /// In the order of [`Deployment::senders`].
    senders: Vec<bool>,
    /// Those of them whose own requests come to the service, directly or as what follows from them.
    leading: Vec<bool>,
    /// Those of them whose answers are waited for before something else is sent.
    awaited: Vec<bool>,
    /// The services of which everything that comes to them is here.
    sources: Vec<bool>,
}

impl<'a> Reach<'a> {
    /// Returns what decides how much comes to a service: the service, whoever sends to it, and what comes before that.
    pub(super) fn before(deployment: &'a Deployment, service: usize) -> Self {
        let services = vec![false; deployment.services.len()];
        let mut reach = Self {
            deployment,
            sources: services.clone(),
            services,
            senders: vec![false; deployment.senders().count()],
            leading: vec![false; deployment.senders().count()],
            awaited: vec![false; deployment.senders().count()],
        };
        reach.mark_before(service);
        if deployment.services[service].store.is_some() {
            // What is not found is not followed by anything at a node.
            reach.mark_after(service);
        }
        reach
    }
    /// Returns this together with everything that a service waits for.
    pub(super) fn and_after(mut self, service: usize) -> Self {
        self.mark_after(service);
        self
    }
    /// Returns the workloads among the senders.
    pub(super) fn workloads(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.deployment.workloads.len()).filter(|&at| self.senders[at])
    }
    /// Returns the services.
    pub(super) fn services(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.services.len()).filter(|&at| self.services[at])
    }
    /// Returns why less or more may come through than is sent at first, if that is so.
    pub(super) fn trouble(&self) -> Option<&'static str> {
        let senders = self.deployment.senders().zip(&self.senders);
        let mut here = senders.filter(|(_, here)| **here).map(|(sender, _)| sender);
        if here.any(|sender| !sender.caller.is_idle() || sender.patience.is_some()) {
            return Some("clients that give up or try again");
        }
        let senders = self.deployment.senders().zip(&self.senders);
        let mut calls = senders
            .filter(|(_, here)| **here)
            .filter_map(|(sender, _)| sender.call);
        if calls.any(|(_, call)| call.learns()) {
            return Some("caches that learn what they answer");
        }
        let mut services = self.services().map(|at| &self.deployment.services[at]);
        services.any(loses).then_some("services that turn requests away")
    }
    /// Returns why less or more may be sent to the service than is planned, if that is so. An attempt that was given up is
    /// worked on all the same, unless it is dropped or followed by another; but where it had to be awaited first, nothing
    /// more may follow.
    pub(super) fn shifts(&self) -> Option<&'static str> {
        let mut senders = self.deployment.senders().enumerate();
        if senders.any(|(at, sender)| {
            let acts = !sender.caller.is_idle() || sender.patience.is_some();
            self.leading[at] && repeats_or_drops(&sender) || self.awaited[at] && acts
        }) {
            return Some("clients that give up or try again");
        }
        let mut leading = self.deployment.senders().zip(&self.leading);
        if leading.any(|(sender, leads)| *leads && sender.call.is_some_and(|(_, call)| call.learns())) {
            return Some("caches that learn what they answer");
        }
        let mut services = self.services().map(|at| &self.deployment.services[at]);
        services.any(loses).then_some("services that turn requests away")
    }
    /// Returns whether slots are held somewhere here, while calls are under way, for which others may have to wait.
    pub(super) fn holds(&self) -> bool {
        self.services()
            .any(|at| keeps_waiting(self.deployment, &self.deployment.services[at]))
    }

    fn mark_before(&mut self, service: usize) {
        if std::mem::replace(&mut self.sources[service], true) {
            return;
        }
        self.services[service] = true;
        for (at, sender) in self.deployment.senders().enumerate() {
            if sender.service != service {
                continue;
            }
            (self.senders[at], self.leading[at]) = (true, true);
            let Some((from, call)) = sender.call else { continue };
            self.mark_before(from);
            // What fails in a phase before is not followed by this one.
            self.mark_calls(from, |other| other.phase < call.phase && other.awaited);
        }
    }
    fn mark_after(&mut self, service: usize) {
        self.services[service] = true;
        self.mark_calls(service, |call| call.awaited);
    }
    fn mark_calls(&mut self, from: usize, which: impl Fn(&CallPlan) -> bool) {
        for (at, sender) in self.deployment.senders().enumerate() {
            match sender.call {
                Some((caller, call)) if caller == from && which(call) && !self.awaited[at] => {
                    (self.senders[at], self.awaited[at]) = (true, true);
                    self.mark_after(call.to);
                }
                _ => {}
            }
        }
    }
}

/// Returns whether what a sender does about answers changes what its callee has to do.
fn repeats_or_drops(sender: &Sender<'_>) -> bool {
    let caller = sender.caller;
    let again = caller.retry.is_some() || caller.hedge.is_some();
    let holds_back = caller.breaker.is_some() || caller.concurrency.is_some() || caller.rate_limit.is_some();
    let gives_up = caller.timeout.is_some() && caller.expired != Expired::Done;
    again || holds_back || gives_up || caller.handed || sender.patience.is_some()
}

/// Returns whether a service turns requests away.
pub(super) fn loses(plan: &ServicePlan) -> bool {
    let queue = &plan.queue;
    queue.capacity.is_some() || queue.timeout.is_some() || queue.shed.is_some()
}

/// Returns whether requests keep slots of a service while their calls are under way.
pub(super) fn holds(plan: &ServicePlan) -> bool {
    plan.holds && plan.has_calls() && plan.queue.discipline.order != Order::Shared
}

/// Returns the rates of all senders under `factor` times the planned load; `None` where answers decide.
pub(super) fn rates(deployment: &Deployment, factor: f64) -> Vec<Option<f64>> {
    solved(deployment, |nature| nature.rate().map(|rate| rate * factor))
}

/// Returns how many requests each sender sends while every workload sends one.
pub(super) fn visits(deployment: &Deployment) -> Vec<f64> {
    let one = vec![1.0; deployment.workloads.len()];
    deployment.sender_rates(&one, |_| 1.0)
}

/// Returns the rates when the most comes, where the load changes over time as planned.
pub(super) fn rates_at_peak(deployment: &Deployment, factor: f64) -> Option<Vec<Option<f64>>> {
    let mut natures = deployment
        .workloads
        .iter()
        .map(|workload| &workload.arrivals.nature);
    natures.find(|nature| matches!(nature, Nature::Profile { .. }))?;
    let peak = |nature: &Nature| match nature {
        Nature::Profile { points } => Some(points.iter().map(|(_, rate)| *rate).fold(0.0, f64::max)),
        steady => steady.rate(),
    };
    Some(solved(deployment, |nature| {
        peak(nature).map(|rate| rate * factor)
    }))
}

fn solved(deployment: &Deployment, of: impl Fn(&Nature) -> Option<f64>) -> Vec<Option<f64>> {
    // What is not a number stays none, however it is added up.
    let own = |nature: &Nature| of(nature).unwrap_or(f64::NAN);
    let outside = deployment
        .workloads
        .iter()
        .map(|workload| own(&workload.arrivals.nature));
    let rates = deployment.sender_rates(&outside.collect::<Vec<f64>>(), |_| 1.0);
    rates
        .into_iter()
        .map(|rate| Some(rate).filter(|rate| !rate.is_nan()))
        .collect()
}
