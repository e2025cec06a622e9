//! The total order of events.

use std::cmp::Ordering;

/// The place of an event in the total order: by time, then by order of scheduling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key {
    /// Nanoseconds since the run began.
    pub(super) time: u64,
    /// How many events were scheduled before this one.
    pub(super) seq: u64,
}

impl Key {
    /// After every event there can be: what an empty queue answers.
    pub(super) const NEVER: Self = Self {
        time: u64::MAX,
        seq: u64::MAX,
    };

    #[inline]
    const fn packed(self) -> u128 {
        (self.time as u128) << 64 | self.seq as u128
    }
}

impl Ord for Key {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        self.packed().cmp(&other.packed())
    }
}
impl PartialOrd for Key {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_decides_and_then_the_order_of_scheduling() {
        let key = |time, seq| Key { time, seq };
        let sorted = [key(0, 7), key(1, 2), key(1, 3), key(u64::MAX, 0), Key::NEVER];
        for (at, &early) in sorted.iter().enumerate() {
            for &late in &sorted[at + 1..] {
                assert!(early < late, "{early:?} {late:?}");
            }
        }
    }
}
