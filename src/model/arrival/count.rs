//! How many: requests in a batch or a session.

use rand_distr::{Distribution, Exp1};

use crate::{
    config::{Node, Problems, Shape, Spanned, Table, Tree, Value},
    rng::Stream,
};

/// A number of requests, at least 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Count {
    /// Always this many, at least 1.
    Fixed(u32),
    /// Geometric on 1, 2, 3, …: after each request there is another with the same chance.
    Geometric {
        /// The mean, at least 1.
        mean: f64,
    },
}

crate::config_table! {
    /// A number that varies: after each request there is another with the same chance.
    struct Varying: "a varying number" {
        /// The mean, at least 1.
        mean: Spanned<f64>,
    }
}

impl Count {
    /// Returns the mean.
    pub fn mean(self) -> f64 {
        match self {
            Self::Fixed(count) => f64::from(count),
            Self::Geometric { mean } => mean,
        }
    }

    /// Returns the mean of the square.
    pub fn square_mean(self) -> f64 {
        match self {
            Self::Fixed(count) => f64::from(count).powi(2),
            // The variance is m² − m.
            Self::Geometric { mean } => 2.0 * mean * mean - mean,
        }
    }

    /// Draws a number; a fixed one draws nothing.
    #[inline]
    pub(super) fn sample(self, rng: &mut Stream) -> u32 {
        match self {
            Self::Fixed(count) => count,
            Self::Geometric { mean } => {
                // The whole part of an exponential is geometric; the rate makes P(more) = 1 − 1/m.
                let unit: f64 = Exp1.sample(rng);
                let rate = -libm::log1p(-1.0 / mean);
                ((unit / rate) as u32).saturating_add(1)
            }
        }
    }
}

impl Value for Count {
    fn shape() -> Shape {
        let whole = Shape::Integer {
            low: 1,
            high: i64::from(u32::MAX),
        };
        Shape::OneOf(vec![whole, Varying::shape()])
    }

    fn read(node: &Node, problems: &Problems) -> Option<Self> {
        let help = "write a whole number from 1 on, or `{ mean = 4.5 }` for a number that varies";
        match &node.tree {
            Tree::Table(_) => {
                let section = crate::config::Section::open(node, "a varying number", problems)?;
                let varying = Varying::read_fields(&section);
                section.finish();
                let mean = varying?.mean;
                if (1.0..=1e9).contains(&mean.value) {
                    return Some(Self::Geometric { mean: mean.value });
                }
                let fault = format!("a mean of {} requests is not from 1 to 1e9", mean.value);
                problems.error(&mean.span, fault, "out of range", help);
            }
            Tree::Integer(count) => match u32::try_from(*count) {
                Ok(count) if 0 < count => return Some(Self::Fixed(count)),
                _ => problems.error(
                    &node.span,
                    format!("{count} is no number of requests"),
                    "out of range",
                    help,
                ),
            },
            _ => {
                let fault = format!("expected a number of requests, found {}", node.kind());
                problems.error(&node.span, fault, "here", help);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{model::arrival::testing::agrees, rng::Seed};

    #[test]
    fn a_varying_number_has_the_moments_it_says() {
        let mut rng = Seed(12).replication(0).stream("count");
        let count = Count::Geometric { mean: 4.0 };
        let drawn: Vec<f64> = (0..100_000).map(|_| f64::from(count.sample(&mut rng))).collect();
        let mean = |of: fn(f64) -> f64| drawn.iter().map(|&x| of(x)).sum::<f64>() / drawn.len() as f64;
        agrees(mean(|x| x), 4.0, 4.1, 0.012);
        agrees(mean(|x| x * x), 28.0, 29.0, 0.02);
        assert!((count.square_mean() - 28.0).abs() < 1e-12);
        let ones = mean(|x| f64::from(u8::from(x < 1.5)));
        agrees(ones, 0.25, 0.26, 0.02);
    }

    #[test]
    fn a_mean_of_one_is_always_one() {
        let mut rng = Seed(12).replication(0).stream("count");
        assert!((0..1_000).all(|_| Count::Geometric { mean: 1.0 }.sample(&mut rng) == 1));
    }
}
