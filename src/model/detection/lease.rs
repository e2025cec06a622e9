//! A lease that beats renew: a server that has missed some of them counts as down, and one beat brings it back.

use crate::{config::Spanned, units::SimDuration};

crate::config_table! {
    /// Detection by heartbeats and a limit of silence.
    pub struct Lease: "a lease" {
        /// The time between beats.
        pub interval: Spanned<SimDuration> = "1 s",
        /// Intervals without a beat after which the server counts as down.
        pub missed: Spanned<u32> = 3,
    }
}
