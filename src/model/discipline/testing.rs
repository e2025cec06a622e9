//! What tests of several disciplines share.

use super::{Discipline, Queue, list::List};
use crate::{
    model::request::{Request, RequestId, Requests},
    rng::Stream,
    units::{SimDuration, SimTime},
};

/// Some queues with their ends.
pub(super) struct Queues {
    discipline: Box<dyn Discipline>,
    ends: Vec<List>,
}

impl Queues {
    pub(super) fn new(discipline: Box<dyn Discipline>, count: usize) -> Self {
        Self {
            discipline,
            ends: vec![List::default(); count],
        }
    }
    fn at(&mut self, number: usize) -> (&mut dyn Discipline, Queue<'_>) {
        let ends = &mut self.ends[number];
        (&mut *self.discipline, Queue { number, ends })
    }
    pub(super) fn push(&mut self, queue: usize, request: RequestId, requests: &mut Requests) {
        let (discipline, queue) = self.at(queue);
        discipline.push(queue, request, requests);
    }
    pub(super) fn push_back_first(&mut self, queue: usize, request: RequestId, requests: &mut Requests) {
        let (discipline, queue) = self.at(queue);
        discipline.push_back_first(queue, request, requests);
    }
    pub(super) fn pop(
        &mut self,
        queue: usize,
        requests: &mut Requests,
        rng: &mut Stream,
    ) -> Option<RequestId> {
        let (discipline, queue) = self.at(queue);
        discipline.pop(queue, requests, rng)
    }
    pub(super) fn remove(&mut self, queue: usize, request: RequestId, requests: &mut Requests) {
        let (discipline, queue) = self.at(queue);
        discipline.remove(queue, request, requests);
    }
}

/// Takes in a request that waits, with this priority and work.
pub(super) fn waiting(requests: &mut Requests, priority: u8, work_ms: u64) -> RequestId {
    let work = SimDuration::from_nanos(work_ms * 1_000_000);
    let mut request = Request::new(SimTime::ZERO, work, 0, 0, priority);
    request.server = 0;
    requests.insert(request)
}
