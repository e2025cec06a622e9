//! Plimsoll: how much load a deployment carries, before anyone deploys it.

pub mod config;
pub mod dist;
pub mod engine;
pub mod experiment;
pub mod model;
pub mod report;
pub mod rng;
pub mod scenario;
pub mod stats;
pub mod theory;
pub mod units;

/// The examples of the README are tested like all others.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
