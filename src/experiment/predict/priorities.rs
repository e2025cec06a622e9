//! One queue in which the most urgent go first.

use std::rc::Rc;

use num_complex::Complex64;

use super::{
    general::has_lumps,
    law::{Law, Outlook, Times},
    one_queue::{Class, OneQueue, Reason, mixed, refusal},
    transforms::Transform,
};
use crate::theory::{
    TheoryError, catalogue, mg1_priority,
    mg1_priority::Class as Level,
    mg1_priority_times::{Place, Services},
    mmc_priority::{self, ClassTimes},
};

/// Returns what is known of the times of each priority.
pub(super) fn outlook(queue: &OneQueue, preemptive: bool) -> Result<Outlook, Reason> {
    if !queue.gaps.is_poisson() {
        return Err("priorities, and arrivals that are not Poisson".to_owned());
    }
    let mut priorities: Vec<u8> = queue.classes.iter().map(|class| class.priority).collect();
    priorities.sort_unstable();
    priorities.dedup();
    let levels = priorities.iter().map(|&level| together(queue, level)).collect();
    let urgent = Urgent {
        queue,
        priorities,
        levels,
        preemptive,
    };
    match queue.exponential_rate() {
        _ if queue.slots == 1 => urgent.at_one_slot().map_err(refusal),
        Some(rate) => urgent.at_several_slots(rate).map_err(refusal),
        None => Err("priorities on several slots, and work not exponential and alike".to_owned()),
    }
}

/// A queue with more than one priority.
struct Urgent<'a> {
    queue: &'a OneQueue,
    /// From the most urgent on.
    priorities: Vec<u8>,
    /// All classes of one priority as one, which they are to everyone else.
    levels: Vec<Level>,
    preemptive: bool,
}

impl Urgent<'_> {
    /// The place of a class among the priorities.
    fn place(&self, class: &Class) -> usize {
        self.priorities.partition_point(|&level| level < class.priority)
    }

    fn at_one_slot(&self) -> Result<Outlook, TheoryError> {
        let (card, means) = if self.preemptive {
            (&catalogue::MG1_PREEMPTIVE, self.interrupted_means()?)
        } else {
            let waits = mg1_priority::nonpreemptive_waits(&self.levels)?;
            let response = |class: &Class| waits[self.place(class)] + class.service.mean();
            let means = self.queue.classes.iter().map(response).collect();
            (&catalogue::MG1_PRIORITY, means)
        };
        let mut means: std::vec::IntoIter<f64> = means.into_iter();
        let times = |class: &Class| {
            let response = means.next().expect("there is one mean for each class");
            let mut times = Times {
                response: Law::of_mean(response),
                wait: Law::of_mean(response - class.service.mean()),
            };
            if let Some(tails) = self.tails(class) {
                let of_wait = tails.clone();
                let card = &catalogue::PRIORITY_INVERSION;
                times.wait = times.wait.with_costly_tail(card, move |t| of_wait.wait(t));
                times.response = times.response.with_costly_tail(card, move |t| tails.response(t));
            }
            times
        };
        Ok(self.queue.outlook(card, times))
    }

    /// The mean responses of the classes at one slot from which the more urgent push the less urgent.
    fn interrupted_means(&self) -> Result<Vec<f64>, TheoryError> {
        let responses = mg1_priority::preemptive_responses(&self.levels)?;
        let mut above = 0.0;
        // Of the response, the waiting for its turn is common to a level; its own service is stretched by those above.
        let mut turns = Vec::new();
        for (level, response) in self.levels.iter().zip(&responses) {
            turns.push((response - level.mean_service / (1.0 - above), above));
            above += level.arrival_rate * level.mean_service;
        }
        let mean = |class: &Class| {
            let (turn, above) = turns[self.place(class)];
            turn + class.service.mean() / (1.0 - above)
        };
        Ok(self.queue.classes.iter().map(mean).collect())
    }

    /// The distributions of a class at one slot, unless there are lumps that inversion would smear.
    fn tails(&self, class: &Class) -> Option<Tails> {
        let at = self.place(class);
        let matters = |other: &&Class| !self.preemptive || other.priority <= class.priority;
        let mut services = self.queue.classes.iter().filter(matters);
        if services.any(|other| has_lumps(&other.service)) {
            return None;
        }
        let place = if self.preemptive {
            Place::preemptive(&self.levels, at)
        } else {
            Place::nonpreemptive(&self.levels, at)
        };
        let of = |which: &dyn Fn(u8) -> bool| {
            let dist = mixed(self.queue.classes.iter().filter(|other| which(other.priority)));
            dist.map(|dist| self.queue.transforms.of(&dist))
        };
        let own = class.priority;
        Some(Tails {
            place: place.ok()?,
            above: of(&|priority| priority < own),
            own: of(&|priority| priority == own),
            below: of(&|priority| own < priority),
            one: self.queue.transforms.of(&class.service),
        })
    }

    fn at_several_slots(&self, service_rate: f64) -> Result<Outlook, TheoryError> {
        let (queue, slots) = (self.queue, self.queue.slots);
        let rates: Vec<f64> = self.levels.iter().map(|level| level.arrival_rate).collect();
        if self.preemptive {
            let responses = mmc_priority::preemptive_responses(slots, &rates, service_rate)?;
            let service = service_rate.recip();
            return Ok(queue.outlook(&catalogue::MMC_PREEMPTIVE, |class| {
                Times::of_means(responses[self.place(class)] - service, service)
            }));
        }
        let waits = mmc_priority::nonpreemptive_waits(slots, &rates, service_rate)?;
        let models: Result<Vec<_>, _> = (0..rates.len())
            .map(|at| ClassTimes::nonpreemptive(slots, &rates, service_rate, at))
            .collect();
        let models = models?;
        let card = &catalogue::PRIORITY_INVERSION;
        Ok(queue.outlook(&catalogue::MMC_PRIORITY, |class| {
            let at = self.place(class);
            let model = models[at];
            let mut times = Times::of_means(waits[at], service_rate.recip());
            times.wait = times.wait.with_tail(card, move |t| model.wait_tail(t));
            times.response = times.response.with_tail(card, move |t| model.response_tail(t));
            times
        }))
    }
}

/// All classes of one priority as one.
fn together(queue: &OneQueue, level: u8) -> Level {
    let classes = queue.classes.iter().filter(|class| class.priority == level);
    let share: f64 = classes.clone().map(|class| class.share).sum();
    let service = mixed(classes).expect("a level has a class");
    Level {
        arrival_rate: share * queue.gaps.rate(),
        mean_service: service.mean(),
        scv: service.scv(),
    }
}

/// A place among priorities, and the transforms that it takes.
#[derive(Clone)]
struct Tails {
    place: Place,
    above: Option<Rc<Transform>>,
    own: Option<Rc<Transform>>,
    below: Option<Rc<Transform>>,
    one: Rc<Transform>,
}

impl Tails {
    fn wait(&self, t: f64) -> f64 {
        self.with(|services| self.place.wait_tail(t, services))
    }
    fn response(&self, t: f64) -> f64 {
        self.with(|services| self.place.response_tail(t, services))
    }
    fn with(&self, tail: impl FnOnce(&Services<'_>) -> f64) -> f64 {
        let of = |transform: &Option<Rc<Transform>>, s: Complex64| {
            transform
                .as_ref()
                .map_or(Complex64::ONE, |transform| transform.at(s))
        };
        tail(&Services {
            above: &|s| of(&self.above, s),
            own: &|s| of(&self.own, s),
            below: &|s| of(&self.below, s),
            one: &|s| self.one.at(s),
        })
    }
}
