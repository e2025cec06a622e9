//! What goes wrong: failures that come by themselves and faults that come on time.
//!
//! **Lives here:** the [`Harm`] done to a server, one file per kind; the plans of failures and faults.
//! **Lives elsewhere:** what harm does to requests (`world`), who notices it (`detection`), what callers do (`caller`).
//! **Invariant:** harm changes the *truth* about servers. Balancers act on what they believe, and never look at it.

pub mod crash;
pub mod drain;
pub mod error;
pub mod hang;
pub mod partition;
pub mod process;
pub mod slow;
pub mod surge;
pub mod takeover;

use crate::{
    config::{Entry, Family},
    dist::Dist,
    units::{SimDuration, SimTime},
};

/// What is done to a server (or, by [`Harm::Surge`], to a workload, or, by [`Harm::Partition`], to a zone).
#[derive(Clone, Debug)]
pub enum Harm {
    /// It refuses new requests at once, and all that it held is lost at that moment.
    Crash,
    /// It takes requests in and works on none.
    Hang {
        /// Whether it goes on where it stood when the hang is over; otherwise all that it holds then is lost.
        resumes: bool,
    },
    /// It works more slowly.
    Slow {
        /// Time over usual time, above 1.
        factor: f64,
    },
    /// It answers with an error instead of working.
    Error {
        /// The share of requests that get one, above 0 and up to 1.
        share: f64,
        /// The time that such an answer takes, in seconds.
        takes: Dist,
    },
    /// It is taken out of the balancers' choice on purpose and ends what it holds.
    Drain,
    /// Messages between a zone and others are lost.
    Partition {
        /// The names of the zones that it is cut off from; `None` for everything else.
        from: Option<Vec<String>>,
    },
    /// A workload sends more than usual.
    Surge {
        /// Rate over usual rate, above 0.
        factor: f64,
    },
}

/// The kinds of harm, in the order of the reference.
pub const REGISTRY: &[&Entry<Harm>] = &[
    &crash::ENTRY,
    &hang::ENTRY,
    &slow::ENTRY,
    &error::ENTRY,
    &drain::ENTRY,
    &partition::ENTRY,
    &surge::ENTRY,
];

impl Family for Harm {
    const WHAT: &'static str = "a mode of failure";
    const TAG: &'static str = "mode";
    fn entries() -> &'static [&'static Entry<Self>] {
        REGISTRY
    }
}

impl Harm {
    /// Returns its name in a scenario.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Crash => crash::ENTRY.name,
            Self::Hang { .. } => hang::ENTRY.name,
            Self::Slow { .. } => slow::ENTRY.name,
            Self::Error { .. } => error::ENTRY.name,
            Self::Drain => drain::ENTRY.name,
            Self::Partition { .. } => partition::ENTRY.name,
            Self::Surge { .. } => surge::ENTRY.name,
        }
    }
}

crate::config_words! {
    /// What fails as one.
    pub enum Unit {
        /// each server by itself
        Server = "server",
        /// all servers of a group together
        Group = "group",
        /// all servers of the service in one zone together
        Zone = "zone",
        /// all servers of the service together
        Service = "service",
        /// each balancer in front of the service by itself
        Balancer = "balancer",
    }
}

impl Unit {
    /// Returns its word in a scenario.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Group => "group",
            Self::Zone => "zone",
            Self::Service => "service",
            Self::Balancer => "balancer",
        }
    }
}

/// How parts of a service fail by themselves, again and again.
#[derive(Clone, Debug)]
pub struct FailurePlan {
    /// What a failure does.
    pub harm: Harm,
    /// What fails as one.
    pub unit: Unit,
    /// The time from a repair (or the beginning) to the next failure of a unit, in seconds.
    pub after: Dist,
    /// The time that a repair takes, in seconds.
    pub repair: Dist,
    /// How many units can be under repair at once; the others wait in the order in which they failed. `None`: all.
    pub crews: Option<u32>,
    /// The share of a unit's failures that hit all units at once, from 0 to below 1 (the beta factor).
    pub common_cause: f64,
    /// The share of the nodes of a store that a failure strikes and that come back without their data, from 0 to 1.
    pub data_lost: f64,
}

/// A fault that comes on time: a drill, a planned removal, a surge.
#[derive(Clone, Debug)]
pub struct FaultPlan {
    /// When it begins, since measuring began.
    pub at: SimDuration,
    /// Whether a run of requests begins with it, so that it is nothing new when measuring begins; `at` is zero then.
    pub from_start: bool,
    /// How long it lasts, since measuring began.
    pub lasts: SimDuration,
    /// What it strikes.
    pub target: Target,
    /// The target as it is written in the scenario: `"zone:a"`.
    pub target_text: String,
    /// What it does.
    pub harm: Harm,
    /// The share of the nodes of stores that it strikes and that come back without their data, from 0 to 1.
    pub data_lost: f64,
}

impl FaultPlan {
    /// Returns when it begins in a run that begins measuring at `begin`, and how long it lasts from then on.
    pub fn within(&self, begin: SimTime) -> (SimTime, SimDuration) {
        if self.from_start {
            (SimTime::ZERO, begin.since(SimTime::ZERO) + self.lasts)
        } else {
            (begin + self.at, self.lasts)
        }
    }
}

/// What a fault strikes; all numbers are indices from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// One server.
    Server {
        /// Its service.
        service: usize,
        /// Its number there.
        server: u32,
    },
    /// The servers of one group.
    Group {
        /// Its service.
        service: usize,
        /// Its number there.
        group: usize,
    },
    /// The servers of all services in a zone.
    Zone(usize),
    /// All servers of a service.
    Service(usize),
    /// One balancer.
    Balancer {
        /// Its service.
        service: usize,
        /// Its number there; of an active–standby pair, 0 is the one with the higher priority.
        balancer: u32,
    },
    /// The clients of one workload.
    Workload(usize),
}
