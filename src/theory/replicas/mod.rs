//! Formulas for copies of one thing: how long the k-th answer takes, who is up, and what is lost.
//!
//! **Lives here:** quorums without queueing, redundant requests, the availability of quorums.
//! **Lives elsewhere:** k of n machines with crews (`k_of_n`), zones around servers (`domains`).

pub mod order_statistics;
pub mod quorum;
pub mod redundancy;
