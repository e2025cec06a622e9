//! The average of a level over time: requests in a system, servers up, slots busy.

/// A level that changes at instants, and the area under it since the start.
///
/// Levels and nanoseconds are whole numbers and the area is kept in 128 bits, so it is exact: Little's law can
/// be checked to the last request. An update costs one wide multiplication.
#[derive(Clone, Copy, Debug)]
pub struct TimeAverage {
    level: u64,
    max: u64,
    since_ns: u64, // of the last change
    start_ns: u64,
    area: u128, // level × ns up to `since_ns`
}

impl TimeAverage {
    /// Starts at `now_ns` with the given level.
    pub const fn new(now_ns: u64, level: u64) -> Self {
        Self {
            level,
            max: level,
            since_ns: now_ns,
            start_ns: now_ns,
            area: 0,
        }
    }

    /// Changes the level to `level` at `now_ns`, which may not lie before the last change.
    #[inline]
    pub fn set(&mut self, now_ns: u64, level: u64) {
        debug_assert!(
            self.since_ns <= now_ns,
            "time steps back from {} to {now_ns}",
            self.since_ns
        );
        self.area += u128::from(now_ns - self.since_ns) * u128::from(self.level);
        self.since_ns = now_ns;
        self.level = level;
        self.max = self.max.max(level);
    }

    /// Changes the level by `delta` at `now_ns`; the level may not fall below 0.
    #[inline]
    pub fn add(&mut self, now_ns: u64, delta: i64) {
        let level = self.level.wrapping_add_signed(delta);
        debug_assert!(
            self.level.checked_add_signed(delta).is_some(),
            "{delta} would take the level of {} out of range",
            self.level
        );
        self.set(now_ns, level);
    }

    /// Forgets the past, as at the end of a warm-up: the average and the largest level start anew at `now_ns`.
    pub fn reset(&mut self, now_ns: u64) {
        debug_assert!(
            self.since_ns <= now_ns,
            "time steps back from {} to {now_ns}",
            self.since_ns
        );
        *self = Self::new(now_ns, self.level);
    }

    /// Returns the present level.
    #[inline]
    pub fn level(&self) -> u64 {
        self.level
    }

    /// Returns the largest level since the start, also one that lasted no time.
    pub fn max(&self) -> u64 {
        self.max
    }

    /// Returns the exact area under the level from the start up to `now_ns`, in level × nanoseconds.
    pub fn area(&self, now_ns: u64) -> u128 {
        let mut ended = *self;
        ended.set(now_ns, self.level);
        ended.area
    }

    /// Returns the average level from the start up to `now_ns`; `None` if no time has passed.
    pub fn mean(&self, now_ns: u64) -> Option<f64> {
        (self.start_ns < now_ns).then(|| self.area(now_ns) as f64 / (now_ns - self.start_ns) as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_average_weighs_each_level_by_its_time() {
        let mut busy = TimeAverage::new(100, 0);
        busy.add(110, 2); // 10 ns at 0
        busy.add(140, -1); // 30 ns at 2
        busy.set(150, 5); // 10 ns at 1
        assert_eq!(busy.area(160), 60 + 10 + 50);
        assert_eq!((busy.mean(160), busy.level(), busy.max()), (Some(2.0), 5, 5));
    }

    #[test]
    fn reset_forgets_the_past_and_keeps_the_level() {
        let mut busy = TimeAverage::new(0, 9);
        busy.set(50, 3);
        busy.reset(80);
        assert_eq!((busy.area(80), busy.mean(80), busy.max()), (0, None, 3));
        busy.add(100, -3);
        assert_eq!((busy.mean(120), busy.max()), (Some(1.5), 3));
    }

    #[test]
    fn the_area_is_exact_over_centuries() {
        let mut level = TimeAverage::new(0, 0);
        level.set(1, 1_000_000_000);
        let end = u64::MAX;
        assert_eq!(level.area(end), u128::from(end - 1) * 1_000_000_000);
        level.set(end - 1, 0);
        assert_eq!(level.area(end), u128::from(end - 2) * 1_000_000_000);
    }

    #[test]
    fn a_level_that_lasts_no_time_counts_for_the_maximum_only() {
        let mut level = TimeAverage::new(0, 1);
        level.set(5, 100);
        level.set(5, 1);
        assert_eq!((level.mean(10), level.max()), (Some(1.0), 100));
    }

    #[test]
    #[should_panic(expected = "time steps back")]
    fn time_may_not_step_back() {
        TimeAverage::new(10, 1).set(9, 2);
    }
}
