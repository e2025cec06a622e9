//! A service over years as formulas see it: what fails as one, and how the parts hang together.

use crate::{
    dist::Dist,
    model::{
        ServicePlan,
        failure::{FailurePlan, Harm, Target, Unit, process},
    },
    scenario::Scenario,
    theory::{
        catalogue::{self, Formula},
        common_cause::CommonCause,
        domains::{Domain, Holds, servers_up},
    },
};

/// A way in which the servers of a service go down by themselves.
pub(super) struct Component<'a> {
    pub plan: &'a FailurePlan,
    /// The share of time that a unit is up, as far as this goes.
    pub up: f64,
    /// Failures of a unit per second of its time up.
    pub rate: f64,
    pub units: usize,
}

/// Everything that goes wrong with a service.
pub(super) struct Life<'a> {
    pub plan: &'a ServicePlan,
    pub components: Vec<Component<'a>>,
    /// What faults do that bring servers down on time, and to how many.
    pub sudden: Vec<(&'a Harm, f64)>,
    /// What no formula here knows of, whatever it is about.
    pub doubts: Vec<String>,
}

/// How many servers are up.
pub(super) struct UpLaw {
    pub formula: &'static Formula,
    /// P(exactly so many), from none to all.
    pub exactly: Vec<f64>,
    pub doubts: Vec<String>,
}

impl Component<'_> {
    /// Whether each of its units lives by itself.
    fn is_independent(&self) -> bool {
        let crews = self.plan.crews.is_none_or(|crews| self.units <= crews as usize);
        crews && (self.plan.common_cause == 0.0 || self.units == 1)
    }

    fn is_exponential(&self) -> bool {
        self.plan.after.is_exponential() && self.plan.repair.is_exponential()
    }

    fn chain(&self) -> Option<CommonCause> {
        let crews = self.plan.crews.unwrap_or(u32::MAX);
        let repair = 1.0 / self.plan.repair.mean();
        CommonCause::new(
            self.units as u32,
            self.rate,
            repair,
            crews,
            self.plan.common_cause,
        )
        .ok()
    }

    /// What the share of time up leaves out.
    fn doubt(&self) -> Option<String> {
        let shapes = !self.is_independent() && !self.is_exponential();
        shapes.then(|| "the shapes of the times".to_owned())
    }
}

impl<'a> Life<'a> {
    pub(super) fn new(scenario: &'a Scenario, service: usize) -> Self {
        let plan = &scenario.deployment.services[service];
        let brings_down = |harm: &Harm| matches!(harm, Harm::Crash | Harm::Hang { .. });
        let downs = plan
            .failures
            .iter()
            .filter(|failure| brings_down(&failure.harm) && failure.unit != Unit::Balancer);
        let mut doubts = Vec::new();
        let deployment = &scenario.deployment;
        let faults = deployment.faults.iter();
        let mut faults = faults
            .filter(|fault| deployment.strikes(fault.target, service))
            .peekable();
        if faults.peek().is_some() {
            doubts.push("faults on time".to_owned());
        }
        let sudden = faults.filter(|fault| brings_down(&fault.harm));
        let sudden = sudden
            .map(|fault| (&fault.harm, struck(plan, fault.target)))
            .collect();
        let long = scenario.run.duration.as_secs_f64();
        if downs.clone().any(|failure| keeps_step(&failure.after, long)) {
            doubts.push("that all began new at once".to_owned());
        }
        let component = |failure: &'a FailurePlan| {
            let (after, repair) = (failure.after.mean(), failure.repair.mean());
            let mut component = Component {
                plan: failure,
                up: after / (after + repair),
                rate: 1.0 / after,
                units: process::units(plan, failure.unit).len(),
            };
            if !component.is_independent()
                && let Some(chain) = component.chain()
            {
                component.up = chain.availability();
            }
            component
        };
        Self {
            plan,
            components: downs.map(component).collect(),
            sudden,
            doubts,
        }
    }

    /// Returns the doubts about anything that follows from shares of time up.
    pub(super) fn doubts_of_shares(&self) -> Vec<String> {
        let mut doubts = self.doubts.clone();
        for doubt in self.components.iter().filter_map(Component::doubt) {
            if !doubts.contains(&doubt) {
                doubts.push(doubt);
            }
        }
        doubts
    }

    /// Returns the components that a server of this group goes down with.
    pub(super) fn over(&self, group: usize) -> impl Iterator<Item = &Component<'a>> {
        let stands = self.plan.groups[group].zone.is_some();
        let components = self.components.iter();
        components.filter(move |component| component.plan.unit != Unit::Zone || stands)
    }

    /// Returns the share of time that a server of this group is up.
    pub(super) fn server_up(&self, group: usize) -> f64 {
        self.over(group).map(|component| component.up).product()
    }

    /// Returns how often per second a server of this group goes down.
    pub(super) fn server_failures(&self, group: usize) -> f64 {
        let rates: f64 = self.over(group).map(|component| component.rate).sum();
        self.server_up(group) * rates
    }

    /// Returns the chain of a service whose servers fail in one way only, each as a unit.
    pub(super) fn chain(&self) -> Option<(&Component<'a>, CommonCause)> {
        match self.components.as_slice() {
            [only] if only.plan.unit == Unit::Server => Some((only, only.chain()?)),
            _ => None,
        }
    }

    /// Returns how many servers are up; `None` if there are too many of them.
    pub(super) fn up_law(&self) -> Option<UpLaw> {
        let mut doubts = self.doubts_of_shares();
        if let Some((only, chain)) = self.chain().filter(|(only, _)| !only.is_independent()) {
            let formula = if 0.0 < only.plan.common_cause {
                &catalogue::COMMON_CAUSE
            } else {
                &catalogue::K_OF_N
            };
            let exactly = chain.up();
            return Some(UpLaw {
                formula,
                exactly,
                doubts,
            });
        }
        let mut crews = self
            .components
            .iter()
            .filter(|component| !component.is_independent());
        if crews.next().is_some() {
            doubts.push("that parts wait for crews or fail of one cause together".to_owned());
        }
        Some(UpLaw {
            formula: &catalogue::DOMAINS,
            exactly: servers_up(&self.domain()).ok()?,
            doubts,
        })
    }

    /// The service as a tree of failure domains.
    fn domain(&self) -> Domain {
        let up = |unit: Unit| -> f64 {
            let of = self
                .components
                .iter()
                .filter(|component| component.plan.unit == unit);
            of.map(|component| component.up).product()
        };
        let group = |group: &crate::model::Group| Domain {
            up: up(Unit::Group),
            holds: Holds::Servers {
                count: group.servers,
                up: up(Unit::Server),
            },
        };
        let mut zones: Vec<(usize, Vec<Domain>)> = Vec::new();
        let mut all = Vec::new();
        for plan in &self.plan.groups {
            match (
                plan.zone,
                zones.iter_mut().find(|(zone, _)| Some(*zone) == plan.zone),
            ) {
                (None, _) => all.push(group(plan)),
                (Some(_), Some((_, domains))) => domains.push(group(plan)),
                (Some(zone), None) => zones.push((zone, vec![group(plan)])),
            }
        }
        all.extend(zones.into_iter().map(|(_, domains)| Domain {
            up: up(Unit::Zone),
            holds: Holds::Domains(domains),
        }));
        Domain {
            up: up(Unit::Service),
            holds: Holds::Domains(all),
        }
    }
}

/// Returns how many servers of a service a fault strikes.
fn struck(plan: &ServicePlan, target: Target) -> f64 {
    let servers = match target {
        Target::Server { .. } => 1,
        Target::Group { group, .. } => plan.groups[group].servers,
        Target::Service(_) => plan.servers() as u32,
        Target::Zone(zone) => {
            let groups = plan.groups.iter().filter(|group| group.zone == Some(zone));
            groups.map(|group| group.servers).sum()
        }
        Target::Balancer { .. } | Target::Workload(_) => 0,
    };
    f64::from(servers)
}

/// Whether units that began at once are still in step when measuring begins, or have hardly begun to fail.
fn keeps_step(after: &Dist, duration: f64) -> bool {
    !after.is_exponential() && (after.scv() < 0.2 || duration < 5.0 * after.mean())
}

/// Joins doubts for a reader.
pub(super) fn joined(doubts: &[impl AsRef<str>]) -> Option<String> {
    let (last, others) = doubts.split_last()?;
    let last = last.as_ref();
    if others.is_empty() {
        return Some(last.to_owned());
    }
    let others: Vec<&str> = others.iter().map(AsRef::as_ref).collect();
    Some(format!("{} and {last}", others.join(", ")))
}
