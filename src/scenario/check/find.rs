//! Finds what a name stands for.

use crate::{
    config::{Problems, Spanned, did_you_mean},
    model::storage::Operation,
    scenario::{
        raw::RawScenario,
        raw_parts::{NamedTable, Tables},
    },
};

/// Returns the service that something is sent to, as an index.
pub(super) fn find_service(
    to: &Spanned<String>,
    operation: Option<&Spanned<Operation>>,
    scenario: &RawScenario,
    problems: &Problems,
) -> Option<usize> {
    fn named<T>(tables: &Tables<T>, to: &str) -> Option<usize> {
        let is_it = |table: &NamedTable<T>| table.name.as_ref().is_some_and(|name| name.value == to);
        tables.0.iter().position(is_it)
    }
    if let Some(index) = named(&scenario.service, to) {
        if let Some(operation) = operation {
            let fault = format!("`{}` is a service, and knows no operations", **to);
            problems.error(&operation.span, fault, "for a store", "leave `operation` out");
        }
        return Some(index);
    }
    if let Some(index) = named(&scenario.store, to) {
        if operation.is_none() {
            let fault = format!("it is not said what is asked of store `{}`", **to);
            let help = "add `operation = \"read\"` or `operation = \"write\"`";
            problems.error(&to.span, fault, "a store", help);
        }
        return Some(scenario.service.0.len() + index);
    }
    let stores = scenario.store.names();
    let names: Vec<&str> = scenario
        .service
        .names()
        .chain(stores)
        .map(|name| name.value.as_str())
        .collect();
    let hint = did_you_mean(to, names.iter().copied());
    let help = match &names[..] {
        [] => "add a `[[service]]` of that name".to_owned(),
        names => format!("known: {}", names.join(", ")),
    };
    let fault = format!("there is no service `{}`{hint}", **to);
    problems.error(&to.span, fault, "here", help);
    None
}

/// Warns of what is said of requests and means nothing to the operations of a store: they take what the store says, and wait
/// in no queue of their own.
pub(super) fn warn_of_idle(
    to: &Spanned<String>,
    service: Option<usize>,
    said: [(&str, bool); 2],
    scenario: &RawScenario,
    problems: &Problems,
) {
    if service.is_none_or(|service| service < scenario.service.0.len()) {
        return;
    }
    for (field, _) in said.iter().filter(|(_, is_said)| *is_said) {
        let fault = format!("`{field}` means nothing to the operations of store `{}`", **to);
        let help = format!("leave `{field}` out: how long operations take is said by the store");
        problems.warning(&to.span, fault, "a store", help);
    }
}
