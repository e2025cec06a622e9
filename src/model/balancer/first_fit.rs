//! The first server with a free slot, in the order of their numbers, so that the last ones may be switched off.
//!
//! As HAProxy's `first` while a slot is free, which there means fewer requests than `maxconn`. With all slots taken,
//! requests wait at the balancer in HAProxy. Where they wait at the servers instead, the servers are filled in the same
//! order a second time, up to twice their slots, then a third time, and so on: sending the rest to one server would
//! drown it.

use super::{Ask, Balancer, Law, Policy, Pool, ServerId, View};
use crate::{config::Entry, model::heap::IndexedHeap, rng::Stream};

pub(super) const ENTRY: Entry<Policy> = Entry {
    name: "first-fit",
    summary: "the first server with a free slot, in order",
    example: "",
    fields: Vec::new,
    read: |_| Some(plan()),
};

/// Returns first fit.
pub fn plan() -> Policy {
    Policy::new(ENTRY.name, Law::Other, FirstFit::new)
}

struct FirstFit {
    /// Eligible servers by how often all their slots are taken, then by number.
    fills: IndexedHeap<u32>,
}

impl FirstFit {
    fn new(pool: &Pool) -> Self {
        let mut fills = IndexedHeap::new(pool.len());
        (0..pool.len() as u32).for_each(|server| fills.set(server, 0));
        Self { fills }
    }
    fn update(&mut self, view: &View, server: ServerId) {
        if view.eligible().contains(server) {
            let fill = view.load(server) / view.pool().server(server).slots;
            if self.fills.key(server.0) != Some(fill) {
                self.fills.set(server.0, fill);
            }
        } else {
            self.fills.remove(server.0);
        }
    }
}

impl Balancer for FirstFit {
    fn pick(&mut self, _: &View, _: &Ask, _: &mut Stream) -> Option<ServerId> {
        self.fills.first().map(|(server, _)| ServerId(server))
    }
    fn load_changed(&mut self, view: &View, server: ServerId) {
        self.update(view, server);
    }
    fn eligible_changed(&mut self, view: &View, server: ServerId) {
        self.update(view, server);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::balancer::{ServerInfo, rig::Rig};

    #[test]
    fn servers_are_filled_in_order_and_again() {
        let pool = Pool::new([2, 1, 3].map(|slots| ServerInfo {
            weight: 1,
            slots,
            speed: 1.0,
        }));
        let mut rig = Rig::new(&plan(), pool, 1);
        assert_eq!(rig.send_many(14), "11233311233311");
        rig.end_all();
        rig.send_many(5);
        rig.end_at(2);
        rig.set_eligible(0, false);
        assert_eq!(rig.send_many(4), "2323");
    }
}
