//! An active server and its standby: what takeovers, failed takeovers and double failures cost.

use super::{TheoryError, chain::stationary, ensure};

/// What is known of an active–standby pair; rates per second, times in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// Failures of the active server per second, `λ`.
    pub failure_rate: f64,
    /// Failures of the standby per second, `σ`: as `λ` for a hot one, less for a warm one, 0 for a cold one.
    pub standby_failure_rate: f64,
    /// Repairs per second of one crew, `μ`.
    pub repair_rate: f64,
    /// Crews, 1 or 2.
    pub crews: u32,
    /// The share of failures that the takeover covers, `c`.
    pub coverage: f64,
    /// The mean time from a failure to the standby's service, detection included, `d`; 0 for at once.
    pub takeover: f64,
    /// The mean time until people bring up the standby after a takeover that failed, `m`; above 0.
    pub by_hand: f64,
}

/// An active–standby pair.
///
/// # Formula
/// ```text
/// both ─cλ→ taking over ─1/d→ one ─λ→ none ─(1 or 2)μ→ one ─μ→ both;    both ─(1−c)λ→ by hand ─1/m→ one
/// both ─σ→ one;    taking over, by hand ─σ→ none;    taking over, by hand ─μ→ both
/// ```
/// The service is up in the states *both* and *one*. The stationary probabilities are found by elimination without
/// subtraction, so rare states keep their figures.
///
/// # Validity
/// Exponential times. A repaired server is ready at once: it becomes the standby, or serves where nobody does.
///
/// # Source
/// Coverage: Bouricius, Carter and Schneider, ACM National Conference (1969); the chain as in Trivedi, *Probability and
/// Statistics* (2002), ch. 8. Elimination: Grassmann, Taksar and Heyman, *Oper. Res.* 33(5), 1985.
#[derive(Clone, Copy, Debug)]
pub struct ActiveStandby {
    /// Both, one, taking over, by hand, none.
    states: [f64; 5],
}

const BOTH: usize = 0;
const ONE: usize = 1;
const TAKING_OVER: usize = 2;
const BY_HAND: usize = 3;
const NONE: usize = 4;

impl ActiveStandby {
    /// Makes the model of a pair.
    pub fn new(pair: &Pair) -> Result<Self, TheoryError> {
        let rate = |rate: f64| rate.is_finite() && 0.0 <= rate;
        ensure(
            rate(pair.failure_rate) && rate(pair.standby_failure_rate),
            "a failure rate is negative or not finite",
        )?;
        ensure(
            rate(pair.repair_rate) && 0.0 < pair.repair_rate,
            "the repair rate is not positive and finite",
        )?;
        ensure(
            (1..=2).contains(&pair.crews),
            "a pair has one or two repair crews",
        )?;
        ensure(
            (0.0..=1.0).contains(&pair.coverage),
            "the coverage is not between 0 and 1",
        )?;
        ensure(rate(pair.takeover), "the takeover time is negative or not finite")?;
        ensure(
            rate(pair.by_hand) && 0.0 < pair.by_hand,
            "the time to act by hand is not positive and finite",
        )?;
        let Pair {
            failure_rate: fails,
            standby_failure_rate: idle_fails,
            repair_rate: mended,
            coverage,
            ..
        } = *pair;
        // Where a takeover takes no time, a covered failure leads straight to one server.
        let covered = if pair.takeover == 0.0 { ONE } else { TAKING_OVER };
        let takes_over = if pair.takeover == 0.0 {
            1.0
        } else {
            pair.takeover.recip()
        };
        let states = stationary(
            5,
            [
                (BOTH, covered, coverage * fails),
                (BOTH, BY_HAND, (1.0 - coverage) * fails),
                (BOTH, ONE, idle_fails),
                (TAKING_OVER, ONE, takes_over),
                (TAKING_OVER, NONE, idle_fails),
                (TAKING_OVER, BOTH, mended),
                (BY_HAND, ONE, pair.by_hand.recip()),
                (BY_HAND, NONE, idle_fails),
                (BY_HAND, BOTH, mended),
                (ONE, NONE, fails),
                (ONE, BOTH, mended),
                (NONE, ONE, f64::from(pair.crews) * mended),
            ],
        );
        Ok(Self {
            states: std::array::from_fn(|at| states[at]),
        })
    }
    /// Returns the share of time that the service is up.
    pub fn availability(&self) -> f64 {
        self.states[BOTH] + self.states[ONE]
    }
    /// Returns the share of time that the service is down; it keeps its figures where availability has none left.
    pub fn unavailability(&self) -> f64 {
        self.taking_over() + self.by_hand() + self.both_down()
    }
    /// Returns the share of time spent taking over.
    pub fn taking_over(&self) -> f64 {
        self.states[TAKING_OVER]
    }
    /// Returns the share of time that a standby waits for people after a takeover that failed.
    pub fn by_hand(&self) -> f64 {
        self.states[BY_HAND]
    }
    /// Returns the share of time that both are down.
    pub fn both_down(&self) -> f64 {
        self.states[NONE]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::{k_of_n::KOfN, test_support::assert_close};

    const HOT: Pair = Pair {
        failure_rate: 1e-3,
        standby_failure_rate: 1e-3,
        repair_rate: 0.1,
        crews: 2,
        coverage: 1.0,
        takeover: 0.0,
        by_hand: 1.0,
    };

    #[test]
    fn a_hot_pair_that_takes_over_at_once_is_one_of_two() {
        for crews in [1, 2] {
            let pair = ActiveStandby::new(&Pair { crews, ..HOT }).unwrap();
            let either = KOfN::new(2, 1e-3, 0.1, crews).unwrap();
            assert_close(pair.unavailability(), either.below(1), 1e-13);
            assert_close(pair.availability(), either.at_least(1), 1e-13);
        }
    }

    /// A cold standby and one crew, by hand: both : one : none are 1 : ρ : ρ².
    #[test]
    fn a_cold_standby_matches_exact_fractions() {
        let cold = Pair {
            standby_failure_rate: 0.0,
            crews: 1,
            ..HOT
        };
        let pair = ActiveStandby::new(&cold).unwrap();
        assert_close(pair.unavailability(), 1e-4 / (1.0 + 1e-2 + 1e-4), 1e-13);
    }

    /// Where failures are rare, each costs its takeover, and those not covered the time by hand.
    #[test]
    fn rare_failures_cost_their_takeovers() {
        let rare = Pair {
            failure_rate: 1e-9,
            standby_failure_rate: 0.0,
            repair_rate: 1e-4,
            coverage: 0.9,
            takeover: 6.0,
            by_hand: 600.0,
            crews: 2,
        };
        let pair = ActiveStandby::new(&rare).unwrap();
        // A repair may come first: 1/(1/d + μ).
        let lasts = |time: f64| 1.0 / (1.0 / time + 1e-4);
        assert_close(pair.taking_over(), 0.9e-9 * lasts(6.0), 1e-4);
        assert_close(pair.by_hand(), 0.1e-9 * lasts(600.0), 1e-4);
        assert_close(pair.availability() + pair.unavailability(), 1.0, 1e-15);
        // Without coverage there is no automatic takeover at all.
        let manual = ActiveStandby::new(&Pair {
            coverage: 0.0,
            ..rare
        })
        .unwrap();
        assert_close(manual.taking_over(), 0.0, 1e-30);
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for wrong in [
            Pair {
                failure_rate: -1.0,
                ..HOT
            },
            Pair {
                repair_rate: 0.0,
                ..HOT
            },
            Pair { crews: 3, ..HOT },
            Pair { coverage: 1.1, ..HOT },
            Pair {
                takeover: f64::INFINITY,
                ..HOT
            },
            Pair { by_hand: 0.0, ..HOT },
        ] {
            assert!(ActiveStandby::new(&wrong).is_err(), "{wrong:?}");
        }
    }
}
