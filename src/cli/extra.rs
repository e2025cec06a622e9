//! Reports that are made only when they are asked for.

use std::path::PathBuf;

use plimsoll::report::{self, junit::Document};

use super::{Failure, conduct::unwritten, tell::Teller};

/// What else is to be written.
#[derive(Debug, clap::Args)]
pub(super) struct ExtraArgs {
    /// Write the objectives as JUnit XML to this file, so that a pipeline shows each of them as a test
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    junit: Option<PathBuf>,
}

/// The file for a pipeline, if there is to be one.
#[derive(Debug)]
pub(super) struct Junit<'a> {
    path: Option<&'a PathBuf>,
    document: Document,
}

impl ExtraArgs {
    /// Makes sure that the file for a pipeline can be written, better before a long run than after it.
    pub(super) fn junit(&self, command: &str) -> Result<Junit<'_>, Failure> {
        if let Some(path) = &self.junit {
            report::prepare_file(path).map_err(|error| {
                Failure::Machine(format!(
                    "error: {error}: {}\nhelp: name another file with `--junit`\n",
                    error.source
                ))
            })?;
        }
        Ok(Junit {
            path: self.junit.as_ref(),
            document: Document::new(command),
        })
    }
}

impl Junit<'_> {
    /// Returns what tests are added to.
    pub(super) fn document(&mut self) -> &mut Document {
        &mut self.document
    }

    /// Writes the file, and tells so, if there is to be one and something was measured.
    pub(super) fn write(&self, teller: &Teller<'_>) -> Result<(), Failure> {
        let Some(path) = self.path.filter(|_| !self.document.is_empty()) else {
            return Ok(());
        };
        report::write_file(path, &self.document.bytes(), true).map_err(|error| unwritten(&error.into()))?;
        teller.written(&path.display().to_string())
    }
}
