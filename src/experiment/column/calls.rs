//! What is measured of calls between services: what workloads have, but short, because there may be many.

use super::{Estimator, Sheet, Times, seconds};
use crate::{
    experiment::{campaign::sender_name, results::Unit},
    model::{Deployment, Record, ReplicaRole, Sender, WorkloadRecord, storage::consistency::Consistency},
};

/// The percentiles reported of a call.
const QUANTILES: [(&str, f64); 2] = [("p50", 0.5), ("p99", 0.99)];

/// Returns whether anything can be sent by a sender: where nobody leads, nobody follows.
fn is_used(deployment: &Deployment, sender: &Sender<'_>) -> bool {
    let Some((service, ReplicaRole::Follow)) = sender.replica else {
        return true;
    };
    let store = deployment.services[service].store.as_ref();
    store.is_some_and(|store| matches!(store.consistency, Consistency::Leader { .. }))
}

impl Sheet {
    /// Every call of every service, and what goes to replicas of stores.
    pub(super) fn calls(&mut self, deployment: &Deployment, record: &Record, span: f64) {
        let first = deployment.workloads.len();
        let calls = deployment
            .senders()
            .zip(&record.workloads)
            .enumerate()
            .skip(first);
        for (at, (sender, call)) in calls {
            if !is_used(deployment, &sender) {
                continue;
            }
            self.of = sender_name(&sender);
            self.call(at, &sender, call, span);
            if deployment.can_fail(sender.service) || deployment.services[sender.service].has_calls() {
                self.failed(call);
            }
        }
    }

    fn call(&mut self, at: usize, sender: &Sender<'_>, record: &WorkloadRecord, span: f64) {
        self.push(
            "response.mean",
            Unit::Seconds,
            Estimator::Mean,
            seconds(record.response_moments.mean()),
        );
        for (name, q) in QUANTILES {
            let times = Times::Response;
            self.push(
                format!("response.{name}"),
                Unit::Seconds,
                Estimator::Quantile { q, sender: at, times },
                seconds(record.response.quantile(q)),
            );
        }
        for (name, count) in [("offered", record.offered), ("throughput", record.done)] {
            self.push(name, Unit::PerSecond, Estimator::Mean, Some(count as f64 / span));
        }
        if sender.call.is_some_and(|(_, plan)| plan.cache.is_some()) {
            let (asked, known) = record.cache.unwrap_or_default();
            let share = (0 < asked).then(|| known as f64 / asked as f64);
            self.push("hits", Unit::Share, Estimator::Mean, share);
        }
        if sender.call.is_some_and(|(_, plan)| plan.awaited) {
            let waiting = (0.0 < span).then_some(record.waiting);
            self.push("waiting.mean", Unit::Count, Estimator::Mean, waiting);
        }
        let ended = record.ended();
        let available = (0 < ended).then(|| record.done as f64 / ended as f64);
        self.push(
            "availability",
            Unit::Share,
            Estimator::Availability { sender: at },
            available,
        );
        self.caller(sender.caller, record);
    }
}
