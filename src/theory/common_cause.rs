//! Machines that fail one by one and, now and then, all together.

use super::{TheoryError, ensure};

/// Equal machines of which each fails by itself, and all that are up fail together of a common cause.
///
/// # Formula
/// ```text
/// π_{j+1} · min(j + 1, r)·μ = π_j · (n − j)·(1 − β)·λ + β·λ · Σ_{i≤j} π_i        j machines down, 0 ≤ j < n
/// ```
/// The left side is the flow back over the cut between `j` and `j + 1` down, the right side that across it: machine by
/// machine, or all at once.
/// - `machines`: `n`, at least 1
/// - `failure_rate`: `λ`, failures of one machine per second of its up time, of either kind
/// - `repair_rate`: `μ`, repairs per second of one crew
/// - `crews`: `r`, repairs going on at once, at least 1
/// - `common_cause`: `β`, the share of a machine's failures that strike all, `0 ≤ β < 1`
///
/// # Validity
/// Exponential times to failure and of repair; machines that are down do not fail. All terms are positive, so rare states
/// keep their figures. With `β = 0` it is [`KOfN`](super::k_of_n::KOfN).
///
/// # Source
/// The beta factor: Fleming, *A reliability model for common mode failures in redundant safety systems* (1975). The chain by
/// balance over cuts, as in Trivedi, *Probability and Statistics* (2002), ch. 8.
#[derive(Clone, Debug)]
pub struct CommonCause {
    failure_rate: f64,
    repair_rate: f64,
    crews: u32,
    /// The probability of each number down.
    down: Vec<f64>,
}

impl CommonCause {
    /// Makes the model from the machines, the rates of failure and repair, the crews and the common share.
    pub fn new(
        machines: u32,
        failure_rate: f64,
        repair_rate: f64,
        crews: u32,
        common_cause: f64,
    ) -> Result<Self, TheoryError> {
        ensure(0 < machines, "there is no machine")?;
        ensure(0 < crews, "there is no repair crew")?;
        let rate = |rate: f64| rate.is_finite() && 0.0 < rate;
        ensure(rate(failure_rate), "the failure rate is not positive and finite")?;
        ensure(rate(repair_rate), "the repair rate is not positive and finite")?;
        ensure(
            (0.0..1.0).contains(&common_cause),
            "the common share is not from 0 to below 1",
        )?;
        let n = machines as usize;
        let (alone, together) = (failure_rate * (1.0 - common_cause), failure_rate * common_cause);
        let mut down = vec![1.0];
        let mut sum = 1.0;
        for j in 0..n {
            let across = down[j] * (n - j) as f64 * alone + sum * together;
            let next = across / (f64::from((j as u32 + 1).min(crews)) * repair_rate);
            down.push(next);
            sum += next;
            // Far from where the machines mostly are, the weights may grow beyond all numbers.
            if 1e200 < sum {
                down = scaled(down, sum);
                sum = 1.0;
            }
        }
        Ok(Self {
            failure_rate,
            repair_rate,
            crews,
            down: scaled(down, sum),
        })
    }

    /// Returns the share of time that a machine is up.
    pub fn availability(&self) -> f64 {
        let n = self.down.len() - 1;
        let up = self.down.iter().enumerate().map(|(j, p)| p * (n - j) as f64);
        up.sum::<f64>() / n as f64
    }
    /// Returns P(exactly so many are up), for each number from 0 to all.
    pub fn up(&self) -> Vec<f64> {
        self.down.iter().rev().copied().collect()
    }
    /// Returns how often per second a machine fails, of all machines together.
    pub fn failures(&self) -> f64 {
        self.availability() * (self.down.len() - 1) as f64 * self.failure_rate
    }
    /// Returns how often per second the last machine that is up goes down.
    pub fn outages(&self) -> f64 {
        self.down[self.down.len() - 1] / self.mean_outage()
    }
    /// Returns how long it takes, in seconds, until one machine is up after all were down.
    pub fn mean_outage(&self) -> f64 {
        let repairing = self.crews.min(self.down.len() as u32 - 1);
        1.0 / (f64::from(repairing) * self.repair_rate)
    }
}

fn scaled(weights: Vec<f64>, sum: f64) -> Vec<f64> {
    weights.into_iter().map(|weight| weight / sum).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::{k_of_n::KOfN, test_support::assert_close};

    /// Two machines, one crew, λ = 2, β = 1/2, μ = 4: weights 1, (2·1 + 1)/4 = 3/4, (3/4 + 7/4)/4 = 5/8.
    #[test]
    fn two_machines_match_exact_fractions() {
        let model = CommonCause::new(2, 2.0, 4.0, 1, 0.5).unwrap();
        let up = model.up();
        for (got, expected) in up.iter().zip([5.0 / 19.0, 6.0 / 19.0, 8.0 / 19.0]) {
            assert_close(*got, expected, 1e-15);
        }
        assert_close(model.availability(), 11.0 / 19.0, 1e-15);
        assert_close(model.failures(), 44.0 / 19.0, 1e-15);
        assert_close(model.outages(), 20.0 / 19.0, 1e-15);
        assert_close(model.mean_outage(), 0.25, 1e-15);
    }

    #[test]
    fn without_a_common_cause_it_is_k_of_n() {
        for crews in [1, 3, 7] {
            let (model, plain) = (
                CommonCause::new(7, 0.2, 1.5, crews, 0.0).unwrap(),
                KOfN::new(7, 0.2, 1.5, crews).unwrap(),
            );
            assert_close(model.availability(), plain.availability(), 1e-14);
            assert_close(model.up()[0], plain.below(1), 1e-13);
            assert_close(model.outages(), plain.failure_frequency(1), 1e-13);
            assert_close(model.mean_outage(), plain.mean_down_time(1), 1e-13);
        }
    }

    /// With a crew for each machine, one machine's life does not depend on how its failures are shared.
    #[test]
    fn one_machine_of_many_is_up_as_if_it_were_alone() {
        for beta in [0.0, 0.1, 0.9, 0.999] {
            let model = CommonCause::new(9, 0.3, 1.2, 9, beta).unwrap();
            assert_close(model.availability(), 0.8, 1e-13);
            assert_close(model.up().iter().sum(), 1.0, 1e-13);
        }
        let rare = CommonCause::new(3, 1e-9, 1.0, 3, 0.1).unwrap();
        // All down: the common cause, and three of them must be mended; 1e-10 · (1/3).
        assert_close(rare.up()[0], 1e-10 / 3.0, 1e-6);
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        assert!(CommonCause::new(0, 1.0, 1.0, 1, 0.1).is_err());
        assert!(CommonCause::new(2, 1.0, 1.0, 0, 0.1).is_err());
        assert!(CommonCause::new(2, 0.0, 1.0, 1, 0.1).is_err());
        assert!(CommonCause::new(2, 1.0, 1.0, 1, 1.0).is_err());
        assert!(CommonCause::new(2, 1.0, 1.0, 1, -0.1).is_err());
    }
}
