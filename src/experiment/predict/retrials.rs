//! Clients who are turned away and come back: a retrial queue where they do so for ever, and otherwise a loss system to
//! which every attempt is as good as new.

use super::{pool::common_queue, station::Station};
use crate::{
    model::{
        arrival::Nature,
        caller::{
            outcome::Outcome,
            retry::{Attempts, Jitter, RetryPlan, Which},
        },
    },
    theory::{
        catalogue::{self, Formula},
        erlang_b,
        retrial::Retrial,
        retry::{Retries, loads},
    },
};

/// What formulas say of a station whose clients come back.
pub(super) struct Returns {
    pub formula: &'static Formula,
    pub leaves_out: Option<String>,
    /// Measures of the workload and their values.
    pub workload: Vec<(&'static str, f64)>,
    pub utilisation: f64,
}

/// Returns what formulas say where clients who find all servers busy come back, and nothing else ends an attempt.
pub(super) fn of(station: &Station<'_>) -> Option<Returns> {
    let [stream] = station.streams.as_slice() else {
        return None;
    };
    let plan = stream.sender;
    let caller = plan.caller;
    let retry = caller.retry.as_ref()?;
    let others = caller.timeout.is_some() || caller.hedge.is_some() || caller.breaker.is_some();
    let limits = caller.concurrency.is_some() || caller.rate_limit.is_some() || retry.budget.is_some();
    let leaves = plan.deadline.is_some() || plan.patience.is_some() || station.plan.queue.shed.is_some();
    let returns = retry.on.contains(Outcome::Rejected) && (retry.server != Which::Same || is_one(station));
    let linked = station.is_in_graph() || station.deployment().network.is_some();
    let unfit = linked || station.leaves_out().is_some();
    if others || limits || leaves || !returns || unfit {
        return None;
    }
    let common = common_queue(station).ok().flatten()?;
    if station.plan.queue.capacity != Some(0) || common.room != Some(0) {
        return None;
    }
    let Nature::Poisson { .. } = plan.arrivals?.nature else {
        return None;
    };
    let (rate, speed) = (stream.rate?, station.speed()?);
    let service = stream.work.mean() / speed;
    if retry.attempts == Attempts::UNLIMITED {
        for_ever(retry, common.slots, rate, service, stream.work.is_exponential())
    } else {
        a_few_times(retry.attempts.0, common.slots, rate, service)
    }
}

fn is_one(station: &Station<'_>) -> bool {
    station.plan.servers() == 1
}

/// The retrial queue: exactly where pauses are exponential and all alike, as is the work.
fn for_ever(retry: &RetryPlan, slots: u32, rate: f64, service: f64, exponential: bool) -> Option<Returns> {
    let share = match retry.jitter {
        Jitter::Full => 0.5,
        Jitter::Equal => 0.75,
        Jitter::None | Jitter::Exponential => 1.0,
    };
    let grows = 1.0 < retry.factor && retry.max_backoff.is_none_or(|most| retry.backoff < most);
    let pause = share * retry.backoff.as_secs_f64();
    if grows || pause == 0.0 {
        return None;
    }
    let model = Retrial::new(slots, rate, service.recip(), pause.recip()).ok()?;
    let formula = if slots == 1 {
        &catalogue::RETRIAL_MM1
    } else {
        &catalogue::RETRIAL_MMC
    };
    let leaves_out = match (exponential, retry.jitter == Jitter::Exponential) {
        (true, true) => None,
        (true, false) => Some("how pauses are spread"),
        (false, true) => Some("how the work is spread"),
        (false, false) => Some("how pauses and the work are spread"),
    };
    Some(Returns {
        formula,
        leaves_out: leaves_out.map(str::to_owned),
        workload: vec![
            ("response.mean", model.mean_response()),
            ("wait.mean", model.mean_wait()),
            ("attempts", model.mean_attempts()),
            ("retries", model.mean_attempts() - 1.0),
            ("throughput", rate),
            ("goodput", rate),
            ("availability", 1.0),
        ],
        utilisation: model.utilisation(),
    })
}

/// Attempts fail with the probability that Erlang B gives for the load of all of them.
fn a_few_times(most: u32, slots: u32, rate: f64, service: f64) -> Option<Returns> {
    let retries = Retries::new(most, f64::INFINITY).ok()?;
    let failure = |attempts: f64| erlang_b::blocking(slots, attempts * service).unwrap_or(1.0);
    let attempts = *loads(rate, retries, failure).ok()?.first()?;
    let success = retries.success(failure(attempts));
    Some(Returns {
        formula: &catalogue::RETRIES_ANEW,
        leaves_out: Some("that servers are still busy when a retry comes soon".to_owned()),
        workload: vec![
            ("attempts", attempts / rate),
            ("retries", attempts / rate - 1.0),
            ("throughput", rate * success),
            ("goodput", rate * success),
            ("availability", success),
            ("rejected", 1.0 - success),
        ],
        utilisation: rate * success * service / f64::from(slots),
    })
}
