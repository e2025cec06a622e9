//! What formulas say of a service over years: who is up, who notices, and what a request would meet.

use super::{
    data,
    life::{Component, Life, joined},
    tell::Teller,
};
use crate::{
    experiment::results::Measure,
    model::{
        detection::{DetectionPlan, health_check::Probe},
        failure::{Harm, Unit, process},
    },
    scenario::Scenario,
    theory::{
        active_standby::{ActiveStandby, Pair},
        catalogue::{self, Formula},
        detection::{self, HealthCheck, Spread},
        unnoticed::{self, Part},
    },
};

/// A failure shorter than detection is never noticed; so few of them are of no account.
const NEGLIGIBLE: f64 = 1e-6;

/// Puts beside each measure of years what formulas say of it, or why none does.
pub(super) fn annotate(scenario: &Scenario, measures: &mut [Measure]) {
    for (service, plan) in scenario.deployment.services.iter().enumerate() {
        let mut teller = Teller {
            of: plan.path(),
            measures: &mut *measures,
        };
        let life = Life::new(scenario, service);
        data::annotate(scenario, service, &life, &mut teller);
        if life.components.is_empty() {
            continue;
        }
        servers(&life, &mut teller);
        let notice = Notice::new(&plan.detection);
        noticing(scenario, &life, &notice, &mut teller);
        requests(&life, &notice, &mut teller);
    }
}

/// How servers are, whoever knows it.
pub(super) fn servers(life: &Life<'_>, teller: &mut Teller<'_>) {
    let doubts = joined(&life.doubts_of_shares());
    let (mut up, mut failures, mut count) = (0.0, 0.0, 0.0);
    for (at, group) in life.plan.groups.iter().enumerate() {
        let servers = f64::from(group.servers);
        up += servers * life.server_up(at);
        failures += servers * life.server_failures(at);
        count += servers;
    }
    let renewal = &catalogue::RENEWAL;
    teller.predict("up", renewal, up / count, doubts.as_ref());
    teller.predict("failures", renewal, failures, doubts.as_ref());
    teller.predict("down.mean", renewal, (count - up) / failures, doubts.as_ref());
    if let Some(law) = life.up_law() {
        let doubts = joined(&law.doubts);
        let mut at_least = 0.0;
        for (number, exactly) in law.exactly.iter().enumerate().skip(1).rev() {
            at_least += exactly;
            teller.predict(
                &format!("up.{number}"),
                law.formula,
                at_least.min(1.0),
                doubts.as_ref(),
            );
        }
    }
}

/// How the one detector of a service notices.
pub(super) struct Notice<'a> {
    plan: &'a DetectionPlan,
    /// The formula and the model, where there is one.
    known: Result<(&'static Formula, Option<HealthCheck>), &'static str>,
    pub(super) doubts: Vec<String>,
}

impl<'a> Notice<'a> {
    pub(super) fn new(plan: &'a DetectionPlan) -> Self {
        let mut doubts = Vec::new();
        let known = match (&plan.health_check, &plan.lease, &plan.phi_accrual) {
            (None, None, None) => Err("nobody looks after the servers"),
            (Some(check), None, None) => {
                if 0.0 < check.jitter.get() {
                    doubts.push("the jitter of the checks".to_owned());
                }
                if check
                    .fast_interval
                    .as_deref()
                    .is_some_and(|fast| *fast != *check.interval)
                {
                    doubts.push("the `fast_interval`".to_owned());
                }
                if 0 < check.work.as_nanos() {
                    doubts.push("the time that checks take".to_owned());
                }
                let (interval, timeout) = (check.interval.as_secs_f64(), check.timeout.as_secs_f64());
                let model = HealthCheck::new(interval, timeout, *check.fall, *check.rise);
                model
                    .map(|model| (&catalogue::HEALTH_CHECK, Some(model)))
                    .map_err(|_| "checks without a rhythm")
            }
            (None, Some(_), None) => Ok((&catalogue::LEASE, None)),
            (None, None, Some(_)) => Err("suspicion depends on the last intervals"),
            _ => Err("several detectors"),
        };
        Self { plan, known, doubts }
    }

    /// Returns the time after which a failure is noticed; `None` if it never is.
    fn after(&self, harm: &Harm) -> Option<Spread> {
        let (_, model) = self.known.ok()?;
        match (model, harm) {
            (Some(model), Harm::Crash) => Some(model.crash()),
            (Some(model), _) => {
                let probe = self.plan.health_check.as_ref().map(|check| check.probe);
                (probe == Some(Probe::Request)).then(|| model.hang())
            }
            (None, _) => {
                let lease = self.plan.lease.as_ref()?;
                detection::lease(lease.interval.as_secs_f64(), *lease.missed).ok()
            }
        }
    }

    /// Returns the time after which a server that is up again is in rotation.
    fn back(&self, life: &Life<'_>) -> Option<(f64, Vec<String>)> {
        let check = self.plan.health_check.as_ref()?;
        let (_, model) = self.known.ok()?;
        let mut doubts = self.doubts.clone();
        let hangs = |component: &Component<'_>| matches!(component.plan.harm, Harm::Hang { .. });
        if life.components.iter().any(hangs) {
            doubts.push("checks that are under way when a server is up again".to_owned());
        }
        let spread = match &check.down_interval {
            Some(down) => {
                let timeout = check.timeout.as_secs_f64();
                HealthCheck::new(down.as_secs_f64(), timeout, *check.fall, *check.rise).ok()?
            }
            None => model?,
        };
        Some((spread.recovery().mean(), doubts))
    }
}

/// How long it takes until balancers know.
pub(super) fn noticing(scenario: &Scenario, life: &Life<'_>, notice: &Notice<'_>, teller: &mut Teller<'_>) {
    let formula = match notice.known {
        Ok((formula, _)) => formula,
        Err(reason) => {
            teller.explain("detection.mean", reason);
            teller.explain("readmission.mean", reason);
            return;
        }
    };
    let mut doubts = life.doubts_of_shares();
    doubts.extend(notice.doubts.clone());
    let (mut sum, mut weights) = (0.0, 0.0);
    for component in &life.components {
        let Some(delay) = notice.after(&component.plan.harm) else {
            continue;
        };
        let struck = process::units(life.plan, component.plan.unit);
        let weight = component.rate * struck.iter().map(Vec::len).sum::<usize>() as f64;
        sum += weight * delay.mean();
        weights += weight;
        let brief = "failures that are over before they are noticed".to_owned();
        if NEGLIGIBLE < component.plan.repair.cdf(delay.most) && !doubts.contains(&brief) {
            doubts.push(brief);
        }
    }
    let once = scenario.run.duration.as_secs_f64().recip();
    for (harm, servers) in &life.sudden {
        if let Some(delay) = notice.after(harm) {
            sum += once * servers * delay.mean();
            weights += once * servers;
        }
    }
    // With several of them, one may come while a server is out already, or strike many servers at once.
    if 1 < life.components.len() {
        doubts.push("failures of what is down already".to_owned());
    }
    teller.predict("detection.mean", formula, sum / weights, joined(&doubts).as_ref());
    if let Some((mean, more)) = notice.back(life) {
        teller.predict("readmission.mean", formula, mean, joined(&more).as_ref());
    }
}

/// What requests would meet.
fn requests(life: &Life<'_>, notice: &Notice<'_>, teller: &mut Teller<'_>) {
    let mut doubts = life.doubts_of_shares();
    let others = life.plan.failures.iter();
    if others
        .clone()
        .any(|failure| matches!(failure.harm, Harm::Error { .. }))
    {
        doubts.push("answers with errors".to_owned());
    }
    if others.clone().any(|failure| failure.unit == Unit::Balancer) {
        doubts.push("failures of balancers".to_owned());
    }
    let mut say = |formula: &'static Formula, lost: f64, doubts: &[String]| {
        let doubts = joined(doubts);
        teller.predict("availability", formula, 1.0 - lost, doubts.as_ref());
        teller.predict("unavailability", formula, lost, doubts.as_ref());
    };
    let watched = life
        .components
        .iter()
        .any(|one| notice.after(&one.plan.harm).is_some());
    if notice.plan.is_empty() || notice.known.is_ok() && !watched {
        // Nobody is ever taken out of rotation, so requests go to all, and none to the backups.
        let (mut down, mut weights) = (0.0, 0.0);
        for (at, group) in life
            .plan
            .groups
            .iter()
            .enumerate()
            .filter(|(_, group)| !group.backup)
        {
            let weight = f64::from(group.servers) * f64::from(group.weight);
            down += weight * (1.0 - life.server_up(at));
            weights += weight;
        }
        say(&catalogue::RENEWAL, down / weights, &doubts);
        if life.plan.groups.iter().all(|group| !group.backup) {
            outages(life, &[], teller);
        }
        return;
    }
    if let Err(reason) = notice.known {
        teller.explain("availability", reason);
        teller.explain("unavailability", reason);
        return;
    }
    let Some(none) = life.up_law().map(|law| law.exactly[0]) else {
        return;
    };
    if let Some(lost) = pair(life, notice) {
        let mut doubts = doubts.clone();
        doubts.push("the time until returns are noticed".to_owned());
        say(&catalogue::ACTIVE_STANDBY, lost, &doubts);
        return;
    }
    doubts.extend(notice.doubts.clone());
    doubts.push("the time until returns are noticed".to_owned());
    say(
        &catalogue::UNNOTICED,
        none + unnoticed::lost(parts(life, notice)),
        &doubts,
    );
    outages(life, &["the time until returns are noticed"], teller);
}

/// Returns what is sent to units that are down, and others could have taken.
fn parts(life: &Life<'_>, notice: &Notice<'_>) -> Vec<Part> {
    let servers = life.plan.groups.iter();
    let weight = |group: &crate::model::Group| {
        if group.backup {
            0.0
        } else {
            f64::from(group.weight)
        }
    };
    let weights: Vec<f64> = servers
        .flat_map(|group| std::iter::repeat_n(weight(group), group.servers as usize))
        .collect();
    let all: f64 = weights.iter().sum();
    let has_backups = life.plan.groups.iter().any(|group| group.backup);
    let mut parts = Vec::new();
    for component in &life.components {
        // What is never noticed is lost for as long as it lasts.
        let noticed = notice
            .after(&component.plan.harm)
            .map_or(component.plan.repair.mean(), |delay| delay.mean());
        for unit in process::units(life.plan, component.plan.unit) {
            let share = unit.iter().map(|&server| weights[server as usize]).sum::<f64>() / all;
            // Where nobody else is left, all is lost for as long as it lasts, and that is counted already.
            if share < 1.0 || has_backups {
                let failures = component.up * component.rate;
                parts.push(Part {
                    failures,
                    share,
                    noticed,
                });
            }
        }
    }
    parts
}

/// Returns what an active server and its backup lose.
fn pair(life: &Life<'_>, notice: &Notice<'_>) -> Option<f64> {
    let [active, backup] = life.plan.groups.as_slice() else {
        return None;
    };
    let (only, _) = life.chain().filter(|(only, _)| only.plan.common_cause == 0.0)?;
    if (active.servers, backup.servers, active.backup, backup.backup) != (1, 1, false, true) {
        return None;
    }
    let pair = Pair {
        failure_rate: only.rate,
        standby_failure_rate: only.rate,
        repair_rate: 1.0 / only.plan.repair.mean(),
        crews: only.plan.crews.unwrap_or(2).min(2),
        coverage: 1.0,
        takeover: notice.after(&only.plan.harm)?.mean(),
        by_hand: 1.0,
    };
    ActiveStandby::new(&pair).ok().map(|chain| chain.unavailability())
}

/// How often nobody is up, and for how long; with what more that leaves out.
fn outages(life: &Life<'_>, more: &[&str], teller: &mut Teller<'_>) {
    let Some((only, chain)) = life.chain() else { return };
    let formula = if 0.0 < only.plan.common_cause {
        &catalogue::COMMON_CAUSE
    } else {
        &catalogue::K_OF_N
    };
    let mut doubts = life.doubts_of_shares();
    if !(only.plan.after.is_exponential() && only.plan.repair.is_exponential()) {
        doubts.push("the shapes of the times".to_owned());
        doubts.dedup();
    }
    doubts.extend(more.iter().map(|&doubt| doubt.to_owned()));
    let doubts = joined(&doubts);
    teller.predict("outages", formula, chain.outages(), doubts.as_ref());
    teller.predict("outage.mean", formula, chain.mean_outage(), doubts.as_ref());
}
