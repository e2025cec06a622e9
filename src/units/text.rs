//! How people write quantities, and how quantities are written for people.

use super::{Bandwidth, Bytes, Power, Rate, RateOrZero, Share, SimDuration};

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

impl Quantity for Power {
    const WHAT: &'static str = "a power";
    const EXAMPLE: &'static str = "90 W";
    const UNITS: &'static [(&'static str, f64)] = &[("W", 1.0), ("kW", 1e3), ("MW", 1e6)];
    fn from_base(value: f64) -> Result<Self, &'static str> {
        Self::watts(value).ok_or("is negative or not a number")
    }
}

impl Quantity for Bytes {
    const WHAT: &'static str = "an amount of data";
    const EXAMPLE: &'static str = "8 GB";
    const UNITS: &'static [(&'static str, f64)] = &[
        ("B", 1.0),
        ("kB", 1e3),
        ("MB", 1e6),
        ("GB", 1e9),
        ("TB", 1e12),
        ("PB", 1e15),
        ("KiB", 1_024.0),
        ("MiB", 1_048_576.0),
        ("GiB", 1_073_741_824.0),
        ("TiB", 1_099_511_627_776.0),
    ];
    fn from_base(value: f64) -> Result<Self, &'static str> {
        Self::new(value).ok_or("is less than a byte")
    }
}

impl Quantity for Bandwidth {
    const WHAT: &'static str = "a bandwidth";
    const EXAMPLE: &'static str = "200 MB/s";
    const UNITS: &'static [(&'static str, f64)] = &[
        ("B/s", 1.0),
        ("kB/s", 1e3),
        ("MB/s", 1e6),
        ("GB/s", 1e9),
        ("TB/s", 1e12),
        ("KiB/s", 1_024.0),
        ("MiB/s", 1_048_576.0),
        ("GiB/s", 1_073_741_824.0),
    ];
    fn from_base(value: f64) -> Result<Self, &'static str> {
        Self::per_second(value).ok_or("is not greater than zero")
    }
}

/// Writes seconds for people: three to four figures and the unit that suits them.
pub fn seconds(value: f64) -> String {
    const SCALE: [(f64, &str); 8] = [
        (31_557_600.0, "y"),
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
    let &(size, unit) = SCALE.iter().find(fits).unwrap_or(&SCALE[7]);
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
