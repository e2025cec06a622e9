//! Priorities: the most urgent class goes first, and within a class whoever came first.

use super::{Discipline, DisciplinePlan, Order, Queue, list::List};
use crate::{
    config::{Entry, Section, Table},
    model::request::{RequestId, Requests},
    rng::Stream,
};

pub(super) const ENTRY: Entry<DisciplinePlan> = Entry {
    name: "priority",
    summary: "the most urgent first, and first come, first served among equals",
    example: "preemptive = true",
    fields: Settings::fields,
    read,
};

crate::config_table! {
    /// The most urgent first.
    struct Settings: "priorities" {
        /// Whether a more urgent request interrupts a less urgent one, which later goes on where it was.
        preemptive: bool = false,
    }
}

fn read(section: &Section<'_>) -> Option<DisciplinePlan> {
    let Settings { preemptive } = Settings::read_fields(section)?;
    Some(plan(preemptive))
}

/// Returns service by priority.
pub fn plan(preemptive: bool) -> DisciplinePlan {
    DisciplinePlan::new(ENTRY.name, Order::Priority { preemptive }, |queues| Priority {
        queues: vec![Vec::new(); queues],
    })
}

/// Each queue has a list for every class it has seen, the most urgent first. There are few classes, so looking
/// through them is cheaper than anything clever.
struct Priority {
    queues: Vec<Vec<(u8, List)>>,
}

impl Priority {
    fn class(&mut self, queue: usize, request: RequestId, requests: &Requests) -> &mut List {
        let priority = requests[request].priority;
        let classes = &mut self.queues[queue];
        let place = match classes.binary_search_by_key(&priority, |&(priority, _)| priority) {
            Ok(place) => place,
            Err(place) => {
                classes.insert(place, (priority, List::default()));
                place
            }
        };
        &mut classes[place].1
    }
}

impl Discipline for Priority {
    fn push(&mut self, queue: Queue<'_>, request: RequestId, requests: &mut Requests) {
        self.class(queue.number, request, requests)
            .push_last(request, requests);
    }
    fn push_back_first(&mut self, queue: Queue<'_>, request: RequestId, requests: &mut Requests) {
        self.class(queue.number, request, requests)
            .push_first(request, requests);
    }
    fn pop(&mut self, queue: Queue<'_>, requests: &mut Requests, _: &mut Stream) -> Option<RequestId> {
        let classes = &mut self.queues[queue.number];
        classes.iter_mut().find_map(|(_, list)| list.pop_first(requests))
    }
    fn remove(&mut self, queue: Queue<'_>, request: RequestId, requests: &mut Requests) {
        self.class(queue.number, request, requests)
            .remove(request, requests);
    }
}
