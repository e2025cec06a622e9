//! Who takes part in a comparison: several scenario files, the combinations of what is varied, or both.

use std::path::{Path, PathBuf};

use plimsoll::{
    config::did_you_mean,
    experiment::{Criterion, Variant, sweep::Axis},
    scenario::{RunPlan, Scenario},
};

use super::{
    Failure,
    conduct::{self, ExperimentArgs},
    ui::Ui,
    vary,
};

/// The variants of a comparison, and what had to be changed for them to be comparable.
#[derive(Debug)]
pub(super) struct Lineup {
    /// The name of the first scenario, which the folder has as well.
    pub(super) name: String,
    pub(super) variants: Vec<Variant>,
    /// What they are compared by.
    pub(super) criteria: Vec<Criterion>,
    pub(super) notes: Vec<String>,
}

/// Loads everything that is to be compared; the mistakes of all files are told at once.
pub(super) fn load(
    files: &[PathBuf],
    axes: &[Axis],
    measures: &[String],
    how: &ExperimentArgs,
    ui: &Ui,
) -> Result<Lineup, Failure> {
    if let ([_], []) = (files, axes) {
        return Err(Failure::Unusable(
            "error: there is nothing to compare the scenario with\nhelp: vary a value of it, as in `--vary \
             service.web.servers=8,10,12`, or name several scenario files\n"
                .to_owned(),
        ));
    }
    let names = names(files)?;
    let (mut loaded, mut notes, mut mistakes) = (Vec::new(), Vec::new(), String::new());
    for path in files {
        let scenario = conduct::load(path, &how.change, &how.output, ui);
        let both = scenario.and_then(|scenario| Ok((scenario, vary::variants(path, axes, how, ui)?)));
        match both {
            Ok((scenario, (variants, left_out))) => {
                loaded.push((scenario, variants));
                notes.extend(left_out);
            }
            Err(Failure::Unusable(text)) => mistakes += &text,
            Err(machine) => return Err(machine),
        }
    }
    if !mistakes.is_empty() {
        return Err(Failure::Unusable(mistakes));
    }
    let (first, _) = &loaded[0];
    let criteria = criteria(first, measures)?;
    let name = first.name.clone();
    for ((scenario, _), other) in loaded.iter().zip(&names).skip(1) {
        let why = obstacle(&loaded[0].0, scenario, &criteria[0]);
        mistakes.extend(
            why.map(|why| format!("error: `{other}` cannot be compared with `{}`: {why}\n", names[0])),
        );
    }
    if !mistakes.is_empty() {
        return Err(Failure::Unusable(mistakes));
    }
    let runs: Vec<(String, RunPlan)> = loaded[0]
        .1
        .iter()
        .map(|variant| (variant.label.clone(), variant.scenario.run.clone()))
        .collect();
    let mut variants = Vec::new();
    for ((_, of_file), name) in loaded.into_iter().zip(&names) {
        for mut variant in of_file {
            // A combination that the first file leaves out is run as its first one.
            let same = runs.iter().find(|(label, _)| *label == variant.label);
            let (_, run) = same.unwrap_or(&runs[0]);
            let note = adopted(&variant.scenario.run, run, name, &names[0]);
            notes.extend(note.filter(|note| !notes.contains(note)));
            adopt(&mut variant.scenario.run, run);
            if let [_, _, ..] = files {
                variant.label = label(name, &variant.label);
            }
            variants.push(variant);
        }
    }
    vary::check_count(variants.len())?;
    Ok(Lineup {
        name,
        variants,
        criteria,
        notes,
    })
}

/// What variants are compared by: the measures that were named, or the usual ones.
fn criteria(first: &Scenario, measures: &[String]) -> Result<Vec<Criterion>, Failure> {
    if measures.is_empty() {
        return Ok(Criterion::usual(first));
    }
    let possible = Criterion::possible(first);
    let paths: Vec<String> = possible.iter().map(Criterion::path).collect();
    let (mut criteria, mut mistakes) = (Vec::new(), String::new());
    for (at, measure) in measures.iter().enumerate() {
        match paths.iter().position(|path| path == measure) {
            _ if measures[..at].contains(measure) => {
                mistakes += &format!("error: the measure `{measure}` is named twice\nhelp: name it once\n");
            }
            Some(found) => criteria.push(possible[found].clone()),
            None => {
                let hint = did_you_mean(measure, paths.iter().map(String::as_str));
                mistakes += &format!(
                    "error: variants cannot be compared by `{measure}`{hint}\nhelp: name a thing and one of its measures, as in \
                     `{}`; `plimsoll run` tells what is measured, and it must be better when it is higher, or when it is \
                     lower\n",
                    Criterion::usual(first)[0].path()
                );
            }
        }
    }
    if mistakes.is_empty() {
        Ok(criteria)
    } else {
        Err(Failure::Unusable(mistakes))
    }
}

/// Files are called by their stems, or by their whole paths where stems would not tell them apart.
fn names(files: &[PathBuf]) -> Result<Vec<String>, Failure> {
    let whole = |path: &PathBuf| path.display().to_string();
    let stem = |path: &PathBuf| {
        path.file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    };
    for (at, path) in files.iter().enumerate() {
        if files[..at].iter().any(|other| same(other, path)) {
            return Err(Failure::Unusable(format!(
                "error: `{}` is named twice\nhelp: a scenario has nothing to win against itself; name it once\n",
                path.display()
            )));
        }
    }
    let alike = |path: &PathBuf| files.iter().filter(|other| stem(other) == stem(path)).count();
    let name = |path: &PathBuf| if alike(path) == 1 { stem(path) } else { whole(path) };
    Ok(files.iter().map(name).collect())
}

fn same(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    real(one) == real(other)
}

fn label(file: &str, varied: &str) -> String {
    if varied.is_empty() {
        file.to_owned()
    } else {
        format!("{file}, {varied}")
    }
}

/// Why two scenarios cannot be compared, and what to do about it.
fn obstacle(first: &Scenario, other: &Scenario, ranked_by: &Criterion) -> Option<String> {
    let scale = |scenario: &Scenario| {
        if scenario.deployment.is_long() {
            "years of failures"
        } else {
            "requests"
        }
    };
    if scale(first) != scale(other) {
        return Some(format!(
            "it tells of {}, the other of {}\nhelp: give both a workload, or neither",
            scale(other),
            scale(first)
        ));
    }
    if !ranked_by.is_in(other) {
        return Some(format!(
            "variants are ranked by {} of `{}`, which it has not\nhelp: call it the same in all files; what the first \
             objective of the first file is about must be in each",
            ranked_by.measure, ranked_by.of
        ));
    }
    None
}

/// Says what of a file gives way to the first file's; nothing where they agree.
fn adopted(own: &RunPlan, first: &RunPlan, file: &str, of: &str) -> Option<String> {
    let differ = [
        ("duration", own.duration != first.duration),
        ("seed", own.seed != first.seed),
        ("replications", own.replications != first.replications),
        ("confidence level", own.level.to_bits() != first.level.to_bits()),
    ];
    let differ: Vec<&str> = differ
        .into_iter()
        .filter_map(|(what, differs)| differs.then_some(what))
        .collect();
    let what = match &differ[..] {
        [] => return None,
        [only] => (*only).to_owned(),
        [all @ .., last] => format!("{} and {last}", all.join(", ")),
    };
    Some(format!(
        "{file} is run as {of} is, whatever it says itself of {what}"
    ))
}

/// Runs a scenario as the first is run. What decides whether it can be run at all stays its own.
fn adopt(own: &mut RunPlan, first: &RunPlan) {
    (own.duration, own.seed, own.replications) = (first.duration, first.seed, first.replications);
    (own.level, own.timeline) = (first.level, first.timeline);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_called_by_their_stems_where_these_differ() {
        let named = |files: &[&str]| {
            let files: Vec<PathBuf> = files.iter().map(PathBuf::from).collect();
            names(&files)
        };
        assert_eq!(named(&["x/a.toml", "x/b.toml"]).unwrap(), ["a", "b"]);
        assert_eq!(
            named(&["x/a.toml", "y/a.toml", "y/b.toml"]).unwrap(),
            ["x/a.toml", "y/a.toml", "b"]
        );
        assert!(
            matches!(named(&["x/a.toml", "x/a.toml"]), Err(Failure::Unusable(text)) if text.contains("named twice"))
        );
    }
}
