//! How many wait in M/D/c: the whole distribution, from the roots that give its mean.

use std::f64::consts::TAU;

use num_complex::Complex64;

use super::numeric;

/// The number waiting in M/D/c.
///
/// # Formula
/// ```text
/// E[z^L] = (c − a)·(1 − w)/(1 − w^c·e^(a(z − 1)))·Π (1 − z_j·w)/(1 − z_j),    w = 1/z
/// P(L > n) ≈ C·η^(−n),  η > 1 real with η^c = e^(a(η − 1)),
/// C = (c − a)/(η·(aη − c))·Π (1 − z_j/η)/(1 − z_j)
/// ```
/// with the roots `z_j` of [`super::mdc::Mdc`]. The geometric part is all that is left of a long queue. The rest dies out
/// within some multiple of `√c` requests, whatever the load, and is read off the generating function at as many points of
/// the unit circle, as one reads off Fourier coefficients.
///
/// # Validity
/// Poisson arrivals, constant service, `a < c`, up to 1 000 servers; absolute error below 1e-9.
///
/// # Source
/// Crommelin, *Post Office Electrical Engineers' Journal* 25 (1932); Tijms, *A First Course in Stochastic Models* (2003),
/// §9.6; the points on the circle: Abate and Whitt, *Oper. Res. Letters* 12 (1992).
#[derive(Clone, Debug)]
pub(super) struct Waiting {
    /// What is left of P(L > n) beside the geometric part, for n = 0, 1, …
    rest: Vec<f64>,
    share: f64,
    /// `ln η`.
    decay: f64,
}

impl Waiting {
    /// Makes it from the number of servers, the offered load and the roots within the unit circle besides 1.
    pub(super) fn new(c: f64, a: f64, roots: &[Complex64]) -> Self {
        // With next to no load nobody ever waits for another.
        if a < 1e-9 {
            return Self {
                rest: Vec::new(),
                share: 0.0,
                decay: 1.0,
            };
        }
        let rho = a / c;
        let above_one = pole(rho);
        let pole = 1.0 + above_one;
        let log_product: f64 = roots
            .iter()
            .map(|z| ((1.0 - z / pole) / (1.0 - z)).norm().ln())
            .sum();
        // aη − c, where a − c takes the figures of η − 1.
        let slope = a * above_one - (c - a);
        let share = ((c - a) / (pole * slope)).ln() + log_product;
        let mut waiting = Self {
            rest: Vec::new(),
            share: share.exp(),
            decay: above_one.ln_1p(),
        };
        waiting.rest = waiting.beside_geometric(c, a, roots);
        waiting
    }

    /// Returns P(more than `n` wait).
    pub(super) fn tail(&self, n: usize) -> f64 {
        let rest = self.rest.get(n).copied().unwrap_or(0.0);
        (self.geometric(n) + rest).clamp(0.0, 1.0)
    }

    fn geometric(&self, n: usize) -> f64 {
        self.share * (-self.decay * n as f64).exp()
    }

    /// The coefficients of what the generating function of the tail has beside its nearest pole.
    fn beside_geometric(&self, c: f64, a: f64, roots: &[Complex64]) -> Vec<f64> {
        // Poles come in pairs; half of the points tell as much as all.
        let half = 16 + (7.0 * c.sqrt()) as usize;
        // Of conjugate roots the factors are squares of w with real coefficients; between the pairs there may be a real root.
        let (paired, unpaired) = (&roots[..roots.len() / 2], roots.len() % 2);
        let pairs: Vec<[f64; 3]> = paired
            .iter()
            .map(|root| {
                let inverse = (1.0 - root).norm_sqr().recip();
                [inverse, -2.0 * root.re * inverse, root.norm_sqr() * inverse]
            })
            .collect();
        let middle = &roots[paired.len()..paired.len() + unpaired];
        let ratio = (-self.decay).exp();
        // Points between those where 1 would be one.
        let angle = |steps: usize| TAU * (steps % (4 * half)) as f64 / (4 * half) as f64;
        let values: Vec<Complex64> = (0..half)
            .map(|k| {
                let w = Complex64::from_polar(1.0, -angle(2 * k + 1));
                let z = w.inv();
                let squared = w * w;
                let pair = |[first, second, third]: &[f64; 3]| first + second * w + third * squared;
                let single = |root: &Complex64| (1.0 - root * w) / (1.0 - root);
                let product = pairs.iter().map(pair).product::<Complex64>()
                    * middle.iter().map(single).product::<Complex64>();
                let none = 1.0 - w.powf(c) * (a * (z - 1.0)).exp();
                let number = (c - a) * (1.0 - w) / none * product;
                (1.0 - number) / (1.0 - z) - self.share / (1.0 - z * ratio)
            })
            .collect();
        let turns: Vec<Complex64> = (0..4 * half)
            .map(|steps| Complex64::from_polar(1.0, -angle(steps)))
            .collect();
        let coefficient = |n: usize| -> f64 {
            let terms = values.iter().enumerate();
            let sum: f64 = terms
                .map(|(k, value)| (value * turns[(2 * k + 1) * n % (4 * half)]).re)
                .sum();
            sum / half as f64
        };
        (0..2 * half).map(coefficient).collect()
    }
}

/// Returns `η − 1`, where `ln η = ρ·(η − 1)` and `η > 1`.
fn pole(rho: f64) -> f64 {
    let miss = |above_one: f64| above_one.ln_1p() - rho * above_one;
    // There the two sides are farthest apart.
    let low = (1.0 - rho) / rho;
    let mut high = 2.0 * low;
    while 0.0 < miss(high) {
        high *= 2.0;
    }
    numeric::root(low, high, miss)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::{
        mdc,
        test_support::{assert_close, service_time_chain},
    };

    fn waiting(c: u32, a: f64) -> Waiting {
        Waiting::new(f64::from(c), a, &mdc::roots(c, a))
    }

    /// The number in the system from one service time to the next, as a chain.
    #[test]
    fn a_chain_of_service_times_agrees() {
        for (c, a) in [(1_usize, 0.6), (2, 1.2), (3, 2.6), (8, 5.0), (20, 17.0)] {
            let states = service_time_chain(c, a, 160);
            let got = waiting(c as u32, a);
            for n in [0, 1, 2, 5, 12, 30] {
                let expected: f64 = states[c + n + 1..].iter().sum();
                let got = got.tail(n);
                assert!(
                    (got - expected).abs() < 1e-9,
                    "c = {c}, n = {n}: {got} for {expected}"
                );
            }
        }
    }

    /// The sum of P(L > n) is the mean, which is known by itself, up to very full and very many servers.
    #[test]
    fn the_tail_sums_up_to_the_mean() {
        for (c, a) in [(2, 1.999), (5, 0.01), (64, 63.9), (1_000, 990.0), (1_000, 999.9)] {
            let model = mdc::Mdc::new(c, a, 1.0).unwrap();
            let law = waiting(c, a);
            let len = law.rest.len();
            let far = law.geometric(len) / -(-law.decay).exp_m1();
            let mean = (0..len).map(|n| law.geometric(n) + law.rest[n]).sum::<f64>() + far;
            assert!(
                (mean - model.mean_queue()).abs() < 1e-9 * (1.0 + mean),
                "c = {c}, a = {a}: {mean} for {}",
                model.mean_queue()
            );
            let last = law.rest.iter().skip(len - 3).map(|rest| rest.abs()).sum::<f64>();
            assert!(last < 1e-10, "c = {c}, a = {a}: {last}");
        }
    }

    #[test]
    fn the_edges_are_no_load_and_nearly_full_load() {
        assert_eq!(waiting(3, 0.0).tail(0), 0.0);
        assert!(waiting(3, 1e-6).tail(0) < 1e-15);
        assert!(waiting(1_000, 10.0).tail(0) < 1e-12);
        // Long queues fall by about 2(1 − ρ) a request.
        assert_close(waiting(4, 3.999_6).decay, 2e-4, 1e-3);
        assert!(0.99 < waiting(4, 3.999_6).tail(0));
    }
}
