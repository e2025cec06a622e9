//! What one run has to tell of a store.

#[cfg(test)]
use crate::{model::storage::versions::Version, units::SimTime};
use crate::{
    model::storage::{Operation, freshness::Freshness},
    stats::{Histogram, Moments},
    units::SimDuration,
};

/// What became of the operations on a store over the measured window.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct StoreRecord {
    /// Reads.
    pub reads: OperationRecord,
    /// Writes.
    pub writes: OperationRecord,
    /// Operations that began, shard by shard.
    pub shard_operations: Vec<u64>,
    /// Operations that failed because it was not known where their shard is.
    pub failed_lookups: u64,
    /// How old the answers to reads were.
    pub freshness: Freshness,
    /// Writes that began while others of the same key were under way.
    pub conflicts: u64,
    /// Acknowledged writes that a new leader did not have, or that were acknowledged by one that led no more.
    pub lost_writes: u64,
    /// How often a shard got a new leader.
    pub elections: u64,
    /// Replicas that were brought up to date because a read had seen that they were not.
    pub read_repairs: u64,
    /// Keys that a node was brought because it had missed a write.
    pub handoffs: u64,
    /// Keys that a replica was brought because it was compared with another.
    pub compared: u64,
    /// Shards of which every replica was lost.
    pub lost_shards: u64,
    /// Replicas that were made anew.
    pub copies: u64,
    /// Every operation that ended, for tests to check.
    #[cfg(test)]
    #[serde(skip)]
    pub(in crate::model) history: Vec<Done>,
}

/// An operation that has ended.
#[cfg(test)]
#[derive(Clone, Debug)]
pub(in crate::model) struct Done {
    pub(in crate::model) operation: Operation,
    pub(in crate::model) key: u32,
    pub(in crate::model) began: SimTime,
    pub(in crate::model) ended: SimTime,
    /// What it read, or wrote; none where it failed.
    pub(in crate::model) version: Option<Version>,
}

/// One kind of operation over the measured window.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct OperationRecord {
    /// Operations that enough replicas answered.
    pub done: u64,
    /// Operations that failed.
    pub failed: u64,
    /// How long those took that were answered, in nanoseconds.
    pub times: Histogram,
    /// Their count, mean and spread, in nanoseconds.
    pub moments: Moments,
}

impl StoreRecord {
    /// Returns the record of one kind of operation.
    pub(in crate::model) fn of(&mut self, operation: Operation) -> &mut OperationRecord {
        match operation {
            Operation::Read => &mut self.reads,
            Operation::Write => &mut self.writes,
        }
    }
}

impl OperationRecord {
    pub(in crate::model) fn answered(&mut self, took: SimDuration) {
        self.done += 1;
        self.times.record(took.as_nanos());
        self.moments.record(took.as_nanos() as f64);
    }
}
