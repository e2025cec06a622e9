//! GI/G/1 and GI/G/c: arrivals and service known by their first two moments only.

use super::{TheoryError, ensure, ensure_arrival_rate, ensure_mean_service, ensure_scv, ensure_stable, mmc};

/// Servers behind one queue, with gaps and service times given by mean and squared coefficient of variation.
///
/// # Validity
/// Independent gaps and independent service times, one FIFO queue, `ρ < 1`. Two moments do not fix the wait, so
/// all of this approximates, except the bound, and except where a method says so.
///
/// # Source
/// Kingman, *Proc. Camb. Phil. Soc.* 57 (1961), and *J. R. Stat. Soc.* B 24 (1962); Allen, *Probability, Statistics
/// and Queueing Theory* (1978), for the formula of Allen and Cunneen; Kraemer and Langenbach-Belz, *Proc. 8th
/// Int. Teletraffic Congress* (1976).
#[derive(Clone, Copy, Debug)]
pub struct Ggc {
    servers: u32,
    load: f64,
    mean_service: f64,
    arrival_scv: f64,
    service_scv: f64,
    prob_wait: f64,
}

impl Ggc {
    /// Makes the model from the servers, the arrival rate, per second, the mean service time, in seconds, and the
    /// squared coefficients of variation of gaps and of service.
    pub fn new(
        servers: u32,
        arrival_rate: f64,
        mean_service: f64,
        arrival_scv: f64,
        service_scv: f64,
    ) -> Result<Self, TheoryError> {
        ensure_arrival_rate(arrival_rate)?;
        ensure_mean_service(mean_service)?;
        ensure_scv(arrival_scv)?;
        ensure_scv(service_scv)?;
        let load = arrival_rate * mean_service;
        let prob_wait = mmc::prob_wait(servers, load)?;
        Ok(Self {
            servers,
            load,
            mean_service,
            arrival_scv,
            service_scv,
            prob_wait,
        })
    }
    /// Returns `ρ`, exactly.
    pub fn utilisation(&self) -> f64 {
        self.load / f64::from(self.servers)
    }
    /// Returns P(wait > 0), approximated by Erlang C; exact for M/G/1 and M/M/c.
    pub fn prob_wait(&self) -> f64 {
        self.prob_wait
    }
    /// Returns the mean wait by Allen and Cunneen, in seconds.
    ///
    /// # Formula
    /// ```text
    /// W ≈ C(c, a)/(cμ − λ) · (c_a² + c_s²)/2
    /// ```
    /// # Validity
    /// Exact for M/M/c and M/G/1. For M/G/c it is the formula of Lee and Longton (*Oper. Res. Quarterly* 10, 1959),
    /// within a few percent; for gaps more regular than Poisson it is too high at light load.
    pub fn mean_wait(&self) -> f64 {
        let slack = (f64::from(self.servers) - self.load) / self.mean_service;
        self.prob_wait / slack * f64::midpoint(self.arrival_scv, self.service_scv)
    }
    /// Returns the mean wait by Allen and Cunneen with the correction of Kraemer and Langenbach-Belz, in seconds.
    ///
    /// # Formula
    /// ```text
    /// W ≈ [Allen–Cunneen] · exp(−2(1 − ρ)/(3ρ) · (1 − c_a²)²/(c_a² + c_s²)),    c_a² < 1
    ///     [Allen–Cunneen] · exp(−(1 − ρ) · (c_a² − 1)/(c_a² + 4c_s²)),          c_a² ≥ 1
    /// ```
    /// # Validity
    /// Made for one server, for several a heuristic. Against exact GI/M/1 at loads from 0.5 to 0.95: within 8 % for
    /// Erlang-4 gaps, 15 % for hyperexponential and 35 % for gamma gaps of `c_a² = 3`, as two moments do not fix it.
    pub fn mean_wait_corrected(&self) -> f64 {
        let (ca, cs, load) = (self.arrival_scv, self.service_scv, self.utilisation());
        let exponent = if load == 0.0 || ca + cs == 0.0 {
            0.0
        } else if ca < 1.0 {
            -2.0 * (1.0 - load) / (3.0 * load) * (1.0 - ca).powi(2) / (ca + cs)
        } else {
            -(1.0 - load) * (ca - 1.0) / (ca + 4.0 * cs)
        };
        self.mean_wait() * exponent.exp()
    }
    /// Returns the mean response time, from [`Self::mean_wait_corrected`], in seconds.
    pub fn mean_response(&self) -> f64 {
        self.mean_wait_corrected() + self.mean_service
    }
    /// Returns P(wait > t) in the heavy-traffic approximation: those who wait do so for an exponential time.
    ///
    /// # Formula
    /// ```text
    /// P(W > t) ≈ C·e^(−C·t/W),    C = P(wait > 0)
    /// ```
    /// # Validity
    /// Right in the limit `ρ → 1`; exact for M/M/c. Tails heavier than exponential stay heavier.
    ///
    /// # Source
    /// Kingman (1962).
    pub fn wait_tail(&self, t: f64) -> f64 {
        let wait = self.mean_wait_corrected();
        match t {
            t if t < 0.0 => 1.0,
            _ if wait == 0.0 => 0.0,
            t => self.prob_wait * (-self.prob_wait * t / wait).exp(),
        }
    }
    /// Returns the wait that a share `p` of requests does not exceed, inverting [`Self::wait_tail`], in seconds.
    pub fn wait_quantile(&self, p: f64) -> f64 {
        if p <= 0.0 || self.prob_wait == 0.0 {
            return 0.0;
        }
        let scale = self.mean_wait_corrected() / self.prob_wait;
        (scale * (self.prob_wait / (1.0 - p).max(0.0)).ln()).max(0.0)
    }
}

/// Returns the largest the mean wait of GI/G/1 can be, in seconds (Kingman's bound).
///
/// # Formula
/// ```text
/// W ≤ λ·(σ_a² + σ_s²) / (2(1 − ρ)) = (c_a²/λ + ρ·c_s²·E[S]) / (2(1 − ρ))
/// ```
/// # Validity
/// Any independent gaps and service times, one FIFO server, `0 < ρ < 1`. Tight as `ρ → 1`; loose at light load.
///
/// # Source
/// Kingman (1962).
pub fn kingman_bound(
    arrival_rate: f64,
    mean_service: f64,
    arrival_scv: f64,
    service_scv: f64,
) -> Result<f64, TheoryError> {
    ensure_arrival_rate(arrival_rate)?;
    ensure(0.0 < arrival_rate, "nothing arrives, so gaps have no variance")?;
    ensure_mean_service(mean_service)?;
    ensure_scv(arrival_scv)?;
    ensure_scv(service_scv)?;
    let load = arrival_rate * mean_service;
    ensure_stable(load, 1.0)?;
    Ok((arrival_scv / arrival_rate + load * service_scv * mean_service) / (2.0 * (1.0 - load)))
}

#[cfg(test)]
mod tests {
    use num_complex::Complex64;

    use super::*;
    use crate::theory::{
        gimc::Gimc,
        mg1::Mg1,
        mmc::Mmc,
        test_support::{assert_close, transforms},
    };

    #[test]
    fn the_exact_special_cases_come_out_exactly() {
        let (erlang, open) = (
            Ggc::new(5, 8.0, 0.5, 1.0, 1.0).unwrap(),
            Mmc::new(5, 8.0, 2.0).unwrap(),
        );
        assert_close(erlang.mean_wait(), open.mean_wait(), 1e-13);
        assert_close(erlang.mean_wait_corrected(), open.mean_wait(), 1e-13);
        assert_close(erlang.mean_response(), open.mean_response(), 1e-13);
        assert_close(erlang.wait_quantile(0.999), open.wait_quantile(0.999), 1e-12);
        assert_close(erlang.wait_tail(0.7), open.wait_tail(0.7), 1e-12);
        assert_close(erlang.utilisation(), 0.8, 1e-15);
        for scv in [0.0, 0.5, 3.0] {
            let general = Ggc::new(1, 0.8, 1.0, 1.0, scv).unwrap();
            assert_close(
                general.mean_wait_corrected(),
                Mg1::new(0.8, 1.0, scv).unwrap().mean_wait(),
                1e-13,
            );
        }
    }

    /// GI/M/1 is known exactly, so it shows both the accuracy and that the bound holds.
    #[test]
    fn approximations_are_near_the_exact_renewal_queue_and_the_bound_above_it() {
        // Three squared coefficients of variation of the gaps, and how far off two moments may leave us.
        for rate in [0.5, 0.8, 0.95] {
            let gap = 1.0 / rate;
            let exact =
                |transform: &dyn Fn(Complex64) -> Complex64| Gimc::new(1, gap, transform, 1.0).unwrap();
            let cases = [
                (0.25, exact(&transforms::erlang(4, gap)), 0.08),
                (3.0, exact(&transforms::hyperexponential(gap, 3.0)), 0.15),
                (3.0, exact(&transforms::gamma(gap, 3.0)), 0.35),
            ];
            for (scv, exact, error) in cases {
                let approximate = Ggc::new(1, rate, 1.0, scv, 1.0).unwrap().mean_wait_corrected();
                assert_close(approximate, exact.mean_wait(), error);
                assert!(exact.mean_wait() < kingman_bound(rate, 1.0, scv, 1.0).unwrap());
            }
        }
        let nearly_full = kingman_bound(0.9999, 1.0, 0.25, 1.0).unwrap();
        let gap = transforms::erlang(4, 1.0 / 0.9999);
        assert_close(
            nearly_full,
            Gimc::new(1, 1.0 / 0.9999, gap, 1.0).unwrap().mean_wait(),
            1e-3,
        );
    }

    #[test]
    fn the_edges_are_no_load_no_chance_and_full_load() {
        let idle = Ggc::new(2, 0.0, 1.0, 0.5, 1.0).unwrap();
        assert!(
            idle.mean_wait_corrected() == 0.0
                && idle.wait_quantile(0.99) == 0.0
                && idle.wait_tail(1.0) == 0.0
        );
        // Clockwork on both sides never queues.
        let clockwork = Ggc::new(1, 0.9, 1.0, 0.0, 0.0).unwrap();
        assert!(clockwork.mean_wait_corrected() == 0.0 && clockwork.wait_tail(0.0) == 0.0);
        assert!(kingman_bound(0.9, 1.0, 0.0, 0.0).unwrap() == 0.0);
        assert!(matches!(
            Ggc::new(2, 2.0, 1.0, 1.0, 1.0),
            Err(TheoryError::Unstable { .. })
        ));
        assert!(kingman_bound(1.0, 1.0, 1.0, 1.0).is_err() && kingman_bound(0.0, 1.0, 1.0, 1.0).is_err());
        assert!(Ggc::new(2, 1.0, 1.0, f64::NAN, 1.0).is_err());
    }
}
