//! Queueing formulas: what theory says about a system, without simulating it.
//!
//! **Lives here:** one family of formulas a file, each with its formula, validity and source; the
//! [`catalogue`] that names them all.
//! **Lives elsewhere:** which formula fits a scenario (`experiment`), distributions (`dist`).
//! **Invariant:** a model that exists is valid: its constructor checked the parameters, its methods only compute.
//!
//! # Conventions
//! Everything here is a plain `f64` in SI units: rates per second, times in seconds, loads in erlangs. The
//! quantities of `units` stop at the door, because formulas are checked to twelve figures, more than people write.
//! Any other consistent unit of time works as well. Relatives share their names:
//!
//! | name | meaning |
//! | --- | --- |
//! | `utilisation` | share of the servers' time spent working |
//! | `mean_wait`, `mean_response` | time in the queue; in the queue and in service |
//! | `mean_queue`, `mean_in_system` | requests waiting; waiting or in service |
//! | `wait_variance`, `response_variance` | variances of the two times, in s² |
//! | `wait_tail(t)`, `response_tail(t)` | P(time > t); a tail keeps its figures where 1 − P has none left |
//! | `wait_quantile(p)`, `response_quantile(p)` | smallest t with P(time ≤ t) ≥ p; 0 for p ≤ 0, ∞ for p ≥ 1 |
//!
//! Times are those of requests that are served, unless a method says otherwise.

pub mod active_standby;
pub mod article;
pub mod balancing;
pub mod batch_mg1;
pub mod breakdowns;
pub mod busy_period;
pub mod catalogue;
mod chain;
pub mod common_cause;
pub mod detection;
pub mod domains;
pub mod erlang_a;
pub mod erlang_b;
pub mod gg1;
pub mod gimc;
pub mod inversion;
pub mod k_of_n;
pub mod machine_repair;
mod matrix;
pub mod md1;
pub mod mdc;
mod mdc_queue;
pub mod mg1;
pub mod mg1_priority;
pub mod mg1_priority_times;
pub mod mg1_ps;
pub mod mginf;
pub mod mm1;
pub mod mmc;
pub mod mmc_priority;
pub mod mmck;
pub mod network;
pub(crate) mod numeric;
pub mod operational;
pub mod replicas;
pub mod retrial;
pub mod retry;
pub mod shortest_job_first;
pub mod sizing;
mod stages;
#[cfg(test)]
mod test_support;
pub mod unnoticed;
pub mod varying_load;

/// Why a formula has no answer.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum TheoryError {
    /// Work arrives at least as fast as it can be done, so the queue grows without end.
    #[error("the offered load of {load} is not below the capacity of {capacity}")]
    Unstable {
        /// Offered load, in erlangs.
        load: f64,
        /// What the servers can carry, in erlangs.
        capacity: f64,
    },
    /// A parameter is outside the range in which the formula means anything.
    #[error("{0}")]
    Domain(&'static str),
}

/// Lets a parameter pass, or says what is wrong with it.
fn ensure(holds: bool, otherwise: &'static str) -> Result<(), TheoryError> {
    if holds {
        Ok(())
    } else {
        Err(TheoryError::Domain(otherwise))
    }
}

/// Checks an arrival rate: finite and not negative.
fn ensure_arrival_rate(rate: f64) -> Result<(), TheoryError> {
    ensure(
        rate.is_finite() && 0.0 <= rate,
        "the arrival rate is negative or not finite",
    )
}

/// Checks a service rate: finite and positive.
fn ensure_service_rate(rate: f64) -> Result<(), TheoryError> {
    ensure(
        rate.is_finite() && 0.0 < rate,
        "the service rate is not positive and finite",
    )
}

/// Checks a mean service time: finite and positive.
fn ensure_mean_service(time: f64) -> Result<(), TheoryError> {
    ensure(
        time.is_finite() && 0.0 < time,
        "the mean service time is not positive and finite",
    )
}

/// Checks a squared coefficient of variation: finite and not negative.
fn ensure_scv(scv: f64) -> Result<(), TheoryError> {
    ensure(
        scv.is_finite() && 0.0 <= scv,
        "the squared coefficient of variation is negative or not finite",
    )
}

/// Checks that the offered load is below the capacity.
fn ensure_stable(load: f64, capacity: f64) -> Result<(), TheoryError> {
    if load < capacity {
        Ok(())
    } else {
        Err(TheoryError::Unstable { load, capacity })
    }
}
