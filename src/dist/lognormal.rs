//! Lognormal: the logarithm is normal, as in many measured service times.

use std::f64::consts::{FRAC_PI_2, PI, SQRT_2, TAU};

use num_complex::Complex64;
use rand_distr::{Distribution, StandardNormal};
use statrs::function::erf::erfc;

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
    name: "lognormal",
    summary: "mostly short, sometimes long, as many measured service times are",
    example: "mean = \"12 ms\", cv = 1.5",
    fields: Settings::fields,
    read,
};

config_table! {
    /// Times whose logarithm is normal.
    struct Settings: "a lognormal distribution" {
        /// The mean time.
        mean: SimDuration,
        /// The standard deviation over the mean, from 0.001 to 100.
        cv: f64,
    }
}

fn read(section: &Section<'_>) -> Option<Dist> {
    let settings = Settings::read_fields(section)?;
    report(section, Dist::lognormal(settings.mean.as_secs_f64(), settings.cv))
}

/// The lognormal distribution.
#[derive(Clone, Debug, PartialEq)]
pub struct Lognormal {
    mean: f64,
    /// `exp(μ)`.
    median: f64,
    sigma: f64,
}

impl Dist {
    /// Returns the lognormal distribution of this mean and coefficient of variation, `0.001 ≤ cv ≤ 100`.
    pub fn lognormal(mean: f64, cv: f64) -> Result<Self, DistError> {
        let mut check = Check::default();
        check.time("mean", mean);
        check.cv(cv);
        check.done(|| {
            Self::Lognormal(Lognormal {
                mean,
                median: mean / (1.0 + cv * cv).sqrt(),
                sigma: libm::log1p(cv * cv).sqrt(),
            })
        })
    }
}

impl Law for Lognormal {
    #[inline]
    fn sample(&self, rng: &mut Stream) -> f64 {
        let z: f64 = StandardNormal.sample(rng);
        self.median * libm::exp(self.sigma * z)
    }
    fn mean(&self) -> f64 {
        self.mean
    }
    fn variance(&self) -> f64 {
        self.mean * self.mean * (self.sigma * self.sigma).exp_m1()
    }
    fn third_moment(&self) -> f64 {
        (self.mean * (self.sigma * self.sigma).exp()).powi(3)
    }
    fn survival(&self, x: f64) -> f64 {
        erfc((x / self.median).ln() / (self.sigma * SQRT_2)) / 2.0
    }

    /// The integral of `exp(−z²/2 − s·e^(μ + σz))/√(2π)` over a line through its saddle point, `z = −W(s·e^μ·σ²)/σ`
    /// with Lambert's `W`. There the integrand is a bell of at most unit width, and no oscillation has to cancel.
    /// Source of the saddle point: Asmussen, Jensen and Rojas-Nandayapa, *Methodol. Comput. Appl. Probab.* 18, 2016.
    fn laplace(&self, s: Complex64) -> Complex64 {
        let (sigma, q) = (self.sigma, s * self.median);
        let saddle = lambert_w(q * sigma * sigma);
        // Turning a little further than the saddle costs next to nothing and keeps the line away from where the
        // integrand explodes.
        let turn = saddle
            .im
            .abs()
            .max(s.arg().abs().min(1.5 * sigma))
            .min(s.arg().abs());
        let centre = Complex64::new(-saddle.re, -turn.copysign(s.im)) / sigma;
        let distance = (FRAC_PI_2 / sigma).min(1.5);
        let integrand = |t: f64| {
            let z = centre + t;
            (-z * z / 2.0 - q * (z * sigma).exp()).exp()
        };
        trapezoid(-9.0, 9.0, TAU * distance / 36.0, integrand) / (2.0 * PI).sqrt()
    }
    fn scaled(&self, factor: f64) -> Self {
        Self {
            mean: self.mean * factor,
            median: self.median * factor,
            sigma: self.sigma,
        }
    }
    fn describe(&self) -> String {
        format!("lognormal, {}", mean_and_cv(self))
    }
}

/// Solves `w·e^w = z` for `Re z ≥ 0` by Halley's method (Corless et al., *Adv. Comput. Math.* 5, 1996). The answer
/// only chooses a line of integration, so a fixed number of steps is enough.
fn lambert_w(z: Complex64) -> Complex64 {
    let mut w = (1.0 + z).ln();
    for _ in 0..6 {
        let power = w.exp();
        let miss = w * power - z;
        w -= miss / (power * (w + 1.0) - (w + 2.0) * miss / (2.0 * w + 2.0));
    }
    w
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lambert_w_solves_its_equation() {
        // The omega constant solves w·e^w = 1.
        assert!((lambert_w(Complex64::ONE).re - 0.567_143_290_409_783_8).abs() < 1e-14);
        for z in [(1e-6, 0.0), (0.0, 0.3), (0.0, 50.0), (200.0, 3.0), (0.0, -1e6)] {
            let z = Complex64::new(z.0, z.1);
            let w = lambert_w(z);
            assert!((w * w.exp() - z).norm() < 1e-12 * z.norm(), "{z}: {w}");
        }
    }
}
