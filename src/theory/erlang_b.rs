//! Erlang B (M/G/c/c): servers without a queue, where a request that finds all busy is lost.

use super::{TheoryError, ensure, ensure_arrival_rate, ensure_service_rate};

/// Returns the probability that an arriving request finds all servers busy and is lost.
///
/// # Formula
/// ```text
/// B(c, a) = (a^c / c!) / Σ_{k=0..c} a^k / k!,    1/B(c, a) = 1 + (c/a) / B(c − 1, a),    B(0, a) = 1
/// ```
/// - `servers`: `c`, identical servers
/// - `load`: `a = λ·E[S]`, offered load in erlangs (dimensionless)
///
/// # Validity
/// Poisson arrivals, any distribution of service time, `a ≥ 0`, overload included.
/// Relative error below 1e-12 for `c ≤ 10 000` wherever `B` exceeds 1e-300; below that it is 0.
///
/// # Source
/// Erlang (1917), in Brockmeyer, Halstrøm and Jensen (1948); insensitivity: Sevastyanov, *Theory Probab. Appl.* 2
/// (1957). Recursion on 1/B: Zeng, *Math. Comput. Modelling* 37 (2003) 1287–1296.
pub fn blocking(servers: u32, load: f64) -> Result<f64, TheoryError> {
    ensure(
        load.is_finite() && 0.0 <= load,
        "the offered load is negative or not finite",
    )?;
    Ok(inverse_blocking(load)
        .nth(servers as usize)
        .unwrap_or(f64::INFINITY)
        .recip())
}

/// Returns `1/B(0, a), 1/B(1, a), 1/B(2, a), …` without end: everything positive, so rounding does not build up.
pub(super) fn inverse_blocking(load: f64) -> impl Iterator<Item = f64> {
    let mut next = 1.0;
    (1..=u32::MAX).map(move |servers| {
        let inverse = next;
        // Without load nothing is ever lost: 1/0 · 1 is infinite and stays so.
        next = 1.0 + f64::from(servers) / load * inverse;
        inverse
    })
}

/// Servers without a queue (the Erlang loss system); see [`blocking`] for formula, validity and source.
#[derive(Clone, Copy, Debug)]
pub struct ErlangB {
    servers: u32,
    load: f64,
    arrival_rate: f64,
    blocking: f64,
}

impl ErlangB {
    /// Makes the model from the number of servers, the arrival rate and the service rate of each, per second.
    pub fn new(servers: u32, arrival_rate: f64, service_rate: f64) -> Result<Self, TheoryError> {
        ensure_arrival_rate(arrival_rate)?;
        ensure_service_rate(service_rate)?;
        ensure(0 < servers, "there is no server")?;
        let load = arrival_rate / service_rate;
        Ok(Self {
            servers,
            load,
            arrival_rate,
            blocking: blocking(servers, load)?,
        })
    }
    /// Returns the share of requests that is lost.
    pub fn loss(&self) -> f64 {
        self.blocking
    }
    /// Returns the requests served per second: `λ(1 − B)`.
    pub fn throughput(&self) -> f64 {
        self.arrival_rate * (1.0 - self.blocking)
    }
    /// Returns the mean number in service, which is all there are: `a(1 − B)`.
    pub fn mean_in_system(&self) -> f64 {
        self.load * (1.0 - self.blocking)
    }
    /// Returns the share of time each server works.
    pub fn utilisation(&self) -> f64 {
        self.mean_in_system() / f64::from(self.servers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::test_support::{assert_close, birth_death};

    /// Fractions worked by hand from the definition; the rest summed from it with 60 decimal digits.
    #[test]
    fn blocking_matches_exact_values() {
        let cases = [
            (0, 3.0, 1.0),
            (1, 0.5, 1.0 / 3.0),
            (2, 1.0, 1.0 / 5.0),
            (3, 2.0, 4.0 / 19.0),
            (100, 80.0, 0.003_992_028_604_553_197),
            (1_000, 990.0, 0.018_965_776_430_814_612),
            (10_000, 9_990.0, 0.007_317_186_887_268_939),
            (160, 1.0, 7.802_778_478_107_635e-286),
            (10_000, 7_000.0, 2.915_763_526_424_422e-249),
            (10_000, 12_000.0, 0.167_080_867_625_938_9),
        ];
        for (servers, load, expected) in cases {
            assert_close(blocking(servers, load).unwrap(), expected, 1e-12);
        }
    }

    /// The loss system is insensitive, so the exponential chain stands for all.
    #[test]
    fn the_model_matches_a_birth_death_chain() {
        let model = ErlangB::new(7, 12.0, 2.0).unwrap();
        let states = birth_death(8, |_| 12.0, |n| 2.0 * n as f64);
        let busy: f64 = states.iter().enumerate().map(|(n, p)| p * n as f64).sum();
        assert_close(model.loss(), states[7], 1e-13);
        assert_close(model.mean_in_system(), busy, 1e-13);
        assert_close(model.utilisation(), busy / 7.0, 1e-13);
        assert_close(model.throughput(), 2.0 * busy, 1e-13);
    }

    #[test]
    fn the_edges_are_no_load_and_crushing_load() {
        assert!(blocking(3, 0.0).unwrap() == 0.0);
        assert!(
            blocking(10_000, 1.0).unwrap() == 0.0,
            "far below the smallest number"
        );
        assert_close(blocking(1_000_000, 1e12).unwrap(), 1.0, 2e-6);
        assert!(blocking(1, -1.0).is_err() && blocking(1, f64::INFINITY).is_err());
        assert!(ErlangB::new(0, 1.0, 1.0).is_err());
    }
}
