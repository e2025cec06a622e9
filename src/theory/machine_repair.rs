//! Machine repair, M/M/c//N: a fixed number of clients who think, ask, and wait for their answer.

use super::{
    TheoryError, ensure, ensure_service_rate,
    numeric::{quantile, unimodal},
    stages::Stages,
};

/// A closed loop of clients in front of one queue.
///
/// # Formula
/// ```text
/// p_n ∝ Π_{i=1..n} (N − i + 1) / (Z·min(i, c)·μ),  0 ≤ n ≤ N,    X = μ·Σ min(n, c)·p_n,    R = Σ n·p_n / X
/// ```
/// A client that asks finds the others as they would be by themselves: the `p_n` of `N − 1` clients. Finding `n ≥ c`
/// it waits for `n − c + 1` departures, each `Exp(cμ)`, and then takes `Exp(μ)`.
///
/// # Validity
/// `N` clients, think times of any distribution with mean `Z`, `c` equal exponential servers, one FIFO queue. Means
/// hold for every order that does not look at service times; with processor sharing they hold for service of any
/// distribution. Without thinking (`Z = 0`) all clients are always there. Takes time in proportion to the number of
/// states that matter, `N` at most.
///
/// # Source
/// Palm (1947) and Kleinrock, *Queueing Systems* I (1975), §3.8 (M/M/m//M). That neither the think time's distribution
/// nor, with sharing, that of service matters: Baskett, Chandy, Muntz and Palacios, *J. ACM* 22(2), 1975. What a client
/// finds: Sevcik and Mitrani, *J. ACM* 28(2), 1981; Lavenberg and Reiser, *J. Appl. Prob.* 17(4), 1980.
#[derive(Clone, Debug)]
pub struct MachineRepair {
    servers: f64,
    clients: f64,
    think: f64,
    service_rate: f64,
    busy: f64,
    in_system: f64,
    stages: Stages,
}

impl MachineRepair {
    /// Makes the model from the servers, the clients, their mean think time in seconds, and the service rate of one
    /// server, per second.
    pub fn new(servers: u32, clients: u32, think: f64, service_rate: f64) -> Result<Self, TheoryError> {
        ensure(0 < servers, "there is no server")?;
        ensure(0 < clients, "a closed system needs a client")?;
        ensure(
            think.is_finite() && 0.0 <= think,
            "the think time is negative or not finite",
        )?;
        ensure_service_rate(service_rate)?;
        let c = servers as usize;
        let (first, states) = present(c, clients as usize, think * service_rate);
        let mean = |of: fn(usize, usize) -> usize| -> f64 {
            let terms = states.iter().zip(first..);
            terms.map(|(p, n)| p * of(n, c) as f64).sum()
        };
        let (first_found, found) = present(c, clients as usize - 1, think * service_rate);
        let mut stages = vec![0.0; (first_found + found.len()).saturating_sub(c) + 1];
        for (p, n) in found.iter().zip(first_found..) {
            stages[(n + 1).saturating_sub(c)] += p;
        }
        Ok(Self {
            servers: f64::from(servers),
            clients: f64::from(clients),
            think,
            service_rate,
            busy: mean(usize::min),
            in_system: mean(|n, _| n),
            stages: Stages::new(servers, service_rate, stages),
        })
    }
    /// Returns the requests answered per second.
    pub fn throughput(&self) -> f64 {
        self.busy * self.service_rate
    }
    /// Returns the share of time each server works.
    pub fn utilisation(&self) -> f64 {
        self.busy / self.servers
    }
    /// Returns the mean number waiting or in service.
    pub fn mean_in_system(&self) -> f64 {
        self.in_system
    }
    /// Returns the mean number waiting.
    pub fn mean_queue(&self) -> f64 {
        self.throughput() * self.mean_wait()
    }
    /// Returns the mean number of clients that think.
    pub fn mean_thinking(&self) -> f64 {
        // What does not wait thinks; where few do, the think times tell better than the difference.
        (self.throughput() * self.think).min(self.clients)
    }
    /// Returns P(a request must wait).
    pub fn prob_wait(&self) -> f64 {
        self.stages.prob_wait()
    }
    /// Returns the mean time in the queue, in seconds.
    pub fn mean_wait(&self) -> f64 {
        self.stages.mean_wait()
    }
    /// Returns the mean response time, in seconds.
    pub fn mean_response(&self) -> f64 {
        self.mean_wait() + self.service_rate.recip()
    }
    /// Returns the variance of the wait under FIFO, in s².
    pub fn wait_variance(&self) -> f64 {
        self.stages.wait_variance()
    }
    /// Returns the variance of the response time under FIFO, in s².
    pub fn response_variance(&self) -> f64 {
        self.wait_variance() + self.service_rate.powi(-2)
    }
    /// Returns P(wait > t) under FIFO.
    pub fn wait_tail(&self, t: f64) -> f64 {
        self.stages.wait_tail(t)
    }
    /// Returns P(response > t) under FIFO.
    pub fn response_tail(&self, t: f64) -> f64 {
        self.stages.response_tail(t)
    }
    /// Returns the wait that a share `p` of requests does not exceed, in seconds.
    pub fn wait_quantile(&self, p: f64) -> f64 {
        quantile(p, self.mean_response(), |t| self.wait_tail(t))
    }
    /// Returns the response time that a share `p` of requests does not exceed, in seconds.
    pub fn response_quantile(&self, p: f64) -> f64 {
        quantile(p, self.mean_response(), |t| self.response_tail(t))
    }
}

/// The probabilities of how many of so many clients do not think: `(first, P)`; `think` is in mean service times.
fn present(servers: usize, clients: usize, think: f64) -> (usize, Vec<f64>) {
    if think == 0.0 {
        return (clients, vec![1.0]);
    }
    let (n, c) = (clients as f64, servers as f64);
    let unhindered = (n + 1.0) / (1.0 + think);
    let mode = if unhindered <= c {
        unhindered
    } else {
        (n + 1.0 - c * think).max(c)
    };
    let ratio = |i: usize| (clients + 1 - i) as f64 / (think * i.min(servers) as f64);
    unimodal((mode as usize).min(clients), clients, ratio)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::{
        mm1::Mm1,
        mmc::Mmc,
        numeric::integral,
        operational::Closed,
        test_support::{assert_close, birth_death, stationary},
    };

    /// Two clients, one server, Z = 2, μ = 1: the states are 1 : 1 : 1/2.
    #[test]
    fn two_clients_match_exact_fractions() {
        let model = MachineRepair::new(1, 2, 2.0, 1.0).unwrap();
        assert_close(model.utilisation(), 0.6, 1e-15);
        assert_close(model.mean_in_system(), 0.8, 1e-15);
        assert_close(model.mean_response(), 4.0 / 3.0, 1e-15);
        assert_close(model.mean_thinking(), 1.2, 1e-15);
        // The other one is found there with probability 1/3.
        let t = 0.7_f64;
        assert_close(model.response_tail(t), (-t).exp() * (1.0 + t / 3.0), 1e-14);
        assert_close(model.wait_tail(t), (-t).exp() / 3.0, 1e-14);
    }

    #[test]
    fn a_chain_agrees_and_so_do_littles_law_and_what_clients_find() {
        for (servers, clients, think) in [(1, 12, 7.0), (3, 9, 0.4), (4, 30, 9.0), (5, 3, 1.0)] {
            let model = MachineRepair::new(servers, clients, think, 1.0).unwrap();
            let c = servers as usize;
            let birth = |n: usize| (clients as usize - n) as f64 / think;
            let states = birth_death(clients as usize + 1, birth, |n| n.min(c) as f64);
            let mean = |of: &dyn Fn(usize) -> usize| -> f64 {
                states.iter().enumerate().map(|(n, p)| p * of(n) as f64).sum()
            };
            assert_close(model.mean_in_system(), mean(&|n| n), 1e-12);
            assert_close(model.throughput(), mean(&|n| n.min(c)), 1e-12);
            // Two ways to the response: the mean number, and what an arrival finds.
            let response = model.mean_in_system() / model.throughput();
            assert_close(model.mean_response(), response, 1e-12);
            let law = f64::from(clients) / model.throughput() - think;
            assert_close(model.mean_response(), law, 1e-11);
            assert_close(
                integral(0.0, 90.0, |t| model.response_tail(t)),
                model.mean_response(),
                1e-9,
            );
            let square = 2.0 * integral(0.0, 90.0, |t| t * model.response_tail(t));
            let variance = square - model.mean_response().powi(2);
            assert_close(model.response_variance(), variance, 1e-8);
        }
    }

    /// Think times of two exponential stages: one state for each number in the first stage and in the second.
    #[test]
    fn the_distribution_of_the_think_time_does_not_matter() {
        let (n, stage) = (4_usize, 2.0 / 3.0);
        let at = |a: usize, b: usize| a * (n + 1) + b;
        let all = (0..=n).flat_map(|a| (0..=n - a).map(move |b| (a, b)));
        let moves = all.clone().flat_map(|(a, b)| {
            let here = n - a - b;
            [
                (0 < a).then(|| (at(a, b), at(a - 1, b + 1), a as f64 * stage)),
                (0 < b).then(|| (at(a, b), at(a, b - 1), b as f64 * stage)),
                (0 < here).then(|| (at(a, b), at(a + 1, b), here.min(2) as f64)),
            ]
        });
        // Pairs that cannot be lead to one that can.
        let not = (0..=n).flat_map(|a| (n - a + 1..=n).map(move |b| (at(a, b), at(0, 0), 1.0)));
        let states = stationary((n + 1) * (n + 1), moves.flatten().chain(not));
        let busy: f64 = all
            .map(|(a, b)| states[at(a, b)] * (n - a - b).min(2) as f64)
            .sum();
        assert_close(
            MachineRepair::new(2, 4, 3.0, 1.0).unwrap().throughput(),
            busy,
            1e-12,
        );
    }

    #[test]
    fn many_clients_who_think_long_are_a_poisson_stream() {
        let clients = 100_000;
        let (one, open) = (
            MachineRepair::new(1, clients, f64::from(clients) / 0.7, 1.0).unwrap(),
            Mm1::new(0.7, 1.0).unwrap(),
        );
        assert_close(one.mean_response(), open.mean_response(), 1e-3);
        assert_close(one.response_quantile(0.99), open.response_quantile(0.99), 1e-3);
        let (many, open) = (
            MachineRepair::new(50, clients, f64::from(clients) / 45.0, 1.0).unwrap(),
            Mmc::new(50, 45.0, 1.0).unwrap(),
        );
        assert_close(many.mean_wait(), open.mean_wait(), 2e-2);
        assert_close(many.prob_wait(), open.prob_wait(), 2e-2);
    }

    #[test]
    fn the_edges_are_one_client_no_thinking_and_more_clients_than_can_be_served() {
        let alone = MachineRepair::new(1, 1, 5.0, 2.0).unwrap();
        assert_close(alone.mean_response(), 0.5, 1e-15);
        assert!(alone.prob_wait() == 0.0 && alone.wait_quantile(0.99) == 0.0);
        let restless = MachineRepair::new(2, 7, 0.0, 1.0).unwrap();
        assert_close(restless.mean_response(), 3.5, 1e-14);
        assert_close(restless.utilisation(), 1.0, 1e-15);
        let full = MachineRepair::new(10, 100_000, 1.0, 1.0).unwrap();
        assert_close(full.throughput(), 10.0, 1e-14);
        assert_close(full.mean_response(), 1e4 - 1.0, 1e-12);
        let bound = Closed::new(100_000, 1.0, &[0.1; 10])
            .unwrap()
            .mean_response_lower();
        assert!(bound <= full.mean_response() * (1.0 + 1e-12));
        assert!(MachineRepair::new(0, 1, 1.0, 1.0).is_err() && MachineRepair::new(1, 0, 1.0, 1.0).is_err());
        assert!(MachineRepair::new(1, 1, -1.0, 1.0).is_err() && MachineRepair::new(1, 1, 1.0, 0.0).is_err());
    }
}
