//! Operational laws: what holds for every system, whatever its distributions.
//! They relate averages measured over one period, so they are identities and need no assumption of chance.
//! Source: Denning and Buzen, *ACM Computing Surveys* 10(3), 1978.

use super::{TheoryError, ensure};

/// Returns the mean number in a system (Little's law).
///
/// # Formula
/// ```text
/// L = λ · R
/// ```
/// - `throughput`: `λ`, completions per second
/// - `mean_time`: `R`, mean time each spends in the system, in seconds
///
/// # Validity
/// Any system, any part of one, over a period that begins and ends empty, or in the long run.
///
/// # Source
/// Little, *Operations Research* 9(3), 1961.
pub fn mean_in_system(throughput: f64, mean_time: f64) -> f64 {
    throughput * mean_time
}

/// Returns the mean time in a system: Little's law solved for `R = L / λ`; see [`mean_in_system`].
pub fn mean_time(mean_in_system: f64, throughput: f64) -> Result<f64, TheoryError> {
    ensure(0.0 < throughput, "nothing passes, so no time can be told")?;
    Ok(mean_in_system / throughput)
}

/// Returns the offered load, or the mean number of busy servers where none is lost (the utilisation law).
///
/// # Formula
/// ```text
/// U = X · S
/// ```
/// - `throughput`: `X`, completions per second at the resource
/// - `mean_service`: `S`, mean service time there, in seconds
///
/// # Validity
/// Any resource. Divide by the number of servers for the utilisation of one.
///
/// # Source
/// Denning and Buzen (1978).
pub fn busy_servers(throughput: f64, mean_service: f64) -> f64 {
    throughput * mean_service
}

/// Returns the throughput of a resource that each request visits `visits` times (the forced-flow law).
///
/// # Formula
/// ```text
/// X_k = V_k · X
/// ```
/// # Validity
/// Flow balance: in the long run as much leaves as enters.
///
/// # Source
/// Denning and Buzen (1978).
pub fn forced_flow(visits: f64, throughput: f64) -> f64 {
    visits * throughput
}

/// A closed system: so many clients, each thinking for a while between its requests.
///
/// # Validity
/// Any distributions; demands that do not depend on the load; one server at each resource.
///
/// # Source
/// Denning and Buzen (1978); bounds also in Lazowska et al., *Quantitative System Performance* (1984), ch. 5.
#[derive(Clone, Copy, Debug)]
pub struct Closed {
    clients: f64,
    think: f64,
    total_demand: f64,
    largest_demand: f64,
}

impl Closed {
    /// Makes the system from `clients`, their mean think time `Z` in seconds, and the demands `D_k` in seconds: the
    /// total service a request takes at each resource.
    pub fn new(clients: u32, think: f64, demands: &[f64]) -> Result<Self, TheoryError> {
        ensure(0 < clients, "a closed system needs a client")?;
        ensure(
            think.is_finite() && 0.0 <= think,
            "the think time is negative or not finite",
        )?;
        let valid = |demand: &f64| demand.is_finite() && 0.0 <= *demand;
        ensure(demands.iter().all(valid), "a demand is negative or not finite")?;
        let largest_demand = demands.iter().copied().fold(0.0, f64::max);
        ensure(0.0 < largest_demand, "no resource has a positive demand")?;
        let total_demand = demands.iter().sum();
        Ok(Self {
            clients: f64::from(clients),
            think,
            total_demand,
            largest_demand,
        })
    }

    /// Returns the mean response time at a throughput `X` (interactive response time law): `R = N/X − Z`.
    pub fn mean_response(&self, throughput: f64) -> Result<f64, TheoryError> {
        ensure(0.0 < throughput, "nothing passes, so no time can be told")?;
        Ok(self.clients / throughput - self.think)
    }

    /// Returns the upper bound on the throughput: `X ≤ min(N / (D + Z), 1 / D_max)`.
    pub fn throughput_upper(&self) -> f64 {
        (self.clients / (self.total_demand + self.think)).min(self.largest_demand.recip())
    }

    /// Returns the lower bound on the throughput: `X ≥ N / (N·D + Z)`, everyone always queueing behind everyone.
    pub fn throughput_lower(&self) -> f64 {
        self.clients / (self.clients * self.total_demand + self.think)
    }

    /// Returns the lower bound on the mean response time: `R ≥ max(D, N·D_max − Z)`.
    pub fn mean_response_lower(&self) -> f64 {
        self.total_demand
            .max(self.clients * self.largest_demand - self.think)
    }

    /// Returns the upper bound on the mean response time: `R ≤ N·D`.
    pub fn mean_response_upper(&self) -> f64 {
        self.clients * self.total_demand
    }

    /// Returns the number of clients at which the bounds cross and queues must form: `N* = (D + Z) / D_max`.
    pub fn saturation_clients(&self) -> f64 {
        (self.total_demand + self.think) / self.largest_demand
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::test_support::{assert_close, birth_death};

    /// Worked by hand: 3 requests in 6 s, each 4 s in the system and 1 s in service.
    #[test]
    fn the_laws_match_a_period_counted_by_hand() {
        let throughput = 3.0 / 6.0;
        assert_close(mean_in_system(throughput, 4.0), 2.0, 1e-15);
        assert_close(mean_time(2.0, throughput).unwrap(), 4.0, 1e-15);
        assert_close(busy_servers(throughput, 1.0), 0.5, 1e-15);
        assert_close(forced_flow(4.0, throughput), 2.0, 1e-15);
        assert!(mean_time(1.0, 0.0).is_err());
    }

    /// One exponential resource and exponential thinking is the machine-repair chain.
    #[test]
    fn bounds_enclose_the_exact_closed_system_and_meet_at_one_client() {
        for clients in [1, 2, 5, 20] {
            let (think, demand) = (3.0, 0.5);
            let system = Closed::new(clients, think, &[demand]).unwrap();
            let n = clients as usize;
            let states = birth_death(n + 1, |k| (n - k) as f64 / think, |_| 1.0 / demand);
            let throughput = (1.0 - states[0]) / demand;
            let in_system: f64 = states.iter().enumerate().map(|(k, p)| p * k as f64).sum();
            let response = system.mean_response(throughput).unwrap();
            assert_close(response, in_system / throughput, 1e-12);
            let slack = 1.0 + 1e-12;
            assert!(
                system.throughput_lower() <= throughput * slack
                    && throughput <= system.throughput_upper() * slack
            );
            assert!(
                system.mean_response_lower() <= response * slack
                    && response <= system.mean_response_upper() * slack
            );
        }
        let alone = Closed::new(1, 3.0, &[0.5, 0.25]).unwrap();
        assert_close(alone.throughput_upper(), alone.throughput_lower(), 1e-15);
        assert_close(alone.saturation_clients(), 7.5, 1e-15);
    }

    #[test]
    fn a_closed_system_without_clients_or_work_is_refused() {
        assert!(Closed::new(0, 1.0, &[1.0]).is_err());
        assert!(Closed::new(1, 1.0, &[]).is_err());
        assert!(Closed::new(1, -1.0, &[1.0]).is_err());
        assert!(Closed::new(1, 0.0, &[f64::NAN]).is_err());
        assert!(Closed::new(1, 0.0, &[1.0]).unwrap().mean_response(0.0).is_err());
    }
}
