//! Numbers in, estimates out: what a run's observations say, and how surely they say it.
//!
//! **Lives here:** collectors with constant memory ([`Histogram`], [`Moments`], [`TimeAverage`],
//! [`warmup::BatchSeries`]), and what turns replications into intervals ([`Estimate`], [`Proportion`],
//! [`quantile`], [`batch_means`](mod@batch_means), [`paired`], [`two_sample`], [`sequential`]).
//! **Lives elsewhere:** what is measured and when (`model`), which replications run (`experiment`), how a
//! number is printed with its unit (`report`).
//! **Invariant:** nothing here has heard of a simulation; times are plain integers of nanoseconds.
//!
//! ```
//! use plimsoll::stats::Estimate;
//!
//! let response_ms = [41.0, 39.5, 42.5, 41.5, 40.5];
//! let estimate = Estimate::from_replications(&response_ms, 0.95).unwrap();
//! assert_eq!(estimate.to_string(), "41.0 ± 1.4");
//! assert!(estimate.covers(40.0) && !estimate.covers(39.0));
//! ```

pub mod batch_means;
#[cfg(test)]
mod coverage;
pub mod estimate;
pub mod histogram;
pub mod moments;
pub mod paired;
pub mod proportion;
pub mod quantile;
pub mod sequential;
mod spread;
mod student;
pub mod time_average;
pub mod two_sample;
pub mod warmup;

pub use batch_means::BatchMeans;
#[cfg(test)]
pub(crate) use coverage::Tally;
pub use estimate::Estimate;
pub use histogram::{CoarseHistogram, Histogram};
pub use moments::Moments;
pub use paired::PairedDifference;
pub use proportion::Proportion;
pub use time_average::TimeAverage;
