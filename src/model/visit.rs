//! Requests whose server has done its own work and waits for what it has called.
//!
//! A visit outlives its request while calls of it are under way: their answers come to nobody then. So a call needs no
//! proof that its caller still waits, and memory follows what is in flight.

use super::{
    fetch::fetch,
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
    /// The first calls of this phase, in their order; few have more.
    joins: [Join; Self::FEW],
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

/// How far one call is from being complete.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Join {
    /// Answers that are still needed; 0 when it is complete.
    pub(super) needed: u16,
    /// Answers that may still come.
    pub(super) possible: u16,
}

/// What an answer, or the lack of one, has done to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// It goes on as before.
    None,
    /// It is complete now.
    Complete,
    /// It cannot be completed any more.
    Failed,
}

impl Join {
    /// One more answer has come, or will not come.
    pub(super) fn ended(&mut self, good: bool) -> Progress {
        self.possible -= 1;
        if self.needed == 0 {
            return Progress::None;
        }
        if good {
            self.needed -= 1;
            if self.needed == 0 {
                return Progress::Complete;
            }
        } else if self.possible + 1 == self.needed {
            return Progress::Failed;
        }
        Progress::None
    }
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
    /// The other calls of a phase, of the cells up to the last that has or had a phase of so many.
    more: Vec<Vec<Join>>,
    free: Vec<u32>,
}

impl Visits {
    /// Opens the visit of a request whose own work is done.
    pub(super) fn open(&mut self, request: RequestId, now: SimTime) -> VisitId {
        if let Some(at) = self.free.pop() {
            self.cells[at as usize] = Visit::fresh(request, now);
            return VisitId(at);
        }
        self.cells.push(Visit::fresh(request, now));
        VisitId(self.cells.len() as u32 - 1)
    }
    /// A phase begins of which the call at this place is far from complete.
    #[inline]
    pub(super) fn set_join(&mut self, id: VisitId, place: usize, join: Join) {
        match self.get(id).joins.get_mut(place) {
            Some(there) => *there = join,
            None => self.set_further_join(id, place - Visit::FEW, join),
        }
    }
    #[inline(never)]
    fn set_further_join(&mut self, id: VisitId, place: usize, join: Join) {
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
    pub(super) fn join(&mut self, id: VisitId, place: usize) -> &mut Join {
        let at = id.0 as usize;
        if place < Visit::FEW {
            &mut self.cells[at].joins[place]
        } else {
            &mut self.more[at][place - Visit::FEW]
        }
    }
    /// The same for an operation, or a part of one.
    pub(super) fn open_part(&mut self, request: RequestId, now: SimTime, kind: Kind, op: Op) -> VisitId {
        let id = self.open(request, now);
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
    const FEW: usize = 6;

    fn fresh(request: RequestId, now: SimTime) -> Self {
        Self {
            kind: Kind::Calls,
            request,
            began: now,
            own: SimDuration::ZERO,
            phase: 0,
            phase_began: now,
            joins: [Join::default(); Self::FEW],
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

    /// Against counting, over every order of good and bad answers to five calls.
    #[test]
    fn a_call_is_complete_or_fails_with_the_first_answer_that_decides_it() {
        for enough in 1..=5 {
            for answers in 0..1_u32 << 5 {
                let good = |at: u32| answers >> at & 1 == 1;
                let mut join = Join {
                    needed: enough,
                    possible: 5,
                };
                let told: Vec<Progress> = (0..5).map(|at| join.ended(good(at))).collect();
                let expected = (0..5).map(|at| {
                    let (well, badly): (Vec<u32>, Vec<u32>) = (0..=at).partition(|&at| good(at));
                    let decides_well = good(at) && well.len() == usize::from(enough);
                    let decides_badly = !good(at) && badly.len() == usize::from(5 - enough + 1);
                    match (decides_well, decides_badly) {
                        (true, _) => Progress::Complete,
                        (_, true) => Progress::Failed,
                        _ => Progress::None,
                    }
                });
                assert_eq!(told, expected.collect::<Vec<_>>(), "{enough} of {answers:05b}");
            }
        }
    }

    #[test]
    fn a_visit_fits_into_one_line_of_the_cache() {
        assert_eq!(size_of::<Visit>(), 64);
    }

    #[test]
    fn a_visit_stays_until_its_last_call_has_come_back() {
        let mut visits = Visits::default();
        let first = visits.open(RequestId(3), SimTime::ZERO);
        visits.get(first).pending = 2;
        visits.close(first);
        let second = visits.open(RequestId(4), SimTime::ZERO);
        assert_ne!(first, second);
        for _ in 0..2 {
            visits.get(first).pending -= 1;
            visits.let_go(first);
        }
        assert_eq!(visits.open(RequestId(5), SimTime::ZERO), first);
    }
}
