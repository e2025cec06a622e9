//! Random choice: every eligible server with the same chance, whatever its load.

use super::{Ask, Balancer, Law, Policy, ServerId, View};
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
    Policy::new(ENTRY.name, Law::RandomSplit, |_| Random)
}

struct Random;

impl Balancer for Random {
    fn pick(&mut self, view: &View, _: &Ask, rng: &mut Stream) -> Option<ServerId> {
        view.eligible().sample(rng)
    }
}
