//! What formulas say of a time, and of one service as a whole.

use std::{fmt, rc::Rc};

use super::table::Table;
use crate::theory::{catalogue::Formula, numeric};

/// A time as far as a formula knows it, in seconds.
#[derive(Clone, Debug)]
pub(super) struct Law {
    pub mean: f64,
    pub sd: Option<f64>,
    pub tail: Option<Tail>,
}

/// P(time > t) as a function of t, and the formula that says so.
#[derive(Clone)]
pub(super) struct Tail {
    pub formula: &'static Formula,
    survival: Rc<dyn Fn(f64) -> f64>,
    /// Whether one value takes about a millisecond.
    is_costly: bool,
}

impl fmt::Debug for Tail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tail")
            .field("formula", &self.formula.name)
            .finish_non_exhaustive()
    }
}

impl Tail {
    /// Returns P(time > t).
    pub(super) fn at(&self, t: f64) -> f64 {
        (self.survival)(t)
    }
}

impl Law {
    /// A time of which only the mean is known.
    pub(super) fn of_mean(mean: f64) -> Self {
        Self {
            mean,
            sd: None,
            tail: None,
        }
    }
    /// Adds the variance, unless it is infinite.
    pub(super) fn with_variance(mut self, variance: f64) -> Self {
        self.sd = variance.is_finite().then(|| variance.max(0.0).sqrt());
        self
    }
    /// Adds the distribution.
    pub(super) fn with_tail(
        mut self,
        formula: &'static Formula,
        survival: impl Fn(f64) -> f64 + 'static,
    ) -> Self {
        self.tail = Some(Tail {
            formula,
            survival: Rc::new(survival),
            is_costly: false,
        });
        self
    }
    /// Adds a distribution of which one value takes about a millisecond.
    pub(super) fn with_costly_tail(
        self,
        formula: &'static Formula,
        survival: impl Fn(f64) -> f64 + 'static,
    ) -> Self {
        let mut law = self.with_tail(formula, survival);
        law.tail = law.tail.map(|tail| Tail {
            is_costly: true,
            ..tail
        });
        law
    }
    /// Returns the same law with a costly tail in a table, for when many values are wanted.
    pub(super) fn tabulated(&self) -> Self {
        let Some(tail) = self.tail.clone().filter(|tail| tail.is_costly) else {
            return self.clone();
        };
        let formula = tail.formula;
        let table = Table::of(self.mean.max(f64::MIN_POSITIVE), move |t| tail.at(t));
        self.clone().with_tail(formula, move |t| table.at(t))
    }
    /// Returns the law of a time that is always longer by so much.
    pub(super) fn later(&self, by: f64) -> Self {
        let later = Self {
            mean: self.mean + by,
            sd: self.sd,
            tail: None,
        };
        // The jump that a table would blur comes after it.
        match self.tabulated().tail {
            Some(tail) => {
                let formula = tail.formula;
                later.with_tail(formula, move |t| if t < by { 1.0 } else { tail.at(t - by) })
            }
            None => later,
        }
    }
    /// Returns the time that a share `p` of requests does not exceed.
    pub(super) fn quantile(&self, p: f64) -> Option<f64> {
        let tail = self.tail.as_ref()?;
        let scale = self.mean.max(f64::MIN_POSITIVE);
        Some(numeric::quantile(p, scale, |t| tail.at(t)))
    }
    /// Returns the law of a time that is one of several, each with its probability.
    fn mixture(parts: &[(f64, &Self)]) -> Self {
        let mean = parts.iter().map(|(share, law)| share * law.mean).sum::<f64>();
        let second = |(share, law): &(f64, &Self)| Some(share * (law.sd?.powi(2) + law.mean.powi(2)));
        let second: Option<f64> = parts.iter().map(second).sum();
        let tails: Option<Vec<(f64, Tail)>> = parts
            .iter()
            .map(|(share, law)| Some((*share, law.tail.clone()?)))
            .collect();
        let tail = tails.map(|tails| Tail {
            formula: tails[0].1.formula,
            is_costly: tails.iter().any(|(_, tail)| tail.is_costly),
            survival: Rc::new(move |t| tails.iter().map(|(share, tail)| share * tail.at(t)).sum()),
        });
        Self {
            mean,
            sd: second.map(|second| (second - mean * mean).max(0.0).sqrt()),
            tail,
        }
    }
}

/// The times of one workload's answered requests.
#[derive(Clone, Debug)]
pub(super) struct Times {
    pub response: Law,
    pub wait: Law,
}

impl Times {
    /// Times of which only the means are known.
    pub(super) fn of_means(wait: f64, service: f64) -> Self {
        Self {
            response: Law::of_mean(wait + service),
            wait: Law::of_mean(wait),
        }
    }
    /// Returns the same times with costly tails in tables.
    pub(super) fn tabulated(&self) -> Self {
        Self {
            response: self.response.tabulated(),
            wait: self.wait.tabulated(),
        }
    }
    /// Forgets all but the means, which alone do not depend on who goes first.
    pub(super) fn means_only(self) -> Self {
        Self {
            response: Law::of_mean(self.response.mean),
            wait: Law::of_mean(self.wait.mean),
        }
    }
}

/// What one formula says of one service and the workloads that go to it.
#[derive(Clone, Debug)]
pub(super) struct Outlook {
    pub formula: &'static Formula,
    /// What the formula leaves out of this service.
    pub leaves_out: Option<String>,
    /// The share of requests that are answered.
    pub answered: f64,
    /// The measure that counts the others, where there are any.
    pub lost_as: Option<&'static str>,
    /// Where clients wait for answers: the requests of all of them together in a second.
    pub rounds: Option<f64>,
    /// The mean number of busy slots.
    pub busy: f64,
    /// The mean number of waiting requests that will not be answered.
    pub waiting_in_vain: f64,
    /// The times of each workload, in the order of the station's streams.
    pub times: Vec<Times>,
}

impl Outlook {
    /// An outlook in which every request is answered.
    pub(super) fn lossless(formula: &'static Formula, busy: f64, times: Vec<Times>) -> Self {
        Self {
            formula,
            leaves_out: None,
            answered: 1.0,
            lost_as: None,
            rounds: None,
            busy,
            waiting_in_vain: 0.0,
            times,
        }
    }

    /// Joins the outlooks of servers that each get a share of the requests: `(servers, share of each, outlook of one)`.
    pub(super) fn join(parts: &[(f64, f64, Self)]) -> Self {
        let answered: f64 = parts
            .iter()
            .map(|(servers, share, one)| servers * share * one.answered)
            .sum();
        let first = &parts[0].2;
        let times = |at: usize, of: fn(&Times) -> &Law| {
            let laws: Vec<(f64, &Law)> = parts
                .iter()
                .map(|(servers, share, one)| (servers * share * one.answered / answered, of(&one.times[at])))
                .collect();
            Law::mixture(&laws)
        };
        let times = |at: usize| Times {
            response: times(at, |times| &times.response),
            wait: times(at, |times| &times.wait),
        };
        let sum = |of: fn(&Self) -> f64| parts.iter().map(|(servers, _, one)| servers * of(one)).sum();
        Self {
            formula: first.formula,
            leaves_out: first.leaves_out.clone(),
            answered,
            lost_as: first.lost_as,
            rounds: first.rounds,
            busy: sum(|one| one.busy),
            waiting_in_vain: sum(|one| one.waiting_in_vain),
            times: (0..first.times.len()).map(times).collect(),
        }
    }
}
