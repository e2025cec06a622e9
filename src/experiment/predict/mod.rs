//! Which formulas fit a scenario, and what they say of its measures.
//!
//! **Lives here:** the match of workloads and services to formulas by their shape, and the load at which promises break.
//! **Lives elsewhere:** the formulas (`theory`), what is measured (`column`), how both are shown (`report`).
//! **Invariant:** a formula is applied only where it holds; what it leaves out of a scenario is said beside its value,
//! and where none holds there is a reason.
//!
//! A scenario passes through in stages: plans become a [`station::Station`], that one queue or several
//! ([`pool`]), each queue a [`law::Outlook`] by one formula ([`one_queue`],
//! [`general`], [`priorities`], [`urgency`], [`loss`]), and outlooks
//! become predictions of measures ([`tell`]) and load lines ([`load_line`]).
//! Clients who come back have formulas of their own ([`retrials`]), as have those who ask twice at once ([`redundancy`]), and messages that take time are added ([`network`]); services that call each other are no stations by
//! themselves ([`traffic`], [`jackson`], [`mean_value`]). Rules of thumb are put beside them on request
//! ([`rules`]). A service whose servers fail is a [`life::Life`], of which [`years`] tells (and [`data`] of the data of a
//! store), and [`health`] where requests come; queues whose servers hang and resume have a formula of their own
//! ([`breakdowns`]). Operations on stores wait for [`quorums`], and some calls need not be sent for
//! their [`caches`].

mod batches;
mod breakdowns;
mod by_load;
mod caches;
mod closed;
mod data;
mod doubts;
mod flow;
mod gaps;
mod general;
mod health;
mod jackson;
mod law;
mod life;
mod load_line;
mod loss;
mod mean_value;
mod network;
mod one_queue;
mod pool;
mod priorities;
mod quorums;
mod redundancy;
mod retrials;
mod rules;
mod station;
mod table;
mod tell;
#[cfg(test)]
mod tests;
mod traffic;
mod transforms;
mod urgency;
mod years;

pub(super) use self::{load_line::load_lines, quorums::stale_by_age, tell::annotate};
