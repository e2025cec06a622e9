//! Balls into bins: how full the fullest of equal shards is when keys are spread by a hash.

use crate::theory::{
    TheoryError, ensure,
    numeric::{poisson, root},
};

/// Up to so many balls the distribution is worked out exactly.
pub const EXACT_UP_TO: u64 = 400;

/// The most in one bin, each ball thrown by itself.
///
/// # Formula
/// ```text
/// P(M ≤ x) = F(x)^n · P(S_x = m) / P(Poisson(m) = m)            exact
/// P(M ≤ x) ≈ F(x)^n                                             for many balls
/// ```
/// with `F` the distribution function of Poisson(m/n), and `S_x` the sum of `n` such variables that are at most `x`.
/// - `balls`: `m`, keys of equal weight
/// - `bins`: `n`, shards or servers of equal chance
///
/// # Validity
/// A hash as good as chance. Exact up to [`EXACT_UP_TO`] balls; beyond, the mean is within 0.1 %, nearer the more balls
/// there are. At most 1e10 balls a bin.
///
/// # Source
/// Levin, *Annals of Statistics* 9(5), 1981; Johnson and Kotz, *Urn Models and Their Application* (1977), ch. 3.
#[derive(Clone, Debug)]
pub struct MaxLoad {
    balls: u64,
    bins: u64,
    /// The least that is possible or likely enough to count.
    first: u64,
    /// P(M ≤ first), P(M ≤ first + 1), …; 1 beyond.
    at_most: Vec<f64>,
}

impl MaxLoad {
    /// Makes the model from the balls and the bins.
    pub fn new(balls: u64, bins: u64) -> Result<Self, TheoryError> {
        ensure(0 < balls && 0 < bins, "there is no ball or no bin")?;
        ensure(
            balls as f64 / bins as f64 <= 1e10,
            "there are too many balls for each bin",
        )?;
        let (first, at_most) = if bins == 1 {
            (balls, vec![])
        } else if balls <= EXACT_UP_TO {
            exact(balls, bins)
        } else {
            poissonised(balls, bins)
        };
        Ok(Self {
            balls,
            bins,
            first,
            at_most,
        })
    }
    /// Returns the mean of the most in one bin.
    pub fn mean(&self) -> f64 {
        self.first as f64 + self.at_most.iter().map(|p| 1.0 - p).sum::<f64>()
    }
    /// Returns how many times as full as the average bin the fullest one is, on average.
    pub fn max_over_mean(&self) -> f64 {
        self.mean() * self.bins as f64 / self.balls as f64
    }
    /// Returns P(no bin holds more than so many).
    pub fn at_most(&self, most: u64) -> f64 {
        match most.checked_sub(self.first) {
            None => 0.0,
            Some(place) => self.at_most.get(place as usize).copied().unwrap_or(1.0),
        }
    }
    /// Returns the least number that no bin exceeds with a probability of `p` or more.
    pub fn quantile(&self, p: f64) -> u64 {
        self.first + self.at_most.partition_point(|&at_most| at_most < p) as u64
    }
}

/// Returns the number near which the most in one bin is with high probability, for many bins.
///
/// # Formula
/// ```text
/// m ≥ n·ln³n:  m/n + √(2·(m/n)·ln n · (1 − ln ln n / (2·ln n)))
/// otherwise:   x·ln n,  x the larger root of 1 + x·(ln c − ln x + 1) − c = 0,  c = m/(n·ln n)
/// ```
/// # Validity
/// The leading term as `n` grows, for three bins or more and `m ≥ n/polylog(n)`; within 30 % from a hundred bins and a
/// ball for each on. The second line is the theorem's for `m` in proportion to `n·ln n`, and agrees in its leading term with
/// those on either side. [`MaxLoad`] is nearer.
///
/// # Source
/// Raab and Steger, *RANDOM '98*, LNCS 1518, theorem 1, with `α = 1`.
pub fn likely_max(balls: u64, bins: u64) -> Result<f64, TheoryError> {
    ensure(
        0 < balls && 2 < bins,
        "there is no ball, or there are fewer than three bins",
    )?;
    let (m, n) = (balls as f64, bins as f64);
    let log = n.ln();
    if n * log.powi(3) <= m {
        let second = 1.0 - log.ln() / (2.0 * log);
        return Ok(m / n + (2.0 * m / n * log * second).sqrt());
    }
    let c = m / (n * log);
    let excess = |x: f64| 1.0 + x * ((c / x).ln() + 1.0) - c;
    let mut high = 2.0 * c;
    while 0.0 < excess(high) {
        high *= 2.0;
    }
    Ok(root(c, high, excess) * log)
}

/// The distribution of the most, from the coefficient of `z^m` in the `n`-th power of one bin's series.
fn exact(balls: u64, bins: u64) -> (u64, Vec<f64>) {
    let (m, mean) = (balls as usize, balls as f64 / bins as f64);
    let mut one = vec![(-mean).exp()];
    for j in 1..=m {
        one.push(one[j - 1] * mean / j as f64);
    }
    let (first, all) = poisson(balls as f64);
    let sum_is_right = all[m - first];
    let least = balls.div_ceil(bins);
    let mut at_most = Vec::new();
    for most in least..balls {
        let together = power(&one[..=most as usize], bins, m);
        let p = (together[m] / sum_is_right).min(1.0);
        if 1.0 - 1e-15 <= p {
            break;
        }
        at_most.push(p);
    }
    (least, at_most)
}

/// The first `last + 1` coefficients of a power of a polynomial with positive ones.
fn power(base: &[f64], mut exponent: u64, last: usize) -> Vec<f64> {
    let product = |a: &[f64], b: &[f64]| {
        let mut sums = vec![0.0; (a.len() + b.len() - 1).min(last + 1)];
        for (i, x) in a.iter().enumerate() {
            for (sum, y) in sums.iter_mut().skip(i).zip(b) {
                *sum += x * y;
            }
        }
        sums
    };
    let (mut square, mut result) = (base.to_vec(), vec![1.0]);
    while 0 < exponent {
        if exponent % 2 == 1 {
            result = product(&result, &square);
        }
        exponent /= 2;
        if 0 < exponent {
            square = product(&square, &square);
        }
    }
    result.resize(last + 1, 0.0);
    result
}

/// The distribution of the most where each bin has a Poisson number by itself.
fn poissonised(balls: u64, bins: u64) -> (u64, Vec<f64>) {
    let (first, chances) = poisson(balls as f64 / bins as f64);
    let mut more = 0.0_f64;
    let mut at_most: Vec<f64> = chances
        .iter()
        .rev()
        .map(|p| {
            // Rounding must not make more than all of a sum of probabilities.
            let none = (bins as f64 * (-more.min(1.0)).ln_1p()).exp();
            more += p;
            none
        })
        .collect();
    at_most.reverse();
    (first as u64, at_most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::test_support::assert_close;

    /// Three balls in three bins: 6 of 27 ways spread them, 3 put them together. Birthdays: half of all groups of 23 share
    /// one, of 88 three people do, and of 187 four (Diaconis and Mosteller, *J. Amer. Stat. Ass.* 84, 1989).
    #[test]
    fn small_numbers_and_birthdays_match_exact_values() {
        let three = MaxLoad::new(3, 3).unwrap();
        assert_close(three.at_most(1), 6.0 / 27.0, 1e-13);
        assert_close(three.at_most(2), 24.0 / 27.0, 1e-13);
        assert_close(three.mean(), 51.0 / 27.0, 1e-13);
        let room = MaxLoad::new(23, 365).unwrap();
        assert_close(room.at_most(1), 0.492_702_765_676_014, 1e-11);
        assert_eq!(room.quantile(0.49) + 1, room.quantile(0.5));
        for (people, share) in [(23, 2), (88, 3), (187, 4)] {
            let apart = |people| MaxLoad::new(people, 365).unwrap().at_most(share - 1);
            assert!(apart(people) < 0.5 && 0.5 < apart(people - 1));
        }
    }

    #[test]
    fn all_ways_to_throw_a_few_agree() {
        for (balls, bins) in [(7_u32, 3_u64), (5, 4), (9, 2), (4, 6)] {
            let ways = bins.pow(balls);
            let mut counts = vec![0_u64; balls as usize + 1];
            for way in 0..ways {
                let mut held = vec![0; bins as usize];
                let mut rest = way;
                for _ in 0..balls {
                    held[(rest % bins) as usize] += 1;
                    rest /= bins;
                }
                counts[held.into_iter().max().unwrap_or(0)] += 1;
            }
            let model = MaxLoad::new(u64::from(balls), bins).unwrap();
            for most in 0..=balls as usize {
                let within: u64 = counts[..=most].iter().sum();
                assert_close(model.at_most(most as u64), within as f64 / ways as f64, 1e-12);
            }
        }
    }

    /// At the border both ways can be had.
    #[test]
    fn many_balls_are_as_near_as_promised() {
        for bins in [2, 3, 10, 64, 400, 5_000, 1_000_000] {
            let mean = |(first, at_most): (u64, Vec<f64>)| MaxLoad {
                balls: EXACT_UP_TO,
                bins,
                first,
                at_most,
            };
            let exact = mean(exact(EXACT_UP_TO, bins));
            let near = mean(poissonised(EXACT_UP_TO, bins));
            assert_close(near.mean(), exact.mean(), 1e-3);
        }
    }

    #[test]
    fn the_limit_for_many_bins_is_near() {
        for bins in [100, 1_000, 100_000] {
            for each in [1, 5, 40, 1_000, 100_000] {
                let model = MaxLoad::new(bins * each, bins).unwrap();
                assert_close(likely_max(bins * each, bins).unwrap(), model.mean(), 0.3);
            }
        }
        // In heavy load the excess itself is near, not only the sum.
        let (bins, each) = (10_000_u64, 1_000_000_u64);
        let mean = MaxLoad::new(bins * each, bins).unwrap().mean();
        let likely = likely_max(bins * each, bins).unwrap();
        assert_close(likely - each as f64, mean - each as f64, 0.05);
    }

    #[test]
    fn the_edges_are_one_bin_one_ball_and_crowds() {
        let one_bin = MaxLoad::new(1_000, 1).unwrap();
        assert!(one_bin.mean() == 1_000.0 && one_bin.max_over_mean() == 1.0);
        assert!(one_bin.at_most(999) == 0.0 && one_bin.at_most(1_000) == 1.0);
        let one_ball = MaxLoad::new(1, 50).unwrap();
        assert!(one_ball.mean() == 1.0 && one_ball.max_over_mean() == 50.0);
        let crowd = MaxLoad::new(10_000_000_000, 10).unwrap();
        assert!(crowd.max_over_mean() < 1.000_1 && 1.0 < crowd.max_over_mean());
        assert!(crowd.quantile(0.5) < crowd.quantile(0.999_999));
        assert!(MaxLoad::new(0, 1).is_err() && MaxLoad::new(1, 0).is_err());
        assert!(MaxLoad::new(u64::MAX, 2).is_err());
        assert!(likely_max(10, 2).is_err() && likely_max(0, 10).is_err());
    }
}
