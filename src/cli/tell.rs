//! How results of one scenario or several are told: as texts, one after the other, or as one document.

use plimsoll::{
    experiment::Results,
    report::{self, Invocation, Output},
};

use super::{Failure, Format, ui::Ui};

/// Tells results as they come.
pub(super) struct Teller<'a> {
    ui: &'a Ui,
    format: Format,
    told: usize,
    documents: Vec<String>,
}

impl<'a> Teller<'a> {
    pub(super) fn new(ui: &'a Ui, format: Format) -> Self {
        Self {
            ui,
            format,
            told: 0,
            documents: Vec::new(),
        }
    }

    /// Tells the results of one scenario.
    pub(super) fn results(&mut self, results: &Results, invocation: &Invocation<'_>) -> Result<(), Failure> {
        if self.format == Format::Json {
            self.documents.push(report::json::run(results, invocation));
            return Ok(());
        }
        let gap = if self.told == 0 { "" } else { "\n" };
        self.told += 1;
        let text = report::table::run(results, invocation, self.ui.style());
        self.ui.print(&format!("{gap}{text}")).map_err(Failure::stdout)
    }

    /// Tells which files were written, to people.
    pub(super) fn files(&self, output: &Output) -> Result<(), Failure> {
        match output.listing() {
            Some(listing) => self.written(&listing),
            None => Ok(()),
        }
    }

    /// Tells that a file was written, to people.
    pub(super) fn written(&self, what: &str) -> Result<(), Failure> {
        if self.format == Format::Json {
            return Ok(());
        }
        let text = format!("\nwritten: {what}\n");
        self.ui.print(&text).map_err(Failure::stdout)
    }

    /// Prints the document, if it is to be one, of this many scenarios: one makes an object, several a list of them.
    pub(super) fn finish(self, scenarios: usize) -> Result<(), Failure> {
        if self.format == Format::Text {
            return Ok(());
        }
        let text = if scenarios == 1 {
            self.documents.concat()
        } else {
            let documents: Vec<&str> = self
                .documents
                .iter()
                .map(|document| document.trim_end())
                .collect();
            format!("[{}]\n", documents.join(",\n"))
        };
        self.ui.print(&text).map_err(Failure::stdout)
    }
}
