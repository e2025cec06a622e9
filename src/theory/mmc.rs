//! M/M/c: one queue in front of `c` equal servers, Poisson arrivals, exponential service (Erlang C).

use super::{
    TheoryError, ensure, ensure_arrival_rate, ensure_service_rate, ensure_stable,
    erlang_b::inverse_blocking,
    numeric::{hypoexponential_tail, quantile},
};

/// Returns the probability that an arriving request must wait (Erlang C).
///
/// # Formula
/// ```text
/// C(c, a) = B / (1 − ρ·(1 − B)),    ρ = a/c,    B = B(c, a), Erlang B
/// ```
/// - `servers`: `c`, identical servers, at least 1
/// - `load`: `a = λ/μ`, offered load in erlangs (dimensionless)
///
/// # Validity
/// Poisson arrivals, exponential service, one FCFS queue, `0 ≤ a < c`; [`TheoryError::Unstable`] otherwise.
/// Relative error below 1e-12 for `c ≤ 10 000` wherever `C` exceeds 1e-300. Takes time proportional to `c`.
///
/// # Source
/// Harchol-Balter, *Performance Modeling and Design of Computer Systems* (2013), ch. 14.
/// Recursion on 1/B: Zeng, *Math. Comput. Modelling* 37 (2003) 1287–1296.
pub fn prob_wait(servers: u32, load: f64) -> Result<f64, TheoryError> {
    ensure(0 < servers, "there is no server")?;
    ensure(
        load.is_finite() && 0.0 <= load,
        "the offered load is negative or not finite",
    )?;
    ensure_stable(load, f64::from(servers))?;
    let inverse = inverse_blocking(load)
        .nth(servers as usize)
        .unwrap_or(f64::INFINITY);
    Ok(from_inverse_blocking(servers, load, inverse))
}

/// Returns Erlang C from `1/B`: the same formula divided through by `B`, so that a tiny `B` loses no figure.
fn from_inverse_blocking(servers: u32, load: f64, inverse: f64) -> f64 {
    let c = f64::from(servers);
    c / ((c - load) * inverse + load)
}

/// One queue in front of `c` equal exponential servers.
///
/// # Formula
/// ```text
/// C = P(wait > 0), Erlang C,    δ = cμ − λ,    W = C/δ,    R = W + 1/μ
/// P(wait > t) = C·e^(−δt),    P(response > t) = (1 − C)·e^(−μt) + C·P(E_δ + E_μ > t)
/// ```
/// with independent exponential `E` of those rates; also where `δ = μ`.
///
/// # Validity
/// Poisson arrivals, exponential service, one FIFO queue, `0 ≤ λ < cμ`; see [`prob_wait`] for accuracy.
/// Means also hold for every discipline that does not look at service times. The means of the response and of
/// the number in the system hold for any service distribution where all requests share `c` servers evenly,
/// each request on at most one of them (M/G/c processor sharing is insensitive; Kelly 1979).
///
/// # Source
/// Harchol-Balter (2013), ch. 14; Kleinrock, *Queueing Systems* I (1975), ch. 3.
#[derive(Clone, Copy, Debug)]
pub struct Mmc {
    servers: u32,
    arrival_rate: f64,
    service_rate: f64,
    prob_wait: f64,
}

impl Mmc {
    /// Makes the model from the number of servers, the arrival rate and the service rate of each, per second.
    pub fn new(servers: u32, arrival_rate: f64, service_rate: f64) -> Result<Self, TheoryError> {
        ensure_arrival_rate(arrival_rate)?;
        ensure_service_rate(service_rate)?;
        let prob_wait = prob_wait(servers, arrival_rate / service_rate)?;
        Ok(Self {
            servers,
            arrival_rate,
            service_rate,
            prob_wait,
        })
    }
    /// The model when 1/B is known already; the parameters must be valid.
    pub(super) fn from_inverse_blocking(
        servers: u32,
        arrival_rate: f64,
        service_rate: f64,
        inverse: f64,
    ) -> Self {
        let prob_wait = from_inverse_blocking(servers, arrival_rate / service_rate, inverse);
        Self {
            servers,
            arrival_rate,
            service_rate,
            prob_wait,
        }
    }
    /// Returns the number of servers.
    pub fn servers(&self) -> u32 {
        self.servers
    }
    /// How fast waiting clears while all servers are busy: `δ = cμ − λ`.
    fn slack(&self) -> f64 {
        f64::from(self.servers) * self.service_rate - self.arrival_rate
    }
    /// Returns `ρ = λ/(cμ)`.
    pub fn utilisation(&self) -> f64 {
        self.arrival_rate / self.service_rate / f64::from(self.servers)
    }
    /// Returns P(wait > 0), Erlang C.
    pub fn prob_wait(&self) -> f64 {
        self.prob_wait
    }
    /// Returns the mean time in the queue, in seconds.
    pub fn mean_wait(&self) -> f64 {
        self.prob_wait / self.slack()
    }
    /// Returns the mean response time, in seconds.
    pub fn mean_response(&self) -> f64 {
        self.mean_wait() + self.service_rate.recip()
    }
    /// Returns the mean number waiting.
    pub fn mean_queue(&self) -> f64 {
        self.arrival_rate * self.mean_wait()
    }
    /// Returns the mean number in the system.
    pub fn mean_in_system(&self) -> f64 {
        self.mean_queue() + self.arrival_rate / self.service_rate
    }
    /// Returns P(wait > t).
    pub fn wait_tail(&self, t: f64) -> f64 {
        if t < 0.0 {
            1.0
        } else {
            self.prob_wait * (-self.slack() * t).exp()
        }
    }
    /// Returns the wait that a share `p` of requests does not exceed, in seconds.
    pub fn wait_quantile(&self, p: f64) -> f64 {
        ((self.prob_wait / (1.0 - p).max(0.0)).ln() / self.slack()).max(0.0)
    }
    /// Returns the variance of the wait: `C(2 − C)/δ²`, in s².
    pub fn wait_variance(&self) -> f64 {
        self.prob_wait * (2.0 - self.prob_wait) / self.slack().powi(2)
    }
    /// Returns P(response > t).
    pub fn response_tail(&self, t: f64) -> f64 {
        let t = t.max(0.0);
        (1.0 - self.prob_wait) * (-self.service_rate * t).exp()
            + self.prob_wait * hypoexponential_tail(self.slack(), self.service_rate, t)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::{
        mm1::Mm1,
        numeric::integral,
        test_support::{assert_close, birth_death},
    };

    /// Fractions worked by hand from the definition; the large cases with 60 decimal digits.
    #[test]
    fn prob_wait_matches_exact_values() {
        let cases = [
            (1, 0.5, 1.0 / 2.0),
            (2, 1.0, 1.0 / 3.0),
            (3, 2.0, 4.0 / 9.0),
            (100, 80.0, 0.019_646_426_634_359_51),
            (1_000, 990.0, 0.659_080_421_880_854_5),
            (10_000, 9_990.0, 0.880_541_711_373_989_7),
        ];
        for (servers, load, expected) in cases {
            assert_close(prob_wait(servers, load).unwrap(), expected, 1e-12);
        }
        assert_close(
            prob_wait(1_000_000, 999_000.0).unwrap(),
            0.223_303_390_291_344_1,
            1e-10,
        );
    }

    #[test]
    fn one_server_is_mm1() {
        let (many, one) = (Mmc::new(1, 3.0, 4.0).unwrap(), Mm1::new(3.0, 4.0).unwrap());
        let pairs = [
            (many.mean_wait(), one.mean_wait()),
            (many.mean_response(), one.mean_response()),
            (many.mean_queue(), one.mean_queue()),
            (many.mean_in_system(), one.mean_in_system()),
            (many.wait_variance(), one.wait_variance()),
            (many.response_variance(), one.response_variance()),
            (many.response_tail(2.0), one.response_tail(2.0)),
            (many.wait_tail(2.0), one.wait_tail(2.0)),
            (many.response_quantile(0.99), one.response_quantile(0.99)),
            (many.wait_quantile(0.99), one.wait_quantile(0.99)),
        ];
        for (got, expected) in pairs {
            assert_close(got, expected, 1e-12);
        }
    }

    #[test]
    fn a_long_finite_chain_agrees() {
        let model = Mmc::new(4, 3.0, 1.0).unwrap();
        let states = birth_death(300, |_| 3.0, |n| n.min(4) as f64);
        let waiting: f64 = states
            .iter()
            .enumerate()
            .map(|(n, p)| p * n.saturating_sub(4) as f64)
            .sum();
        assert_close(model.mean_queue(), waiting, 1e-12);
        assert_close(model.prob_wait(), states[4..].iter().sum(), 1e-12);
    }

    /// The area under a tail is the mean, also where the rate of waiting equals that of service (c = 3, a = 2).
    #[test]
    fn distributions_agree_with_their_means_also_in_the_degenerate_case() {
        for load in [1.9, 2.0, 2.0 + 1e-10, 2.5] {
            let model = Mmc::new(3, load, 1.0).unwrap();
            assert_close(
                integral(0.0, 120.0, |t| model.response_tail(t)),
                model.mean_response(),
                1e-9,
            );
            let square = 2.0 * integral(0.0, 120.0, |t| t * model.response_tail(t));
            assert_close(
                square - model.mean_response().powi(2),
                model.response_variance(),
                1e-9,
            );
            for p in [0.5, 0.99, 0.9999] {
                assert_close(1.0 - model.response_tail(model.response_quantile(p)), p, 1e-12);
            }
        }
        let model = Mmc::new(3, 2.0, 1.0).unwrap();
        assert_close(
            model.response_tail(1.0),
            (5.0 / 9.0 + 4.0 / 9.0 * 2.0) * (-1.0_f64).exp(),
            1e-13,
        );
    }

    #[test]
    fn the_edges_are_no_load_and_full_load() {
        let idle = Mmc::new(5, 0.0, 2.0).unwrap();
        assert!(idle.prob_wait() == 0.0 && idle.wait_quantile(0.5) == 0.0);
        assert_close(idle.response_quantile(0.5), 2.0_f64.ln() / 2.0, 1e-12);
        assert_close(prob_wait(5, 5.0 - 1e-9).unwrap(), 1.0, 1e-8);
        assert_eq!(
            prob_wait(5, 5.0),
            Err(TheoryError::Unstable {
                load: 5.0,
                capacity: 5.0
            })
        );
        assert!(prob_wait(0, 0.0).is_err() && prob_wait(1, f64::NAN).is_err());
    }
}
