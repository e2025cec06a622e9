//! Checks of what the clients of a workload do about slow and failed answers.

use crate::{
    config::Problems,
    model::caller::{CallerPlan, Expired},
    scenario::raw::RawWorkload,
};

pub(super) fn check(raw: &RawWorkload, problems: &Problems) -> CallerPlan {
    if let Some(timeout) = raw.timeout.as_ref().filter(|timeout| timeout.as_nanos() == 0) {
        let help = "write one like \"1 s\", or leave it out for clients who wait for ever";
        problems.error(
            &timeout.span,
            "nothing answers within a `timeout` of 0",
            "here",
            help,
        );
    }
    if let (Some(expired), None) = (&raw.expired, &raw.timeout) {
        let help = "add a `timeout`, or leave `expired` out";
        let fault = "without a `timeout` no attempt expires";
        problems.error(&expired.span, fault, "here", help);
    }
    CallerPlan {
        timeout: raw.timeout.as_ref().map(|timeout| **timeout),
        expired: raw
            .expired
            .as_ref()
            .map_or(Expired::default(), |expired| **expired),
        ..CallerPlan::default()
    }
}
