//! Requests that come in batches, to one server or to several that are chosen by chance.

use super::{
    law::{Outlook, Times},
    one_queue::{Reason, refusal},
    station::Station,
};
use crate::{
    model::{Group, balancer::Law as Policy, discipline::Order},
    theory::{batch_mg1::BatchMg1, catalogue},
};

/// The sizes of batches.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sizes {
    pub mean: f64,
    pub square_mean: f64,
}

impl Sizes {
    /// The sizes of what is left of batches of which each request is passed on by chance; 0 included.
    fn thinned(self, share: f64) -> Self {
        Self {
            mean: share * self.mean,
            square_mean: share * (share * self.square_mean + (1.0 - share) * self.mean),
        }
    }
}

/// Returns what is known of batches: the means, where each server has one slot and its requests by chance.
pub(super) fn outlooks(station: &Station<'_>, sizes: Sizes) -> Result<Vec<Outlook>, Reason> {
    let plan = station.plan;
    let by_chance = plan.balancer.law == Policy::WeightedSplit && station.has_own_queues();
    let blind = match plan.queue.discipline.order {
        // One level of priority is no priority.
        Order::Fifo | Order::Lifo | Order::Random | Order::Priority { .. } => true,
        Order::Shared | Order::ShortestFirst => false,
    };
    let single = plan.groups.iter().all(|group| group.slots == 1);
    if station.loses() || !blind || !single || !by_chance && 1 < plan.servers() {
        return Err("arrivals in batches".to_owned());
    }
    let (stream, whole) = (&station.streams[0], plan.servers() == 1);
    let rate = stream.rate.ok_or("arrivals wait for answers")? / sizes.mean;
    let part = |group: &Group| {
        let share = if whole {
            1.0
        } else {
            station.fixed_share(group).ok_or("no fixed shares")?
        };
        let (sizes, service) = (sizes.thinned(share), stream.work.scaled(group.speed.recip()));
        let model = BatchMg1::new(rate, sizes.mean, sizes.square_mean, service.mean(), service.scv());
        let model = model.map_err(refusal)?;
        let times = Times::of_means(model.mean_wait(), service.mean());
        let one = Outlook::lossless(&catalogue::BATCH_MG1, model.utilisation(), vec![times]);
        Ok((f64::from(group.servers), share, one))
    };
    let parts: Result<Vec<_>, Reason> = plan.groups.iter().map(part).collect();
    Ok(vec![Outlook::join(&parts?)])
}
