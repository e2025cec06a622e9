//! Adaptive LIFO: first come, first served while the queue is short, and last come, first served when it is long.
//!
//! In an overload not all can be served in time; then it is better to serve some at once than all too late. Maurer, *Fail at
//! Scale*, ACM Queue 13(8), 2015.

use super::{Discipline, DisciplinePlan, Order, Queue};
use crate::{
    config::{Entry, Section, Spanned, Table},
    model::request::{RequestId, Requests},
    rng::Stream,
};

pub(super) const ENTRY: Entry<DisciplinePlan> = Entry {
    name: "adaptive-lifo",
    summary: "first come, first served while few wait, and last come, first served while many do",
    example: "from = 20",
    fields: Settings::fields,
    read,
};

crate::config_table! {
    /// First or last come, first served, by the length of the queue.
    struct Settings: "adaptive LIFO" {
        /// Requests that wait in a queue when it turns around, at least 2.
        from: Spanned<u32> = 10,
    }
}

fn read(section: &Section<'_>) -> Option<DisciplinePlan> {
    let Settings { from } = Settings::read_fields(section)?;
    if *from < 2 {
        let help = "use `lifo` for last come, first served in any case";
        section
            .problems()
            .error(&from.span, "a queue of one has no order", "here", help);
        return None;
    }
    Some(plan(*from))
}

/// Returns last come, first served while at least `from` wait, and first come, first served otherwise.
pub fn plan(from: u32) -> DisciplinePlan {
    DisciplinePlan::new(ENTRY.name, Order::Adaptive { from }, move |queues| AdaptiveLifo {
        from,
        lengths: vec![0; queues],
    })
}

struct AdaptiveLifo {
    from: u32,
    /// Of each queue.
    lengths: Vec<u32>,
}

impl Discipline for AdaptiveLifo {
    fn push(&mut self, queue: Queue<'_>, request: RequestId, requests: &mut Requests) {
        let length = &mut self.lengths[queue.number];
        queue.ends.push_last(request, requests);
        *length += 1;
    }
    fn pop(&mut self, queue: Queue<'_>, requests: &mut Requests, _: &mut Stream) -> Option<RequestId> {
        let length = &mut self.lengths[queue.number];
        let popped = if self.from <= *length {
            queue.ends.pop_last(requests)
        } else {
            queue.ends.pop_first(requests)
        };
        *length -= u32::from(popped.is_some());
        popped
    }
    fn remove(&mut self, queue: Queue<'_>, request: RequestId, requests: &mut Requests) {
        let length = &mut self.lengths[queue.number];
        queue.ends.remove(request, requests);
        *length -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::testing::{Queues, waiting},
        *,
    };
    use crate::{model::request::Needs, rng::Seed};

    #[test]
    fn a_long_queue_turns_around() {
        let mut requests = Requests::new(Needs::default());
        let mut rng = Seed(1).replication(0).stream("queue");
        let mut queue = Queues::new((plan(3).build)(1), 1);
        let ids: Vec<RequestId> = (0..5).map(|_| waiting(&mut requests, 0, 1)).collect();
        for &id in &ids {
            queue.push(0, id, &mut requests);
        }
        // Five, four and three wait: the last goes; then two and one: the first.
        let mut order = Vec::new();
        while let Some(id) = queue.pop(0, &mut requests, &mut rng) {
            order.push(ids.iter().position(|&other| other == id).unwrap());
        }
        assert_eq!(order, [4, 3, 2, 0, 1]);
        for &id in &ids {
            queue.push(0, id, &mut requests);
        }
        for gone in [4, 0, 2] {
            queue.remove(0, ids[gone], &mut requests);
        }
        assert_eq!(queue.pop(0, &mut requests, &mut rng), Some(ids[1]));
        assert_eq!(queue.pop(0, &mut requests, &mut rng), Some(ids[3]));
        assert_eq!(queue.pop(0, &mut requests, &mut rng), None);
    }
}
