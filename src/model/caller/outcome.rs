//! What can become of an attempt but an answer, as its caller sees it.

crate::config_words! {
    /// How an attempt failed.
    pub enum Outcome {
        /// no answer in time, by the `timeout` of the caller or that of the queue
        Timeout = "timeout",
        /// the server was not there
        Refused = "refused",
        /// the connection broke, and the work was lost with it
        Lost = "lost",
        /// the answer was an error
        Error = "error",
        /// turned away for want of room
        Rejected = "rejected",
    }
}

/// A set of outcomes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcomes(u8);

impl Outcomes {
    /// Returns whether an outcome is in the set.
    pub const fn contains(self, outcome: Outcome) -> bool {
        self.0 & (1 << outcome as u8) != 0
    }
}

impl FromIterator<Outcome> for Outcomes {
    fn from_iter<T: IntoIterator<Item = Outcome>>(outcomes: T) -> Self {
        let bits = outcomes.into_iter().map(|outcome| 1 << outcome as u8);
        Self(bits.fold(0, |set, bit: u8| set | bit))
    }
}
