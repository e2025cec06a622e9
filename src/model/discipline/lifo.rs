//! Last come, first served: what arrived just now is answered while its client still waits.

use super::{Discipline, DisciplinePlan, Order, list::List};
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
    DisciplinePlan::new(ENTRY.name, Order::Lifo, |queues| Lifo {
        queues: List::many(queues),
    })
}

struct Lifo {
    queues: Vec<List>,
}

impl Discipline for Lifo {
    fn push(&mut self, queue: usize, request: RequestId, requests: &mut Requests) {
        self.queues[queue].push_first(request, requests);
    }
    fn pop(&mut self, queue: usize, requests: &mut Requests, _: &mut Stream) -> Option<RequestId> {
        self.queues[queue].pop_first(requests)
    }
    fn remove(&mut self, queue: usize, request: RequestId, requests: &mut Requests) {
        self.queues[queue].remove(request, requests);
    }
}
