//! M/G/1 with processor sharing: every request present gets an equal share of one server.

use super::{TheoryError, ensure_arrival_rate, ensure_mean_service, ensure_stable};

/// One server shared evenly among all requests present.
///
/// # Formula
/// ```text
/// R(x) = x / (1 − ρ),    R = E[S] / (1 − ρ),    P(n in system) = (1 − ρ)·ρ^n
/// ```
/// # Validity
/// Poisson arrivals, any service distribution (only its mean matters), `ρ = λ·E[S] < 1`. The same means hold for
/// LIFO with preemption and resumption.
///
/// # Source
/// Kleinrock, *Queueing Systems* II (1976), §4.4; insensitivity: Sakata, Noguchi and Oizumi (1971).
#[derive(Clone, Copy, Debug)]
pub struct Mg1Ps {
    arrival_rate: f64,
    mean_service: f64,
}

impl Mg1Ps {
    /// Makes the model from the arrival rate, per second, and the mean service time alone on the server, in
    /// seconds.
    pub fn new(arrival_rate: f64, mean_service: f64) -> Result<Self, TheoryError> {
        ensure_arrival_rate(arrival_rate)?;
        ensure_mean_service(mean_service)?;
        ensure_stable(arrival_rate * mean_service, 1.0)?;
        Ok(Self {
            arrival_rate,
            mean_service,
        })
    }
    /// Returns `ρ = λ·E[S]`.
    pub fn utilisation(&self) -> f64 {
        self.arrival_rate * self.mean_service
    }
    /// Returns the mean of response time over work, the same for every size: `1 / (1 − ρ)`.
    pub fn mean_slowdown(&self) -> f64 {
        (1.0 - self.utilisation()).recip()
    }
    /// Returns the mean response time, in seconds.
    pub fn mean_response(&self) -> f64 {
        self.mean_response_of(self.mean_service)
    }
    /// Returns the mean response time of a request with this much work, in seconds.
    pub fn mean_response_of(&self, work: f64) -> f64 {
        work * self.mean_slowdown()
    }
    /// Returns the mean number in the system: `ρ / (1 − ρ)`.
    pub fn mean_in_system(&self) -> f64 {
        self.utilisation() * self.mean_slowdown()
    }
    /// Returns P(number in the system > n): `ρ^(n + 1)`.
    pub fn in_system_tail(&self, n: u32) -> f64 {
        self.utilisation().powf(f64::from(n) + 1.0)
    }
    /// Returns the variance of the response time for exponential service, in s².
    ///
    /// # Formula
    /// ```text
    /// Var R = R²·(2 + ρ) / (2 − ρ)
    /// ```
    /// # Validity
    /// Exponential service only: unlike the mean, the variance depends on the distribution.
    ///
    /// # Source
    /// Coffman, Muntz and Trotter, *J. ACM* 17(1), 1970.
    pub fn response_variance_exponential(&self) -> f64 {
        let load = self.utilisation();
        self.mean_response().powi(2) * (2.0 + load) / (2.0 - load)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::{mm1::Mm1, test_support::assert_close};

    #[test]
    fn the_means_match_exact_fractions_and_mm1() {
        let model = Mg1Ps::new(3.0, 0.25).unwrap();
        assert_close(model.mean_response_of(0.5), 2.0, 1e-15);
        assert_close(model.in_system_tail(1), 0.5625, 1e-15);
        let fifo = Mm1::new(3.0, 4.0).unwrap();
        assert_close(model.mean_response(), fifo.mean_response(), 1e-15);
        assert_close(model.mean_in_system(), fifo.mean_in_system(), 1e-15);
    }

    /// A tagged request among n others: first-step equations for E[R²], solved by sweeping.
    #[test]
    fn the_exponential_variance_matches_first_step_equations() {
        let (λ, μ, len) = (0.6, 1.0, 120);
        let solve = |gain: &dyn Fn(usize) -> f64| {
            let mut value = vec![0.0; len];
            for _ in 0..4_000 {
                for n in 0..len {
                    let (others, up) = (n as f64, value[(n + 1).min(len - 1)]);
                    let down = if n == 0 { 0.0 } else { value[n - 1] };
                    // Of n + 1 equal shares of μ, n take another request away and one ends the tagged one.
                    value[n] = (gain(n) + λ * up + μ * others / (others + 1.0) * down) / (λ + μ);
                }
            }
            value
        };
        let first = solve(&|_| 1.0);
        let second = solve(&|n| 2.0 * first[n]);
        let found = |values: &[f64]| -> f64 {
            values
                .iter()
                .enumerate()
                .map(|(n, v)| 0.4 * 0.6_f64.powf(n as f64) * v)
                .sum()
        };
        let (mean, square) = (found(&first), found(&second));
        let model = Mg1Ps::new(λ, 1.0 / μ).unwrap();
        assert_close(mean, model.mean_response(), 1e-9);
        assert_close(square - mean * mean, model.response_variance_exponential(), 1e-8);
    }

    #[test]
    fn the_edges_are_no_load_and_full_load() {
        let idle = Mg1Ps::new(0.0, 2.0).unwrap();
        assert_close(idle.mean_response(), 2.0, 1e-15);
        assert_close(idle.response_variance_exponential(), 4.0, 1e-15);
        assert!(Mg1Ps::new(0.5, 2.0).is_err() && Mg1Ps::new(0.5 - 1e-9, 2.0).is_ok());
    }
}
