//! What every distribution can do; the enum [`Dist`](super::Dist) passes each question on to one of these.

use std::sync::Arc;

use num_complex::Complex64;

use crate::rng::Stream;

/// A distribution of numbers that are never negative.
pub(super) trait Law {
    /// Draws a number.
    fn sample(&self, rng: &mut Stream) -> f64;
    /// The mean.
    fn mean(&self) -> f64;
    /// The variance, which may be infinite.
    fn variance(&self) -> f64;
    /// The mean of the cube, which may be infinite.
    fn third_moment(&self) -> f64;
    /// The probability of more than `x`, for `0 ≤ x < ∞`.
    fn survival(&self, x: f64) -> f64;
    /// The mean of `exp(−s·X)`, for `Re s ≥ 0` and `s ≠ 0`.
    fn laplace(&self, s: Complex64) -> Complex64;
    /// The distribution of `factor` times as much.
    fn scaled(&self, factor: f64) -> Self;
    /// A few words for people.
    fn describe(&self) -> String;
}

/// Large laws are shared instead of copied: every server may hold its own `Dist`.
impl<L: Law> Law for Arc<L> {
    #[inline]
    fn sample(&self, rng: &mut Stream) -> f64 {
        L::sample(self, rng)
    }
    fn mean(&self) -> f64 {
        L::mean(self)
    }
    fn variance(&self) -> f64 {
        L::variance(self)
    }
    fn third_moment(&self) -> f64 {
        L::third_moment(self)
    }
    fn survival(&self, x: f64) -> f64 {
        L::survival(self, x)
    }
    fn laplace(&self, s: Complex64) -> Complex64 {
        L::laplace(self, s)
    }
    fn scaled(&self, factor: f64) -> Self {
        Self::new(L::scaled(self, factor))
    }
    fn describe(&self) -> String {
        L::describe(self)
    }
}

/// Adds up `f` at even steps from `low` to `high`, times the step. For an analytic integrand that dies away at both
/// ends this trapezoidal rule converges exponentially: its error is about `exp(−2π·d/step)` when the integrand stays
/// tame within a distance `d` of the line (Trefethen and Weideman, *SIAM Review* 56(3), 2014).
pub(super) fn trapezoid(low: f64, high: f64, step: f64, f: impl Fn(f64) -> Complex64) -> Complex64 {
    let count = ((high - low) / step).ceil() as u32;
    let sum: Complex64 = (0..=count).map(|index| f(low + f64::from(index) * step)).sum();
    sum * step
}
