//! What is measured of callers that do something about slow and failed answers.

use super::{Estimator, Sheet};
use crate::{
    experiment::results::Unit,
    model::{WorkloadRecord, caller::CallerPlan},
};

impl Sheet {
    /// What a caller does, and what that costs; of each policy only where it is used.
    pub(super) fn caller(&mut self, plan: &CallerPlan, record: &WorkloadRecord) {
        if plan.is_idle() {
            return;
        }
        let (caller, requests) = (&record.caller, record.offered);
        let each = |count: u64| (0 < requests).then(|| count as f64 / requests as f64);
        let mut count = |name: &str, value: Option<f64>| self.push(name, Unit::Count, Estimator::Mean, value);
        count("attempts", each(caller.attempts));
        if let Some(retry) = &plan.retry {
            count("retries", each(caller.retries));
            if retry.budget.is_some() {
                count("retries.denied", each(caller.retries_denied));
            }
        }
        if let Some(hedge) = &plan.hedge {
            count("hedges", each(caller.hedges));
            if hedge.budget.is_some() {
                count("hedges.denied", each(caller.hedges_denied));
            }
        }
        for (name, is_used, held) in [
            ("held.breaker", plan.breaker.is_some(), caller.held_by_breaker),
            (
                "held.concurrency",
                plan.concurrency.is_some(),
                caller.held_by_limit,
            ),
            ("held.rate", plan.rate_limit.is_some(), caller.held_by_rate),
        ] {
            if is_used {
                count(name, each(held));
            }
        }
        let wasted = (0 < caller.work).then(|| caller.wasted as f64 / caller.work as f64);
        self.push("wasted", Unit::Share, Estimator::Mean, wasted);
    }
}
