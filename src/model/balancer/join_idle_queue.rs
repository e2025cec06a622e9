//! Join an idle queue: servers that run empty say so to one balancer, which sends its next request there.
//!
//! A balancer keeps the idle servers it has heard of in the order in which they came, and with none left sends to a
//! random server. Asking servers for their load costs nothing on the way of a request.
//! Source: Lu, Xie, Kliot, Geller, Larus and Greenberg, *Performance Evaluation* 68(11), 2011 (JIQ-Random).

use super::{Ask, Balancer, Law, Policy, Pool, ServerId, View, levels::Queued, sampler::Sampler};
use crate::{config::Entry, rng::Stream};

pub(super) const ENTRY: Entry<Policy> = Entry {
    name: "join-idle-queue",
    summary: "a server that has said it is idle, else a random one",
    example: "",
    fields: Vec::new,
    read: |_| Some(plan()),
};

/// Returns join-idle-queue.
pub fn plan() -> Policy {
    Policy {
        hears_idle: true,
        ..Policy::new(ENTRY.name, Law::JoinIdle, JoinIdleQueue::new)
    }
}

struct JoinIdleQueue {
    /// Who has said it is idle, and has been sent nothing since.
    said: Vec<bool>,
    /// Those of them that are eligible, first come first.
    idle: Queued,
    fallback: Sampler,
}

impl JoinIdleQueue {
    fn new(pool: &Pool) -> Self {
        Self {
            said: vec![false; pool.len()],
            idle: Queued::empty(pool.len()),
            fallback: Sampler::by_weight(pool),
        }
    }

    fn update(&mut self, view: &View, server: ServerId) {
        let waits = self.said[server.index()] && view.eligible().contains(server);
        self.idle.set(server, waits.then_some(0));
    }
}

impl Balancer for JoinIdleQueue {
    fn pick(&mut self, view: &View, _: &Ask, rng: &mut Stream) -> Option<ServerId> {
        self.idle.first().or_else(|| self.fallback.sample(view, rng))
    }
    fn idle(&mut self, view: &View, server: ServerId) {
        self.said[server.index()] = true;
        self.update(view, server);
    }
    fn sent(&mut self, view: &View, server: ServerId, _: &Ask) {
        self.said[server.index()] = false;
        self.update(view, server);
    }
    fn eligible_changed(&mut self, view: &View, server: ServerId) {
        self.fallback.eligible_changed(view, server);
        self.update(view, server);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::balancer::rig::{Rig, pool_of_weights};

    #[test]
    fn idle_servers_are_used_in_the_order_in_which_they_ran_empty() {
        let mut rig = Rig::new(&plan(), pool_of_weights(&[1; 4]), 1);
        assert_eq!(rig.send_many(4), "1234");
        for number in [3, 1, 4] {
            rig.end_at(number);
        }
        // One that is away keeps the word it has given.
        rig.set_eligible(2, false);
        assert_eq!(rig.send_many(1), "1");
        rig.set_eligible(2, true);
        assert_eq!(rig.send_many(2), "43");
    }

    #[test]
    fn with_nobody_idle_any_server_will_do() {
        let mut rig = Rig::new(&plan(), pool_of_weights(&[1; 4]), 1);
        rig.send_many(4);
        let more = rig.send_many(100);
        assert!(
            "1234".chars().all(|server| 10 < more.matches(server).count()),
            "{more}"
        );
    }
}
