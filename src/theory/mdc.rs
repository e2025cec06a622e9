//! M/D/c: Poisson arrivals, the same work for every request, `c` equal servers and one queue.

use num_complex::Complex64;

use super::{
    TheoryError, ensure, ensure_arrival_rate, ensure_mean_service, ensure_stable, mdc_queue::Waiting, numeric,
};

/// Constant service by `c` servers, first come, first served.
///
/// # Formula
/// ```text
/// z_j = ω_j·e^(ρ(z_j − 1)),  ω_j = e^(2πij/c),  0 < j < c: the roots of z^c = e^(a(z − 1)) within the unit circle
/// P(wait) = 1 − (c − a)/Π(1 − z_j),    L_q = Σ 1/(1 − z_j) − (c(c − 1) − a²)/(2(c − a)),    W = L_q/λ
/// E[L_q(L_q − 1)] = λ²·E[W²], as arrivals after a request do not change its wait (distributional Little's law)
/// P(wait > t) = Σ_j Poisson(j; λ(kD − t))·P(L_q > kc − 1 − j),    (k − 1)D ≤ t < kD
/// ```
/// where a number above a negative one is certain.
///
/// After one service time everyone who was in service has left, so the number `N` in the system is that of those who
/// waited before and the Poisson arrivals since: `E[z^N]·(z^c − e^(a(z−1))) = e^(a(z−1))·Σ_{i<c} p_i·(z^c − z^i)`.
///
/// # Validity
/// Poisson arrivals, constant service, `a = λ·D < c`; the variance and the distribution under FIFO. Takes time in
/// proportion to `c^(3/2)`; the absolute errors of `L_q` and of the tails are below 1e-9 up to 1 000 servers.
///
/// # Source
/// Crommelin, *Post Office Electrical Engineers' Journal* 25 (1932); Franx, *Oper. Res. Letters* 29 (2001).
#[derive(Clone, Debug)]
pub struct Mdc {
    arrival_rate: f64,
    service: f64,
    servers: f64,
    prob_wait: f64,
    mean_queue: f64,
    queue_variance: f64,
    waiting: Waiting,
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
        let roots = roots(servers, a);
        for root in &roots {
            // Roots come in pairs that are conjugate: their imaginary parts cancel.
            let inverse = (1.0 - root).inv();
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
            waiting: Waiting::new(c, a, &roots),
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
    /// Returns P(wait > t).
    pub fn wait_tail(&self, t: f64) -> f64 {
        if t < 0.0 {
            return 1.0;
        }
        let (c, times) = (self.servers, (t / self.service).floor());
        let coming = self.arrival_rate * (self.service * (times + 1.0) - t);
        let most = ((times + 1.0) * c) as usize - 1;
        let (first, counts) = numeric::poisson(coming.max(0.0));
        let longer = |arrivals: usize| most.checked_sub(arrivals).map_or(1.0, |n| self.waiting.tail(n));
        let terms = counts.iter().zip(first..);
        let tail: f64 = terms.map(|(p, arrivals)| p * longer(arrivals)).sum();
        tail.min(1.0)
    }
    /// Returns the wait that a share `p` of requests does not exceed, in seconds.
    pub fn wait_quantile(&self, p: f64) -> f64 {
        numeric::quantile(p, self.service, |t| self.wait_tail(t))
    }
    /// Returns P(response > t).
    pub fn response_tail(&self, t: f64) -> f64 {
        self.wait_tail(t - self.service)
    }
    /// Returns the response time that a share `p` of requests does not exceed, in seconds.
    pub fn response_quantile(&self, p: f64) -> f64 {
        if p <= 0.0 {
            0.0
        } else {
            self.wait_quantile(p) + self.service
        }
    }
    /// Returns the variance of the response time under FIFO, in s².
    pub fn response_variance(&self) -> f64 {
        self.wait_variance()
    }
    /// Returns the variance of the wait under FIFO, in s².
    pub fn wait_variance(&self) -> f64 {
        if self.arrival_rate == 0.0 {
            return 0.0;
        }
        let pairs = self.queue_variance + self.mean_queue * self.mean_queue - self.mean_queue;
        (pairs / self.arrival_rate.powi(2) - self.mean_wait().powi(2)).max(0.0)
    }
}

/// Returns the roots of `z^c = e^(a(z − 1))` within the unit circle, each as far from the end as its mirror image from the
/// beginning.
pub(super) fn roots(servers: u32, load: f64) -> Vec<Complex64> {
    let c = f64::from(servers);
    let mut roots: Vec<Complex64> = (1..=servers / 2)
        .map(|j| root(f64::from(j) / c, load / c))
        .collect();
    // The others mirror them, but for one that is real.
    let mirrored = (servers as usize).saturating_sub(1) / 2;
    for at in (0..mirrored).rev() {
        roots.push(roots[at].conj());
    }
    roots
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
        inversion,
        md1::Md1,
        mmc::Mmc,
        numeric::integral,
        test_support::{assert_close, service_time_chain},
    };

    #[test]
    fn one_server_is_md1() {
        let (model, plain) = (Mdc::new(1, 0.8, 1.0).unwrap(), Md1::new(0.8, 1.0).unwrap());
        assert_close(model.mean_wait(), 2.0, 1e-14);
        assert_close(model.prob_wait(), 0.8, 1e-14);
        assert_close(model.wait_variance(), plain.wait_variance(), 1e-12);
        for t in [0.0, 0.3, 1.0, 2.7, 14.2] {
            assert_close(model.wait_tail(t), plain.wait_tail(t), 1e-10);
        }
        for p in [0.1, 0.5, 0.999] {
            assert_close(model.response_quantile(p), plain.response_quantile(p), 1e-9);
        }
    }

    /// Those who wait are those who came during a wait, so that the wait has the transform E[z^L] at z = 1 − s/λ.
    #[test]
    fn waits_are_those_of_the_transform() {
        for (servers, a) in [(3, 2.4), (10, 9.5)] {
            let (c, roots) = (f64::from(servers), roots(servers, a));
            let transform = |s: Complex64| {
                let w = (1.0 - s / a).inv();
                let parts = roots.iter().map(|root| (1.0 - root * w) / (1.0 - root));
                (c - a) * (1.0 - w) / (1.0 - w.powf(c) * (-s).exp()) * parts.product::<Complex64>()
            };
            let model = Mdc::new(servers, a, 1.0).unwrap();
            for t in [0.05, 0.4, 1.5, 3.3] {
                let (got, expected) = (model.wait_tail(t), inversion::tail(t, transform));
                assert!(
                    (got - expected).abs() < 1e-6,
                    "c = {servers}, t = {t}: {got} for {expected}"
                );
            }
        }
    }

    #[test]
    fn the_area_under_the_tail_is_the_mean_wait() {
        for (servers, a) in [(2, 1.7), (7, 6.3), (60, 57.0)] {
            let model = Mdc::new(servers, a, 1.0).unwrap();
            assert_close(model.wait_tail(0.0), model.prob_wait(), 1e-9);
            let area = |f: &dyn Fn(f64) -> f64| -> f64 {
                (0..40).map(|k| integral(f64::from(k), f64::from(k + 1), f)).sum()
            };
            let mean = area(&|t| model.wait_tail(t));
            let square = area(&|t| 2.0 * t * model.wait_tail(t));
            assert_close(mean, model.mean_wait(), 1e-8);
            assert_close(square - mean * mean, model.wait_variance(), 1e-7);
        }
    }

    /// The number in the system from one service time to the next, as a chain.
    #[test]
    fn a_chain_of_service_times_agrees() {
        for (c, a) in [(2_usize, 1.2), (3, 2.7), (8, 5.0)] {
            let states = service_time_chain(c, a, 130);
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
        assert!(idle.prob_wait() < 1e-12 && idle.wait_tail(0.0) == 0.0 && idle.wait_tail(-1.0) == 1.0);
        assert_close(idle.response_quantile(0.99), 1.0, 1e-15);
        assert!(Mdc::new(4, 4.0, 1.0).is_err() && Mdc::new(0, 1.0, 1.0).is_err());
        let calm = Mdc::new(1_000, 500.0, 1.0).unwrap();
        assert!(calm.mean_queue() < 1e-9 && calm.prob_wait() < 1e-9);
        let busy = Mdc::new(1_000, 990.0, 1.0).unwrap();
        let spread = Mmc::new(1_000, 990.0, 1.0).unwrap();
        assert!(busy.mean_wait() < spread.mean_wait() && 0.4 * spread.mean_wait() < busy.mean_wait());
    }
}
