//! What is known of the copies of a store while it runs.

use std::collections::BTreeMap;

use crate::{
    model::storage::{RepairPlan, layout},
    rng::{Stream, Streams},
    units::SimTime,
};

/// The copies of a store that are wanted or under way.
pub(super) struct Repair {
    pub(super) plan: Option<RepairPlan>,
    pub(super) zones: Vec<Option<usize>>,
    /// By the slot that is to be filled: the shard times the replication, plus the place.
    pub(super) jobs: BTreeMap<u32, Job>,
    /// The copies that each node takes part in.
    pub(super) busy: Vec<u32>,
    /// Whether the replica of a slot is gone.
    pub(super) absent: Vec<bool>,
    pub(super) rng: Stream,
    pub(super) data_rng: Stream,
}

pub(super) struct Job {
    pub(super) target: u32,
    /// Where it is copied from and until when, while it is.
    pub(super) under_way: Option<(u32, SimTime)>,
}

impl Repair {
    pub(super) fn new(
        service: &crate::model::ServicePlan,
        store: &crate::model::storage::StorePlan,
        streams: Streams,
    ) -> Self {
        let nodes = service.servers();
        Self {
            plan: store.repair.clone(),
            zones: layout::zones(service),
            jobs: BTreeMap::new(),
            busy: vec![0; nodes],
            absent: vec![false; (store.shards * store.replication) as usize],
            rng: streams.stream(&format!("{}/repair", service.name)),
            data_rng: streams.stream(&format!("{}/data", service.name)),
        }
    }

    /// Returns whether the replica of a slot is gone.
    pub(super) fn is_absent(&self, slot: u32) -> bool {
        self.absent[slot as usize]
    }

    /// Returns how much more slowly a node works for the copies that it takes part in.
    pub(super) fn slowness(&self, node: u32) -> f64 {
        let Some(plan) = &self.plan else { return 1.0 };
        let taken = plan.takes() * f64::from(self.busy[node as usize]) / f64::from(*plan.parallel);
        1.0 / (1.0 - taken)
    }
}
