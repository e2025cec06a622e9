//! A clock and a queue: a discrete-event engine that knows nothing of what it simulates.
//!
//! **Lives here:** the [`Simulation`], its event set (multi-level buckets) and its lanes.
//! **Lives elsewhere:** what an event means (`model`), where chance comes from ([`rng`](crate::rng)), what a
//! quantity is ([`units`](crate::units)).
//! **Invariant:** events happen in one total order, by time and then in the order of scheduling, whichever way
//! they were scheduled. Nothing here depends on a wall clock or on chance, so a run is a function of its inputs.
//!
//! # Example
//! An M/M/1 queue in full: one clerk, customers at random at 0.8 of what the clerk can serve. By theory the mean
//! time in the system is `1 / (1 − 0.8) = 5` service times (Kleinrock, *Queueing Systems* 1, 1975, section 3.2).
//!
//! ```
//! use std::collections::VecDeque;
//!
//! use plimsoll::{engine::Simulation, rng::Seed, units::{SimDuration, SimTime}};
//! use rand_distr::{Distribution, Exp};
//!
//! #[derive(Clone, Copy)]
//! enum Event { Arrival, Departure }
//!
//! let streams = Seed(1961).replication(0);
//! let (mut gaps, mut work) = (streams.stream("gaps"), streams.stream("work"));
//! let (gap, service) = (Exp::new(0.8).unwrap(), Exp::new(1.0).unwrap());
//!
//! let mut simulation = Simulation::new();
//! let mut in_system = VecDeque::new(); // when each arrived, the one in service first
//! let (mut customers, mut total_s) = (0.0, 0.0);
//!
//! simulation.schedule_in(SimDuration::ZERO, Event::Arrival);
//! while let Some(event) = simulation.pop_until(SimTime::ZERO + SimDuration::from_secs_f64(500_000.0)) {
//!     let now = simulation.now();
//!     // The clerk starts on a customer who finds nobody else, and on the next one after a departure.
//!     let starts = match event {
//!         Event::Arrival => {
//!             in_system.push_back(now);
//!             simulation.schedule_in(SimDuration::from_secs_f64(gap.sample(&mut gaps)), Event::Arrival);
//!             in_system.len() == 1
//!         }
//!         Event::Departure => {
//!             let arrived = in_system.pop_front().expect("someone departs");
//!             (customers, total_s) = (customers + 1.0, total_s + now.since(arrived).as_secs_f64());
//!             !in_system.is_empty()
//!         }
//!     };
//!     if starts {
//!         simulation.schedule_in(SimDuration::from_secs_f64(service.sample(&mut work)), Event::Departure);
//!     }
//! }
//! let mean_s = total_s / customers;
//! assert!((mean_s - 5.0).abs() < 0.25, "{mean_s}");
//! ```

mod fetch;
mod key;
mod lane;
mod queue;
mod simulation;
#[cfg(test)]
mod tests;
mod ticket;
#[cfg(test)]
mod twin;

pub(crate) use fetch::fetch;
pub use lane::LaneId;
pub use simulation::{EventId, Simulation, Soon};
