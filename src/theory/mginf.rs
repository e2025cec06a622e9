//! M/G/∞: as many servers as it takes, so nobody waits.

use super::{TheoryError, ensure_arrival_rate, ensure_mean_service, numeric::poisson};

/// A station at which every request is served at once.
///
/// # Formula
/// ```text
/// number in the system ~ Poisson(a),    a = λ·E[S]
/// ```
/// # Validity
/// Poisson arrivals, any service distribution, unlimited servers. A response is the service itself.
///
/// # Source
/// Takács, *Introduction to the Theory of Queues* (1962), ch. 3.
#[derive(Clone, Copy, Debug)]
pub struct MgInf {
    load: f64,
}

impl MgInf {
    /// Makes the model from the arrival rate, per second, and the mean service time, in seconds.
    pub fn new(arrival_rate: f64, mean_service: f64) -> Result<Self, TheoryError> {
        ensure_arrival_rate(arrival_rate)?;
        ensure_mean_service(mean_service)?;
        Ok(Self {
            load: arrival_rate * mean_service,
        })
    }
    /// Returns the mean number in the system, which is also its variance: `a`.
    pub fn mean_in_system(&self) -> f64 {
        self.load
    }
    /// Returns P(number in the system > n): how often `n` servers would be too few.
    pub fn in_system_tail(&self, n: u32) -> f64 {
        let (first, probabilities) = poisson(self.load);
        let skip = (n as usize + 1).saturating_sub(first);
        probabilities.iter().skip(skip).rev().sum()
    }
    /// Returns the smallest `n` with P(number in the system ≤ n) ≥ p, for `p < 1`.
    pub fn in_system_quantile(&self, p: f64) -> usize {
        let (first, probabilities) = poisson(self.load);
        let mut below = 0.0;
        let reached = probabilities.iter().position(|probability| {
            below += probability;
            p <= below
        });
        first + reached.unwrap_or(probabilities.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::test_support::{assert_close, birth_death};

    #[test]
    fn the_number_in_the_system_is_poisson() {
        let model = MgInf::new(4.0, 0.5).unwrap();
        assert_close(model.mean_in_system(), 2.0, 1e-15);
        assert_close(model.in_system_tail(0), 1.0 - (-2.0_f64).exp(), 1e-14);
        assert_close(model.in_system_tail(2), 1.0 - 5.0 * (-2.0_f64).exp(), 1e-14);
        assert_eq!(model.in_system_quantile(0.67), 2);
        assert_eq!(model.in_system_quantile(0.68), 3);
    }

    #[test]
    fn a_long_chain_of_exponential_servers_agrees() {
        let states = birth_death(80, |_| 9.0, |n| n as f64);
        let model = MgInf::new(9.0, 1.0).unwrap();
        assert_close(model.in_system_tail(15), states[16..].iter().sum(), 1e-11);
    }

    #[test]
    fn the_edges_are_no_load_and_a_million_erlangs() {
        let idle = MgInf::new(0.0, 1.0).unwrap();
        assert!(idle.in_system_tail(0) == 0.0 && idle.in_system_quantile(0.999) == 0);
        let large = MgInf::new(1e6, 1.0).unwrap();
        // The normal approximation puts the 97.7 % point two standard deviations up.
        let quantile = large.in_system_quantile(0.977_25);
        assert!((1_001_990..1_002_010).contains(&quantile), "{quantile}");
        assert!(MgInf::new(1.0, 0.0).is_err() && MgInf::new(-1.0, 1.0).is_err());
    }
}
