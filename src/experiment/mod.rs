//! Scenarios × seeds in, results out.
//!
//! **Lives here:** replications in parallel, warm-up, precision, measures, the formulas that fit, paired comparison.
//! **Lives elsewhere:** one run (`model`), estimators (`stats`), formulas (`theory`), the look of it all (`report`).
//! **Invariant:** results do not depend on the number of threads. Only this module starts threads.

pub mod baseline;
pub mod bottleneck;
mod campaign;
mod column;
pub mod compare;
mod durability;
#[cfg(test)]
mod fixture;
pub mod hops;
pub mod hottest;
pub mod incidents;
mod keep;
pub mod loads;
pub mod performability;
pub mod plan;
mod predict;
mod race;
pub mod recovery;
mod remarks;
pub mod results;
mod run;
mod select;
mod series;
pub mod sweep;
#[cfg(test)]
mod tests;
mod theory_only;
mod warmup;

use std::sync::atomic::AtomicBool;

pub use self::{
    compare::{Comparison, Criterion, Variant, VariantResults, compare},
    keep::{Keeper, Kept, RunKey},
    plan::{Plan, plan},
    results::Results,
    run::run,
    sweep::{Sweep, sweep},
    theory_only::theory_only,
};

/// How an experiment is carried out, which changes nothing about its numbers.
#[derive(Clone, Copy)]
pub struct Conduct<'a> {
    /// Set from outside to end it early; what is finished is reported.
    pub stop: &'a AtomicBool,
    /// Told after each replication how many are finished and how many are planned so far.
    pub progress: &'a (dyn Fn(usize, usize) + Sync),
    /// Keeps finished replications for the next time, and has those of the last.
    pub keeper: Option<&'a dyn Keeper>,
}

impl<'a> Conduct<'a> {
    /// Returns a quiet one: nobody hears of the progress, and nothing is kept.
    pub fn new(stop: &'a AtomicBool) -> Self {
        Self {
            stop,
            progress: &|_, _| (),
            keeper: None,
        }
    }
}

impl std::fmt::Debug for Conduct<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Conduct")
            .field("stop", self.stop)
            .finish_non_exhaustive()
    }
}

/// Carries out `body` with this many threads, or with one for each core if 0. Results do not depend on it.
pub fn with_threads<T: Send>(
    threads: usize,
    body: impl FnOnce() -> T + Send,
) -> Result<T, rayon::ThreadPoolBuildError> {
    Ok(rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()?
        .install(body))
}
