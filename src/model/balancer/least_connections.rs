//! Fewest requests first, for their weight, as HAProxy's `leastconn` (Tarreau, `lb_fwlc.c`, 2009).
//!
//! The key of a server is (requests + 1)/weight, and 0 when it has none, whatever its weight. Of equal keys HAProxy
//! takes the server that has had its key the longest: servers that were freed in the order 4 3 2 1 are used in that
//! order. Formulas for the shortest queue break ties at random; both are here, and with identical servers and
//! exponential work they give the same response times.
//!
//! With equal weights a decision takes constant time, otherwise time that grows with the logarithm of the number of
//! servers.

use super::{
    Ask, Balancer, Law, Policy, Pool, ServerId, View,
    least_tree::LeastTree,
    levels::{Queued, Shuffled},
};
use crate::{
    config::{Entry, Table},
    model::heap::IndexedHeap,
    rng::Stream,
};

pub(super) const ENTRY: Entry<Policy> = Entry {
    name: "least-connections",
    summary: "the server with the fewest requests for its weight",
    example: "ties = \"oldest\"",
    fields: Settings::fields,
    read: |section| Settings::read_fields(section).map(|Settings { ties }| plan(ties)),
};

crate::config_table! {
    /// Fewest requests first.
    struct Settings: "least-connections" {
        /// Which of servers with equally many requests goes first.
        ties: Ties = "oldest",
    }
}

crate::config_words! {
    /// Which of servers with equally many requests goes first.
    pub enum Ties {
        /// the one whose number of requests has not changed for the longest time, as in HAProxy
        Oldest = "oldest",
        /// any of them, with equal chances
        Random = "random",
    }
}

/// Returns fewest requests first.
pub fn plan(ties: Ties) -> Policy {
    Policy::new(ENTRY.name, Law::ShortestQueue, move |pool| {
        LeastConnections::new(pool, ties)
    })
}

/// Keys have this many steps for a request at weight 1, and are rounded down, as in HAProxy, where a weight is at
/// most 256. For greater weights there are as many times more.
const STEPS: u64 = 256;

struct LeastConnections {
    order: Order,
    steps: u64,
}

/// The eligible servers in order.
enum Order {
    /// By load, and random among equals.
    Shuffled(Shuffled),
    /// By load, and the oldest of equals first.
    Queued(Queued),
    /// By key, and random among equals.
    Tree(LeastTree),
    /// By key, and the oldest of equals first: how many changes there had been when the key was set.
    Heap(IndexedHeap<(u64, u64)>, u64),
}

impl LeastConnections {
    fn new(pool: &Pool, ties: Ties) -> Self {
        let servers = pool.len();
        let heaviest = pool
            .iter()
            .map(|server| u64::from(server.weight))
            .max()
            .unwrap_or(1);
        let order = match (pool.has_equal_weights(), ties) {
            (true, Ties::Random) => Order::Shuffled(Shuffled::new(servers)),
            (true, Ties::Oldest) => Order::Queued(Queued::new(servers)),
            (false, Ties::Random) => Order::Tree(LeastTree::new(servers)),
            (false, Ties::Oldest) => {
                let mut heap = IndexedHeap::new(servers);
                (0..servers as u32).for_each(|server| heap.set(server, (0, 0)));
                Order::Heap(heap, 0)
            }
        };
        Self {
            order,
            steps: STEPS * heaviest.div_ceil(STEPS),
        }
    }

    /// Puts a server where it belongs now.
    fn update(&mut self, view: &View, server: ServerId) {
        let load = view.eligible().contains(server).then(|| view.load(server));
        let steps = self.steps;
        let key_of = |load: u32| match load {
            0 => 0,
            _ => (u64::from(load) + 1) * steps / u64::from(view.pool().server(server).weight),
        };
        match &mut self.order {
            Order::Shuffled(servers) => servers.set(server, load),
            Order::Queued(servers) => servers.set(server, load),
            Order::Tree(tree) => tree.set(server, load.map_or(LeastTree::OUT, key_of)),
            Order::Heap(heap, changes) => {
                let key = load.map(key_of);
                if key == heap.key(server.0).map(|(key, _)| key) {
                    return;
                }
                *changes += 1;
                match key {
                    Some(key) => heap.set(server.0, (key, *changes)),
                    None => drop(heap.remove(server.0)),
                }
            }
        }
    }
}

impl Balancer for LeastConnections {
    fn pick(&mut self, _: &View, _: &Ask, rng: &mut Stream) -> Option<ServerId> {
        match &self.order {
            Order::Shuffled(servers) => servers.pick(rng),
            Order::Queued(servers) => servers.first(),
            Order::Tree(tree) => tree.pick(rng),
            Order::Heap(heap, _) => heap.first().map(|(server, _)| ServerId(server)),
        }
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
    use crate::{
        model::balancer::rig::{Rig, chi_square, pool_of_weights},
        rng::Seed,
    };

    /// Observed on HAProxy 2.6.12.
    #[test]
    fn choices_are_those_of_haproxy() {
        let mut rig = Rig::new(&plan(Ties::Oldest), pool_of_weights(&[1; 4]), 1);
        let mut idle = String::new();
        for _ in 0..8 {
            idle += &rig.send_many(1);
            rig.end_all();
        }
        assert_eq!(idle, "12341234");
        rig.send_many(4);
        (1..=4).rev().for_each(|number| rig.end_at(number));
        assert_eq!(rig.send_many(4), "4321");

        let mut rig = Rig::new(&plan(Ties::Oldest), pool_of_weights(&[1, 2, 3]), 1);
        assert_eq!(rig.send_many(12), "123323323123");
    }

    /// A twin that looks at every server, with the time of each key's last change written down.
    #[test]
    fn every_order_agrees_with_a_look_at_every_server() {
        let mut rng = Seed(3).replication(0).stream("test");
        for weights in [vec![2; 9], vec![1, 2, 3, 1, 2, 300], vec![7]] {
            for ties in [Ties::Oldest, Ties::Random] {
                let servers = weights.len();
                let mut rig = Rig::new(&plan(ties), pool_of_weights(&weights), 1);
                let scale = 256 * weights.iter().max().unwrap().div_ceil(256);
                let key = |load: u32, at: usize| {
                    if load == 0 {
                        0
                    } else {
                        (load + 1) * scale / weights[at]
                    }
                };
                let mut since = vec![(Some(0), 0); servers];
                let mut ties_seen = 0;
                for step in 1..4_000 {
                    match rng.below(5) {
                        0 => rig.set_eligible(rng.below(servers) as u32, rng.below(3) != 0),
                        1 | 2 if !rig.in_flight.is_empty() => rig.end(rng.below(rig.in_flight.len())),
                        3 => {
                            // A report: the load jumps.
                            let server = ServerId(rng.below(servers) as u32);
                            let own = rig.in_flight.iter().filter(|(at, ..)| *at == server).count();
                            for load in [own + rng.below(5), own] {
                                let before = key(rig.view.load(server), server.index());
                                rig.view.set_load(server, load as u32);
                                rig.balancer.load_changed(&rig.view, server);
                                if before != key(load as u32, server.index()) {
                                    since[server.index()].1 = step;
                                }
                            }
                        }
                        _ => {
                            let members = rig.view.eligible().members().to_vec();
                            let key_now = |at: &ServerId| key(rig.view.load(*at), at.index());
                            let least = members.iter().map(key_now).min();
                            let equals: Vec<ServerId> = members
                                .into_iter()
                                .filter(|at| Some(key_now(at)) == least)
                                .collect();
                            ties_seen += usize::from(1 < equals.len());
                            let oldest = equals
                                .iter()
                                .copied()
                                .min_by_key(|at| (since[at.index()].1, at.0));
                            let got = rig.send();
                            match ties {
                                Ties::Oldest => assert_eq!(got, oldest, "{weights:?}, step {step}"),
                                Ties::Random => assert!(got.is_none_or(|got| equals.contains(&got))),
                            }
                            assert_eq!(got.is_none(), equals.is_empty());
                        }
                    }
                    for (at, (known, when)) in since.iter_mut().enumerate() {
                        let server = ServerId(at as u32);
                        let now = rig
                            .view
                            .eligible()
                            .contains(server)
                            .then(|| key(rig.view.load(server), at));
                        if *known != now {
                            (*known, *when) = (now, step);
                        }
                    }
                }
                assert!(100 < ties_seen || servers == 1);
            }
        }
    }

    #[test]
    fn random_ties_favour_nobody() {
        // The second pool takes the other structure; two servers of six are busy, one is away.
        for weights in [[2; 6], [1, 2, 1, 1, 1, 1]] {
            let mut rig = Rig::new(&plan(Ties::Random), pool_of_weights(&weights), 8);
            rig.set_eligible(3, false);
            for server in [0, 5] {
                rig.view.set_load(ServerId(server), 4);
                rig.balancer.load_changed(&rig.view, ServerId(server));
            }
            let mut counts = [0; 6];
            for _ in 0..9_000 {
                counts[rig.send().unwrap().index()] += 1;
                rig.end_all();
            }
            // The 99.9 % point of chi-square with 2 degrees of freedom is 13.8.
            assert!(
                chi_square(&counts, &[0.0, 1.0, 1.0, 0.0, 1.0, 0.0]) < 13.8,
                "{counts:?}"
            );
            assert!(
                13.8 < chi_square(&counts, &[0.0, 1.1, 1.0, 0.0, 0.9, 0.0]),
                "{counts:?}"
            );
        }
    }
}
