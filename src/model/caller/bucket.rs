//! A bucket of tokens: it holds a few, and each thing that is done takes one out.

use crate::units::{Rate, SimTime};

/// What rounding may cost: tokens are sums of shares, and ten tenths must make a whole.
const SLACK: f64 = 1e-9;

/// A number of tokens up to a most.
#[derive(Clone, Debug)]
pub struct Bucket {
    tokens: f64,
    most: f64,
    per_nano: f64,
    since: SimTime,
}

impl Bucket {
    /// Returns a full bucket that holds `most` tokens and is filled by [`Bucket::earn`] only.
    pub fn earned(most: f64) -> Self {
        Self {
            tokens: most,
            most,
            per_nano: 0.0,
            since: SimTime::ZERO,
        }
    }
    /// Returns a full bucket that holds `most` tokens and is filled at a rate.
    pub fn timed(rate: Rate, most: f64) -> Self {
        Self {
            per_nano: rate.as_per_second() / 1e9,
            ..Self::earned(most)
        }
    }
    /// Puts a part of a token in.
    pub fn earn(&mut self, part: f64) {
        self.tokens = (self.tokens + part).min(self.most);
    }
    /// Whether a token could be taken now.
    pub fn has_one(&mut self, now: SimTime) -> bool {
        if 0.0 < self.per_nano {
            let passed = now.since(self.since).as_nanos() as f64;
            self.since = now;
            self.earn(passed * self.per_nano);
        }
        1.0 - SLACK <= self.tokens
    }
    /// Takes a token out, if there is one; returns whether there was.
    pub fn take(&mut self, now: SimTime) -> bool {
        let has_one = self.has_one(now);
        if has_one {
            self.tokens = (self.tokens - 1.0).max(0.0);
        }
        has_one
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_tenths_make_a_token_and_no_more_than_the_most_are_kept() {
        let mut bucket = Bucket::earned(2.0);
        let now = SimTime::ZERO;
        assert!(bucket.take(now) && bucket.take(now) && !bucket.take(now));
        for _ in 0..9 {
            bucket.earn(0.1);
            assert!(!bucket.has_one(now));
        }
        bucket.earn(0.1);
        assert!(bucket.take(now) && !bucket.take(now));
        for _ in 0..1_000 {
            bucket.earn(0.1);
        }
        assert!(bucket.take(now) && bucket.take(now) && !bucket.take(now));
    }

    /// Four tokens a second: one every 250 ms, at most three kept.
    #[test]
    fn a_bucket_fills_with_time() {
        let mut bucket = Bucket::timed(Rate::per_second(4.0).unwrap(), 3.0);
        let mut taken = Vec::new();
        for millis in [0, 0, 0, 0, 249, 250, 499, 500, 5_000, 5_000, 5_000, 5_000] {
            taken.push(bucket.take(SimTime::from_nanos(millis * 1_000_000)));
        }
        let expected = [
            true, true, true, false, false, true, false, true, true, true, true, false,
        ];
        assert_eq!(taken, expected);
    }
}
