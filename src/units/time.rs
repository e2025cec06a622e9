//! The simulated clock and lengths of its time.

use std::{
    fmt,
    ops::{Add, AddAssign, Sub},
};

use super::seconds;

const NANOS_PER_SECOND: f64 = 1e9;

/// An instant on the simulated clock: whole nanoseconds since the run began.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct SimTime(u64);

impl SimTime {
    /// The instant at which every run begins.
    pub const ZERO: Self = Self(0);
    /// The last instant of the clock, 584 years after the first.
    pub const MAX: Self = Self(u64::MAX);

    /// Returns the instant this many nanoseconds after the beginning.
    #[inline]
    pub const fn from_nanos(nanos: u64) -> Self {
        Self(nanos)
    }
    /// Returns the nanoseconds since the beginning.
    #[inline]
    pub const fn as_nanos(self) -> u64 {
        self.0
    }
    /// Returns the seconds since the beginning.
    #[inline]
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / NANOS_PER_SECOND
    }
    /// Returns the time that has passed since `earlier`; asserts that time ran forward.
    #[inline]
    pub fn since(self, earlier: Self) -> SimDuration {
        debug_assert!(
            earlier <= self,
            "time ran backward: {earlier:?} is after {self:?}"
        );
        SimDuration(self.0 - earlier.0)
    }
}

impl Add<SimDuration> for SimTime {
    type Output = Self;
    /// The clock stops at [`SimTime::MAX`] instead of starting over.
    #[inline]
    fn add(self, rhs: SimDuration) -> Self {
        Self(self.0.saturating_add(rhs.0))
    }
}

/// A length of simulated time: whole nanoseconds.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct SimDuration(u64);

impl SimDuration {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// Returns a duration of whole nanoseconds.
    #[inline]
    pub const fn from_nanos(nanos: u64) -> Self {
        Self(nanos)
    }
    /// Returns the nearest duration to `seconds`; negative and not-a-number become zero, too long the longest.
    #[inline]
    pub fn from_secs_f64(seconds: f64) -> Self {
        let nanos = seconds * NANOS_PER_SECOND + 0.5;
        // Casts saturate, which is exactly the promise above; the signed one is the quicker by far.
        Self(if nanos < 9e18 {
            (nanos as i64).max(0) as u64
        } else {
            nanos as u64
        })
    }
    /// Returns the length in whole nanoseconds.
    #[inline]
    pub const fn as_nanos(self) -> u64 {
        self.0
    }
    /// Returns the length in seconds.
    #[inline]
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / NANOS_PER_SECOND
    }
    /// Returns this many times the length, `0 ≤ factor`, to the nearest nanosecond.
    #[inline]
    #[must_use]
    pub fn scaled(self, factor: f64) -> Self {
        Self((self.0 as f64 * factor + 0.5) as u64)
    }
}

impl Add for SimDuration {
    type Output = Self;
    #[inline]
    fn add(self, rhs: Self) -> Self {
        Self(self.0.saturating_add(rhs.0))
    }
}
impl AddAssign for SimDuration {
    #[inline]
    fn add_assign(&mut self, rhs: Self) {
        *self = *self + rhs;
    }
}
impl Sub for SimDuration {
    type Output = Self;
    #[inline]
    fn sub(self, rhs: Self) -> Self {
        debug_assert!(rhs <= self, "a duration cannot be negative");
        Self(self.0 - rhs.0)
    }
}
impl fmt::Display for SimDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&seconds(self.as_secs_f64()))
    }
}
