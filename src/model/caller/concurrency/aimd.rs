//! Additive increase, multiplicative decrease: one more a round trip, and a part less at each failure.
//!
//! Chiu and Jain, *Computer Networks and ISDN Systems* 17(1), 1989, who show that it shares a resource fairly; TCP's
//! way since Jacobson (1988). As there, failures of what was sent before the last decrease are the same congestion, and
//! lower the limit no further.

use super::{ConcurrencyPlan, Ended, Limit, Range};
use crate::{
    config::{Entry, Section, Spanned, Table},
    units::{SimDuration, SimTime},
};

pub(super) const ENTRY: Entry<ConcurrencyPlan> = Entry {
    name: "aimd",
    summary: "one more each round trip that goes well, a part less at a failure",
    example: "start = 20, slow = \"500 ms\"",
    fields: Settings::fields,
    read,
};

crate::config_table! {
    /// One more each round trip, a part less at a failure.
    struct Settings: "an additive limit" {
        /// The limit at the beginning.
        start: Spanned<u32> = 20,
        /// The least that it becomes, at least 1.
        least: Spanned<u32> = 1,
        /// The most that it becomes.
        most: Spanned<u32> = 1_000,
        /// By what it is multiplied at a failure, above 0 and below 1.
        backoff: Spanned<f64> = 0.9,
        /// An answer that took longer counts as a failure. Left out, only failures do.
        slow: Option<SimDuration>,
    }
}

fn read(section: &Section<'_>) -> Option<ConcurrencyPlan> {
    let raw = Settings::read_fields(section)?;
    let range = Range::checked(&raw.start, &raw.least, &raw.most, section.problems())?;
    let backoff = *raw.backoff;
    if !(0.0 < backoff && backoff < 1.0) {
        let problems = section.problems();
        problems.error(
            &raw.backoff.span,
            "the `backoff` is not between 0 and 1",
            "here",
            "0.9 takes a tenth off",
        );
        return None;
    }
    Some(ConcurrencyPlan::new(ENTRY.name, move || Aimd {
        range,
        backoff,
        slow: raw.slow,
        limit: range.start,
        lowered: SimTime::ZERO,
    }))
}

struct Aimd {
    range: Range,
    backoff: f64,
    slow: Option<SimDuration>,
    limit: f64,
    /// When it was lowered last.
    lowered: SimTime,
}

impl Limit for Aimd {
    fn limit(&self) -> u32 {
        self.limit as u32
    }
    fn ended(&mut self, ended: &Ended) {
        let slow = self.slow.is_some_and(|slow| slow < ended.took());
        if ended.failed || slow {
            if self.lowered <= ended.began {
                self.limit = self.range.clamp(self.limit * self.backoff);
                self.lowered = ended.now;
            }
        } else if self.limit <= 2.0 * f64::from(ended.under_way) {
            // A limit that is not used is not tried, and says nothing.
            self.limit = self.range.clamp(self.limit + 1.0 / self.limit);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aimd(start: f64) -> Aimd {
        Aimd {
            range: Range {
                start,
                least: 1.0,
                most: 100.0,
            },
            backoff: 0.5,
            slow: Some(SimDuration::from_nanos(50)),
            limit: start,
            lowered: SimTime::ZERO,
        }
    }
    fn ended(began: u64, now: u64, failed: bool, under_way: u32) -> Ended {
        Ended {
            began: SimTime::from_nanos(began),
            now: SimTime::from_nanos(now),
            failed,
            under_way,
        }
    }

    /// Worked by hand.
    #[test]
    fn it_adds_one_a_round_trip_and_halves_once_a_congestion() {
        let mut limit = aimd(4.0);
        for _ in 0..4 {
            limit.ended(&ended(0, 10, false, 4));
        }
        // 4 + 1/4 = 4.25, + 1/4.25 = 4.4853, + 1/4.4853 = 4.7082, + 1/4.7082 = 4.9206.
        assert!((limit.limit - 4.920_638).abs() < 1e-6, "{}", limit.limit);
        limit.ended(&ended(0, 10, false, 2));
        assert!(
            (limit.limit - 4.920_638).abs() < 1e-6,
            "hardly used, so not raised"
        );
        limit.ended(&ended(10, 20, true, 4));
        assert!((limit.limit - 2.460_319).abs() < 1e-6);
        // Sent before that: the same congestion.
        limit.ended(&ended(19, 30, true, 4));
        assert!((limit.limit - 2.460_319).abs() < 1e-6);
        // Late is as bad as failed.
        limit.ended(&ended(20, 71, false, 4));
        assert!((limit.limit - 1.230_160).abs() < 1e-6);
        limit.ended(&ended(71, 72, true, 4));
        assert_eq!((limit.limit, limit.limit()), (1.0, 1));
    }

    /// A service that fails whatever is beyond 20 at once: the limit swings between half of that and a little more.
    #[test]
    fn it_finds_what_a_service_bears() {
        let mut limit = aimd(2.0);
        let (mut low, mut high) = (u32::MAX, 0);
        for round in 0..400 {
            let under_way = limit.limit();
            for _ in 0..under_way {
                limit.ended(&ended(100 * round, 100 * round + 10, 20 < under_way, under_way));
            }
            if 100 < round {
                (low, high) = (low.min(limit.limit()), high.max(limit.limit()));
            }
        }
        assert_eq!((low, high), (10, 21));
    }
}
