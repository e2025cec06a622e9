//! M/D/1: one server whose service always takes the same time; the wait distribution is exact.

use super::{TheoryError, mg1::Mg1, numeric};

/// One server with constant service.
///
/// # Formula
/// ```text
/// P(wait > t) = Σ_j Poisson(j; λ(kD − t)) · P(queue > k − 1 − j),    (k − 1)D ≤ t < kD
/// ```
/// where P(queue > negative) = 1. The number in the system follows from balancing up- and down-crossings of every
/// level, a recursion of positive terms:
/// ```text
/// p_{n+1}·a_0 = p_0·P(A > n) + Σ_{i=1..n} p_i·P(A > n + 1 − i),    A ~ Poisson(ρ),    p_0 = 1 − ρ
/// ```
/// # Validity
/// Poisson arrivals, constant service time `D`, FIFO, `ρ = λD < 1`. Absolute error of the tail below 1e-12.
/// Takes time proportional to `t/D`.
///
/// # Source
/// Franx, *Oper. Res. Letters* 29 (2001), for one server; Crommelin (1932) for the model.
#[derive(Clone, Copy, Debug)]
pub struct Md1 {
    load: f64,
    service: f64,
    means: Mg1,
}

impl Md1 {
    /// Makes the model from the arrival rate, per second, and the service time, in seconds.
    pub fn new(arrival_rate: f64, service: f64) -> Result<Self, TheoryError> {
        let means = Mg1::new(arrival_rate, service, 0.0)?;
        Ok(Self {
            load: arrival_rate * service,
            service,
            means,
        })
    }
    /// Returns the same system as [`Mg1`], which has its utilisation and means.
    pub fn as_mg1(&self) -> &Mg1 {
        &self.means
    }
    /// Returns the variance of the wait, and of the response, in s².
    pub fn wait_variance(&self) -> f64 {
        self.means.wait_variance(self.service.powi(3))
    }
    /// Returns P(wait > t).
    pub fn wait_tail(&self, t: f64) -> f64 {
        if t < 0.0 {
            return 1.0;
        }
        let slots = (t / self.service).floor();
        let rest = self.load * (slots + 1.0 - t / self.service);
        let queue = self.queue_tail(slots as usize + 1);
        let (first, counts) = numeric::poisson(rest);
        let longer = |arrivals: usize| (slots as usize).checked_sub(arrivals).map_or(1.0, |n| queue[n]);
        counts
            .iter()
            .zip(first..)
            .map(|(p, arrivals)| p * longer(arrivals))
            .sum()
    }
    /// Returns the wait that a share `p` of requests does not exceed, in seconds.
    pub fn wait_quantile(&self, p: f64) -> f64 {
        numeric::quantile(p, self.service, |t| self.wait_tail(t))
    }
    /// Returns P(response > t).
    pub fn response_tail(&self, t: f64) -> f64 {
        self.wait_tail(t - self.service)
    }
    /// Returns the response time that a share `p` of requests does not exceed, in seconds.
    pub fn response_quantile(&self, p: f64) -> f64 {
        if p <= 0.0 {
            0.0
        } else {
            self.wait_quantile(p) + self.service
        }
    }
    /// P(more than n requests wait), for n = 0, 1, … (`len` of them).
    fn queue_tail(&self, len: usize) -> Vec<f64> {
        let none = (-self.load).exp();
        // P(A > n), summed from the far end so that small ones keep their figures.
        let mut arrivals_beyond: Vec<f64> = numeric::poisson(self.load).1;
        for n in (1..arrivals_beyond.len()).rev() {
            arrivals_beyond[n - 1] += arrivals_beyond[n];
        }
        arrivals_beyond.remove(0);
        let beyond = |n: usize| arrivals_beyond.get(n).copied().unwrap_or(0.0);
        let mut states = vec![1.0 - self.load];
        let (mut below, mut tails) = (1.0 - self.load, Vec::with_capacity(len));
        while tails.len() < len {
            let n = states.len() - 1;
            let reach = n.saturating_sub(arrivals_beyond.len()) + 1;
            let from_busy: f64 = (reach..=n).map(|i| states[i] * beyond(n + 1 - i)).sum();
            let next = (states[0] * beyond(n) + from_busy) / none;
            states.push(next);
            below += next;
            tails.push((1.0 - below).max(0.0));
        }
        tails
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::{numeric::integral, test_support::assert_close};

    /// Below one service time the law is (1 − ρ)·e^(λt), then (1 − ρ)·(e^(λt) − λ(t − D)·e^(λ(t − D))), worked by
    /// hand from Erlang's alternating sum.
    #[test]
    fn the_wait_matches_erlangs_closed_form() {
        let model = Md1::new(0.4, 2.0).unwrap();
        for t in [0.0_f64, 0.5, 1.999] {
            assert_close(model.wait_tail(t), 1.0 - 0.2 * (0.4 * t).exp(), 1e-12);
        }
        for t in [2.0_f64, 2.5, 3.9] {
            let late = 0.4 * (t - 2.0);
            let by_hand = 1.0 - 0.2 * ((0.4 * t).exp() - late * late.exp());
            assert_close(model.wait_tail(t), by_hand, 1e-12);
        }
    }

    #[test]
    fn the_area_under_the_tail_is_the_pollaczek_khinchine_mean() {
        let model = Md1::new(0.8, 1.0).unwrap();
        let pieces = |f: &dyn Fn(f64) -> f64| -> f64 {
            (0..60).map(|k| integral(f64::from(k), f64::from(k + 1), f)).sum()
        };
        let mean = pieces(&|t| model.wait_tail(t));
        assert_close(mean, model.as_mg1().mean_wait(), 1e-9);
        let square = pieces(&|t| 2.0 * t * model.wait_tail(t));
        assert_close(square - mean * mean, model.wait_variance(), 1e-8);
    }

    #[test]
    fn quantiles_invert_tails_and_the_edges_hold() {
        let model = Md1::new(0.9, 1.0).unwrap();
        for p in [0.2, 0.9, 0.999] {
            assert_close(1.0 - model.wait_tail(model.wait_quantile(p)), p, 1e-11);
        }
        assert!(model.wait_quantile(0.1 - 1e-12) == 0.0);
        assert_close(model.response_quantile(0.05), 1.0, 1e-15);
        assert_close(model.response_tail(0.999), 1.0, 1e-15);
        assert!(Md1::new(0.0, 1.0).unwrap().wait_tail(0.0) == 0.0);
        let heavy = Md1::new(0.999, 1.0).unwrap();
        // Nearly exponential with the heavy-traffic mean.
        let expected = heavy.as_mg1().mean_wait() * 100.0_f64.ln();
        assert_close(heavy.wait_quantile(0.99), expected, 2e-3);
        assert!(Md1::new(1.0, 1.0).is_err());
    }
}
