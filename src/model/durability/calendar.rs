//! What is still to come, and can be copied.

use std::{cmp::Ordering, collections::BinaryHeap};

use crate::{model::failure::process::FailureEvent, units::SimTime};

/// Something that happens to a store.
#[derive(Clone, Copy, Debug)]
pub(super) enum Event {
    /// For one of the processes.
    Failure { process: u32, event: FailureEvent },
    /// A fault on time begins.
    FaultBegins(u32),
    /// It is over.
    FaultEnds(u32),
    /// A node has been away for so long that its shards are copied to others, unless the stamp is old.
    Away { node: u32, stamp: u32 },
    /// The copy of a replica is complete, unless the stamp is old.
    Copied { slot: u32, stamp: u32 },
    /// A year is over.
    Year,
    /// Failures are hastened no longer, unless the stamp is old.
    Calm { stamp: u32 },
}

#[derive(Clone, Copy, Debug)]
struct Due {
    at: SimTime,
    /// Of events at one instant, the one that was scheduled first happens first.
    order: u64,
    event: Event,
}

impl PartialEq for Due {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Due {}
impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Due {
    fn cmp(&self, other: &Self) -> Ordering {
        // The heap gives the greatest first.
        (other.at, other.order).cmp(&(self.at, self.order))
    }
}

/// Events in the order of their times.
#[derive(Clone, Debug, Default)]
pub(super) struct Calendar {
    due: BinaryHeap<Due>,
    next: u64,
}

impl Calendar {
    pub(super) fn add(&mut self, at: SimTime, event: Event) {
        let order = self.next;
        self.next += 1;
        self.due.push(Due { at, order, event });
    }

    /// Takes the next event that is due by `until`.
    pub(super) fn pop(&mut self, until: SimTime) -> Option<(SimTime, Event)> {
        self.due.peek().filter(|due| due.at <= until)?;
        self.due.pop().map(|due| (due.at, due.event))
    }

    /// Forgets everything that processes have asked for.
    pub(super) fn forget_failures(&mut self) {
        self.due.retain(|due| !matches!(due.event, Event::Failure { .. }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_come_in_order_and_those_of_one_instant_in_that_of_their_scheduling() {
        let mut calendar = Calendar::default();
        let at = SimTime::from_nanos;
        for (time, fault) in [(5, 0), (3, 1), (5, 2), (4, 3), (3, 4)] {
            calendar.add(at(time), Event::FaultBegins(fault));
        }
        let mut seen = Vec::new();
        while let Some((_, Event::FaultBegins(fault))) = calendar.pop(at(4)) {
            seen.push(fault);
        }
        assert_eq!(seen, [1, 4, 3]);
        let copy = calendar.clone().pop(at(9)).unwrap();
        assert!(matches!(copy.1, Event::FaultBegins(0)));
    }
}
