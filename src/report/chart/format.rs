//! How a value is written: three significant digits and the unit that keeps the number short.

use super::Unit;

/// A unit people use: its size in base units, what is written behind the number, and from how many of it on it is used.
pub(in crate::report) struct Step {
    pub(in crate::report) size: f64,
    pub(in crate::report) suffix: &'static str,
    pub(super) from: f64,
}

const fn step(size: f64, suffix: &'static str, from: f64) -> Step {
    Step { size, suffix, from }
}

/// Seconds are kept up to two minutes and so on, because "90 s" is read faster than "1.5 min".
const DURATIONS: &[Step] = &[
    step(1e-9, " ns", 0.0),
    step(1e-6, " µs", 1.0),
    step(1e-3, " ms", 1.0),
    step(1.0, " s", 1.0),
    step(60.0, " min", 2.0),
    step(3_600.0, " h", 2.0),
    step(86_400.0, " d", 2.0),
    step(31_557_600.0, " y", 2.0),
];
const RATES: &[Step] = &[
    step(1.0 / 86_400.0, " /d", 0.0),
    step(1.0 / 3_600.0, " /h", 1.0),
    step(1.0 / 60.0, " /min", 1.0),
    step(1.0, " /s", 0.1),
    step(1e3, " k/s", 10.0),
    step(1e6, " M/s", 1.0),
    step(1e9, " G/s", 1.0),
];
const COUNTS: &[Step] = &[
    step(1.0, "", 0.0),
    step(1e3, " k", 10.0),
    step(1e6, " M", 1.0),
    step(1e9, " G", 1.0),
];
const SHARES: &[Step] = &[step(0.01, " %", 0.0)];

impl Unit {
    /// Returns the units this quantity is written in, smallest first.
    pub(super) fn steps(self) -> &'static [Step] {
        match self {
            Unit::Duration => DURATIONS,
            Unit::Rate => RATES,
            Unit::Share => SHARES,
            Unit::Count => COUNTS,
        }
    }

    /// Returns the unit in which a value of this magnitude is written.
    pub(in crate::report) fn step_for(self, value: f64) -> &'static Step {
        let steps = self.steps();
        let fits = |step: &&Step| step.from * step.size * (1.0 - 1e-9) <= value.abs();
        steps.iter().rev().find(fits).unwrap_or(&steps[0])
    }
}

/// Writes a value for a label, with three significant digits: `52.0 ms`, `850 /s`, `99.97 %`.
pub(super) fn value(unit: Unit, value: f64) -> String {
    if !value.is_finite() {
        return "–".into();
    }
    if value == 0.0 {
        return format!("0{}", unit.step_for(1.0).suffix);
    }
    let step = unit.step_for(round_to_three_digits(value));
    let number = value / step.size;
    if !(1e-3..1e6).contains(&number.abs()) {
        return format!("{number:.1e}{}", step.suffix);
    }
    let mut decimals = 2 - number.abs().log10().floor() as i32;
    if unit == Unit::Share && 99.0 < number && number < 100.0 {
        // Near certainty it is the missing share that counts: 99.97 % must not read 100 %.
        decimals = (-(100.0 - number).log10().floor() as i32).max(1);
    } else if decimals > 0 && number.abs() + 0.5 * 10f64.powi(-decimals) >= 10f64.powi(3 - decimals) {
        // A number that rounds up to the next power of ten has a digit to spare: 9.996 is written 10.0.
        decimals -= 1;
    }
    format!("{number:.*}{}", decimals.clamp(0, 9) as usize, step.suffix)
}

/// Writes a value with the half-width of its interval, in one unit. The half-width has one digit, or two if the first
/// is 1 or 2 and rounding would change it by much; the value ends at the same place: `15.21 ms ± 0.04`.
pub(super) fn estimate(unit: Unit, value: f64, half_width: f64) -> String {
    let step = unit.step_for(round_to_three_digits(value));
    let (number, half) = (value / step.size, half_width / step.size);
    if !(1e-3..1e6).contains(&number.abs()) || !(1e-6..1e6).contains(&half) {
        return self::value(unit, value);
    }
    let power = half.log10().floor();
    let digits = if half / 10f64.powf(power) < 3.0 { 2 } else { 1 };
    let decimals = (digits - 1 - power as i32).clamp(0, 9) as usize;
    format!("{number:.decimals$}{} ± {half:.decimals$}", step.suffix)
}

/// Writes the value of a tick by itself, without digits that say nothing: `5 ms`, `0.1 %`.
pub(super) fn tick(unit: Unit, value: f64) -> String {
    let step = unit.step_for(value);
    format!("{}{}", short(value / step.size), step.suffix)
}

/// Writes the name of a percentile: `p99.9` for 0.999.
pub(super) fn percentile(share: f64) -> String {
    format!("p{}", short((share * 100.0 * 1e9).round() / 1e9))
}

/// Writes a number with as few digits as tell it from its neighbours on an axis.
pub(super) fn short(number: f64) -> String {
    let magnitude = number.abs();
    if magnitude != 0.0 && !(1e-6..1e6).contains(&magnitude) {
        return format!("{number:e}")
            .split_once('e')
            .map_or_else(String::new, |(digits, power)| {
                let digits: f64 = digits.parse().unwrap_or(0.0);
                format!("{}e{power}", short((digits * 1e6).round() / 1e6))
            });
    }
    let text = format!("{number:.9}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".into() } else { text.into() }
}

fn round_to_three_digits(value: f64) -> f64 {
    format!("{value:.2e}").parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_three_significant_digits_and_the_unit_people_use() {
        for (unit, number, expected) in [
            (Unit::Duration, 0.052, "52.0 ms"),
            (Unit::Duration, 0.000_999_96, "1.00 ms"),
            (Unit::Duration, 0.009_996, "10.0 ms"),
            (Unit::Duration, 1.234, "1.23 s"),
            (Unit::Duration, 90.0, "90.0 s"),
            (Unit::Duration, 150.0, "2.50 min"),
            (Unit::Duration, 3e-9, "3.00 ns"),
            (Unit::Duration, 0.0, "0 s"),
            (Unit::Duration, 1e18, "3.2e10 y"),
            (Unit::Duration, f64::NAN, "–"),
            (Unit::Rate, 850.1, "850 /s"),
            (Unit::Rate, 8_700_000.0, "8.70 M/s"),
            (Unit::Rate, 0.05, "3.00 /min"),
            (Unit::Share, 0.85, "85.0 %"),
            (Unit::Share, 0.9997, "99.97 %"),
            (Unit::Share, 1.0, "100 %"),
            (Unit::Count, 12_345.0, "12.3 k"),
        ] {
            assert_eq!(value(unit, number), expected, "{unit:?} {number}");
        }
    }

    #[test]
    fn estimates_end_where_their_half_width_does() {
        for (unit, value, half_width, expected) in [
            (Unit::Duration, 0.015_212, 0.000_038, "15.21 ms ± 0.04"),
            (Unit::Duration, 0.144, 0.0022, "144.0 ms ± 2.2"),
            (Unit::Rate, 850.12, 0.96, "850.1 /s ± 1.0"),
            (Unit::Share, 0.9997, 0.000_31, "99.97 % ± 0.03"),
            (Unit::Duration, 0.015_212, 0.0, "15.2 ms"),
            (Unit::Duration, 0.015_212, f64::INFINITY, "15.2 ms"),
        ] {
            assert_eq!(estimate(unit, value, half_width), expected);
        }
    }

    #[test]
    fn ticks_are_written_without_idle_digits() {
        for (unit, number, expected) in [
            (Unit::Duration, 0.005, "5 ms"),
            (Unit::Duration, 600.0, "10 min"),
            (Unit::Share, 0.0001, "0.01 %"),
            (Unit::Share, 1e-5, "0.001 %"),
            (Unit::Rate, 2000.0, "2000 /s"),
            (Unit::Count, 50_000.0, "50 k"),
            (Unit::Count, 1e20, "1e11 G"),
        ] {
            assert_eq!(tick(unit, number), expected);
        }
        assert_eq!(percentile(0.999), "p99.9");
        assert_eq!(percentile(0.5), "p50");
    }
}
