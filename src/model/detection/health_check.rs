//! Active health checks: each balancer asks each server, again and again, whether it is well.

use crate::{
    config::Spanned,
    units::{Share, SimDuration},
};

crate::config_words! {
    /// What a check does.
    pub enum Probe {
        /// a request that waits its turn and takes a slot like any other: a server that hangs or is overloaded fails it
        Request = "request",
        /// a connection, which the operating system accepts also for a server that hangs
        Connect = "connect",
    }
}

crate::config_table! {
    /// Active health checks. Each starts an interval after the end of the one before.
    pub struct HealthCheck: "a health check" {
        /// The time from the end of a check to the start of the next.
        pub interval: Spanned<SimDuration> = "2 s",
        /// The most by which an interval is longer or shorter, as a share of it; each is drawn anew.
        pub jitter: Spanned<Share> = "0 %",
        /// The time after which a check without an answer has failed.
        pub timeout: Spanned<SimDuration> = "1 s",
        /// Failures in a row after which a server counts as down.
        pub fall: Spanned<u32> = 3,
        /// Successes in a row after which it counts as up again.
        pub rise: Spanned<u32> = 2,
        /// The interval between a first failure and down, and between a first success and up. Left out, `interval`.
        pub fast_interval: Option<Spanned<SimDuration>>,
        /// The interval while a server counts as down. Left out, `interval`.
        pub down_interval: Option<Spanned<SimDuration>>,
        /// What a check does.
        pub probe: Probe = "request",
        /// The time that answering a check takes a slot of the reference server.
        pub work: SimDuration = "0 s",
        /// The time over which the weight of a server that is back grows to its full value, in steps of a second.
        pub slow_start: Option<Spanned<SimDuration>>,
    }
}
