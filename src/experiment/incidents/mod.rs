//! What went wrong in all replications, and what clients had of it.

mod ledger;

pub(super) use self::ledger::Ledger;
use crate::stats::Estimate;

/// What went wrong in all replications.
#[derive(Clone, Debug, Default)]
pub struct Incidents {
    /// Each fault that comes on time, in the order of the scenario.
    pub faults: Vec<FaultReport>,
    /// Each kind of failure that comes by itself, in the order of the scenario.
    pub failures: Vec<FailureReport>,
    /// All of it one by one, replication after replication, in the order in which it began.
    pub rows: Vec<IncidentRow>,
    /// Incidents that were too many to be listed.
    pub unlisted: u64,
}

/// A fault that comes on time, over all replications.
#[derive(Clone, Debug)]
pub struct FaultReport {
    /// What it does: `"crash"`.
    pub mode: &'static str,
    /// What it strikes, as the scenario has it: `"zone:a"`.
    pub target: String,
    /// How many servers that is; 0 where it strikes no servers.
    pub servers: u32,
    /// When it begins, in seconds since measuring began.
    pub at: f64,
    /// How long it lasts, in seconds.
    pub lasts: f64,
    /// What clients had of it.
    pub effect: Effect,
}

/// A kind of failure that comes by itself, over all replications.
#[derive(Clone, Debug)]
pub struct FailureReport {
    /// What it does: `"crash"`.
    pub mode: &'static str,
    /// The service: `"service.api"`.
    pub of: String,
    /// What fails as one: `"server"`.
    pub unit: &'static str,
    /// How many of them fail in a replication.
    pub count: Option<Estimate>,
    /// What clients had of them.
    pub effect: Effect,
}

/// What clients had of a fault, or of all failures of a kind; means over replications.
#[derive(Clone, Debug, Default)]
pub struct Effect {
    /// How many there were, in all replications.
    pub incidents: u64,
    /// How many of them were over before the run was.
    pub ended: u64,
    /// How many were noticed: all servers that were struck were out of every balancer's rotation.
    pub noticed: u64,
    /// Seconds from the beginning until that.
    pub noticed_after: Option<Estimate>,
    /// How many brought another balancer or backup servers in.
    pub failovers: u64,
    /// Seconds from the beginning until that.
    pub failover_after: Option<Estimate>,
    /// After how many all these servers were back in every balancer's rotation.
    pub restored: u64,
    /// Seconds from the end until that.
    pub restored_after: Option<Estimate>,
    /// Requests of a replication that ended without an answer or with an error while it lasted and until all servers were
    /// back.
    pub failed: Option<Estimate>,
    /// Those of them that did before it was noticed.
    pub failed_unnoticed: Option<Estimate>,
    /// Requests answered after their deadline meanwhile.
    pub late: Option<Estimate>,
    /// Requests answered meanwhile after an attempt had failed.
    pub rescued: Option<Estimate>,
}

/// One thing that went wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct IncidentRow {
    /// In which replication, from 0.
    pub replication: usize,
    /// What it was.
    pub source: Source,
    /// What was struck: `"zone:a"`, `"server:api.3"`.
    pub target: String,
    /// How many servers that is.
    pub servers: u32,
    /// When it began, in seconds since measuring began; below 0 when it began in the warm-up.
    pub began: f64,
    /// When it was noticed.
    pub noticed: Option<f64>,
    /// When another balancer took over, or backup servers were let in.
    pub failover: Option<f64>,
    /// When it was over.
    pub ended: Option<f64>,
    /// When all was as before.
    pub restored: Option<f64>,
    /// Requests that came while it lasted.
    pub offered: u64,
    /// Requests that failed meanwhile.
    pub failed: u64,
    /// Those of them that failed before it was noticed.
    pub failed_unnoticed: u64,
    /// Requests answered too late.
    pub late: u64,
    /// Requests answered after an attempt had failed.
    pub rescued: u64,
}

/// What an incident was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A fault that came on time, by its place in [`Incidents::faults`].
    Fault(usize),
    /// A failure that came by itself, by its kind's place in [`Incidents::failures`].
    Failure(usize),
}
