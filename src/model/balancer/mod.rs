//! Which server serves the next request.
//!
//! **Lives here:** the [`Balancer`] trait, one file per policy, the list that names them, the [`View`] they decide on.
//! **Lives elsewhere:** queues (`discipline`), servers and their limits (`world`).
//! **Invariant:** a policy sees a [`View`], never the world: what a real balancer could know, old reports included.
//!
//! A decision must cost the same however many servers there are, or grow with their logarithm: a policy that needs an
//! order of the servers keeps it up to date in the calls that tell it of changes.
//!
//! # A policy of your own
//! It takes the trait and a [`Policy`] around it; `examples/custom_balancer.rs` runs one in a whole scenario, beside
//! others. This one sends to the same server until that has `most` requests, then
//! moves on to the next, so that whole servers stay idle on a quiet day.
//!
//! ```
//! use plimsoll::{
//!     model::balancer::{Ask, Balancer, Law, Policy, Pool, ServerId, ServerInfo, View},
//!     rng::{Seed, Stream},
//!     units::SimDuration,
//! };
//!
//! struct Filling {
//!     most: u32,
//!     turn: usize,
//! }
//!
//! impl Balancer for Filling {
//!     fn pick(&mut self, view: &View, _: &Ask, _: &mut Stream) -> Option<ServerId> {
//!         let mut server = view.eligible().at_or_after_cyclic(self.turn)?;
//!         if self.most <= view.load(server) {
//!             server = view.eligible().at_or_after_cyclic(server.index() + 1)?;
//!         }
//!         self.turn = server.index();
//!         Some(server)
//!     }
//! }
//!
//! let policy = Policy::new("filling", Law::Other, |_| Filling { most: 2, turn: 0 });
//!
//! // A simulation makes one for every balancer; by hand it goes like this.
//! let pool = Pool::new(vec![ServerInfo { weight: 1, slots: 1, speed: 1.0 }; 3]);
//! let (mut balancer, mut view) = ((policy.build)(&pool), View::new(pool));
//! let mut rng = Seed(1).replication(0).stream("balancer");
//! let ask = Ask { key: 0, source: 0, work: SimDuration::ZERO };
//! let chosen = [(); 5].map(|()| {
//!     let server = balancer.pick(&view, &ask, &mut rng).unwrap();
//!     view.set_load(server, view.load(server) + 1);
//!     server.0
//! });
//! assert_eq!(chosen, [0, 0, 1, 1, 2]);
//! ```

mod bits;
#[cfg(test)]
mod contract;
mod fenwick;
pub mod first_fit;
pub mod join_idle_queue;
pub mod key_hash;
mod kinetic;
pub mod least_connections;
pub mod least_response_time;
mod least_tree;
pub mod least_work;
mod levels;
pub mod load_report;
mod maglev;
pub mod power_of_d;
pub mod random;
#[cfg(test)]
mod rig;
mod ring;
pub mod round_robin;
mod sampler;
mod shares;
pub mod source_hash;
pub mod sticky;
mod turns;
mod view;
pub mod weighted_round_robin;

use std::{fmt, sync::Arc};

pub use self::view::{Eligible, Pool, Report, ServerId, ServerInfo, View};
use crate::{
    config::{Entry, Family},
    rng::Stream,
    units::SimDuration,
};

/// What a balancer can read off a request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ask {
    /// What it asks for.
    pub key: u64,
    /// The client it comes from.
    pub source: u32,
    /// Its work on the reference server: for policies that are bounds for the others, not for real ones.
    pub work: SimDuration,
}

/// A balancing policy at work in one run, in front of one service.
///
/// Every method but [`pick`](Self::pick) may be left out. All of them get the view as it is *after* the change.
pub trait Balancer: Send {
    /// Chooses one of the eligible servers; `None` when none of them will do. A policy may also insist on a server
    /// that [is full](View::is_full), which turns the request away.
    fn pick(&mut self, view: &View, ask: &Ask, rng: &mut Stream) -> Option<ServerId>;

    /// Whether the policy wants to hear of loads that change, of requests sent and of answers. One that reads all it
    /// needs off the view, or needs nothing, says no and is spared four calls a request.
    fn listens(&self) -> bool {
        true
    }
    /// The load that this balancer sees at `server` has changed.
    fn load_changed(&mut self, view: &View, server: ServerId) {
        let _ = (view, server);
    }
    /// `server` has become eligible, or has ceased to be.
    fn eligible_changed(&mut self, view: &View, server: ServerId) {
        let _ = (view, server);
    }
    /// A request went to `server`, right after it was picked or taken from the queue at the balancer.
    fn sent(&mut self, view: &View, server: ServerId, ask: &Ask) {
        let _ = (view, server, ask);
    }
    /// `server` has ended a request of this balancer, `response` after its arrival.
    fn answered(&mut self, view: &View, server: ServerId, response: SimDuration) {
        let _ = (view, server, response);
    }
    /// `server` has nothing left to do and told this balancer alone. Only policies with [`Policy::hears_idle`] are told.
    fn idle(&mut self, view: &View, server: ServerId) {
        let _ = (view, server);
    }
    /// All servers have reported; see [`View::report`]. Follows the calls of [`load_changed`](Self::load_changed).
    fn reported(&mut self, view: &View) {
        let _ = view;
    }
}

/// Makes the policy for one balancer of one run.
pub type BuildBalancer = dyn Fn(&Pool) -> Box<dyn Balancer> + Send + Sync;

/// A checked description of a policy, from which every balancer of every run makes its own.
#[derive(Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "these are independent facts, and any combination is valid"
)]
pub struct Policy {
    /// Its name in a scenario.
    pub name: &'static str,
    /// What formulas need to know.
    pub law: Law,
    /// Whether it reads [`Ask::key`], so that workloads must say how popular their keys are.
    pub reads_key: bool,
    /// Whether it reads [`Ask::source`], so that workloads must say who sends.
    pub reads_source: bool,
    /// Whether a request belongs to one server, so that it cannot wait at the balancer for any.
    pub ties_to_server: bool,
    /// Whether full servers are out of its choice. Where not, they stay eligible, and turn away what they are sent.
    pub heeds_room: bool,
    /// Whether an idle server tells one balancer, chosen at random, that it is.
    pub hears_idle: bool,
    /// How often servers report when the service does not say; `None` when the policy needs no reports.
    pub report_every: Option<SimDuration>,
    /// Makes the policy for one balancer of one run.
    pub build: Arc<BuildBalancer>,
}

impl Policy {
    /// Returns a policy that reads only loads and weights; change the public fields where it needs more.
    pub fn new<B: Balancer + 'static>(
        name: &'static str,
        law: Law,
        build: impl Fn(&Pool) -> B + Send + Sync + 'static,
    ) -> Self {
        Self {
            name,
            law,
            reads_key: false,
            reads_source: false,
            ties_to_server: false,
            heeds_room: true,
            hears_idle: false,
            report_every: None,
            build: Arc::new(move |pool| Box::new(build(pool))),
        }
    }
}

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Policy")
            .field("name", &self.name)
            .field("law", &self.law)
            .finish_non_exhaustive()
    }
}

/// How formulas see a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Law {
    /// Independent choice in proportion to the weights; with equal weights, with equal chances.
    WeightedSplit,
    /// In turn; with unequal weights, in turn by weight.
    RoundRobin,
    /// Fewest requests of all; with unequal weights, by weight.
    ShortestQueue,
    /// Fewest requests of this many sampled.
    PowerOfD(u32),
    /// An idle server if one is known, else any.
    JoinIdle,
    /// Least work of all.
    LeastWork,
    /// No formula is known for it.
    Other,
}

/// The policies, in the order of the reference.
pub const REGISTRY: &[&Entry<Policy>] = &[
    &round_robin::ENTRY,
    &weighted_round_robin::ENTRY,
    &random::ENTRY,
    &least_connections::ENTRY,
    &power_of_d::ENTRY,
    &join_idle_queue::ENTRY,
    &least_response_time::ENTRY,
    &least_work::ENTRY,
    &first_fit::ENTRY,
    &source_hash::ENTRY,
    &key_hash::ENTRY,
    &sticky::ENTRY,
    &load_report::ENTRY,
];

impl Family for Policy {
    const WHAT: &'static str = "a balancing policy";
    const TAG: &'static str = "policy";
    fn entries() -> &'static [&'static Entry<Self>] {
        REGISTRY
    }
}
