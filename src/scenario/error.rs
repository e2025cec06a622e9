//! What is told of an input that cannot be used, or that one should look at again.

use std::{fmt, path::PathBuf};

use super::{draw::draw, source::Sources};
use crate::config::{Problem, Problems, Severity};

/// Why there is no scenario.
#[derive(Clone, Debug)]
pub enum LoadError {
    /// The file could not be read.
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
        /// The next step.
        help: String,
    },
    /// What was read is not a scenario.
    Invalid(Diagnosis),
}

impl LoadError {
    /// Writes it for people, with a line that sums it up at the end.
    pub fn render(&self, color: bool) -> String {
        match self {
            Self::Unreadable { path, reason, help } => {
                let problem = Problem {
                    severity: Severity::Error,
                    message: format!("cannot read {}: {reason}", path.display()),
                    labels: Vec::new(),
                    help: Some(help.clone()),
                };
                draw(&problem, &Sources::default(), color)
            }
            Self::Invalid(diagnosis) => diagnosis.render(color),
        }
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for LoadError {}

/// All that was found in the text of a scenario.
#[derive(Clone, Debug, Default)]
pub struct Diagnosis {
    name: String,
    sources: Sources,
    problems: Vec<Problem>,
}

/// A problem and its place, for programs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// Where.
    pub place: Option<Place>,
    /// The next step.
    pub help: Option<String>,
}

/// A place in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file, or the override on the command line.
    pub source: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

impl Diagnosis {
    pub(super) fn new(name: &str, sources: Sources, problems: Problems) -> Self {
        Self {
            name: name.to_owned(),
            sources,
            problems: problems.into_sorted(),
        }
    }

    /// Returns whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.problems.is_empty()
    }

    /// Returns what was found, in the order of the text.
    pub fn findings(&self) -> impl Iterator<Item = Finding> {
        self.problems.iter().map(|problem| {
            let place = problem.labels.first().and_then(|label| {
                let source = self.sources.at(label.span.start)?;
                let line = source.line(&label.span);
                Some(Place {
                    source: source.name.clone(),
                    line: line.number,
                    column: line.column(),
                })
            });
            Finding {
                severity: problem.severity,
                message: problem.message.clone(),
                place,
                help: problem.help.clone(),
            }
        })
    }

    /// Writes all of it for people; after errors, a line that sums them up.
    pub fn render(&self, color: bool) -> String {
        let mut text = String::new();
        for problem in &self.problems {
            text += &draw(problem, &self.sources, color);
            text.push('\n');
        }
        let errors = self
            .problems
            .iter()
            .filter(|problem| problem.severity == Severity::Error)
            .count();
        let count = match errors {
            0 => {
                text.pop();
                return text;
            }
            1 => "1 mistake".to_owned(),
            Problems::MOST => format!("{errors} mistakes or more"),
            _ => format!("{errors} mistakes"),
        };
        text + &format!(
            "{count} in {}
",
            self.name
        )
    }
}
