//! What callers do about slow and failed answers: how long they wait, and whether they try again.
//!
//! **Lives here:** the policies of a caller, one file each: their settings, and the state that they keep.
//! **Lives elsewhere:** attempts, and when a policy is asked (`world`).
//! **Invariant:** a policy sees what its caller sees: its own requests, their outcomes and the time that they took.

use crate::units::SimDuration;

/// What a caller does about its requests. By default nothing: it sends each once, and waits.
#[derive(Clone, Debug, Default)]
pub struct CallerPlan {
    /// How long it waits for the answer to an attempt.
    pub timeout: Option<SimDuration>,
    /// What becomes of an attempt that nobody waits for any more.
    pub expired: Expired,
}

impl CallerPlan {
    /// Returns whether it does nothing.
    pub fn is_idle(&self) -> bool {
        self.timeout.is_none()
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
