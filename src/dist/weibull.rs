//! Weibull: a power of an exponential; times to failure, and long tails that still end.

use std::f64::consts::{FRAC_PI_2, TAU};

use num_complex::Complex64;
use rand_distr::{Distribution, Exp1};
use statrs::function::gamma::ln_gamma;

use super::{
    Dist, DistError,
    error::Check,
    law::{Law, trapezoid},
    mean_and_cv,
    settings::report,
};
use crate::{
    config::{Entry, Section, Table},
    config_table,
    rng::Stream,
    units::SimDuration,
};

pub(super) const ENTRY: Entry<Dist> = Entry {
    name: "weibull",
    summary: "a power of an exponential: wear-out below a coefficient of variation of 1, infant mortality above",
    example: "mean = \"30 d\", cv = 0.5",
    fields: Settings::fields,
    read,
};

config_table! {
    /// Weibull distributed times.
    struct Settings: "a Weibull distribution" {
        /// The mean time.
        mean: SimDuration,
        /// The standard deviation over the mean, from 0.001 to 100; the shape follows from it.
        cv: f64,
    }
}

fn read(section: &Section<'_>) -> Option<Dist> {
    let settings = Settings::read_fields(section)?;
    report(section, Dist::weibull(settings.mean.as_secs_f64(), settings.cv))
}

/// The Weibull distribution.
#[derive(Clone, Debug, PartialEq)]
pub struct Weibull {
    scale: f64,
    /// One over the shape.
    power: f64,
}

impl Dist {
    /// Returns the Weibull distribution of this mean and coefficient of variation, `0.001 ≤ cv ≤ 100`. Its shape
    /// (1282 down to 0.128) is found by bisection, to a relative accuracy of 1e-8 or better.
    pub fn weibull(mean: f64, cv: f64) -> Result<Self, DistError> {
        let mut check = Check::default();
        check.time("mean", mean);
        check.cv(cv);
        check.done(|| {
            if (cv - 1.0).abs() <= f64::EPSILON {
                return Self::exponential(mean).expect("the mean is checked");
            }
            let power = power_for(cv * cv);
            let scale = mean / moment(power);
            Self::Weibull(Weibull { scale, power })
        })
    }
}

/// The mean of the `n`-th power of an exponential, `Γ(1 + n)`.
fn moment(n: f64) -> f64 {
    ln_gamma(1.0 + n).exp()
}

/// The squared coefficient of variation of the `n`-th power of an exponential, `Γ(1 + 2n)/Γ(1 + n)² − 1`.
fn scv_of(power: f64) -> f64 {
    (ln_gamma(1.0 + 2.0 * power) - 2.0 * ln_gamma(1.0 + power)).exp_m1()
}

/// Solves `scv_of(power) = scv`; the left side grows with the power.
fn power_for(scv: f64) -> f64 {
    let (mut low, mut high) = (1e-4_f64, 10.0_f64);
    for _ in 0..100 {
        let middle = (low * high).sqrt();
        if scv_of(middle) < scv {
            low = middle;
        } else {
            high = middle;
        }
    }
    (low * high).sqrt()
}

impl Weibull {
    /// Returns the shape: above 1 the rate of failure grows with age, below 1 it falls.
    pub fn shape(&self) -> f64 {
        self.power.recip()
    }
}

impl Law for Weibull {
    #[inline]
    fn sample(&self, rng: &mut Stream) -> f64 {
        let unit: f64 = Exp1.sample(rng);
        self.scale * libm::pow(unit, self.power)
    }
    fn mean(&self) -> f64 {
        self.scale * moment(self.power)
    }
    fn variance(&self) -> f64 {
        self.mean().powi(2) * scv_of(self.power)
    }
    fn third_moment(&self) -> f64 {
        self.scale.powi(3) * moment(3.0 * self.power)
    }
    fn survival(&self, x: f64) -> f64 {
        (-(x / self.scale).powf(self.shape())).exp()
    }

    /// The integral of `exp(y − e^y − s·λ·e^(y/k))` over a line `y = t − iθ`, turned so far that the oscillating
    /// factor dies away, but not so far that `exp(−e^y)` begins to oscillate in its place.
    fn laplace(&self, s: Complex64) -> Complex64 {
        let shape = self.shape();
        let q = s * self.scale;
        let turn = (s.arg() * shape).clamp(-0.8, 0.8);
        let distance = (0.9 * FRAC_PI_2 * shape).min(0.7);
        let high = (37.0 / turn.cos()).ln();
        trapezoid(-33.0, high, TAU * distance / 34.0, |t| {
            let y = Complex64::new(t, -turn);
            (y - y.exp() - q * (y * self.power).exp()).exp()
        })
    }
    fn scaled(&self, factor: f64) -> Self {
        Self {
            scale: self.scale * factor,
            power: self.power,
        }
    }
    fn describe(&self) -> String {
        format!("Weibull, {}", mean_and_cv(self))
    }
}
