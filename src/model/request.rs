//! Requests in flight, in a slab: memory follows the number in flight and cells are used again.
//!
//! What every event touches stands in one small record; what only some scenarios need stands in a second one beside
//! it, so that the caches hold what is hot.

use std::ops::{Index, IndexMut};

use super::{
    link::{Bond, Leg, Link},
    trace::TraceId,
    visit::VisitId,
};
use crate::{
    engine::{EventId, fetch},
    units::{SimDuration, SimTime},
};

/// A request in flight; valid until it ends, when the number may be given to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RequestId(pub u32);

impl RequestId {
    /// Stands for no request in links.
    pub const NONE: Self = Self(u32::MAX);
}

/// What is hot about a request, in one line of the cache.
#[derive(Clone, Debug)]
#[repr(align(64))]
pub struct Request {
    /// When the client meant to send it.
    pub arrived: SimTime,
    /// When its present service began, or resumed.
    pub began: SimTime,
    /// The work still to do, in time of the reference server: all that it brought, unless it was pushed aside.
    pub work: SimDuration,
    /// The server it is at, as an index into all servers of the deployment; [`u32::MAX`] while it waits at the balancer.
    pub server: u32,
    /// The request behind it in a queue; for the discipline that holds it.
    pub next: RequestId,
    /// The request ahead of it in a queue; for the discipline that holds it.
    pub prev: RequestId,
    /// The workload it belongs to.
    pub workload: u16,
    /// The balancer that took it in.
    pub balancer: u16,
    /// Which requests go first: 0 before 1.
    pub priority: u8,
    /// What is happening to it.
    pub phase: Phase,
    /// Whether its answer will be an error.
    pub wrong: bool,
    /// Where the chance in its calls comes from: what they bring does not depend on what else happens.
    pub(super) family: u64,
    /// The visit that waits for its answer.
    pub(super) parent: VisitId,
    /// Its own, once its work is done and it waits for others.
    pub(super) visit: VisitId,
    /// What is known of its parts, if it is followed.
    pub(super) trace: TraceId,
}

impl Request {
    /// Returns a request that comes in now, and that nobody has called for.
    #[inline]
    pub fn new(now: SimTime, work: SimDuration, workload: u16, balancer: u16, priority: u8) -> Self {
        Self {
            arrived: now,
            began: now,
            work,
            server: u32::MAX,
            next: RequestId::NONE,
            prev: RequestId::NONE,
            workload,
            balancer,
            priority,
            phase: Phase::Waiting,
            wrong: false,
            family: 0,
            parent: VisitId::NONE,
            visit: VisitId::NONE,
            trace: TraceId::NONE,
        }
    }

    /// The same, called for by someone.
    #[inline]
    pub(super) fn bound(
        self,
        Bond {
            parent,
            family,
            followed,
        }: Bond,
    ) -> Self {
        let trace = if followed { TraceId::EMPTY } else { TraceId::NONE };
        Self {
            family,
            parent,
            trace,
            ..self
        }
    }
}

/// What is happening to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// The cell is free.
    Free,
    /// It waits.
    Waiting,
    /// It is worked on.
    Running,
    /// Its server has done its own work and waits for what it has called.
    Calling,
    /// It is under way to its server.
    Travelling,
    /// Its answer is under way to its sender; it is in no service any more.
    Replying,
}

/// What only some scenarios need to know of a request.
#[derive(Clone, Debug, Default)]
pub struct Detail {
    /// What it asks for.
    pub key: u64,
    /// The client it comes from.
    pub source: u32,
    /// The member of its closed loop or session that waits for the answer.
    pub client: u32,
    /// How long its client waits for service to begin.
    pub patience: Option<SimDuration>,
    /// The end of its patience or of its time in the queue, while that is scheduled.
    pub leave: Option<EventId>,
    /// Whether `leave` is the client's doing and not the queue's.
    pub impatient: bool,
    /// The end of its service, where that can be called off.
    pub finish: Option<EventId>,
    /// The work it has been given before it was pushed aside.
    pub done: SimDuration,
    /// Whether a server that comes to it lets it go unserved.
    pub dropped: bool,
}

impl Detail {
    /// A request begins in this cell: what is left of the last one is forgotten, but for what is drawn.
    pub(super) fn begin(&mut self) {
        self.leave = None;
        self.finish = None;
        self.done = SimDuration::ZERO;
        self.dropped = false;
    }
}

/// In place of a balancer: whoever sent this is none, and counts no connections.
pub const NO_BALANCER: u16 = u16::MAX;
/// In place of a workload: a balancer's own check of a server.
pub const CHECK: u16 = u16::MAX;

/// What is to be known of requests.
#[derive(Clone, Copy, Debug, Default)]
pub struct Needs {
    /// Whether anything reads their details.
    pub detailed: bool,
    /// Whether services call each other, or messages take time.
    pub linked: bool,
    /// Whether anything reads their legs.
    pub legged: bool,
}

/// All requests in flight.
#[derive(Debug)]
pub struct Requests {
    cells: Vec<Request>,
    /// One for each cell, or none at all where nobody reads them.
    details: Vec<Detail>,
    detailed: bool,
    linked: bool,
    /// One for each cell, or none at all where nobody reads them.
    legs: Vec<Leg>,
    legged: bool,
    free: RequestId,
    live: usize,
}

impl Requests {
    /// Returns room for requests of this kind.
    pub fn new(needs: Needs) -> Self {
        Self {
            cells: Vec::new(),
            details: Vec::new(),
            detailed: needs.detailed,
            linked: needs.linked,
            legs: Vec::new(),
            legged: needs.legged,
            free: RequestId::NONE,
            live: 0,
        }
    }

    /// Takes a request in. Its detail and its leg are those of the cell's last user until they are written.
    #[inline]
    pub fn insert(&mut self, request: Request) -> RequestId {
        self.live += 1;
        if self.free == RequestId::NONE {
            self.grow();
        }
        let id = self.free;
        let cell = &mut self.cells[id.0 as usize];
        self.free = cell.next;
        *cell = request;
        id
    }

    /// Makes room for one more than there ever were: a free cell.
    #[inline(never)]
    fn grow(&mut self) {
        self.free = RequestId(self.cells.len() as u32);
        let mut cell = Request::new(SimTime::ZERO, SimDuration::ZERO, 0, 0, 0);
        cell.phase = Phase::Free;
        self.cells.push(cell);
        if self.detailed {
            self.details.push(Detail::default());
        }
        if self.legged {
            self.legs.push(Leg::NONE);
        }
    }

    /// Has the memory of a request fetched, if there is one of this number.
    #[inline]
    pub(super) fn fetch(&self, id: RequestId) {
        if let Some(cell) = self.cells.get(id.0 as usize) {
            fetch(cell);
        }
    }

    /// Lets an ended request go.
    #[inline]
    pub fn remove(&mut self, id: RequestId) {
        let cell = &mut self.cells[id.0 as usize];
        debug_assert!(cell.phase != Phase::Free, "a request ended twice");
        cell.phase = Phase::Free;
        cell.next = self.free;
        self.free = id;
        self.live -= 1;
    }

    /// Returns how many are in flight, with those that are held.
    #[inline]
    pub fn live(&self) -> usize {
        self.live
    }
    /// Counts one more that takes memory though it has no cell: a call that waits to be tried again.
    pub fn hold(&mut self) {
        self.live += 1;
    }
    /// Counts one that was held no more.
    pub fn release(&mut self) {
        self.live -= 1;
    }

    /// Returns the requests in flight, in the order of their cells.
    pub fn iter(&self) -> impl Iterator<Item = (RequestId, &Request)> {
        let cells = self.cells.iter().enumerate();
        cells
            .filter(|(_, cell)| cell.phase != Phase::Free)
            .map(|(at, cell)| (RequestId(at as u32), cell))
    }

    /// Returns what only some scenarios need to know, and only those may ask for.
    #[inline]
    pub fn detail(&self, id: RequestId) -> &Detail {
        &self.details[id.0 as usize]
    }
    /// Returns whether services call each other here, or messages take time.
    #[inline]
    pub fn linked(&self) -> bool {
        self.linked
    }
    /// Returns the key that a request asks for and the client it comes from; nothing where nobody asks.
    #[inline]
    pub(super) fn asks_for(&self, id: RequestId) -> (u64, u32) {
        if !self.detailed {
            return (0, 0);
        }
        let detail = self.detail(id);
        (detail.key, detail.source)
    }
    /// Says what a request has to do with the network, with stores and with caches, where anyone asks.
    #[inline]
    pub(super) fn set_leg(&mut self, id: RequestId, leg: impl FnOnce() -> Leg) {
        if self.legged {
            self.legs[id.0 as usize] = leg();
        }
    }
    /// Returns who waits for a request, and what it brings; only where there are legs.
    pub(super) fn link(&self, id: RequestId) -> Link {
        let cell = &self.cells[id.0 as usize];
        Link {
            parent: cell.parent,
            family: cell.family,
            followed: cell.trace != TraceId::NONE,
            leg: *self.leg(id),
        }
    }
    /// Returns what a request has to do with the network, with stores and with caches; only where there are such.
    #[inline]
    pub(super) fn leg(&self, id: RequestId) -> &Leg {
        &self.legs[id.0 as usize]
    }
    /// Returns the same, to be changed.
    #[inline]
    pub(super) fn leg_mut(&mut self, id: RequestId) -> &mut Leg {
        &mut self.legs[id.0 as usize]
    }

    /// Returns what only some scenarios need to know, and only those may ask for, to be changed.
    #[inline]
    pub fn detail_mut(&mut self, id: RequestId) -> &mut Detail {
        &mut self.details[id.0 as usize]
    }
}

impl Index<RequestId> for Requests {
    type Output = Request;
    #[inline]
    fn index(&self, id: RequestId) -> &Request {
        &self.cells[id.0 as usize]
    }
}
impl IndexMut<RequestId> for Requests {
    #[inline]
    fn index_mut(&mut self, id: RequestId) -> &mut Request {
        &mut self.cells[id.0 as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_fits_into_one_line_of_the_cache() {
        assert_eq!(size_of::<Request>(), 64);
    }
}
