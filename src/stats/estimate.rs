//! A mean that travels with its uncertainty.

use std::fmt;

use super::{spread, student};

/// A mean and the half width of its confidence interval, in whatever unit the values had.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The point estimate; always finite.
    pub mean: f64,
    /// Half the width of the interval, at least 0; infinite when a single replication leaves it unknown.
    /// Use [`low`](Self::low) and [`high`](Self::high) wherever an infinity must not go, as in JSON.
    pub half_width: f64,
    /// Probability that the interval covers the true value, between 0 and 1.
    pub level: f64,
    /// How many independent values it rests on.
    pub n: usize,
}

impl Estimate {
    /// Estimates a mean from independent replications, or `None` where there is no finite mean: without values,
    /// or when one of them is infinite or not a number. One value gives a mean of unknown precision.
    ///
    /// # Formula
    /// ```text
    /// x̄ ± t·s/√n,    s² = Σ (xᵢ − x̄)²/(n − 1),    t: Student's quantile at (1 + level)/2, n − 1 degrees
    /// ```
    /// # Validity
    /// Values independent and about normal. Each is itself a mean over a replication, so this holds well once
    /// a replication spans many times the correlation time of what it measures. When all values are equal the
    /// width is 0: for a fraction of exactly 1 ask [`Proportion`](super::Proportion) instead.
    ///
    /// # Source
    /// Law, *Simulation Modeling and Analysis*, 5th ed. (2015), section 9.4.1.
    pub fn from_replications(values: &[f64], level: f64) -> Option<Self> {
        if values.is_empty() {
            return None;
        }
        Self::around(spread::mean(values), values, level)
    }

    /// Puts an interval around `center`, with the spread of `values` about that center.
    pub(super) fn around(center: f64, values: &[f64], level: f64) -> Option<Self> {
        assert!(
            0.0 < level && level < 1.0,
            "a level lies between 0 and 1, not at {level}"
        );
        if values.is_empty() || !center.is_finite() || values.iter().any(|value| !value.is_finite()) {
            return None;
        }
        let n = values.len();
        let half_width = if n == 1 {
            f64::INFINITY
        } else {
            let variance = spread::squared_deviations(values, center) / (n - 1) as f64;
            student::critical_value(level, n - 1) * (variance / n as f64).sqrt()
        };
        Some(Self {
            mean: center,
            half_width,
            level,
            n,
        })
    }

    /// Whether the width is known, which takes two replications.
    pub fn has_interval(&self) -> bool {
        self.half_width.is_finite()
    }

    /// Returns the lower end of the interval, or `None` if the width is unknown.
    pub fn low(&self) -> Option<f64> {
        self.has_interval().then_some(self.mean - self.half_width)
    }

    /// Returns the upper end of the interval, or `None` if the width is unknown.
    pub fn high(&self) -> Option<f64> {
        self.has_interval().then_some(self.mean + self.half_width)
    }

    /// Whether `value` lies within the interval, ends included; an unknown interval excludes nothing.
    pub fn covers(&self, value: f64) -> bool {
        self.mean - self.half_width <= value && value <= self.mean + self.half_width
    }

    /// Returns the half width as a fraction of the mean, or `None` if the width is unknown or the mean is 0.
    pub fn relative_half_width(&self) -> Option<f64> {
        let relative = self.half_width / self.mean.abs();
        relative.is_finite().then_some(relative)
    }

    /// Returns the same estimate in another unit, for instance `scaled(1e3)` from seconds to milliseconds.
    #[must_use]
    pub fn scaled(&self, factor: f64) -> Self {
        Self {
            mean: self.mean * factor,
            half_width: self.half_width * factor.abs(),
            ..*self
        }
    }

    /// Returns mean and half width as text, both rounded at the half width's second significant digit.
    /// A width of 0 leaves six digits of the mean, an unknown width (`None`) four.
    pub fn rounded(&self) -> (String, Option<String>) {
        if !self.has_interval() {
            return (significant(self.mean, 4), None);
        }
        if self.half_width == 0.0 {
            return (significant(self.mean, 6), Some("0".to_owned()));
        }
        // A double holds 15 decimal digits: never print more of the mean than that.
        let last_digit = (exponent(self.half_width) - 1).max(exponent(self.mean) - 14);
        (
            fixed(self.mean, last_digit),
            Some(fixed(self.half_width, last_digit)),
        )
    }
}

impl fmt::Display for Estimate {
    /// Writes `41.23 ± 0.94`, or the mean alone when the width is unknown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.rounded() {
            (mean, Some(half_width)) => write!(f, "{mean} ± {half_width}"),
            (mean, None) => write!(f, "{mean}"),
        }
    }
}

/// Returns the power of ten of the first digit, after rounding to two digits (0.0996 counts as 0.10).
fn exponent(value: f64) -> i32 {
    let text = format!("{value:.1e}");
    let (_, exponent) = text.split_once('e').expect("the `e` format has an exponent");
    exponent.parse().expect("the exponent is a whole number")
}

/// Returns `value` rounded to a multiple of ten to the `last_digit`.
fn fixed(value: f64, last_digit: i32) -> String {
    let unit = 10_f64.powi(last_digit.max(0));
    let rounded = (value / unit).round_ties_even() * unit;
    let text = if 0 < last_digit {
        format!("{rounded:.0}")
    } else {
        format!("{value:.*}", last_digit.unsigned_abs() as usize)
    };
    // What rounds to nothing has no sign.
    let is_zero = !text.contains(|c: char| ('1'..='9').contains(&c));
    if is_zero {
        text.trim_start_matches('-').to_owned()
    } else {
        text
    }
}

/// Returns `value` with at most so many significant digits and no zeros to pad them.
fn significant(value: f64, digits: usize) -> String {
    let text = format!("{value:.*e}", digits - 1);
    let rounded: f64 = text.parse().expect("a printed number reads back");
    rounded.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn estimate(mean: f64, half_width: f64) -> Estimate {
        Estimate {
            mean,
            half_width,
            level: 0.95,
            n: 10,
        }
    }

    /// The worked example of Law (2015), section 4.5: ten values, mean 1.34, half width 0.24 at 90 %.
    #[test]
    fn an_interval_matches_a_worked_example() {
        let values = [1.20, 1.50, 1.68, 1.89, 0.95, 1.49, 1.58, 1.55, 0.50, 1.09];
        let got = Estimate::from_replications(&values, 0.90).unwrap();
        assert!((got.mean - 1.343).abs() < 1e-12, "{got:?}");
        assert!((got.half_width - 0.24).abs() < 0.005, "{got:?}");
        assert_eq!(got.n, 10);
    }

    #[test]
    fn no_values_or_broken_values_give_no_estimate() {
        assert_eq!(Estimate::from_replications(&[], 0.95), None);
        assert_eq!(Estimate::from_replications(&[1.0, f64::NAN], 0.95), None);
        assert_eq!(Estimate::from_replications(&[f64::INFINITY, 1.0], 0.95), None);
    }

    #[test]
    fn one_value_has_a_mean_and_no_ends() {
        let got = Estimate::from_replications(&[3.0], 0.95).unwrap();
        assert_eq!(
            (got.low(), got.high(), got.relative_half_width()),
            (None, None, None)
        );
        assert!(got.covers(1e300) && got.covers(-1e300));
        assert_eq!(got.to_string(), "3");
    }

    #[test]
    fn values_far_from_zero_keep_their_spread() {
        let small = Estimate::from_replications(&[1.0, 2.0, 3.0, 4.0], 0.95).unwrap();
        let far = Estimate::from_replications(&[1e9 + 1.0, 1e9 + 2.0, 1e9 + 3.0, 1e9 + 4.0], 0.95).unwrap();
        assert!(
            (small.half_width - far.half_width).abs() < 1e-9,
            "{small:?} {far:?}"
        );
    }

    #[test]
    fn both_numbers_are_rounded_at_the_same_digit() {
        for (mean, half_width, expected) in [
            (41.2345, 0.9361, "41.23 ± 0.94"),
            (41.2345, 0.0996, "41.23 ± 0.10"),
            (41.2345, 9.96, "41 ± 10"),
            (123_456.0, 2_345.0, "123500 ± 2300"),
            (0.000_123_4, 0.000_001_2, "0.0001234 ± 0.0000012"),
            (-0.001, 0.23, "0.00 ± 0.23"),
            (-5.0, 1.5, "-5.0 ± 1.5"),
            (1.0, 1e-30, "1.00000000000000 ± 0.00000000000000"),
            (0.0, 1.0, "0.0 ± 1.0"),
            (1.0, 0.0, "1 ± 0"),
            (1.0 / 3.0, 0.0, "0.333333 ± 0"),
            (1.0 / 3.0, f64::INFINITY, "0.3333"),
        ] {
            assert_eq!(estimate(mean, half_width).to_string(), expected);
        }
    }

    #[test]
    fn scaling_changes_the_unit_and_nothing_else() {
        let scaled = estimate(-0.5, 0.25).scaled(-1e3);
        assert_eq!(scaled, estimate(500.0, 250.0));
    }
}
