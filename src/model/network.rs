//! The network between those who call and those who answer: how long messages are under way, and what is lost.
//!
//! A lost message is sent again after a while, as TCP does (RFC 6298: the timer doubles with each loss), so a loss is a
//! delay. Every message is lost or not by itself.

use super::{
    Deployment, ServicePlan,
    failure::{FaultPlan, Harm, Target},
};
use crate::{
    dist::Dist,
    rng::Stream,
    units::{SimDuration, SimTime},
};

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

/// What a zone is cut off from.
#[derive(Clone, Debug, PartialEq)]
pub struct Cut {
    /// The zone, as an index into those of the deployment.
    zone: u16,
    /// The zones that it is cut off from; `None` for everything else.
    from: Option<Vec<u16>>,
}

impl Cut {
    /// Returns whether messages between two places are lost.
    pub fn separates(&self, one: Place, other: Place) -> bool {
        let cuts = |inside: Place, outside: Place| {
            let off = match (&self.from, outside) {
                (None, _) => true,
                (Some(from), Place::Zone(zone)) => from.contains(&zone),
                (Some(_), _) => false,
            };
            inside == Place::Zone(self.zone) && outside != inside && off
        };
        cuts(one, other) || cuts(other, one)
    }
}

impl Deployment {
    /// Returns the faults that cut zones off, and from what.
    pub fn cuts(&self) -> Vec<(&FaultPlan, Cut)> {
        let number = |name: &String| {
            self.zones
                .iter()
                .position(|zone| zone == name)
                .map(|zone| zone as u16)
        };
        let cut = |fault: &FaultPlan| match (&fault.harm, fault.target) {
            (Harm::Partition { from }, Target::Zone(zone)) => Some(Cut {
                zone: zone as u16,
                from: from.as_ref().map(|from| from.iter().filter_map(number).collect()),
            }),
            _ => None,
        };
        let faults = self.faults.iter();
        faults.filter_map(|fault| Some((fault, cut(fault)?))).collect()
    }

    /// Lets messages be lost between zones that are cut off from each other, and lets those who look after the nodes of
    /// stores stand in all zones, where there are such.
    pub fn split(&mut self) {
        if self.cuts().is_empty() {
            return;
        }
        self.network.get_or_insert(NetworkPlan::INSTANT);
        let zones = self.zones.len() as u32;
        for service in &mut self.services {
            if let Some(store) = &mut service.store {
                store.views = zones;
            }
        }
    }
}

impl ServicePlan {
    /// Returns where each of its balancers stands: that of a zone there, and the others in the zone of all servers, or between
    /// the zones if there are several.
    pub fn places_of_fronts(&self) -> Vec<Place> {
        let views = self.store.as_ref().map_or(0, |store| store.views);
        let zones = self.zone_local.map_or(views, |local| local.zones);
        let mut groups = self.groups.iter().map(|group| group.zone);
        let first = groups.next().flatten();
        let together = first.filter(|_| zones == 0 && groups.all(|zone| zone == first));
        let rest = together.map_or(Place::Nowhere, |zone| Place::Zone(zone as u16));
        (0..self.fronts())
            .map(|front| {
                if front < zones {
                    Place::Zone(front as u16)
                } else {
                    rest
                }
            })
            .collect()
    }
}

impl NetworkPlan {
    /// Messages that take no time, and are sent again as TCP does if they are lost.
    const INSTANT: Self = Self {
        within_zone: None,
        between_zones: None,
        outside: None,
        loss: 0.0,
        retransmit: SimDuration::from_nanos(200_000_000),
    };
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

    /// Returns how long a message is sent again and again until it gets through, from `now` on; `until` tells for how long one
    /// that is sent at a time has no chance.
    pub(super) fn held_up(&self, now: SimTime, until: impl Fn(SimTime) -> Option<SimTime>) -> SimDuration {
        let (mut sent, mut timer, mut losses) = (now, self.retransmit.as_nanos(), 0);
        while let Some(end) = until(sent) {
            // As often as it takes, once the timer does not grow any more.
            let times = if losses < Self::DOUBLINGS {
                1
            } else {
                end.since(sent).as_nanos().div_ceil(timer)
            };
            sent = sent + SimDuration::from_nanos(timer.saturating_mul(times));
            if losses < Self::DOUBLINGS {
                timer *= 2;
            }
            losses += 1;
        }
        sent.since(now)
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
    fn a_message_that_is_cut_off_gets_through_at_the_first_time_it_is_sent_after_that() {
        let plan = plan(0.0);
        let at = |seconds: f64| SimTime::ZERO + SimDuration::from_secs_f64(seconds);
        let held_up = |now: f64, end: f64| {
            let until = |sent: SimTime| (at(10.0) <= sent && sent < at(end)).then(|| at(end));
            plan.held_up(at(now), until).as_secs_f64()
        };
        assert_eq!((held_up(9.999, 20.0), held_up(20.0, 20.0)), (0.0, 0.0));
        // Sent again after 0.2, 0.4, 0.8, 1.6 s …, that is 0.2, 0.6, 1.4 and 3 s after it was sent first.
        assert_eq!((held_up(10.0, 10.1), held_up(10.0, 10.2)), (0.2, 0.2));
        assert_eq!((held_up(10.0, 10.3), held_up(11.0, 13.5)), (0.6, 3.0));
        // After six doublings it is sent every 12.8 s, however long that takes: 12.6 s, 25.4 s and so on.
        assert_eq!((held_up(10.0, 25.0), held_up(10.0, 36.0)), (25.4, 38.2));
        assert!((held_up(10.0, 1e9) - 1e9).abs() < 13.0);
    }

    #[test]
    fn a_zone_is_cut_off_from_some_or_from_everything() {
        let cut = |from| Cut { zone: 1, from };
        let (all, some) = (cut(None), cut(Some(vec![2])));
        let inside = Place::Zone(1);
        for (other, by_all, by_some) in [
            (inside, false, false),
            (Place::Zone(2), true, true),
            (Place::Zone(3), true, false),
            (Place::Outside, true, false),
            (Place::Nowhere, true, false),
        ] {
            assert_eq!(
                (all.separates(inside, other), all.separates(other, inside)),
                (by_all, by_all)
            );
            assert_eq!(
                (some.separates(inside, other), some.separates(other, inside)),
                (by_some, by_some)
            );
        }
        assert!(!all.separates(Place::Zone(2), Place::Outside));
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
