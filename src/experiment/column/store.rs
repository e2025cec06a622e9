//! What is measured of operations on stores.

use super::{Estimator, Sheet, seconds};
use crate::{
    experiment::results::Unit,
    model::{OperationRecord, ServicePlan, StoreRecord, storage::consistency::Consistency},
};

/// The share of reads for which it is told after which time they see a write.
pub(in crate::experiment) const VISIBLE: f64 = 0.999;

impl Sheet {
    /// What became of the operations on a store.
    pub(super) fn operations(&mut self, plan: &ServicePlan, record: &StoreRecord, served: &[u64], span: f64) {
        let store = plan.store.as_ref().expect("it is a store");
        for (name, operation) in [("read", &record.reads), ("write", &record.writes)] {
            self.operation(name, operation, span);
        }
        if plan.has_calls() {
            let ended = [&record.reads, &record.writes].map(|one| one.done + one.failed);
            let ended = ended.iter().sum::<u64>();
            let share = (0 < ended).then(|| record.failed_lookups as f64 / ended as f64);
            self.push("failed_lookups", Unit::Share, Estimator::Mean, share);
        }
        let mean = served.iter().sum::<u64>() as f64 / served.len() as f64;
        let most = served.iter().max().map(|&most| most as f64 / mean);
        self.push("imbalance", Unit::Count, Estimator::Mean, most);
        let brought = record.read_repairs + record.handoffs + record.compared;
        for (name, count) in [("conflicts", record.conflicts), ("repaired_keys", brought)] {
            let rate = Some(count as f64 / span);
            self.push(name, Unit::PerSecond, Estimator::Mean, rate);
        }
        let leads = matches!(store.consistency, Consistency::Leader { .. });
        for (name, is_told, count) in [
            ("elections", leads, record.elections),
            ("lost_writes", leads, record.lost_writes),
            ("repair.copies", store.repair.is_some(), record.copies),
            ("lost_shards", store.repair.is_some(), record.lost_shards),
        ] {
            if is_told {
                let count = (0.0 < span).then_some(count as f64);
                self.push(name, Unit::Count, Estimator::Mean, count);
            }
        }
        if let Some(repair) = &store.repair {
            let moved = (0.0 < span).then(|| record.copies as f64 * repair.shard.get());
            self.push("repair.moved", Unit::Bytes, Estimator::Mean, moved);
        }
        if store.measures_staleness {
            let freshness = &record.freshness;
            let each = |count: u64| (0 < freshness.reads).then(|| count as f64 / freshness.reads as f64);
            self.push(
                "staleness.stale",
                Unit::Share,
                Estimator::Mean,
                each(freshness.stale),
            );
            let behind = each(freshness.versions_behind);
            self.push("staleness.versions", Unit::Count, Estimator::Mean, behind);
            let visible = freshness.visible_after(VISIBLE);
            self.push("staleness.visible", Unit::Seconds, Estimator::WhereAll, visible);
        }
    }

    fn operation(&mut self, name: &str, record: &OperationRecord, span: f64) {
        let per_second = Some(record.done as f64 / span);
        self.push(
            format!("{name}.throughput"),
            Unit::PerSecond,
            Estimator::Mean,
            per_second,
        );
        let ended = record.done + record.failed;
        let available = (0 < ended).then(|| record.done as f64 / ended as f64);
        self.push(
            format!("available.{name}"),
            Unit::Share,
            Estimator::TimeShare,
            available,
        );
        let mean = seconds(record.moments.mean());
        self.push(format!("{name}.mean"), Unit::Seconds, Estimator::Mean, mean);
        for (quantile, q) in [("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999)] {
            let value = seconds(record.times.quantile(q));
            self.push(
                format!("{name}.{quantile}"),
                Unit::Seconds,
                Estimator::Mean,
                value,
            );
        }
    }
}
