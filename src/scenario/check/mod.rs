//! Whether the tables of a scenario fit together: every problem is collected before any is reported.
//!
//! One file for each thing that is checked. What could not be read was reported by then, and is left out here.

mod call;
mod caller;
mod circle;
mod cost;
mod detection;
mod failure;
mod fault;
mod find;
mod loss;
mod network;
pub(super) mod objective;
mod pair;
mod partition;
mod performability;
mod plan;
mod run;
mod service;
mod slots;
mod stability;
mod standby;
mod store;
mod store_settings;
mod target;
mod together;
mod workload;
mod zone;
mod zone_local;

pub(super) use self::stability::{is_overloaded, sure_loads};
use super::{
    Objective, PerformabilityPlan, Planning, RunPlan,
    raw::{RawScenario, RawService, RawWorkload},
    raw_failure::RawFailure,
    raw_parts::Tables,
    raw_store::RawStore,
};
use crate::{
    config::{Label, Node, Problem, Problems, Severity, Span, Spanned, Tree},
    model::{CallPlan, Deployment},
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
    pub planning: Option<Planning>,
}

/// Checks everything; `None` says that a problem was added.
pub(super) fn check(raw: &RawScenario, root: &Node, problems: &Problems) -> Option<Parts> {
    let run = run::check(raw.run.as_ref(), problems);
    if !fails(root) {
        check_tables("workload", &raw.workload, root, problems)?;
    }
    check_names("workload", &raw.workload, problems)?;
    if raw.store.0.is_empty() {
        check_tables("service", &raw.service, root, problems)?;
    }
    check_names("service", &raw.service, problems)?;
    check_names("store", &raw.store, problems)?;
    check_different(raw, problems);
    check_names("zone", &raw.zone, problems)?;
    let services: Vec<_> = raw
        .service
        .0
        .iter()
        .map(|table| service::check(table.read.as_ref()?, raw, problems))
        .collect();
    let stores = raw.store.0.iter();
    let stores: Vec<_> = stores
        .map(|table| store::check(table.read.as_ref()?, raw, problems))
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
    let (run, workloads) = (run?, all(workloads)?);
    let services = all(services.into_iter().chain(stores))?;
    let mut deployment = Deployment {
        workloads,
        services,
        zones: zone::names(raw),
        faults: Vec::new(),
        network: network::check(raw, problems),
    };
    let faults = fault::check(raw, &run, &deployment, problems);
    if problems.has_errors() {
        return None;
    }
    fault::add(&mut deployment, faults);
    circle::check(raw, &deployment, problems)?;
    deployment.hand_on();
    let tables = Checked {
        run: &run,
        deployment: &deployment,
        workloads: all(raw.workload.0.iter().map(|table| table.read.as_ref()))?,
        services: all(raw.service.0.iter().map(|table| table.read.as_ref()))?,
        stores: all(raw.store.0.iter().map(|table| table.read.as_ref()))?,
        root,
    };
    workload::check_together(&tables, problems);
    caller::check_together(&tables, problems);
    call::check_together(&tables, problems);
    network::check_together(&tables, raw, problems);
    together::check(&tables, problems);
    stability::check(&tables, problems);
    let planning = plan::check(raw, &tables, &objectives, problems);
    Some(Parts {
        performability: performability::check(raw, &deployment, problems),
        description: raw.description.clone(),
        run,
        deployment,
        objectives,
        planning,
    })
}

/// Returns whether something may go wrong, which can be looked at without any workload; also where it could not be read.
fn fails(root: &Node) -> bool {
    let fails = |kind: &str| match root.member(kind).map(|node| &node.tree) {
        Some(Tree::List(tables)) => tables.iter().any(|table| table.member("failure").is_some()),
        _ => false,
    };
    fails("service") || fails("store") || root.member("fault").is_some()
}

/// Checks that no store has the name of a service: both lend it to random streams, and workloads find both by it.
fn check_different(raw: &RawScenario, problems: &Problems) {
    for name in raw.store.names() {
        let mut services = raw.service.names();
        if let Some(other) = services.find(|other| other.value == name.value) {
            problems.push(Problem {
                severity: Severity::Error,
                message: format!("a service and a store have the same name, `{}`", name.value),
                labels: vec![label(&other.span, "the service"), label(&name.span, "the store")],
                help: Some("give each a name of its own".to_owned()),
            });
        }
    }
}

/// The plans and the tables that they come from, which know the places.
struct Checked<'a> {
    run: &'a RunPlan,
    deployment: &'a Deployment,
    workloads: Vec<&'a RawWorkload>,
    services: Vec<&'a RawService>,
    /// They follow the services in the deployment.
    stores: Vec<&'a RawStore>,
    root: &'a Node,
}

impl Checked<'_> {
    /// Returns the failures of a service or a store as they are written, by its number in the deployment.
    fn failures(&self, service: usize) -> &[RawFailure] {
        let failures = match service.checked_sub(self.services.len()) {
            Some(store) => &self.stores[store].failure,
            None => &self.services[service].failure,
        };
        failures.as_deref().unwrap_or_default()
    }

    /// Returns the place of a value of a service or a store, by its number in the deployment.
    fn place_of(&self, service: usize, path: &[&str]) -> Span {
        match service.checked_sub(self.services.len()) {
            Some(store) => self.place("store", store, path),
            None => self.place("service", service, path),
        }
    }

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
    /// Returns the place of a call that a service makes, or of the lookups of a store: where its callee is named.
    fn call_place(&self, service: usize, plan: &CallPlan) -> Span {
        if service.checked_sub(self.services.len()).is_some() {
            return self.place_of(service, &["metadata", "to"]);
        }
        let mut calls = self.deployment.services[service].calls.iter();
        let at = calls
            .position(|call| call.name == plan.name)
            .expect("the service makes it");
        call::in_order(self.services[service])[at].to.span.clone()
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
