//! How often a read misses the last write, where the quorums of reads and writes need not meet.

use crate::theory::{
    TheoryError, ensure,
    numeric::{hypoexponential_tail, integral, quantile},
};

/// Returns the probability that a read misses the last write because the two quorums share no replica.
///
/// # Formula
/// ```text
/// C(N − W, R) / C(N, R)
/// ```
/// - `replicas`: `N`
/// - `read`, `write`: `R` and `W`, replicas that one read asks and one write reaches
///
/// # Validity
/// Each quorum any set of its size, by chance, and nothing spreads beyond the write's quorum: the worst case, as real
/// stores send writes to all replicas ([`Visibility`]). 0 where `R + W > N`. All of the last `k` writes are missed with the
/// `k`-th power of it.
///
/// # Source
/// Malkhi, Reiter, Wool and Wright, *Information and Computation* 170, 2001; Bailis, Venkataraman, Franklin, Hellerstein and
/// Stoica, *Proc. VLDB Endowment* 5(8), 2012.
pub fn miss_probability(replicas: u32, read: u32, write: u32) -> Result<f64, TheoryError> {
    let possible = 1..=replicas;
    ensure(
        possible.contains(&read) && possible.contains(&write),
        "a quorum is not from 1 to the replicas",
    )?;
    let factor = |i: u32| f64::from((replicas - write).saturating_sub(i)) / f64::from(replicas - i);
    Ok((0..read).map(factor).product())
}

/// The rates of the four legs of operations, per second: how fast messages and replicas are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Legs {
    /// `w`: from the coordinator to a replica that has applied the write.
    pub write: f64,
    /// `a`: from the replica back to the coordinator.
    pub acknowledge: f64,
    /// `r`: from the coordinator to a replica that reads.
    pub read: f64,
    /// `s`: from the replica back with what it read.
    pub answer: f64,
}

/// When a write that one replica has acknowledged is seen by reads that take the first answer (R = W = 1).
///
/// # Formula
/// ```text
/// a read t after the write returned is stale if  R_j + t + C < W_j,   j the first to answer, C = min_i (W_i + A_i)
/// P(stale) = e^(−w·t) · E[e^(−w·C′)] · E[e^(−w·R_j)],    C′ = min of W_i + A_i over the other N − 1 replicas
/// E[e^(−w·C′)] = ∫ e^(−w·x)·(N − 1)·P(W + A > x)^(N−2)·f_{W+A}(x) dx
/// E[e^(−w·R_j)] = N·∫ P(R + S > z)^(N−1) · ∫_{x≤z} e^(−w·x)·f_R(x)·f_S(z − x) dx dz
/// ```
/// A replica that the write has not reached when another has acknowledged it forgets how long it has waited.
///
/// # Validity
/// Exponential legs, all independent; writes and reads go to all replicas, nobody fails, no read repair or anti-entropy;
/// the read asks anew. Exact, by integrals to about ten figures.
///
/// # Source
/// The WARS model: Bailis, Venkataraman, Franklin, Hellerstein and Stoica, *Proc. VLDB Endowment* 5(8), 2012, who
/// simulate it. The integrals follow from the lack of memory of the write's leg.
#[derive(Clone, Copy, Debug)]
pub struct Visibility {
    write: f64,
    at_once: f64,
}

impl Visibility {
    /// Makes the model from the replicas and the rates of the legs.
    pub fn new(replicas: u32, legs: Legs) -> Result<Self, TheoryError> {
        ensure(0 < replicas, "there is no replica")?;
        let rate = |rate: f64| rate.is_finite() && 0.0 < rate;
        ensure(
            [legs.write, legs.acknowledge, legs.read, legs.answer]
                .into_iter()
                .all(rate),
            "the rate of a leg is not positive and finite",
        )?;
        let at_once = if replicas == 1 {
            0.0
        } else {
            others_acknowledge(replicas - 1, &legs) * first_answers(replicas, &legs)
        };
        Ok(Self {
            write: legs.write,
            at_once,
        })
    }
    /// Returns P(a read that begins so many seconds after the write returned misses it).
    pub fn stale(&self, after: f64) -> f64 {
        self.at_once * (-self.write * after.max(0.0)).exp()
    }
    /// Returns how long after the write returned a read sees it with a probability of `p`, in seconds.
    pub fn visible_after(&self, p: f64) -> f64 {
        ((self.at_once / (1.0 - p).max(0.0)).ln() / self.write).max(0.0)
    }
}

/// `E[e^(−w·C′)]`, the chance that a replica is still without the write when the first of so many others is acknowledged.
fn others_acknowledge(others: u32, legs: &Legs) -> f64 {
    let (w, a) = (legs.write, legs.acknowledge);
    let tail = |x: f64| hypoexponential_tail(w, a, x);
    let density = |x: f64| w * a * both(w, a, x);
    let first = |x: f64| f64::from(others) * tail(x).powi(others as i32 - 1) * density(x);
    over_all_times(w.recip() + a.recip(), tail, |x| (-w * x).exp() * first(x))
}

/// `E[e^(−w·R_j)]`, the chance that a replica without the write is not reached by it before the winning read is there.
fn first_answers(replicas: u32, legs: &Legs) -> f64 {
    let (w, r, s) = (legs.write, legs.read, legs.answer);
    let tail = |z: f64| hypoexponential_tail(r, s, z);
    let unseen = |z: f64| r * s * both(r + w, s, z);
    let others = replicas as i32 - 1;
    let all = |z: f64| f64::from(replicas) * tail(z).powi(others) * unseen(z);
    over_all_times(r.recip() + s.recip(), tail, all)
}

/// `∫_{x≤z} e^(−a·x − b·(z − x)) dx`, equal rates included.
fn both(a: f64, b: f64, z: f64) -> f64 {
    let gap = (a - b).abs() * z;
    let share = if gap == 0.0 { 1.0 } else { -(-gap).exp_m1() / gap };
    z * (-a.min(b) * z).exp() * share
}

/// Integrates a smooth function that is negligible once a tail is, in panels that halve towards 0, where legs may be of
/// very different lengths.
fn over_all_times(scale: f64, tail: impl Fn(f64) -> f64, f: impl Fn(f64) -> f64) -> f64 {
    let mut hi = 2.0 * quantile(1.0 - 1e-15, scale, tail);
    let mut sum = 0.0;
    for _ in 0..PANELS {
        sum += integral(hi / 2.0, hi, &f);
        hi /= 2.0;
    }
    sum + integral(0.0, hi, f)
}

const PANELS: u32 = 20;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{rng::Seed, theory::test_support::assert_close};

    fn legs(write: f64, acknowledge: f64, read: f64, answer: f64) -> Legs {
        Legs {
            write,
            acknowledge,
            read,
            answer,
        }
    }

    /// Published by Bailis and others (2012) for N = 3: with R = W = 1 a read is within 2, 3, 5 and 10 versions with
    /// 0.55…, 0.703, over 0.868 and over 0.98; with either of them 2, within 2 versions with 0.88….
    #[test]
    fn versions_behind_match_published_values() {
        let miss = miss_probability(3, 1, 1).unwrap();
        for (versions, published, last_figure) in [
            (2, 0.5555, 1e-4),
            (3, 0.703, 1e-3),
            (5, 0.868, 1e-3),
            (10, 0.98, 1e-2),
        ] {
            let within = 1.0 - miss.powi(versions);
            assert!((published..published + last_figure).contains(&within), "{within}");
        }
        for (read, write) in [(1, 2), (2, 1)] {
            let miss = miss_probability(3, read, write).unwrap();
            assert_close(1.0 - miss * miss, 8.0 / 9.0, 1e-14);
        }
    }

    #[test]
    fn quorums_agree_with_all_pairs_of_sets() {
        for replicas in 1..=6_u32 {
            for read in 1..=replicas {
                for write in 1..=replicas {
                    let sets = |size: u32| (0..1_u32 << replicas).filter(move |set| set.count_ones() == size);
                    let apart: usize = sets(read)
                        .map(|reads| sets(write).filter(|writes| reads & writes == 0).count())
                        .sum();
                    let all = sets(read).count() * sets(write).count();
                    let miss = miss_probability(replicas, read, write).unwrap();
                    assert_close(miss, apart as f64 / all as f64, 1e-14);
                    assert_eq!(miss == 0.0, replicas < read + write);
                }
            }
        }
    }

    /// Two replicas, all legs of rate 1. The other one acknowledges first: (1/2)·(1/2). The first answer of two, from
    /// `2·∫ (1 + z)·e^(−z)·e^(−z)·(1 − e^(−z)) dz = 2·(1/2 + 1/4 − 1/3 − 1/9)`.
    #[test]
    fn two_replicas_match_exact_fractions() {
        let model = Visibility::new(2, legs(1.0, 1.0, 1.0, 1.0)).unwrap();
        assert_close(model.stale(0.0), 0.25 * 11.0 / 18.0, 1e-11);
        assert_close(model.stale(2.0), 0.25 * 11.0 / 18.0 * (-2.0_f64).exp(), 1e-11);
        assert_close(model.stale(model.visible_after(0.999)), 0.001, 1e-12);
    }

    /// The legs themselves, drawn and sorted.
    #[test]
    fn legs_drawn_at_random_agree() {
        let cases = [
            (2, legs(1.0, 3.0, 2.0, 0.5), 0.2),
            (3, legs(1.0, 1.0, 4.0, 4.0), 0.0),
            (3, legs(0.1, 2.0, 1.0, 5.0), 1.5),
            (5, legs(0.5, 0.5, 0.5, 0.5), 0.5),
        ];
        for (number, (replicas, legs, after)) in cases.into_iter().enumerate() {
            let mut chance = Seed(2_012).replication(number as u64).stream("legs");
            let mut draw = |rate: f64| -chance.open01().ln() / rate;
            let runs = 400_000;
            let mut stale = 0;
            for _ in 0..runs {
                let (mut done, mut first) = (f64::INFINITY, (f64::INFINITY, 0.0));
                for _ in 0..replicas {
                    let (write, read) = (draw(legs.write), draw(legs.read));
                    done = done.min(write + draw(legs.acknowledge));
                    let back = read + draw(legs.answer);
                    if back < first.0 {
                        first = (back, write - read);
                    }
                }
                stale += u32::from(done + after < first.1);
            }
            let share = f64::from(stale) / f64::from(runs);
            let expected = Visibility::new(replicas, legs).unwrap().stale(after);
            let error = (expected * (1.0 - expected) / f64::from(runs)).sqrt();
            assert!((share - expected).abs() < 4.0 * error, "{share} and {expected}");
            assert!(error < 0.02 * expected, "too wide to mean anything");
        }
    }

    /// With nothing but writes that take time, the first replica acknowledges and every other is stale.
    #[test]
    fn instant_answers_leave_quorums_that_meet_by_chance() {
        for replicas in [2, 3, 7] {
            let instant = Visibility::new(replicas, legs(1.0, 1e9, 1e9, 1e9)).unwrap();
            assert_close(
                instant.stale(0.0),
                miss_probability(replicas, 1, 1).unwrap(),
                1e-6,
            );
        }
    }

    /// By direct reasoning for two: `E[e^(−w·C′)] = (1/2)·a/(a + w)`.
    #[test]
    fn one_other_replica_has_a_closed_form() {
        for (w, a) in [(1.0, 1.0), (0.001, 50.0), (300.0, 0.2)] {
            let got = others_acknowledge(1, &legs(w, a, 1.0, 1.0));
            assert_close(got, 0.5 * a / (a + w), 1e-10);
        }
    }

    #[test]
    fn the_edges_are_one_replica_quorums_that_meet_and_fast_writes() {
        let alone = Visibility::new(1, legs(1.0, 1.0, 1.0, 1.0)).unwrap();
        assert!(alone.stale(0.0) == 0.0 && alone.visible_after(0.999) == 0.0);
        let fast = Visibility::new(3, legs(1e6, 1.0, 1.0, 1.0)).unwrap();
        assert!(fast.stale(0.0) < 1e-5);
        let slow = Visibility::new(3, legs(1.0, 1.0, 1.0, 1.0)).unwrap();
        assert!(slow.stale(-1.0) == slow.stale(0.0) && slow.visible_after(0.0) == 0.0);
        assert!(slow.visible_after(1.0).is_infinite());
        assert!(Visibility::new(0, legs(1.0, 1.0, 1.0, 1.0)).is_err());
        assert!(Visibility::new(3, legs(0.0, 1.0, 1.0, 1.0)).is_err());
        assert!(miss_probability(3, 0, 1).is_err() && miss_probability(3, 1, 4).is_err());
    }
}
