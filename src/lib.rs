//! Plimsoll: how much load a deployment carries, before anyone deploys it.

pub mod rng;
pub mod units;
