//! Messages take time: requests on their way to a server, and answers on their way back.

use super::{Event, World, event::Due};
use crate::{
    model::{
        Deployment, Group,
        link::Took,
        network::{Cut, NetworkPlan, Place},
        probe::Failure,
        request::{CHECK, Phase, RequestId},
    },
    rng::{Stream, mix},
    units::{SimDuration, SimTime},
};

/// The network, and where servers stand in it.
pub(super) struct Network {
    pub(super) plan: NetworkPlan,
    /// Of each server.
    pub(super) places: Vec<Place>,
    /// The zones that are cut off, from when and until when.
    cuts: Vec<(SimTime, SimTime, Cut)>,
}

/// Tells the chance of requests under way from that of answers.
const THERE: u64 = 0x7468_6572_6500_0000;
const BACK: u64 = 0x6261_636b_0000_0000;

impl Network {
    /// Returns the network of a deployment, where messages take time.
    pub(super) fn new(deployment: &Deployment, begin: SimTime) -> Option<Box<Self>> {
        let plan = deployment.network.clone()?;
        let groups = deployment.services.iter().flat_map(|service| &service.groups);
        let place = |group: &Group| {
            let place = group.zone.map_or(Place::Nowhere, |zone| Place::Zone(zone as u16));
            std::iter::repeat_n(place, group.servers as usize)
        };
        Some(Box::new(Self {
            plan,
            places: groups.flat_map(place).collect(),
            cuts: deployment
                .cuts()
                .into_iter()
                .map(|(fault, cut)| {
                    let (from, lasts) = fault.within(begin);
                    (from, from + lasts, cut)
                })
                .collect(),
        }))
    }
}

impl Network {
    /// Draws how long a message is under way from one place to another.
    pub(super) fn delay(&self, from: Place, to: Place, now: SimTime, stream: &mut Stream) -> SimDuration {
        let takes = self.plan.draw(from, to, stream);
        if self.cuts.is_empty() {
            return takes;
        }
        takes
            + self
                .plan
                .held_up(now, |sent| self.separated_until(from, to, sent))
    }

    /// Returns whether any zone is ever cut off.
    pub(super) fn is_cut(&self) -> bool {
        !self.cuts.is_empty()
    }

    /// Returns until when no message gets from one place to another, if that is so at a time.
    fn separated_until(&self, from: Place, to: Place, at: SimTime) -> Option<SimTime> {
        let cuts = self
            .cuts
            .iter()
            .filter(|(begin, end, cut)| *begin <= at && at < *end && cut.separates(from, to));
        cuts.map(|(_, end, _)| *end).max()
    }

    /// Returns whether two places are cut off from each other.
    pub(super) fn separates(&self, from: Place, to: Place, at: SimTime) -> bool {
        self.separated_until(from, to, at).is_some()
    }
}

impl World {
    /// Returns where a server stands.
    pub(super) fn place_of(&self, global: u32) -> Place {
        match &self.network {
            Some(network) => network.places[global as usize],
            None => Place::Nowhere,
        }
    }

    /// Draws how long a message is under way between the sender of a request and a server; no two attempts share it.
    fn latency(&self, id: RequestId, way: u64) -> SimDuration {
        let Some(network) = &self.network else {
            return SimDuration::ZERO;
        };
        let leg = self.requests.leg(id);
        let place = network.places[self.requests[id].server as usize];
        let mut stream = Stream::numbered(mix(self.requests[id].family ^ way) ^ u64::from(leg.attempt));
        network.delay(leg.from, place, self.sim.now(), &mut stream)
    }

    /// Returns how long messages were under way for a request.
    pub(super) fn under_way(&self, id: RequestId) -> SimDuration {
        match &self.network {
            Some(_) => self.requests.leg(id).network,
            None => SimDuration::ZERO,
        }
    }

    /// A request has left for its server.
    #[inline(never)]
    pub(super) fn travel(&mut self, at: usize, id: RequestId, global: u32) {
        let takes = self.latency(id, THERE);
        if takes == SimDuration::ZERO {
            return self.take_in(at, id, global);
        }
        self.requests[id].phase = Phase::Travelling;
        self.requests.leg_mut(id).network = takes;
        self.servers[global as usize].coming += 1;
        let event = Event::Due(Due::Arrive, id.0).packed();
        let due = self.sim.schedule_cancellable_at(self.sim.now() + takes, event);
        self.requests.detail_mut(id).finish = Some(due);
    }

    /// A request has reached its server, which may have no room for it by now, or have crashed.
    pub(super) fn arrives(&mut self, id: RequestId) {
        let global = self.requests[id].server;
        let at = usize::from(self.servers[global as usize].service);
        self.is_there(id, global);
        let server = &self.servers[global as usize];
        if server.admits() {
            return self.take_in(at, id, global);
        }
        let failure = if server.crashed {
            Failure::Refused
        } else {
            Failure::Rejected
        };
        self.leave_service(at, id);
        if self.services[at].watches_room {
            self.refill(at, global);
        }
        self.fail(id, failure);
    }

    /// A request is not under way to its server any more.
    pub(super) fn is_there(&mut self, id: RequestId, global: u32) {
        self.requests[id].phase = Phase::Waiting;
        self.requests.detail_mut(id).finish = None;
        self.servers[global as usize].coming -= 1;
    }

    /// A server has answered, well after so long or with a failure. Returns whether that is under way to the
    /// sender now; otherwise it is there already.
    pub(super) fn sends_back(&mut self, id: RequestId, took: Took, failure: Option<Failure>) -> bool {
        let request = &self.requests[id];
        if request.phase == Phase::Replying || request.workload == CHECK || request.server == u32::MAX {
            return false;
        }
        let takes = self.latency(id, BACK);
        if takes == SimDuration::ZERO {
            return false;
        }
        let event = Event::Due(Due::Reply, id.0).packed();
        let due = self.sim.schedule_cancellable_at(self.sim.now() + takes, event);
        self.requests.detail_mut(id).finish = Some(due);
        let leg = self.requests.leg_mut(id);
        leg.network += takes;
        leg.reply = (took, failure);
        self.requests[id].phase = Phase::Replying;
        true
    }

    /// An answer has reached its sender.
    pub(super) fn reply(&mut self, id: RequestId) {
        self.requests.detail_mut(id).finish = None;
        let at = usize::from(self.requests[id].workload);
        let response = self.sim.now().since(self.requests[id].arrived);
        match self.requests.leg(id).reply {
            (took, None) => self.answer_known(id, at, response, took),
            (_, Some(failure)) => self.fail_known(id, at, failure),
        }
    }
}
