//! Replicas that are made anew: what is to be copied where, and what may begin.
//!
//! A slot whose replica is gone, or on a node that has been away for long, asks for a copy: on its own node if that is up
//! and empty, otherwise on another one that placement chooses. A copy comes from any node that is up and holds the shard,
//! and a node takes part in as many copies as `parallel` says. Of those that may begin, one for a shard with the fewest
//! replicas left goes first. A copy one of whose nodes goes down begins again.

use std::collections::BTreeMap;

use super::{calendar::Event, state::State};

/// The copies that are wanted or under way.
#[derive(Clone, Debug)]
pub(super) struct Copies {
    wanted: BTreeMap<u32, Copy>,
    /// The slots whose copies a node may be waited for; some have been served since.
    waiting: Vec<Vec<u32>>,
    /// Slots for which there is no node.
    unplaced: Vec<u32>,
    /// Nodes with which copies may begin since the last event.
    roused: Vec<u32>,
    next: u32,
}

#[derive(Clone, Copy, Debug)]
struct Copy {
    target: u32,
    /// Where it comes from, while it is under way.
    source: Option<u32>,
    /// Whether it only brings a replica back to where it belongs.
    homeward: bool,
    stamp: u32,
}

impl Copies {
    pub(super) fn new(nodes: usize) -> Self {
        Self {
            wanted: BTreeMap::new(),
            waiting: vec![Vec::new(); nodes],
            unplaced: Vec::new(),
            roused: Vec::new(),
            next: 0,
        }
    }
}

impl State<'_> {
    /// Asks for a copy of the replica of a slot, if it is due and nobody has; whoever asks begins what can begin once
    /// all is asked for.
    pub(super) fn ask_for_copy(&mut self, slot: u32) {
        if self.setting.store.repair.is_none() || self.copies.wanted.contains_key(&slot) {
            return;
        }
        let own = self.shards.node_of(slot);
        let node = &self.nodes[own as usize];
        let target = if node.is_up() {
            if !self.shards.is_missing(slot) {
                return;
            }
            own
        } else if node.away {
            match self.another_node(slot) {
                Some(target) => target,
                None => return self.copies.unplaced.push(slot),
            }
        } else {
            return;
        };
        self.want(slot, target, false);
    }

    fn want(&mut self, slot: u32, target: u32, homeward: bool) {
        self.copies.next += 1;
        let copy = Copy {
            target,
            source: None,
            homeward,
            stamp: self.copies.next,
        };
        self.copies.wanted.insert(slot, copy);
        self.wait(slot, target);
        self.copies.roused.push(target);
    }

    /// Begins what may begin after something has changed.
    pub(super) fn begin_all(&mut self) {
        let mut roused = std::mem::take(&mut self.copies.roused);
        roused.sort_unstable();
        roused.dedup();
        for &node in &roused {
            self.begin_copies(node);
        }
        roused.clear();
        self.copies.roused = roused;
    }

    /// A node may have room for copies that it had not.
    pub(super) fn rouse(&mut self, node: u32) {
        self.copies.roused.push(node);
    }

    /// Chooses a node for a replica that is to leave its own.
    fn another_node(&mut self, slot: u32) -> Option<u32> {
        let shard = self.shards.shard_of(slot);
        let others = self.shards.slots_of_shard(shard).filter(|&other| other != slot);
        // Where the others will be.
        let left: Vec<u32> = others
            .map(|other| {
                let copy = self.copies.wanted.get(&other);
                copy.map_or(self.shards.node_of(other), |copy| copy.target)
            })
            .collect();
        let all = self.shards.slots_of_shard(shard);
        let taken: Vec<u32> = all.map(|slot| self.shards.node_of(slot)).collect();
        let nodes = &self.nodes;
        let is_open =
            |node: u32| nodes[node as usize].is_up() && !left.contains(&node) && !taken.contains(&node);
        let setting = self.setting;
        setting
            .store
            .placement
            .replace(&setting.zones, &left, is_open, &mut self.repair_rng)
    }

    /// Notes which nodes may be waited for: the target, and whoever holds the shard.
    fn wait(&mut self, slot: u32, target: u32) {
        self.copies.waiting[target as usize].push(slot);
        for other in self.shards.slots_of_shard(self.shards.shard_of(slot)) {
            if !self.shards.is_missing(other) {
                let holder = self.shards.node_of(other);
                self.copies.waiting[holder as usize].push(slot);
            }
        }
    }

    /// Tries again for slots for which there was no node.
    pub(super) fn place_the_rest(&mut self) {
        for slot in std::mem::take(&mut self.copies.unplaced) {
            self.ask_for_copy(slot);
        }
    }

    /// A node that is back takes its replicas back from where they were copied meanwhile, so that they stay where placement
    /// has put them: at once if its disk has them, and otherwise by copies, which go last.
    pub(super) fn take_back(&mut self, node: u32) {
        let empty = std::mem::take(&mut self.nodes[node as usize].empty);
        for (slot, has_it) in std::mem::take(&mut self.nodes[node as usize].left_behind) {
            let (shard, other) = (self.shards.shard_of(slot), self.shards.node_of(slot));
            let mut slots = self.shards.slots_of_shard(shard);
            let holds_another = slots.any(|slot| self.shards.node_of(slot) == node);
            if holds_another || self.copies.wanted.contains_key(&slot) {
                continue;
            }
            if empty || !has_it {
                self.want(slot, node, true);
            } else if !self.shards.is_missing(slot) && self.nodes[other as usize].is_up() {
                // Somebody is up from whom it can catch up with what it has missed.
                self.shards.fill(slot, node);
            }
        }
    }

    /// A slot has its replica; a copy that has not begun is not wanted any more.
    pub(super) fn no_longer_wanted(&mut self, slot: u32) {
        let waits = |copy: &Copy| copy.source.is_none() && !copy.homeward;
        if self.copies.wanted.get(&slot).is_some_and(waits) {
            self.copies.wanted.remove(&slot);
        }
    }

    fn has_room(&self, node: u32) -> bool {
        let state = &self.nodes[node as usize];
        let parallel = self.setting.store.repair.as_ref();
        let parallel = parallel.map_or(0, |repair| *repair.parallel as usize);
        state.is_up() && state.copying.len() < parallel
    }

    /// Begins what may begin with a node that is up or has room again.
    fn begin_copies(&mut self, node: u32) {
        while self.has_room(node) {
            let Some((slot, source)) = self.next_copy(node) else {
                return;
            };
            self.begin_copy(slot, source);
        }
    }

    /// Returns the slot to be copied next with a node, and where from; forgets those that do not wait for it any more.
    fn next_copy(&mut self, node: u32) -> Option<(u32, u32)> {
        let mut list = std::mem::take(&mut self.copies.waiting[node as usize]);
        let worst = self.shards.level();
        let mut best: Option<(usize, u32, u32)> = None;
        let mut at = 0;
        while at < list.len() {
            let slot = list[at];
            let copy = self.copies.wanted.get(&slot);
            let Some(copy) = copy.filter(|copy| copy.source.is_none() && self.is_for(slot, copy, node))
            else {
                list.remove(at);
                continue;
            };
            at += 1;
            if !self.has_room(copy.target) {
                continue;
            }
            let missing = self.shards.missing_of(self.shards.shard_of(slot));
            if best.is_some_and(|(most, ..)| missing <= most) {
                continue;
            }
            if let Some(source) = self.source_for(slot, node) {
                best = Some((missing, slot, source));
                // Nothing is more urgent.
                if missing == worst {
                    break;
                }
            }
        }
        self.copies.waiting[node as usize] = list;
        best.map(|(_, slot, source)| (slot, source))
    }

    /// Whether a copy goes to a node, or may come from it.
    fn is_for(&self, slot: u32, copy: &Copy, node: u32) -> bool {
        let mut slots = self.shards.slots_of_shard(self.shards.shard_of(slot));
        let holds = |other| self.shards.node_of(other) == node && !self.shards.is_missing(other);
        copy.target == node || slots.any(holds)
    }

    /// Returns where a copy may come from now, this node before others; `None` if it cannot begin.
    fn source_for(&self, slot: u32, node: u32) -> Option<u32> {
        let target = self.copies.wanted.get(&slot)?.target;
        let slots = self.shards.slots_of_shard(self.shards.shard_of(slot));
        let holders = slots
            .filter(|&other| !self.shards.is_missing(other))
            .map(|other| self.shards.node_of(other));
        let mut able = holders.filter(|&holder| holder != target && self.has_room(holder));
        let first = able.next()?;
        Some(if able.any(|holder| holder == node) {
            node
        } else {
            first
        })
    }

    fn begin_copy(&mut self, slot: u32, source: u32) {
        let Some(takes) = self.copy_takes() else { return };
        let copy = self.copies.wanted.get_mut(&slot).expect("it is wanted");
        copy.source = Some(source);
        let (target, stamp) = (copy.target, copy.stamp);
        self.nodes[source as usize].copying.push(slot);
        self.nodes[target as usize].copying.push(slot);
        self.calendar.add(self.now + takes, Event::Copied { slot, stamp });
    }

    /// Ends a copy that is under way, complete or not.
    fn end_copy(&mut self, slot: u32) {
        let copy = self.copies.wanted.get(&slot).copied();
        let Some((copy, source)) = copy.and_then(|copy| Some((copy, copy.source?))) else {
            return;
        };
        self.copies.wanted.remove(&slot);
        for node in [source, copy.target] {
            let copying = &mut self.nodes[node as usize].copying;
            let place = copying.iter().position(|&other| other == slot);
            copying.swap_remove(place.expect("both nodes know of it"));
            self.copies.roused.push(node);
        }
    }

    /// A copy is complete, unless it was broken off.
    pub(super) fn copied(&mut self, slot: u32, stamp: u32) {
        let copy = self.copies.wanted.get(&slot).copied();
        let Some(copy) = copy.filter(|copy| copy.stamp == stamp && copy.source.is_some()) else {
            return;
        };
        let Copy { target, homeward, .. } = copy;
        self.end_copy(slot);
        if let Some(account) = &mut self.account {
            account.copied();
        }
        let own = self.shards.node_of(slot);
        let is_there = !self.shards.is_missing(slot) && self.nodes[own as usize].is_up();
        // A node that is back with its data has no use for another replica.
        if is_there && !homeward {
            return;
        }
        if !homeward && own != target {
            let has_it = !self.shards.is_missing(slot);
            self.nodes[own as usize].left_behind.push((slot, has_it));
        }
        self.shards.fill(slot, target);
        if !is_there {
            self.reach(slot, 1);
        }
        // Others of its shard may be copied from here.
        for other in self.shards.slots_of_shard(self.shards.shard_of(slot)) {
            if self.copies.wanted.contains_key(&other) {
                self.copies.waiting[target as usize].push(other);
            }
        }
    }

    /// A copy of a slot that is under way is of no use any more.
    pub(super) fn interrupt(&mut self, slot: u32) {
        self.end_copy(slot);
    }

    /// A node has gone down: its copies begin again, where they still can.
    pub(super) fn break_off(&mut self, node: u32) {
        let waits = self.copies.waiting[node as usize].clone();
        let copying = self.nodes[node as usize].copying.clone();
        for slot in waits.into_iter().chain(copying) {
            let copy = self.copies.wanted.get(&slot).copied();
            // What waits to come from it may come from others.
            let Some(copy) = copy.filter(|copy| copy.target == node || copy.source == Some(node)) else {
                continue;
            };
            self.end_copy(slot);
            self.copies.wanted.remove(&slot);
            if !copy.homeward {
                self.ask_for_copy(slot);
            } else if copy.target == node {
                self.nodes[node as usize].left_behind.push((slot, false));
            } else {
                self.want(slot, copy.target, true);
            }
        }
    }
}
