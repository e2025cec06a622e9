//! Count, mean and variance of any number of values, in constant memory and without a division.

/// Running sums of values and of their squares, both taken from a pilot value.
///
/// Counting from the first value instead of from zero keeps the digits of the variance when the values are
/// large and close together (Chan et al., *Amer. Statist.* 37(3), 1983, "shifted data").
#[derive(Clone, Copy, Debug, serde::Serialize, serde::Deserialize)]
pub struct Moments {
    count: u64,
    pilot: f64,
    sum: f64,     // Σ (x − pilot)
    squares: f64, // Σ (x − pilot)²
}

impl Moments {
    /// Returns the moments of nothing.
    pub const fn new() -> Self {
        Self {
            count: 0,
            pilot: 0.0,
            sum: 0.0,
            squares: 0.0,
        }
    }

    /// Adds one value.
    #[inline]
    pub fn record(&mut self, value: f64) {
        debug_assert!(value.is_finite(), "{value} would spoil every moment");
        if self.count == 0 {
            self.pilot = value;
        }
        let shifted = value - self.pilot;
        self.count += 1;
        self.sum += shifted;
        self.squares += shifted * shifted;
    }

    /// Takes a new extreme, as the first value always is. New extremes soon become rare, so a branch that is
    /// nearly never taken is cheaper than a store at every value.
    /// Adds all that `other` holds. The last bits depend on the order of merging, so keep to one order.
    pub fn merge(&mut self, other: &Self) {
        if other.count == 0 {
            return;
        }
        if self.count == 0 {
            *self = *other;
            return;
        }
        let (n, apart) = (other.count as f64, other.pilot - self.pilot);
        self.count += other.count;
        self.squares += other.squares + apart * (2.0 * other.sum + n * apart);
        self.sum += other.sum + n * apart;
    }

    /// Returns how many values were added.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Returns the mean; `None` without values.
    pub fn mean(&self) -> Option<f64> {
        (0 < self.count).then(|| self.pilot + self.sum / self.count as f64)
    }

    /// Returns the sample variance (divisor `n − 1`), in the square of the values' unit; `None` below 2 values.
    pub fn variance(&self) -> Option<f64> {
        let n = self.count as f64;
        (1 < self.count).then(|| ((self.squares - self.sum * self.sum / n) / (n - 1.0)).max(0.0))
    }

    /// Returns the sample standard deviation, in the values' unit; `None` below 2 values.
    pub fn sd(&self) -> Option<f64> {
        self.variance().map(f64::sqrt)
    }
}

impl Default for Moments {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: impl IntoIterator<Item = f64>) -> Moments {
        let mut moments = Moments::new();
        for value in values {
            moments.record(value);
        }
        moments
    }

    #[test]
    fn moments_match_a_case_worked_by_hand() {
        let moments = of([2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]);
        assert_eq!((moments.count(), moments.mean()), (8, Some(5.0)));
        assert!(
            (moments.variance().unwrap() - 32.0 / 7.0).abs() < 1e-14,
            "{moments:?}"
        );
        assert_eq!(moments.sd(), moments.variance().map(f64::sqrt));
    }

    #[test]
    fn what_does_not_exist_is_none() {
        let (none, one) = (of([]), of([-3.0]));
        assert_eq!((none.mean(), none.variance()), (None, None));
        assert_eq!((one.mean(), one.variance()), (Some(-3.0), None));
    }

    /// Sums from zero would keep no digit of this variance: 1e12 squared needs 80 bits.
    #[test]
    fn large_and_close_values_keep_their_variance() {
        let moments = of((0..100_000).map(|i| 1e12 + f64::from(i % 10)));
        let expected = 8.25 * 100_000.0 / 99_999.0;
        assert!(
            (moments.variance().unwrap() / expected - 1.0).abs() < 1e-10,
            "{moments:?}"
        );
    }

    #[test]
    fn merging_equals_recording_all() {
        let values: Vec<f64> = (0..1_000).map(|i| f64::from(i * i % 977) + 1e6).collect();
        let all = of(values.iter().copied());
        for cut in [0, 1, 500, 999, 1_000] {
            let mut merged = of(values[..cut].iter().copied());
            merged.merge(&of(values[cut..].iter().copied()));
            assert_eq!(merged.count(), all.count());
            assert!(
                (merged.mean().unwrap() / all.mean().unwrap() - 1.0).abs() < 1e-14,
                "cut {cut}"
            );
            assert!(
                (merged.variance().unwrap() / all.variance().unwrap() - 1.0).abs() < 1e-12,
                "cut {cut}"
            );
        }
    }
}
