//! What `compare` and `sweep` vary: every combination of values, each a scenario of its own.

use std::path::Path;

use plimsoll::{
    config::Severity,
    experiment::{
        Variant,
        sweep::{Axis, Made},
    },
    scenario::{self, Input, LoadError, Override, Scenario},
};

use super::{
    Failure,
    conduct::{ExperimentArgs, uncertainty},
    spread::spread,
    ui::Ui,
};

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

/// Why a combination is left out, in the words of its first mistake.
pub(super) fn reason(error: &LoadError) -> String {
    let LoadError::Invalid(diagnosis) = error else {
        return "the scenario cannot be read".to_owned();
    };
    let mut findings = diagnosis.findings();
    let first = findings.find(|finding| finding.severity == Severity::Error);
    first.map_or_else(String::new, |finding| finding.message)
}

/// What is wrong with many variants; what is wrong with several of them is told once.
#[derive(Default)]
struct Mistakes {
    text: String,
    told: Vec<String>,
}

impl Mistakes {
    /// Notes what is wrong where the axes have these values.
    fn add(&mut self, error: &LoadError, axes: &[Axis], values: &[impl AsRef<str>], ui: &Ui) {
        let told: Vec<String> = match error {
            LoadError::Invalid(diagnosis) => diagnosis
                .findings()
                .filter(|finding| finding.severity == Severity::Error)
                .map(|finding| {
                    // What is wrong with a value is another mistake than the same with another value.
                    let place = finding.place.as_ref();
                    let is_in = |axis: &Axis| {
                        place.is_some_and(|place| {
                            let behind = axis.path.chars().count() + 1;
                            place.source == format!("--set {}", axis.path) && behind < place.column
                        })
                    };
                    let found = axes.iter().zip(values).find(|(axis, _)| is_in(axis));
                    found.map_or(finding.message.clone(), |(axis, value)| {
                        format!("{} {}={}", finding.message, axis.path, value.as_ref())
                    })
                })
                .collect(),
            other @ LoadError::Unreadable { .. } => vec![other.to_string()],
        };
        if told.iter().any(|mistake| !self.told.contains(mistake)) {
            self.text += &error.render(ui.color_stderr());
            self.told.extend(told);
        }
    }

    /// Notes what is uncertain where each value must be one.
    fn add_uncertainty(&mut self, scenario: &Scenario) {
        let told = uncertainty(scenario);
        if !told.is_empty() && !self.told.contains(&told) {
            self.text += &told;
            self.told.push(told);
        }
    }

    fn result(self) -> Result<(), Failure> {
        if self.text.is_empty() {
            Ok(())
        } else {
            Err(Failure::Unusable(self.text))
        }
    }
}

/// Loads every combination of the values; tells the mistakes of all of them. Where `all` was asked for, those that do not suit
/// the scenario are left out, with a note, unless none does.
pub(super) fn variants(
    path: &Path,
    axes: &[Axis],
    how: &ExperimentArgs,
    ui: &Ui,
) -> Result<(Vec<Variant>, Vec<String>), Failure> {
    let (axes, is_all) = spread(axes);
    let axes = &axes;
    let (mut variants, mut notes, mut mistakes) = (Vec::new(), Vec::new(), Mistakes::default());
    for number in 0..count(axes)? {
        let values = combination(axes, number);
        let changes = changes(axes, &values, how);
        match scenario::load(path, &changes) {
            Ok(loaded) if !loaded.scenario.inputs.is_empty() => {
                mistakes.add_uncertainty(&loaded.scenario);
            }
            Ok(loaded) => {
                let mut scenario = loaded.scenario;
                how.conduct.apply(&mut scenario);
                variants.push(Variant {
                    label: label(axes, &values),
                    scenario,
                });
            }
            Err(error) => {
                mistakes.add(&error, axes, &values, ui);
                notes.push(format!(
                    "`{}` is left out: {}",
                    label(axes, &values),
                    reason(&error)
                ));
            }
        }
    }
    if mistakes.text.is_empty() || is_all && !variants.is_empty() {
        Ok((variants, notes))
    } else {
        Err(Failure::Unusable(mistakes.text))
    }
}

/// Finds the mistakes of every combination of the values, but for those that are merely too much work.
pub(super) fn check(path: &Path, axes: &[Axis], how: &ExperimentArgs, ui: &Ui) -> Result<(), Failure> {
    let combinations = (0..count(axes)?).map(|number| (axes, combination(axes, number)));
    let mut mistakes = Mistakes::default();
    for made in check_all(path, combinations, how, ui, &mut mistakes) {
        mistakes.add_uncertainty(made.scenario());
    }
    mistakes.result()
}

/// Finds the mistakes of every value by itself, where there are too many combinations to look at.
pub(super) fn check_each(path: &Path, axes: &[Axis], how: &ExperimentArgs, ui: &Ui) -> Result<(), Failure> {
    let alone = axes.iter().flat_map(|axis| {
        let values = axis.values.iter();
        values.map(move |value| (std::slice::from_ref(axis), vec![value.as_str()]))
    });
    let mut mistakes = Mistakes::default();
    check_all(path, alone, how, ui, &mut mistakes);
    mistakes.result()
}

/// Finds the mistakes of the ends between which inputs lie.
pub(super) fn check_ends(
    path: &Path,
    inputs: &[Input],
    how: &ExperimentArgs,
    ui: &Ui,
) -> Result<(), Failure> {
    let ends = |input: &Input| {
        let values = input.ends()?.map(|value| input.write(value)).to_vec();
        Axis::listed(&input.path, values).ok()
    };
    let axes: Vec<Axis> = inputs.iter().filter_map(ends).collect();
    check_each(path, &axes, how, ui)
}

fn check_all<'a>(
    path: &Path,
    all: impl Iterator<Item = (&'a [Axis], Vec<&'a str>)>,
    how: &ExperimentArgs,
    ui: &Ui,
    mistakes: &mut Mistakes,
) -> Vec<Made> {
    let mut sound = Vec::new();
    for (axes, values) in all {
        match make(path, changes(axes, &values, how), how) {
            Ok(made) => sound.push(made),
            Err(error) => mistakes.add(&error, axes, &values, ui),
        }
    }
    sound
}

/// Returns what a scenario is like with these changes.
pub(super) fn make(
    path: &Path,
    mut changes: Vec<Override>,
    how: &ExperimentArgs,
) -> Result<Made, scenario::LoadError> {
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
pub(super) fn changes(axes: &[Axis], values: &[impl AsRef<str>], how: &ExperimentArgs) -> Vec<Override> {
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
