//! Who sees whom, where zones may be cut off from each other: a store has a view of its nodes in each zone then, and one more
//! for whoever stands in none.
//!
//! A node is gone when no other zone sees it any more; only then its replicas are copied elsewhere. Who leads is decided by
//! those who do not see the leader, if they are enough: whoever sees it votes for nobody else. Without partitions there is
//! one view, which everyone has.

use super::World;
use crate::model::{
    balancer::ServerId,
    network::Place,
    storage::consistency::{Consistency, Replication},
};

impl World {
    /// Whether zones may be cut off from each other, so that not all see the same.
    pub(super) fn is_split(&self, at: usize) -> bool {
        1 < self.services[at].fronts.len()
    }

    /// Returns the view of those who stand somewhere.
    pub(super) fn view_from(&self, at: usize, place: Place) -> usize {
        let last = self.services[at].fronts.len() - 1;
        match place {
            Place::Zone(zone) => last.min(usize::from(zone)),
            Place::Outside | Place::Nowhere => last,
        }
    }

    /// Returns where the node of a replica stands.
    pub(super) fn place_of_replica(&self, at: usize, shard: u32, place: u8) -> Place {
        let service = &self.services[at];
        let store = service.store.as_ref().expect("it is a store");
        self.place_of(service.first + store.layout.replicas(shard)[usize::from(place)])
    }

    /// Returns the view of the node that a replica is on.
    pub(super) fn view_of_replica(&self, at: usize, shard: u32, place: u8) -> usize {
        if self.is_split(at) {
            self.view_from(at, self.place_of_replica(at, shard, place))
        } else {
            0
        }
    }

    /// Returns whether messages between two places are lost at present.
    pub(super) fn separates(&self, one: Place, other: Place) -> bool {
        let network = self.network.as_ref();
        network.is_some_and(|network| network.separates(one, other, self.sim.now()))
    }

    /// Returns whether a balancer cannot reach a server because a zone is cut off.
    pub(super) fn is_apart(&self, at: usize, front: usize, local: u32) -> bool {
        let cut = self.network.as_ref().is_some_and(|network| network.is_cut());
        let watch = self.services[at].watch.as_ref().filter(|_| cut);
        let place = || self.place_of(self.services[at].first + local);
        watch.is_some_and(|watch| self.separates(watch.places[front], place()))
    }

    /// Returns whether a node is believed to be gone: no other zone sees it.
    pub(super) fn is_gone(&self, at: usize, node: u32) -> bool {
        let service = &self.services[at];
        let own = if self.is_split(at) {
            self.view_from(at, self.place_of(service.first + node))
        } else {
            usize::MAX
        };
        let mut others = service.fronts.iter().enumerate().filter(|(view, _)| *view != own);
        others.all(|(_, front)| front.view.is_down(ServerId(node)))
    }

    /// Returns the places of a shard's replicas that a view believes to be there.
    pub(super) fn present(&self, at: usize, view: usize, shard: u32) -> Vec<u8> {
        let view = &self.services[at].fronts[view].view;
        self.present_where(at, shard, |node| !view.is_down(ServerId(node)))
    }

    /// Returns the places of a shard's replicas that are not gone for everyone.
    pub(super) fn left(&self, at: usize, shard: u32) -> Vec<u8> {
        self.present_where(at, shard, |node| !self.is_gone(at, node))
    }

    fn present_where(&self, at: usize, shard: u32, is_there: impl Fn(u32) -> bool) -> Vec<u8> {
        let store = self.services[at].store.as_ref().expect("it is a store");
        let nodes = (0..).zip(store.layout.replicas(shard));
        let first = shard * store.plan.replication;
        let present = nodes
            .filter(|&(place, &node)| is_there(node) && !store.repair.is_absent(first + u32::from(place)));
        present.map(|(place, _)| place).collect()
    }

    /// Returns the replicas that can take part in an election where a view does: those that are up, that it sees and can reach,
    /// and that do not see the present leader themselves; nothing if they are too few.
    pub(super) fn voters(&self, at: usize, view: usize, shard: u32) -> Option<Vec<u8>> {
        let service = &self.services[at];
        let store = service.store.as_ref().expect("it is a store");
        let Consistency::Leader { replication, .. } = store.plan.consistency else {
            return None;
        };
        let nodes = store.layout.replicas(shard);
        let mut voters = self.present(at, view, shard);
        voters.retain(|&place| self.servers[(service.first + nodes[usize::from(place)]) as usize].is_up());
        if self.is_split(at) {
            let chief = store.chiefs[shard as usize].place;
            let view_of = |place: u8| self.view_of_replica(at, shard, place);
            let first = voters.iter().copied().find(|&place| view_of(place) == view)?;
            let from = self.place_of_replica(at, shard, first);
            voters.retain(|&place| {
                !self.present(at, view_of(place), shard).contains(&chief)
                    && !self.separates(from, self.place_of_replica(at, shard, place))
            });
        }
        let needed = match replication {
            Replication::Majority => nodes.len() / 2 + 1,
            _ => 1,
        };
        (needed <= voters.len()).then_some(voters)
    }

    /// One of several views of a node has changed: those who do not see the leader of a shard choose another one, if they can.
    pub(super) fn view_changed(&mut self, at: usize, view: usize, node: u32, back: bool, shards: &[u32]) {
        for &shard in shards {
            let chief = &self.store(at).chiefs[shard as usize];
            let (place, vacant) = (chief.place, chief.vacant);
            if back && !vacant && self.view_of_replica(at, shard, place) == view {
                self.rejoins(at, node, &[shard]);
            }
            let sees = self.present(at, view, shard).contains(&place);
            if (vacant || !sees) && self.voters(at, view, shard).is_some() {
                self.vacate(at, view, shard);
            }
        }
    }
}
