//! What formulas leave out of a station.

use super::{life::joined, station::Station};
use crate::model::failure::Target;

impl Station<'_> {
    /// Returns what goes on at the station that no formula for queues knows of, and that leaves it much as it is otherwise.
    pub(super) fn leaves_out(&self) -> Option<String> {
        let (deployment, plan) = (self.deployment(), self.plan);
        let faults = || deployment.faults.iter().map(|fault| fault.target);
        let surges = |target| match target {
            Target::Workload(struck) => self.before().workloads().any(|at| at == struck),
            _ => false,
        };
        let checks = plan.detection.health_check.as_ref();
        let all = [
            ("failures", !plan.failures.is_empty()),
            (
                "faults",
                faults().any(|target| deployment.strikes(target, self.service())),
            ),
            ("surges", faults().any(surges)),
            (
                "failures of other services",
                self.is_in_graph() && self.others_fail(),
            ),
            (
                "whether slots that are held during calls are enough",
                self.around().holds(),
            ),
            (
                "that some servers are backups",
                plan.groups.iter().any(|group| group.backup),
            ),
            (
                "the work of health checks",
                checks.is_some_and(|check| 0 < check.work.as_nanos()),
            ),
        ];
        let told: Vec<&str> = all
            .into_iter()
            .filter(|(_, is)| *is)
            .map(|(what, _)| what)
            .collect();
        joined(&told)
    }
    /// Returns whether other services that requests come from or go on to may fail.
    fn others_fail(&self) -> bool {
        let mut services = self.around().services().collect::<Vec<_>>();
        services.retain(|&at| at != self.service());
        services.into_iter().any(|at| self.deployment().can_fail(at))
    }
}
