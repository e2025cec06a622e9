//! The system under study: workloads send requests to services, balancers choose servers, servers do the work.
//!
//! **Lives here:** the plans of a deployment (what it *is*, before any run), and in the modules below what happens.
//! **Lives elsewhere:** how plans are read from a file (`scenario`), how runs are repeated (`experiment`).
//! **Invariant:** a policy sees a [`balancer::View`], never the world, so none can win by cheating.

pub mod arrival;
mod audit;
mod availability;
pub mod balancer;
mod cache;
mod call;
pub mod caller;
pub mod cost;
pub mod detection;
pub mod discipline;
mod durability;
pub mod failure;
mod graph;
pub mod heap;
mod join;
mod link;
mod network;
mod probe;
mod record;
pub mod request;
mod server;
mod sharing;
pub mod shed;
pub mod storage;
mod trace;
mod visit;
mod world;

pub use self::{
    availability::{DegradedPart, DegradedState, Stay, are_alike, census},
    cache::{CachePlan, Knows},
    durability::DurabilityRecord,
    graph::{CallPlan, ReplicaRole, Sender, Times},
    network::{NetworkPlan, Place, ZoneLocal},
    record::{
        Bucket, CallerRecord, Cause, End, Errors, HealthRecord, Incident, OperationRecord, OutageRecord,
        Record, ServiceRecord, StoreRecord, Toll, WorkloadRecord,
    },
    trace::{Activity, Breakdown, HopTimes},
    world::RunSpec,
};

use crate::{
    dist::Dist,
    model::{
        arrival::ArrivalPlan,
        balancer::Policy,
        caller::CallerPlan,
        detection::DetectionPlan,
        discipline::DisciplinePlan,
        failure::{FailurePlan, FaultPlan, Harm, Target, takeover::Standby},
        shed::ShedPlan,
        storage::{Operation, StorePlan},
    },
    units::SimDuration,
};

/// Runs a deployment once: request by request or, without workloads, on the long time scale.
pub fn simulate(deployment: &Deployment, spec: &RunSpec<'_>) -> Record {
    if deployment.is_long() {
        availability::simulate(deployment, spec)
    } else {
        world::simulate(deployment, spec)
    }
}

/// Everything that is deployed, and everything that is sent to it.
#[derive(Clone, Debug)]
pub struct Deployment {
    /// Who sends requests.
    pub workloads: Vec<WorkloadPlan>,
    /// What answers them; the stores come last.
    pub services: Vec<ServicePlan>,
    /// The names of the zones in which servers stand.
    pub zones: Vec<String>,
    /// What goes wrong on time.
    pub faults: Vec<FaultPlan>,
    /// How long messages are under way; `None` where they take no time.
    pub network: Option<NetworkPlan>,
}

impl Deployment {
    /// Returns whether nothing is sent to it, so that it is looked at on the long time scale: years of failures,
    /// repairs and failovers, without requests.
    pub fn is_long(&self) -> bool {
        self.workloads.is_empty()
    }
}

/// One stream of requests.
#[derive(Clone, Debug)]
pub struct WorkloadPlan {
    /// Its name; also names its random streams.
    pub name: String,
    /// The service it sends to, as an index into [`Deployment::services`].
    pub service: usize,
    /// When requests come.
    pub arrivals: ArrivalPlan,
    /// The work of a request in seconds on the reference server; `None` takes the service's.
    pub work: Option<Dist>,
    /// Which requests go first where a discipline asks: 0 before 1 before 2.
    pub priority: u8,
    /// How long a client waits for its service to begin before it leaves.
    pub patience: Option<Dist>,
    /// A response later than this does not count as goodput.
    pub deadline: Option<SimDuration>,
    /// How popular the keys are that requests ask for.
    pub keys: Option<Popularity>,
    /// How busy the clients are that requests come from.
    pub sources: Option<Popularity>,
    /// What its clients do about slow and failed answers.
    pub caller: CallerPlan,
    /// What it asks for, if it sends to a store.
    pub operation: Option<Operation>,
    /// The zone in which its clients stand, as an index into [`Deployment::zones`]; `None` for outside of all.
    pub zone: Option<usize>,
}

/// How often each of `count` things is asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Popularity {
    /// How many there are, at least 1.
    pub count: u32,
    /// How uneven they are.
    pub skew: Skew,
}

/// How uneven the popularity of things is. They are numbered from 0, the most popular first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Skew {
    /// The `k`-th most popular is asked for in proportion to `k^−s` (Zipf's law), `s ≥ 0`; 0 is uniform.
    Zipf(f64),
    /// The first gets this share, from 0 to 1, and the others are alike.
    Hot(f64),
}

/// A pool of servers behind one balancer or several.
#[derive(Clone, Debug)]
pub struct ServicePlan {
    /// Its name; also names its random streams.
    pub name: String,
    /// Its servers, group by group.
    pub groups: Vec<Group>,
    /// The work of a request in seconds on the reference server.
    pub work: Dist,
    /// Where requests wait and how.
    pub queue: QueuePlan,
    /// Which server gets the next request.
    pub balancer: Policy,
    /// How many independent balancers stand in front, at least 1; each knows only its own connections.
    pub balancers: u32,
    /// The second balancer that takes over when the first one fails; then there is one active at a time.
    pub standby: Option<Standby>,
    /// Whether requests stay in the zone of their sender, and when not.
    pub zone_local: Option<ZoneLocal>,
    /// How often servers report their load; with it, policies see loads that are this old.
    pub report_every: Option<SimDuration>,
    /// How its servers fail by themselves.
    pub failures: Vec<FailurePlan>,
    /// How balancers notice.
    pub detection: DetectionPlan,
    /// What it asks of other services for each of its requests, in the order of their phases; of a store, the one that
    /// tells where shards are, if operations have to look that up.
    pub calls: Vec<CallPlan>,
    /// Whether a request keeps its slot while its calls are under way.
    pub holds: bool,
    /// What its servers cost, if that is said.
    pub cost: Option<cost::CostPlan>,
    /// What it is beyond that if it is a store, whose nodes its servers are.
    pub store: Option<Box<StorePlan>>,
}

/// Servers that are alike.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// How many, at least 1.
    pub servers: u32,
    /// Requests that each works on at once, at least 1.
    pub slots: u32,
    /// How fast each works; the reference server has 1.
    pub speed: f64,
    /// The share of requests each should get beside others, where a policy knows weights; at least 1.
    pub weight: u32,
    /// Its name, where faults are to strike it.
    pub name: Option<String>,
    /// The zone in which they stand, as an index into [`Deployment::zones`].
    pub zone: Option<usize>,
    /// Whether they are used only when all others are down.
    pub backup: bool,
}

impl Deployment {
    /// Returns whether servers or balancers of a service can fail, by themselves or by a fault.
    pub fn can_fail(&self, service: usize) -> bool {
        !self.services[service].failures.is_empty()
            || self.faults.iter().any(|fault| {
                self.strikes(fault.target, service) || matches!(fault.harm, Harm::Partition { .. })
            })
    }
    /// Returns whether a service is a store whose nodes can lose data.
    pub fn loses_data(&self, service: usize) -> bool {
        let plan = &self.services[service];
        let mut failures = plan.failures.iter();
        let mut faults = self.faults.iter();
        plan.store.is_some()
            && (failures.any(|failure| 0.0 < failure.data_lost)
                || faults.any(|fault| 0.0 < fault.data_lost && self.strikes(fault.target, service)))
    }
    /// Returns whether anything can happen to the servers of a service, or balancers can believe so.
    pub fn can_lose_servers(&self, service: usize) -> bool {
        self.can_fail(service) || !self.services[service].detection.is_empty()
    }
    /// Returns whether what is done to a target is done to a service.
    pub fn strikes(&self, target: Target, service: usize) -> bool {
        match target {
            Target::Server { service: struck, .. }
            | Target::Group { service: struck, .. }
            | Target::Service(struck)
            | Target::Balancer { service: struck, .. } => struck == service,
            Target::Zone(zone) => {
                let mut groups = self.services[service].groups.iter();
                groups.any(|group| group.zone == Some(zone))
            }
            Target::Workload(_) => false,
        }
    }
}

impl ServicePlan {
    /// Returns what measures call it: `service.web`, or `store.orders`.
    pub fn path(&self) -> String {
        format!("{}.{}", self.kind(), self.name)
    }
    /// Returns what it is, in a word.
    pub const fn kind(&self) -> &'static str {
        if self.store.is_some() { "store" } else { "service" }
    }
    /// Returns what one of its servers is called, in a word.
    pub const fn server_kind(&self) -> &'static str {
        if self.store.is_some() { "node" } else { "server" }
    }
    /// Returns whether it calls others.
    pub fn has_calls(&self) -> bool {
        !self.calls.is_empty()
    }
    /// Returns how many balancers there are, those that stand by and those of zones included.
    pub fn fronts(&self) -> u32 {
        match (&self.standby, self.zone_local) {
            (Some(_), _) => 2,
            // One for each zone, and one for all of them.
            (None, Some(local)) => local.zones + 1,
            (None, None) => self.balancers + self.store.as_ref().map_or(0, |store| store.views),
        }
    }
    /// Returns how many servers there are.
    pub fn servers(&self) -> usize {
        self.groups.iter().map(|group| group.servers as usize).sum()
    }
    /// Returns the work per second that all slots together can do, in seconds of the reference server.
    pub fn capacity(&self) -> f64 {
        self.groups
            .iter()
            .map(|group| f64::from(group.servers) * f64::from(group.slots) * group.speed)
            .sum()
    }
    /// Returns whether all servers are alike but for their number.
    pub fn is_homogeneous(&self) -> bool {
        let alike = |a: &Group, b: &Group| (a.slots, a.speed, a.weight) == (b.slots, b.speed, b.weight);
        self.groups.windows(2).all(|pair| alike(&pair[0], &pair[1]))
    }
}

/// Where requests wait, how many may, and who goes first.
#[derive(Clone, Debug)]
pub struct QueuePlan {
    /// Where they wait.
    pub at: QueuePlace,
    /// Who goes first.
    pub discipline: DisciplinePlan,
    /// How many may wait (at each server, or at the balancer); one more is rejected.
    pub capacity: Option<u32>,
    /// With the queue at the balancer, how many requests a server may hold at once, in work and in its own queue;
    /// its slots if not given. HAProxy calls it `maxconn`.
    pub limit: Option<u32>,
    /// How long a request may wait before it is turned away.
    pub timeout: Option<SimDuration>,
    /// What sheds load from it.
    pub shed: Option<ShedPlan>,
}

crate::config_words! {
    /// Where requests wait.
    pub enum QueuePlace {
        /// each server has its own queue
        Server = "server",
        /// one queue stands at the balancer, and a server that is free takes from it
        Balancer = "balancer",
    }
}
