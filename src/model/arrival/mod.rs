//! When requests come.
//!
//! **Lives here:** the [`Arrivals`] trait, one file per process, the list that names them, and what several of them
//! share (`count`, `curve`, `moment`).
//! **Lives elsewhere:** what a request brings with it (`world` draws work, keys and patience).
//! **Invariant:** a process draws from its own stream only, so no other setting of a scenario moves an arrival.

pub mod batches;
pub mod bursty;
pub mod closed;
pub mod constant;
mod count;
mod curve;
mod moment;
pub mod on_off;
pub mod poisson;
pub mod profile;
pub mod renewal;
mod scaled;
pub mod sessions;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
pub mod trace;

use std::{fmt, sync::Arc};

pub use self::count::Count;
use crate::{
    config::{Entry, Family, Node, Problems, Section, Shape, Value},
    dist::Dist,
    rng::Stream,
    units::{SimDuration, SimTime, figures},
};

/// What comes at one instant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arrival {
    /// How many requests, at least 1.
    pub size: u32,
    /// Who sends them, where the process wants to hear of the answer; see [`Arrivals::answered`].
    pub client: u32,
    /// What is known of the request beforehand, from a trace; what is not is drawn.
    pub given: Given,
}

impl Arrival {
    /// One request of which nothing is known.
    pub const SINGLE: Self = Self {
        size: 1,
        client: 0,
        given: Given::NOTHING,
    };
}

/// What is known of a request beforehand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Given {
    /// Its work on the reference server.
    pub work: Option<SimDuration>,
    /// What it asks for.
    pub key: Option<u64>,
    /// Its priority: 0 before 1.
    pub priority: Option<u8>,
}

impl Given {
    /// Nothing is known.
    pub const NOTHING: Self = Self {
        work: None,
        key: None,
        priority: None,
    };
}

/// A process that makes requests.
pub trait Arrivals: Send {
    /// Returns when the next requests come by themselves, never earlier than the last ones; `None` when there are no
    /// more.
    fn next(&mut self, rng: &mut Stream) -> Option<SimTime>;

    /// Returns what comes at the instant that [`next`](Self::next) named last; `None` for one request of which nothing
    /// is known, which is all that most processes ever make.
    fn arrival(&self) -> Option<&Arrival> {
        None
    }

    /// Hears that a request of `client` has ended (well or not), and returns when that client sends its next one, not
    /// before `now`. Only processes whose [`ArrivalPlan::answers`] is set are told.
    ///
    /// There is no stream to draw from: think times come from streams forked in [`next`](Self::next), one for each
    /// client, so that the order of answers moves no arrival but those that follow from them.
    fn answered(&mut self, client: u32, now: SimTime) -> Option<SimTime> {
        let _ = (client, now);
        None
    }
}

/// Makes the process for one run, given the instant at which measuring begins.
pub type BuildArrivals = dyn Fn(SimTime) -> Box<dyn Arrivals> + Send + Sync;

/// A checked description of an arrival process, from which each run makes its own.
#[derive(Clone)]
pub struct ArrivalPlan {
    /// Its name in a scenario.
    pub name: &'static str,
    /// What formulas need to know.
    pub nature: Nature,
    /// Whether the process wants to hear of answers.
    pub answers: bool,
    /// Makes the process for one run, given the instant at which measuring begins (the zero of a daily profile).
    pub build: Arc<BuildArrivals>,
}

impl ArrivalPlan {
    /// Returns the description of a process that does not hear of answers; `build` makes one for a run that begins
    /// measuring at the instant it is given.
    pub fn new<A: Arrivals + 'static>(
        name: &'static str,
        nature: Nature,
        build: impl Fn(SimTime) -> A + Send + Sync + 'static,
    ) -> Self {
        Self {
            name,
            nature,
            answers: false,
            build: Arc::new(move |origin| Box::new(build(origin))),
        }
    }
}

impl fmt::Debug for ArrivalPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ArrivalPlan")
            .field("name", &self.name)
            .field("nature", &self.nature)
            .finish_non_exhaustive()
    }
}

/// What formulas need to know of an arrival process. Rates are in requests per second.
#[derive(Clone, Debug, PartialEq)]
pub enum Nature {
    /// Poisson arrivals.
    Poisson {
        /// Requests per second.
        rate: f64,
    },
    /// Independent gaps of one distribution, in seconds.
    Renewal {
        /// The distribution of the gaps.
        gap: Dist,
    },
    /// Stationary, but with dependent gaps.
    Correlated {
        /// Requests per second in the long run.
        rate: f64,
    },
    /// Poisson in batches.
    Batches {
        /// Requests per second in the long run.
        rate: f64,
        /// Requests in a batch.
        size: Count,
    },
    /// Poisson with a rate that changes over time, from point to point in straight lines, and repeats at the end.
    Profile {
        /// Seconds from the beginning, and the requests per second then.
        points: Vec<(f64, f64)>,
    },
    /// A fixed number of clients, each thinking between an answer and its next request.
    Closed {
        /// How many clients.
        clients: u32,
        /// The distribution of the think time in seconds.
        think: Dist,
    },
    /// Sessions of several requests that begin as a Poisson process and end.
    Sessions {
        /// Requests per second in the long run.
        rate: f64,
    },
    /// As recorded.
    Trace {
        /// Requests per second over the whole of it.
        rate: f64,
        /// The squared coefficient of variation of the gaps.
        gap_scv: f64,
        /// Mean in seconds and squared coefficient of variation of the work, where every request has it recorded.
        work: Option<(f64, f64)>,
        /// Whether every request has its key recorded.
        keyed: bool,
    },
}

impl Nature {
    /// Returns the requests per second in the long run; `None` where that depends on the answers.
    pub fn rate(&self) -> Option<f64> {
        match self {
            Self::Poisson { rate }
            | Self::Correlated { rate }
            | Self::Batches { rate, .. }
            | Self::Sessions { rate }
            | Self::Trace { rate, .. } => Some(*rate),
            Self::Renewal { gap } => Some(1.0 / gap.mean()),
            Self::Profile { points } => Some(profile_mean(points)),
            Self::Closed { .. } => None,
        }
    }
}

/// The mean of straight lines between points.
fn profile_mean(points: &[(f64, f64)]) -> f64 {
    let area: f64 = points
        .windows(2)
        .map(|pair| (pair[1].0 - pair[0].0) * (pair[0].1 + pair[1].1) / 2.0)
        .sum();
    let span = points[points.len() - 1].0 - points[0].0;
    area / span
}

/// The arrival processes, in the order of the reference.
pub const REGISTRY: &[&Entry<ArrivalPlan>] = &[
    &poisson::ENTRY,
    &renewal::ENTRY,
    &constant::ENTRY,
    &profile::ENTRY,
    &bursty::ENTRY,
    &on_off::ENTRY,
    &batches::ENTRY,
    &closed::ENTRY,
    &sessions::ENTRY,
    &trace::ENTRY,
];

/// The most requests per second: one for each nanosecond of the clock.
const RATE_MAX: f64 = 1e9;

impl Family for ArrivalPlan {
    const WHAT: &'static str = "an arrival process";
    const TAG: &'static str = "process";
    fn entries() -> &'static [&'static Entry<Self>] {
        REGISTRY
    }
}

impl Value for ArrivalPlan {
    fn shape() -> Shape {
        Self::family_shape(false, Vec::new())
    }
    fn read(node: &Node, problems: &Problems) -> Option<Self> {
        let section = Section::open(node, "an arrival process", problems)?;
        let plan = Self::read_tagged(&section, None);
        section.finish();
        let too_fast = |rate: &f64| RATE_MAX < *rate;
        if let Some(rate) = plan.as_ref()?.nature.rate().filter(too_fast) {
            let fault = format!(
                "{} requests per second are more than the clock can tell apart",
                figures(rate, 3)
            );
            problems.error(
                &node.span,
                fault,
                "too fast",
                "use less than 1e9 /s, one request per nanosecond",
            );
            return None;
        }
        plan
    }
}
