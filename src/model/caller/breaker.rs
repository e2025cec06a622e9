//! A circuit breaker: when too many attempts fail, none is sent for a while, and then a few to try.
//!
//! Nygard, *Release It!*, 2007, ch. 5; counted over a moving window as in Netflix's Hystrix (2012).

use std::collections::VecDeque;

use crate::{
    config::{Node, Problems, Shape, Spanned, Value, at_least_one, some_time},
    units::{Share, SimDuration, SimTime},
};

crate::config_table! {
    /// What stops a caller from sending when too many attempts fail.
    struct Settings: "a circuit breaker" {
        /// The share of failed attempts at which it opens.
        failures: Spanned<Share> = "50 %",
        /// The time over which they are counted; it moves in tenths.
        window: Spanned<SimDuration> = "10 s",
        /// Attempts in that time below which it does not open, at least 1.
        least: Spanned<u32> = 20,
        /// How long it stays open: nothing is sent, and requests are rejected at once.
        open: Spanned<SimDuration> = "5 s",
        /// After that: attempts that are sent to try, at least 1. It closes when all of them are answered, and opens
        /// again when one fails.
        probes: Spanned<u32> = 1,
    }
}

/// When a caller stops sending.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BreakerPlan {
    /// The share of failures that opens it, above 0.
    pub failures: f64,
    /// The time over which they are counted, above 0.
    pub window: SimDuration,
    /// The least number of attempts in it, at least 1.
    pub least: u32,
    /// How long it stays open, above 0.
    pub open: SimDuration,
    /// Attempts that try, at least 1.
    pub probes: u32,
}

impl Value for BreakerPlan {
    fn shape() -> Shape {
        Settings::shape()
    }
    fn read(node: &Node, problems: &Problems) -> Option<Self> {
        let raw = Settings::read(node, problems)?;
        let failures = raw.failures.get();
        if failures == 0.0 {
            let help = "write the share of failures at which it opens, like \"50 %\"";
            problems.error(
                &raw.failures.span,
                "a breaker that opens at 0 % never closes",
                "here",
                help,
            );
        }
        let window = some_time(&raw.window, "a `window`", problems);
        let open = some_time(&raw.open, "the time `open`", problems);
        let least = at_least_one(&raw.least, "`least`", problems);
        let probes = at_least_one(&raw.probes, "the number of `probes`", problems);
        (0.0 < failures).then_some(Self {
            failures,
            window: window?,
            least: least?,
            open: open?,
            probes: probes?,
        })
    }
}

/// Parts in which the window moves.
const PARTS: u64 = 10;

/// A breaker at work.
#[derive(Clone, Debug)]
pub struct Breaker {
    plan: BreakerPlan,
    state: State,
    /// Counts the changes of state, so that outcomes of attempts from before one are told apart.
    epoch: u32,
    /// The counts of each part of the window in which anything ended: the number of the part, calls, failures.
    parts: VecDeque<(u64, u32, u32)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Closed,
    Open { until: SimTime },
    HalfOpen { sent: u32, answered: u32 },
}

/// Leave to send one attempt, to be given back with its outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Permit {
    epoch: u32,
}

impl Breaker {
    /// Returns a closed breaker.
    pub fn new(plan: BreakerPlan) -> Self {
        Self {
            plan,
            state: State::Closed,
            epoch: 0,
            parts: VecDeque::new(),
        }
    }

    /// Asks whether an attempt may be sent.
    pub fn ask(&mut self, now: SimTime) -> Option<Permit> {
        if let State::Open { until } = self.state
            && until <= now
        {
            self.become_state(State::HalfOpen { sent: 0, answered: 0 });
        }
        match &mut self.state {
            State::Closed => {}
            State::Open { .. } => return None,
            State::HalfOpen { sent, .. } if self.plan.probes <= *sent => return None,
            State::HalfOpen { sent, .. } => *sent += 1,
        }
        Some(Permit { epoch: self.epoch })
    }

    /// An attempt has been answered, or has failed.
    pub fn ended(&mut self, permit: Permit, failed: bool, now: SimTime) {
        if permit.epoch != self.epoch {
            return;
        }
        match &mut self.state {
            State::Closed => self.count(failed, now),
            State::HalfOpen { .. } if failed => self.trip(now),
            State::HalfOpen { answered, .. } => {
                *answered += 1;
                if *answered == self.plan.probes {
                    self.become_state(State::Closed);
                }
            }
            State::Open { .. } => unreachable!("nothing is sent while it is open"),
        }
    }

    /// An attempt has ended without telling anything: it was overtaken by another.
    pub fn forgotten(&mut self, permit: Permit) {
        if let State::HalfOpen { sent, .. } = &mut self.state
            && permit.epoch == self.epoch
        {
            *sent -= 1;
        }
    }

    fn count(&mut self, failed: bool, now: SimTime) {
        let length = self.plan.window.as_nanos().div_ceil(PARTS);
        let part = now.as_nanos() / length;
        if self.parts.back().is_none_or(|&(last, ..)| last != part) {
            self.parts.push_back((part, 0, 0));
        }
        while self
            .parts
            .front()
            .is_some_and(|&(first, ..)| first + PARTS <= part)
        {
            self.parts.pop_front();
        }
        let (_, calls, failures) = self.parts.back_mut().expect("it was put there");
        *calls += 1;
        *failures += u32::from(failed);
        if !failed {
            return;
        }
        let sum = |of: fn(&(u64, u32, u32)) -> u32| self.parts.iter().map(|part| u64::from(of(part))).sum();
        let (calls, failures): (u64, u64) = (sum(|part| part.1), sum(|part| part.2));
        if u64::from(self.plan.least) <= calls && self.plan.failures * calls as f64 <= failures as f64 {
            self.trip(now);
        }
    }

    fn trip(&mut self, now: SimTime) {
        let until = now + self.plan.open;
        self.become_state(State::Open { until });
    }

    fn become_state(&mut self, state: State) {
        self.state = state;
        self.epoch = self.epoch.wrapping_add(1);
        self.parts.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> SimTime {
        SimTime::from_nanos(millis * 1_000_000)
    }
    /// Opens at half of at least four calls in a second, for two seconds, and tries with two.
    fn breaker() -> Breaker {
        Breaker::new(BreakerPlan {
            failures: 0.5,
            window: SimDuration::from_nanos(1_000_000_000),
            least: 4,
            open: SimDuration::from_nanos(2_000_000_000),
            probes: 2,
        })
    }
    fn call(breaker: &mut Breaker, millis: u64, failed: bool) -> bool {
        let permit = breaker.ask(at(millis));
        if let Some(permit) = permit {
            breaker.ended(permit, failed, at(millis));
        }
        permit.is_some()
    }

    /// Worked by hand from the definition.
    #[test]
    fn it_opens_waits_tries_and_closes() {
        let mut breaker = breaker();
        // Three failures are too few calls to judge by; the answer makes four, and the next failure five.
        for failed in [true, true, true, false] {
            assert!(call(&mut breaker, 0, failed));
        }
        assert!(call(&mut breaker, 10, true), "four of five have failed now");
        assert!(!call(&mut breaker, 11, false));
        assert!(!call(&mut breaker, 2_009, false), "open for two seconds");
        // Half open: two may try, and no third while they are under way.
        let one = breaker.ask(at(2_010)).unwrap();
        let two = breaker.ask(at(2_010)).unwrap();
        assert_eq!(breaker.ask(at(2_010)), None);
        breaker.ended(one, false, at(2_020));
        assert_eq!(breaker.ask(at(2_020)), None);
        breaker.ended(two, true, at(2_030));
        assert!(
            !call(&mut breaker, 4_029, false),
            "one of them failed: open again"
        );
        // One of the two is overtaken and tells nothing, so that another may try.
        let one = breaker.ask(at(4_030)).unwrap();
        breaker.forgotten(one);
        assert!(call(&mut breaker, 4_030, false) && call(&mut breaker, 4_030, false));
        // Closed, with clean books: three failures do not open it.
        for _ in 0..3 {
            assert!(call(&mut breaker, 4_040, true));
        }
        assert!(call(&mut breaker, 4_050, true));
        assert!(!call(&mut breaker, 4_051, true));
    }

    #[test]
    fn failures_are_forgotten_when_the_window_has_moved_on() {
        let mut breaker = breaker();
        for _ in 0..3 {
            call(&mut breaker, 0, true);
        }
        // At 1000 ms the part from 0 to 100 ms is gone, and with it the three.
        assert!(call(&mut breaker, 1_000, true));
        assert!(call(&mut breaker, 1_000, true));
        let mut breaker = self::breaker();
        for _ in 0..3 {
            call(&mut breaker, 0, true);
        }
        assert!(call(&mut breaker, 999, true));
        assert!(!call(&mut breaker, 999, true), "four of four within the window");
    }

    #[test]
    fn outcomes_from_before_a_change_do_not_count() {
        let mut breaker = breaker();
        let old = breaker.ask(at(0)).unwrap();
        for _ in 0..4 {
            call(&mut breaker, 1, true);
        }
        let probe = breaker.ask(at(2_001)).unwrap();
        breaker.ended(old, true, at(2_002));
        breaker.ended(probe, false, at(2_003));
        assert!(call(&mut breaker, 2_004, false));
        breaker.ended(old, true, at(2_005));
        assert!(call(&mut breaker, 2_006, false), "it is closed, and stays so");
    }
}
