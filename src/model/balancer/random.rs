//! Random choice: every eligible server in proportion to its weight, whatever its load.
//!
//! HAProxy's `random` with one draw does this on a ring of 16 points for each unit of weight, so that with small
//! weights the shares are uneven for good (0.106 to 0.147 instead of 0.125 for eight servers of weight 1). Here they
//! are exact, as formulas for a random split assume.

use super::{Ask, Balancer, Law, Policy, ServerId, View, sampler::Sampler};
use crate::{config::Entry, rng::Stream};

pub(super) const ENTRY: Entry<Policy> = Entry {
    name: "random",
    summary: "any server, in proportion to its weight",
    example: "",
    fields: Vec::new,
    read: |_| Some(plan()),
};

/// Returns random choice.
pub fn plan() -> Policy {
    Policy::new(ENTRY.name, Law::WeightedSplit, |pool| Random {
        servers: Sampler::by_weight(pool),
    })
}

struct Random {
    servers: Sampler,
}

impl Balancer for Random {
    fn listens(&self) -> bool {
        false
    }
    fn pick(&mut self, view: &View, _: &Ask, rng: &mut Stream) -> Option<ServerId> {
        self.servers.sample(view, rng)
    }
    fn eligible_changed(&mut self, view: &View, server: ServerId) {
        self.servers.eligible_changed(view, server);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::balancer::rig::{Rig, chi_square, pool_of_weights};

    #[test]
    fn shares_are_exact_with_equal_weights_and_with_others() {
        for weights in [[1, 1, 1, 1], [3, 1, 2, 4]] {
            let mut rig = Rig::new(&plan(), pool_of_weights(&weights), 6);
            rig.set_eligible(1, false);
            let mut counts = [0; 4];
            (0..20_000).for_each(|_| counts[rig.send().unwrap().index()] += 1);
            // The 99.9 % point of chi-square with 2 degrees of freedom is 13.8; the decoy is 5 % off.
            let [a, _, c, d] = weights.map(f64::from);
            assert!(chi_square(&counts, &[a, 0.0, c, d]) < 13.8, "{counts:?}");
            assert!(
                13.8 < chi_square(&counts, &[a * 1.05, 0.0, c * 0.95, d]),
                "{counts:?}"
            );
        }
    }
}
