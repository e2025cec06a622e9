//! Checks of an active balancer and its standby.

use super::{check_range, label};
use crate::{
    config::{Problem, Problems, Severity, Spanned},
    model::failure::takeover::Standby,
    scenario::raw_parts::RawBalancer,
};

pub(super) fn check(raw: &RawBalancer, standby: &Spanned<Standby>, problems: &Problems) {
    if 1 < *raw.balancers {
        problems.push(Problem {
            severity: Severity::Error,
            message: "a standby is for one balancer, not for several".to_owned(),
            labels: vec![
                label(&raw.balancers.span, "so many are active at once"),
                label(&standby.span, "one is active, the other waits"),
            ],
            help: Some("leave one of them out".to_owned()),
        });
    }
    if standby.advertisement.as_nanos() == 0 {
        let help = "RFC 9568 has one second; write one from \"10 ms\" to \"40 s\"";
        problems.error(
            &standby.advertisement.span,
            "`advertisement` cannot be 0",
            "here",
            help,
        );
    }
    for (priority, what) in [
        (&standby.priority, "`priority`"),
        (&standby.standby_priority, "`standby_priority`"),
    ] {
        check_range(priority, what, 1, 254, problems);
    }
    if *standby.priority <= *standby.standby_priority {
        problems.push(Problem {
            severity: Severity::Error,
            message: "the standby does not have the lower priority".to_owned(),
            labels: vec![
                label(&standby.priority.span, "the first balancer"),
                label(&standby.standby_priority.span, "the standby"),
            ],
            help: Some(
                "give the first balancer, which is active at the beginning, the higher one".to_owned(),
            ),
        });
    }
}
