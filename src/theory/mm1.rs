//! M/M/1: one server, Poisson arrivals, exponential service, unlimited queue.

use super::{TheoryError, ensure_arrival_rate, ensure_service_rate, ensure_stable};

/// One exponential server with a first-come-first-served queue.
///
/// # Formula
/// ```text
/// ρ = λ/μ,   W = ρ / (μ − λ),   R = 1 / (μ − λ),   P(wait > t) = ρ·e^(−(μ−λ)t),   P(response > t) = e^(−(μ−λ)t)
/// ```
/// # Validity
/// Poisson arrivals, exponential service, FIFO, `0 ≤ λ < μ`; [`TheoryError::Unstable`] otherwise. The means also
/// hold for every discipline that does not look at service times.
///
/// # Source
/// Kleinrock, *Queueing Systems* I (1975), ch. 3 and 5.
#[derive(Clone, Copy, Debug)]
pub struct Mm1 {
    utilisation: f64,
    /// `μ − λ`, how fast waiting clears.
    slack: f64,
}

impl Mm1 {
    /// Makes the model from the arrival rate `λ` and the service rate `μ`, both per second.
    pub fn new(arrival_rate: f64, service_rate: f64) -> Result<Self, TheoryError> {
        ensure_arrival_rate(arrival_rate)?;
        ensure_service_rate(service_rate)?;
        ensure_stable(arrival_rate / service_rate, 1.0)?;
        Ok(Self {
            utilisation: arrival_rate / service_rate,
            slack: service_rate - arrival_rate,
        })
    }
    /// Returns `ρ = λ/μ`.
    pub fn utilisation(&self) -> f64 {
        self.utilisation
    }
    /// Returns the mean time in the queue, in seconds.
    pub fn mean_wait(&self) -> f64 {
        self.utilisation / self.slack
    }
    /// Returns the mean response time, in seconds.
    pub fn mean_response(&self) -> f64 {
        self.slack.recip()
    }
    /// Returns the mean number waiting: `ρ² / (1 − ρ)`.
    pub fn mean_queue(&self) -> f64 {
        self.utilisation * self.mean_in_system()
    }
    /// Returns the mean number in the system: `ρ / (1 − ρ)`.
    pub fn mean_in_system(&self) -> f64 {
        self.utilisation / (1.0 - self.utilisation)
    }
    /// Returns P(wait > t).
    pub fn wait_tail(&self, t: f64) -> f64 {
        if t < 0.0 {
            1.0
        } else {
            self.utilisation * (-self.slack * t).exp()
        }
    }
    /// Returns the wait that a share `p` of requests does not exceed, in seconds.
    pub fn wait_quantile(&self, p: f64) -> f64 {
        ((self.utilisation / (1.0 - p).max(0.0)).ln() / self.slack).max(0.0)
    }
    /// Returns the variance of the wait: `ρ(2 − ρ) / (μ − λ)²`, in s².
    pub fn wait_variance(&self) -> f64 {
        self.utilisation * (2.0 - self.utilisation) / self.slack.powi(2)
    }
    /// Returns P(response > t).
    pub fn response_tail(&self, t: f64) -> f64 {
        (-self.slack * t.max(0.0)).exp()
    }
    /// Returns the response time that a share `p` of requests does not exceed, in seconds.
    pub fn response_quantile(&self, p: f64) -> f64 {
        (-(-p.min(1.0)).ln_1p() / self.slack).max(0.0)
    }
    /// Returns the variance of the response time: `1 / (μ − λ)²`, in s².
    pub fn response_variance(&self) -> f64 {
        self.slack.powi(2).recip()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::test_support::{assert_close, birth_death};

    /// λ = 3, μ = 4, worked by hand.
    #[test]
    fn measures_match_exact_fractions() {
        let model = Mm1::new(3.0, 4.0).unwrap();
        let cases = [
            (model.utilisation(), 0.75),
            (model.mean_wait(), 0.75),
            (model.mean_response(), 1.0),
            (model.mean_queue(), 2.25),
            (model.mean_in_system(), 3.0),
            (model.wait_variance(), 0.9375),
            (model.response_variance(), 1.0),
            (model.wait_tail(2.0_f64.ln()), 0.375),
            (model.wait_quantile(0.7), 2.5_f64.ln()),
            (model.response_quantile(0.99), 100.0_f64.ln()),
            (model.response_tail(1.0), (-1.0_f64).exp()),
        ];
        for (got, expected) in cases {
            assert_close(got, expected, 1e-13);
        }
    }

    #[test]
    fn a_long_finite_chain_agrees() {
        let states = birth_death(400, |_| 0.8, |_| 1.0);
        let in_system: f64 = states.iter().enumerate().map(|(n, p)| p * n as f64).sum();
        assert_close(Mm1::new(0.8, 1.0).unwrap().mean_in_system(), in_system, 1e-12);
    }

    #[test]
    fn the_edges_are_an_idle_server_and_one_that_cannot_keep_up() {
        let idle = Mm1::new(0.0, 2.0).unwrap();
        assert!(idle.mean_wait() == 0.0 && idle.wait_quantile(0.99) == 0.0 && idle.wait_quantile(0.0) == 0.0);
        assert_close(idle.mean_response(), 0.5, 1e-15);
        assert!(idle.response_quantile(1.0).is_infinite() && idle.response_quantile(-0.5) == 0.0);
        assert!(Mm1::new(1.0, 2.0).unwrap().wait_quantile(2.0).is_infinite());
        let unstable = TheoryError::Unstable {
            load: 1.0,
            capacity: 1.0,
        };
        assert_eq!(Mm1::new(2.0, 2.0).unwrap_err(), unstable);
        assert!(Mm1::new(2.0 - 1e-9, 2.0).is_ok());
        assert!(Mm1::new(f64::NAN, 2.0).is_err() && Mm1::new(1.0, 0.0).is_err());
    }
}
