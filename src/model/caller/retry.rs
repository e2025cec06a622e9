//! Retries: a failed attempt is followed by another, after a pause that grows.
//!
//! Jitter spreads the pauses of clients that failed together: Brooker, *Exponential Backoff and Jitter*, AWS
//! Architecture Blog, 2015, whose "full" and "equal" jitter these are.

use super::{
    budget::BudgetPlan,
    outcome::{Outcome, Outcomes},
};
use crate::{
    config::{Node, Problems, Shape, Spanned, Tree, Value, read_word},
    rng::Stream,
    units::SimDuration,
};

crate::config_table! {
    /// What a client does about a failed attempt.
    struct Settings: "a retry policy" {
        /// How often a request is tried in all, the first time included: a whole number from 1, or `"unlimited"`. Hedges
        /// are not counted.
        attempts: Spanned<Attempts> = 3,
        /// The pause before the first retry.
        backoff: SimDuration = "100 ms",
        /// By how much each pause is longer than the one before, from 1.
        factor: Spanned<f64> = 2,
        /// The longest pause. Left out, there is none.
        max_backoff: Option<SimDuration>,
        /// How pauses are spread.
        jitter: Jitter = "full",
        /// The failures that are retried. `rejected` is not among them unless it is asked for: who turns requests away
        /// for want of room is not helped by more of them.
        on: Spanned<Vec<Outcome>> = ["timeout", "refused", "lost", "error"],
        /// The server that a retry goes to.
        server: Which = "any",
        /// What retries may add to the load: a share of all requests like `"10 %"`, or a table. Left out, there is no
        /// bound but `attempts`.
        budget: Option<BudgetPlan>,
    }
}

crate::config_words! {
    /// How the pauses before retries are spread.
    pub enum Jitter {
        /// evenly between nothing and the whole pause
        Full = "full",
        /// evenly between half the pause and the whole
        Equal = "equal",
        /// not at all
        None = "none",
        /// exponentially, with the pause as the mean
        Exponential = "exponential",
    }
}

crate::config_words! {
    /// The server that a further attempt goes to.
    pub enum Which {
        /// the one that the balancer chooses, which may be the same
        Any = "any",
        /// one that has not been tried yet, as long as there is any
        Another = "another",
        /// the one of the attempt before
        Same = "same",
    }
}

/// How often a request is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempts(pub u32);

impl Attempts {
    /// As often as it takes.
    pub const UNLIMITED: Self = Self(u32::MAX);
    const WORDS: [(&'static str, Self); 1] = [("unlimited", Self::UNLIMITED)];
}

impl Value for Attempts {
    fn shape() -> Shape {
        let number = Shape::Integer {
            low: 1,
            high: i64::from(u32::MAX - 1),
        };
        let word = Shape::Word(vec![("unlimited", "as often as it takes")]);
        Shape::OneOf(vec![number, word])
    }
    fn read(node: &Node, problems: &Problems) -> Option<Self> {
        if let Tree::Text(_) = node.tree {
            return read_word(node, problems, &Self::WORDS);
        }
        let attempts = u32::read(node, problems)?;
        if attempts == 0 {
            let help = "1 is to try once and never again; write 2 or more for retries";
            problems.error(&node.span, "a request cannot be tried 0 times", "here", help);
            return None;
        }
        Some(Self(attempts))
    }
}

/// What a client does about a failed attempt.
#[derive(Clone, Debug, PartialEq)]
pub struct RetryPlan {
    /// Tries in all, at least 1; [`Attempts::UNLIMITED`] has no end.
    pub attempts: Attempts,
    /// The pause before the first retry.
    pub backoff: SimDuration,
    /// By how much each pause is longer than the one before, at least 1.
    pub factor: f64,
    /// The longest pause.
    pub max_backoff: Option<SimDuration>,
    /// How pauses are spread.
    pub jitter: Jitter,
    /// The failures that are retried.
    pub on: Outcomes,
    /// Where retries go.
    pub server: Which,
    /// What they may add.
    pub budget: Option<BudgetPlan>,
}

impl RetryPlan {
    /// Returns the pause before a retry; the first is number 1.
    pub fn delay(&self, retry: u32, rng: &mut Stream) -> SimDuration {
        let grown = self.backoff.as_secs_f64() * libm::pow(self.factor, f64::from(retry.saturating_sub(1)));
        let longest = self.max_backoff.unwrap_or(LONGEST).min(LONGEST).as_secs_f64();
        let pause = grown.min(longest);
        let part = match self.jitter {
            Jitter::Full => rng.open01(),
            Jitter::Equal => 0.5 + 0.5 * rng.open01(),
            Jitter::None => 1.0,
            Jitter::Exponential => rand_distr::Distribution::<f64>::sample(&rand_distr::Exp1, rng),
        };
        SimDuration::from_secs_f64(pause * part)
    }
}

/// A century; a pause that doubles gets there soon, and the clock ends after 584 years.
const LONGEST: SimDuration = SimDuration::from_nanos(100 * 365 * 86_400 * 1_000_000_000);

impl Value for RetryPlan {
    fn shape() -> Shape {
        Settings::shape()
    }
    fn read(node: &Node, problems: &Problems) -> Option<Self> {
        let raw = Settings::read(node, problems)?;
        let mut sound = true;
        let mut wrong = |span, fault: &str, help: &str| {
            problems.error(span, fault, "here", help);
            sound = false;
        };
        if !(1.0..=1_000.0).contains(&*raw.factor) {
            wrong(
                &raw.factor.span,
                "the `factor` is not between 1 and 1000",
                "2 doubles each pause, and 1 keeps them alike",
            );
        }
        if raw.on.is_empty() {
            wrong(
                &raw.on.span,
                "no failure is retried",
                "name at least one, or leave `retry` out",
            );
        }
        if *raw.attempts == Attempts::UNLIMITED && raw.backoff == SimDuration::ZERO {
            wrong(
                &raw.attempts.span,
                "retries without end and without a pause never let time pass",
                "give a `backoff` like \"50 ms\", or a number of `attempts`",
            );
        }
        sound.then_some(Self {
            attempts: *raw.attempts,
            backoff: raw.backoff,
            factor: *raw.factor,
            max_backoff: raw.max_backoff,
            jitter: raw.jitter,
            on: raw.on.iter().copied().collect(),
            server: raw.server,
            budget: raw.budget,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config::parse_value, rng::Seed};

    fn read(text: &str) -> Result<RetryPlan, String> {
        let problems = Problems::default();
        let plan = RetryPlan::read(&parse_value(text, 0).unwrap(), &problems);
        plan.ok_or_else(|| problems.into_sorted()[0].message.clone())
    }
    fn millis(duration: SimDuration) -> f64 {
        duration.as_nanos() as f64 / 1e6
    }

    #[test]
    fn pauses_grow_to_the_longest() {
        let plan =
            read("{ backoff = \"50 ms\", factor = 2, max_backoff = \"300 ms\", jitter = \"none\" }").unwrap();
        let mut rng = Seed(1).replication(0).stream("backoff");
        let pauses: Vec<f64> = (1..=5).map(|retry| millis(plan.delay(retry, &mut rng))).collect();
        assert_eq!(pauses, [50.0, 100.0, 200.0, 300.0, 300.0]);
        let forever = read("{ jitter = \"none\" }").unwrap();
        assert_eq!(forever.delay(u32::MAX, &mut rng), LONGEST);
    }

    #[test]
    fn jitter_has_its_range_and_mean() {
        let mut rng = Seed(2).replication(0).stream("backoff");
        // The least and the most, and the mean: half, three quarters, all, and all.
        for (jitter, low, high, mean) in [
            ("full", 0.0, 100.0, 50.0),
            ("equal", 50.0, 100.0, 75.0),
            ("none", 100.0, 100.0, 100.0),
            ("exponential", 0.0, f64::INFINITY, 100.0),
        ] {
            let plan = read(&format!("{{ backoff = \"100 ms\", jitter = \"{jitter}\" }}")).unwrap();
            let pauses: Vec<f64> = (0..20_000).map(|_| millis(plan.delay(1, &mut rng))).collect();
            assert!(
                pauses.iter().all(|pause| (low..=high).contains(pause)),
                "{jitter}"
            );
            let got = pauses.iter().sum::<f64>() / 20_000.0;
            assert!((got - mean).abs() < 0.03 * mean, "{jitter}: {got} and not {mean}");
        }
    }

    #[test]
    fn what_is_retried_by_default_leaves_out_who_was_turned_away() {
        let plan = read("{}").unwrap();
        for outcome in [Outcome::Timeout, Outcome::Refused, Outcome::Lost, Outcome::Error] {
            assert!(plan.on.contains(outcome), "{outcome:?}");
        }
        assert!(!plan.on.contains(Outcome::Rejected));
        assert_eq!(plan.attempts, Attempts(3));
    }

    #[test]
    fn wrong_settings_say_what_is_wrong() {
        for (text, fault) in [
            ("{ attempts = 0 }", "a request cannot be tried 0 times"),
            (
                "{ attempts = \"forever\" }",
                "`forever` is not one of the words that may stand here",
            ),
            ("{ factor = 0.5 }", "the `factor` is not between 1 and 1000"),
            ("{ on = [] }", "no failure is retried"),
            (
                "{ attempts = \"unlimited\", backoff = \"0 s\" }",
                "retries without end and without a pause never let time pass",
            ),
        ] {
            assert_eq!(read(text), Err(fault.to_owned()));
        }
        assert_eq!(
            read("{ attempts = \"unlimited\" }").unwrap().attempts,
            Attempts::UNLIMITED
        );
    }
}
