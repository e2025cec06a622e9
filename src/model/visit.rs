//! Requests whose server has done its own work and waits for what it has called.
//!
//! A visit outlives its request while calls of it are under way: their answers come to nobody then. So a call needs no
//! proof that its caller still waits, and memory follows what is in flight.

use super::{
    join::{Join, Progress, Small},
    request::RequestId,
    storage::{Operation, versions::Version},
};
use crate::{
    engine::fetch,
    units::{SimDuration, SimTime},
};

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
    /// The server that has called others; [`u32::MAX`] where it is a store that waits.
    pub(super) server: u32,
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
    pub(super) fn open(&mut self, request: RequestId, server: u32, followed: bool, now: SimTime) -> VisitId {
        let cell = Visit::fresh(request, server, followed, now);
        if let Some(at) = self.free.pop() {
            self.cells[at as usize] = cell;
            return VisitId(at);
        }
        self.cells.push(cell);
        VisitId(self.cells.len() as u32 - 1)
    }
    /// Says that so many calls of the present phase are each waiting for their one answer.
    #[inline]
    pub(super) fn set_single(&mut self, id: VisitId, calls: usize) {
        let one = Join {
            needed: 1,
            possible: 1,
        };
        let cell = self.get(id);
        cell.open = calls as u16;
        let few = calls.min(Visit::FEW);
        cell.joins[..few].fill(Small::new(one));
        for place in few..calls {
            self.set_join_elsewhere(id, place, one);
        }
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
    /// One more answer to the call at a place of the present phase has come, or will not come.
    pub(super) fn answered(&mut self, id: VisitId, place: usize, good: bool) -> Progress {
        match self.cells[id.0 as usize].joins.get_mut(place) {
            Some(small) if *small != Small::ELSEWHERE => small.ended(good, false),
            _ => self.more[id.0 as usize][place].ended(good, false),
        }
    }
    /// One more call has ended, well or not, at a place of a phase; an `optional` one does not have to end well. Returns whether
    /// the phase is over by that.
    #[inline]
    pub(super) fn ended(
        &mut self,
        id: VisitId,
        (phase, place): (u16, u32),
        good: bool,
        optional: bool,
    ) -> bool {
        let cell = &mut self.cells[id.0 as usize];
        cell.pending -= 1;
        if cell.request == RequestId::NONE {
            self.let_go(id);
            return false;
        }
        if cell.phase != phase || cell.failed {
            return false;
        }
        let progress = match cell.joins.get_mut(place as usize) {
            Some(small) if *small != Small::ELSEWHERE => small.ended(good, optional),
            _ => self.more[id.0 as usize][place as usize].ended(good, optional),
        };
        match progress {
            Progress::None => return false,
            Progress::Complete => cell.open -= 1,
            Progress::Failed => cell.failed = true,
        }
        cell.failed || cell.open == 0
    }
    /// The same for an operation, or a part of one.
    pub(super) fn open_part(&mut self, request: RequestId, now: SimTime, kind: Kind, op: Op) -> VisitId {
        let id = self.open(request, u32::MAX, true, now);
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
    const FEW: usize = 9;

    fn fresh(request: RequestId, server: u32, followed: bool, now: SimTime) -> Self {
        Self {
            kind: Kind::Calls,
            request,
            server,
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
mod tests;
