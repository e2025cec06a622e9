//! One queue in which some fare better than others: by size, or by sharing the slots.

use super::{
    law::{Outlook, Times},
    one_queue::{Class, OneQueue, Reason, refusal},
};
use crate::theory::{catalogue, mg1_ps::Mg1Ps, mmc::Mmc, shortest_job_first};

/// Everyone gets an equal part of the slots, and of one at most: only the mean work matters (Kelly 1979).
pub(super) fn shared(queue: &OneQueue) -> Result<Outlook, Reason> {
    if !queue.gaps.is_poisson() {
        return Err("shared servers, and arrivals that are not Poisson".to_owned());
    }
    let (rate, service) = (queue.gaps.rate(), queue.service());
    if queue.slots == 1 {
        let model = Mg1Ps::new(rate, service.mean()).map_err(refusal)?;
        let times = |class: &Class| {
            let own = class.service.mean();
            let mut times = Times::of_means(model.mean_response_of(own) - own, own);
            if service.is_exponential() {
                times.response = times
                    .response
                    .with_variance(model.response_variance_exponential());
            }
            times
        };
        return Ok(queue.outlook(&catalogue::MG1_PS, times));
    }
    let model = Mmc::new(queue.slots, rate, service.mean().recip()).map_err(refusal)?;
    // In a station that is insensitive every size is slowed down alike.
    let slowdown = model.mean_response() / service.mean();
    let times = |class: &Class| {
        let own = class.service.mean();
        Times::of_means((slowdown - 1.0) * own, own)
    };
    Ok(queue.outlook(&catalogue::MGC_PS, times))
}

/// The least work first.
pub(super) fn shortest_first(queue: &OneQueue) -> Result<Outlook, Reason> {
    let service = queue.service();
    let alike = queue.classes.iter().all(|class| class.service == service);
    if queue.slots != 1 || !queue.gaps.is_poisson() || !alike {
        let reason = "shortest job first, but for one slot, Poisson arrivals and one kind of work";
        return Err(reason.to_owned());
    }
    let second = service.variance() + service.mean().powi(2);
    let wait = shortest_job_first::mean_wait(queue.gaps.rate(), second, |t| service.survival(t));
    let wait = wait.map_err(refusal)?;
    Ok(queue.outlook(&catalogue::SHORTEST_JOB_FIRST, |_| {
        Times::of_means(wait, service.mean())
    }))
}
