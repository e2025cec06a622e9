//! A scenario's formulas alone, without simulating it.

use super::{
    Results,
    campaign::{routes, workload_name},
    column::{Column, names},
    predict,
    results::{Distribution, Measure, Verdict},
};
use crate::{
    model::ServicePlan,
    scenario::{Objective, Scenario},
    stats::Histogram,
    theory::catalogue::Kind,
    units::SimDuration,
};

/// Returns what formulas say of a scenario: the measures of a run with their predictions and without values.
pub fn theory_only(scenario: &Scenario) -> Results {
    let deployment = &scenario.deployment;
    let mut measures: Vec<Measure> = names(deployment).into_iter().map(unmeasured).collect();
    let distribution = |at| Distribution {
        of: workload_name(deployment, at),
        histogram: Histogram::new(),
        theory: Vec::new(),
        formula: None,
    };
    let mut distributions: Vec<_> = (0..deployment.workloads.len()).map(distribution).collect();
    predict::annotate(scenario, &mut measures, &mut distributions);
    let (load_line, capacity) = predict::load_lines(scenario);
    let verdict = |objective: &Objective| {
        let promised = |measure: &&Measure| measure.of == objective.of && measure.name == objective.measure;
        let measure = measures.iter().find(promised)?;
        let told = measure.theory.first();
        let told = told.filter(|told| told.formula.kind != Kind::RuleOfThumb);
        Some(Verdict {
            value: told.map(|told| told.value),
            formula: told.map(|told| told.formula),
            ..Verdict::new(objective, measure)
        })
    };
    let verdicts = scenario.objectives.iter().filter_map(verdict).collect();
    Results {
        scenario: scenario.name.clone(),
        description: scenario.description.clone(),
        digest: scenario.digest,
        seed: scenario.run.seed.0,
        steady: true,
        replications: 0,
        interrupted: false,
        duration: SimDuration::ZERO,
        warmup: SimDuration::ZERO,
        events: 0,
        servers: deployment.services.iter().map(ServicePlan::servers).sum(),
        requests: 0,
        level: scenario.run.level,
        routes: routes(deployment),
        measures,
        verdicts,
        load_line,
        capacity,
        distributions,
        timeline: Vec::new(),
        incidents: None,
        hops: Vec::new(),
        stores: Vec::new(),
        bottleneck: None,
        performability: None,
        baseline: None,
        notes: Vec::new(),
        violations: Vec::new(),
    }
}

fn unmeasured(column: Column) -> Measure {
    Measure {
        of: column.of,
        name: column.name,
        unit: column.unit,
        value: None,
        low: None,
        high: None,
        theory: Vec::new(),
        no_theory: None,
    }
}
