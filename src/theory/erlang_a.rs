//! Erlang A (M/M/c+M): requests that wait lose patience after an exponential time and leave.

use super::{
    TheoryError, ensure, ensure_arrival_rate, ensure_service_rate,
    numeric::{quantile, unimodal},
};

/// Exponential servers whose waiting requests give up.
///
/// # Formula
/// ```text
/// p_n ∝ Π_{i=1..n} λ / (min(i, c)·μ + max(i − c, 0)·θ),    P(abandon) = θ·L_q/λ
/// offered wait V (of one with endless patience), x > 0:
///     density ∝ exp(λ·(1 − e^(−θx))/θ − cμx),    P(V > 0) = P(n ≥ c)
/// ```
/// A request gives up unless its patience outlasts `V`.
///
/// # Validity
/// Poisson arrivals, exponential service and patience, FIFO; stable at every load, overload included. Exact for
/// any `c`; takes time proportional to the number of states that matter, at most `λ/min(μ, θ)` and mostly near
/// its square root.
///
/// # Source
/// Palm (1957); Mandelbaum and Zeltyn, *Service Engineering in Action: The Palm/Erlang-A Queue* (2007).
#[derive(Clone, Copy, Debug)]
pub struct ErlangA {
    servers: f64,
    arrival_rate: f64,
    service_rate: f64,
    patience_rate: f64,
    prob_wait: f64,
    busy: f64,
    mean_queue: f64,
    /// E[wait; served] of an arriving request.
    wait_of_served: f64,
}

impl ErlangA {
    /// Makes the model from the servers, the arrival rate, the service rate of one server, and the rate `θ` at
    /// which a waiting request gives up (one over its mean patience), all per second.
    pub fn new(
        servers: u32,
        arrival_rate: f64,
        service_rate: f64,
        patience_rate: f64,
    ) -> Result<Self, TheoryError> {
        ensure_arrival_rate(arrival_rate)?;
        ensure_service_rate(service_rate)?;
        ensure(0 < servers, "there is no server")?;
        ensure(
            patience_rate.is_finite() && 0.0 < patience_rate,
            "the rate of giving up is not positive and finite",
        )?;
        let c = servers as usize;
        let full_rate = f64::from(servers) * service_rate;
        let mode = if arrival_rate <= full_rate {
            (arrival_rate / service_rate) as usize
        } else {
            c + ((arrival_rate - full_rate) / patience_rate) as usize
        };
        let death = |n: usize| n.min(c) as f64 * service_rate + n.saturating_sub(c) as f64 * patience_rate;
        let (first, states) = unimodal(mode, usize::MAX, |n| arrival_rate / death(n));
        let mut model = Self {
            servers: f64::from(servers),
            arrival_rate,
            service_rate,
            patience_rate,
            prob_wait: 0.0,
            busy: 0.0,
            mean_queue: 0.0,
            wait_of_served: 0.0,
        };
        // Finding `ahead` in the queue, the wait if served takes Σ 1/(cμ + (i + 1)θ) over i = 0..=ahead.
        let step = |ahead: usize| (full_rate + (ahead + 1) as f64 * patience_rate).recip();
        let mut wait_if_served: f64 = (0..first.saturating_sub(c)).map(step).sum();
        for (n, p) in (first..).zip(states) {
            model.busy += p * n.min(c) as f64;
            if let Some(ahead) = n.checked_sub(c) {
                wait_if_served += step(ahead);
                model.prob_wait += p;
                model.mean_queue += p * ahead as f64;
                model.wait_of_served += p * full_rate * step(ahead) * wait_if_served;
            }
        }
        Ok(model)
    }
    /// Returns the share of requests that give up.
    pub fn prob_abandon(&self) -> f64 {
        if self.arrival_rate == 0.0 {
            0.0
        } else {
            self.patience_rate * self.mean_queue / self.arrival_rate
        }
    }
    /// Returns P(an arriving request must wait), whether it is served or gives up.
    pub fn prob_wait(&self) -> f64 {
        self.prob_wait
    }
    /// Returns the requests served per second.
    pub fn throughput(&self) -> f64 {
        self.busy * self.service_rate
    }
    /// Returns the share of time each server works.
    pub fn utilisation(&self) -> f64 {
        self.busy / self.servers
    }
    /// Returns the mean number waiting.
    pub fn mean_queue(&self) -> f64 {
        self.mean_queue
    }
    /// Returns the mean number in the system.
    pub fn mean_in_system(&self) -> f64 {
        self.busy + self.mean_queue
    }
    /// Returns the mean time in the queue of all requests, served or not, in seconds.
    pub fn mean_wait_all(&self) -> f64 {
        self.prob_abandon() / self.patience_rate
    }
    /// Returns the mean time in the queue of the requests that are served, in seconds.
    pub fn mean_wait(&self) -> f64 {
        if self.arrival_rate == 0.0 {
            0.0
        } else {
            self.wait_of_served * self.arrival_rate / self.throughput()
        }
    }
    /// Returns the mean response time of the requests that are served, in seconds.
    pub fn mean_response(&self) -> f64 {
        self.mean_wait() + self.service_rate.recip()
    }
    /// Returns P(offered wait > t): how long one would wait who never gives up.
    pub fn offered_wait_tail(&self, t: f64) -> f64 {
        if t < 0.0 {
            return 1.0;
        }
        self.prob_wait * self.mass_beyond(t) / self.mass_beyond(0.0)
    }
    /// Returns the offered wait that a share `p` of requests does not exceed, in seconds.
    pub fn offered_wait_quantile(&self, p: f64) -> f64 {
        let scale = (self.servers * self.service_rate).recip() + self.mean_wait_all();
        quantile(p, scale, |t| self.offered_wait_tail(t))
    }
    /// The area of the unnormalised density of the offered wait beyond `t`.
    fn mass_beyond(&self, t: f64) -> f64 {
        let (λ, θ, full) = (
            self.arrival_rate,
            self.patience_rate,
            self.servers * self.service_rate,
        );
        // Where the density peaks; everything is measured against that height, so nothing overflows.
        let peak = ((λ / full).ln() / θ).max(0.0);
        let exponent = |x: f64| -λ * (-θ * x).exp_m1() / θ - full * x;
        let top = exponent(peak);
        let density = |x: f64| (exponent(x) - top).exp();
        let falls = |width: f64| -40.0 < exponent(peak + width) - top;
        let mut width = full.recip();
        while falls(width) {
            width *= 2.0;
        }
        // Left of the peak the density rises over about the width in which it falls on the right.
        let (left, right) = ((peak - width).max(0.0), peak + width);
        let beyond = |edge: f64| {
            let mut far = edge + full.recip();
            while -40.0 < exponent(far) - exponent(edge) {
                far = edge + 2.0 * (far - edge);
            }
            super::numeric::integral(edge, far, density)
        };
        if right <= t || peak <= t {
            beyond(t)
        } else {
            super::numeric::integral(t.max(left), peak, density) + beyond(peak)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::{
        mginf::MgInf,
        mmc::Mmc,
        numeric::integral,
        test_support::{assert_close, birth_death},
    };

    /// One server, λ = μ = θ: departures at rate n make the states Poisson with mean 1.
    #[test]
    fn equal_rates_match_the_exact_poisson_answer() {
        let model = ErlangA::new(1, 1.0, 1.0, 1.0).unwrap();
        let empty = (-1.0_f64).exp();
        assert_close(model.utilisation(), 1.0 - empty, 1e-14);
        assert_close(model.mean_queue(), empty, 1e-14);
        assert_close(model.prob_abandon(), empty, 1e-14);
        // Service and patience are alike here, so those in service number as in M/M/∞ cut at c.
        let many = ErlangA::new(20, 12.0, 1.0, 1.0).unwrap();
        assert_close(
            many.mean_in_system(),
            MgInf::new(12.0, 1.0).unwrap().mean_in_system(),
            1e-13,
        );
    }

    #[test]
    fn a_chain_agrees_from_light_load_to_overload() {
        for λ in [1.0, 8.0, 40.0] {
            let (c, μ, θ) = (6, 1.5, 0.7);
            let model = ErlangA::new(c, λ, μ, θ).unwrap();
            let death = |n: usize| n.min(6) as f64 * μ + n.saturating_sub(6) as f64 * θ;
            let states = birth_death(160, |_| λ, death);
            let waiting: f64 = states
                .iter()
                .enumerate()
                .map(|(n, p)| p * n.saturating_sub(6) as f64)
                .sum();
            assert_close(model.mean_queue(), waiting, 1e-12);
            assert_close(model.prob_wait(), states[6..].iter().sum(), 1e-12);
            assert_close(model.throughput(), λ * (1.0 - model.prob_abandon()), 1e-12);
            // The offered wait is not built from the states, so it checks them.
            let gives_up = integral(0.0, 60.0, |t| θ * (-θ * t).exp() * model.offered_wait_tail(t));
            assert_close(gives_up, model.prob_abandon(), 1e-8);
            // E[V; V < patience] = ∫ t e^(−θt) dF(t) = ∫ (1 − θt) e^(−θt) P(V > t) dt.
            let served = integral(0.0, 60.0, |t| {
                (1.0 - θ * t) * (-θ * t).exp() * model.offered_wait_tail(t)
            });
            assert_close(served / (1.0 - gives_up), model.mean_wait(), 1e-8);
        }
    }

    #[test]
    fn endless_patience_is_mmc() {
        let (patient, open) = (
            ErlangA::new(5, 4.0, 1.0, 1e-9).unwrap(),
            Mmc::new(5, 4.0, 1.0).unwrap(),
        );
        assert_close(patient.prob_wait(), open.prob_wait(), 1e-6);
        assert_close(patient.mean_wait(), open.mean_wait(), 1e-6);
        assert_close(patient.mean_response(), open.mean_response(), 1e-6);
        assert_close(
            patient.offered_wait_quantile(0.99),
            open.wait_quantile(0.99),
            1e-6,
        );
    }

    #[test]
    fn the_edges_are_no_load_heavy_overload_and_thousands_of_servers() {
        let idle = ErlangA::new(2, 0.0, 1.0, 1.0).unwrap();
        assert!(idle.prob_abandon() == 0.0 && idle.mean_wait() == 0.0 && idle.prob_wait() == 0.0);
        // Far overloaded, those who leave are those who do not fit: the fluid limit 1 − c/a.
        let flood = ErlangA::new(1_000, 1_500.0, 1.0, 0.5).unwrap();
        assert_close(flood.prob_abandon(), 1.0 / 3.0, 1e-3);
        assert_close(flood.offered_wait_quantile(0.5), 1.5_f64.ln() / 0.5, 0.01);
        let large = ErlangA::new(100_000, 99_900.0, 1.0, 0.1).unwrap();
        assert!(0.0 < large.prob_abandon() && large.prob_abandon() < 0.01);
        assert!(ErlangA::new(1, 1.0, 1.0, 0.0).is_err() && ErlangA::new(0, 1.0, 1.0, 1.0).is_err());
    }
}
