//! Checks of `[performability]`: that there are failures, and requests that meet them.

use super::check_range;
use crate::{
    config::Problems,
    model::{Deployment, failure::Unit},
    scenario::{PerformabilityPlan, raw::RawScenario},
};

/// The largest share of time that a state may have and be left out.
const LARGEST_CUTOFF: f64 = 0.1;

pub(super) fn check(
    raw: &RawScenario,
    deployment: &Deployment,
    problems: &Problems,
) -> Option<PerformabilityPlan> {
    let raw = raw.performability.as_ref()?;
    let mut failures = deployment.services.iter().flat_map(|service| &service.failures);
    if failures.all(|failure| failure.unit == Unit::Balancer) {
        let help = "add `[[service.failure]]` tables to the services, or leave `[performability]` out";
        let fault = "no server fails by itself, so every year is like the run";
        problems.error(&raw.span, fault, "needs failures", help);
    } else if deployment.is_long() {
        let help = "add a `[[workload]]`, or leave `[performability]` out";
        problems.error(&raw.span, "nobody sends requests", "needs a workload", help);
    }
    if raw.years.as_nanos() == 0 {
        let help = "write how long failures are watched in each run, like \"20 y\"";
        problems.error(&raw.years.span, "`years` cannot be 0", "here", help);
    }
    if LARGEST_CUTOFF < raw.cutoff.get() {
        let help = "a year is hardly the sum of what is left then; \"0.0001 %\" is usual";
        problems.error(&raw.cutoff.span, "this `cutoff` is too large", "here", help);
    }
    check_range(
        &raw.replications,
        "the number of replications",
        1,
        1_000,
        problems,
    );
    Some(PerformabilityPlan {
        years: *raw.years,
        cutoff: raw.cutoff.get(),
        replications: *raw.replications,
    })
}
