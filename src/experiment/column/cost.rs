//! What servers cost, and what they draw.

use super::{Estimator, Sheet};
use crate::{
    experiment::results::Unit,
    model::{ServicePlan, ServiceRecord},
};

impl Sheet {
    /// Money per hour, and power. Servers that are down are paid for and draw nothing.
    pub(super) fn cost(&mut self, plan: &ServicePlan, record: &ServiceRecord, span: f64) {
        let Some(cost) = &plan.cost else { return };
        if 0.0 < cost.per_server_hour {
            let money = (0.0 < span).then(|| cost.per_hour(plan.servers()));
            self.push("cost", Unit::PerHour, Estimator::Mean, money);
        }
        if cost.idle_power.is_some() {
            let up = record.health.as_ref().map_or(1.0, |health| health.up);
            let up = up * plan.servers() as f64;
            let busy = record.server_utilisation.iter().sum();
            let drawn = cost.watts(up, busy).filter(|_| 0.0 < span);
            self.push("energy", Unit::Watts, Estimator::Mean, drawn);
        }
    }
}
