//! A limit on the rate at which a caller sends: a bucket of tokens, one for each attempt.

use super::bucket::Bucket;
use crate::{
    config::{Node, Problems, Shape, Spanned, Value, at_least_one},
    units::Rate,
};

crate::config_table! {
    /// A limit on the attempts that a caller sends. What is beyond it is not sent at all, and has been rejected.
    struct Settings: "a rate limit" {
        /// Attempts per unit of time in the long run.
        rate: Rate,
        /// Attempts that may be sent at once after a time of rest, at least 1.
        burst: Spanned<u32> = 1,
    }
}

/// A limit on the rate of attempts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateLimitPlan {
    /// Attempts in the long run.
    pub rate: Rate,
    /// Attempts at once after a rest, at least 1.
    pub burst: u32,
}

impl RateLimitPlan {
    /// Returns the bucket of one run; it starts full.
    pub fn bucket(&self) -> Bucket {
        Bucket::timed(self.rate, f64::from(self.burst))
    }
}

impl Value for RateLimitPlan {
    fn shape() -> Shape {
        Settings::shape()
    }
    fn read(node: &Node, problems: &Problems) -> Option<Self> {
        let Settings { rate, burst } = Settings::read(node, problems)?;
        at_least_one(&burst, "a `burst`", problems)?;
        Some(Self { rate, burst: *burst })
    }
}
