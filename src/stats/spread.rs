//! Sums, means and squared deviations of a slice, with the rounding errors kept out.

/// Returns the sum with its rounding errors carried along and added at the end.
///
/// # Source
/// Neumaier, *Z. Angew. Math. Mech.* 54(1) (1974) 39–51.
pub(super) fn sum(values: impl IntoIterator<Item = f64>) -> f64 {
    let (mut total, mut lost) = (0.0_f64, 0.0_f64);
    for value in values {
        let next = total + value;
        // Whichever of the two was smaller lost its last digits.
        lost += if value.abs() <= total.abs() {
            (total - next) + value
        } else {
            (value - next) + total
        };
        total = next;
    }
    total + lost
}

/// Returns the mean of `values`, which are not empty.
pub(super) fn mean(values: &[f64]) -> f64 {
    let first = *values.first().expect("nothing has no mean");
    // Counted from the first value, so that equal values have exactly their own mean.
    first + sum(values.iter().map(|value| value - first)) / values.len() as f64
}

/// Returns the sum of squared deviations of `values` from `center`.
pub(super) fn squared_deviations(values: &[f64], center: f64) -> f64 {
    sum(values.iter().map(|value| (value - center) * (value - center)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_keeps_what_plain_addition_loses() {
        let values = [1.0, 1e100, 1.0, -1e100];
        assert_eq!(sum(values).to_bits(), 2.0_f64.to_bits());
        assert_eq!(values.iter().sum::<f64>().to_bits(), 0.0_f64.to_bits());
    }

    #[test]
    fn equal_values_have_no_deviation_at_all() {
        for n in 1..100 {
            let values = vec![0.1; n];
            assert_eq!(
                squared_deviations(&values, mean(&values)).to_bits(),
                0.0_f64.to_bits(),
                "n = {n}"
            );
        }
    }
}
