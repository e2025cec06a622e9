//! Replicas that missed writes are brought them: one key after the other, once their node is back.
//!
//! Where nobody leads, that is hinted handoff, if it is wanted. Who leads knows what its followers lack. Comparing replicas
//! from time to time finds the rest.

use super::{Event, World, event::Alarm};
use crate::{
    model::{
        ReplicaRole,
        link::{Leg, Link},
        network::Place,
        storage::{consistency::Consistency, versions::Version},
        visit::{Op, VisitId},
    },
    units::SimDuration,
};

/// How long after a failure a node is tried again.
const PAUSE: SimDuration = SimDuration::from_nanos(1_000_000_000);

impl World {
    /// A write does not go to those replicas of its shard that are not among `places`.
    pub(super) fn note_absent(&mut self, at: usize, op: &Op, places: &[u8]) {
        if !self.hands_over(at) {
            return;
        }
        let store = self.store(at);
        let nodes: Vec<u32> = (0..)
            .zip(store.layout.replicas(op.shard))
            .filter(|(place, _)| !places.contains(place))
            .map(|(_, &node)| node)
            .collect();
        for node in nodes {
            self.store(at).missed[node as usize].insert(op.key);
        }
    }

    /// A replica has not got a write that was sent to it.
    pub(super) fn misses(&mut self, at: usize, shard: u32, link: &Link) {
        if !self.hands_over(at) {
            return;
        }
        let store = self.store(at);
        let node = store.layout.replicas(shard)[usize::from(link.leg.place)];
        store.missed[node as usize].insert(link.leg.key);
        if !self.is_gone(at, node) && !std::mem::replace(&mut self.store(at).handing[node as usize], true) {
            self.schedule_hand_over(at, node, PAUSE);
        }
    }

    fn hands_over(&mut self, at: usize) -> bool {
        match self.store(at).plan.consistency {
            Consistency::Leaderless { hinted_handoff, .. } => hinted_handoff,
            Consistency::Leader { .. } => true,
        }
    }

    /// A node is brought what it missed from now on.
    pub(super) fn schedule_handing(&mut self, at: usize, node: u32) {
        let store = self.store(at);
        let nothing = store.missed[node as usize].is_empty();
        if !nothing && !std::mem::replace(&mut store.handing[node as usize], true) {
            self.schedule_hand_over(at, node, SimDuration::ZERO);
        }
    }

    fn schedule_hand_over(&mut self, at: usize, node: u32, pause: SimDuration) {
        let event = Event::Alarm {
            alarm: Alarm::HandOver,
            service: at as u32,
            which: node,
        };
        self.sim.schedule_in(pause, event.packed());
    }

    /// A node is brought the next of what it missed.
    pub(super) fn hand_over(&mut self, at: usize, node: u32) {
        let is_down = self.is_gone(at, node);
        let store = self.store(at);
        let key = store.missed[node as usize].first().copied();
        let Some(key) = key.filter(|_| !is_down) else {
            store.handing[node as usize] = false;
            return;
        };
        let shard = store.versions.shard_of(key);
        let place = store
            .layout
            .replicas(shard)
            .iter()
            .position(|&other| other == node);
        let Some(place) = place else {
            // Its replica has moved to another node.
            store.missed[node as usize].remove(&key);
            return self.schedule_hand_over(at, node, SimDuration::ZERO);
        };
        let version = self.source(at, key, shard, place);
        self.store(at).record.handoffs += 1;
        self.bring(at, key, place as u8, version, true);
    }

    /// Returns what a replica is to be brought of a key: what its leader has or, where nobody leads, the latest of the others.
    fn source(&mut self, at: usize, key: u32, shard: u32, place: usize) -> Version {
        let store = self.store(at);
        if store.has_leaders() {
            let chief = &store.chiefs[shard as usize];
            return store.versions.held(key, usize::from(chief.place));
        }
        let others = (0..store.layout.replicas(shard).len()).filter(|&other| other != place);
        store.versions.latest(key, others)
    }

    /// Sends a replica a version that it lacks.
    pub(super) fn bring(&mut self, at: usize, key: u32, place: u8, version: Version, handing: bool) {
        let from = if self.is_split(at) {
            self.holder(at, key, version, place)
        } else {
            Place::Nowhere
        };
        let store = self.store(at);
        let link = Link {
            family: rand::Rng::next_u64(&mut store.rng),
            leg: Leg {
                from,
                place,
                key,
                version,
                handing,
                ..Leg::NONE
            },
            ..Link::NONE
        };
        let shard = store.versions.shard_of(key);
        self.send_to_replica(at, ReplicaRole::Repair, shard, link, u8::MAX);
    }

    /// Returns where a replica stands that has a version to bring: one that can be reached, if any can.
    fn holder(&mut self, at: usize, key: u32, version: Version, to: u8) -> Place {
        let store = self.store(at);
        let shard = store.versions.shard_of(key);
        let places = 0..store.layout.replicas(shard).len() as u8;
        let has = |&place: &u8| place != to && version <= store.versions.held(key, usize::from(place));
        let holders: Vec<u8> = places.filter(has).collect();
        let target = self.place_of_replica(at, shard, to);
        let mut stand = holders
            .into_iter()
            .map(|place| self.place_of_replica(at, shard, place));
        let first = stand.next().unwrap_or(target);
        if self.separates(first, target) {
            stand
                .find(|&place| !self.separates(place, target))
                .unwrap_or(first)
        } else {
            first
        }
    }

    /// A replica has got what it missed, or has not.
    pub(super) fn handed_over(&mut self, at: usize, link: &Link, good: bool) {
        debug_assert!(link.parent == VisitId::NONE, "nobody waits for it");
        let store = self.store(at);
        let node = store.layout.replicas(store.versions.shard_of(link.leg.key))[usize::from(link.leg.place)];
        if good {
            store.missed[node as usize].remove(&link.leg.key);
        }
        let pause = if good { SimDuration::ZERO } else { PAUSE };
        self.schedule_hand_over(at, node, pause);
    }

    /// The shards of a store are compared in turn, each as often as the store says.
    pub(super) fn start_comparing(&mut self, at: usize) {
        let Some(store) = &self.services[at].store else {
            return;
        };
        let Consistency::Leaderless {
            anti_entropy: Some(every),
            ..
        } = store.plan.consistency
        else {
            return;
        };
        let shards = store.layout.shards();
        for shard in 0..shards {
            let part = f64::from(shard + 1) / f64::from(shards);
            self.schedule_comparison(at, shard, every.scaled(part));
        }
    }

    fn schedule_comparison(&mut self, at: usize, shard: u32, after: SimDuration) {
        let event = Event::Alarm {
            alarm: Alarm::Compare,
            service: at as u32,
            which: shard,
        };
        self.sim.schedule_in(after, event.packed());
    }

    /// Two replicas of a shard, picked at random, are compared: of each key, the one with the older version gets the other.
    pub(super) fn compare(&mut self, at: usize, shard: u32) {
        let mut present = self.left(at, shard);
        let store = self.store(at);
        let Consistency::Leaderless {
            anti_entropy: Some(every),
            ..
        } = store.plan.consistency
        else {
            unreachable!("only where replicas are compared")
        };
        if 1 < present.len() {
            let one = present.swap_remove(store.rng.below(present.len()));
            let other = present[store.rng.below(present.len())];
            let apart = self.separates(
                self.place_of_replica(at, shard, one),
                self.place_of_replica(at, shard, other),
            );
            let keys = self.store(at).versions.written_in(shard).to_vec();
            for key in keys.into_iter().filter(|_| !apart) {
                let versions = &self.store(at).versions;
                let (a, b) = (
                    versions.held(key, usize::from(one)),
                    versions.held(key, usize::from(other)),
                );
                if a != b {
                    let older = if a < b { one } else { other };
                    self.store(at).record.compared += 1;
                    self.bring(at, key, older, a.max(b), false);
                }
            }
        }
        self.schedule_comparison(at, shard, every);
    }
}
