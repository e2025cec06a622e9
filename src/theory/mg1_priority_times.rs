//! M/G/1 with priorities: how the times of each class are distributed.

use num_complex::Complex64;

use super::{TheoryError, busy_period, inversion, mg1_priority, mg1_priority::Class};

/// What the times of one class depend on besides the transforms of services: its place among the others.
///
/// # Formula
/// ```text
/// σ = s + λ_a·(1 − Γ_a(s)),    Γ_a = busy period of the classes above,    ρ = load of all classes that matter
/// E[e^(−sT)] = ((1 − ρ)·σ + λ_b·(1 − B_b(σ))) / (s − λ_k·(1 − B_k(σ)))
/// ```
/// with the rates `λ` and the services `B` of the classes above (a), of this class (k) and of those below (b), and the
/// time `T` until a request is first served. Everything that the server does in the meantime is stretched by the busy
/// periods of those above, which is what `σ` in place of `s` says.
///
/// - Without preemption `T` is the wait, and the service `S` follows undisturbed: response `T + S`.
/// - With preemption nobody below matters, and the service is stretched as well: a response of `E[e^(−sT)]·B(σ)`, and a
///   wait (response less service) of `E[e^(−sT)]·B(σ − s)`.
///
/// # Validity
/// As [`mg1_priority::nonpreemptive_waits`]; FIFO within the class. Tails invert the transform: see [`inversion::tail`].
///
/// # Source
/// Kesten and Runnenburg, *Proc. Koninklijke Nederlandse Akademie van Wetenschappen* A 60 (1957); Conway, Maxwell and
/// Miller, *Theory of Scheduling* (1967), ch. 8.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    above: f64,
    own: f64,
    below: f64,
    /// The share of time in which nobody who matters is served.
    idle: f64,
    preemptive: bool,
}

/// The transforms of services, as one class sees them.
#[derive(Clone, Copy)]
pub struct Services<'a> {
    /// Of all classes above it together; anything where there are none.
    pub above: &'a dyn Fn(Complex64) -> Complex64,
    /// Of its own class.
    pub own: &'a dyn Fn(Complex64) -> Complex64,
    /// Of all classes below it together; anything where there are none.
    pub below: &'a dyn Fn(Complex64) -> Complex64,
    /// Of the requests in question, which may be a certain part of the class.
    pub one: &'a dyn Fn(Complex64) -> Complex64,
}

impl Place {
    /// Makes the place of class `at` where a service once begun is finished.
    pub fn nonpreemptive(classes: &[Class], at: usize) -> Result<Self, TheoryError> {
        mg1_priority::check(classes)?;
        Ok(Self::among(classes, at, false))
    }
    /// Makes the place of class `at` where a more important request interrupts.
    pub fn preemptive(classes: &[Class], at: usize) -> Result<Self, TheoryError> {
        mg1_priority::check(classes)?;
        Ok(Self::among(&classes[..=at], at, true))
    }
    fn among(classes: &[Class], at: usize, preemptive: bool) -> Self {
        let rate = |classes: &[Class]| classes.iter().map(|class| class.arrival_rate).sum();
        Self {
            above: rate(&classes[..at]),
            own: classes[at].arrival_rate,
            below: rate(&classes[at + 1..]),
            idle: 1.0 - classes.iter().map(Class::load).sum::<f64>(),
            preemptive,
        }
    }
    /// Returns P(wait > t).
    pub fn wait_tail(&self, t: f64, services: &Services<'_>) -> f64 {
        match t {
            t if t < 0.0 => 1.0,
            0.0 => self.prob_wait(services),
            t => inversion::tail(t, |s| self.wait_transform(s, services)),
        }
    }
    /// Returns the transform of the wait.
    pub(super) fn wait_transform(&self, s: Complex64, services: &Services<'_>) -> Complex64 {
        let stretched = self.stretch(s, services);
        let turn = self.turn(s, stretched, services);
        if self.preemptive {
            turn * (services.one)(stretched - s)
        } else {
            turn
        }
    }
    /// Returns P(response > t).
    pub fn response_tail(&self, t: f64, services: &Services<'_>) -> f64 {
        if t <= 0.0 {
            return 1.0;
        }
        inversion::tail(t, |s| {
            let stretched = self.stretch(s, services);
            let served = if self.preemptive { stretched } else { s };
            self.turn(s, stretched, services) * (services.one)(served)
        })
    }
    /// Returns P(wait > 0).
    fn prob_wait(&self, services: &Services<'_>) -> f64 {
        let undisturbed = if self.preemptive {
            (services.one)(self.above.into()).re
        } else {
            1.0
        };
        1.0 - self.idle * undisturbed
    }
    /// `σ(s)`.
    fn stretch(&self, s: Complex64, services: &Services<'_>) -> Complex64 {
        if self.above == 0.0 {
            return s;
        }
        s + self.above * (1.0 - busy_period::transform(s, self.above, services.above))
    }
    /// The transform of the time until a request is first served.
    fn turn(&self, s: Complex64, stretched: Complex64, services: &Services<'_>) -> Complex64 {
        let others = if self.below == 0.0 {
            Complex64::ZERO
        } else {
            self.below * (1.0 - (services.below)(stretched))
        };
        (self.idle * stretched + others) / (s - self.own * (1.0 - (services.own)(stretched)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::{
        mg1::Mg1,
        mg1_priority::{nonpreemptive_waits, preemptive_responses},
        numeric::integral,
        test_support::{assert_close, transforms},
    };

    const CLASSES: [Class; 3] = [
        Class {
            arrival_rate: 0.2,
            mean_service: 1.0,
            scv: 0.02,
        },
        Class {
            arrival_rate: 0.1,
            mean_service: 2.0,
            scv: 1.0,
        },
        Class {
            arrival_rate: 0.5,
            mean_service: 0.4,
            scv: 4.0,
        },
    ];

    /// Gamma service as the classes say.
    fn gammas() -> [Box<dyn Fn(Complex64) -> Complex64>; 3] {
        let service = |class: &Class| -> Box<dyn Fn(Complex64) -> Complex64> {
            Box::new(transforms::gamma(class.mean_service, class.scv))
        };
        [service(&CLASSES[0]), service(&CLASSES[1]), service(&CLASSES[2])]
    }

    /// The two moments of a time from its tail.
    fn moments(tail: impl Fn(f64) -> f64) -> (f64, f64) {
        let pieces = |f: &dyn Fn(f64) -> f64| -> f64 {
            let ends = [
                0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0,
            ];
            ends.windows(2).map(|ends| integral(ends[0], ends[1], f)).sum()
        };
        (pieces(&tail), pieces(&|t| 2.0 * t * tail(t)))
    }

    /// Kesten and Runnenburg's second moments, for the last of three classes, which has both others above it, and for
    /// the second, which has one on either side.
    #[test]
    fn the_moments_of_the_waits_are_those_that_are_published() {
        let service = gammas();
        let mix = |parts: &'static [usize]| {
            let service = &service;
            move |s: Complex64| -> Complex64 {
                let total: f64 = parts.iter().map(|&at| CLASSES[at].arrival_rate).sum();
                let part = |&at: &usize| CLASSES[at].arrival_rate / total * service[at](s);
                parts.iter().map(part).sum()
            }
        };
        let second = |class: &Class| class.arrival_rate * class.mean_service.powi(2) * (1.0 + class.scv);
        // Of a gamma distribution: E[S³] = m³(1 + c²)(1 + 2c²).
        let third = |class: &Class| second(class) * class.mean_service * (1.0 + 2.0 * class.scv);
        let (all, cubes) = (
            CLASSES.iter().map(second).sum::<f64>(),
            CLASSES.iter().map(third).sum::<f64>(),
        );
        let (nobody, first, both) = (mix(&[]), mix(&[0]), mix(&[0, 1]));
        let last = mix(&[2]);
        let means = nonpreemptive_waits(&CLASSES).unwrap();
        for (at, above, below) in [
            (
                1,
                &first as &dyn Fn(Complex64) -> Complex64,
                &last as &dyn Fn(_) -> _,
            ),
            (2, &both, &nobody),
        ] {
            let services = Services {
                above,
                own: &service[at],
                below,
                one: &service[at],
            };
            let place = Place::nonpreemptive(&CLASSES, at).unwrap();
            let (mean, square) = moments(|t| place.wait_tail(t, &services));
            assert_close(mean, means[at], 1e-5);
            let free = |end: usize| 1.0 - CLASSES[..end].iter().map(Class::load).sum::<f64>();
            let (above, with) = (free(at), free(at + 1));
            let upto = |end: usize| CLASSES[..end].iter().map(second).sum::<f64>();
            let expected = cubes / (3.0 * above.powi(2) * with)
                + all * upto(at + 1) / (2.0 * above.powi(2) * with.powi(2))
                + all * upto(at) / (2.0 * above.powi(3) * with);
            assert_close(square, expected, 1e-4);
            // With preemption, the means of the responses and the waits.
            let place = Place::preemptive(&CLASSES, at).unwrap();
            let response = preemptive_responses(&CLASSES).unwrap()[at];
            assert_close(moments(|t| place.response_tail(t, &services)).0, response, 1e-5);
            let wait = response - CLASSES[at].mean_service;
            assert_close(moments(|t| place.wait_tail(t, &services)).0, wait, 1e-5);
            let soon = place.wait_tail(1e-5, &services);
            assert_close(place.wait_tail(0.0, &services), soon, 1e-4);
        }
    }

    /// Exponential service alike: who waits in the first class waits for one service and a geometric number of others.
    #[test]
    fn the_first_class_of_exponential_service_waits_exponentially() {
        let class = |arrival_rate| Class {
            arrival_rate,
            mean_service: 1.0,
            scv: 1.0,
        };
        let (classes, one) = ([class(0.3), class(0.5)], transforms::exponential(1.0));
        let services = Services {
            above: &one,
            own: &one,
            below: &one,
            one: &one,
        };
        let place = Place::nonpreemptive(&classes, 0).unwrap();
        for t in [0.0, 0.2, 3.0, 9.0_f64] {
            let expected = 0.8 * (-0.7 * t).exp();
            assert!((place.wait_tail(t, &services) - expected).abs() < 1e-8, "t = {t}");
        }
    }

    #[test]
    fn a_single_class_and_the_first_with_preemption_are_plain_fifo() {
        let service = gammas();
        let services = Services {
            above: &|_| Complex64::ZERO,
            own: &service[0],
            below: &|_| Complex64::ZERO,
            one: &service[0],
        };
        let plain = Mg1::new(0.2, 1.0, 0.02).unwrap();
        let places = [
            Place::nonpreemptive(&CLASSES[..1], 0).unwrap(),
            Place::preemptive(&CLASSES, 0).unwrap(),
        ];
        for place in places {
            for t in [0.0, 0.3, 2.0] {
                assert_close(
                    place.wait_tail(t, &services),
                    plain.wait_tail(t, &service[0]),
                    1e-9,
                );
                let response = plain.response_tail(t, &service[0]);
                assert_close(place.response_tail(t, &services), response, 1e-9);
            }
            assert_eq!(place.wait_tail(-1.0, &services), 1.0);
        }
        assert!(
            Place::nonpreemptive(
                &[Class {
                    arrival_rate: 1.0,
                    ..CLASSES[0]
                }],
                0
            )
            .is_err()
        );
    }
}
