//! Fork–join: a request splits into parts for several servers and is done when the last of them is.

use crate::theory::{TheoryError, ensure, ensure_service_rate, mg1::Mg1, mm1::Mm1};

/// A request with a part for each of `n` servers, each with a FIFO queue of its own.
///
/// # Formula
/// ```text
/// R_1 = 1/(μ − λ),    R_2 = (12 − ρ)/8 · 1/(μ − λ)
/// R_n ≈ [H_n/H_2 + (1 − H_n/H_2)·4ρ/11] · R_2,    H_n = Σ_{i=1..n} 1/i
/// max(H_n/μ, R_1) ≤ R_n ≤ H_n·R_1
/// ```
/// - `branches`: `n`, servers and parts of a request
/// - `arrival_rate`: `λ`, requests per second; each brings a part to every server
/// - `service_rate`: `μ`, parts per second that one server serves
///
/// # Validity
/// Poisson arrivals, exponential parts, `ρ = λ/μ < 1`. Exact for one and two branches. Beyond, the approximation is
/// within 5 % up to 32 branches, and exact as `ρ` goes to 0. The lower bound holds because no part is done before its own
/// service, the upper one because the parts' times are associated.
///
/// # Source
/// Two branches: Flatto and Hahn, *SIAM J. Appl. Math.* 44(5), 1984. Approximation and bounds: Nelson and Tantawi, *IEEE
/// Trans. Computers* 37(6), 1988; Baccelli, Makowski and Shwartz, *Adv. Appl. Prob.* 21(3), 1989.
#[derive(Clone, Copy, Debug)]
pub struct ForkJoin {
    branches: u32,
    service_rate: f64,
    one: Mm1,
}

impl ForkJoin {
    /// Makes the model from the branches, the arrival rate of requests and the service rate of one server, per second.
    pub fn new(branches: u32, arrival_rate: f64, service_rate: f64) -> Result<Self, TheoryError> {
        ensure(0 < branches, "there is no branch")?;
        let one = Mm1::new(arrival_rate, service_rate)?;
        Ok(Self {
            branches,
            service_rate,
            one,
        })
    }
    /// Returns the share of time each server works.
    pub fn utilisation(&self) -> f64 {
        self.one.utilisation()
    }
    /// Says whether [`mean_response`](Self::mean_response) is exact.
    pub fn is_exact(&self) -> bool {
        self.branches <= 2
    }
    /// Returns the mean time from arrival to the end of the last part, in seconds.
    pub fn mean_response(&self) -> f64 {
        let (load, one) = (self.one.utilisation(), self.one.mean_response());
        if self.branches == 1 {
            return one;
        }
        let two = (12.0 - load) / 8.0 * one;
        let scale = harmonic(self.branches) / 1.5;
        (scale + (1.0 - scale) * 4.0 * load / 11.0) * two
    }
    /// Returns a time that the mean is surely not below.
    pub fn mean_response_lower(&self) -> f64 {
        let light = harmonic(self.branches) / self.service_rate;
        light.max(self.one.mean_response())
    }
    /// Returns a time that the mean is surely not above.
    pub fn mean_response_upper(&self) -> f64 {
        harmonic(self.branches) * self.one.mean_response()
    }
}

/// Returns the mean time until the last of `branches` parts is done where none has to wait, in seconds: `H_n/μ`.
///
/// # Formula
/// ```text
/// E[max of n exponential times] = H_n/μ
/// ```
/// # Validity
/// Independent exponential parts of rate `μ`, a free server for each.
///
/// # Source
/// Rényi, *Acta Math. Acad. Sci. Hungar.* 4, 1953.
pub fn mean_without_queueing(branches: u32, service_rate: f64) -> Result<f64, TheoryError> {
    ensure(0 < branches, "there is no branch")?;
    ensure_service_rate(service_rate)?;
    Ok(harmonic(branches) / service_rate)
}

/// Returns split–merge: as fork–join, but the next request begins only when all parts of the one before are done.
///
/// # Formula
/// ```text
/// M/G/1 with E[S] = H_n/μ,    Var S = Σ_{i=1..n} 1/(iμ)²
/// ```
/// # Validity
/// Poisson arrivals, exponential parts, FIFO, `λ·H_n/μ < 1`: it carries less than fork–join does.
///
/// # Source
/// Pollaczek and Khinchine's formula ([`Mg1`]) with Rényi's (1953) slowest of `n` as the service.
pub fn split_merge(branches: u32, arrival_rate: f64, service_rate: f64) -> Result<Mg1, TheoryError> {
    let mean = mean_without_queueing(branches, service_rate)?;
    let squares: f64 = (1..=branches).rev().map(|i| f64::from(i).powi(-2)).sum();
    Mg1::new(arrival_rate, mean, squares / (mean * service_rate).powi(2))
}

/// Returns the harmonic number `H_n`, from the small terms up.
fn harmonic(n: u32) -> f64 {
    (1..=n).rev().map(|i| f64::from(i).recip()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::test_support::{assert_close, stationary};

    /// All lengths of the queues as states. First come, first served, so the requests that are not done are as many as
    /// the longest queue has parts, and Little's law gives the response.
    fn brute_force(branches: u32, load: f64, room: usize) -> f64 {
        let digit = |state: usize, place: u32| state / room.pow(place) % room;
        let moves = (0..room.pow(branches)).flat_map(|state| {
            let all = (0..branches).map(|place| (digit(state, place) + 1).min(room - 1) * room.pow(place));
            let arrival = std::iter::once((state, all.sum(), load));
            let busy = (0..branches).filter(move |&place| 0 < digit(state, place));
            arrival
                .filter(|(from, to, _)| from != to)
                .chain(busy.map(move |place| (state, state - room.pow(place), 1.0)))
        });
        let states = stationary(room.pow(branches), moves);
        let longest = |state: usize| (0..branches).map(|place| digit(state, place)).max().unwrap_or(0);
        let mean: f64 = states
            .iter()
            .enumerate()
            .map(|(s, p)| p * longest(s) as f64)
            .sum();
        mean / load
    }

    /// ρ = 1/2 of μ = 2: 11.5/8.
    #[test]
    fn two_branches_match_exact_fractions_and_a_chain() {
        let model = ForkJoin::new(2, 1.0, 2.0).unwrap();
        assert_close(model.mean_response(), 23.0 / 16.0, 1e-15);
        assert!(model.is_exact());
        let model = ForkJoin::new(2, 0.4, 1.0).unwrap();
        assert_close(model.mean_response(), brute_force(2, 0.4, 26), 1e-8);
    }

    /// Four branches at ρ = 1/2 of μ = 1: (25/18 − 7/18·2/11)·23/8, by the formula by hand.
    #[test]
    fn the_approximation_is_the_published_one() {
        let model = ForkJoin::new(4, 0.5, 1.0).unwrap();
        assert_close(model.mean_response(), 667.0 / 176.0, 1e-14);
    }

    #[test]
    fn three_and_four_branches_are_as_near_to_the_chain_as_promised() {
        for (branches, load, room) in [(3, 0.1, 7), (3, 0.3, 11), (4, 0.1, 5)] {
            let model = ForkJoin::new(branches, load, 1.0).unwrap();
            let exact = brute_force(branches, load, room);
            assert!(!model.is_exact());
            assert_close(model.mean_response(), exact, 0.01);
            assert!(model.mean_response_lower() < exact && exact < model.mean_response_upper());
        }
    }

    /// The heavy-traffic constants of Varma and Makowski, *Performance Evaluation* 20 (1994):
    /// `V_n = Σ_r C(n, r)·(−1)^(r − 1)·Σ_{m=1..r} C(r, m)·(m − 1)!/r^(m + 1)`, `R_n → V_n/(μ − λ)`.
    #[test]
    fn in_heavy_traffic_it_stays_near_the_known_limit() {
        let choose = |n: u32, k: u32| (0..k).fold(1.0, |ways, i| ways * f64::from(n - i) / f64::from(i + 1));
        let inner = |r: u32| -> f64 {
            let factorial = |m: u32| (1..=m).map(f64::from).product::<f64>();
            (1..=r)
                .map(|m| choose(r, m) * factorial(m - 1) / f64::from(r).powi(m as i32 + 1))
                .sum()
        };
        let limit = |n: u32| -> f64 {
            (1..=n)
                .map(|r| choose(n, r) * inner(r) * if r % 2 == 1 { 1.0 } else { -1.0 })
                .sum()
        };
        assert_close(limit(2), 11.0 / 8.0, 1e-15);
        for branches in [2, 3, 4, 8, 12] {
            let model = ForkJoin::new(branches, 1.0 - 1e-9, 1.0).unwrap();
            assert_close(model.mean_response() * 1e-9, limit(branches), 0.05);
        }
    }

    #[test]
    fn without_load_all_forms_are_the_slowest_of_n() {
        for branches in [1, 2, 5, 32] {
            let slowest = mean_without_queueing(branches, 4.0).unwrap();
            let model = ForkJoin::new(branches, 0.0, 4.0).unwrap();
            assert_close(model.mean_response(), slowest, 1e-14);
            assert_close(model.mean_response_lower(), slowest, 1e-14);
            assert_close(model.mean_response_upper(), slowest, 1e-14);
            let merged = split_merge(branches, 0.0, 4.0).unwrap();
            assert_close(merged.mean_response(), slowest, 1e-14);
        }
        assert_close(mean_without_queueing(4, 1.0).unwrap(), 25.0 / 12.0, 1e-15);
    }

    /// Two branches, λ = 1/2, μ = 1: E[S] = 3/2, E[S²] = 5/4 + 9/4, so the wait is (1/2)(7/2)/(2·1/4) = 7/2.
    #[test]
    fn split_merge_matches_exact_fractions_and_carries_less() {
        let merged = split_merge(2, 0.5, 1.0).unwrap();
        assert_close(merged.mean_response(), 5.0, 1e-14);
        assert!(ForkJoin::new(2, 0.5, 1.0).unwrap().mean_response() < 5.0);
        assert!(matches!(
            split_merge(2, 0.7, 1.0),
            Err(TheoryError::Unstable { .. })
        ));
        let one = split_merge(1, 0.7, 1.0).unwrap();
        assert_close(
            one.mean_response(),
            Mm1::new(0.7, 1.0).unwrap().mean_response(),
            1e-14,
        );
    }

    #[test]
    fn the_edges_are_one_branch_full_load_and_none() {
        let one = ForkJoin::new(1, 0.9, 1.0).unwrap();
        assert_close(one.mean_response(), 10.0, 1e-12);
        assert_close(one.mean_response_upper(), one.mean_response_lower(), 1e-15);
        assert!(matches!(
            ForkJoin::new(3, 1.0, 1.0),
            Err(TheoryError::Unstable { .. })
        ));
        assert!(ForkJoin::new(0, 0.5, 1.0).is_err() && mean_without_queueing(0, 1.0).is_err());
        assert!(mean_without_queueing(2, 0.0).is_err() && split_merge(0, 0.5, 1.0).is_err());
    }
}
