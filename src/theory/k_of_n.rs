//! k of n: machines that fail and are repaired, of which at least k must be up.

use super::{TheoryError, ensure, numeric::unimodal_above};

/// Equal machines that fail independently and are repaired by a number of crews.
///
/// # Formula
/// ```text
/// π_j ∝ Π_{i=1..j} (n − i + 1)·λ / (min(i, r)·μ),    j machines down,  0 ≤ j ≤ n
/// ```
/// - `machines`: `n`, at least 1
/// - `failure_rate`: `λ`, failures of one machine per second of its up time
/// - `repair_rate`: `μ`, repairs per second of one crew
/// - `crews`: `r`, repairs going on at once, at least 1
///
/// # Validity
/// Exponential times to failure and of repair; machines that are down do not fail; first failed, first repaired.
/// With as many crews as machines, probabilities hold for times of any distribution with these means, because each
/// machine then lives by itself; frequencies and mean times up and down hold as well, [`mean_time_to_failure`] does not.
/// Probabilities keep twelve figures down to 1e-300.
///
/// [`mean_time_to_failure`]: Self::mean_time_to_failure
///
/// # Source
/// Palm (1947); Barlow and Proschan, *Mathematical Theory of Reliability* (1965), ch. 5; frequencies and durations:
/// Billinton and Allan, *Reliability Evaluation of Engineering Systems* (1992), ch. 9.
#[derive(Clone, Debug)]
pub struct KOfN {
    machines: u32,
    crews: u32,
    failure_rate: f64,
    repair_rate: f64,
    /// The fewest down that matters, and the probabilities of that many down and more.
    first: usize,
    down: Vec<f64>,
}

impl KOfN {
    /// Makes the model from the machines, the rates of failure and repair, per second, and the crews.
    pub fn new(machines: u32, failure_rate: f64, repair_rate: f64, crews: u32) -> Result<Self, TheoryError> {
        ensure(0 < machines, "there is no machine")?;
        ensure(0 < crews, "there is no repair crew")?;
        ensure(
            failure_rate.is_finite() && 0.0 < failure_rate,
            "the failure rate is not positive and finite",
        )?;
        ensure(
            repair_rate.is_finite() && 0.0 < repair_rate,
            "the repair rate is not positive and finite",
        )?;
        let (n, r) = (machines as usize, crews as usize);
        let ratio = |j: usize| (n + 1 - j) as f64 * failure_rate / (j.min(r) as f64 * repair_rate);
        // The ratios fall, so the mode is the last state with a ratio of at least 1.
        let (mut low, mut high) = (0, n);
        while low < high {
            let middle = (low + high).div_ceil(2);
            if 1.0 <= ratio(middle) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        let (first, down) = unimodal_above(0.0, low, n, ratio);
        Ok(Self {
            machines,
            crews,
            failure_rate,
            repair_rate,
            first,
            down,
        })
    }

    /// Returns the number of machines.
    pub fn machines(&self) -> u32 {
        self.machines
    }
    /// Returns the share of time that a machine is up.
    pub fn availability(&self) -> f64 {
        let up = |(down, p): (usize, f64)| p * (self.machines as usize - down) as f64;
        self.states().map(up).sum::<f64>() / f64::from(self.machines)
    }
    /// Returns P(at least `k` machines are up).
    pub fn at_least(&self, k: u32) -> f64 {
        let enough = |&(down, _): &(usize, f64)| down + k as usize <= self.machines as usize;
        self.states().filter(enough).map(|(_, p)| p).sum()
    }
    /// Returns P(fewer than `k` machines are up); it keeps its figures where [`at_least`](Self::at_least) has none left.
    pub fn below(&self, k: u32) -> f64 {
        let short = |&(down, _): &(usize, f64)| (self.machines as usize) < down + k as usize;
        self.states().filter(short).map(|(_, p)| p).sum()
    }
    /// Returns how often per second the number up falls from `k` to `k − 1`, `1 ≤ k ≤ n`.
    pub fn failure_frequency(&self, k: u32) -> f64 {
        let down = (self.machines as usize).checked_sub(k as usize);
        let place = down.and_then(|down| down.checked_sub(self.first));
        let p = place
            .and_then(|place| self.down.get(place))
            .copied()
            .unwrap_or(0.0);
        p * f64::from(k) * self.failure_rate
    }
    /// Returns how long it lasts, in seconds, once fewer than `k` are up; NaN where that never happens.
    pub fn mean_down_time(&self, k: u32) -> f64 {
        self.below(k) / self.failure_frequency(k)
    }
    /// Returns the time in seconds from all machines up until fewer than `k` are, `1 ≤ k ≤ n`.
    ///
    /// # Formula
    /// ```text
    /// Σ_{j=0..n−k} m_j,    m_j = 1/λ_j + (μ_j/λ_j)·m_{j−1},  λ_j = (n − j)·λ,  μ_j = min(j, r)·μ
    /// ```
    pub fn mean_time_to_failure(&self, k: u32) -> f64 {
        let (mut step, mut sum) = (0.0, 0.0);
        for down in 0..=self.machines.saturating_sub(k) {
            let fails = f64::from(self.machines - down) * self.failure_rate;
            let mended = f64::from(down.min(self.crews)) * self.repair_rate;
            step = (1.0 + mended * step) / fails;
            sum += step;
        }
        sum
    }

    /// How many are down, and how likely that is.
    pub(super) fn states(&self) -> impl Iterator<Item = (usize, f64)> {
        (self.first..).zip(self.down.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::test_support::{assert_close, birth_death};

    /// Two machines, λ = 1, μ = 4. One crew: 1 : 1/2 : 1/8. Two crews: 1 : 1/2 : 1/16.
    #[test]
    fn two_machines_match_exact_fractions() {
        let one = KOfN::new(2, 1.0, 4.0, 1).unwrap();
        assert_close(one.at_least(1), 12.0 / 13.0, 1e-15);
        assert_close(one.below(1), 1.0 / 13.0, 1e-15);
        assert_close(one.availability(), 10.0 / 13.0, 1e-15);
        // From one up, at rate 1: once in 13/4 s, for 1/4 s.
        assert_close(one.failure_frequency(1), 4.0 / 13.0, 1e-15);
        assert_close(one.mean_down_time(1), 0.25, 1e-15);
        // (3λ + μ)/(2λ²), Barlow and Proschan.
        assert_close(one.mean_time_to_failure(1), 3.5, 1e-15);
        let two = KOfN::new(2, 1.0, 4.0, 2).unwrap();
        assert_close(two.below(1), 0.04, 1e-15);
    }

    #[test]
    fn with_a_crew_for_each_machine_the_number_up_is_binomial() {
        let model = KOfN::new(5, 1.0, 9.0, 5).unwrap();
        let up = |k: i32, ways: f64| ways * 0.9_f64.powi(k) * 0.1_f64.powi(5 - k);
        assert_close(model.at_least(4), up(5, 1.0) + up(4, 5.0), 1e-14);
        assert_close(model.availability(), 0.9, 1e-14);
        // Rare, and still to its last figures.
        let rare = KOfN::new(3, 1e-90, 1.0, 3).unwrap();
        assert_close(rare.below(1), 1e-270, 1e-12);
        assert_close(rare.below(2), 3e-180, 1e-12);
    }

    #[test]
    fn one_machine_is_up_for_its_share_of_a_cycle() {
        let model = KOfN::new(1, 0.5, 4.5, 7).unwrap();
        assert_close(model.availability(), 0.9, 1e-15);
        assert_close(model.mean_time_to_failure(1), 2.0, 1e-15);
        assert_close(model.mean_down_time(1), 1.0 / 4.5, 1e-15);
    }

    #[test]
    fn many_machines_and_few_crews_agree_with_the_chain() {
        let (n, crews) = (60, 3);
        let model = KOfN::new(n, 0.1, 1.5, crews).unwrap();
        let chain = birth_death(
            n as usize + 1,
            |down| (n as usize - down) as f64 * 0.1,
            |down| down.min(crews as usize) as f64 * 1.5,
        );
        for k in [1, 20, 30, 45, 60] {
            let short: f64 = chain[(n - k) as usize + 1..].iter().sum();
            assert_close(model.below(k), short, 1e-11);
            assert_close(model.at_least(k) + model.below(k), 1.0, 1e-13);
        }
        assert!(model.below(60) > 0.99, "sixty never are all up");
        // More machines than crews can look after: those up are what the crews keep up.
        let flood = KOfN::new(100_000, 1.0, 1.0, 10).unwrap();
        assert_close(flood.availability(), 1e-4, 1e-3);
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        assert!(KOfN::new(0, 1.0, 1.0, 1).is_err());
        assert!(KOfN::new(1, 1.0, 1.0, 0).is_err());
        assert!(KOfN::new(1, 0.0, 1.0, 1).is_err());
        assert!(KOfN::new(1, 1.0, f64::NAN, 1).is_err());
    }
}
