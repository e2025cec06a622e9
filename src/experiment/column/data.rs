//! What is measured of the data of a store over years.

use super::{Estimator, Sheet};
use crate::{
    experiment::results::Unit,
    model::{Deployment, DurabilityRecord, storage::StorePlan},
};

/// Seconds of a year.
const YEAR: f64 = 31_557_600.0;

/// What services and stores are judged by over years: the measure, and whether more of it is better.
pub(in crate::experiment) fn headline(deployment: &Deployment, service: usize) -> (&'static str, bool) {
    match deployment.services[service].store {
        None => ("unavailability", false),
        Some(_) if deployment.loses_data(service) => ("durability.loss", false),
        Some(_) => ("available.write", true),
    }
}

impl Sheet {
    /// The measures of a store; `loses` tells whether any data can be lost.
    pub(super) fn data(&mut self, store: &StorePlan, record: &DurabilityRecord, loses: bool) {
        let share = |sheet: &mut Self, name: &str, value: f64| {
            sheet.push(name, Unit::Share, Estimator::TimeShare, Some(value));
        };
        for (name, (mean, worst)) in [("available.read", record.read), ("available.write", record.write)] {
            share(self, name, mean);
            share(self, &format!("{name}.min"), worst);
        }
        self.push("imbalance", Unit::Count, Estimator::Mean, Some(record.imbalance));
        let Some(repair) = &store.repair else { return };
        let shard = repair.shard.get();
        self.push(
            "repair.bytes",
            Unit::Bytes,
            Estimator::Mean,
            Some(record.copies * shard * YEAR),
        );
        if !loses {
            return;
        }
        share(self, "incomplete", record.incomplete);
        self.push(
            "durability.loss",
            Unit::Share,
            Estimator::Yearly { each: 1.0 },
            record.loss,
        );
        self.push(
            "durability.bytes_lost",
            Unit::Bytes,
            Estimator::Yearly { each: shard },
            Some(record.shards_lost * shard * YEAR),
        );
        self.push(
            "durability.mttdl",
            Unit::Seconds,
            Estimator::Between,
            Some(record.incidents),
        );
    }
}
