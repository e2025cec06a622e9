//! Gamma, and Erlang: the sum of several exponential stages.

use std::sync::Arc;

use num_complex::Complex64;
use rand_distr::Distribution;
use statrs::function::gamma::gamma_ur;

use super::{Dist, DistError, error::Check, law::Law, mean_and_cv, settings::report};
use crate::{
    config::{Entry, Section, Table},
    config_table,
    rng::Stream,
    units::{SimDuration, seconds},
};

pub(super) const ERLANG: Entry<Dist> = Entry {
    name: "erlang",
    summary: "the sum of several exponential stages; coefficient of variation 1/√stages",
    example: "mean = \"10 ms\", stages = 4",
    fields: ErlangSettings::fields,
    read: read_erlang,
};

pub(super) const GAMMA: Entry<Dist> = Entry {
    name: "gamma",
    summary: "any coefficient of variation, with a light tail",
    example: "mean = \"10 ms\", cv = 0.7",
    fields: Settings::fields,
    read,
};

config_table! {
    /// Gamma distributed times.
    struct Settings: "a gamma distribution" {
        /// The mean time.
        mean: SimDuration,
        /// The standard deviation over the mean, from 0.001 to 100.
        cv: f64,
    }
}

config_table! {
    /// The sum of exponential stages.
    struct ErlangSettings: "an Erlang distribution" {
        /// The mean time of all stages together.
        mean: SimDuration,
        /// How many stages, from 1 to 1 000 000.
        stages: u32,
    }
}

fn read(section: &Section<'_>) -> Option<Dist> {
    let settings = Settings::read_fields(section)?;
    report(section, Dist::gamma(settings.mean.as_secs_f64(), settings.cv))
}

fn read_erlang(section: &Section<'_>) -> Option<Dist> {
    let settings = ErlangSettings::read_fields(section)?;
    report(
        section,
        Dist::erlang(settings.mean.as_secs_f64(), settings.stages),
    )
}

/// The gamma distribution.
#[derive(Clone, Debug, PartialEq)]
pub struct Gamma {
    shape: f64,
    scale: f64,
    /// Marsaglia and Tsang's method (*ACM Trans. Math. Softw.* 26(3), 2000), its constants worked out beforehand.
    sampler: rand_distr::Gamma<f64>,
}

impl Dist {
    /// Returns the gamma distribution of this mean and coefficient of variation, `0.001 ≤ cv ≤ 100`.
    pub fn gamma(mean: f64, cv: f64) -> Result<Self, DistError> {
        let mut check = Check::default();
        check.time("mean", mean);
        check.cv(cv);
        check.done(|| Self::gamma_of_shape(mean, (cv * cv).recip()))
    }

    /// Returns the distribution of the sum of `stages` exponentials of equal mean, `mean` all together.
    pub fn erlang(mean: f64, stages: u32) -> Result<Self, DistError> {
        let mut check = Check::default();
        check.time("mean", mean);
        check.that(
            (1..=1_000_000).contains(&stages),
            "stages",
            format!("`stages` cannot be {stages}"),
            "out of range",
            "write a whole number from 1 to 1000000, or use `distribution = \"constant\"`",
        );
        check.done(|| Self::gamma_of_shape(mean, f64::from(stages)))
    }

    fn gamma_of_shape(mean: f64, shape: f64) -> Self {
        if (shape - 1.0).abs() <= f64::EPSILON {
            Self::exponential(mean).expect("the mean is checked")
        } else {
            Self::Gamma(Arc::new(Gamma::new(shape, mean / shape)))
        }
    }
}

impl Gamma {
    fn new(shape: f64, scale: f64) -> Self {
        let sampler = rand_distr::Gamma::new(shape, scale).expect("the shape and the scale are positive");
        Self {
            shape,
            scale,
            sampler,
        }
    }

    /// Returns the shape, `1/cv²`; it is the number of stages when that is a whole number.
    pub fn shape(&self) -> f64 {
        self.shape
    }
}

impl Law for Gamma {
    #[inline]
    fn sample(&self, rng: &mut Stream) -> f64 {
        self.sampler.sample(rng)
    }
    fn mean(&self) -> f64 {
        self.shape * self.scale
    }
    fn variance(&self) -> f64 {
        self.shape * self.scale * self.scale
    }
    fn third_moment(&self) -> f64 {
        let k = self.shape;
        k * (k + 1.0) * (k + 2.0) * self.scale.powi(3)
    }
    fn survival(&self, x: f64) -> f64 {
        // The library takes only arguments greater than zero.
        if x / self.scale <= 0.0 {
            1.0
        } else {
            gamma_ur(self.shape, x / self.scale)
        }
    }
    fn laplace(&self, s: Complex64) -> Complex64 {
        // The real part of 1 + sθ is at least 1, so the principal logarithm is the right branch.
        (-self.shape * (1.0 + s * self.scale).ln()).exp()
    }
    fn scaled(&self, factor: f64) -> Self {
        Self::new(self.shape, self.scale * factor)
    }
    fn describe(&self) -> String {
        if self.shape.fract() == 0.0 {
            format!("Erlang, {} stages, mean {}", self.shape, seconds(self.mean()))
        } else {
            format!("gamma, {}", mean_and_cv(self))
        }
    }
}
