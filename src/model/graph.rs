//! Calls between services: what a server asks of others before it answers, and what an operation on a store asks before
//! it goes to nodes.
//!
//! A server that has done its own work on a request calls, phase after phase; the calls of a phase go out together, and the
//! next phase begins when enough of them have been answered. A call is sent like a request of a workload, with the same
//! caller policies, so both are [`Sender`]s to what they call.

use super::{
    Deployment, Popularity, ServicePlan, WorkloadPlan,
    arrival::ArrivalPlan,
    cache::{CachePlan, Knows},
    caller::CallerPlan,
    storage::{Operation, StorePlan, consistency::Consistency},
};
use crate::{dist::Dist, units::SimDuration};

/// One call that a service makes for each of its requests.
#[derive(Clone, Debug)]
pub struct CallPlan {
    /// Its name, which also names its random streams: caller and callee, and a number where that would not be unique.
    pub name: String,
    /// The service it goes to, as an index into [`Deployment::services`].
    pub to: usize,
    /// What it asks for, if it goes to a store.
    pub operation: Option<Operation>,
    /// When it goes out: after all calls of smaller phases are complete.
    pub phase: u32,
    /// How many go out at once.
    pub times: Times,
    /// How many answers complete it; `None` for all.
    pub enough: Option<u32>,
    /// The probability that a request makes it at all.
    pub probability: f64,
    /// Whether the caller waits for it.
    pub awaited: bool,
    /// Whether the caller does without its answer when it fails.
    pub optional: bool,
    /// The work of it in seconds on the reference server; `None` takes the callee's.
    pub work: Option<Dist>,
    /// Which go first where a discipline asks; `None` takes that of the request.
    pub priority: Option<u8>,
    /// What it asks for; `None` takes the key of the request.
    pub keys: Option<Popularity>,
    /// What answers some of it before it is sent.
    pub cache: Option<CachePlan>,
    /// The time in which it must be answered, all attempts together.
    pub deadline: Option<SimDuration>,
    /// What the calling server does about slow and failed answers.
    pub caller: CallerPlan,
}

/// How many calls go out at once.
#[derive(Clone, Debug, PartialEq)]
pub enum Times {
    /// Always as many.
    Fixed(u32),
    /// Drawn for each request, and rounded to a whole number.
    Drawn(Dist),
}

impl Times {
    /// The most that go out at once.
    pub const MOST: u32 = 10_000;

    /// Returns the mean, of what is drawn before it is rounded.
    pub fn mean(&self) -> f64 {
        match self {
            Self::Fixed(times) => f64::from(*times),
            Self::Drawn(dist) => dist.mean(),
        }
    }
}

/// Who sends requests to a service: a workload, or a service that calls.
#[derive(Clone, Copy, Debug)]
pub struct Sender<'a> {
    /// Its name.
    pub name: &'a str,
    /// The service it sends to, as an index into [`Deployment::services`].
    pub service: usize,
    /// The work of its requests in seconds on the reference server; `None` takes the service's.
    pub work: Option<&'a Dist>,
    /// Which of its requests go first where a discipline asks; a call may take that of the request instead.
    pub priority: u8,
    /// How long a client waits for its service to begin before it leaves.
    pub patience: Option<&'a Dist>,
    /// A response later than this does not count as goodput.
    pub deadline: Option<SimDuration>,
    /// What requests ask for.
    pub keys: Option<&'a Popularity>,
    /// The clients that requests come from.
    pub sources: Option<&'a Popularity>,
    /// What it does about slow and failed answers.
    pub caller: &'a CallerPlan,
    /// When requests come by themselves; `None` for a service that calls.
    pub arrivals: Option<&'a ArrivalPlan>,
    /// The zone in which it stands, if it is a workload and its clients stand in one.
    pub zone: Option<usize>,
    /// What it asks for, if it sends to a store.
    pub operation: Option<Operation>,
    /// The store that it belongs to and what it does there, if it is what sends requests to replicas.
    pub replica: Option<(usize, ReplicaRole)>,
    /// The call that it is, and the service that makes it; `None` for a workload.
    pub call: Option<(usize, &'a CallPlan)>,
}

impl<'a> Sender<'a> {
    fn workload(plan: &'a WorkloadPlan) -> Self {
        Self {
            name: &plan.name,
            service: plan.service,
            work: plan.work.as_ref(),
            priority: plan.priority,
            patience: plan.patience.as_ref(),
            deadline: plan.deadline,
            keys: plan.keys.as_ref(),
            sources: plan.sources.as_ref(),
            caller: &plan.caller,
            arrivals: Some(&plan.arrivals),
            zone: plan.zone,
            operation: plan.operation,
            replica: None,
            call: None,
        }
    }
    fn call(from: usize, plan: &'a CallPlan) -> Self {
        Self {
            name: &plan.name,
            service: plan.to,
            work: plan.work.as_ref(),
            priority: plan.priority.unwrap_or(0),
            patience: None,
            deadline: plan.deadline,
            keys: plan.keys.as_ref(),
            sources: None,
            caller: &plan.caller,
            arrivals: None,
            zone: None,
            operation: plan.operation,
            replica: None,
            call: Some((from, plan)),
        }
    }
    fn replica(service: usize, plan: &'a ServicePlan, store: &'a StorePlan, role: ReplicaRole) -> Self {
        Self {
            name: &plan.name,
            service,
            work: Some(match role {
                ReplicaRole::Read => &store.read.work,
                ReplicaRole::Write | ReplicaRole::Follow | ReplicaRole::Repair => &store.write.work,
            }),
            priority: 0,
            patience: None,
            deadline: None,
            keys: None,
            sources: None,
            caller: &CallerPlan::IDLE,
            arrivals: None,
            zone: None,
            operation: None,
            replica: Some((service, role)),
            call: None,
        }
    }
}

/// Why a request goes to a replica of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplicaRole {
    /// To read.
    Read,
    /// To write.
    Write,
    /// To follow a leader's write.
    Follow,
    /// To bring it a version that it lacks.
    Repair,
}

impl ReplicaRole {
    /// All of them, in the order of their senders.
    pub const ALL: [Self; 4] = [Self::Read, Self::Write, Self::Follow, Self::Repair];

    /// Returns which of a store's settings it goes by.
    pub const fn field(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write | Self::Follow | Self::Repair => "write",
        }
    }
    /// Returns its name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Follow => "follow",
            Self::Repair => "repair",
        }
    }
}

impl Deployment {
    /// Returns everyone who sends requests: the workloads, then the calls of each service, and then what goes to the replicas
    /// of each store. Records of senders come in this order.
    pub fn senders(&self) -> impl Iterator<Item = Sender<'_>> {
        let calls = self
            .services
            .iter()
            .enumerate()
            .flat_map(|(from, plan)| plan.calls.iter().map(move |call| Sender::call(from, call)));
        let replicas = self.services.iter().enumerate().flat_map(|(at, plan)| {
            let store = plan.store.as_deref();
            let roles = ReplicaRole::ALL.iter().zip(std::iter::repeat(store));
            roles.filter_map(move |(&role, store)| Some(Sender::replica(at, plan, store?, role)))
        });
        let replicas = replicas.filter(|_| !self.is_long());
        self.workloads
            .iter()
            .map(Sender::workload)
            .chain(calls)
            .chain(replicas)
    }
    /// Returns everyone who sends to a service.
    pub fn senders_to(&self, service: usize) -> impl Iterator<Item = Sender<'_>> {
        self.senders().filter(move |sender| sender.service == service)
    }
    /// Returns whether any service calls another.
    pub fn has_calls(&self) -> bool {
        self.services.iter().any(ServicePlan::has_calls)
    }

    /// Returns whether requests have more to them than one server: some service calls another, or messages take time.
    pub fn is_linked(&self) -> bool {
        self.has_calls() || self.network.is_some() || self.services.iter().any(|plan| plan.store.is_some())
    }

    /// Returns whether requests bring more than who waits for them: messages take time, there are stores or caches, or
    /// requests stay in their zones.
    pub fn is_legged(&self) -> bool {
        let cached = |plan: &ServicePlan| plan.calls.iter().any(|call| call.cache.is_some());
        let near = |plan: &ServicePlan| plan.zone_local.is_some();
        let legged = |plan: &ServicePlan| plan.store.is_some() || cached(plan) || near(plan);
        self.network.is_some() || self.services.iter().any(legged)
    }

    /// Returns the services so that each comes before those that it calls. Calls must not lead in circles.
    pub fn callers_first(&self) -> Vec<usize> {
        let mut callers = vec![0; self.services.len()];
        for call in self.services.iter().flat_map(|plan| &plan.calls) {
            callers[call.to] += 1;
        }
        let mut order: Vec<usize> = (0..callers.len()).filter(|&at| callers[at] == 0).collect();
        let mut next = 0;
        while let Some(&at) = order.get(next) {
            next += 1;
            for call in &self.services[at].calls {
                callers[call.to] -= 1;
                if callers[call.to] == 0 {
                    order.push(call.to);
                }
            }
        }
        assert!(order.len() == self.services.len(), "calls lead in circles");
        order
    }

    /// Returns the requests per second of everyone who sends, in the order of [`senders`](Self::senders): of workloads as
    /// given in `outside`, and of calls by the traffic equations, solved from callers to callees. Of each call only the share
    /// that `counts` is taken. Retries, hedges and whatever fails are left out.
    pub fn sender_rates(&self, outside: &[f64], counts: impl Fn(&Sender<'_>) -> f64) -> Vec<f64> {
        let senders: Vec<Sender<'_>> = self.senders().collect();
        let mut first = Vec::with_capacity(self.services.len());
        let mut next = self.workloads.len();
        for plan in &self.services {
            first.push(next);
            next += plan.calls.len();
        }
        let mut rates = outside.to_vec();
        rates.resize(next, 0.0);
        let mut arriving = vec![0.0; self.services.len()];
        for (workload, rate) in self.workloads.iter().zip(outside) {
            arriving[workload.service] += rate;
        }
        for from in self.callers_first() {
            for (at, call) in (first[from]..).zip(&self.services[from].calls) {
                rates[at] = arriving[from] * call.mean_times() * counts(&senders[at]);
                arriving[call.to] += rates[at];
            }
        }
        let operations = |service: usize, wanted: Operation| -> f64 {
            let asks = |(at, sender): (usize, &Sender<'_>)| {
                (sender.service == service && sender.operation == Some(wanted)).then_some(rates[at])
            };
            senders[..next].iter().enumerate().filter_map(asks).sum()
        };
        let replicas: Vec<f64> = senders[next..]
            .iter()
            .map(|sender| {
                let (service, role) = sender.replica.expect("whoever is left sends to replicas");
                let store = self.services[service].store.as_ref().expect("it is a store");
                let at_work = |operation| f64::from(store.replicas_at_work(operation));
                let leads = matches!(store.consistency, Consistency::Leader { .. });
                let (read, write) = (Operation::Read, Operation::Write);
                match role {
                    ReplicaRole::Read => operations(service, read) * at_work(read),
                    ReplicaRole::Write if leads => operations(service, write),
                    ReplicaRole::Write => operations(service, write) * at_work(write),
                    ReplicaRole::Follow if leads => operations(service, write) * (at_work(write) - 1.0),
                    ReplicaRole::Follow | ReplicaRole::Repair => 0.0,
                }
            })
            .collect();
        rates.extend(replicas);
        rates
    }
}

impl CallPlan {
    /// Returns whether nobody knows beforehand how many go out, because a cache learns what it answers.
    pub fn learns(&self) -> bool {
        self.cache
            .is_some_and(|cache| matches!(cache.knows, Knows::Recent { .. }))
    }
    /// Returns how many go out for a request of the caller on average; where a cache learns, how many do at most.
    pub fn mean_times(&self) -> f64 {
        let known = match self.cache.map(|cache| cache.knows) {
            Some(Knows::Share(share)) => share,
            _ => 0.0,
        };
        self.probability * self.times.mean() * (1.0 - known)
    }
}
