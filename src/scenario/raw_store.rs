//! The tables of a store, field by field; how they fit together is checked in `check`.

use super::{
    check::objective::{OfCalls, OfStores},
    raw_caller::RawCaller,
    raw_failure::RawFailure,
    raw_parts::{RawQueue, Slo},
};
use crate::{
    config::Spanned,
    dist::Dist,
    model::{
        CachePlan, Popularity,
        cost::CostPlan,
        detection::{
            DetectionPlan, health_check::HealthCheck, lease::Lease, outlier_ejection::OutlierEjection,
            phi_accrual::PhiAccrual,
        },
        storage::{
            RepairPlan, StoreMeasure, Unavailable, consistency::Consistency, partition::Partition,
            placement::Placement,
        },
    },
};

crate::config_table! {
    /// What keeps data on several nodes at once. Without any workload, its nodes fail and are repaired over years.
    pub(super) struct RawStore: "a store" {
        /// Its name: letters, digits, `-` and `_`.
        pub name: Spanned<String>,
        /// How many nodes there are, all alike.
        pub nodes: Option<Spanned<u32>>,
        /// With `nodes`: the names of the zones over which they are spread evenly. Left out, all zones.
        pub zones: Option<Vec<Spanned<String>>>,
        /// Instead of `nodes`: groups of nodes that differ.
        pub group: Option<Vec<Spanned<RawNodes>>>,
        /// Operations that each node works on at once.
        pub slots: Spanned<u32> = 1,
        /// How fast each node works: one of speed 2 takes half as long as the reference node.
        pub speed: Spanned<f64> = 1.0,
        /// How operations wait at a node, and which goes first: a discipline's name, or a table with settings.
        pub queue: RawQueue = "fifo",
        /// Into how many shards the keys are divided.
        pub shards: Spanned<u32>,
        /// Which shard a key belongs to: a name, or a table with settings.
        pub partition: Spanned<Partition> = "hash",
        /// On how many nodes each shard is kept.
        pub replication: Spanned<u32> = 3,
        /// On which nodes: a policy's name, or a table with settings.
        pub placement: Spanned<Placement> = "random",
        /// How popular the keys are. Left out, there are a thousand alike for each shard.
        pub keys: Option<Popularity>,
        /// How reads are done.
        pub read: Option<RawOperation>,
        /// How writes are done.
        pub write: Option<RawOperation>,
        /// How replicas agree: a mode's name, or a table with settings.
        pub consistency: Spanned<Consistency> = "leaderless",
        /// What becomes of operations that cannot reach enough replicas.
        pub unavailable: Unavailable = "fail",
        /// Where it is looked up which nodes hold a shard, before each operation. Left out, whoever asks knows.
        pub metadata: Option<RawMetadata>,
        /// How replicas that are lost, or away for long, are made anew. Left out, they are not.
        pub repair: Option<Spanned<RepairPlan>>,
        /// What its nodes cost, and what they draw.
        pub cost: Option<Spanned<CostPlan>>,
        /// What is measured beyond the usual.
        pub measure: Option<Vec<Spanned<StoreMeasure>>>,
        /// The objectives of its operations, as a workload has them. At most a duration: `read` and `write`, each with `.mean`,
        /// `.p50`, `.p99` or `.p99.9`, and `staleness.visible`. At most a share: `staleness.stale`. At least a rate:
        /// `read.throughput`, `write.throughput`. At least a share: `available.read`, `available.write`.
        pub slo: Slo<OfStores>,
        /// How its nodes fail by themselves, again and again.
        pub failure: Option<Vec<RawFailure>>,
        /// How it is noticed: checks.
        pub health_check: Option<HealthCheck>,
        /// How it is noticed: by the answers to operations.
        pub outlier_ejection: Option<OutlierEjection>,
        /// How it is noticed: beats that nodes send, and a limit of silence.
        pub lease: Option<Lease>,
        /// How it is noticed: beats that nodes send, and a silence that is unlikely.
        pub phi_accrual: Option<PhiAccrual>,
    }
}

crate::config_table! {
    /// Nodes of a store that are alike.
    pub(super) struct RawNodes: "a group of nodes" {
        /// How many there are.
        pub nodes: Spanned<u32>,
        /// Operations that each works on at once. Left out, the store's `slots` holds.
        pub slots: Option<Spanned<u32>>,
        /// How fast each works. Left out, the store's `speed` holds.
        pub speed: Option<Spanned<f64>>,
        /// Its name, by which faults and changes can find it.
        pub name: Option<Spanned<String>>,
        /// The name of the zone in which they stand.
        pub zone: Option<Spanned<String>>,
    }
}

crate::config_table! {
    /// How one kind of operation is done.
    pub(super) struct RawOperation: "an operation" {
        /// How many replicas must answer. Left out, a majority; with a leader, its `replication` says how many.
        pub quorum: Option<Spanned<u32>>,
        /// The time that it takes each replica. It may be left out where nobody does such operations.
        pub work: Option<Spanned<Dist>>,
    }
}

crate::config_table! {
    /// Where it is looked up which nodes hold a shard, before each operation. A lookup is a call to a service; its clients
    /// are those of the store: the servers of the services that call it, and the clients of workloads.
    pub(super) struct RawMetadata: "metadata" with caller: RawCaller {
        /// The name of the service that knows.
        pub to: Spanned<String>,
        /// The time that a lookup takes the reference server (one of speed 1). Left out, the `work` of that service holds.
        pub work: Option<Dist>,
        /// What whoever asks remembers, shard by shard. Left out, nothing: each operation looks it up.
        pub cache: Option<CachePlan>,
        /// The objectives of lookups, as a call has them.
        pub slo: Slo<OfCalls>,
    }
}

impl RawStore {
    /// Returns how failures are noticed, unchecked.
    pub(super) fn detection(&self) -> DetectionPlan {
        DetectionPlan {
            health_check: self.health_check.clone(),
            outlier_ejection: self.outlier_ejection.clone(),
            lease: self.lease.clone(),
            phi_accrual: self.phi_accrual.clone(),
        }
    }
}
