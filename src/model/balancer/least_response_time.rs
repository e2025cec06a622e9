//! Shortest expected response: how long a server has taken lately, times the requests it would then have.
//!
//! What is kept of a server is a moving average that jumps up to a slow answer at once and comes down slowly ("peak
//! EWMA"): weight e^(−t/`decay`) for what was known `t` ago. The cost of a server is that average, decayed to now, times
//! (requests + 1); of `d` sampled servers the cheapest gets the request. A server that has never answered costs nothing
//! while it has no request, and very much while it has one.
//! Source: Finagle's `PeakEwma` (Twitter, 2014), used by Linkerd; it samples two.

use super::{Ask, Balancer, Law, Policy, ServerId, View};
use crate::{
    config::{Entry, Section, Spanned, Table},
    rng::Stream,
    units::{SimDuration, SimTime},
};

pub(super) const ENTRY: Entry<Policy> = Entry {
    name: "least-response-time",
    summary: "of `d` sampled servers the one with the lowest response time lately times requests",
    example: "decay = \"10 s\"",
    fields: Settings::fields,
    read,
};

crate::config_table! {
    /// Shortest expected response.
    struct Settings: "least-response-time" {
        /// How fast answers are forgotten: after this time a slow one counts for 1/e.
        decay: Spanned<SimDuration> = "10 s",
        /// Servers sampled for each request.
        d: Spanned<u32> = 2,
    }
}

fn read(section: &Section<'_>) -> Option<Policy> {
    let Settings { decay, d } = Settings::read_fields(section)?;
    if decay.value == SimDuration::ZERO {
        let help = "use about the time over which a server's speed changes, as in `decay = \"10 s\"`";
        section
            .problems()
            .error(&decay.span, "`decay` is zero", "here", help);
        return None;
    }
    if !(2..=64).contains(&*d) {
        let help = "2 is what Finagle and Linkerd use";
        section
            .problems()
            .error(&d.span, "`d` is not between 2 and 64", "here", help);
        return None;
    }
    Some(plan(decay.value, *d))
}

/// Returns shortest expected response, with answers forgotten over `decay` and `d` servers sampled.
pub fn plan(decay: SimDuration, d: u32) -> Policy {
    Policy::new(ENTRY.name, Law::Other, move |pool| LeastResponseTime {
        d,
        forget: 1.0 / decay.as_nanos() as f64,
        heard: vec![
            Heard {
                average: 0.0,
                at: SimTime::ZERO
            };
            pool.len()
        ],
    })
}

struct LeastResponseTime {
    d: u32,
    /// Per nanosecond.
    forget: f64,
    heard: Vec<Heard>,
}

/// What is known of a server.
#[derive(Clone, Copy)]
struct Heard {
    /// The moving average of its response times in nanoseconds, as of `at`; 0 before the first.
    average: f64,
    at: SimTime,
}

/// The average of a server that has not answered yet, in nanoseconds: longer than any it may have (39 hours).
const UNKNOWN: f64 = (1_u64 << 47) as f64;

impl LeastResponseTime {
    /// How much of what was known of the server is left now.
    fn left(&self, now: SimTime, server: ServerId) -> f64 {
        let age = now.since(self.heard[server.index()].at).as_nanos() as f64;
        libm::exp(-age * self.forget)
    }

    fn cost(&self, view: &View, server: ServerId) -> f64 {
        let (average, load) = (self.heard[server.index()].average, f64::from(view.load(server)));
        if average == 0.0 && 0.0 < load {
            return UNKNOWN + load;
        }
        average * self.left(view.now(), server) * (load + 1.0)
    }
}

impl Balancer for LeastResponseTime {
    fn pick(&mut self, view: &View, _: &Ask, rng: &mut Stream) -> Option<ServerId> {
        let mut best = view.eligible().sample(rng)?;
        let mut best_cost = self.cost(view, best);
        for _ in 1..self.d {
            let other = view.eligible().sample(rng)?;
            let cost = self.cost(view, other);
            if cost < best_cost {
                (best, best_cost) = (other, cost);
            }
        }
        Some(best)
    }
    fn answered(&mut self, view: &View, server: ServerId, response: SimDuration) {
        let response = response.as_nanos() as f64;
        let left = self.left(view.now(), server);
        let heard = &mut self.heard[server.index()];
        heard.average = if heard.average < response {
            response
        } else {
            heard.average * left + response * (1.0 - left)
        };
        heard.at = view.now();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::balancer::rig::{Rig, pool_of_weights};

    const SECOND: u64 = 1_000_000_000;

    /// One of two servers takes ten times as long: it gets little, until it has been forgotten.
    #[test]
    fn a_slow_server_is_avoided_until_it_is_forgotten() {
        let mut rig = Rig::new(
            &plan(SimDuration::from_nanos(10 * SECOND), 8),
            pool_of_weights(&[1; 2]),
            1,
        );
        let mut slow = 0;
        for _ in 0..100 {
            let server = rig.send().unwrap();
            slow += server.0;
            rig.wait(if server.0 == 1 { SECOND } else { SECOND / 10 });
            rig.end_all();
        }
        // The first answer of 1 s costs it about 10 s · ln(10) of rest.
        assert!((1..=10).contains(&slow), "{slow}");
        // With a queue at the fast one, the slow one is the better choice again.
        let queue = rig.send_many(40);
        assert!(queue.starts_with("11") && queue.contains('2'), "{queue}");
    }

    #[test]
    fn the_average_jumps_up_and_decays() {
        let mut rig = Rig::new(
            &plan(SimDuration::from_nanos(SECOND), 2),
            pool_of_weights(&[1]),
            1,
        );
        let mut policy = LeastResponseTime {
            d: 2,
            forget: 1e-9,
            heard: vec![Heard {
                average: 0.0,
                at: SimTime::ZERO,
            }],
        };
        let server = ServerId(0);
        policy.answered(&rig.view, server, SimDuration::from_nanos(500));
        policy.answered(&rig.view, server, SimDuration::from_nanos(800));
        assert!((policy.cost(&rig.view, server) - 800.0).abs() < 1e-9);
        rig.wait(SECOND);
        let left = (-1.0_f64).exp();
        assert!((policy.cost(&rig.view, server) - 800.0 * left).abs() < 1e-9);
        policy.answered(&rig.view, server, SimDuration::from_nanos(100));
        let expected = 800.0 * left + 100.0 * (1.0 - left);
        rig.view.set_load(server, 2);
        assert!((policy.cost(&rig.view, server) - 3.0 * expected).abs() < 1e-9);
    }
}
