//! How unevenly a ring of hashes divides its keys, and what one popular key does.

use super::order_statistics::moments;
use crate::theory::{TheoryError, ensure, numeric::poisson};

/// Returns how many times its fair share the largest share of a hash ring is, on average.
///
/// # Formula
/// ```text
/// E[max share]·n = E[max of n independent Gamma(v, 1)] / v,    for v = 1 the harmonic number H_n
/// ```
/// The arcs between points at random are exponential times given their sum, and shares do not depend on that sum.
/// - `servers`: `n`
/// - `points`: `v`, points on the ring for each server (virtual nodes)
///
/// # Validity
/// Points as good as chance, keys many and of equal weight: few keys vary on top of it
/// ([`MaxLoad`](super::balls_into_bins::MaxLoad)). An integral, to about ten figures.
///
/// # Source
/// The ring: Karger and others, *Proc. 29th ACM STOC*, 1997. Spacings: Devroye, *Non-Uniform Random Variate Generation*
/// (1986), ch. V.
pub fn ring_max_over_mean(servers: u32, points: u32) -> Result<f64, TheoryError> {
    ensure(
        0 < servers && 0 < points,
        "there is no server or no point on the ring",
    )?;
    if servers == 1 {
        return Ok(1.0);
    }
    let one_exceeds = |t: f64| {
        // A Gamma time of v stages lasts as long as fewer than v Poisson events have happened.
        let (first, events) = poisson(t);
        let few = (points as usize).saturating_sub(first);
        events.iter().take(few).sum::<f64>().min(1.0)
    };
    let largest_exceeds = |t: f64| -(f64::from(servers) * (-one_exceeds(t)).ln_1p()).exp_m1();
    let (mean, _) = moments(f64::from(points), largest_exceeds);
    Ok(mean / f64::from(points))
}

/// Returns the squared coefficient of variation of one server's share of a hash ring: `(n − 1)/(n·v + 1)`.
///
/// # Validity
/// As [`ring_max_over_mean`]; exact.
///
/// # Source
/// A share is Beta(v, (n − 1)·v): Devroye (1986), ch. V.
pub fn ring_share_scv(servers: u32, points: u32) -> Result<f64, TheoryError> {
    ensure(
        0 < servers && 0 < points,
        "there is no server or no point on the ring",
    )?;
    let (n, v) = (f64::from(servers), f64::from(points));
    Ok((n - 1.0) / (n * v + 1.0))
}

/// Returns the share of requests that go to the most popular key under Zipf's law.
///
/// # Formula
/// ```text
/// 1 / H_{K,s},    H_{K,s} = Σ_{i=1..K} i^(−s)
/// ```
/// - `keys`: `K`
/// - `exponent`: `s`, at least 0, where all keys are alike
///
/// # Validity
/// Exact; from the thousandth key on the sum is taken by Euler and Maclaurin's formula, to about fourteen figures.
///
/// # Source
/// Zipf, *Human Behavior and the Principle of Least Effort* (1949).
pub fn hottest_share(keys: u64, exponent: f64) -> Result<f64, TheoryError> {
    ensure(0 < keys, "there is no key")?;
    ensure(
        exponent.is_finite() && 0.0 <= exponent,
        "the exponent is negative or not finite",
    )?;
    let weight = |key: f64| key.powf(-exponent);
    let listed = keys.min(LISTED);
    let head: f64 = (1..=listed).rev().map(|key| weight(key as f64)).sum();
    if listed == keys {
        return Ok(head.recip());
    }
    let (from, to) = (listed as f64, keys as f64);
    let (growth, power) = ((to / from).ln(), 1.0 - exponent);
    let scaled = if power == 0.0 {
        growth
    } else {
        (power * growth).exp_m1() / power
    };
    let area = from.powf(power) * scaled;
    let slope = |key: f64| -exponent * weight(key) / key;
    let rest = area + (weight(to) - weight(from)) / 2.0 + (slope(to) - slope(from)) / 12.0;
    Ok((head + rest).recip())
}

/// Keys whose weights are summed one by one.
const LISTED: u64 = 1_000;

/// Returns a bound from below on the load of the fullest shard over the average one under Zipf's law: `max(1, n/H_{K,s})`.
///
/// # Validity
/// Any placement of whole keys on `n` shards: whoever has the hottest key has at least its load. Where that is much more
/// than a fair share, the bound is near.
///
/// # Source
/// As [`hottest_share`].
pub fn zipf_max_over_mean_lower(keys: u64, exponent: f64, shards: u32) -> Result<f64, TheoryError> {
    ensure(0 < shards, "there is no shard")?;
    Ok((f64::from(shards) * hottest_share(keys, exponent)?).max(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{rng::Seed, theory::test_support::assert_close};

    /// One point each: harmonic numbers. Two servers with two points: 1/2 + (1/2)·E|2X − 1| with X of density 6x(1 − x).
    #[test]
    fn rings_match_exact_fractions() {
        for (servers, harmonic) in [(2, 1.5), (3, 11.0 / 6.0), (5, 137.0 / 60.0)] {
            assert_close(ring_max_over_mean(servers, 1).unwrap(), harmonic, 1e-10);
        }
        assert_close(ring_max_over_mean(2, 2).unwrap(), 1.375, 1e-10);
        assert_close(ring_share_scv(4, 10).unwrap(), 3.0 / 41.0, 1e-15);
    }

    #[test]
    fn rings_drawn_at_random_agree() {
        let (servers, points, rings) = (6, 8, 40_000);
        let mut chance = Seed(1_997).replication(0).stream("ring");
        let (mut largest, mut squares) = (0.0, 0.0);
        for _ in 0..rings {
            let count = servers * points;
            let mut ring: Vec<(f64, usize)> = (0..count).map(|i| (chance.open01(), i % servers)).collect();
            ring.sort_by(|a, b| a.0.total_cmp(&b.0));
            let mut shares = vec![0.0; servers];
            for (i, &(at, owner)) in ring.iter().enumerate() {
                let before = if i == 0 {
                    ring[count - 1].0 - 1.0
                } else {
                    ring[i - 1].0
                };
                shares[owner] += at - before;
            }
            let fair = servers as f64;
            largest += shares.iter().copied().fold(0.0, f64::max) * fair;
            squares += (shares[0] * fair - 1.0).powi(2);
        }
        let mean = largest / f64::from(rings);
        let expected = ring_max_over_mean(servers as u32, points as u32).unwrap();
        assert_close(mean, expected, 3e-3);
        assert!((mean - ring_max_over_mean(6, 9).unwrap()).abs() > 6e-3);
        let scv = ring_share_scv(servers as u32, points as u32).unwrap();
        assert_close(squares / f64::from(rings), scv, 0.03);
    }

    #[test]
    fn more_points_even_out_and_more_servers_do_not() {
        let at = |servers, points| ring_max_over_mean(servers, points).unwrap();
        assert!(at(10, 100) < at(10, 10) && at(10, 10) < at(100, 10));
        // About √(2·ln n/v) above fair for many points.
        assert!((0.05..0.1).contains(&(at(100, 1_000) - 1.0)));
        assert!(at(1, 1) == 1.0 && at(1_000, 4_000) < 1.06);
    }

    #[test]
    fn the_hottest_key_matches_known_sums() {
        assert_close(hottest_share(4, 1.0).unwrap(), 12.0 / 25.0, 1e-15);
        assert_close(hottest_share(77, 0.0).unwrap(), 1.0 / 77.0, 1e-14);
        let many = 1_000_000_000_000_u64;
        let euler = 0.577_215_664_901_532_9;
        assert_close(
            hottest_share(many, 1.0).unwrap(),
            ((many as f64).ln() + euler).recip(),
            1e-13,
        );
        let basel = std::f64::consts::PI.powi(2) / 6.0;
        assert_close(hottest_share(many, 2.0).unwrap(), (basel - 1e-12).recip(), 1e-13);
        // Against the plain sum, and without a jump at the exponent of 1.
        let plain: f64 = (1..=50_000).rev().map(|i| f64::from(i).powf(-0.8)).sum();
        assert_close(hottest_share(50_000, 0.8).unwrap(), plain.recip(), 1e-13);
        let near = hottest_share(50_000, 1.0 + 1e-12).unwrap();
        assert_close(near, hottest_share(50_000, 1.0).unwrap(), 1e-10);
    }

    /// Five keys on two shards, every way to place them.
    #[test]
    fn no_placement_is_below_the_bound() {
        let (keys, shards) = (5_u32, 2);
        for exponent in [0.0, 0.7, 1.5, 3.0] {
            let top = hottest_share(u64::from(keys), exponent).unwrap();
            let bound = zipf_max_over_mean_lower(u64::from(keys), exponent, shards).unwrap();
            let best = (0..1_u32 << keys)
                .map(|way| {
                    let on = (0..keys).filter(|key| way >> key & 1 == 1);
                    let load: f64 = on.map(|key| top * f64::from(key + 1).powf(-exponent)).sum();
                    2.0 * load.max(1.0 - load)
                })
                .fold(f64::INFINITY, f64::min);
            assert!(bound <= best + 1e-12, "{exponent}: {bound} above {best}");
            // The hottest key alone on a shard is the best there is, once it is more than half of all.
            if exponent == 3.0 {
                assert_close(best, bound, 1e-12);
            }
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        assert!(ring_max_over_mean(0, 1).is_err() && ring_max_over_mean(1, 0).is_err());
        assert!(ring_share_scv(0, 1).is_err() && hottest_share(0, 1.0).is_err());
        assert!(hottest_share(5, -0.1).is_err() && hottest_share(5, f64::NAN).is_err());
        assert!(zipf_max_over_mean_lower(5, 1.0, 0).is_err());
        assert!(hottest_share(1, 1.0).unwrap() == 1.0);
    }
}
