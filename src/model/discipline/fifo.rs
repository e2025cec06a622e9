//! First come, first served.

use super::{Discipline, DisciplinePlan, Order, Queue};
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
    DisciplinePlan::new(ENTRY.name, Order::Fifo, |_| Fifo)
}

/// Also holds who waits for a place on a shared server.
pub(super) struct Fifo;

impl Discipline for Fifo {
    fn push(&mut self, queue: Queue<'_>, request: RequestId, requests: &mut Requests) {
        queue.ends.push_last(request, requests);
    }
    fn push_back_first(&mut self, queue: Queue<'_>, request: RequestId, requests: &mut Requests) {
        queue.ends.push_first(request, requests);
    }
    fn pop(&mut self, queue: Queue<'_>, requests: &mut Requests, _: &mut Stream) -> Option<RequestId> {
        queue.ends.pop_first(requests)
    }
    fn remove(&mut self, queue: Queue<'_>, request: RequestId, requests: &mut Requests) {
        queue.ends.remove(request, requests);
    }
}
