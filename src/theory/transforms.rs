//! Laplace–Stieltjes transforms E[e^(−sX)] of times X, the form in which some formulas want a distribution.
//!
//! Each function returns the transform as a closure of a complex `s` with a real part of at least 0.
//! Parameters must be valid (times positive and finite); they are not checked again here.
//! Source of the pairs: Kleinrock, *Queueing Systems* I (1975), appendix I.

use num_complex::Complex64;

use super::numeric;

/// Returns the transform of an exponential time: `1 / (1 + s·mean)`.
pub fn exponential(mean: f64) -> impl Fn(Complex64) -> Complex64 {
    move |s| (1.0 + s * mean).inv()
}

/// Returns the transform of a constant time: `e^(−s·time)`.
pub fn constant(time: f64) -> impl Fn(Complex64) -> Complex64 {
    move |s| (-s * time).exp()
}

/// Returns the transform of the sum of `stages` exponential times with this mean in total:
/// `(1 + s·mean/n)^(−n)`.
pub fn erlang(stages: u32, mean: f64) -> impl Fn(Complex64) -> Complex64 {
    gamma(mean, f64::from(stages).recip())
}

/// Returns the transform of a gamma time with this mean and squared coefficient of variation (positive):
/// `(1 + s·mean·scv)^(−1/scv)`.
pub fn gamma(mean: f64, scv: f64) -> impl Fn(Complex64) -> Complex64 {
    move |s| (-(1.0 + s * mean * scv).ln() / scv).exp()
}

/// Returns the transform of a time even between `lo` and `hi`: `(e^(−s·lo) − e^(−s·hi)) / (s·(hi − lo))`.
pub fn uniform(lo: f64, hi: f64) -> impl Fn(Complex64) -> Complex64 {
    move |s| {
        let half = s * (hi - lo) / 2.0;
        // sinh(h)/h, by its series where the quotient would lose figures.
        let spread = if half.norm() < 1e-3 {
            1.0 + half * half / 6.0
        } else {
            half.sinh() / half
        };
        (-s * f64::midpoint(lo, hi)).exp() * spread
    }
}

/// Returns the transform of a mixture of exponential times from its `(probability, mean)` branches:
/// `Σ p_i / (1 + s·m_i)`.
pub fn hyperexponential(branches: Vec<(f64, f64)>) -> impl Fn(Complex64) -> Complex64 {
    move |s| branches.iter().map(|&(p, mean)| p / (1.0 + s * mean)).sum()
}

/// Returns the transform of any time from its quantile function, by numerical integration.
///
/// # Validity
/// Meant for distributions whose transform has no closed form (lognormal, Weibull, Pareto). `quantile(u)` must be
/// smooth inside 0 < u < 1; mass beyond `u = 1 − 1e-16` is cut off. Absolute error below 1e-8 while
/// `|s|` is below 300 over the mean (tested with exponential times).
pub fn from_quantiles(quantile: impl Fn(f64) -> f64) -> impl Fn(Complex64) -> Complex64 {
    const DENSITY: i32 = 128;
    let atoms: Vec<(f64, f64)> = numeric::nodes(DENSITY)
        .map(|(u, _, weight)| (u, weight))
        .filter(|&(u, weight)| 0.0 < u && u < 1.0 && 0.0 < weight)
        .map(|(u, weight)| (quantile(u), weight))
        .collect();
    move |s| {
        atoms
            .iter()
            .map(|&(time, weight)| weight * (-s * time).exp())
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::test_support::assert_close;

    type Transform = dyn Fn(Complex64) -> Complex64;

    /// At a real s the transforms are plain numbers; derivatives at 0 give the mean.
    #[test]
    fn transforms_take_their_exact_values_and_means() {
        let real = |f: &Transform, s: f64| f(Complex64::from(s)).re;
        let h = hyperexponential(vec![(0.25, 4.0), (0.75, 2.0)]);
        let cases: [(&Transform, f64, f64); 6] = [
            (&exponential(2.0), 1.0 / 3.0, 2.0),
            (&constant(2.0), (-2.0_f64).exp(), 2.0),
            (&erlang(2, 2.0), 0.25, 2.0),
            (&gamma(2.0, 2.0), 5.0_f64.powf(-0.5), 2.0),
            (
                &uniform(1.0, 3.0),
                ((-1.0_f64).exp() - (-3.0_f64).exp()) / 2.0,
                2.0,
            ),
            (&h, 0.05 + 0.25, 2.5),
        ];
        for (index, (transform, at_one, mean)) in cases.into_iter().enumerate() {
            assert_close(real(transform, 1.0), at_one, 1e-13);
            assert_close(real(transform, 0.0), 1.0, 1e-14);
            let slope = (1.0 - real(transform, 1e-6)) / 1e-6;
            assert!(
                (slope - mean).abs() < 1e-4 * mean,
                "case {index}: {slope} vs {mean}"
            );
        }
    }

    #[test]
    fn a_transform_from_quantiles_agrees_with_the_closed_form() {
        let numerical = from_quantiles(|u| -2.0 * (-u).ln_1p());
        for s in [
            Complex64::new(0.3, 0.0),
            Complex64::new(4.0, 9.0),
            Complex64::new(5.0, 145.0),
        ] {
            let error = (numerical(s) - exponential(2.0)(s)).norm();
            assert!(error < 1e-8, "{s}: {error:e}");
        }
    }
}
