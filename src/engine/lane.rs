//! Lanes: queues for events whose times never decrease.
//!
//! The next arrival of a stream, or timeouts of one constant length, come in order by themselves. A lane keeps
//! them first in, first out, and only its head competes with the rest, so they cost no heap work at all.
//!
//! **Memory.** A lane keeps the space of its longest moment. Cells emptied by cancelling are dropped once they
//! reach the front; they are not swept from the middle, because numbers of cells must stay what they are, and
//! with timeouts of one length none stays longer than that length.

use std::collections::VecDeque;

use super::key::Key;

/// Names a lane of one simulation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LaneId(pub(super) u32);

/// All lanes of a simulation, and which of them comes first.
///
/// Lanes are few, so the first is found by looking at every head, and only when a head has changed.
#[derive(Debug)]
pub(super) struct Lanes<E> {
    all: Vec<Lane<E>>,
    /// The key of each lane's head, or [`Key::NEVER`]; side by side, so that looking at all of them is quick.
    heads: Vec<Key>,
    first: Key,
    first_lane: usize,
}

#[derive(Debug)]
struct Lane<E> {
    /// The event at the front, whose key is in `heads`. Apart from the rest, because many a lane, such as that of a
    /// stream's next arrival, never holds more than one.
    head: Option<E>,
    /// The events behind it. A cancelled one leaves an empty cell.
    rest: VecDeque<(Key, Option<E>)>,
    /// How many cells have left the front: the head is number `gone`, and the cell at position `p` of the rest number
    /// `gone + 1 + p`, for good.
    gone: u64,
    cancelled: usize,
    /// The time that the next event may not fall below.
    latest: u64,
}

impl<E> Lane<E> {
    /// Puts an event behind others and returns the number of its cell.
    #[inline(never)]
    fn push_behind(&mut self, key: Key, event: E) -> u64 {
        self.rest.push_back((key, Some(event)));
        self.gone + self.rest.len() as u64
    }

    /// Moves the first event of the rest to the front, where nothing is, and returns its key.
    #[inline(never)]
    fn move_up(&mut self) -> Key {
        while let Some((key, event)) = self.rest.pop_front() {
            if event.is_some() {
                self.head = event;
                return key;
            }
            self.gone += 1;
            self.cancelled -= 1;
        }
        Key::NEVER
    }
}

impl<E> Lanes<E> {
    pub(super) const fn new() -> Self {
        Self {
            all: Vec::new(),
            heads: Vec::new(),
            first: Key::NEVER,
            first_lane: 0,
        }
    }

    pub(super) fn add(&mut self) -> LaneId {
        let id = u32::try_from(self.all.len()).expect("fewer lanes than 2^32");
        self.all.push(Lane {
            head: None,
            rest: VecDeque::new(),
            gone: 0,
            cancelled: 0,
            latest: 0,
        });
        self.heads.push(Key::NEVER);
        LaneId(id)
    }

    /// Returns the key of the first event of all lanes, or [`Key::NEVER`].
    #[inline]
    pub(super) const fn first(&self) -> Key {
        self.first
    }

    /// Puts an event at the end of a lane and returns the number of its cell.
    #[inline]
    pub(super) fn push(&mut self, lane: LaneId, key: Key, event: E) -> u64 {
        let index = lane.0 as usize;
        let lane = &mut self.all[index];
        assert!(lane.latest <= key.time, "times within a lane never decrease");
        lane.latest = key.time;
        if lane.head.is_some() {
            return lane.push_behind(key, event);
        }
        lane.head = Some(event);
        self.heads[index] = key;
        if key < self.first {
            (self.first, self.first_lane) = (key, index);
        }
        lane.gone
    }

    /// Takes the first event of all lanes.
    #[inline]
    pub(super) fn pop(&mut self) -> Option<E> {
        let event = self.all.get_mut(self.first_lane)?.head.take()?;
        self.settle(self.first_lane);
        Some(event)
    }

    /// Empties a cell; returns whether an event was waiting there.
    #[inline]
    pub(super) fn cancel(&mut self, lane: LaneId, cell: u64) -> bool {
        let index = lane.0 as usize;
        let lane = &mut self.all[index];
        if cell == lane.gone && lane.head.is_some() {
            lane.head = None;
            self.settle(index);
            return true;
        }
        let Some(position) = cell.checked_sub(lane.gone + 1) else {
            return false;
        };
        let Some((_, event)) = lane.rest.get_mut(position as usize) else {
            return false;
        };
        let pending = event.take().is_some();
        lane.cancelled += usize::from(pending);
        pending
    }

    /// Counts the events that wait in all lanes.
    pub(super) fn len(&self) -> usize {
        let waiting = |lane: &Lane<E>| usize::from(lane.head.is_some()) + lane.rest.len() - lane.cancelled;
        self.all.iter().map(waiting).sum()
    }

    /// Moves the first event behind an emptied head to the front, and finds the new first of all lanes.
    #[inline]
    fn settle(&mut self, index: usize) {
        let lane = &mut self.all[index];
        lane.gone += 1;
        self.heads[index] = if lane.rest.is_empty() {
            Key::NEVER
        } else {
            lane.move_up()
        };
        if index == self.first_lane {
            self.first = self.heads[index];
            if 1 < self.heads.len() {
                self.find_first();
            }
        }
    }

    #[inline(never)]
    fn find_first(&mut self) {
        self.first = Key::NEVER;
        for (index, &head) in self.heads.iter().enumerate() {
            if head < self.first {
                (self.first, self.first_lane) = (head, index);
            }
        }
    }

    /// Returns how many cells there are, empty ones included.
    #[cfg(test)]
    pub(super) fn cells(&self) -> usize {
        let cells = |lane: &Lane<E>| usize::from(lane.head.is_some()) + lane.rest.len();
        self.all.iter().map(cells).sum()
    }
}
