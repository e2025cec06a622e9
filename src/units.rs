//! Quantities: how numbers cross module boundaries and how people write them.
//!
//! A quantity that exists is valid. Scenario text always carries its unit (`"20 ms"`, `"250 /s"`, `"99.9 %"`),
//! and a bare number is answered with an example of a good one.

use std::{
    fmt,
    ops::{Add, AddAssign, Sub},
};

const NANOS_PER_SECOND: f64 = 1e9;

/// An instant on the simulated clock: whole nanoseconds since the run began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

/// A kind of quantity that people write as a number and a unit.
pub trait Quantity: Sized {
    /// What it is called in a message, with its article: `"a duration"`.
    const WHAT: &'static str;
    /// A good one: `"20 ms"`.
    const EXAMPLE: &'static str;
    /// The units it is written in and what one of each is in the base unit.
    const UNITS: &'static [(&'static str, f64)];

    /// Makes the quantity from its value in the base unit; says what is wrong with the value otherwise.
    fn from_base(value: f64) -> Result<Self, &'static str>;

    /// Reads a number followed by a unit, with or without a space between them.
    fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let split = text
            .char_indices()
            .find(|&(at, c)| !(c.is_ascii_digit() || "+-._".contains(c) || is_exponent(text, at)))
            .map_or(text.len(), |(at, _)| at);
        let (digits, unit) = (text[..split].replace('_', ""), text[split..].trim());
        let Ok(number) = digits.parse::<f64>() else {
            return Err(format!(
                "`{text}` does not start with a number; write {} like \"{}\"",
                Self::WHAT,
                Self::EXAMPLE
            ));
        };
        let Some(&(_, scale)) = Self::UNITS.iter().find(|(name, _)| *name == unit) else {
            let known: Vec<&str> = Self::UNITS.iter().map(|(name, _)| *name).collect();
            let fault = if unit.is_empty() {
                "has no unit".to_owned()
            } else {
                format!("has the unknown unit `{unit}`")
            };
            return Err(format!(
                "`{text}` {fault}; {} is written in {}, like \"{}\"",
                Self::WHAT,
                known.join(", "),
                Self::EXAMPLE
            ));
        };
        Self::from_base(in_base(&digits, number, scale)).map_err(|fault| format!("`{text}` {fault}"))
    }
}

/// Returns a number of units in the base unit: 95 % are 0.95, where the product with 0.01 is off by a last digit.
fn in_base(digits: &str, number: f64, scale: f64) -> f64 {
    let power = scale.log10().round();
    let is_power_of_ten = format!("1e{power}").parse() == Ok(scale);
    if is_power_of_ten && !digits.contains(['e', 'E']) {
        format!("{digits}e{power}").parse().unwrap_or(number * scale)
    } else {
        number * scale
    }
}

/// Whether the `e` at this place belongs to the number, as in `1e3 /s`.
fn is_exponent(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    matches!(bytes[at], b'e' | b'E')
        && bytes
            .get(at + 1)
            .is_some_and(|&next| next.is_ascii_digit() || matches!(next, b'+' | b'-'))
}

impl Quantity for SimDuration {
    const WHAT: &'static str = "a duration";
    const EXAMPLE: &'static str = "20 ms";
    const UNITS: &'static [(&'static str, f64)] = &[
        ("ns", 1e-9),
        ("us", 1e-6),
        ("µs", 1e-6),
        ("ms", 1e-3),
        ("s", 1.0),
        ("min", 60.0),
        ("h", 3_600.0),
        ("d", 86_400.0),
        ("y", 31_557_600.0),
    ];
    fn from_base(value: f64) -> Result<Self, &'static str> {
        match value {
            v if !(0.0..).contains(&v) => Err("is negative or not a number"),
            v if 9.2e9 <= v => Err("is longer than the simulated clock runs (290 years)"),
            v if 0.0 < v && v < 0.5e-9 => Err("is shorter than the simulated clock can tell (1 ns)"),
            v => Ok(Self::from_secs_f64(v)),
        }
    }
}

impl Quantity for Rate {
    const WHAT: &'static str = "a rate";
    const EXAMPLE: &'static str = "250 /s";
    const UNITS: &'static [(&'static str, f64)] = &[
        ("/ms", 1e3),
        ("/s", 1.0),
        ("/min", 1.0 / 60.0),
        ("/h", 1.0 / 3_600.0),
        ("/d", 1.0 / 86_400.0),
    ];
    fn from_base(value: f64) -> Result<Self, &'static str> {
        Self::per_second(value).ok_or("is not greater than zero")
    }
}

impl Quantity for RateOrZero {
    const WHAT: &'static str = Rate::WHAT;
    const EXAMPLE: &'static str = Rate::EXAMPLE;
    const UNITS: &'static [(&'static str, f64)] = Rate::UNITS;
    fn from_base(value: f64) -> Result<Self, &'static str> {
        Self::per_second(value).ok_or("is negative or not a number")
    }
}

impl Quantity for Share {
    const WHAT: &'static str = "a share";
    const EXAMPLE: &'static str = "99.9 %";
    const UNITS: &'static [(&'static str, f64)] = &[("%", 0.01)];
    fn from_base(value: f64) -> Result<Self, &'static str> {
        Self::new(value).ok_or("is not between 0 % and 100 %")
    }
}

/// Writes seconds for people: three to four figures and the unit that suits them.
pub fn seconds(value: f64) -> String {
    const SCALE: [(f64, &str); 7] = [
        (86_400.0, "d"),
        (3_600.0, "h"),
        (60.0, "min"),
        (1.0, "s"),
        (1e-3, "ms"),
        (1e-6, "µs"),
        (1e-9, "ns"),
    ];
    if value == 0.0 {
        return "0 s".to_owned();
    }
    // Minutes and longer start at two of them: "90 s" reads better than "1.5 min".
    let fits = |&&(size, _): &&(f64, &str)| {
        if 1.0 < size {
            2.0 * size <= value.abs()
        } else {
            size <= value.abs()
        }
    };
    let &(size, unit) = SCALE.iter().find(fits).unwrap_or(&SCALE[6]);
    format!("{} {unit}", figures(value / size, 4))
}

/// Writes a number with this many significant figures and no needless zeros after the point.
pub fn figures(value: f64, count: usize) -> String {
    if value == 0.0 || !value.is_finite() {
        return format!("{value}");
    }
    let magnitude = value.abs().log10().floor() as i32;
    let decimals = (count as i32 - 1 - magnitude).clamp(0, 15) as usize;
    let text = format!("{value:.decimals$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_read_with_and_without_a_space() {
        for text in ["20ms", "20 ms", " 0.02 s ", "2e-2 s", "20_000 us"] {
            assert_eq!(
                SimDuration::parse(text),
                Ok(SimDuration::from_nanos(20_000_000)),
                "{text}"
            );
        }
        assert_eq!(Rate::parse("9000/min").map(Rate::as_per_second), Ok(150.0));
        assert_eq!(RateOrZero::parse("0 /s").map(RateOrZero::as_per_second), Ok(0.0));
        assert_eq!(Share::parse("50 %").map(Share::get), Ok(0.5));
        for (text, share) in [
            ("95 %", 0.95),
            ("99.9 %", 0.999),
            ("1e-1 %", 1e-3),
            ("9_9.99%", 0.9999),
        ] {
            assert_eq!(Share::parse(text).map(Share::get), Ok(share), "{text}");
        }
    }

    #[test]
    fn a_wrong_quantity_says_what_a_good_one_looks_like() {
        let cases = [
            (
                SimDuration::parse("20").unwrap_err(),
                "`20` has no unit; a duration is written in ns, us, µs, ms, s, min, h, d, y, like \"20 ms\"",
            ),
            (
                SimDuration::parse("fast").unwrap_err(),
                "`fast` does not start with a number; write a duration like \"20 ms\"",
            ),
            (
                SimDuration::parse("-1 s").unwrap_err(),
                "`-1 s` is negative or not a number",
            ),
            (
                Rate::parse("0 /s").unwrap_err(),
                "`0 /s` is not greater than zero",
            ),
            (
                RateOrZero::parse("-5 /s").unwrap_err(),
                "`-5 /s` is negative or not a number",
            ),
            (
                Rate::parse("5 rps").unwrap_err(),
                "`5 rps` has the unknown unit `rps`; a rate is written in /ms, /s, /min, /h, /d, like \"250 /s\"",
            ),
            (
                Share::parse("101 %").unwrap_err(),
                "`101 %` is not between 0 % and 100 %",
            ),
        ];
        for (got, expected) in cases {
            assert_eq!(got, expected);
        }
    }

    #[test]
    fn no_text_makes_a_quantity_panic() {
        for text in [
            "", " ", "é", "1é", "e", "1e", "1e+", "--", "NaN s", "inf s", "1e999 s", "٣ s", "1 \u{0}",
        ] {
            let _ = (SimDuration::parse(text), Rate::parse(text), Share::parse(text));
        }
    }

    #[test]
    fn seconds_are_written_in_the_unit_that_suits_them() {
        let cases = [
            (0.0152, "15.2 ms"),
            (90.0, "90 s"),
            (1_200.0, "20 min"),
            (2.5e-7, "250 ns"),
            (0.0, "0 s"),
            (172_800.0, "2 d"),
        ];
        for (value, expected) in cases {
            assert_eq!(seconds(value), expected);
        }
    }
}
