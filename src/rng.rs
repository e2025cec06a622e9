//! Where chance comes from: one seed, many independent named streams.
//!
//! Every role in a simulation draws from a stream of its own, found by name. Changing a balancer then leaves
//! arrivals and work untouched, so two variants of a scenario meet the very same requests.
//!
//! # The generator, fixed for good
//! A stream is xoshiro256++ (Blackman and Vigna, *ACM Trans. Math. Softw.* 47(4), 2021). Its 256 bits of state
//! are four successive outputs of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014) started from
//! `mix(mix(mix(seed) ^ replication) ^ fnv1a64(name))`, where `mix` is one SplitMix64 step and `fnv1a64` hashes
//! the bytes of the name. Changing any of this changes every number: it is value-breaking.

use std::convert::Infallible;

use rand::TryRng;

/// The only origin of chance in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed(pub u64);

impl Seed {
    /// Returns the streams of one replication: replication `i` draws nothing that replication `j` draws.
    pub fn replication(self, index: u64) -> Streams {
        Streams {
            state: mix(mix(self.0) ^ index),
        }
    }
}

/// The streams of one replication, found by name.
#[derive(Clone, Copy, Debug)]
pub struct Streams {
    state: u64,
}

impl Streams {
    /// Returns the stream called `name`, always from its beginning.
    ///
    /// ```
    /// use plimsoll::rng::Seed;
    /// use rand::Rng;
    ///
    /// let streams = Seed(42).replication(0);
    /// let (mut gaps, mut again, mut work) = (streams.stream("gaps"), streams.stream("gaps"), streams.stream("work"));
    /// let first = gaps.next_u64();
    /// assert_eq!(first, again.next_u64());
    /// assert_ne!(first, work.next_u64());
    /// ```
    pub fn stream(&self, name: &str) -> Stream {
        Stream::from_state(mix(self.state ^ fnv1a64(name.as_bytes())))
    }
}

/// A stream of random numbers; hand it to anything that takes a [`rand::Rng`].
///
/// The generator is written out here because libraries take seeds as bytes in memory: what is written there a word at a
/// time is read again two words at a time, which waits for all that is on its way to memory. A stream for each call of a
/// service would pay that each time.
#[derive(Clone, Debug)]
pub struct Stream {
    state: [u64; 4],
}

impl Stream {
    #[inline]
    fn from_state(state: u64) -> Self {
        // Four different words of SplitMix64, so they are not all zero, which is the one state that must not be.
        Self {
            state: [word(state, 1), word(state, 2), word(state, 3), word(state, 4)],
        }
    }

    /// Returns the first 64 bits of [`Stream::numbered`], for which half of its state is enough.
    #[inline]
    pub(crate) fn first_of(number: u64) -> u64 {
        let state = mix(number);
        let (a, d) = (word(state, 1), word(state, 4));
        scrambled(a, d)
    }

    /// Returns the next 64 bits.
    #[inline]
    fn next(&mut self) -> u64 {
        let [a, b, c, d] = self.state;
        let result = scrambled(a, d);
        let (c, d) = (c ^ a, d ^ b);
        self.state = [a ^ d, b ^ c, c ^ (self.state[1] << 17), d.rotate_left(45)];
        result
    }

    /// Returns what the next two will be, and draws neither.
    #[inline]
    pub(crate) fn next_two(&self) -> [u64; 2] {
        let [a, b, _, d] = self.state;
        let mixed = d ^ b;
        [scrambled(a, d), scrambled(a ^ mixed, mixed.rotate_left(45))]
    }

    /// Returns the stream of one thing among very many, found by a number: cheaper than by a name, and as independent as
    /// the numbers are mixed.
    #[inline]
    #[must_use]
    pub fn numbered(number: u64) -> Self {
        Self::from_state(mix(number))
    }

    /// Returns a stream for one of many alike, started from the next number of this one: what it will give does not
    /// depend on when the others are drawn from.
    #[must_use]
    pub fn fork(&mut self) -> Self {
        Self::from_state(mix(self.next()))
    }

    /// Returns a whole number drawn evenly from `0..bound` (Lemire, *ACM Trans. Model. Comput. Simul.* 29(1),
    /// 2019, without the rejection step: the bias is below `bound / 2^64`, far under what any run can see).
    #[inline]
    pub fn below(&mut self, bound: usize) -> usize {
        debug_assert!(0 < bound, "nothing to choose from");
        below(self.next(), bound)
    }

    /// Returns a number drawn evenly from the open interval (0, 1): never 0, so its logarithm is finite.
    #[inline]
    pub fn open01(&mut self) -> f64 {
        // 52 random bits, centred in their cell.
        ((self.next() >> 12) as f64 + 0.5) * (1.0 / (1_u64 << 52) as f64)
    }
}

impl TryRng for Stream {
    type Error = Infallible;

    #[inline]
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        // The upper half, as good as any.
        Ok((self.next() >> 32) as u32)
    }
    #[inline]
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.next())
    }
    #[inline]
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        rand::rand_core::utils::fill_bytes_via_next_word(bytes, || self.try_next_u64())
    }
}

/// Returns the whole number below a bound that 64 random bits stand for.
#[inline]
pub(crate) fn below(bits: u64, bound: usize) -> usize {
    let wide = u128::from(bits) * bound as u128;
    (wide >> 64) as usize
}

/// What xoshiro256++ makes of the first and the last word of its state.
#[inline]
const fn scrambled(a: u64, d: u64) -> u64 {
    a.wrapping_add(d).rotate_left(23).wrapping_add(a)
}

/// Returns the output of this number, from 1, of SplitMix64 started from a state.
#[inline]
const fn word(state: u64, number: u64) -> u64 {
    finalize(state.wrapping_add(GOLDEN.wrapping_mul(number)))
}

/// 2^64 over the golden ratio, made odd: the increment of SplitMix64.
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// One SplitMix64 step; also a good integer hash wherever one is needed.
#[inline]
pub const fn mix(value: u64) -> u64 {
    finalize(value.wrapping_add(GOLDEN))
}

const fn finalize(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// The 64-bit FNV-1a hash (Fowler, Noll and Vo): short, fixed and good enough to tell names apart.
pub const fn fnv1a64(bytes: &[u8]) -> u64 {
    fnv1a64_on(0xCBF2_9CE4_8422_2325, bytes)
}

/// Returns the FNV-1a hash of a text of which `hash` is that of the beginning and `bytes` is the rest.
pub const fn fnv1a64_on(mut hash: u64, bytes: &[u8]) -> u64 {
    let mut index = 0;
    while index < bytes.len() {
        hash = (hash ^ bytes[index] as u64).wrapping_mul(0x0000_0100_0000_01B3);
        index += 1;
    }
    hash
}

#[cfg(test)]
mod tests {
    use rand::Rng;
    use rand_xoshiro::{Xoshiro256PlusPlus, rand_core::SeedableRng};

    use super::*;

    /// Pins the algorithm: these numbers may never change.
    #[test]
    fn the_generator_is_fixed_for_good() {
        let mut stream = Seed(42).replication(0).stream("shoppers/gaps");
        let drawn: Vec<u64> = (0..3).map(|_| stream.next_u64()).collect();
        assert_eq!(drawn, PINNED, "{drawn:#x?}");
        // Published test values: FNV-1a of "foobar", and the first SplitMix64 output from state 0.
        assert_eq!(fnv1a64(b"foobar"), 0x8594_4171_F739_67E8);
        assert_eq!(fnv1a64_on(fnv1a64(b"foo"), b"bar"), fnv1a64(b"foobar"));
        assert_eq!(mix(0), 0xE220_A839_7B1D_CDAF);
    }
    const PINNED: [u64; 3] = [
        0x2989_c9e7_cfda_6fed,
        0x5a61_d03f_3a23_8cc7,
        0xb6b0_f332_2127_0c58,
    ];

    /// Against the library of those who know.
    #[test]
    fn the_generator_is_xoshiro256_plus_plus() {
        for number in 0..100 {
            let mut stream = Stream::numbered(number);
            let mut seed = [0; 32];
            for (bytes, word) in seed.chunks_exact_mut(8).zip(stream.state) {
                bytes.copy_from_slice(&word.to_le_bytes());
            }
            let mut reference = Xoshiro256PlusPlus::from_seed(seed);
            let mut pair = || (stream.next_u64(), reference.next_u64());
            assert!((0..1_000).map(|_| pair()).all(|(ours, theirs)| ours == theirs));
            assert_eq!(stream.next_u32(), reference.next_u32());
            let (mut ours, mut theirs) = ([0; 13], [0; 13]);
            stream.fill_bytes(&mut ours);
            reference.fill_bytes(&mut theirs);
            assert_eq!(ours, theirs);
        }
    }

    #[test]
    fn what_is_told_ahead_of_a_stream_is_what_it_gives() {
        for number in 0..100 {
            let mut stream = Stream::numbered(number);
            assert_eq!(Stream::first_of(number), stream.clone().next_u64());
            for _ in 0..10 {
                let ahead = stream.clone().next_two();
                assert_eq!(ahead, [stream.next_u64(), stream.next_u64()]);
            }
        }
    }

    #[test]
    fn seed_replication_and_name_each_change_the_stream() {
        let first =
            |seed, replication, name: &str| Seed(seed).replication(replication).stream(name).next_u64();
        let all = [
            first(1, 0, "a"),
            first(2, 0, "a"),
            first(1, 1, "a"),
            first(1, 0, "b"),
        ];
        for (i, x) in all.iter().enumerate() {
            for y in &all[..i] {
                assert_ne!(x, y);
            }
        }
    }

    #[test]
    fn forks_differ_and_do_not_depend_on_each_other() {
        let mut parent = Seed(3).replication(0).stream("sessions");
        let (mut one, mut two) = (parent.fork(), parent.fork());
        let first = one.next_u64();
        assert_ne!(first, two.next_u64());
        assert_ne!(first, parent.next_u64());
        // The same forks, drawn from in another order.
        let mut parent = Seed(3).replication(0).stream("sessions");
        let (mut one, mut two) = (parent.fork(), parent.fork());
        let _ = (two.next_u64(), two.next_u64());
        assert_eq!(one.next_u64(), first);
    }

    #[test]
    fn below_is_even_and_stays_below() {
        let mut stream = Seed(7).replication(0).stream("test");
        let mut counts = [0_u32; 7];
        for _ in 0..70_000 {
            counts[stream.below(7)] += 1;
        }
        // Standard deviation of each count is about 93.
        assert!(
            counts.iter().all(|&count| (9_600..10_400).contains(&count)),
            "{counts:?}"
        );
    }
}
