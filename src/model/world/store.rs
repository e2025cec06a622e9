//! Operations on stores: which replicas they go to, and when enough of them have answered.
//!
//! An operation is a request that is at no server: its visit waits for what it has sent to replicas. These are requests of
//! their own, at real nodes with queues and slots (`operate`, `replica`), after it has looked up where they are (`lookup`). Who leads, and who becomes the next leader, is in `lead`; what
//! replicas missed is brought to them by `handoff`.

use std::collections::BTreeSet;

use super::{Picker, copies::Repair};
use crate::{
    model::{
        Deployment, ReplicaRole, ServicePlan,
        record::StoreRecord,
        storage::{
            StorePlan, consistency::Consistency, layout::Layout, partition::Shards, versions::Versions,
        },
        visit::VisitId,
    },
    rng::{Stream, Streams},
    units::SimTime,
};

/// A store while it runs.
pub(super) struct Store {
    pub(super) plan: StorePlan,
    pub(super) layout: Layout,
    picker: Picker,
    pub(super) versions: Versions,
    /// The sender of the requests to its replicas that have the first role; those of the others follow.
    first_sender: usize,
    /// The sender of lookups of where a shard is, if that has to be asked for.
    pub(super) lookup: Option<usize>,
    /// Who leads each shard; empty where nobody does.
    pub(super) chiefs: Vec<super::lead::Chief>,
    /// The keys of which each node missed a write.
    pub(super) missed: Vec<BTreeSet<u32>>,
    /// Whether a node is being brought what it missed.
    pub(super) handing: Vec<bool>,
    /// Since when each node is believed to be gone.
    pub(super) gone_since: Vec<Option<SimTime>>,
    pub(super) repair: Repair,
    /// Operations that wait for replicas.
    pub(super) waiting: Vec<VisitId>,
    /// Picks one of several replicas.
    pub(super) rng: Stream,
    pub(super) record: StoreRecord,
}

impl Store {
    /// Returns the store that a service is, if it is one.
    pub(super) fn new(
        deployment: &Deployment,
        service: usize,
        plan: &ServicePlan,
        streams: Streams,
    ) -> Option<Box<Self>> {
        let store = plan.store.as_deref()?;
        let layout = Layout::new(plan, store, streams);
        let first_sender = deployment
            .senders()
            .position(|sender| sender.replica.is_some_and(|(of, _)| of == service));
        let lookup = deployment
            .senders()
            .position(|sender| sender.call.is_some_and(|(from, _)| from == service));
        let chiefs = match store.consistency {
            Consistency::Leader { .. } => super::lead::Chief::all(store.shards, store.replication),
            Consistency::Leaderless { .. } => Vec::new(),
        };
        Some(Box::new(Self {
            layout,
            picker: Picker::new(&store.keys),
            versions: Versions::new(
                Shards::new(store.partition, store.shards, store.keys.count),
                store.replication,
            ),
            first_sender: first_sender.expect("a store has senders to its replicas"),
            lookup,
            chiefs,
            missed: vec![BTreeSet::new(); plan.servers()],
            handing: vec![false; plan.servers()],
            gone_since: vec![None; plan.servers()],
            repair: Repair::new(plan, store, streams),
            waiting: Vec::new(),
            rng: streams.stream(&format!("{}/replicas", plan.name)),
            plan: store.clone(),
            record: StoreRecord::default(),
        }))
    }

    /// Returns the sender of requests to replicas that have a role.
    pub(super) fn sender(&self, role: ReplicaRole) -> usize {
        self.first_sender + role as usize
    }

    /// Returns whether replicas lead and follow.
    pub(super) fn has_leaders(&self) -> bool {
        !self.chiefs.is_empty()
    }

    /// Returns the key that an operation asks for: that of the request that it comes from, or one of its own.
    pub(super) fn key(&self, asked: Option<u64>, stream: &mut Stream) -> u32 {
        match asked {
            Some(key) => (key % u64::from(self.plan.keys.count)) as u32,
            None => self.picker.pick(stream),
        }
    }
}
