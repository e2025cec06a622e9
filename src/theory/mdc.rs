//! M/D/c: Poisson arrivals, the same work for every request, `c` equal servers and one queue.

use num_complex::Complex64;

use super::{TheoryError, ensure, ensure_arrival_rate, ensure_mean_service, ensure_stable};

/// Constant service by `c` servers, first come, first served.
///
/// # Formula
/// ```text
/// z_j = ω_j·e^(ρ(z_j − 1)),  ω_j = e^(2πij/c),  0 < j < c: the roots of z^c = e^(a(z − 1)) within the unit circle
/// P(wait) = 1 − (c − a)/Π(1 − z_j),    L_q = Σ 1/(1 − z_j) − (c(c − 1) − a²)/(2(c − a)),    W = L_q/λ
/// E[L_q(L_q − 1)] = λ²·E[W²], as arrivals after a request do not change its wait (distributional Little's law)
/// ```
/// After one service time everyone who was in service has left, so the number `N` in the system is that of those who
/// waited before and the Poisson arrivals since: `E[z^N]·(z^c − e^(a(z−1))) = e^(a(z−1))·Σ_{i<c} p_i·(z^c − z^i)`.
///
/// # Validity
/// Poisson arrivals, constant service, `a = λ·D < c`; the variance under FIFO. Takes time in proportion to `c`; the
/// absolute error of `L_q` is below 1e-9 up to 1 000 servers.
///
/// # Source
/// Crommelin, *Post Office Electrical Engineers' Journal* 25 (1932); Franx, *Oper. Res. Letters* 29 (2001).
#[derive(Clone, Copy, Debug)]
pub struct Mdc {
    arrival_rate: f64,
    service: f64,
    servers: f64,
    prob_wait: f64,
    mean_queue: f64,
    queue_variance: f64,
}

impl Mdc {
    /// Makes the model from the servers, the arrival rate, per second, and the service time in seconds.
    pub fn new(servers: u32, arrival_rate: f64, service: f64) -> Result<Self, TheoryError> {
        ensure(0 < servers, "there is no server")?;
        ensure_arrival_rate(arrival_rate)?;
        ensure_mean_service(service)?;
        let (c, a) = (f64::from(servers), arrival_rate * service);
        ensure_stable(a, c)?;
        let (mut log_product, mut sum, mut square_sum) = (0.0, 0.0, 0.0);
        for j in 1..servers {
            // Roots come in pairs that are conjugate: their imaginary parts cancel.
            let inverse = (1.0 - root(f64::from(j) / c, a / c)).inv();
            log_product -= inverse.norm().ln();
            sum += inverse.re;
            square_sum += (inverse * inverse).re;
        }
        let first = c - a;
        let second = (c * (c - 1.0) - a * a) / 2.0 / first;
        let third = (c * (c - 1.0) * (c - 2.0) - a * a * a) / 6.0 / first;
        let mean_queue = (sum - second).max(0.0);
        Ok(Self {
            arrival_rate,
            service,
            servers: c,
            prob_wait: (1.0 - first * (-log_product).exp()).clamp(0.0, 1.0),
            mean_queue,
            queue_variance: (mean_queue - square_sum - 2.0 * third + second * second).max(0.0),
        })
    }
    /// Returns `ρ = a/c`.
    pub fn utilisation(&self) -> f64 {
        self.arrival_rate * self.service / self.servers
    }
    /// Returns P(a request must wait).
    pub fn prob_wait(&self) -> f64 {
        self.prob_wait
    }
    /// Returns the mean number waiting.
    pub fn mean_queue(&self) -> f64 {
        self.mean_queue
    }
    /// Returns the mean time in the queue, in seconds.
    pub fn mean_wait(&self) -> f64 {
        if self.arrival_rate == 0.0 {
            0.0
        } else {
            self.mean_queue / self.arrival_rate
        }
    }
    /// Returns the mean response time, in seconds.
    pub fn mean_response(&self) -> f64 {
        self.mean_wait() + self.service
    }
    /// Returns the variance of the wait under FIFO, in s², which is also that of the response time.
    pub fn wait_variance(&self) -> f64 {
        if self.arrival_rate == 0.0 {
            return 0.0;
        }
        let pairs = self.queue_variance + self.mean_queue * self.mean_queue - self.mean_queue;
        (pairs / self.arrival_rate.powi(2) - self.mean_wait().powi(2)).max(0.0)
    }
}

/// Solves `z = e^(2πi·turn)·e^(ρ(z − 1))` within the unit circle: steps that pull together, and then Newton's.
fn root(turn: f64, rho: f64) -> Complex64 {
    let unit = Complex64::from_polar(1.0, std::f64::consts::TAU * turn);
    let image = |z: Complex64| unit * (rho * (z - 1.0)).exp();
    let mut z = Complex64::ZERO;
    for _ in 0..8 {
        z = image(z);
    }
    for _ in 0..20 {
        let next = image(z);
        let step = (next - z) / (1.0 - rho * next);
        z += step;
        if step.norm() < 1e-16 {
            break;
        }
    }
    z
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::{
        md1::Md1,
        mmc::Mmc,
        test_support::{assert_close, stationary},
    };

    #[test]
    fn one_server_is_md1() {
        let (model, plain) = (Mdc::new(1, 0.8, 1.0).unwrap(), Md1::new(0.8, 1.0).unwrap());
        assert_close(model.mean_wait(), 2.0, 1e-14);
        assert_close(model.prob_wait(), 0.8, 1e-14);
        assert_close(model.wait_variance(), plain.wait_variance(), 1e-12);
    }

    /// The number in the system from one service time to the next, as a chain.
    #[test]
    fn a_chain_of_service_times_agrees() {
        for (c, a) in [(2_usize, 1.2), (3, 2.7), (8, 5.0)] {
            let room = 130;
            let mut arrivals = vec![f64::exp(-a)];
            for k in 1..room {
                arrivals.push(arrivals[k - 1] * a / k as f64);
            }
            let moves = (0..room).flat_map(|n| {
                let (left, arrivals) = (n.saturating_sub(c), &arrivals);
                (left..room)
                    .filter(move |&to| to != n)
                    .map(move |to| (n, to, arrivals[to - left]))
            });
            let states = stationary(room, moves.collect::<Vec<_>>());
            let queue = |power: i32| -> f64 {
                let terms = states.iter().enumerate();
                terms
                    .map(|(n, p)| p * (n.saturating_sub(c) as f64).powi(power))
                    .sum()
            };
            let model = Mdc::new(c as u32, a, 1.0).unwrap();
            assert_close(model.mean_queue(), queue(1), 1e-9);
            assert_close(model.prob_wait(), states[c..].iter().sum(), 1e-9);
            let second = (queue(2) - queue(1)) / (a * a);
            assert_close(model.wait_variance(), second - (queue(1) / a).powi(2), 1e-7);
        }
    }

    /// Constant work waits about half as long as exponential work, the more so the fuller the servers.
    #[test]
    fn near_full_load_it_is_half_of_mmc() {
        for servers in [2, 50] {
            let rate = f64::from(servers) * 0.9995;
            let (constant, spread) = (
                Mdc::new(servers, rate, 1.0).unwrap(),
                Mmc::new(servers, rate, 1.0).unwrap(),
            );
            assert_close(constant.mean_wait(), spread.mean_wait() / 2.0, 0.01);
        }
    }

    #[test]
    fn the_edges_are_no_load_full_load_and_a_thousand_servers() {
        let idle = Mdc::new(4, 0.0, 1.0).unwrap();
        assert!(idle.mean_wait() == 0.0 && idle.wait_variance() == 0.0);
        assert!(idle.prob_wait() < 1e-12);
        assert!(Mdc::new(4, 4.0, 1.0).is_err() && Mdc::new(0, 1.0, 1.0).is_err());
        let calm = Mdc::new(1_000, 500.0, 1.0).unwrap();
        assert!(calm.mean_queue() < 1e-9 && calm.prob_wait() < 1e-9);
        let busy = Mdc::new(1_000, 990.0, 1.0).unwrap();
        let spread = Mmc::new(1_000, 990.0, 1.0).unwrap();
        assert!(busy.mean_wait() < spread.mean_wait() && 0.4 * spread.mean_wait() < busy.mean_wait());
    }
}
