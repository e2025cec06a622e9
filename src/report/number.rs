//! Numbers for people: the unit that keeps them short, and only digits that mean something.

use crate::{experiment::results::Unit, units};

/// Digits of a number that is known exactly or to an unknown precision.
const FIGURES: usize = 4;

/// Below the resolution of the clock in seconds, and a mean number of requests that no run is long enough to meet.
const NEVER_MET: f64 = 1e-9;

/// A unit people use: its size in base units, what is written behind the number, and from how many of it on it is used.
pub(super) struct Step {
    pub(super) size: f64,
    pub(super) suffix: &'static str,
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
    step(1.0 / 31_557_600.0, " /y", 0.0),
    step(1.0 / 86_400.0, " /d", 1.0),
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
const WATTS: &[Step] = &[step(1.0, " W", 0.0), step(1e3, " kW", 1.0), step(1e6, " MW", 1.0)];
const MONEY: &[Step] = &[step(1.0, " /h", 0.0)];
const BYTES: &[Step] = &[
    step(1.0, " B", 0.0),
    step(1e3, " kB", 1.0),
    step(1e6, " MB", 1.0),
    step(1e9, " GB", 1.0),
    step(1e12, " TB", 1.0),
    step(1e15, " PB", 1.0),
];

impl Unit {
    /// Returns the units this quantity is written in, smallest first.
    pub(super) fn steps(self) -> &'static [Step] {
        match self {
            Unit::Seconds => DURATIONS,
            Unit::PerSecond => RATES,
            Unit::Share => SHARES,
            Unit::Count => COUNTS,
            Unit::Bytes => BYTES,
            Unit::Watts => WATTS,
            Unit::PerHour => MONEY,
        }
    }

    /// Returns the unit in which a value of this magnitude is written.
    pub(super) fn step_for(self, value: f64) -> &'static Step {
        let steps = self.steps();
        let fits = |step: &&Step| step.from * step.size * (1.0 - 1e-9) <= value.abs();
        steps.iter().rev().find(fits).unwrap_or(&steps[0])
    }
}

/// Returns whether a word is what is written behind a number.
pub(super) fn is_unit(word: &str) -> bool {
    let mut steps = Unit::ALL.iter().flat_map(|unit| unit.steps());
    steps.any(|step| step.suffix.strip_prefix(' ') == Some(word))
}

/// Returns the number, unless it is none: documents have no word for infinity.
pub(super) fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

/// Writes a number without an interval: `14.9 ms`, `850 /s`, `99.997 %`; a dash if it is none.
pub(super) fn plain(unit: Unit, value: f64) -> String {
    to_figures(unit, value, FIGURES)
}

/// Writes a number with this many significant figures.
pub(super) fn to_figures(unit: Unit, value: f64, count: usize) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    // Zero belongs to no unit more than to another: take that of one.
    let step = match unit {
        _ if value == 0.0 => unit.step_for(1.0),
        // Far below a nanosecond the power of ten says all, and is best told of seconds.
        Unit::Seconds if value.abs() < 1e-12 => unit.step_for(1.0),
        _ => unit.step_for(rounded(value, count)),
    };
    // The largest numbers have no percentage.
    let number = (value / step.size).clamp(f64::MIN, f64::MAX);
    format!("{}{}", digits(unit, number, count), step.suffix)
}

fn digits(unit: Unit, number: f64, count: usize) -> String {
    let magnitude = number.abs();
    if magnitude != 0.0 && !(1e-3..1e6).contains(&magnitude) {
        return format!("{number:.*e}", count - 1);
    }
    match decimals_near_certainty(unit, number) {
        0 => units::figures(number, count),
        decimals => without_idle_zeros(&format!("{number:.*}", decimals + 1)).to_owned(),
    }
}

/// Near certainty it is the missing share that counts: 99.997 % must not read 100 %. Returns the decimals that
/// takes, 0 elsewhere.
fn decimals_near_certainty(unit: Unit, percent: f64) -> usize {
    let missing = 100.0 - percent;
    if unit == Unit::Share && 0.0 < missing && missing < 1.0 {
        (-missing.log10().floor()).clamp(0.0, 12.0) as usize
    } else {
        0
    }
}

/// Writes an estimate and its interval, both ending at the digit where the interval begins to matter:
/// `15.21 ms ± 0.04`, or `15.2 ms (15.1–15.9)` where the interval leans to one side.
pub(super) fn measured(unit: Unit, value: f64, low: Option<f64>, high: Option<f64>) -> String {
    let ends = low
        .zip(high)
        .filter(|(low, high)| low.is_finite() && high.is_finite());
    let Some((low, high)) = ends.filter(|_| value.is_finite()) else {
        return plain(unit, value);
    };
    let half = (high - low) / 2.0;
    let largest = rounded(value.abs().max(half), 3);
    let step = unit.step_for(largest);
    let power = power_of(unit, largest / step.size);
    let scaled = |x: f64| x / step.size / 10f64.powi(power);
    // No interval to speak of, or numbers that no fixed point can show.
    if !(1e-9..1e6).contains(&scaled(half)) || 1e6 <= scaled(value.abs()) || half < 1e-12 * value.abs() {
        return plain(unit, value);
    }
    let fixed = |x: f64, decimals: usize| match x {
        // Nothing and all of it are known to every digit.
        _ if unit == Unit::Share && (x == 0.0 || x.total_cmp(&1.0).is_eq()) => format!("{:.0}", scaled(x)),
        _ => unsigned_zero(format!("{:.decimals$}", scaled(x))),
    };
    let ten = if power == 0 {
        String::new()
    } else {
        format!("e{power}")
    };
    let near_certainty = decimals_near_certainty(unit, scaled(value));
    let leaning = ((high - value) - (value - low)).abs();
    if leaning <= 0.2 * half {
        let decimals = decimals_for(scaled(half)).max(near_certainty);
        return format!(
            "{}{ten}{} ± {:.decimals$}{ten}",
            fixed(value, decimals),
            step.suffix,
            scaled(half)
        );
    }
    let between = if low < 0.0 { " to " } else { "–" };
    let decimals = decimals_of_ends(scaled(half)).max(near_certainty);
    let [value, low, high] = [value, low, high].map(|x| fixed(x, decimals));
    let [value, low, high] = [value, low, high].map(|text| with_power(text, &ten));
    format!("{value}{} ({low}{between}{high})", step.suffix)
}

/// Returns the power of ten that is told apart from the digits: that of percentages with more zeros than anyone counts.
fn power_of(unit: Unit, percent: f64) -> i32 {
    if unit == Unit::Share && 0.0 < percent && percent < 1e-4 {
        percent.log10().floor() as i32
    } else {
        0
    }
}

fn with_power(digits: String, ten: &str) -> String {
    if digits == "0" { digits } else { digits + ten }
}

/// Writes an estimate as [`measured`] does, and leaves the interval out.
pub(super) fn estimated(unit: Unit, value: f64, low: Option<f64>, high: Option<f64>) -> String {
    let text = measured(unit, value, low, high);
    let interval = text.find(" ±").or_else(|| text.find(" ("));
    text[..interval.unwrap_or(text.len())].to_owned()
}

/// Writes how far one number is from another, as a share of the other: `+2.1 %`, `0.0 %`, `× 12`.
pub(super) fn apart(value: f64, reference: f64) -> String {
    if value.total_cmp(&reference).is_eq() {
        return "0.0 %".to_owned();
    }
    // What is too rare to be met in a run is not a hundred per cent off.
    if value == 0.0 && reference.abs() < NEVER_MET {
        return "–".to_owned();
    }
    let percent = (value / reference - 1.0) * 100.0;
    match percent {
        p if !p.is_finite() => "–".to_owned(),
        p if 1e3 <= p.abs() => format!("× {}", to_figures(Unit::Count, value / reference, 2)),
        p if 99.95 <= p.abs() => format!("{} %", signed(p, 0)),
        p => format!("{} %", signed(p, 1)),
    }
}

/// Writes a number with its sign, a true minus, unless it rounds to zero.
pub(super) fn signed(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let is_zero = !text.contains(|c: char| ('1'..='9').contains(&c));
    match value {
        _ if is_zero => text,
        v if v < 0.0 => format!("−{text}"),
        _ => format!("+{text}"),
    }
}

/// Returns the decimals that leave one digit of a half width, or two if the first is 1 or 2.
pub(super) fn decimals_for(half_width: f64) -> usize {
    let power = half_width.log10().floor();
    let figures = if half_width / 10f64.powf(power) < 3.0 {
        2
    } else {
        1
    };
    (figures - 1 - power as i32).clamp(0, 12) as usize
}

/// Returns the decimals of the ends of an interval: one digit of its half width is all a reader wants of them.
pub(super) fn decimals_of_ends(half_width: f64) -> usize {
    (-half_width.log10().floor() as i32).clamp(0, 12) as usize
}

fn rounded(value: f64, figures: usize) -> f64 {
    format!("{value:.*e}", figures - 1).parse().unwrap_or(value)
}

/// A minus before nothing but zeros tells nothing.
fn unsigned_zero(text: String) -> String {
    if text.contains(|c: char| ('1'..='9').contains(&c)) {
        text
    } else {
        text.trim_start_matches('-').to_owned()
    }
}

fn without_idle_zeros(text: &str) -> &str {
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        text
    }
}

#[cfg(test)]
mod tests;
