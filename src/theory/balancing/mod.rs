//! What balancing does: the same servers and load under different ways to choose a server.
//!
//! **Lives here:** splitting by chance and in turn ([`split`]), [`shortest_queue`] and its fit, [`power_of_d`],
//! [`join_idle_queue`]. One queue for all servers is [`super::mmc`], the best any of them could do with equal
//! exponential servers.
//! **Convention:** rates of arrival are those of the whole system, rates of service those of one server.

pub mod join_idle_queue;
pub mod power_of_d;
pub mod shortest_queue;
mod shortest_queue_chain;
pub mod shortest_queue_fit;
pub mod split;
