//! Stores for tests.

use super::StorePlan;
use crate::{
    model::{Deployment, ServicePlan},
    scenario,
};

/// Returns the deployment of a scenario of ten years in which these tables stand.
pub(in crate::model) fn deployment(tables: &str) -> Deployment {
    let text = format!("[run]\nduration = \"10 y\"\n{tables}");
    let loaded = scenario::from_str("store", &text, &[]);
    let loaded = loaded.unwrap_or_else(|error| panic!("{error}"));
    loaded.scenario.deployment
}

/// Returns a store of nodes that crash now and then.
pub(in crate::model) fn store(nodes: u32, shards: u32, replication: u32) -> (ServicePlan, StorePlan) {
    let tables = format!(
        r#"
        [[store]]
        name = "orders"
        nodes = {nodes}
        shards = {shards}
        replication = {replication}
        failure = [{{ mode = "crash", after = "30 d", repair = "1 h" }}]
        "#
    );
    let service = deployment(&tables).services.remove(0);
    let plan = service.store.clone().expect("it is a store");
    (service, *plan)
}
