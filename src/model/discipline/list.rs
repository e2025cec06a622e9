//! A list of requests, linked through the requests themselves in both directions: eight bytes, and no allocation.

use crate::model::request::{RequestId, Requests};

/// A list of waiting requests.
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
    /// Returns this many empty lists.
    pub(super) fn many(count: usize) -> Vec<Self> {
        vec![Self::default(); count]
    }

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
    pub(super) fn push_first(&mut self, id: RequestId, requests: &mut Requests) {
        let first = std::mem::replace(&mut self.first, id);
        let request = &mut requests[id];
        (request.prev, request.next) = (RequestId::NONE, first);
        if first == RequestId::NONE {
            self.last = id;
        } else {
            requests[first].prev = id;
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
