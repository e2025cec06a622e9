//! In turn, by weight and smoothly, as HAProxy's `roundrobin` (Tarreau, `lb_fwrr.c`, 2009).
//!
//! With equal weights that is one after the other: 1 2 3 4 1 2 3 4. With others a server never waits much longer than
//! its share asks for: weights 1, 2, 3 give 3 2 3 1 3 2. The sequences are those of HAProxy 2.6 while all servers are
//! eligible. One that is not is passed over; HAProxy counts a turn for a full server that is passed over, here the
//! turn goes to the next one whole.

use super::{Ask, Balancer, Law, Policy, Pool, ServerId, View, turns::Turns};
use crate::{config::Entry, rng::Stream};

pub(super) const ENTRY: Entry<Policy> = Entry {
    name: "round-robin",
    summary: "in turn; with unequal weights smoothly, as HAProxy's `roundrobin`",
    example: "",
    fields: Vec::new,
    read: |_| Some(plan()),
};

/// Returns round robin.
pub fn plan() -> Policy {
    Policy::new(ENTRY.name, Law::RoundRobin, RoundRobin::new)
}

pub(super) enum RoundRobin {
    /// All weights are equal; the turn is that of this server or the next eligible one.
    Equal(usize),
    /// They differ.
    Weighted(Box<Turns>),
}

impl RoundRobin {
    pub(super) fn new(pool: &Pool) -> Self {
        if pool.has_equal_weights() {
            Self::Equal(0)
        } else {
            Self::Weighted(Box::new(Turns::new(pool)))
        }
    }
}

impl Balancer for RoundRobin {
    fn listens(&self) -> bool {
        false
    }
    fn pick(&mut self, view: &View, _: &Ask, _: &mut Stream) -> Option<ServerId> {
        match self {
            Self::Equal(turn) => {
                let server = view.eligible().at_or_after_cyclic(*turn)?;
                *turn = server.index() + 1;
                Some(server)
            }
            Self::Weighted(turns) => turns.next(),
        }
    }
    fn eligible_changed(&mut self, view: &View, server: ServerId) {
        if let Self::Weighted(turns) = self {
            turns.eligible_changed(view, server);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::balancer::rig::{Rig, chi_square, pool_of_weights};

    /// Observed on HAProxy 2.6.12.
    #[test]
    fn the_turns_are_those_of_haproxy() {
        let observed: [(&[u32], &str); 9] = [
            (&[1, 1, 1, 1], "12341234"),
            (&[1, 2, 3], "3231323231323231323231323231323231323231"),
            (&[3, 1], "11121112"),
            (&[1, 3], "22212221"),
            (&[5, 3, 2], "1213121213121312121312131212131213121213"),
            (&[10, 1, 1], "1111121111131111121111131111121111131111"),
            (&[7, 3], "1112112112111211211211121121121112112112"),
            (&[4, 3, 3], "1213213123121321312312132131231213213123"),
            (&[5, 1, 1], "1112113111211311121131112113111211311121"),
        ];
        for (weights, turns) in observed {
            let mut rig = Rig::new(&plan(), pool_of_weights(weights), 1);
            assert_eq!(rig.send_many(turns.len()), turns, "{weights:?}");
        }
    }

    #[test]
    fn turns_by_weight_cannot_overflow() {
        let mut rig = Rig::new(&plan(), pool_of_weights(&[u32::MAX, u32::MAX - 1, 1]), 1);
        assert_eq!(rig.send_many(10), "1212121212");
    }

    #[test]
    fn shares_follow_the_weights_while_servers_come_and_go() {
        let weights = [5, 1, 3, 8, 2];
        let mut rig = Rig::new(&plan(), pool_of_weights(&weights), 1);
        let mut counts = [0_u32; 5];
        for step in 0..60_000 {
            // One after the other is away for a while, and each is there for four fifths of the time.
            if step % 40 == 0 {
                rig.set_eligible(step / 40 % 5, false);
                rig.set_eligible((step / 40 + 4) % 5, true);
            }
            counts[rig.send().unwrap().index()] += 1;
        }
        let mut expected = [0.0; 5];
        for away in 0..5 {
            let present = |at: &usize| *at != away;
            let total: u32 = (0..5).filter(present).map(|at| weights[at]).sum();
            for at in (0..5).filter(present) {
                expected[at] += f64::from(weights[at]) / f64::from(total);
            }
        }
        // The plain weights would be 157 away.
        let (fit, decoy) = (
            chi_square(&counts, &expected),
            chi_square(&counts, &weights.map(f64::from)),
        );
        assert!(fit < 20.0 && 100.0 < decoy, "{fit} {decoy}");
    }
}
