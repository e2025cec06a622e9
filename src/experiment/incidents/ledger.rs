//! What went wrong is gathered, replication by replication.

use super::{Effect, FailureReport, FaultReport, IncidentRow, Incidents, Source};
use crate::{
    model::{
        Cause, Deployment, Incident, Record, Toll,
        failure::{FailurePlan, Harm, Target, Unit},
    },
    scenario::Scenario,
    stats::Estimate,
    units::SimTime,
};

/// Incidents that are listed one by one, of all replications together.
const LISTED: usize = 10_000;

/// What is collected of incidents, replication by replication.
#[derive(Debug)]
pub(in crate::experiment) struct Ledger {
    replications: usize,
    rows: Vec<IncidentRow>,
    unlisted: u64,
    faults: Vec<Sums>,
    failures: Vec<Sums>,
}

/// The values of one source of incidents, one for each replication that has one.
#[derive(Clone, Debug, Default)]
struct Sums {
    incidents: u64,
    ended: u64,
    noticed: u64,
    failovers: u64,
    restored: u64,
    count: Vec<f64>,
    noticed_after: Vec<f64>,
    failover_after: Vec<f64>,
    restored_after: Vec<f64>,
    failed: Vec<f64>,
    failed_unnoticed: Vec<f64>,
    late: Vec<f64>,
    rescued: Vec<f64>,
}

impl Ledger {
    /// Returns an empty one; `None` where nothing can go wrong, or so much over years that only measures tell it.
    pub(in crate::experiment) fn new(deployment: &Deployment) -> Option<Self> {
        if deployment.is_long() {
            return None;
        }
        let (faults, failures) = (deployment.faults.len(), kinds(deployment).count());
        (0 < faults + failures).then(|| Self {
            replications: 0,
            rows: Vec::new(),
            unlisted: 0,
            faults: vec![Sums::default(); faults],
            failures: vec![Sums::default(); failures],
        })
    }

    /// Adds what went wrong in one replication.
    pub(in crate::experiment) fn add(&mut self, deployment: &Deployment, record: &Record) {
        let mut faults: Vec<Vec<&Incident>> = vec![Vec::new(); self.faults.len()];
        let mut failures: Vec<Vec<&Incident>> = vec![Vec::new(); self.failures.len()];
        self.unlisted += record.incidents_forgotten;
        for incident in &record.incidents {
            let source = source(deployment, incident.cause);
            match source {
                Source::Fault(at) => faults[at].push(incident),
                Source::Failure(at) => failures[at].push(incident),
            }
            if self.rows.len() < LISTED {
                let target = target(deployment, incident.cause);
                self.rows.push(IncidentRow::new(
                    self.replications,
                    source,
                    target,
                    incident,
                    record.begin,
                ));
            } else {
                self.unlisted += 1;
            }
        }
        let all = faults.iter().chain(&failures);
        for (sums, incidents) in self.faults.iter_mut().chain(&mut self.failures).zip(all) {
            sums.add(incidents);
        }
        self.replications += 1;
    }

    /// Returns what there is to tell.
    pub(in crate::experiment) fn report(&self, scenario: &Scenario) -> Incidents {
        let (deployment, level) = (&scenario.deployment, scenario.run.level);
        let fault = |(plan, sums): (&crate::model::failure::FaultPlan, &Sums)| FaultReport {
            mode: plan.harm.name(),
            target: plan.target_text.clone(),
            servers: match plan.harm {
                // Its servers go on, and its own balancers send to them.
                Harm::Partition { .. } => 0,
                _ => struck(deployment, plan.target),
            },
            at: plan.at.as_secs_f64(),
            lasts: plan.lasts.as_secs_f64(),
            effect: sums.effect(level),
        };
        let failure = |((service, plan), sums): ((usize, &FailurePlan), &Sums)| FailureReport {
            mode: plan.harm.name(),
            of: deployment.services[service].path(),
            unit: plan.unit.word(),
            count: Estimate::from_replications(&sums.count, level),
            effect: sums.effect(level),
        };
        Incidents {
            faults: deployment.faults.iter().zip(&self.faults).map(fault).collect(),
            failures: kinds(deployment).zip(&self.failures).map(failure).collect(),
            rows: self.rows.clone(),
            unlisted: self.unlisted,
        }
    }
}

impl Sums {
    /// Adds the incidents of one replication.
    fn add(&mut self, incidents: &[&Incident]) {
        let mut toll = Toll::default();
        let mut unnoticed = 0;
        let (mut noticed, mut failovers, mut restored) = (Vec::new(), Vec::new(), Vec::new());
        for incident in incidents {
            self.incidents += 1;
            self.ended += u64::from(incident.ended.is_some());
            let after = |from: SimTime, to: Option<SimTime>| Some(to?.since(from).as_secs_f64());
            noticed.extend(after(incident.began, incident.noticed));
            failovers.extend(after(incident.began, incident.failover));
            restored.extend(incident.ended.and_then(|ended| after(ended, incident.restored)));
            toll = toll.plus(&incident.toll);
            unnoticed += incident.unnoticed.failed;
        }
        self.noticed += noticed.len() as u64;
        self.failovers += failovers.len() as u64;
        self.restored += restored.len() as u64;
        let mean =
            |times: &[f64]| (!times.is_empty()).then(|| times.iter().sum::<f64>() / times.len() as f64);
        self.noticed_after.extend(mean(&noticed));
        self.failover_after.extend(mean(&failovers));
        self.restored_after.extend(mean(&restored));
        self.count.push(incidents.len() as f64);
        self.failed.push(toll.failed as f64);
        self.failed_unnoticed.push(unnoticed as f64);
        self.late.push(toll.late as f64);
        self.rescued.push(toll.rescued as f64);
    }

    fn effect(&self, level: f64) -> Effect {
        let mean = |values: &[f64]| Estimate::from_replications(values, level);
        Effect {
            incidents: self.incidents,
            ended: self.ended,
            noticed: self.noticed,
            noticed_after: mean(&self.noticed_after),
            failovers: self.failovers,
            failover_after: mean(&self.failover_after),
            restored: self.restored,
            restored_after: mean(&self.restored_after),
            failed: mean(&self.failed),
            failed_unnoticed: mean(&self.failed_unnoticed),
            late: mean(&self.late),
            rescued: mean(&self.rescued),
        }
    }
}

impl IncidentRow {
    fn new(replication: usize, source: Source, target: String, incident: &Incident, begin: SimTime) -> Self {
        let since = |time: SimTime| (time.as_nanos() as f64 - begin.as_nanos() as f64) / 1e9;
        Self {
            replication,
            source,
            target,
            servers: incident.servers,
            began: since(incident.began),
            noticed: incident.noticed.map(since),
            failover: incident.failover.map(since),
            ended: incident.ended.map(since),
            restored: incident.restored.map(since),
            offered: incident.toll.offered,
            failed: incident.toll.failed,
            failed_unnoticed: incident.unnoticed.failed,
            late: incident.toll.late,
            rescued: incident.toll.rescued,
        }
    }
}

/// Every kind of failure that comes by itself, with its service.
fn kinds(deployment: &Deployment) -> impl Iterator<Item = (usize, &FailurePlan)> {
    let services = deployment.services.iter().enumerate();
    services.flat_map(|(at, service)| service.failures.iter().map(move |plan| (at, plan)))
}

fn source(deployment: &Deployment, cause: Cause) -> Source {
    match cause {
        Cause::Fault(at) => Source::Fault(at),
        Cause::Failure { service, plan, .. } => {
            let before = deployment.services[..service].iter();
            Source::Failure(before.map(|service| service.failures.len()).sum::<usize>() + plan)
        }
    }
}

fn struck(deployment: &Deployment, target: Target) -> u32 {
    let services = &deployment.services;
    match target {
        Target::Server { .. } => 1,
        Target::Group { service, group } => services[service].groups[group].servers,
        Target::Service(service) => services[service].servers() as u32,
        Target::Zone(zone) => {
            let groups = services.iter().flat_map(|service| &service.groups);
            groups
                .filter(|group| group.zone == Some(zone))
                .map(|group| group.servers)
                .sum()
        }
        Target::Balancer { .. } | Target::Workload(_) => 0,
    }
}

/// Returns the name of what an incident struck, written as the target of a fault.
fn target(deployment: &Deployment, cause: Cause) -> String {
    let (service, plan, unit) = match cause {
        Cause::Fault(at) => return deployment.faults[at].target_text.clone(),
        Cause::Failure {
            service, plan, unit, ..
        } => (&deployment.services[service], plan, unit as usize),
    };
    let (name, kind) = (&service.name, service.kind());
    match service.failures[plan].unit {
        Unit::Server => format!("{}:{name}.{}", service.server_kind(), unit + 1),
        Unit::Group => match service.groups.get(unit).and_then(|group| group.name.as_ref()) {
            Some(group) => format!("group:{name}.{group}"),
            None => format!("group:{name}.{}", unit + 1),
        },
        Unit::Zone => {
            let mut zones: Vec<usize> = Vec::new();
            for zone in service.groups.iter().filter_map(|group| group.zone) {
                if !zones.contains(&zone) {
                    zones.push(zone);
                }
            }
            let zone = zones.get(unit).and_then(|&zone| deployment.zones.get(zone));
            zone.map_or_else(|| format!("{kind}:{name}"), |zone| format!("zone:{zone}"))
        }
        Unit::Service => format!("{kind}:{name}"),
        Unit::Balancer => format!("balancer:{name}.{}", unit + 1),
    }
}
