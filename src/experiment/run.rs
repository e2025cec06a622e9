//! One scenario, simulated and held against its formulas.

use super::{
    Conduct, Results, bottleneck,
    campaign::{Campaign, Window, routes, workload_name},
    column::headline,
    durability, performability, predict, remarks,
    results::{Distribution, Measure, TimelineSeries, Verdict},
    warmup,
};
use crate::{
    model::ServicePlan,
    scenario::{Replications, Scenario},
    stats::sequential,
    units::SimDuration,
};

/// Simulates a scenario until it has its replications or its precision.
pub fn run(scenario: &Scenario, conduct: &Conduct<'_>) -> Results {
    let (warmup, note) = warmup::choose(scenario, conduct);
    let mut campaign = Campaign::new(scenario, window(scenario, warmup));
    let mut notes: Vec<String> = note.into_iter().collect();
    let whole = carry_out(&mut campaign, conduct, &mut notes);
    let mut results = Results {
        performability: performability::assess(scenario, warmup, conduct),
        ..results(&campaign, !whole, notes)
    };
    for measure in durability::assess(scenario, conduct) {
        // What is measured of one thing stands together.
        let mut others = results.measures.iter();
        let last = others.rposition(|other| other.of == measure.of);
        let place = last.map_or(results.measures.len(), |last| last + 1);
        results.measures.insert(place, measure);
    }
    results
}

/// Returns the times that every replication has in common.
pub(super) fn window(scenario: &Scenario, warmup: SimDuration) -> Window {
    let duration = scenario.run.duration;
    Window {
        warmup,
        duration,
        bucket: scenario.run.timeline.unwrap_or_else(|| bucket_for(duration)),
    }
}

/// Runs as many replications as the scenario wants; returns whether nobody interrupted.
fn carry_out(campaign: &mut Campaign<'_>, conduct: &Conduct<'_>, notes: &mut Vec<String>) -> bool {
    let (precision, first, cap) = match campaign.scenario.run.replications {
        Replications::Fixed(count) => return campaign.extend_to(count as usize, conduct),
        Replications::Until {
            precision,
            first,
            cap,
        } => (precision, first as usize, cap as usize),
    };
    let mut count = first.min(cap);
    loop {
        if !campaign.extend_to(count, conduct) {
            return false;
        }
        // More replications cannot make a system that fills up precise.
        let Some(need) = need(campaign, precision, count, cap).filter(|_| campaign.is_steady()) else {
            return true;
        };
        if need.next == count {
            let missed = need
                .missed
                .map(|reached| missed_precision(campaign, need.column, reached, precision, count));
            notes.extend(missed);
            return true;
        }
        count = need.next;
    }
}

/// What the headline intervals ask for.
pub(super) struct Need {
    /// How many replications to have in all, next; as many as there are when no more are wanted or allowed.
    pub next: usize,
    /// The column that asks for most.
    pub column: usize,
    /// Its relative half width, where that is too wide and no more replications are allowed.
    pub missed: Option<f64>,
}

/// Returns what the precision of the headline intervals takes; `None` when there are none.
pub(super) fn need(campaign: &Campaign<'_>, precision: f64, count: usize, cap: usize) -> Option<Need> {
    let estimates = headlines(campaign)
        .into_iter()
        .filter_map(|column| Some((column, campaign.estimate(column)?)));
    let needs = estimates.map(|(column, estimate)| Need {
        next: sequential::next_count(&estimate, precision, count, cap),
        column,
        missed: estimate
            .relative_half_width()
            .filter(|_| cap <= count && !sequential::is_precise(&estimate, precision)),
    });
    // Where the cap leaves no difference, the widest is told of.
    needs.max_by(|a, b| {
        let width = |need: &Need| need.missed.unwrap_or(0.0);
        a.next.cmp(&b.next).then(width(a).total_cmp(&width(b)))
    })
}

/// Says that the precision was not reached, and what would do.
pub(super) fn missed_precision(
    campaign: &Campaign<'_>,
    column: usize,
    reached: f64,
    precision: f64,
    count: usize,
) -> String {
    let column = &campaign.columns[column];
    let needed = count as f64 * (reached / precision * (1.0 + precision)).powi(2);
    format!(
        "the precision of {} % was not reached in {count} replications: the interval of {} {} is ±{:.1} % of it; about {:.0} \
         replications would do (`max_replications`), or a longer `duration`",
        crate::units::figures(precision * 100.0, 3),
        column.of,
        column.name,
        reached * 100.0,
        needed.ceil(),
    )
}

/// Returns the columns whose intervals `precision` is about: each workload's mean response, and what is promised; of
/// years, each service's unavailability, and how likely each store loses data.
pub(super) fn headlines(campaign: &Campaign<'_>) -> Vec<usize> {
    let scenario = campaign.scenario;
    if scenario.deployment.is_long() {
        let deployment = &scenario.deployment;
        let services = deployment.services.iter().enumerate();
        return services
            .filter_map(|(at, service)| campaign.column(&service.path(), headline(deployment, at).0))
            .collect();
    }
    let workloads = 0..scenario.deployment.workloads.len();
    let means =
        workloads.filter_map(|at| campaign.column(&workload_name(&scenario.deployment, at), "response.mean"));
    // An availability of 99.9 % is always "precise" relatively; it is the times of requests that take work.
    let timed = |measure: &str| {
        let what = ["response", "wait", "read", "write"];
        what.into_iter().any(|what| measure.starts_with(what))
    };
    let promised = scenario
        .objectives
        .iter()
        .filter(|objective| timed(&objective.measure) && !objective.at_least);
    means
        .chain(promised.filter_map(|objective| campaign.column(&objective.of, &objective.measure)))
        .collect()
}

/// Turns what was collected into results.
pub(super) fn results(campaign: &Campaign<'_>, interrupted: bool, mut notes: Vec<String>) -> Results {
    let scenario = campaign.scenario;
    let deployment = &scenario.deployment;
    notes.extend(remarks::all(campaign));
    let mut measures: Vec<_> = (0..campaign.columns.len())
        .map(|at| campaign.measure(at))
        .collect();
    let distribution = |(at, pooled): (usize, &[crate::stats::Histogram; 2])| Distribution {
        of: workload_name(deployment, at),
        histogram: pooled[0].clone(),
        theory: Vec::new(),
        formula: None,
    };
    let workloads = deployment.workloads.len();
    let pooled = campaign.pooled.iter().take(workloads);
    let mut distributions: Vec<_> = pooled.enumerate().map(distribution).collect();
    predict::annotate(scenario, &mut measures, &mut distributions);
    let (load_line, capacity) = predict::load_lines(scenario);
    let verdict = |objective: &crate::scenario::Objective| {
        let promised = |measure: &&Measure| measure.of == objective.of && measure.name == objective.measure;
        let measure = measures.iter().find(promised)?;
        Some(Verdict::new(objective, measure))
    };
    let verdicts = scenario.objectives.iter().filter_map(verdict).collect();
    let series = |(at, series): (usize, &super::series::Series)| TimelineSeries {
        of: workload_name(deployment, at),
        buckets: series.means(campaign.window.bucket, campaign.window.duration),
    };
    let hops = campaign.hops.report(deployment, scenario.run.level);
    Results {
        scenario: scenario.name.clone(),
        description: scenario.description.clone(),
        digest: scenario.digest,
        seed: scenario.run.seed.0,
        steady: campaign.is_steady(),
        replications: campaign.finished(),
        interrupted,
        duration: campaign.window.duration,
        warmup: campaign.window.warmup,
        events: campaign.events,
        servers: deployment.services.iter().map(ServicePlan::servers).sum(),
        requests: campaign.counts[..workloads].iter().map(|(_, ended)| ended).sum(),
        level: scenario.run.level,
        routes: routes(deployment),
        distributions,
        timeline: campaign.series.iter().enumerate().map(series).collect(),
        bottleneck: bottleneck::find(deployment, &measures, &hops, &campaign.heat),
        hops,
        stores: campaign.loads.results(deployment),
        performability: None,
        baseline: None,
        incidents: campaign.ledger.as_ref().map(|ledger| ledger.report(scenario)),
        measures,
        verdicts,
        load_line,
        capacity,
        notes,
        violations: campaign.violations.clone(),
    }
}

/// Returns a bucket that people can read an axis by: about a hundred of them make the duration.
fn bucket_for(duration: SimDuration) -> SimDuration {
    const STEPS: [f64; 27] = [
        0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0,
        300.0, 600.0, 900.0, 1_800.0, 3_600.0, 7_200.0, 14_400.0, 21_600.0, 43_200.0, 86_400.0,
    ];
    let least = duration.as_secs_f64() / 120.0;
    let step = STEPS.into_iter().find(|&step| least <= step && 0.001 < least);
    // Beyond four months, and below a tenth of a second, plain hundredths will do.
    step.map_or(
        SimDuration::from_nanos((duration.as_nanos() / 100).max(1)),
        SimDuration::from_secs_f64,
    )
}
