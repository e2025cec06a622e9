//! The interval of a fraction, sound also when it is exactly 0 or 1.

use statrs::function::beta::beta_reg;

use super::student;

/// A fraction of successes and its confidence interval, all between 0 and 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Proportion {
    /// Successes over trials.
    pub value: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
    /// Probability that the interval covers the true fraction, at least.
    pub level: f64,
    /// How many trials it rests on.
    pub trials: u64,
}

/// Above this many of the rarer outcome the score interval takes over: the two then differ by under 2 % of the
/// half width, and the exact one takes ever longer.
const MANY: u64 = 1_000;

/// Estimates a fraction from pooled counts, or `None` without trials.
///
/// It answers where replications agree perfectly and Student's interval shrinks to nothing: a run without one
/// failure does not prove an availability of 1. With no failure in n trials the lower end at 95 % is about
/// `1 − 3.7/n` (a one-sided bound would be the "rule of three", `1 − 3/n`).
///
/// # Formula
/// ```text
/// rarer outcome x of n, α = 1 − level:    I(low; x, n − x + 1) = α/2,    I(high; x + 1, n − x) = 1 − α/2
/// I(p; a, b): regularised incomplete beta function;    low = 0 if x = 0
/// ```
/// For more than 1 000 of the rarer outcome the score interval is used in its place.
///
/// # Validity
/// Independent trials. The requests of one replication are *not* independent (they fail together), so the true
/// uncertainty is larger: take this as a floor of the width, never as its measure.
/// Relative error of the ends below 1e-3 for up to 10¹⁰ trials.
///
/// # Source
/// Clopper and Pearson, *Biometrika* 26(4) (1934) 404–413; Wilson, *J. Amer. Statist. Assoc.* 22 (1927) 209–212.
pub fn proportion(successes: u64, trials: u64, level: f64) -> Option<Proportion> {
    assert!(successes <= trials, "{successes} successes in {trials} trials");
    assert!(
        0.0 < level && level < 1.0,
        "a level lies between 0 and 1, not at {level}"
    );
    if trials == 0 {
        return None;
    }
    // Small fractions keep their digits where fractions near 1 would lose them.
    let failures = trials - successes;
    let rarer = successes.min(failures);
    let (low, high) = if rarer <= MANY {
        exact(rarer, trials, level)
    } else {
        score(rarer, trials, level)
    };
    let (low, high) = if failures < successes {
        (1.0 - high, 1.0 - low)
    } else {
        (low, high)
    };
    Some(Proportion {
        value: successes as f64 / trials as f64,
        low,
        high,
        level,
        trials,
    })
}

fn exact(rarer: u64, trials: u64, level: f64) -> (f64, f64) {
    let tail = 0.5 * (1.0 - level);
    let (x, n) = (rarer as f64, trials as f64);
    if rarer == 0 {
        return (0.0, -(tail.ln() / n).exp_m1());
    }
    let low = solve(|p| beta_reg(x, n - x + 1.0, p) < tail);
    let high = solve(|p| beta_reg(x + 1.0, n - x, p) < 1.0 - tail);
    (low, high)
}

/// Returns the number between 0 and 1 at which `is_below` turns from true to false.
fn solve(is_below: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    while 1e-12 * high < high - low {
        let middle = 0.5 * (low + high);
        if is_below(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

fn score(rarer: u64, trials: u64, level: f64) -> (f64, f64) {
    // With no bound on the degrees of freedom, Student's quantile is the normal one.
    let z = student::critical_value(level, usize::MAX);
    let (n, p) = (trials as f64, rarer as f64 / trials as f64);
    let center = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
    let half_width = z * (p * (1.0 - p) / n + (z / (2.0 * n)).powi(2)).sqrt() / (1.0 + z * z / n);
    (center - half_width, center + half_width)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_close(got: f64, expected: f64, relative: f64, what: &str) {
        assert!(
            (got - expected).abs() <= relative * expected.abs(),
            "{what}: {got} vs {expected}"
        );
    }

    /// Without failures the bound has a closed form; ln(0.025) = −3.688 879.
    #[test]
    fn a_perfect_record_proves_no_more_than_its_length() {
        for trials in [1_u64, 10, 1_000, 1_000_000, 10_000_000_000] {
            let got = proportion(trials, trials, 0.95).unwrap();
            assert_eq!((got.value, got.high), (1.0, 1.0));
            assert_close(
                1.0 - got.low,
                1.0 - 0.025_f64.powf(1.0 / trials as f64),
                1e-5,
                "low",
            );
            assert!(1.0 - got.low <= 3.689 / trials as f64, "{got:?}");
        }
    }

    /// 81 of 263 and 15 of 148 are the cases of Newcombe, *Statist. Med.* 17 (1998) 857–872, table I.
    #[test]
    fn exact_intervals_match_published_values() {
        for (successes, trials, low, high) in [
            (81, 263, 0.2527, 0.3676),
            (15, 148, 0.0578, 0.1617),
            (0, 20, 0.0, 0.1684),
            (1, 29, 0.0009, 0.1776),
        ] {
            let got = proportion(successes, trials, 0.95).unwrap();
            assert!(
                (got.low - low).abs() < 6e-5 && (got.high - high).abs() < 6e-5,
                "{got:?}"
            );
        }
    }

    /// Rare failures are Poisson: Garwood, *Biometrika* 28 (1936), gives (0.6187, 8.7673) for 3 of them.
    #[test]
    fn rare_failures_among_billions_match_the_poisson_limits() {
        for trials in [1_000_000_u64, 1_000_000_000, 10_000_000_000] {
            let got = proportion(3, trials, 0.95).unwrap();
            assert_close(got.low * trials as f64, 0.6187, 1e-3, "low");
            assert_close(got.high * trials as f64, 8.7673, 1e-3, "high");
        }
    }

    #[test]
    fn successes_and_failures_mirror_each_other() {
        for successes in [0, 1, 37, 500, 963, 1_000] {
            let (one, other) = (
                proportion(successes, 1_000, 0.9).unwrap(),
                proportion(1_000 - successes, 1_000, 0.9).unwrap(),
            );
            assert!((one.low - (1.0 - other.high)).abs() < 1e-12, "{one:?} {other:?}");
        }
        assert_eq!(proportion(0, 0, 0.95), None);
    }

    #[test]
    fn the_two_methods_meet_where_one_hands_over() {
        for trials in [2 * MANY, 100 * MANY, 1_000_000 * MANY] {
            let ((a, b), (c, d)) = (exact(MANY, trials, 0.95), score(MANY, trials, 0.95));
            let half_width = 0.5 * (b - a);
            assert!((a - c).abs() < 0.02 * half_width, "low of {trials}: {a} vs {c}");
            assert!((b - d).abs() < 0.02 * half_width, "high of {trials}: {b} vs {d}");
        }
    }
}
