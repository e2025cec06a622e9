//! Retries: how much load they add, and when that load keeps itself alive.

use super::{TheoryError, ensure, ensure_arrival_rate, numeric::root};

/// Tries of a request: up to a number of attempts, each of which fails by itself with one probability.
///
/// # Formula
/// ```text
/// attempts = (1 − p^n)/(1 − p),    success = 1 − p^n;    with a budget of b retries a request, attempts ≤ 1 + b
/// ```
/// # Validity
/// `n` attempts at most, `n ≥ 1`; failures independent of each other, with probability `0 ≤ p ≤ 1`. A budget withholds
/// retries from requests at random.
///
/// # Source
/// The geometric distribution, cut off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Retries {
    most: u32,
    budget: f64,
}

impl Retries {
    /// Makes retries from the most attempts and the retries allowed per request, infinite where there is no budget.
    pub fn new(most: u32, budget: f64) -> Result<Self, TheoryError> {
        ensure(0 < most, "a request takes at least one attempt")?;
        ensure(0.0 <= budget, "the budget is negative or not a number")?;
        Ok(Self { most, budget })
    }
    /// Returns the mean number of attempts a request, where each fails with probability `failure`.
    pub fn mean_attempts(&self, failure: f64) -> f64 {
        1.0 + self.wanted(failure).min(self.budget)
    }
    /// Returns P(a request succeeds in the end), where each attempt fails with probability `failure`.
    pub fn success(&self, failure: f64) -> f64 {
        // A retry that is wanted is granted with one probability: such that all of them use up the budget.
        let goes_on = if self.wanted(failure) <= self.budget {
            failure
        } else if self.budget == 0.0 {
            0.0
        } else {
            root(0.0, failure, |goes_on| self.budget - self.wanted(goes_on))
        };
        sum_of_powers(goes_on, self.most) * (1.0 - failure)
    }

    /// The mean number of retries that failures ask for.
    fn wanted(&self, failure: f64) -> f64 {
        sum_of_powers(failure, self.most) - 1.0
    }
}

/// Returns the loads at which a system that is retried can stay, in attempts per second, the lowest first.
///
/// # Formula
/// ```text
/// x = λ·attempts(p(x))
/// ```
/// - `rate`: `λ`, requests per second
/// - `failure`: `p(x)`, the probability that an attempt fails where `x` attempts come per second
///
/// # Validity
/// A fluid view: attempts are a stream whose rate alone decides about failure. More than one load means that the
/// system is metastable: a shock that carries it past the second stays with it. Solutions closer together than a
/// thousandth of the range from `λ` to the most attempts may be missed.
///
/// # Source
/// Bronson, Aghayev, Charapko and Zhu, *Metastable Failures in Distributed Systems*, Workshop on Hot Topics in
/// Operating Systems, 2021 (the phenomenon).
pub fn loads(rate: f64, retries: Retries, failure: impl Fn(f64) -> f64) -> Result<Vec<f64>, TheoryError> {
    const STEPS: u32 = 1_000;
    ensure_arrival_rate(rate)?;
    let excess = |load: f64| rate * retries.mean_attempts(failure(load)) - load;
    let most = rate * retries.mean_attempts(1.0);
    let at = |step: u32| rate + (most - rate) * f64::from(step) / f64::from(STEPS);
    let mut loads = Vec::new();
    if excess(rate) <= 0.0 {
        loads.push(rate);
    }
    for step in 0..STEPS {
        let (low, high) = (at(step), at(step + 1));
        let (before, after) = (excess(low), excess(high));
        if 0.0 < before && after <= 0.0 {
            loads.push(root(low, high, excess));
        } else if before < 0.0 && 0.0 <= after {
            loads.push(root(low, high, |load| -excess(load)));
        }
    }
    Ok(loads)
}

/// Returns `1 + x + … + x^(n − 1)`.
fn sum_of_powers(x: f64, n: u32) -> f64 {
    if x == 1.0 {
        f64::from(n)
    } else {
        (1.0 - x.powf(f64::from(n))) / (1.0 - x)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::test_support::assert_close;

    const FREE: f64 = f64::INFINITY;

    #[test]
    fn three_attempts_match_exact_fractions() {
        let three = Retries::new(3, FREE).unwrap();
        assert_close(three.mean_attempts(0.5), 1.75, 1e-15);
        assert_close(three.success(0.5), 0.875, 1e-15);
        assert_close(three.mean_attempts(1.0), 3.0, 1e-15);
        assert_eq!((three.mean_attempts(0.0), three.success(0.0)), (1.0, 1.0));
        let once = Retries::new(1, FREE).unwrap();
        assert_close(once.mean_attempts(0.9), 1.0, 1e-15);
        assert_close(once.success(0.9), 0.1, 1e-14);
    }

    #[test]
    fn a_budget_bounds_what_retries_add() {
        let budget = Retries::new(4, 0.1).unwrap();
        assert_close(budget.mean_attempts(0.9), 1.1, 1e-15);
        // Where failures are rare it is not felt.
        let free = Retries::new(4, FREE).unwrap();
        assert_close(budget.success(0.05), free.success(0.05), 1e-15);
        // Every attempt fails by itself, so successes are the attempts' share.
        assert_close(budget.success(0.9), 1.1 * 0.1, 1e-12);
        assert!(budget.success(0.9) < free.success(0.9));
        assert_close(Retries::new(4, 0.0).unwrap().success(0.9), 0.1, 1e-14);
    }

    /// Attempts fail when there are more than the capacity of 1, all of them, since they time out in the queue.
    #[test]
    fn retries_without_a_budget_hold_a_system_down() {
        let timeouts = |load: f64| 1.0 / (1.0 + (-200.0 * (load - 1.0)).exp());
        let free = Retries::new(3, FREE).unwrap();
        let loads_of = |retries| loads(0.8, retries, timeouts).unwrap();
        let metastable = loads_of(free);
        assert_eq!(metastable.len(), 3, "{metastable:?}");
        assert_close(metastable[0], 0.8, 1e-6);
        assert!(0.98 < metastable[1] && metastable[1] < 1.0, "{metastable:?}");
        assert_close(metastable[2], 2.4, 1e-6);
        for &load in &metastable {
            assert_close(load, 0.8 * free.mean_attempts(timeouts(load)), 1e-9);
        }
        let cured = loads_of(Retries::new(3, 0.1).unwrap());
        assert_eq!(cured.len(), 1, "{cured:?}");
        assert_close(cured[0], 0.8, 1e-6);
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        assert!(Retries::new(0, FREE).is_err());
        assert!(Retries::new(3, f64::NAN).is_err());
        let once = Retries::new(1, FREE).unwrap();
        assert!(loads(-1.0, once, |_| 0.0).is_err());
        assert_eq!(loads(2.0, once, |_| 0.7).unwrap(), [2.0]);
    }
}
