//! Requests in batches at one server: M^X/G/1.

use num_complex::Complex64;

use super::{
    TheoryError, ensure, ensure_arrival_rate, ensure_mean_service, ensure_scv, ensure_stable, inversion,
    mg1::Mg1,
};

/// One server with batches that come like a Poisson process.
///
/// # Formula
/// ```text
/// W = λ_b·E[B²] / (2(1 − ρ)) + E[S]·(E[X²]/E[X] − 1)/2,
/// E[B²] = E[X]·Var S + E[X²]·E[S]²,  ρ = λ_b·E[X]·E[S]
/// E[e^(−sW)] = (1 − ρ)·s/(s − λ_b·(1 − b))·(1 − b)/(E[X]·(1 − E[e^(−sS)])),    b = E[e^(−sB)] = E[z^X] at z = E[e^(−sS)]
/// ```
/// A batch of `X` requests is one job of M/G/1, the sum `B` of its requests' services; the second term, or factor, is what
/// a request waits for those before it in its own batch, where large batches count by the requests in them: `j` are before
/// it with probability `P(X > j)/E[X]`.
///
/// # Validity
/// Poisson batches with independent sizes, independent service of any distribution, one server, `ρ < 1`. Means hold
/// for every order that neither looks at service times nor interrupts; tails are those of FIFO, also within the batch, and
/// invert the transform: see [`inversion::tail`].
///
/// # Source
/// Burke, *Operations Research* 23(4), 1975; Gaver, *J. Royal Statistical Society* B 21 (1959).
#[derive(Clone, Copy, Debug)]
pub struct BatchMg1 {
    whole: Mg1,
    rate: f64,
    size_mean: f64,
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
            size_mean,
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
    /// Returns P(wait > t) from the transform of service and the generating function `E[z^X]` of the sizes.
    pub fn wait_tail(
        &self,
        t: f64,
        service: impl Fn(Complex64) -> Complex64,
        sizes: impl Fn(Complex64) -> Complex64,
    ) -> f64 {
        match t {
            t if t < 0.0 => 1.0,
            0.0 => {
                let first = (1.0 - sizes(Complex64::ZERO).re) / self.size_mean;
                1.0 - (1.0 - self.utilisation()) * first
            }
            t => inversion::tail(t, |s| self.wait_transform(s, service(s), &sizes)),
        }
    }
    /// Returns P(response > t) from the same.
    pub fn response_tail(
        &self,
        t: f64,
        service: impl Fn(Complex64) -> Complex64,
        sizes: impl Fn(Complex64) -> Complex64,
    ) -> f64 {
        if t <= 0.0 {
            return 1.0;
        }
        inversion::tail(t, |s| {
            let one = service(s);
            self.wait_transform(s, one, &sizes) * one
        })
    }
    fn wait_transform(
        &self,
        s: Complex64,
        service: Complex64,
        sizes: impl Fn(Complex64) -> Complex64,
    ) -> Complex64 {
        let batch = sizes(service);
        self.whole.wait_transform(s, batch) * (1.0 - batch) / (self.size_mean * (1.0 - service))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::{
        mm1::Mm1,
        numeric,
        test_support::{assert_close, stationary, transforms},
    };

    #[test]
    fn batches_of_one_are_mg1() {
        let (batches, plain) = (
            BatchMg1::new(3.0, 1.0, 1.0, 0.25, 2.5).unwrap(),
            Mg1::new(3.0, 0.25, 2.5).unwrap(),
        );
        assert_close(batches.mean_wait(), plain.mean_wait(), 1e-14);
        assert_close(batches.mean_in_system(), plain.mean_in_system(), 1e-14);
        let service = transforms::gamma(0.25, 2.5);
        for t in [0.0, 0.1, 2.0] {
            assert_close(
                batches.wait_tail(t, &service, |z| z),
                plain.wait_tail(t, &service),
                1e-9,
            );
            let response = plain.response_tail(t, &service);
            assert_close(batches.response_tail(t, &service, |z| z), response, 1e-9);
        }
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
        // A request waits for whom its batch finds, and for 0, or in a batch of 3 for 0, 1 or 2, before it.
        let found = |n: usize| states.get(n).copied().unwrap_or(0.0);
        let ahead = |n: usize| {
            let behind = |before: usize| n.checked_sub(before).map_or(0.0, found);
            behind(0) / 2.0 + behind(1) / 4.0 + behind(2) / 4.0
        };
        let mut more: Vec<f64> = (0..room).rev().map(ahead).collect();
        for n in 1..room {
            more[n] += more[n - 1];
        }
        // P(more than j ahead) for j = 0, 1, …
        more.pop();
        more.reverse();
        let (service, sizes) = (transforms::exponential(1.0), |z: Complex64| (z + z.powu(3)) / 2.0);
        for t in [0.0, 0.5, 3.0, 20.0] {
            let expected = numeric::stages_tail(&more, t);
            let got = model.wait_tail(t, &service, sizes);
            assert!((got - expected).abs() < 1e-8, "t = {t}: {got} for {expected}");
        }
    }

    /// A geometric sum of exponential services is exponential: a response is one of M/M/1 with services as long as batches.
    #[test]
    fn geometric_batches_respond_like_mm1() {
        let (model, plain) = (
            BatchMg1::new(0.2, 3.0, 15.0, 1.0, 1.0).unwrap(),
            Mm1::new(0.2, 1.0 / 3.0).unwrap(),
        );
        let sizes = |z: Complex64| z / (3.0 - 2.0 * z);
        for t in [0.1, 2.0, 30.0] {
            let got = model.response_tail(t, transforms::exponential(1.0), sizes);
            assert!((got - plain.response_tail(t)).abs() < 1e-8, "t = {t}: {got}");
        }
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
        // Two of three wait for another of their own batch, one of them for two.
        let (service, three) = (transforms::exponential(1.0), |z: Complex64| z.powu(3));
        assert_close(rare.wait_tail(0.0, &service, three), 2.0 / 3.0, 1e-14);
        let by_hand = (-1.0_f64).exp() / 3.0 + 2.0 * (-1.0_f64).exp() / 3.0;
        assert_close(rare.wait_tail(1.0, &service, three), by_hand, 1e-7);
        assert_eq!(rare.wait_tail(-1.0, &service, three), 1.0);
        assert!(matches!(
            BatchMg1::new(0.5, 2.0, 4.0, 1.0, 1.0),
            Err(TheoryError::Unstable { .. })
        ));
        assert!(BatchMg1::new(0.1, 2.0, 1.0, 1.0, 1.0).is_err());
        assert!(BatchMg1::new(0.1, 0.0, 1.0, 1.0, 1.0).is_err());
    }
}
