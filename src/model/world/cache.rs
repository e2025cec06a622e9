//! Calls that are answered before they are sent, by caches of those who call.

use std::ops::Range;

use super::{Event, World, event::Due};
use crate::{
    model::{
        CachePlan, Deployment, Knows, ServicePlan,
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
    /// One for each that may ask, of whom the first has this number.
    Recent(u32, Vec<Recent>),
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
    /// Returns the caches in front of a call of those who have these numbers.
    pub(super) fn new(plan: &CachePlan, askers: Range<u32>) -> Self {
        let kind = match plan.knows {
            Knows::Share(share) => Kind::Share(share),
            Knows::Recent { entries, ttl } => {
                Kind::Recent(askers.start, vec![Recent::new(entries, ttl); askers.len()])
            }
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

    fn knows(&mut self, asked: Asked, family: u64, now: SimTime) -> bool {
        let known = match &mut self.kind {
            Kind::Share(share) => Stream::numbered(mix(family ^ KNOWN)).open01() < *share,
            Kind::Recent(first, caches) => caches[(asked.by - *first) as usize].knows(asked.key, now),
        };
        self.asked += 1;
        self.known += u64::from(known);
        known
    }
    /// Returns what somebody who asks remembers.
    fn of(&mut self, number: u32) -> Option<&mut Recent> {
        match &mut self.kind {
            Kind::Share(_) => None,
            Kind::Recent(first, caches) => Some(&mut caches[(number - *first) as usize]),
        }
    }
}

impl Deployment {
    /// Returns the numbers of those who have caches for the calls of a service: its servers. Operations on a store are
    /// whoever sends them, so that there it is every server and, behind the servers, every workload.
    pub(super) fn askers(&self, service: usize) -> Range<u32> {
        let count = |services: &[ServicePlan]| services.iter().map(|plan| plan.servers() as u32).sum::<u32>();
        if self.services[service].store.is_some() {
            return 0..count(&self.services) + self.workloads.len() as u32;
        }
        count(&self.services[..service])..count(&self.services[..=service])
    }
}

impl World {
    /// Someone is about to call; returns whether their cache knows the answer, which is under way then.
    #[inline(never)]
    pub(super) fn is_known(
        &mut self,
        sender: usize,
        asked: Asked,
        family: u64,
        (visit, followed): (VisitId, bool),
    ) -> bool {
        let now = self.sim.now();
        let edge = self.workloads[sender].edge.as_mut().expect("it is a call");
        let Some(cache) = edge.cache.as_mut() else {
            return false;
        };
        if !cache.knows(asked, family, now) {
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
            self.told.begin();
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

    /// A call has been answered that no cache knew the answer to; whoever called knows it now, unless it is down.
    pub(super) fn fill_cache(&mut self, sender: usize, asked: Asked) {
        let server = self.servers.get(asked.by as usize);
        if asked.by == u32::MAX || server.is_some_and(|server| server.crashed) {
            return;
        }
        let now = self.sim.now();
        let edge = self.workloads[sender].edge.as_mut().expect("it is a call");
        if let Some(recent) = edge.cache.as_mut().and_then(|cache| cache.of(asked.by)) {
            recent.fill(asked.key, now);
        }
    }

    /// A server has crashed: what it knew is gone.
    pub(super) fn forget_all(&mut self, at: usize, global: u32) {
        let phases = self.services[at].graph.iter().flat_map(|graph| &graph.phases);
        let calls = phases
            .flat_map(|phase| phase.calls.clone())
            .map(|sender| sender as usize);
        let stores = self.services.iter().filter_map(|service| service.store.as_ref());
        let lookups = stores.filter_map(|store| store.lookup);
        for sender in calls.chain(lookups) {
            let edge = self.workloads[sender].edge.as_mut();
            let cache = edge.and_then(|edge| edge.cache.as_mut());
            if let Some(recent) = cache.and_then(|cache| cache.of(global)) {
                recent.forget();
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
