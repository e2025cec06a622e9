//! How long things take: distributions of numbers that are never negative.
//!
//! **Lives here:** the [`Dist`], one file per kind with its moments, its transform and its settings, and the
//! [`REGISTRY`] that names them in a scenario.
//! **Lives elsewhere:** which stream a number is drawn from (`rng`), what is done with it (`model`, `theory`).
//! **Invariant:** a `Dist` that exists has valid parameters and a finite mean, and every number drawn is finite and
//! not negative.
//!
//! Sampling takes its functions from `libm` rather than from the platform, so that a seed gives the same times everywhere.
//!
//! The set is closed because theory must look inside: a formula for exponential work asks
//! [`is_exponential`](Dist::is_exponential). A constructor therefore returns the simplest kind that is the same: a
//! gamma distribution of coefficient of variation 1 *is* [`Dist::Exponential`].
//!
//! Numbers are seconds wherever they are times. In a scenario a distribution is a table,
//! `{ distribution = "lognormal", mean = "12 ms", cv = 1.5 }`, and a bare `"12 ms"` is a constant. The samples of an
//! empirical distribution may come from a file beside the scenario; it is read by
//! [`Section::file`](crate::config::Section::file), which keeps all dealings with the disk in one place.
//!
//! ```
//! use plimsoll::{dist::Dist, rng::Seed};
//!
//! let work = Dist::lognormal(0.012, 1.5)?;
//! assert_eq!(work.describe(), "lognormal, mean 12 ms, cv 1.5");
//! assert!((work.scv() - 2.25).abs() < 1e-12);
//! let seconds = work.sample(&mut Seed(42).replication(0).stream("work"));
//! assert!(0.0 < seconds);
//! # Ok::<(), plimsoll::dist::DistError>(())
//! ```

mod ahead;
mod combined;
mod constant;
mod empirical;
mod error;
mod exponential;
mod gamma;
mod law;
mod lognormal;
mod pareto;
mod settings;
mod uniform;
mod weibull;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use num_complex::Complex64;

use self::law::Law;
pub use self::{
    ahead::Ahead,
    combined::{Mixture, Shifted},
    constant::Constant,
    empirical::Empirical,
    error::{DistError, Fault},
    exponential::{Exponential, Hyperexponential},
    gamma::Gamma,
    lognormal::Lognormal,
    pareto::{BoundedPareto, Pareto},
    settings::REGISTRY,
    uniform::Uniform,
    weibull::Weibull,
};
use crate::{rng::Stream, units::SimDuration};

/// A distribution of numbers that are never negative; of seconds when they are times.
///
/// Kinds that need more than three numbers are shared behind an [`Arc`], so a `Dist` is small and cheap to clone.
#[derive(Clone, Debug, PartialEq)]
pub enum Dist {
    /// Always the same.
    Constant(Constant),
    /// Without memory.
    Exponential(Exponential),
    /// Evenly between two bounds.
    Uniform(Uniform),
    /// Gamma, and Erlang when its shape is a whole number.
    Gamma(Arc<Gamma>),
    /// One of two exponentials.
    Hyperexponential(Hyperexponential),
    /// The logarithm is normal.
    Lognormal(Lognormal),
    /// A power of an exponential.
    Weibull(Weibull),
    /// A power law without end.
    Pareto(Pareto),
    /// A power law between two bounds.
    BoundedPareto(Arc<BoundedPareto>),
    /// One of several distributions, each with its weight.
    Mixture(Arc<Mixture>),
    /// A fixed time and then a distribution.
    Shifted(Arc<Shifted>),
    /// Drawn from a list of measured values.
    Empirical(Arc<Empirical>),
}

/// Asks the law inside, whichever kind it is.
macro_rules! ask {
    ($dist:expr, $law:ident => $answer:expr) => {
        match $dist {
            Dist::Constant($law) => $answer,
            Dist::Exponential($law) => $answer,
            Dist::Uniform($law) => $answer,
            Dist::Gamma($law) => $answer,
            Dist::Hyperexponential($law) => $answer,
            Dist::Lognormal($law) => $answer,
            Dist::Weibull($law) => $answer,
            Dist::Pareto($law) => $answer,
            Dist::BoundedPareto($law) => $answer,
            Dist::Mixture($law) => $answer,
            Dist::Shifted($law) => $answer,
            Dist::Empirical($law) => $answer,
        }
    };
}

impl Dist {
    /// Draws a number.
    #[inline]
    pub fn sample(&self, rng: &mut Stream) -> f64 {
        ask!(self, law => law.sample(rng))
    }

    /// Draws the first number from [`Stream::numbered`]: cheaper than to make the stream where one word of it is enough.
    #[inline]
    pub fn sample_numbered(&self, number: u64) -> f64 {
        match self {
            Self::Exponential(law) => law.sample_numbered(number),
            _ => self.sample(&mut Stream::numbered(number)),
        }
    }

    /// Draws a time for each place, in order, rounded to a nanosecond.
    pub fn sample_all(&self, rng: &mut Stream, times: &mut [SimDuration]) {
        // A copy that nobody else sees can stay in registers.
        let mut stream = rng.clone();
        ask!(self, law => {
            for time in times {
                *time = SimDuration::from_secs_f64(law.sample(&mut stream));
            }
        });
        *rng = stream;
    }

    /// Returns the mean.
    pub fn mean(&self) -> f64 {
        ask!(self, law => law.mean())
    }

    /// Returns the variance: infinite for a Pareto distribution of shape 2 or less.
    pub fn variance(&self) -> f64 {
        ask!(self, law => law.variance())
    }

    /// Returns the squared coefficient of variation, `variance / mean²`: 0 for a constant, 1 for an exponential, and
    /// infinite with the variance.
    pub fn scv(&self) -> f64 {
        let mean = self.mean();
        // A constant of zero has a mean of zero too.
        if mean == 0.0 {
            0.0
        } else {
            self.variance() / (mean * mean)
        }
    }

    /// Returns the mean of the cube (not of the cubed deviation): infinite for a Pareto distribution of shape 3 or
    /// less.
    pub fn third_moment(&self) -> f64 {
        ask!(self, law => law.third_moment())
    }

    /// Returns the probability of at most `x`, with an absolute error below 1e-11 (1e-9 for gamma shapes above 1e4).
    pub fn cdf(&self, x: f64) -> f64 {
        1.0 - self.survival(x)
    }

    /// Returns the probability of more than `x`.
    pub fn survival(&self, x: f64) -> f64 {
        if x < 0.0 {
            1.0
        } else if x == f64::INFINITY {
            0.0
        } else {
            ask!(self, law => law.survival(x))
        }
    }

    /// Returns the Laplace–Stieltjes transform, the mean of `exp(−s·X)`, for `Re s ≥ 0`.
    ///
    /// Closed forms where there are any. For lognormal, Weibull and Pareto distributions it is an integral along a line
    /// in the complex plane on which the integrand hardly oscillates, with an absolute error below 1e-11. For a
    /// bounded Pareto distribution that error is divided by `1 − (low/high)^shape`.
    pub fn laplace(&self, s: Complex64) -> Complex64 {
        assert!(0.0 <= s.re, "the transform is for Re s ≥ 0, not {s}");
        if s == Complex64::ZERO {
            Complex64::ONE
        } else {
            ask!(self, law => law.laplace(s))
        }
    }

    /// Returns whether it is exponential.
    pub fn is_exponential(&self) -> bool {
        matches!(self, Self::Exponential(_))
    }

    /// Returns whether it is always the same number.
    pub fn is_constant(&self) -> bool {
        matches!(self, Self::Constant(_))
    }

    /// Returns the distribution of `factor` times as much; asserts that `factor` is finite and greater than zero.
    #[must_use]
    pub fn scaled(&self, factor: f64) -> Self {
        assert!(
            factor.is_finite() && 0.0 < factor,
            "a distribution cannot be scaled by {factor}"
        );
        match self {
            Self::Constant(law) => Self::Constant(law.scaled(factor)),
            Self::Exponential(law) => Self::Exponential(law.scaled(factor)),
            Self::Uniform(law) => Self::Uniform(law.scaled(factor)),
            Self::Gamma(law) => Self::Gamma(law.scaled(factor)),
            Self::Hyperexponential(law) => Self::Hyperexponential(law.scaled(factor)),
            Self::Lognormal(law) => Self::Lognormal(law.scaled(factor)),
            Self::Weibull(law) => Self::Weibull(law.scaled(factor)),
            Self::Pareto(law) => Self::Pareto(law.scaled(factor)),
            Self::BoundedPareto(law) => Self::BoundedPareto(law.scaled(factor)),
            Self::Mixture(law) => Self::Mixture(law.scaled(factor)),
            Self::Shifted(law) => Self::Shifted(law.scaled(factor)),
            Self::Empirical(law) => Self::Empirical(law.scaled(factor)),
        }
    }

    /// Returns a few words for people, taking the numbers for seconds: `"exponential, mean 10 ms"`.
    pub fn describe(&self) -> String {
        ask!(self, law => law.describe())
    }
}

/// `"mean 12 ms, cv 1.5"`.
fn mean_and_cv(law: &impl Law) -> String {
    let (mean, variance) = (law.mean(), law.variance());
    let cv = crate::units::figures(variance.sqrt() / mean, 3);
    format!("mean {}, cv {cv}", crate::units::seconds(mean))
}
