//! Controlled delay (CoDel): a queue that has stood for too long lets requests go, ever faster until it no longer does.
//!
//! Nichols and Jacobson, *ACM Queue* 10(5), 2012, and RFC 8289 (2018), whose pseudocode this follows. A queue is bad if
//! for a whole `interval` nobody was taken from it who had waited less than `target`. Then requests are let go as they
//! come to its head, the n-th of them `interval`/√n after the one before, until someone has waited less. For packets the
//! law makes senders slow down a little; requests have no such senders, so it takes longer to bite: it is made for loads a
//! little too high, and [`controlled_delay`](super::controlled_delay) for those much too high.

use super::{ShedPlan, Shedder};
use crate::{
    config::{Entry, Section, Spanned, Table, some_time},
    units::{SimDuration, SimTime},
};

pub(super) const ENTRY: Entry<ShedPlan> = Entry {
    name: "codel",
    summary: "while a queue stands, requests that come to its head are let go, ever faster (RFC 8289)",
    example: "target = \"20 ms\", interval = \"500 ms\"",
    fields: Settings::fields,
    read,
};

crate::config_table! {
    /// Controlled delay.
    struct Settings: "controlled delay" {
        /// The time that requests may wait for good.
        target: Spanned<SimDuration> = "5 ms",
        /// The time for which a queue may be worse than that, such as after a burst.
        interval: Spanned<SimDuration> = "100 ms",
    }
}

fn read(section: &Section<'_>) -> Option<ShedPlan> {
    let Settings { target, interval } = Settings::read_fields(section)?;
    let problems = section.problems();
    let (target, interval) = (
        some_time(&target, "the `target`", problems),
        some_time(&interval, "the `interval`", problems),
    );
    let (target, interval) = (target?, interval?);
    Some(ShedPlan::new(ENTRY.name, move |queues| Codel {
        target,
        interval,
        queues: vec![Queue::default(); queues],
    }))
}

struct Codel {
    target: SimDuration,
    interval: SimDuration,
    queues: Vec<Queue>,
}

/// The variables of the RFC, by their names there.
#[derive(Clone, Debug, Default)]
struct Queue {
    /// When the delay will have been above the target for an interval, if it stays so.
    first_above: Option<SimTime>,
    dropping: bool,
    drop_next: SimTime,
    count: u32,
    last_count: u32,
}

impl Codel {
    /// When the next is let go after this many.
    fn law(&self, from: SimTime, count: u32) -> SimTime {
        let nanos = self.interval.as_nanos() as f64 / f64::from(count).sqrt();
        from + SimDuration::from_nanos(nanos as u64)
    }

    /// Whether the request at the head has found the queue bad for an interval. The last one of a queue never has.
    fn may_drop(&mut self, queue: usize, waited: SimDuration, left: u32, now: SimTime) -> bool {
        let end = now + self.interval;
        let queue = &mut self.queues[queue];
        if waited < self.target || left == 0 {
            queue.first_above = None;
            return false;
        }
        *queue.first_above.get_or_insert(end) <= now
    }
}

impl Shedder for Codel {
    fn lets_go(&mut self, at: usize, waited: SimDuration, left: u32, now: SimTime) -> bool {
        let may_drop = self.may_drop(at, waited, left, now);
        let queue = &self.queues[at];
        if queue.dropping {
            let goes = may_drop && queue.drop_next <= now;
            let next = self.law(queue.drop_next, queue.count + 1);
            let queue = &mut self.queues[at];
            queue.dropping = may_drop;
            if goes {
                queue.count += 1;
                queue.drop_next = next;
            }
            return goes;
        }
        if !may_drop {
            return false;
        }
        // If it was bad a short while ago, it goes on at the pace that it had then.
        let soon = now.since(queue.drop_next.min(now)) < self.interval_times(16);
        let gained = queue.count - queue.last_count;
        let count = if soon && 1 < gained { gained } else { 1 };
        let next = self.law(now, count);
        self.queues[at] = Queue {
            dropping: true,
            drop_next: next,
            count,
            last_count: count,
            ..self.queues[at]
        };
        true
    }
}

impl Codel {
    fn interval_times(&self, factor: u64) -> SimDuration {
        SimDuration::from_nanos(self.interval.as_nanos().saturating_mul(factor))
    }
}

#[cfg(test)]
mod tests {
    use super::{super::read, *};

    const MS: u64 = 1_000_000;

    /// A queue with a target of 5 ms and an interval of 100 ms from which one is taken every 10 ms, who has waited 50 ms,
    /// from 10 ms on. It is bad from 110 ms on, and lets someone go then, at 210 ms, 100/√2 ms later, and so on:
    /// the first to come to the head after 210, 280.7, 338.4 and 388.4 ms.
    #[test]
    fn requests_are_let_go_ever_faster() {
        let plan = read("{ policy = \"codel\", target = \"5 ms\", interval = \"100 ms\" }").unwrap();
        let mut shedder = (plan.build)(2);
        let mut take = |ms: u64, waited: u64, left: u32| {
            shedder.lets_go(
                1,
                SimDuration::from_nanos(waited * MS),
                left,
                SimTime::from_nanos(ms * MS),
            )
        };
        let let_go: Vec<u64> = (1..=40).map(|at| 10 * at).filter(|&ms| take(ms, 50, 9)).collect();
        assert_eq!(let_go, [110, 210, 290, 340, 390]);
        // One that has waited less ends it, as does one with nobody behind it.
        assert!(!take(410, 4, 9));
        assert!((42..=51).all(|at| !take(10 * at, 50, 9)));
        // Bad again for 100 ms, and soon after: it begins at the pace that it had gained, 4 more than one, 100/√4 later.
        let let_go: Vec<u64> = (52..=64)
            .map(|at| 10 * at)
            .filter(|&ms| take(ms, 50, 9))
            .collect();
        assert_eq!(let_go, [520, 570, 620]);
        assert!(!take(650, 50, 0));
        assert!(!take(660, 50, 9));
    }
}
