//! Formulas for several stations: requests that go from one to the next, go round, or split and wait for all parts.
//!
//! **Lives here:** open and closed networks of queues, and fork–join.
//! **Lives elsewhere:** one station by itself (the files above), copies of one thing (`replicas`).

pub mod closed;
pub mod fork_join;
pub mod jackson;
