//! Join the idle queue: servers that fall idle report to a balancer, which sends them the next requests.

use crate::theory::{TheoryError, ensure, ensure_arrival_rate, ensure_service_rate, ensure_stable, mm1::Mm1};

/// Many servers behind one or several balancers that keep lists of idle servers (mean field).
///
/// An idle server reports to one balancer chosen at random. A balancer sends a request to a server on its list, or,
/// with an empty list, to any server at random.
///
/// # Formula
/// ```text
/// σ/(1 − σ) = r·(1 − ρ),    r = servers per balancer,    σ = P(a list is not empty)
/// ρ' = ρ·(1 − σ), P(a request meets a busy server);  R = 1/(μ(1 − ρ')), exponential under FIFO
/// ```
/// # Validity
/// Poisson arrivals, exponential service, `ρ < 1`, infinitely many servers with `r` per balancer. An
/// approximation for finitely many. With one balancer the limit has no waiting at all (Stolyar, *Queueing Systems*
/// 80, 2015), which takes hundreds of servers; keeping `r = n` there is a better guess. Means also hold
/// for processor sharing.
///
/// # Source
/// Lu, Xie, Kliot, Geller, Larus and Greenberg, *Performance Evaluation* 68(11), 2011.
#[derive(Clone, Copy, Debug)]
pub struct JoinIdleQueue {
    utilisation: f64,
    /// What a server is while busy, seen by the requests: M/M/1 at the load of those that find no idle server.
    busy_server: Mm1,
}

impl JoinIdleQueue {
    /// Makes the model from the servers, the balancers, the arrival rate of all and the service rate of one, per
    /// second.
    pub fn new(
        servers: u32,
        balancers: u32,
        arrival_rate: f64,
        service_rate: f64,
    ) -> Result<Self, TheoryError> {
        ensure(0 < servers && 0 < balancers, "there is no server or no balancer")?;
        ensure_arrival_rate(arrival_rate)?;
        ensure_service_rate(service_rate)?;
        let load = arrival_rate / service_rate;
        ensure_stable(load, f64::from(servers))?;
        let utilisation = load / f64::from(servers);
        // r(1 − ρ), the mean length of a list.
        let idle_per_balancer = (f64::from(servers) - load) / f64::from(balancers);
        let prob_empty_list = (1.0 + idle_per_balancer).recip();
        let busy_server = Mm1::new(utilisation * prob_empty_list * service_rate, service_rate)?;
        Ok(Self {
            utilisation,
            busy_server,
        })
    }
    /// Returns `ρ`.
    pub fn utilisation(&self) -> f64 {
        self.utilisation
    }
    /// Returns P(a request must wait).
    pub fn prob_wait(&self) -> f64 {
        self.busy_server.utilisation()
    }
    /// Returns the mean time in the queue, in seconds.
    pub fn mean_wait(&self) -> f64 {
        self.busy_server.mean_wait()
    }
    /// Returns the mean response time, in seconds.
    pub fn mean_response(&self) -> f64 {
        self.busy_server.mean_response()
    }
    /// Returns P(wait > t) under FIFO.
    pub fn wait_tail(&self, t: f64) -> f64 {
        self.busy_server.wait_tail(t)
    }
    /// Returns P(response > t) under FIFO.
    pub fn response_tail(&self, t: f64) -> f64 {
        self.busy_server.response_tail(t)
    }
    /// Returns the wait that a share `p` of requests does not exceed, in seconds.
    pub fn wait_quantile(&self, p: f64) -> f64 {
        self.busy_server.wait_quantile(p)
    }
    /// Returns the response time that a share `p` of requests does not exceed, in seconds.
    pub fn response_quantile(&self, p: f64) -> f64 {
        self.busy_server.response_quantile(p)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::test_support::{assert_close, birth_death};

    /// ρ = 0.9, ten servers per balancer: σ/(1 − σ) = 1, so half of the lists are empty.
    #[test]
    fn ten_servers_per_balancer_match_values_worked_by_hand() {
        let model = JoinIdleQueue::new(500, 50, 450.0, 1.0).unwrap();
        assert_close(model.prob_wait(), 0.45, 1e-13);
        assert_close(model.mean_response(), 1.0 / 0.55, 1e-13);
        assert_close(model.response_quantile(0.99), 100.0_f64.ln() / 0.55, 1e-12);
    }

    /// One server in the mean field: an idle one draws requests faster, such that it is busy a share ρ of time.
    #[test]
    fn the_server_seen_as_a_chain_agrees() {
        let (load, empty) = (0.8, 0.4);
        // σ = 0.6 needs r(1 − ρ) = 1.5, so r = 7.5: 15 servers, 2 balancers.
        let model = JoinIdleQueue::new(15, 2, 12.0, 1.0).unwrap();
        let to_idle = load * (1.0 - empty) / (1.0 - load) + load * empty;
        let states = birth_death(200, |n| if n == 0 { to_idle } else { load * empty }, |_| 1.0);
        assert_close(1.0 - states[0], load, 1e-12);
        let in_system: f64 = states.iter().enumerate().map(|(n, p)| p * n as f64).sum();
        assert_close(model.mean_response(), in_system / load, 1e-12);
    }

    #[test]
    fn countless_balancers_are_random_choice() {
        let model = JoinIdleQueue::new(10, u32::MAX, 7.0, 1.0).unwrap();
        assert_close(
            model.mean_response(),
            Mm1::new(0.7, 1.0).unwrap().mean_response(),
            1e-8,
        );
    }

    #[test]
    fn the_edges_are_no_load_full_load_and_a_huge_pool() {
        assert!(JoinIdleQueue::new(4, 1, 0.0, 1.0).unwrap().mean_wait() == 0.0);
        assert!(JoinIdleQueue::new(100_000, 1, 90_000.0, 1.0).unwrap().prob_wait() < 1e-3);
        assert!(matches!(
            JoinIdleQueue::new(4, 1, 4.0, 1.0),
            Err(TheoryError::Unstable { .. })
        ));
        assert!(JoinIdleQueue::new(4, 0, 1.0, 1.0).is_err());
    }
}
