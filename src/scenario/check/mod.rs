//! Whether the tables of a scenario fit together: every problem is collected before any is reported.
//!
//! One file for each thing that is checked. What could not be read was reported by then, and is left out here.

mod caller;
mod detection;
mod failure;
mod fault;
pub(super) mod objective;
mod performability;
mod run;
mod service;
mod stability;
mod standby;
mod target;
mod together;
mod workload;
mod zone;

use super::{
    Objective, PerformabilityPlan, RunPlan,
    raw::{RawScenario, RawService, RawWorkload},
    raw_parts::Tables,
};
use crate::{
    config::{Label, Node, Problem, Problems, Severity, Span, Spanned, Tree},
    model::Deployment,
};

/// The most workloads, and the most services.
const MOST_TABLES: usize = 1_000;

/// What the checks make of the tables.
pub(super) struct Parts {
    pub description: String,
    pub run: RunPlan,
    pub deployment: Deployment,
    pub objectives: Vec<Objective>,
    pub performability: Option<PerformabilityPlan>,
}

/// Checks everything; `None` says that a problem was added.
pub(super) fn check(raw: &RawScenario, root: &Node, problems: &Problems) -> Option<Parts> {
    let run = run::check(raw.run.as_ref(), problems);
    if !fails(root) {
        check_tables("workload", &raw.workload, root, problems)?;
    }
    check_names("workload", &raw.workload, problems)?;
    check_tables("service", &raw.service, root, problems)?;
    check_names("service", &raw.service, problems)?;
    check_names("zone", &raw.zone, problems)?;
    let services: Vec<_> = raw
        .service
        .0
        .iter()
        .map(|table| service::check(table.read.as_ref()?, raw, problems))
        .collect();
    let workloads: Vec<_> = raw
        .workload
        .0
        .iter()
        .map(|table| workload::check(table.read.as_ref()?, raw, problems))
        .collect();
    let objectives = objective::check(raw, problems);
    service::check_totals(raw, problems);
    zone::warn_of_empty(raw, problems);
    let (run, services, workloads) = (run?, all(services)?, all(workloads)?);
    let mut deployment = Deployment {
        workloads,
        services,
        zones: zone::names(raw),
        faults: Vec::new(),
        network: None,
    };
    let faults = fault::check(raw, &run, &deployment, problems);
    if problems.has_errors() {
        return None;
    }
    deployment.faults = faults;
    let tables = Checked {
        run: &run,
        deployment: &deployment,
        workloads: all(raw.workload.0.iter().map(|table| table.read.as_ref()))?,
        services: all(raw.service.0.iter().map(|table| table.read.as_ref()))?,
        root,
    };
    workload::check_together(&tables, problems);
    together::check(&tables, problems);
    stability::check(&tables, problems);
    let performability = performability::check(raw, &deployment, problems);
    Some(Parts {
        description: raw.description.clone(),
        run,
        deployment,
        objectives,
        performability,
    })
}

/// Returns whether something may go wrong, which can be looked at without any workload; also where it could not be read.
fn fails(root: &Node) -> bool {
    let services = match root.member("service").map(|node| &node.tree) {
        Some(Tree::List(services)) => services.as_slice(),
        _ => &[],
    };
    let fails = |service: &Node| service.member("failure").is_some();
    services.iter().any(fails) || root.member("fault").is_some()
}

/// The plans and the tables that they come from, which know the places.
struct Checked<'a> {
    run: &'a RunPlan,
    deployment: &'a Deployment,
    workloads: Vec<&'a RawWorkload>,
    services: Vec<&'a RawService>,
    root: &'a Node,
}

impl Checked<'_> {
    /// Returns the place of a value in the `index`-th table of a list, or of the last thing on the way that exists.
    fn place(&self, list: &str, index: usize, path: &[&str]) -> Span {
        let mut node = match self.root.member(list).map(|node| &node.tree) {
            Some(Tree::List(tables)) => &tables[index],
            _ => self.root,
        };
        for name in path {
            match node.member(name) {
                Some(inner) => node = inner,
                None => break,
            }
        }
        node.span.clone()
    }
}

fn all<T>(parts: impl IntoIterator<Item = Option<T>>) -> Option<Vec<T>> {
    parts.into_iter().collect()
}

/// Checks the number of tables of a kind, and their names; `None` when there are too few or too many to go on.
fn check_tables<T>(kind: &str, tables: &Tables<T>, root: &Node, problems: &Problems) -> Option<()> {
    if tables.0.is_empty() {
        // A list that could not be read was reported.
        if root
            .member(kind)
            .is_none_or(|node| matches!(node.tree, Tree::List(_)))
        {
            problems.push(Problem {
                severity: Severity::Error,
                message: format!("there is no {kind}"),
                labels: Vec::new(),
                help: Some(format!("add a `[[{kind}]]` table; `plimsoll init` shows one")),
            });
        }
        return None;
    }
    Some(())
}

/// Checks that there are not too many tables of a kind, and their names.
fn check_names<T>(kind: &str, tables: &Tables<T>, problems: &Problems) -> Option<()> {
    if MOST_TABLES < tables.0.len() {
        problems.push(Problem {
            severity: Severity::Error,
            message: format!(
                "there are {} tables `[[{kind}]]`, and {MOST_TABLES} is the most",
                tables.0.len()
            ),
            labels: Vec::new(),
            help: Some("describe alike ones together".to_owned()),
        });
        return None;
    }
    check_unique(kind, tables.names(), problems);
    Some(())
}

/// Checks names, and that there are no two alike.
fn check_unique<'a>(kind: &str, names: impl Iterator<Item = &'a Spanned<String>>, problems: &Problems) {
    let mut seen: Vec<&Spanned<String>> = Vec::new();
    for name in names {
        check_name(name, problems);
        if let Some(first) = seen.iter().find(|other| other.value == name.value) {
            problems.push(Problem {
                severity: Severity::Error,
                message: format!("there are two {kind}s with the name `{}`", name.value),
                labels: vec![label(&first.span, "the first"), label(&name.span, "the second")],
                help: Some("give each a name of its own".to_owned()),
            });
        }
        seen.push(name);
    }
}

fn check_name(name: &Spanned<String>, problems: &Problems) {
    let letters = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if name.is_empty() || 64 < name.len() || !name.chars().all(letters) {
        let help =
            "names link things in paths like `service.web.servers`: use 1 to 64 letters, digits, `-` and `_`";
        problems.error(
            &name.span,
            format!("`{}` cannot be a name", name.value),
            "here",
            help,
        );
    }
}

fn label(span: &Span, text: impl Into<String>) -> Label {
    Label {
        span: span.clone(),
        text: text.into(),
    }
}

/// Reports a number that is not between its bounds.
fn check_range(value: &Spanned<u32>, what: &str, low: u32, high: u32, problems: &Problems) -> bool {
    let good = (low..=high).contains(&**value);
    if !good {
        let fault = format!("{what} cannot be {}", grouped(u64::from(**value)));
        let help = if high == u32::MAX {
            format!("write a number from {low}")
        } else {
            format!("write a number from {low} to {}", grouped(u64::from(high)))
        };
        problems.error(&value.span, fault, "here", help);
    }
    good
}

/// Writes a number as TOML takes it and people can read it: `1_000_000`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if 0 < at && (digits.len() - at).is_multiple_of(3) {
            text.push('_');
        }
        text.push(digit);
    }
    text
}
