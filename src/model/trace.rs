//! Where the time of a response went: hop by hop, for the mean and for the slowest.
//!
//! A response is cut along the path that decided it. Of calls that go out together, it is the one that came back last of
//! those that were needed; what the others took did not matter. So the parts of a response sum up to it exactly.
//!
//! To follow every request would take longer than to simulate it, so one in so many is followed; its parts go into sums by
//! length of response, which is enough to tell later where the slowest ones spent theirs.

use crate::units::SimDuration;

/// What a part of a response was spent on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activity {
    /// Waiting in a queue, or at a server that hangs.
    Queueing,
    /// Being worked on.
    Work,
    /// Being under way between servers.
    Network,
    /// Attempts that came to nothing, and pauses between them.
    Retries,
}

impl Activity {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Queueing, Self::Work, Self::Network, Self::Retries];

    /// Returns its name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Queueing => "queueing",
            Self::Work => "work",
            Self::Network => "network",
            Self::Retries => "retries",
        }
    }
}

/// A part of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// The sender whose request it was a part of.
    pub(super) sender: u16,
    pub(super) activity: Activity,
    pub(super) time: SimDuration,
}

/// The parts of requests that are followed and in flight.
#[derive(Debug, Default)]
pub(super) struct Traces {
    cells: Vec<Vec<Part>>,
    free: Vec<u32>,
}

/// Names the trace of a request that is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TraceId(u32);

impl TraceId {
    /// Stands for a request that is not followed.
    pub(super) const NONE: Self = Self(u32::MAX);
    /// Stands for a request that is followed and has no parts yet.
    pub(super) const EMPTY: Self = Self(u32::MAX - 1);
}

impl Traces {
    /// A request is followed from now on.
    pub(super) fn open(&mut self) -> TraceId {
        if let Some(at) = self.free.pop() {
            return TraceId(at);
        }
        self.cells.push(Vec::new());
        TraceId(self.cells.len() as u32 - 1)
    }
    /// Returns the parts so far, in no order.
    pub(super) fn parts(&mut self, id: TraceId) -> &mut Vec<Part> {
        &mut self.cells[id.0 as usize]
    }
    /// The request has ended.
    pub(super) fn close(&mut self, id: TraceId) {
        self.parts(id).clear();
        self.free.push(id.0);
    }
}

/// The parts of a request that has just been answered, for whoever waits for it.
///
/// There is one of these, used again and again: most requests call nobody, and need no trace of their own. Of calls that go out
/// together only one is asked for its parts, so they are not put together before.
#[derive(Debug, Default)]
pub(super) struct Told {
    parts: Vec<Part>,
    /// What the parts are to be made of, until someone asks for them.
    ended: Option<Ended>,
    followed: bool,
}

/// A request that was followed and has been answered.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ended {
    pub(super) sender: u16,
    /// What is known of it so far.
    pub(super) trace: TraceId,
    /// The time since it was sent.
    pub(super) total: SimDuration,
    /// The time that messages were under way for it.
    pub(super) network: SimDuration,
    /// The time that its own work took at its server.
    pub(super) own: SimDuration,
    /// How long after its caller first wanted to it was sent.
    pub(super) retried: SimDuration,
}

impl Told {
    /// A request that was followed has been answered.
    #[inline]
    pub(super) fn end(&mut self, ended: Ended) {
        debug_assert!(!self.followed, "what was gathered is told at once");
        self.followed = true;
        self.ended = Some(ended);
    }
    /// Returns the parts, which sum up to the response; `None` if it was not followed.
    pub(super) fn parts(&mut self, traces: &mut Traces) -> Option<&[Part]> {
        if let Some(ended) = self.ended.take() {
            self.put_together(&ended, traces);
        }
        self.followed.then_some(&self.parts)
    }
    fn put_together(&mut self, ended: &Ended, traces: &mut Traces) {
        let sender = ended.sender;
        if ended.trace != TraceId::EMPTY {
            self.parts.extend_from_slice(traces.parts(ended.trace));
            traces.close(ended.trace);
        }
        let elsewhere: u64 = self.parts.iter().map(|part| part.time.as_nanos()).sum();
        // A server may have worked at another pace before: then its work took what cannot have been anything else.
        let here = ended.total.as_nanos() - elsewhere - ended.network.as_nanos();
        let work = ended.own.min(SimDuration::from_nanos(here));
        let queueing = SimDuration::from_nanos(here - work.as_nanos());
        self.add(sender, Activity::Queueing, queueing);
        self.add(sender, Activity::Work, work);
        self.add(sender, Activity::Network, ended.network);
        self.add(sender, Activity::Retries, ended.retried);
    }
    /// Adds a part, unless it took no time.
    pub(super) fn add(&mut self, sender: u16, activity: Activity, time: SimDuration) {
        if SimDuration::ZERO < time {
            self.parts.push(Part {
                sender,
                activity,
                time,
            });
        }
    }
    /// The answer to a request that was followed was known already; its parts are to be added.
    pub(super) fn begin(&mut self) {
        debug_assert!(!self.followed, "what was gathered is told at once");
        self.followed = true;
    }
    /// Whoever waited has been told.
    #[inline]
    pub(super) fn forget(&mut self, traces: &mut Traces) {
        if std::mem::take(&mut self.followed) {
            self.parts.clear();
            if let Some(ended) = self.ended.take()
                && ended.trace != TraceId::EMPTY
            {
                traces.close(ended.trace);
            }
        }
    }
}

/// Where the time of the responses of one workload went.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Breakdown {
    /// By the length of the response; none where there was none of that length.
    rows: Vec<Option<Row>>,
}

/// The sums over the responses of one length.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
struct Row {
    count: u64,
    /// Nanoseconds by sender and activity.
    sums: Vec<[u64; Activity::ALL.len()]>,
}

/// Seconds of a mean response that one sender's requests spent on each activity, in the order of [`Activity::ALL`].
pub type HopTimes = [f64; Activity::ALL.len()];

impl Breakdown {
    /// Steps in which lengths double.
    const STEPS: f64 = 16.0;

    /// Records a response that is made of these parts, where there are so many senders.
    pub(super) fn record(&mut self, response: SimDuration, parts: &[Part], senders: usize) {
        let at = (Self::STEPS * libm::log2(response.as_nanos() as f64 + 1.0)) as usize;
        if self.rows.len() <= at {
            self.rows.resize(at + 1, None);
        }
        let row = self.rows[at].get_or_insert_with(|| Row {
            count: 0,
            sums: vec![[0; Activity::ALL.len()]; senders],
        });
        row.count += 1;
        for part in parts {
            row.sums[usize::from(part.sender)][part.activity as usize] += part.time.as_nanos();
        }
    }

    /// Returns how many responses were followed.
    pub fn count(&self) -> u64 {
        self.rows.iter().flatten().map(|row| row.count).sum()
    }

    /// Adds what was recorded elsewhere.
    pub fn add(&mut self, other: &Self) {
        if self.rows.len() < other.rows.len() {
            self.rows.resize(other.rows.len(), None);
        }
        for (mine, theirs) in self.rows.iter_mut().zip(&other.rows) {
            match (mine, theirs) {
                (Some(mine), Some(theirs)) => {
                    mine.count += theirs.count;
                    let sums = mine.sums.iter_mut().flatten();
                    for (mine, theirs) in sums.zip(theirs.sums.iter().flatten()) {
                        *mine += theirs;
                    }
                }
                (mine @ None, Some(theirs)) => *mine = Some(theirs.clone()),
                (_, None) => {}
            }
        }
    }

    /// Returns where the mean response of this share of the slowest went, sender by sender; `None` where none was
    /// followed. Of responses of the length at which the share ends, all count in part.
    pub fn slowest(&self, share: f64) -> Option<Vec<HopTimes>> {
        let wanted = share * self.count() as f64;
        if wanted <= 0.0 {
            return None;
        }
        let mut left = wanted;
        let mut times: Vec<HopTimes> = Vec::new();
        for row in self.rows.iter().rev().flatten() {
            let part = (left / row.count as f64).min(1.0);
            if part <= 0.0 {
                break;
            }
            times.resize(row.sums.len(), [0.0; Activity::ALL.len()]);
            for (time, &sum) in times.iter_mut().flatten().zip(row.sums.iter().flatten()) {
                *time += part * sum as f64 / 1e9 / wanted;
            }
            left -= part * row.count as f64;
        }
        Some(times)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: u64) -> SimDuration {
        SimDuration::from_nanos(1_000_000 * ms)
    }

    fn part(sender: u16, activity: Activity, time: SimDuration) -> Part {
        Part {
            sender,
            activity,
            time,
        }
    }

    /// 99 responses of 10 ms, all work, and one of 1 s, of which 900 ms were spent waiting at the second hop.
    fn breakdown() -> Breakdown {
        let mut breakdown = Breakdown::default();
        for _ in 0..99 {
            breakdown.record(ms(10), &[part(0, Activity::Work, ms(10))], 2);
        }
        let slow = [
            part(0, Activity::Work, ms(100)),
            part(1, Activity::Queueing, ms(900)),
        ];
        breakdown.record(ms(1_000), &slow, 2);
        breakdown
    }

    #[test]
    fn the_mean_and_the_slowest_are_told_apart() {
        let breakdown = breakdown();
        let all = breakdown.slowest(1.0).unwrap();
        assert!((all[0][1] - (99.0 * 0.01 + 0.1) / 100.0).abs() < 1e-12);
        assert!((all[1][0] - 0.009).abs() < 1e-12);
        let slow = breakdown.slowest(0.01).unwrap();
        assert!((slow[1][0] - 0.9).abs() < 1e-12 && (slow[0][1] - 0.1).abs() < 1e-12);
        // Two in a hundred are the slow one and one of the others.
        let two = breakdown.slowest(0.02).unwrap();
        assert!((two[1][0] - 0.45).abs() < 1e-12 && (two[0][1] - 0.055).abs() < 1e-12);
        assert_eq!(Breakdown::default().slowest(1.0), None);
    }

    #[test]
    fn what_was_recorded_in_parts_is_as_if_it_was_recorded_at_once() {
        let mut sum = Breakdown::default();
        sum.add(&breakdown());
        sum.add(&breakdown());
        assert_eq!(sum.count(), 200);
        assert_eq!(sum.slowest(0.01), breakdown().slowest(0.01));
    }
}
