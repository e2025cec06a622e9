//! A list of requests, linked through the requests themselves in both directions: eight bytes, and no allocation.

use crate::model::request::{RequestId, Requests};

/// A list of waiting requests. Nothing is known of what is ahead of the first.
#[derive(Clone, Debug)]
pub struct List {
    first: RequestId,
    /// Only of use when there is a first.
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
        // Whether a queue is empty cannot be foretold, so an empty one is linked to itself rather than asked about.
        let empty = self.first == RequestId::NONE;
        let last = if empty { id } else { self.last };
        requests[last].next = id;
        let request = &mut requests[id];
        (request.prev, request.next) = (last, RequestId::NONE);
        self.first = if empty { id } else { self.first };
        self.last = id;
    }

    #[inline]
    pub(super) fn push_first(&mut self, id: RequestId, requests: &mut Requests) {
        let first = std::mem::replace(&mut self.first, id);
        requests[id].next = first;
        if first == RequestId::NONE {
            self.last = id;
        } else {
            requests[first].prev = id;
        }
    }

    /// Returns the first, or another if there is none.
    #[inline]
    pub(in crate::model) fn first_or(&self, other: RequestId) -> RequestId {
        if self.first == RequestId::NONE {
            other
        } else {
            self.first
        }
    }

    #[inline]
    pub(super) fn pop_first(&mut self, requests: &mut Requests) -> Option<RequestId> {
        let id = self.first;
        if id == RequestId::NONE {
            return None;
        }
        self.first = requests[id].next;
        Some(id)
    }

    pub(super) fn pop_last(&mut self, requests: &mut Requests) -> Option<RequestId> {
        if self.first == RequestId::NONE {
            return None;
        }
        let id = self.last;
        self.remove(id, requests);
        Some(id)
    }

    #[inline]
    pub(super) fn remove(&mut self, id: RequestId, requests: &mut Requests) {
        let (prev, next) = (requests[id].prev, requests[id].next);
        if self.first == id {
            self.first = next;
            return;
        }
        requests[prev].next = next;
        if next == RequestId::NONE {
            self.last = prev;
        } else {
            requests[next].prev = prev;
        }
    }
}
