//! The data of stores over years, beside a run of requests: a run is far too short for losses.
//!
//! Where a store asks for it, the same deployment is simulated without its workloads and without faults on time, and what
//! that tells of its data is put among the measures of the run.

use super::{
    Conduct,
    campaign::{Campaign, Window},
    predict,
    results::Measure,
    warmup,
};
use crate::{
    model::Deployment,
    scenario::{Replications, Scenario},
    units::SimDuration,
};

/// How often and for how long.
const RUNS: u32 = 20;
const YEARS: f64 = 10.0 * 31_557_600.0;
/// What is told of a store's data; who can be reached is told of the requests themselves.
const ABOUT: [&str; 3] = ["durability.", "repair.", "incomplete"];

/// Returns the measures of the data of all stores that ask for them; none if none does, or someone interrupts.
pub(super) fn assess(scenario: &Scenario, conduct: &Conduct<'_>) -> Vec<Measure> {
    let deployment = &scenario.deployment;
    let asks = |path: &str| {
        let mut services = deployment.services.iter();
        services.any(|service| {
            let store = service.store.as_ref();
            store.is_some_and(|store| store.measures_durability) && service.path() == path
        })
    };
    if deployment.is_long() || !deployment.services.iter().any(|service| asks(&service.path())) {
        return Vec::new();
    }
    let quiet = over_years(scenario);
    let duration = quiet.run.duration;
    let window = Window {
        warmup: warmup::over_years(&quiet, duration),
        duration,
        bucket: duration,
    };
    let mut campaign = Campaign::new(&quiet, window);
    if !campaign.extend_to(RUNS as usize, conduct) {
        return Vec::new();
    }
    let mut measures: Vec<Measure> = (0..campaign.columns.len())
        .map(|at| campaign.measure(at))
        .collect();
    predict::annotate(&quiet, &mut measures, &mut []);
    let told =
        |measure: &Measure| asks(&measure.of) && ABOUT.iter().any(|about| measure.name.starts_with(about));
    measures.retain(told);
    measures
}

/// The scenario without its workloads, over years.
fn over_years(scenario: &Scenario) -> Scenario {
    let mut quiet = scenario.clone();
    quiet.deployment = Deployment {
        workloads: Vec::new(),
        faults: Vec::new(),
        ..quiet.deployment
    };
    quiet.objectives.clear();
    quiet.run.duration = SimDuration::from_secs_f64(YEARS);
    quiet.run.replications = Replications::Fixed(RUNS);
    quiet
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        experiment::tests::conducted,
        model::{ServicePlan, WorkloadPlan},
        scenario::from_str,
    };

    fn read(text: &str) -> Scenario {
        from_str("shop", text, &[]).unwrap().scenario
    }

    /// A shop with a workload, and a store beside it that nothing is sent to.
    fn shop(measure: bool) -> Scenario {
        let mut shop = read(
            r#"
            [run]
            duration = "1 min"
            replications = 2
            [[workload]]
            name = "shoppers"
            to = "web"
            arrivals = { process = "poisson", rate = "5 /s" }
            [[service]]
            name = "web"
            servers = 1
            work = "10 ms"
            "#,
        );
        let mut store: ServicePlan = read(
            r#"
            [run]
            duration = "1 y"
            [[store]]
            name = "orders"
            nodes = 3
            shards = 1
            repair = { shard = "1 GB", bandwidth = "1 GB/s", after = "30 d" }
            failure = [{ mode = "crash", after = "100 d", repair = "1 d", data_lost = "100 %" }]
            "#,
        )
        .deployment
        .services
        .remove(0);
        store.failures[0].after = crate::dist::Dist::exponential(8.64e6).unwrap();
        if let Some(store) = &mut store.store {
            store.measures_durability = measure;
        }
        shop.deployment.services.push(store);
        shop
    }

    #[test]
    fn what_years_tell_of_a_store_stands_among_the_measures_of_a_run_if_it_is_asked_for() {
        let results = |measure| conducted(1, |conduct| crate::experiment::run(&shop(measure), conduct));
        let asked = results(true);
        assert!(asked.find("workload.shoppers", "response.mean").is_some());
        let loss = asked.find("store.orders", "durability.loss").unwrap();
        let (value, low, high) = (loss.value.unwrap(), loss.low.unwrap(), loss.high.unwrap());
        // Three nodes, 100 days of life and one of repair: 3/100 · 2/100 · 1/100 · 1/2 a day, less than in a thousand days.
        assert!(
            (2e-5..3e-3).contains(&value) && low < value && value < high,
            "{loss:?}"
        );
        assert!(!loss.theory.is_empty());
        assert!(asked.find("store.orders", "repair.bytes").is_some());
        assert!(results(false).find("store.orders", "durability.loss").is_none());
        let none: Vec<WorkloadPlan> = over_years(&shop(true)).deployment.workloads;
        assert!(none.is_empty());
    }
}
