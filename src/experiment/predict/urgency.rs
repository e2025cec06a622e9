//! One queue in which some fare better than others: by priority, by size, or by sharing the slots.

use super::{
    law::{Law, Outlook, Times},
    one_queue::{Class, OneQueue, Reason, refusal},
};
use crate::{
    dist::Dist,
    theory::{
        TheoryError, catalogue, mg1_priority, mg1_priority::Class as Level, mg1_ps::Mg1Ps, mmc::Mmc,
        mmc_priority, shortest_job_first,
    },
};

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

/// The most urgent first.
pub(super) fn priorities(queue: &OneQueue, preemptive: bool) -> Result<Outlook, Reason> {
    if !queue.gaps.is_poisson() {
        return Err("priorities, and arrivals that are not Poisson".to_owned());
    }
    let mut levels: Vec<u8> = queue.classes.iter().map(|class| class.priority).collect();
    levels.sort_unstable();
    levels.dedup();
    let place = |class: &Class| levels.partition_point(|&level| level < class.priority);
    let levels: Vec<Level> = levels.iter().map(|&level| together(queue, level)).collect();
    let rates: Vec<f64> = levels.iter().map(|level| level.arrival_rate).collect();
    let waits = match (queue.slots, queue.exponential_rate(), preemptive) {
        (1, _, false) => mg1_priority::nonpreemptive_waits(&levels),
        (1, _, true) => return interrupted(queue, &levels, place).map_err(refusal),
        (slots, Some(rate), false) => mmc_priority::nonpreemptive_waits(slots, &rates, rate),
        (slots, Some(rate), true) => mmc_priority::preemptive_responses(slots, &rates, rate)
            .map(|responses| responses.iter().map(|response| response - rate.recip()).collect()),
        (_, None, _) => {
            return Err("priorities on several slots, and work not exponential and alike".to_owned());
        }
    };
    let waits = waits.map_err(refusal)?;
    let card = match (queue.slots, preemptive) {
        (1, _) => &catalogue::MG1_PRIORITY,
        (_, false) => &catalogue::MMC_PRIORITY,
        (_, true) => &catalogue::MMC_PREEMPTIVE,
    };
    Ok(queue.outlook(card, |class| {
        Times::of_means(waits[place(class)], class.service.mean())
    }))
}

/// All classes of one priority as one, which they are to everyone else.
fn together(queue: &OneQueue, level: u8) -> Level {
    let classes = queue.classes.iter().filter(|class| class.priority == level);
    let share: f64 = classes.clone().map(|class| class.share).sum();
    let parts = classes.map(|class| (class.share, class.service.clone()));
    let service = Dist::mixture(parts).expect("shares are positive, and services are valid");
    Level {
        arrival_rate: share * queue.gaps.rate(),
        mean_service: service.mean(),
        scv: service.scv(),
    }
}

/// One slot from which the more urgent push the less urgent.
fn interrupted(
    queue: &OneQueue,
    levels: &[Level],
    place: impl Fn(&Class) -> usize,
) -> Result<Outlook, TheoryError> {
    let responses = mg1_priority::preemptive_responses(levels)?;
    let mut above = 0.0;
    // Of the response, the waiting for its turn is common to a level; its own service is stretched by those above.
    let mut turns = Vec::new();
    for (level, response) in levels.iter().zip(&responses) {
        turns.push((response - level.mean_service / (1.0 - above), above));
        above += level.arrival_rate * level.mean_service;
    }
    Ok(queue.outlook(&catalogue::MG1_PREEMPTIVE, |class| {
        let (turn, above) = turns[place(class)];
        let own = class.service.mean();
        let response = turn + own / (1.0 - above);
        Times {
            response: Law::of_mean(response),
            wait: Law::of_mean(response - own),
        }
    }))
}
