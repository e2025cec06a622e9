//! Nodes go down, lose their data and come back.

use super::{calendar::Event, state::State};

impl State<'_> {
    /// Something is wrong with these nodes from now on, or no longer.
    pub(super) fn strike(&mut self, members: &[u32], down: bool, data_lost: f64) {
        for &node in members {
            if down {
                self.goes_down(node);
            } else {
                self.comes_back(node);
            }
        }
        if down && 0.0 < data_lost {
            for node in self.unlucky(members, data_lost) {
                self.loses_data(node);
            }
        }
    }

    /// Returns the nodes that lose their data: this share of them, and one more by chance for what is left of it.
    fn unlucky(&mut self, members: &[u32], share: f64) -> Vec<u32> {
        if 1.0 <= share {
            return members.to_vec();
        }
        let mean = members.len() as f64 * share;
        let more = self.data_rng.open01() < mean.fract();
        let count = mean as usize + usize::from(more);
        let mut members = members.to_vec();
        for at in 0..count {
            let other = at + self.data_rng.below(members.len() - at);
            members.swap(at, other);
        }
        members.truncate(count);
        members
    }

    fn goes_down(&mut self, node: u32) {
        let state = &mut self.nodes[node as usize];
        state.down += 1;
        if 1 < state.down {
            return;
        }
        state.stamp += 1;
        let stamp = state.stamp;
        for at in 0..self.shards.slots_of_node(node).len() {
            let slot = self.shards.slots_of_node(node)[at];
            if !self.shards.is_missing(slot) {
                self.reach(slot, -1);
            }
        }
        self.break_off(node);
        if let Some(repair) = &self.setting.store.repair {
            let due = self.now + *repair.after;
            self.calendar.add(due, Event::Away { node, stamp });
        }
    }

    fn comes_back(&mut self, node: u32) {
        let state = &mut self.nodes[node as usize];
        state.down -= 1;
        if 0 < state.down {
            return;
        }
        state.stamp += 1;
        state.away = false;
        for slot in self.shards.slots_of_node(node).to_vec() {
            if self.shards.is_missing(slot) {
                self.ask_for_copy(slot);
            } else {
                self.reach(slot, 1);
                self.no_longer_wanted(slot);
            }
        }
        self.take_back(node);
        self.place_the_rest();
        self.rouse(node);
    }

    /// A node has been away for long.
    pub(super) fn give_up(&mut self, node: u32, stamp: u32) {
        if self.nodes[node as usize].stamp != stamp {
            return;
        }
        self.nodes[node as usize].away = true;
        for slot in self.shards.slots_of_node(node).to_vec() {
            self.ask_for_copy(slot);
        }
    }

    fn loses_data(&mut self, node: u32) {
        self.nodes[node as usize].empty = true;
        for slot in self.shards.slots_of_node(node).to_vec() {
            if self.shards.is_missing(slot) {
                continue;
            }
            self.stirred = true;
            if self.shards.lose(slot) {
                let shard = self.shards.shard_of(slot);
                self.lost.push(shard);
                self.begin_anew(shard);
            }
        }
    }

    /// A shard has lost its last replica: it is empty from now on, and each of its slots holds that.
    fn begin_anew(&mut self, shard: u32) {
        for slot in self.shards.slots_of_shard(shard) {
            self.no_longer_wanted(slot);
            self.interrupt(slot);
            if self.nodes[self.shards.node_of(slot) as usize].is_up() {
                self.reach(slot, 1);
            } else {
                self.ask_for_copy(slot);
            }
        }
    }

    /// One replica more of a shard is on a node that is up, or one less.
    pub(super) fn reach(&mut self, slot: u32, change: i8) {
        let shard = self.shards.shard_of(slot);
        let before = self.shards.up(shard);
        let after = before.wrapping_add_signed(change);
        self.shards.set_up(shard, after);
        if let Some(account) = &mut self.account {
            account.reach(shard, before, after, self.now);
        }
    }
}
