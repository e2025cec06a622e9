//! How long data live on replicas that fail and are copied anew, and how likely they are lost.

use super::any_of;
use crate::theory::{TheoryError, ensure, k_of_n::KOfN, matrix::Matrix};

/// A group of replicas of the same data. They are lost once all replicas are down at the same time.
///
/// # Formula
/// ```text
/// j replicas down:  j → j + 1 at (n − j)·λ,   j → j − 1 at min(j, r)·μ,   n is the end
/// E[T] = Σ_{j=0..n−1} m_j,    m_j = 1/λ_j + (μ_j/λ_j)·m_{j−1}
/// E[T] ≈ Π_{j=1..n−1} μ_j / (n!·λ^n):   μ^(n−1)/(n·λ^n) with a crew for each,   μ^(n−1)/(n!·λ^n) with one
/// P(T ≤ t): the last column of e^(Qt)
/// ```
/// - `replicas`: `n`, at least 1, all up at the beginning
/// - `failure_rate`: `λ`, losses of one replica per second
/// - `repair_rate`: `μ`, copies made per second by one crew
/// - `crews`: `r`, copies made at once: 1 is serial repair, `n` parallel
///
/// # Validity
/// Exponential times to failure and of copying, replicas independent of each other. Nothing is ever subtracted, so the
/// mean keeps twelve figures however long it is, and the probability ten figures down to 1e-250. The approximation leaves
/// out all but the largest term of the mean, and is therefore never above it; it is near for `n·λ ≪ μ`.
///
/// # Source
/// Mirrored and redundant disks: Patterson, Gibson and Katz, *Proc. ACM SIGMOD*, 1988; Gibson, *Redundant Disk Arrays*
/// (1992). The chain: Barlow and Proschan, *Mathematical Theory of Reliability* (1965), ch. 5. Why positive terms keep
/// their figures: Xue and Ye, *Math. Comp.* 82, 2013.
#[derive(Clone, Debug)]
pub struct ReplicaGroup {
    chain: KOfN,
    replicas: u32,
    failure_rate: f64,
    repair_rate: f64,
    crews: u32,
}

impl ReplicaGroup {
    /// Makes the model from the replicas, the rates of failure and of copying, per second, and the copies made at once.
    pub fn new(replicas: u32, failure_rate: f64, repair_rate: f64, crews: u32) -> Result<Self, TheoryError> {
        ensure(replicas <= MOST_REPLICAS, "there are too many replicas")?;
        Ok(Self {
            chain: KOfN::new(replicas, failure_rate, repair_rate, crews)?,
            replicas,
            failure_rate,
            repair_rate,
            crews,
        })
    }
    /// Returns the mean time to data loss, from all replicas up, in seconds.
    pub fn mean_time_to_loss(&self) -> f64 {
        self.chain.mean_time_to_failure(1)
    }
    /// Returns the usual approximation of the mean time to data loss, in seconds; see above which.
    pub fn mean_time_to_loss_approximate(&self) -> f64 {
        let step = |down: u32| self.repair(down) / (f64::from(down + 1) * self.failure_rate);
        (1..self.replicas).map(step).product::<f64>() / self.failure_rate
    }
    /// Returns the probability that the data are lost within a time, in seconds.
    pub fn loss_within(&self, time: f64) -> f64 {
        if time.is_nan() || time <= 0.0 {
            return 0.0;
        }
        let end = self.replicas as usize;
        let fastest = (0..self.replicas)
            .map(|down| self.failure(down) + self.repair(down))
            .fold(0.0, f64::max);
        if !(fastest * time).is_finite() {
            return 1.0;
        }
        // So short a time that few events fall into it, and how often it doubles until it is the whole.
        let doublings = (fastest * time).log2().ceil().max(0.0) as i32 + 1;
        let mut moves = self.short(fastest, time * 2.0_f64.powi(-doublings));
        for _ in 0..doublings {
            moves = honest(&moves.times(&moves));
        }
        moves.at(0, end)
    }
    /// Returns the probability that any of so many independent groups is lost within a time, in seconds.
    pub fn any_loss_within(&self, groups: u64, time: f64) -> f64 {
        any_of(groups as f64, self.loss_within(time))
    }

    fn failure(&self, down: u32) -> f64 {
        f64::from(self.replicas - down) * self.failure_rate
    }
    fn repair(&self, down: u32) -> f64 {
        f64::from(down.min(self.crews)) * self.repair_rate
    }
    /// Returns the transition probabilities over a time in which less than one event is expected, by uniformisation:
    /// a Poisson number of steps of which each changes something at most half of the time.
    fn short(&self, fastest: f64, time: f64) -> Matrix {
        let (size, clock) = (self.replicas as usize + 1, 2.0 * fastest);
        let chance = |down: usize, to: usize| {
            let (down, last) = (down as u32, down + 1 == size);
            let (fails, mends) = (self.failure(down) / clock, self.repair(down) / clock);
            match to as i64 - i64::from(down) {
                0 if last => 1.0,
                _ if last => 0.0,
                0 => 1.0 - fails - mends,
                1 => fails,
                -1 => mends,
                _ => 0.0,
            }
        };
        let step = Matrix::from_fn(size, chance);
        let mut power = Matrix::diagonal(size, |_| 1.0);
        let mut sum = power.clone();
        // As many terms as it takes to lose all replicas in them, and then as many as matter beside those.
        for k in 1..size + 30 {
            let weight = clock * time / k as f64;
            let next = power.times(&step);
            power = Matrix::from_fn(size, |row, column| weight * next.at(row, column));
            sum = sum.plus(&power);
        }
        honest(&sum)
    }
}

/// The most replicas of a group.
pub const MOST_REPLICAS: u32 = 64;

/// Returns the matrix with rows that sum to 1, as rounding would not keep them over many squarings.
fn honest(matrix: &Matrix) -> Matrix {
    let size = matrix.size();
    let totals: Vec<f64> = (0..size)
        .map(|row| (0..size).map(|column| matrix.at(row, column)).sum())
        .collect();
    Matrix::from_fn(size, |row, column| matrix.at(row, column) / totals[row])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::{
        numeric::{hypoexponential_tail, poisson},
        test_support::assert_close,
    };

    /// Two replicas: (3λ + μ)/(2λ²) against μ/(2λ²). Three, λ = 1, μ = 10, by the recursion by hand.
    #[test]
    fn mean_times_match_exact_fractions() {
        let two = ReplicaGroup::new(2, 0.5, 3.0, 1).unwrap();
        assert_close(two.mean_time_to_loss(), 9.0, 1e-14);
        assert_close(two.mean_time_to_loss_approximate(), 6.0, 1e-14);
        let parallel = ReplicaGroup::new(3, 1.0, 10.0, 3).unwrap();
        // 1/3, then 1/2 + 10/2·1/3 = 13/6, then 1 + 20·13/6.
        assert_close(
            parallel.mean_time_to_loss(),
            1.0 / 3.0 + 13.0 / 6.0 + 133.0 / 3.0,
            1e-14,
        );
        assert_close(parallel.mean_time_to_loss_approximate(), 100.0 / 3.0, 1e-14);
        let serial = ReplicaGroup::new(3, 1.0, 10.0, 1).unwrap();
        assert_close(
            serial.mean_time_to_loss(),
            1.0 / 3.0 + 13.0 / 6.0 + 68.0 / 3.0,
            1e-14,
        );
        assert_close(serial.mean_time_to_loss_approximate(), 100.0 / 6.0, 1e-14);
    }

    /// Where repair is a billion times as fast, the terms left out are a billionth each.
    #[test]
    fn the_approximation_is_a_bound_that_closes_in() {
        for (replicas, crews) in [(2, 1), (3, 1), (3, 3), (5, 2), (7, 7)] {
            let group = |repair: f64| ReplicaGroup::new(replicas, 1e-6, repair, crews).unwrap();
            for repair in [1e-6, 1e-3, 1.0] {
                let group = group(repair);
                assert!(group.mean_time_to_loss_approximate() < group.mean_time_to_loss());
            }
            let fast = group(1e3);
            assert_close(
                fast.mean_time_to_loss_approximate(),
                fast.mean_time_to_loss(),
                1e-7,
            );
        }
        let safe = ReplicaGroup::new(9, 1e-30, 1.0, 9).unwrap();
        assert_close(safe.mean_time_to_loss(), 1e270 / 9.0, 1e-12);
    }

    /// Powers of the matrix with 80 decimal digits.
    #[test]
    fn probabilities_keep_their_figures_from_certain_to_next_to_impossible() {
        let cases = [
            (3, 1e-4, 1.0, 3, 1_000.0, 2.994_452_447_488_213e-9),
            (3, 1e-6, 1.0, 1, 8_766.0, 5.258_378_967_626_157_6e-14),
            (5, 1e-5, 0.5, 5, 1e5, 7.998_826_760_994_448e-19),
            (2, 0.3, 2.0, 1, 4.0, 0.206_423_245_966_073_98),
            (3, 1e-5, 10.0, 3, 1e-3, 9.925_348_605_123_156e-25),
            (3, 1e-3, 1.0, 3, 1e9, 0.949_688_431_875_202_8),
            (4, 1e-7, 1.0, 1, 1e9, 2.399_998_792_800_172e-18),
        ];
        for (replicas, fail, repair, crews, time, expected) in cases {
            let group = ReplicaGroup::new(replicas, fail, repair, crews).unwrap();
            assert_close(group.loss_within(time), expected, 1e-12);
        }
    }

    /// The same chain step by step: a Poisson number of ticks, at each of which something may change.
    #[test]
    fn a_clock_that_ticks_event_by_event_agrees() {
        let (n, fail, repair, crews, time) = (4_usize, 0.02, 0.9, 2_usize, 60.0);
        let clock = 8.0;
        let (first, ticks) = poisson(clock * time);
        let (mut now, mut lost) = (vec![0.0; n + 1], 0.0);
        now[0] = 1.0;
        for tick in 0..first + ticks.len() {
            if first <= tick {
                lost += ticks[tick - first] * now[n];
            }
            let mut then = now.clone();
            for down in 0..n {
                let (up, back) = ((n - down) as f64 * fail, down.min(crews) as f64 * repair);
                then[down + 1] += now[down] * up / clock;
                then[down] -= now[down] * (up + back) / clock;
                if 0 < down {
                    then[down - 1] += now[down] * back / clock;
                }
            }
            now = then;
        }
        let group = ReplicaGroup::new(n as u32, fail, repair, crews as u32).unwrap();
        assert_close(group.loss_within(time), lost, 1e-10);
    }

    /// Two replicas are two exponential stages, of the rates that solve θ² − (3λ + μ)·θ + 2λ² = 0.
    #[test]
    fn one_and_two_replicas_have_closed_forms() {
        let one = ReplicaGroup::new(1, 0.5, 1.0, 1).unwrap();
        for time in [1e-9, 0.3, 2.0, 50.0] {
            assert_close(one.loss_within(time), -(-0.5 * time).exp_m1(), 1e-13);
        }
        let two = ReplicaGroup::new(2, 0.5, 3.0, 1).unwrap();
        let root = (4.5_f64 * 4.5 - 2.0).sqrt();
        let (slow, fast) = ((4.5 - root) / 2.0, f64::midpoint(4.5, root));
        for time in [0.1, 1.0, 10.0, 100.0] {
            let expected = 1.0 - hypoexponential_tail(slow, fast, time);
            assert_close(two.loss_within(time), expected, 1e-11);
        }
    }

    /// Once in its stride, loss comes at a constant rate: one over the mean time, nearly.
    #[test]
    fn many_groups_lose_in_proportion_until_it_is_nearly_certain() {
        let group = ReplicaGroup::new(3, 1e-7, 1e-3, 3).unwrap();
        let year = 31_557_600.0;
        let rate = year / group.mean_time_to_loss();
        assert_close(group.loss_within(year), rate, 1e-3);
        assert_close(group.any_loss_within(1_000, year), 1_000.0 * rate, 1e-2);
        assert_close(group.any_loss_within(1, year), group.loss_within(year), 1e-14);
        assert!(group.any_loss_within(u64::MAX, year) > 0.999);
        // Fewer crews, sooner.
        let serial = ReplicaGroup::new(3, 1e-7, 1e-3, 1).unwrap();
        assert_close(serial.loss_within(year) / group.loss_within(year), 2.0, 1e-2);
    }

    #[test]
    fn the_edges_are_no_time_all_time_and_no_replica() {
        let group = ReplicaGroup::new(3, 1e-3, 1.0, 1).unwrap();
        assert!(group.loss_within(0.0) == 0.0 && group.loss_within(-1.0) == 0.0);
        assert!(group.loss_within(f64::INFINITY) == 1.0 && group.any_loss_within(5, f64::INFINITY) == 1.0);
        assert_close(group.loss_within(1e300), 1.0, 1e-12);
        // Before anything can be repaired: all three fail, (λt)³.
        assert_close(group.loss_within(1e-60), 1e-189, 1e-12);
        assert!(group.any_loss_within(0, 1.0) == 0.0 && group.any_loss_within(0, 1e300) == 0.0);
        assert!(ReplicaGroup::new(0, 1.0, 1.0, 1).is_err() && ReplicaGroup::new(65, 1.0, 1.0, 1).is_err());
        assert!(ReplicaGroup::new(3, 0.0, 1.0, 1).is_err() && ReplicaGroup::new(3, 1.0, 1.0, 0).is_err());
    }
}
