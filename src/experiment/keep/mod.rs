//! Finished replications that are kept somewhere, so that an experiment that was cut off need not begin anew.

mod folder;

pub use self::folder::Kept;
use super::{
    Conduct,
    campaign::{Window, spec},
};
use crate::{
    model::{Deployment, End, Record, simulate},
    scenario::Scenario,
    units::SimDuration,
};

/// Keeps finished replications, and finds them again. It changes no result: what it returns for a key is what it was given
/// for that key, or nothing.
pub trait Keeper: Sync {
    /// Returns what was kept under this key.
    fn recall(&self, key: &RunKey) -> Option<Record>;
    /// Keeps a finished replication. Whether that succeeds is the keeper's business: nothing depends on it.
    fn keep(&self, key: &RunKey, record: &Record);
}

/// What tells one replication from every other that the same program may carry out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RunKey {
    /// The digest of the scenario, changes included.
    pub scenario: u64,
    /// The seed, which may have been changed since.
    pub seed: u64,
    /// Simulated time before measuring begins.
    pub warmup: SimDuration,
    /// Simulated time measured.
    pub duration: SimDuration,
    /// The bucket of the time series.
    pub bucket: SimDuration,
    /// The number of the replication; pilots have the last ones.
    pub replication: u64,
}

/// Carries out one replication of a scenario, unless it is found among those that are kept. The deployment is that of the
/// scenario, or follows from it and from the number.
pub(super) fn replicate(
    scenario: &Scenario,
    deployment: &Deployment,
    window: Window,
    replication: u64,
    conduct: &Conduct<'_>,
) -> Record {
    let run = || simulate(deployment, &spec(scenario, window, replication, conduct));
    let Some(keeper) = conduct.keeper else {
        return run();
    };
    let key = RunKey {
        scenario: scenario.digest,
        seed: scenario.run.seed.0,
        warmup: window.warmup,
        duration: window.duration,
        bucket: window.bucket,
        replication,
    };
    keeper.recall(&key).unwrap_or_else(|| {
        let record = run();
        // One that was stopped is not what it would have been.
        if record.end != End::Stopped {
            keeper.keep(&key, &record);
        }
        record
    })
}
