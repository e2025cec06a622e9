//! Requests whose caller does something about slow and failed answers, and the attempts that it makes.
//!
//! Where a workload has caller policies, what servers and balancers see is an *attempt*, a cell of
//! [`Requests`](super::request::Requests); the client's request is a [`Call`], which may have none under way (it waits
//! before a retry), one, or two (the second is a hedge). An attempt whose caller has let it go has no call any more.

use super::{
    caller::breaker::Permit,
    link::Link,
    probe::Failure,
    request::{Detail, RequestId},
};
use crate::{
    engine::EventId,
    units::{SimDuration, SimTime},
};

/// A client's request; valid until it ends, when the number may be given to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CallId(pub(super) u32);

impl CallId {
    /// Stands for no call in an attempt.
    pub(super) const NONE: Self = Self(u32::MAX);
}

/// A client's request.
#[derive(Clone, Debug)]
pub(super) struct Call {
    /// When the client meant to send it.
    pub(super) began: SimTime,
    /// The work that it brings.
    pub(super) work: SimDuration,
    pub(super) workload: u16,
    pub(super) priority: u8,
    /// What its attempts bring beside work.
    pub(super) detail: Detail,
    /// Who waits for its answer, where services call each other.
    pub(super) link: Link,
    /// How often it was tried, hedges not counted.
    pub(super) tries: u32,
    /// The attempt under way, and the hedge beside it; [`RequestId::NONE`] where there is none.
    pub(super) under_way: [RequestId; 2],
    pub(super) tried: Tried,
    /// The next retry, or the next hedge: never both, because one needs an attempt under way and the other none.
    pub(super) next: Option<EventId>,
    /// When its time is up.
    pub(super) due: Option<SimTime>,
    /// The end of its time, while that is scheduled.
    pub(super) deadline: Option<EventId>,
    /// How the last attempt failed.
    pub(super) failure: Failure,
}

impl Call {
    /// Returns whether no attempt is under way.
    pub(super) fn is_idle(&self) -> bool {
        self.under_way == [RequestId::NONE; 2]
    }
}

/// The servers that were tried last.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tried {
    servers: [u32; Self::MOST],
    count: u32,
}

impl Tried {
    /// More are not remembered: whoever has failed at four servers will not be helped by a fifth.
    const MOST: usize = 4;

    /// Adds a server, as a number among all servers.
    pub(super) fn add(&mut self, server: u32) {
        if self.iter().all(|known| known != server) {
            self.servers[self.count as usize % Self::MOST] = server;
            self.count += 1;
        }
    }
    pub(super) fn iter(&self) -> impl Iterator<Item = u32> {
        let known = Self::MOST.min(self.count as usize);
        self.servers.into_iter().take(known)
    }
    /// Returns the server that was tried last.
    pub(super) fn last(&self) -> Option<u32> {
        let last = self.count.checked_sub(1)?;
        Some(self.servers[last as usize % Self::MOST])
    }
}

/// What is known of an attempt beside its request cell.
#[derive(Clone, Debug)]
pub(super) struct Attempt {
    /// The call that it belongs to; none when its caller has let it go.
    pub(super) call: CallId,
    /// Its timeout while it has a call; after that, its withdrawal if that is due.
    pub(super) timer: Option<EventId>,
    pub(super) permit: Permit,
}

/// All calls, in a slab, and what is known of their attempts.
#[derive(Debug, Default)]
pub(super) struct Calls {
    cells: Vec<Call>,
    free: Vec<u32>,
    /// By the number of the request cell.
    attempts: Vec<Attempt>,
}

impl Calls {
    pub(super) fn insert(&mut self, call: Call) -> CallId {
        if let Some(id) = self.free.pop() {
            self.cells[id as usize] = call;
            return CallId(id);
        }
        self.cells.push(call);
        CallId(self.cells.len() as u32 - 1)
    }
    pub(super) fn remove(&mut self, id: CallId) {
        self.free.push(id.0);
    }
    pub(super) fn get(&mut self, id: CallId) -> &mut Call {
        &mut self.cells[id.0 as usize]
    }
    /// Sets what is known of an attempt.
    pub(super) fn set_attempt(&mut self, id: RequestId, attempt: Attempt) {
        let at = id.0 as usize;
        let nobody = Attempt {
            call: CallId::NONE,
            timer: None,
            permit: Permit::default(),
        };
        if self.attempts.len() <= at {
            self.attempts.resize(at + 1, nobody);
        }
        self.attempts[at] = attempt;
    }
    pub(super) fn attempt(&mut self, id: RequestId) -> &mut Attempt {
        &mut self.attempts[id.0 as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_four_servers_are_remembered() {
        let mut tried = Tried::default();
        assert_eq!((tried.last(), tried.iter().count()), (None, 0));
        for server in [7, 8, 7, 9, 10] {
            tried.add(server);
        }
        assert_eq!(tried.iter().collect::<Vec<_>>(), [7, 8, 9, 10]);
        assert_eq!(tried.last(), Some(10));
        tried.add(11);
        assert_eq!(tried.iter().collect::<Vec<_>>(), [11, 8, 9, 10]);
        assert_eq!(tried.last(), Some(11));
    }
}
