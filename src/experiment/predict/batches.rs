//! Requests that come in batches, to one server or to several that are chosen by chance.

use std::rc::Rc;

use num_complex::Complex64;

use super::{
    general::has_lumps,
    law::{Outlook, Times},
    one_queue::{Reason, refusal},
    station::Station,
};
use crate::{
    dist::Dist,
    model::{Group, arrival::Count, balancer::Law as Policy, discipline::Order},
    theory::{batch_mg1::BatchMg1, catalogue},
};

/// The sizes of batches of which each request is passed on by chance; 0 included.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sizes {
    whole: Count,
    share: f64,
}

impl Sizes {
    /// Batches of which every request is passed on.
    pub(super) fn of(whole: Count) -> Self {
        Self { whole, share: 1.0 }
    }
    fn thinned(self, share: f64) -> Self {
        Self { share, ..self }
    }
    fn mean(self) -> f64 {
        self.share * self.whole.mean()
    }
    fn square_mean(self) -> f64 {
        let (share, whole) = (self.share, self.whole);
        share * (share * whole.square_mean() + (1.0 - share) * whole.mean())
    }
    /// The mean of `z^size`.
    fn power_mean(self, z: Complex64) -> Complex64 {
        let z = 1.0 - self.share + self.share * z;
        match self.whole {
            Count::Fixed(count) => z.powu(count),
            Count::Geometric { mean } => z / (mean - (mean - 1.0) * z),
        }
    }
}

/// Returns what is known of batches: the times, where each server has one slot and its requests by chance.
pub(super) fn outlooks(station: &Station<'_>, sizes: Sizes) -> Result<Vec<Outlook>, Reason> {
    let plan = station.plan;
    let by_chance = plan.balancer.law == Policy::WeightedSplit && station.has_own_queues();
    let blind = match plan.queue.discipline.order {
        // One level of priority is no priority.
        Order::Fifo | Order::Lifo | Order::Random | Order::Adaptive { .. } | Order::Priority { .. } => true,
        Order::Shared | Order::ShortestFirst => false,
    };
    let single = plan.groups.iter().all(|group| group.slots == 1);
    if station.loses() || !blind || !single || !by_chance && 1 < plan.servers() {
        return Err("arrivals in batches".to_owned());
    }
    let (stream, whole) = (&station.streams[0], plan.servers() == 1);
    let rate = stream.rate.ok_or("arrivals wait for answers")? / sizes.mean();
    let part = |group: &Group| {
        let share = if whole {
            1.0
        } else {
            station.fixed_share(group).ok_or("no fixed shares")?
        };
        let (sizes, service) = (sizes.thinned(share), stream.work.scaled(group.speed.recip()));
        let (mean, square_mean) = (sizes.mean(), sizes.square_mean());
        let model = BatchMg1::new(rate, mean, square_mean, service.mean(), service.scv());
        let model = model.map_err(refusal)?;
        let times = times(station, model, sizes, &service);
        let one = Outlook::lossless(&catalogue::BATCH_MG1, model.utilisation(), vec![times]);
        Ok((f64::from(group.servers), share, one))
    };
    let parts: Result<Vec<_>, Reason> = plan.groups.iter().map(part).collect();
    Ok(vec![Outlook::join(&parts?)])
}

/// The times of a request at one server; under FIFO with their distributions, unless there are lumps that inversion would
/// smear.
fn times(station: &Station<'_>, model: BatchMg1, sizes: Sizes, service: &Dist) -> Times {
    let mut times = Times::of_means(model.mean_wait(), service.mean());
    let in_turn = matches!(
        station.plan.queue.discipline.order,
        Order::Fifo | Order::Priority { .. }
    );
    if !in_turn || has_lumps(service) {
        return times;
    }
    let card = &catalogue::BATCH_INVERSION;
    let of_wait = station.transforms.of(service);
    let of_response = Rc::clone(&of_wait);
    times.wait = times.wait.with_costly_tail(card, move |t| {
        model.wait_tail(t, |s| of_wait.at(s), |z| sizes.power_mean(z))
    });
    times.response = times.response.with_costly_tail(card, move |t| {
        model.response_tail(t, |s| of_response.at(s), |z| sizes.power_mean(z))
    });
    times
}
