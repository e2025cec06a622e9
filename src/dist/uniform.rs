//! Uniform: evenly between two bounds.

use std::cmp::Ordering;

use num_complex::Complex64;

use super::{Dist, DistError, error::Check, law::Law, settings::report};
use crate::{
    config::{Entry, Section, Table},
    config_table,
    rng::Stream,
    units::{SimDuration, seconds},
};

pub(super) const ENTRY: Entry<Dist> = Entry {
    name: "uniform",
    summary: "evenly between two bounds",
    example: "low = \"5 ms\", high = \"15 ms\"",
    fields: Settings::fields,
    read,
};

config_table! {
    /// Evenly between two bounds.
    struct Settings: "a uniform distribution" {
        /// The shortest time; it may be zero.
        low: SimDuration,
        /// The longest time.
        high: SimDuration,
    }
}

fn read(section: &Section<'_>) -> Option<Dist> {
    let settings = Settings::read_fields(section)?;
    report(
        section,
        Dist::uniform(settings.low.as_secs_f64(), settings.high.as_secs_f64()),
    )
}

/// Evenly between two bounds.
#[derive(Clone, Debug, PartialEq)]
pub struct Uniform {
    low: f64,
    width: f64,
}

impl Dist {
    /// Returns the uniform distribution between `low` and `high`, for `0 ≤ low < high`.
    pub fn uniform(low: f64, high: f64) -> Result<Self, DistError> {
        let mut check = Check::default();
        check.time_or_zero("low", low);
        check.time_or_zero("high", high);
        match low.partial_cmp(&high) {
            Some(Ordering::Equal) => check.that(
                false,
                "high",
                "`low` and `high` are the same",
                "nothing between them",
                "use `distribution = \"constant\"` for a time that never varies",
            ),
            Some(Ordering::Greater) => {
                check.that(
                    false,
                    "high",
                    "`high` is below `low`",
                    "too low",
                    "exchange the two",
                );
            }
            _ => {}
        }
        check.done(|| {
            Self::Uniform(Uniform {
                low,
                width: high - low,
            })
        })
    }
}

impl Law for Uniform {
    #[inline]
    fn sample(&self, rng: &mut Stream) -> f64 {
        self.low + self.width * rng.open01()
    }
    fn mean(&self) -> f64 {
        self.low + self.width / 2.0
    }
    fn variance(&self) -> f64 {
        self.width * self.width / 12.0
    }
    fn third_moment(&self) -> f64 {
        let (a, b) = (self.low, self.low + self.width);
        (a + b) * (a * a + b * b) / 4.0
    }
    fn survival(&self, x: f64) -> f64 {
        (1.0 - (x - self.low) / self.width).clamp(0.0, 1.0)
    }
    fn laplace(&self, s: Complex64) -> Complex64 {
        let z = s * self.width;
        let start = (-s * self.low).exp();
        if 0.1 < z.norm() {
            return start * (1.0 - (-z).exp()) / z;
        }
        // The difference above would cancel: the series 1 − z/2! + z²/3! − … instead, nested from its ninth term.
        let series = (2..=9)
            .rev()
            .fold(Complex64::ONE, |rest, n| 1.0 - z / f64::from(n) * rest);
        start * series
    }
    fn scaled(&self, factor: f64) -> Self {
        Self {
            low: self.low * factor,
            width: self.width * factor,
        }
    }
    fn describe(&self) -> String {
        let high = self.low + self.width;
        format!("uniform, {} to {}", seconds(self.low), seconds(high))
    }
}
