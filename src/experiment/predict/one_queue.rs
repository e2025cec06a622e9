//! One queue in front of equal slots: which formula fits it.

use super::{
    gaps::Gaps,
    general,
    law::{Law, Outlook, Times},
    loss, priorities,
    transforms::Transforms,
    urgency,
};
use crate::{
    dist::Dist,
    model::discipline::Order,
    theory::{
        TheoryError,
        catalogue::{self, Formula},
        gg1::{Ggc, kingman_bound},
        gimc::Gimc,
        mdc::Mdc,
        mm1::Mm1,
        mmc::Mmc,
    },
};

/// For more slots than these the formula for constant work loses its figures.
const MOST_SLOTS: u32 = 1_000;

/// One queue in front of equal slots.
#[derive(Clone, Debug)]
pub(super) struct OneQueue {
    pub gaps: Gaps,
    pub slots: u32,
    /// The workloads, in the order of the station's streams.
    pub classes: Vec<Class>,
    pub order: Order,
    /// How many may wait; `None` for any number.
    pub room: Option<u32>,
    /// What the formulas of a plain queue are called in this place, instead of their own names.
    pub card: Option<&'static Formula>,
    pub transforms: Transforms,
}

/// One workload at a queue.
#[derive(Clone, Debug)]
pub(super) struct Class {
    /// Its share of the arrivals.
    pub share: f64,
    /// The time that a slot takes for one of its requests.
    pub service: Dist,
    pub priority: u8,
    pub patience: Option<Dist>,
}

/// Returns the service of these classes together; `None` where there is no class.
pub(super) fn mixed<'a>(classes: impl Iterator<Item = &'a Class> + Clone) -> Option<Dist> {
    let first = &classes.clone().next()?.service;
    if classes.clone().all(|class| class.service == *first) {
        return Some(first.clone());
    }
    let parts = classes.map(|class| (class.share, class.service.clone()));
    Some(Dist::mixture(parts).expect("shares are positive, and services are valid"))
}

/// Why no formula fits, in half a line.
pub(super) type Reason = String;

/// Makes a reason of a formula's refusal.
pub(super) fn refusal(error: TheoryError) -> Reason {
    match error {
        TheoryError::Unstable { .. } => "more load than the servers can carry".to_owned(),
        TheoryError::Domain(text) => text.to_owned(),
    }
}

/// The times of a model whose methods have the shared names; see [`crate::theory`].
macro_rules! times {
    ($model:expr, $formula:expr) => {{
        let model = std::rc::Rc::new($model);
        let (of_wait, of_response) = (std::rc::Rc::clone(&model), std::rc::Rc::clone(&model));
        Times {
            response: Law::of_mean(model.mean_response())
                .with_tail($formula, move |t| of_response.response_tail(t)),
            wait: Law::of_mean(model.mean_wait()).with_tail($formula, move |t| of_wait.wait_tail(t)),
        }
    }};
    ($model:expr, $formula:expr, with variances) => {{
        let model = $model;
        let (response, wait) = (model.response_variance(), model.wait_variance());
        let mut times = times!(model, $formula);
        times.response = times.response.with_variance(response);
        times.wait = times.wait.with_variance(wait);
        times
    }};
}
pub(super) use times;

impl OneQueue {
    /// Returns what formulas say, the most exact first.
    pub(super) fn outlooks(&self) -> Result<Vec<Outlook>, Reason> {
        if self.classes.iter().any(|class| class.patience.is_some()) {
            return loss::impatient(self).map(|outlook| vec![outlook]);
        }
        if let Some(room) = self.room {
            return loss::limited(self, room).map(|outlook| vec![outlook]);
        }
        match self.order {
            Order::Shared => urgency::shared(self).map(|outlook| vec![outlook]),
            Order::ShortestFirst => urgency::shortest_first(self).map(|outlook| vec![outlook]),
            Order::Priority { preemptive } if self.has_levels() => {
                priorities::outlook(self, preemptive).map(|outlook| vec![outlook])
            }
            Order::Priority { .. } | Order::Fifo | Order::Lifo | Order::Random | Order::Adaptive { .. } => {
                self.plain()
            }
        }
    }

    /// Returns whether some are more urgent than others.
    pub(super) fn has_levels(&self) -> bool {
        self.classes
            .iter()
            .any(|class| class.priority != self.classes[0].priority)
    }
    /// Returns whether those who came first go first; one level of priority is no priority.
    pub(super) fn is_fifo(&self) -> bool {
        match self.order {
            Order::Fifo => true,
            Order::Priority { .. } => !self.has_levels(),
            Order::Lifo | Order::Random | Order::Adaptive { .. } | Order::Shared | Order::ShortestFirst => {
                false
            }
        }
    }
    /// Returns whether some fare better than others by who they are or what they bring.
    pub(super) fn prefers(&self) -> bool {
        match self.order {
            Order::ShortestFirst => true,
            Order::Priority { .. } => self.has_levels(),
            Order::Fifo | Order::Lifo | Order::Random | Order::Adaptive { .. } | Order::Shared => false,
        }
    }
    /// Returns the service of all classes together.
    pub(super) fn service(&self) -> Dist {
        mixed(self.classes.iter()).expect("there is a workload")
    }
    /// Returns the service rate where service is exponential and alike for all.
    pub(super) fn exponential_rate(&self) -> Option<f64> {
        let service = self.service();
        service.is_exponential().then(|| service.mean().recip())
    }
    /// Returns the mean number of busy slots where all are answered.
    pub(super) fn load(&self) -> f64 {
        self.gaps.rate() * self.service().mean()
    }
    /// Returns one outlook for all classes from the times of each.
    pub(super) fn outlook(&self, formula: &'static Formula, times: impl FnMut(&Class) -> Times) -> Outlook {
        Outlook::lossless(formula, self.load(), self.classes.iter().map(times).collect())
    }

    /// An order that does not look at the work, and no end of the queue.
    fn plain(&self) -> Result<Vec<Outlook>, Reason> {
        let exact = match (self.exponential_rate(), self.gaps.is_poisson()) {
            // The variance under LIFO is known for one server, whatever the service.
            (Some(_), true) if self.order == Order::Lifo && self.slots == 1 => general::outlook(self),
            (Some(rate), true) => self.erlang(rate),
            (Some(rate), false) => self.renewal(rate),
            (None, true) if self.slots == 1 => general::outlook(self),
            (None, true) if self.service().is_constant() && self.slots <= MOST_SLOTS => self.constant(),
            (None, _) => return self.two_moments().map_err(refusal),
        };
        exact.map(|outlook| vec![outlook]).map_err(refusal)
    }

    fn erlang(&self, service_rate: f64) -> Result<Outlook, TheoryError> {
        let rate = self.gaps.rate();
        let card = |plain| self.card.unwrap_or(plain);
        let (card, times) = if self.slots == 1 {
            let card = card(&catalogue::MM1);
            let model = Mm1::new(rate, service_rate)?;
            (card, times!(model, card, with variances))
        } else {
            let card = card(&catalogue::MMC);
            let model = Mmc::new(self.slots, rate, service_rate)?;
            (card, times!(model, card, with variances))
        };
        Ok(self.outlook(card, |_| self.by_order(&times)))
    }

    fn constant(&self) -> Result<Outlook, TheoryError> {
        let service = self.service().mean();
        let model = Mdc::new(self.slots, self.gaps.rate(), service)?;
        let card = self.card.unwrap_or(&catalogue::MDC);
        let times = times!(model, card, with variances);
        Ok(self.outlook(card, |_| self.by_order(&times)))
    }

    fn renewal(&self, service_rate: f64) -> Result<Outlook, TheoryError> {
        let card = self.card.unwrap_or(&catalogue::GIMC);
        let gap = self.gaps.rate().recip();
        let model = Gimc::new(self.slots, gap, |s| self.gaps.transform(s), service_rate)?;
        let times = times!(model, card, with variances);
        Ok(self.outlook(card, |_| self.by_order(&times)))
    }

    /// Returns the times under this order from those under FIFO, for orders that do not look at the work.
    fn by_order(&self, fifo: &Times) -> Times {
        if self.is_fifo() {
            fifo.clone()
        } else {
            fifo.clone().means_only()
        }
    }

    /// Gaps and services known by two moments.
    fn two_moments(&self) -> Result<Vec<Outlook>, TheoryError> {
        let service = self.service();
        let (mean, scv, rate, gap_scv) = (service.mean(), service.scv(), self.gaps.rate(), self.gaps.scv());
        let model = Ggc::new(self.slots, rate, mean, gap_scv, scv)?;
        let outlook = |card: &'static Formula, wait: f64| {
            self.outlook(card, |class| Times::of_means(wait, class.service.mean()))
        };
        if self.slots == 1 {
            return Ok(vec![
                outlook(&catalogue::KRAEMER_LANGENBACH_BELZ, model.mean_wait_corrected()),
                outlook(&catalogue::KINGMAN, kingman_bound(rate, mean, gap_scv, scv)?),
            ]);
        }
        Ok(vec![outlook(&catalogue::ALLEN_CUNNEEN, model.mean_wait())])
    }
}
