//! Distributions made of others: a mixture, and a shift by a fixed time.

use std::sync::Arc;

use num_complex::Complex64;

use super::{Dist, DistError, error::Check, law::Law, mean_and_cv, settings::report};
use crate::{
    config::{Entry, EntryInfo, Family, FieldInfo, Node, Problems, Section, Shape, Table, Value},
    config_table,
    rng::Stream,
    units::{SimDuration, figures, seconds},
};

pub(super) const MIXTURE: Entry<Dist> = Entry {
    name: "mixture",
    summary: "one of several distributions, chosen by weight",
    example: "parts = [{ weight = 9, distribution = \"exponential\", mean = \"2 ms\" }, \
              { weight = 1, distribution = \"exponential\", mean = \"80 ms\" }]",
    fields: MixtureSettings::fields,
    read: read_mixture,
};

pub(super) const SHIFTED: Entry<Dist> = Entry {
    name: "shifted",
    summary: "a fixed time and then a distribution",
    example: "by = \"1 ms\", of = { distribution = \"exponential\", mean = \"9 ms\" }",
    fields: ShiftedSettings::fields,
    read: read_shifted,
};

config_table! {
    /// One of several distributions.
    struct MixtureSettings: "a mixture" {
        /// The distributions, each with its weight; the weights need not add up to 1.
        parts: Vec<Part>,
    }
}

config_table! {
    /// A fixed time and then a distribution.
    struct ShiftedSettings: "a shifted distribution" {
        /// The fixed time; it may be zero.
        by: SimDuration,
        /// What comes on top of it.
        of: Inner,
    }
}

/// A part of a mixture: a distribution's table with a `weight` besides.
#[derive(Clone, Debug)]
struct Part {
    weight: f64,
    dist: Dist,
}

/// What a part is called.
const PART: &str = "a part of a mixture";

/// The parts of a mixture that is itself a part: the same again, so only its name is given.
fn nested_parts() -> FieldInfo {
    FieldInfo {
        name: "parts",
        doc: "The distributions, each with its weight.".to_owned(),
        shape: Shape::List(Box::new(Shape::Reference(PART))),
        default: None,
        required: true,
    }
}

impl Value for Part {
    fn shape() -> Shape {
        let weight = FieldInfo {
            name: "weight",
            doc: "How often this part is taken, against the weights of the others.".to_owned(),
            shape: f64::shape(),
            default: None,
            required: true,
        };
        let info = |entry: &&'static Entry<Dist>| EntryInfo {
            name: entry.name,
            summary: entry.summary,
            example: entry.example,
            fields: if entry.name == MIXTURE.name {
                vec![nested_parts()]
            } else {
                (entry.fields)()
            },
        };
        Shape::Family {
            what: PART,
            tag: Dist::TAG,
            shorthand: false,
            default: None,
            common: vec![weight],
            entries: Dist::entries().iter().map(info).collect(),
        }
    }

    fn read(node: &Node, problems: &Problems) -> Option<Self> {
        let section = Section::open(node, PART, problems)?;
        let weight = section.field("weight", None);
        let dist = Dist::read_tagged(&section, None);
        section.finish();
        Some(Self {
            weight: weight?,
            dist: dist?,
        })
    }
}

/// A distribution inside another one, whose shape is described once and for all outside.
#[derive(Clone, Debug)]
struct Inner(Dist);

impl Value for Inner {
    fn shape() -> Shape {
        Shape::OneOf(vec![SimDuration::shape(), Shape::Reference(Dist::WHAT)])
    }
    fn read(node: &Node, problems: &Problems) -> Option<Self> {
        Dist::read(node, problems).map(Self)
    }
}

fn read_mixture(section: &Section<'_>) -> Option<Dist> {
    let settings = MixtureSettings::read_fields(section)?;
    let parts = settings.parts.into_iter().map(|part| (part.weight, part.dist));
    report(section, Dist::mixture(parts))
}

fn read_shifted(section: &Section<'_>) -> Option<Dist> {
    let settings = ShiftedSettings::read_fields(section)?;
    report(section, Dist::shifted(settings.by.as_secs_f64(), settings.of.0))
}

/// One of several distributions, chosen by weight.
#[derive(Clone, Debug, PartialEq)]
pub struct Mixture {
    /// The probability of this part or one before it; the last is 1.
    up_to: Vec<f64>,
    parts: Vec<(f64, Dist)>,
}

/// A fixed time and then a distribution.
#[derive(Clone, Debug, PartialEq)]
pub struct Shifted {
    by: f64,
    of: Dist,
}

impl Dist {
    /// Returns the mixture of these distributions by their weights, which must be finite and greater than zero. A
    /// single part is returned as it is.
    pub fn mixture(parts: impl IntoIterator<Item = (f64, Self)>) -> Result<Self, DistError> {
        let mut parts: Vec<(f64, Self)> = parts.into_iter().collect();
        let mut check = Check::default();
        check.that(
            !parts.is_empty(),
            "parts",
            "a mixture of no parts",
            "empty",
            "list at least one distribution with its weight",
        );
        for (index, &(weight, _)) in parts.iter().enumerate() {
            check.that(
                (1e-12..=1e12).contains(&weight),
                "parts",
                format!("part {} of the mixture has the weight {weight}", index + 1),
                "no usable weight",
                "write a number greater than zero, or leave the part out",
            );
        }
        check.done(|| {
            if parts.len() == 1 {
                return parts.remove(0).1;
            }
            let total: f64 = parts.iter().map(|(weight, _)| weight).sum();
            let mut sum = 0.0;
            let mut up_to = Vec::with_capacity(parts.len());
            for (weight, _) in &mut parts {
                sum += *weight;
                *weight /= total;
                up_to.push(sum / total);
            }
            // Rounding must not leave a gap at the end.
            up_to.pop();
            up_to.push(1.0);
            Self::Mixture(Arc::new(Mixture { up_to, parts }))
        })
    }

    /// Returns the distribution of `by` and a number drawn from `of` together; `by` may be zero.
    pub fn shifted(by: f64, of: Self) -> Result<Self, DistError> {
        let mut check = Check::default();
        check.time_or_zero("by", by);
        check.done(|| ())?;
        match of {
            of if by == 0.0 => Ok(of),
            // Two times that can be used may be too long together.
            Self::Constant(value) => {
                Self::constant(by + value.mean()).map_err(|error| error.within("by", "together"))
            }
            of => Ok(Self::Shifted(Arc::new(Shifted { by, of }))),
        }
    }
}

impl Mixture {
    /// Returns the parts and their probabilities.
    pub fn parts(&self) -> &[(f64, Dist)] {
        &self.parts
    }

    fn average(&self, f: impl Fn(&Dist) -> f64) -> f64 {
        self.parts.iter().map(|(share, dist)| share * f(dist)).sum()
    }
}

impl Law for Mixture {
    #[inline]
    fn sample(&self, rng: &mut Stream) -> f64 {
        let u = rng.open01();
        let part = self.up_to.partition_point(|&up_to| up_to <= u);
        self.parts[part].1.sample(rng)
    }
    fn mean(&self) -> f64 {
        self.average(Dist::mean)
    }
    fn variance(&self) -> f64 {
        // Within the parts and between them: no difference of large squares.
        let mean = self.mean();
        self.average(|dist| dist.variance() + (dist.mean() - mean).powi(2))
    }
    fn third_moment(&self) -> f64 {
        self.average(Dist::third_moment)
    }
    fn survival(&self, x: f64) -> f64 {
        // The shares may add up to a last digit more than 1.
        self.average(|dist| dist.survival(x)).min(1.0)
    }
    fn laplace(&self, s: Complex64) -> Complex64 {
        self.parts
            .iter()
            .map(|(share, dist)| *share * dist.laplace(s))
            .sum()
    }
    fn scaled(&self, factor: f64) -> Self {
        let scale = |(share, dist): &(f64, Dist)| (*share, dist.scaled(factor));
        Self {
            up_to: self.up_to.clone(),
            parts: self.parts.iter().map(scale).collect(),
        }
    }
    fn describe(&self) -> String {
        if 3 < self.parts.len() {
            return format!("mixture of {} parts, {}", self.parts.len(), mean_and_cv(self));
        }
        let part =
            |(share, dist): &(f64, Dist)| format!("{} % {}", figures(share * 100.0, 3), dist.describe());
        let parts: Vec<String> = self.parts.iter().map(part).collect();
        format!("mixture of {}", parts.join("; "))
    }
}

impl Law for Shifted {
    #[inline]
    fn sample(&self, rng: &mut Stream) -> f64 {
        self.by + self.of.sample(rng)
    }
    fn mean(&self) -> f64 {
        self.by + self.of.mean()
    }
    fn variance(&self) -> f64 {
        self.of.variance()
    }
    fn third_moment(&self) -> f64 {
        let (by, mean) = (self.by, self.of.mean());
        let square = self.of.variance() + mean * mean;
        self.of.third_moment() + by * (3.0 * square + by * (3.0 * mean + by))
    }
    fn survival(&self, x: f64) -> f64 {
        self.of.survival(x - self.by)
    }
    fn laplace(&self, s: Complex64) -> Complex64 {
        (-s * self.by).exp() * self.of.laplace(s)
    }
    fn scaled(&self, factor: f64) -> Self {
        Self {
            by: self.by * factor,
            of: self.of.scaled(factor),
        }
    }
    fn describe(&self) -> String {
        format!("{} and then {}", seconds(self.by), self.of.describe())
    }
}
