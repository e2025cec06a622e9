//! What is measured of a service over years.

use super::{Estimator, Sheet};
use crate::{
    experiment::results::Unit,
    model::{OutageRecord, ServicePlan, ServiceRecord},
    stats::Moments,
};

impl Sheet {
    /// The measures of a service over years.
    pub(super) fn long(
        &mut self,
        plan: &ServicePlan,
        record: &ServiceRecord,
        outage: &OutageRecord,
        span: f64,
    ) {
        // What was not measured for any time has no levels.
        let level = |value: f64| (0.0 < span).then_some(value);
        let rate = |count: u64| Some(count as f64 / span);
        // What a request would meet at a store depends on what it asks for.
        let is_service = plan.store.is_none();
        if is_service {
            let share = Estimator::TimeShare;
            self.push("availability", Unit::Share, share, level(outage.availability));
            self.push(
                "unavailability",
                Unit::Share,
                share,
                level(1.0 - outage.availability),
            );
        }
        if let Some(health) = &record.health {
            self.health(plan, health, span);
        }
        if !plan.detection.is_empty() {
            self.mean("readmission.mean", &outage.readmission);
        }
        self.push(
            "failures",
            Unit::PerSecond,
            Estimator::Events,
            rate(outage.failures),
        );
        self.mean("down.mean", &outage.down);
        if !is_service {
            return;
        }
        self.push(
            "outages",
            Unit::PerSecond,
            Estimator::Events,
            rate(outage.outages),
        );
        self.mean("outage.mean", &outage.outage);
        let longest = (0 < outage.outages).then_some(outage.outage_max);
        self.push("outage.max", Unit::Seconds, Estimator::Largest, longest);
    }

    fn mean(&mut self, name: &str, moments: &Moments) {
        self.push(name, Unit::Seconds, Estimator::Mean, moments.mean());
    }
}
