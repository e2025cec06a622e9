//! The clock and everything that is still to happen.

use super::{
    key::Key,
    lane::{LaneId, Lanes},
    queue::{BucketQueue, Entry},
    ticket::Tickets,
};
use crate::units::{SimDuration, SimTime};

/// Cancelled entries that may stay in the queue before it is worth a sweep.
const CANCELLED_KEPT: usize = 64;

/// A simulated clock and the events that are still to happen, in one total order: by time, and within an instant
/// in the order in which they were scheduled.
///
/// `E` is whatever the model calls an event; keep it small (8 bytes make a queue entry of 24). Scheduling and
/// popping take time that hardly depends on how much is pending: an entry of the queue moves at most eleven times,
/// once or twice in practice. Memory follows what is pending.
#[derive(Debug)]
pub struct Simulation<E> {
    now: SimTime,
    /// Events scheduled so far: the next sequence number.
    scheduled: u64,
    queue: BucketQueue<E>,
    /// The slots in which cancellable events wait. A set of its own: those events are rare, and all others are then
    /// stored as they are.
    ticketed: BucketQueue<u32>,
    tickets: Tickets<E>,
    /// Entries of `ticketed` whose event has been cancelled.
    cancelled: usize,
    lanes: Lanes<E>,
}

/// Names one scheduled event, for [`Simulation::cancel`]. It stays unique when the event has long gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventId(Place);

/// Events that come soon, in no order.
#[derive(Clone, Copy, Debug)]
pub struct Soon<'a, E>(&'a [Entry<E>]);

impl<'a, E> Soon<'a, E> {
    /// Returns how many there are.
    #[inline]
    pub fn count(&self) -> usize {
        self.0.len()
    }
    /// Returns the events and when they happen.
    #[inline]
    pub fn iter(&self) -> impl Iterator<Item = (SimTime, &'a E)> + use<'a, E> {
        let timed = |entry: &'a Entry<E>| (SimTime::from_nanos(entry.key.time), &entry.payload);
        self.0.iter().map(timed)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Queue { slot: u32, seq: u64 },
    Lane { lane: LaneId, cell: u64 },
}

impl<E> Simulation<E> {
    /// Returns a simulation at [`SimTime::ZERO`] in which nothing is going to happen.
    pub fn new() -> Self {
        Self {
            now: SimTime::ZERO,
            scheduled: 0,
            queue: BucketQueue::new(),
            ticketed: BucketQueue::new(),
            tickets: Tickets::new(),
            cancelled: 0,
            lanes: Lanes::new(),
        }
    }

    /// Returns the present instant: the time of the last event popped, or the last horizon reached.
    #[inline]
    pub const fn now(&self) -> SimTime {
        self.now
    }

    /// Schedules an event; asserts that `at` is not in the past.
    #[inline]
    pub fn schedule_at(&mut self, at: SimTime, event: E) {
        let key = self.next_key(at);
        self.queue.push(key, event);
    }

    /// Schedules an event `delay` from now; beyond the clock's end means at its end.
    #[inline]
    pub fn schedule_in(&mut self, delay: SimDuration, event: E) {
        self.schedule_at(self.now + delay, event);
    }

    /// Schedules an event that [`Simulation::cancel`] can take back; asserts that `at` is not in the past.
    #[inline]
    pub fn schedule_cancellable_at(&mut self, at: SimTime, event: E) -> EventId {
        let key = self.next_key(at);
        let slot = self.tickets.put(key.seq, event);
        self.ticketed.push(key, slot);
        EventId(Place::Queue { slot, seq: key.seq })
    }

    /// Opens a lane: a first-in, first-out queue for events whose times never decrease, such as the next arrival
    /// of a stream or timeouts of one constant length.
    ///
    /// A lane costs a few nanoseconds an event, however long it is. Every event taken from a lane looks at the
    /// heads of all lanes, so open tens of them, not thousands.
    pub fn add_lane(&mut self) -> LaneId {
        self.lanes.add()
    }

    /// Schedules an event at the end of a lane; asserts that `at` is neither in the past nor before an event
    /// that was ever scheduled in this lane.
    ///
    /// A cancelled event leaves an empty cell until it reaches the front of the lane, where it goes at once. So a
    /// lane is as long as what was scheduled since its oldest pending event: for timeouts, at most one timeout's
    /// worth.
    #[inline]
    pub fn schedule_in_lane(&mut self, lane: LaneId, at: SimTime, event: E) -> EventId {
        let key = self.next_key(at);
        let cell = self.lanes.push(lane, key, event);
        EventId(Place::Lane { lane, cell })
    }

    /// Drops an event of this simulation that has not happened yet; returns whether it was still pending.
    #[inline]
    pub fn cancel(&mut self, id: EventId) -> bool {
        match id.0 {
            Place::Lane { lane, cell } => self.lanes.cancel(lane, cell),
            Place::Queue { slot, seq } => {
                let pending = self.tickets.take(slot, seq).is_some();
                if pending {
                    // Its ticket stays behind and is thrown away when its time comes, or by a sweep.
                    self.cancelled += 1;
                    if CANCELLED_KEPT < self.cancelled && self.ticketed.len() < 2 * self.cancelled {
                        self.sweep();
                    }
                }
                pending
            }
        }
    }

    /// Takes the next event and moves the clock to it; `None` when nothing is pending.
    #[inline]
    pub fn pop(&mut self) -> Option<E> {
        let event = self.pop_through(u64::MAX, |_| {});
        if event.is_none() {
            // Only cancelled entries were left, and they may have been later than the clock.
            self.ticketed.restart(self.now.as_nanos());
        }
        event
    }

    /// Takes the next event strictly before `horizon` and moves the clock to it. When there is none, moves the
    /// clock to `horizon` and returns `None`: events at the horizon itself belong to what comes after.
    ///
    /// Asserts that the horizon is not in the past.
    #[inline]
    pub fn pop_until(&mut self, horizon: SimTime) -> Option<E> {
        self.pop_until_telling(horizon, |_| {})
    }

    /// The same, and tells `soon` of events that come next, up to a few hundred, most of them once: what they need can be
    /// fetched before they come. Others may come between them.
    #[inline]
    pub fn pop_until_telling(&mut self, horizon: SimTime, soon: impl FnMut(Soon<'_, E>)) -> Option<E> {
        assert!(self.now <= horizon, "the horizon is in the past");
        let last = horizon.as_nanos().checked_sub(1)?;
        let event = self.pop_through(last, soon);
        if event.is_none() {
            self.now = horizon;
        }
        event
    }

    /// Counts the events that are still to happen.
    pub fn pending(&self) -> usize {
        self.queue.len() + self.ticketed.len() - self.cancelled + self.lanes.len()
    }

    /// Returns when the next event happens. Quick, except that cancelled events in front must be looked through.
    pub fn next_time(&self) -> Option<SimTime> {
        let ticketed = if self.cancelled == 0 {
            self.ticketed.first()
        } else {
            let holds = |entry: &Entry<u32>| self.tickets.holds(entry.payload, entry.key.seq);
            self.ticketed.first_where(holds).unwrap_or(Key::NEVER)
        };
        let next = ticketed.min(self.queue.first()).min(self.lanes.first());
        (next != Key::NEVER).then(|| SimTime::from_nanos(next.time))
    }

    #[inline]
    fn next_key(&mut self, at: SimTime) -> Key {
        assert!(self.now <= at, "an event cannot be scheduled in the past");
        let seq = self.scheduled;
        self.scheduled += 1;
        Key {
            time: at.as_nanos(),
            seq,
        }
    }

    /// Takes the next event unless it is later than `last`.
    #[inline]
    fn pop_through(&mut self, last: u64, mut soon: impl FnMut(Soon<'_, E>)) -> Option<E> {
        let (queued, laned) = (self.queue.first_time(), self.lanes.first().time);
        let next = queued.min(laned);
        if last < next || self.ticketed.first_time() <= next || queued == laned {
            return self.pop_rarely(last);
        }
        self.now = SimTime::from_nanos(next);
        if laned < queued {
            self.lanes.pop()
        } else {
            self.queue.pop_telling(|entries| soon(Soon(entries)))
        }
    }

    /// The same where tickets may be in front, times are equal, or nothing is to come.
    #[cold]
    fn pop_rarely(&mut self, last: u64) -> Option<E> {
        loop {
            let (queued, laned, ticketed) = (self.queue.first(), self.lanes.first(), self.ticketed.first());
            let next = queued.min(laned).min(ticketed);
            if last < next.time || next == Key::NEVER {
                return None;
            }
            let event = if next == laned {
                self.lanes.pop()
            } else if next == queued {
                self.queue.pop()
            } else {
                let slot = self.ticketed.pop()?;
                self.tickets.take(slot, next.seq)
            };
            if event.is_some() {
                self.now = SimTime::from_nanos(next.time);
                return event;
            }
            // A cancelled one. Whatever comes next is later still, so its queue does not run ahead of the clock.
            self.cancelled -= 1;
        }
    }

    /// Throws the tickets of cancelled events out: at most half of them stay, so this pays.
    #[cold]
    fn sweep(&mut self) {
        self.ticketed
            .retain(|entry| self.tickets.holds(entry.payload, entry.key.seq));
        self.cancelled = 0;
    }
}

impl<E> Default for Simulation<E> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Seed;

    fn at(nanos: u64) -> SimTime {
        SimTime::from_nanos(nanos)
    }

    #[test]
    fn a_stale_id_cancels_nothing_even_when_its_slot_is_in_use_again() {
        let mut simulation = Simulation::new();
        let lane = simulation.add_lane();
        let fired = simulation.schedule_cancellable_at(at(1), 1);
        let fired_in_lane = simulation.schedule_in_lane(lane, at(1), 2);
        assert_eq!((simulation.pop(), simulation.pop()), (Some(1), Some(2)));
        let next = simulation.schedule_cancellable_at(at(2), 3);
        assert_eq!(simulation.tickets.slots(), 1, "the slot is in use again");
        assert!(!simulation.cancel(fired) && !simulation.cancel(fired_in_lane));
        assert!(simulation.cancel(next) && !simulation.cancel(next));
        assert_eq!((simulation.pending(), simulation.pop()), (0, None));
    }

    /// Timeouts that never fire, the common case: a hundred in flight, a hundred thousand scheduled and cancelled.
    #[test]
    fn memory_follows_what_is_pending_however_much_is_cancelled() {
        let mut simulation = Simulation::new();
        let lane = simulation.add_lane();
        let mut in_flight = std::collections::VecDeque::new();
        let mut delays = Seed(3).replication(0).stream("delays");
        for step in 0..100_000_u64 {
            assert_eq!(simulation.pop_until(at(step)), None, "no timeout ever fires");
            let later = at(1_000_000_000 + delays.below(1_000_000) as u64);
            let timeout = simulation.schedule_in_lane(lane, at(step + 1_000), step);
            in_flight.push_back([simulation.schedule_cancellable_at(later, step), timeout]);
            if 100 < in_flight.len() {
                for id in in_flight.pop_front().expect("it is not empty") {
                    assert!(simulation.cancel(id));
                }
            }
        }
        assert_eq!(simulation.pending(), 200);
        assert!(
            simulation.ticketed.len() <= 2 * 100 + CANCELLED_KEPT,
            "{}",
            simulation.ticketed.len()
        );
        assert!(
            simulation.tickets.slots() <= 101,
            "{}",
            simulation.tickets.slots()
        );
        assert_eq!(simulation.lanes.cells(), 100);
    }

    #[test]
    fn a_queue_entry_of_a_small_event_takes_24_bytes() {
        assert_eq!(size_of::<Entry<u64>>(), 24);
        assert_eq!(size_of::<Option<EventId>>(), 16);
    }
}
