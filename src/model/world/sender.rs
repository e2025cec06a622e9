//! Those who send requests: workloads, and the calls of services.

use super::{Picker, Workload, caller::Caller, graph::Edge, surge::Warp, trace::Follow};
use crate::{
    dist::Ahead,
    engine::LaneId,
    model::{
        Deployment, Place, Sender, ServicePlan,
        arrival::{Arrivals, Nature},
        discipline::Order,
        probe::Probe,
    },
    rng::{Stream, Streams},
    units::SimTime,
};

impl Workload {
    pub(super) fn new(
        sender: &Sender<'_>,
        Own {
            lane,
            caller,
            warp,
            duration,
        }: Own,
        deployment: &Deployment,
        begin: SimTime,
        streams: Streams,
    ) -> Self {
        let service = &deployment.services[sender.service];
        // A cell's details are its last user's until they are written, so whatever may read them must write them.
        let preemptive = service.queue.discipline.order == Order::Priority { preemptive: true };
        let watched = preemptive
            || deployment.leaves(sender.service)
            || deployment.stops(sender.service)
            || deployment.sifts(sender.service);
        let drawn = sender.patience.is_some() || sender.keys.is_some() || sender.sources.is_some();
        let traced = sender
            .arrivals
            .is_some_and(|plan| matches!(plan.nature, Nature::Trace { .. }));
        // What a call asks for is handed on from the request that it belongs to.
        let reads = |plan: &ServicePlan| plan.balancer.reads_key || plan.balancer.reads_source;
        let linked = deployment.is_linked();
        let handed = linked && (deployment.is_legged() || deployment.services.iter().any(reads));
        let answers = sender.arrivals.is_some_and(|plan| plan.answers);
        let stream = |role| streams.stream(&format!("{}/{role}", sender.name));
        let all_keyed = deployment
            .workloads
            .iter()
            .all(|workload| workload.keys.is_some());
        let hands_key = sender.keys.is_some() || traced || sender.call.is_some() && all_keyed;
        let rate = sender.arrivals.and_then(|plan| plan.nature.rate());
        let expected = rate.unwrap_or(1e6 / duration) * duration;
        let arrivals = sender.arrivals.map(|plan| (plan.build)(begin));
        let edge = Edge::new(deployment, sender);
        let uncached = edge.as_ref().is_some_and(|edge| edge.cache.is_none());
        Self {
            name: sender.name.to_owned(),
            service: sender.service as u32,
            priority: sender.priority,
            arrivals: arrivals.unwrap_or_else(|| Box::new(Never)),
            answers,
            follows: answers || caller.is_some() || linked,
            plain_call: uncached
                && deployment.network.is_none()
                && caller.is_none()
                && sender.replica.is_none(),
            detailed: service.store.is_some()
                || answers
                || caller.is_some()
                || watched
                || drawn
                || traced
                || handed,
            place: match sender.zone {
                Some(zone) => Place::Zone(zone as u16),
                None => Place::Outside,
            },
            follow: (linked && sender.arrivals.is_some()).then(|| Box::new(Follow::new(expected))),
            operation: sender.operation,
            hands_key,
            replica: sender.replica.map(|(_, role)| role),
            edge,
            lane,
            caller,
            warp,
            work: sender.work.unwrap_or(&service.work).clone(),
            work_ahead: Ahead::default(),
            patience: sender.patience.cloned(),
            keys: sender.keys.map(Picker::new),
            sources: sender.sources.map(Picker::new),
            gap_rng: stream("gaps"),
            work_rng: stream("work"),
            patience_rng: stream("patience"),
            key_rng: stream("keys"),
            source_rng: stream("sources"),
            call_rng: stream("calls"),
            probe: Probe::new(sender.deadline),
        }
    }
}

/// What a sender has beside its plan.
pub(super) struct Own {
    pub(super) lane: LaneId,
    pub(super) caller: Option<Box<Caller>>,
    pub(super) warp: Option<Box<Warp>>,
    /// Seconds that are measured.
    pub(super) duration: f64,
}

/// Requests that never come by themselves: servers send them.
struct Never;

impl Arrivals for Never {
    fn next(&mut self, _rng: &mut Stream) -> Option<SimTime> {
        None
    }
}
