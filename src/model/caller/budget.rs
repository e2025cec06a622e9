//! A budget for retries and hedges: a bound on what they add to the load, whatever goes wrong.
//!
//! Without one, retries multiply the load just when a service can bear it least. Finagle and Linkerd let each request
//! earn a share of a retry and keep a small reserve (Finagle's `RetryBudget`, 2016); the share is what retries can add
//! to the load in the long run: Beyer, Jones, Petoff and Murphy, *Site Reliability Engineering*, 2016, ch. 21.

use super::bucket::Bucket;
use crate::{
    config::{Node, Problems, Section, Shape, Spanned, Table, Tree, Value, at_least_one},
    units::{Rate, Share, SimTime},
};

crate::config_table! {
    /// A budget: a `share` of all requests, or a `rate`.
    struct Settings: "a budget" {
        /// The part of a retry that each request earns: at 10 %, retries add a tenth to the load in the long run.
        share: Option<Share>,
        /// Instead of `share`: retries per unit of time, whatever the load.
        rate: Option<Rate>,
        /// Retries that can be saved up, at least 1. There are as many at the beginning, so that the first failures can
        /// be retried.
        burst: Spanned<u32> = 10,
    }
}

/// What may be spent on further attempts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BudgetPlan {
    /// What fills it.
    pub source: Source,
    /// What can be saved up, and what there is at the beginning; at least 1.
    pub burst: u32,
}

/// What fills a budget.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Source {
    /// Each request adds this part of an attempt.
    Share(Share),
    /// Time does.
    Rate(Rate),
}

impl BudgetPlan {
    /// What can be saved up where nothing is said of it.
    pub const BURST: u32 = 10;

    /// Returns the budget of one run.
    pub fn build(&self) -> Budget {
        let most = f64::from(self.burst);
        match self.source {
            Source::Share(share) => Budget {
                part: share.get(),
                bucket: Bucket::earned(most),
            },
            Source::Rate(rate) => Budget {
                part: 0.0,
                bucket: Bucket::timed(rate, most),
            },
        }
    }
}

impl Value for BudgetPlan {
    fn shape() -> Shape {
        Shape::OneOf(vec![Share::shape(), Settings::shape()])
    }
    fn read(node: &Node, problems: &Problems) -> Option<Self> {
        if !matches!(node.tree, Tree::Table(_)) {
            return Some(Self {
                source: Source::Share(Share::read(node, problems)?),
                burst: Self::BURST,
            });
        }
        let section = Section::open(node, "a budget", problems)?;
        let read = Settings::read_fields(&section);
        section.finish();
        let Settings { share, rate, burst } = read?;
        let source = match (share, rate) {
            (Some(share), None) => Source::Share(share),
            (None, Some(rate)) => Source::Rate(rate),
            _ => {
                let help = "write `\"10 %\"`, `{ share = \"10 %\", burst = 10 }` or `{ rate = \"5 /s\" }`";
                problems.error(
                    &node.span,
                    "a budget is a `share` or a `rate`",
                    "one of them",
                    help,
                );
                return None;
            }
        };
        at_least_one(&burst, "a `burst`", problems)?;
        Some(Self {
            source,
            burst: *burst,
        })
    }
}

/// A budget as it is spent.
#[derive(Clone, Debug)]
pub struct Budget {
    part: f64,
    bucket: Bucket,
}

impl Budget {
    /// A request has come.
    pub fn request(&mut self) {
        self.bucket.earn(self.part);
    }
    /// Spends one attempt, if there is enough; returns whether there was.
    pub fn spend(&mut self, now: SimTime) -> bool {
        self.bucket.take(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::parse_value;

    fn read(text: &str) -> Result<BudgetPlan, String> {
        let problems = Problems::default();
        let plan = BudgetPlan::read(&parse_value(text, 0).unwrap(), &problems);
        plan.ok_or_else(|| problems.into_sorted()[0].message.clone())
    }

    #[test]
    fn a_budget_is_a_share_or_a_rate() {
        let ten = Share::new(0.1).unwrap();
        let share = |burst| BudgetPlan {
            source: Source::Share(ten),
            burst,
        };
        assert_eq!(read("\"10 %\""), Ok(share(10)));
        assert_eq!(read("{ share = \"10 %\", burst = 3 }"), Ok(share(3)));
        let rate = read("{ rate = \"5 /s\" }").unwrap();
        assert_eq!(rate.source, Source::Rate(Rate::per_second(5.0).unwrap()));
        let both = read("{ rate = \"5 /s\", share = \"1 %\" }");
        assert_eq!(both, Err("a budget is a `share` or a `rate`".to_owned()));
        assert!(read("{}").is_err() && read("0.1").is_err());
        let nothing = read("{ share = \"10 %\", burst = 0 }");
        assert_eq!(nothing, Err("a `burst` cannot be 0".to_owned()));
    }

    #[test]
    fn in_the_long_run_a_share_of_the_requests_is_spent_and_no_more() {
        let mut budget = read("{ share = \"10 %\", burst = 4 }").unwrap().build();
        let mut spent = 0;
        for _ in 0..10_000 {
            budget.request();
            while budget.spend(SimTime::ZERO) {
                spent += 1;
            }
        }
        assert_eq!(
            spent,
            4 + 999,
            "the first request finds the bucket full, and earns nothing"
        );
    }
}
