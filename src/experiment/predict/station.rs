//! A service and who sends to it, as formulas see them.

use super::{
    batches::Sizes,
    gaps::Gaps,
    traffic::{Reach, rates, rates_at_peak, visits},
    transforms::Transforms,
};
use crate::{
    dist::Dist,
    model::{
        Deployment, Group, QueuePlace, Sender, ServicePlan, Skew, arrival::Nature, balancer::Law,
        discipline::Order,
    },
};

/// A service and who sends to it.
#[derive(Clone, Debug)]
pub(super) struct Station<'a> {
    pub plan: &'a ServicePlan,
    pub streams: Vec<Stream<'a>>,
    /// How many times the planned load comes.
    factor: f64,
    /// Whether speed matters more than the last percent.
    pub is_rough: bool,
    pub transforms: Transforms,
    deployment: &'a Deployment,
    service: usize,
}

/// One workload at a station, or one call.
#[derive(Clone, Debug)]
pub(super) struct Stream<'a> {
    /// Who sends, and its place among all senders.
    pub sender: Sender<'a>,
    pub at: usize,
    /// How requests come, where that does not follow from other services.
    nature: Option<&'a Nature>,
    /// Requests per second in the long run, where that does not depend on the answers.
    pub rate: Option<f64>,
    /// Requests for each one that a workload sends.
    pub visits: f64,
    /// The highest rate, where the load changes over time as planned; else the same.
    peak: Option<f64>,
    /// The work on the reference server.
    pub work: Dist,
    pub priority: u8,
    pub patience: Option<Dist>,
    /// Whether all keys (or clients, where the policy goes by them) ask equally often.
    pub is_even: bool,
}

impl<'a> Station<'a> {
    /// Returns a service as it is when `factor` times the planned load comes to it.
    pub(super) fn new(deployment: &'a Deployment, service: usize, factor: f64) -> Self {
        let plan = &deployment.services[service];
        let rates = rates(deployment, factor);
        let visits = visits(deployment);
        let peaks = rates_at_peak(deployment, factor).unwrap_or_else(|| rates.clone());
        let comes = deployment.senders().enumerate();
        let comes = comes.filter(|(_, sender)| sender.service == service);
        let streams = comes.map(|(at, sender)| {
            let popularity = if plan.balancer.reads_key {
                sender.keys
            } else {
                sender.sources
            };
            Stream {
                sender,
                at,
                nature: sender.arrivals.map(|arrivals| &arrivals.nature),
                rate: rates[at],
                visits: visits[at],
                peak: peaks[at],
                work: match sender.operation {
                    // What an operation asks of replicas brings its work.
                    Some(_) => Dist::constant(0.0).expect("no time is a time"),
                    None => sender.work.unwrap_or(&plan.work).clone(),
                },
                priority: sender.priority,
                patience: sender.patience.cloned(),
                is_even: popularity.is_some_and(|popularity| popularity.skew == Skew::Zipf(0.0)),
            }
        });
        Self {
            plan,
            streams: streams.collect(),
            factor,
            is_rough: false,
            transforms: Transforms::default(),
            deployment,
            service,
        }
    }

    /// Returns the same service when `factor` times the planned load comes to it.
    pub(super) fn under(&self, factor: f64) -> Self {
        Self {
            transforms: self.transforms.clone(),
            ..Self::new(self.deployment, self.service, factor)
        }
    }

    /// Returns another service of the same deployment under the same load.
    pub(super) fn beside(&self, service: usize) -> Self {
        Self::new(self.deployment, service, self.factor)
    }
    /// Returns the deployment that it is part of.
    pub(super) fn deployment(&self) -> &'a Deployment {
        self.deployment
    }
    /// Returns its service, as an index.
    pub(super) fn service(&self) -> usize {
        self.service
    }
    /// Returns whether it calls other services, or is called by them.
    pub(super) fn is_in_graph(&self) -> bool {
        self.plan.has_calls() || self.streams.iter().any(|stream| stream.sender.call.is_some())
    }
    /// Returns whoever decides how much comes here.
    pub(super) fn before(&self) -> Reach<'a> {
        Reach::before(self.deployment, self.service)
    }
    /// Returns whoever decides how much comes here, and what becomes of it.
    pub(super) fn around(&self) -> Reach<'a> {
        self.before().and_after(self.service)
    }

    /// Returns the same for a quick look.
    pub(super) fn roughly(self) -> Self {
        Self {
            is_rough: true,
            ..self
        }
    }

    /// Returns the arrivals of all workloads together, where they are independent of each other and of the past.
    pub(super) fn gaps(&self) -> Result<Gaps, &'static str> {
        if let [only] = self.streams.as_slice()
            && let Some(Nature::Renewal { gap }) = only.nature
        {
            return Ok(Gaps::Renewal {
                gap: gap.scaled(self.factor.recip()),
            });
        }
        let mut rate = 0.0;
        for stream in &self.streams {
            // As in a Jackson network; of others, nobody asks.
            let Some(nature) = stream.nature else {
                rate += stream.rate.ok_or("arrivals wait for answers")?;
                continue;
            };
            rate += match nature {
                Nature::Poisson { rate } => rate * self.factor,
                Nature::Renewal { .. } => return Err("several workloads, not all Poisson"),
                Nature::Correlated { .. } => return Err("arrivals in bursts"),
                Nature::Batches { .. } => return Err("arrivals in batches"),
                Nature::Profile { .. } => return Err("the load changes over time"),
                Nature::Closed { .. } => return Err("arrivals wait for answers"),
                Nature::Sessions { .. } => return Err("sessions of several requests"),
                Nature::Trace { .. } => return Err("a recorded load"),
            };
        }
        if self.streams.is_empty() {
            return Err("no workload");
        }
        Ok(Gaps::Poisson { rate })
    }

    /// Returns the clients and their think time where they are all that comes.
    pub(super) fn closed(&self) -> Option<(u32, &'a Dist)> {
        match self.streams.as_slice() {
            [only] => match only.nature {
                Some(Nature::Closed { clients, think }) => Some((*clients, think)),
                _ => None,
            },
            _ => None,
        }
    }

    /// Returns the sizes of batches where they are all that comes.
    pub(super) fn batches(&self) -> Option<Sizes> {
        match self.streams.as_slice() {
            [only] => match only.nature {
                Some(&Nature::Batches { size, .. }) => Some(Sizes::of(size)),
                _ => None,
            },
            _ => None,
        }
    }

    /// Returns why the mean rates do not tell how many requests end in a run of this many seconds, if they do not.
    pub(super) fn unsteady(&self, duration: f64) -> Option<&'static str> {
        let natures = |at: usize| &self.deployment.workloads[at].arrivals.nature;
        self.before().workloads().find_map(|at| match natures(at) {
            Nature::Closed { .. } => Some("arrivals wait for answers"),
            Nature::Trace { .. } => Some("a recorded load"),
            Nature::Profile { points } => {
                let periods = duration / (points[points.len() - 1].0 - points[0].0);
                let whole = 0.5 < periods && (periods - periods.round()).abs() < 1e-9 * periods;
                (!whole).then_some("the run does not cover whole periods of the load")
            }
            _ => None,
        })
    }

    /// Returns the work that comes in a second; `None` when that depends on the answers.
    pub(super) fn offered(&self) -> Option<f64> {
        self.streams
            .iter()
            .map(|stream| Some(stream.rate? * stream.work.mean()))
            .sum()
    }
    /// Returns the work that comes in a second when the most comes.
    pub(super) fn offered_at_peak(&self) -> Option<f64> {
        self.streams
            .iter()
            .map(|stream| Some(stream.peak? * stream.work.mean()))
            .sum()
    }
    /// Returns why no formula for queues holds, where that is so whatever else the station is like.
    pub(super) fn defies(&self) -> Option<&'static str> {
        let acts = |stream: &Stream<'_>| !stream.sender.caller.is_idle();
        let acts = self.streams.iter().any(acts);
        self.is_no_queue()
            .or(acts.then_some("clients that give up or try again"))
    }
    /// Returns why less or more work may come than is planned, if that is so.
    pub(super) fn shifts(&self) -> Option<&'static str> {
        if self.is_in_graph() {
            self.is_no_queue().or_else(|| self.before().shifts())
        } else {
            self.defies()
        }
    }
    fn is_no_queue(&self) -> Option<&'static str> {
        if self.plan.store.is_some() {
            Some("operations that wait for replicas")
        } else if self.plan.queue.shed.is_some() {
            Some("a queue that sheds load")
        } else {
            None
        }
    }
    /// Returns whether requests may end without an answer.
    pub(super) fn loses(&self) -> bool {
        let queue = &self.plan.queue;
        queue.capacity.is_some()
            || queue.timeout.is_some()
            || self.streams.iter().any(|stream| stream.patience.is_some())
    }
    /// Returns the slots of all servers.
    pub(super) fn slots(&self) -> u32 {
        let slots = |group: &Group| group.servers.saturating_mul(group.slots);
        self.plan.groups.iter().map(slots).fold(0, u32::saturating_add)
    }
    /// Returns the speed of all servers, if they have the same.
    pub(super) fn speed(&self) -> Option<f64> {
        let groups = &self.plan.groups;
        let as_first = |group: &Group| group.speed.total_cmp(&groups[0].speed).is_eq();
        groups.iter().all(as_first).then(|| groups[0].speed)
    }
    /// Returns the mean service time of exponential work that all workloads have alike, on servers of this speed.
    pub(super) fn exponential_service(&self, speed: f64) -> Option<f64> {
        let work = &self.streams.first()?.work;
        let alike = work.is_exponential() && self.streams.iter().all(|stream| stream.work == *work);
        alike.then(|| work.mean() / speed)
    }
    /// Returns whether the order depends on the requests, so that some fare better than others.
    pub(super) fn prefers(&self) -> bool {
        match self.plan.queue.discipline.order {
            Order::Priority { .. } => self
                .streams
                .iter()
                .any(|stream| stream.priority != self.streams[0].priority),
            Order::ShortestFirst => true,
            Order::Fifo | Order::Lifo | Order::Random | Order::Adaptive { .. } | Order::Shared => false,
        }
    }
    /// Returns whether the policy decides by loads that are old, or not its own alone.
    pub(super) fn sees_poorly(&self) -> bool {
        let plan = self.plan;
        1 < plan.balancers || plan.report_every.is_some() || plan.balancer.report_every.is_some()
    }
    /// Returns whether requests wait at servers, so that a share of them can drown one.
    pub(super) fn has_own_queues(&self) -> bool {
        self.plan.queue.at == QueuePlace::Server
    }
    /// Returns the share of requests that one server of a group gets in the long run, where the policy fixes it.
    pub(super) fn fixed_share(&self, group: &Group) -> Option<f64> {
        let is_by_weight = matches!(self.plan.balancer.law, Law::WeightedSplit | Law::RoundRobin);
        let weight = |group: &Group| f64::from(group.servers) * f64::from(group.weight);
        let is_by_weight = is_by_weight && self.plan.zone_local.is_none();
        is_by_weight.then(|| f64::from(group.weight) / self.plan.groups.iter().map(weight).sum::<f64>())
    }
}
