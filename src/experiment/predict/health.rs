//! What formulas say of servers that fail while requests come: how many are up, and who notices when.

use super::{
    life::Life,
    tell::Teller,
    years::{Notice, noticing, servers},
};
use crate::{model::detection::health_check::Probe, scenario::Scenario};

/// A run is long where it takes so many repairs: the beginning, when all servers are up, is of no account then.
const LONG: f64 = 100.0;

/// Puts beside the measures of a service's servers what formulas say of them.
pub(super) fn annotate(scenario: &Scenario, service: usize, teller: &mut Teller<'_>) {
    let mut life = Life::new(scenario, service);
    let detection = &scenario.deployment.services[service].detection;
    let mut notice = Notice::new(detection);
    if detection.outlier_ejection.is_some() {
        notice.doubts.push("ejections".to_owned());
    }
    let probe = detection.health_check.as_ref().map(|check| check.probe);
    if probe.is_some() && scenario.deployment.network.is_some() {
        notice.doubts.push("the time that messages take".to_owned());
    }
    if probe == Some(Probe::Request) {
        notice.doubts.push("checks that wait for busy servers".to_owned());
    }
    noticing(scenario, &life, &notice, teller);
    let duration = scenario.run.duration.as_secs_f64();
    let mut repairs = life
        .components
        .iter()
        .map(|component| component.plan.repair.mean());
    if repairs.any(|repair| duration < LONG * repair) {
        life.doubts.push("that all servers are up at first".to_owned());
    }
    if !life.components.is_empty() {
        servers(&life, teller);
    }
}
