//! M/G/1: one server, Poisson arrivals, any service distribution, first come first served.

use num_complex::Complex64;

use super::{TheoryError, ensure_arrival_rate, ensure_mean_service, ensure_scv, ensure_stable, inversion};

/// One server with Poisson arrivals and any service distribution.
///
/// # Formula (Pollaczek–Khinchine)
/// ```text
/// W = λ·E[S²] / (2(1 − ρ)) = ρ·E[S]·(1 + c²) / (2(1 − ρ)),    Var W = W² + λ·E[S³] / (3(1 − ρ))
/// E[e^(−sW)] = (1 − ρ)·s / (s − λ + λ·E[e^(−sS)])
/// ```
/// with `ρ = λ·E[S]` and `c²` the squared coefficient of variation of service.
///
/// # Validity
/// Poisson arrivals, independent service, FIFO, `ρ < 1`. The means hold for every discipline that neither looks at
/// service times nor interrupts (LIFO, random); the variance and the distribution are those of FIFO. Tails and
/// quantiles invert the transform: see [`inversion::tail`] for their accuracy.
///
/// # Source
/// Kleinrock, *Queueing Systems* I (1975), ch. 5.
#[derive(Clone, Copy, Debug)]
pub struct Mg1 {
    arrival_rate: f64,
    mean_service: f64,
    scv: f64,
}

impl Mg1 {
    /// Makes the model from the arrival rate `λ`, per second, the mean service time `E[S]`, in seconds, and the
    /// squared coefficient of variation of service.
    pub fn new(arrival_rate: f64, mean_service: f64, scv: f64) -> Result<Self, TheoryError> {
        ensure_arrival_rate(arrival_rate)?;
        ensure_mean_service(mean_service)?;
        ensure_scv(scv)?;
        ensure_stable(arrival_rate * mean_service, 1.0)?;
        Ok(Self {
            arrival_rate,
            mean_service,
            scv,
        })
    }
    /// Returns `ρ = λ·E[S]`, which is also P(wait > 0).
    pub fn utilisation(&self) -> f64 {
        self.arrival_rate * self.mean_service
    }
    /// Returns the mean time in the queue, in seconds.
    pub fn mean_wait(&self) -> f64 {
        let load = self.utilisation();
        load * self.mean_service * (1.0 + self.scv) / (2.0 * (1.0 - load))
    }
    /// Returns the mean response time, in seconds.
    pub fn mean_response(&self) -> f64 {
        self.mean_wait() + self.mean_service
    }
    /// Returns the mean number waiting.
    pub fn mean_queue(&self) -> f64 {
        self.arrival_rate * self.mean_wait()
    }
    /// Returns the mean number in the system.
    pub fn mean_in_system(&self) -> f64 {
        self.mean_queue() + self.utilisation()
    }
    /// Returns the variance of the wait under FIFO from the third moment of service `E[S³]`, in s³.
    pub fn wait_variance(&self, third_moment: f64) -> f64 {
        self.mean_wait().powi(2) + self.arrival_rate * third_moment / (3.0 * (1.0 - self.utilisation()))
    }
    /// Returns the variance of the wait under LIFO without preemption, from the third moment of service.
    ///
    /// `E[W²]` is that of FIFO over `1 − ρ`: the moments of Abate and Whitt, *Oper. Res. Letters* 20 (1997), and of Takács
    /// before them.
    pub fn wait_variance_lifo(&self, third_moment: f64) -> f64 {
        let mean_square = self.mean_wait().powi(2);
        (self.wait_variance(third_moment) + mean_square) / (1.0 - self.utilisation()) - mean_square
    }
    /// Returns the variance of the response time under FIFO from the third moment of service.
    pub fn response_variance(&self, third_moment: f64) -> f64 {
        self.wait_variance(third_moment) + self.scv * self.mean_service.powi(2)
    }
    /// Returns P(wait > t) from the transform of service.
    pub fn wait_tail(&self, t: f64, service: impl Fn(Complex64) -> Complex64) -> f64 {
        match t {
            t if t < 0.0 => 1.0,
            0.0 => self.utilisation(),
            t => inversion::tail(t, |s| self.wait_transform(s, service(s))),
        }
    }
    /// Returns the wait that a share `p` of requests does not exceed, in seconds.
    pub fn wait_quantile(&self, p: f64, service: impl Fn(Complex64) -> Complex64) -> f64 {
        let transform = |s| self.wait_transform(s, service(s));
        inversion::quantile(p, self.utilisation(), self.mean_response(), transform)
    }
    /// Returns P(response > t) from the transform of service.
    pub fn response_tail(&self, t: f64, service: impl Fn(Complex64) -> Complex64) -> f64 {
        if t <= 0.0 {
            1.0
        } else {
            inversion::tail(t, |s| self.response_transform(s, service(s)))
        }
    }
    /// Returns the response time that a share `p` of requests does not exceed, in seconds.
    pub fn response_quantile(&self, p: f64, service: impl Fn(Complex64) -> Complex64) -> f64 {
        let transform = |s| self.response_transform(s, service(s));
        inversion::quantile(p, 1.0, self.mean_response(), transform)
    }
    /// Returns the transform of the wait at `s` from that of service there. Times that of one class's service it is the
    /// transform of that class's response, where several classes share the queue.
    pub fn wait_transform(&self, s: Complex64, service: Complex64) -> Complex64 {
        (1.0 - self.utilisation()) * s / (s - self.arrival_rate * (1.0 - service))
    }
    fn response_transform(&self, s: Complex64, service: Complex64) -> Complex64 {
        self.wait_transform(s, service) * service
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::{
        md1::Md1,
        mm1::Mm1,
        test_support::{assert_close, stationary, transforms},
    };

    #[test]
    fn exponential_service_is_mm1() {
        let (general, model) = (Mg1::new(3.0, 0.25, 1.0).unwrap(), Mm1::new(3.0, 4.0).unwrap());
        let third = 6.0 / 64.0;
        assert_close(general.mean_wait(), model.mean_wait(), 1e-14);
        assert_close(general.mean_response(), model.mean_response(), 1e-14);
        assert_close(general.mean_in_system(), model.mean_in_system(), 1e-14);
        assert_close(general.wait_variance(third), model.wait_variance(), 1e-14);
        assert_close(general.response_variance(third), model.response_variance(), 1e-14);
        let service = transforms::exponential(0.25);
        for t in [0.0, 0.1, 1.0, 6.0] {
            assert!((general.wait_tail(t, &service) - model.wait_tail(t)).abs() < 1e-8);
            assert!((general.response_tail(t, &service) - model.response_tail(t)).abs() < 1e-8);
        }
        for p in [0.1, 0.5, 0.99, 0.999] {
            assert_close(
                general.response_quantile(p, &service),
                model.response_quantile(p),
                1e-5,
            );
            let (got, expected) = (general.wait_quantile(p, &service), model.wait_quantile(p));
            assert!((got - expected).abs() < 1e-5, "{got} vs {expected}");
        }
    }

    /// Erlang-2 service as a chain of half-services.
    #[test]
    fn a_chain_of_stages_agrees() {
        let (λ, stage_rate, len) = (0.7, 2.0, 260);
        // State n counts the stages still to be done.
        let up = (0..len - 2).map(|n| (n, n + 2, λ));
        let down = (1..len).map(|n| (n, n - 1, stage_rate));
        let states = stationary(len, up.chain(down));
        let in_system: f64 = states
            .iter()
            .enumerate()
            .map(|(n, p)| p * n.div_ceil(2) as f64)
            .sum();
        assert_close(Mg1::new(λ, 1.0, 0.5).unwrap().mean_in_system(), in_system, 1e-9);
        // An arrival waits for the stages it finds: all at one rate.
        let waits_for_both = |t: f64| {
            let (mut term, mut tail) = ((-stage_rate * t).exp(), 0.0);
            for k in 0..len {
                tail += term * states[k + 1..].iter().sum::<f64>();
                term *= stage_rate * t / (k + 1) as f64;
            }
            tail
        };
        let model = Mg1::new(λ, 1.0, 0.5).unwrap();
        for t in [0.5, 2.0, 9.0] {
            let got = model.wait_tail(t, transforms::erlang(2, 1.0));
            assert!((got - waits_for_both(t)).abs() < 1e-8, "t = {t}");
        }
    }

    #[test]
    fn inversion_agrees_with_the_exact_law_of_constant_service() {
        let (general, exact) = (Mg1::new(0.8, 1.0, 0.0).unwrap(), Md1::new(0.8, 1.0).unwrap());
        for t in [0.5, 1.5, 4.2, 12.7] {
            let got = general.wait_tail(t, transforms::constant(1.0));
            assert!((got - exact.wait_tail(t)).abs() < 1e-4, "t = {t}: {got}");
        }
    }

    /// LIFO serves in another order and so changes the spread, not the mean: M/M/1, λ = 1/2, μ = 1, by Kleinrock.
    #[test]
    fn lifo_waits_vary_more_than_fifo_waits() {
        let model = Mg1::new(0.5, 1.0, 1.0).unwrap();
        assert_close(model.wait_variance(6.0), 3.0, 1e-14);
        assert_close(model.wait_variance_lifo(6.0), 7.0, 1e-14);
    }

    #[test]
    fn the_edges_are_no_load_and_full_load() {
        let idle = Mg1::new(0.0, 1.0, 3.0).unwrap();
        assert!(idle.mean_wait() == 0.0 && idle.wait_quantile(0.9, transforms::exponential(1.0)) == 0.0);
        assert!(1e8 < Mg1::new(1.0 - 1e-9, 1.0, 0.0).unwrap().mean_wait());
        assert_eq!(
            Mg1::new(1.0, 1.0, 0.0).unwrap_err(),
            TheoryError::Unstable {
                load: 1.0,
                capacity: 1.0
            }
        );
        assert!(Mg1::new(0.5, 1.0, -0.1).is_err() && Mg1::new(0.5, 1.0, f64::NAN).is_err());
    }
}
