//! Amounts of data, and how fast they move.

use super::figures;

/// An amount of data in bytes; finite and at least one.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Bytes(f64);

impl Bytes {
    /// Returns the amount, or `None` unless it is finite and at least one byte.
    pub fn new(value: f64) -> Option<Self> {
        (value.is_finite() && 1.0 <= value).then_some(Self(value))
    }
    /// Returns the number of bytes.
    #[inline]
    pub const fn get(self) -> f64 {
        self.0
    }
}

/// Bytes per second of simulated time; finite and greater than zero.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Bandwidth(f64);

impl Bandwidth {
    /// Returns the bandwidth, or `None` unless it is finite and greater than zero.
    pub fn per_second(value: f64) -> Option<Self> {
        (value.is_finite() && 0.0 < value).then_some(Self(value))
    }
    /// Returns the bytes per second.
    #[inline]
    pub const fn as_per_second(self) -> f64 {
        self.0
    }
}

/// Writes an amount of data for people, in powers of a thousand.
pub fn bytes(value: f64) -> String {
    const SCALE: [(f64, &str); 6] = [
        (1e15, "PB"),
        (1e12, "TB"),
        (1e9, "GB"),
        (1e6, "MB"),
        (1e3, "kB"),
        (1.0, "B"),
    ];
    let &(size, unit) = SCALE
        .iter()
        .find(|(size, _)| *size <= value.abs())
        .unwrap_or(&SCALE[5]);
    format!("{} {unit}", figures(value / size, 4))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Quantity;

    #[test]
    fn amounts_are_read_in_powers_of_a_thousand_and_of_1024() {
        for (text, value) in [
            ("8 GB", 8e9),
            ("1 B", 1.0),
            ("1.5 TB", 1.5e12),
            ("4 KiB", 4_096.0),
            ("2MiB", 2_097_152.0),
            ("1 GiB", 1_073_741_824.0),
            ("3 kB", 3e3),
        ] {
            assert_eq!(Bytes::parse(text).map(Bytes::get), Ok(value), "{text}");
        }
        assert_eq!(
            Bandwidth::parse("200 MB/s").map(Bandwidth::as_per_second),
            Ok(2e8)
        );
        assert_eq!(
            Bandwidth::parse("1 MiB/s").map(Bandwidth::as_per_second),
            Ok(1_048_576.0)
        );
        assert_eq!(Bytes::parse("0.5 B").unwrap_err(), "`0.5 B` is less than a byte");
        assert_eq!(
            Bandwidth::parse("0 MB/s").unwrap_err(),
            "`0 MB/s` is not greater than zero"
        );
    }

    #[test]
    fn amounts_are_written_in_the_unit_that_suits_them() {
        for (value, text) in [
            (0.0, "0 B"),
            (12.0, "12 B"),
            (8e9, "8 GB"),
            (1_500.0, "1.5 kB"),
            (2e16, "20 PB"),
        ] {
            assert_eq!(bytes(value), text);
        }
    }
}
