//! Outlier ejection: who sees a server fail request after request stops sending there for a while.
//!
//! As Envoy does it: the time out grows with the number of times that a server was ejected.

use crate::{
    config::Spanned,
    units::{Share, SimDuration},
};

crate::config_table! {
    /// Passive detection by the answers to requests.
    pub struct OutlierEjection: "outlier ejection" {
        /// Errors in a row (refusals, lost connections, wrong answers, timeouts) after which a server is ejected.
        pub consecutive_errors: Spanned<u32> = 5,
        /// How long it is ejected for the first time; the second time twice as long, and so on.
        pub ejection_time: Spanned<SimDuration> = "30 s",
        /// The longest that it is ejected.
        pub max_ejection_time: Spanned<SimDuration> = "5 min",
        /// The share of servers that may be ejected at once; one always may.
        pub max_ejected: Spanned<Share> = "10 %",
    }
}
