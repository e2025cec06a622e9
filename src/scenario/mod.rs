//! Scenario files: what they say, checked, as plans that a run can carry out.
//!
//! **Lives here:** the [`Scenario`] and how it is read and checked.
//! **Lives elsewhere:** the reader of settings (`config`); members of families read their own settings (`model`, `dist`).
//! **Invariant:** a scenario that exists is valid; only this module reads files.

mod axis;
mod case;
mod check;
mod draw;
mod error;
mod load;
mod offered;
mod overrides;
mod planning;
mod popularity;
mod raw;
mod raw_call;
mod raw_caller;
mod raw_failure;
mod raw_network;
mod raw_parts;
mod raw_plan;
mod raw_store;
mod reference;
mod schema;
mod source;
mod template;
mod uncertain;

pub use self::{
    axis::{Axis, Scale},
    case::{Case, InCase, Trouble},
    error::{Diagnosis, Finding, LoadError, Place},
    load::{Loaded, from_str, load},
    overrides::Override,
    planning::{Goal, Planning},
    reference::reference,
    schema::json_schema,
    template::{TEMPLATES, Template},
    uncertain::{Input, Spread},
};
use crate::{
    config::Shape,
    model::{Deployment, Sender},
    rng::Seed,
    units::SimDuration,
};

/// A checked scenario.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The file's name without its ending.
    pub name: String,
    /// What it is about, in a line.
    pub description: String,
    /// How it is run.
    pub run: RunPlan,
    /// What is simulated.
    pub deployment: Deployment,
    /// What is promised.
    pub objectives: Vec<Objective>,
    /// How a year is put together, if at all.
    pub performability: Option<PerformabilityPlan>,
    /// What is varied to find the cheapest deployment that keeps its promises, if anything.
    pub planning: Option<Planning>,
    /// The values that nobody knows exactly; here they are at their middle.
    pub inputs: Vec<Input>,
    /// A fingerprint of everything that was read, overrides included.
    pub digest: u64,
}

impl Scenario {
    /// Returns the load that is offered to a service as a share of its capacity; at 1 and above its servers cannot
    /// keep up. `None` when all that is sent there comes from clients who wait for answers before they send more, so
    /// that no load is given. Calls through caches that learn are left out: nobody knows how many are sent.
    pub fn load(&self, service: usize) -> Option<f64> {
        let is_known = |sender: &Sender<'_>| !sender.call.is_some_and(|(_, call)| call.learns());
        let known = |sender: &Sender<'_>| f64::from(u8::from(is_known(sender)));
        let shares = &offered::offered(&self.deployment, known)[service];
        let comes = shares.iter().any(|share| 0.0 < share.rate);
        comes.then(|| {
            shares.iter().map(|share| share.load).sum::<f64>() / self.deployment.services[service].capacity()
        })
    }
}

impl Scenario {
    /// Returns the power that all servers surely draw in a run without failures, in watts: those without the work that may be lost
    /// or turned away.
    pub fn least_power(&self) -> f64 {
        let sure = check::sure_loads(&self.deployment);
        let drawn = self
            .deployment
            .services
            .iter()
            .zip(sure)
            .filter_map(|(plan, load)| {
                let servers = plan.servers() as f64;
                let busy = servers * (load / plan.capacity()).min(1.0);
                plan.cost.as_ref()?.watts(servers, busy)
            });
        drawn.sum()
    }
}

/// Returns what a scenario file looks like: all tables and fields, families and their members.
pub fn shape() -> Shape {
    raw::RawScenario::root_shape()
}

/// How a scenario is run.
#[derive(Clone, Debug)]
pub struct RunPlan {
    /// The simulated time measured in each replication, after the warm-up.
    pub duration: SimDuration,
    /// The simulated time before measuring begins; found automatically when `None`.
    pub warmup: Option<SimDuration>,
    /// How many replications.
    pub replications: Replications,
    /// The only origin of chance.
    pub seed: Seed,
    /// The bucket of the time series; a hundredth or so of the duration when `None`.
    pub timeline: Option<SimDuration>,
    /// The confidence level of intervals, between 0 and 1.
    pub level: f64,
    /// Requests in flight at which a replication gives up.
    pub max_in_flight: usize,
    /// Whether a scenario that cannot keep up is run all the same.
    pub allow_overload: bool,
    /// Whether rules of thumb from articles are shown beside theory.
    pub rules_of_thumb: bool,
}

/// How a year's service is put together from the states that failures bring about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PerformabilityPlan {
    /// The simulated time of each run without requests that counts how often states occur.
    pub years: SimDuration,
    /// The share of time below which a state is not simulated.
    pub cutoff: f64,
    /// How often each state is simulated at least.
    pub replications: u32,
}

/// How many replications are run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Replications {
    /// This many.
    Fixed(u32),
    /// At least `first`; more until every headline interval is within this share of its mean, and at most `cap`.
    Until {
        /// The half width wanted, as a share of the mean.
        precision: f64,
        /// Replications before the first look.
        first: u32,
        /// Replications at which to stop in any case.
        cap: u32,
    },
}

/// One promise: a measure of a workload, a call or a store, and its bound.
#[derive(Clone, Debug, PartialEq)]
pub struct Objective {
    /// Whose: `"workload.shoppers"`, `"call.web>orders"`, `"store.orders"`.
    pub of: String,
    /// The measure: `"response.p99"`.
    pub measure: String,
    /// The bound in the measure's base unit.
    pub bound: f64,
    /// Whether the measure must stay at or above the bound (as availability) or at or below it (as a response time).
    pub at_least: bool,
}
