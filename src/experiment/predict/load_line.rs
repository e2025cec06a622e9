//! The load at which each promise breaks, by the formulas alone.

use super::{
    law::Outlook,
    pool::assess,
    station::Station,
    traffic::{Reach, holds},
};
use crate::{
    experiment::{campaign::workload_name, column::QUANTILES, results::LoadLine},
    model::Group,
    scenario::{Objective, Scenario},
    theory::{
        catalogue::{self, Formula},
        numeric,
    },
    units::{figures, seconds},
};

/// Loads this many times the planned one, or less, are as good as none; and as good as any.
const LEAST: f64 = 1e-3;
const MOST: f64 = 1e6;
/// The relative error of a load line.
const ERROR: f64 = 3e-5;

/// Returns the load at which each objective breaks, where a formula tells, and the load at which services are full,
/// where that is what binds; and the first of all of these, the load line. All workloads grow in proportion.
pub(in crate::experiment) fn load_lines(scenario: &Scenario) -> (Option<LoadLine>, Vec<LoadLine>) {
    let full = fullest(scenario);
    let mut breaks: Vec<(f64, LoadLine)> = Vec::new();
    let mut untold = Vec::new();
    for objective in &scenario.objectives {
        match break_of(scenario, objective, full.map(|(_, factor)| factor)) {
            Answer::Breaks(factor, formula) => {
                let line = line(scenario, objective, factor, formula);
                breaks.extend(line.map(|line| (factor, line)));
            }
            Answer::Never => {}
            Answer::Untold => untold.push(objective.measure.as_str()),
        }
    }
    if let Some((service, factor)) = full {
        let at = first_workload(scenario, service);
        let name = &scenario.deployment.services[service].name;
        let station = Station::new(&scenario.deployment, service, 1.0);
        let when = if station.offered_at_peak() > station.offered() {
            " at the peak"
        } else {
            ""
        };
        let text = match untold.first() {
            Some(measure) => format!("`{name}` is full{when}, if {measure} holds until then"),
            None => format!("`{name}` is full{when}"),
        };
        breaks.extend(at.and_then(|at| {
            let line = LoadLine {
                of: workload_name(&scenario.deployment, at),
                rate: scenario.deployment.workloads[at].arrivals.nature.rate()? * factor,
                breaks: text,
                formula: &catalogue::UTILISATION_LAW,
                leaves_out: station.leaves_out(),
            };
            Some((factor, line))
        }));
    }
    let first = breaks.iter().min_by(|a, b| a.0.total_cmp(&b.0));
    (
        first.map(|(_, line)| line.clone()),
        breaks.iter().map(|(_, line)| line.clone()).collect(),
    )
}

/// The workload by which a service's load is told: the first that is promised something, or the first at all.
fn first_workload(scenario: &Scenario, service: usize) -> Option<usize> {
    let before: Vec<usize> = Reach::before(&scenario.deployment, service).workloads().collect();
    let there = |at: &usize| {
        let nature = &scenario.deployment.workloads[*at].arrivals.nature;
        before.contains(at) && nature.rate().is_some()
    };
    let promised = scenario.objectives.iter();
    let promised = promised.filter_map(|objective| workload_of(scenario, objective));
    promised.chain(0..scenario.deployment.workloads.len()).find(there)
}

/// Returns the workload that an objective is of, if it is of one.
fn workload_of(scenario: &Scenario, objective: &Objective) -> Option<usize> {
    let deployment = &scenario.deployment;
    (0..deployment.workloads.len()).find(|&at| workload_name(deployment, at) == objective.of)
}

/// The service that is full first, and how many times the planned load that takes. Where the load changes over time, a
/// service counts as full when its peak is more than the servers can carry.
fn fullest(scenario: &Scenario) -> Option<(usize, f64)> {
    let services = 0..scenario.deployment.services.len();
    let factors = services.filter_map(|service| {
        let station = Station::new(&scenario.deployment, service, 1.0);
        // Who loses requests is never full; and of attempts that are made twice or cut short, formulas know nothing.
        let tells = !station.loses() && station.shifts().is_none() && !holds(station.plan);
        let offered = station.offered_at_peak().filter(|_| tells)?;
        let whole = station.plan.capacity() / offered;
        let of_group = |group: &Group| {
            Some(f64::from(group.slots) * group.speed / (station.fixed_share(group)? * offered))
        };
        let parts = station.plan.groups.iter().filter_map(of_group);
        let parts = parts.filter(|_| station.has_own_queues());
        Some((service, parts.fold(whole, f64::min)))
    });
    factors
        .filter(|(_, factor)| factor.is_finite())
        .min_by(|a, b| a.1.total_cmp(&b.1))
}

/// What formulas say of an objective under more load.
enum Answer {
    /// It breaks at this many times the planned load.
    Breaks(f64, &'static Formula),
    /// It holds at every load.
    Never,
    /// No formula tells.
    Untold,
}

fn break_of(scenario: &Scenario, objective: &Objective, full: Option<f64>) -> Answer {
    // Of calls and operations, formulas tell no percentiles under other loads.
    let Some(workload) = workload_of(scenario, objective) else {
        return Answer::Untold;
    };
    let service = scenario.deployment.workloads[workload].service;
    let planned = Station::new(&scenario.deployment, service, 1.0);
    let measure = objective.measure.as_str();
    // More load lowers none of these.
    let loses = planned.loses() || planned.around().trouble().is_some();
    if matches!(measure, "throughput" | "goodput") || measure == "availability" && !loses {
        return Answer::Never;
    }
    if planned.offered().is_none() {
        return Answer::Untold;
    }
    let look = |station: Station<'_>| {
        let mut streams = station.streams.iter();
        let at = streams.position(|stream| stream.at == workload)?;
        margin(objective, assess(&station).outlooks.first()?, at)
    };
    // A little load tells whether any formula knows the measure at all.
    let least = LEAST * full.unwrap_or(1.0);
    let Some((first, formula)) = look(planned.under(least)) else {
        return Answer::Untold;
    };
    // Where formulas end, shortly before a service is full, the promise counts as broken.
    let margin_of = |station| look(station).map_or(f64::NEG_INFINITY, |(margin, _)| margin);
    let roughly = |factor: f64| margin_of(planned.under(factor).roughly());
    let finely = |factor: f64| margin_of(planned.under(factor));
    if first < 0.0 {
        return Answer::Breaks(0.0, formula);
    }
    let (mut low, mut high) = (least, full.unwrap_or(1.0));
    while full.is_none() && 0.0 <= roughly(high) {
        (low, high) = (high, 2.0 * high);
        if MOST < high {
            return Answer::Never;
        }
    }
    Answer::Breaks(refined_root(low, high, roughly, finely), formula)
}

/// Returns where `finely` falls through zero, which takes long to work out and is much like `roughly`, which is quick.
fn refined_root(low: f64, high: f64, roughly: impl Fn(f64) -> f64, finely: impl Fn(f64) -> f64) -> f64 {
    let mut root = numeric::root_within(low, high, ERROR, &roughly);
    for _ in 0..4 {
        let (rough, fine) = (roughly(root), finely(root));
        let apart = fine - rough;
        if apart.abs() < ERROR || !apart.is_finite() {
            break;
        }
        let next = numeric::root_within(low, high, ERROR, |factor| roughly(factor) + apart);
        let moved = (next - root).abs();
        root = next;
        // Each step leaves a small part of the last one.
        if moved <= 10.0 * ERROR * root {
            break;
        }
    }
    root
}

/// Returns how far an objective is from breaking by a formula: a logarithm, negative when it is broken; and the formula.
fn margin(objective: &Objective, outlook: &Outlook, at: usize) -> Option<(f64, &'static Formula)> {
    let times = &outlook.times[at];
    let (what, which) = objective
        .measure
        .split_once('.')
        .unwrap_or((&objective.measure, ""));
    let law = match what {
        "response" => &times.response,
        "wait" => &times.wait,
        "availability" => {
            return Some((
                ((1.0 - objective.bound) / (1.0 - outlook.answered)).ln(),
                outlook.formula,
            ));
        }
        _ => return None,
    };
    if which == "mean" {
        return Some(((objective.bound / law.mean).ln(), outlook.formula));
    }
    let (_, q) = QUANTILES.into_iter().find(|(name, _)| *name == which)?;
    // One look at the distribution is cheaper than the percentile.
    let tail = law.tail.as_ref()?;
    Some((((1.0 - q) / tail.at(objective.bound)).ln(), tail.formula))
}

fn line(
    scenario: &Scenario,
    objective: &Objective,
    factor: f64,
    formula: &'static Formula,
) -> Option<LoadLine> {
    let workload = &scenario.deployment.workloads[workload_of(scenario, objective)?];
    // Of shares, only the availability is promised; all else that breaks is a time.
    let bound = if objective.measure == "availability" {
        format!("{} %", figures(objective.bound * 100.0, 5))
    } else {
        seconds(objective.bound)
    };
    Some(LoadLine {
        of: objective.of.clone(),
        rate: workload.arrivals.nature.rate().unwrap_or(0.0) * factor,
        breaks: format!("{} breaks {bound}", objective.measure),
        formula,
        leaves_out: Station::new(&scenario.deployment, workload.service, 1.0).leaves_out(),
    })
}
