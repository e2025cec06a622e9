//! Least work first, by one who knows the work of every request: a bound for the others.
//!
//! For each server it is known when it will have done all it was sent, with all its slots at work; the server that is
//! done first gets the next request, and of idle ones the one idle the longest. With one slot each and first come,
//! first served, that is one common queue in front of all servers (Kiefer and Wolfowitz, *Trans. Amer. Math. Soc.* 78,
//! 1955).
//!
//! What ends without having been worked on counts as work until the server is seen empty. With several balancers, each
//! knows only the work that it sent itself.

use super::{Ask, Balancer, Law, Policy, Pool, ServerId, View};
use crate::{
    config::Entry,
    model::heap::IndexedHeap,
    rng::Stream,
    units::{SimDuration, SimTime},
};

pub(super) const ENTRY: Entry<Policy> = Entry {
    name: "least-work",
    summary: "the server that is done first; knows the work of every request, so a bound for the others",
    example: "",
    fields: Vec::new,
    read: |_| Some(plan()),
};

/// Returns least work first.
pub fn plan() -> Policy {
    Policy::new(ENTRY.name, Law::LeastWork, LeastWork::new)
}

struct LeastWork {
    /// When each server will have done all it was sent.
    done: Vec<SimTime>,
    /// Eligible servers by that time.
    order: IndexedHeap<SimTime>,
}

impl LeastWork {
    fn new(pool: &Pool) -> Self {
        let mut order = IndexedHeap::new(pool.len());
        (0..pool.len() as u32).for_each(|server| order.set(server, SimTime::ZERO));
        Self {
            done: vec![SimTime::ZERO; pool.len()],
            order,
        }
    }

    fn set(&mut self, view: &View, server: ServerId, done: SimTime) {
        self.done[server.index()] = done;
        if view.eligible().contains(server) {
            self.order.set(server.0, done);
        }
    }
}

impl Balancer for LeastWork {
    fn pick(&mut self, _: &View, _: &Ask, _: &mut Stream) -> Option<ServerId> {
        self.order.first().map(|(server, _)| ServerId(server))
    }
    fn sent(&mut self, view: &View, server: ServerId, ask: &Ask) {
        let info = view.pool().server(server);
        let takes = ask.work.as_secs_f64() / (info.speed * f64::from(info.slots));
        let begins = self.done[server.index()].max(view.now());
        self.set(view, server, begins + SimDuration::from_secs_f64(takes));
    }
    fn load_changed(&mut self, view: &View, server: ServerId) {
        // An empty server has nothing left to do, whatever became of what it was sent.
        if view.load(server) == 0 {
            self.set(view, server, self.done[server.index()].min(view.now()));
        }
    }
    fn eligible_changed(&mut self, view: &View, server: ServerId) {
        if view.eligible().contains(server) {
            self.order.set(server.0, self.done[server.index()]);
        } else {
            self.order.remove(server.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::balancer::rig::{Rig, pool_of_weights},
        rng::Seed,
    };

    fn ask(millis: u64) -> Ask {
        Ask {
            key: 0,
            source: 0,
            work: SimDuration::from_nanos(millis * 1_000_000),
        }
    }

    #[test]
    fn the_server_that_is_done_first_gets_the_request() {
        let mut rig = Rig::new(&plan(), pool_of_weights(&[1; 3]), 1);
        let mut send = |millis| rig.send_this(ask(millis)).unwrap().0;
        // Done at 9, 2 and 4 ms; then 2 + 3; then 4 + 1.
        assert_eq!([9, 2, 4, 3, 1, 1].map(&mut send), [0, 1, 2, 1, 2, 1]);
    }

    /// A twin adds up all the work that is left, at every server, for every request.
    #[test]
    fn the_heap_agrees_with_adding_up_the_work() {
        let mut rng = Seed(2).replication(0).stream("test");
        let mut rig = Rig::new(&plan(), pool_of_weights(&[1; 7]), 1);
        let mut left = [0_u64; 7];
        for _ in 0..5_000 {
            if rng.below(8) == 0 {
                let server = rng.below(7) as u32;
                rig.set_eligible(server, rng.below(4) != 0);
            }
            let nanos = rng.below(2_000_000) as u64;
            rig.wait(nanos);
            left = left.map(|left| left.saturating_sub(nanos));
            let work = 1 + rng.below(9) as u64;
            if let Some(server) = rig.send_this(ask(work)) {
                let members = rig.view.eligible().members();
                let least = members.iter().map(|server| left[server.index()]).min();
                assert_eq!(Some(left[server.index()]), least);
                left[server.index()] += work * 1_000_000;
            } else {
                assert!(rig.view.eligible().is_empty());
            }
        }
    }

    #[test]
    fn work_that_left_undone_is_forgotten_when_the_server_is_empty() {
        let mut rig = Rig::new(&plan(), pool_of_weights(&[1; 2]), 1);
        assert_eq!(rig.send_this(ask(1_000)), Some(ServerId(0)));
        rig.wait(1);
        rig.end_all();
        rig.send_this(ask(5));
        assert_eq!(rig.send_this(ask(5)), Some(ServerId(0)));
    }
}
