//! Bursts: the rate switches between a few states at random times.
//!
//! A Markov-modulated Poisson process (Fischer and Meier-Hellstern, *Performance Evaluation* 18, 1993). It begins in
//! equilibrium: in each state with the share of time that the process spends there.

use std::sync::Arc;

use rand_distr::{Distribution, Exp1};

use super::{ArrivalPlan, Arrivals, Nature, on_off};
use crate::{
    config::{Entry, Node, Problems, Section, Shape, Spanned, Table, Value},
    rng::Stream,
    units::{RateOrZero, SimDuration, SimTime},
};

pub(super) const ENTRY: Entry<ArrivalPlan> = Entry {
    name: "bursty",
    summary: "Poisson with a rate that switches between states at random times",
    example: "states = [{ rate = \"100 /s\", mean = \"50 s\" }, { rate = \"900 /s\", mean = \"5 s\" }]",
    fields: Settings::fields,
    read,
};

crate::config_table! {
    /// A rate that switches at random times.
    struct Settings: "bursty arrivals" {
        /// The states, at least two.
        states: Spanned<Vec<Spanned<State>>>,
        /// Which state follows.
        next: Next = "in-order",
    }
}

crate::config_table! {
    /// A state of bursty arrivals.
    pub struct State: "a state" {
        /// Requests per unit of time while it lasts; may be zero.
        pub rate: RateOrZero,
        /// How long it lasts on average; the time is exponential.
        pub mean: SimDuration,
    }
}

/// Which state follows another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// The next in the list, and after the last the first.
    InOrder,
    /// Any other, with equal chances.
    Random,
}

impl Value for Next {
    fn shape() -> Shape {
        Shape::Word(vec![
            ("in-order", "the next in the list, and after the last the first"),
            ("random", "any other, with equal chances"),
        ])
    }
    fn read(node: &Node, problems: &Problems) -> Option<Self> {
        match String::read(node, problems)?.as_str() {
            "in-order" => Some(Self::InOrder),
            "random" => Some(Self::Random),
            other => {
                let fault = format!("`{other}` is not an order of states");
                problems.error(&node.span, fault, "not known", "known: in-order, random");
                None
            }
        }
    }
}

/// The most changes of state per request. Beyond it bursts are far shorter than gaps, and one arrival would take long
/// to find.
const CHANGES_MAX: f64 = 1e6;

fn read(section: &Section<'_>) -> Option<ArrivalPlan> {
    let Settings { states, next } = Settings::read_fields(section)?;
    let (problems, span) = (section.problems(), &states.span);
    if states.len() < 2 {
        let fault = "bursts need at least two states";
        let help = "add a state, or use `process = \"poisson\"` for a steady rate";
        problems.error(span, fault, "too few", help);
        return None;
    }
    let mut sound = true;
    for state in states.iter().filter(|state| state.mean == SimDuration::ZERO) {
        let help = "write how long it lasts, like \"5 s\", or leave the state out";
        problems.error(&state.span, "a state that lasts no time", "zero", help);
        sound = false;
    }
    if states.iter().all(|state| state.rate.as_per_second() == 0.0) {
        let help = "give at least one state a rate above zero";
        problems.error(span, "no state sends any requests", "all rates are zero", help);
        sound = false;
    }
    if !sound {
        return None;
    }
    let states: Vec<State> = states.iter().map(|state| state.value.clone()).collect();
    plan(&states, next).or_else(|| too_often(section))
}

/// Says that bursts are too short to be looked at one by one.
pub(super) fn too_often(section: &Section<'_>) -> Option<ArrivalPlan> {
    let fault = "the rate changes more than a million times per request";
    let help =
        "use `process = \"poisson\"` with the mean rate: bursts as short as these cannot be told from it";
    section
        .problems()
        .error(section.span(), fault, "bursts too short", help);
    None
}

/// Returns bursts of these states; `None` unless there are two at least, all of them last, one of them sends, and the
/// state changes at most a million times per request.
pub fn plan(states: &[State], next: Next) -> Option<ArrivalPlan> {
    let seconds = |state: &State| (state.rate.as_per_second(), state.mean.as_secs_f64());
    let states: Vec<(f64, f64)> = states.iter().map(seconds).collect();
    made(ENTRY.name, &states, next)
}

/// Returns bursts of states that are given by their requests per second and their mean length in seconds.
pub(super) fn made(name: &'static str, states: &[(f64, f64)], next: Next) -> Option<ArrivalPlan> {
    let lasting = 2 <= states.len() && states.iter().all(|&(_, mean)| 0.0 < mean);
    let requests: f64 = states.iter().map(|(rate, mean)| rate * mean).sum();
    if !lasting || CHANGES_MAX * requests < states.len() as f64 {
        return None;
    }
    let nature = nature(states);
    let states: Arc<[(f64, f64)]> = states.into();
    Some(ArrivalPlan::new(name, nature, move |_| Bursty {
        states: Arc::clone(&states),
        next,
        now: None,
        left: 0.0,
        last: SimTime::ZERO,
    }))
}

/// Whatever the order, each state is visited as often as any other, so time is shared as the means are.
fn nature(states: &[(f64, f64)]) -> Nature {
    let time: f64 = states.iter().map(|(_, mean)| mean).sum();
    let requests: f64 = states.iter().map(|(rate, mean)| rate * mean).sum();
    let rate = requests / time;
    if states.iter().all(|state| state.0.total_cmp(&states[0].0).is_eq()) {
        return Nature::Poisson { rate };
    }
    let renewal = match *states {
        [(rate, on), (0.0, off)] | [(0.0, off), (rate, on)] => on_off::gap(rate, on, off),
        _ => None,
    };
    renewal.map_or(Nature::Correlated { rate }, |gap| Nature::Renewal { gap })
}

struct Bursty {
    /// Requests per second and mean length in seconds.
    states: Arc<[(f64, f64)]>,
    next: Next,
    /// The state now; none before the first arrival is asked for.
    now: Option<usize>,
    /// How long the state still lasts, in seconds.
    left: f64,
    last: SimTime,
}

impl Bursty {
    fn enter(&mut self, state: usize, rng: &mut Stream) -> usize {
        let unit: f64 = Exp1.sample(rng);
        self.left = unit * self.states[state].1;
        self.now = Some(state);
        state
    }

    fn begin(&mut self, rng: &mut Stream) -> usize {
        let total: f64 = self.states.iter().map(|(_, mean)| mean).sum();
        let mut point = rng.open01() * total;
        let mut state = 0;
        while state + 1 < self.states.len() && self.states[state].1 < point {
            point -= self.states[state].1;
            state += 1;
        }
        self.enter(state, rng)
    }

    fn change(&mut self, state: usize, rng: &mut Stream) -> usize {
        let count = self.states.len();
        let step = match self.next {
            Next::Random if 2 < count => 1 + rng.below(count - 1),
            _ => 1,
        };
        self.enter((state + step) % count, rng)
    }
}

impl Arrivals for Bursty {
    fn next(&mut self, rng: &mut Stream) -> Option<SimTime> {
        let mut state = match self.now {
            Some(state) => state,
            None => self.begin(rng),
        };
        // The next request comes when the rate, summed over time, has grown by an exponential of mean 1.
        let mut due: f64 = Exp1.sample(rng);
        let mut gap = 0.0;
        loop {
            let rate = self.states[state].0;
            if due < rate * self.left {
                self.left -= due / rate;
                gap += due / rate;
                self.last = self.last + SimDuration::from_secs_f64(gap);
                return Some(self.last);
            }
            due -= rate * self.left;
            gap += self.left;
            state = self.change(state, rng);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::arrival::testing::{agrees, complaints, dispersion, plan, rate};

    const TWO: &str = "process = \"bursty\"\nstates = [{ rate = \"100 /s\", mean = \"300 ms\" }, { rate = \"900 /s\", mean = \"100 ms\" }]";
    const THREE: &str = "process = \"bursty\"\nstates = [{ rate = \"0 /s\", mean = \"100 ms\" }, \
        { rate = \"900 /s\", mean = \"50 ms\" }, { rate = \"60 /s\", mean = \"250 ms\" }]";

    /// In the long run the index of dispersion is `1 + 2(λ₁ − λ₂)²·π₁π₂ / (λ·(r₁ + r₂))`, `r` the rates of leaving
    /// (Fischer and Meier-Hellstern, 1993): here with shares ¾ and ¼, mean rate 300 and r₁ + r₂ = 40/3.
    #[test]
    fn two_states_have_the_rate_and_dispersion_of_theory() {
        let plan = plan(TWO);
        assert_eq!(plan.nature, Nature::Correlated { rate: 300.0 });
        agrees(rate(&plan, 4_000.0), 300.0, 310.0, 0.012);
        let exact = 1.0 + 2.0 * 800.0_f64.powi(2) * 0.75 * 0.25 / (300.0 * 40.0 / 3.0);
        // Windows of 100 mean cycles: the edges take less than a percent off.
        agrees(dispersion(&plan, 40.0, 3_000), exact, 0.85 * exact, 0.08);
    }

    /// Time is shared as the means are whatever the order, but in random order a state may return sooner.
    #[test]
    fn the_order_of_states_leaves_the_rate_alone() {
        let expected = (900.0 * 0.05 + 60.0 * 0.25) / 0.4;
        let random = format!("{THREE}\nnext = \"random\"");
        for text in [THREE, &random] {
            agrees(rate(&plan(text), 4_000.0), expected, 1.05 * expected, 0.02);
        }
        let (cycling, random) = (
            dispersion(&plan(THREE), 8.0, 4_000),
            dispersion(&plan(&random), 8.0, 4_000),
        );
        assert!(
            1.1 * cycling < random,
            "{cycling} and {random} are too much alike"
        );
    }

    #[test]
    fn equal_rates_are_poisson() {
        let plan = plan(&TWO.replace("900", "100"));
        assert_eq!(plan.nature, Nature::Poisson { rate: 100.0 });
    }

    #[test]
    fn wrong_states_are_told() {
        let wrong = |states: &str| complaints(&format!("process = \"bursty\"\nstates = {states}"));
        insta::assert_snapshot!(wrong("[{ rate = \"1 /s\", mean = \"1 s\" }]"), @r#"
        bursts need at least two states (too few)
          help: add a state, or use `process = "poisson"` for a steady rate
        "#);
        insta::assert_snapshot!(wrong("[{ rate = \"0 /s\", mean = \"1 s\" }, { rate = \"0 /s\", mean = \"0 s\" }]"), @r#"
        no state sends any requests (all rates are zero)
          help: give at least one state a rate above zero
        a state that lasts no time (zero)
          help: write how long it lasts, like "5 s", or leave the state out
        "#);
        insta::assert_snapshot!(wrong("[{ rate = \"1 /d\", mean = \"1 ns\" }, { rate = \"2 /d\", mean = \"1 ns\" }]"), @r#"
        the rate changes more than a million times per request (bursts too short)
          help: use `process = "poisson"` with the mean rate: bursts as short as these cannot be told from it
        "#);
        insta::assert_snapshot!(complaints(&format!("{TWO}\nnext = \"shuffled\"")), @r#"
        `shuffled` is not an order of states (not known)
          help: known: in-order, random
        "#);
    }
}
