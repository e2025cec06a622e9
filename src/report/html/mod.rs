//! One page that holds everything: verdicts, charts, tables, the scenario, and how to get the same again.
//!
//! **Lives here:** what stands on the page of each command (`run`, `compare`, `sweep`, `plan`), the parts they share (`frame`,
//! `measures`), the subjects of a run (`calls`, `hops`, `incidents`, `stores`, `year`), how results become data for charts
//! (`figure`, `lines`, `rows`), and the writer that lets no text out of its place (`markup`). A page of another command is a file of its own beside these, made of the same parts.
//! **Lives elsewhere:** drawing, sorting and the looks, in `page.js`, `charts.js`, `page.css` and `dark.css` beside this file; the library
//! that draws, in `assets/uplot`.
//! **Invariant:** a page loads nothing, whatever the scenario is called or says, and its numbers are those of the
//! document, which it has within. Without JavaScript it lacks its charts and nothing else.

mod calls;
mod compare;
mod figure;
mod frame;
mod hops;
mod incidents;
mod lines;
mod map;
mod markup;
mod measures;
mod plan;
mod rows;
mod run;
mod stores;
mod sweep;
#[cfg(test)]
mod tests;
mod year;

pub(super) use self::{compare::compare, plan::plan, run::run, sweep::sweep};

/// Where results come from: what a page tells so that its reader can get the same again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The command line, ready for a shell.
    pub command: String,
    /// The scenario files: what they are called and what they say.
    pub scenarios: Vec<(String, String)>,
}
