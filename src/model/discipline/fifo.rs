//! First come, first served: a linked list through the requests themselves.

use std::sync::Arc;

use super::{Discipline, DisciplinePlan, Order};
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
    let build = |queues| {
        Box::new(Fifo {
            queues: vec![List::default(); queues],
        }) as Box<dyn Discipline>
    };
    DisciplinePlan {
        name: ENTRY.name,
        order: Order::Fifo,
        build: Arc::new(build),
    }
}

struct Fifo {
    queues: Vec<List>,
}

impl Discipline for Fifo {
    fn push(&mut self, queue: usize, request: RequestId, requests: &mut Requests) {
        self.queues[queue].push_last(request, requests);
    }
    fn pop(&mut self, queue: usize, requests: &mut Requests, _: &mut Stream) -> Option<RequestId> {
        self.queues[queue].pop_first(requests)
    }
    fn remove(&mut self, queue: usize, request: RequestId, requests: &mut Requests) {
        self.queues[queue].remove(request, requests);
    }
}

/// A list of requests, linked through them in both directions.
#[derive(Clone, Debug)]
pub(super) struct List {
    first: RequestId,
    last: RequestId,
}

impl Default for List {
    fn default() -> Self {
        Self {
            first: RequestId::NONE,
            last: RequestId::NONE,
        }
    }
}

impl List {
    #[inline]
    pub(super) fn push_last(&mut self, id: RequestId, requests: &mut Requests) {
        let last = std::mem::replace(&mut self.last, id);
        let request = &mut requests[id];
        (request.prev, request.next) = (last, RequestId::NONE);
        if last == RequestId::NONE {
            self.first = id;
        } else {
            requests[last].next = id;
        }
    }

    #[inline]
    pub(super) fn pop_first(&mut self, requests: &mut Requests) -> Option<RequestId> {
        let id = self.first;
        if id == RequestId::NONE {
            return None;
        }
        self.remove(id, requests);
        Some(id)
    }

    #[inline]
    pub(super) fn remove(&mut self, id: RequestId, requests: &mut Requests) {
        let (prev, next) = (requests[id].prev, requests[id].next);
        if prev == RequestId::NONE {
            self.first = next;
        } else {
            requests[prev].next = next;
        }
        if next == RequestId::NONE {
            self.last = prev;
        } else {
            requests[next].prev = prev;
        }
    }
}
