//! Values drawn ahead: many at once take less time than one now and then.

use super::Dist;
use crate::{rng::Stream, units::SimDuration};

/// Values drawn at once.
const BLOCK: usize = 32;

/// Times of one distribution from one stream, drawn in blocks and given out one by one: the very values, in the same
/// order, that drawing them one by one would give, as long as nothing else draws from that stream.
#[derive(Clone, Debug)]
pub struct Ahead {
    values: [SimDuration; BLOCK],
    given: usize,
}

impl Default for Ahead {
    fn default() -> Self {
        Self {
            values: [SimDuration::ZERO; BLOCK],
            given: BLOCK,
        }
    }
}

impl Ahead {
    /// Returns the next value, rounded to a nanosecond. Distribution and stream must be the same in every call.
    #[inline]
    pub fn next(&mut self, dist: &Dist, rng: &mut Stream) -> SimDuration {
        let value = match self.values.get(self.given) {
            Some(&value) => value,
            None => self.refill(dist, rng),
        };
        self.given += 1;
        value
    }

    #[inline(never)]
    fn refill(&mut self, dist: &Dist, rng: &mut Stream) -> SimDuration {
        dist.sample_all(rng, &mut self.values);
        self.given = 0;
        self.values[0]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Seed;

    #[test]
    fn values_drawn_ahead_are_those_drawn_one_by_one() {
        let dist = Dist::hyperexponential(0.01, 4.0).unwrap();
        let stream = || Seed(5).replication(0).stream("work");
        let (mut ahead, mut one, mut many) = (Ahead::default(), stream(), stream());
        for _ in 0..3 * BLOCK {
            let expected = SimDuration::from_secs_f64(dist.sample(&mut one));
            assert_eq!(ahead.next(&dist, &mut many), expected);
        }
    }
}
