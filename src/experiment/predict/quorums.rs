//! What formulas say of operations on a store: how long its quorums take where nothing queues, how uneven its shards are, and
//! how often quorums that do not meet return an old value.

use super::{life::joined, tell::Teller};
use crate::{
    dist::Dist,
    experiment::column::VISIBLE,
    model::{
        Deployment, Skew,
        storage::{Operation, StorePlan, consistency::Consistency, placement::Placement},
    },
    theory::{
        catalogue,
        replicas::{
            balls_into_bins::MaxLoad, order_statistics::KthAnswer, staleness::miss_probability,
            visibility::QuorumVisibility,
        },
    },
};

/// Percentiles that are told of operations.
const QUANTILES: [(&str, f64); 3] = [("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999)];

/// Puts beside the measures of a store what formulas say of its operations.
pub(super) fn annotate(deployment: &Deployment, service: usize, teller: &mut Teller<'_>) {
    let plan = &deployment.services[service];
    let Some(store) = plan.store.as_deref() else {
        return;
    };
    let speed = plan.groups[0].speed;
    let alike = plan
        .groups
        .iter()
        .all(|group| group.speed.total_cmp(&speed).is_eq());
    let mut leaves_out = vec!["queues at nodes"];
    if plan.has_calls() {
        leaves_out.push("lookups");
    }
    if deployment.network.is_some() {
        leaves_out.push("the network");
    }
    if deployment.can_fail(service) {
        leaves_out.push("failures");
    }
    let leaves_out = leaves_out.join(" and ");
    if alike {
        for operation in [Operation::Read, Operation::Write] {
            times(store, operation, speed, &leaves_out, teller);
        }
    }
    balance(store, plan.servers(), teller);
    staleness(deployment, service, teller);
}

/// An operation waits for the slowest replica of those that are enough.
fn times(store: &StorePlan, operation: Operation, speed: f64, leaves_out: &str, teller: &mut Teller<'_>) {
    let (name, plan) = (operation.name(), store.operation(operation));
    let tail = |t: f64| plan.work.survival(t * speed);
    let scale = plan.work.mean() / speed;
    let kth = |k: u32, of: u32| KthAnswer::new(k, &[(of, &tail)], scale).map(|answer| answer.moments().0);
    let leaves_out = leaves_out.to_owned();
    let mut tell = |measure: &str, value: f64| {
        teller.predict(
            &format!("{name}.{measure}"),
            &catalogue::KTH_ANSWER,
            value,
            Some(&leaves_out),
        );
    };
    let followers = match store.consistency {
        Consistency::Leaderless { .. } => {
            let Ok(answer) = KthAnswer::new(plan.quorum, &[(store.replication, &tail)], scale) else {
                return;
            };
            tell("mean", answer.moments().0);
            for (percentile, q) in QUANTILES {
                tell(percentile, answer.quantile(q));
            }
            return;
        }
        Consistency::Leader { .. } if operation == Operation::Read => 0,
        Consistency::Leader { replication, .. } => replication.followers(store.replication),
    };
    // The leader works first, and then its followers all at once.
    if followers == 0 {
        tell("mean", scale);
        for (percentile, q) in QUANTILES {
            tell(percentile, quantile(&plan.work, q) / speed);
        }
    } else if let Ok(waits) = kth(followers, store.replication - 1) {
        tell("mean", scale + waits);
    }
}

/// The quantile of one answer.
fn quantile(work: &Dist, q: f64) -> f64 {
    let tail = |t: f64| work.survival(t);
    KthAnswer::new(1, &[(1, &tail)], work.mean()).map_or(f64::NAN, |answer| answer.quantile(q))
}

/// Replicas that are placed at random are balls in bins.
fn balance(store: &StorePlan, nodes: usize, teller: &mut Teller<'_>) {
    let even = matches!(store.keys.skew, Skew::Zipf(0.0));
    let replicas = u64::from(store.shards) * u64::from(store.replication);
    if even
        && matches!(store.placement, Placement::Random)
        && matches!(store.consistency, Consistency::Leaderless { .. })
        && let Ok(load) = MaxLoad::new(replicas, nodes as u64)
    {
        let left = "how many keys and operations a shard happens to get".to_owned();
        teller.predict(
            "imbalance",
            &catalogue::MAX_LOAD,
            load.max_over_mean(),
            Some(&left),
        );
    }
}

/// How likely a read misses the last write: at most as if nothing spread beyond the write's quorum, and by its age.
fn staleness(deployment: &Deployment, service: usize, teller: &mut Teller<'_>) {
    let Some(store) = deployment.services[service].store.as_deref() else {
        return;
    };
    let Consistency::Leaderless { .. } = store.consistency else {
        return;
    };
    let (read, write) = (store.read.quorum, store.write.quorum);
    if let Ok(miss) = miss_probability(store.replication, read, write) {
        teller.predict("staleness.stale", &catalogue::QUORUM_MISS, miss, None);
    }
    match visibility(deployment, service) {
        Ok((model, leaves_out)) => {
            let visible = model.visible_after(VISIBLE);
            let formula = &catalogue::QUORUM_VISIBILITY;
            teller.predict("staleness.visible", formula, visible, Some(&leaves_out));
        }
        Err(reason) => teller.explain("staleness.visible", reason),
    }
}

/// Returns how soon reads see a write where the formula holds but for queues, and what it leaves out; or why it does not.
fn visibility(deployment: &Deployment, service: usize) -> Result<(QuorumVisibility, String), &'static str> {
    let plan = &deployment.services[service];
    let store = plan.store.as_deref().ok_or("no store")?;
    let Consistency::Leaderless {
        read_repair,
        anti_entropy,
        ..
    } = store.consistency
    else {
        return Err("replicas that follow a leader");
    };
    let speed = plan.groups[0].speed;
    let mut groups = plan.groups.iter();
    if deployment.network.is_some() {
        return Err("messages take time");
    }
    if deployment.can_fail(service) {
        return Err("nodes that may fail");
    }
    if store.read.work.mean() * store.write.work.mean() <= 0.0 {
        return Err("nobody reads, or nobody writes");
    }
    if !store.read.work.is_exponential() || !store.write.work.is_exponential() {
        return Err("work of replicas that is not exponential");
    }
    if !groups.all(|group| 1 < group.slots && group.speed.total_cmp(&speed).is_eq()) {
        return Err("nodes of different speeds, or that do one thing at a time");
    }
    let quorums = (store.read.quorum, store.write.quorum);
    let rate = |work: &Dist| speed / work.mean();
    let rates = (rate(&store.read.work), rate(&store.write.work));
    let model = QuorumVisibility::new(store.replication, quorums, rates);
    let mut leaves_out = vec!["queues at nodes", "writes that overlap"];
    if read_repair {
        leaves_out.push("read repair");
    }
    if anti_entropy.is_some() {
        leaves_out.push("anti-entropy");
    }
    let leaves_out = joined(&leaves_out).unwrap_or_default();
    model
        .map(|model| (model, leaves_out))
        .map_err(|_| "quorums that are none")
}

/// Returns the share of reads that a formula expects to miss a write of each of these ages; nothing where none holds.
pub(in crate::experiment) fn stale_by_age(
    deployment: &Deployment,
    service: usize,
    ages: impl Iterator<Item = f64>,
) -> Vec<(f64, f64)> {
    let Ok((model, _)) = visibility(deployment, service) else {
        return Vec::new();
    };
    ages.map(|age| (age, model.stale(age))).collect()
}
