//! The tables of a scenario file, field by field; how they fit together is checked in `check`.
//!
//! The doc comments here are the reference of the language and the descriptions in its JSON Schema.

use super::{
    check::objective::OfWorkloads,
    raw_call::{RawCall, SlotDuringCalls},
    raw_caller::RawCaller,
    raw_failure::{RawFailure, RawFault},
    raw_network::RawNetwork,
    raw_parts::{Attempt, RawBalancer, RawQueue, Slo, Tables},
    raw_plan::RawPlan,
    raw_store::RawStore,
};
use crate::{
    config::{Spanned, Value},
    dist::Dist,
    model::{
        Popularity,
        arrival::ArrivalPlan,
        cost::CostPlan,
        detection::{
            DetectionPlan, health_check::HealthCheck, lease::Lease, outlier_ejection::OutlierEjection,
            phi_accrual::PhiAccrual,
        },
        storage::Operation,
    },
    units::{Share, SimDuration},
};

crate::config_table! {
    /// A scenario describes a deployment, who uses it, and how it is simulated.
    pub(super) struct RawScenario: "a scenario" {
        /// What the scenario is about, in a line.
        pub description: String = "",
        /// How it is simulated.
        pub run: Option<Attempt<RawRun>>,
        /// Who sends requests.
        pub workload: Tables<RawWorkload>,
        /// What answers them.
        pub service: Tables<RawService>,
        /// What keeps data on several nodes at once.
        pub store: Tables<RawStore>,
        /// Where servers stand: what may be lost as one.
        pub zone: Tables<RawZone>,
        /// How long messages take. Left out, they take no time.
        pub network: Option<Attempt<Spanned<RawNetwork>>>,
        /// What goes wrong on time: drills, planned removals, surges.
        pub fault: Option<Vec<Attempt<RawFault>>>,
        /// With it, `run` also puts a year together: how often each degraded state occurs, times how requests fare in it.
        pub performability: Option<Spanned<RawPerformability>>,
        /// What `plimsoll plan` varies to find the cheapest deployment that keeps its promises; other commands look past it.
        pub plan: Option<Attempt<Spanned<RawPlan>>>,
    }
}

crate::config_table! {
    /// How a year's service is put together from the states that failures bring about.
    pub(super) struct RawPerformability: "`[performability]`" {
        /// The simulated time of each of the twenty runs without requests that count how often states occur.
        pub years: Spanned<SimDuration> = "20 y",
        /// The share of time below which a state is not simulated.
        pub cutoff: Spanned<Share> = "0.0001 %",
        /// How often each state is simulated request by request; brief ones more often.
        pub replications: Spanned<u32> = 4,
    }
}

crate::config_table! {
    /// How a scenario is simulated.
    pub(super) struct RawRun: "`[run]`" {
        /// The simulated time that is measured in each replication, after the warm-up.
        pub duration: Spanned<SimDuration>,
        /// The simulated time before measuring begins. Left out, pilot runs find how long the start takes to wear off;
        /// it is at least a fiftieth of the duration, and ten mean responses.
        pub warmup: Option<Spanned<SimDuration>>,
        /// How many independent replications are run. Left out, and without `precision`, there are 20.
        pub replications: Option<Spanned<u32>>,
        /// Instead of `replications`: more are added until the interval of each headline measure is within this share
        /// of its value. In a comparison that holds for the best variant; each other one must be told apart from it, or
        /// be within this share of it.
        pub precision: Option<Spanned<Share>>,
        /// With `precision`: the number of replications at which to stop in any case. Left out, it is 100.
        pub max_replications: Option<Spanned<u32>>,
        /// The only origin of chance: the same seed gives the same numbers.
        pub seed: u64 = 1,
        /// The bucket of the time series. Left out, the duration is cut into about a hundred.
        pub timeline: Option<Spanned<SimDuration>>,
        /// The confidence level of intervals.
        pub confidence: Spanned<Share> = "95 %",
        /// The number of requests in flight at which a replication gives up.
        pub max_in_flight: Spanned<u32> = 1_000_000,
        /// Whether to run a scenario whose servers cannot keep up with its load.
        pub allow_overload: bool = false,
        /// Whether to show rules of thumb that articles print, beside theory. They are often far off.
        pub rules_of_thumb: bool = false,
    }
}

crate::config_table! {
    /// One stream of requests. A scenario may have several.
    pub(super) struct RawWorkload: "a workload" with caller: RawCaller {
        /// Its name: letters, digits, `-` and `_`.
        pub name: Spanned<String>,
        /// The name of the service or the store that it sends to.
        pub to: Spanned<String>,
        /// What it asks for, if it sends to a store.
        pub operation: Option<Spanned<Operation>>,
        /// When requests come.
        pub arrivals: ArrivalPlan,
        /// The name of the zone in which its clients are. Left out, they are outside of all zones.
        pub zone: Option<Spanned<String>>,
        /// The time that one of its requests takes the reference server (one of speed 1). Left out, the service's
        /// `work` holds.
        pub work: Option<Dist>,
        /// Where a discipline asks for it: 0 goes before 1, and 1 before 2. From 0 to 255.
        pub priority: Spanned<u32> = 0,
        /// How long a client waits for its service to begin; then it leaves.
        pub patience: Option<Dist>,
        /// What its requests ask for; balancing policies that go by the key need it.
        pub keys: Option<Popularity>,
        /// The clients that its requests come from; balancing policies that go by the client need it.
        pub sources: Option<Popularity>,
        /// The objectives: measures and their bounds, as in `{ "response.p99" = "120 ms" }`. At most a duration:
        /// `response` and `wait`, each with `.mean`, `.p50`, `.p90`, `.p95`, `.p99`, `.p99.9` or `.max`, and `recovery`, from
        /// the end of the last fault until goodput is back for good. At least a rate: `throughput`, `goodput`. At least a
        /// share: `availability`.
        pub slo: Slo<OfWorkloads>,
    }
}

crate::config_table! {
    /// A pool of servers behind a balancer.
    pub(super) struct RawService: "a service" {
        /// Its name: letters, digits, `-` and `_`.
        pub name: Spanned<String>,
        /// How many servers there are, all alike.
        pub servers: Option<Spanned<u32>>,
        /// Instead of `servers`: groups of servers that differ.
        pub group: Option<Vec<Spanned<RawGroup>>>,
        /// Requests that each server works on at once.
        pub slots: Spanned<u32> = 1,
        /// How fast each server works: one of speed 2 takes half as long as the reference server.
        pub speed: Spanned<f64> = 1.0,
        /// The time that a request takes the reference server (one of speed 1). Without any workload it may be left out.
        pub work: Option<Spanned<Dist>>,
        /// Where requests wait, and who goes first: a discipline's name, or a table with settings.
        pub queue: RawQueue = "fifo",
        /// Which server gets the next request: a policy's name, or a table with settings.
        pub balancer: RawBalancer = "round-robin",
        /// The name of the zone in which its servers stand.
        pub zone: Option<Spanned<String>>,
        /// What its servers cost, and what they draw.
        pub cost: Option<Spanned<CostPlan>>,
        /// What its servers ask of other services for each request, once they have done their own work on it.
        pub call: Option<Vec<Attempt<RawCall>>>,
        /// With calls: whether a request keeps its slot while they are under way. Left out, it is `"held"`; with
        /// processor sharing, where nobody has a slot to himself, always `"released"`.
        pub slot_during_calls: Option<Spanned<SlotDuringCalls>>,
        /// How its parts fail by themselves, again and again.
        pub failure: Option<Vec<RawFailure>>,
        /// How balancers notice: checks that they send.
        pub health_check: Option<HealthCheck>,
        /// How balancers notice: by the answers to requests.
        pub outlier_ejection: Option<OutlierEjection>,
        /// How balancers notice: beats that servers send, and a limit of silence.
        pub lease: Option<Lease>,
        /// How balancers notice: beats that servers send, and a silence that is unlikely.
        pub phi_accrual: Option<PhiAccrual>,
    }
}

crate::config_table! {
    /// Servers of a service that are alike.
    pub(super) struct RawGroup: "a group" {
        /// How many there are.
        pub servers: Spanned<u32>,
        /// Requests that each works on at once. Left out, the service's `slots` holds.
        pub slots: Option<Spanned<u32>>,
        /// How fast each works. Left out, the service's `speed` holds.
        pub speed: Option<Spanned<f64>>,
        /// The share of requests that each should get beside others, for policies that know weights. From 1 to 256.
        pub weight: Spanned<u32> = 1,
        /// Its name, by which faults and changes can find it.
        pub name: Option<Spanned<String>>,
        /// The name of the zone in which they stand. Left out, the service's `zone` holds.
        pub zone: Option<Spanned<String>>,
        /// Whether they are used only when all others are down.
        pub backup: Spanned<bool> = false,
    }
}

crate::config_table! {
    /// A place in which servers stand and which may be lost as a whole: a building, a room, a rack.
    pub(super) struct RawZone: "a zone" {
        /// Its name: letters, digits, `-` and `_`.
        pub name: Spanned<String>,
    }
}

impl RawService {
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

impl RawScenario {
    /// Replications where nothing is said of them.
    pub(super) const DEFAULT_REPLICATIONS: u32 = 20;
    /// Replications at which to stop where only the precision is given.
    pub(super) const DEFAULT_CAP: u32 = 100;

    /// Returns the shape of a whole scenario.
    pub(super) fn root_shape() -> crate::config::Shape {
        Self::shape()
    }
}
