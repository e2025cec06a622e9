//! Shortest job first: the least work first, as if it were known. Nobody is interrupted.
//!
//! Among orders that do not interrupt it keeps the mean wait at one server the least (Smith, *Naval Research Logistics
//! Quarterly* 3, 1956, for a fixed set of jobs).

use super::{Discipline, DisciplinePlan, Order, Queue};
use crate::{
    config::Entry,
    model::request::{RequestId, Requests},
    rng::Stream,
    units::SimDuration,
};

pub(super) const ENTRY: Entry<DisciplinePlan> = Entry {
    name: "shortest-job-first",
    summary: "the least work first; nobody is interrupted",
    example: "",
    fields: Vec::new,
    read: |_| Some(plan()),
};

/// Returns shortest job first.
pub fn plan() -> DisciplinePlan {
    DisciplinePlan::new(ENTRY.name, Order::ShortestFirst, |queues| ShortestFirst {
        queues: vec![Vec::new(); queues],
        pushed: 0,
    })
}

/// A binary heap a queue. Each request remembers in its link where in the heap it stands, so that leaving takes no
/// search.
struct ShortestFirst {
    queues: Vec<Vec<Waiting>>,
    /// How many were pushed so far: among equals the first pushed goes first.
    pushed: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Waiting {
    work: SimDuration,
    pushed: u64,
    request: RequestId,
}

impl Discipline for ShortestFirst {
    fn push(&mut self, queue: Queue<'_>, request: RequestId, requests: &mut Requests) {
        self.pushed += 1;
        let heap = &mut self.queues[queue.number];
        heap.push(Waiting {
            work: requests[request].work,
            pushed: self.pushed,
            request,
        });
        let last = heap.len() - 1;
        rise(heap, last, requests);
    }
    fn pop(&mut self, queue: Queue<'_>, requests: &mut Requests, _: &mut Stream) -> Option<RequestId> {
        let heap = &mut self.queues[queue.number];
        let first = heap.first()?.request;
        take(heap, 0, requests);
        Some(first)
    }
    fn remove(&mut self, queue: Queue<'_>, request: RequestId, requests: &mut Requests) {
        let heap = &mut self.queues[queue.number];
        let place = requests[request].next.0 as usize;
        debug_assert!(heap[place].request == request, "not in this queue");
        take(heap, place, requests);
    }
}

/// Takes out the entry at `place`; the last one fills the gap and moves to where it belongs.
fn take(heap: &mut Vec<Waiting>, place: usize, requests: &mut Requests) {
    heap.swap_remove(place);
    if place < heap.len() {
        let place = sink(heap, place, requests);
        rise(heap, place, requests);
    }
}

/// Moves the entry at `place` toward the front until none ahead of it is behind it in order.
fn rise(heap: &mut [Waiting], mut place: usize, requests: &mut Requests) {
    let entry = heap[place];
    while 0 < place && entry < heap[(place - 1) / 2] {
        let parent = (place - 1) / 2;
        put(heap, place, heap[parent], requests);
        place = parent;
    }
    put(heap, place, entry, requests);
}

/// Moves the entry at `place` away from the front until none behind it is ahead of it in order; returns its new place.
fn sink(heap: &mut [Waiting], mut place: usize, requests: &mut Requests) -> usize {
    let entry = heap[place];
    while let Some(&left) = heap.get(2 * place + 1) {
        let right = heap.get(2 * place + 2).filter(|&&right| right < left);
        let (child, least) = right.map_or((2 * place + 1, left), |&right| (2 * place + 2, right));
        if entry < least {
            break;
        }
        put(heap, place, least, requests);
        place = child;
    }
    put(heap, place, entry, requests);
    place
}

fn put(heap: &mut [Waiting], place: usize, entry: Waiting, requests: &mut Requests) {
    heap[place] = entry;
    requests[entry.request].next = RequestId(place as u32);
}
