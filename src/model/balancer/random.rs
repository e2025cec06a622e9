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
    fn pick(&mut self, view: &View, _: &Ask, rng: &mut Stream) -> Option<ServerId> {
        self.servers.sample(view, rng)
    }
    fn eligible_changed(&mut self, view: &View, server: ServerId) {
        self.servers.eligible_changed(view, server);
    }
}
