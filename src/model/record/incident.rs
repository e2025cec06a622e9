//! What went wrong in a run, and what it did to clients.

use crate::units::SimTime;

/// Something that went wrong in a run.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Incident {
    /// What it was.
    pub cause: Cause,
    /// How many servers it struck.
    pub servers: u32,
    /// When it began.
    pub began: SimTime,
    /// When every balancer had taken all these servers out of rotation, if that came about before it was over.
    pub noticed: Option<SimTime>,
    /// When another balancer took over, or backup servers were let in, if that came about before all was restored.
    pub failover: Option<SimTime>,
    /// When it was over.
    pub ended: Option<SimTime>,
    /// When every balancer had all these servers in rotation again; of a balancer's failure, when it was back in its role.
    pub restored: Option<SimTime>,
    /// What happened to clients until it was noticed, or in all of it if it was not.
    pub unnoticed: Toll,
    /// What happened to clients from its beginning until all was restored.
    pub toll: Toll,
}

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Cause {
    /// A fault that came on time, as an index into the deployment's.
    Fault(usize),
    /// A failure that came by itself.
    Failure {
        /// The service, as an index.
        service: usize,
        /// Which of its failures, as an index.
        plan: usize,
        /// The unit that failed, by its number.
        unit: u32,
        /// Whether it failed of a cause that all units share.
        common: bool,
    },
}

/// What happened to the clients of all workloads in some time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Toll {
    /// Requests that arrived.
    pub offered: u64,
    /// Requests that ended without an answer or with an error.
    pub failed: u64,
    /// Requests answered later than their deadline.
    pub late: u64,
    /// Requests answered after an attempt had failed.
    pub rescued: u64,
}

impl Toll {
    /// Returns what has come to it since `earlier`.
    pub(in crate::model) fn since(&self, earlier: &Self) -> Self {
        Self {
            offered: self.offered - earlier.offered,
            failed: self.failed - earlier.failed,
            late: self.late - earlier.late,
            rescued: self.rescued - earlier.rescued,
        }
    }
    /// Returns the sum of two.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        Self {
            offered: self.offered + other.offered,
            failed: self.failed + other.failed,
            late: self.late + other.late,
            rescued: self.rescued + other.rescued,
        }
    }
}
