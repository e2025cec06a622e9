//! What is wrong with the input: collected, never thrown, so that all of it is told at once.

use std::{
    cell::RefCell,
    path::{Path, PathBuf},
};

use super::Span;

/// How much a problem matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The scenario cannot be used.
    Error,
    /// The scenario can be used, but its author should look again.
    Warning,
}

/// One mistake: what, where, and the way out.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// How much it matters.
    pub severity: Severity,
    /// What is wrong: lower case, no full stop.
    pub message: String,
    /// Where; may be empty when it stands nowhere.
    pub labels: Vec<Label>,
    /// The next step.
    pub help: Option<String>,
}

/// A place and what to say beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// The words beside it.
    pub text: String,
}

/// All the problems found so far, and the files that the input names.
#[derive(Debug, Default)]
pub struct Problems {
    found: RefCell<Vec<Problem>>,
    folder: Option<PathBuf>,
    files: RefCell<Vec<PathBuf>>,
}

impl Problems {
    /// The most that are kept. Nobody reads more at once, and a file of nothing but mistakes must not take long.
    pub const MOST: usize = 100;

    /// Returns an empty collection for an input whose files are taken from `folder`; without one, none are read.
    pub fn with_folder(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: Some(folder.into()),
            ..Self::default()
        }
    }

    /// Returns the folder from which the files are taken that the input names.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// Notes a file that the input names.
    pub(super) fn add_file(&self, path: &Path) {
        self.files.borrow_mut().push(path.to_owned());
    }

    /// Returns the files that the input names and that were there, in the order in which they were asked for.
    pub fn files(&self) -> Vec<PathBuf> {
        self.files.borrow().clone()
    }

    /// Adds a problem.
    pub fn push(&self, problem: Problem) {
        let mut all = self.found.borrow_mut();
        // A mistake reached along two ways is one mistake.
        if all.len() < Self::MOST && !all.contains(&problem) {
            all.push(problem);
        }
    }

    /// Adds an error at one place.
    pub fn error(&self, span: &Span, message: impl Into<String>, label: &str, help: impl Into<String>) {
        self.add(Severity::Error, span, message.into(), label, help.into());
    }

    /// Adds a warning at one place.
    pub fn warning(&self, span: &Span, message: impl Into<String>, label: &str, help: impl Into<String>) {
        self.add(Severity::Warning, span, message.into(), label, help.into());
    }

    fn add(&self, severity: Severity, span: &Span, message: String, label: &str, help: String) {
        let labels = vec![Label {
            span: span.clone(),
            text: label.to_owned(),
        }];
        self.push(Problem {
            severity,
            message,
            labels,
            help: (!help.is_empty()).then_some(help),
        });
    }

    /// Returns whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.found.borrow().is_empty()
    }

    /// Returns whether anything was found that makes the input unusable.
    pub fn has_errors(&self) -> bool {
        self.found
            .borrow()
            .iter()
            .any(|problem| problem.severity == Severity::Error)
    }

    /// Returns all problems in the order of their places.
    pub fn into_sorted(self) -> Vec<Problem> {
        let mut all = self.found.into_inner();
        all.sort_by_key(|problem| problem.labels.first().map_or(0, |label| label.span.start));
        all
    }
}

/// Returns `, did you mean …?` when one of the known names is close to what was written, else nothing.
pub fn did_you_mean<'a>(written: &str, known: impl Iterator<Item = &'a str>) -> String {
    let close = |name: &&str| written.len().abs_diff(name.len()) <= 4 + name.len();
    let best = known
        .filter(close) // measuring a distance takes time and memory by the product of the lengths
        .map(|name| (strsim::damerau_levenshtein(written, name), name))
        // Of a name of one letter nothing is left.
        .filter(|&(distance, name)| distance <= 1 + name.len() / 4 && distance < name.len())
        .min();
    best.map_or_else(String::new, |(_, name)| format!(", did you mean `{name}`?"))
}
