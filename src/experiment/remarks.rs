//! What the reader ought to know about how far the numbers carry.

use super::{
    campaign::{Campaign, workload_name},
    column::Estimator,
    recovery,
    run::headlines,
};
use crate::{model::Deployment, stats::quantile, units::SimDuration};

/// What the reader ought to know about how far the numbers carry.
pub(super) fn all(campaign: &Campaign<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    for violation in &campaign.violations {
        notes.push(format!(
            "this is a mistake in plimsoll, and its numbers are not to be trusted: {violation}"
        ));
    }
    if 0 < campaign.stuck {
        notes.push(format!(
            "{} of {} replications gave up because time stood still: clients that think for no time are turned away and \
             come back at the same instant, for ever; give them a think time, or the queue more room",
            campaign.stuck,
            campaign.finished(),
        ));
    }
    if 0 < campaign.overloaded {
        notes.push(format!(
            "{} of {} replications gave up with more than {} requests in flight: the deployment does not keep up, and the \
             numbers tell of its growth until then, not of a steady state",
            campaign.overloaded,
            campaign.finished(),
            campaign.scenario.run.max_in_flight,
        ));
    }
    notes.extend(without_lookups(&campaign.scenario.deployment));
    notes.extend((0..campaign.scenario.deployment.workloads.len()).filter_map(|at| stays_down(campaign, at)));
    let mut thin = Vec::new();
    for (at, column) in campaign.columns.iter().enumerate() {
        let Estimator::Quantile { q, sender, .. } = column.estimator else {
            continue;
        };
        let per_replication = campaign.counts[sender].0 / campaign.finished().max(1) as u64;
        let promised = headlines(campaign).contains(&at);
        if promised && quantile::observations_beyond(per_replication, q) < 10 {
            thin.push(format!("{} {}", column.of, column.name));
        }
    }
    if !thin.is_empty() {
        notes.push(format!(
            "fewer than 10 requests of each replication lie beyond {}: its interval is not to be trusted; use a longer `duration`",
            thin.join(" and "),
        ));
    }
    notes
}

/// Says that a workload's goodput does not come back when the last fault is over.
fn stays_down(campaign: &Campaign<'_>, workload: usize) -> Option<String> {
    let deployment = &campaign.scenario.deployment;
    let (_, end) = recovery::shock(deployment)?;
    let judged = campaign.values(campaign.column(&workload_name(deployment, workload), "recovered")?);
    let down = judged.iter().filter(|&&came_back| came_back == 0.0).count();
    let left = SimDuration::from_nanos(campaign.window.duration.as_nanos().saturating_sub(end.as_nanos()));
    (0 < down).then(|| {
        format!(
            "in {down} of {} replications `{}` had not come back to its former goodput {left} after the last fault was over: \
             retries and full queues can keep a system down (metastable failure)",
            judged.len(),
            deployment.workloads[workload].name,
        )
    })
}

/// Says that over years nobody looks up where shards are, though operations would.
fn without_lookups(deployment: &Deployment) -> Option<String> {
    let mut services = deployment.services.iter();
    let store = services.find(|plan| plan.store.is_some() && plan.has_calls());
    let store = store.filter(|_| deployment.is_long())?;
    let asked = &deployment.services[store.calls[0].to].name;
    Some(format!(
        "over years nobody looks up where shards are: failures of `{asked}` take nothing from the availability of `{}`",
        store.name
    ))
}
