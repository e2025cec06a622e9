//! In turn by weight, as nginx does it (Dounin, "Upstream: smooth weighted round-robin balancing", nginx, 2012).
//!
//! Every server has a balance. For each request all balances rise by the server's weight, the server with the highest
//! one gets the request, and it pays the sum of all weights. Weights 5, 1, 1 give 1 1 2 1 3 1 1, where HAProxy's
//! `roundrobin` gives 1 1 1 2 1 1 3: nginx interleaves the light servers evenly, HAProxy lets the heaviest go first.
//! A server that is not eligible neither rises nor counts in the sum. With equal weights these are plain turns.
//!
//! nginx looks at every server for each request. Here the balances are lines over the number of requests, and a
//! tournament finds the highest in logarithmic time.

use super::{Ask, Balancer, Law, Policy, Pool, ServerId, View, kinetic::Tournament, round_robin::RoundRobin};
use crate::{config::Entry, rng::Stream};

pub(super) const ENTRY: Entry<Policy> = Entry {
    name: "weighted-round-robin",
    summary: "in turn; with unequal weights interleaved, as nginx does it",
    example: "",
    fields: Vec::new,
    read: |_| Some(plan()),
};

/// Returns smooth weighted round robin.
pub fn plan() -> Policy {
    Policy::new(ENTRY.name, Law::RoundRobin, WeightedRoundRobin::new)
}

enum WeightedRoundRobin {
    /// All weights are equal: plain turns.
    Equal(RoundRobin),
    /// They differ.
    Weighted(Balances),
}

struct Balances {
    lines: Tournament,
    /// The weights of eligible servers.
    total: u64,
}

impl WeightedRoundRobin {
    fn new(pool: &Pool) -> Self {
        if pool.has_equal_weights() {
            return Self::Equal(RoundRobin::new(pool));
        }
        Self::Weighted(Balances {
            lines: Tournament::new(pool.iter().map(|server| server.weight).collect()),
            total: pool.iter().map(|server| u64::from(server.weight)).sum(),
        })
    }
}

impl Balancer for WeightedRoundRobin {
    fn listens(&self) -> bool {
        false
    }
    fn pick(&mut self, view: &View, ask: &Ask, rng: &mut Stream) -> Option<ServerId> {
        match self {
            Self::Equal(turns) => turns.pick(view, ask, rng),
            Self::Weighted(_) if view.eligible().is_empty() => None,
            Self::Weighted(Balances { lines, total }) => {
                let server = lines.advance()?;
                lines.lower(server, *total);
                Some(ServerId(server as u32))
            }
        }
    }
    fn eligible_changed(&mut self, view: &View, server: ServerId) {
        if let Self::Weighted(Balances { lines, total }) = self {
            let eligible = view.eligible().contains(server);
            let weight = u64::from(view.pool().server(server).weight);
            lines.set_present(server.index(), eligible);
            *total = if eligible {
                *total + weight
            } else {
                *total - weight
            };
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

    /// The first is the example in nginx's own description.
    #[test]
    fn the_turns_are_those_of_nginx() {
        let expected: [(&[u32], &str); 4] = [
            (&[5, 1, 1], "11213111121311"),
            (&[1, 2, 3], "321323321323"),
            (&[3, 1], "11211121"),
            (&[1, 1, 1, 1], "12341234"),
        ];
        for (weights, turns) in expected {
            let mut rig = Rig::new(&plan(), pool_of_weights(weights), 1);
            let got = rig.send_many(turns.len());
            assert_eq!(got, turns, "{weights:?}");
        }
    }

    /// The rule as it is written down, with a look at every server.
    #[test]
    fn the_tournament_agrees_with_the_plain_rule() {
        let mut rng = Seed(4).replication(0).stream("test");
        for (servers, greatest) in [(2, 5), (5, 3), (13, 40), (100, 1_000_000_000)] {
            let weights: Vec<u32> = (0..servers).map(|_| 1 + rng.below(greatest) as u32).collect();
            let pool = pool_of_weights(&weights);
            assert!(
                !pool.has_equal_weights(),
                "with equal weights the rule is another"
            );
            let mut rig = Rig::new(&plan(), pool, 1);
            let mut balance = vec![0_i64; servers];
            let mut refused = 0;
            for step in 0..3_000 {
                if rng.below(4) == 0 {
                    let server = rng.below(servers) as u32;
                    rig.set_eligible(server, rng.below(3) != 0);
                }
                let members = rig.view.eligible().members().to_vec();
                let total: i64 = members
                    .iter()
                    .map(|server| i64::from(weights[server.index()]))
                    .sum();
                for server in &members {
                    balance[server.index()] += i64::from(weights[server.index()]);
                }
                let best = members
                    .iter()
                    .copied()
                    .max_by_key(|server| (balance[server.index()], -i64::from(server.0)));
                if let Some(best) = best {
                    balance[best.index()] -= total;
                }
                refused += usize::from(best.is_none());
                assert_eq!(rig.send(), best, "{servers} servers, step {step}");
            }
            assert!(0 < refused || 2 < servers);
        }
    }
}
