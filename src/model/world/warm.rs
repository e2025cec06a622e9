//! Slow start: the share of a server that is back grows over some time.

use super::state::{Front, Warming};
use crate::{
    model::balancer::{Ask, ServerId},
    units::SimTime,
};

impl Front {
    /// Chooses while the share of some servers still grows: one of them is taken with its share as the chance, and
    /// otherwise the policy chooses among the others. As in HAProxy the share grows in steps of a second.
    #[inline(never)]
    pub(super) fn pick_with_care(&mut self, ask: &Ask) -> Option<ServerId> {
        let now = self.view.now;
        self.warming.retain(|warming| now < warming.since + warming.lasts);
        self.set_plain();
        let mut refused = Vec::new();
        let mut picked = self.policy.pick(&self.view, ask, &mut self.rng);
        let first = picked;
        while let Some(server) = picked {
            let share = self.warming.iter().find(|warming| warming.server == server);
            // One that is full is insisted on by its policy, and turns the request away.
            let insists = !self.view.eligible().contains(server);
            if insists || share.is_none_or(|warming| self.warm_rng.open01() < warming.share(now)) {
                break;
            }
            self.view.set_eligible(server, false);
            self.policy.eligible_changed(&self.view, server);
            refused.push(server);
            picked = self.policy.pick(&self.view, ask, &mut self.rng);
        }
        for server in refused {
            self.view.set_eligible(server, true);
            self.policy.eligible_changed(&self.view, server);
        }
        picked.or(first)
    }
}

impl Warming {
    /// The part of its share that the server gets by now.
    fn share(&self, now: SimTime) -> f64 {
        let seconds = (now.since(self.since).as_secs_f64()).floor();
        let steps = (16.0 * seconds / self.lasts.as_secs_f64() + 1.0).floor();
        (steps / 16.0).min(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::SimDuration;

    /// What HAProxy 2.6 shows with `slowstart 10s`: these sixteenths of the weight in each second.
    #[test]
    fn the_share_grows_in_the_steps_of_haproxy() {
        let warming = Warming {
            server: ServerId(0),
            since: SimTime::ZERO,
            lasts: SimDuration::from_secs_f64(10.0),
        };
        for (second, sixteenths) in [1, 2, 4, 5, 7, 9, 10, 12, 13, 15, 16].into_iter().enumerate() {
            let share = warming.share(SimTime::ZERO + SimDuration::from_secs_f64(second as f64 + 0.5));
            assert!(
                (share - f64::from(sixteenths) / 16.0).abs() < 1e-12,
                "{second}: {share}"
            );
        }
    }
}
