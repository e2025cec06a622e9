//! The event set: a priority queue for a clock that never runs backward.
//!
//! Simulated time is an integer and only grows, so nothing is ever inserted before the last entry taken out.
//! *Multi-level buckets* (Denardo and Fox, *Oper. Res.* 27(1), 1979; Cherkassky, Goldberg and Silverstein, *SIAM J.
//! Comput.* 28(4), 1999) live on exactly that; with levels of one bit they are the radix heap of Ahuja, Mehlhorn, Orlin
//! and Tarjan (*J. ACM* 37(2), 1990). Times are read as numbers of [`LEVELS`] digits. An entry waits in the bucket of
//! the highest digit in which its time differs from `last`, a time at or before everything inside, and of the value that
//! it has there. When the first bucket's turn comes, `last` moves to its earliest time and its entries fall to lower
//! levels, so an entry moves at most once a level, and in practice once or twice, whatever the size.
//!
//! **Stable.** Equal times always share a bucket, buckets keep the order of insertion, and a bucket is only
//! dealt out into empty ones. Entries of one instant therefore leave in the order in which they came.
//!
//! **Memory.** Buckets keep their space for the next round. Whenever as many entries have been dealt out as there are
//! buckets, and all space together exceeds eight times what is waiting (and a floor of [`KEPT`] entries a bucket), it is
//! cut back.

use std::collections::VecDeque;

use super::key::Key;

/// Space for this many entries a bucket is never given back: it is cheap, and every run needs it again.
const KEPT: usize = 64;
/// Times the entries waiting that the space may be, beyond [`KEPT`], before it is cut back.
const SPACE_LIMIT: usize = 8;
/// Entries of a first bucket are told of when it has at most so many: more may be forgotten again before they come.
const NEAR: usize = 512;
/// The bits of a digit. Wide digits move an entry less often; the values of one of 6 bits fit a word.
const DIGIT_BITS: usize = 6;
/// The values of a digit.
const DIGITS: usize = 1 << DIGIT_BITS;
/// The digits of a time, and a few more, so that a place is worked out without a division.
const LEVELS: usize = (u64::BITS as usize).div_ceil(DIGIT_BITS).next_power_of_two();
/// One bucket for each value of each digit.
const BUCKETS: usize = LEVELS * DIGITS;

/// Something that waits in the queue.
#[derive(Debug)]
pub(super) struct Entry<P> {
    pub(super) key: Key,
    pub(super) payload: P,
}

/// Entries whose times first differ from `last` in the same digit and have the same value there, in order of insertion.
#[derive(Debug)]
struct Bucket<P> {
    /// The earliest time of the entries, so that looking at the queue does not reorder it; the latest of all times when
    /// there is none.
    first: u64,
    entries: Vec<Entry<P>>,
}

impl<P> Bucket<P> {
    #[inline]
    fn push(&mut self, entry: Entry<P>) {
        self.first = self.first.min(entry.key.time);
        self.entries.push(entry);
    }
}

/// A stable queue of multi-level buckets. Whoever pushes promises that times never fall below the last one popped.
#[derive(Debug)]
pub(super) struct BucketQueue<P> {
    /// At or before the time of every entry; at or before the clock at every push.
    last: u64,
    /// The time of the first entry.
    first_time: u64,
    len: usize,
    /// Entries dealt out since the space was last looked at.
    dealt: usize,
    /// Bit `l` is set when level `l` holds something.
    levels: u32,
    /// Bit `d` of number `l` is set when bucket `d` of level `l` holds something.
    occupied: [u64; LEVELS],
    buckets: Box<[Bucket<P>; BUCKETS]>,
    /// Entries at exactly `last`, first come, first out.
    due: VecDeque<Entry<P>>,
}

impl<P> BucketQueue<P> {
    pub(super) fn new() -> Self {
        let empty = |_| Bucket {
            first: u64::MAX,
            entries: Vec::new(),
        };
        Self {
            last: 0,
            first_time: u64::MAX,
            len: 0,
            dealt: 0,
            levels: 0,
            occupied: [0; LEVELS],
            buckets: Box::new(std::array::from_fn(empty)),
            due: VecDeque::new(),
        }
    }

    #[inline]
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Returns the time of the first entry, or the latest of all times when there is none. Moves nothing: entries before
    /// it may still come.
    #[inline]
    pub(super) fn first_time(&self) -> u64 {
        self.first_time
    }

    /// Returns the key of the first entry, or [`Key::NEVER`]. Not quick where many share a bucket.
    pub(super) fn first(&self) -> Key {
        if let Some(entry) = self.due.front() {
            return entry.key;
        }
        if self.levels == 0 {
            return Key::NEVER;
        }
        let entries = &self.buckets[self.first_bucket()].entries;
        let first = entries.iter().find(|entry| entry.key.time == self.first_time);
        first.expect("the earliest time is that of an entry").key
    }

    #[inline]
    pub(super) fn push(&mut self, key: Key, payload: P) {
        debug_assert!(self.last <= key.time, "an entry before the last one popped");
        self.len += 1;
        self.first_time = self.first_time.min(key.time);
        self.put(Entry { key, payload });
    }

    /// Takes the first entry out.
    #[inline]
    pub(super) fn pop(&mut self) -> Option<P> {
        self.pop_telling(|_| {})
    }

    /// The same, and tells `soon` of all entries that come next, a few hundred at most, whenever it comes across so many.
    #[inline]
    pub(super) fn pop_telling(&mut self, soon: impl FnOnce(&[Entry<P>])) -> Option<P> {
        let entry = if !self.due.is_empty() {
            self.due.pop_front().map(|entry| entry.payload)
        } else if self.levels == 0 {
            return None;
        } else {
            let at = self.first_bucket();
            let bucket = &mut self.buckets[at];
            self.last = bucket.first;
            bucket.first = u64::MAX;
            match bucket.entries.as_slice() {
                [_] => {
                    let entry = bucket.entries.pop();
                    self.unmark(at);
                    entry.map(|entry| entry.payload)
                }
                [one, other] => {
                    soon(&bucket.entries);
                    // Which of them is first cannot be foretold, so there is no branch on it.
                    let first_at = usize::from(other.key.time < one.key.time);
                    let first = bucket.entries.swap_remove(first_at);
                    let second = bucket.entries.pop()?;
                    self.unmark(at);
                    self.put(second);
                    Some(first.payload)
                }
                _ => self.deal_out(at, soon),
            }
        };
        self.len -= 1;
        self.find_first_time();
        entry
    }

    #[inline]
    fn find_first_time(&mut self) {
        self.first_time = if !self.due.is_empty() {
            self.last
        } else if self.levels == 0 {
            u64::MAX
        } else {
            self.buckets[self.first_bucket()].first
        };
    }

    /// Puts an entry into its place.
    #[inline]
    fn put(&mut self, entry: Entry<P>) {
        let differs = entry.key.time ^ self.last;
        if differs == 0 {
            self.due.push_back(entry);
            return;
        }
        let level = differs.ilog2() as usize / DIGIT_BITS;
        let digit = (entry.key.time >> (level * DIGIT_BITS)) as usize % DIGITS;
        self.buckets[(level * DIGITS + digit) % BUCKETS].push(entry);
        self.occupied[level % LEVELS] |= 1 << digit;
        self.levels |= 1 << level;
    }

    /// Takes `last` to any time up to `now`; the queue must be empty.
    pub(super) fn restart(&mut self, now: u64) {
        assert!(self.len == 0, "a queue restarts only when empty");
        self.last = now;
    }

    /// Keeps the entries that satisfy `keep`, in their order.
    pub(super) fn retain(&mut self, mut keep: impl FnMut(&Entry<P>) -> bool) {
        self.due.retain(&mut keep);
        self.len = self.due.len();
        for at in 0..BUCKETS {
            let bucket = &mut self.buckets[at];
            if bucket.entries.is_empty() {
                continue;
            }
            bucket.entries.retain(&mut keep);
            let times = bucket.entries.iter().map(|entry| entry.key.time);
            bucket.first = times.min().unwrap_or(u64::MAX);
            self.len += bucket.entries.len();
            if bucket.entries.is_empty() {
                self.unmark(at);
            }
        }
        self.find_first_time();
        self.cut_back();
    }

    /// Returns the first key among the entries that satisfy `wanted`; looks only as far as it must.
    pub(super) fn first_where(&self, wanted: impl Fn(&Entry<P>) -> bool) -> Option<Key> {
        // All that is due comes before every bucket, and a bucket before all that follow.
        if let Some(entry) = self.due.iter().find(|entry| wanted(entry)) {
            return Some(entry.key);
        }
        self.buckets.iter().find_map(|bucket| {
            let entries = bucket.entries.iter().filter(|entry| wanted(entry));
            entries.map(|entry| entry.key).min()
        })
    }

    /// The first bucket that holds something; there must be one.
    #[inline]
    fn first_bucket(&self) -> usize {
        let level = self.levels.trailing_zeros() as usize % LEVELS;
        let digit = self.occupied[level].trailing_zeros() as usize % DIGITS;
        level * DIGITS + digit
    }
    #[inline]
    fn unmark(&mut self, bucket: usize) {
        let (level, digit) = (bucket / DIGITS % LEVELS, bucket % DIGITS);
        self.occupied[level] &= !(1 << digit);
        if self.occupied[level] == 0 {
            self.levels &= !(1 << level);
        }
    }

    /// Deals the first bucket out to the levels below, which are empty, and returns its first entry.
    fn deal_out(&mut self, at: usize, soon: impl FnOnce(&[Entry<P>])) -> Option<P> {
        self.unmark(at);
        let mut entries = std::mem::take(&mut self.buckets[at].entries);
        let (mut first, dealt) = (None, entries.len());
        if dealt <= NEAR {
            soon(&entries);
        }
        for entry in entries.drain(..) {
            if entry.key.time == self.last && first.is_none() {
                first = Some(entry.payload);
            } else {
                self.put(entry);
            }
        }
        self.buckets[at].entries = entries;
        // To look at a bucket costs about as much as to deal out an entry.
        self.dealt += dealt;
        if BUCKETS < self.dealt {
            self.dealt = 0;
            self.cut_back();
        }
        first
    }

    /// Gives space back when it is far more than the entries need. The cost is paid for by the growth before.
    fn cut_back(&mut self) {
        let limit = SPACE_LIMIT * self.len + BUCKETS * KEPT;
        if self.space() <= limit {
            return;
        }
        self.due.shrink_to(KEPT.max(2 * self.due.len()));
        for Bucket { entries, .. } in self.buckets.iter_mut() {
            entries.shrink_to(KEPT.max(2 * entries.len()));
        }
    }

    /// Returns how many entries there is space for.
    pub(super) fn space(&self) -> usize {
        let buckets = self.buckets.iter().map(|bucket| bucket.entries.capacity());
        self.due.capacity() + buckets.sum::<usize>()
    }
}

#[cfg(test)]
mod tests;
