//! Calls as they are written.

use super::{check::objective::OfCalls, raw_caller::RawCaller, raw_parts::Slo};
use crate::{
    config::{Node, Problems, Shape, Spanned, Tree, Value},
    dist::Dist,
    model::{CachePlan, Popularity, Times, storage::Operation},
};

crate::config_table! {
    /// What a server asks of another service for each of its requests. It does so after its own work: phase after phase,
    /// all calls of a phase at once, and it answers when it has what it waits for. A call has the same policies as a
    /// workload; its clients are all servers of the service that calls.
    pub(super) struct RawCall: "a call" with caller: RawCaller {
        /// The name of the service or the store that is called. Calls must not lead in circles.
        pub to: Spanned<String>,
        /// What it asks for, if it goes to a store.
        pub operation: Option<Spanned<Operation>>,
        /// Its name in paths and reports. Left out, it is that of the service called; of several such calls, the second
        /// is told of with `#2` behind it.
        pub name: Option<Spanned<String>>,
        /// When it goes out: after all calls of smaller phases are complete. Phases count from 1.
        pub phase: Spanned<u32> = 1,
        /// How many go out at once, each with work of its own: a whole number, or `{ values = [1, 2, 8] }`, of which one
        /// is drawn for each request.
        pub times: Spanned<Times> = 1,
        /// How many good answers complete it. Left out, all of them are needed.
        pub enough: Option<Spanned<u32>>,
        /// The probability that a request needs it at all: above 0, and 1 at most.
        pub probability: Spanned<f64> = 1.0,
        /// Whether the caller waits for it. If not, it is sent and forgotten.
        pub awaited: Spanned<bool> = true,
        /// Whether the caller does without its answer when it fails. If not, the request fails with it.
        pub optional: Spanned<bool> = false,
        /// The time that it takes the reference server (one of speed 1). Left out, the `work` of the service called holds.
        pub work: Option<Dist>,
        /// Where a discipline asks for it: 0 goes before 1. Left out, it is that of the request.
        pub priority: Option<Spanned<u32>>,
        /// What it asks for; caches that learn and balancing policies that go by the key need it. Left out, it is the key of
        /// the request.
        pub keys: Option<Popularity>,
        /// What answers some of it before it is sent. Left out, nothing does.
        pub cache: Option<Spanned<CachePlan>>,
        /// The objectives of all such calls, as a workload has them. At most a duration: `response.mean`, `response.p50`,
        /// `response.p99`. At least a rate: `throughput`. At least a share: `availability`.
        pub slo: Slo<OfCalls>,
    }
}

crate::config_words! {
    /// What becomes of a slot while the calls of its request are under way.
    pub(super) enum SlotDuringCalls {
        /// the request keeps it, as a thread that waits
        Held = "held",
        /// others use it meanwhile, as where servers work asynchronously; what waits is not queued again
        Released = "released",
    }
}

crate::config_table! {
    /// A number that is drawn for each request.
    struct Drawn: "a number that is drawn" {
        /// Whole numbers, each as likely as the next.
        values: Spanned<Vec<u32>>,
    }
}

impl Value for Times {
    fn shape() -> Shape {
        let whole = Shape::Integer {
            low: 1,
            high: i64::from(Self::MOST),
        };
        Shape::OneOf(vec![whole, Drawn::shape()])
    }

    fn read(node: &Node, problems: &Problems) -> Option<Self> {
        let most = i64::from(Self::MOST);
        let help = format!(
            "write a whole number from 1 to {most}, or `{{ values = [1, 2, 8] }}` for one that is drawn"
        );
        match &node.tree {
            Tree::Table(_) => {
                let values = Drawn::read(node, problems)?.values;
                if !values.is_empty()
                    && values.iter().all(|&value| value <= Self::MOST)
                    && values.iter().any(|&value| 0 < value)
                {
                    let values = values.iter().map(|&value| f64::from(value));
                    return Dist::empirical(values).ok().map(Self::Drawn);
                }
                let fault = "these are not numbers of calls, of which one at least is above 0";
                problems.error(&values.span, fault, "out of range", help);
            }
            Tree::Integer(times) => match u32::try_from(*times) {
                Ok(times) if (1..=Self::MOST).contains(&times) => return Some(Self::Fixed(times)),
                _ => problems.error(
                    &node.span,
                    format!("{times} is no number of calls"),
                    "out of range",
                    help,
                ),
            },
            _ => {
                let fault = format!("expected a number of calls, found {}", node.kind());
                problems.error(&node.span, fault, "here", help);
            }
        }
        None
    }
}
