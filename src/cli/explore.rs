//! What `sweep` and `plan` share: they look at many deployments, keep what is finished, and tell what they found.

use std::path::PathBuf;

use plimsoll::{
    experiment::{Conduct, Results},
    report::{self, Invocation, Output, Report, Style, junit::Document},
};

use super::{
    Failure, Format,
    conduct::{ExperimentArgs, NOTHING_FINISHED, Outcome, unwritable, unwritten},
    kept::Savings,
    tell::Teller,
    ui::Ui,
};

/// What is found, and how it is told.
pub(super) trait Findings: Sized + Send + 'static {
    /// The command.
    const COMMAND: &'static str;
    /// The files that it writes.
    const FILES: &'static [Report<Self>];
    /// What there is to say where nothing was simulated, though nobody interrupted.
    const NOTHING: &'static str;

    /// Returns what was measured, point by point.
    fn measured(&self) -> Vec<&Results>;
    /// Returns whether someone interrupted.
    fn is_interrupted(&self) -> bool;
    /// Returns whether nothing that was looked at meets every objective.
    fn is_missed(&self) -> bool;
    /// Returns the text.
    fn text(&self, invocation: &Invocation<'_>, style: Style) -> String;
    /// Returns the document.
    fn document(&self, invocation: &Invocation<'_>) -> String;
    /// Adds the objectives as tests of a pipeline.
    fn add_tests(&self, document: &mut Document, invocation: &Invocation<'_>);
}

/// Finds what there is to be found in the scenario of this file and name, and tells it. Files are opened before a long search rather
/// than after it.
pub(super) fn explore<F: Findings>(
    scenario: (&PathBuf, &str),
    how: &ExperimentArgs,
    ui: &Ui,
    find: impl FnOnce(&Conduct<'_>) -> F + Send,
) -> Result<u8, Failure> {
    let (path, name) = scenario;
    let folder = how.folder.folder(name, 1);
    let mut output =
        Output::prepare(&folder, &report::names(F::FILES)).map_err(|error| unwritable(&error))?;
    let mut junit = how.extra.junit(F::COMMAND)?;
    let origin = how.extra.origin(std::slice::from_ref(path));
    let savings = Savings::open(&folder, ui);
    let (found, wall_seconds) = how
        .conduct
        .carry_out(name, ui, |conduct| find(&savings.keeping(conduct)))?;
    let invocation = Invocation {
        command: F::COMMAND,
        wall_seconds,
        origin: origin.as_ref(),
    };
    let mut outcome = Outcome {
        interrupted: found.is_interrupted(),
        missed: found.is_missed(),
        ..Outcome::default()
    };
    if found.measured().is_empty() {
        ui.complain(if outcome.interrupted {
            NOTHING_FINISHED
        } else {
            F::NOTHING
        });
        savings.close(outcome.interrupted, ui);
        return Ok(outcome.code());
    }
    found.add_tests(junit.document(), &invocation);
    let written = report::write(F::FILES, &found, &invocation, &mut output);
    let teller = Teller::new(ui, how.output.format);
    match how.output.format {
        Format::Json => ui.print(&found.document(&invocation)).map_err(Failure::stdout)?,
        Format::Text => {
            ui.print(&found.text(&invocation, ui.style()))
                .map_err(Failure::stdout)?;
            teller.files(&output)?;
        }
    }
    junit.write(&teller)?;
    written.map_err(|error| unwritten(&error))?;
    savings.close(outcome.interrupted, ui);
    for results in found.measured() {
        ui.complain(&outcome.complaints(results));
    }
    Ok(outcome.code())
}
