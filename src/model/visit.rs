//! Requests whose server has done its own work and waits for what it has called.
//!
//! A visit outlives its request while calls of it are under way: their answers come to nobody then. So a call needs no
//! proof that its caller still waits, and memory follows what is in flight.

use super::{
    fetch::fetch,
    join::{Join, Progress, Small},
    request::RequestId,
    storage::{Operation, versions::Version},
};
use crate::units::{SimDuration, SimTime};

/// A visit; valid until its request has ended and no call of it is under way, when the number may be given to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct VisitId(pub(super) u32);

impl VisitId {
    /// Stands for no visit.
    pub(super) const NONE: Self = Self(u32::MAX);
}

/// What a request waits for after its own work, in one line of the cache.
#[derive(Clone, Debug)]
#[repr(align(64))]
pub(super) struct Visit {
    /// Why it waits.
    pub(super) kind: Kind,
    /// The request; [`RequestId::NONE`] when it has ended.
    pub(super) request: RequestId,
    /// When its calls began.
    pub(super) began: SimTime,
    /// The time that its own work took.
    pub(super) own: SimDuration,
    /// The phase that is under way, as an index into those of the service.
    pub(super) phase: u16,
    /// When that began.
    pub(super) phase_began: SimTime,
    /// How far the first calls of this phase are; few have more of them, or of more answers.
    joins: [Small; Self::FEW],
    /// Whether its request may be followed: most are not, and nobody has to ask them.
    pub(super) followed: bool,
    /// How many of them are not complete.
    pub(super) open: u16,
    /// Whether they are just being sent.
    pub(super) sending: bool,
    /// Whether one of them cannot be completed any more.
    pub(super) failed: bool,
    /// Whether it could go on, but its server hangs.
    pub(super) stalled: bool,
    /// Whatever will still come back to it.
    pub(super) pending: u32,
}

/// Why a request waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Its server has called others.
    Calls,
    /// It is an operation on a store, and looks up where its shard is.
    Lookup,
    /// It is an operation on a store, and waits for replicas.
    Operation,
    /// It is a write at the leader of its shard, and waits for followers.
    Replication,
}

/// An operation on a store.
#[derive(Clone, Copy, Debug)]
pub(super) struct Op {
    /// The store.
    pub(super) service: u16,
    pub(super) operation: Operation,
    pub(super) key: u32,
    pub(super) shard: u32,
    pub(super) begun: SimTime,
    /// The last version that was acknowledged before it began, and when.
    pub(super) expected: (Version, SimTime),
    /// The version that it writes, if that is known.
    pub(super) version: Version,
}

/// What is known of a visit that is an operation on a store, or a part of one.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) op: Op,
    /// What replicas have answered.
    pub(super) answers: Vec<(u8, Version)>,
}

/// All visits, in a slab.
#[derive(Debug, Default)]
pub(super) struct Visits {
    cells: Vec<Visit>,
    /// Of the cells up to the last that is or was a part of an operation.
    parts: Vec<Part>,
    /// The calls of a phase that have no room in the cells, by their places; of the cells up to the last that has or had
    /// such.
    more: Vec<Vec<Join>>,
    free: Vec<u32>,
}

impl Visits {
    /// Opens the visit of a request whose own work is done.
    pub(super) fn open(&mut self, request: RequestId, followed: bool, now: SimTime) -> VisitId {
        let cell = Visit::fresh(request, followed, now);
        if let Some(at) = self.free.pop() {
            self.cells[at as usize] = cell;
            return VisitId(at);
        }
        self.cells.push(cell);
        VisitId(self.cells.len() as u32 - 1)
    }
    /// Says how far the call at a place of the present phase is from being complete.
    #[inline]
    pub(super) fn set_join(&mut self, id: VisitId, place: usize, join: Join) {
        let small = Small::new(join);
        if let Some(there) = self.get(id).joins.get_mut(place) {
            *there = small;
            if small != Small::ELSEWHERE {
                return;
            }
        }
        self.set_join_elsewhere(id, place, join);
    }
    #[inline(never)]
    fn set_join_elsewhere(&mut self, id: VisitId, place: usize, join: Join) {
        let at = id.0 as usize;
        if self.more.len() <= at {
            self.more.resize(at + 1, Vec::new());
        }
        let more = &mut self.more[at];
        if more.len() <= place {
            more.resize(place + 1, Join::default());
        }
        more[place] = join;
    }
    /// Returns how far the call at a place of the present phase is from being complete.
    #[inline]
    pub(super) fn join(&self, id: VisitId, place: usize) -> Join {
        let at = id.0 as usize;
        match self.cells[at].joins.get(place) {
            Some(&small) if small != Small::ELSEWHERE => small.join(),
            _ => self.more[at][place],
        }
    }
    /// One more answer to that call has come, or will not come; an `optional` one does not have to.
    #[inline]
    pub(super) fn ended(&mut self, id: VisitId, place: usize, good: bool, optional: bool) -> Progress {
        let mut join = self.join(id, place);
        let mut progress = join.ended(good);
        if progress == Progress::Failed && optional {
            join.needed = 0;
            progress = Progress::Complete;
        }
        self.set_join(id, place, join);
        progress
    }
    /// The same for an operation, or a part of one.
    pub(super) fn open_part(&mut self, request: RequestId, now: SimTime, kind: Kind, op: Op) -> VisitId {
        let id = self.open(request, true, now);
        self.get(id).kind = kind;
        let at = id.0 as usize;
        if self.parts.len() <= at {
            let answers = Vec::new();
            self.parts.resize(at + 1, Part { op, answers });
        }
        let part = &mut self.parts[at];
        part.op = op;
        part.answers.clear();
        id
    }
    /// Returns what is known of a visit that is an operation, or a part of one.
    #[inline]
    pub(super) fn part(&mut self, id: VisitId) -> &mut Part {
        &mut self.parts[id.0 as usize]
    }
    /// Returns the operation that a visit is, or is a part of.
    pub(super) fn op(&self, id: VisitId) -> Op {
        self.parts[id.0 as usize].op
    }
    #[inline]
    pub(super) fn get(&mut self, id: VisitId) -> &mut Visit {
        &mut self.cells[id.0 as usize]
    }
    /// Has the memory of a visit fetched, if there is one of this number.
    #[inline]
    pub(super) fn fetch(&self, id: VisitId) {
        if let Some(cell) = self.cells.get(id.0 as usize) {
            fetch(cell);
        }
    }
    /// Its request has ended.
    pub(super) fn close(&mut self, id: VisitId) {
        self.get(id).request = RequestId::NONE;
        self.let_go(id);
    }
    /// Forgets a visit that nobody needs any more.
    pub(super) fn let_go(&mut self, id: VisitId) {
        let visit = self.get(id);
        if visit.request == RequestId::NONE && visit.pending == 0 {
            self.free.push(id.0);
        }
    }
}

impl Part {
    /// Returns the latest version that replicas have answered.
    pub(super) fn latest(&self) -> Version {
        let versions = self.answers.iter().map(|&(_, version)| version);
        versions.max().unwrap_or_default()
    }
}

impl Visit {
    /// Calls of one phase that have room in the one line of the cache that a visit takes.
    const FEW: usize = 11;

    fn fresh(request: RequestId, followed: bool, now: SimTime) -> Self {
        Self {
            kind: Kind::Calls,
            request,
            began: now,
            own: SimDuration::ZERO,
            phase: 0,
            phase_began: now,
            joins: [Small::default(); Self::FEW],
            followed,
            open: 0,
            sending: false,
            failed: false,
            stalled: false,
            pending: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Those that have room in the cell and those that have not, against a plain list.
    #[test]
    fn calls_of_any_number_and_any_width_are_counted_alike() {
        let mut visits = Visits::default();
        for width in [1, 253, 254, 255, 256, 700] {
            let id = visits.open(RequestId(1), false, SimTime::ZERO);
            let mut plain: Vec<Join> = (0..20)
                .map(|place| Join {
                    needed: width - place % width.min(3),
                    possible: width,
                })
                .collect();
            for (place, &join) in plain.iter().enumerate() {
                visits.set_join(id, place, join);
            }
            for step in 0..20 * usize::from(width) {
                // Each is answered `width` times, most of them well.
                let (place, good) = (step * 7 % 20, step % 11 != 0);
                let expected = plain[place].ended(good);
                assert_eq!(visits.ended(id, place, good, false), expected);
                assert_eq!(visits.join(id, place), plain[place]);
            }
            assert!(plain.iter().all(|join| join.possible == 0));
            visits.close(id);
        }
    }

    #[test]
    fn an_optional_call_that_failed_is_complete() {
        let mut visits = Visits::default();
        let id = visits.open(RequestId(1), false, SimTime::ZERO);
        let join = Join {
            needed: 2,
            possible: 2,
        };
        visits.set_join(id, 0, join);
        assert_eq!(visits.ended(id, 0, false, true), Progress::Complete);
        assert_eq!(visits.ended(id, 0, true, true), Progress::None);
    }

    #[test]
    fn a_visit_fits_into_one_line_of_the_cache() {
        assert_eq!(size_of::<Visit>(), 64);
    }

    #[test]
    fn a_visit_stays_until_its_last_call_has_come_back() {
        let mut visits = Visits::default();
        let first = visits.open(RequestId(3), false, SimTime::ZERO);
        visits.get(first).pending = 2;
        visits.close(first);
        let second = visits.open(RequestId(4), false, SimTime::ZERO);
        assert_ne!(first, second);
        for _ in 0..2 {
            visits.get(first).pending -= 1;
            visits.let_go(first);
        }
        assert_eq!(visits.open(RequestId(5), false, SimTime::ZERO), first);
    }
}
