//! First come, first served.

use super::{Discipline, DisciplinePlan, Order, list::List};
use crate::{
    config::Entry,
    model::request::{RequestId, Requests},
    rng::Stream,
};

pub(super) const ENTRY: Entry<DisciplinePlan> = Entry {
    name: "fifo",
    summary: "first come, first served",
    example: "",
    fields: Vec::new,
    read: |_| Some(plan()),
};

/// Returns first come, first served.
pub fn plan() -> DisciplinePlan {
    DisciplinePlan::new(ENTRY.name, Order::Fifo, Fifo::new)
}

/// Also holds who waits for a place on a shared server.
pub(super) struct Fifo {
    queues: Vec<List>,
}

impl Fifo {
    pub(super) fn new(queues: usize) -> Self {
        Self {
            queues: List::many(queues),
        }
    }
}

impl Discipline for Fifo {
    fn push(&mut self, queue: usize, request: RequestId, requests: &mut Requests) {
        self.queues[queue].push_last(request, requests);
    }
    fn push_back_first(&mut self, queue: usize, request: RequestId, requests: &mut Requests) {
        self.queues[queue].push_first(request, requests);
    }
    fn pop(&mut self, queue: usize, requests: &mut Requests, _: &mut Stream) -> Option<RequestId> {
        self.queues[queue].pop_first(requests)
    }
    fn first(&self, queue: usize) -> Option<RequestId> {
        self.queues[queue].first()
    }
    fn remove(&mut self, queue: usize, request: RequestId, requests: &mut Requests) {
        self.queues[queue].remove(request, requests);
    }
}
