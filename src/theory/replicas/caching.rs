//! What a cache knows that keeps the answers that were asked for last.

use crate::theory::{TheoryError, ensure, numeric::root};

/// Keys that are asked for equally often: how many, and how often in a second each of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Keys {
    /// How many.
    pub count: f64,
    /// Requests for each of them, per second.
    pub rate: f64,
}

/// A cache that makes room by dropping what was asked for the longest time ago, in which answers may be good for a time only.
///
/// # Formula
/// ```text
/// Σ_k (1 − e^(−λ_k·T)) = C                             T, the characteristic time
/// h_k = 1 − e^(−λ_k·T)                                 answers are good for ever
/// h_k = E_k/(1 + E_k)                                  good for a time D from when they came
/// E_k = λ_k·G(D) + g(D) − 1,    q = λ_k·e^(−λ_k·T)     requests that one answer serves
/// g(t) = Σ_{j·T ≤ t} (−q)^j·(t − j·T)^j/j!,    G(t) = ∫_0^t g
/// ```
/// - `keys`: `λ_k`, requests per second for each key
/// - `entries`: `C`
/// - `good_for`: `D`
///
/// An entry is as if it stayed until it has not been asked for during the time `T`, the same for all. An answer that is good
/// for a time serves whoever asks before that is over without a gap longer than `T`; `E_k` is the renewal function of gaps
/// that are shorter. What is no longer good keeps its place, and a request for it puts it first as any other, so `T` does not
/// depend on `D`. For `D ≤ T` this is `λ_k·D/(1 + λ_k·D)`.
///
/// # Validity
/// Independent requests, Poisson where answers are good for a time; an answer is there as soon as it is asked for. An
/// approximation for few entries, and exact in the limit of many; within a hundredth for a dozen keys.
///
/// # Source
/// Che, Tung and Wang, *IEEE J. Selected Areas in Communications* 20(7), 2002; the same limit: Fagin, *J. Computer and System
/// Sciences* 15, 1977. Answers good for a time: Jung, Berger and Balakrishnan, *Proc. IEEE INFOCOM*, 2003; together with
/// dropping by the transform of defective gaps.
#[derive(Clone, Copy, Debug)]
pub struct Lru {
    time: f64,
    hits: f64,
}

impl Lru {
    /// Makes the model from the keys, the room and, where that ends, how many seconds an answer is good for.
    pub fn new(keys: &[Keys], entries: f64, good_for: Option<f64>) -> Result<Self, TheoryError> {
        let valid = |keys: &Keys| {
            let finite = keys.count.is_finite() && keys.rate.is_finite();
            finite && 0.0 < keys.count && 0.0 <= keys.rate
        };
        ensure(
            keys.iter().all(valid),
            "a number or a rate of keys is negative or not finite",
        )?;
        let total: f64 = keys.iter().map(|keys| keys.count * keys.rate).sum();
        ensure(0.0 < total, "nothing is asked for")?;
        ensure(entries.is_finite() && 0.0 < entries, "there is no room")?;
        let ends = good_for.unwrap_or(f64::INFINITY);
        ensure(0.0 < ends, "answers are good for no time")?;
        let time = characteristic_time(keys, entries, total);
        let known = |keys: &Keys| {
            let served = served(keys.rate, time, ends);
            let share = if served.is_finite() {
                served / (1.0 + served)
            } else {
                1.0
            };
            keys.count * keys.rate * share
        };
        Ok(Self {
            time,
            hits: keys.iter().map(known).sum::<f64>() / total,
        })
    }
    /// Returns for how many seconds an entry stays that nobody asks for; infinite where there is room for all.
    pub fn characteristic_time(&self) -> f64 {
        self.time
    }
    /// Returns the share of requests whose answer is known.
    pub fn hits(&self) -> f64 {
        self.hits
    }
}

fn characteristic_time(keys: &[Keys], entries: f64, total: f64) -> f64 {
    let asked: f64 = keys
        .iter()
        .filter(|keys| 0.0 < keys.rate)
        .map(|keys| keys.count)
        .sum();
    if asked <= entries {
        return f64::INFINITY;
    }
    let there = |time: f64| -> f64 {
        let there = |keys: &Keys| -keys.count * (-keys.rate * time).exp_m1();
        keys.iter().map(there).sum()
    };
    let mut most = entries / total;
    while there(most) < entries {
        most *= 2.0;
    }
    root(0.0, most, |time| entries - there(time))
}

/// Terms that are looked at; see [`NEARLY_OVER`].
const TERMS: i32 = 200;
/// With more of `q·t` the renewal function is at its limit to eight figures; with less, its terms do not cancel too many.
const NEARLY_OVER: f64 = 20.0;

/// Returns how many requests the answer to one serves: those before it is no longer good, and before a gap that is too long.
fn served(rate: f64, time: f64, good_for: f64) -> f64 {
    let ends = rate * (-rate * time).exp();
    if good_for <= time {
        return rate * good_for;
    }
    if NEARLY_OVER < ends * good_for {
        return (rate * time).exp_m1();
    }
    let (mut plain, mut summed, mut factor) = (0.0, 0.0, 1.0);
    for j in 0..TERMS {
        let left = good_for - f64::from(j) * time;
        if left < 0.0 {
            break;
        }
        // Powers and factorials together, so that neither overflows.
        let power = (1..=j).fold(1.0, |power, i| power * ends * left / f64::from(i));
        plain += factor * power;
        summed += factor * power * left / f64::from(j + 1);
        factor = -factor;
    }
    rate * summed + plain - 1.0
}

/// Keys that get more than one key each of a list; from there on neighbours are taken together.
const LISTED: u32 = 1_000;
/// Neighbours that are taken together, as a part of those before them.
const TOGETHER: f64 = 0.005;

/// Returns keys by Zipf's law, `count` of them with weights `i^(−exponent)`, that are asked for `rate` times a second in all.
/// Many keys are taken together in groups of neighbours, which changes the sum of their rates by less than a millionth.
pub fn zipf(count: u32, exponent: f64, rate: f64) -> Vec<Keys> {
    let listed = (1..=count.min(LISTED)).map(|key| Keys {
        count: 1.0,
        rate: f64::from(key).powf(-exponent),
    });
    let mut keys: Vec<Keys> = listed.collect();
    let mut first = LISTED;
    while first < count {
        let many = ((TOGETHER * f64::from(first)) as u32).clamp(1, count - first);
        // The middle of the group stands for all of it.
        let middle = f64::from(first) + f64::midpoint(f64::from(many), 1.0);
        keys.push(Keys {
            count: f64::from(many),
            rate: middle.powf(-exponent),
        });
        first += many;
    }
    let whole: f64 = keys.iter().map(|keys| keys.count * keys.rate).sum();
    for keys in &mut keys {
        keys.rate *= rate / whole;
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::test_support::assert_close;

    fn one_by_one(rates: &[f64]) -> Vec<Keys> {
        rates.iter().map(|&rate| Keys { count: 1.0, rate }).collect()
    }

    /// What an LRU cache knows exactly: the keys that were asked for last, in that order, one after the other (King, 1971).
    fn exact(shares: &[f64], entries: usize, there: &mut Vec<usize>, chance: f64) -> f64 {
        if there.len() == entries {
            return chance * there.iter().map(|&key| shares[key]).sum::<f64>();
        }
        let left = 1.0 - there.iter().map(|&key| shares[key]).sum::<f64>();
        let mut sum = 0.0;
        for key in 0..shares.len() {
            if there.contains(&key) {
                continue;
            }
            there.push(key);
            sum += exact(shares, entries, there, chance * shares[key] / left);
            there.pop();
        }
        sum
    }

    #[test]
    fn a_dozen_keys_are_near_the_exact_chain() {
        for (exponent, entries) in [(0.8, 1), (0.8, 3), (0.8, 5), (1.2, 4), (0.0, 4)] {
            let keys = zipf(12, exponent, 1.0);
            let shares: Vec<f64> = keys.iter().map(|keys| keys.rate).collect();
            let expected = exact(&shares, entries, &mut Vec::new(), 1.0);
            let got = Lru::new(&keys, entries as f64, None).unwrap().hits();
            assert!(
                (got - expected).abs() < 0.01,
                "{entries} at {exponent}: {got} and {expected}"
            );
            assert!((got - expected).abs() < 1e-12 || exponent != 0.0);
        }
    }

    /// `m(t) = F(t) + ∫ m(t − x) f(x) dx` in small steps, for gaps that end where they are too long.
    #[test]
    fn what_an_answer_serves_agrees_with_the_renewal_equation() {
        for (rate, time, good_for) in [
            (1.0, 1.0, 3.5),
            (0.3, 2.0, 9.0),
            (3.0, 1.0, 4.2),
            (2.0, 0.7, 30.0),
        ] {
            let steps = 6_000;
            let step: f64 = good_for / f64::from(steps);
            // The chance of a gap of each length, in steps.
            let density = |i: i32| {
                let (lo, hi) = ((f64::from(i) - 0.5) * step, (f64::from(i) + 0.5) * step);
                let tail = |x: f64| (-rate * x.clamp(0.0, time)).exp();
                tail(lo) - tail(hi)
            };
            let gaps: Vec<f64> = (0..=steps).map(density).collect();
            let mut each = vec![0.0; gaps.len()];
            for n in 0..gaps.len() {
                let before: f64 = (0..n).map(|i| each[i] * gaps[n - i]).sum();
                each[n] = (gaps[n] + before) / (1.0 - gaps[0]);
            }
            let last = each.len() - 1;
            let expected = each.iter().sum::<f64>() - each[last] / 2.0;
            assert_close(served(rate, time, good_for), expected, 2e-3);
        }
        // At its limit before and behind the place where the terms are given up.
        for rate in [0.5, 1.0, 4.0] {
            let ends = rate * f64::exp(-rate);
            let (before, behind) = (0.999 * NEARLY_OVER / ends, 1.001 * NEARLY_OVER / ends);
            assert_close(served(rate, 1.0, before), served(rate, 1.0, behind), 1e-6);
        }
    }

    #[test]
    fn many_keys_taken_together_are_as_one_by_one() {
        let together = zipf(200_000, 0.9, 50.0);
        assert!(together.len() < 3_000, "{}", together.len());
        assert_close(together.iter().map(|keys| keys.count).sum(), 200_000.0, 1e-12);
        let whole: f64 = (1..=200_000).map(|key| f64::from(key).powf(-0.9)).sum();
        let rates: Vec<f64> = (1..=200_000)
            .map(|key| 50.0 * f64::from(key).powf(-0.9) / whole)
            .collect();
        for good_for in [None, Some(500.0)] {
            let single = Lru::new(&one_by_one(&rates), 5_000.0, good_for).unwrap();
            let grouped = Lru::new(&together, 5_000.0, good_for).unwrap();
            assert_close(grouped.hits(), single.hits(), 1e-6);
            assert_close(grouped.characteristic_time(), single.characteristic_time(), 1e-5);
        }
    }

    #[test]
    fn the_edges_are_equal_keys_room_for_all_and_answers_that_soon_end() {
        let equal = [Keys {
            count: 50.0,
            rate: 0.2,
        }];
        assert_close(Lru::new(&equal, 20.0, None).unwrap().hits(), 0.4, 1e-12);
        let all = Lru::new(&equal, 50.0, None).unwrap();
        assert!(all.hits() == 1.0 && all.characteristic_time().is_infinite());
        // Jung, Berger and Balakrishnan: λD/(1 + λD).
        let ends = Lru::new(&equal, 60.0, Some(30.0)).unwrap();
        assert_close(ends.hits(), 6.0 / 7.0, 1e-14);
        let soon = Lru::new(&equal, 20.0, Some(0.1)).unwrap();
        assert_close(soon.hits(), 0.02 / 1.02, 1e-12);
        let late = Lru::new(&equal, 20.0, Some(1e6)).unwrap();
        assert_close(late.hits(), 0.4, 1e-9);
        assert!(Lru::new(&[], 5.0, None).is_err() && Lru::new(&equal, 0.0, None).is_err());
        assert!(Lru::new(&equal, 5.0, Some(0.0)).is_err());
        assert!(
            Lru::new(
                &[Keys {
                    count: 1.0,
                    rate: -1.0
                }],
                5.0,
                None
            )
            .is_err()
        );
    }
}
