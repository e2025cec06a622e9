//! The network as it is written.

use crate::{
    config::Spanned,
    dist::Dist,
    units::{Share, SimDuration},
};

crate::config_table! {
    /// How long messages are under way between those who ask and those who answer. Every request has two of them: one
    /// there, and one back.
    pub(super) struct RawNetwork: "`[network]`" {
        /// The time from one server to another in the same zone, or between servers that are in no zone. Left out, it takes
        /// no time.
        pub within_zone: Option<Spanned<Dist>>,
        /// The time from one zone to another. Left out, it takes no time.
        pub between_zones: Option<Spanned<Dist>>,
        /// The time between servers and clients that are in no zone. Left out, it takes no time.
        pub outside: Option<Spanned<Dist>>,
        /// The share of messages that are lost, each time they are sent. One that takes no time is never lost.
        pub loss: Spanned<Share> = "0 %",
        /// How long a sender waits until it sends a lost message again; twice as long each further time.
        pub retransmit: Spanned<SimDuration> = "200 ms",
    }
}
