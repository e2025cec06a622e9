//! Where the transient ends: the warm-up that a run should not count.

/// Raw observations in one batch of [`BatchSeries`] to begin with; the 5 of MSER-5.
pub const FIRST_BATCH: u64 = 5;

/// Where to cut a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Truncation {
    /// How many batches to drop at the front.
    pub index: usize,
    /// Whether the cut is as late as the rule allows (half the series): the transient may well not be over, and
    /// a longer pilot is due. Always true for a series of fewer than two batches.
    pub reached_half: bool,
}

/// Finds the truncation point that gives the mean of the rest its smallest marginal standard error (MSER).
/// On means of five observations each, it is the rule known as MSER-5.
///
/// # Formula
/// ```text
/// d* = argmin { Σ_{i ≥ d} (xᵢ − x̄_d)² / (n − d)² },    d ≤ n/2,    x̄_d = mean of x_d … x_{n−1}
/// ```
/// - `batches`: `xᵢ`, batch means in the order of time; the earliest minimum wins
///
/// # Validity
/// A series with a transient at its start and not much longer than it; a slow oscillation (a daily profile)
/// has no steady state to find. At least about 20 batches.
///
/// # Source
/// White, *Simulation* 69(6) (1997) 323–334; batches of five: White, Cobb and Spratt, *Proc. Winter Simulation
/// Conf.* (2000) 755–760; the limit at half: Hoad, Robinson and Davies, *J. Oper. Res. Soc.* 61(9) (2010) 1389–1403.
pub fn mser(batches: &[f64]) -> Truncation {
    let n = batches.len();
    let half = n / 2;
    let (mut index, mut smallest) = (half, f64::INFINITY);
    let (mut mean, mut squares) = (0.0, 0.0);
    // From the back, where each step adds one value to mean and squared deviations (Welford, 1962).
    for (d, &value) in batches.iter().enumerate().rev() {
        let count = (n - d) as f64;
        let apart = value - mean;
        mean += apart / count;
        squares += apart * (value - mean);
        let statistic = squares / (count * count);
        if d <= half && statistic <= smallest {
            (index, smallest) = (d, statistic);
        }
    }
    Truncation {
        index,
        reached_half: half <= index,
    }
}

/// Means of successive batches of a series of any length, in bounded memory.
///
/// It starts with batches of [`FIRST_BATCH`] observations. Whenever it is full, neighbours merge and the batch
/// size doubles, so it always holds between half of its capacity and all of it. On a long series the rule then
/// works on batches of 5, 10, 20, … observations: its cut is as fine as one batch.
#[derive(Clone, Debug)]
pub struct BatchSeries {
    batches: Vec<f64>,
    capacity: usize,
    batch_size: u64,
    filled: u64, // observations in the batch under way
    sum: f64,    // of those
}

impl BatchSeries {
    /// Returns an empty series of at most `capacity` batches, an even number.
    pub fn new(capacity: usize) -> Self {
        assert!(
            0 < capacity && capacity.is_multiple_of(2),
            "{capacity} batches cannot merge in pairs"
        );
        Self {
            batches: Vec::with_capacity(capacity),
            capacity,
            batch_size: FIRST_BATCH,
            filled: 0,
            sum: 0.0,
        }
    }

    /// Adds the next observation.
    #[inline]
    pub fn record(&mut self, value: f64) {
        self.sum += value;
        self.filled += 1;
        if self.filled == self.batch_size {
            self.close_batch();
        }
    }

    /// Returns the means of the complete batches, in the order of time.
    pub fn batches(&self) -> &[f64] {
        &self.batches
    }

    /// Returns how many observations each batch holds.
    pub fn batch_size(&self) -> u64 {
        self.batch_size
    }

    /// Finds where the transient ends, as an index of [`batches`](Self::batches).
    pub fn truncation(&self) -> Truncation {
        mser(&self.batches)
    }

    fn close_batch(&mut self) {
        self.batches.push(self.sum / self.batch_size as f64);
        (self.filled, self.sum) = (0, 0.0);
        if self.batches.len() == self.capacity {
            for i in 0..self.capacity / 2 {
                self.batches[i] = 0.5 * (self.batches[2 * i] + self.batches[2 * i + 1]);
            }
            self.batches.truncate(self.capacity / 2);
            self.batch_size *= 2;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::coverage::{Ar1, stream};
    use super::*;

    fn noise(name: &str, n: usize) -> Vec<f64> {
        let mut source = Ar1::new(0.0, stream(0, name));
        (0..n).map(|_| source.draw()).collect()
    }

    #[test]
    fn a_known_transient_is_cut_where_it_ends() {
        for ends in [20_usize, 50, 120] {
            let mut series = noise("transient", 400);
            for value in &mut series[..ends] {
                *value += 20.0;
            }
            let cut = mser(&series);
            assert!(
                (ends..ends + 25).contains(&cut.index) && !cut.reached_half,
                "{ends}: {cut:?}"
            );
        }
    }

    #[test]
    fn a_fading_transient_is_cut_where_it_drowns_in_the_noise() {
        let fading = |i: usize| 30.0 * (-(i as f64) / 20.0).exp();
        let series: Vec<f64> = noise("fading", 500)
            .iter()
            .enumerate()
            .map(|(i, x)| x + fading(i))
            .collect();
        let cut = mser(&series);
        assert!(
            (40..150).contains(&cut.index),
            "{cut:?} leaves {}",
            fading(cut.index)
        );
    }

    #[test]
    fn a_stationary_series_is_left_alone() {
        let cuts: Vec<usize> = (0..20)
            .map(|i| mser(&noise(&format!("still {i}"), 400)).index)
            .collect();
        let mean = cuts.iter().sum::<usize>() as f64 / 20.0;
        assert!(mean < 40.0, "cuts a tenth or more of nothing: {cuts:?}");
        assert_eq!(
            mser(&[2.5; 100]),
            Truncation {
                index: 0,
                reached_half: false
            }
        );
    }

    #[test]
    fn a_series_that_never_settles_says_so() {
        let ramp: Vec<f64> = (0..100).map(f64::from).collect();
        assert_eq!(
            mser(&ramp),
            Truncation {
                index: 50,
                reached_half: true
            }
        );
        assert!(mser(&[]).reached_half && mser(&[1.0]).reached_half);
    }

    #[test]
    fn the_running_sums_give_the_rule_as_it_is_written() {
        let series: Vec<f64> = noise("written", 60)
            .iter()
            .enumerate()
            .map(|(i, x)| x + 9.0 / (i + 1) as f64)
            .collect();
        let statistic = |d: usize| {
            let rest = &series[d..];
            let mean = rest.iter().sum::<f64>() / rest.len() as f64;
            rest.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (rest.len() as f64).powi(2)
        };
        let expected = (0..=30)
            .min_by(|&a, &b| statistic(a).total_cmp(&statistic(b)))
            .unwrap();
        assert_eq!(mser(&series).index, expected);
    }

    #[test]
    fn a_full_series_doubles_its_batches_and_keeps_their_means() {
        let mut series = BatchSeries::new(8);
        for i in 0..1_000_000_u32 {
            series.record(f64::from(i));
            assert!(series.batches().len() < 8, "full at {i}");
        }
        let size = series.batch_size();
        assert!(
            FIRST_BATCH < size && (size / FIRST_BATCH).is_power_of_two(),
            "{size}"
        );
        assert!(4 <= series.batches().len(), "{series:?}");
        for (i, &mean) in series.batches().iter().enumerate() {
            let expected = (i as u64 * size) as f64 + (size - 1) as f64 / 2.0;
            assert!((mean - expected).abs() < 1e-6, "batch {i}: {mean} vs {expected}");
        }
    }
}
