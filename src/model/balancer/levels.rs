//! Servers by their load, where a load changes by little at a time: the least loaded are at hand, in constant time.
//!
//! Both structures hold the servers that may be chosen; a server that may not is simply not in them.

use crate::{model::balancer::ServerId, rng::Stream};

const NONE: u32 = u32::MAX;

/// The least loaded, anyone of them with equal chances: one array in the order of loads, in which a server whose load
/// goes up or down by one changes place with the last or first of its equals.
///
/// A change by more takes as many steps. Holds 12 bytes a server.
pub(super) struct Shuffled {
    /// All servers, those with the least load first, those that are not in at the end.
    order: Vec<u32>,
    /// Where in `order` a server stands.
    place: Vec<u32>,
    /// The load of a server that is in, or `NONE`.
    load: Vec<u32>,
    /// Where in `order` each load begins; the last of them is where those begin that are not in.
    begin: Vec<u32>,
}

impl Shuffled {
    /// Returns all servers in, without load.
    pub(super) fn new(servers: usize) -> Self {
        let order: Vec<u32> = (0..servers as u32).collect();
        Self {
            place: order.clone(),
            load: vec![0; servers],
            begin: vec![0, servers as u32],
            order,
        }
    }

    /// Gives a server a load, or takes it out.
    pub(super) fn set(&mut self, server: ServerId, load: Option<u32>) {
        let old = self.load[server.index()];
        let new = load.unwrap_or(NONE);
        self.load[server.index()] = new;
        if load.is_some() {
            while self.begin.len() <= new as usize + 1 {
                self.begin.push(self.begin[self.begin.len() - 1]);
            }
        }
        // Those that are not in stand where the load after the greatest would.
        let out = self.begin.len() - 1;
        let (mut from, to) = ((old as usize).min(out), (new as usize).min(out));
        while from < to {
            from += 1;
            self.begin[from] -= 1;
            self.swap(server.0, self.begin[from]);
        }
        while to < from {
            self.swap(server.0, self.begin[from]);
            self.begin[from] += 1;
            from -= 1;
        }
    }

    /// Returns one of the least loaded.
    pub(super) fn pick(&self, rng: &mut Stream) -> Option<ServerId> {
        let load = self.load[*self.order.first()? as usize];
        // With nobody in, the first of `order` is out.
        let equals = *self.begin.get((load as usize).checked_add(1)?)?;
        Some(ServerId(self.order[rng.below(equals as usize)]))
    }

    fn swap(&mut self, server: u32, with: u32) {
        let (here, there) = (self.place[server as usize], with);
        let other = self.order[there as usize];
        self.order[here as usize] = other;
        self.place[other as usize] = here;
        self.order[there as usize] = server;
        self.place[server as usize] = there;
    }
}

/// The least loaded, and of equals the one whose load has not changed for the longest time: a list for each load.
///
/// Holds 12 bytes a server, and 8 for each load.
pub(super) struct Queued {
    /// The servers before and behind each in its list.
    links: Vec<[u32; 2]>,
    /// The load of a server that is in, or `NONE`.
    load: Vec<u32>,
    /// The first and the last of each list.
    ends: Vec<[u32; 2]>,
    /// No list before this one has anyone.
    least: usize,
    /// How many are in.
    len: usize,
}

const EMPTY: [u32; 2] = [NONE, NONE];
const PREV: usize = 0;
const NEXT: usize = 1;

impl Queued {
    /// Returns all servers in, without load, in the order of their numbers.
    pub(super) fn new(servers: usize) -> Self {
        let mut queued = Self::empty(servers);
        for server in 0..servers as u32 {
            queued.set(ServerId(server), Some(0));
        }
        queued
    }

    /// Returns nobody in.
    pub(super) fn empty(servers: usize) -> Self {
        Self {
            links: vec![EMPTY; servers],
            load: vec![NONE; servers],
            ends: vec![EMPTY],
            least: 0,
            len: 0,
        }
    }

    /// Gives a server a load and puts it behind its equals, or takes it out.
    pub(super) fn set(&mut self, server: ServerId, load: Option<u32>) {
        let old = self.load[server.index()];
        let new = load.unwrap_or(NONE);
        if old == new {
            return;
        }
        self.load[server.index()] = new;
        if old != NONE {
            self.unlink(server.0, old as usize);
        }
        if new != NONE {
            self.link(server.0, new as usize);
        }
        while 0 < self.len && self.ends[self.least] == EMPTY {
            self.least += 1;
        }
    }

    /// Returns the one that goes first.
    pub(super) fn first(&self) -> Option<ServerId> {
        let first = self.ends[self.least][0];
        (first != NONE).then_some(ServerId(first))
    }

    fn link(&mut self, server: u32, load: usize) {
        if self.ends.len() <= load {
            self.ends.resize(load + 1, EMPTY);
        }
        let [first, last] = self.ends[load];
        self.links[server as usize] = [last, NONE];
        if last == NONE {
            self.ends[load] = [server, server];
        } else {
            self.links[last as usize][NEXT] = server;
            self.ends[load] = [first, server];
        }
        self.least = if self.len == 0 { load } else { self.least.min(load) };
        self.len += 1;
    }

    fn unlink(&mut self, server: u32, load: usize) {
        let [prev, next] = self.links[server as usize];
        match prev {
            NONE => self.ends[load][0] = next,
            _ => self.links[prev as usize][NEXT] = next,
        }
        match next {
            NONE => self.ends[load][1] = prev,
            _ => self.links[next as usize][PREV] = prev,
        }
        self.len -= 1;
    }
}
