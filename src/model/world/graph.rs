//! What services ask of others, while they run.

use std::ops::Range;

use super::{Workload, World, cache::Cache};
use crate::{
    dist::Dist,
    model::{
        CallPlan, Deployment, Place, Sender, ServicePlan, Times,
        request::RequestId,
        visit::{Kind, VisitId},
    },
    rng::{Stream, fnv1a64, mix},
    units::{SimDuration, SimTime},
};

/// What a service asks of others.
pub(super) struct Graph {
    /// Whether requests keep their slots while their calls are under way.
    pub(super) holds: bool,
    /// Its calls, phase by phase.
    pub(super) phases: Vec<CallPhase>,
    /// Of each server, the requests that gave up their slot and wait for calls; empty where none can be stopped.
    pub(super) away: Vec<Vec<RequestId>>,
}

/// Calls that go out together.
#[derive(Clone)]
pub(super) struct CallPhase {
    /// The senders that they are.
    pub(super) calls: Range<u32>,
    /// Whether each request makes each of them once and waits for it: most are such, and nothing has to be drawn for them.
    pub(super) single: bool,
}

/// What makes a sender a call. What every request touches stands first.
#[repr(C)]
pub(super) struct Edge {
    /// Its phase, as an index into those of its caller.
    pub(super) phase: u16,
    pub(super) awaited: bool,
    pub(super) optional: bool,
    /// Its place among the calls of that phase.
    pub(super) place: u32,
    /// What tells its chance from that of other calls.
    pub(super) salt: u64,
    pub(super) priority: Option<u8>,
    /// Whether it is told which server asks: it or what follows has a cache.
    pub(super) told_who: bool,
    /// Nanoseconds that requests have waited for it, since measuring began.
    pub(super) waited: u128,
    /// What answers some of it before it is sent.
    pub(super) cache: Option<Box<Cache>>,
    pub(super) probability: f64,
    pub(super) times: Times,
    pub(super) enough: Option<u32>,
}

/// Who calls, and what a call takes over from it.
pub(super) struct Asker {
    pub(super) family: u64,
    pub(super) followed: bool,
    pub(super) from: Place,
    /// Which cache it has, by the number of its server among all servers; behind these come the workloads.
    pub(super) number: u32,
    pub(super) priority: u8,
    pub(super) key: u64,
    pub(super) source: u32,
}

impl Graph {
    /// Returns the calls of a service, of which the first is the sender of this number; `None` where requests end with their
    /// work. Those of a store may pass on what they have written.
    pub(super) fn new(plan: &ServicePlan, stops: bool, first: u32) -> Option<Box<Self>> {
        let mut phases: Vec<CallPhase> = Vec::new();
        // A store does not call when the work of a node is done.
        let calls = plan.calls.iter().filter(|_| plan.store.is_none());
        for (at, call) in calls.enumerate() {
            let sender = first + at as u32;
            let once = call.probability == 1.0 && matches!(call.times, Times::Fixed(1));
            let single = once && call.awaited && call.enough != Some(0);
            match phases.last_mut() {
                Some(last) if plan.calls[at - 1].phase == call.phase => {
                    last.calls.end = sender + 1;
                    last.single &= single;
                }
                _ => phases.push(CallPhase {
                    calls: sender..sender + 1,
                    single,
                }),
            }
        }
        let away = if stops { plan.servers() } else { 0 };
        let graph = || Self {
            holds: plan.holds,
            phases,
            away: vec![Vec::new(); away],
        };
        (plan.has_calls() || plan.store.is_some()).then(|| Box::new(graph()))
    }
}

impl Edge {
    /// Returns what makes a sender a call, if it is one.
    pub(super) fn new(deployment: &Deployment, sender: &Sender<'_>) -> Option<Box<Self>> {
        let (from, call) = sender.call?;
        let services = &deployment.services;
        let (calls, callee) = (&services[from].calls, &services[call.to]);
        let same = |other: &&CallPlan| other.phase == call.phase;
        let earlier = |other: &&CallPlan| other.phase < call.phase;
        let mut phases: Vec<u32> = calls.iter().filter(earlier).map(|other| other.phase).collect();
        phases.dedup();
        let place = calls
            .iter()
            .filter(same)
            .position(|other| std::ptr::eq(other, call));
        Some(Box::new(Self {
            phase: phases.len() as u16,
            place: place.expect("it is one of them") as u32,
            salt: fnv1a64(call.name.as_bytes()),
            probability: call.probability,
            times: call.times.clone(),
            enough: call.enough,
            awaited: call.awaited,
            optional: call.optional,
            waited: 0,
            cache: call
                .cache
                .as_ref()
                .map(|plan| Box::new(Cache::new(plan, deployment.askers(from)))),
            told_who: call.cache.is_some() || callee.store.is_some() && callee.has_calls(),
            priority: call.priority,
        }))
    }

    /// Draws how many calls a request makes.
    pub(super) fn draw(&self, family: u64) -> u32 {
        if self.probability == 1.0
            && let Times::Fixed(times) = self.times
        {
            return times;
        }
        let mut stream = Stream::numbered(family ^ self.salt);
        if self.probability < 1.0 && self.probability <= stream.open01() {
            return 0;
        }
        match &self.times {
            Times::Fixed(times) => *times,
            Times::Drawn(dist) => rounded(dist, &mut stream),
        }
    }
}

impl World {
    /// A request has waited for a call until now.
    pub(super) fn waited_for(&mut self, sender: usize, since: SimTime) {
        let (now, since) = (self.sim.now(), since.max(self.begin));
        let edge = self.workloads[sender].edge.as_mut().expect("it is a call");
        if since < now {
            edge.waited += u128::from(now.since(since).as_nanos());
        }
    }

    /// A request waits no more for calls of its phase that have not come back: it or the run ends.
    pub(super) fn waits_in_vain(&mut self, at: usize, visit: VisitId) {
        let cell = self.visits.get(visit);
        if cell.kind == Kind::Lookup {
            let began = cell.phase_began;
            let lookup = self.services[at].store.as_ref().and_then(|store| store.lookup);
            return self.waited_for(lookup.expect("it looks up"), began);
        }
        if cell.open == 0 || cell.failed {
            return;
        }
        let (phase, began) = (usize::from(cell.phase), cell.phase_began);
        let graph = self.services[at].graph.as_ref();
        let calls = graph.and_then(|graph| graph.phases.get(phase));
        let mut calls = calls
            .map(|phase| phase.calls.clone())
            .into_iter()
            .flatten()
            .enumerate();
        let first = calls.find(|&(place, _)| 0 < self.visits.join(visit, place).needed);
        if let Some((_, sender)) = first {
            self.waited_for(sender as usize, began);
        }
    }
}

impl Workload {
    /// Draws the work of a call, and what it asks for if it does not hand a key on.
    #[inline]
    pub(super) fn draw_call(&self, family: u64, key: u64) -> (SimDuration, u64) {
        let Some(keys) = &self.keys else {
            return (SimDuration::from_secs_f64(self.work.sample_numbered(family)), key);
        };
        let mut stream = Stream::numbered(family);
        let work = SimDuration::from_secs_f64(self.work.sample(&mut stream));
        (work, mix(u64::from(keys.pick(&mut stream))))
    }
}

/// Draws a whole number.
fn rounded(dist: &Dist, stream: &mut Stream) -> u32 {
    dist.sample(stream).round().clamp(0.0, f64::from(Times::MOST)) as u32
}
