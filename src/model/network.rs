//! The network between those who call and those who answer: how long messages are under way, and what is lost.
//!
//! A lost message is sent again after a while, as TCP does (RFC 6298: the timer doubles with each loss), so a loss is a
//! delay. Every message is lost or not by itself.

use crate::{dist::Dist, rng::Stream, units::SimDuration};

/// How long messages are under way.
#[derive(Clone, Debug)]
pub struct NetworkPlan {
    /// The time in seconds from one server to another in the same zone; `None` for no time.
    pub within_zone: Option<Dist>,
    /// The time in seconds between servers in different zones.
    pub between_zones: Option<Dist>,
    /// The time in seconds between clients that stand in no zone and servers.
    pub outside: Option<Dist>,
    /// The probability that a message is lost, each time it is sent.
    pub loss: f64,
    /// How long a sender waits before it sends a lost message again; twice as long each further time.
    pub retransmit: SimDuration,
}

/// How balancers keep requests in the zone of their sender.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ZoneLocal {
    /// How many zones there are, each with a balancer of its own.
    pub zones: u32,
    /// The connections per slot, at the server chosen in the zone, from which on a request may go anywhere; `None` while any
    /// server in the zone is in rotation.
    pub spill_over: Option<f64>,
}

/// Where a sender or a server stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// With clients, outside of all zones.
    Outside,
    /// In a zone, as an index into those of the deployment.
    Zone(u16),
    /// In a deployment whose servers are in no zone.
    Nowhere,
}

impl NetworkPlan {
    /// The doublings of the timer after which it grows no more.
    const DOUBLINGS: u32 = 6;
    /// Losses in a row after which a message gets through in any case: at no sensible rate of loss do so many come about.
    const LOSSES_MOST: u32 = 1_000;

    /// Returns the distribution of the time in seconds from one place to another without losses; `None` for no time.
    pub fn between(&self, from: Place, to: Place) -> Option<&Dist> {
        if from == Place::Outside || to == Place::Outside {
            self.outside.as_ref()
        } else if from == to {
            self.within_zone.as_ref()
        } else {
            self.between_zones.as_ref()
        }
    }

    /// Returns the mean time in seconds from one place to another, losses included.
    pub fn mean(&self, from: Place, to: Place) -> f64 {
        let Some(time) = self.between(from, to) else {
            return 0.0;
        };
        let (mut delay, mut chance, mut timer) = (0.0, self.loss, self.retransmit.as_secs_f64());
        for loss in 0..Self::LOSSES_MOST {
            delay += chance * timer;
            chance *= self.loss;
            if loss < Self::DOUBLINGS {
                timer *= 2.0;
            }
        }
        time.mean() + delay
    }

    /// Draws how long one message is under way.
    pub(super) fn draw(&self, from: Place, to: Place, stream: &mut Stream) -> SimDuration {
        let Some(time) = self.between(from, to) else {
            return SimDuration::ZERO;
        };
        let mut seconds = time.sample(stream);
        if 0.0 < self.loss {
            let mut timer = self.retransmit.as_secs_f64();
            for loss in 0..Self::LOSSES_MOST {
                if self.loss <= stream.open01() {
                    break;
                }
                seconds += timer;
                if loss < Self::DOUBLINGS {
                    timer *= 2.0;
                }
            }
        }
        SimDuration::from_secs_f64(seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Seed;

    fn plan(loss: f64) -> NetworkPlan {
        NetworkPlan {
            within_zone: Some(Dist::constant(0.001).unwrap()),
            between_zones: Some(Dist::exponential(0.01).unwrap()),
            outside: None,
            loss,
            retransmit: SimDuration::from_secs_f64(0.2),
        }
    }

    #[test]
    fn the_time_depends_on_where_the_two_stand() {
        let plan = plan(0.0);
        let mean = |from, to| plan.mean(from, to);
        assert_eq!(mean(Place::Zone(1), Place::Zone(1)), 0.001);
        assert_eq!(mean(Place::Nowhere, Place::Nowhere), 0.001);
        assert_eq!(mean(Place::Zone(1), Place::Zone(2)), 0.01);
        assert_eq!(mean(Place::Zone(1), Place::Nowhere), 0.01);
        assert_eq!(mean(Place::Outside, Place::Zone(1)), 0.0);
    }

    #[test]
    fn losses_delay_as_their_mean_says() {
        // One in ten lost: 0.1 · 0.2 + 0.01 · 0.4 + … = 0.02 / (1 − 0.2), but for the timer that stops growing.
        let plan = plan(0.1);
        let zone = Place::Zone(0);
        assert!((plan.mean(zone, zone) - 0.001 - 0.025).abs() < 1e-5);
        let mut stream = Seed(7).replication(0).stream("network");
        let drawn = (0..400_000).map(|_| plan.draw(zone, zone, &mut stream).as_secs_f64());
        let times: Vec<f64> = drawn.collect();
        let mean = times.iter().sum::<f64>() / times.len() as f64;
        assert!((mean - plan.mean(zone, zone)).abs() < 5e-4, "{mean}");
        let unharmed = times.iter().filter(|&&time| time == 0.001).count() as f64 / times.len() as f64;
        assert!((unharmed - 0.9).abs() < 0.002);
    }
}
