//! What `compare` and `sweep` vary: every combination of values, each a scenario of its own.

use std::path::Path;

use plimsoll::{
    experiment::{
        Variant,
        sweep::{Axis, Made},
    },
    scenario::{self, Override},
};

use super::{Failure, conduct::ExperimentArgs, ui::Ui};

/// Combinations that there may be: all of them are in memory at once.
const MOST_VARIANTS: usize = 256;

/// Returns how many combinations there are.
fn count(axes: &[Axis]) -> Result<usize, Failure> {
    let counts = axes.iter().map(|axis| axis.values.len());
    let count = counts.into_iter().try_fold(1_usize, usize::checked_mul);
    check_count(count.unwrap_or(usize::MAX))
}

/// Returns this number of combinations, unless it is too large.
pub(super) fn check_count(count: usize) -> Result<usize, Failure> {
    Some(count)
        .filter(|&count| count <= MOST_VARIANTS)
        .ok_or_else(|| {
            let text =
                format!("error: more than {MOST_VARIANTS} combinations\nhelp: vary fewer values at a time\n");
            Failure::Unusable(text)
        })
}

/// Loads every combination of the values; tells the mistakes of all of them.
pub(super) fn variants(
    path: &Path,
    axes: &[Axis],
    how: &ExperimentArgs,
    ui: &Ui,
) -> Result<Vec<Variant>, Failure> {
    let (mut variants, mut mistakes) = (Vec::new(), String::new());
    for number in 0..count(axes)? {
        let values = combination(axes, number);
        let changes = changes(axes, &values, how);
        match scenario::load(path, &changes) {
            Ok(loaded) => {
                let mut scenario = loaded.scenario;
                how.conduct.apply(&mut scenario);
                variants.push(Variant {
                    label: label(axes, &values),
                    scenario,
                });
            }
            Err(error) => mistakes += &error.render(ui.color_stderr()),
        }
    }
    if mistakes.is_empty() {
        Ok(variants)
    } else {
        Err(Failure::Unusable(mistakes))
    }
}

/// Finds the mistakes of every combination of the values, but for those that are merely too much work.
pub(super) fn check(path: &Path, axes: &[Axis], how: &ExperimentArgs, ui: &Ui) -> Result<(), Failure> {
    let combinations = (0..count(axes)?).map(|number| (axes, combination(axes, number)));
    check_all(path, combinations, how, ui)
}

/// Finds the mistakes of every value by itself, where there are too many combinations to look at.
pub(super) fn check_each(path: &Path, axes: &[Axis], how: &ExperimentArgs, ui: &Ui) -> Result<(), Failure> {
    let alone = axes.iter().flat_map(|axis| {
        let values = axis.values.iter();
        values.map(move |value| (std::slice::from_ref(axis), vec![value.as_str()]))
    });
    check_all(path, alone, how, ui)
}

fn check_all<'a>(
    path: &Path,
    all: impl Iterator<Item = (&'a [Axis], Vec<&'a str>)>,
    how: &ExperimentArgs,
    ui: &Ui,
) -> Result<(), Failure> {
    let mut mistakes = String::new();
    for (axes, values) in all {
        let values: Vec<String> = values.into_iter().map(str::to_owned).collect();
        if let Err(error) = make(path, axes, &values, how) {
            mistakes += &error.render(ui.color_stderr());
        }
    }
    if mistakes.is_empty() {
        Ok(())
    } else {
        Err(Failure::Unusable(mistakes))
    }
}

/// Returns what a scenario is like with a value for each axis.
pub(super) fn make(
    path: &Path,
    axes: &[Axis],
    values: &[String],
    how: &ExperimentArgs,
) -> Result<Made, scenario::LoadError> {
    let mut changes = changes(axes, values, how);
    let strict = match scenario::load(path, &changes) {
        Ok(loaded) => {
            let mut scenario = loaded.scenario;
            how.conduct.apply(&mut scenario);
            return Ok(Made::Sound(Box::new(scenario)));
        }
        Err(error) => error,
    };
    changes.push(Override::new("run.allow_overload", "true"));
    // If that makes it right, too much work was all that was wrong.
    scenario::load(path, &changes)
        .map(|loaded| {
            let mut scenario = loaded.scenario;
            how.conduct.apply(&mut scenario);
            Made::Overloaded(Box::new(scenario))
        })
        .map_err(|_| strict)
}

/// What the command line changes anyway, and a value for each axis.
fn changes(axes: &[Axis], values: &[impl AsRef<str>], how: &ExperimentArgs) -> Vec<Override> {
    let varied = axes.iter().zip(values);
    let varied = varied.map(|(axis, value)| Override::new(&axis.path, value.as_ref()));
    how.change.changes.iter().cloned().chain(varied).collect()
}

/// The values of one combination; the last axis turns fastest.
fn combination(axes: &[Axis], mut number: usize) -> Vec<&str> {
    let mut values: Vec<&str> = axes
        .iter()
        .rev()
        .map(|axis| {
            let value = &axis.values[number % axis.values.len()];
            number /= axis.values.len();
            value.as_str()
        })
        .collect();
    values.reverse();
    values
}

/// The name of a single thing that is varied says enough, `random`; a number is told with what it counts, as several
/// values are: by the last part of its path, `servers=8`.
fn label(axes: &[Axis], values: &[&str]) -> String {
    if let [value] = values
        && value.starts_with(|c: char| c.is_alphabetic() || "\"'{[".contains(c))
        && !matches!(*value, "true" | "false")
    {
        return (*value).to_owned();
    }
    let part = |(axis, value): (&Axis, &&str)| {
        format!("{}={value}", axis.path.rsplit('.').next().unwrap_or(&axis.path))
    };
    axes.iter().zip(values).map(part).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_told_with_what_it_counts_and_a_name_alone() {
        for (axis, expected) in [
            ("service.web.balancer=random", "random"),
            ("service.web.servers=8", "servers=8"),
            ("service.web.balancer.report_every=20 ms", "report_every=20 ms"),
            ("run.allow_overload=true", "allow_overload=true"),
        ] {
            let axes: Vec<Axis> = vec![axis.parse().unwrap()];
            assert_eq!(label(&axes, &combination(&axes, 0)), expected);
        }
    }

    #[test]
    fn combinations_cover_every_value_of_every_axis_once() {
        let axes: Vec<Axis> = vec!["x.a=1,2".parse().unwrap(), "x.b=3,4,5".parse().unwrap()];
        let labels: Vec<String> = (0..6)
            .map(|number| label(&axes, &combination(&axes, number)))
            .collect();
        assert_eq!(
            labels,
            [
                "a=1, b=3", "a=1, b=4", "a=1, b=5", "a=2, b=3", "a=2, b=4", "a=2, b=5"
            ]
        );
    }
}
