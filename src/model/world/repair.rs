//! Replicas that are made anew while requests go on: copies of whole shards, and what they take from operations.
//!
//! A node that has been away for long is given up, and its shards are copied to others; one whose disk comes back empty gets
//! copies of its own. A node takes part in as many copies as the store allows, and while it does, it works more slowly.
//! What is written meanwhile goes to the new replica as well, so a copy is up to date with its source when it is complete.
//! Where replicas are led, that source is their leader: a copy of less could make up a majority that has never heard of a
//! write. So where nobody leads a shard, no replica of it is made anew.

use super::{
    Event, World,
    copies::{Job, Repair},
    event::Alarm,
};
use crate::model::storage::versions::Version;

impl World {
    fn repair(&mut self, at: usize) -> &mut Repair {
        &mut self.store(at).repair
    }
    fn node_of(&mut self, at: usize, slot: u32) -> u32 {
        let store = self.store(at);
        let replication = store.plan.replication;
        store.layout.replicas(slot / replication)[(slot % replication) as usize]
    }
    /// Returns the slots whose replicas belong on a node.
    fn slots_of(&mut self, at: usize, node: u32) -> Vec<u32> {
        let store = self.store(at);
        let replication = store.plan.replication;
        let shards = 0..store.layout.shards();
        let slots = shards.flat_map(|shard| (shard * replication..).zip(store.layout.replicas(shard)));
        slots
            .filter(|&(_, &other)| other == node)
            .map(|(slot, _)| slot)
            .collect()
    }

    /// A node is believed to be gone: after a while it is given up.
    pub(super) fn may_be_given_up(&mut self, at: usize, node: u32) {
        self.break_off(at, node);
        let Some(after) = self.repair(at).plan.as_ref().map(|plan| *plan.after) else {
            return;
        };
        let event = Event::Alarm {
            alarm: Alarm::GiveUp,
            service: at as u32,
            which: node,
        };
        self.sim.schedule_in(after, event.packed());
    }

    /// A node has been gone for as long as it is waited for, unless it was back in between.
    pub(super) fn give_up(&mut self, at: usize, node: u32) {
        let since = self.store(at).gone_since[node as usize];
        let after = self.repair(at).plan.as_ref().map(|plan| *plan.after);
        let is_due = since
            .zip(after)
            .is_some_and(|(since, after)| since + after <= self.sim.now());
        if is_due {
            for slot in self.slots_of(at, node) {
                self.want(at, slot);
            }
            self.begin_copies(at);
        }
    }

    /// A disk comes back empty when its node does: what was on it is gone now. Where nothing is copied, the node begins anew
    /// with what it is brought.
    pub(super) fn may_lose_data(&mut self, at: usize, node: u32, share: f64) {
        if self.repair(at).data_rng.open01() >= share {
            return;
        }
        let copies = self.repair(at).plan.is_some();
        for slot in self.slots_of(at, node) {
            let store = self.services[at].store.as_mut().expect("it is a store");
            let (shard, place) = (
                slot / store.plan.replication,
                (slot % store.plan.replication) as usize,
            );
            for &key in &store.versions.written_in(shard).to_vec() {
                store.versions.set(key, place, Version::FIRST);
            }
            store.repair.absent[slot as usize] = copies;
            let led = store.chiefs.get(shard as usize);
            let leads = copies && led.is_some_and(|chief| usize::from(chief.place) == place);
            let first = shard * store.plan.replication;
            let all = first..first + store.plan.replication;
            if all.clone().all(|slot| store.repair.is_absent(slot)) {
                // There is nothing left to copy: the shard begins anew.
                store.record.lost_shards += 1;
                for slot in all {
                    store.repair.absent[slot as usize] = false;
                }
            }
            if leads {
                let mut views = 0..self.services[at].fronts.len();
                let view = views.find(|&view| self.voters(at, view, shard).is_some());
                self.vacate(at, view.unwrap_or(0), shard);
            }
        }
    }

    /// A node is up again, if nothing else is wrong with it: what it has lost is copied to it.
    pub(super) fn may_need_data(&mut self, at: usize, node: u32) {
        let global = self.services[at].first + node;
        if !self.servers[global as usize].is_up() {
            return;
        }
        for slot in self.slots_of(at, node) {
            if self.repair(at).is_absent(slot) {
                self.want(at, slot);
            }
        }
        self.begin_copies(at);
    }

    /// A node is believed to be back: its replicas are not wanted elsewhere any more, and those that it has lost are wanted
    /// here.
    pub(super) fn is_not_given_up(&mut self, at: usize, node: u32) {
        for slot in self.slots_of(at, node) {
            let repair = self.repair(at);
            let elsewhere = repair.jobs.get(&slot).is_some_and(|job| job.target != node);
            if repair.is_absent(slot) {
                self.want(at, slot);
            } else if elsewhere {
                self.end_copy(at, slot);
            }
        }
        self.begin_copies(at);
    }

    /// A replica is to be made anew: on its own node, if that is there, and otherwise on another one.
    fn want(&mut self, at: usize, slot: u32) {
        if self.repair(at).jobs.contains_key(&slot) {
            return;
        }
        let own = self.node_of(at, slot);
        let target = if self.is_there_to_copy(at, own) {
            Some(own)
        } else {
            self.another_node(at, slot)
        };
        if let Some(target) = target {
            let job = Job {
                target,
                under_way: None,
            };
            self.repair(at).jobs.insert(slot, job);
        }
    }

    fn is_there_to_copy(&self, at: usize, node: u32) -> bool {
        let service = &self.services[at];
        let server = &self.servers[(service.first + node) as usize];
        server.is_up() && !self.is_gone(at, node)
    }

    /// Chooses a node for a replica that leaves its own.
    fn another_node(&mut self, at: usize, slot: u32) -> Option<u32> {
        let replication = self.store(at).plan.replication;
        let shard = slot / replication;
        let holders = self.store(at).layout.replicas(shard).to_vec();
        let targets: Vec<u32> = (shard * replication..(shard + 1) * replication)
            .filter_map(|slot| Some(self.repair(at).jobs.get(&slot)?.target))
            .collect();
        let own = self.node_of(at, slot);
        let mut left: Vec<u32> = holders.iter().copied().filter(|&node| node != own).collect();
        left.extend(&targets);
        let nodes = self.repair(at).zones.len() as u32;
        let open: Vec<u32> = (0..nodes)
            .filter(|&node| {
                self.is_there_to_copy(at, node) && !holders.contains(&node) && !targets.contains(&node)
            })
            .collect();
        let store = self.services[at].store.as_mut().expect("it is a store");
        let repair = &mut store.repair;
        store.plan.placement.replace(
            &repair.zones,
            &left,
            |node| open.binary_search(&node).is_ok(),
            &mut repair.rng,
        )
    }

    /// Whether replicas of a shard are led and nobody does at present.
    fn is_vacant(&mut self, at: usize, shard: u32) -> bool {
        let chief = self.store(at).chiefs.get(shard as usize);
        chief.is_some_and(|chief| chief.vacant)
    }

    /// Begins the copies for which two nodes have room: first those of shards with the fewest replicas.
    pub(super) fn begin_copies(&mut self, at: usize) {
        let Some(plan) = self.repair(at).plan.clone() else {
            return;
        };
        let replication = self.store(at).plan.replication;
        let waiting = self
            .repair(at)
            .jobs
            .iter()
            .filter(|(_, job)| job.under_way.is_none());
        let slots: Vec<u32> = waiting.map(|(&slot, _)| slot).collect();
        let mut slots: Vec<(usize, u32)> = slots
            .into_iter()
            .map(|slot| (self.left(at, slot / replication).len(), slot))
            .collect();
        slots.sort_unstable();
        for (_, slot) in slots {
            let shard = slot / replication;
            if self.is_vacant(at, shard) {
                continue;
            }
            let target = self.repair(at).jobs[&slot].target;
            let mut present = self.left(at, shard);
            if self.is_split(at) {
                self.keep_reached(at, shard, target, &mut present);
            }
            let store = self.store(at);
            let holders = present
                .into_iter()
                .map(|place| store.layout.replicas(shard)[usize::from(place)]);
            let room = |node: u32| store.repair.busy[node as usize] < *plan.parallel;
            let mut able = holders.filter(|&node| node != target && room(node));
            let Some(source) = able.next().filter(|_| room(target)) else {
                continue;
            };
            let due = self.sim.now() + plan.copy_takes();
            let job = self.repair(at).jobs.get_mut(&slot).expect("it is wanted");
            job.under_way = Some((source, due));
            let event = Event::Alarm {
                alarm: Alarm::Copied,
                service: at as u32,
                which: slot,
            };
            self.sim.schedule_at(due, event.packed());
            for node in [source, target] {
                self.repair(at).busy[node as usize] += 1;
                self.copying_changed(at, node);
            }
        }
    }

    /// Leaves the replicas that a node can be copied from: those that it can reach, and none where its leader is not among them.
    fn keep_reached(&mut self, at: usize, shard: u32, node: u32, present: &mut Vec<u8>) {
        let target = self.place_of(self.services[at].first + node);
        present.retain(|&place| !self.separates(self.place_of_replica(at, shard, place), target));
        let chief = self.store(at).chiefs.get(shard as usize);
        if chief.is_some_and(|chief| !present.contains(&chief.place)) {
            present.clear();
        }
    }

    /// The pace of a node changes with the copies that it takes part in.
    fn copying_changed(&mut self, at: usize, node: u32) {
        let factor = self.repair(at).slowness(node);
        let global = self.services[at].first + node;
        self.set_copying(global, factor);
    }

    /// A copy ends, complete or not; it is wanted no more.
    fn end_copy(&mut self, at: usize, slot: u32) {
        let Some(job) = self.repair(at).jobs.remove(&slot) else {
            return;
        };
        let Some((source, _)) = job.under_way else { return };
        for node in [source, job.target] {
            self.repair(at).busy[node as usize] -= 1;
            self.copying_changed(at, node);
        }
    }

    /// Copies that a node takes part in are broken off, and begin again elsewhere if they can.
    fn break_off(&mut self, at: usize, node: u32) {
        let jobs = self.repair(at).jobs.iter();
        let mine = jobs
            .filter(|(_, job)| job.target == node || job.under_way.is_some_and(|(source, _)| source == node));
        let slots: Vec<u32> = mine.map(|(&slot, _)| slot).collect();
        for &slot in &slots {
            self.end_copy(at, slot);
        }
        for slot in slots {
            self.want(at, slot);
        }
        self.begin_copies(at);
    }

    /// A copy is complete, unless it was broken off.
    pub(super) fn copied(&mut self, at: usize, slot: u32) {
        let now = self.sim.now();
        let job = self.repair(at).jobs.get(&slot);
        let Some((source, target)) = job.and_then(|job| {
            let (source, due) = job.under_way?;
            (due == now).then_some((source, job.target))
        }) else {
            return;
        };
        self.end_copy(at, slot);
        let replication = self.store(at).plan.replication;
        if self.is_vacant(at, slot / replication) {
            // It begins again when somebody leads.
            return self.want(at, slot);
        }
        let store = self.services[at].store.as_mut().expect("it is a store");
        let (shard, place) = (slot / replication, slot % replication);
        let nodes = store.layout.replicas(shard);
        let leader = store
            .chiefs
            .get(shard as usize)
            .map(|chief| usize::from(chief.place));
        let from = leader.or_else(|| nodes.iter().position(|&node| node == source));
        for key in store.versions.written_in(shard).to_vec() {
            let version = from.map_or(Version::FIRST, |from| store.versions.held(key, from));
            store.versions.gets(key, place as usize, version);
        }
        store.repair.absent[slot as usize] = false;
        store.record.copies += 1;
        if store.layout.replicas(shard)[place as usize] != target {
            store.layout.set(slot, target);
            if let Some(chief) = store.chiefs.get_mut(shard as usize) {
                chief.moves(place as u8);
            }
        }
        self.begin_copies(at);
        self.schedule_wake(at);
    }
}
