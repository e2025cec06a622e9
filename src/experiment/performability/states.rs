//! The degraded states of a deployment, how often they occur, and the deployment in each of them.

use std::{collections::BTreeMap, sync::atomic::Ordering};

use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};

use crate::{
    experiment::{
        Conduct,
        campaign::{Window, spec},
        warmup,
    },
    model::{
        DegradedPart, DegradedState, Deployment, ServicePlan, Stay, are_alike, census,
        failure::{FaultPlan, Harm, Target},
    },
    scenario::{PerformabilityPlan, Scenario},
    units::SimDuration,
};

/// Runs over years, from which it is seen how sure the shares are.
const RUNS: u32 = 20;
/// The most states that are simulated.
const MOST_STATES: usize = 200;
const YEAR: f64 = 31_557_600.0;

/// A state and the deployment in it.
pub(super) struct State {
    pub name: String,
    /// The share of time in it.
    pub share: f64,
    /// The same in each run.
    pub shares: Vec<f64>,
    /// How often a year it comes.
    pub visits: f64,
    /// Seconds that it lasts, on average.
    pub lasts: f64,
    pub deployment: Deployment,
}

/// The states that are frequent enough.
pub(super) struct Counted {
    /// The most frequent first.
    pub states: Vec<State>,
    pub years: f64,
    /// The share of time in all others.
    pub cut: f64,
}

/// Counts how often each state occurs; `None` if someone interrupted.
pub(super) fn counted(
    scenario: &Scenario,
    plan: &PerformabilityPlan,
    conduct: &Conduct<'_>,
) -> Option<Counted> {
    let window = Window {
        warmup: warmup::over_years(scenario, plan.years),
        duration: plan.years,
        bucket: plan.years,
    };
    let runs: Vec<Vec<(DegradedState, Stay)>> = (0..RUNS)
        .into_par_iter()
        .with_max_len(1)
        .map(|run| {
            census(
                &scenario.deployment,
                &spec(scenario, window, u64::from(run), conduct),
            )
        })
        .collect();
    if conduct.stop.load(Ordering::Relaxed) {
        return None;
    }
    let seconds = plan.years.as_secs_f64();
    let mut merged: BTreeMap<DegradedState, (Vec<f64>, u64)> = BTreeMap::new();
    for (run, states) in runs.into_iter().enumerate() {
        for (state, stay) in states {
            let (shares, visits) = merged
                .entry(state)
                .or_insert_with(|| (vec![0.0; RUNS as usize], 0));
            shares[run] += stay.seconds / seconds;
            *visits += stay.visits;
        }
    }
    let state = |(state, (shares, visits)): (DegradedState, (Vec<f64>, u64))| {
        let share = shares.iter().sum::<f64>() / f64::from(RUNS);
        State {
            name: name(&scenario.deployment, &state),
            share,
            visits: visits as f64 * YEAR / (seconds * f64::from(RUNS)),
            lasts: share * seconds * f64::from(RUNS) / visits as f64,
            shares,
            deployment: degraded(&scenario.deployment, &state),
        }
    };
    let mut states: Vec<State> = merged.into_iter().map(state).collect();
    states.sort_by(|a, b| b.share.total_cmp(&a.share));
    states.retain(|state| plan.cutoff <= state.share);
    states.truncate(MOST_STATES);
    let kept: f64 = states.iter().map(|state| state.share).sum();
    Some(Counted {
        states,
        years: seconds * f64::from(RUNS) / YEAR,
        cut: (1.0 - kept).max(0.0),
    })
}

/// Returns the deployment in a state from the beginning of measuring on. Nothing else fails, and what balancers believe
/// is part of the state; only outlier ejection, which goes by requests, still finds out more.
fn degraded(deployment: &Deployment, state: &DegradedState) -> Deployment {
    let mut degraded = deployment.clone();
    degraded.faults.clear();
    for service in &mut degraded.services {
        service.failures.clear();
        let outlier_ejection = service.detection.outlier_ejection.take();
        service.detection = crate::model::detection::DetectionPlan {
            outlier_ejection,
            ..Default::default()
        };
    }
    let mut next: BTreeMap<(usize, usize), u32> = BTreeMap::new();
    for part in &state.parts {
        let plan = &deployment.services[part.service];
        let first: u32 = plan.groups[..part.group].iter().map(|group| group.servers).sum();
        let taken = next.entry((part.service, part.group)).or_insert(first);
        let harm = part
            .failure
            .map_or(Harm::Drain, |failure| plan.failures[failure].harm.clone());
        for server in *taken..*taken + part.servers {
            degraded.faults.push(FaultPlan {
                at: SimDuration::ZERO,
                from_start: false,
                lasts: SimDuration::from_secs_f64(100.0 * YEAR),
                target: Target::Server {
                    service: part.service,
                    server,
                },
                target_text: format!("server:{}.{}", plan.name, server + 1),
                harm: harm.clone(),
                data_lost: 0.0,
            });
        }
        *taken += part.servers;
    }
    degraded
}

/// Returns where servers of a group stand. Of groups that are alike it is not told which of them it is.
fn place(plan: &ServicePlan, group: usize) -> String {
    let alike = |other: &usize| are_alike(&plan.groups[group], &plan.groups[*other]);
    let before = (0..group).filter(alike).count();
    let all = (0..plan.groups.len()).filter(alike).count();
    match (&plan.groups[group].name, all, before) {
        _ if plan.groups.len() == 1 => String::new(),
        (_, 2.., 0) => " in one group".to_owned(),
        (_, 2.., 1) => " in a second group".to_owned(),
        (_, 2.., 2) => " in a third group".to_owned(),
        (_, 2.., _) => " in one more group".to_owned(),
        (Some(name), ..) => format!(" in {name}"),
        (None, ..) => format!(" in group {}", group + 1),
    }
}

/// Returns what a state is called.
fn name(deployment: &Deployment, state: &DegradedState) -> String {
    if state.parts.is_empty() {
        return "all well".to_owned();
    }
    let what = |part: &DegradedPart| {
        let harm = part.failure.map(|failure| {
            let plan = &deployment.services[part.service].failures[failure];
            match plan.harm {
                Harm::Crash => "crashed",
                Harm::Hang { .. } => "hanging",
                Harm::Slow { .. } => "slow",
                Harm::Error { .. } => "answering wrongly",
                Harm::Drain | Harm::Partition { .. } | Harm::Surge { .. } => "out of rotation",
            }
        });
        format!("{} {}", part.servers, harm.unwrap_or("out of rotation"))
    };
    let of_group = |parts: &[DegradedPart]| {
        let DegradedPart { service, group, .. } = parts[0];
        let plan = &deployment.services[service];
        let all: Vec<String> = parts.iter().map(what).collect();
        let text = format!("{}{}", all.join(" and "), place(plan, group));
        if deployment.services.len() == 1 {
            text
        } else {
            format!("{}: {text}", plan.name)
        }
    };
    let groups = state
        .parts
        .chunk_by(|a, b| (a.service, a.group) == (b.service, b.group));
    let parts: Vec<String> = groups.map(of_group).collect();
    parts.join(", ")
}
