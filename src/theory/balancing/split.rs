//! Splitting arrivals without looking at the servers: by chance, by weight, or in turn.

use num_complex::Complex64;

use crate::theory::{TheoryError, ensure, ensure_arrival_rate, gimc::Gimc, mg1::Mg1};

/// Returns what each of `servers` equal servers is when every request picks one at random.
///
/// # Formula
/// ```text
/// each server: M/G/1 with arrivals λ/n
/// ```
/// # Validity
/// Poisson arrivals, any service; exact, as a Poisson stream split by chance is Poisson in every part.
///
/// # Source
/// Kingman, *Poisson Processes* (1993), ch. 5.
pub fn random(servers: u32, arrival_rate: f64, mean_service: f64, scv: f64) -> Result<Mg1, TheoryError> {
    ensure(0 < servers, "there is no server")?;
    Mg1::new(arrival_rate / f64::from(servers), mean_service, scv)
}

/// Returns what each of `servers` equal servers is when requests go round in turn.
///
/// # Formula
/// ```text
/// each server: E_n/M/1, gaps being the sum of n exponential ones: A*(s) = (λ/(λ + s))^n
/// ```
/// # Validity
/// Poisson arrivals, exponential service, FIFO; exact.
///
/// # Source
/// Kleinrock, *Queueing Systems* I (1975), ch. 6 for GI/M/1.
pub fn round_robin(servers: u32, arrival_rate: f64, service_rate: f64) -> Result<Gimc, TheoryError> {
    ensure(0 < servers, "there is no server")?;
    ensure_arrival_rate(arrival_rate)?;
    ensure(0.0 < arrival_rate, "nothing arrives, so there are no gaps")?;
    let n = f64::from(servers);
    let gap = |s: Complex64| ((1.0 + s / arrival_rate).ln() * -n).exp();
    Gimc::new(1, n / arrival_rate, gap, service_rate)
}

/// One part of a weighted split.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// Weight; the share of requests is the weight over the sum of all.
    pub weight: f64,
    /// Mean service time on this server, in seconds.
    pub mean_service: f64,
    /// Squared coefficient of variation of service on this server.
    pub scv: f64,
}

/// Different servers, each chosen at random with a probability in proportion to its weight.
///
/// # Formula
/// ```text
/// server i: M/G/1 with arrivals p_i·λ,    R = Σ p_i·R_i
/// ```
/// # Validity
/// Poisson arrivals, any service; exact. [`TheoryError::Unstable`] if any server is.
///
/// # Source
/// As [`random`].
#[derive(Clone, Debug)]
pub struct WeightedSplit {
    servers: Vec<(f64, Mg1)>,
}

impl WeightedSplit {
    /// Makes the model from the arrival rate of all, per second, and the parts.
    pub fn new(arrival_rate: f64, parts: &[Part]) -> Result<Self, TheoryError> {
        ensure(!parts.is_empty(), "there is no server")?;
        let valid = |part: &Part| part.weight.is_finite() && 0.0 <= part.weight;
        ensure(parts.iter().all(valid), "a weight is negative or not finite")?;
        let total: f64 = parts.iter().map(|part| part.weight).sum();
        ensure(0.0 < total, "no server has a weight")?;
        let server = |part: &Part| {
            let share = part.weight / total;
            Ok((
                share,
                Mg1::new(share * arrival_rate, part.mean_service, part.scv)?,
            ))
        };
        Ok(Self {
            servers: parts.iter().map(server).collect::<Result<_, _>>()?,
        })
    }
    /// Returns the share of requests and the model of each server.
    pub fn servers(&self) -> &[(f64, Mg1)] {
        &self.servers
    }
    /// Returns the mean wait over all requests, in seconds.
    pub fn mean_wait(&self) -> f64 {
        self.servers
            .iter()
            .map(|(share, server)| share * server.mean_wait())
            .sum()
    }
    /// Returns the mean response time over all requests, in seconds.
    pub fn mean_response(&self) -> f64 {
        self.servers
            .iter()
            .map(|(share, server)| share * server.mean_response())
            .sum()
    }
    /// Returns the mean number in the system.
    pub fn mean_in_system(&self) -> f64 {
        self.servers
            .iter()
            .map(|(_, server)| server.mean_in_system())
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::{
        mm1::Mm1,
        mmc::Mmc,
        test_support::{assert_close, stationary},
    };

    #[test]
    fn one_server_needs_no_balancing() {
        let alone = Mm1::new(3.0, 4.0).unwrap();
        assert_close(
            random(1, 3.0, 0.25, 1.0).unwrap().mean_wait(),
            alone.mean_wait(),
            1e-14,
        );
        assert_close(
            round_robin(1, 3.0, 4.0).unwrap().mean_wait(),
            alone.mean_wait(),
            1e-11,
        );
        let part = Part {
            weight: 7.0,
            mean_service: 0.25,
            scv: 1.0,
        };
        let split = WeightedSplit::new(3.0, &[part]).unwrap();
        assert_close(split.mean_response(), alone.mean_response(), 1e-14);
    }

    /// Three servers in turn: one of them as a chain over (number, requests since its last).
    #[test]
    fn round_robin_matches_a_chain_and_lies_between_chance_and_one_queue() {
        let (λ, room) = (2.4, 120);
        let moves = (0..room).flat_map(|n| {
            (0..3).flat_map(move |turn| {
                let after = if turn < 2 {
                    3 * n + turn + 1
                } else {
                    3 * (n + 1).min(room - 1)
                };
                let down = (0 < n).then(|| (3 * n + turn, 3 * n + turn - 3, 1.0));
                std::iter::once((3 * n + turn, after, λ)).chain(down)
            })
        });
        let states = stationary(3 * room, moves);
        let in_system: f64 = states.iter().enumerate().map(|(i, p)| p * (i / 3) as f64).sum();
        let turn = round_robin(3, λ, 1.0).unwrap();
        assert_close(turn.mean_in_system(), in_system, 1e-9);
        let (chance, queue) = (random(3, λ, 1.0, 1.0).unwrap(), Mmc::new(3, λ, 1.0).unwrap());
        assert!(queue.mean_wait() < turn.mean_wait() && turn.mean_wait() < chance.mean_wait());
    }

    /// Shares 1/4 and 3/4 of 4/s, means 1/2 s and 1/4 s: loads 1/2 and 3/4, worked by hand.
    #[test]
    fn a_weighted_split_matches_exact_fractions() {
        let parts = [
            Part {
                weight: 1.0,
                mean_service: 0.5,
                scv: 1.0,
            },
            Part {
                weight: 3.0,
                mean_service: 0.25,
                scv: 1.0,
            },
        ];
        let split = WeightedSplit::new(4.0, &parts).unwrap();
        assert_close(split.mean_response(), 0.25 + 0.75, 1e-14);
        assert_close(split.mean_wait(), 0.25 * 0.5 + 0.75 * 0.75, 1e-14);
        assert_close(split.mean_in_system(), 4.0, 1e-14);
        assert_close(split.servers()[1].1.utilisation(), 0.75, 1e-15);
    }

    #[test]
    fn the_edges_are_no_weight_no_arrivals_and_one_server_too_slow() {
        let part = |weight, mean_service| Part {
            weight,
            mean_service,
            scv: 1.0,
        };
        assert!(WeightedSplit::new(1.0, &[part(0.0, 1.0)]).is_err());
        assert!(WeightedSplit::new(1.0, &[part(1.0, 0.1), part(1.0, 2.0)]).is_err());
        assert!(WeightedSplit::new(1.0, &[part(1.0, 0.1), part(0.0, 2.0)]).is_ok());
        assert!(round_robin(2, 0.0, 1.0).is_err() && round_robin(2, 2.0, 1.0).is_err());
        assert!(random(0, 1.0, 1.0, 1.0).is_err() && random(2, 2.0, 1.0, 1.0).is_err());
    }
}
