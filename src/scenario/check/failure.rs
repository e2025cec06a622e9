//! Checks of how the parts of a service fail by themselves.

use super::{MOST_TABLES, check_range, label};
use crate::{
    config::{Problem, Problems, Severity, Span, Spanned},
    model::{
        Group,
        failure::{FailurePlan, Harm, Unit},
    },
    scenario::{raw::RawService, raw_failure::RawFailure, raw_store::RawStore},
    units::Share,
};

/// Whose failures they are.
pub(super) struct Owner<'a> {
    name: &'a Spanned<String>,
    failures: &'a [RawFailure],
    /// How many balancers stand in front; a store has none.
    fronts: Option<u32>,
}

impl<'a> From<&'a RawService> for Owner<'a> {
    fn from(raw: &'a RawService) -> Self {
        let balancers = *raw.balancer.balancers;
        Self {
            name: &raw.name,
            failures: raw.failure.as_deref().unwrap_or_default(),
            fronts: Some(if raw.balancer.standby.is_some() {
                2
            } else {
                balancers
            }),
        }
    }
}

impl<'a> From<&'a RawStore> for Owner<'a> {
    fn from(raw: &'a RawStore) -> Self {
        Self {
            name: &raw.name,
            failures: raw.failure.as_deref().unwrap_or_default(),
            fronts: None,
        }
    }
}

/// Checks the failures of a service or a store; its groups are `None` if they could not be read.
pub(super) fn check<'a>(
    owner: impl Into<Owner<'a>>,
    groups: Option<&[Group]>,
    problems: &Problems,
) -> Vec<FailurePlan> {
    let owner = owner.into();
    let failures = owner.failures;
    if MOST_TABLES < failures.len() {
        let help = format!("{MOST_TABLES} is the most");
        problems.error(&owner.name.span, "this has too many failures", "here", help);
        return Vec::new();
    }
    for failure in failures {
        check_one(failure, problems);
        check_data_lost(
            &failure.data_lost,
            &failure.harm,
            owner.fronts.is_none(),
            problems,
        );
        if let Some(groups) = groups {
            check_unit(failure, groups, owner.fronts, problems);
        }
    }
    let plan = |raw: &RawFailure| FailurePlan {
        harm: raw.harm.value.clone(),
        unit: *raw.of,
        after: raw.after.value.clone(),
        repair: raw.repair.value.clone(),
        crews: raw.crews.as_ref().map(|crews| **crews),
        common_cause: raw.common_cause.get(),
        data_lost: raw.data_lost.get(),
    };
    failures.iter().map(plan).collect()
}

fn check_one(raw: &RawFailure, problems: &Problems) {
    if !RawFailure::may_come(raw.harm.name()) {
        let fault = format!("`{}` does not come by itself", raw.harm.name());
        let help = "make it a `[[fault]]`, with the time at which it begins";
        problems.error(&raw.harm.span, fault, "here", help);
    }
    if raw.after.mean() <= 0.0 {
        let fault = "units that fail `after` no time are never up";
        let help = "write how long they work, like `{ distribution = \"exponential\", mean = \"30 d\" }`";
        problems.error(&raw.after.span, fault, "here", help);
    }
    if raw.repair.mean() <= 0.0 {
        let fault = "a `repair` that takes no time leaves nothing to see";
        let help = "write how long it takes, like \"4 min\"";
        problems.error(&raw.repair.span, fault, "here", help);
    }
    if let Some(crews) = &raw.crews {
        check_range(crews, "the number of `crews`", 1, u32::MAX, problems);
    }
    if 1.0 <= raw.common_cause.get() {
        let fault = "with a `common_cause` of 100 % no unit fails by itself";
        let help = "5 % to 20 % are usual; use `of = \"service\"` for what always fails as one";
        problems.error(&raw.common_cause.span, fault, "here", help);
    }
}

/// Checks that there is data to lose where some is lost.
pub(super) fn check_data_lost(
    lost: &Spanned<Share>,
    harm: &Spanned<Harm>,
    is_store: bool,
    problems: &Problems,
) {
    if lost.get() == 0.0 {
        return;
    }
    if !is_store {
        let help = "leave `data_lost` out, or describe a `[[store]]`";
        problems.error(&lost.span, "only stores have data to lose", "here", help);
    } else if !matches!(**harm, Harm::Crash) {
        problems.push(Problem {
            severity: Severity::Error,
            message: "data is lost only with a crash".to_owned(),
            labels: vec![
                label(&harm.span, "this is done to it"),
                label(&lost.span, "and this lost"),
            ],
            help: Some("use `mode = \"crash\"`, or leave `data_lost` out".to_owned()),
        });
    }
}

/// Checks what fails as one: that it is there, and that the harm can be done to it.
fn check_unit(raw: &RawFailure, groups: &[Group], fronts: Option<u32>, problems: &Problems) {
    let zones = groups.iter().filter_map(|group| group.zone);
    let count = match *raw.of {
        Unit::Server => groups.iter().map(|group| u64::from(group.servers)).sum(),
        Unit::Group => groups.len() as u64,
        Unit::Zone => zones.collect::<std::collections::BTreeSet<_>>().len() as u64,
        Unit::Service => 1,
        Unit::Balancer => u64::from(fronts.unwrap_or(u32::MAX)),
    };
    if count == 0 {
        let (fault, help) = match fronts {
            Some(_) => (
                "the servers of this service stand in no zone",
                "give the service or its groups a `zone`, and add `[[zone]]` tables",
            ),
            None => (
                "the nodes of this store stand in no zone",
                "add `[[zone]]` tables",
            ),
        };
        problems.error(&raw.of.span, fault, "here", help);
    } else if count == 1 && 0.0 < raw.common_cause.get() {
        let fault = "a single unit shares its failures with no other";
        let help = "leave `common_cause` out, or choose smaller units with `of`";
        problems.warning(&raw.common_cause.span, fault, "no effect", help);
    }
    if *raw.of == Unit::Balancer && fronts.is_none() {
        let help = "leave `of` out for nodes that fail by themselves";
        problems.error(
            &raw.of.span,
            "no balancer stands in front of a store",
            "here",
            help,
        );
    } else if *raw.of == Unit::Balancer {
        check_balancer(&raw.harm.value, &raw.harm.span, problems);
    }
}

/// Balancers crash and hang; the rest is for servers.
pub(super) fn check_balancer(harm: &Harm, span: &Span, problems: &Problems) {
    if !matches!(harm, Harm::Crash | Harm::Hang { .. }) {
        let fault = format!("`{}` is not for a balancer", harm.name());
        let help = "a balancer can `crash` or `hang`";
        problems.error(span, fault, "here", help);
    }
}
