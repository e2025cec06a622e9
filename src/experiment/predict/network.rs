//! Messages that take time: what they add to what formulas say of a station.
//!
//! The time that a message takes depends on nothing else, so its mean adds to that of the response. What reaches the servers
//! is Poisson where it was sent so (each arrival is shifted independently of the others), and where all messages take
//! equally long, everything happens as without them, but later. A policy that looks at loads sees other ones, though.

use super::{
    law::{Law, Times},
    station::{Station, Stream},
};
use crate::{
    dist::Dist,
    model::{NetworkPlan, Place, QueuePlace, balancer::Law as Policy},
};

/// How long messages are under way for the requests of a stream, in seconds on average.
#[derive(Clone, Copy, Debug)]
pub(super) struct Legs {
    pub there: f64,
    pub back: f64,
    /// Whether that is the same for every message.
    is_constant: bool,
}

impl Legs {
    /// Returns the way there and back.
    pub(super) fn both(&self) -> f64 {
        self.there + self.back
    }
    /// Adds it to the responses of a stream.
    pub(super) fn lengthen(&self, times: &mut Times) {
        let law = &mut times.response;
        *law = if self.is_constant {
            law.later(self.both())
        } else {
            Law::of_mean(law.mean + self.both())
        };
    }
}

/// Returns how long messages are under way for each stream of a station, as far as formulas for its queues still hold;
/// nothing where they take no time, and otherwise the reason.
pub(super) fn legs(station: &Station<'_>) -> Result<Vec<Legs>, &'static str> {
    let Some(network) = &station.deployment().network else {
        return Ok(Vec::new());
    };
    if station.plan.zone_local.is_some() {
        return Err("balancing that goes by zones");
    }
    let servers = station.plan.servers();
    let law = station.plan.balancer.law;
    let blind = match law {
        Policy::WeightedSplit | Policy::RoundRobin => true,
        Policy::Other => station.plan.balancer.reads_key || station.plan.balancer.reads_source,
        _ => false,
    };
    let legs = station
        .streams
        .iter()
        .map(|stream| of_stream(station, network, stream));
    let legs = legs.collect::<Result<Vec<Legs>, _>>()?;
    let constant = legs.iter().all(|legs| legs.is_constant);
    if station.loses() {
        Err("queues that end or are left, and messages that take time")
    } else if station.closed().is_some() {
        Err("arrivals wait for answers, and messages take time")
    } else if 1 < servers && station.plan.queue.at == QueuePlace::Balancer {
        Err("servers wait for what comes from the queue at the balancer, as messages take time")
    } else if 1 < servers && !blind {
        Err("balancers see loads that messages have not reached yet")
    } else if constant || station.gaps().is_ok_and(|gaps| gaps.is_poisson()) && law != Policy::RoundRobin {
        Ok(legs)
    } else {
        Err("arrivals that messages put out of step")
    }
}

fn of_stream(
    station: &Station<'_>,
    network: &NetworkPlan,
    stream: &Stream<'_>,
) -> Result<Legs, &'static str> {
    let zone = |zone: Option<usize>, otherwise| zone.map_or(otherwise, |zone| Place::Zone(zone as u16));
    let from = zone(stream.sender.zone, Place::Outside);
    let groups = station.plan.groups.iter();
    let groups = groups.map(|group| {
        let place = zone(group.zone, Place::Nowhere);
        let pair = (network.mean(from, place), network.mean(place, from));
        let is_constant = network
            .between(from, place)
            .is_none_or(|time: &Dist| time.is_constant() && network.loss == 0.0);
        (group, pair, is_constant)
    });
    let groups: Vec<_> = groups.collect();
    let (_, (there, back), constant) = groups[0];
    if groups.iter().all(|(_, pair, _)| *pair == (there, back)) {
        return Ok(Legs {
            there,
            back,
            is_constant: constant && groups.iter().all(|(.., constant)| *constant),
        });
    }
    let mut legs = Legs {
        there: 0.0,
        back: 0.0,
        is_constant: false,
    };
    for (group, (there, back), _) in groups {
        let share = station
            .fixed_share(group)
            .ok_or("servers that are not equally far away")?;
        let share = f64::from(group.servers) * share;
        legs.there += share * there;
        legs.back += share * back;
    }
    Ok(legs)
}
