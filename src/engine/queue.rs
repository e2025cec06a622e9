//! The event set: a priority queue for a clock that never runs backward.
//!
//! Simulated time is an integer and only grows, so nothing is ever inserted before the last entry taken out.
//! *Multi-level buckets* (Denardo and Fox, *Oper. Res.* 27(1), 1979; Cherkassky, Goldberg and Silverstein, *SIAM J.
//! Comput.* 28(4), 1999) live on exactly that; with levels of one bit they are the radix heap of Ahuja, Mehlhorn, Orlin
//! and Tarjan (*J. ACM* 37(2), 1990). Times are read as numbers of [`LEVELS`] digits. An entry waits in the bucket of
//! the highest digit in which its time differs from `last`, a time at or before everything inside, and of the value that
//! it has there. When the first bucket's turn comes, `last` moves to its earliest time. If it holds few entries it is sorted
//! and becomes the *front*, from which they leave; if it holds many they fall to lower levels, so an entry moves at most
//! once a level, and in practice once or twice, whatever the size. What is pushed among the times of the front goes
//! to its place there if there is no more than one other; otherwise the front is dealt out after all.
//!
//! **Stable.** Equal times always share a bucket, buckets keep the order of insertion, and a bucket is only
//! dealt out into empty ones. Entries of one instant therefore leave in the order in which they came. A bucket of the
//! lowest level is of one instant: it becomes the front whatever its size, and what is pushed at that instant waits in the
//! bucket.
//!
//! **Memory.** Buckets keep their space for the next round. Whenever as many entries have been dealt out as there are
//! buckets, and all space together exceeds eight times what is waiting (and a floor of [`KEPT`] entries a bucket), it is
//! cut back.

use std::cmp::Reverse;

use super::{fetch, key::Key};

/// Space for this many entries a bucket is never given back: it is cheap, and every run needs it again.
const KEPT: usize = 64;
/// Times the entries waiting that the space may be, beyond [`KEPT`], before it is cut back.
const SPACE_LIMIT: usize = 8;
/// A bucket of so many entries at most is sorted, which costs less than to deal them out.
const FEW: usize = 8;
/// It is sorted only if it holds one in so many of all entries at most, or two: where it holds most of them, most of what is
/// pushed next comes among them.
const SHARE: usize = 8;
/// What is pushed among so many is put into its place; more are dealt out.
const ALONE: usize = 1;
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
        // The next one is written much later, when its memory has been forgotten unless it is asked for now.
        if let Some(next) = self.entries.spare_capacity_mut().get(2) {
            fetch(next);
        }
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
    /// The first entries, the very first at the end.
    front: Vec<Entry<P>>,
    /// What is before this belongs into the front.
    front_until: u64,
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
            front: Vec::new(),
            front_until: 0,
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
        if let Some(entry) = self.front.last() {
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
        let entry = Entry { key, payload };
        if key.time < self.front_until {
            self.push_among_front(entry);
        } else {
            self.put(entry);
        }
    }

    /// Takes the first entry out.
    #[inline]
    pub(super) fn pop(&mut self) -> Option<P> {
        self.pop_telling(|_| {})
    }

    /// The same, and tells `soon` of all entries that come next, a few hundred at most, whenever it comes across so many.
    #[inline]
    pub(super) fn pop_telling(&mut self, soon: impl FnMut(&[Entry<P>])) -> Option<P> {
        if self.front.is_empty() {
            if self.levels == 0 {
                return None;
            }
            self.fill_front(soon);
        }
        let entry = self.front.pop();
        self.len -= 1;
        self.find_first_time();
        entry.map(|entry| entry.payload)
    }

    #[inline]
    fn find_first_time(&mut self) {
        self.first_time = match self.front.last() {
            Some(entry) => entry.key.time,
            None if self.levels == 0 => u64::MAX,
            None => self.buckets[self.first_bucket()].first,
        };
    }

    /// Makes the first entries the front, which must be empty; there must be some.
    #[inline]
    fn fill_front(&mut self, mut soon: impl FnMut(&[Entry<P>])) {
        loop {
            let at = self.first_bucket();
            let bucket = &mut self.buckets[at];
            self.last = bucket.first;
            let (level, size) = (at / DIGITS, bucket.entries.len());
            if 0 < level && (self.len / SHARE).clamp(2, FEW) < size {
                self.deal_out(at, &mut soon);
                continue;
            }
            bucket.first = u64::MAX;
            std::mem::swap(&mut self.front, &mut bucket.entries);
            self.unmark(at);
            if size <= NEAR {
                soon(&self.front);
            }
            if level == 0 {
                self.front.reverse();
                self.front_until = 0;
            } else {
                self.front.sort_unstable_by_key(|entry| Reverse(entry.key));
                let width = 1 << (level * DIGIT_BITS);
                self.front_until = (self.last | (width - 1)).saturating_add(1);
            }
            return;
        }
    }

    /// Puts an entry among those of the front; unless there is one at most, they are dealt out to the levels below their own,
    /// which are empty.
    #[inline(never)]
    fn push_among_front(&mut self, entry: Entry<P>) {
        if self.front.len() <= ALONE {
            let before = |other: &&Entry<P>| other.key.time <= entry.key.time;
            let place = self.front.len() - self.front.iter().rev().take_while(before).count();
            return self.front.insert(place, entry);
        }
        self.front_until = 0;
        let mut front = std::mem::take(&mut self.front);
        while let Some(first) = front.pop() {
            self.put(first);
        }
        self.front = front;
        self.put(entry);
    }

    /// Puts an entry into its bucket.
    #[inline]
    fn put(&mut self, entry: Entry<P>) {
        // One at `last` itself goes to the lowest level.
        let differs = entry.key.time ^ self.last | 1;
        let level = differs.ilog2() as usize / DIGIT_BITS;
        let digit = (entry.key.time >> (level * DIGIT_BITS)) as usize % DIGITS;
        self.buckets[(level * DIGITS + digit) % BUCKETS].push(entry);
        self.occupied[level % LEVELS] |= 1 << digit;
        self.levels |= 1 << level;
    }

    /// Takes `last` to any time up to `now`; the queue must be empty.
    pub(super) fn restart(&mut self, now: u64) {
        assert!(self.len == 0, "a queue restarts only when empty");
        (self.last, self.front_until) = (now, 0);
    }

    /// Keeps the entries that satisfy `keep`, in their order.
    pub(super) fn retain(&mut self, mut keep: impl FnMut(&Entry<P>) -> bool) {
        self.front.retain(&mut keep);
        self.len = self.front.len();
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
        // The front comes before every bucket, and a bucket before all that follow.
        if let Some(entry) = self.front.iter().rev().find(|entry| wanted(entry)) {
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

    /// Deals the first bucket out to the levels below, which are empty.
    fn deal_out(&mut self, at: usize, mut soon: impl FnMut(&[Entry<P>])) {
        self.unmark(at);
        let bucket = &mut self.buckets[at];
        bucket.first = u64::MAX;
        let mut entries = std::mem::take(&mut bucket.entries);
        let dealt = entries.len();
        if dealt <= NEAR {
            soon(&entries);
        }
        for entry in entries.drain(..) {
            self.put(entry);
        }
        self.buckets[at].entries = entries;
        // To look at a bucket costs about as much as to deal out an entry.
        self.dealt += dealt;
        if BUCKETS < self.dealt {
            self.dealt = 0;
            self.cut_back();
        }
    }

    /// Gives space back when it is far more than the entries need. The cost is paid for by the growth before.
    fn cut_back(&mut self) {
        let limit = SPACE_LIMIT * self.len + BUCKETS * KEPT;
        if self.space() <= limit {
            return;
        }
        self.front.shrink_to(KEPT.max(2 * self.front.len()));
        for Bucket { entries, .. } in self.buckets.iter_mut() {
            entries.shrink_to(KEPT.max(2 * entries.len()));
        }
    }

    /// Returns how many entries there is space for.
    pub(super) fn space(&self) -> usize {
        let buckets = self.buckets.iter().map(|bucket| bucket.entries.capacity());
        self.front.capacity() + buckets.sum::<usize>()
    }
}

#[cfg(test)]
mod tests;
