//! Calls that are answered before they are sent, by caches of the servers that call.

use super::{Event, World, event::Due};
use crate::{
    model::{
        CachePlan, Knows,
        cache::{Asked, Recent},
        request::RequestId,
        trace::Activity,
        visit::VisitId,
    },
    rng::{Stream, mix},
    units::{SimDuration, SimTime},
};

/// The caches in front of a call, and how often they knew the answer.
pub(super) struct Cache {
    takes: SimDuration,
    kind: Kind,
    asked: u64,
    known: u64,
}

enum Kind {
    /// It knows this share, by chance.
    Share(f64),
    /// One for each server that calls.
    Recent(Vec<Recent>),
}

/// Answers of caches that are under way.
#[derive(Default)]
pub(super) struct Hits {
    cells: Vec<Hit>,
    free: Vec<u32>,
}

#[derive(Clone, Copy)]
struct Hit {
    visit: VisitId,
    sender: u16,
    asked: SimTime,
    followed: bool,
}

/// Tells the chance of caches from that of work.
const KNOWN: u64 = 0x6b6e_6f77_6e00_0000;

impl Cache {
    /// Returns the caches in front of a call of a service with so many servers.
    pub(super) fn new(plan: &CachePlan, servers: usize) -> Self {
        let kind = match plan.knows {
            Knows::Share(share) => Kind::Share(share),
            Knows::Recent { entries, ttl } => Kind::Recent(vec![Recent::new(entries, ttl); servers]),
        };
        Self {
            takes: plan.takes,
            kind,
            asked: 0,
            known: 0,
        }
    }
    /// Measuring begins.
    pub(super) fn begin(&mut self) {
        (self.asked, self.known) = (0, 0);
    }
    /// Returns how often it was asked, and how often it knew.
    pub(super) fn record(&self) -> (u64, u64) {
        (self.asked, self.known)
    }

    fn knows(&mut self, local: usize, key: u64, family: u64, now: SimTime) -> bool {
        let known = match &mut self.kind {
            Kind::Share(share) => Stream::numbered(mix(family ^ KNOWN)).open01() < *share,
            Kind::Recent(caches) => caches[local].knows(key, now),
        };
        self.asked += 1;
        self.known += u64::from(known);
        known
    }
}

impl World {
    /// A server is about to call; returns whether its cache knows the answer, which is under way then.
    #[inline(never)]
    pub(super) fn is_known(
        &mut self,
        sender: usize,
        Asked { server, key }: Asked,
        family: u64,
        (visit, followed): (VisitId, bool),
    ) -> bool {
        let now = self.sim.now();
        let at = self.servers[server as usize].service as usize;
        let local = server - self.services[at].first;
        let edge = self.workloads[sender].edge.as_mut().expect("it is a call");
        let cache = edge.cache.as_mut().expect("it has a cache");
        if !cache.knows(local as usize, key, family, now) {
            return false;
        }
        if edge.awaited {
            let due = now + cache.takes;
            let hit = Hit {
                visit,
                sender: sender as u16,
                asked: now,
                followed,
            };
            self.visits.get(visit).pending += 1;
            let id = self.hits.put(hit);
            self.sim.schedule_at(due, Event::Due(Due::Known, id).packed());
        }
        true
    }

    /// A cache has answered.
    pub(super) fn known(&mut self, id: u32) {
        let hit = self.hits.take(id);
        if hit.followed {
            self.told.begin(&[]);
            let took = self.sim.now().since(hit.asked);
            self.told.add(hit.sender, Activity::Work, took);
        }
        self.call_over(hit.visit, usize::from(hit.sender), true);
    }

    /// A call without policies has been answered.
    #[inline]
    pub(super) fn was_asked(&mut self, sender: usize, id: RequestId) {
        let edge = self.workloads[sender].edge.as_ref();
        if edge.is_some_and(|edge| edge.cache.is_some()) {
            self.fill_cache(sender, self.requests.leg(id).asked);
        }
    }

    /// A call has been answered that no cache knew the answer to; the server that called knows it now, unless it is down.
    pub(super) fn fill_cache(&mut self, sender: usize, asked: Asked) {
        if asked.server == u32::MAX || self.servers[asked.server as usize].is_crashed() {
            return;
        }
        let now = self.sim.now();
        let at = self.servers[asked.server as usize].service as usize;
        let local = (asked.server - self.services[at].first) as usize;
        let edge = self.workloads[sender].edge.as_mut().expect("it is a call");
        if let Some(Kind::Recent(caches)) = edge.cache.as_mut().map(|cache| &mut cache.kind) {
            caches[local].fill(asked.key, now);
        }
    }

    /// A server has crashed: what it knew is gone.
    pub(super) fn forget_all(&mut self, at: usize, global: u32) {
        let service = &self.services[at];
        let local = (global - service.first) as usize;
        let Some(graph) = &service.graph else { return };
        for sender in graph.phases.iter().cloned().flatten() {
            let edge = self.workloads[sender as usize].edge.as_mut();
            let cache = edge.and_then(|edge| edge.cache.as_mut());
            if let Some(Kind::Recent(caches)) = cache.map(|cache| &mut cache.kind) {
                caches[local].forget();
            }
        }
    }
}

impl Hits {
    fn put(&mut self, hit: Hit) -> u32 {
        if let Some(at) = self.free.pop() {
            self.cells[at as usize] = hit;
            return at;
        }
        self.cells.push(hit);
        self.cells.len() as u32 - 1
    }
    fn take(&mut self, at: u32) -> Hit {
        self.free.push(at);
        self.cells[at as usize]
    }
}
