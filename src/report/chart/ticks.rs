//! Where an axis has its ticks: steps of 1, 2 and 5 for decimal numbers, and those of a clock for time.

use super::{Unit, format};
use crate::report::number;

/// One tick of an axis.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tick {
    pub(super) value: f64,
    /// Decades and their like come first when there is no room to label all.
    pub(super) is_major: bool,
    pub(super) label: String,
}

/// Steps of a clock above one second, in seconds.
const CLOCK: [f64; 20] = [
    1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1_800.0, 3_600.0, 7_200.0, 10_800.0,
    21_600.0, 43_200.0, 86_400.0, 172_800.0, 604_800.0,
];
/// Ticks of a logarithmic time axis above ten seconds; the first of each kind of unit is a major one.
const LOG_CLOCK: [(f64, bool); 16] = [
    (20.0, false),
    (30.0, false),
    (60.0, true),
    (120.0, false),
    (300.0, false),
    (600.0, true),
    (1_200.0, false),
    (1_800.0, false),
    (3_600.0, true),
    (7_200.0, false),
    (18_000.0, false),
    (36_000.0, true),
    (86_400.0, true),
    (172_800.0, false),
    (432_000.0, false),
    (864_000.0, true),
];

const YEAR: f64 = 31_557_600.0;

/// Returns the step that divides `span` into at most `most` parts.
pub(super) fn step(unit: Unit, span: f64, most: usize) -> f64 {
    let least = span / most.max(1) as f64;
    if unit == Unit::Seconds && least > 0.5 && least <= CLOCK[CLOCK.len() - 1] {
        return CLOCK
            .into_iter()
            .find(|&step| least <= step * (1.0 + 1e-9))
            .unwrap_or(least);
    }
    let base = match unit {
        Unit::Seconds if least > 0.55 * YEAR => YEAR,
        Unit::Seconds if least > 1.0 => 86_400.0,
        // Some an hour are not told in thousandths a second.
        Unit::PerSecond => unit.step_for(span).size.min(1.0),
        _ => 1.0,
    };
    let decade = 10f64.powf((least / base).log10().floor());
    let factor = [1.0, 2.0, 5.0]
        .into_iter()
        .find(|factor| least / base <= factor * decade * (1.0 + 1e-9));
    factor.unwrap_or(10.0) * decade * base
}

/// Returns at most `most + 1` ticks between `low` and `high`, all in one unit.
pub(super) fn linear(unit: Unit, low: f64, high: f64, most: usize) -> Vec<Tick> {
    let step = step(unit, high - low, most);
    if !(step.is_normal() && low.is_finite() && high.is_finite()) {
        return Vec::new();
    }
    let (first, last) = ((low / step - 1e-6).ceil(), (high / step + 1e-6).floor());
    if last < first || last - first > 1_000.0 || first.abs().max(last.abs()) > 1e12 {
        return Vec::new();
    }
    let written = axis_unit(unit, step, low.abs().max(high.abs()));
    let count = (last - first) as usize;
    let values = (0..=count).map(|i| (first + i as f64) * step);
    let label = |value: f64| match value {
        0.0 if unit != Unit::Share => "0".into(),
        _ => format!("{}{}", format::short(round(value / written.size)), written.suffix),
    };
    values
        .map(|value| Tick {
            value,
            is_major: true,
            label: label(value),
        })
        .collect()
}

/// Returns the ticks of a logarithmic axis: decades, with 2 and 5 between them as minor ticks.
pub(super) fn log(unit: Unit, low: f64, high: f64) -> Vec<Tick> {
    let slack = 1.0 + 1e-9;
    let within = |value: f64| low <= value * slack && value <= high * slack;
    let clocked = |value: f64| unit == Unit::Seconds && 10.0 * slack < value && value < 864_000.0 / slack;
    let (first, last) = (low.log10().floor() as i32 - 1, high.log10().ceil() as i32 + 1);
    let scale = |power: i32, factor: f64| {
        // Above ten days the decades are counted in days, as they are labelled.
        let value = factor * power_of_ten(power);
        if unit == Unit::Seconds && 11.0 < value {
            value * 0.864
        } else {
            value
        }
    };
    let mut values: Vec<(f64, bool)> = (first..=last)
        .flat_map(|power| {
            [(1.0, true), (2.0, false), (5.0, false)].map(|(f, major)| (scale(power, f), major))
        })
        .filter(|&(value, _)| !clocked(value))
        .collect();
    if unit == Unit::Seconds {
        values.extend(LOG_CLOCK);
    }
    values.retain(|&(value, _)| within(value));
    values.sort_by(|a, b| a.0.total_cmp(&b.0));
    values.dedup_by(|a, b| (a.0 / b.0 - 1.0).abs() < 1e-6);
    // Shares far below one in a million have more zeros as percentages than anyone counts.
    let is_tiny = unit == Unit::Share && low < 1e-6;
    let written = |value: f64| {
        if is_tiny {
            format::power(value)
        } else {
            format::tick(unit, value)
        }
    };
    values
        .into_iter()
        .map(|(value, is_major)| Tick {
            value,
            is_major,
            label: written(round(value)),
        })
        .collect()
}

/// Returns the range a linear axis should cover: zero, and the first tick that is no less than `high`.
pub(super) fn linear_top(unit: Unit, high: f64, most: usize) -> f64 {
    let step = step(unit, high, most);
    if step.is_normal() {
        (high / step - 1e-6).ceil() * step
    } else {
        high
    }
}

/// One unit for all ticks: the largest one the ticks do not cut into odd fractions.
fn axis_unit(unit: Unit, step: f64, largest: f64) -> &'static number::Step {
    let fits = |candidate: &&number::Step| {
        let parts = step / candidate.size;
        if unit == Unit::Seconds && candidate.size > 1.0 {
            // Half hours are read easily, tenths of an hour are not.
            0.4 < parts && ((2.0 * parts).round() - 2.0 * parts).abs() < 1e-6
        } else {
            0.099 < parts && candidate.from * candidate.size <= largest * (1.0 + 1e-9)
        }
    };
    unit.steps()
        .iter()
        .rev()
        .find(fits)
        .unwrap_or_else(|| unit.step_for(largest))
}

/// Rounds away the noise of floating point, far below anything a tick can show.
fn round(value: f64) -> f64 {
    format!("{value:.8e}").parse().unwrap_or(value)
}

/// Exact where `powi` is a bit off.
fn power_of_ten(power: i32) -> f64 {
    format!("1e{power}").parse().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(ticks: &[Tick]) -> String {
        ticks
            .iter()
            .map(|tick| tick.label.as_str())
            .collect::<Vec<_>>()
            .join(", ")
    }

    #[test]
    fn linear_steps_are_one_two_or_five() {
        assert_eq!(
            labels(&linear(Unit::PerSecond, 0.0, 940.0, 5)),
            "0, 200 /s, 400 /s, 600 /s, 800 /s"
        );
        assert_eq!(
            labels(&linear(Unit::Count, 0.0, 1.0, 5)),
            "0, 0.2, 0.4, 0.6, 0.8, 1"
        );
        assert_eq!(labels(&linear(Unit::Share, 0.0, 1.0, 4)), "0 %, 50 %, 100 %");
        assert_eq!(
            labels(&linear(Unit::Seconds, 0.0, 0.021, 5)),
            "0, 5 ms, 10 ms, 15 ms, 20 ms"
        );
    }

    #[test]
    fn long_times_step_like_a_clock_and_share_one_unit() {
        assert_eq!(
            labels(&linear(Unit::Seconds, 0.0, 1200.0, 6)),
            "0, 5 min, 10 min, 15 min, 20 min"
        );
        assert_eq!(
            labels(&linear(Unit::Seconds, 0.0, 86_400.0, 8)),
            "0, 3 h, 6 h, 9 h, 12 h, 15 h, 18 h, 21 h, 24 h"
        );
        assert_eq!(
            labels(&linear(Unit::Seconds, 0.0, 45.0, 5)),
            "0, 10 s, 20 s, 30 s, 40 s"
        );
        assert_eq!(
            labels(&linear(Unit::Seconds, 0.0, 1.0, 5)),
            "0, 0.2 s, 0.4 s, 0.6 s, 0.8 s, 1 s"
        );
        assert_eq!(
            labels(&linear(Unit::Seconds, 0.0, 864e5, 5)),
            "0, 200 d, 400 d, 600 d, 800 d, 1000 d"
        );
    }

    #[test]
    fn slow_rates_step_in_the_unit_they_are_written_in() {
        let per_hour = |count: f64| count / 3_600.0;
        assert_eq!(
            labels(&linear(Unit::PerSecond, 0.0, per_hour(6.0), 4)),
            "0, 2 /h, 4 /h, 6 /h"
        );
        assert_eq!(
            labels(&linear(Unit::PerSecond, 0.0, 0.5, 5)),
            "0, 0.1 /s, 0.2 /s, 0.3 /s, 0.4 /s, 0.5 /s"
        );
    }

    #[test]
    fn log_ticks_are_decades_with_two_and_five_between() {
        let ticks = log(Unit::Seconds, 0.001, 0.012);
        assert_eq!(labels(&ticks), "1 ms, 2 ms, 5 ms, 10 ms");
        let majors: Vec<f64> = ticks
            .iter()
            .filter(|tick| tick.is_major)
            .map(|tick| tick.value)
            .collect();
        assert_eq!(majors, [0.001, 0.01]);
        assert_eq!(
            labels(&log(Unit::Share, 1e-4, 1e-2)),
            "0.01 %, 0.02 %, 0.05 %, 0.1 %, 0.2 %, 0.5 %, 1 %"
        );
        assert_eq!(
            labels(&log(Unit::Share, 5e-10, 2e-9)),
            "5 × 10⁻¹⁰, 10⁻⁹, 2 × 10⁻⁹"
        );
    }

    #[test]
    fn log_time_above_a_minute_follows_the_clock() {
        assert_eq!(
            labels(&log(Unit::Seconds, 5.0, 700.0)),
            "5 s, 10 s, 20 s, 30 s, 60 s, 2 min, 5 min, 10 min"
        );
    }

    #[test]
    fn hopeless_ranges_have_no_ticks() {
        for (low, high) in [
            (0.0, 0.0),
            (1.0, 1.0),
            (f64::NAN, 1.0),
            (0.0, f64::INFINITY),
            (2.0, 1.0),
        ] {
            assert_eq!(linear(Unit::PerSecond, low, high, 5), []);
        }
    }

    #[test]
    fn a_linear_axis_ends_on_a_tick_at_or_above_the_data() {
        assert!((linear_top(Unit::PerSecond, 940.0, 5) - 1000.0).abs() < 1e-9);
        assert!((linear_top(Unit::PerSecond, 1000.0, 5) - 1000.0).abs() < 1e-9);
    }
}
