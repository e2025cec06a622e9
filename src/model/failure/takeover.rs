//! An active balancer and its standby, as the Virtual Router Redundancy Protocol (VRRP version 3) has it.
//!
//! The active one advertises itself; when the standby has heard nothing for three intervals and its skew, it takes over.
//! One that is shut down properly says so (an advertisement of priority 0), and the standby waits for its skew only. One
//! that comes back waits like any standby, and takes over from one of lower priority if it may preempt.
//! Source: RFC 9568 (2024), sections 6.1 to 6.4.

use crate::{
    config::Spanned,
    units::{SimDuration, SimTime},
};

crate::config_table! {
    /// A second balancer that takes over when the first one fails, as VRRP does it.
    pub struct Standby: "a standby" {
        /// The time between the advertisements of the active balancer.
        pub advertisement: Spanned<SimDuration> = "1 s",
        /// The priority of the first balancer, from 1 to 254.
        pub priority: Spanned<u32> = 150,
        /// The priority of the second one, from 1 to 254.
        pub standby_priority: Spanned<u32> = 100,
        /// Whether the balancer of higher priority takes over again when it is back.
        pub preempt: bool = true,
        /// How much longer it waits before it does.
        pub preempt_delay: SimDuration = "0 s",
    }
}

/// One of the two.
pub(in crate::model) type Side = usize;

/// Which of the two is active, and when that is about to change. It says when it wants to be asked again.
#[derive(Clone, Debug)]
pub(in crate::model) struct Pair {
    plan: Standby,
    alive: [bool; 2],
    active: Option<Side>,
    /// When the active one became it: its advertisements follow at intervals from here.
    since: SimTime,
    /// When each takes over if it hears nothing until then.
    due: [Option<SimTime>; 2],
}

impl Pair {
    /// The first is active from the beginning.
    pub(in crate::model) fn new(plan: &Standby) -> Self {
        Self {
            plan: plan.clone(),
            alive: [true; 2],
            active: Some(0),
            since: SimTime::ZERO,
            due: [None; 2],
        }
    }

    /// Returns who is active.
    pub(in crate::model) fn active(&self) -> Option<Side> {
        self.active
    }
    /// Returns who takes over next if nothing happens before, and when.
    pub(in crate::model) fn next(&self) -> Option<(SimTime, Side)> {
        let due = self.due.iter().enumerate();
        due.filter_map(|(side, due)| due.map(|due| (due, side))).min()
    }
    /// Returns whether this side is going to take over from the other.
    pub(in crate::model) fn returns(&self, side: Side) -> bool {
        self.due[side].is_some()
    }

    /// A side fails, or is shut down properly.
    pub(in crate::model) fn goes(&mut self, side: Side, properly: bool, now: SimTime) {
        self.alive[side] = false;
        self.due[side] = None;
        if self.active != Some(side) {
            return;
        }
        self.active = None;
        let other = 1 - side;
        if !self.alive[other] {
            return;
        }
        self.due[other] = Some(if properly {
            now + self.skew(other)
        } else {
            let interval = self.plan.advertisement.as_nanos();
            let whole = now.since(self.since).as_nanos() / interval * interval;
            let last = self.since + SimDuration::from_nanos(whole);
            (last + self.patience(other)).max(now)
        });
    }

    /// A side is there again.
    pub(in crate::model) fn comes(&mut self, side: Side, now: SimTime) {
        self.alive[side] = true;
        let wait = now + self.patience(side);
        self.due[side] = match self.active {
            Some(other) if self.preempts(side, other) => Some(wait + self.plan.preempt_delay),
            Some(_) => None,
            None => Some(wait),
        };
    }

    /// A side has waited long enough: it is active from now on. Returns who was so until now.
    pub(in crate::model) fn takes_over(&mut self, side: Side, now: SimTime) -> Option<Side> {
        let before = self.active.replace(side);
        self.since = now;
        self.due[side] = None;
        let other = 1 - side;
        // The other hears the advertisement of this one.
        if !self.preempts(other, side) {
            self.due[other] = None;
        }
        before
    }

    fn preempts(&self, side: Side, other: Side) -> bool {
        self.plan.preempt && self.priority(other) < self.priority(side)
    }
    fn priority(&self, side: Side) -> u32 {
        let priorities = [*self.plan.priority, *self.plan.standby_priority];
        priorities[side]
    }
    /// `Skew_Time`, rounded down to a nanosecond.
    fn skew(&self, side: Side) -> SimDuration {
        let interval = u128::from(self.plan.advertisement.as_nanos());
        let skew = interval * u128::from(256 - self.priority(side)) / 256;
        SimDuration::from_nanos(skew as u64)
    }
    /// `Active_Down_Interval`.
    fn patience(&self, side: Side) -> SimDuration {
        let interval = self.plan.advertisement.as_nanos();
        SimDuration::from_nanos(interval.saturating_mul(3)) + self.skew(side)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Problems, Value, parse_value};

    fn pair(settings: &str) -> Pair {
        let plan = Standby::read(&parse_value(settings, 0).unwrap(), &Problems::default());
        Pair::new(&plan.unwrap())
    }
    fn at(milliseconds: u64) -> SimTime {
        SimTime::from_nanos(milliseconds * 1_000_000)
    }

    /// RFC 9568: priority 100 gives a skew of 156/256 s.
    #[test]
    fn the_standby_waits_for_three_advertisements_and_its_skew() {
        let mut pair = pair("{}");
        pair.goes(0, false, at(10_250));
        assert_eq!(pair.active(), None);
        let due = SimTime::from_nanos(13_609_375_000);
        assert_eq!(pair.next(), Some((due, 1)));
        assert_eq!(pair.takes_over(1, due), None);
        assert_eq!((pair.active(), pair.next()), (Some(1), None));
    }

    #[test]
    fn a_proper_handover_takes_the_skew_only() {
        let mut pair = pair("{}");
        pair.goes(0, true, at(10_250));
        assert_eq!(pair.next(), Some((SimTime::from_nanos(10_859_375_000), 1)));
    }

    /// Its own skew is 106/256 s.
    #[test]
    fn the_first_preempts_when_it_is_back_if_it_may() {
        for (settings, expected) in [
            ("{}", Some(23_414_062_500)),
            ("{ preempt_delay = \"5 s\" }", Some(28_414_062_500)),
            ("{ preempt = false }", None),
        ] {
            let mut pair = pair(settings);
            pair.goes(0, false, at(10_250));
            pair.takes_over(1, at(13_609));
            pair.comes(0, at(20_000));
            let next = expected.map(|due| (SimTime::from_nanos(due), 0));
            assert_eq!(pair.next(), next, "{settings}");
            if let Some((due, side)) = next {
                assert!(pair.returns(0));
                assert_eq!(pair.takes_over(side, due), Some(1));
                assert_eq!((pair.active(), pair.next()), (Some(0), None));
            }
        }
    }

    #[test]
    fn when_both_are_gone_the_first_to_come_back_waits_its_time() {
        let mut pair = pair("{}");
        pair.goes(1, false, at(5_000));
        assert_eq!(pair.active(), Some(0), "the standby is not missed");
        pair.goes(0, false, at(6_000));
        assert_eq!(pair.next(), None);
        pair.comes(1, at(10_000));
        let due = SimTime::from_nanos(13_609_375_000);
        assert_eq!(pair.next(), Some((due, 1)));
        // The first is back a little later: it waits for its own time, and takes over once more.
        pair.comes(0, at(10_500));
        pair.takes_over(1, due);
        let due = SimTime::from_nanos(13_914_062_500);
        assert_eq!(pair.next(), Some((due, 0)));
        assert_eq!(pair.takes_over(0, due), Some(1));
    }
}
