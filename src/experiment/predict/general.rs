//! One slot, Poisson arrivals and any service: M/G/1, whose distribution comes from its transform.

use std::rc::Rc;

use super::{
    law::{Law, Outlook, Times},
    one_queue::OneQueue,
};
use crate::{
    dist::Dist,
    model::discipline::Order,
    theory::{
        TheoryError,
        catalogue::{self, Formula},
        inversion,
        md1::Md1,
        mg1::Mg1,
    },
};

/// Returns what M/G/1 says of a queue in front of one slot with Poisson arrivals.
pub(super) fn outlook(queue: &OneQueue) -> Result<Outlook, TheoryError> {
    let service = queue.service();
    let rate = queue.gaps.rate();
    if service.is_constant() && queue.is_fifo() {
        let card = queue.card.unwrap_or(&catalogue::MD1);
        let model = Md1::new(rate, service.mean())?;
        let variance = model.wait_variance();
        let times = constant_times(model, card, variance);
        return Ok(queue.outlook(card, |_| times.clone()));
    }
    let model = Mg1::new(rate, service.mean(), service.scv())?;
    let third = service.third_moment();
    if queue.order == Order::Lifo {
        let wait = Law::of_mean(model.mean_wait()).with_variance(model.wait_variance_lifo(third));
        let card = queue.card.unwrap_or(&catalogue::MG1_LIFO);
        return Ok(queue.outlook(card, |class| after(&wait, &class.service)));
    }
    let card = queue.card.unwrap_or(&catalogue::MG1);
    let mut wait = Law::of_mean(model.mean_wait());
    if !queue.is_fifo() {
        return Ok(queue.outlook(card, |class| Times::of_means(wait.mean, class.service.mean())));
    }
    wait = wait.with_variance(model.wait_variance(third));
    if has_lumps(&service) {
        return Ok(queue.outlook(card, |class| after(&wait, &class.service)));
    }
    let service = queue.transforms.of(&service);
    let whole = Rc::clone(&service);
    wait = wait.with_costly_tail(&catalogue::MG1_INVERSION, move |t| {
        model.wait_tail(t, |s| whole.at(s))
    });
    Ok(queue.outlook(card, |class| {
        let mut times = after(&wait, &class.service);
        let whole = Rc::clone(&service);
        let own = queue.transforms.of(&class.service);
        times.response = times
            .response
            .with_costly_tail(&catalogue::MG1_INVERSION, move |t| {
                if t <= 0.0 {
                    return 1.0;
                }
                inversion::tail(t, |s| model.wait_transform(s, whole.at(s)) * own.at(s))
            });
        times
    }))
}

/// The times of M/D/1, whose response is its wait and the constant service.
fn constant_times(model: Md1, card: &'static Formula, variance: f64) -> Times {
    let means = *model.as_mg1();
    Times {
        response: Law::of_mean(means.mean_response())
            .with_variance(variance)
            .with_tail(card, move |t| model.response_tail(t)),
        wait: Law::of_mean(means.mean_wait())
            .with_variance(variance)
            .with_tail(card, move |t| model.wait_tail(t)),
    }
}

/// The times of a wait followed by an independent service; the distribution of the response is left open.
fn after(wait: &Law, service: &Dist) -> Times {
    let mut response = Law::of_mean(wait.mean + service.mean());
    if let Some(sd) = wait.sd {
        response = response.with_variance(sd * sd + service.variance());
    }
    Times {
        response,
        wait: wait.clone(),
    }
}

/// Returns whether one value has a share of its own that transform inversion would smear.
pub(super) fn has_lumps(service: &Dist) -> bool {
    match service {
        Dist::Constant(_) => true,
        Dist::Mixture(mixture) => mixture.parts().iter().any(|(_, part)| has_lumps(part)),
        _ => false,
    }
}
