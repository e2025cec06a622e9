//! Every client at one server: its number modulo the total weight, as HAProxy's `balance source`.
//!
//! HAProxy takes the IPv4 address as a number, so that consecutive addresses go round; so do consecutive clients here.
//! When a server comes or goes, most clients move to another (86 % of those of the other servers with eight of them);
//! `key-hash` has methods that move none of these. A server that is full does not go: it turns its clients away, as
//! HAProxy's do when their `maxqueue` is reached.

use super::{Ask, Balancer, Law, Policy, ServerId, View, shares::Shares};
use crate::{config::Entry, rng::Stream};

pub(super) const ENTRY: Entry<Policy> = Entry {
    name: "source-hash",
    summary: "every client at one server, by its number",
    example: "",
    fields: Vec::new,
    read: |_| Some(plan()),
};

/// Returns source hashing.
pub fn plan() -> Policy {
    let policy = Policy::new(ENTRY.name, Law::Other, |pool| SourceHash {
        shares: Shares::new(pool),
    });
    Policy {
        reads_source: true,
        ties_to_server: true,
        heeds_room: false,
        ..policy
    }
}

struct SourceHash {
    shares: Shares,
}

impl Balancer for SourceHash {
    fn listens(&self) -> bool {
        false
    }
    fn pick(&mut self, view: &View, ask: &Ask, _: &mut Stream) -> Option<ServerId> {
        self.shares.at(view, u64::from(ask.source))
    }
    fn eligible_changed(&mut self, view: &View, server: ServerId) {
        self.shares.eligible_changed(view, server);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::balancer::rig::{Rig, pool_of_weights};

    #[test]
    fn consecutive_clients_go_round_by_weight() {
        // The rig counts its clients from 1. Common factors of the weights do not matter.
        let mut rig = Rig::new(&plan(), pool_of_weights(&[5; 4]), 1);
        assert_eq!(rig.send_many(8), "23412341");
        rig.set_eligible(1, false);
        assert_eq!(rig.send_many(6), "134134");
        let mut rig = Rig::new(&plan(), pool_of_weights(&[2, 4, 6]), 1);
        assert_eq!(rig.send_many(12), "223331223331");
    }
}
