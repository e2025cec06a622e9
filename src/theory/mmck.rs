//! M/M/c/K: `c` exponential servers and room for `K` requests; what does not fit is turned away.

use super::{
    TheoryError, ensure, ensure_arrival_rate, ensure_service_rate,
    numeric::{quantile, unimodal},
    stages::Stages,
};

/// Exponential servers behind a queue of limited room.
///
/// # Formula
/// ```text
/// p_n ∝ Π_{i=1..n} λ / (min(i, c)·μ),  0 ≤ n ≤ K,    loss = p_K (an arrival sees the time averages)
/// ```
/// An accepted request that finds `n ≥ c` waits for `n − c + 1` departures, each `Exp(cμ)`, then takes `Exp(μ)`.
///
/// # Validity
/// Poisson arrivals, exponential service, FIFO, `1 ≤ c ≤ K`, any load, overload included. Waits and responses
/// are those of accepted requests. Takes time and memory proportional to `K`.
///
/// # Source
/// Gross, Shortle, Thompson and Harris, *Fundamentals of Queueing Theory* (2008), §2.5.
#[derive(Clone, Debug)]
pub struct Mmck {
    servers: f64,
    service_rate: f64,
    loss: f64,
    /// Mean number of busy servers.
    busy: f64,
    stages: Stages,
}

impl Mmck {
    /// Makes the model from the servers, the room `capacity` for requests in service and waiting together, the
    /// arrival rate and the service rate of one server, per second.
    pub fn new(
        servers: u32,
        capacity: u32,
        arrival_rate: f64,
        service_rate: f64,
    ) -> Result<Self, TheoryError> {
        ensure_arrival_rate(arrival_rate)?;
        ensure_service_rate(service_rate)?;
        ensure(0 < servers, "there is no server")?;
        ensure(
            servers <= capacity,
            "the room is smaller than the number of servers",
        )?;
        let (c, room, load) = (servers as usize, capacity as usize, arrival_rate / service_rate);
        let mode = if f64::from(servers) <= load {
            room
        } else {
            load as usize
        };
        let (first, states) = unimodal(mode, room, |n| load / n.min(c) as f64);
        let state = |n: usize| {
            n.checked_sub(first)
                .and_then(|i| states.get(i))
                .copied()
                .unwrap_or(0.0)
        };
        let loss = state(room);
        // Summed over what is accepted, not taken from 1: under crushing load little is left of it.
        let accepted: f64 = (first..room).map(state).sum();
        ensure(
            0.0 < accepted,
            "the overload is so large that nothing measurable is accepted",
        )?;
        let at_once: f64 = (first..c).map(state).sum();
        let waiting = (c..room).map(|n| state(n) / accepted);
        let stages = std::iter::once(at_once / accepted).chain(waiting).collect();
        let busy = (first..=room).map(|n| state(n) * n.min(c) as f64).sum();
        Ok(Self {
            servers: f64::from(servers),
            service_rate,
            loss,
            busy,
            stages: Stages::new(servers, service_rate, stages),
        })
    }
    /// Returns the share of requests turned away.
    pub fn loss(&self) -> f64 {
        self.loss
    }
    /// Returns the requests served per second.
    pub fn throughput(&self) -> f64 {
        self.busy * self.service_rate
    }
    /// Returns the share of time each server works.
    pub fn utilisation(&self) -> f64 {
        self.busy / self.servers
    }
    /// Returns P(an accepted request must wait).
    pub fn prob_wait(&self) -> f64 {
        self.stages.prob_wait()
    }
    /// Returns the mean time an accepted request queues, in seconds.
    pub fn mean_wait(&self) -> f64 {
        self.stages.mean_wait()
    }
    /// Returns the mean response time of accepted requests, in seconds.
    pub fn mean_response(&self) -> f64 {
        self.mean_wait() + self.service_rate.recip()
    }
    /// Returns the mean number waiting.
    pub fn mean_queue(&self) -> f64 {
        self.throughput() * self.mean_wait()
    }
    /// Returns the mean number in the system.
    pub fn mean_in_system(&self) -> f64 {
        self.busy + self.mean_queue()
    }
    /// Returns the variance of the wait of accepted requests, in s².
    pub fn wait_variance(&self) -> f64 {
        self.stages.wait_variance()
    }
    /// Returns the variance of the response time of accepted requests, in s².
    pub fn response_variance(&self) -> f64 {
        self.wait_variance() + self.service_rate.powi(-2)
    }
    /// Returns P(an accepted request waits longer than t).
    pub fn wait_tail(&self, t: f64) -> f64 {
        self.stages.wait_tail(t)
    }
    /// Returns P(the response time of an accepted request exceeds t).
    pub fn response_tail(&self, t: f64) -> f64 {
        self.stages.response_tail(t)
    }
    /// Returns the wait that a share `p` of accepted requests does not exceed, in seconds.
    pub fn wait_quantile(&self, p: f64) -> f64 {
        quantile(p, self.mean_response(), |t| self.wait_tail(t))
    }
    /// Returns the response time that a share `p` of accepted requests does not exceed, in seconds.
    pub fn response_quantile(&self, p: f64) -> f64 {
        quantile(p, self.mean_response(), |t| self.response_tail(t))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::{
        erlang_b,
        mmc::Mmc,
        numeric::integral,
        test_support::{assert_close, birth_death},
    };

    /// c = 1, K = 2, a = 2: the states are 1 : 2 : 4.
    #[test]
    fn a_small_overload_matches_exact_fractions() {
        let model = Mmck::new(1, 2, 2.0, 1.0).unwrap();
        assert_close(model.loss(), 4.0 / 7.0, 1e-15);
        assert_close(model.throughput(), 6.0 / 7.0, 1e-15);
        assert_close(model.mean_wait(), 2.0 / 3.0, 1e-15);
        assert_close(model.mean_in_system(), 10.0 / 7.0, 1e-15);
        // Found empty with 1/3: one stage; else two.
        let t = 1.5_f64;
        assert_close(model.response_tail(t), (-t).exp() * (1.0 + 2.0 / 3.0 * t), 1e-14);
        assert_close(model.wait_tail(t), (-t).exp() * 2.0 / 3.0, 1e-14);
    }

    #[test]
    fn no_queue_is_erlang_b_and_much_room_is_mmc() {
        let loss = Mmck::new(8, 8, 9.0, 1.0).unwrap();
        assert_close(loss.loss(), erlang_b::blocking(8, 9.0).unwrap(), 1e-13);
        assert!(loss.mean_wait() == 0.0 && loss.wait_quantile(0.999) == 0.0);
        let (room, open) = (
            Mmck::new(3, 600, 2.7, 1.0).unwrap(),
            Mmc::new(3, 2.7, 1.0).unwrap(),
        );
        assert_close(room.mean_wait(), open.mean_wait(), 1e-10);
        assert_close(room.prob_wait(), open.prob_wait(), 1e-12);
        assert_close(room.response_variance(), open.response_variance(), 1e-10);
        for t in [0.0, 0.3, 5.0, 25.0] {
            assert_close(room.response_tail(t), open.response_tail(t), 1e-11);
            assert_close(room.wait_tail(t), open.wait_tail(t), 1e-11);
        }
        assert_close(room.response_quantile(0.99), open.response_quantile(0.99), 1e-10);
    }

    #[test]
    fn a_chain_agrees_at_every_load_and_tails_enclose_the_means() {
        for load in [0.5, 3.0, 4.0, 30.0] {
            let model = Mmck::new(4, 9, load, 1.0).unwrap();
            let states = birth_death(10, |_| load, |n| n.min(4) as f64);
            let waiting: f64 = states
                .iter()
                .enumerate()
                .map(|(n, p)| p * n.saturating_sub(4) as f64)
                .sum();
            assert_close(model.loss(), states[9], 1e-12);
            assert_close(model.mean_queue(), waiting, 1e-12);
            assert_close(
                integral(0.0, 60.0, |t| model.response_tail(t)),
                model.mean_response(),
                1e-10,
            );
            assert_close(
                integral(0.0, 30.0, |t| model.wait_tail(t)),
                model.mean_wait(),
                1e-8,
            );
            let square = 2.0 * integral(0.0, 60.0, |t| t * model.response_tail(t));
            assert_close(
                square - model.mean_response().powi(2),
                model.response_variance(),
                1e-9,
            );
        }
    }

    #[test]
    fn the_edges_are_no_load_crushing_load_and_thousands_of_servers() {
        let idle = Mmck::new(2, 5, 0.0, 1.0).unwrap();
        assert!(idle.loss() == 0.0 && idle.mean_wait() == 0.0 && idle.throughput() == 0.0);
        let crushed = Mmck::new(2, 5, 1e9, 1.0).unwrap();
        assert_close(crushed.throughput(), 2.0, 1e-8);
        assert_close(crushed.mean_wait(), 1.5, 1e-8);
        let large = Mmck::new(10_000, 12_000, 10_500.0, 1.0).unwrap();
        assert_close(large.throughput(), 10_500.0 * (1.0 - large.loss()), 1e-11);
        assert!(large.response_quantile(0.99) < 6.0);
        assert!(Mmck::new(3, 2, 1.0, 1.0).is_err() && Mmck::new(0, 2, 1.0, 1.0).is_err());
    }
}
