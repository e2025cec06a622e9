//! Rates and shares.

/// Events per second of simulated time; finite and greater than zero.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Rate(f64);

impl Rate {
    /// Returns the rate, or `None` unless it is finite and greater than zero.
    pub fn per_second(value: f64) -> Option<Self> {
        (value.is_finite() && 0.0 < value).then_some(Self(value))
    }
    /// Returns the events per second.
    #[inline]
    pub const fn as_per_second(self) -> f64 {
        self.0
    }
}

/// Events per second that may be none at all; finite and not negative.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct RateOrZero(f64);

impl RateOrZero {
    /// Returns the rate, or `None` unless it is finite and not negative.
    pub fn per_second(value: f64) -> Option<Self> {
        (value.is_finite() && 0.0 <= value).then_some(Self(value))
    }
    /// Returns the events per second.
    #[inline]
    pub const fn as_per_second(self) -> f64 {
        self.0
    }
}

/// A share of a whole, from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Share(f64);

impl Share {
    /// Returns the share, or `None` unless `0 ≤ value ≤ 1`.
    pub fn new(value: f64) -> Option<Self> {
        (0.0..=1.0).contains(&value).then_some(Self(value))
    }
    /// Returns the share as a number from 0 to 1.
    #[inline]
    pub const fn get(self) -> f64 {
        self.0
    }
}
