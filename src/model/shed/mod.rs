//! Load shedding: requests that a queue turns away, or lets go unserved, though there would be room for them.
//!
//! **Lives here:** the [`Shedder`] trait, one file per policy, the list that names them.
//! **Lives elsewhere:** how long a queue may be at most, and how long requests may wait in it (`world`); who goes first
//! (`discipline`).
//! **Invariant:** a policy sees what a server sees: its queue and the clock, and of a request its priority and its age.
//!
//! One object keeps the books of *all* queues of a service, as a discipline does.

pub mod codel;
pub mod controlled_delay;
pub mod priority;

use std::{fmt, sync::Arc};

use crate::{
    config::{Entry, Family, Node, Problems, Section, Shape, Value},
    units::{SimDuration, SimTime},
};

/// What sheds load from the queues of a service. Queues are numbered from 0.
pub trait Shedder: Send {
    /// Decides whether a request may join a queue in which `waiting` others stand.
    fn admits(&mut self, queue: usize, priority: u8, waiting: u32, now: SimTime) -> bool {
        let _ = (queue, priority, waiting, now);
        true
    }
    /// Decides whether a request goes unserved that was just taken from a queue, after it has `waited`; `left` others
    /// stand there still.
    fn lets_go(&mut self, queue: usize, waited: SimDuration, left: u32, now: SimTime) -> bool {
        let _ = (queue, waited, left, now);
        false
    }
}

/// Makes the policy for one run and this many queues.
pub type BuildShedder = dyn Fn(usize) -> Box<dyn Shedder> + Send + Sync;

/// A checked description of a policy, from which each run makes its own.
#[derive(Clone)]
pub struct ShedPlan {
    /// Its name in a scenario.
    pub name: &'static str,
    /// Makes the policy for one run.
    pub build: Arc<BuildShedder>,
}

impl ShedPlan {
    /// Returns a description whose runs make the policy by `build`, which is given the number of queues.
    pub fn new<S: Shedder + 'static>(
        name: &'static str,
        build: impl Fn(usize) -> S + Send + Sync + 'static,
    ) -> Self {
        Self {
            name,
            build: Arc::new(move |queues| Box::new(build(queues))),
        }
    }
}

impl fmt::Debug for ShedPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ShedPlan")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// The policies, in the order of the reference.
pub const REGISTRY: &[&Entry<ShedPlan>] = &[&priority::ENTRY, &codel::ENTRY, &controlled_delay::ENTRY];

impl Family for ShedPlan {
    const WHAT: &'static str = "a shedding policy";
    const TAG: &'static str = "policy";
    fn entries() -> &'static [&'static Entry<Self>] {
        REGISTRY
    }
}

impl Value for ShedPlan {
    fn shape() -> Shape {
        Self::family_shape(true, Vec::new())
    }
    fn read(node: &Node, problems: &Problems) -> Option<Self> {
        let section = Section::open_or_name(node, Self::WHAT, Self::TAG, problems)?;
        let plan = Self::read_tagged(&section, None);
        section.finish();
        plan
    }
}

/// Reads the plan that some settings describe; the message if that fails.
#[cfg(test)]
fn read(text: &str) -> Result<ShedPlan, String> {
    let problems = Problems::default();
    let plan = ShedPlan::read(&crate::config::parse_value(text, 0).unwrap(), &problems);
    plan.ok_or_else(|| problems.into_sorted()[0].message.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An idle service sheds nothing, whatever the policy.
    #[test]
    fn every_member_is_made_from_its_example_and_leaves_idle_queues_alone() {
        for entry in REGISTRY {
            let plan = read(&format!("{{ policy = \"{}\", {} }}", entry.name, entry.example)).unwrap();
            assert_eq!(plan.name, entry.name);
            let mut shedder = (plan.build)(2);
            for at in 0..1_000 {
                let now = SimTime::from_nanos(at * 1_000_000_000);
                assert!(shedder.admits(1, 255, 0, now), "{}", entry.name);
                assert!(!shedder.lets_go(1, SimDuration::ZERO, 0, now), "{}", entry.name);
            }
        }
    }
}
