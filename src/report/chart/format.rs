//! How the numbers on an axis are written; those with a meaning of their own are written as everywhere (`number`).

use super::Unit;

/// Writes the value of a tick by itself, without digits that say nothing: `5 ms`, `0.1 %`.
pub(super) fn tick(unit: Unit, value: f64) -> String {
    let step = unit.step_for(value);
    format!("{}{}", short(value / step.size), step.suffix)
}

/// Writes a number by its power of ten: `10⁻⁸`, `5 × 10⁻⁹`, and `1` for 1.
pub(super) fn power(value: f64) -> String {
    let text = format!("{value:e}");
    let (digits, power) = text.split_once('e').unwrap_or((&text, "0"));
    let raised = |c: char| match c.to_digit(10) {
        Some(digit) => ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'][digit as usize],
        None => '⁻',
    };
    let ten: String = power.chars().map(raised).collect();
    match (digits, power) {
        (digits, "0") => digits.to_owned(),
        ("1", _) => format!("10{ten}"),
        (digits, _) => format!("{digits} × 10{ten}"),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_written_without_idle_digits() {
        for (unit, number, expected) in [
            (Unit::Seconds, 0.005, "5 ms"),
            (Unit::Seconds, 600.0, "10 min"),
            (Unit::Share, 0.0001, "0.01 %"),
            (Unit::Share, 1e-5, "0.001 %"),
            (Unit::PerSecond, 2000.0, "2000 /s"),
            (Unit::Count, 50_000.0, "50 k"),
            (Unit::Count, 1e20, "1e11 G"),
        ] {
            assert_eq!(tick(unit, number), expected);
        }
        for (number, expected) in [
            (1.0, "1"),
            (1e-9, "10⁻⁹"),
            (5e-10, "5 × 10⁻¹⁰"),
            (0.2, "2 × 10⁻¹"),
        ] {
            assert_eq!(power(number), expected);
        }
        assert_eq!(percentile(0.999), "p99.9");
        assert_eq!(percentile(0.5), "p50");
    }
}
