//! The cases in which promises must be kept: what is different in each of them.

use super::{Scenario, check::is_overloaded};
use crate::{
    model::{
        Deployment, Group, ServicePlan,
        failure::{FaultPlan, Harm, Target},
    },
    rng::{fnv1a64, mix},
    units::SimDuration,
};

/// One case.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// What it is called: `"zone a lost"`.
    pub name: String,
    /// What is different in it.
    pub trouble: Trouble,
}

/// What is different in a case.
#[derive(Clone, Debug, PartialEq)]
pub enum Trouble {
    /// Nothing.
    None,
    /// All servers in the zone of this number have crashed before the run and stay so.
    Zone(usize),
    /// The largest servers of a service have.
    Servers {
        /// The service, by its number.
        service: usize,
        /// How many.
        count: u32,
    },
    /// So many times as many requests come.
    Load(f64),
    /// The fault of this number happens, which does not otherwise.
    Fault(usize),
}

/// A scenario as it is in a case.
#[derive(Clone, Debug)]
pub struct InCase {
    /// What is to be simulated.
    pub scenario: Scenario,
    /// The same without the servers that are lost: what it comes to once everyone has noticed. `None` where nobody surely does,
    /// or where that is no steady state.
    pub settled: Option<Scenario>,
}

impl Scenario {
    /// Returns the scenario as it is in a case of its plan.
    pub fn in_case(&self, case: &Case) -> InCase {
        let mut scenario = self.clone();
        scenario.stamp(&format!("{:?}", case.trouble));
        let kept = |&at: &usize| match case.trouble {
            Trouble::Fault(this) => at == this || !self.is_kept_apart(at),
            _ => !self.is_kept_apart(at),
        };
        let faults = self.deployment.faults.iter().enumerate();
        let faults = faults.filter(|(at, _)| kept(at)).map(|(_, fault)| fault.clone());
        scenario.deployment.faults = faults.collect();
        let lost = match case.trouble {
            Trouble::None => Vec::new(),
            Trouble::Fault(_) => {
                return InCase {
                    scenario,
                    settled: None,
                };
            }
            Trouble::Load(factor) => {
                for workload in &mut scenario.deployment.workloads {
                    workload.arrivals = workload.arrivals.scaled(factor);
                }
                Vec::new()
            }
            Trouble::Zone(zone) => of_zone(&self.deployment, zone),
            Trouble::Servers { service, count } => {
                largest(&self.deployment.services[service], service, count)
            }
        };
        let settled = without(&scenario.deployment, &lost).map(|deployment| Self {
            deployment,
            ..scenario.clone()
        });
        let down = lost
            .iter()
            .map(|lost| lost.down(self.run.duration, &self.deployment));
        scenario.deployment.faults.extend(down.flatten());
        InCase { scenario, settled }
    }

    /// Notes in its digest that a scenario is not what was read any more: what is kept of one must not be taken for the other.
    pub fn stamp(&mut self, what: &str) {
        self.digest = mix(self.digest ^ fnv1a64(what.as_bytes()));
    }

    /// Returns whether more work surely comes to some service than it can do, so that its queue grows for ever. Nobody asks where
    /// that is allowed.
    pub fn is_overloaded(&self) -> bool {
        !self.run.allow_overload && is_overloaded(&self.deployment)
    }

    /// Returns whether a fault happens in a case of its own only.
    fn is_kept_apart(&self, fault: usize) -> bool {
        let mut cases = self.planning.iter().flat_map(|planning| &planning.cases);
        cases.any(|case| case.trouble == Trouble::Fault(fault))
    }
}

/// Servers of one group that are lost.
struct Lost {
    service: usize,
    group: usize,
    /// The number of the first of them in the service.
    first: u32,
    count: u32,
}

impl Lost {
    /// Returns the faults that take them down for the whole run.
    fn down(&self, duration: SimDuration, deployment: &Deployment) -> Vec<FaultPlan> {
        let plan = &deployment.services[self.service];
        let down = |server| FaultPlan {
            at: SimDuration::ZERO,
            from_start: true,
            lasts: duration,
            target: Target::Server {
                service: self.service,
                server,
            },
            target_text: format!("{}:{}.{}", plan.server_kind(), plan.name, server + 1),
            harm: Harm::Crash,
            data_lost: 0.0,
        };
        (self.first..self.first + self.count).map(down).collect()
    }
}

fn first_of(plan: &ServicePlan, group: usize) -> u32 {
    plan.groups[..group].iter().map(|group| group.servers).sum()
}

fn of_zone(deployment: &Deployment, zone: usize) -> Vec<Lost> {
    let services = deployment.services.iter().enumerate();
    let lost = services.flat_map(|(service, plan)| {
        let groups = plan.groups.iter().enumerate();
        groups
            .filter(|(_, group)| group.zone == Some(zone))
            .map(move |(at, group)| Lost {
                service,
                group: at,
                first: first_of(plan, at),
                count: group.servers,
            })
    });
    lost.collect()
}

/// The servers that can do most; of those that can do as much, the first.
fn largest(plan: &ServicePlan, service: usize, count: u32) -> Vec<Lost> {
    let can = |group: &Group| f64::from(group.slots) * group.speed;
    let mut order: Vec<usize> = (0..plan.groups.len()).collect();
    order.sort_by(|&one, &other| can(&plan.groups[other]).total_cmp(&can(&plan.groups[one])));
    let mut left = count;
    let mut lost = Vec::new();
    for group in order {
        let count = left.min(plan.groups[group].servers);
        left -= count;
        lost.push(Lost {
            service,
            group,
            first: first_of(plan, group),
            count,
        });
    }
    lost.retain(|lost| 0 < lost.count);
    lost
}

/// Returns a deployment that never had these servers, where that is what it comes to.
fn without(deployment: &Deployment, lost: &[Lost]) -> Option<Deployment> {
    let mut rest = deployment.clone();
    for lost in lost {
        let plan = &mut rest.services[lost.service];
        let detection = &plan.detection;
        let noticed =
            detection.health_check.is_some() || detection.lease.is_some() || detection.phi_accrual.is_some();
        if !noticed || plan.store.is_some() || plan.zone_local.is_some() {
            return None;
        }
        plan.groups[lost.group].servers -= lost.count;
    }
    for plan in &mut rest.services {
        plan.groups.retain(|group| 0 < group.servers);
    }
    rest.services
        .iter()
        .all(|plan| !plan.groups.is_empty())
        .then_some(rest)
}

#[cfg(test)]
mod tests;
