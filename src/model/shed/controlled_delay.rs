//! Controlled delay for requests: as long as a queue has not been empty for some time, nobody may wait for long.
//!
//! An adaptation of "controlled delay" to requests: Maurer, *Fail at Scale*, ACM Queue 13(8), 2015. A queue that was empty a
//! short while ago is a burst, and may take its time; one that was not is an overload, and whoever has waited longer than
//! the `target` when a server comes to it is let go.

use super::{ShedPlan, Shedder};
use crate::{
    config::{Entry, Section, Spanned, Table, some_time},
    units::{SimDuration, SimTime},
};

pub(super) const ENTRY: Entry<ShedPlan> = Entry {
    name: "controlled-delay",
    summary: "while a queue has not been empty for some time, whoever has waited for long is let go",
    example: "target = \"20 ms\", interval = \"500 ms\"",
    fields: Settings::fields,
    read,
};

crate::config_table! {
    /// Controlled delay for requests.
    struct Settings: "a limit of age" {
        /// The time that requests may wait in a queue that has not been empty for an `interval`.
        target: Spanned<SimDuration> = "5 ms",
        /// The time that they may wait in any other.
        interval: Spanned<SimDuration> = "100 ms",
    }
}

fn read(section: &Section<'_>) -> Option<ShedPlan> {
    let Settings { target, interval } = Settings::read_fields(section)?;
    let problems = section.problems();
    let (soon, late) = (
        some_time(&target, "the `target`", problems),
        some_time(&interval, "the `interval`", problems),
    );
    let (soon, late) = (soon?, late?);
    if late < soon {
        let help = "the `target` is for a queue in overload, the `interval` for any other";
        problems.error(
            &target.span,
            "the `target` is longer than the `interval`",
            "here",
            help,
        );
        return None;
    }
    Some(ShedPlan::new(ENTRY.name, move |queues| ControlledDelay {
        target: soon,
        interval: late,
        empty_until: vec![SimTime::ZERO; queues],
    }))
}

struct ControlledDelay {
    target: SimDuration,
    interval: SimDuration,
    /// When each queue was empty last.
    empty_until: Vec<SimTime>,
}

impl Shedder for ControlledDelay {
    fn admits(&mut self, queue: usize, _: u8, waiting: u32, now: SimTime) -> bool {
        if waiting == 0 {
            self.empty_until[queue] = now;
        }
        true
    }
    fn lets_go(&mut self, queue: usize, waited: SimDuration, _: u32, now: SimTime) -> bool {
        let stands = self.interval < now.since(self.empty_until[queue]);
        let limit = if stands { self.target } else { self.interval };
        limit < waited
    }
}

#[cfg(test)]
mod tests {
    use super::{super::read, *};

    const MS: u64 = 1_000_000;

    #[test]
    fn a_burst_may_wait_and_an_overload_may_not() {
        let plan =
            read("{ policy = \"controlled-delay\", target = \"5 ms\", interval = \"100 ms\" }").unwrap();
        let mut shedder = (plan.build)(2);
        let at = |ms: u64| SimTime::from_nanos(ms * MS);
        assert!(shedder.admits(1, 0, 0, at(1_000)) && shedder.admits(1, 0, 1, at(1_010)));
        let mut goes =
            |ms: u64, waited: u64| shedder.lets_go(1, SimDuration::from_nanos(waited * MS), 3, at(ms));
        // Empty until 1000 ms: a burst up to 1100 ms.
        assert!(!goes(1_100, 100) && goes(1_100, 101));
        assert!(!goes(1_101, 5) && goes(1_101, 6));
        assert!(shedder.admits(1, 0, 0, at(1_200)));
        assert!(!shedder.lets_go(1, SimDuration::from_nanos(50 * MS), 3, at(1_250)));
    }

    #[test]
    fn the_target_is_the_shorter_time() {
        assert!(read("{ policy = \"controlled-delay\", target = \"1 s\" }").is_err());
        assert!(read("{ policy = \"controlled-delay\", interval = \"0 s\" }").is_err());
    }
}
