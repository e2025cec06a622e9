//! Formulas for copies of one thing: how long the k-th answer takes, who is up, and what is lost.
//!
//! **Lives here:** quorums without queueing, redundant requests, the availability of quorums, the loss of data, stale
//! reads, what caches know, and how evenly keys are spread over those who hold them.
//! **Lives elsewhere:** k of n machines with crews (`k_of_n`), zones around servers (`domains`).

pub mod balls_into_bins;
pub mod caching;
pub mod copysets;
pub mod data_loss;
pub mod hashing;
pub mod order_statistics;
pub mod quorum;
pub mod redundancy;
pub mod staleness;
pub mod visibility;

/// Returns the probability that anything happens in so many independent cases of the same probability, without losing the
/// figures of a small one: `1 − (1 − p)^cases`.
fn any_of(cases: f64, p: f64) -> f64 {
    if cases == 0.0 {
        0.0
    } else {
        -(cases * (-p.min(1.0)).ln_1p()).exp_m1()
    }
}
