//! A limit on the attempts that a caller has under way at once: what is beyond it is not sent.
//!
//! One file for each way to find the limit. An attempt that its caller has given up no longer counts, though a server
//! may still work on it: its connection is closed.

pub mod aimd;
pub mod fixed;
pub mod gradient;

use std::{fmt, sync::Arc};

use crate::{
    config::{Entry, Family, Node, Problems, Section, Shape, Spanned, Value, at_least_one},
    units::{SimDuration, SimTime},
};

/// A limit as a run goes on.
pub trait Limit: Send {
    /// Returns how many attempts may be under way at once, at least 1.
    fn limit(&self) -> u32;
    /// An attempt has ended.
    fn ended(&mut self, _: &Ended) {}
}

/// What a limit is told of an attempt that has ended.
#[derive(Clone, Copy, Debug)]
pub struct Ended {
    /// When it was sent.
    pub began: SimTime,
    /// When it ended.
    pub now: SimTime,
    /// Whether it failed.
    pub failed: bool,
    /// Attempts under way just before the end, this one included.
    pub under_way: u32,
}

impl Ended {
    /// Returns how long it took.
    pub fn took(&self) -> SimDuration {
        self.now.since(self.began)
    }
}

/// A checked description of a limit, from which each run makes its own.
#[derive(Clone)]
pub struct ConcurrencyPlan {
    /// Its name in a scenario.
    pub name: &'static str,
    /// Makes the limit for one run.
    pub build: Arc<dyn Fn() -> Box<dyn Limit> + Send + Sync>,
}

impl ConcurrencyPlan {
    /// Returns a description whose runs make the limit by `build`.
    pub fn new<L: Limit + 'static>(
        name: &'static str,
        build: impl Fn() -> L + Send + Sync + 'static,
    ) -> Self {
        Self {
            name,
            build: Arc::new(move || Box::new(build())),
        }
    }
}

impl fmt::Debug for ConcurrencyPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConcurrencyPlan")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// The ways to find a limit, in the order of the reference.
pub const REGISTRY: &[&Entry<ConcurrencyPlan>] = &[&fixed::ENTRY, &aimd::ENTRY, &gradient::ENTRY];

impl Family for ConcurrencyPlan {
    const WHAT: &'static str = "a concurrency limit";
    const TAG: &'static str = "control";
    fn entries() -> &'static [&'static Entry<Self>] {
        REGISTRY
    }
}

impl Value for ConcurrencyPlan {
    fn shape() -> Shape {
        Self::family_shape(true, Vec::new()).with_default(fixed::ENTRY.name)
    }
    fn read(node: &Node, problems: &Problems) -> Option<Self> {
        let section = Section::open_or_name(node, Self::WHAT, Self::TAG, problems)?;
        let plan = Self::read_tagged(&section, Some(fixed::ENTRY.name));
        section.finish();
        plan
    }
}

/// The bounds of a limit that moves: from where, and between what.
#[derive(Clone, Copy, Debug)]
struct Range {
    start: f64,
    least: f64,
    most: f64,
}

impl Range {
    fn checked(
        start: &Spanned<u32>,
        least: &Spanned<u32>,
        most: &Spanned<u32>,
        problems: &Problems,
    ) -> Option<Self> {
        at_least_one(least, "the limit", problems)?;
        if !(**least..=**most).contains(&**start) {
            let help = "`least` ≤ `start` ≤ `most`";
            problems.error(
                &start.span,
                "the limit starts outside of its bounds",
                "here",
                help,
            );
            return None;
        }
        Some(Self {
            start: f64::from(**start),
            least: f64::from(**least),
            most: f64::from(**most),
        })
    }
    fn clamp(&self, limit: f64) -> f64 {
        limit.clamp(self.least, self.most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::parse_value;

    /// Every member is made from its example, and starts with a limit of at least 1.
    #[test]
    fn every_example_makes_a_limit() {
        for entry in REGISTRY {
            let text = format!("{{ control = \"{}\", {} }}", entry.name, entry.example);
            let problems = Problems::default();
            let plan = ConcurrencyPlan::read(&parse_value(&text, 0).unwrap(), &problems);
            let plan = plan.unwrap_or_else(|| panic!("{text}: {:?}", problems.into_sorted()));
            assert_eq!(plan.name, entry.name);
            let mut limit = (plan.build)();
            assert!(0 < limit.limit());
            // Failures without end never close it.
            for at in 1..10_000 {
                let now = SimTime::from_nanos(1_000 * at);
                let under_way = limit.limit();
                limit.ended(&Ended {
                    began: now,
                    now,
                    failed: true,
                    under_way,
                });
            }
            assert!(0 < limit.limit(), "{}", entry.name);
        }
    }

    #[test]
    fn bounds_that_do_not_fit_are_refused() {
        for text in [
            "{ limit = 0 }",
            "{ control = \"aimd\", start = 5, least = 6 }",
            "{ control = \"aimd\", start = 5, most = 4 }",
            "{ control = \"aimd\", least = 0 }",
            "{ control = \"aimd\", backoff = 1.0 }",
            "{ control = \"gradient\", tolerance = 0.9 }",
            "{ control = \"gradient\", samples = 0 }",
            "{ control = \"gradiant\" }",
            "\"fixed\"",
        ] {
            let problems = Problems::default();
            let plan = ConcurrencyPlan::read(&parse_value(text, 0).unwrap(), &problems);
            assert!(plan.is_none() && problems.has_errors(), "{text}");
        }
    }
}
