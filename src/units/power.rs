//! How much power something draws.

/// Power in watts; finite and not negative.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Power(f64);

impl Power {
    /// Returns the power, or `None` unless it is finite and not negative.
    pub fn watts(value: f64) -> Option<Self> {
        (value.is_finite() && 0.0 <= value).then_some(Self(value))
    }
    /// Returns the watts.
    #[inline]
    pub const fn as_watts(self) -> f64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Quantity;

    #[test]
    fn power_is_read_in_watts_and_kilowatts() {
        for (text, watts) in [("90 W", 90.0), ("0.24kW", 240.0), ("1 MW", 1e6), ("0 W", 0.0)] {
            assert_eq!(Power::parse(text).map(Power::as_watts), Ok(watts), "{text}");
        }
        assert!(Power::parse("-1 W").is_err() && Power::parse("90").is_err());
    }
}
