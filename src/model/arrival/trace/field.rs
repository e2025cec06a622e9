//! The fields of one line of a trace file, and what each of them means.

use std::ops::Range;

use crate::{
    rng::fnv1a64,
    units::{Quantity, SimDuration},
};

/// What is wrong with a field, and the way out.
pub(super) type Wrong = (String, &'static str);

/// Finds the fields of a line, without the space around them and the quotes; `false` if a quote is not closed.
pub(super) fn split(line: &[u8], fields: &mut Vec<Range<usize>>) -> bool {
    fields.clear();
    let (mut begin, mut quoted) = (0, false);
    for (at, &byte) in line.iter().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b',' if !quoted => {
                fields.push(inner(line, begin..at));
                begin = at + 1;
            }
            _ => {}
        }
    }
    fields.push(inner(line, begin..line.len()));
    !quoted
}

fn inner(line: &[u8], range: Range<usize>) -> Range<usize> {
    let field = &line[range.clone()];
    let begin = range.start + field.len() - field.trim_ascii_start().len();
    let field = field.trim_ascii();
    if 2 <= field.len() && field.starts_with(b"\"") && field.ends_with(b"\"") {
        begin + 1..begin + field.len() - 1
    } else {
        begin..begin + field.len()
    }
}

/// A field as a message shows it: not too long, and legible.
pub(super) fn shown(field: &[u8]) -> String {
    let text = String::from_utf8_lossy(&field[..field.len().min(60)]);
    text.chars()
        .map(|c| if c.is_control() { '\u{FFFD}' } else { c })
        .collect()
}

/// The end of the simulated clock, in seconds.
const SECONDS_MAX: u64 = 9_200_000_000;

pub(super) fn read_time(field: &[u8], what: &str) -> Result<SimDuration, Wrong> {
    if let Some(nanos) = read_decimal(field) {
        return Ok(SimDuration::from_nanos(nanos));
    }
    let help = "write seconds, like 12.5, or a duration, like 12.5 ms";
    let text = std::str::from_utf8(field).unwrap_or("");
    let seconds = match text.parse::<f64>() {
        Ok(seconds) => Some(seconds).filter(|seconds| (0.0..SECONDS_MAX as f64).contains(seconds)),
        Err(_) => SimDuration::parse(text).ok().map(SimDuration::as_secs_f64),
    };
    let fault = || (format!("`{}` is no {what}", shown(field)), help);
    seconds.map(SimDuration::from_secs_f64).ok_or_else(fault)
}

/// Reads plain digits with or without a point, exactly: seconds since 1970 have too many places for floating point.
fn read_decimal(field: &[u8]) -> Option<u64> {
    let mut halves = field.splitn(2, |&byte| byte == b'.');
    let (whole, part) = (halves.next()?, halves.next().unwrap_or_default());
    let plain = |digits: &[u8]| digits.iter().all(u8::is_ascii_digit);
    if whole.is_empty() || !plain(whole) || !plain(part) {
        return None;
    }
    let digit = |number: u64, &byte: &u8| number.checked_mul(10)?.checked_add(u64::from(byte - b'0'));
    let seconds = whole
        .iter()
        .try_fold(0, digit)
        .filter(|&seconds| seconds < SECONDS_MAX)?;
    // What is finer than a nanosecond is dropped.
    let nanos = part
        .iter()
        .chain(std::iter::repeat(&b'0'))
        .take(9)
        .try_fold(0, digit)?;
    Some(seconds * 1_000_000_000 + nanos)
}

pub(super) fn read_key(field: &[u8]) -> u64 {
    let number = std::str::from_utf8(field).ok().and_then(|text| text.parse().ok());
    number.unwrap_or_else(|| fnv1a64(field))
}

pub(super) fn read_class(field: &[u8]) -> Result<u8, Wrong> {
    let number = std::str::from_utf8(field).ok().and_then(|text| text.parse().ok());
    number.ok_or_else(|| {
        (
            format!("`{}` is no class", shown(field)),
            "write a whole number from 0 to 255",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_are_read_to_the_nanosecond() {
        let cases: [(&[u8], Option<u64>); 10] = [
            (b"1700000000.123456789", Some(1_700_000_000_123_456_789)),
            (b"0.1", Some(100_000_000)),
            (b"3.", Some(3_000_000_000)),
            (b"1e-3", Some(1_000_000)),
            (b"1.0000000019", Some(1_000_000_001)),
            (b"-1", None),
            (b"nan", None),
            (b"99999999999999999999", None),
            (b"", None),
            (b"9300000000", None),
        ];
        for (text, expected) in cases {
            let got = read_time(text, "timestamp").ok().map(SimDuration::as_nanos);
            assert_eq!(got, expected, "{}", shown(text));
        }
    }
}
