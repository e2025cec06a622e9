//! What whoever sends requests does about slow and failed answers: the fields that workloads and calls have in common.

use crate::{
    config::Spanned,
    model::caller::{
        AttemptWork, Expired, breaker::BreakerPlan, concurrency::ConcurrencyPlan, hedge::HedgePlan,
        rate_limit::RateLimitPlan, retry::RetryPlan,
    },
    units::SimDuration,
};

crate::config_table! {
    /// What a sender does about slow and failed answers. A client is whoever sends: a client of a workload, or a server
    /// that calls.
    pub(super) struct RawCaller: "a sender" {
        /// A response later than this does not count as goodput. With `timeout`, `retry` or any other of a client's
        /// policies it is also the time at which the client gives up the request and every attempt at it.
        pub deadline: Option<Spanned<SimDuration>>,
        /// How long a client waits for the answer to an attempt; then it gives it up. Left out, it waits for ever.
        pub timeout: Option<Spanned<SimDuration>>,
        /// With a `timeout`, or a `deadline` at which clients give up: what becomes of an attempt that nobody waits for
        /// any more. Left out, it is `"done"`.
        pub expired: Option<Spanned<Expired>>,
        /// With a `timeout` or a `deadline`: whether servers learn by when an answer is wanted, as with gRPC. The calls that
        /// they wait for, and whatever these lead to, end by then too, and with the request that they are made for. Left out,
        /// they do not.
        pub propagate: Option<Spanned<bool>>,
        /// What a client does about a failed attempt. Left out, it gives up.
        pub retry: Option<Spanned<RetryPlan>>,
        /// A second attempt beside one that is slow. Left out, there is none.
        pub hedge: Option<Spanned<HedgePlan>>,
        /// What stops clients from sending while too many attempts fail. Left out, nothing does.
        pub breaker: Option<BreakerPlan>,
        /// How many attempts all clients together have under way at once; what is beyond is rejected. Left out, there
        /// is no limit.
        pub concurrency: Option<ConcurrencyPlan>,
        /// How fast all clients together send; what is beyond is rejected. Left out, there is no limit.
        pub rate_limit: Option<RateLimitPlan>,
        /// With `retry` or `hedge`: the work that further attempts bring. Left out, it is that of the first.
        pub attempt_work: Option<Spanned<AttemptWork>>,
    }
}
