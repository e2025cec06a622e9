//! Who leads a shard, and who is next.
//!
//! Where a write needs a majority, so does an election: the new leader asks a majority what they have, and takes over what
//! is latest of each key, as in Paxos with several decrees (Lamport, 1998). Any two majorities meet, so it learns whatever
//! was acknowledged; that those who voted have it as well is a part of what an election takes. Otherwise whoever is there and has seen most writes leads, and what it lacks is lost.
//!
//! Clients hear of a new leader when the one before is gone. If that one is there after all, half of the operations still
//! go to it until it is believed to be back. With fencing a replica that leads no more knows it by the time at which there is a next one (its lease has run out), and
//! followers refuse what an earlier leader passes on. Without it both may take writes, and those of the earlier one are lost.

use super::{Event, World, event::Alarm};
use crate::model::{
    link::Link,
    storage::{
        consistency::{Consistency, Replication},
        versions::Version,
    },
};
use crate::units::SimTime;

/// The leader of one shard.
#[derive(Clone, Debug)]
pub(super) struct Chief {
    /// Its place among the replicas.
    pub(super) place: u8,
    /// Its term: each leader has a later one.
    pub(super) term: u32,
    /// Whether it is believed to be gone, and nobody has taken over so far.
    pub(super) vacant: bool,
    /// The one before, until it is believed to be back: clients who have not heard of the next still ask it.
    pub(super) former: Option<u8>,
    /// The view of those who are about to choose the next one.
    elector: u16,
    /// When its term began.
    since: SimTime,
    /// The last term in which each replica led; 0 for never.
    pub(super) led: Vec<u32>,
    /// The latest term that each replica knows of.
    known: Vec<u32>,
}

impl Chief {
    /// Returns the first leaders of all shards: the first of their replicas.
    pub(super) fn all(shards: u32, replication: u32) -> Vec<Self> {
        let mut led = vec![0; replication as usize];
        led[0] = 1;
        let chief = Self {
            place: 0,
            term: 1,
            vacant: false,
            former: None,
            elector: 0,
            since: SimTime::ZERO,
            led,
            known: vec![1; replication as usize],
        };
        vec![chief; shards as usize]
    }
}

impl Chief {
    /// A replica is on another node now, which has led nobody.
    pub(super) fn moves(&mut self, place: u8) {
        self.led[usize::from(place)] = 0;
        self.known[usize::from(place)] = self.term;
        if self.former == Some(place) {
            self.former = None;
        }
    }

    /// Returns whether a write that began at `begun` is lost though it was acknowledged, where the leader holds `held` of its
    /// key now: the leader does not have it, or a former one took it and it came after the end of its term.
    pub(super) fn loses(&self, version: Version, begun: SimTime, held: Version) -> bool {
        let outlived = version.term() < self.term && self.since < begun && held.term() == self.term;
        // While nobody leads, the next election will tell.
        !self.vacant && (held < version || outlived)
    }
}

impl World {
    /// Whether a replica that is asked as the leader knows that it is none any more.
    pub(super) fn is_deposed(&mut self, at: usize, link: &Link) -> bool {
        let store = self.store(at);
        let Consistency::Leader { fencing, .. } = store.plan.consistency else {
            return false;
        };
        let chief = &store.chiefs[store.versions.shard_of(link.leg.key) as usize];
        fencing && chief.led[usize::from(link.leg.place)] < chief.term
    }

    /// Whether a follower knows of a later leader than the one that passes a write on to it; it learns of that one if not.
    pub(super) fn is_outdated(&mut self, at: usize, link: &Link) -> bool {
        let store = self.store(at);
        let Consistency::Leader { fencing, .. } = store.plan.consistency else {
            return false;
        };
        let shard = store.versions.shard_of(link.leg.key) as usize;
        let known = &mut store.chiefs[shard].known[usize::from(link.leg.place)];
        if fencing && link.leg.version.term() < *known {
            return true;
        }
        *known = link.leg.version.term().max(*known);
        false
    }

    /// Those who look after the nodes of a store believe in a view that one is gone, or back.
    pub(super) fn node_believed(&mut self, at: usize, view: usize, node: u32, back: bool) {
        let (now, split) = (self.sim.now(), self.is_split(at));
        let gone = self.is_gone(at, node);
        let store = self.store(at);
        let changed = !split || store.gone_since[node as usize].is_some() != gone;
        if changed {
            store.gone_since[node as usize] = gone.then_some(now);
        }
        let shards: Vec<u32> = (0..store.layout.shards())
            .filter(|&shard| store.layout.replicas(shard).contains(&node))
            .collect();
        if back {
            if store.has_leaders() && !split {
                self.rejoins(at, node, &shards);
            }
            self.schedule_handing(at, node);
            if changed {
                self.is_not_given_up(at, node);
            }
            self.schedule_wake(at);
        } else if changed {
            self.may_be_given_up(at, node);
        }
        if !self.store(at).has_leaders() {
            return;
        }
        if split {
            return self.view_changed(at, view, node, back, &shards);
        }
        for shard in shards {
            let store = self.store(at);
            let chief = &store.chiefs[shard as usize];
            let leads = store.layout.replicas(shard)[usize::from(chief.place)] == node;
            if back && chief.vacant || !back && leads {
                self.vacate(at, view, shard);
            }
        }
    }

    /// Nobody leads a shard now, as far as a view goes; an election follows.
    pub(super) fn vacate(&mut self, at: usize, view: usize, shard: u32) {
        let store = self.store(at);
        let Consistency::Leader { election, .. } = store.plan.consistency else {
            return;
        };
        let chief = &mut store.chiefs[shard as usize];
        (chief.vacant, chief.elector) = (true, view as u16);
        let elect = Event::Alarm {
            alarm: Alarm::Elect,
            service: at as u32,
            which: shard,
        };
        self.sim.schedule_in(election, elect.packed());
    }

    /// The replicas of a shard choose a new leader, if enough of them are there.
    pub(super) fn elect(&mut self, at: usize, shard: u32) {
        let chief = &self.store(at).chiefs[shard as usize];
        let view = usize::from(chief.elector);
        if !chief.vacant {
            return;
        }
        let now = self.sim.now();
        let Some(voters) = self.voters(at, view, shard) else {
            // Tried again when a node is back. Of several views, others may see the leader as before.
            self.store(at).chiefs[shard as usize].vacant = !self.is_split(at);
            return;
        };
        let store = self.services[at].store.as_mut().expect("it is a store");
        let Consistency::Leader { replication, .. } = store.plan.consistency else {
            unreachable!("only where there are leaders")
        };
        let by_majority = replication == Replication::Majority;
        let keys = store.versions.written_in(shard).to_vec();
        let seen = |place: u8| -> u64 {
            let held = keys
                .iter()
                .map(|&key| store.versions.held(key, usize::from(place)).count());
            held.sum()
        };
        let most = voters
            .iter()
            .copied()
            .max_by_key(|&place| (seen(place), std::cmp::Reverse(place)));
        let place = most.expect("there is a voter");
        for &key in &keys {
            if by_majority {
                let all = voters.iter().map(|&voter| usize::from(voter));
                let latest = store.versions.latest(key, all);
                for &voter in &voters {
                    store.versions.gets(key, usize::from(voter), latest);
                }
                store.versions.commits(key, latest);
            }
            let held = store.versions.held(key, usize::from(place));
            store.record.lost_writes += u64::from(store.versions.loses(key, held));
        }
        let chief = &mut store.chiefs[shard as usize];
        chief.term += 1;
        chief.former = (chief.place != place).then_some(chief.place);
        (chief.place, chief.vacant, chief.since) = (place, false, now);
        chief.led[usize::from(place)] = chief.term;
        for &voter in &voters {
            chief.known[usize::from(voter)] = chief.term;
        }
        store.record.elections += 1;
        for voter in voters {
            self.follows(at, shard, voter);
        }
        self.begin_copies(at);
        self.wake_waiting(at);
    }

    /// A node is back: where others lead, it drops what they do not have, and is brought what it lacks.
    pub(super) fn rejoins(&mut self, at: usize, node: u32, shards: &[u32]) {
        for &shard in shards {
            let store = self.store(at);
            let place = store
                .layout
                .replicas(shard)
                .iter()
                .position(|&other| other == node);
            let place = place.expect("it holds this shard") as u8;
            let former = &mut store.chiefs[shard as usize].former;
            if *former == Some(place) {
                *former = None;
            }
            if !store.chiefs[shard as usize].vacant {
                self.follows(at, shard, place);
            }
        }
    }

    /// A replica takes the present leader for its own.
    fn follows(&mut self, at: usize, shard: u32, place: u8) {
        let store = self.services[at].store.as_mut().expect("it is a store");
        let chief = &store.chiefs[shard as usize];
        let (leader, node) = (
            usize::from(chief.place),
            store.layout.replicas(shard)[usize::from(place)],
        );
        if leader == usize::from(place) {
            return;
        }
        let mut lacks = false;
        for key in store.versions.written_in(shard).to_vec() {
            let (theirs, mine): (Version, Version) = (
                store.versions.held(key, leader),
                store.versions.held(key, usize::from(place)),
            );
            if theirs < mine {
                store.versions.set(key, usize::from(place), theirs);
            } else if mine < theirs {
                lacks = true;
                store.missed[node as usize].insert(key);
            }
        }
        if lacks {
            self.schedule_handing(at, node);
        }
    }
}
