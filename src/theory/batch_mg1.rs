//! Requests in batches at one server: M^X/G/1.

use super::{
    TheoryError, ensure, ensure_arrival_rate, ensure_mean_service, ensure_scv, ensure_stable, mg1::Mg1,
};

/// One server with batches that come like a Poisson process.
///
/// # Formula
/// ```text
/// W = λ_b·E[B²] / (2(1 − ρ)) + E[S]·(E[X²]/E[X] − 1)/2,
/// E[B²] = E[X]·Var S + E[X²]·E[S]²,  ρ = λ_b·E[X]·E[S]
/// ```
/// A batch of `X` requests is one job of M/G/1, the sum of its requests' services; the second term is what a request
/// waits for those before it in its own batch, where large batches count by the requests in them.
///
/// # Validity
/// Poisson batches with independent sizes, independent service of any distribution, one server, `ρ < 1`. Means hold
/// for every order that neither looks at service times nor interrupts.
///
/// # Source
/// Burke, *Operations Research* 23(4), 1975; Gaver, *J. Royal Statistical Society* B 21 (1959).
#[derive(Clone, Copy, Debug)]
pub struct BatchMg1 {
    whole: Mg1,
    rate: f64,
    mean_service: f64,
    /// How many requests of its batch are before one, on average.
    before: f64,
}

impl BatchMg1 {
    /// Makes the model from the batches per second, the mean and the mean square of their sizes, the mean service time
    /// in seconds, and the squared coefficient of variation of service.
    pub fn new(
        batch_rate: f64,
        size_mean: f64,
        size_square_mean: f64,
        mean_service: f64,
        scv: f64,
    ) -> Result<Self, TheoryError> {
        ensure_arrival_rate(batch_rate)?;
        ensure_mean_service(mean_service)?;
        ensure_scv(scv)?;
        ensure(
            size_mean.is_finite() && 0.0 < size_mean,
            "the mean size of a batch is not positive and finite",
        )?;
        // A size is a whole number, and its square no less; rounding may hide that they are equal.
        ensure(
            size_square_mean.is_finite() && size_mean * (1.0 - 1e-12) <= size_square_mean,
            "the mean square of a batch's size is below its mean",
        )?;
        let rate = batch_rate * size_mean;
        ensure_stable(rate * mean_service, 1.0)?;
        // In units of the mean service of a request.
        let second = size_mean * scv + size_square_mean;
        let batch_scv = (second / (size_mean * size_mean) - 1.0).max(0.0);
        Ok(Self {
            whole: Mg1::new(batch_rate, size_mean * mean_service, batch_scv)?,
            rate,
            mean_service,
            before: ((size_square_mean / size_mean - 1.0) / 2.0).max(0.0),
        })
    }
    /// Returns `ρ`.
    pub fn utilisation(&self) -> f64 {
        self.rate * self.mean_service
    }
    /// Returns the mean time in the queue, in seconds.
    pub fn mean_wait(&self) -> f64 {
        self.whole.mean_wait() + self.before * self.mean_service
    }
    /// Returns the mean response time, in seconds.
    pub fn mean_response(&self) -> f64 {
        self.mean_wait() + self.mean_service
    }
    /// Returns the mean number waiting.
    pub fn mean_queue(&self) -> f64 {
        self.rate * self.mean_wait()
    }
    /// Returns the mean number in the system.
    pub fn mean_in_system(&self) -> f64 {
        self.rate * self.mean_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::test_support::{assert_close, stationary};

    #[test]
    fn batches_of_one_are_mg1() {
        let (batches, plain) = (
            BatchMg1::new(3.0, 1.0, 1.0, 0.25, 2.5).unwrap(),
            Mg1::new(3.0, 0.25, 2.5).unwrap(),
        );
        assert_close(batches.mean_wait(), plain.mean_wait(), 1e-14);
        assert_close(batches.mean_in_system(), plain.mean_in_system(), 1e-14);
    }

    /// Batches of 1 or 3 with equal chance, exponential service: a chain of the number in the system.
    #[test]
    fn a_chain_agrees() {
        let (λ, room) = (0.35, 400);
        let moves = (0..room).flat_map(|n| {
            let up = [1, 3].map(|size| (n, (n + size).min(room - 1), λ / 2.0));
            let down = (0 < n).then(|| (n, n - 1, 1.0));
            up.into_iter().filter(|(from, to, _)| from != to).chain(down)
        });
        let states = stationary(room, moves);
        let in_system: f64 = states.iter().enumerate().map(|(n, p)| p * n as f64).sum();
        let model = BatchMg1::new(λ, 2.0, 5.0, 1.0, 1.0).unwrap();
        assert_close(model.mean_in_system(), in_system, 1e-10);
        assert_close(model.utilisation(), 0.7, 1e-15);
    }

    /// Two at a time, constant service, ρ = 1/2: the batch waits as in M/D/1, E[B]/2, and the second also for the first.
    #[test]
    fn pairs_match_an_exact_fraction() {
        let model = BatchMg1::new(0.25, 2.0, 4.0, 1.0, 0.0).unwrap();
        assert_close(model.mean_wait(), 1.0 + 0.5, 1e-15);
        assert_close(model.mean_queue(), 0.75, 1e-15);
    }

    #[test]
    fn the_edges_are_no_load_full_load_and_sizes_that_cannot_be() {
        let rare = BatchMg1::new(0.0, 3.0, 9.0, 1.0, 1.0).unwrap();
        assert_close(rare.mean_wait(), 1.0, 1e-15);
        assert!(matches!(
            BatchMg1::new(0.5, 2.0, 4.0, 1.0, 1.0),
            Err(TheoryError::Unstable { .. })
        ));
        assert!(BatchMg1::new(0.1, 2.0, 1.0, 1.0, 1.0).is_err());
        assert!(BatchMg1::new(0.1, 0.0, 1.0, 1.0, 1.0).is_err());
    }
}
