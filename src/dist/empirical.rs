//! Empirical: drawn from measured values, or from a histogram of them.

use std::sync::Arc;

use num_complex::Complex64;

use super::{Dist, DistError, error::Check, law::Law, mean_and_cv, settings::report};
use crate::{
    config::{Entry, Section, Table},
    config_table,
    rng::Stream,
    units::SimDuration,
};

pub(super) const ENTRY: Entry<Dist> = Entry {
    name: "empirical",
    summary: "drawn from measured values, listed here or in a CSV file",
    example: "values = [\"8 ms\", \"9 ms\", \"9 ms\", \"31 ms\"]",
    fields: Settings::fields,
    read,
};

config_table! {
    /// Times drawn from measured ones.
    struct Settings: "an empirical distribution" {
        /// The measured values, each as likely as the next.
        values: Option<Vec<SimDuration>>,
        /// A CSV file beside the scenario, in seconds: with a column `value`, or with the columns `low`, `high` and
        /// `count` of a histogram, within whose buckets every value is as likely.
        file: Option<String>,
    }
}

fn read(section: &Section<'_>) -> Option<Dist> {
    let settings = Settings::read_fields(section)?;
    match (settings.values, settings.file) {
        (Some(values), None) => {
            let values = values.into_iter().map(SimDuration::as_secs_f64);
            report(section, Dist::empirical(values))
        }
        (None, Some(_)) => {
            let text = section.file("file")?;
            match from_csv(&text) {
                Ok(made) => report(
                    section,
                    made.map_err(|error| error.within("file", "cannot use the file")),
                ),
                Err(fault) => {
                    let span = section.node("file").map_or(section.span(), |node| &node.span);
                    let help = "write a header `value` and one time in seconds per line, or a header `low,high,count`";
                    section.problems().error(span, fault, "this file", help);
                    None
                }
            }
        }
        (values, _) => {
            let fault = if values.is_some() {
                "both `values` and `file` are given"
            } else {
                "neither `values` nor `file` is given"
            };
            let help = "list the `values` here, or name a CSV `file` that holds them";
            section
                .problems()
                .error(section.span(), fault, "exactly one is needed", help);
            None
        }
    }
}

/// Reads samples or a histogram; says what is wrong with the text itself.
fn from_csv(text: &str) -> Result<Result<Dist, DistError>, String> {
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let header = reader.headers().map_err(|error| error.to_string())?.clone();
    let column = |name: &str| header.iter().position(|field| field == name);
    let columns = match (column("value"), column("low"), column("high"), column("count")) {
        (Some(value), ..) => vec![value],
        (None, Some(low), Some(high), Some(count)) => vec![low, high, count],
        _ => {
            return Err(
                "the file has neither a column `value` nor the columns `low`, `high` and `count`".to_owned(),
            );
        }
    };
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        let line = record.position().map_or(0, csv::Position::line);
        let number = |&index: &usize| {
            let field = record.get(index).unwrap_or_default();
            field
                .parse::<f64>()
                .map_err(|_| format!("`{field}` on line {line} of the file is not a number"))
        };
        rows.push(columns.iter().map(number).collect::<Result<Vec<f64>, String>>()?);
    }
    Ok(if columns.len() == 1 {
        Dist::empirical(rows.iter().map(|row| row[0]))
    } else {
        Dist::histogram(rows.iter().map(|row| (row[0], row[1], row[2])))
    })
}

/// Drawn from a list of measured values, each as likely as the next.
#[derive(Clone, Debug, PartialEq)]
pub struct Empirical {
    sorted: Vec<f64>,
    /// The values for the transform, each with its probability: neighbors are averaged when there are very many.
    groups: Vec<(f64, f64)>,
    mean: f64,
    variance: f64,
    third_moment: f64,
}

impl Dist {
    /// Returns the distribution of a value picked evenly from these, which may be zero.
    pub fn empirical(values: impl IntoIterator<Item = f64>) -> Result<Self, DistError> {
        let mut sorted: Vec<f64> = values.into_iter().collect();
        let mut check = Check::default();
        let help = "give at least one measured value";
        check.that(!sorted.is_empty(), "values", "there are no values", "empty", help);
        // One bad value stands for all of them: a file may hold a million.
        let bad = |value: &&f64| !(0.0..=1e12).contains(*value) || (0.0 < **value && **value < 1e-12);
        if let Some(&bad) = sorted.iter().find(bad) {
            check.time_or_zero("values", bad);
        }
        check.done(|| {
            sorted.sort_by(f64::total_cmp);
            if sorted.first() == sorted.last() {
                return Self::constant(sorted[0]).expect("the value is checked");
            }
            Self::Empirical(Arc::new(Empirical::new(sorted)))
        })
    }

    /// Returns the distribution of a histogram of `(low, high, count)`: a bucket by its count, then evenly within it.
    /// Buckets without a count are left out; one whose bounds meet is a constant.
    pub fn histogram(buckets: impl IntoIterator<Item = (f64, f64, f64)>) -> Result<Self, DistError> {
        let mut parts = Vec::new();
        for (index, bucket) in buckets.into_iter().enumerate() {
            let place = |error: DistError| error.within("buckets", &format!("bucket {}", index + 1));
            parts.extend(part_of(bucket).map_err(place)?);
        }
        let mut check = Check::default();
        let help = "give at least one bucket with a count";
        check.that(
            !parts.is_empty(),
            "buckets",
            "all buckets are empty",
            "empty",
            help,
        );
        check.done(|| Self::mixture(parts).expect("the counts are checked"))
    }
}

/// Turns a bucket of a histogram into a part of a mixture; an empty one is none.
fn part_of((low, high, count): (f64, f64, f64)) -> Result<Option<(f64, Dist)>, DistError> {
    let mut check = Check::default();
    let fits = count == 0.0 || (1e-12..=1e12).contains(&count);
    let help = "write how many values fell into the bucket";
    check.that(
        fits,
        "count",
        format!("`count` cannot be {count}"),
        "no usable count",
        help,
    );
    check
        .done(|| count != 0.0)?
        .then(|| {
            let bucket = if high - low == 0.0 {
                Dist::constant(low)
            } else {
                Dist::uniform(low, high)
            };
            bucket.map(|bucket| (count, bucket))
        })
        .transpose()
}

/// How many terms the transform has at most. A million samples would otherwise make every inversion crawl; averaging
/// 1/8192 of them at a time changes the transform by less than a sample of that size is uncertain anyway.
const GROUPS: usize = 8192;

impl Empirical {
    fn new(sorted: Vec<f64>) -> Self {
        let average =
            |f: &dyn Fn(f64) -> f64| sorted.iter().map(|&x| f(x)).sum::<f64>() / sorted.len() as f64;
        let mean = average(&|x| x);
        let variance = average(&|x| (x - mean).powi(2));
        let third_moment = average(&|x| x.powi(3));
        let count = sorted.len() as f64;
        let group = |values: &[f64]| {
            let size = values.len() as f64;
            (size / count, values.iter().sum::<f64>() / size)
        };
        let groups = sorted.chunks(sorted.len().div_ceil(GROUPS)).map(group).collect();
        Self {
            sorted,
            groups,
            mean,
            variance,
            third_moment,
        }
    }

    /// Returns the values in rising order.
    pub fn values(&self) -> &[f64] {
        &self.sorted
    }
}

impl Law for Empirical {
    #[inline]
    fn sample(&self, rng: &mut Stream) -> f64 {
        self.sorted[rng.below(self.sorted.len())]
    }
    fn mean(&self) -> f64 {
        self.mean
    }
    fn variance(&self) -> f64 {
        self.variance
    }
    fn third_moment(&self) -> f64 {
        self.third_moment
    }
    fn survival(&self, x: f64) -> f64 {
        let up_to = self.sorted.partition_point(|&value| value <= x);
        (self.sorted.len() - up_to) as f64 / self.sorted.len() as f64
    }
    fn laplace(&self, s: Complex64) -> Complex64 {
        self.groups
            .iter()
            .map(|&(share, value)| share * (-s * value).exp())
            .sum()
    }
    fn scaled(&self, factor: f64) -> Self {
        Self::new(self.sorted.iter().map(|value| value * factor).collect())
    }
    fn describe(&self) -> String {
        format!("empirical, {} values, {}", self.sorted.len(), mean_and_cv(self))
    }
}
