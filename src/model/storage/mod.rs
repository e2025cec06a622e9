//! Stores: what keeps data on several nodes at once, and how.
//!
//! For the engine a store is a service whose servers are its nodes, so that failures, faults, queues, slots, detection
//! and records are those of services; the [`StorePlan`] is what it has beyond that. Keys belong to shards (`partition`),
//! shards have replicas on nodes (`placement`, `layout`), and operations are complete when enough replicas have answered
//! (`consistency`).
//!
//! **Lives here:** the plan of a store, and which nodes hold what.
//! **Lives elsewhere:** what becomes of the data over years (`durability`), failures and detection (as for services).
//! **Invariant:** the replicas of a shard are on different nodes.

pub mod consistency;
pub mod freshness;
pub mod layout;
pub mod partition;
pub mod placement;
#[cfg(test)]
mod testing;
pub mod versions;

#[cfg(test)]
pub(in crate::model) use self::testing::deployment;
use self::{consistency::Consistency, partition::Partition, placement::Placement};
use super::Popularity;
use crate::{
    config::Spanned,
    dist::Dist,
    units::{Bandwidth, Bytes, SimDuration},
};

/// What a store has beyond a service.
#[derive(Clone, Debug)]
pub struct StorePlan {
    /// Into how many shards its keys are divided, at least 1.
    pub shards: u32,
    /// Which shard a key belongs to.
    pub partition: Partition,
    /// On how many nodes each shard is kept, from 1 to the number of nodes.
    pub replication: u32,
    /// On which nodes.
    pub placement: Placement,
    /// How popular its keys are.
    pub keys: Popularity,
    /// How reads are done.
    pub read: OperationPlan,
    /// How writes are done.
    pub write: OperationPlan,
    /// How replicas agree.
    pub consistency: Consistency,
    /// What becomes of operations that cannot reach enough replicas.
    pub unavailable: Unavailable,
    /// How lost replicas are replaced.
    pub repair: Option<RepairPlan>,
    /// How many zones have a view of their own of who is there, beside the one for everyone in none; 0 where all have the same.
    pub views: u32,
    /// Whether it is measured how old the answers to reads are.
    pub measures_staleness: bool,
    /// Whether years are simulated beside requests, to tell how often data is lost.
    pub measures_durability: bool,
}

crate::config_words! {
    /// What clients do with a store.
    pub enum Operation {
        /// they ask for the value of a key
        Read = "read",
        /// they give a key a new value
        Write = "write",
    }
}

/// How one kind of operation is done.
#[derive(Clone, Debug)]
pub struct OperationPlan {
    /// How many replicas must answer, from 1 to the replication.
    pub quorum: u32,
    /// The work at each replica in seconds on the reference node.
    pub work: Dist,
}

crate::config_words! {
    /// What becomes of operations that cannot reach enough replicas.
    pub enum Unavailable {
        /// they fail at once
        Fail = "fail",
        /// they wait until enough replicas are back
        Wait = "wait",
    }
}

crate::config_words! {
    /// What is measured of a store only on request.
    pub enum StoreMeasure {
        /// how old the answers to reads are
        Staleness = "staleness",
        /// how often data is lost, by years without requests
        Durability = "durability",
    }
}

crate::config_table! {
    /// How replicas that are lost, or away for long, are made anew: each is copied from one that is left.
    pub struct RepairPlan: "repair" {
        /// How long a node is away before its shards are copied to others.
        pub after: Spanned<SimDuration> = "15 min",
        /// How large a shard is.
        pub shard: Spanned<Bytes>,
        /// How fast a node sends and receives copies, all of them together.
        pub bandwidth: Spanned<Bandwidth>,
        /// How many copies a node takes part in at once; they share its bandwidth evenly.
        pub parallel: Spanned<u32> = 1,
        /// What a node can read and write in all. Copies take their part of that away from operations, which take longer by
        /// as much. Left out, copies take nothing from them. Only where requests are simulated.
        pub total_bandwidth: Option<Spanned<Bandwidth>>,
    }
}

impl Operation {
    /// Returns its name in scenarios and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }
}

impl StorePlan {
    /// Returns how an operation is done.
    pub fn operation(&self, operation: Operation) -> &OperationPlan {
        match operation {
            Operation::Read => &self.read,
            Operation::Write => &self.write,
        }
    }
    /// Returns how many replicas work on an operation when all are there: those that are asked, and those that follow the one
    /// that leads.
    pub fn replicas_at_work(&self, operation: Operation) -> u32 {
        match (self.consistency, operation) {
            (Consistency::Leader { .. }, Operation::Read) => 1,
            _ => self.replication,
        }
    }
}

impl RepairPlan {
    /// Returns the share of a node's speed that copies take from operations when it takes part in as many as it may.
    pub fn takes(&self) -> f64 {
        let total = self.total_bandwidth.as_ref();
        total.map_or(0.0, |total| {
            self.bandwidth.as_per_second() / total.as_per_second()
        })
    }
    /// Returns how long a copy takes: each has its part of the bandwidth of both nodes.
    pub fn copy_takes(&self) -> SimDuration {
        let seconds = self.shard.get() * f64::from(*self.parallel) / self.bandwidth.as_per_second();
        // Copies that take no time at all could not be told from one another.
        SimDuration::from_secs_f64(seconds).max(SimDuration::from_nanos(1))
    }
}
