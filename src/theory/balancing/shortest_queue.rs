//! Join the shortest queue: each request goes to a server with the fewest requests.

use super::shortest_queue_chain::{Chain, states};
use crate::theory::{
    TheoryError, ensure, ensure_arrival_rate, ensure_service_rate, ensure_stable,
    numeric::{GeometricEnd, quantile},
};

/// Equal servers under join-the-shortest-queue.
///
/// # Formula
/// The Markov chain of all queue lengths is solved numerically: the profile of the queues given their total number.
/// Queues never differ by more than a threshold `T`, chosen as large as a fixed amount of work allows: where one
/// would, a request moves from the longest to the shortest queue. As `T` grows the answers rise to those of the
/// system without such moves; `T = 1` is M/M/n. From a total of `n·T + 1` on the profile recurs with period `n`,
/// and a state with one request more at every server is `ρ^n` times as likely, so that nothing is cut off.
///
/// # Validity
/// Poisson arrivals, exponential service, `ρ < 1`, 1 to 64 servers. For two servers exact to a
/// relative 1e-9; in general a lower bound: within 0.01 % of the mean response time up to six servers, 0.1 % up to
/// ten and 1 % up to 32, at loads up to 0.95. For more servers it remains a bound. Response times
/// are those of FIFO; means also hold for processor sharing, there as a good approximation whatever the service
/// distribution (Gupta, Harchol-Balter, Sigman and Whitt, *Performance Evaluation* 64, 2007).
///
/// # Source
/// Threshold jockeying and its bound: Adan, van Houtum and van der Wal, *Annals of Operations Research* 48 (1994). That
/// states recur with a factor `ρ^n`: Adan, Wessels and Zijm, *Operations Research Letters* 13 (1993).
/// Exact two-server solution: Adan, Wessels and Zijm, *Stochastic Models* 6 (1990).
#[derive(Clone, Debug)]
pub struct ShortestQueue {
    load: f64,
    servers: f64,
    service_rate: f64,
    mean_in_system: f64,
    /// P(the shortest queue has at least k), for k = 0, 1, ….
    finds: GeometricEnd,
}

/// The most servers it takes.
pub const MAX_SERVERS: u32 = 64;

impl ShortestQueue {
    /// Makes the model from the servers, the arrival rate of all and the service rate of one, per second.
    pub fn new(servers: u32, arrival_rate: f64, service_rate: f64) -> Result<Self, TheoryError> {
        // Solved in a few milliseconds.
        Self::of_states(4e3, 2, servers, arrival_rate, service_rate)
    }

    /// Makes a model that is a bound as well, less near and many times faster.
    pub fn rough(servers: u32, arrival_rate: f64, service_rate: f64) -> Result<Self, TheoryError> {
        Self::of_states(2e2, 1, servers, arrival_rate, service_rate)
    }

    /// Makes the model with the largest threshold from `least` on that has no more states than this.
    fn of_states(
        most: f64,
        least: usize,
        servers: u32,
        arrival_rate: f64,
        service_rate: f64,
    ) -> Result<Self, TheoryError> {
        ensure(0 < servers, "there is no server")?;
        ensure(
            servers <= MAX_SERVERS,
            "the chain of all queues is too large beyond 64 servers",
        )?;
        ensure_arrival_rate(arrival_rate)?;
        ensure_service_rate(service_rate)?;
        let load = arrival_rate / service_rate;
        ensure_stable(load, f64::from(servers))?;
        let n = servers as usize;
        let mut thresholds = (least..30).take_while(|&threshold| states(n, threshold) <= most);
        let threshold = thresholds.by_ref().last().unwrap_or(least);
        Ok(Self::with_threshold(n, load, service_rate, threshold))
    }

    fn with_threshold(servers: usize, load: f64, service_rate: f64, threshold: usize) -> Self {
        let solution = Chain::new(servers, threshold, load).solve();
        Self {
            load,
            servers: servers as f64,
            service_rate,
            mean_in_system: solution.mean_in_system,
            finds: GeometricEnd::new(solution.finds, solution.ratio),
        }
    }

    /// Returns `ρ`.
    pub fn utilisation(&self) -> f64 {
        self.load / self.servers
    }
    /// Returns P(a request must wait).
    pub fn prob_wait(&self) -> f64 {
        self.finds.listed(1)
    }
    /// Returns the mean number in the system.
    pub fn mean_in_system(&self) -> f64 {
        self.mean_in_system
    }
    /// Returns the mean number waiting.
    pub fn mean_queue(&self) -> f64 {
        (self.mean_in_system - self.load).max(0.0)
    }
    /// Returns the mean response time, in seconds.
    pub fn mean_response(&self) -> f64 {
        self.mean_wait() + self.service_rate.recip()
    }
    /// Returns the mean time in the queue, in seconds.
    pub fn mean_wait(&self) -> f64 {
        if self.load == 0.0 {
            0.0
        } else {
            self.mean_queue() / (self.load * self.service_rate)
        }
    }
    /// Returns P(wait > t) under FIFO.
    pub fn wait_tail(&self, t: f64) -> f64 {
        if t < 0.0 {
            1.0
        } else {
            self.finds.stages_tail(1, self.service_rate * t)
        }
    }
    /// Returns P(response > t) under FIFO.
    pub fn response_tail(&self, t: f64) -> f64 {
        self.finds.stages_tail(0, self.service_rate * t.max(0.0))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::{
        mm1::Mm1,
        mmc::Mmc,
        test_support::{assert_close, stationary},
    };

    /// Every pair of queue lengths as a state, solved without any structure.
    #[test]
    fn two_servers_match_a_brute_force_chain() {
        let (room, λ) = (26, 1.2);
        let at = |i: usize, j: usize| room * i + j;
        let moves = (0..room * room).flat_map(|state| {
            let (i, j) = (state / room, state % room);
            let (left, right) = (at((i + 1).min(room - 1), j), at(i, (j + 1).min(room - 1)));
            let (to_left, to_right) = match i.cmp(&j) {
                std::cmp::Ordering::Less => (λ, 0.0),
                std::cmp::Ordering::Equal => (λ / 2.0, λ / 2.0),
                std::cmp::Ordering::Greater => (0.0, λ),
            };
            [
                (state, left, to_left),
                (state, right, to_right),
                (state, at(i.saturating_sub(1), j), 1.0),
                (state, at(i, j.saturating_sub(1)), 1.0),
            ]
            .into_iter()
            .filter(|(from, to, _)| from != to)
        });
        let states = stationary(room * room, moves);
        let mean: f64 = states
            .iter()
            .enumerate()
            .map(|(s, p)| p * (s / room + s % room) as f64)
            .sum();
        let busy: f64 = states
            .iter()
            .enumerate()
            .filter(|(s, _)| room <= *s && 0 < s % room)
            .map(|(_, p)| p)
            .sum();
        let model = ShortestQueue::new(2, λ, 1.0).unwrap();
        assert_close(model.mean_in_system(), mean, 1e-9);
        assert_close(model.prob_wait(), busy, 1e-9);
        // Waits and responses from two sides: the mean number, and what arrivals find.
        assert_close(model.finds.sum(), model.mean_response(), 1e-9);
    }

    #[test]
    fn one_server_is_mm1_and_a_threshold_of_one_is_mmc() {
        let (one, plain) = (
            ShortestQueue::new(1, 0.8, 1.0).unwrap(),
            Mm1::new(0.8, 1.0).unwrap(),
        );
        assert_close(one.mean_response(), plain.mean_response(), 1e-8);
        assert_close(one.response_quantile(0.99), plain.response_quantile(0.99), 1e-7);
        assert_close(one.wait_quantile(0.99), plain.wait_quantile(0.99), 1e-7);
        let jockeys = ShortestQueue::with_threshold(6, 5.0, 1.0, 1);
        assert_close(
            jockeys.mean_in_system(),
            Mmc::new(6, 5.0, 1.0).unwrap().mean_in_system(),
            1e-8,
        );
    }

    #[test]
    fn larger_thresholds_close_in_from_below_as_promised() {
        let cases = [
            (3, 26, 1e-4),
            (4, 14, 1e-4),
            (6, 8, 1e-4),
            (8, 6, 1e-3),
            (10, 6, 1e-3),
            (16, 4, 2e-3),
        ];
        for (servers, largest, promised) in cases {
            for load in [0.5, 0.95] {
                let erlangs = load * f64::from(servers);
                let best = ShortestQueue::with_threshold(servers as usize, erlangs, 1.0, largest);
                let model = ShortestQueue::new(servers, erlangs, 1.0).unwrap();
                assert!(model.mean_response() <= best.mean_response() * (1.0 + 1e-9));
                assert_close(model.mean_response(), best.mean_response(), promised);
                assert_close(
                    model.response_quantile(0.99),
                    best.response_quantile(0.99),
                    promised,
                );
                let rough = ShortestQueue::rough(servers, erlangs, 1.0).unwrap();
                assert!(rough.mean_response() < model.mean_response());
                let pooled = Mmc::new(servers, erlangs, 1.0).unwrap();
                assert!(pooled.mean_response() <= rough.mean_response() * (1.0 + 1e-9));
            }
        }
    }

    #[test]
    fn the_edges_are_no_load_full_load_and_too_many_servers() {
        let idle = ShortestQueue::new(3, 0.0, 2.0).unwrap();
        assert_close(idle.mean_response(), 0.5, 1e-12);
        assert!(idle.prob_wait() == 0.0);
        assert!(matches!(
            ShortestQueue::new(3, 3.0, 1.0),
            Err(TheoryError::Unstable { .. })
        ));
        assert!(ShortestQueue::new(65, 1.0, 1.0).is_err());
        let full = ShortestQueue::new(3, 2.999_99, 1.0).unwrap();
        assert_close(full.mean_wait(), 1e5, 1e-4);
        // As near to full as a float can tell, where the end of the distribution is all of it.
        let brim = ShortestQueue::new(3, 3.0 - 1e-13, 1.0).unwrap();
        assert_close(brim.response_tail(5.0), 1.0, 1e-9);
        assert_close(full.response_quantile(0.5), 1e5 * 2.0_f64.ln(), 1e-4);
        let many = ShortestQueue::new(64, 48.0, 1.0).unwrap();
        assert!(many.prob_wait() < 0.01 && many.mean_wait() < 0.01);
    }
}
