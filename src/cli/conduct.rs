//! What `run` and `compare` share: threads, progress, Ctrl-C, and the options around them.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use indicatif::{ProgressBar, ProgressStyle};
use plimsoll::{
    experiment::{self, Conduct, Results},
    report::{FileError, ReportError},
    rng::Seed,
    scenario::{self, Input, Override, Replications, Scenario},
};

use super::{ChangeArgs, Failure, OutputArgs, exit_code, extra::ExtraArgs, ui::Ui};

/// How an experiment is carried out.
#[derive(Debug, clap::Args)]
pub(super) struct ConductArgs {
    /// Draw other random numbers than the scenario's seed gives
    #[arg(long, value_name = "N", help_heading = "Simulation")]
    seed: Option<u64>,
    /// Run this many replications, whatever the scenario says
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000), help_heading = "Simulation")]
    replications: Option<u32>,
    /// Use this many threads instead of one for each core; changes no result
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=4_096), help_heading = "Simulation")]
    threads: Option<u32>,
}

/// Where files go.
#[derive(Debug, clap::Args)]
pub(super) struct FolderArgs {
    /// Write files to this folder instead of `output/<scenario>`
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    out: Option<PathBuf>,
}

/// What every experiment can be told.
#[derive(Debug, clap::Args)]
pub(super) struct ExperimentArgs {
    #[command(flatten)]
    pub(super) change: ChangeArgs,
    #[command(flatten)]
    pub(super) conduct: ConductArgs,
    #[command(flatten)]
    pub(super) output: OutputArgs,
    #[command(flatten)]
    pub(super) folder: FolderArgs,
    #[command(flatten)]
    pub(super) extra: ExtraArgs,
}

impl FolderArgs {
    /// Returns the folder for the files of one of `count` scenarios.
    pub(super) fn folder(&self, scenario: &str, count: usize) -> PathBuf {
        match &self.out {
            None => Path::new("output").join(scenario),
            Some(folder) if count == 1 => folder.clone(),
            Some(folder) => folder.join(scenario),
        }
    }
}

impl ConductArgs {
    /// Changes what the command line changes of how a scenario is run.
    pub(super) fn apply(&self, scenario: &mut Scenario) {
        if let Some(seed) = self.seed {
            scenario.run.seed = Seed(seed);
        }
        if let Some(replications) = self.replications {
            scenario.run.replications = Replications::Fixed(replications);
        }
    }

    /// Carries out an experiment with its threads, a progress bar on a terminal, and an ear for Ctrl-C; returns what
    /// comes out and how many seconds it took.
    pub(super) fn carry_out<T: Send>(
        &self,
        name: &str,
        ui: &Ui,
        experiment: impl FnOnce(&Conduct<'_>) -> T + Send,
    ) -> Result<(T, f64), Failure> {
        let stop = stop_flag()?;
        let bar = ui.shows_progress().then(|| progress_bar(name));
        let progress = |done: usize, planned: usize| {
            if let Some(bar) = &bar {
                bar.set_length(planned as u64);
                bar.set_position(done as u64);
            }
        };
        #[expect(
            clippy::disallowed_methods,
            reason = "how long it took is told to the user and changes no result"
        )]
        let begin = Instant::now();
        let conduct = Conduct {
            stop: &stop,
            progress: &progress,
            keeper: None,
        };
        let threads = self.threads.map_or(0, |threads| threads as usize);
        let outcome = experiment::with_threads(threads, || experiment(&conduct));
        if let Some(bar) = &bar {
            bar.finish_and_clear();
        }
        let outcome =
            outcome.map_err(|error| Failure::Machine(format!("error: cannot start threads: {error}\n")))?;
        Ok((outcome, begin.elapsed().as_secs_f64()))
    }
}

/// Loads a scenario and tells its warnings; one with uncertain values is refused.
pub(super) fn load(
    path: &Path,
    change: &ChangeArgs,
    output: &OutputArgs,
    ui: &Ui,
) -> Result<Scenario, Failure> {
    let scenario = read(path, change, output, ui)?;
    match uncertainty(&scenario) {
        text if text.is_empty() => Ok(scenario),
        text => Err(Failure::Unusable(text)),
    }
}

/// Returns what to say of uncertain values where each must have one value; nothing where there are none.
pub(super) fn uncertainty(scenario: &Scenario) -> String {
    let told = |input: &Input| {
        format!(
            "error: `{}` is uncertain, {}, and this takes one value\nhelp: `plimsoll plan` tells how likely an objective \
             is missed; or choose one, as in `--set \"{}\"`\n",
            input.path,
            input.words(),
            input.change(input.middle())
        )
    };
    scenario.inputs.iter().map(told).collect()
}

/// The same where more work may come in than can be done, and values may be uncertain.
pub(super) fn load_uncertain(
    path: &Path,
    change: &ChangeArgs,
    output: &OutputArgs,
    ui: &Ui,
) -> Result<Scenario, Failure> {
    // What is wrong stands in the file, and not in a change that nobody has asked for.
    read(path, &loosened(change), output, ui).or_else(|_| read(path, change, output, ui))
}

fn read(path: &Path, change: &ChangeArgs, output: &OutputArgs, ui: &Ui) -> Result<Scenario, Failure> {
    let loaded = scenario::load(path, &change.changes);
    let loaded = loaded.map_err(|error| Failure::Unusable(error.render(ui.color_stderr())))?;
    if !loaded.warnings.is_empty() && !output.quiet {
        ui.remark(&loaded.warnings.render(ui.color_stderr()));
    }
    Ok(loaded.scenario)
}

/// The same where more work may come in than can be done.
pub(super) fn load_loosely(
    path: &Path,
    change: &ChangeArgs,
    output: &OutputArgs,
    ui: &Ui,
) -> Result<Scenario, Failure> {
    load(path, &loosened(change), output, ui).or_else(|_| load(path, change, output, ui))
}

fn loosened(change: &ChangeArgs) -> ChangeArgs {
    let mut changes = change.changes.clone();
    changes.push(Override::new("run.allow_overload", "true"));
    ChangeArgs { changes }
}

/// How an experiment went, as far as its exit code tells.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// Someone interrupted it.
    pub(super) interrupted: bool,
    /// An objective is missed.
    pub(super) missed: bool,
    /// The laws that did not hold, each told of already.
    pub(super) violations: Vec<String>,
}

impl Outcome {
    /// Takes note of the laws that did not hold; returns what there is to say of those not told of yet, often nothing.
    pub(super) fn complaints(&mut self, results: &Results) -> String {
        let mut text = String::new();
        for violation in &results.violations {
            if !self.violations.contains(violation) {
                text += &complaint(violation);
                self.violations.push(violation.clone());
            }
        }
        text
    }

    /// Returns the exit code: wrong numbers weigh more than anything that they say.
    pub(super) fn code(&self) -> u8 {
        match self {
            _ if !self.violations.is_empty() => exit_code::FAILURE,
            Self {
                interrupted: true, ..
            } => exit_code::INTERRUPTED,
            Self { missed: true, .. } => exit_code::OBJECTIVE_MISSED,
            _ => exit_code::SUCCESS,
        }
    }
}

fn complaint(violation: &str) -> String {
    format!(
        "error: {violation}\nhelp: this is a mistake in plimsoll {}, and its numbers are not to be trusted; please report it \
         with the scenario and the seed\n",
        env!("CARGO_PKG_VERSION")
    )
}

/// What there is to say when an interruption came too early for any result.
pub(super) const NOTHING_FINISHED: &str = "interrupted before the first replication was finished: nothing was measured, and no files were written\n";

/// A folder that the user named and that cannot be written to.
pub(super) fn unwritable(error: &FileError) -> Failure {
    Failure::Machine(format!(
        "error: {error}: {}\nhelp: name another folder with `--out`\n",
        error.source
    ))
}

/// A file that could not be written after all.
pub(super) fn unwritten(error: &ReportError) -> Failure {
    let source = std::error::Error::source(error).map_or_else(String::new, |source| format!(": {source}"));
    Failure::Machine(format!("error: {error}{source}\n"))
}

/// Set by Ctrl-C and by a request to terminate. The second time the program ends at once.
fn stop_flag() -> Result<Arc<AtomicBool>, Failure> {
    static STOP: std::sync::OnceLock<Arc<AtomicBool>> = std::sync::OnceLock::new();
    if let Some(stop) = STOP.get() {
        return Ok(Arc::clone(stop));
    }
    let stop = Arc::new(AtomicBool::new(false));
    let heard = Arc::clone(&stop);
    let listen = ctrlc::set_handler(move || {
        if heard.swap(true, Ordering::Relaxed) {
            std::process::exit(i32::from(exit_code::INTERRUPTED));
        }
    });
    listen.map_err(|error| Failure::Machine(format!("error: cannot listen for Ctrl-C: {error}\n")))?;
    Ok(Arc::clone(STOP.get_or_init(|| stop)))
}

fn progress_bar(name: &str) -> ProgressBar {
    let bar = ProgressBar::new(1);
    let style =
        ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} replications, {elapsed} (left: {eta})");
    bar.set_style(style.expect("a well-formed template"));
    bar.set_message(name.to_owned());
    bar.enable_steady_tick(std::time::Duration::from_millis(200));
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_law_weighs_more_than_what_the_numbers_say() {
        let outcome = |interrupted, missed, violations: &[&str]| {
            let violations = violations.iter().map(|&violation| violation.to_owned()).collect();
            let outcome = Outcome {
                interrupted,
                missed,
                violations,
            };
            outcome.code()
        };
        assert_eq!(outcome(false, false, &[]), exit_code::SUCCESS);
        assert_eq!(outcome(false, true, &[]), exit_code::OBJECTIVE_MISSED);
        assert_eq!(outcome(true, true, &[]), exit_code::INTERRUPTED);
        assert_eq!(outcome(false, false, &["Little's law"]), exit_code::FAILURE);
        assert_eq!(outcome(true, true, &["Little's law"]), exit_code::FAILURE);
    }

    #[test]
    fn a_broken_law_is_told_plainly_and_once() {
        let loaded = scenario::from_str("small", plimsoll::scenario::TEMPLATES[0].text, &[]).unwrap();
        let mut results = experiment::theory_only(&loaded.scenario);
        results.violations = vec!["Little's law does not hold for service web".to_owned()];
        let mut outcome = Outcome::default();
        let text = outcome.complaints(&results);
        assert!(
            text.starts_with(
                "error: Little's law does not hold for service web\nhelp: this is a mistake in plimsoll"
            ),
            "{text}"
        );
        assert_eq!(
            (outcome.complaints(&results).as_str(), outcome.code()),
            ("", exit_code::FAILURE)
        );
    }
}
