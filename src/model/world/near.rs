//! Balancing by zones: requests stay in the zone of their sender while there is somewhere to go.
//!
//! Each zone has a balancer of its own that sends to no server elsewhere, and one more sends to all servers: what comes from
//! outside of all zones, and what spills over.

use super::{World, belief::Reason};
use crate::{
    model::{
        Place, ServicePlan,
        balancer::{Ask, ServerId},
        request::RequestId,
    },
    rng::Stream,
};

/// The zones around a service.
pub(super) struct Zones {
    /// How many there are; the balancers of the zones come first, and the one for all of them last.
    count: usize,
    /// The connections per slot of the chosen server from which on a request goes anywhere.
    spill_over: Option<f64>,
    /// The zone of each server.
    places: Vec<Option<usize>>,
    /// Requests that were sent from a zone since measuring began, and those of them that stayed there.
    sent: u64,
    stayed: u64,
}

impl Zones {
    pub(super) fn new(plan: &ServicePlan) -> Option<Box<Self>> {
        let local = plan.zone_local?;
        let groups = plan.groups.iter();
        let places = groups.flat_map(|group| std::iter::repeat_n(group.zone, group.servers as usize));
        Some(Box::new(Self {
            count: local.zones as usize,
            spill_over: local.spill_over,
            places: places.collect(),
            sent: 0,
            stayed: 0,
        }))
    }
    /// Returns the balancer of those who are in no zone.
    pub(super) fn everyone(&self) -> usize {
        self.count
    }
    /// Returns how many balancers may send to a server at all.
    pub(super) fn fronts_for(&self, local: u32) -> u64 {
        1 + u64::from(self.places[local as usize].is_some())
    }
    /// Returns the balancer that a server tells that it is idle, of those that may send to it.
    pub(super) fn listener(&self, local: u32, rng: &mut Stream) -> usize {
        match self.places[local as usize] {
            Some(zone) if rng.below(2) == 0 => zone,
            _ => self.count,
        }
    }
    /// Measuring begins.
    pub(super) fn begin(&mut self) {
        (self.sent, self.stayed) = (0, 0);
    }
    /// Returns the share of requests from a zone that stayed there.
    pub(super) fn stayed(&self) -> Option<f64> {
        (0 < self.sent).then(|| self.stayed as f64 / self.sent as f64)
    }
}

impl World {
    /// The balancers of zones learn which servers are elsewhere.
    pub(super) fn keep_to_zones(&mut self, at: usize) {
        let Some(zones) = &self.services[at].zones else {
            return;
        };
        let (count, places) = (zones.count, zones.places.clone());
        for front in 0..count {
            for (local, place) in (0..).zip(&places) {
                if *place != Some(front) {
                    self.believe(at, front, local, Reason::Elsewhere, true);
                }
            }
        }
    }

    /// Chooses a server in the zone of the sender, or any where there is none, or that one has enough to do.
    pub(super) fn pick_near(&mut self, at: usize, id: RequestId, ask: &Ask) -> Option<ServerId> {
        let (from, now) = (self.requests.leg(id).from, self.sim.now());
        let cut = self.network.as_ref().is_some_and(|network| network.is_cut());
        let service = &mut self.services[at];
        let zones = service.zones.as_mut().expect("it balances by zones");
        let (fronts, everyone) = service.fronts.split_at_mut(zones.count);
        let everyone = &mut everyone[0];
        everyone.view.now = now;
        let Place::Zone(home) = from else {
            return everyone.pick_with_care(ask);
        };
        let front = &mut fronts[usize::from(home)];
        front.view.now = now;
        let mut near = None;
        if front.in_charge {
            // Whom the other one passes over, because it is down or was tried before, is no choice here either, unless the two
            // may be cut off from each other.
            near = front.pick_with_care(ask).filter(|&server| {
                everyone.view.eligible().contains(server) || cut && everyone.view.is_down(server)
            });
        }
        let has_enough = |server: ServerId| {
            let slots = f64::from(front.view.pool().server(server).slots);
            zones
                .spill_over
                .is_some_and(|most| most * slots <= f64::from(front.view.load(server)))
        };
        let near = near.filter(|&server| !has_enough(server));
        let picked = match near {
            Some(_) => {
                self.requests[id].balancer = home;
                near
            }
            None => everyone.pick_with_care(ask),
        };
        if let Some(server) = picked {
            zones.sent += 1;
            zones.stayed += u64::from(zones.places[server.index()] == Some(usize::from(home)));
        }
        picked
    }
}
