//! How many replications are needed for the precision that was asked for.
//!
//! The rule looks at results only, never at threads or time, so every machine runs the same replications.

use super::Estimate;

/// Whether the interval is narrow enough that the mean is within `target` of the *true* value, relatively.
///
/// # Formula
/// ```text
/// h/|x̄| ≤ γ/(1 + γ),    γ = target
/// ```
/// The stricter bound makes up for dividing by the estimate instead of the true mean. A width of 0 is
/// always precise, an unknown width never.
///
/// # Source
/// Law, *Simulation Modeling and Analysis*, 5th ed. (2015), section 9.4.1. Stopping when the interval looks good
/// makes it cover slightly less often than it says, most of all below 10 replications.
pub fn is_precise(estimate: &Estimate, target: f64) -> bool {
    estimate.half_width <= allowed(target) * estimate.mean.abs()
}

/// Returns how many replications to have in all, next: `so_far` once the estimate is precise or the cap is
/// reached, and otherwise more, though never more than twice as many.
///
/// # Formula
/// ```text
/// n' = ⌈n·(h/h*)²⌉,    h* = |x̄|·γ/(1 + γ),    n + 1 ≤ n' ≤ min(2·n, cap)
/// ```
/// - `target`: `γ`, the relative half width asked for, above 0
/// - `so_far`: `n`, replications already there, at least 1
/// - `cap`: the most that may run
///
/// # Validity
/// The width shrinks as 1/√n. Doubling at most keeps a chance estimate of the spread, early on, from ordering a
/// flood.
pub fn next_count(estimate: &Estimate, target: f64, so_far: usize, cap: usize) -> usize {
    assert!(0 < so_far, "the first replications come from elsewhere");
    if cap <= so_far || is_precise(estimate, target) {
        return so_far;
    }
    let ratio = estimate.half_width / (allowed(target) * estimate.mean.abs());
    let wanted = (so_far as f64 * ratio * ratio).ceil();
    // An unknown width or a mean of 0 asks for infinitely many, which is cut to twice as many.
    let next = if wanted < 2.0 * so_far as f64 {
        wanted as usize
    } else {
        2 * so_far
    };
    next.clamp(so_far + 1, cap)
}

fn allowed(target: f64) -> f64 {
    assert!(
        0.0 < target && target.is_finite(),
        "a precision is above 0, not {target}"
    );
    target / (1.0 + target)
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

    #[test]
    fn a_precise_estimate_needs_no_more() {
        assert_eq!(next_count(&estimate(100.0, 0.5), 0.01, 10, 100), 10);
        assert_eq!(next_count(&estimate(0.0, 0.0), 0.01, 10, 100), 10);
        assert!(is_precise(&estimate(-101.0, 1.0), 0.01) && !is_precise(&estimate(100.0, 1.0), 0.01));
    }

    #[test]
    fn the_next_number_grows_with_the_square_of_the_width() {
        // Allowed: 1 / 1.01 %. Ratio 1.2 × 1.01 = 1.212, squared 1.469, of 10: 15.
        assert_eq!(next_count(&estimate(100.0, 1.2), 0.01, 10, 100), 15);
        assert_eq!(next_count(&estimate(100.0, 0.9901), 0.01, 10, 100), 11);
    }

    #[test]
    fn the_next_number_at_most_doubles_and_respects_the_cap() {
        assert_eq!(next_count(&estimate(100.0, 50.0), 0.01, 10, 100), 20);
        assert_eq!(next_count(&estimate(100.0, 50.0), 0.01, 10, 12), 12);
        assert_eq!(next_count(&estimate(100.0, 50.0), 0.01, 12, 12), 12);
        assert_eq!(next_count(&estimate(5.0, f64::INFINITY), 0.01, 1, 100), 2);
        assert_eq!(next_count(&estimate(0.0, 1.0), 0.01, 4, 100), 8);
    }
}
