//! When: a time of the day or a time since the beginning, as a profile gives them.

use crate::{
    config::{Node, Problems, Shape, Tree, Value},
    units::{Quantity, SimDuration},
};

/// A time of the day, or a time since the beginning.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Moment {
    pub(super) since: SimDuration,
    pub(super) of_day: bool,
}

impl Value for Moment {
    fn shape() -> Shape {
        Shape::OneOf(vec![Shape::Text, SimDuration::shape()])
    }
    fn read(node: &Node, problems: &Problems) -> Option<Self> {
        let help = "write a time of the day like \"08:30\", or a duration like \"90 min\", in quotes";
        let Tree::Text(text) = &node.tree else {
            let fault = format!("expected a time, found {}", node.kind());
            problems.error(&node.span, fault, "here", help);
            return None;
        };
        let moment = if text.contains(':') {
            time_of_day(text).map(|seconds| Self {
                since: SimDuration::from_nanos(seconds * 1_000_000_000),
                of_day: true,
            })
        } else {
            SimDuration::parse(text)
                .ok()
                .map(|since| Self { since, of_day: false })
        };
        if moment.is_none() {
            problems.error(&node.span, format!("`{text}` is not a time"), "here", help);
        }
        moment
    }
}

/// Reads `HH:MM` or `HH:MM:SS`, up to `24:00`, in seconds.
fn time_of_day(text: &str) -> Option<u64> {
    let mut parts = text.split(':');
    let mut part = |limit: u64| {
        let text = parts.next()?;
        let plain = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        let number: u64 = text.parse().ok()?;
        (plain && number <= limit).then_some(number)
    };
    let (hour, minute) = (part(24)?, part(59)?);
    let second = if text.matches(':').count() == 2 {
        part(59)?
    } else {
        0
    };
    let seconds = hour * 3_600 + minute * 60 + second;
    (parts.next().is_none() && seconds <= 86_400).then_some(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_the_day_are_read() {
        let cases = [
            ("00:00", Some(0)),
            ("8:30", Some(30_600)),
            ("23:59:59", Some(86_399)),
            ("24:00", Some(86_400)),
            ("24:01", None),
            ("12:60", None),
            ("12", None),
            ("+1:00", None),
            ("1:2:3:4", None),
            ("12:", None),
        ];
        for (text, expected) in cases {
            assert_eq!(time_of_day(text), expected, "{text}");
        }
    }
}
