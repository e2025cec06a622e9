//! The event set: a priority queue for a clock that never runs backward.
//!
//! Simulated time is an integer and only grows, so nothing is ever inserted before the last entry taken out.
//! A *radix heap* (Ahuja, Mehlhorn, Orlin and Tarjan, *J. ACM* 37(2), 1990) lives on exactly that: an entry
//! waits in the bucket of the highest bit in which its time differs from `last`, a time at or before everything
//! inside. When the lowest bucket's turn comes, `last` moves to its earliest time and its entries fall into
//! lower buckets, so an entry moves at most 64 times, and in practice a few times, whatever the size.
//!
//! **Stable.** Equal times always share a bucket, buckets keep the order of insertion, and a bucket is only
//! dealt out into empty ones. Entries of one instant therefore leave in the order in which they came.
//!
//! **Memory.** Buckets keep their space for the next round. Whenever a large bucket has been dealt out and all
//! space together exceeds eight times what is waiting (and a floor of [`KEPT`] entries a bucket), it is cut back.

use std::collections::VecDeque;

use super::key::Key;

/// Space for this many entries a bucket is never given back: it is cheap, and every run needs it again.
const KEPT: usize = 256;
/// Times the entries waiting that the space may be, beyond [`KEPT`], before it is cut back.
const SPACE_LIMIT: usize = 8;
/// One bucket for each bit in which a time can differ from `last`.
const BUCKETS: usize = u64::BITS as usize;

/// Something that waits in the queue.
#[derive(Debug)]
pub(super) struct Entry<P> {
    pub(super) key: Key,
    pub(super) payload: P,
}

/// Entries whose times differ from `last` in the same highest bit, in order of insertion.
#[derive(Debug)]
struct Bucket<P> {
    /// The first of the entries, so that looking at the queue does not reorder it.
    first: Key,
    entries: Vec<Entry<P>>,
}

impl<P> Bucket<P> {
    #[inline]
    fn push(&mut self, entry: Entry<P>) {
        self.first = self.first.earlier(entry.key);
        self.entries.push(entry);
    }
}

/// A stable radix heap. Whoever pushes promises that times never fall below the last one popped.
#[derive(Debug)]
pub(super) struct RadixHeap<P> {
    /// At or before the time of every entry; at or before the clock at every push.
    last: u64,
    /// Entries at exactly `last`, first come, first out.
    due: VecDeque<Entry<P>>,
    /// Bit `i` is set when bucket `i` holds something.
    occupied: u64,
    buckets: Box<[Bucket<P>; BUCKETS]>,
    len: usize,
}

impl<P> RadixHeap<P> {
    pub(super) fn new() -> Self {
        let empty = |_| Bucket {
            first: Key::NEVER,
            entries: Vec::new(),
        };
        Self {
            last: 0,
            due: VecDeque::new(),
            occupied: 0,
            buckets: Box::new(std::array::from_fn(empty)),
            len: 0,
        }
    }

    #[inline]
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Returns the key of the first entry, or [`Key::NEVER`]. Moves nothing: entries before it may still come.
    #[inline]
    pub(super) fn first(&self) -> Key {
        match self.due.front() {
            Some(entry) => entry.key,
            None if self.occupied == 0 => Key::NEVER,
            None => self.buckets[self.lowest()].first,
        }
    }

    #[inline]
    pub(super) fn push(&mut self, key: Key, payload: P) {
        debug_assert!(self.last <= key.time, "an entry before the last one popped");
        self.len += 1;
        let entry = Entry { key, payload };
        match highest_bit(key.time ^ self.last) {
            None => self.due.push_back(entry),
            Some(index) => {
                self.buckets[index].push(entry);
                self.occupied |= 1 << index;
            }
        }
    }

    #[inline]
    pub(super) fn pop(&mut self) -> Option<Entry<P>> {
        if self.due.is_empty() {
            if self.occupied == 0 {
                return None;
            }
            let index = self.lowest();
            let bucket = &mut self.buckets[index];
            self.last = bucket.first.time;
            if bucket.entries.len() == 1 {
                bucket.first = Key::NEVER;
                self.occupied &= !(1 << index);
                self.len -= 1;
                return bucket.entries.pop();
            }
            self.len -= 1;
            return self.deal_out(index);
        }
        self.len -= 1;
        self.due.pop_front()
    }

    /// Takes `last` to any time up to `now`; the heap must be empty.
    pub(super) fn restart(&mut self, now: u64) {
        assert!(self.len == 0, "a heap restarts only when empty");
        self.last = now;
    }

    /// Keeps the entries that satisfy `keep`, in their order.
    pub(super) fn retain(&mut self, mut keep: impl FnMut(&Entry<P>) -> bool) {
        self.due.retain(&mut keep);
        self.len = self.due.len();
        for (index, bucket) in self.buckets.iter_mut().enumerate() {
            bucket.entries.retain(&mut keep);
            let keys = bucket.entries.iter().map(|entry| entry.key);
            bucket.first = keys.min().unwrap_or(Key::NEVER);
            if bucket.entries.is_empty() {
                self.occupied &= !(1 << index);
            }
            self.len += bucket.entries.len();
        }
        self.cut_back();
    }

    /// Returns the first key among the entries that satisfy `wanted`; looks only as far as it must.
    pub(super) fn first_where(&self, wanted: impl Fn(&Entry<P>) -> bool) -> Option<Key> {
        // All that is due comes before every bucket, and a bucket before all higher ones.
        if let Some(entry) = self.due.iter().find(|entry| wanted(entry)) {
            return Some(entry.key);
        }
        self.buckets.iter().find_map(|bucket| {
            let entries = bucket.entries.iter().filter(|entry| wanted(entry));
            entries.map(|entry| entry.key).min()
        })
    }

    #[inline]
    fn lowest(&self) -> usize {
        self.occupied.trailing_zeros() as usize & (BUCKETS - 1)
    }

    /// Deals the lowest bucket out into the ones below, which are empty, and returns its first entry.
    fn deal_out(&mut self, index: usize) -> Option<Entry<P>> {
        let (lower, rest) = self.buckets.split_at_mut(index);
        let bucket = &mut rest[0];
        let (mut first, dealt) = (None, bucket.entries.len());
        bucket.first = Key::NEVER;
        self.occupied &= !(1 << index);
        for entry in bucket.entries.drain(..) {
            match highest_bit(entry.key.time ^ self.last) {
                None if first.is_none() => first = Some(entry),
                None => self.due.push_back(entry),
                Some(to) => {
                    lower[to].push(entry);
                    self.occupied |= 1 << to;
                }
            }
        }
        if KEPT < dealt {
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

/// Returns the place of the highest set bit, or `None` for zero.
#[inline]
fn highest_bit(value: u64) -> Option<usize> {
    value.checked_ilog2().map(|bit| bit as usize & (BUCKETS - 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Seed, Stream};

    /// Delays that are usually short and now and then a thousand times as long, as service times can be.
    fn heavy_tailed(rng: &mut Stream) -> u64 {
        let short = 1 + rng.below(1_000_000) as u64;
        if rng.below(10) == 0 { 1_000 * short } else { short }
    }

    #[test]
    fn a_heavy_tailed_schedule_leaves_in_order() {
        let (mut heap, mut rng) = (RadixHeap::new(), Seed(11).replication(0).stream("delays"));
        let (mut popped, mut seq) = (Key { time: 0, seq: 0 }, 0);
        for step in 0..200_000 {
            if step < 1_000 || step % 2 == 0 {
                seq += 1;
                let time = popped.time + heavy_tailed(&mut rng);
                heap.push(Key { time, seq }, ());
            } else {
                let entry = heap.pop().expect("more was pushed than popped");
                assert!(popped < entry.key, "{popped:?} before {:?}", entry.key);
                popped = entry.key;
            }
        }
        assert!(1_000_000 < popped.time, "the clock has run: {popped:?}");
    }

    /// Times on a coarse grid, so that most are shared: equals must leave in the order in which they came.
    #[test]
    fn equal_times_leave_first_come_first_out() {
        let (mut heap, mut rng) = (RadixHeap::new(), Seed(12).replication(0).stream("delays"));
        let (mut popped, mut ties) = (Key { time: 0, seq: 0 }, 0);
        for seq in 1..=100_000 {
            let time = popped.time + 1_024 * rng.below(20) as u64;
            heap.push(Key { time, seq }, ());
            if 500 < heap.len() {
                let entry = heap.pop().expect("it is not empty");
                assert!(popped < entry.key, "{popped:?} before {:?}", entry.key);
                ties += u32::from(popped.time == entry.key.time);
                popped = entry.key;
            }
        }
        assert!(50_000 < ties, "only {ties} ties");
    }

    /// A crowd that moves past one power of two after the other: without cutting back, every one of them would
    /// leave a bucket as large as the crowd.
    #[test]
    fn space_stays_a_small_multiple_of_what_is_waiting() {
        let (mut heap, mut rng) = (RadixHeap::new(), Seed(13).replication(0).stream("delays"));
        let (crowd, mut seq, mut widest) = (20_000, 0, 0);
        for bit in 30..63 {
            for _ in 0..crowd {
                seq += 1;
                let time = (1 << bit) + heavy_tailed(&mut rng);
                heap.push(Key { time, seq }, ());
                if crowd < seq {
                    heap.pop().expect("the crowd is waiting");
                }
                widest = widest.max(heap.space());
            }
        }
        let bound = 2 * SPACE_LIMIT * crowd as usize + BUCKETS * KEPT;
        assert!(widest < bound, "{widest} of {bound}");
    }
}
