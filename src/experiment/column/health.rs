//! What is measured where something can fail.

use super::{Estimator, LISTED_SERVERS, Sheet};
use crate::{
    experiment::{recovery::Recovery, results::Unit},
    model::{HealthRecord, ServicePlan, WorkloadRecord},
};

impl Sheet {
    /// Requests that crashed servers refused or lost, or that were answered with an error.
    pub(super) fn failed(&mut self, record: &WorkloadRecord) {
        let ended = record.ended();
        let share = (0 < ended).then(|| record.failed as f64 / ended as f64);
        self.push("failed", Unit::Share, Estimator::Mean, share);
    }

    /// How a workload came out of the faults.
    pub(super) fn recovery(&mut self, recovery: Option<Recovery>) {
        let (time, came_back) = match recovery {
            Some(Recovery::After(seconds)) => (Some(seconds), Some(1.0)),
            Some(Recovery::Never) => (None, Some(0.0)),
            None => (None, None),
        };
        self.push("recovery", Unit::Seconds, Estimator::WhereAll, time);
        self.push("recovered", Unit::Share, Estimator::Mean, came_back);
    }

    /// How the servers of a service were, and what its balancers knew of it.
    pub(super) fn health(&mut self, plan: &ServicePlan, record: &HealthRecord, span: f64) {
        let level = |value: f64| (0.0 < span).then_some(value);
        self.push("up", Unit::Share, Estimator::TimeShare, level(record.up));
        for k in thresholds(plan.servers()) {
            // From the small side, so that many shares near nothing do not add up their rounding errors.
            let fewer: f64 = record.time_with.iter().take(k).sum();
            let value = level((1.0 - fewer).clamp(0.0, 1.0));
            self.push(format!("up.{k}"), Unit::Share, Estimator::TimeShare, value);
        }
        if plan.detection.is_empty() {
            return;
        }
        self.push(
            "detection.mean",
            Unit::Seconds,
            Estimator::Mean,
            record.detection.mean(),
        );
        self.push(
            "false_alarms",
            Unit::Count,
            Estimator::Mean,
            level(record.false_alarms as f64),
        );
    }
}

/// Returns of which numbers of servers it is told how long at least that many were up: of all, or, where there are
/// many, of 1, of some shares of them, of all but one and of all.
pub(in crate::experiment) fn thresholds(servers: usize) -> Vec<usize> {
    if servers <= LISTED_SERVERS {
        return (1..=servers).collect();
    }
    let shares = [50, 75, 90, 95, 99].map(|percent| (servers * percent).div_ceil(100));
    let mut all = vec![1];
    all.extend(shares);
    all.extend([servers - 1, servers]);
    all.sort_unstable();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_numbers_of_a_few_servers_are_told_and_some_of_many() {
        assert_eq!(thresholds(1), [1]);
        assert_eq!(thresholds(3), [1, 2, 3]);
        assert_eq!(thresholds(32).len(), 32);
        assert_eq!(thresholds(33), [1, 17, 25, 30, 32, 33]);
        assert_eq!(thresholds(1_000), [1, 500, 750, 900, 950, 990, 999, 1_000]);
    }
}
