//! Power of `d` choices: each request samples `d` servers and joins the one with the fewest requests.

use crate::theory::{
    TheoryError, ensure, ensure_arrival_rate, ensure_service_rate, ensure_stable,
    numeric::{quantile, stages_tail},
};

/// Many servers under the power of `d` choices, in the limit of infinitely many (mean field).
///
/// # Formula
/// ```text
/// s_k = ρ^((d^k − 1)/(d − 1)), share of servers with at least k requests;  for d = 1, ρ^k
/// R = Σ_{k≥1} s_k / (ρμ),    P(a request joins a server with ≥ k) = s_k^d = s_{k+1}/ρ
/// P(R > t) = Σ_j Poisson(j; μt)·s_{j+1}/ρ
/// ```
/// # Validity
/// Poisson arrivals, exponential service, FIFO, `ρ < 1`. An approximation for finitely many servers `n`, too low
/// by a relative error of order `1/n` that grows with the load; exact for `d = 1` at any `n`. The means also
/// hold for processor sharing, where exponential.
///
/// # Source
/// Vvedenskaya, Dobrushin and Karpelevich, *Probl. Inf. Transm.* 32 (1996); Mitzenmacher, *IEEE Trans. Parallel
/// Distrib. Syst.* 12(10), 2001.
#[derive(Clone, Debug)]
pub struct PowerOfD {
    service_rate: f64,
    utilisation: f64,
    /// P(a request joins a server that has at least k), for k = 0, 1, … as far as it matters.
    finds: Vec<f64>,
}

impl PowerOfD {
    /// Makes the model from the number of servers, the choices `d`, the arrival rate of all and the service rate of
    /// one, per second.
    pub fn new(servers: u32, d: u32, arrival_rate: f64, service_rate: f64) -> Result<Self, TheoryError> {
        const NEGLIGIBLE: f64 = 1e-18;
        ensure(0 < servers && 0 < d, "there is no server to choose")?;
        ensure(d <= servers, "there are fewer servers than choices")?;
        ensure_arrival_rate(arrival_rate)?;
        ensure_service_rate(service_rate)?;
        let load = arrival_rate / service_rate;
        ensure_stable(load, f64::from(servers))?;
        let utilisation = load / f64::from(servers);
        let (mut finds, mut at_least) = (vec![1.0], utilisation);
        while NEGLIGIBLE < at_least {
            // s_k^d, and s_{k+1} = ρ·s_k^d.
            let found = at_least.powf(f64::from(d));
            finds.push(found);
            at_least = utilisation * found;
        }
        Ok(Self {
            service_rate,
            utilisation,
            finds,
        })
    }
    /// Returns `ρ`.
    pub fn utilisation(&self) -> f64 {
        self.utilisation
    }
    /// Returns P(a request must wait).
    pub fn prob_wait(&self) -> f64 {
        self.finds.get(1).copied().unwrap_or(0.0)
    }
    /// Returns the mean number of requests at a server.
    pub fn mean_in_system_per_server(&self) -> f64 {
        self.utilisation * self.finds.iter().sum::<f64>()
    }
    /// Returns the mean time in the queue, in seconds.
    pub fn mean_wait(&self) -> f64 {
        self.finds[1..].iter().sum::<f64>() / self.service_rate
    }
    /// Returns the mean response time, in seconds.
    pub fn mean_response(&self) -> f64 {
        self.finds.iter().sum::<f64>() / self.service_rate
    }
    /// Returns P(wait > t) under FIFO.
    pub fn wait_tail(&self, t: f64) -> f64 {
        if t < 0.0 {
            1.0
        } else {
            stages_tail(&self.finds[1..], self.service_rate * t)
        }
    }
    /// Returns P(response > t) under FIFO.
    pub fn response_tail(&self, t: f64) -> f64 {
        stages_tail(&self.finds, self.service_rate * t.max(0.0))
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
    use crate::theory::{mm1::Mm1, numeric::integral, test_support::assert_close};

    /// The exponents 1, 3, 7, 15, … for d = 2 give R = 1 + ρ² + ρ⁶ + ρ¹⁴ + ….
    #[test]
    fn two_choices_match_the_published_series() {
        let model = PowerOfD::new(100, 2, 90.0, 1.0).unwrap();
        let series: f64 = (1..20).map(|k| 0.9_f64.powf(2.0_f64.powi(k) - 2.0)).sum();
        assert_close(model.mean_response(), series, 1e-12);
        assert_close(model.prob_wait(), 0.81, 1e-12);
        // The limits that Mitzenmacher (2001) prints for two choices at loads of 0.5 and 0.9.
        assert_close(
            PowerOfD::new(100, 2, 50.0, 1.0).unwrap().mean_response(),
            1.2657,
            1e-4,
        );
        assert_close(model.mean_response(), 2.6141, 1e-4);
    }

    #[test]
    fn one_choice_is_mm1() {
        let (model, plain) = (
            PowerOfD::new(8, 1, 6.0, 1.0).unwrap(),
            Mm1::new(0.75, 1.0).unwrap(),
        );
        assert_close(model.mean_response(), plain.mean_response(), 1e-12);
        assert_close(model.mean_wait(), plain.mean_wait(), 1e-12);
        assert_close(model.mean_in_system_per_server(), plain.mean_in_system(), 1e-12);
        assert_close(model.response_tail(7.0), plain.response_tail(7.0), 1e-11);
        assert_close(model.wait_tail(7.0), plain.wait_tail(7.0), 1e-11);
        assert_close(
            model.response_quantile(0.99),
            plain.response_quantile(0.99),
            1e-10,
        );
        assert_close(model.wait_quantile(0.99), plain.wait_quantile(0.99), 1e-10);
    }

    #[test]
    fn the_area_under_the_tails_is_the_mean_and_the_fixed_point_stands_still() {
        let model = PowerOfD::new(50, 3, 47.5, 1.0).unwrap();
        assert_close(
            integral(0.0, 60.0, |t| model.response_tail(t)),
            model.mean_response(),
            1e-10,
        );
        assert_close(
            integral(0.0, 60.0, |t| model.wait_tail(t)),
            model.mean_wait(),
            1e-8,
        );
        // ds_k/dt = λ(s_{k−1}^d − s_k^d) − (s_k − s_{k+1}) = 0.
        let share = |k: i32| 0.95_f64.powf((3.0_f64.powi(k) - 1.0) / 2.0);
        for k in 1..4 {
            let drift = 0.95 * (share(k - 1).powi(3) - share(k).powi(3)) - (share(k) - share(k + 1));
            assert!(drift.abs() < 1e-14);
        }
    }

    #[test]
    fn the_edges_are_no_load_full_load_and_more_choices_than_servers() {
        let idle = PowerOfD::new(4, 2, 0.0, 2.0).unwrap();
        assert_close(idle.mean_response(), 0.5, 1e-15);
        assert!(idle.prob_wait() == 0.0 && idle.wait_quantile(0.999) == 0.0);
        assert!(matches!(
            PowerOfD::new(4, 2, 8.0, 2.0),
            Err(TheoryError::Unstable { .. })
        ));
        assert!(PowerOfD::new(2, 3, 1.0, 1.0).is_err() && PowerOfD::new(2, 0, 1.0, 1.0).is_err());
    }
}
