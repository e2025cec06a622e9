//! Bounds that many settings have.

use super::{Problems, Spanned};
use crate::units::SimDuration;

/// Returns a number that must not be 0; `what` names it in the message that is added otherwise.
pub fn at_least_one(number: &Spanned<u32>, what: &str, problems: &Problems) -> Option<u32> {
    if **number == 0 {
        let fault = format!("{what} cannot be 0");
        problems.error(&number.span, fault, "here", "write 1 or more");
    }
    (0 < **number).then_some(**number)
}

/// Returns a duration that must not be 0; `what` names it in the message that is added otherwise.
pub fn some_time(time: &Spanned<SimDuration>, what: &str, problems: &Problems) -> Option<SimDuration> {
    let zero = time.as_nanos() == 0;
    if zero {
        let fault = format!("{what} cannot be 0");
        problems.error(&time.span, fault, "here", "write one like \"5 s\"");
    }
    (!zero).then_some(**time)
}
