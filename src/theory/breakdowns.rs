//! Servers that break down: M/M/c whose servers fail and are repaired while requests come and wait.

use super::{
    TheoryError,
    chain::stationary,
    ensure, ensure_arrival_rate, ensure_service_rate, ensure_stable,
    k_of_n::KOfN,
    matrix::{Matrix, row_times},
};

/// One queue in front of servers that break down, idle or not.
///
/// # Formula
/// ```text
/// a chain of levels n (requests present) and phases j (servers up):
/// up by 1 at λ, down by 1 at min(n, j)·μ,  j → j − 1 at j·ξ,  j → j + 1 at min(c − j, r)·η
/// S_n = A₁(n) + λ·G_{n+1},    G_n = −S_n⁻¹·A₂(n),    π_n = π_{n−1}·λ·(−S_n)⁻¹,    G_n = G for n > c
/// ```
/// - `servers`: `c`, from 1 to [`SERVERS_MOST`]
/// - `arrival_rate`, `service_rate`: `λ`, `μ`, per second
/// - `failure_rate`, `repair_rate`: `ξ` of one server, `η` of one crew, per second
/// - `crews`: `r`
///
/// # Validity
/// Poisson arrivals, everything else exponential, one FIFO queue. A request whose server fails loses nothing but its
/// place at the server: it goes on as soon as one is free. Stable while the servers that are up on average can carry
/// the load, `λ < μ·E[up]`. Relative error below 1e-9 up to 99.9 % of that, also where failures are a thousand million
/// times rarer than requests.
///
/// # Source
/// White and Christie, *Oper. Res.* 6(1), 1958 (one server); Mitrany and Avi-Itzhak, *Oper. Res.* 16(3), 1968 (many).
/// Matrix-geometric solution: Neuts (1981); logarithmic reduction: Latouche and Ramaswami, *J. Appl. Prob.* 30(3), 1993.
#[derive(Clone, Debug)]
pub struct Breakdowns {
    arrival_rate: f64,
    service_rate: f64,
    up: f64,
    in_system: f64,
    empty: f64,
}

/// The most servers: the time grows with the fourth power of their number, and these take a tenth of a second.
pub const SERVERS_MOST: u32 = 64;

impl Breakdowns {
    /// Makes the model from the servers, the rates of arrival and service, those of failure and repair, and the crews.
    pub fn new(
        servers: u32,
        arrival_rate: f64,
        service_rate: f64,
        failure_rate: f64,
        repair_rate: f64,
        crews: u32,
    ) -> Result<Self, TheoryError> {
        ensure_arrival_rate(arrival_rate)?;
        ensure_service_rate(service_rate)?;
        ensure(
            (1..=SERVERS_MOST).contains(&servers),
            "there is no server, or more than can be solved",
        )?;
        let machines = KOfN::new(servers, failure_rate, repair_rate, crews)?;
        let up = machines.availability() * f64::from(servers);
        ensure_stable(arrival_rate / service_rate, up)?;
        let levels = Levels {
            servers: servers as usize,
            arrival_rate,
            service_rate,
            failure_rate,
            repair_rate,
            crews: crews as usize,
        };
        let (in_system, empty) = levels.solve(&machines);
        Ok(Self {
            arrival_rate,
            service_rate,
            up,
            in_system,
            empty,
        })
    }
    /// Returns the mean number of servers up.
    pub fn mean_up(&self) -> f64 {
        self.up
    }
    /// Returns the share of the servers' time up that is spent working.
    pub fn utilisation(&self) -> f64 {
        self.arrival_rate / (self.service_rate * self.up)
    }
    /// Returns the mean number of requests waiting or in service.
    pub fn mean_in_system(&self) -> f64 {
        self.in_system
    }
    /// Returns P(no request is there).
    pub fn prob_empty(&self) -> f64 {
        self.empty
    }
    /// Returns the mean response time, in seconds; NaN without arrivals.
    pub fn mean_response(&self) -> f64 {
        self.in_system / self.arrival_rate
    }
    /// Returns the mean time not in service, in seconds; NaN without arrivals.
    pub fn mean_wait(&self) -> f64 {
        self.mean_response() - self.service_rate.recip()
    }
}

struct Levels {
    servers: usize,
    arrival_rate: f64,
    service_rate: f64,
    failure_rate: f64,
    repair_rate: f64,
    crews: usize,
}

impl Levels {
    /// Rates down from a level, by phase.
    fn served(&self, level: usize) -> Matrix {
        Matrix::diagonal(self.servers + 1, |up| up.min(level) as f64 * self.service_rate)
    }
    /// Rates from phase to phase, without the diagonal.
    fn changes(&self, up: usize, to: usize) -> f64 {
        if to + 1 == up {
            up as f64 * self.failure_rate
        } else if to == up + 1 {
            (self.servers - up).min(self.crews) as f64 * self.repair_rate
        } else {
            0.0
        }
    }
    /// Rates within a level, the diagonal taking out whatever leaves; what goes up comes back as `passage` says.
    ///
    /// The diagonal is the sum of the rest rather than what is left of a difference: over many levels that decides
    /// between all figures and none.
    fn within(&self, level: usize, passage: &Matrix) -> Matrix {
        let beside = |up: usize, to: usize| self.changes(up, to) + self.arrival_rate * passage.at(up, to);
        Matrix::from_fn(self.servers + 1, |up, to| {
            if up != to {
                return beside(up, to);
            }
            let leaves: f64 = (0..=self.servers)
                .filter(|&to| to != up)
                .map(|to| beside(up, to))
                .sum();
            -(leaves + up.min(level) as f64 * self.service_rate)
        })
    }

    /// Returns the mean number present and P(none).
    ///
    /// Only the levels below `c` are listed. What is above them follows from balances over all levels, with `m_j` the
    /// number present where `j` are up, `p_j` the probability of that, and `idle_n(j) = (j − min(n, j))·μ`:
    /// ```text
    /// total:   κ·(μ·E[up] − λ) = Σ π_n(j)·idle_n(j)
    /// phases:  (m·Q)_j = v_j = κ·p_j·(jμ − λ) − Σ_n π_n(j)·idle_n(j)
    /// numbers: Σ (jμ − λ)·m_j = λ·κ + Σ n·π_n(j)·idle_n(j)
    /// ```
    fn solve(&self, machines: &KOfN) -> (f64, f64) {
        let (c, size) = (self.servers, self.servers + 1);
        let (mut idle, mut idle_by_number) = (vec![0.0; size], 0.0);
        let boundary = self.boundary();
        for (n, level) in boundary.iter().enumerate() {
            for (up, p) in level.iter().enumerate() {
                let rate = p * up.saturating_sub(n) as f64 * self.service_rate;
                idle[up] += rate;
                idle_by_number += n as f64 * rate;
            }
        }
        let mut phases = vec![0.0; size];
        for (down, p) in machines.states() {
            phases[c - down] = p;
        }
        let spare = |up: usize| up as f64 * self.service_rate - self.arrival_rate;
        let slack: f64 = (0..size).map(|up| phases[up] * spare(up)).sum();
        let total = idle.iter().sum::<f64>() / slack;
        // What flows between phases, counted from the rarer end so that no figure is lost; then numbers, up to a multiple of
        // the phases' own probabilities.
        let mut flows = 0.0;
        let flows: Vec<f64> = (0..size)
            .map(|up| {
                flows += total * phases[up] * spare(up) - idle[up];
                flows
            })
            .collect();
        let mut numbers = vec![0.0; size];
        for up in (0..c).rev() {
            let fails = self.changes(up + 1, up);
            numbers[up] = (numbers[up + 1] * fails - flows[up]) / self.changes(up, up + 1);
        }
        let known: f64 = (0..size).map(|up| spare(up) * numbers[up]).sum();
        let multiple = (self.arrival_rate * total + idle_by_number - known) / slack;
        let present = numbers.iter().sum::<f64>() + multiple;
        (present / total, boundary[0].iter().sum::<f64>() / total)
    }

    /// Returns the levels below `c`, by phase, up to one factor.
    fn boundary(&self) -> Vec<Vec<f64>> {
        let (c, size) = (self.servers, self.servers + 1);
        let one = Matrix::diagonal(size, |_| 1.0);
        // First passages down and rates up, from level c down to 1; those of level c hold for all above it.
        let (mut passage, mut rates) = (self.first_passage(), Vec::new());
        for level in (1..=c).rev() {
            let stays = self.within(level, &passage).minus_inverse_times(&one);
            passage = stays.times(&self.served(level));
            rates.push(stays);
        }
        // What is seen of the chain at level 0 alone. Counted by those down, so that the likeliest state is the one that the
        // others are measured by.
        let seen = self.within(0, &passage);
        let moves = (0..size).flat_map(|up| (0..size).map(move |to| (up, to)));
        let moves = moves
            .filter(|(up, to)| up != to)
            .map(|(up, to)| (c - up, c - to, seen.at(up, to)));
        let mut level = stationary(size, moves);
        level.reverse();
        let mut levels = vec![level];
        for rate in rates[1..].iter().rev() {
            let next = row_times(&levels[levels.len() - 1], rate);
            levels.push(next.into_iter().map(|p| p * self.arrival_rate).collect());
        }
        levels
    }

    /// Returns `G`, the phases in which a level above `c` is left for the one below, from those in which it was entered:
    /// the least solution of `A₂ + A₁·G + A₀·G² = 0`, by logarithmic reduction.
    fn first_passage(&self) -> Matrix {
        let size = self.servers + 1;
        let leaves = Matrix::from_fn(size, |up, to| {
            let all: f64 = (0..size).map(|to| self.changes(up, to)).sum();
            let diagonal = all + self.arrival_rate + up as f64 * self.service_rate;
            if up == to { -diagonal } else { self.changes(up, to) }
        });
        let mut up = leaves.minus_inverse_times(&Matrix::diagonal(size, |_| self.arrival_rate));
        let mut down = leaves.minus_inverse_times(&self.served(self.servers));
        let (mut passage, mut through) = (down.clone(), up.clone());
        for _ in 0..64 {
            let both = up.times(&down).plus(&down.times(&up)).complement();
            let scaled = |matrix: &Matrix| {
                let negative = both.minus_inverse_times(&matrix.times(matrix));
                Matrix::from_fn(size, |row, column| -negative.at(row, column))
            };
            (up, down) = (scaled(&up), scaled(&down));
            let more = through.times(&down);
            passage = passage.plus(&more);
            through = through.times(&up);
            let gained = (0..size).map(|row| (0..size).map(|to| more.at(row, to)).sum::<f64>());
            if gained.fold(0.0, f64::max) < 1e-17 {
                break;
            }
        }
        passage
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::{mmc::Mmc, test_support::assert_close};

    /// The chain cut off at so many requests.
    fn brute_force(c: usize, levels: usize, [lambda, mu, xi, eta]: [f64; 4], crews: usize) -> f64 {
        let at = |n: usize, j: usize| n * (c + 1) + j;
        let all = (0..=levels).flat_map(|n| (0..=c).map(move |j| (n, j)));
        let moves = all.clone().flat_map(|(n, j)| {
            [
                (n < levels).then(|| (at(n, j), at(n + 1, j), lambda)),
                (0 < n && 0 < j).then(|| (at(n, j), at(n - 1, j), n.min(j) as f64 * mu)),
                (0 < j).then(|| (at(n, j), at(n, j - 1), j as f64 * xi)),
                (j < c).then(|| (at(n, j), at(n, j + 1), (c - j).min(crews) as f64 * eta)),
            ]
        });
        let states = stationary((levels + 1) * (c + 1), moves.flatten());
        all.zip(states).map(|((n, _), p)| n as f64 * p).sum()
    }

    #[test]
    fn a_chain_agrees() {
        for (c, crews, rates) in [
            (1, 1, [0.4, 1.0, 0.1, 0.5]),
            (2, 1, [0.9, 1.0, 0.2, 0.8]),
            (3, 2, [0.8, 1.0, 0.5, 0.6]),
            (4, 4, [2.0, 1.0, 3.0, 4.0]),
        ] {
            let [lambda, mu, xi, eta] = rates;
            let model = Breakdowns::new(c, lambda, mu, xi, eta, crews).unwrap();
            let expected = brute_force(c as usize, 400, rates, crews as usize);
            assert_close(model.mean_in_system(), expected, 1e-9);
        }
    }

    /// One server, by the formula of White and Christie: with `a = η/(ξ + η)`,
    /// `L = ρ·(1 + μ·ξ/(ξ + η)²)/(a − ρ)`, worked out from the generating function.
    #[test]
    fn one_server_matches_the_closed_form() {
        for (lambda, xi, eta) in [
            (0.5, 0.1, 0.7),
            (0.2, 2.0, 1.0),
            (0.999 * 0.7, 0.3, 0.7),
            (0.9, 1e-9, 1e-6),
        ] {
            let model = Breakdowns::new(1, lambda, 1.0, xi, eta, 1).unwrap();
            let up = eta / (xi + eta);
            let expected = lambda * (1.0 + xi / (xi + eta).powi(2)) / (up - lambda);
            assert_close(model.mean_in_system(), expected, 1e-9);
        }
    }

    #[test]
    fn servers_that_hardly_ever_fail_are_an_mmc() {
        for c in [1, 5, 40] {
            let lambda = 0.9 * f64::from(c);
            let model = Breakdowns::new(c, lambda, 1.0, 1e-12, 1.0, 1).unwrap();
            let plain = Mmc::new(c, lambda, 1.0).unwrap();
            assert_close(model.mean_in_system(), plain.mean_in_system(), 1e-8);
        }
    }

    #[test]
    fn the_edge_of_stability_is_where_those_up_are_all_busy() {
        let at = |share: f64| Breakdowns::new(2, share * 2.0 * 0.8, 1.0, 0.25, 1.0, 2);
        assert!(matches!(at(1.0), Err(TheoryError::Unstable { .. })));
        let near = at(0.999).unwrap();
        assert_close(near.utilisation(), 0.999, 1e-12);
        assert!(1e3 < near.mean_in_system(), "{near:?}");
        let idle = at(0.0).unwrap();
        assert_eq!((idle.mean_in_system(), idle.prob_empty()), (0.0, 1.0));
        assert!(Breakdowns::new(SERVERS_MOST + 1, 1.0, 1.0, 0.1, 1.0, 1).is_err());
    }
}
