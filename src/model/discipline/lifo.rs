//! Last come, first served: what arrived just now is answered while its client still waits.

use super::{Discipline, DisciplinePlan, Order, Queue};
use crate::{
    config::Entry,
    model::request::{RequestId, Requests},
    rng::Stream,
};

pub(super) const ENTRY: Entry<DisciplinePlan> = Entry {
    name: "lifo",
    summary: "last come, first served; nobody is interrupted",
    example: "",
    fields: Vec::new,
    read: |_| Some(plan()),
};

/// Returns last come, first served.
pub fn plan() -> DisciplinePlan {
    DisciplinePlan::new(ENTRY.name, Order::Lifo, |_| Lifo)
}

struct Lifo;

impl Discipline for Lifo {
    fn push(&mut self, queue: Queue<'_>, request: RequestId, requests: &mut Requests) {
        queue.ends.push_first(request, requests);
    }
    fn pop(&mut self, queue: Queue<'_>, requests: &mut Requests, _: &mut Stream) -> Option<RequestId> {
        queue.ends.pop_first(requests)
    }
    fn remove(&mut self, queue: Queue<'_>, request: RequestId, requests: &mut Requests) {
        queue.ends.remove(request, requests);
    }
}
