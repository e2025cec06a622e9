//! Exponential, and hyperexponential: one of two exponentials.

use std::convert::Infallible;

use num_complex::Complex64;
use rand::{Rng, TryRng};
use rand_distr::{Distribution, Exp1};

use super::{Dist, DistError, error::Check, law::Law, mean_and_cv, settings::report};
use crate::{
    config::{Entry, Section, Table},
    config_table,
    rng::Stream,
    units::{SimDuration, seconds},
};

pub(super) const EXPONENTIAL: Entry<Dist> = Entry {
    name: "exponential",
    summary: "without memory; coefficient of variation 1",
    example: "mean = \"10 ms\"",
    fields: Settings::fields,
    read: |section| {
        let settings = Settings::read_fields(section)?;
        report(section, Dist::exponential(settings.mean.as_secs_f64()))
    },
};

pub(super) const HYPEREXPONENTIAL: Entry<Dist> = Entry {
    name: "hyperexponential",
    summary: "a short or a long exponential, each with half of the total; coefficient of variation 1 or more",
    example: "mean = \"10 ms\", cv = 2",
    fields: HyperSettings::fields,
    read: read_hyperexponential,
};

config_table! {
    /// Exponential times.
    struct Settings: "an exponential distribution" {
        /// The mean time.
        mean: SimDuration,
    }
}

config_table! {
    /// One of two exponential times.
    struct HyperSettings: "a hyperexponential distribution" {
        /// The mean time.
        mean: SimDuration,
        /// The standard deviation over the mean, at least 1.
        cv: f64,
    }
}

fn read_hyperexponential(section: &Section<'_>) -> Option<Dist> {
    let settings = HyperSettings::read_fields(section)?;
    report(
        section,
        Dist::hyperexponential(settings.mean.as_secs_f64(), settings.cv),
    )
}

/// The exponential distribution.
#[derive(Clone, Debug, PartialEq)]
pub struct Exponential {
    mean: f64,
}

/// With probability `p` exponential of one mean, else of another.
#[derive(Clone, Debug, PartialEq)]
pub struct Hyperexponential {
    p: f64,
    means: [f64; 2],
}

impl Dist {
    /// Returns the exponential distribution of this mean.
    pub fn exponential(mean: f64) -> Result<Self, DistError> {
        let mut check = Check::default();
        check.time("mean", mean);
        check.done(|| Self::Exponential(Exponential { mean }))
    }

    /// Returns the hyperexponential distribution of two phases with balanced means: each phase brings half of the
    /// mean. `1 ≤ cv`.
    ///
    /// # Formula
    /// ```text
    /// p = (1 + √((c² − 1)/(c² + 1))) / 2,   phase means m/(2p) and m/(2(1 − p))
    /// ```
    /// # Source
    /// Whitt, *Oper. Res.* 30(1), 1982.
    pub fn hyperexponential(mean: f64, cv: f64) -> Result<Self, DistError> {
        let mut check = Check::default();
        check.time("mean", mean);
        if (0.0..1.0).contains(&cv) {
            let help = "use `distribution = \"gamma\"` for less variation than an exponential has";
            check.that(
                false,
                "cv",
                format!("`cv` is {cv}, and a hyperexponential cannot go below 1"),
                "too even",
                help,
            );
        } else {
            check.cv(cv);
        }
        check.done(|| {
            if (cv - 1.0).abs() <= f64::EPSILON {
                return Self::Exponential(Exponential { mean });
            }
            let scv = cv * cv;
            let p = f64::midpoint(1.0, ((scv - 1.0) / (scv + 1.0)).sqrt());
            // The same as 1 − p, which would cancel for a large `cv`.
            let q = 1.0 / (2.0 * p * (scv + 1.0));
            let means = [mean / (2.0 * p), mean / (2.0 * q)];
            Self::Hyperexponential(Hyperexponential { p, means })
        })
    }
}

impl Exponential {
    /// Draws the first number from a numbered stream. The ziggurat needs one word of it in 99 of 100 cases.
    #[inline]
    pub(super) fn sample_numbered(&self, number: u64) -> f64 {
        let unit: f64 = Exp1.sample(&mut Lazy {
            number,
            begun: false,
            stream: None,
        });
        self.mean * unit
    }
}

/// A numbered stream that is not made before its second word is asked for.
struct Lazy {
    number: u64,
    begun: bool,
    stream: Option<Stream>,
}

impl TryRng for Lazy {
    type Error = Infallible;

    #[inline]
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok((self.next_u64() >> 32) as u32)
    }
    #[inline]
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        if self.begun {
            return Ok(self.later());
        }
        self.begun = true;
        Ok(Stream::first_of(self.number))
    }
    #[inline]
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        rand::rand_core::utils::fill_bytes_via_next_word(bytes, || self.try_next_u64())
    }
}

impl Lazy {
    #[inline(never)]
    fn later(&mut self) -> u64 {
        let rest = || {
            let mut stream = Stream::numbered(self.number);
            stream.next_u64();
            stream
        };
        self.stream.get_or_insert_with(rest).next_u64()
    }
}

impl Law for Exponential {
    #[inline]
    fn sample(&self, rng: &mut Stream) -> f64 {
        let unit: f64 = Exp1.sample(rng);
        self.mean * unit
    }
    fn mean(&self) -> f64 {
        self.mean
    }
    fn variance(&self) -> f64 {
        self.mean * self.mean
    }
    fn third_moment(&self) -> f64 {
        6.0 * self.mean.powi(3)
    }
    fn survival(&self, x: f64) -> f64 {
        (-x / self.mean).exp()
    }
    fn laplace(&self, s: Complex64) -> Complex64 {
        (1.0 + s * self.mean).inv()
    }
    fn scaled(&self, factor: f64) -> Self {
        Self {
            mean: self.mean * factor,
        }
    }
    fn describe(&self) -> String {
        format!("exponential, mean {}", seconds(self.mean))
    }
}

impl Hyperexponential {
    /// Returns the two phases: the probability of each and its mean, the shorter first.
    pub fn phases(&self) -> [(f64, f64); 2] {
        [(self.p, self.means[0]), (1.0 - self.p, self.means[1])]
    }
}

impl Law for Hyperexponential {
    #[inline]
    fn sample(&self, rng: &mut Stream) -> f64 {
        let phase = usize::from(self.p <= rng.open01());
        let unit: f64 = Exp1.sample(rng);
        self.means[phase] * unit
    }
    fn mean(&self) -> f64 {
        self.phases().iter().map(|(p, mean)| p * mean).sum()
    }
    fn variance(&self) -> f64 {
        let square: f64 = self.phases().iter().map(|(p, mean)| 2.0 * p * mean * mean).sum();
        square - self.mean().powi(2)
    }
    fn third_moment(&self) -> f64 {
        self.phases().iter().map(|(p, mean)| 6.0 * p * mean.powi(3)).sum()
    }
    fn survival(&self, x: f64) -> f64 {
        self.phases().iter().map(|(p, mean)| p * (-x / mean).exp()).sum()
    }
    fn laplace(&self, s: Complex64) -> Complex64 {
        self.phases()
            .iter()
            .map(|&(p, mean)| p * (1.0 + s * mean).inv())
            .sum()
    }
    fn scaled(&self, factor: f64) -> Self {
        Self {
            p: self.p,
            means: self.means.map(|mean| mean * factor),
        }
    }
    fn describe(&self) -> String {
        format!("hyperexponential, {}", mean_and_cv(self))
    }
}
