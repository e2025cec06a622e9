//! The time until the k-th of n answers: what a quorum waits for where nothing queues.

use crate::theory::{
    TheoryError, ensure, ensure_service_rate,
    numeric::{integral, quantile},
};

/// P(a replica has not answered after so many seconds).
pub type Tail<'a> = &'a dyn Fn(f64) -> f64;

/// The k-th of n exponential answers.
///
/// # Formula
/// ```text
/// E[T] = 1/μ · Σ_{i=n−k+1..n} 1/i,    Var T = 1/μ² · Σ_{i=n−k+1..n} 1/i²
/// P(T > t) = P(Binomial(n, 1 − e^(−μt)) < k)
/// ```
/// - `k`: answers needed, `1 ≤ k ≤ n`
/// - `replicas`: `n`, asked at the same time
/// - `rate`: `μ`, answers per second of one
///
/// # Validity
/// Independent exponential answers, nobody waits for anything else.
///
/// # Source
/// Rényi, *Acta Math. Acad. Sci. Hungar.* 4, 1953; David and Nagaraja, *Order Statistics* (2003), ch. 2 and 3.
#[derive(Clone, Copy, Debug)]
pub struct KthExponential {
    k: u32,
    replicas: u32,
    rate: f64,
}

impl KthExponential {
    /// Makes the model from the answers needed, the replicas asked and the rate of one answer, per second.
    pub fn new(k: u32, replicas: u32, rate: f64) -> Result<Self, TheoryError> {
        ensure(
            0 < k && k <= replicas,
            "the answers needed are not from 1 to those asked",
        )?;
        ensure_service_rate(rate)?;
        Ok(Self { k, replicas, rate })
    }
    /// The rates at which one answer follows another, the last first.
    fn rates(&self) -> impl Iterator<Item = f64> + use<> {
        let (last, rate) = (self.replicas, self.rate);
        (last - self.k + 1..=last).rev().map(move |i| f64::from(i) * rate)
    }
    /// Returns the mean time, in seconds.
    pub fn mean(&self) -> f64 {
        self.rates().map(f64::recip).sum()
    }
    /// Returns the variance of the time, in s².
    pub fn variance(&self) -> f64 {
        self.rates().map(|rate| rate.powi(-2)).sum()
    }
    /// Returns P(time > t).
    pub fn tail(&self, t: f64) -> f64 {
        let one = (-self.rate * t.max(0.0)).exp();
        fewer(self.k, [(self.replicas, one)])
    }
    /// Returns the time that a share `p` does not exceed, in seconds.
    pub fn quantile(&self, p: f64) -> f64 {
        quantile(p, self.mean(), |t| self.tail(t))
    }
}

/// The k-th of n answers, of any distributions.
///
/// # Formula
/// ```text
/// P(T > t) = P(fewer than k have answered by t),    E[T] = ∫ P(T > t) dt
/// ```
/// The number of answers is Poisson–binomial: one replica after another, `p(j) ← p(j)·P(not yet) + p(j − 1)·P(answered)`.
/// - `k`: answers needed, `1 ≤ k ≤ n`
/// - `groups`: how many replicas are alike, and the tail of one's answer; all of them are `n`
///
/// # Validity
/// Independent answers, nobody waits for anything else. Probabilities are sums of positive terms; moments are integrals,
/// to about ten figures where the tails have no more than a few kinks or steps. Infinite moments are told as infinite.
///
/// # Source
/// David and Nagaraja, *Order Statistics* (2003), ch. 2 and 5.
#[derive(Clone)]
pub struct KthAnswer<'a> {
    k: u32,
    groups: Vec<(u32, Tail<'a>)>,
    scale: f64,
}

impl<'a> KthAnswer<'a> {
    /// Makes the model from the answers needed, the replicas, and a guess of the size of the time, in seconds; a bad guess
    /// costs time only.
    pub fn new(k: u32, groups: &[(u32, Tail<'a>)], scale: f64) -> Result<Self, TheoryError> {
        let replicas: u32 = groups.iter().map(|(count, _)| count).sum();
        ensure(
            0 < k && k <= replicas,
            "the answers needed are not from 1 to those asked",
        )?;
        ensure(
            scale.is_finite() && 0.0 < scale,
            "the size of a time is not positive and finite",
        )?;
        Ok(Self {
            k,
            groups: groups.to_vec(),
            scale,
        })
    }
    /// Returns P(time > t).
    pub fn tail(&self, t: f64) -> f64 {
        fewer(self.k, self.groups.iter().map(|(count, tail)| (*count, tail(t))))
    }
    /// Returns the time that a share `p` does not exceed, in seconds.
    pub fn quantile(&self, p: f64) -> f64 {
        quantile(p, self.scale, |t| self.tail(t))
    }
    /// Returns the mean time and its variance, in seconds and s².
    pub fn moments(&self) -> (f64, f64) {
        moments(self.scale, |t| self.tail(t))
    }
}

/// Returns P(fewer than k have answered), from the groups of equal replicas and P(one of them has not).
fn fewer(k: u32, groups: impl IntoIterator<Item = (u32, f64)>) -> f64 {
    let mut answered = vec![0.0; k as usize];
    answered[0] = 1.0;
    for (count, not_yet) in groups {
        for _ in 0..count {
            for j in (1..answered.len()).rev() {
                answered[j] = answered[j] * not_yet + answered[j - 1] * (1.0 - not_yet);
            }
            answered[0] *= not_yet;
        }
    }
    answered.iter().sum()
}

/// Returns the mean and the variance of a time from its tail, around its median, so that a narrow distribution far from 0
/// keeps its figures.
pub(super) fn moments(scale: f64, tail: impl Fn(f64) -> f64) -> (f64, f64) {
    let at = |p: f64| quantile(p, scale, &tail);
    let (low, median, high) = (at(0.1), at(0.5), at(0.9));
    let step = |width: f64| if 0.0 < width { width } else { scale };
    let above = |power: i32| beyond(median, step(high - median), power, &tail);
    let below = |power: i32| up_to(median, step(median - low), power, &tail);
    let offset = above(0) - below(0);
    let square = 2.0 * (above(1) + below(1));
    let variance = if square.is_finite() {
        square - offset * offset
    } else {
        f64::INFINITY
    };
    (median + offset, variance)
}

/// `∫ (t − from)^power · tail(t) dt` from `from` on, in panels that double.
fn beyond(from: f64, mut width: f64, power: i32, tail: impl Fn(f64) -> f64) -> f64 {
    let (mut lo, mut sum) = (from, 0.0);
    loop {
        let hi = lo + width;
        if !hi.is_finite() {
            return f64::INFINITY;
        }
        sum += halving(lo, hi, (hi - from).powi(power) * tail(lo), |t| {
            (t - from).powi(power) * tail(t)
        });
        let left = tail(hi) * (hi - from).powi(power + 1);
        if left <= 1e-17 * sum {
            return sum;
        }
        (lo, width) = (hi, 2.0 * width);
    }
}

/// `∫ (to − t)^power · (1 − tail(t)) dt` from 0 to `to`.
fn up_to(to: f64, mut width: f64, power: i32, tail: impl Fn(f64) -> f64) -> f64 {
    let (mut hi, mut sum) = (to, 0.0);
    while 0.0 < hi {
        let lo = (hi - width).max(0.0);
        sum += halving(lo, hi, (to - lo).powi(power) * (1.0 - tail(hi)), |t| {
            (to - t).powi(power) * (1.0 - tail(t))
        });
        (hi, width) = (lo, 2.0 * width);
    }
    sum
}

/// The integral from `lo` to `hi`, where `f` is at most `most`; halved around kinks and steps until they no longer matter.
fn halving(lo: f64, hi: f64, most: f64, f: impl Fn(f64) -> f64) -> f64 {
    // No nearer than the rounding of tails allows.
    let error = 1e-12 * most * (hi - lo);
    let (mut parts, mut sum, mut left) = (vec![(lo, hi, integral(lo, hi, &f))], 0.0, HALVINGS);
    while let Some((lo, hi, whole)) = parts.pop() {
        let middle = f64::midpoint(lo, hi);
        let (near, far) = (integral(lo, middle, &f), integral(middle, hi, &f));
        if left == 0 || (near + far - whole).abs() <= error {
            sum += near + far;
        } else {
            left -= 1;
            parts.push((lo, middle, near));
            parts.push((middle, hi, far));
        }
    }
    sum
}

/// Closes in a few steps to about a part in 1e12 of their panel.
const HALVINGS: u32 = 200;

#[cfg(test)]
mod tests;
