//! What passes through a station: how much is answered, and how busy that keeps the servers.

use super::{
    law::Outlook,
    one_queue::Reason,
    pool::{Assessment, both},
    station::Station,
    traffic::holds,
};
use crate::{
    model::{Group, QueuePlace, ServicePlan, balancer::Law as Policy},
    scenario::Scenario,
    theory::catalogue::{self, Formula, Kind},
};

/// How many requests are answered.
pub(super) struct Flow {
    pub formula: &'static Formula,
    pub answered: f64,
    pub lost_as: Option<&'static str>,
    pub leaves_out: Option<String>,
    /// The requests of all clients in a second, or the bound on it, where they wait for answers.
    pub rounds: Option<f64>,
}

/// Returns how many requests of a station's workloads are answered.
pub(super) fn of(
    scenario: &Scenario,
    station: &Station<'_>,
    assessment: &Assessment,
) -> Result<Flow, Reason> {
    if station.loses() {
        let outlook = assessment.outlooks.first();
        let outlook = outlook.ok_or_else(|| assessment.reason.clone().unwrap_or_default())?;
        return Ok(Flow {
            formula: outlook.formula,
            answered: outlook.answered,
            lost_as: outlook.lost_as,
            leaves_out: outlook.leaves_out.clone(),
            rounds: None,
        });
    }
    if let Some(outlook) = assessment.outlooks.first()
        && outlook.rounds.is_some()
    {
        return Ok(Flow {
            formula: of_closed(outlook),
            answered: 1.0,
            lost_as: None,
            leaves_out: station.leaves_out(),
            rounds: outlook.rounds,
        });
    }
    if let Some(reason) = station.defies().or_else(|| station.around().trouble()) {
        return Err(reason.to_owned());
    }
    balance(scenario, station)?;
    Ok(Flow {
        formula: &catalogue::FLOW_BALANCE,
        answered: 1.0,
        lost_as: None,
        leaves_out: both(doubt(station.plan), station.leaves_out()),
        rounds: None,
    })
}

/// The formula of a closed loop's throughput: a bound on the response is one on the throughput, from the other side.
fn of_closed(outlook: &Outlook) -> &'static Formula {
    if outlook.formula.kind == Kind::Exact {
        outlook.formula
    } else {
        &catalogue::ASYMPTOTIC_THROUGHPUT
    }
}

/// Whether what comes in goes out again in the long run, and the run is such a one.
fn balance(scenario: &Scenario, station: &Station<'_>) -> Result<(), Reason> {
    if let Some(reason) = station.shifts() {
        return Err(reason.to_owned());
    }
    if let Some(reason) = station.unsteady(scenario.run.duration.as_secs_f64()) {
        return Err(reason.to_owned());
    }
    let offered = station.offered().ok_or("arrivals wait for answers")?;
    let full = "more load than the servers can carry";
    let is_full = |at: usize| {
        let offered = station.beside(at).offered();
        offered.is_none_or(|offered| scenario.deployment.services[at].capacity() <= offered)
    };
    if station.before().services().any(is_full) {
        return Err(full.to_owned());
    }
    let fits = |group: &Group| {
        let share = station.fixed_share(group);
        share.is_none_or(|share| share * offered < f64::from(group.slots) * group.speed)
    };
    if station.has_own_queues() && !station.plan.groups.iter().all(fits) {
        return Err(full.to_owned());
    }
    Ok(())
}

/// What flow balance takes for granted of a policy: that it drowns no server while others are idle.
fn doubt(plan: &ServicePlan) -> Option<String> {
    let fair = match plan.balancer.law {
        Policy::WeightedSplit | Policy::RoundRobin | Policy::ShortestQueue | Policy::LeastWork => true,
        Policy::PowerOfD(_) | Policy::JoinIdle => plan.is_homogeneous(),
        Policy::Other => false,
    };
    let central = plan.queue.at == QueuePlace::Balancer || plan.servers() == 1;
    let fair = fair && plan.zone_local.is_none();
    (!fair && !central).then(|| "whether each server keeps up with its part".to_owned())
}

/// The mean number of busy slots, the formula that says so and what it leaves out.
pub(super) fn busy(
    scenario: &Scenario,
    station: &Station<'_>,
    assessment: &Assessment,
) -> Result<(&'static Formula, f64, Option<String>), Reason> {
    let exact = assessment
        .outlooks
        .iter()
        .find(|outlook| outlook.formula.kind == Kind::Exact && outlook.leaves_out == station.leaves_out());
    if station.loses() {
        let outlook = exact.ok_or_else(|| assessment.reason.clone().unwrap_or_default())?;
        return Ok((outlook.formula, outlook.busy, station.leaves_out()));
    }
    if let Some(outlook) = assessment.outlooks.first()
        && outlook.rounds.is_some()
    {
        return Ok((of_closed(outlook), outlook.busy, station.leaves_out()));
    }
    if holds(station.plan) {
        return Err("slots are held while calls are under way".to_owned());
    }
    balance(scenario, station)?;
    let busy = match (exact, station.speed(), station.offered()) {
        (Some(outlook), ..) => outlook.busy,
        (None, Some(speed), Some(offered)) => offered / speed,
        _ => return Err("servers of different speeds".to_owned()),
    };
    let leaves_out = both(doubt(station.plan), station.leaves_out());
    Ok((&catalogue::UTILISATION_LAW, busy, leaves_out))
}
