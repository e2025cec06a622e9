//! Who of those waiting goes first.
//!
//! **Lives here:** the [`Discipline`] trait, one file per order, the list that names them.
//! **Lives elsewhere:** how long a queue may be and who leaves it (`world`); sharing a server (`sharing`).
//! **Invariant:** a discipline holds each waiting request exactly once and never looks at the clock.
//!
//! One discipline object keeps *all* queues of a service, so that a queue costs a few bytes and no allocation. Where a queue is a
//! list, its ends stand with whoever it is a queue of: what a server needs is then in one place.

pub mod adaptive_lifo;
pub mod fifo;
pub mod lifo;
pub mod list;
pub mod priority;
pub mod random;
pub mod shared;
pub mod shortest_first;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

use std::{fmt, sync::Arc};

use self::list::List;
use crate::{
    config::{Entry, Family},
    model::request::{RequestId, Requests},
    rng::Stream,
};

/// One queue of a service, for whoever keeps it.
#[derive(Debug)]
pub struct Queue<'a> {
    /// Its number among those of the service, from 0.
    pub number: usize,
    /// Its ends, where it is a list; nobody but the discipline changes them.
    pub ends: &'a mut List,
}

/// All queues of a service under one order.
pub trait Discipline: Send {
    /// Puts a request into a queue. Its priority and remaining work stay as they are for as long as it is there, and
    /// its links belong to the discipline.
    fn push(&mut self, queue: Queue<'_>, request: RequestId, requests: &mut Requests);

    /// Puts back a request that was pushed aside by a more urgent one, ahead of its equals.
    fn push_back_first(&mut self, queue: Queue<'_>, request: RequestId, requests: &mut Requests) {
        self.push(queue, request, requests);
    }

    /// Takes out the request that goes next.
    fn pop(&mut self, queue: Queue<'_>, requests: &mut Requests, rng: &mut Stream) -> Option<RequestId>;

    /// Takes out a request that leaves, wherever in the queue it stands.
    fn remove(&mut self, queue: Queue<'_>, request: RequestId, requests: &mut Requests);
}

/// Makes the discipline for one run and this many queues.
pub type BuildDiscipline = dyn Fn(usize) -> Box<dyn Discipline> + Send + Sync;

/// A checked description of a discipline, from which each run makes its own.
#[derive(Clone)]
pub struct DisciplinePlan {
    /// Its name in a scenario.
    pub name: &'static str,
    /// What formulas and the server need to know.
    pub order: Order,
    /// Makes the discipline for one run.
    pub build: Arc<BuildDiscipline>,
}

impl DisciplinePlan {
    /// Returns a description whose runs make the discipline by `build`, which is given the number of queues.
    pub fn new<D: Discipline + 'static>(
        name: &'static str,
        order: Order,
        build: impl Fn(usize) -> D + Send + Sync + 'static,
    ) -> Self {
        Self {
            name,
            order,
            build: Arc::new(move |queues| Box::new(build(queues))),
        }
    }
}

impl fmt::Debug for DisciplinePlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DisciplinePlan")
            .field("name", &self.name)
            .field("order", &self.order)
            .finish_non_exhaustive()
    }
}

/// What formulas and the server need to know of a discipline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// First come, first served.
    Fifo,
    /// Last come, first served, without interrupting anyone.
    Lifo,
    /// First come, first served, and last come while this many wait or more.
    Adaptive {
        /// The number.
        from: u32,
    },
    /// Anyone, with equal chances.
    Random,
    /// All at once, each with an equal part of the server.
    Shared,
    /// The most urgent first.
    Priority {
        /// Whether a more urgent request interrupts a less urgent one, which later goes on where it was.
        preemptive: bool,
    },
    /// The least work first.
    ShortestFirst,
}

/// The disciplines, in the order of the reference.
pub const REGISTRY: &[&Entry<DisciplinePlan>] = &[
    &fifo::ENTRY,
    &lifo::ENTRY,
    &adaptive_lifo::ENTRY,
    &random::ENTRY,
    &shared::ENTRY,
    &priority::ENTRY,
    &shortest_first::ENTRY,
];

impl Family for DisciplinePlan {
    const WHAT: &'static str = "a queueing discipline";
    const TAG: &'static str = "discipline";
    fn entries() -> &'static [&'static Entry<Self>] {
        REGISTRY
    }
}
