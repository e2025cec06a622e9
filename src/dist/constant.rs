//! Constant: always the same.

use num_complex::Complex64;

use super::{Dist, DistError, error::Check, law::Law, settings::report};
use crate::{
    config::{Entry, Section, Table},
    config_table,
    rng::Stream,
    units::{SimDuration, seconds},
};

pub(super) const ENTRY: Entry<Dist> = Entry {
    name: "constant",
    summary: "always the same time; a bare duration means this too",
    example: "value = \"10 ms\"",
    fields: Settings::fields,
    read,
};

config_table! {
    /// Always the same time.
    struct Settings: "a constant" {
        /// The time; it may be zero.
        value: SimDuration,
    }
}

fn read(section: &Section<'_>) -> Option<Dist> {
    let settings = Settings::read_fields(section)?;
    report(section, Dist::constant(settings.value.as_secs_f64()))
}

/// Always the same number.
#[derive(Clone, Debug, PartialEq)]
pub struct Constant {
    value: f64,
}

impl Dist {
    /// Returns the distribution that is always `value`, which may be zero.
    pub fn constant(value: f64) -> Result<Self, DistError> {
        let mut check = Check::default();
        check.time_or_zero("value", value);
        check.done(|| Self::Constant(Constant { value }))
    }
}

impl Law for Constant {
    #[inline]
    fn sample(&self, _rng: &mut Stream) -> f64 {
        self.value
    }
    fn mean(&self) -> f64 {
        self.value
    }
    fn variance(&self) -> f64 {
        0.0
    }
    fn third_moment(&self) -> f64 {
        self.value.powi(3)
    }
    fn survival(&self, x: f64) -> f64 {
        if x < self.value { 1.0 } else { 0.0 }
    }
    fn laplace(&self, s: Complex64) -> Complex64 {
        (-s * self.value).exp()
    }
    fn scaled(&self, factor: f64) -> Self {
        Self {
            value: self.value * factor,
        }
    }
    fn describe(&self) -> String {
        format!("constant {}", seconds(self.value))
    }
}
