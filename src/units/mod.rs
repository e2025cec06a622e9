//! Quantities: how numbers cross module boundaries and how people write them.
//!
//! A quantity that exists is valid. Scenario text always carries its unit (`"20 ms"`, `"250 /s"`, `"99.9 %"`),
//! and a bare number is answered with an example of a good one.

mod bytes;
mod power;
mod rate;
mod text;
mod time;

pub use self::{
    bytes::{Bandwidth, Bytes, bytes},
    power::Power,
    rate::{Rate, RateOrZero, Share},
    text::{Quantity, figures, seconds},
    time::{SimDuration, SimTime},
};

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
