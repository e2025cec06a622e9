//! Pareto: a power law, without end or between two bounds, as file sizes and session lengths follow it.

use std::{
    f64::consts::{FRAC_PI_4, TAU},
    sync::Arc,
};

use num_complex::Complex64;
use rand_distr::{Distribution, Exp1};

use super::{
    Dist, DistError,
    error::Check,
    law::{Law, trapezoid},
    settings::report,
};
use crate::{
    config::{Entry, Section, Table},
    config_table,
    rng::Stream,
    units::{SimDuration, figures, seconds},
};

pub(super) const PARETO: Entry<Dist> = Entry {
    name: "pareto",
    summary: "a power law without end; its variance is infinite at shape 2 and below",
    example: "mean = \"10 ms\", shape = 2.5",
    fields: Settings::fields,
    read,
};

pub(super) const BOUNDED_PARETO: Entry<Dist> = Entry {
    name: "bounded-pareto",
    summary: "a power law between two bounds",
    example: "low = \"1 ms\", high = \"10 s\", shape = 1.1",
    fields: BoundedSettings::fields,
    read: read_bounded,
};

config_table! {
    /// Times with a power-law tail.
    struct Settings: "a Pareto distribution" {
        /// The mean time.
        mean: SimDuration,
        /// The exponent of the tail, above 1 and up to 1000: the smaller, the heavier.
        shape: f64,
    }
}

config_table! {
    /// Times with a power-law tail that is cut off.
    struct BoundedSettings: "a bounded Pareto distribution" {
        /// The shortest time.
        low: SimDuration,
        /// The longest time.
        high: SimDuration,
        /// The exponent of the tail, from 0.01 to 100: the smaller, the heavier.
        shape: f64,
    }
}

fn read(section: &Section<'_>) -> Option<Dist> {
    let settings = Settings::read_fields(section)?;
    report(section, Dist::pareto(settings.mean.as_secs_f64(), settings.shape))
}

fn read_bounded(section: &Section<'_>) -> Option<Dist> {
    let settings = BoundedSettings::read_fields(section)?;
    let (low, high) = (settings.low.as_secs_f64(), settings.high.as_secs_f64());
    report(section, Dist::bounded_pareto(low, high, settings.shape))
}

/// The Pareto distribution.
#[derive(Clone, Debug, PartialEq)]
pub struct Pareto {
    low: f64,
    shape: f64,
}

/// The Pareto distribution cut off at an upper bound.
#[derive(Clone, Debug, PartialEq)]
pub struct BoundedPareto {
    low: f64,
    high: f64,
    shape: f64,
    /// `1 − (low/high)^shape`, the part of the unbounded distribution that lies between the bounds.
    kept: f64,
}

impl Dist {
    /// Returns the Pareto distribution of this mean and shape, `1 < shape ≤ 1000`. Its variance is infinite when the
    /// shape is 2 or less, its third moment when it is 3 or less.
    pub fn pareto(mean: f64, shape: f64) -> Result<Self, DistError> {
        let mut check = Check::default();
        check.time("mean", mean);
        if (0.0..=1.0).contains(&shape) {
            check.that(
                false,
                "shape",
                format!("`shape` cannot be {shape}: the mean would be infinite"),
                "not above 1",
                "raise it above 1, or use `distribution = \"bounded-pareto\"`",
            );
        } else {
            check_shape(
                &mut check,
                (1.0..=1000.0).contains(&shape),
                shape,
                "write a shape above 1 and up to 1000",
            );
        }
        check.done(|| {
            Self::Pareto(Pareto {
                low: mean * (shape - 1.0) / shape,
                shape,
            })
        })
    }

    /// Returns the Pareto distribution between `low` and `high`, for `0 < low < high` and `0.01 ≤ shape ≤ 100`.
    pub fn bounded_pareto(low: f64, high: f64, shape: f64) -> Result<Self, DistError> {
        let mut check = Check::default();
        check.time("low", low);
        check.time("high", high);
        check.that(
            low.is_nan() || high.is_nan() || low < high,
            "high",
            "`high` is not above `low`",
            "too low",
            "raise `high` or lower `low`",
        );
        check_shape(
            &mut check,
            (0.01..=100.0).contains(&shape),
            shape,
            "write a shape from 0.01 to 100",
        );
        check.done(|| {
            Self::BoundedPareto(Arc::new(BoundedPareto {
                low,
                high,
                shape,
                kept: -libm::expm1(shape * libm::log(low / high)),
            }))
        })
    }
}

fn check_shape(check: &mut Check, fits: bool, shape: f64, help: &'static str) {
    check.that(
        fits,
        "shape",
        format!("`shape` cannot be {shape}"),
        "out of range",
        help,
    );
}

/// The transform at `q` of the Pareto distribution of this shape from 1 upward, `a·∫ v^(−a−1)·e^(−qv) dv`.
///
/// With `v = 1 + w` the path of `w` leaves 1 at an angle at which both factors fall, and with `w = e^y` the
/// trapezoidal rule reaches both the end at 0 and the tail at infinity.
fn unit_transform(shape: f64, q: Complex64) -> Complex64 {
    let lean = (q + shape + 1.0).arg().abs().max(q.arg().abs().min(FRAC_PI_4));
    let direction = Complex64::from_polar(1.0, -lean.copysign(q.im));
    let high = (40.0 / (q * direction).re).ln().min(34.0 / shape);
    let low = high.min(0.0) - 34.0 - (shape + 1.0).ln();
    let sum = trapezoid(low, high, TAU * 0.75 / 34.0, |y| {
        let w = direction * y.exp();
        w * (-(shape + 1.0) * (1.0 + w).ln() - q * w).exp()
    });
    shape * (-q).exp() * sum
}

impl Law for Pareto {
    #[inline]
    fn sample(&self, rng: &mut Stream) -> f64 {
        let unit: f64 = Exp1.sample(rng);
        self.low * libm::exp(unit / self.shape)
    }
    fn mean(&self) -> f64 {
        self.low * self.shape / (self.shape - 1.0)
    }
    fn variance(&self) -> f64 {
        if self.shape <= 2.0 {
            return f64::INFINITY;
        }
        self.mean().powi(2) / (self.shape * (self.shape - 2.0))
    }
    fn third_moment(&self) -> f64 {
        if self.shape <= 3.0 {
            return f64::INFINITY;
        }
        self.low.powi(3) * self.shape / (self.shape - 3.0)
    }
    fn survival(&self, x: f64) -> f64 {
        if x <= self.low {
            1.0
        } else {
            (self.low / x).powf(self.shape)
        }
    }
    fn laplace(&self, s: Complex64) -> Complex64 {
        unit_transform(self.shape, s * self.low)
    }
    fn scaled(&self, factor: f64) -> Self {
        Self {
            low: self.low * factor,
            shape: self.shape,
        }
    }
    fn describe(&self) -> String {
        let shape = figures(self.shape, 3);
        format!("Pareto, mean {}, shape {shape}", seconds(self.mean()))
    }
}

impl BoundedPareto {
    /// The mean of the `n`-th power, `(a·L^n/kept)·(1 − (L/H)^(a−n))/(a − n)`.
    fn moment(&self, n: i32) -> f64 {
        let log = (self.low / self.high).ln();
        let gap = self.shape - f64::from(n);
        // The quotient tends to −log as the shape approaches the order.
        let quotient = if gap.abs() < 1e-14 {
            -log
        } else {
            -(gap * log).exp_m1() / gap
        };
        self.shape * self.low.powi(n) / self.kept * quotient
    }
}

impl Law for BoundedPareto {
    #[inline]
    fn sample(&self, rng: &mut Stream) -> f64 {
        let left = 1.0 - rng.open01() * self.kept;
        (self.low * libm::pow(left, -self.shape.recip())).min(self.high)
    }
    fn mean(&self) -> f64 {
        self.moment(1)
    }
    fn variance(&self) -> f64 {
        // Rounding could make it negative when the bounds almost meet.
        (self.moment(2) - self.moment(1).powi(2)).max(0.0)
    }
    fn third_moment(&self) -> f64 {
        self.moment(3)
    }
    fn survival(&self, x: f64) -> f64 {
        if x <= self.low {
            1.0
        } else if self.high <= x {
            0.0
        } else {
            1.0 + (self.shape * (self.low / x).ln()).exp_m1() / self.kept
        }
    }
    fn laplace(&self, s: Complex64) -> Complex64 {
        let whole = unit_transform(self.shape, s * self.low);
        let beyond = unit_transform(self.shape, s * self.high);
        (whole - (1.0 - self.kept) * beyond) / self.kept
    }
    fn scaled(&self, factor: f64) -> Self {
        Self {
            low: self.low * factor,
            high: self.high * factor,
            ..*self
        }
    }
    fn describe(&self) -> String {
        let (low, high) = (seconds(self.low), seconds(self.high));
        let shape = figures(self.shape, 3);
        format!("bounded Pareto, {low} to {high}, shape {shape}")
    }
}
