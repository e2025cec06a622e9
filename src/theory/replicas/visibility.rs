//! When a write is seen by reads of any quorum, where only the replicas take time.

use super::staleness::miss_probability;
use crate::theory::{TheoryError, ensure, ensure_service_rate};

/// Replicas that apply writes and read side by side, and quorums of any size.
///
/// # Formula
/// ```text
/// P(stale at t) = C(N − W, R)/C(N, R) · e^(−R·ω·t) · Π_{i=1..R} ρ·(N − i + 1) / (ρ·(N − i + 1) + ω·(R − i + 1))
/// ```
/// - `replicas`: `N`
/// - `read`, `write`: `R` and `W`, answers that complete a read and a write
/// - `reads`, `writes`: `ρ` and `ω`, the rates at which a replica reads and applies, per second
///
/// A read is stale if the first `R` replicas to answer are all without the write when they do. Who answers first has nothing to
/// do with who has it; those who have not forget how long they have worked; and the times of the first `R` answers add up to
/// independent exponential ones, by the gaps between them.
///
/// # Validity
/// Exponential work, all independent; writes and reads go to all replicas; messages take no time; no replica waits for
/// anything, nor one operation for another; nobody fails, and nothing else brings the write. Exact. Where replicas do one
/// thing at a time in the order in which it comes, no read that begins after the write overtakes it, and none is stale.
///
/// # Source
/// The WARS model without the way of messages: Bailis, Venkataraman, Franklin, Hellerstein and Stoica, *Proc. VLDB
/// Endowment* 5(8), 2012. Gaps: Rényi, 1953.
#[derive(Clone, Copy, Debug)]
pub struct QuorumVisibility {
    read: f64,
    writes: f64,
    at_once: f64,
}

impl QuorumVisibility {
    /// Makes the model from the replicas, the quorums of reads and writes, and the rates of both at a replica.
    pub fn new(
        replicas: u32,
        (read, write): (u32, u32),
        (reads, writes): (f64, f64),
    ) -> Result<Self, TheoryError> {
        let miss = miss_probability(replicas, read, write)?;
        ensure_service_rate(reads)?;
        ensure_service_rate(writes)?;
        ensure(replicas <= MOST, "more replicas than anyone has")?;
        let overtakes = (1..=read).map(|i| {
            let (answers, without) = (f64::from(replicas - i + 1), f64::from(read - i + 1));
            reads * answers / (reads * answers + writes * without)
        });
        Ok(Self {
            read: f64::from(read),
            writes,
            at_once: miss * overtakes.product::<f64>(),
        })
    }
    /// Returns P(a read that begins so many seconds after the write was acknowledged misses it).
    pub fn stale(&self, after: f64) -> f64 {
        self.at_once * (-self.read * self.writes * after.max(0.0)).exp()
    }
    /// Returns how long after the acknowledgement a read sees the write with a probability of `p`, in seconds.
    pub fn visible_after(&self, p: f64) -> f64 {
        let left = (self.at_once / (1.0 - p).max(0.0)).ln();
        (left / (self.read * self.writes)).max(0.0)
    }
}

/// Replicas beyond which the product takes long.
const MOST: u32 = 1_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        rng::Seed,
        theory::{
            replicas::staleness::{Legs, Visibility},
            test_support::assert_close,
        },
    };

    /// Two replicas of rate 1: one has the write, the other is first with 1/2, and reads before it writes with 2/3.
    #[test]
    fn two_replicas_match_exact_fractions() {
        let model = QuorumVisibility::new(2, (1, 1), (1.0, 1.0)).unwrap();
        assert_close(model.stale(0.0), 1.0 / 3.0, 1e-15);
        assert_close(model.stale(2.0), (-2.0_f64).exp() / 3.0, 1e-15);
        assert_close(model.stale(model.visible_after(0.999)), 0.001, 1e-12);
        // Three, two of which answer: the two without it, 1/3; 3/(3 + 2) until the first, and 2/(2 + 1) until the second.
        let model = QuorumVisibility::new(3, (2, 1), (1.0, 1.0)).unwrap();
        assert_close(model.stale(0.0), 1.0 / 3.0 * 0.6 * 2.0 / 3.0, 1e-15);
    }

    #[test]
    fn one_answer_each_agrees_with_legs_of_which_two_take_no_time() {
        for (replicas, read, write) in [(2, 1.0, 1.0), (3, 5.0, 2.0), (5, 0.3, 4.0)] {
            let legs = Legs {
                write,
                acknowledge: 1e9,
                read,
                answer: 1e9,
            };
            let legs = Visibility::new(replicas, legs).unwrap();
            let model = QuorumVisibility::new(replicas, (1, 1), (read, write)).unwrap();
            assert_close(model.stale(0.0), legs.stale(0.0), 1e-6);
        }
    }

    /// The times themselves, drawn and sorted.
    #[test]
    fn times_drawn_at_random_agree() {
        let cases = [
            (3, (1, 2), (2.0, 1.0), 0.3),
            (3, (2, 1), (1.0, 0.5), 0.0),
            (5, (2, 2), (1.0, 1.0), 0.2),
            (5, (3, 1), (8.0, 1.0), 0.1),
        ];
        for (number, (replicas, quorums, rates, after)) in cases.into_iter().enumerate() {
            let mut chance = Seed(2_012).replication(number as u64).stream("times");
            let mut draw = |rate: f64| -chance.open01().ln() / rate;
            let (runs, mut stale) = (300_000, 0);
            for _ in 0..runs {
                let writes: Vec<f64> = (0..replicas).map(|_| draw(rates.1)).collect();
                let mut sorted = writes.clone();
                sorted.sort_by(f64::total_cmp);
                let begins = sorted[quorums.1 as usize - 1] + after;
                let mut reads: Vec<(f64, f64)> = writes
                    .iter()
                    .map(|&write| (begins + draw(rates.0), write))
                    .collect();
                reads.sort_by(|a, b| a.0.total_cmp(&b.0));
                let first = &reads[..quorums.0 as usize];
                stale += u32::from(first.iter().all(|(read, write)| read < write));
            }
            let share = f64::from(stale) / f64::from(runs);
            let model = QuorumVisibility::new(replicas, quorums, rates).unwrap();
            let expected = model.stale(after);
            let error = (expected * (1.0 - expected) / f64::from(runs)).sqrt();
            assert!((share - expected).abs() < 4.0 * error, "{share} and {expected}");
            assert!(error < 0.02 * expected, "too wide to mean anything");
        }
    }

    #[test]
    fn the_edges_are_quorums_that_meet_fast_writes_and_instant_reads() {
        let meets = QuorumVisibility::new(3, (2, 2), (1.0, 1.0)).unwrap();
        assert!(meets.stale(0.0) == 0.0 && meets.visible_after(0.999) == 0.0);
        let fast = QuorumVisibility::new(3, (1, 1), (1.0, 1e9)).unwrap();
        assert!(fast.stale(0.0) < 1e-8);
        let instant = QuorumVisibility::new(3, (1, 1), (1e9, 1.0)).unwrap();
        assert_close(instant.stale(0.0), miss_probability(3, 1, 1).unwrap(), 1e-8);
        assert!(instant.stale(-1.0) == instant.stale(0.0) && instant.visible_after(1.0).is_infinite());
        assert!(QuorumVisibility::new(3, (0, 1), (1.0, 1.0)).is_err());
        assert!(QuorumVisibility::new(3, (1, 4), (1.0, 1.0)).is_err());
        assert!(QuorumVisibility::new(3, (1, 1), (0.0, 1.0)).is_err());
    }
}
