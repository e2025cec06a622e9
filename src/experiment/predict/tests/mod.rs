//! Each situation with the value that its formula gives, worked out apart, and neighbours where it must not be applied.

mod batches;
mod failures;
mod load;
mod network;
mod pools;
mod queues;
mod retrials;

use crate::{
    dist::Dist,
    experiment::{
        Results,
        fixture::{mm1, workload},
        theory_only,
    },
    model::{
        Group, Popularity, QueuePlace, ServicePlan, Skew, WorkloadPlan,
        arrival::{Count, Nature},
        balancer::Law,
        discipline::Order,
    },
    scenario::{Objective, Scenario},
    theory::catalogue::Kind,
    units::SimDuration,
};

fn exponential(mean: f64) -> Dist {
    Dist::exponential(mean).unwrap()
}

/// Changes to a scenario.
type Edit<'a> = &'a dyn Fn(&mut Scenario);

fn with(edits: &[Edit<'_>]) -> Scenario {
    let mut scenario = mm1();
    for edit in edits {
        edit(&mut scenario);
    }
    scenario
}

fn service(scenario: &mut Scenario) -> &mut ServicePlan {
    &mut scenario.deployment.services[0]
}
/// This many servers, and as many times the load.
fn servers(count: u32) -> impl Fn(&mut Scenario) {
    move |scenario| {
        service(scenario).groups[0].servers = count;
        for workload in &mut scenario.deployment.workloads {
            if let Nature::Poisson { rate } = &mut workload.arrivals.nature {
                *rate *= f64::from(count);
            }
        }
    }
}
fn law(law: Law) -> impl Fn(&mut Scenario) {
    move |scenario| service(scenario).balancer.law = law
}
fn work(work: Dist) -> impl Fn(&mut Scenario) {
    move |scenario| service(scenario).work = work.clone()
}
fn order(order: Order) -> impl Fn(&mut Scenario) {
    move |scenario| service(scenario).queue.discipline.order = order
}
fn nature(nature: Nature) -> impl Fn(&mut Scenario) {
    move |scenario| scenario.deployment.workloads[0].arrivals.nature = nature.clone()
}
fn gaps(gap: Dist) -> impl Fn(&mut Scenario) {
    nature(Nature::Renewal { gap })
}
fn capacity(capacity: u32) -> impl Fn(&mut Scenario) {
    move |scenario| service(scenario).queue.capacity = Some(capacity)
}
fn patience(patience: Dist) -> impl Fn(&mut Scenario) {
    move |scenario| scenario.deployment.workloads[0].patience = Some(patience.clone())
}
/// A second workload of 10 /s.
fn second(change: impl Fn(&mut WorkloadPlan)) -> impl Fn(&mut Scenario) {
    move |scenario| {
        let mut more = workload("b", 10.0);
        change(&mut more);
        scenario.deployment.workloads.push(more);
    }
}
fn central(scenario: &mut Scenario) {
    service(scenario).queue.at = QueuePlace::Balancer;
}
fn promise(measure: &'static str, bound: f64) -> impl Fn(&mut Scenario) {
    move |scenario| {
        scenario.objectives.push(Objective {
            of: format!("workload.{}", scenario.deployment.workloads[0].name),
            measure: measure.to_owned(),
            bound,
            at_least: measure == "availability",
        });
    }
}

/// Everything that is said of a measure: `"= 0.050000 M/M/1"`, or the reason why nothing is.
fn said(results: &Results, of: &str, name: &str) -> Vec<String> {
    let measure = results
        .measures
        .iter()
        .find(|measure| measure.of == of && measure.name == name)
        .unwrap();
    let predictions = measure.theory.iter().map(|prediction| {
        let but = prediction.leaves_out.as_deref();
        let but = but.map_or(String::new(), |but| format!(" but {but}"));
        let (kind, name) = (prediction.formula.kind.mark(), prediction.formula.name);
        format!("{kind} {:.6} {name}{but}", prediction.value)
    });
    predictions.chain(measure.no_theory.clone()).collect()
}

#[track_caller]
fn check(scenario: &Scenario, expected: &[(&str, &str, String)]) {
    let results = theory_only(scenario);
    for (of, name, text) in expected {
        let of = if of.len() == 1 {
            format!("workload.{of}")
        } else {
            format!("service.{of}")
        };
        assert_eq!(said(&results, &of, name).join("; "), *text, "{of} {name}");
    }
}
fn text(mark: char, value: f64, formula: &str) -> String {
    format!("{mark} {value:.6} {formula}")
}
fn exact(value: f64, formula: &str) -> String {
    text('=', value, formula)
}
/// The fixed point of a map that pulls together.
fn fixed_point(map: impl Fn(f64) -> f64) -> f64 {
    (0..2_000).fold(0.5, |x, _| map(x))
}
