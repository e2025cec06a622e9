//! What callers do about slow and failed answers: how long they wait, and whether they try again.
//!
//! **Lives here:** the policies of a caller, one file each: their settings, and the state that they keep.
//! **Lives elsewhere:** attempts, and when a policy is asked (`world`).
//! **Invariant:** a policy sees what its caller sees: its own requests, their outcomes and the time that they took.

pub mod breaker;
pub mod bucket;
pub mod budget;
pub mod concurrency;
pub mod hedge;
pub mod outcome;
pub mod rate_limit;
pub mod retry;

use self::{
    breaker::BreakerPlan, concurrency::ConcurrencyPlan, hedge::HedgePlan, rate_limit::RateLimitPlan,
    retry::RetryPlan,
};
use super::Deployment;
use crate::units::SimDuration;

/// What a caller does about its requests. By default nothing: it sends each once, and waits.
#[derive(Clone, Debug, Default)]
pub struct CallerPlan {
    /// How long it waits for the answer to an attempt.
    pub timeout: Option<SimDuration>,
    /// What becomes of an attempt that nobody waits for any more.
    pub expired: Expired,
    /// Whether it tries again.
    pub retry: Option<RetryPlan>,
    /// Whether it tries twice at once where an answer is slow.
    pub hedge: Option<HedgePlan>,
    /// Whether it stops sending when too much fails.
    pub breaker: Option<BreakerPlan>,
    /// How much it has under way at once.
    pub concurrency: Option<ConcurrencyPlan>,
    /// How fast it sends.
    pub rate_limit: Option<RateLimitPlan>,
    /// What further attempts bring.
    pub attempt_work: AttemptWork,
    /// Whether servers learn by when its answers are wanted.
    pub propagate: bool,
    /// Whether it is a call that may learn that: some request that leads to it hands its deadline on. Follows from the other
    /// plans, by [`Deployment::hand_on`].
    pub handed: bool,
}

impl CallerPlan {
    /// Nothing is done, as by replicas, which ask nothing of each other.
    pub const IDLE: Self = Self {
        timeout: None,
        expired: Expired::Done,
        retry: None,
        hedge: None,
        breaker: None,
        concurrency: None,
        rate_limit: None,
        attempt_work: AttemptWork::Same,
        propagate: false,
        handed: false,
    };

    /// Returns whether it may close the connection of an attempt that is waiting or worked on.
    pub fn withdraws(&self) -> bool {
        let hedges = self.hedge.as_ref().is_some_and(|hedge| hedge.cancel);
        hedges || !self.is_idle() && self.expired == Expired::Cancelled
    }
    /// Returns whether it may give up attempts that a server is then not to begin.
    pub fn drops(&self) -> bool {
        !self.is_idle() && self.expired == Expired::Dropped
    }
    /// Returns whether what is called for its requests learns by when their answers are wanted.
    pub fn hands_on(&self) -> bool {
        self.propagate || self.handed
    }
    /// Returns whether it gives up what takes too long, if its requests have such a deadline.
    pub fn gives_up(&self, deadline: Option<SimDuration>) -> bool {
        self.timeout.is_some() || self.handed || deadline.is_some() && !self.is_idle()
    }
    /// Returns whether it does nothing.
    pub fn is_idle(&self) -> bool {
        if self.hands_on() {
            return false;
        }
        let waits = self.timeout.is_none() && self.retry.is_none() && self.hedge.is_none();
        waits && self.breaker.is_none() && self.concurrency.is_none() && self.rate_limit.is_none()
    }
}

impl Deployment {
    /// Marks the calls that learn by when an answer is wanted: those that are waited for on the way from a sender that
    /// hands its deadline on. Calls must not lead in circles.
    pub fn hand_on(&mut self) {
        let mut reached: Vec<bool> = vec![false; self.services.len()];
        for sender in self.senders() {
            reached[sender.service] |= sender.caller.propagate;
        }
        for from in self.callers_first() {
            for call in &mut self.services[from].calls {
                call.caller.handed = reached[from] && call.awaited;
                reached[call.to] |= call.caller.handed;
            }
        }
    }
}

crate::config_words! {
    /// What becomes of an attempt whose caller waits no longer.
    pub enum Expired {
        /// the server does the work all the same, to no use
        Done = "done",
        /// the server does not begin it, but ends what it has begun
        Dropped = "dropped",
        /// the connection is closed, and the server stops at once
        Cancelled = "cancelled",
    }
}

#[expect(
    clippy::derivable_impls,
    reason = "the macro that declares the words takes no attributes"
)]
impl Default for Expired {
    fn default() -> Self {
        Self::Done
    }
}

crate::config_words! {
    /// The work that further attempts of a request bring.
    pub enum AttemptWork {
        /// that of the first, as where the work lies in the request
        Same = "same",
        /// drawn anew, as where it lies in the server's own ups and downs
        Fresh = "fresh",
    }
}

#[expect(
    clippy::derivable_impls,
    reason = "the macro that declares the words takes no attributes"
)]
impl Default for AttemptWork {
    fn default() -> Self {
        Self::Same
    }
}
