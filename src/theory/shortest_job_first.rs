//! M/G/1 with shortest job first: service times are known, the shortest waiting is served next.

use super::{TheoryError, ensure, ensure_arrival_rate, ensure_stable, numeric};

/// Returns the mean wait over all requests under shortest job first without preemption (M/G/1).
///
/// # Formula
/// ```text
/// W = λ·E[S²]/2 · ∫_0^1 du / (1 − ρ(u))²,    ρ(u) = λ·∫_0^u F⁻¹(v) dv
/// ```
/// - `arrival_rate`: `λ`, per second
/// - `second_moment`: `E[S²]`, in s²
/// - `survival`: `1 − F`, P(service > t), from which the quantiles `F⁻¹` are found
///
/// # Validity
/// Poisson arrivals, known service times, one server, `ρ < 1`. The quantiles must be smooth but for a few jumps;
/// relative error below 1e-6 for exponential and uniform service up to a load of 0.99.
///
/// # Source
/// Phipps, *Oper. Res.* 4(1), 1956.
pub fn mean_wait(
    arrival_rate: f64,
    second_moment: f64,
    survival: impl Fn(f64) -> f64,
) -> Result<f64, TheoryError> {
    ensure_arrival_rate(arrival_rate)?;
    ensure(
        second_moment.is_finite() && 0.0 < second_moment,
        "the second moment of service is not positive and finite",
    )?;
    let quantile = |u: f64| numeric::quantile(u, second_moment.sqrt(), &survival);
    let edges = edges();
    let (mut load, mut sum) = (0.0, 0.0);
    // Two-point Gauss rule in each cell, for the load and for the wait.
    let offset = 0.5 / 3.0_f64.sqrt();
    for cell in edges.windows(2) {
        let (middle, width) = (f64::midpoint(cell[0], cell[1]), cell[1] - cell[0]);
        let (lower, upper) = (
            quantile(middle - offset * width),
            quantile(middle + offset * width),
        );
        let gain = arrival_rate * width * f64::midpoint(lower, upper);
        // The load inside the cell, from the straight line through both points.
        let slope = (upper - lower) / (2.0 * offset);
        let at = |x: f64| {
            load + arrival_rate * width * (f64::midpoint(lower, upper) * x + slope * x * (x - 1.0) / 2.0)
        };
        let inverse_square = |x: f64| (1.0 - at(x)).powi(-2);
        sum += width * f64::midpoint(inverse_square(0.5 - offset), inverse_square(0.5 + offset));
        load += gain;
    }
    ensure_stable(load, 1.0)?;
    Ok(arrival_rate * second_moment / 2.0 * sum)
}

/// Cells shrink geometrically toward `u = 1`, where long jobs make everything steep.
fn edges() -> Vec<f64> {
    const CELLS: u32 = 24;
    const HALVINGS: i32 = 46;
    let mut edges = vec![0.0];
    for halving in 1..=HALVINGS {
        let (from, to) = (1.0 - 0.5_f64.powi(halving - 1), 1.0 - 0.5_f64.powi(halving));
        for cell in 1..=CELLS {
            edges.push(from + (to - from) * f64::from(cell) / f64::from(CELLS));
        }
    }
    edges
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::{mg1::Mg1, test_support::assert_close};

    /// Exponential service: ρ(u) = λ(u + (1 − u)·ln(1 − u)), integrated with 40 digits; uniform: ρ(u) = λu².
    #[test]
    fn shortest_job_first_matches_high_precision_integrals() {
        let exponential = |t: f64| (-t).exp();
        for (rate, expected) in EXPONENTIAL {
            assert_close(mean_wait(rate, 2.0, exponential).unwrap(), expected, 1e-6);
        }
        let uniform = |load: f64| -> f64 {
            let root = load.sqrt();
            let integral = 0.5 / (1.0 - load) + ((1.0 + root) / (1.0 - root)).ln() / (4.0 * root);
            load * 4.0 / 3.0 / 2.0 * integral
        };
        for rate in [0.5, 0.9, 0.99] {
            let got = mean_wait(rate, 4.0 / 3.0, |t| (1.0 - t / 2.0).max(0.0)).unwrap();
            assert_close(got, uniform(rate), 1e-6);
        }
    }
    const EXPONENTIAL: [(f64, f64); 3] = [
        (0.5, 0.712_686_331_938_893),
        (0.9, 3.196_912_589_664_11),
        (0.99, 17.450_660_750_175_6),
    ];

    fn one(t: f64) -> f64 {
        if t < 1.0 { 1.0 } else { 0.0 }
    }

    /// Jobs all of one size cannot be sorted.
    #[test]
    fn constant_service_is_plain_fifo() {
        let fifo = Mg1::new(0.7, 1.0, 0.0).unwrap();
        assert_close(mean_wait(0.7, 1.0, one).unwrap(), fifo.mean_wait(), 1e-6);
    }

    #[test]
    fn the_edges_are_no_load_and_full_load() {
        assert!(mean_wait(0.0, 2.0, one).unwrap() == 0.0);
        assert!(matches!(
            mean_wait(1.1, 1.0, one),
            Err(TheoryError::Unstable { .. })
        ));
        assert!(mean_wait(1.0, f64::INFINITY, one).is_err());
    }
}
