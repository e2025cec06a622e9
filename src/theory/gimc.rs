//! GI/M/c: any independent gaps between arrivals, `c` exponential servers, one queue.
//! With one server and Erlang-n gaps it is what each of `n` servers sees behind round robin.

use num_complex::Complex64;

use super::{
    TheoryError, ensure, ensure_service_rate, ensure_stable,
    numeric::{hypoexponential_tail, quantile, root},
};

/// Exponential servers with renewal arrivals.
///
/// # Formula
/// ```text
/// σ = A*(cμ(1 − σ)),  0 < σ < 1,    A*(s) = E[e^(−s·gap)],    P(wait > t) = P_w·e^(−cμ(1 − σ)t)
/// 1/P_w = 1 + (1 − σ)·Σ_{j=1..c} C(c, j)/(C_j·(1 − A_j)) · (c(1 − A_j) − j)/(c(1 − σ) − j)
/// A_j = A*(jμ),    C_j = Π_{i=1..j} A_i/(1 − A_i)
/// ```
/// For one server `P_w = σ`, and the response time is exponential with rate `μ(1 − σ)`.
///
/// # Validity
/// Independent gaps of any one distribution, exponential service, one FIFO queue, `ρ < 1`. Waits are those seen by
/// arrivals. The terms are positive; where `c(1 − σ) = j` the quotient is replaced by its limit.
///
/// # Source
/// Takács, *Introduction to the Theory of Queues* (1962), ch. 2; Kleinrock, *Queueing Systems* I (1975), ch. 6.
#[derive(Clone, Copy, Debug)]
pub struct Gimc {
    servers: u32,
    load: f64,
    service_rate: f64,
    prob_wait: f64,
    /// `cμ(1 − σ)`, how fast waiting clears.
    slack: f64,
}

impl Gimc {
    /// Makes the model from the servers, the mean gap between arrivals, in seconds, the transform of the gap (as
    /// `Dist::laplace` gives it), and the service rate of each server, per second.
    pub fn new(
        servers: u32,
        mean_gap: f64,
        gap: impl Fn(Complex64) -> Complex64,
        service_rate: f64,
    ) -> Result<Self, TheoryError> {
        ensure(0 < servers, "there is no server")?;
        ensure_service_rate(service_rate)?;
        ensure(
            mean_gap.is_finite() && 0.0 < mean_gap,
            "the mean gap is not positive and finite",
        )?;
        let (c, load) = (f64::from(servers), (mean_gap * service_rate).recip());
        ensure_stable(load, c)?;
        let gap = |s: f64| gap(Complex64::from(s)).re;
        // In η = 1 − σ: the excess is negative just above 0 and positive at 1, and convex in between.
        let full_rate = c * service_rate;
        let excess = |η: f64| gap(full_rate * η) - 1.0 + η;
        let mut lo = 0.5;
        while 0.0 <= excess(lo) {
            lo *= 0.5;
            ensure(1e-15 < lo, "the transform of the gap does not fit its mean")?;
        }
        let η = root(lo, 2.0 * lo, |η| -excess(η));
        // σ itself, with all its figures, however small it is.
        let prob_wait = if servers == 1 {
            gap(full_rate * η)
        } else {
            prob_wait(servers, service_rate, η, gap)
        };
        Ok(Self {
            servers,
            load,
            service_rate,
            prob_wait,
            slack: full_rate * η,
        })
    }
    /// Returns `ρ = λ/(cμ)`.
    pub fn utilisation(&self) -> f64 {
        self.load / f64::from(self.servers)
    }
    /// Returns P(an arriving request must wait).
    pub fn prob_wait(&self) -> f64 {
        self.prob_wait
    }
    /// Returns the mean time in the queue, in seconds.
    pub fn mean_wait(&self) -> f64 {
        self.prob_wait / self.slack
    }
    /// Returns the mean response time, in seconds.
    pub fn mean_response(&self) -> f64 {
        self.mean_wait() + self.service_rate.recip()
    }
    /// Returns the mean number waiting, averaged over time.
    pub fn mean_queue(&self) -> f64 {
        self.load * self.service_rate * self.mean_wait()
    }
    /// Returns the mean number in the system, averaged over time.
    pub fn mean_in_system(&self) -> f64 {
        self.mean_queue() + self.load
    }
    /// Returns P(wait > t).
    pub fn wait_tail(&self, t: f64) -> f64 {
        if t < 0.0 {
            1.0
        } else {
            self.prob_wait * (-self.slack * t).exp()
        }
    }
    /// Returns the wait that a share `p` of requests does not exceed, in seconds.
    pub fn wait_quantile(&self, p: f64) -> f64 {
        ((self.prob_wait / (1.0 - p).max(0.0)).ln() / self.slack).max(0.0)
    }
    /// Returns the variance of the wait, in s².
    pub fn wait_variance(&self) -> f64 {
        self.prob_wait * (2.0 - self.prob_wait) / self.slack.powi(2)
    }
    /// Returns P(response > t).
    pub fn response_tail(&self, t: f64) -> f64 {
        let t = t.max(0.0);
        (1.0 - self.prob_wait) * (-self.service_rate * t).exp()
            + self.prob_wait * hypoexponential_tail(self.slack, self.service_rate, t)
    }
    /// Returns the response time that a share `p` of requests does not exceed, in seconds.
    pub fn response_quantile(&self, p: f64) -> f64 {
        quantile(p, self.mean_response(), |t| self.response_tail(t))
    }
    /// Returns the variance of the response time, in s².
    pub fn response_variance(&self) -> f64 {
        self.wait_variance() + self.service_rate.powi(-2)
    }
}

/// P(an arrival must wait) for several servers, from `η = 1 − σ` and the transform of the gap.
fn prob_wait(servers: u32, service_rate: f64, η: f64, gap: impl Fn(f64) -> f64) -> f64 {
    let c = f64::from(servers);
    let (mut weight, mut sum) = (1.0, 0.0);
    for j in (1..=servers).map(f64::from) {
        let a = gap(j * service_rate);
        weight *= (c - j + 1.0) / j * (1.0 - a) / a;
        let distance = c * η - j;
        let quotient = if distance.abs() < 1e-5 * j {
            let (at, step) = (j * service_rate, 1e-4 * j * service_rate);
            1.0 + c * service_rate * (gap(at + step) - gap(at - step)) / (2.0 * step)
        } else {
            (c * (1.0 - a) - j) / distance
        };
        sum += weight / (1.0 - a) * quotient;
    }
    (1.0 + η * sum).recip()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::{
        mmc::Mmc,
        test_support::{assert_close, stationary, transforms},
    };

    /// Erlang-2 gaps, one server: σ solves (2λ/(2λ + μ(1 − σ)))² = σ, a quadratic once the root 1 is taken out.
    #[test]
    fn round_robin_over_two_matches_the_quadratic_solved_by_hand() {
        let (μ, mean_gap) = (1.0, 1.25_f64);
        let stage = 2.0 / mean_gap;
        // With η = 1 − σ: η² + (2·stage − 1)·η + stage² − 2·stage = 0, for μ = 1.
        let half = (2.0 * stage - 1.0) / 2.0;
        let η = -half + (half * half + 2.0 * stage - stage * stage).sqrt();
        let model = Gimc::new(1, mean_gap, transforms::erlang(2, mean_gap), μ).unwrap();
        assert_close(model.prob_wait(), 1.0 - η, 1e-12);
        assert_close(model.mean_response(), 1.0 / η, 1e-12);
        assert_close(model.response_tail(2.0), (-2.0 * η).exp(), 1e-12);
        assert_close(model.response_quantile(0.99), 100.0_f64.ln() / η, 1e-10);
    }

    #[test]
    fn poisson_arrivals_are_mmc_also_where_the_formula_needs_its_limit() {
        for (servers, rate) in [
            (1, 0.7),
            (3, 2.5),
            (4, 2.0),
            (4, 2.0 + 1e-7),
            (60, 50.0),
            (200, 150.0),
        ] {
            let renewal = Gimc::new(servers, 1.0 / rate, transforms::exponential(1.0 / rate), 1.0).unwrap();
            let poisson = Mmc::new(servers, rate, 1.0).unwrap();
            assert_close(renewal.prob_wait(), poisson.prob_wait(), 1e-6);
            assert_close(renewal.mean_in_system(), poisson.mean_in_system(), 1e-6);
            assert_close(
                renewal.response_quantile(0.99),
                poisson.response_quantile(0.99),
                1e-6,
            );
            assert_close(renewal.response_variance(), poisson.response_variance(), 1e-6);
        }
    }

    /// Erlang-2 gaps and three servers as a chain over (number, stage of the gap).
    #[test]
    fn several_servers_match_a_chain_of_stages() {
        let (c, λ, room) = (3, 2.4, 150);
        let (at, stage_rate) = (|n: usize, stage: usize| 2 * n + stage, 2.0 * λ);
        let moves = (0..room).flat_map(|n| {
            let next = (n + 1).min(room - 1);
            let down = (0..2)
                .filter(move |_| 0 < n)
                .map(move |s| (at(n, s), at(n - 1, s), n.min(c) as f64));
            [
                (at(n, 0), at(n, 1), stage_rate),
                (at(n, 1), at(next, 0), stage_rate),
            ]
            .into_iter()
            .chain(down)
        });
        let states = stationary(2 * room, moves);
        let waiting: f64 = (0..room)
            .map(|n| (states[at(n, 0)] + states[at(n, 1)]) * n.saturating_sub(c) as f64)
            .sum();
        let model = Gimc::new(3, 1.0 / λ, transforms::erlang(2, 1.0 / λ), 1.0).unwrap();
        assert_close(model.mean_queue(), waiting, 1e-9);
    }

    #[test]
    fn the_edges_are_light_load_and_full_load() {
        let light = Gimc::new(1, 50.0, transforms::constant(50.0), 1.0).unwrap();
        assert!(light.prob_wait() < 1e-20 && light.wait_quantile(0.99) == 0.0);
        let heavy = Gimc::new(1, 1.000_01, transforms::constant(1.000_01), 1.0).unwrap();
        // Heavy traffic: W ≈ ρ(c_a² + c_s²)/(2μ(1 − ρ)) with c_a² = 0.
        assert_close(heavy.mean_wait(), 0.5e5, 1e-3);
        assert!(Gimc::new(1, 1.0, transforms::constant(1.0), 1.0).is_err());
        assert!(
            Gimc::new(1, 2.0, |_| Complex64::from(1.0), 1.0).is_err(),
            "not the transform of such a gap"
        );
        assert!(Gimc::new(0, 2.0, transforms::constant(2.0), 1.0).is_err());
    }
}
