//! A log-linear histogram: any number of values in constant memory, with a small relative error.
//!
//! A value's leading `BITS + 1` bits, first one included, name its bucket; that takes a shift and an addition.
//! Values below `2^(BITS + 1)` have a bucket each. The idea is that of Tene's `HdrHistogram` (2012).
//!
//! | type | sub-buckets an octave | error at a bucket's middle | of a quantile, at most | memory, at most |
//! | --- | --- | --- | --- | --- |
//! | [`Histogram`] | 512 | 0.098 % (2⁻¹⁰) | 0.196 % | 112 KiB |
//! | [`CoarseHistogram`] | 32 | 1.57 % (2⁻⁶) | 3.13 % | 8 KiB |

use super::quantile;

/// The histogram for results: within 0.1 % of every value.
pub type Histogram = LogLinear<9>;

/// The histogram for the many buckets of a timeline: within 1.6 % of every value.
pub type CoarseHistogram = LogLinear<5>;

/// Counts of whole numbers (nanoseconds, as a rule) in buckets of relative width `2^-BITS`.
///
/// Adding and merging are exact, so the order of either changes nothing.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct LogLinear<const BITS: u32> {
    /// Grows up to the largest value seen; (65 − BITS)·2^BITS at most. Half the width makes twice as much of it stay in the
    /// caches, where it is read and written at every value.
    counts: Vec<u32>,
    /// How often a count has overflowed, by its index; hardly ever any.
    carried: Vec<(usize, u64)>,
    total: u64,
    min: u64, // of nothing: the largest number
    /// From the smallest value to the largest. One comparison with it tells whether a value lies beyond either.
    span: u64,
}

/// A bucket that holds something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// Smallest value that belongs to it.
    pub low: u64,
    /// Largest value that belongs to it.
    pub high: u64,
    /// How many values it holds.
    pub count: u64,
}

impl<const BITS: u32> LogLinear<BITS> {
    /// The largest relative distance from a value to the middle of its bucket.
    pub const MIDPOINT_ERROR: f64 = 0.5 / (1_u64 << BITS) as f64;

    /// Returns an empty histogram, which takes no memory yet.
    pub fn new() -> Self {
        Self {
            counts: Vec::new(),
            carried: Vec::new(),
            total: 0,
            min: u64::MAX,
            span: 0,
        }
    }

    /// Adds one value.
    #[inline]
    pub fn record(&mut self, value: u64) {
        self.record_n(value, 1);
    }

    /// Adds the same value `n` times.
    #[inline]
    pub fn record_n(&mut self, value: u64, n: u64) {
        if n == 0 {
            return;
        }
        let index = index_of::<BITS>(value);
        if self.counts.len() <= index {
            self.grow(index);
        }
        let count = &mut self.counts[index];
        let (sum, overflows) = count.overflowing_add(n as u32);
        *count = sum;
        let carry = (n >> u32::BITS) + u64::from(overflows);
        if 0 < carry {
            self.carry(index, carry);
        }
        self.total += n;
        if self.span < value.wrapping_sub(self.min) {
            self.widen(value, value);
        }
    }

    /// Returns the memory in which a value is counted, once it has been.
    #[inline]
    pub(crate) fn cell(&self, value: u64) -> Option<&u32> {
        self.counts.get(index_of::<BITS>(value))
    }

    /// Adds all that `other` holds.
    pub fn merge(&mut self, other: &Self) {
        if other.total == 0 {
            return;
        }
        let used = other.used();
        if self.counts.len() < used.end {
            self.grow(used.end - 1);
        }
        for index in used {
            let (sum, overflows) = self.counts[index].overflowing_add(other.counts[index]);
            self.counts[index] = sum;
            if overflows {
                self.carry(index, 1);
            }
        }
        for &(index, times) in &other.carried {
            self.carry(index, times);
        }
        self.total += other.total;
        self.widen(other.min, other.largest());
    }

    /// Forgets all values and keeps the memory; costs as much as the range in use is wide.
    pub fn clear(&mut self) {
        let used = self.used();
        self.counts[used].fill(0);
        self.carried.clear();
        (self.total, self.min, self.span) = (0, u64::MAX, 0);
    }

    /// Returns how many values were added.
    #[inline]
    pub fn count(&self) -> u64 {
        self.total
    }

    /// Whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.total == 0
    }

    /// Returns the smallest value, exactly.
    pub fn min(&self) -> Option<u64> {
        (0 < self.total).then_some(self.min)
    }

    /// Returns the largest value, exactly.
    pub fn max(&self) -> Option<u64> {
        (0 < self.total).then_some(self.largest())
    }

    /// Returns the `q`-quantile, `0 <= q <= 1`, in the unit of the values; `None` without values.
    ///
    /// That is the smallest value which at least a fraction `q` of all values does not exceed (the inverse of
    /// the empirical distribution). Within its bucket it is placed by rank, as if the bucket's values were
    /// spread evenly; it is off by less than `2^-BITS` of itself, and by nothing below `2^(BITS + 1)`.
    /// The smallest and the largest value are exact.
    pub fn quantile(&self, q: f64) -> Option<f64> {
        assert!(
            (0.0..=1.0).contains(&q),
            "a quantile lies between 0 and 1, not at {q}"
        );
        if self.total == 0 {
            return None;
        }
        let rank = quantile::rank(self.total, q);
        // The extremes are known better than their buckets.
        if rank == 1 || rank == self.total {
            return Some(if rank == 1 { self.min } else { self.largest() } as f64);
        }
        let mut before = 0;
        for bucket in self.buckets() {
            if rank <= before + bucket.count {
                let (low, high) = (bucket.low.max(self.min), bucket.high.min(self.largest()));
                let place = ((rank - before) as f64 - 0.5) / bucket.count as f64;
                return Some(low as f64 + place * (high - low) as f64);
            }
            before += bucket.count;
        }
        unreachable!("the buckets hold {before} values of {}", self.total)
    }

    /// Returns the buckets that hold something, in rising order.
    pub fn buckets(&self) -> impl Iterator<Item = Bucket> {
        let used = self.used();
        used.map(|index| (index, self.count_of(index)))
            .filter(|&(_, count)| 0 < count)
            .map(|(index, count)| {
                let (low, high) = bounds_of::<BITS>(index);
                Bucket { low, high, count }
            })
    }

    fn count_of(&self, index: usize) -> u64 {
        let carried = self.carried.iter().find(|&&(at, _)| at == index);
        let times = carried.map_or(0, |&(_, times)| times);
        u64::from(self.counts[index]) + (times << u32::BITS)
    }

    /// A count has overflowed so many times.
    #[cold]
    fn carry(&mut self, index: usize, times: u64) {
        match self.carried.iter_mut().find(|(at, _)| *at == index) {
            Some((_, so_far)) => *so_far += times,
            None => self.carried.push((index, times)),
        }
    }

    /// The range of indices outside of which all counts are 0.
    fn used(&self) -> std::ops::Range<usize> {
        if self.total == 0 {
            0..0
        } else {
            index_of::<BITS>(self.min)..index_of::<BITS>(self.largest()) + 1
        }
    }

    /// Takes a new extreme. They soon become rare, so a branch is cheaper than a store at every value.
    #[cold]
    fn widen(&mut self, low: u64, high: u64) {
        // Of nothing, the smallest value is the largest number and the span zero.
        let nothing = self.min == u64::MAX;
        let largest = if nothing { high } else { self.largest().max(high) };
        self.min = self.min.min(low);
        self.span = largest - self.min;
    }

    /// The largest value, if there is any.
    #[inline]
    fn largest(&self) -> u64 {
        self.min + self.span
    }

    #[cold]
    fn grow(&mut self, index: usize) {
        // Whole octaves, so that a slowly rising maximum does not grow it again and again.
        let octaves = (index >> BITS) + 1;
        self.counts.resize(octaves << BITS, 0);
    }
}

impl<const BITS: u32> Default for LogLinear<BITS> {
    fn default() -> Self {
        Self::new()
    }
}

/// Returns the index of the bucket that `value` belongs to.
#[inline]
fn index_of<const BITS: u32>(value: u64) -> usize {
    // The bit that is set here keeps the shift at 0 for values too small to need one.
    let shift = 63 - BITS - (value | 1 << BITS).leading_zeros();
    ((shift as usize) << BITS) + (value >> shift) as usize
}

/// Returns the smallest and the largest value of a bucket.
fn bounds_of<const BITS: u32>(index: usize) -> (u64, u64) {
    let shift = (index >> BITS).saturating_sub(1);
    let leading = (index - (shift << BITS)) as u64;
    let low = leading << shift;
    (low, low + ((1 << shift) - 1))
}

#[cfg(test)]
mod tests;
