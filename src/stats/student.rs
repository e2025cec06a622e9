//! Quantiles of Student's t distribution.

use statrs::distribution::{ContinuousCDF, StudentsT};

/// Beyond this many degrees of freedom the quantile no longer shrinks here: it would by less than 0.03 % at any
/// level up to 99.9 %, and the library's inversion was written for small numbers.
const MAX_FREEDOM: usize = 10_000;

/// Returns the factor by which a standard error becomes the half width of a two-sided interval.
///
/// # Formula
/// ```text
/// t = F⁻¹((1 + level)/2),    F: Student's distribution with `freedom` degrees of freedom
/// ```
/// - `level`: probability that the interval covers, `0 < level < 1`
/// - `freedom`: degrees of freedom, at least 1
///
/// # Source
/// Student, *Biometrika* 6(1) (1908) 1–25.
pub(super) fn critical_value(level: f64, freedom: usize) -> f64 {
    assert!(
        0.0 < level && level < 1.0,
        "a level lies between 0 and 1, not at {level}"
    );
    assert!(0 < freedom, "one observation has no spread");
    let distribution = StudentsT::new(0.0, 1.0, freedom.min(MAX_FREEDOM) as f64)
        .expect("zero, one and a positive number describe a t distribution");
    distribution.inverse_cdf(0.5 + 0.5 * level)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The printed table, as in Law, *Simulation Modeling and Analysis* (2015), table T.1.
    #[test]
    fn critical_values_match_the_printed_table() {
        for (level, freedom, expected) in [
            (0.95, 1, 12.706),
            (0.95, 2, 4.303),
            (0.95, 4, 2.776),
            (0.95, 9, 2.262),
            (0.95, 29, 2.045),
            (0.95, 120, 1.980),
            (0.90, 4, 2.132),
            (0.90, 9, 1.833),
            (0.99, 1, 63.657),
            (0.99, 4, 4.604),
            (0.99, 9, 3.250),
            (0.99, 30, 2.750),
            (0.999, 5, 6.869),
        ] {
            let got = critical_value(level, freedom);
            assert!(
                (got - expected).abs() < 6e-4,
                "level {level}, {freedom}: {got} vs {expected}"
            );
        }
    }

    /// With one degree of freedom it is Cauchy's distribution, with two it has a closed form.
    #[test]
    fn critical_values_match_closed_forms_also_far_out() {
        for level in [0.5, 0.9, 0.95, 0.99, 0.999, 0.9999, 0.999_99] {
            let cauchy = (std::f64::consts::FRAC_PI_2 * level).tan();
            let two = level * (2.0 / (1.0 - level * level)).sqrt();
            for (freedom, expected) in [(1, cauchy), (2, two)] {
                let got = critical_value(level, freedom);
                let error = (got / expected - 1.0).abs();
                assert!(error < 1e-7, "level {level}, {freedom}: {got} vs {expected}");
            }
        }
    }

    #[test]
    fn critical_values_fall_towards_the_normal_ones() {
        for (level, normal) in [(0.8, 1.281_552), (0.95, 1.959_964), (0.999_9, 3.890_592)] {
            let mut last = f64::INFINITY;
            for freedom in (1..60)
                .chain((60..3_000).step_by(97))
                .chain([9_999, 10_000, usize::MAX])
            {
                let value = critical_value(level, freedom);
                assert!(
                    normal < value && value <= last,
                    "level {level}, {freedom}: {value}, before {last}"
                );
                last = value;
            }
            assert!(
                last < normal * 1.0005,
                "level {level}: {last} stays above {normal}"
            );
        }
    }
}
