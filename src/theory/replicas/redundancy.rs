//! Redundant requests: copies to several servers, the first answer counts and the others are dropped.

use crate::theory::{TheoryError, ensure, ensure_arrival_rate, ensure_service_rate, ensure_stable};

/// Equal servers, each request copied to `d` of them at random.
///
/// # Formula
/// ```text
/// E[T] = Σ_{i=d..k} 1 / (k·μ·C(k − 1, d − 1)/C(i − 1, d − 1) − λ)
/// ```
/// - `servers`: `k`
/// - `copies`: `d`, `1 ≤ d ≤ k`, to different servers
/// - `arrival_rate`: `λ`, requests per second of all
/// - `service_rate`: `μ`, copies per second that one server serves
///
/// # Validity
/// Poisson arrivals, exponential service drawn anew for each copy, FIFO, the other copies dropped without delay once one is
/// done, `λ < k·μ`. Where copies of one request are as long as each other, redundancy helps far less, or harms.
///
/// # Source
/// Gardner, Harchol-Balter, Scheller-Wolf, Velednitsky and Zbarsky, *Operations Research* 65(4), 2017.
#[derive(Clone, Copy, Debug)]
pub struct Redundancy {
    servers: u32,
    copies: u32,
    arrival_rate: f64,
    service_rate: f64,
}

impl Redundancy {
    /// Makes the model from the servers, the copies of each request, the arrival rate of all and the service rate of one
    /// server, per second.
    pub fn new(servers: u32, copies: u32, arrival_rate: f64, service_rate: f64) -> Result<Self, TheoryError> {
        ensure(
            0 < copies && copies <= servers,
            "the copies are not from 1 to the servers",
        )?;
        ensure_arrival_rate(arrival_rate)?;
        ensure_service_rate(service_rate)?;
        ensure_stable(arrival_rate / service_rate, f64::from(servers))?;
        Ok(Self {
            servers,
            copies,
            arrival_rate,
            service_rate,
        })
    }
    /// Returns the share of time each server works: no more than without copies, because the first to end ends them all.
    pub fn utilisation(&self) -> f64 {
        self.arrival_rate / self.service_rate / f64::from(self.servers)
    }
    /// Returns the mean response time, in seconds.
    pub fn mean_response(&self) -> f64 {
        let full = f64::from(self.servers) * self.service_rate;
        let (mut ratio, mut sum) = (1.0, 0.0);
        for i in (self.copies..=self.servers).rev() {
            sum += (full * ratio - self.arrival_rate).recip();
            // C(k − 1, d − 1) / C(i − 2, d − 1) from C(k − 1, d − 1) / C(i − 1, d − 1); the last is not needed.
            ratio *= f64::from(i - 1) / f64::from(i - self.copies);
        }
        sum
    }
    /// Returns the mean number of requests in the system, each counted once.
    pub fn mean_in_system(&self) -> f64 {
        self.arrival_rate * self.mean_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::{
        mm1::Mm1,
        test_support::{assert_close, stationary},
    };

    /// Three servers, two copies, λ = 1, μ = 1: 1/(3·2/1 − 1) + 1/(3 − 1).
    #[test]
    fn three_servers_match_exact_fractions() {
        let model = Redundancy::new(3, 2, 1.0, 1.0).unwrap();
        assert_close(model.mean_response(), 0.2 + 0.5, 1e-15);
        assert_close(model.utilisation(), 1.0 / 3.0, 1e-15);
        // Four servers, three copies, λ = 2, μ = 1: 1/(4·3 − 2) + 1/(4 − 2).
        let model = Redundancy::new(4, 3, 2.0, 1.0).unwrap();
        assert_close(model.mean_response(), 0.6, 1e-15);
    }

    #[test]
    fn one_copy_is_a_random_split_and_all_copies_are_one_fast_server() {
        for servers in [1, 2, 7, 100] {
            let load = 0.8 * f64::from(servers);
            let one = Redundancy::new(servers, 1, load, 1.0).unwrap();
            let plain = Mm1::new(0.8, 1.0).unwrap();
            assert_close(one.mean_response(), plain.mean_response(), 1e-12);
            let all = Redundancy::new(servers, servers, load, 1.0).unwrap();
            let fast = Mm1::new(load, f64::from(servers)).unwrap();
            assert_close(all.mean_response(), fast.mean_response(), 1e-12);
        }
    }

    /// All requests there in the order of their arrival, each with its pair of three servers, as a number to base 4. A
    /// server works at the first copy that it has; a request ends at the rate of the servers that work at it.
    #[test]
    fn a_brute_force_chain_of_all_orders_agrees() {
        let (room, load) = (5, 0.3);
        let pairs = [0b011_u32, 0b101, 0b110];
        let mut states: Vec<Vec<usize>> = vec![vec![]];
        let mut begin = 0;
        for _ in 0..room {
            let end = states.len();
            for shorter in begin..end {
                for kind in 0..3 {
                    let longer = [states[shorter].as_slice(), &[kind]].concat();
                    states.push(longer);
                }
            }
            begin = end;
        }
        let find = |state: &[usize]| states.iter().position(|other| other == state);
        let mut moves = Vec::new();
        for (from, state) in states.iter().enumerate() {
            for kind in 0..3 {
                let longer = [state.as_slice(), &[kind]].concat();
                moves.extend(find(&longer).map(|to| (from, to, load / 3.0)));
            }
            let mut taken = 0;
            for (place, &kind) in state.iter().enumerate() {
                let at_it = (pairs[kind] & !taken).count_ones();
                taken |= pairs[kind];
                let mut shorter = state.clone();
                shorter.remove(place);
                if 0 < at_it {
                    moves.extend(find(&shorter).map(|to| (from, to, f64::from(at_it))));
                }
            }
        }
        let chances = stationary(states.len(), moves);
        let mean: f64 = states.iter().zip(&chances).map(|(s, p)| s.len() as f64 * p).sum();
        let model = Redundancy::new(3, 2, load, 1.0).unwrap();
        assert_close(model.mean_in_system(), mean, 1e-4);
        let decoy = Redundancy::new(3, 2, load, 1.01).unwrap();
        assert!((decoy.mean_in_system() - mean).abs() > 1e-3);
    }

    #[test]
    fn the_edges_are_no_load_full_load_and_more_copies_than_servers() {
        // Alone, a request takes the fastest of its copies.
        let idle = Redundancy::new(10, 4, 0.0, 2.0).unwrap();
        assert_close(idle.mean_response(), 0.125, 1e-14);
        let many = Redundancy::new(10_000, 2, 9_000.0, 1.0).unwrap();
        assert!(many.mean_response() < Redundancy::new(10_000, 1, 9_000.0, 1.0).unwrap().mean_response());
        let wide = Redundancy::new(5_000, 2_500, 100.0, 1.0).unwrap();
        assert!(wide.mean_response().is_finite());
        assert!(matches!(
            Redundancy::new(3, 2, 3.0, 1.0),
            Err(TheoryError::Unstable { .. })
        ));
        assert!(Redundancy::new(3, 0, 1.0, 1.0).is_err() && Redundancy::new(3, 4, 1.0, 1.0).is_err());
    }
}
