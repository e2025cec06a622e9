//! Reports that are made only when they are asked for.

use std::{fs, path::PathBuf};

use plimsoll::report::{self, Origin, junit::Document};

use super::{Failure, conduct::unwritten, tell::Teller};

/// What else is to be written.
#[derive(Debug, clap::Args)]
pub(super) struct ExtraArgs {
    /// Write a page as well, to look at in a browser: verdicts, charts, tables, the scenario, and how to get the same again
    #[arg(long, help_heading = "Output")]
    html: bool,
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
    /// Returns where the results of these scenarios will come from, if a page is to tell it. To be asked for before they are
    /// simulated: files may change meanwhile.
    pub(super) fn origin(&self, scenarios: &[PathBuf]) -> Option<Origin> {
        let texts = scenarios.iter().map(|path| {
            // What was read a moment ago and cannot be read again, such as a pipe, is shown by its name.
            let text = fs::read_to_string(path).unwrap_or_default();
            (path.display().to_string(), text)
        });
        self.html.then(|| Origin {
            command: command_line(
                std::env::args_os()
                    .skip(1)
                    .map(|word| word.to_string_lossy().into_owned()),
            ),
            scenarios: texts.collect(),
        })
    }

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

/// Returns the command line with these arguments, as a shell takes it.
fn command_line(arguments: impl IntoIterator<Item = String>) -> String {
    let quoted = arguments.into_iter().map(|word| {
        let is_plain = |c: char| c.is_alphanumeric() || "_-./:=,@%+".contains(c);
        if !word.is_empty() && word.chars().all(is_plain) {
            word
        } else {
            format!("'{}'", word.replace('\'', "'\\''"))
        }
    });
    let words: Vec<String> = std::iter::once("plimsoll".to_owned()).chain(quoted).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_reads_the_command_line_as_it_was_given() {
        let words = ["run", "a b.toml", "--set", "x.y=\"it's\"", "", "$(rm)"];
        assert_eq!(
            command_line(words.map(str::to_owned)),
            "plimsoll run 'a b.toml' --set 'x.y=\"it'\\''s\"' '' '$(rm)'"
        );
    }
}
