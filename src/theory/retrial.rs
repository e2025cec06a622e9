//! Retrial queues: who finds all servers busy comes back later, again and again.
//!
//! The customers on their way back, the *orbit*, take the place of a queue; but a server that gets free stays so until
//! somebody happens to come.

use super::{TheoryError, ensure, ensure_arrival_rate, ensure_service_rate, ensure_stable};

/// The M/M/c/c retrial queue.
///
/// # Formula
/// With `c = 1` and `ρ = λ/μ`, in closed form; with more servers by a chain of (servers busy, customers in orbit), whose
/// orbit ends where it hardly ever gets:
/// ```text
/// N = ρ²/(1 − ρ) + λ·ρ/(ν·(1 − ρ)),    W = N/λ,    attempts = 1 + ν·N/λ
/// ```
/// - `servers`: `c`, identical servers without a queue
/// - `arrival_rate`: `λ`, `service_rate`: `μ` of each server
/// - `retry_rate`: `ν` of each customer in orbit: it comes back after an exponential time of mean `1/ν`
///
/// # Validity
/// Poisson arrivals, exponential service, everybody comes back until served; `λ < c·μ`. Relative error below 1e-9;
/// [`TheoryError::Domain`] where the orbit is so large that this would take more than a second or so.
///
/// # Source
/// Falin and Templeton, *Retrial Queues*, 1997, ch. 1 (one server) and 2 (several). The chain level by level: Bright and
/// Taylor, *Stochastic Models* 11(3), 1995; since the orbit grows from one state only, each of their matrices is one row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Retrial {
    servers: u32,
    arrival_rate: f64,
    service_rate: f64,
    retry_rate: f64,
    blocking: f64,
    mean_orbit: f64,
}

impl Retrial {
    /// Makes the model from the number of servers and the rates per second: of arrivals, of service, and of coming back.
    pub fn new(
        servers: u32,
        arrival_rate: f64,
        service_rate: f64,
        retry_rate: f64,
    ) -> Result<Self, TheoryError> {
        ensure_arrival_rate(arrival_rate)?;
        ensure_service_rate(service_rate)?;
        ensure(0 < servers, "there is no server")?;
        let valid = retry_rate.is_finite() && 0.0 < retry_rate;
        ensure(valid, "the rate of coming back is not positive and finite")?;
        let load = arrival_rate / service_rate;
        ensure_stable(load, f64::from(servers))?;
        let (blocking, mean_orbit) = if servers == 1 {
            let coming_back = arrival_rate / retry_rate;
            (load, load / (1.0 - load) * (load + coming_back))
        } else if arrival_rate == 0.0 {
            (0.0, 0.0)
        } else {
            let rates = [arrival_rate, service_rate, retry_rate];
            solve(servers as usize, rates)?
        };
        Ok(Self {
            servers,
            arrival_rate,
            service_rate,
            retry_rate,
            blocking,
            mean_orbit,
        })
    }
    /// Returns the share of the servers' time spent working.
    pub fn utilisation(&self) -> f64 {
        self.arrival_rate / self.service_rate / f64::from(self.servers)
    }
    /// Returns P(a new customer finds all servers busy).
    pub fn prob_blocked(&self) -> f64 {
        self.blocking
    }
    /// Returns the mean number of customers in orbit.
    pub fn mean_orbit(&self) -> f64 {
        self.mean_orbit
    }
    /// Returns the mean time from a customer's arrival to the beginning of its service.
    pub fn mean_wait(&self) -> f64 {
        if self.arrival_rate == 0.0 {
            0.0
        } else {
            self.mean_orbit / self.arrival_rate
        }
    }
    /// Returns the mean time from a customer's arrival to the end of its service.
    pub fn mean_response(&self) -> f64 {
        self.mean_wait() + self.service_rate.recip()
    }
    /// Returns the mean number of attempts of a customer.
    pub fn mean_attempts(&self) -> f64 {
        1.0 + self.retry_rate * self.mean_wait()
    }
}

/// Most states of the chain that are looked at.
const MOST_STATES: usize = 4_000_000;

/// Returns P(all servers busy) and the mean orbit, with ever larger orbits until the end is not felt.
fn solve(servers: usize, rates: [f64; 3]) -> Result<(f64, f64), TheoryError> {
    let mut before = f64::NAN;
    let mut most = 128;
    while most * (servers + 1) <= MOST_STATES {
        let (blocking, orbit) = truncated(servers, rates, most);
        if (orbit - before).abs() <= 1e-11 * orbit {
            return Ok((blocking, orbit));
        }
        before = orbit;
        most *= 2;
    }
    Err(TheoryError::Domain("the orbit is too large to be worked out"))
}

/// Returns P(all servers busy) and the mean orbit where an orbit of `most` takes nobody in any more.
///
/// The probabilities of level `m` (orbit) are those of the one state of level `m − 1` from which it is reached, times a
/// row `r`, which follows from that of the level above: `r·T = λ·e`, where `T` holds the rates of the level, and in its
/// last row also the returns from above.
fn truncated(servers: usize, [arrival, service, retry]: [f64; 3], most: usize) -> (f64, f64) {
    let mut level = Level::new(servers, arrival, service);
    // Of each level, from the last down: the row's last entry and its sum.
    let mut rows = Vec::with_capacity(most);
    let mut returns = vec![0.0; servers + 1];
    for orbit in (1..=most).rev() {
        let back = orbit as f64 * retry;
        let leaves = if orbit == most { 0.0 } else { arrival };
        level.factor(back, leaves);
        let mut row = vec![0.0; servers + 1];
        row[servers] = arrival;
        level.divide(&mut row);
        level.divide(&mut returns);
        let last = row[servers] / (1.0 - returns[servers]);
        for (entry, back) in row.iter_mut().zip(&returns) {
            *entry += last * back;
        }
        rows.push((row[servers], row.iter().sum::<f64>()));
        for n in 0..servers {
            returns[n + 1] = row[n] * back;
        }
        returns[0] = 0.0;
    }
    level.factor(0.0, arrival);
    level.divide(&mut returns);
    // Relative to the state from which the orbit begins to grow.
    let (mut at_last, mut full) = (1.0, 1.0);
    let mut total = returns.iter().sum::<f64>() / returns[servers];
    let mut orbit_sum = 0.0;
    for (orbit, &(last, sum)) in rows.iter().rev().enumerate() {
        let level = at_last * sum;
        total += level;
        orbit_sum += (orbit + 1) as f64 * level;
        at_last *= last;
        full += at_last;
    }
    (full / total, orbit_sum / total)
}

/// The rates within one level, from state to state of busy servers: a matrix with three diagonals, factored.
struct Level {
    servers: usize,
    arrival: f64,
    service: f64,
    /// The pivots of the elimination.
    pivots: Vec<f64>,
    back: f64,
}

impl Level {
    fn new(servers: usize, arrival: f64, service: f64) -> Self {
        Self {
            servers,
            arrival,
            service,
            pivots: vec![0.0; servers + 1],
            back: 0.0,
        }
    }
    /// Prepares for a level from which customers come `back` from the orbit, and which is left upward at this rate when
    /// all servers are busy.
    fn factor(&mut self, back: f64, leaves: f64) {
        self.back = back;
        for n in 0..=self.servers {
            let busy = n as f64 * self.service;
            let out = if n == self.servers {
                leaves
            } else {
                self.arrival + back
            };
            // What comes up from below goes down again in part.
            let again = if n == 0 {
                0.0
            } else {
                self.arrival * busy / self.pivots[n - 1]
            };
            self.pivots[n] = out + busy - again;
        }
    }
    /// Returns `x` with `x·T = y` in place of `y`.
    fn divide(&self, y: &mut [f64]) {
        // x[n]·T[n][n] − x[n−1]·λ − x[n+1]·(n+1)·μ = y[n].
        for n in 1..=self.servers {
            y[n] += y[n - 1] * self.arrival / self.pivots[n - 1];
        }
        y[self.servers] /= self.pivots[self.servers];
        for n in (0..self.servers).rev() {
            y[n] = (y[n] + y[n + 1] * (n + 1) as f64 * self.service) / self.pivots[n];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::{erlang_b, mmc::Mmc, test_support::assert_close, test_support::stationary};

    /// The chain itself, by elimination over all states.
    fn brute_force(servers: usize, [arrival, service, retry]: [f64; 3], most: usize) -> (f64, f64) {
        let width = servers + 1;
        let mut moves = Vec::new();
        for orbit in 0..=most {
            for busy in 0..=servers {
                let state = orbit * width + busy;
                if busy < servers {
                    moves.push((state, state + 1, arrival));
                    if 0 < orbit {
                        moves.push((state, state - width + 1, orbit as f64 * retry));
                    }
                } else if orbit < most {
                    moves.push((state, state + width, arrival));
                }
                if 0 < busy {
                    moves.push((state, state - 1, busy as f64 * service));
                }
            }
        }
        let shares = stationary((most + 1) * width, moves);
        let full = (0..=most).map(|orbit| shares[orbit * width + servers]).sum();
        let mean = shares.iter().enumerate();
        let mean = mean.map(|(state, share)| (state / width) as f64 * share);
        (full, mean.sum())
    }

    #[test]
    fn the_levels_agree_with_the_whole_chain() {
        for (servers, rates, most) in [
            (1, [0.5, 1.0, 0.7], 60),
            (2, [1.0, 1.0, 0.3], 80),
            (3, [2.4, 1.0, 2.0], 90),
            (5, [2.0, 1.0, 0.1], 60),
        ] {
            let (full, mean) = brute_force(servers, rates, most);
            let (got_full, got_mean) = truncated(servers, rates, most);
            assert_close(got_full, full, 1e-10);
            assert_close(got_mean, mean, 1e-10);
        }
    }

    /// Falin and Templeton (1997), ch. 1: N = ρ²/(1 − ρ) + λρ/(ν(1 − ρ)).
    #[test]
    fn one_server_matches_the_closed_form_and_the_chain() {
        let one = Retrial::new(1, 0.6, 1.0, 2.0).unwrap();
        assert_close(one.mean_orbit(), 0.36 / 0.4 + 0.6 * 0.6 / (2.0 * 0.4), 1e-14);
        assert_close(one.prob_blocked(), 0.6, 1e-15);
        let (full, mean) = solve(1, [0.6, 1.0, 2.0]).unwrap();
        assert_close(full, 0.6, 1e-10);
        assert_close(mean, one.mean_orbit(), 1e-10);
        assert_close(one.mean_attempts(), 1.0 + 2.0 * one.mean_orbit() / 0.6, 1e-14);
    }

    #[test]
    fn who_comes_back_at_once_stands_in_a_queue() {
        for (servers, load) in [(1, 0.8), (4, 3.0), (20, 17.0)] {
            let eager = Retrial::new(servers, load, 1.0, 1e6).unwrap();
            let queue = Mmc::new(servers, load, 1.0).unwrap();
            assert_close(eager.mean_wait(), queue.mean_wait(), 1e-4);
        }
    }

    /// Who comes back after a long time is as good as new: the load x of all attempts satisfies x = λ + x·B(c, x).
    #[test]
    fn who_comes_back_late_is_as_good_as_new() {
        let (servers, load) = (4, 2.0);
        let late = Retrial::new(servers, load, 1.0, 1e-3).unwrap();
        let mut all = load;
        for _ in 0..1_000 {
            all = load + all * erlang_b::blocking(servers, all).unwrap();
        }
        assert_close(late.mean_attempts(), all / load, 2e-3);
        assert_close(
            late.prob_blocked(),
            erlang_b::blocking(servers, all).unwrap(),
            5e-3,
        );
    }

    #[test]
    fn the_edges_are_where_they_should_be() {
        assert!(matches!(
            Retrial::new(2, 2.0, 1.0, 1.0),
            Err(TheoryError::Unstable { .. })
        ));
        assert!(Retrial::new(0, 0.1, 1.0, 1.0).is_err());
        assert!(Retrial::new(2, 1.0, 1.0, 0.0).is_err());
        assert!(Retrial::new(2, 1.0, f64::NAN, 1.0).is_err());
        let idle = Retrial::new(3, 0.0, 1.0, 1.0).unwrap();
        assert_eq!((idle.mean_attempts(), idle.mean_response()), (1.0, 1.0));
        let busy = Retrial::new(3, 2.97, 1.0, 1.0).unwrap();
        assert!(90.0 < busy.mean_orbit() && busy.mean_orbit().is_finite());
        // Too large an orbit is refused, not waited for.
        assert!(Retrial::new(2, 1.999_999, 1.0, 1e-9).is_err());
    }
}
