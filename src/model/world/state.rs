//! What workloads, services and balancers are while they run.

use super::{
    belief::Beliefs,
    caller::Caller,
    detect::Watch,
    graph::{Edge, Graph},
    near::Zones,
    store::Store,
    surge::Warp,
    trace::Follow,
};
use crate::{
    dist::{Ahead, Dist},
    engine::{EventId, LaneId},
    model::{
        ReplicaRole,
        arrival::Arrivals,
        audit::Audit,
        balancer::{Balancer, ServerId, View},
        discipline::{Discipline, list::List},
        failure::takeover::Pair,
        network::Place,
        probe::{Areas, Probe},
        request::RequestId,
        sharing::Shared,
        shed::Shedder,
        storage::Operation,
    },
    rng::Stream,
    stats::TimeAverage,
    units::{SimDuration, SimTime},
};

/// A sender. What every request touches stands first, in few lines of the cache.
#[repr(C, align(64))]
pub(super) struct Workload {
    pub(super) service: u32,
    pub(super) priority: u8,
    /// Whether anyone hears of the ends of its requests.
    pub(super) follows: bool,
    /// Whether it is a call without caller policies, network and caches, to no replica.
    pub(super) plain_call: bool,
    /// Whether anything reads the details of its requests; most runs never touch them.
    pub(super) detailed: bool,
    /// What its clients do about slow and failed answers, if they do anything.
    pub(super) caller: Option<Box<Caller>>,
    /// What makes it a call, if it is one.
    pub(super) edge: Option<Box<Edge>>,
    pub(super) keys: Option<Picker>,
    pub(super) work: Dist,
    pub(super) probe: Probe,
    pub(super) name: String,
    pub(super) arrivals: Box<dyn Arrivals>,
    /// Whether the process wants to hear of answers.
    pub(super) answers: bool,
    /// Where its senders stand.
    pub(super) place: Place,
    /// Which of its requests are followed, where it is a workload and they go through several hops.
    pub(super) follow: Option<Box<Follow>>,
    /// What it asks for, if it sends to a store.
    pub(super) operation: Option<Operation>,
    /// Whether its requests know what they ask for; otherwise a store draws that.
    pub(super) hands_key: bool,
    /// Why it sends to replicas of a store, if that is what it does.
    pub(super) replica: Option<ReplicaRole>,
    pub(super) lane: LaneId,
    /// How its clock runs, where there are surges.
    pub(super) warp: Option<Box<Warp>>,
    pub(super) work_ahead: Ahead,
    pub(super) patience: Option<Dist>,
    pub(super) sources: Option<Picker>,
    pub(super) gap_rng: Stream,
    pub(super) work_rng: Stream,
    pub(super) patience_rng: Stream,
    pub(super) key_rng: Stream,
    pub(super) source_rng: Stream,
    pub(super) call_rng: Stream,
}

/// Draws one of many things by popularity.
pub(super) enum Picker {
    Even { count: u32 },
    Hot { count: u32, share: f64 },
    Zipf(rand_distr::Zipf<f64>),
}

/// A service or a store. What every request touches stands first, in few lines of the cache.
#[repr(C, align(64))]
pub(super) struct Service {
    /// The number of its first server among all servers.
    pub(super) first: u32,
    /// Requests that do.
    pub(super) central_waiting: u32,
    /// Whether requests wait at the balancer.
    pub(super) central: bool,
    /// Whether an end of work at one of its servers is the end of a request, and nothing about it asks for care.
    pub(super) simple: bool,
    /// Whether requests may leave its queues by themselves.
    pub(super) leaves: bool,
    /// Whether servers let requests go unserved that are not worth it any more.
    pub(super) sifts: bool,
    /// Whether the policy reads more off a request than its work.
    pub(super) reads_details: bool,
    /// Whether the one balancer is told when a server has no room.
    pub(super) watches_room: bool,
    /// Whether anything follows an end at one of its servers.
    pub(super) follows_ends: bool,
    /// Whether its requests can be stopped before they end.
    pub(super) stops: bool,
    pub(super) queue: Box<dyn Discipline>,
    /// The ends of the queue at the balancer.
    pub(super) central_ends: List,
    pub(super) fronts: Vec<Front>,
    pub(super) report_every: Option<SimDuration>,
    /// What it asks of others, if anything.
    pub(super) graph: Option<Box<Graph>>,
    pub(super) mode: Mode,
    /// What it is beyond a service if it is a store.
    pub(super) store: Option<Box<Store>>,
    /// Its detectors.
    pub(super) watch: Option<Box<Watch>>,
    pub(super) in_system: TimeAverage,
    pub(super) busy: TimeAverage,
    pub(super) waiting: TimeAverage,
    pub(super) audit: Audit,
    pub(super) name: String,
    /// All its slots.
    pub(super) slots: u64,
    /// Requests that may wait at the balancer.
    pub(super) capacity: u32,
    pub(super) timeout: Option<SimDuration>,
    /// Where the ends of waiting wait, when the queue has a time limit.
    pub(super) timeout_lane: Option<LaneId>,
    pub(super) front_rng: Stream,
    pub(super) hears_idle: bool,
    /// Busy nanoseconds of each server at its last report.
    pub(super) reported_busy: Vec<u64>,
    pub(super) queue_rng: Stream,
    /// What sheds load from its queues.
    pub(super) shed: Option<Box<dyn Shedder>>,
    /// Those that were let go and have not ended yet.
    pub(super) let_go: Vec<RequestId>,
    /// Of each server, the share of requests that it answers with an error, and the time that takes; none where that
    /// cannot happen.
    pub(super) errors: Vec<Option<(f64, Dist)>>,
    pub(super) error_rng: Stream,
    /// How its servers are, and what its balancers believe of that, where anything can happen to them.
    pub(super) beliefs: Option<Box<Beliefs>>,
    /// The zones around it, where requests are to stay in theirs.
    pub(super) zones: Option<Box<Zones>>,
    /// The two balancers of which one is active, where there are two such.
    pub(super) pair: Option<Box<Pair>>,
    pub(super) takeover: Option<EventId>,
    /// The areas at the end of the last bucket.
    pub(super) areas: Areas,
}

/// How servers work on requests.
pub(super) enum Mode {
    /// Each slot on one request until it is done.
    Slots,
    /// The same, but it is known who runs where, so that they can be stopped.
    Tracked(Tracked),
    /// A server on all its requests at once.
    Shared(Vec<Shared>),
}

impl Service {
    /// Returns whether its servers work on all their requests at once.
    pub(super) fn is_shared(&self) -> bool {
        matches!(self.mode, Mode::Shared(_))
    }
}

/// Who runs at each server.
pub(super) struct Tracked {
    pub(super) running: Vec<Vec<RequestId>>,
    /// Whether a more urgent request takes the slot of a less urgent one.
    pub(super) preempts: bool,
}

/// One balancer. What every request touches stands first, in few lines of the cache.
#[repr(C, align(64))]
pub(super) struct Front {
    pub(super) policy: Box<dyn Balancer>,
    pub(super) view: View,
    pub(super) rng: Stream,
    /// Servers that it draws for each request, each with the same chance, where it pays to have the first two fetched.
    pub(super) draws: u32,
    /// Whether nothing about it asks for care: it is in charge, and no server's share grows.
    pub(super) plain: bool,
    /// Whether clients reach it: it is up, and of a pair the active one.
    pub(super) in_charge: bool,
    /// Whether requests do not go where one policy says: it stands before a store, or goes by zones.
    pub(super) special: bool,
    /// Whether it wants to be told what happens to requests.
    pub(super) listens: bool,
    /// Servers that are back and whose share still grows.
    pub(super) warming: Vec<Warming>,
    pub(super) warm_rng: Stream,
    /// Failures of its own that are not over.
    pub(super) failures: u32,
}

impl Front {
    pub(super) fn set_plain(&mut self) {
        self.plain = self.in_charge && self.warming.is_empty() && !self.special;
    }
}

/// A server whose share still grows.
#[derive(Clone, Copy)]
pub(super) struct Warming {
    pub(super) server: ServerId,
    pub(super) since: SimTime,
    pub(super) lasts: SimDuration,
}
