//! A set of small numbers with the next member at hand.

/// A subset of `0..len`: membership in constant time, the next member after any number in logarithmic time (base 64).
#[derive(Clone, Debug)]
pub(super) struct Bits {
    len: usize,
    /// A bit for each number, then a bit for each word of those, and so on up to one word.
    levels: Vec<Vec<u64>>,
}

impl Bits {
    /// Returns the set of all numbers below `len`, which is at least 1.
    pub(super) fn full(len: usize) -> Self {
        let mut levels = vec![full_level(len)];
        while let words = levels[levels.len() - 1].len()
            && 1 < words
        {
            levels.push(full_level(words));
        }
        Self { len, levels }
    }

    /// Returns the least member that is at least `from`.
    #[inline]
    pub(super) fn at_or_after(&self, from: usize) -> Option<usize> {
        if self.len <= from {
            return None;
        }
        let mut at = from;
        let mut level = 0;
        loop {
            let bits = self.levels[level].get(at / 64)? & (u64::MAX << (at % 64));
            if bits != 0 {
                at = at / 64 * 64 + bits.trailing_zeros() as usize;
                break;
            }
            // Nothing left in this word: look on among the words after it, one level up.
            at = at / 64 + 1;
            level += 1;
            if level == self.levels.len() {
                return None;
            }
        }
        while 0 < level {
            level -= 1;
            at = at * 64 + self.levels[level][at].trailing_zeros() as usize;
        }
        Some(at)
    }

    /// Returns the first member at or after `from`, going round at the end.
    #[inline]
    pub(super) fn at_or_after_cyclic(&self, from: usize) -> Option<usize> {
        self.at_or_after(from).or_else(|| self.at_or_after(0))
    }

    /// Makes a number a member or not.
    pub(super) fn set(&mut self, number: usize, member: bool) {
        let mut at = number;
        for level in &mut self.levels {
            let word = &mut level[at / 64];
            let before = *word;
            let bit = 1 << (at % 64);
            *word = if member { before | bit } else { before & !bit };
            // The level above only knows whether this word is empty.
            if (before == 0) == (*word == 0) {
                break;
            }
            at /= 64;
        }
    }
}

/// Words with this many bits set from the start.
fn full_level(bits: usize) -> Vec<u64> {
    let mut words = vec![u64::MAX; bits.div_ceil(64)];
    if let Some(last) = words.last_mut()
        && !bits.is_multiple_of(64)
    {
        *last = (1 << (bits % 64)) - 1;
    }
    words
}
