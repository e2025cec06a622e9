//! `plimsoll compare`: which variant is best, by how much, and is the difference real?

use std::{path::PathBuf, str::FromStr};

use plimsoll::{
    experiment::{self, Variant, results::Verdict},
    report::{self, Invocation, Output},
    scenario::{self, Override},
};

use super::{
    Failure, Format,
    conduct::{self, ExperimentArgs, Outcome, unwritable, unwritten},
    tell::Teller,
    ui::Ui,
};

/// Run variants of a scenario on the very same requests and rank them
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  plimsoll compare scenarios/web-tier.toml \\
    --vary service.web.balancer=random,round-robin,power-of-d,least-connections
  plimsoll compare my.toml --vary service.web.servers=8,10,12 --vary service.web.slots=1,2

Variants are ranked by the scenario's first objective, or else by the mean response.

Exit status: 0 done and the best variant meets every objective, 1 internal or machine failure,
2 unusable input, 3 done but even the best variant misses an objective, 130 interrupted.")]
pub(super) struct CompareArgs {
    /// Scenario file
    scenario: PathBuf,
    /// Values to compare, as in `service.web.servers=8,10,12`; several make all combinations
    #[arg(
        long = "vary",
        value_name = "PATH=A,B,…",
        required = true,
        help_heading = "Scenario"
    )]
    axes: Vec<Axis>,
    #[command(flatten)]
    experiment: ExperimentArgs,
}

/// Variants that one comparison may have: all of them are in memory at once.
const MOST_VARIANTS: usize = 256;

/// One thing that is varied, and its values.
#[derive(Clone, Debug, PartialEq)]
struct Axis {
    path: String,
    values: Vec<String>,
}

impl FromStr for Axis {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let form = "write it like `service.web.servers=8,10,12`";
        let (path, values) = text
            .split_once('=')
            .ok_or_else(|| format!("there is no `=` in it; {form}"))?;
        let values: Vec<String> = split_values(values)
            .into_iter()
            .map(|value| value.trim().to_owned())
            .collect();
        if path.trim().is_empty() || values.iter().any(String::is_empty) {
            return Err(format!("a path or a value is empty; {form}"));
        }
        if let Some((at, twice)) = values
            .iter()
            .enumerate()
            .find(|(at, value)| values[..*at].contains(value))
        {
            return Err(format!("value {} repeats `{twice}`", at + 1));
        }
        Ok(Self {
            path: path.trim().to_owned(),
            values,
        })
    }
}

/// Splits at the commas that stand outside of quotes, brackets and braces.
fn split_values(text: &str) -> Vec<&str> {
    let (mut depth, mut quoted, mut from) = (0_i32, false, 0);
    let mut values = Vec::new();
    for (at, character) in text.char_indices() {
        match character {
            '"' => quoted = !quoted,
            '[' | '{' if !quoted => depth += 1,
            ']' | '}' if !quoted => depth -= 1,
            ',' if !quoted && depth <= 0 => {
                values.push(&text[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    values.push(&text[from..]);
    values
}

pub(super) fn run(args: &CompareArgs) -> Result<u8, Failure> {
    let how = &args.experiment;
    let ui = Ui::new(how.output.quiet);
    let scenario = conduct::load(&args.scenario, &how.change, &how.output, &ui)?;
    let variants = variants(args, &ui)?;
    let folder = how.folder.folder(&scenario.name, 1);
    let mut output =
        Output::prepare(&folder, &report::names(report::COMPARE)).map_err(|error| unwritable(&error))?;
    let (comparison, wall_seconds) = how.conduct.carry_out(&scenario.name, &ui, |conduct| {
        experiment::compare(&variants, conduct)
    })?;
    let invocation = Invocation {
        command: "compare",
        wall_seconds,
    };
    let written = if 0 < comparison.variants[0].results.replications {
        report::write(report::COMPARE, &comparison, &invocation, &mut output)
    } else {
        ui.complain(conduct::NOTHING_FINISHED);
        Ok(())
    };
    match how.output.format {
        Format::Json => ui
            .print(&report::json::compare(&comparison, &invocation))
            .map_err(Failure::stdout)?,
        Format::Text => {
            ui.print(&report::table::compare(&comparison, &invocation, ui.style()))
                .map_err(Failure::stdout)?;
            Teller::new(&ui, how.output.format).files(&output)?;
        }
    }
    written.map_err(|error| unwritten(&error))?;
    let best = &comparison.variants[0].results;
    let mut outcome = Outcome {
        interrupted: comparison.interrupted,
        missed: !best.verdicts.iter().all(Verdict::is_met),
        ..Outcome::default()
    };
    for variant in &comparison.variants {
        ui.complain(&outcome.complaints(&variant.results));
    }
    Ok(outcome.code())
}

/// Loads every combination of the values; tells the mistakes of all of them.
fn variants(args: &CompareArgs, ui: &Ui) -> Result<Vec<Variant>, Failure> {
    let count = args
        .axes
        .iter()
        .map(|axis| axis.values.len())
        .try_fold(1_usize, usize::checked_mul);
    let Some(count) = count.filter(|&count| count <= MOST_VARIANTS) else {
        let text = format!("error: more than {MOST_VARIANTS} variants\nhelp: vary fewer values at a time\n");
        return Err(Failure::Unusable(text));
    };
    let (mut variants, mut mistakes) = (Vec::with_capacity(count), String::new());
    for number in 0..count {
        let values = combination(&args.axes, number);
        let mut changes = args.experiment.change.changes.clone();
        changes.extend(
            args.axes
                .iter()
                .zip(&values)
                .map(|(axis, value)| Override::new(&axis.path, value)),
        );
        match scenario::load(&args.scenario, &changes) {
            Ok(loaded) => {
                let mut scenario = loaded.scenario;
                args.experiment.conduct.apply(&mut scenario);
                variants.push(Variant {
                    label: label(&args.axes, &values),
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
    fn values_are_split_at_the_commas_between_them() {
        let axis: Axis = "service.web.balancer=random, { policy = \"power-of-d\", d = 3 },\"a,b\""
            .parse()
            .unwrap();
        assert_eq!(axis.path, "service.web.balancer");
        assert_eq!(
            axis.values,
            ["random", "{ policy = \"power-of-d\", d = 3 }", "\"a,b\""]
        );
    }

    #[test]
    fn a_wrong_axis_says_what_a_good_one_looks_like() {
        for (text, expected) in [
            (
                "servers",
                "there is no `=` in it; write it like `service.web.servers=8,10,12`",
            ),
            (
                "a=1,",
                "a path or a value is empty; write it like `service.web.servers=8,10,12`",
            ),
            ("a=1,2,1", "value 3 repeats `1`"),
        ] {
            assert_eq!(text.parse::<Axis>(), Err(expected.to_owned()));
        }
    }

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
