//! Busy periods of one server: how long it works from one request that finds it idle until it is idle again.

use num_complex::Complex64;

/// Steps of the iteration at most; it takes about five.
const STEPS: usize = 200;

/// Returns the Laplace–Stieltjes transform `Γ(s)` of the busy period of M/G/1 from the arrival rate `λ` and the transform
/// `B` of service.
///
/// # Formula
/// ```text
/// Γ(s) = B(s + λ − λ·Γ(s)),  the only solution with |Γ| ≤ 1
/// ```
/// The right side pulls points of the unit disc together, by the load at least; secants reach the same point sooner, and
/// where one of them leads out of the disc the right side itself is the next step.
///
/// # Validity
/// Poisson arrivals, independent service, a load below 1, any order of service, and `Re s > 0`.
///
/// # Source
/// Takács, *Introduction to the Theory of Queues* (1962), ch. 1; for complex `s`, Abate and Whitt, *Queueing Systems* 12
/// (1992).
pub fn transform(s: Complex64, arrival_rate: f64, service: impl Fn(Complex64) -> Complex64) -> Complex64 {
    let miss = |at: Complex64| service(s + arrival_rate * (1.0 - at)) - at;
    let mut last = Complex64::ONE;
    let mut miss_last = miss(last);
    let mut here = last + miss_last;
    if arrival_rate == 0.0 {
        return here;
    }
    for _ in 0..STEPS {
        let miss_here = miss(here);
        let secant = miss_here * (here - last) / (miss_last - miss_here);
        let step = if secant.is_finite() && (here + secant).norm() <= 1.0 {
            secant
        } else {
            miss_here
        };
        (last, miss_last) = (here, miss_here);
        here += step;
        // The next step would be smaller by orders of magnitude.
        if step.norm() < 1e-11 {
            break;
        }
    }
    here
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::{
        inversion,
        test_support::{assert_close, transforms},
    };

    /// Where `B = 1/(1 + s)` the equation is a square one (Kleinrock, *Queueing Systems* I, §5.8).
    #[test]
    fn exponential_service_has_the_closed_form() {
        let closed = |s: Complex64, load: f64| {
            let sum = load + 1.0 + s;
            2.0 / (sum + (sum * sum - 4.0 * load).sqrt())
        };
        let service = transforms::exponential(1.0);
        for load in [0.01, 0.5, 0.9, 0.999] {
            for (re, im) in [(1e-4, 0.0), (1e-3, 2e-3), (0.1, -0.7), (2.0, 40.0)] {
                let s = Complex64::new(re, im);
                let apart = transform(s, load, &service) - closed(s, load);
                assert!(apart.norm() < 1e-13, "ρ = {load}, s = {s}: {apart}");
            }
        }
    }

    /// With constant service the number served is Borel's: n with probability e^(−ρn)·(ρn)^(n−1)/n!.
    #[test]
    fn constant_service_is_borels_law() {
        let (load, service) = (0.6_f64, transforms::constant(1.0));
        for s in [Complex64::new(0.2, 0.0), Complex64::new(0.1, 1.3)] {
            let mut log_factorial = 0.0;
            let terms = (1..400).map(|n| {
                let n = f64::from(n);
                log_factorial += n.ln();
                ((n - 1.0) * (load * n).ln() - load * n - log_factorial - s * n).exp()
            });
            let borel: Complex64 = terms.sum();
            assert!((transform(s, load, &service) - borel).norm() < 1e-13, "{s}");
        }
    }

    /// The mean is E[S]/(1 − ρ), and no load or hardly any makes it one service.
    #[test]
    fn the_edges_are_no_load_and_nearly_full_load() {
        let service = transforms::gamma(2.0, 3.0);
        let s = Complex64::new(0.3, 0.8);
        assert_eq!(transform(s, 0.0, &service), service(s));
        assert!((transform(s, 1e-9, &service) - service(s)).norm() < 1e-8);
        for load in [0.3, 0.99_f64] {
            let h = 1e-7 * (1.0 - load).powi(3);
            let slope = (1.0 - transform(Complex64::new(h, 0.0), load / 2.0, &service).re) / h;
            assert_close(slope, 2.0 / (1.0 - load), 1e-3);
        }
        // Even then it is a distribution: its tail falls.
        let tail = |t| inversion::tail(t, |s| transform(s, 0.499_9, &service));
        assert!(tail(2.0) < 1.0 && tail(200.0) < tail(20.0) && 0.0 < tail(200.0));
    }
}
