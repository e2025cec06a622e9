//! One queue that not everyone leaves with an answer.

use super::{
    law::{Law, Outlook, Times},
    one_queue::{OneQueue, Reason, refusal, times},
};
use crate::theory::{catalogue, erlang_a::ErlangA, erlang_b::ErlangB, mmck::Mmck};

/// Longer queues than this are left to simulation: the formula takes time and memory in proportion.
const MOST_ROOM: u32 = 100_000;

/// Clients who give up.
pub(super) fn impatient(queue: &OneQueue) -> Result<Outlook, Reason> {
    let patience = queue.classes[0].patience.as_ref();
    let alike = queue
        .classes
        .iter()
        .all(|class| class.patience.as_ref() == patience);
    let Some(patience) = patience.filter(|patience| alike && patience.is_exponential()) else {
        return Err("clients who give up, not all after the same exponential time".to_owned());
    };
    let (Some(rate), true) = (queue.exponential_rate(), queue.gaps.is_poisson()) else {
        return Err("clients who give up, and not Poisson arrivals with exponential work".to_owned());
    };
    if queue.room.is_some() || !queue.is_fifo() {
        return Err(
            "clients who give up, in a queue that ends or is not first come, first served".to_owned(),
        );
    }
    let arrivals = queue.gaps.rate();
    let model = ErlangA::new(queue.slots, arrivals, rate, patience.mean().recip()).map_err(refusal)?;
    let times = Times::of_means(model.mean_wait(), rate.recip());
    Ok(Outlook {
        answered: 1.0 - model.prob_abandon(),
        lost_as: Some("abandoned"),
        busy: model.throughput() / rate,
        waiting_in_vain: model.mean_queue() - model.throughput() * model.mean_wait(),
        ..queue.outlook(&catalogue::ERLANG_A, |_| times.clone())
    })
}

/// A queue that ends.
pub(super) fn limited(queue: &OneQueue, room: u32) -> Result<Outlook, Reason> {
    if !queue.gaps.is_poisson() {
        return Err("a queue that ends, and arrivals that are not Poisson".to_owned());
    }
    let arrivals = queue.gaps.rate();
    if room == 0 {
        let service = queue.service();
        let model = ErlangB::new(queue.slots, arrivals, service.mean().recip()).map_err(refusal)?;
        return Ok(Outlook {
            answered: 1.0 - model.loss(),
            lost_as: Some("rejected"),
            busy: model.mean_in_system(),
            ..queue.outlook(&catalogue::ERLANG_B, |class| at_once(&class.service))
        });
    }
    if room > MOST_ROOM {
        return Err("a queue that ends very late".to_owned());
    }
    let Some(rate) = queue.exponential_rate() else {
        return Err("a queue that ends, and work that is not exponential and alike".to_owned());
    };
    if queue.prefers() {
        return Err("a queue that ends and prefers some to others".to_owned());
    }
    let capacity = queue.slots.saturating_add(room);
    let model = Mmck::new(queue.slots, capacity, arrivals, rate).map_err(refusal)?;
    let (loss, busy) = (model.loss(), model.throughput() / rate);
    let times = times!(model, &catalogue::MMCK, with variances);
    let times = if queue.is_fifo() {
        times
    } else {
        times.means_only()
    };
    Ok(Outlook {
        answered: 1.0 - loss,
        lost_as: Some("rejected"),
        busy,
        ..queue.outlook(&catalogue::MMCK, |_| times.clone())
    })
}

/// The times of requests that never wait.
fn at_once(service: &crate::dist::Dist) -> Times {
    let own = service.clone();
    Times {
        response: Law::of_mean(service.mean())
            .with_variance(service.variance())
            .with_tail(&catalogue::ERLANG_B, move |t| own.survival(t)),
        wait: Law::of_mean(0.0)
            .with_variance(0.0)
            .with_tail(&catalogue::ERLANG_B, |t| if t < 0.0 { 1.0 } else { 0.0 }),
    }
}
