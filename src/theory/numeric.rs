//! The numerical tools that several formulas share: roots, quantiles, integrals, stationary probabilities.

/// Returns the smallest `t ≥ 0` at which a falling `tail(t)` = P(T > t) is down to `1 − probability`.
///
/// `scale` is a positive guess of the size of the answer; a bad one costs time only.
pub(crate) fn quantile(probability: f64, scale: f64, tail: impl Fn(f64) -> f64) -> f64 {
    let target = 1.0 - probability;
    if target <= 0.0 {
        return f64::INFINITY;
    }
    if tail(0.0) <= target {
        return 0.0;
    }
    let (mut lo, mut hi) = (0.0, scale);
    while target < tail(hi) {
        (lo, hi) = (hi, 2.0 * hi);
    }
    // Tails fall nearly exponentially, so their logarithm is nearly straight and the secant steps few.
    root(lo, hi, |t| (tail(t) / target).ln())
}

/// Returns where `f` falls through zero between `lo` and `hi`, to about 13 figures; see [`root_within`].
pub(super) fn root(lo: f64, hi: f64, f: impl Fn(f64) -> f64) -> f64 {
    root_within(lo, hi, 1e-14, f)
}

/// Returns where `f` falls through zero between `lo` and `hi`, to a relative error.
///
/// Needs `f(lo) ≥ 0 ≥ f(hi)`; infinite values are welcome. This is the Illinois rule (Dowell and Jarratt,
/// *BIT* 11, 1971) with bisection wherever a secant is of no use.
pub(crate) fn root_within(mut lo: f64, mut hi: f64, error: f64, f: impl Fn(f64) -> f64) -> f64 {
    let (mut f_lo, mut f_hi) = (f(lo), f(hi));
    let mut last_moved_lo = None;
    for step in 0..200 {
        let width = hi - lo;
        if width <= error * hi.abs() || f_lo == 0.0 {
            break;
        }
        let secant = lo + width * f_lo / (f_lo - f_hi);
        let useful = f_lo.is_finite() && f_hi.is_finite() && lo < secant && secant < hi && step % 4 != 3;
        let middle = if useful { secant } else { f64::midpoint(lo, hi) };
        let value = f(middle);
        if value == 0.0 {
            return middle;
        }
        let moves_lo = 0.0 < value;
        if moves_lo {
            (lo, f_lo) = (middle, value);
            if last_moved_lo == Some(true) {
                f_hi *= 0.5;
            }
        } else {
            (hi, f_hi) = (middle, value);
            if last_moved_lo == Some(false) {
                f_lo *= 0.5;
            }
        }
        last_moved_lo = Some(moves_lo);
    }
    f64::midpoint(lo, hi)
}

/// Returns the integral of `f` from `lo` to `hi`, both finite; `f` may be infinite or steep at the ends, but has
/// to be smooth between them. Tanh–sinh rule (Takahasi and Mori, *Publ. RIMS* 9, 1974).
pub(super) fn integral(lo: f64, hi: f64, f: impl Fn(f64) -> f64) -> f64 {
    let width = hi - lo;
    let terms = nodes(32).map(|(from_lo, from_hi, weight)| {
        // Measured from the nearer end, a place keeps its figures even where it all but touches that end.
        let x = if from_lo < from_hi {
            lo + from_lo * width
        } else {
            hi - from_hi * width
        };
        if x <= lo || hi <= x { 0.0 } else { weight * f(x) }
    });
    width * terms.sum::<f64>()
}

/// Returns the nodes of the tanh–sinh rule on (0, 1) with so many steps to the unit:
/// `(distance from 0, distance from 1, weight)`.
pub(super) fn nodes(density: i32) -> impl Iterator<Item = (f64, f64, f64)> {
    use std::f64::consts::PI;
    let half = density * 10 / 3;
    (-half..=half).map(move |index| {
        let t = f64::from(index) / f64::from(density);
        let bend = PI * t.sinh();
        let (near, far) = (
            (1.0 + bend.abs().exp()).recip(),
            (1.0 + (-bend.abs()).exp()).recip(),
        );
        let weight = PI * t.cosh() * near * far / f64::from(density);
        if t < 0.0 {
            (near, far, weight)
        } else {
            (far, near, weight)
        }
    })
}

/// Returns the probabilities of a Poisson variable, from the first that matters on: `(first, probabilities)`.
pub(super) fn poisson(mean: f64) -> (usize, Vec<f64>) {
    unimodal(mean as usize, usize::MAX, |n| mean / n as f64)
}

/// Returns P(T > t) for a time T of exponential stages, from `at_least[j]` = P(more than j stages) and the mean
/// number of stages done in t.
pub(super) fn stages_tail(at_least: &[f64], mean_done: f64) -> f64 {
    let (first, done) = poisson(mean_done);
    done.iter()
        .zip(at_least.iter().skip(first))
        .map(|(p, more)| p * more)
        .sum()
}

/// Probabilities of more than j stages that in the end fall by a constant ratio.
#[derive(Clone, Debug)]
pub(super) struct GeometricEnd {
    listed: Vec<f64>,
    ratio: f64,
}

impl GeometricEnd {
    /// Makes it from the probabilities up to some j, and the ratio by which each falls after the last of them.
    pub(super) fn new(mut listed: Vec<f64>, ratio: f64) -> Self {
        // Long enough that no power of the ratio is too large for a float.
        while let Some(last) = listed
            .last()
            .filter(|&&last| 1e-18 < last && listed.len() < 1_000)
        {
            listed.push(last * ratio);
        }
        Self { listed, ratio }
    }
    /// Returns P(more than j stages), for a j that is listed.
    pub(super) fn listed(&self, j: usize) -> f64 {
        self.listed[j]
    }
    /// Returns the sum of all.
    #[cfg(test)]
    pub(super) fn sum(&self) -> f64 {
        let last = self.listed[self.listed.len() - 1];
        self.listed.iter().sum::<f64>() + last * self.ratio / (1.0 - self.ratio)
    }
    /// Returns P(T > t) as [`stages_tail`] does, from the probabilities from the `skip`-th on.
    pub(super) fn stages_tail(&self, skip: usize, mean_done: f64) -> f64 {
        let head = stages_tail(&self.listed[skip..], mean_done);
        let len = self.listed.len() - skip;
        let last = self.listed[self.listed.len() - 1];
        if last <= 1e-18 {
            return head;
        }
        // Σ_{j ≥ len} e^(−x)·x^j/j!·last·r^(j − len + 1) is a Poisson tail with mean r·x.
        let mean = mean_done * self.ratio;
        let (first, done) = poisson(mean);
        let many: f64 = done.iter().skip(len.saturating_sub(first)).sum();
        let scale = last.ln() - (len - 1) as f64 * self.ratio.ln() - mean_done * (1.0 - self.ratio);
        head + many * scale.exp()
    }
}

/// Returns probabilities from their ratios `ratio(n) = P(n) / P(n − 1)`, for `n` up to `last`: `(first, P)`.
///
/// Starting at the mode and walking outward, nothing overflows, and what is below 1e-25 of the peak is left out.
/// The ratios must fall with `n` (a log-concave distribution), and `mode` be near the peak.
pub(super) fn unimodal(mode: usize, last: usize, ratio: impl Fn(usize) -> f64) -> (usize, Vec<f64>) {
    unimodal_above(1e-25, mode, last, ratio)
}

/// The same down to another share of the peak; to 0 where the rarest states are what matters.
pub(super) fn unimodal_above(
    negligible: f64,
    mode: usize,
    last: usize,
    ratio: impl Fn(usize) -> f64,
) -> (usize, Vec<f64>) {
    let mut weights = Vec::new();
    let (mut weight, mut first) = (1.0, mode);
    while 0 < first && negligible < weight {
        weight /= ratio(first);
        first -= 1;
        weights.push(weight);
    }
    weights.reverse();
    weights.push(1.0);
    let (mut weight, mut n) = (1.0, mode);
    while n < last && negligible < weight {
        n += 1;
        weight *= ratio(n);
        weights.push(weight);
    }
    let total: f64 = weights.iter().sum();
    for weight in &mut weights {
        *weight /= total;
    }
    (first, weights)
}

/// Returns P(X + Y > t) for independent exponential X and Y with these rates, equal ones included.
pub(super) fn hypoexponential_tail(rate: f64, other: f64, t: f64) -> f64 {
    let (slow, fast) = if rate < other {
        (rate, other)
    } else {
        (other, rate)
    };
    let gap = (fast - slow) * t;
    // (1 − e^(−gap)) / gap tends to 1 where the rates are equal.
    let ratio = if gap == 0.0 { 1.0 } else { -(-gap).exp_m1() / gap };
    (-fast * t).exp() + fast * t * (-slow * t).exp() * ratio
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::test_support::assert_close;

    #[test]
    fn roots_are_found_to_the_last_figures() {
        assert_close(root(0.0, 2.0, |x| 2.0 - x * x), 2.0_f64.sqrt(), 1e-13);
        assert_close(root(0.0, 9.0, |x| if x < 3.0 { 1.0 } else { -1e-9 }), 3.0, 1e-12);
        assert_close(
            root(0.0, 4.0, |x| if x < 1.0 { f64::INFINITY } else { 2.0 - x }),
            2.0,
            1e-13,
        );
    }

    #[test]
    fn quantiles_invert_tails_and_keep_to_their_ends() {
        let tail = |t: f64| 0.5 * (-t).exp();
        assert_close(quantile(0.999, 1.0, tail), 500.0_f64.ln(), 1e-12);
        assert_close(quantile(0.999, 1e-9, tail), 500.0_f64.ln(), 1e-12);
        assert!(quantile(0.5, 1.0, tail) == 0.0 && quantile(-1.0, 1.0, tail) == 0.0);
        assert!(quantile(1.0, 1.0, tail).is_infinite());
    }

    #[test]
    fn integrals_are_exact_for_smooth_and_steep_functions() {
        assert_close(integral(0.0, 1.0, |x| x * x), 1.0 / 3.0, 1e-14);
        assert_close(integral(0.0, 1.0, |x| x.sqrt().recip()), 2.0, 1e-7);
        assert_close(integral(0.0, 1.0, |x| -x.ln()), 1.0, 1e-13);
        assert_close(integral(2.0, 40.0, |x| (-x).exp()), (-2.0_f64).exp(), 1e-13);
    }

    #[test]
    fn poisson_probabilities_are_right_for_small_and_large_means() {
        let (first, small) = poisson(0.5);
        assert_eq!(first, 0);
        assert_close(small[2], 0.125 * (-0.5_f64).exp(), 1e-14);
        let (first, large) = poisson(1e6);
        let mean: f64 = large
            .iter()
            .enumerate()
            .map(|(i, p)| p * (first + i) as f64)
            .sum();
        assert_close(mean, 1e6, 1e-13);
        assert_close(poisson(0.0).1[0], 1.0, 0.0);
    }

    #[test]
    fn two_exponential_stages_are_smooth_where_their_rates_meet() {
        assert_close(hypoexponential_tail(2.0, 2.0, 1.5), 4.0 * (-3.0_f64).exp(), 1e-14);
        let near = hypoexponential_tail(2.0, 2.0 + 1e-9, 1.5);
        assert_close(near, 4.0 * (-3.0_f64).exp(), 1e-8);
        let apart = (3.0 * (-1.0_f64).exp() - (-3.0_f64).exp()) / 2.0;
        assert_close(hypoexponential_tail(3.0, 1.0, 1.0), apart, 1e-14);
    }
}
