//! The φ accrual detector: suspicion grows with silence, on the scale of how regular beats have been.
//!
//! φ = −log₁₀ P(a beat comes later than this), with the mean and spread of the last intervals.
//! Source: Hayashibara, Défago, Yared and Katayama, *SRDS* 2004.

use crate::{
    config::Spanned,
    units::{Share, SimDuration},
};

crate::config_table! {
    /// Detection by heartbeats whose silence is unlikely.
    pub struct PhiAccrual: "phi accrual" {
        /// The time between beats.
        pub interval: Spanned<SimDuration> = "1 s",
        /// The most by which an interval is longer or shorter, as a share of it.
        pub jitter: Spanned<Share> = "10 %",
        /// The suspicion at which a server counts as down: 8 is wrong once in 10⁸ beats.
        pub threshold: Spanned<f64> = 8.0,
        /// Intervals that are remembered.
        pub window: Spanned<u32> = 100,
        /// The least spread of intervals that is assumed.
        pub min_deviation: Spanned<SimDuration> = "100 ms",
    }
}
